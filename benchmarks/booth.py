"""The voter's browser: encrypting one ballot, as on a fast device and on a slow phone; and checking ballots.

run() gives rows for `make bench`; run directly, this file prints them. A slow phone is Chromium slowed down six times
(Emulation.setCPUThrottlingRate of its DevTools protocol), which is what Chromium's developers take for a cheap one.
Each figure is of a page that has just been opened: reading the election and building the tables of g and y are in it,
unless it says "once prepared". The work is done in the page itself, because there Chromium is sure to slow it down.
"""

import json
from base64 import b64encode
from secrets import randbelow
from statistics import median

from playwright.sync_api import sync_playwright
from tests.conftest import CHROMIUM, FLAGS
from tests.site.secret_js import browser

from weft.ballots import secret
from weft.ballots.secret import ceremony

SLOWDOWN = 6  # a slow phone
ANSWERS = (2, 5, 10)
REPEATS = 7
CHECKED = 20  # ballots of the archive that is checked
TRUSTEES = 5
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
GROUPS = (secret.BELENIOS_2048, secret.ED25519)

ENCRYPT = """
async ([raw, secret, choices]) => {
  const { encrypt } = await import("/secret/ballot.js");
  const { readElection } = await import("/secret/election.js");
  const bytes = new TextEncoder().encode(raw);
  const start = performance.now();
  const election = await readElection(bytes);
  await encrypt(election, BigInt(secret), choices);
  const first = performance.now();
  await encrypt(election, BigInt(secret), choices);
  return [first - start, performance.now() - first];
}
"""
CHECK = """
async (encoded) => {
  const { check } = await import("/secret/check.js");
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const start = performance.now();
  const { voters } = await check(bytes);
  return [voters, performance.now() - start];
}
"""
CONFIRM = """
async ([place, seed, published]) => {
  const { confirm } = await import("/secret/trustee.js");
  const start = performance.now();
  const { public_key: confirmed } = await confirm(place, seed, published);
  return [confirmed, performance.now() - start];
}
"""


def election_of(group, answers):
    """An election of one question, and what is in its archive before the first ballot."""
    trustees = secret.make_trustees(group, [secret.single(group, 1 + randbelow(group.order - 1), randbelow)])
    question = secret.Question.one_of("Shall we strike?", [f"Answer {number}" for number in range(answers)])
    made = secret.make_election(
        uuid="WeftBenchmark1",
        name="Depot",
        description="",
        group=group,
        public_key=trustees.public_key,
        questions=[question],
    )
    return made, trustees


def milliseconds(chromium, address, slowdown, script, given):
    """What the script answers on a page that has just been opened, on a device so many times slower."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(address)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        return page.evaluate(script, given)
    finally:
        context.close()


def encryption(chromium, address, group, answers, slowdown):
    """Median milliseconds of the first ballot of a page and of its second."""
    made, _ = election_of(group, answers)
    given = [made.raw.decode(), str(1 + randbelow(group.order - 1)), [[1, *[0] * (answers - 1)]]]
    found = [milliseconds(chromium, address, slowdown, ENCRYPT, given) for _ in range(REPEATS)]
    return median(first for first, _ in found), median(second for _, second in found)


def checking(chromium, address, group):
    """Milliseconds a ballot of two answers takes in a full check of an archive, on a fast device."""
    made, trustees = election_of(group, 2)
    secrets = [1 + randbelow(group.order - 1) for _ in range(CHECKED)]
    listed = secret.write_credentials(secret.public_credential(group, one) for one in secrets)
    raw, head = secret.start_archive(1_795_000_000, made.raw, trustees.raw(), listed)
    for one in secrets:
        more, head = secret.append(head, "Ballot", secret.encrypt_ballot(made, one, [[1, 0]], randbelow).raw)
        raw += more
    voters, took = milliseconds(chromium, address, 1, CHECK, b64encode(raw).decode())
    if voters != CHECKED:
        raise AssertionError("the browser found other ballots than were cast")
    return took / CHECKED


def run() -> list[dict[str, str | float]]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows = measured(chromium)
        chromium.close()
    return rows


def confirming(chromium, address, group, slowdown):
    """Milliseconds of a trustee's last step, in which everything the others published is checked."""
    threshold = ceremony.usual_threshold(TRUSTEES)
    held = ceremony.Ceremony("benchmark", group, TRUSTEES, threshold)
    seeds = [letter * 22 for letter in LETTERS[:TRUSTEES]]
    numbered = list(enumerate(seeds, 1))
    reveals = [ceremony.reveal(held, index, seed) for index, seed in numbered]
    published = {
        "commitments": [ceremony.commit(held, index, seed) for index, seed in numbered],
        "reveals": reveals,
        "shares": [ceremony.shares(held, index, seed, reveals=reveals, draw=randbelow) for index, seed in numbered],
    }
    place = {"id": held.id, "group": group.name, "size": TRUSTEES, "threshold": threshold, "index": 1}
    given = [place, seeds[0], {step: [json.loads(raw) for raw in raws] for step, raws in published.items()}]
    confirmed, took = milliseconds(chromium, address, slowdown, CONFIRM, given)
    if confirmed is None:
        raise AssertionError("the trustee complained")
    return took


def measured(chromium) -> list[dict[str, str | float]]:
    """The rows, in a browser that is there already."""
    rows = []
    with browser.serve() as address:
        for group in GROUPS:
            for answers in ANSWERS:
                for slowdown in (1, SLOWDOWN):
                    first, second = encryption(chromium, address, group, answers, slowdown)
                    device = "a slow phone" if slowdown > 1 else "this machine"
                    reach = "≤ 1,000" if (slowdown, answers, group.name) == (SLOWDOWN, 5, "BELENIOS-2048") else ""
                    what = f"{group.name}, {answers} answers, on {device}"
                    rows.append(row(f"encrypt a ballot, {what}", first, reach))
                    rows.append(row(f"the same once prepared, {what}", second))
            what = f"check a ballot of 2 answers, {group.name}, on this machine"
            rows.append(row(what, checking(chromium, address, group)))
            what = f"confirm a key of {TRUSTEES} trustees, {group.name}, on a slow phone"
            rows.append(row(what, confirming(chromium, address, group, SLOWDOWN)))
    return rows


def row(what: str, value: float, reach: str = "") -> dict[str, str | float]:
    return {"what": f"booth: {what}", "value": round(value), "unit": "ms", "reach": reach}


if __name__ == "__main__":
    for one in run():
        print(f"{one['what']}: {one['value']:,} {one['unit']}   {one['reach']}".rstrip())
