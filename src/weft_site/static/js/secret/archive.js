// The archive of an election, one growing file: an old-style tar of a header BELENIOS, data and events, each named by
// the SHA-256 of its bytes (section 4.4 of the specification of Belenios). Read byte for byte: what does not belong
// there is refused, so that two who hold the same head hold the same file.

import { hexHash, readCanonical, toBytes, toText } from "./codec.js";
import { must } from "./errors.js";

const BLOCK = 512;
const EVENT = { "parent?": "text", height: "number", type: "text", "payload?": "text" };

/** How many records of data come before an event. The last of them is its payload. */
const DATA = { Setup: 4, Ballot: 1, EndBallots: 0, EncryptedTally: 2, PartialDecryption: 2, Result: 1 };

/**
 * @typedef {Object} Event
 * @property {"Setup"|"Ballot"|"EndBallots"|"EncryptedTally"|"PartialDecryption"|"Result"} type
 * @property {number} height 0, 1, 2 …
 * @property {string} hash 64 hexadecimal digits
 * @property {Uint8Array[]} data what came with it, in order
 */

/**
 * @param {Uint8Array} bytes the whole file
 * @returns {AsyncGenerator<Event & {end: number}>} end: the number of bytes up to here
 */
export async function* readEvents(bytes) {
  const records = readRecords(bytes);
  const first = records.next().value ?? null;
  must(first?.name === "BELENIOS", "secret.archive", "This is no archive of an election.", { what: "header", at: 0 });
  const header = readCanonical(toText(first.body, "header"), { version: "number", timestamp: "text" }, "header");
  const dated = header.version === 1 && header.timestamp === String(first.time);
  must(dated, "secret.archive", "The archive is of another version.", { what: "header", at: 0 });
  let parent = null;
  let height = 0;
  let data = [];
  for (const { name, body, time, at } of records) {
    const check = (holds, what) => must(holds, "secret.archive", WRONG[what], { what, at });
    check(time === first.time, "time");
    const [, hash, kind] = /^([0-9a-f]{64})\.(data|event)\.json$/.exec(name) ?? [];
    check(hash === (await hexHash(body)), "name");
    if (kind === "data") {
      data.push({ hash, body });
      check(data.length <= DATA.Setup, "data");
      continue;
    }
    const event = readCanonical(toText(body, "event"), EVENT, "event");
    check(Object.hasOwn(DATA, event.type), "event");
    check((event.parent ?? null) === parent, "parent");
    check(event.height === height, "height");
    check(data.length === DATA[event.type], "data");
    check(event.payload === data.at(-1)?.hash, "payload");
    const end = at + BLOCK + padded(body.length);
    yield { type: event.type, height, hash, data: data.map((one) => one.body), end };
    parent = hash;
    height += 1;
    data = [];
  }
  must(data.length === 0, "secret.archive", WRONG.data, { what: "data", at: bytes.length });
}

const WRONG = {
  time: "The records of the archive are not of one time.",
  name: "A record's name is not the hash of its bytes.",
  data: "There is more or less data than an event brings.",
  event: "There is an event of an unknown kind.",
  parent: "An event does not follow the one before it.",
  height: "An event is not counted on from the one before it.",
  payload: "An event does not speak of the data before it.",
};

const padded = (size) => Math.ceil(size / BLOCK) * BLOCK;

/** @param {Uint8Array} bytes @returns {Generator<{name: string, body: Uint8Array, time: number, at: number}, null>} */
function* readRecords(bytes) {
  let at = 0;
  while (at < bytes.length) {
    const check = (holds, what) => must(holds, "secret.archive", "The file is damaged.", { what, at });
    const block = bytes.subarray(at, at + BLOCK);
    check(block.length === BLOCK, "short");
    const [size, time] = [octal(block, 124), octal(block, 136)];
    const ascii = String.fromCharCode(...block.subarray(0, 100));
    const name = ascii.replace(/\0+$/, "");
    check(size !== null && time !== null && same(block, headerOf(name, size, time)), "header");
    const end = at + BLOCK + padded(size);
    check(end <= bytes.length, "short");
    const body = bytes.subarray(at + BLOCK, at + BLOCK + size);
    check(
      bytes.subarray(at + BLOCK + size, end).every((byte) => byte === 0),
      "padding",
    );
    yield { name, body, time, at };
    at = end;
  }
  return null;
}

function octal(block, at) {
  const digits = String.fromCharCode(...block.subarray(at, at + 11));
  return /^[0-7]{11}$/.test(digits) ? parseInt(digits, 8) : null;
}

/** The only 512 bytes that may stand before a record. */
function headerOf(name, size, time) {
  const block = new Uint8Array(BLOCK);
  const put = (text, at) => block.set(toBytes(text), at);
  put(/^[ -~]{1,99}$/.test(name) ? name : "", 0);
  put("0000644", 100);
  put("0000000", 108);
  put("0000000", 116);
  put(size.toString(8).padStart(11, "0"), 124);
  put(time.toString(8).padStart(11, "0"), 136);
  put("        ", 148);
  put("0", 156);
  const sum = block.reduce((a, b) => a + b, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
