// The trustee's device. It keeps one thing, the seed of 22 letters; everything else follows from it and from what all
// have published, so that a key can be made on one day and used on another, on another device.
//
// A ceremony is {id, group, size, threshold, index}: its name, the group's name, how many trustees, how many of them
// open a result, and which one this is, from 1. What was published is {commitments, reveals, shares, confirmations}:
// for each step a list in the order of the trustees, null where nothing is yet.

import { compact, exactly, fromB64, hexHash, PROOF, readScalar, sha256 } from "./codec.js";
import { toB64, toBytes, toInteger, toText, wideHash } from "./codec.js";
import { must, WeftError } from "./errors.js";
import { groupNamed, randomScalar } from "./group.js";
import { pokPrefix, proveKnowledge, signedPrefix } from "./proofs.js";
import { agreement, agrees, checkPedersen, holds, KEY, MOST, powerAt, readTrustees, SIGNED } from "./trustees.js";

/** @typedef {{id: string, group: string, size: number, threshold: number, index: number}} Ceremony */
/** @typedef {{commitments: object[], reveals: object[], shares: object[], confirmations: object[]}} Published */

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SEED = 22; // letters: 128 bits
const REVEAL = { cert: SIGNED, coefexps: SIGNED };
const SHARES = { signature: PROOF, shares: [{ r: "text", c: "text" }] };
const NONCE = new Uint8Array(12); // all zero: each key encrypts one share

/** A new secret, to be written down. @returns {string} 22 letters of Base58 */
export function newSeed() {
  let seed = "";
  const byte = new Uint8Array(1);
  while (seed.length < SEED) {
    crypto.getRandomValues(byte);
    if (byte[0] < 232) seed += LETTERS[byte[0] % 58]; // 232 = 4 * 58: no letter is likelier than another
  }
  return seed;
}

/** @param {string} seed as typed in; refused if letters lack or cannot be */
export function checkSeed(seed) {
  const formed = seed.length === SEED && [...seed].every((letter) => LETTERS.includes(letter));
  must(formed, "secret.seed_form", "This is no trustee's secret: it has 22 letters and digits, without 0, O, I and l.");
}

/** Everything that one trustee's seed makes in a ceremony. */
async function derive(ceremony, seed) {
  const { id, size, threshold, index } = ceremony;
  const fits =
    /^[a-z0-9-]{1,64}$/.test(id) &&
    [size, threshold, index].every(Number.isSafeInteger) &&
    1 <= threshold &&
    threshold <= size &&
    size <= MOST &&
    1 <= index &&
    index <= size;
  must(fits, "secret.ceremony", "Such a ceremony there cannot be.");
  checkSeed(seed);
  const group = groupNamed(ceremony.group);
  const [signing, decryption] = await Promise.all(["sk", "dk"].map((use) => keyFrom(group, `${use}|${seed}`)));
  const places = Array.from({ length: threshold }, (_, k) => k);
  const polynomial = await Promise.all(
    places.map((k) => wideHash(`weft/polynomial|${id}|${index}|${seed}|${k}`, group.order)),
  );
  // A signature's nonce comes from seed and message, as in RFC 6979: the same again, and never for another message.
  const sign = async (message) => {
    const nonce = await wideHash(`weft/nonce|${seed}|${message}`, group.order);
    return { message, signature: await proveKnowledge(group, signedPrefix(message), signing, nonce) };
  };
  const [verification, encryption, ...texts] = group.writeAll([signing, decryption, ...polynomial].map(group.raise));
  const context = { group: group.name, size, threshold, index };
  return {
    group,
    decryption,
    polynomial,
    texts,
    sign,
    cert: await sign(compact({ context, verification, encryption })),
    coefexps: await sign(compact({ coefexps: texts })),
  };
}

const keyFrom = async (group, text) => toInteger(await sha256(text)) % group.order;

