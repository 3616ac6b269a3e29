// The board: is my ballot there, and does everything hold?

import { find } from "../check.js";
import { bytes, kept, refuse, work } from "./common.js";

const root = document.querySelector("[data-board]");
const typed = root.querySelector("#tracker");
const earlier = kept.get(`weft.tracker.${root.dataset.board}`);
if (earlier) typed.value = JSON.parse(earlier).at(-1);

function answer(name) {
  for (const one of root.querySelectorAll("[data-answer]")) one.hidden = one.dataset.answer !== name;
}

const trying = (act) => async (event) => {
  event.preventDefault();
  answer(null);
  try {
    await act(event.currentTarget);
  } catch (error) {
    refuse(error);
  }
};

root.querySelector("[data-find]").addEventListener(
  "submit",
  trying(async () => {
    const report = await work(typed.labels[0].textContent, "list", { archive: await bytes(root.dataset.archive) });
    answer(find(report, typed.value.trim()).state);
  }),
);
root.querySelector("[data-check]").addEventListener(
  "click",
  trying(async (button) => {
    const strong = Object.entries(JSON.parse(new TextDecoder().decode(await bytes(root.dataset.strong))));
    const proofs = new Map(strong.map(([owner, text]) => [Number(owner), text]));
    await work(button.textContent, "check", { archive: await bytes(root.dataset.archive), strong: proofs });
    answer("holds");
  }),
);
