// What everybody can check of the trustees: their certificates, the powers of their coefficients, and the keys that
// follow from them. Messages: section 4.6 of the specification of Belenios, in the form since 2.5.1.

import { compact, exactly, PROOF, readCanonical, readLoose } from "./codec.js";
import { must } from "./errors.js";
import { pokPrefix, signedPrefix, verifyKnowledge } from "./proofs.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {{message: string, signature: import("./proofs.js").Proof}} Signed */
/**
 * @typedef {Object} Trustee what was published by one of them, checked
 * @property {unknown} verification key for signatures
 * @property {unknown} encryption key for shares
 * @property {unknown[]} powers g^a for each coefficient a, the constant one first
 * @property {string[]} texts the same as written
 */

export const MOST = 20; // trustees

const CERTIFICATE = {
  context: { group: "text", size: "number", threshold: "number", index: "number" },
  verification: "text",
  encryption: "text",
};
export const SIGNED = { message: "text", signature: PROOF };
export const KEY = { pok: PROOF, public_key: "text", signature: PROOF };
const SINGLE = { pok: PROOF, public_key: "text" };
const PEDERSEN = {
  threshold: "number",
  certs: [SIGNED],
  coefexps: [SIGNED],
  signatures: [PROOF],
  verification_keys: [KEY],
};

const signedBy = (group, key, { message, signature }) => verifyKnowledge(group, signedPrefix(message), key, signature);

/** What a trustee signs after seeing everybody's certificate, with the own powers. */
export const agreement = (certs, texts) => `certs_sig|${compact({ certs, coefexps: texts })}`;

/**
 * Certificates and coefficients of all trustees, in their order.
 * @param {Group} group
 * @param {number} threshold how many open the result together
 * @param {Signed[]} certs
 * @param {Signed[]} coefexps
 * @returns {Promise<Trustee[]>}
 */
export async function readTrustees(group, threshold, certs, coefexps) {
  const size = certs.length;
  const fits = size >= 1 && size <= MOST && coefexps.length === size && threshold >= 1 && threshold <= size;
  must(fits, "secret.trustees", "So many trustees there cannot be.", { what: "number", trustee: size });
  const trustees = [];
  const seen = new Set();
  for (const [at, cert] of certs.entries()) {
    const context = { group: group.name, size, threshold, index: at + 1 };
    const one = await readTrustee(group, context, cert, coefexps[at]);
    const fresh = [one.verification, one.encryption].map(group.write);
    const own = fresh[0] !== fresh[1] && !fresh.some((key) => seen.has(key));
    holds(own, "twice", at + 1);
    fresh.forEach((key) => seen.add(key));
    trustees.push(one);
  }
  return trustees;
}

const WORDS = {
  context: "A certificate is for another ceremony.",
  cert: "A trustee's certificate is not signed with its own key.",
  coefexps: "A trustee's coefficients are too many or too few, or not signed.",
  twice: "Two trustees have the same key.",
  certs_sig: "A trustee has not signed the certificates that are shown here.",
  key: "A trustee's part of the key is not the one that follows, or not proved and signed.",
  pok: "A trustee does not show to know the key.",
  kind: "There is an unknown kind of trustee.",
};

/** Refuse, naming the trustee, unless it holds. @param {keyof WORDS} what */
export const holds = (condition, what, trustee) => must(condition, "secret.trustees", WORDS[what], { what, trustee });

async function readTrustee(group, context, cert, coefexps) {
  const read = readCanonical(cert.message, CERTIFICATE, "trustees");
  holds(compact(read.context) === compact(context), "context", context.index);
  const [verification, encryption] = [group.read(read.verification), group.read(read.encryption)];
  const real = !group.isOne(verification) && !group.isOne(encryption);
  holds(real && (await signedBy(group, verification, cert)), "cert", context.index);
  const texts = readCanonical(coefexps.message, { coefexps: ["text"] }, "trustees").coefexps;
  const right = texts.length === context.threshold && (await signedBy(group, verification, coefexps));
  holds(right, "coefexps", context.index);
  return { verification, encryption, powers: texts.map(group.read), texts };
}

