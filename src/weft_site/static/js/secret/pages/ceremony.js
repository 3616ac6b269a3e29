// One trustee's step in making a key. The seed is made here, shown once to be written down, and kept on this device.

import { checkSeed } from "../trustee.js";
import { ceremonyOnPage, desk, kept, refuse, show, work } from "./common.js";

const root = document.querySelector("[data-ceremony]");
const step = root.dataset.ceremony;
const TASK = { commitment: "commit", reveal: "reveal", shares: "shares", confirmation: "confirm" }[step];
const form = root.querySelector("form");
const go = root.querySelector("[data-go]");
const given = ceremonyOnPage();
let seed = kept.get(root.dataset.store);

if (step === "commitment") {
  desk.do("seed").then((made) => {
    seed = made;
    root.querySelector("[data-seed]").textContent = made.replace(/(.{4})/g, "$1 ").trim();
    show("seed", root);
  }, refuse);
  root.querySelector("#typed").addEventListener("input", ({ target }) => {
    go.disabled = target.value.trim() !== seed.slice(-4);
  });
} else if (seed === null) {
  show("ask", root);
  root.querySelector("#seed").addEventListener("input", ({ target }) => {
    seed = target.value.replace(/\s/g, "");
    go.disabled = seed.length !== 22;
  });
} else {
  go.disabled = false;
}

form.addEventListener("submit", async (event) => {
  if (form.elements.content.value) return; // made already: it is being sent
  event.preventDefault();
  go.disabled = true;
  try {
    checkSeed(seed);
    const made = await work(go.textContent, TASK, { ...given, seed });
    form.elements.content.value = JSON.stringify(made);
    kept.set(root.dataset.store, seed);
    form.submit();
  } catch (error) {
    go.disabled = false;
    refuse(error);
  }
});
