// The booth. Everything is fetched at the beginning; marking, encrypting and testing then need no network, casting does.

import { bytes, desk, kept, masterOf, refuse, send, show, work } from "./common.js";

const root = document.querySelector("[data-booth]");
const form = root.querySelector("[data-marks]");
const seal = root.querySelector("[data-seal]");
const trackers = `weft.tracker.${root.dataset.booth}`;
const AHEAD = 60; // numbers of a key that are looked for on the list
let election;
let secret;
let sealed = null;

/** The secret number whose public half stands on the list of this vote; null if it is none of this device's. */
async function ownSecret() {
  const master = kept.get(masterOf(root.dataset.person));
  if (master === null) return null;
  const listed = new Set(JSON.parse(new TextDecoder().decode(await bytes(root.dataset.credentials))));
  const { group } = await desk.do("prepare", { election });
  for (let index = 0; index < AHEAD; index += 1) {
    const found = await desk.do("credential", { group, master, index });
    if (listed.has(found.credential)) return found.secret;
  }
  return null;
}

const fieldsets = () => [...form.querySelectorAll("fieldset")];
const marks = () => fieldsets().map((one) => [...one.querySelectorAll("input")].map((input) => Number(input.checked)));

/** No more marks than the question allows; the button waits. */
function judge() {
  const wrong = fieldsets().some((one, at) => {
    const sum = marks()[at].reduce((a, b) => a + b, 0);
    return sum > Number(one.dataset.most);
  });
  form.querySelector("[data-many]").hidden = !wrong;
  seal.disabled = wrong || secret === undefined;
}

function showTracker() {
  for (const place of root.querySelectorAll("[data-tracker]")) place.textContent = sealed.tracker;
}

const trying = (act) => async (event) => {
  event?.preventDefault();
  try {
    await act(event);
  } catch (error) {
    refuse(error);
  }
};

function again() {
  sealed = null;
  root.querySelector("[data-before]").hidden = kept.get(trackers) === null;
  show("mark", root);
  judge();
}

form.addEventListener("change", judge);
form.addEventListener(
  "submit",
  trying(async () => {
    sealed = await work(seal.textContent, "encrypt", { election, secret, choices: marks() });
    showTracker();
    show("sealed", root);
  }),
);
root.querySelector("[data-send]").addEventListener(
  "click",
  trying(async ({ currentTarget: button }) => {
    button.disabled = true;
    try {
      await send(root.dataset.cast, { body: sealed.ballot, credentials: "omit", referrerPolicy: "no-referrer" });
    } finally {
      button.disabled = false;
    }
    const earlier = kept.get(trackers);
    kept.set(trackers, JSON.stringify([...(earlier ? JSON.parse(earlier) : []), sealed.tracker]));
    form.reset();
    show("cast", root);
  }),
);
root.querySelector("[data-test]").addEventListener(
  "click",
  trying(async () => {
    const { choices } = await work(root.querySelector("[data-test]").textContent, "open", { election, opened: sealed.opening });
    const list = root.querySelector("[data-opened]");
    list.replaceChildren();
    for (const [at, question] of fieldsets().entries()) {
      const item = document.createElement("li");
      const labels = [...question.querySelectorAll("label")].map((label) => label.textContent.trim());
      const chosen = labels.filter((_, answer) => choices[at][answer] === 1);
      item.textContent = `${question.querySelector("legend").firstChild.textContent.trim()}: ${chosen.join(", ") || "–"}`;
      list.append(item);
    }
    const file = new Blob([sealed.opening], { type: "application/json" });
    root.querySelector("[data-save]").href = URL.createObjectURL(file);
    sealed = null; // an opened ballot is never cast
    show("tested", root);
  }),
);
for (const button of root.querySelectorAll("[data-again]")) button.addEventListener("click", again);

trying(async () => {
  election = await bytes(root.dataset.election);
  const found = await ownSecret();
  if (found === null) {
    show("lost", root);
    return;
  }
  secret = found;
  again();
})();
