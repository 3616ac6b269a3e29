// The work that a page gives away, by name. A worker does it, or the page itself where workers are missing (desk.js).
// Each task takes one plain record and answers with plain values.

import { same } from "./archive.js";
import { checkOpened, encrypt } from "./ballot.js";
import { check, decrypt, list } from "./check.js";
import { newMaster, publicCredential, secretNumber } from "./credential.js";
import { readElection } from "./election.js";
import { groupNamed } from "./group.js";
import { checkReveals, commit, confirm, newSeed, result, reveal, shares } from "./trustee.js";

let last = null; // the election of the last task: its tables are kept

/** @param {Uint8Array} bytes of election.json, exactly as they were published */
async function electionOf(bytes) {
  if (last === null || !same(last.bytes, bytes)) last = { bytes: bytes.slice(), election: await readElection(bytes) };
  return last.election;
}

const step =
  (work) =>
  ({ ceremony, seed, published }) =>
    work(ceremony, seed, published);

/** @type {Object<string, (given: Object, onProgress: (done: number, of: number) => unknown) => Promise<unknown>>} */
const TASKS = {
  /** Read the election and build its tables while the voter still reads the question. {election} */
  async prepare({ election: bytes }) {
    const { uuid, name, description, fingerprint, group, questions, weft, key } = await electionOf(bytes);
    group.raise(1n);
    key(1n);
    return { uuid, name, description, fingerprint, group: group.name, questions, weft };
  },

  /** {group, master?, index} → a secret number and what is handed in. Without a master a new one is made. */
  async credential({ group: name, master = newMaster(), index }) {
    const group = groupNamed(name);
    const secret = await secretNumber(group, master, index);
    return { master, secret, credential: publicCredential(group, secret) };
  },

  /** {election, secret, choices} → {ballot, tracker, opening} */
  encrypt: async ({ election, secret, choices }, onProgress) =>
    encrypt(await electionOf(election), secret, choices, onProgress),

  /** {election, opened} → {tracker, choices} */
  open: async ({ election, opened }) => checkOpened(opened, await electionOf(election)),

  /** {archive, head?, strong?} → report */
  check: ({ archive, head, strong }, onProgress) => check(archive, { head, strong, onProgress }),
  list: ({ archive, head }, onProgress) => list(archive, { head, onProgress }),

  /** {archive, ceremony, seed, published, minimum?, head?} → {owner, partial, owned, strong, fingerprint} */
  decrypt: ({ archive, ceremony, seed, published, minimum, head }, onProgress) =>
    decrypt(archive, ceremony, seed, published, { minimum, head, onProgress }),

  seed: async () => newSeed(),
  commit: step(commit),
  reveal: step(reveal),
  shares: step(shares),
  confirm: step(confirm),

  /** {ceremony, published} → refuses what does not hold, before the own next step */
  async reveals({ ceremony, published }) {
    await checkReveals(ceremony, published);
  },
  result: ({ ceremony, published }) => result(ceremony, published),
};

/** Do one task. @param {string} task @param {Object} given @param {(done: number, of: number) => unknown} onProgress */
export async function perform(task, given, onProgress) {
  if (!Object.hasOwn(TASKS, task)) throw new TypeError(`no such task: ${task}`);
  return TASKS[task](given, onProgress);
}

/** Pass on only so many reports of progress, and the last. @param {number} pause milliseconds between two */
export function seldom(pause, report) {
  let next = 0;
  return (done, of) => {
    const now = performance.now();
    if (now < next && done < of) return undefined;
    next = now + pause;
    return report(done, of);
  };
}
