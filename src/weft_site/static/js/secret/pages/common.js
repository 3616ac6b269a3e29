// What the pages of secret votes do the same way: the desk's progress, refusals in the reader's words, what a device keeps.

import { say } from "../../weft.js";
import { Desk } from "../desk.js";
import { WeftError } from "../errors.js";

const SENTENCES = JSON.parse(document.getElementById("refusals")?.textContent || "{}");
const part = (name) => document.querySelector(`[data-desk${name}]`);

export const desk = new Desk();

/** Show one of the page's parts that wait for a script, or none. @param {string} [name] of data-view */
export function show(name, root = document) {
  for (const view of root.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== name;
  root.querySelector(`[data-view="${name}"] h2[tabindex]`)?.focus();
}

/** Say in the reader's words why something was refused; what is no refusal is a mistake of ours and is said as it is. */
export function refuse(error) {
  progress(null);
  const box = part("-refusal");
  let words = String(error?.message ?? error);
  if (error instanceof WeftError || error?.code) {
    words = (SENTENCES[error.code] ?? error.message).replace(/%\((\w+)\)s/g, (_, name) => error.numbers?.[name] ?? "");
  } else console.error(error);
  part("-sentence").textContent = words;
  box.hidden = false;
  box.focus();
}

/** How far the work is. @param {string|null} words null: done */
export function progress(words, done = 0, of = 1) {
  const box = document.querySelector("[data-desk]");
  box.hidden = words === null;
  if (words === null) return;
  part("-refusal").hidden = true;
  if (part("-words").textContent !== words) part("-words").textContent = words;
  part("-bar").value = of ? done / of : 0;
}

/** Do a task at the desk with the page's bar. @param {string} words what is being done */
export async function work(words, task, given) {
  progress(words);
  say(words);
  try {
    return await desk.do(task, given, (done, of) => progress(words, done, of));
  } finally {
    progress(null);
  }
}

/** The bytes behind an address. */
export async function bytes(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Send, and get the answer or the refusal. @param {RequestInit} options */
export async function send(address, options) {
  let answer;
  try {
    answer = await fetch(address, { method: "POST", ...options });
  } catch (error) {
    part("-offline").hidden = false;
    throw error;
  }
  part("-offline").hidden = true;
  const value = await answer.json();
  if (!answer.ok) throw new WeftError(value.code, value.sentence, value.numbers);
  return value;
}

/** What a device keeps for one person under a name; private windows may refuse to keep anything. */
export const kept = {
  get(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, value);
      return true;
    } catch {
      return false;
    }
  },
};

export const masterOf = (person) => `weft.voting.${person}`;

/** The ceremony and what was published in it, as the page brings them. */
export function ceremonyOnPage() {
  const found = JSON.parse(document.getElementById("ceremony").textContent);
  for (const [name, texts] of Object.entries(found.published)) {
    found.published[name] = texts.filter(Boolean).map((text) => JSON.parse(text));
  }
  return found;
}
