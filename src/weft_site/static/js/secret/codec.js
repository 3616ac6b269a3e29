// Bytes, texts, hashes and JSON, as Belenios writes them. Whatever is hashed is hashed byte for byte.

import { WeftError, must } from "./errors.js";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Uint8Array} */
export const toBytes = (text) => ENCODER.encode(text);

/** @param {Uint8Array} bytes @param {string} what they are, for the refusal @returns {string} */
export function toText(bytes, what) {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new WeftError("secret.format", "This is not text in UTF-8.", { what });
  }
}

/** SHA-256. @param {string|Uint8Array} data @returns {Promise<Uint8Array>} 32 bytes */
export async function sha256(data) {
  // Browsers offer it only to pages that came over https, or from this very machine.
  must(globalThis.crypto?.subtle, "secret.insecure", "This page came over an open line; it needs https.");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", typeof data === "string" ? toBytes(data) : data));
}

/** @param {Uint8Array} bytes @returns {string} two lower-case digits a byte */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {Uint8Array} bytes @returns {bigint} read as big-endian */
export const toInteger = (bytes) => BigInt(`0x${toHex(bytes)}`);

/** Standard Base64 without "=". @param {Uint8Array} bytes @returns {string} */
export const toB64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");

/** Base64 for addresses, without "=". @param {Uint8Array} bytes @returns {string} */
export const toB64Url = (bytes) => toB64(bytes).replaceAll("+", "-").replaceAll("/", "_");

/** The other way, strictly: only the one text that toB64 would write. @param {string} text @param {string} what */
export function fromB64(text, what) {
  const formed = /^[A-Za-z0-9+/]*$/.test(text) && text.length % 4 !== 1;
  const bytes = Uint8Array.from(formed ? atob(text) : "", (letter) => letter.charCodeAt(0));
  must(bytes.length > 0 && toB64(bytes) === text, "secret.format", "This is not Base64 in its one form.", { what });
  return bytes;
}

/** Hash as Belenios prints it: tracker, fingerprint. @param {string|Uint8Array} data @returns {Promise<string>} */
export const b64Hash = async (data) => toB64(await sha256(data));

/** Hash as the archive names its parts. @param {string|Uint8Array} data @returns {Promise<string>} */
export const hexHash = async (data) => toHex(await sha256(data));

/**
 * Two hashes as one number below `order`; 512 bits, so that no value is likelier than another.
 * @param {string} text hashed with "|0" and "|1" after it
 * @param {bigint} order
 */
export async function wideHash(text, order) {
  const [high, low] = await Promise.all([sha256(`${text}|0`), sha256(`${text}|1`)]);
  return ((toInteger(high) << 256n) | toInteger(low)) % order;
}

/**
 * The challenge H: SHA-256 of the prefix and the elements between commas, as a number below the order.
 * @param {import("./group.js").Group} group
 * @param {string} prefix
 * @param {unknown[]} elements
 * @returns {Promise<bigint>}
 */
export async function challenge(group, prefix, elements) {
  return toInteger(await sha256(prefix + group.writeAll(elements).join(","))) % group.order;
}

/** JSON without spaces, fields in the order in which they were set. @param {unknown} value @returns {string} */
export const compact = (value) => JSON.stringify(value);

/**
 * Read JSON that may be written in one way only: these fields in this order, no spaces, nothing twice, nothing more.
 * A shape is "text", "number" (a whole one, not negative), [shape] for a list, or {field: shape}; "field?" may lack.
 * @param {string} text
 * @param {unknown} shape
 * @param {string} what this is, for the refusal
 */
export function readCanonical(text, shape, what) {
  const value = shaped(parseJson(text, what), shape, what);
  must(compact(value) === text, "secret.canonical", "This is not written in its one form.", { what });
  return value;
}

/** Read JSON written in any way, with each field once and whole numbers only. */
export function readLoose(text, what) {
  const value = parseJson(text, what);
  const strings = /"(?:[^"\\]|\\.)*"(\s*:)?/g;
  let fields = 0;
  const bare = text.replace(strings, (_, colon) => {
    if (colon) fields += 1;
    return "";
  });
  const plain = fields === fieldsIn(value) && !/[0-9][.eE]/.test(bare);
  must(plain, "secret.format", "A field stands twice, or a number is not whole.", { what });
  return value;
}

function parseJson(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new WeftError("secret.format", "This is not JSON.", { what });
  }
}

function fieldsIn(value) {
  if (value === null || typeof value !== "object") return 0;
  const inner = Object.values(value).reduce((sum, one) => sum + fieldsIn(one), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** A value that was read already, if it has these fields, in this order, and no others. */
export function exactly(value, shape, what) {
  const read = shaped(value, shape, what);
  must(compact(read) === compact(value), "secret.format", "There is something more, or in another order.", { what });
  return read;
}

/** The value again, with the fields of the shape alone and in its order. */
export function shaped(value, shape, what) {
  const check = (holds) => must(holds, "secret.format", "This does not have the form it should have.", { what });
  if (shape === "text") {
    check(typeof value === "string");
    return value;
  }
  if (shape === "number") {
    check(Number.isSafeInteger(value) && value >= 0);
    return value;
  }
  if (Array.isArray(shape)) {
    check(Array.isArray(value));
    return value.map((one) => shaped(one, shape[0], what));
  }
  check(value !== null && typeof value === "object" && !Array.isArray(value));
  const read = {};
  for (const [name, inner] of Object.entries(shape)) {
    const field = name.replace("?", "");
    const given = Object.hasOwn(value, field);
    check(given || name !== field);
    if (given) read[field] = shaped(value[field], inner, what);
  }
  return read;
}

/** A number below `order`, in decimal digits without leading zeros. @param {string} text @returns {bigint} */
export function readScalar(text, order) {
  const number = /^(0|[1-9][0-9]{0,77})$/.test(text) ? BigInt(text) : order;
  must(number < order, "secret.number", "This is not a number below the order of the group, in its one form.");
  return number;
}

/** {"challenge", "response"} as every proof is written. */
export const PROOF = { challenge: "text", response: "text" };