/** g^f(j) from the powers of the coefficients of f: Horner's rule in the exponent. */
export const powerAt = (group, powers, j) =>
  powers.reduceRight((sum, power) => group.multiply(group.power(sum, BigInt(j)), power), group.one);

/** @param {Trustee[]} trustees @returns {unknown[]} g^S for each, S the sum of the shares for that trustee */
export function verificationKeys(group, trustees) {
  const sums = trustees[0].powers.map((_, at) => group.product(trustees.map(({ powers }) => powers[at])));
  return trustees.map((_, at) => powerAt(group, sums, at + 1));
}

/** Whether a trustee says: I have seen all these certificates. @returns {Promise<boolean>} */
export const agrees = (group, certs, { verification, texts }, signature) =>
  signedBy(group, verification, { message: agreement(certs, texts), signature });

/** A trustee's part of the key, as it was confirmed: the one that follows, known, and signed. */
export async function confirms(group, { verification }, expected, entry) {
  const text = group.write(expected);
  return (
    entry.public_key === text &&
    (await verifyKnowledge(group, pokPrefix(group, text), expected, entry.pok)) &&
    (await signedBy(group, verification, { message: text, signature: entry.signature }))
  );
}

/**
 * A whole group of trustees, as it stands in trustees.json.
 * @param {Group} group
 * @param {{threshold, certs, coefexps, signatures, verification_keys}} given
 * @returns {Promise<{key: unknown, keys: unknown[], threshold: number}>} their part of the election's key; each one's
 */
export async function checkPedersen(group, given) {
  const entry = exactly(given, PEDERSEN, "trustees");
  const { threshold, certs, coefexps, signatures, verification_keys: confirmed } = entry;
  const fits = certs.length >= 1 && signatures.length === certs.length && confirmed.length === certs.length;
  must(fits, "secret.format", "The numbers of trustees do not fit.", { what: "trustees" });
  const trustees = await readTrustees(group, threshold, certs, coefexps);
  const keys = verificationKeys(group, trustees);
  for (const [at, trustee] of trustees.entries()) {
    holds(await agrees(group, certs, trustee, signatures[at]), "certs_sig", at + 1);
    holds(await confirms(group, trustee, keys[at], confirmed[at]), "key", at + 1);
  }
  return { key: group.product(trustees.map(({ powers }) => powers[0])), keys, threshold };
}

/**
 * trustees.json: who can open the result, and that their keys make the election's.
 * @param {string} text
 * @param {import("./election.js").Election} election
 * @returns {Promise<{keys: unknown[], groups: {first: number, size: number, threshold: number}[]}>} keys by owner,
 *   counted from 0 here and from 1 in the archive; groups of them of which `threshold` must decrypt
 */
export async function checkTrustees(text, election) {
  const { group } = election;
  const given = readLoose(text, "trustees");
  const listed = Array.isArray(given) && given.length > 0 && compact(given) === text;
  must(listed, "secret.format", "The list of trustees is malformed.", { what: "trustees" });
  const [keys, groups] = [[], []];
  let product = group.one;
  for (const entry of given) {
    const pair = Array.isArray(entry) && entry.length === 2;
    must(pair, "secret.format", "A trustee is malformed.", { what: "trustees" });
    const [kind, value] = entry;
    holds(["Single", "Pedersen"].includes(kind), "kind", keys.length + 1);
    const part = kind === "Single" ? await checkSingle(group, value) : await checkPedersen(group, value);
    groups.push({ first: keys.length, size: part.keys.length, threshold: part.threshold });
    keys.push(...part.keys);
    product = group.multiply(product, part.key);
  }
  holds(new Set(group.writeAll(keys)).size === keys.length, "twice", keys.length);
  const made = group.write(product) === election.publicKey;
  must(made, "secret.election", "The election's key is not the one that its trustees made.", { what: "public_key" });
  return { keys, groups };
}

async function checkSingle(group, given) {
  const { pok, public_key: text } = exactly(given, SINGLE, "trustees");
  const key = group.read(text);
  const known = !group.isOne(key) && (await verifyKnowledge(group, pokPrefix(group, text), key, pok));
  holds(known, "pok", 1);
  return { key, keys: [key], threshold: 1 };
}
