"""The page's door: a worker does the work, without a network, and the page stays alive."""

import json
from base64 import b64encode

import pytest
from tests.site.secret_js import elections

from weft.ballots import secret

CHOICES = [[1, 0, 0]]

OPEN = """
async () => {
  const { Desk } = await import("/secret/desk.js");
  globalThis.desk = new Desk();
  return await desk.ready;
}
"""
# Works through tasks one after another, and counts how often the page could do something else meanwhile.
WORK = """
async (tasks) => {
  const words = (_, value) => (typeof value === "bigint" ? String(value) : value);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  let [turns, working] = [0, true];
  const turn = () => { turns += 1; if (working) setTimeout(turn); };
  setTimeout(turn);
  const answers = [];
  for (const [task, given] of tasks) {
    for (const name of ["election", "archive"]) if (name in given) given[name] = bytes(given[name]);
    if ("secret" in given) given.secret = BigInt(given.secret);
    const progress = [];
    try {
      const answer = await desk.do(task, given, (done, of) => progress.push([done, of]));
      answers.push({ answer: JSON.parse(JSON.stringify(answer ?? null, words)), progress });
    } catch (error) {
      answers.push({ refused: [error.name, error.code ?? null, error.numbers ?? null] });
    }
  }
  working = false;
  return { answers, turns };
}
"""


def text(raw):
    return b64encode(raw).decode()


@pytest.fixture(params=["worker", "page"])
def desk(request, new_device):
    """A page with an open desk; once with a worker, once where none can be had."""
    page = new_device("" if request.param == "worker" else "without-worker").page
    assert page.evaluate(OPEN) == request.param
    return page


@pytest.fixture(scope="module")
def board():
    credentials = [secret.public_credential(secret.BELENIOS_2048, number) for number in (7, 8)]
    return elections.Board(questions=elections.one_question(), credentials=credentials)


def test_a_ballot_is_made_and_checked_after_the_network_is_gone_and_the_page_stays_alive(desk, board):
    desk.context.set_offline(True)
    election = text(board.election.raw)
    given = {"election": election, "secret": "7", "choices": CHOICES}

    found = desk.evaluate(WORK, [["prepare", {"election": election}], ["encrypt", given]])

    prepared, made = found["answers"]
    assert (prepared["answer"]["fingerprint"], prepared["progress"]) == (board.election.fingerprint, [])
    assert secret.check_opened(board.election, made["answer"]["opening"].encode()) == ((1, 0, 0),)
    assert secret.verify_ballot(board.election, made["answer"]["ballot"].encode()).tracker == made["answer"]["tracker"]
    assert made["progress"][0] == [1, 4]
    assert made["progress"][-1] == [4, 4]
    assert found["turns"] >= 2  # had the page been held up, it would have had its turn afterwards only


def test_every_task_answers_through_the_desk(desk, board):
    """A whole ceremony of one, an election by its key, and the opening of its sum."""
    place = {"id": "one", "group": "BELENIOS-2048", "size": 1, "threshold": 1, "index": 1}
    seed, published = "5" * 22, {}

    def do(task, **given):
        found = desk.evaluate(WORK, [[task, given]])["answers"][0]
        assert "refused" not in found, found
        return found["answer"]

    for step, task in [("commitments", "commit"), ("reveals", "reveal"), ("shares", "shares")]:
        published[step] = [do(task, ceremony=place, seed=seed, published=published)]
    assert do("reveals", ceremony=place, published=published) is None
    published["confirmations"] = [do("confirm", ceremony=place, seed=seed, published=published)]
    entry = ["Pedersen", do("result", ceremony=place, published=published)]
    made = do("credential", group="BELENIOS-2048", index=3)
    assert made["secret"] == str(secret.secret_number(secret.BELENIOS_2048, made["master"], 3))

    voting = elections.Board(questions=elections.one_question(), entries=[entry], credentials=[made["credential"]])
    raw = text(voting.election.raw)
    ballot = do("encrypt", election=raw, secret=made["secret"], choices=CHOICES)
    assert do("open", election=raw, opened=ballot["opening"])["choices"] == CHOICES
    voting.add("Ballot", ballot["ballot"])
    elections.close(voting)
    part = do("decrypt", archive=text(voting.bytes), ceremony=place, seed=seed, published=published, minimum=1)
    voting.add("PartialDecryption", part["partial"], part["owned"])
    voting.add("Result", b'{"result":[[1,0,0]]}')

    report = do("check", archive=text(voting.bytes), head=voting.head.hash)
    listed = do("list", archive=text(voting.bytes))
    assert (report["stage"], report["result"], report["ballots"][0]["tracker"]) == (
        "decided",
        [[1, 0, 0]],
        ballot["tracker"],
    )
    assert listed == report | {"proofs": False}


def test_a_refusal_arrives_with_its_code_and_numbers(desk, board):
    given = {"election": text(board.election.raw), "secret": "7", "choices": [[1, 1, 0]]}

    refused, bug, again = desk.evaluate(
        WORK, [["encrypt", given], ["no such task", {}], ["encrypt", given | {"choices": CHOICES}]]
    )["answers"]

    numbers = {"question": 1, "chosen": 2, "min": 1, "max": 1}
    assert refused == {"refused": ["WeftError", "secret.choice", numbers]}
    assert bug["refused"][0] in {"Error", "TypeError"}
    assert bug["refused"][1] is None
    assert json.loads(again["answer"]["ballot"])["election_uuid"] == elections.UUID


def test_two_tasks_at_once_get_their_own_answers(desk, board):
    script = """
    async ([group]) => {
      const masters = await Promise.all([0, 1, 2].map((index) => desk.do("credential", { group, index })));
      const again = masters.map(({ master }, index) => desk.do("credential", { group, master, index }));
      return [masters, await Promise.all(again)].map((made) => made.map(({ credential }) => credential));
    }
    """

    first, second = desk.evaluate(script, ["Ed25519"])

    assert first == second
    assert len(set(first)) == 3


def test_a_closed_desk_answers_nothing_more(new_device):
    page = new_device().page
    page.evaluate(OPEN)

    script = """
    async () => {
      const waiting = desk.do("shares", {}).then(() => "answered", (error) => error.message);
      await desk.ready;
      await null;
      desk.close();
      const later = desk.do("seed").then(() => "answered", (error) => error.message);
      return [await waiting, await later];
    }
    """
    assert page.evaluate(script) == ["The desk is closed."] * 2