const commitmentTo = async ({ cert, coefexps }) => ({
  commitment: await hexHash(`weft/ceremony/commit|${compact(cert)}|${compact(coefexps)}`),
});

/** Step 1: bind oneself, before anything of the others can be seen. @returns {Promise<{commitment: string}>} */
export const commit = async (ceremony, seed) => commitmentTo(await derive(ceremony, seed));

/**
 * Step 2: show what one is bound to.
 * @param {Ceremony} ceremony
 * @param {string} seed
 * @param {Published} published with all commitments
 */
export async function reveal(ceremony, seed, published) {
  const own = await derive(ceremony, seed);
  const commitments = all(ceremony, published.commitments, { commitment: "text" }, "commitments");
  const { commitment } = await commitmentTo(own);
  isOurs(commitments[ceremony.index - 1].commitment === commitment);
  return { cert: own.cert, coefexps: own.coefexps };
}

/**
 * Step 3: a share of the own secret for each, encrypted.
 * @param {Ceremony} ceremony
 * @param {string} seed
 * @param {Published} published with all reveals
 */
export async function shares(ceremony, seed, published) {
  const own = await derive(ceremony, seed);
  const { reveals, trustees } = await checkReveals(ceremony, published);
  isOurs(compact(reveals[ceremony.index - 1]) === compact({ cert: own.cert, coefexps: own.coefexps }));
  const certs = reveals.map(({ cert }) => cert);
  const { signature } = await own.sign(agreement(certs, own.texts));
  const made = [];
  for (const [at, { encryption }] of trustees.entries()) {
    const value = valueAt(own.polynomial, at + 1, own.group.order);
    made.push(await lock(own.group, encryption, label(ceremony.id, ceremony.index, at + 1), value));
  }
  return { signature, shares: made };
}

/**
 * Step 4: confirm the own part of the key, or complain of whose share is wrong.
 * @param {Ceremony} ceremony
 * @param {string} seed
 * @param {Published} published with all shares
 */
export async function confirm(ceremony, seed, published) {
  const own = await derive(ceremony, seed);
  const { reveals, trustees } = await checkReveals(ceremony, published);
  isOurs(compact(reveals[ceremony.index - 1]) === compact({ cert: own.cert, coefexps: own.coefexps }));
  const given = await checkShares(ceremony, published, reveals, trustees);
  const { group } = own;
  let sum = 0n;
  for (const [at, { powers }] of trustees.entries()) {
    const value = await unlock(own, label(ceremony.id, at + 1, ceremony.index), given[at].shares[ceremony.index - 1]);
    const right = value !== null && group.equal(group.raise(value), powerAt(group, powers, ceremony.index));
    if (!right) return { complaint: at + 1 };
    sum += value;
  }
  const secret = sum % group.order;
  const text = group.write(group.raise(secret));
  const { signature } = await own.sign(text);
  return { pok: await proveKnowledge(group, pokPrefix(group, text), secret), public_key: text, signature };
}

/** The "Pedersen" entry of trustees.json, when all have confirmed; everything in it is checked. */
export async function result(ceremony, published) {
  const { reveals, trustees } = await checkReveals(ceremony, published);
  const given = await checkShares(ceremony, published, reveals, trustees);
  (published.confirmations ?? []).forEach((step, at) => {
    const numbers = { trustee: Number(step?.complaint), by: at + 1 };
    must(!Object.hasOwn(step ?? {}, "complaint"), "secret.complaint", "A trustee complained of a share.", numbers);
  });
  const entry = {
    threshold: ceremony.threshold,
    certs: reveals.map(({ cert }) => cert),
    coefexps: reveals.map(({ coefexps }) => coefexps),
    signatures: given.map(({ signature }) => signature),
    verification_keys: all(ceremony, published.confirmations, KEY, "confirmations"),
  };
  await checkPedersen(groupNamed(ceremony.group), entry);
  return entry;
}

