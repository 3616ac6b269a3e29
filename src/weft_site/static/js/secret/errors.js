// What a person is told when something does not hold: a stable code for the page to translate, and plain words.

/** A refusal. Anything else that is thrown here is a mistake of ours. */
export class WeftError extends Error {
  /**
   * @param {string} code stable, "secret.…"; the page finds the reader's words by it
   * @param {string} message plain English
   * @param {Object<string, (number|string)>} [numbers] what the sentence speaks of: whose, how many
   */
  constructor(code, message, numbers = {}) {
    super(message);
    this.name = "WeftError";
    this.code = code;
    this.numbers = numbers;
  }
}

/**
 * Go on if it holds, refuse if not.
 * @param {unknown} holds
 * @param {string} code
 * @param {string} message
 * @param {Object<string, (number|string)>} [numbers]
 */
export function must(holds, code, message, numbers) {
  if (!holds) throw new WeftError(code, message, numbers);
}
