// My voting key: made on this device or brought here; hands in public credentials ahead.

import { hexHash } from "../codec.js";
import { desk, kept, masterOf, progress, refuse, send, show, work } from "./common.js";

const root = document.querySelector("[data-voting-key]");
const { group } = root.dataset;
const place = masterOf(root.dataset.votingKey);
const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
const words = root.querySelector("h1, h2").textContent;
let state = JSON.parse(document.getElementById("state").textContent);

const credential = async (master, index) => (await desk.do("credential", { group, master, index })).credential;

/** Whether what waits at the server was made from this key. */
async function isOurs(master) {
  const [first] = state.waiting;
  return first === undefined || (await hexHash(await credential(master, first[0]))) === first[1];
}

/** Hand in as many as are kept ahead. @param {boolean} anew drop what another key handed in */
async function fill(master, anew = false) {
  const waiting = anew ? 0 : state.waiting.length;
  const credentials = [];
  for (let count = 0; count < state.ahead - waiting; count += 1) {
    progress(words, count, state.ahead - waiting);
    credentials.push([state.next + count, await credential(master, state.next + count)]);
  }
  progress(null);
  if (!credentials.length && !anew) return;
  const body = JSON.stringify({ credentials, anew });
  state = await send(location.pathname, { body, headers: { "X-CSRFToken": token, "Content-Type": "application/json" } });
}

async function use(master, anew) {
  await fill(master, anew);
  kept.set(place, master);
  root.querySelector("[data-waiting]").textContent = state.waiting.length;
  root.querySelector("[data-master]").textContent = master;
  show("ready", root);
}

const make = async (anew) => use((await work(words, "credential", { group, index: 0 })).master, anew);
const trying = (act) => async (event) => {
  event?.preventDefault();
  try {
    await act(event);
  } catch (error) {
    refuse(error);
  }
};

root.querySelector("[data-make]").addEventListener("click", trying(() => make(false)));
root.querySelector("[data-anew]").addEventListener("click", trying(() => make(true)));
for (const form of root.querySelectorAll("[data-enter]")) {
  form.addEventListener(
    "submit",
    trying(async () => {
      const master = form.querySelector("input").value.trim();
      const ours = await isOurs(master);
      await use(master, !ours);
    }),
  );
}

trying(async () => {
  const master = kept.get(place);
  if (master !== null && (await isOurs(master))) await use(master, false);
  else show(master === null && state.next === 0 ? "none" : "other", root);
})();
