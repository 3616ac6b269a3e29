// Proofs that give nothing away. Equations: sections 4.5, 4.6.1, 4.12, 4.14 and 4.18 of the specification of Belenios.
// A proof is {"challenge", "response"} with response = w - secret * challenge; a verifier finds g^w again.

import { challenge, readScalar } from "./codec.js";
import { must } from "./errors.js";
import { randomScalar } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {{challenge: string, response: string}} Proof decimal numbers below the order */

const modulo = (number, order) => ((number % order) + order) % order;

/** @param {Group} group @param {bigint} secret @param {bigint} nonce @param {bigint} asked @returns {Proof} */
export function asProof(group, secret, nonce, asked) {
  return { challenge: String(asked), response: String(modulo(nonce - secret * asked, group.order)) };
}

/** @param {Group} group @param {Proof} proof @returns {[bigint, bigint]} challenge and response */
export const readProof = (group, proof) => [
  readScalar(proof.challenge, group.order),
  readScalar(proof.response, group.order),
];

/**
 * I know the secret of g^secret. What the prefix says is bound to it, so this signs as well.
 * @param {Group} group
 * @param {string} prefix
 * @param {bigint} secret
 * @param {bigint} [nonce] never used with another prefix
 * @returns {Promise<Proof>}
 */
export async function proveKnowledge(group, prefix, secret, nonce = randomScalar(group)) {
  return asProof(group, secret, nonce, await challenge(group, prefix, [group.raise(nonce)]));
}

/**
 * @param {Group} group
 * @param {string} prefix
 * @param {unknown} key g^secret, an element of the group
 * @param {Proof} proof
 * @returns {Promise<boolean>}
 */
export async function verifyKnowledge(group, prefix, key, proof) {
  const [asked, response] = readProof(group, proof);
  const commitment = group.multiply(group.raise(response), group.power(key, asked));
  return (await challenge(group, prefix, [commitment])) === asked;
}

export const pokPrefix = (group, key) => `pok|${group.name}|${key}|`;
export const signedPrefix = (message) => `sigmsg|${message}|`;

/**
 * One of `values` is in the ciphertext, and I know its randomness: interval proof. Because the prover knows r, each
 * power has a fixed base: α^c is g^(r c), and a simulated branch needs no power of α or β at all.
 * @param {{group: Group, key: (exponent: bigint) => unknown}} election key: the power of y
 * @param {string} prefix "prove|" … "|α,β|"
 * @param {bigint} r randomness of the ciphertext
 * @param {number} chosen what is in it, one of values
 * @param {number[]} values
 * @returns {Promise<Proof[]>}
 */
export async function proveInterval({ group, key }, prefix, r, chosen, values) {
  const { order, multiply, raise } = group;
  const nonce = randomScalar(group);
  const proofs = [];
  const elements = [];
  let rest = 0n;
  for (const value of values) {
    if (value === chosen) {
      proofs.push(null);
      elements.push(raise(nonce), key(nonce));
      continue;
    }
    const asked = randomScalar(group);
    const power = randomScalar(group); // response + r * asked
    const shift = raise(modulo(BigInt(chosen - value) * asked, order));
    elements.push(raise(power), multiply(key(power), shift));
    proofs.push(asProof(group, r, power, asked));
    rest += asked;
  }
  const asked = modulo((await challenge(group, prefix, elements)) - rest, order);
  return proofs.map((proof) => proof ?? asProof(group, r, nonce, asked));
}

/**
 * Check an interval proof, and on request in the same stroke that alpha and beta are in the group.
 * @param {{group: Group, key: (exponent: bigint) => unknown}} election
 * @param {string} prefix
 * @param {{alpha: unknown, beta: unknown}} ciphertext
 * @param {number[]} values
 * @param {Proof[]} proofs one for each value
 * @param {boolean} unknown whether membership has still to be checked
 * @returns {Promise<boolean>}
 */
export async function verifyInterval({ group, key }, prefix, { alpha, beta }, values, proofs, unknown) {
  if (proofs.length !== values.length) return false;
  const { order, multiply, raise } = group;
  const read = proofs.map((proof) => readProof(group, proof));
  const asked = read.map(([number]) => number);
  const exponents = unknown ? [order, ...asked] : asked;
  const alphas = group.powers(alpha, exponents);
  const betas = group.powers(beta, exponents);
  if (unknown) {
    const inside = group.isOne(alphas.shift()) && group.isOne(betas.shift());
    must(inside, "secret.element", "This is not an element of the group.");
  }
  const elements = [];
  read.forEach(([number, response], at) => {
    const value = values[at];
    elements.push(multiply(raise(response), alphas[at]));
    const lowered = value === 0 ? betas[at] : multiply(betas[at], raise(modulo(-BigInt(value) * number, order)));
    elements.push(multiply(key(response), lowered));
  });
  const sum = asked.reduce((a, b) => a + b, 0n) % order;
  return (await challenge(group, prefix, elements)) === sum;
}

const decryptPrefix = (fingerprint, key) => `decrypt|${fingerprint}|${key}|`;
const strongPrefix = (fingerprint, key) => `weft/decrypt|${fingerprint}|${key}|`;

/**
 * Raise alpha to a trustee's secret and prove it twice: as Belenios does, and with alpha and factor in the hash, so
 * that no wrong factor can have a proof.
 * @param {Group} group
 * @param {string} fingerprint of the election
 * @param {string} key g^secret as written
 * @param {bigint} secret
 * @param {unknown} alpha
 */
export async function proveFactor(group, fingerprint, key, secret, alpha) {
  const nonces = [randomScalar(group), randomScalar(group)]; // never one for both: two challenges would tell the secret
  const [factor, weakPower, strongPower] = group.powers(alpha, [secret, ...nonces]);
  const weak = await challenge(group, decryptPrefix(fingerprint, key), [group.raise(nonces[0]), weakPower]);
  const elements = [alpha, factor, group.raise(nonces[1]), strongPower];
  const strong = await challenge(group, strongPrefix(fingerprint, key), elements);
  return { factor, proof: asProof(group, secret, nonces[0], weak), strong: asProof(group, secret, nonces[1], strong) };
}

/**
 * @param {Group} group
 * @param {string} fingerprint
 * @param {unknown} key g^secret
 * @param {unknown} alpha
 * @param {unknown} factor
 * @param {Proof} proof
 * @param {boolean} strong which of the two proofs this is
 * @returns {Promise<boolean>}
 */
export async function verifyFactor(group, fingerprint, key, alpha, factor, proof, strong) {
  const [asked, response] = readProof(group, proof);
  const owner = group.multiply(group.raise(response), group.power(key, asked));
  const power = group.multiply(group.power(alpha, response), group.power(factor, asked));
  const written = group.write(key);
  const [prefix, elements] = strong
    ? [strongPrefix(fingerprint, written), [alpha, factor, owner, power]]
    : [decryptPrefix(fingerprint, written), [owner, power]];
  return (await challenge(group, prefix, elements)) === asked;
}
