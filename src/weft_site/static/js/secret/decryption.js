// Opening the sum, and only the sum: a trustee's part, how others check it, and what the parts give together.
// Sections 4.16, 4.18 and 4.19 of the specification of Belenios; the strong proofs are Weft's own and stand beside it.

import { compact, hexHash, PROOF, readCanonical } from "./codec.js";
import { must } from "./errors.js";
import { proveFactor, verifyFactor } from "./proofs.js";

/** @typedef {import("./election.js").Election} Election */
/** @typedef {{alpha: unknown, beta: unknown}[][]} Tally for each question and answer, the product of the ballots */

const PARTIAL = { decryption_factors: [["text"]], decryption_proofs: [[PROOF]] };
const STRONG = { owner: "number", strong: [[PROOF]] };

/**
 * The encrypted tally and its size, as they stand in the archive.
 * @param {Election} election
 * @param {Tally} tally
 * @param {number} ballots how many are in it
 */
export async function writeTally({ group }, tally, ballots) {
  const rows = tally.map((row) => {
    const texts = group.writeAll(row.flatMap(({ alpha, beta }) => [alpha, beta]));
    return row.map((_, at) => ({ alpha: texts[2 * at], beta: texts[2 * at + 1] }));
  });
  const text = compact(rows);
  const sized = { num_tallied: ballots, total_weight: ballots, encrypted_tally: await hexHash(text) };
  return { text, sized: compact(sized) };
}

/**
 * A trustee's part: the factors with both proofs. Whoever calls this has checked that the tally is the ballots'.
 * @param {Election} election
 * @param {Tally} tally
 * @param {number} owner number of the trustee, from 1
 * @param {bigint} secret the own part of the key
 * @param {(done: number, of: number) => unknown} [onProgress]
 * @returns {Promise<{partial: string, owned: string, strong: string}>} two records of the archive, and the side file
 */
export async function decryptTally({ group, fingerprint }, tally, owner, secret, onProgress = () => {}) {
  const key = group.write(group.raise(secret));
  const of = tally.flat().length;
  let done = 0;
  const rows = [];
  for (const row of tally) {
    const made = [];
    for (const { alpha } of row) {
      made.push(await proveFactor(group, fingerprint, key, secret, alpha));
      await onProgress((done += 1), of);
    }
    rows.push(made);
  }
  const partial = compact({
    decryption_factors: rows.map((row) => group.writeAll(row.map(({ factor }) => factor))),
    decryption_proofs: rows.map((row) => row.map(({ proof }) => proof)),
  });
  const strong = compact({ owner, strong: rows.map((row) => row.map((one) => one.strong)) });
  return { partial, owned: compact({ owner, payload: await hexHash(partial) }), strong };
}

const fits = (rows, tally) => rows.length === tally.length && rows.every((row, at) => row.length === tally[at].length);

/**
 * Check a partial decryption, and its strong proofs if there are any.
 * @param {Election} election
 * @param {Tally} tally
 * @param {number} owner from 1
 * @param {unknown} key g^secret of its owner
 * @param {string} text
 * @param {string} [strong] the side file
 * @returns {Promise<unknown[][]>} the factors
 */
export async function checkDecryption({ group, fingerprint }, tally, owner, key, text, strong) {
  const numbers = { trustee: owner };
  const given = readCanonical(text, PARTIAL, "decryption");
  const { decryption_factors: written, decryption_proofs: weak } = given;
  must(fits(written, tally) && fits(weak, tally), "secret.decryption", "A trustee's part is incomplete.", numbers);
  const factors = written.map((row) => row.map(group.read));
  const check = async (proofs, isStrong, code, message) => {
    for (const [at, row] of tally.entries()) {
      for (const [which, { alpha }] of row.entries()) {
        const proof = proofs[at][which];
        const holds = await verifyFactor(group, fingerprint, key, alpha, factors[at][which], proof, isStrong);
        must(holds, code, message, numbers);
      }
    }
  };
  await check(weak, false, "secret.decryption", "A trustee's part is not proved.");
  if (strong !== undefined) {
    const side = readCanonical(strong, STRONG, "strong");
    const own = side.owner === owner && fits(side.strong, tally);
    must(own, "secret.format", "These strong proofs are of something else.", { what: "strong" });
    await check(side.strong, true, "secret.factor", "A trustee's part is wrong.");
  }
  return factors;
}

/**
 * Put the parts together and see whether they give the published result.
 * @param {Election} election
 * @param {Tally} tally
 * @param {{groups: {first: number, size: number, threshold: number}[]}} trustees
 * @param {Map<number, unknown[][]>} decryptions factors by owner, from 1
 * @param {number[][]} result
 */
export function checkResult({ group }, tally, { groups }, decryptions, result) {
  const parts = groups.map(({ first, size, threshold }) => {
    const owners = Array.from({ length: size }, (_, at) => first + 1 + at).filter((owner) => decryptions.has(owner));
    const numbers = { have: owners.length, need: threshold };
    must(owners.length >= threshold, "secret.trustees_missing", "Too few trustees have decrypted.", numbers);
    const chosen = owners.slice(0, threshold);
    return chosen.map((owner) => ({ owner, weight: lagrange(group.order, chosen, owner, first) }));
  });
  const agree = tally.every((row, at) =>
    row.every(({ beta }, which) => {
      const weighted = parts.flat().map(({ owner, weight }) => {
        const factor = decryptions.get(owner)[at][which];
        return weight === 1n ? factor : group.power(factor, weight);
      });
      return group.equal(group.multiply(group.product(weighted), group.raise(BigInt(result[at][which]))), beta);
    }),
  );
  must(agree, "secret.result", "The published result is not what the trustees' parts give.");
}

/** The weight of one of those chosen: ∏ k / (k - own), k the others' numbers within their group. */
function lagrange(order, chosen, owner, first) {
  const own = BigInt(owner - first);
  let [above, below] = [1n, 1n];
  for (const other of chosen) {
    if (other === owner) continue;
    const k = BigInt(other - first);
    above = (above * k) % order;
    below = (below * (k - own + order)) % order;
  }
  return (above * inverse(below, order)) % order;
}

/** Fermat: the order is a prime. */
function inverse(number, order) {
  let result = 1n;
  for (const bit of (order - 2n).toString(2)) {
    result = (result * result) % order;
    if (bit === "1") result = (result * number) % order;
  }
  return result;
}