/**
 * The own part of the key once more, on the day when the result is opened: only the seed and the published shares are
 * needed. The caller compares it with trustees.json.
 * @param {Ceremony} ceremony
 * @param {string} seed
 * @param {{shares: object[]}} published
 * @returns {Promise<bigint>}
 */
export async function ownSecret(ceremony, seed, published) {
  const own = await derive(ceremony, seed);
  const given = all(ceremony, published.shares, SHARES, "shares");
  let sum = 0n;
  for (const [at, step] of given.entries()) {
    const value = await unlock(own, label(ceremony.id, at + 1, ceremony.index), step.shares[ceremony.index - 1]);
    isOurs(value !== null);
    sum += value;
  }
  return sum % own.group.order;
}

/**
 * All have revealed, each what the commitment says, well signed and with keys of their own.
 * @param {Ceremony} ceremony
 * @param {Published} published
 */
export async function checkReveals(ceremony, published) {
  const commitments = all(ceremony, published.commitments, { commitment: "text" }, "commitments");
  const reveals = all(ceremony, published.reveals, REVEAL, "reveals");
  for (const [at, step] of reveals.entries()) {
    const opens = (await commitmentTo(step)).commitment === commitments[at].commitment;
    must(opens, "secret.commitment", "A trustee shows something else than was committed to.", { trustee: at + 1 });
  }
  const [certs, coefexps] = [reveals.map(({ cert }) => cert), reveals.map((step) => step.coefexps)];
  return { reveals, trustees: await readTrustees(groupNamed(ceremony.group), ceremony.threshold, certs, coefexps) };
}

async function checkShares(ceremony, published, reveals, trustees) {
  const given = all(ceremony, published.shares, SHARES, "shares");
  const certs = reveals.map(({ cert }) => cert);
  for (const [at, step] of given.entries()) {
    must(step.shares.length === ceremony.size, "secret.format", "There is not a share for each.", { what: "shares" });
    holds(await agrees(groupNamed(ceremony.group), certs, trustees[at], step.signature), "certs_sig", at + 1);
  }
  return given;
}

/** One step of all trustees, each in its form. */
function all({ size }, given, shape, what) {
  const steps = given ?? [];
  const numbers = { have: steps.filter(Boolean).length, need: size };
  must(numbers.have === size && steps.length === size, "secret.step", "Not all trustees have done this step.", numbers);
  return steps.map((step) => exactly(step, shape, what));
}

/** What was published under this trustee's number is what this seed makes. */
function isOurs(same) {
  must(same, "secret.seed", "This is not the secret with which this trustee began.");
}

/** f(j) modulo the order. */
const valueAt = (polynomial, j, order) => polynomial.reduceRight((sum, a) => (sum * BigInt(j) + a) % order, 0n);

const label = (id, from, to) => toBytes(`weft/share|${id}|${from}|${to}`);

async function shareKey(group, r, shared, use) {
  const bytes = await sha256(`weft/share|${r}|${group.write(shared)}`);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [use]);
}

/** Encrypt a share: a key agreed with ElGamal, then AES-256-GCM bound to who sends it to whom. */
async function lock(group, encryption, additionalData, value) {
  const rho = randomScalar(group);
  const r = group.write(group.raise(rho));
  const key = await shareKey(group, r, group.power(encryption, rho), "encrypt");
  const text = toBytes(String(value));
  const c = await crypto.subtle.encrypt({ name: "AES-GCM", iv: NONCE, additionalData }, key, text);
  return { r, c: toB64(new Uint8Array(c)) };
}

/** @returns {Promise<bigint|null>} null if it cannot be read */
async function unlock({ group, decryption }, additionalData, share) {
  try {
    const key = await shareKey(group, share.r, group.power(group.read(share.r), decryption), "decrypt");
    const c = fromB64(share.c, "shares");
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: NONCE, additionalData }, key, c);
    return readScalar(toText(new Uint8Array(text), "shares"), group.order);
  } catch (error) {
    if (error instanceof WeftError || error.name === "OperationError") return null;
    throw error;
  }
}
