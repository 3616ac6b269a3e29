"""`weft verify election` and `weft verify ballot`: what they say, and their exit status."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.core.ballots.secret_elections import YES_NO, chance, events_of, make, write, write_events

from weft import cli
from weft.ballots.secret import ED25519, Question, encrypt_ballot
from weft.cli import elections
from weft_site.refusals import SENTENCES

CORE = Path(cli.__file__).parents[1] / "ballots/secret"


def weft(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made():
    questions = (*YES_NO, Question.choose("Who\x1b[2J may stand?", ["Rosa", "Karl"], most=2))
    votes = [(0, [[1, 0, 0], [1, 1]]), (1, [[0, 1, 0], [0, 0]]), (1, [[0, 0, 1], [0, 1]])]
    return make(ED25519, singles=0, pedersen=(3, 2), questions=questions, votes=votes, decrypt_by=[1, 3])


@pytest.fixture
def whole(made, tmp_path):
    path = tmp_path / "whole.bel"
    path.write_bytes(write(made.parts))
    return path


@pytest.fixture
def still_open(made, tmp_path):
    path = tmp_path / "open.bel"
    path.write_bytes(write(replace(made.parts, tally=None)))
    return path


def head_of(path):
    return re.findall(rb"([0-9a-f]{64})\.event\.json", path.read_bytes())[-1].decode()


def test_a_whole_election_holds_in_words(made, whole, tmp_path):
    strong = tmp_path / "strong.jsonl"
    strong.write_bytes(b"\n".join(made.strong.values()) + b"\n")

    done = weft("verify", "election", whole, "--strong", strong)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == (
        f"Strike ({made.election.uuid}): everything in the archive holds.\n"
        f"Fingerprint of the election: {made.election.fingerprint}   Group: Ed25519\n"
        "4 credentials, 3 ballots by 2 voters, 1 replaced.\n"
        "Trustees: 3 (any 2 of 3).\n"
        "Decrypted by: 1, 3. Shown right by a strong proof: 1, 3.\n"
        "Shall we strike?\n"
        "          1  yes\n"
        "          0  no\n"
        "          1  abstain\n"
        "Who\ufffd[2J may stand?\n"
        "          1  Rosa\n"
        "          2  Karl\n"
        "Decided.\n"
        f"Head: {head_of(whole)} (event 8)\n"
    )


def test_a_program_gets_the_same_as_json(made, whole):
    done = weft("verify", "election", whole, "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "holds": True,
        "uuid": made.election.uuid,
        "name": "Strike",
        "group": "Ed25519",
        "fingerprint": made.election.fingerprint,
        "stage": "decided",
        "credentials": 4,
        "ballots": 3,
        "voters": 2,
        "replaced": 1,
        "trustees": [{"keys": 3, "needed": 2}],
        "decrypted_by": [1, 3],
        "strong": [],
        "questions": [
            {"question": "Shall we strike?", "answers": ["yes", "no", "abstain"], "sums": [1, 0, 1]},
            {"question": "Who\x1b[2J may stand?", "answers": ["Rosa", "Karl"], "sums": [1, 2]},
        ],
        "head": {"hash": head_of(whole), "height": 8},
        "bound": dict(made.election.weft),
    }


def test_an_open_election_holds_as_far_as_it_goes(still_open):
    done = weft("verify", "election", still_open)

    assert done.exit_code == 0
    assert "Not yet closed" in done.stdout
    assert "Decrypted" not in done.stdout
    assert "yes" not in done.stdout


def test_what_was_kept_earlier_must_go_on(whole, still_open):
    assert weft("verify", "election", whole, "--earlier", still_open, "--head", head_of(still_open)).exit_code == 0
    for options in (("--earlier", whole), ("--head", head_of(whole))):
        done = weft("verify", "election", still_open, *options)
        assert done.exit_code == 1
        assert "(secret.history)" in done.stderr


def test_a_refusal_says_the_code_and_where(made, tmp_path):
    late = encrypt_ballot(made.election, made.secrets[3], [[1, 0, 0], [0, 0]], chance("late")).raw
    path = tmp_path / "late.bel"
    path.write_bytes(write_events(made.parts, [*events_of(made.parts), ("Ballot", late)]))

    in_words, as_json = weft("verify", "election", path), weft("verify", "election", path, "--json")

    assert (in_words.exit_code, as_json.exit_code, in_words.stdout) == (1, 1, "")
    assert in_words.stderr == "A ballot was cast after the end (event 9, type Ballot). (secret.closed)\n"
    assert json.loads(as_json.stdout) == {
        "holds": False,
        "code": "secret.closed",
        "sentence": "A ballot was cast after the end (event 9, type Ballot).",
        "numbers": {"event": 9, "type": "Ballot"},
    }


def test_strong_proofs_that_are_none_are_refused(whole, tmp_path):
    strong = tmp_path / "strong.jsonl"
    strong.write_text('{"owner":0,"strong":[]}\n')

    done = weft("verify", "election", whole, "--strong", strong)

    assert done.exit_code == 1
    assert "(strong). (secret.format)" in done.stderr


def test_a_large_archive_is_spread_over_processes(made, tmp_path, monkeypatch):
    monkeypatch.setattr(elections, "_SPREAD_FROM", 0)
    draw = chance("many")
    ballots = [encrypt_ballot(made.election, made.secrets[0], [[1, 0, 0], [0, 0]], draw).raw for _ in range(40)]
    path = tmp_path / "many.bel"
    path.write_bytes(write(replace(made.parts, ballots=tuple(ballots), tally=None)))
    assert "40 ballots by 1 voters, 39 replaced" in weft("verify", "election", path).stdout

    broken = ballots[33].replace(b'"response":"', b'"response":"1', 1)
    path.write_bytes(write(replace(made.parts, ballots=(*ballots[:33], broken, *ballots[34:]), tally=None)))
    done = weft("verify", "election", path)

    assert done.exit_code == 1
    assert "ballot 34" in done.stderr


# --- one opened ballot -----------------------------------------------------------------------------------------


@pytest.fixture
def opened(made, tmp_path):
    sealed = encrypt_ballot(made.election, made.secrets[0], [[0, 1, 0], [1, 1]], chance("opened"))
    (tmp_path / "election.json").write_bytes(made.election.raw)
    (tmp_path / "opened.json").write_bytes(sealed.opened + b"\n")
    return sealed


def test_an_opened_ballot_shows_what_the_device_encrypted(opened, tmp_path):
    command = ("verify", "ballot", tmp_path / "opened.json", "--election", tmp_path / "election.json")

    in_words, as_json = weft(*command), weft(*command, "--json")

    assert (in_words.exit_code, as_json.exit_code) == (0, 0)
    assert in_words.stdout == (
        f"The ballot {opened.tracker} holds exactly this:\n"
        "Shall we strike? no\n"
        "Who\ufffd[2J may stand? Rosa, Karl\n"
        "It was opened, so it must not be cast.\n"
    )
    expected = {"holds": True, "tracker": opened.tracker, "marked": [["no"], ["Rosa", "Karl"]]}
    assert json.loads(as_json.stdout) == expected


def test_a_device_that_encrypted_something_else_is_caught(opened, tmp_path):
    lie = json.loads(opened.opened)
    lie["answers"][0]["choices"] = [1, 0, 0]
    (tmp_path / "lie.json").write_text(json.dumps(lie, separators=(",", ":"), ensure_ascii=False))

    done = weft("verify", "ballot", tmp_path / "lie.json", "--election", tmp_path / "election.json")

    assert done.exit_code == 1
    assert done.stderr == (
        "The device did not encrypt what it shows: do not vote with it (choice). (secret.opened)\n"
    )  # fmt: skip


# --- words -----------------------------------------------------------------------------------------------------

# Only the devices of members and trustees raise these.
ELSEWHERE = {"choice", "master", "seed", "step", "commitment", "share", "complaint"}


def test_every_code_has_its_sentence_here_on_the_site_and_on_the_reference_page():
    source = "".join(path.read_text() for path in sorted(CORE.glob("*.py")))
    codes = set(re.findall(r'RuleBroken\(\s*"(secret\.[a-z_]+)"', source)) | {"secret.order"}
    page = (Path(__file__).parents[2] / "docs/reference/secret-ballots.md").read_text()

    assert set(elections.SENTENCES) == codes - {f"secret.{name}" for name in ELSEWHERE}
    assert set(SENTENCES) >= codes  # the site has refusals of its own beside them
    assert set(re.findall(r"^\| `(secret\.[a-z_]+)`", page, re.MULTILINE)) == codes
