// The groups in which everything is reckoned, behind one interface. Written as Belenios does: the group is a product,
// an exponent is a number modulo its order. Nothing here runs in constant time: whoever can measure this device has it.

import { BELENIOS_2048 } from "./belenios2048.js";
import { ED25519 } from "./ed25519.js";
import { must } from "./errors.js";

const DIGIT = 4; // bits of an exponent taken together in `powers`; the fewest products for 256 bits

/**
 * @typedef {Object} Group
 * @property {string} name as election.json has it
 * @property {bigint} order q, a prime
 * @property {number} bits of the order
 * @property {unknown} one
 * @property {unknown} generator g
 * @property {(a, b) => unknown} multiply
 * @property {(a) => unknown} square
 * @property {(a) => boolean} isOne
 * @property {(a, b) => boolean} equal
 * @property {(elements: unknown[]) => string[]} writeAll
 * @property {(text: string) => unknown} parse well written, but perhaps outside the group
 * @property {(text: string) => unknown} read well written and in the group
 * @property {(a) => string} write
 * @property {(a) => boolean} contains
 * @property {(a, exponent: bigint) => unknown} power
 * @property {(a, exponents: bigint[]) => unknown[]} powers one element to several exponents, cheaper than one by one
 * @property {(a) => unknown} invert
 * @property {(elements: unknown[]) => unknown} product
 * @property {(exponent: bigint) => unknown} raise g to an exponent, by a table
 */

/** What both groups have in common. @param {Object} arithmetic @returns {Group} */
function complete(arithmetic) {
  const { order, bits, one, multiply, square } = arithmetic;
  let table = null;
  const group = {
    ...arithmetic,
    product: (elements) => elements.reduce((a, b) => multiply(a, b), one),
    power: (a, exponent) => group.powers(a, [exponent])[0],
    invert: (a) => group.power(a, order - 1n),
    contains: (a) => arithmetic.isOne(group.power(a, order)),
    write: (a) => arithmetic.writeAll([a])[0],
    raise(exponent) {
      table ??= comb(group, arithmetic.generator);
      return table(exponent);
    },
    read(text) {
      const element = arithmetic.parse(text);
      must(group.contains(element), "secret.element", "This is not an element of the group.");
      return element;
    },

    // Yao's method (1976): the squarings are shared, as many as the largest exponent needs; each exponent then sorts
    // them by its digits. 0 ≤ exponent ≤ order.
    powers(a, exponents) {
      const written = exponents.map((exponent) => exponent.toString(1 << DIGIT));
      const longest = Math.max(...written.map((digits) => digits.length));
      const steps = [a];
      while (steps.length < longest) {
        let next = steps[steps.length - 1];
        for (let bit = 0; bit < DIGIT; bit += 1) next = square(next);
        steps.push(next);
      }
      return written.map((digits) => sorted(group, steps, digits));
    },
  };
  return group;
}

/** The product of each step to its digit. The steps of one digit are multiplied first, then all by one running product. */
function sorted({ one, multiply }, steps, digits) {
  const heaps = new Array(1 << DIGIT).fill(null);
  for (let at = 0; at < digits.length; at += 1) {
    const digit = parseInt(digits[digits.length - 1 - at], 1 << DIGIT);
    heaps[digit] = heaps[digit] === null ? steps[at] : multiply(heaps[digit], steps[at]);
  }
  let running = null;
  let result = one;
  for (let digit = heaps.length - 1; digit > 0; digit -= 1) {
    if (heaps[digit] !== null) running = running === null ? heaps[digit] : multiply(running, heaps[digit]);
    if (running !== null) result = multiply(result, running);
  }
  return result;
}

/**
 * A fixed base: the function from exponent to power, by Lim and Lee's comb ("More flexible exponentiation with
 * precomputation", CRYPTO '94). The exponent is laid out in `teeth` rows; a table gives the product of any choice of
 * rows, and one such table for each of `blocks` parts of a row saves squarings. With 7 and 3 the table costs 608
 * products and each power at most 48: the fewest in all for the 10 to 40 powers that a ballot takes.
 * @param {Group} group
 * @param {unknown} base
 * @returns {(exponent: bigint) => unknown}
 */
export function comb(group, base, teeth = 7, blocks = 3) {
  const row = Math.ceil(group.bits / teeth);
  const part = Math.ceil(row / blocks);
  const tables = combTables(group, base, teeth, blocks, row, part);
  return (exponent) => {
    const bits = exponent.toString(2).padStart(row * teeth, "0");
    const last = row * teeth - 1;
    let result = null;
    for (let at = part - 1; at >= 0; at -= 1) {
      if (result !== null) result = group.square(result);
      for (let block = 0; block < blocks; block += 1) {
        const column = block * part + at;
        if (column >= row) continue;
        let choice = 0;
        for (let tooth = 0; tooth < teeth; tooth += 1) {
          if (bits[last - tooth * row - column] === "1") choice |= 1 << tooth;
        }
        if (choice === 0) continue;
        result = result === null ? tables[block][choice] : group.multiply(result, tables[block][choice]);
      }
    }
    return result ?? group.one;
  };
}

/** For each block and each choice of teeth, the product of base^(2^(tooth * row + block * part)). */
function combTables(group, base, teeth, blocks, row, part) {
  const tables = Array.from({ length: blocks }, () => [group.one]);
  let power = base;
  const wanted = new Map();
  for (let block = 0; block < blocks; block += 1) {
    for (let tooth = 0; tooth < teeth; tooth += 1) wanted.set(`${tooth * row + block * part}`, null);
  }
  const highest = Math.max(...Array.from(wanted.keys(), Number));
  for (let bit = 0; bit <= highest; bit += 1) {
    if (wanted.has(`${bit}`)) wanted.set(`${bit}`, power);
    if (bit < highest) power = group.square(power);
  }
  for (let block = 0; block < blocks; block += 1) {
    for (let choice = 1; choice < 1 << teeth; choice += 1) {
      const top = 31 - Math.clz32(choice);
      const tooth = wanted.get(`${top * row + block * part}`);
      const rest = choice ^ (1 << top);
      tables[block].push(rest === 0 ? tooth : group.multiply(tables[block][rest], tooth));
    }
  }
  return tables;
}

const GROUPS = new Map([BELENIOS_2048, ED25519].map((arithmetic) => [arithmetic.name, complete(arithmetic)]));

/** @param {string} name @returns {Group} */
export function groupNamed(name) {
  must(GROUPS.has(name), "secret.group", "This group is not one that Weft reckons in.", { group: String(name) });
  return GROUPS.get(name);
}

/** A number from 1 to order - 1, each as likely as any other: what is too large is drawn again. @param {Group} group */
export function randomScalar(group) {
  const bytes = new Uint8Array(32);
  for (;;) {
    crypto.getRandomValues(bytes);
    let number = 0n;
    for (const byte of bytes) number = (number << 8n) | BigInt(byte);
    number &= (1n << BigInt(group.bits)) - 1n;
    if (number > 0n && number < group.order) return number;
  }
}
