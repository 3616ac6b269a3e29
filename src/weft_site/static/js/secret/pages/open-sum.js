// A trustee's part in opening a sum: the device fetches and checks the whole board first.

import { checkSeed, ownSecret } from "../trustee.js";
import { bytes, ceremonyOnPage, kept, refuse, show, work } from "./common.js";

const root = document.querySelector("[data-open-sum]");
const go = root.querySelector("[data-go]");
const form = go.closest("form");
const given = ceremonyOnPage();
let seed = kept.get(root.dataset.store);

if (seed === null) {
  show("ask", root);
  root.querySelector("#seed").addEventListener("input", ({ target }) => {
    seed = target.value.replace(/\s/g, "");
    go.disabled = seed.length !== 22;
  });
} else go.disabled = false;

/** The own part of the key as belenios-tool reads it: the number as one JSON text. */
root.querySelector("[data-keyfile]").addEventListener("click", async ({ currentTarget: button }) => {
  try {
    checkSeed(seed ?? "");
    const secret = await ownSecret(given.ceremony, seed, given.published);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(String(secret))], { type: "application/json" }));
    link.download = button.dataset.keyfile;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    refuse(error);
  }
});

form.addEventListener("submit", async (event) => {
  if (form.elements.part.value) return; // made already: it is being sent
  event.preventDefault();
  go.disabled = true;
  try {
    checkSeed(seed);
    const archive = await bytes(root.dataset.archive);
    const made = await work(go.textContent, "decrypt", { archive, seed, ...given });
    form.elements.part.value = made.partial;
    form.elements.strong.value = made.strong;
    form.submit();
  } catch (error) {
    go.disabled = false;
    refuse(error);
  }
});
