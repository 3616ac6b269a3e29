// The page's door to all of this: give work away, hear of its progress, get the answer or a WeftError.
//
//   const desk = new Desk();
//   await desk.ready;                                                // from here on no network is needed
//   const { ballot, tracker, opening } = await desk.do("encrypt", { election, secret, choices }, (done, of) => …);
//
// The tasks are in tasks.js. Where a browser has no module workers, the page does the work itself, in slices.

import { WeftError } from "./errors.js";
import { perform, seldom } from "./tasks.js";

/** Let the page draw and answer before going on. */
const breathe = () => new Promise((resume) => setTimeout(resume));

export class Desk {
  #worker = null;
  #open = new Map(); // id → {resolve, reject, onProgress}
  #count = 0;
  #closed = false;

  constructor() {
    /** @type {Promise<"worker"|"page">} who does the work, once all is loaded */
    this.ready = new Promise((resolve) => {
      let worker;
      try {
        worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      } catch {
        resolve("page");
        return;
      }
      worker.addEventListener("message", ({ data }) => {
        if (data.ready) {
          this.#worker = worker;
          resolve("worker");
        } else this.#hear(data);
      });
      worker.addEventListener("error", () => {
        worker.terminate();
        this.#worker = null;
        for (const { reject } of this.#open.values()) reject(new Error("The worker stopped."));
        this.#open.clear();
        resolve("page");
      });
    });
  }

  /**
   * @param {string} task one of tasks.js
   * @param {Object} given
   * @param {(done: number, of: number) => void} [onProgress]
   * @returns {Promise<any>} rejected with a WeftError if the rules refuse
   */
  async do(task, given = {}, onProgress = () => {}) {
    await this.ready;
    if (this.#closed) throw new Error("The desk is closed.");
    if (this.#worker === null) {
      return perform(
        task,
        given,
        seldom(30, (done, of) => {
          onProgress(done, of);
          return breathe();
        }),
      );
    }
    return new Promise((resolve, reject) => {
      const id = (this.#count += 1);
      this.#open.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, task, given });
    });
  }

  #hear({ id, progress, answer, refusal, error }) {
    const waiting = this.#open.get(id);
    if (!waiting) return;
    if (progress) {
      waiting.onProgress(...progress);
      return;
    }
    this.#open.delete(id);
    if (refusal) waiting.reject(new WeftError(refusal.code, refusal.message, refusal.numbers));
    else if (error) waiting.reject(new Error(error));
    else waiting.resolve(answer);
  }

  /** End the worker, and whatever it still does; nothing is done here afterwards. */
  close() {
    this.#closed = true;
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#open.values()) reject(new Error("The desk is closed."));
    this.#open.clear();
  }
}
