// What a voter's and a trustee's browser check of an election, from its archive alone. The same steps as `weft verify
// election`; the first fault ends it. Only what stands in the archive is believed, and of that only what is proved.

import { readEvents } from "./archive.js";
import { readBallot, verifyBallot } from "./ballot.js";
import { b64Hash, hexHash, readCanonical, toText } from "./codec.js";
import { checkDecryption, checkResult, decryptTally, writeTally } from "./decryption.js";
import { readElection } from "./election.js";
import { must, WeftError } from "./errors.js";
import { checkTrustees } from "./trustees.js";
import { ownSecret } from "./trustee.js";

/**
 * @typedef {Object} Report what holds; plain values, so that it can leave a worker
 * @property {{uuid, name, description, fingerprint, group: string, questions, weft}} election
 * @property {"voting"|"closed"|"counted"|"decided"} stage
 * @property {string} head hash of the last event: compare it with the one that was published
 * @property {number} credentials how many may vote
 * @property {{tracker: string, credential: string, counts: boolean}[]} ballots as cast; the last of each counts
 * @property {number} voters how many have
 * @property {{keys: string[], groups: {first: number, size: number, threshold: number}[]}} trustees
 * @property {number[]} decryptedBy owners, from 1
 * @property {number[]} strong those of them whose part is proved strongly
 * @property {number[][]|null} result
 * @property {boolean} proofs whether each ballot was verified, or the list only read
 *
 * @typedef {Object} Options
 * @property {string} [head] the hash of an event that was seen published: it must be there
 * @property {Map<number, string>} [strong] side files with strong proofs, by owner
 * @property {(done: number, of: number) => unknown} [onProgress] bytes; awaited
 */

/** Check everything. @param {Uint8Array} bytes @param {Options} [options] @returns {Promise<Report>} */
export const check = async (bytes, options) => (await audit(bytes, true, options)).report();

/**
 * Read the board without verifying proofs of ballots and parts: hashes, order, trustees, and whose ballot counts. It is
 * quick where `check` takes its time for each ballot; enough to find one's own, not to trust the result.
 * @param {Uint8Array} bytes @param {Options} [options] @returns {Promise<Report>}
 */
export const list = async (bytes, options) => (await audit(bytes, false, options)).report();

/**
 * Where one's own ballot stands.
 * @param {Report} report
 * @returns {{state: "counts"|"replaced"|"absent", place: number, of: number}} place: from 1
 */
export function find({ ballots }, tracker) {
  const at = ballots.findIndex((ballot) => ballot.tracker === tracker);
  const state = at < 0 ? "absent" : ballots[at].counts ? "counts" : "replaced";
  return { state, place: at + 1, of: ballots.length };
}

/**
 * A trustee's part of the result, after checking everything: each ballot, and that the sum is theirs, and that enough
 * have voted.
 * @param {Uint8Array} bytes the archive
 * @param {import("./trustee.js").Ceremony} ceremony in which the key was made
 * @param {string} seed
 * @param {{shares: object[]}} published in that ceremony
 * @param {Options & {minimum?: number}} [options] minimum: fewer ballots are not opened, whatever the election says
 * @returns {Promise<{owner: number, partial: string, owned: string, strong: string, fingerprint: string}>}
 */
export async function decrypt(bytes, ceremony, seed, published, options = {}) {
  const secret = await ownSecret(ceremony, seed, published);
  const found = await audit(bytes, true, options);
  const { election, trustees, stage, tally, voters } = found;
  must(stage === "counted", "secret.not_counted", "This is not the time to decrypt.", { stage });
  requireEnough(election, voters.size, options.minimum ?? 0);
  const own = election.group.raise(secret);
  const owner = 1 + trustees.keys.findIndex((key) => election.group.equal(key, own));
  must(owner > 0, "secret.not_trustee", "This secret opens nothing in this election.");
  return { owner, fingerprint: election.fingerprint, ...(await decryptTally(election, tally, owner, secret)) };
}

