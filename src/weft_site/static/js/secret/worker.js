// A module worker: the heavy work off the page's thread. It loads everything at once and asks for nothing afterwards.
// In: {id, task, given}. Out: {ready} once; then {id, progress}; at the end {id, answer}, {id, refusal} or {id, error}.

import { WeftError } from "./errors.js";
import { perform, seldom } from "./tasks.js";

addEventListener("message", async ({ data: { id, task, given } }) => {
  try {
    const answer = await perform(
      task,
      given,
      seldom(100, (done, of) => postMessage({ id, progress: [done, of] })),
    );
    postMessage({ id, answer });
  } catch (error) {
    if (error instanceof WeftError) {
      const { code, message, numbers } = error;
      postMessage({ id, refusal: { code, message, numbers } });
    } else {
      postMessage({ id, error: String(error) });
    }
  }
});

postMessage({ ready: true });
