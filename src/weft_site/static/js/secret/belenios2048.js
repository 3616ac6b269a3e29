// BELENIOS-2048: the powers of g modulo a prime of 2048 bits, q of them. Parameters: section 5.1 of the specification
// of Belenios, made there by the method of FIPS 186-4. An element is a number, in decimal digits when written.

import { must } from "./errors.js";

const P = BigInt(
  "0x" +
    "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030421f514ed40bfd4c06e092a4" +
    "95af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d107435012768a2cdd" +
    "0a4091d8fa447f6c7ebc15a349fa318a6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6747ebbb29c9e" +
    "c3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a0e7992d0f18cc759cb5de0acf66a3882" +
    "555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d707301e59e0e6351e051ed9cec4157646e64f",
);
const Q = BigInt("0xadb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491");
const G = BigInt(
  "0x" +
    "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c5a9dfd001d26ba31d9d8976f" +
    "01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8643e673fd9d215fc" +
    "8fe5fb9cf9fdb8ea88fdb1a3381a697fdf9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee8bb0f74b7a16" +
    "15a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f22127b6cbba44d453ac8b72fd04e0991" +
    "b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c041e1c91fe3823f4bcf284308f1d7e653",
);
const LONGEST = 617; // decimal digits of P

/** The arithmetic; group.js adds to it what both groups have in common. */
export const BELENIOS_2048 = {
  name: "BELENIOS-2048",
  order: Q,
  bits: 256,
  one: 1n,
  generator: G,
  multiply: (a, b) => (a * b) % P,
  square: (a) => (a * a) % P,
  isOne: (a) => a === 1n,
  equal: (a, b) => a === b,
  writeAll: (elements) => elements.map(String),

  /** A number from 1 to p - 1 in its one form. Whether it is in the group is for `contains` to say. */
  parse(text) {
    const formed = text.length <= LONGEST && /^[1-9][0-9]*$/.test(text);
    must(formed, "secret.element", "This is not an element in its one form.");
    const element = BigInt(text);
    must(element < P, "secret.element", "This is not an element of the group.");
    return element;
  },
};
