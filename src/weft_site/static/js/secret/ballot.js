// One ballot: encrypted, proved, signed; checked in full; and opened again, to see what the device did (Benaloh).
// Formats: sections 4.11, 4.14 and 4.15 of the specification of Belenios.

import { b64Hash, compact, PROOF, readCanonical, readScalar } from "./codec.js";
import { allowed, checkChoices, readElection } from "./election.js";
import { must } from "./errors.js";
import { randomScalar } from "./group.js";
import { proveInterval, proveKnowledge, verifyInterval, verifyKnowledge } from "./proofs.js";

/** @typedef {import("./election.js").Election} Election */

const ANSWER = {
  choices: [{ alpha: "text", beta: "text" }],
  individual_proofs: [[PROOF]],
  overall_proof: [PROOF],
};
const BALLOT = {
  election_uuid: "text",
  election_hash: "text",
  credential: "text",
  answers: [ANSWER],
  signature: { hash: "text", proof: PROOF },
};
const OPENED = { ballot: "text", tracker: "text", answers: [{ choices: ["number"], randomness: ["text"] }] };
const LONGEST = 4_000_000; // characters; ten answers take about 20,000

/** S0 of the specification; S is this with the ciphertexts behind it. */
const context = (election, credential) => `${election.fingerprint}|${credential}`;
const pairs = (choices) => choices.map(({ alpha, beta }) => `${alpha},${beta}`).join(",");
const provePrefix = (bound, { alpha, beta }) => `prove|${bound}|${alpha},${beta}|`;
const signPrefix = (hash) => `sig|${hash}|`;

/**
 * Encrypt a voter's choices.
 * @param {Uint8Array|Election} source election.json, byte for byte, or what readElection made of it
 * @param {bigint} secret the secret number of the credential
 * @param {number[][]} choices for each question a 0 or 1 for each answer
 * @param {(done: number, of: number) => unknown} [onProgress] awaited, so that a page may draw in between
 * @returns {Promise<{ballot: string, tracker: string, opening: string}>} opening tells how one voted: it is shown only
 *   if the ballot is not cast
 */
export async function encrypt(source, secret, choices, onProgress = () => {}) {
  const election = source instanceof Uint8Array ? await readElection(source) : source;
  checkChoices(election, choices);
  const { group } = election;
  const credential = group.write(group.raise(secret));
  const of = choices.flat().length + choices.length;
  let done = 0;
  const step = () => onProgress((done += 1), of);
  const answers = [];
  const opened = [];
  for (const [at, question] of election.questions.entries()) {
    const made = await encryptAnswer(election, context(election, credential), question, choices[at], step);
    answers.push(made.answer);
    opened.push({ choices: [...choices[at]], randomness: made.randomness.map(String) });
  }
  const body = { election_uuid: election.uuid, election_hash: election.fingerprint, credential, answers };
  const hash = await b64Hash(compact(body));
  const signature = { hash, proof: await proveKnowledge(group, signPrefix(hash), secret) };
  const ballot = compact({ ...body, signature });
  const tracker = await b64Hash(ballot);
  return { ballot, tracker, opening: compact({ ballot, tracker, answers: opened }) };
}

async function encryptAnswer(election, bound, question, chosen, step) {
  const { group, key } = election;
  const randomness = chosen.map(() => randomScalar(group));
  const elements = chosen.flatMap((one, at) => sealed(election, one, randomness[at]));
  const written = group.writeAll(elements);
  const choices = chosen.map((_, at) => ({ alpha: written[2 * at], beta: written[2 * at + 1] }));
  const individual = [];
  for (const [at, one] of chosen.entries()) {
    individual.push(await proveInterval(election, provePrefix(bound, choices[at]), randomness[at], one, [0, 1]));
    await step();
  }
  const sum = chosen.reduce((a, b) => a + b, 0);
  const r = randomness.reduce((a, b) => a + b, 0n) % group.order;
  const products = [0, 1].map((side) => group.product(elements.filter((_, at) => at % 2 === side)));
  const [alpha, beta] = group.writeAll(products);
  const prefix = provePrefix(`${bound}|${pairs(choices)}`, { alpha, beta });
  const overall = await proveInterval({ group, key }, prefix, r, sum, allowed(question));
  await step();
  return { answer: { choices, individual_proofs: individual, overall_proof: overall }, randomness };
}

/** The two elements of a ciphertext: g^r and y^r g^chosen. */
function sealed({ group, key }, chosen, r) {
  const mask = key(r);
  return [group.raise(r), chosen === 1 ? group.multiply(mask, group.generator) : mask];
}

