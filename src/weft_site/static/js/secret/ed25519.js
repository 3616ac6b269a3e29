// Ed25519: the points of order L on the twisted Edwards curve -x² + y² = 1 + d x² y² modulo 2²⁵⁵ - 19 (RFC 8032, 5.1).
// Inside, a point is [X, Y, Z, T] with x = X/Z, y = Y/Z, x y = T/Z. Written, it is 64 hexadecimal digits: the encoding
// of RFC 8032 as one number, so with its bytes turned round (Belenios since 2.1).

import { must } from "./errors.js";

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const LOW = (1n << 255n) - 1n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752n; // of -1
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n; // 4/5

/** Below 2²⁵⁵ + 2¹⁸ and congruent: 2²⁵⁵ is 19 here. @param {bigint} x 0 ≤ x < 2⁵²⁰ */
function reduce(x) {
  const folded = (x & LOW) + 19n * (x >> 255n);
  return (folded & LOW) + 19n * (folded >> 255n);
}

/** The number in 0 … P - 1. */
const whole = (x) => ((x % P) + P) % P;

function power(x, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = reduce(result * result);
    if (bit === "1") result = reduce(result * x);
  }
  return result;
}

/** Complete addition, unlike points or like (RFC 8032, 5.1.4). Differences are lifted by 4 P, to stay positive. */
function multiply([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = reduce((y1 - x1 + LIFT) * (y2 - x2 + LIFT));
  const b = reduce((y1 + x1) * (y2 + x2));
  const c = reduce(reduce(t1 * t2) * D2);
  const d = reduce(z1 * z2) * 2n;
  const [e, f, g, h] = [b - a + LIFT, d - c + LIFT, d + c, b + a];
  return [reduce(e * f), reduce(g * h), reduce(f * g), reduce(e * h)];
}

function square([x, y, z]) {
  const a = reduce(x * x);
  const b = reduce(y * y);
  const c = reduce(z * z) * 2n;
  const h = a + b;
  const e = h - reduce((x + y) * (x + y)) + LIFT;
  const g = a - b + LIFT;
  const f = c + g;
  return [reduce(e * f), reduce(g * h), reduce(f * g), reduce(e * h)];
}

const LIFT = 4n * P;
const D2 = (2n * D) % P;

/** x from y, even or odd as asked; null if there is none (RFC 8032, 5.1.3). */
function recover(y, odd) {
  const u = whole(y * y - 1n);
  const v = whole(D * y * y + 1n);
  const v3 = reduce(reduce(v * v) * v);
  const root = reduce(reduce(u * v3) * power(reduce(u * reduce(reduce(v3 * v3) * v)), (P - 5n) / 8n));
  const check = whole(v * root * root);
  let x;
  if (check === u) x = whole(root);
  else if (check === whole(-u)) x = whole(root * ROOT);
  else return null;
  if (x === 0n && odd) return null;
  return (x & 1n) === (odd ? 1n : 0n) ? x : P - x;
}

const point = (x, y) => [x, y, 1n, whole(x * y)];

/** The arithmetic; group.js adds to it what both groups have in common. The sum of points is their "product" here. */
export const ED25519 = {
  name: "Ed25519",
  order: L,
  bits: 253,
  one: point(0n, 1n),
  generator: point(recover(BASE_Y, false), BASE_Y),
  multiply,
  square,
  isOne: ([x, y, z]) => whole(x) === 0n && whole(y - z) === 0n,
  equal: ([x1, y1, z1], [x2, y2, z2]) => whole(x1 * z2 - x2 * z1) === 0n && whole(y1 * z2 - y2 * z1) === 0n,

  /** All at once, because the one costly step, the inversion, is shared. */
  writeAll(points) {
    const before = [];
    let product = 1n;
    for (const [, , z] of points) {
      before.push(product);
      product = reduce(product * z);
    }
    let inverse = power(product, P - 2n);
    const texts = new Array(points.length);
    for (let at = points.length - 1; at >= 0; at -= 1) {
      const [x, y, z] = points[at];
      const own = reduce(inverse * before[at]);
      inverse = reduce(inverse * z);
      const sign = whole(x * own) & 1n;
      texts[at] = ((sign << 255n) | whole(y * own)).toString(16).padStart(64, "0");
    }
    return texts;
  },

  /** A point of the curve in its one form. Whether it is in the group is for `contains` to say. */
  parse(text) {
    must(/^[0-9a-f]{64}$/.test(text), "secret.element", "This is not an element in its one form.");
    const number = BigInt(`0x${text}`);
    const y = number & LOW;
    must(y < P, "secret.element", "This is not an element in its one form.");
    const x = recover(y, number >> 255n === 1n);
    must(x !== null, "secret.element", "This is not an element of the group.");
    return point(x, y);
  },
};
