// election.json: what is asked, and the key to which it is encrypted. Its fingerprint is of its bytes, never of a copy.

import { b64Hash, readLoose, shaped, toText } from "./codec.js";
import { must } from "./errors.js";
import { comb, groupNamed } from "./group.js";

/**
 * @typedef {Object} Question
 * @property {string} question
 * @property {string[]} answers
 * @property {number} min how many answers are chosen, at least
 * @property {number} max and at most
 *
 * @typedef {Object} Election
 * @property {string} uuid
 * @property {string} name
 * @property {string} description
 * @property {string} fingerprint Base64 of the SHA-256 of the bytes
 * @property {import("./group.js").Group} group
 * @property {string} publicKey y as written
 * @property {(exponent: bigint) => unknown} key the power of y, by a table
 * @property {Question[]} questions
 * @property {Object<string, unknown>} weft what the council bound into it: body, roll, rule, minimum
 */

const REQUIRED = ["version", "description", "name", "group", "public_key", "questions", "uuid"];
const FIELDS = new Set([...REQUIRED, "administrator", "credential_authority", "weft"]);
const QUESTION = { answers: ["text"], min: "number", max: "number", question: "text" };
const SHAPE = { version: "number", description: "text", name: "text", group: "text", public_key: "text", uuid: "text" };

/** @param {Uint8Array} bytes of election.json @returns {Promise<Election>} */
export async function readElection(bytes) {
  const whole = readLoose(toText(bytes, "election"), "election");
  const value = shaped(whole, SHAPE, "election");
  const check = (holds, what) => must(holds, "secret.election", "This is no election that Weft can hold.", { what });
  check(
    Object.keys(whole).every((field) => FIELDS.has(field)),
    "fields",
  );
  check(value.version === 1, "version");
  check(/^[1-9A-HJ-NP-Za-km-z]{14,64}$/.test(value.uuid), "uuid");
  check(Array.isArray(whole.questions) && whole.questions.length > 0, "questions");
  const weft = whole.weft ?? {};
  check(typeof weft === "object" && !Array.isArray(weft), "weft");
  const group = groupNamed(value.group);
  const y = group.read(value.public_key);
  check(!group.isOne(y), "public_key");
  let table = null;
  return {
    uuid: value.uuid,
    name: value.name,
    description: value.description,
    fingerprint: await b64Hash(bytes),
    group,
    publicKey: value.public_key,
    key: (exponent) => (table ??= comb(group, y))(exponent),
    questions: whole.questions.map(readQuestion),
    weft,
  };
}

/** Only sums of answers: blank votes have a proof that others fail to check, rankings cannot be added up. */
function readQuestion(given) {
  const code = "secret.question";
  const asked = { question: String(given?.question ?? "").slice(0, 200) };
  const question = shaped(given, QUESTION, "election");
  const plain = Object.keys(given).every((field) => Object.hasOwn(QUESTION, field));
  must(plain, code, "A question is of a kind that Weft does not ask.", asked);
  const { answers, min, max } = question;
  const bounded = max >= 1 && min <= max && max <= answers.length;
  must(bounded, code, "A question allows what cannot be.", asked);
  return question;
}

/**
 * @param {Election} election
 * @param {number[][]} choices for each question a 0 or 1 for each answer
 */
export function checkChoices({ questions }, choices) {
  const code = "secret.choice";
  must(choices.length === questions.length, code, "Not every question has its choices.", { question: choices.length });
  questions.forEach(({ answers, min, max }, at) => {
    const chosen = choices[at].filter((one) => one === 1).length;
    const plain = choices[at].length === answers.length && choices[at].every((one) => one === 0 || one === 1);
    must(plain, code, "A choice is neither yes nor no.", { question: at + 1 });
    const numbers = { question: at + 1, chosen, min, max };
    must(chosen >= min && chosen <= max, code, "Too few or too many answers are chosen.", numbers);
  });
}

/** @param {Question} question @returns {number[]} min … max */
export const allowed = ({ min, max }) => Array.from({ length: max - min + 1 }, (_, at) => min + at);