function requireEnough({ weft }, ballots, minimum) {
  must(Number.isSafeInteger(weft.minimum ?? 0), "secret.format", "The minimum is no number.", { what: "weft" });
  const needed = Math.max(weft.minimum ?? 0, minimum);
  const numbers = { ballots, minimum: needed };
  must(ballots >= needed, "secret.few", "So few have voted that the result would give them away.", numbers);
}

/** @param {Uint8Array} bytes @param {boolean} proofs @param {Options} [options] */
async function audit(bytes, proofs, { head, strong = new Map(), onProgress = () => {} } = {}) {
  const walk = new Audit(proofs, strong);
  let seen = head === undefined;
  for await (const event of readEvents(bytes)) {
    await walk.take(event);
    seen ||= event.hash === head;
    await onProgress(event.end, bytes.length);
  }
  must(walk.stage !== "setup", "secret.order", "The archive is empty.", { event: 0, type: "" });
  must(seen, "secret.history", "What was published earlier is not in this archive.", { what: "head" });
  return walk;
}

/** Which events may come when, and the check of each. */
const STEPS = {
  setup: { Setup: "setUp" },
  voting: { Ballot: "ballot", EndBallots: "end" },
  closed: { EncryptedTally: "add" },
  counted: { PartialDecryption: "decryption", Result: "decide" },
  decided: {},
};

/** An audit on its way through the events of an archive. */
class Audit {
  constructor(proofs, strong) {
    this.proofs = proofs;
    this.strong = strong;
    this.stage = "setup";
    this.head = "";
    this.tally = null;
    this.result = null;
    this.ballots = [];
    this.trackers = new Set();
    this.voters = new Map(); // credential → place and ciphertexts of its last ballot
    this.decryptions = new Map();
    this.shown = [];
  }

  async take(event) {
    const step = STEPS[this.stage][event.type];
    const numbers = { event: event.height, type: event.type };
    const late = event.type === "Ballot" && this.stage !== "setup";
    must(step || !late, "secret.closed", "A ballot was added after the end.", numbers);
    must(step, "secret.order", "An event comes at the wrong time.", numbers);
    await this[step](event);
    this.head = event.hash;
  }

  async setUp({ data: [raw, trustees, credentials, setup] }) {
    const named = readCanonical(toText(setup, "setup"), SETUP, "setup");
    const hashes = await Promise.all([raw, trustees, credentials].map(hexHash));
    const own = named.election === hashes[0] && named.trustees === hashes[1] && named.credentials === hashes[2];
    must(own, "secret.archive", "The election does not begin with what it names.", { what: "setup", at: 0 });
    this.election = await readElection(raw);
    this.trustees = await checkTrustees(toText(trustees, "trustees"), this.election);
    this.credentials = readCredentials(this.election, toText(credentials, "credentials"), this.proofs);
    const { credentials_hash: hash = hashes[2], roll_size: size = this.credentials.size } = this.election.weft;
    const numbers = { what: hash === hashes[2] ? "roll" : "hash", credential: "" };
    const bound = hash === hashes[2] && Number.isSafeInteger(size) && this.credentials.size <= size;
    must(bound, "secret.credentials", "The list of credentials is not the one of the roll.", numbers);
    this.stage = "voting";
  }

  async ballot({ data: [raw], height }) {
    const tracker = await b64Hash(raw);
    const ballot = height; // the refusal names it by its event
    must(!this.trackers.has(tracker), "secret.replay", "A ballot stands twice.", { ballot });
    let read;
    try {
      const text = toText(raw, "ballot");
      read = this.proofs ? await verifyBallot(text, this.election, this.credentials) : readBallot(text, this.election);
    } catch (error) {
      if (error instanceof WeftError) error.numbers = { ...error.numbers, ballot };
      throw error;
    }
    const { credential, answers } = read;
    must(this.credentials.has(credential), "secret.stranger", "A ballot's credential is not on the list.", { ballot });
    const before = this.voters.get(credential);
    if (before) this.ballots[before.place].counts = false;
    this.voters.set(credential, { place: this.ballots.length, answers });
    this.trackers.add(tracker);
    this.ballots.push({ tracker, credential, counts: true });
  }

