// The credential: made on this device, from one master secret that never leaves it. Only g^s is handed in.

import { toB64Url, wideHash } from "./codec.js";
import { must } from "./errors.js";

/** 32 random bytes in 43 letters. @returns {string} */
export const newMaster = () => toB64Url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * The secret number of one election. Each number is used in one election only.
 * @param {import("./group.js").Group} group
 * @param {string} master from newMaster
 * @param {number} index 0, 1, 2 …
 * @returns {Promise<bigint>}
 */
export async function secretNumber(group, master, index) {
  must(/^[A-Za-z0-9_-]{43}$/.test(master), "secret.master", "This is not a voting secret.");
  must(Number.isSafeInteger(index) && index >= 0, "secret.master", "Secrets are counted from 0.");
  const secret = await wideHash(`weft/credential|${master}|${index}`, group.order);
  must(secret !== 0n, "secret.master", "This number is not to be used; take the next.");
  return secret;
}

/** What is handed in: g^s. @param {import("./group.js").Group} group @param {bigint} secret @returns {string} */
export const publicCredential = (group, secret) => group.write(group.raise(secret));