/** A ballot in its one form, of this election. @param {string} text @param {Election} election */
export function readBallot(text, election) {
  must(text.length <= LONGEST, "secret.format", "This ballot is too long.", { what: "ballot" });
  const ballot = readCanonical(text, BALLOT, "ballot");
  const own = ballot.election_uuid === election.uuid && ballot.election_hash === election.fingerprint;
  must(own, "secret.other_election", "This ballot is of another election.");
  const fits = (holds, question) =>
    must(holds, "secret.shape", "This ballot does not answer what is asked.", { question });
  fits(ballot.answers.length === election.questions.length, 0);
  ballot.answers.forEach(({ choices, individual_proofs: proofs }, at) => {
    const wanted = election.questions[at].answers.length;
    fits(choices.length === wanted && proofs.length === wanted, at + 1);
  });
  return ballot;
}

/**
 * Check a ballot in full: form, signature, each choice 0 or 1, and each sum in its bounds.
 * @param {string} text
 * @param {Election} election
 * @param {Map<string, unknown>} credentials the public ones, known to be elements
 * @returns {Promise<{credential: string, answers: {alpha: unknown, beta: unknown}[][]}>} the ciphertexts
 */
export async function verifyBallot(text, election, credentials) {
  const ballot = readBallot(text, election);
  const { credential, signature } = ballot;
  must(credentials.has(credential), "secret.stranger", "This ballot's credential is not on the list.");
  const { signature: _, ...body } = ballot;
  const signed =
    signature.hash === (await b64Hash(compact(body))) &&
    (await verifyKnowledge(election.group, signPrefix(signature.hash), credentials.get(credential), signature.proof));
  must(signed, "secret.signature", "This ballot is not signed by its credential.");
  const answers = [];
  for (const [at, answer] of ballot.answers.entries()) {
    answers.push(await verifyAnswer(election, context(election, credential), at, answer));
  }
  return { credential, answers };
}

async function verifyAnswer(election, bound, number, answer) {
  const { group, questions } = election;
  const asked = { question: number + 1 };
  const read = answer.choices.map(({ alpha, beta }) => ({ alpha: group.parse(alpha), beta: group.parse(beta) }));
  for (const [at, choice] of answer.choices.entries()) {
    const prefix = provePrefix(bound, choice);
    const holds = await verifyInterval(election, prefix, read[at], [0, 1], answer.individual_proofs[at], true);
    must(holds, "secret.proof", "A choice of this ballot is not proved to be yes or no.", asked);
  }
  const [alphas, betas] = [read.map((one) => one.alpha), read.map((one) => one.beta)];
  const whole = { alpha: group.product(alphas), beta: group.product(betas) };
  const [alpha, beta] = group.writeAll([whole.alpha, whole.beta]);
  const prefix = provePrefix(`${bound}|${pairs(answer.choices)}`, { alpha, beta });
  const holds = await verifyInterval(election, prefix, whole, allowed(questions[number]), answer.overall_proof, false);
  must(holds, "secret.proof", "The number of choices on this ballot is not proved to be allowed.", asked);
  return read;
}

/**
 * An opened ballot, on any device: encrypt the choices again with the randomness that was used, and compare. It must
 * also be one that the election would have taken, or the device could show a good one and cast nothing.
 * @param {string} text {"ballot", "tracker", "answers"}
 * @param {Uint8Array|Election} source
 * @returns {Promise<{tracker: string, choices: number[][]}>} what the ballot really holds
 */
export async function checkOpened(text, source) {
  const election = source instanceof Uint8Array ? await readElection(source) : source;
  const opened = readCanonical(text, OPENED, "opened");
  const ballot = readBallot(opened.ballot, election);
  await verifyBallot(opened.ballot, election, new Map([[ballot.credential, election.group.read(ballot.credential)]]));
  const tracker = await b64Hash(opened.ballot);
  must(tracker === opened.tracker, "secret.opened", "The tracker is not that of this ballot.", { what: "tracker" });
  const choices = opened.answers.map((answer) => answer.choices);
  checkChoices(election, choices);
  opened.answers.forEach(({ randomness, choices: chosen }, at) => {
    const numbered = randomness.length === chosen.length;
    must(numbered, "secret.format", "A number that was drawn is missing.", { what: "opened" });
    const again = chosen.flatMap((one, which) =>
      sealed(election, one, readScalar(randomness[which], election.group.order)),
    );
    const written = election.group.writeAll(again);
    ballot.answers[at].choices.forEach(({ alpha, beta }, which) => {
      const same = alpha === written[2 * which] && beta === written[2 * which + 1];
      const numbers = { what: "choice", question: at + 1, answer: which + 1 };
      must(same, "secret.opened", "The device encrypted something else than it says.", numbers);
    });
  });
  return { tracker, choices };
}