  end() {
    this.stage = "closed";
  }

  /** The product of each voter's last ballot must be what stands there. */
  async add({ data: [raw, sized] }) {
    this.stage = "counted";
    if (!this.proofs) return;
    const { group, questions } = this.election;
    const last = Array.from(this.voters.values(), ({ answers }) => answers);
    this.tally = questions.map(({ answers }, at) =>
      answers.map((_, which) => ({
        alpha: group.product(last.map((ballot) => ballot[at][which].alpha)),
        beta: group.product(last.map((ballot) => ballot[at][which].beta)),
      })),
    );
    const expected = await writeTally(this.election, this.tally, this.voters.size);
    const sum = toText(raw, "tally") === expected.text;
    must(sum, "secret.tally", "The encrypted tally is not the sum of the ballots.", { what: "product" });
    const counted = toText(sized, "tally") === expected.sized;
    must(counted, "secret.tally", "The encrypted tally counts other ballots.", { what: "number" });
  }

  async decryption({ data: [raw, owned] }) {
    const { owner, payload } = readCanonical(toText(owned, "owned"), { owner: "number", payload: "text" }, "owned");
    const { keys } = this.trustees;
    const fresh = owner >= 1 && owner <= keys.length && !this.decryptions.has(owner);
    const own = fresh && payload === (await hexHash(raw));
    must(own, "secret.owner", "It is not clear whose part this is.", { trustee: owner });
    requireEnough(this.election, this.voters.size, 0);
    const text = toText(raw, "decryption");
    const strong = this.strong.get(owner);
    const factors = this.proofs
      ? await checkDecryption(this.election, this.tally, owner, keys[owner - 1], text, strong)
      : null;
    if (this.proofs && strong !== undefined) this.shown.push(owner);
    this.decryptions.set(owner, factors);
  }

  decide({ data: [raw] }) {
    const { result } = readCanonical(toText(raw, "result"), { result: [["number"]] }, "result");
    const { questions } = this.election;
    const fits =
      result.length === questions.length && result.every((row, at) => row.length === questions[at].answers.length);
    must(fits, "secret.result", "The published result does not answer what was asked.");
    if (this.proofs) checkResult(this.election, this.tally, this.trustees, this.decryptions, result);
    this.result = result;
    this.stage = "decided";
  }

  /** @returns {Report} */
  report() {
    const { uuid, name, description, fingerprint, group, questions, weft } = this.election;
    const { keys, groups } = this.trustees;
    return {
      election: { uuid, name, description, fingerprint, group: group.name, questions, weft },
      stage: this.stage,
      head: this.head,
      credentials: this.credentials.size,
      ballots: this.ballots,
      voters: this.voters.size,
      trustees: { keys: group.writeAll(keys), groups },
      decryptedBy: [...this.decryptions.keys()],
      strong: this.shown,
      result: this.result,
      proofs: this.proofs,
    };
  }
}

const SETUP = { election: "text", trustees: "text", credentials: "text" };

/**
 * The public credentials, each once.
 * @param {import("./election.js").Election} election
 * @param {string} text
 * @param {boolean} proofs whether each is checked to be an element
 */
function readCredentials({ group }, text, proofs) {
  const credentials = new Map();
  for (const credential of readCanonical(text, ["text"], "credentials")) {
    const numbers = { credential: credential.slice(0, 64) };
    const fresh = !credentials.has(credential);
    must(fresh, "secret.credentials", "A credential stands twice.", { what: "twice", ...numbers });
    const element = proofs ? group.parse(credential) : null;
    const real = !proofs || (group.contains(element) && !group.isOne(element));
    must(real, "secret.credentials", "A credential is none.", { what: "element", ...numbers });
    credentials.set(credential, element);
  }
  return credentials;
}
