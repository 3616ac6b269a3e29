"""Elections that hold: made by us and accepted by belenios-tool, made by belenios-tool and accepted by us."""

import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest
from tests.core.ballots.secret_elections import (
    TOOL,
    YES_NO,
    audit,
    make,
    tool,
    tool_accepts,
    tool_accepts_each_ballot,
    write,
)

from weft.ballots.secret import BELENIOS_2048, ED25519, Question
from weft.ballots.secret.archive import Head
from weft.errors import RuleBroken

needs_tool = pytest.mark.skipif(TOOL is None, reason="belenios-tool is not here: apt-get install belenios-tool")

TOOL_3 = shutil.which("belenios-tool-3")
needs_tool_3 = pytest.mark.skipif(
    TOOL_3 is None,
    reason="no belenios-tool-3 on the PATH: Debian 12 has belenios-tool 2.0 alone, Debian 13 has 3.0",
)

APPROVAL = (Question.choose("Who may stand?", ["Rosa", "Karl", "Clara"], most=3),)
TWO_OF_FOUR = (Question.choose("Two tellers", ["A", "B", "C", "D"], most=2, least=1),)
SCORES = (Question.score("The red plan", 3), Question.score("The blue plan", 3))
TWO = (*YES_NO, Question.one_of("Who chairs?", ["Rosa", "Karl"]))

ELECTIONS = {
    "one trustee": {},
    "2 of 3": {"singles": 0, "pedersen": (3, 2)},
    "3 of 5": {"singles": 0, "pedersen": (5, 3), "decrypt_by": [5, 1, 3]},
    "3 of 5 and one more key": {"singles": 1, "pedersen": (5, 3), "decrypt_by": [4, 1, 2, 6]},
    "two questions": {"questions": TWO, "votes": [(0, [[1, 0, 0], [0, 1]]), (3, [[0, 0, 1], [0, 1]])]},
    "approval": {"questions": APPROVAL, "votes": [(0, [[1, 1, 1]]), (1, [[0, 0, 0]]), (2, [[0, 1, 0]])]},
    "choose up to two": {"questions": TWO_OF_FOUR, "votes": [(0, [[1, 1, 0, 0]]), (1, [[0, 0, 0, 1]])]},
    "scores": {"questions": SCORES, "votes": [(0, [[1, 0, 0, 0], [0, 0, 0, 1]]), (1, [[0, 1, 0, 0], [0, 0, 0, 1]])]},
    "three votes of one member": {"votes": [(0, [[1, 0, 0]]), (1, [[0, 1, 0]]), (0, [[0, 1, 0]]), (0, [[0, 0, 1]])]},
}
SUMS = {
    "one trustee": ((2, 0, 1),),
    "2 of 3": ((2, 0, 1),),
    "3 of 5": ((2, 0, 1),),
    "3 of 5 and one more key": ((2, 0, 1),),
    "two questions": ((1, 0, 1), (0, 2)),
    "approval": ((1, 2, 1),),
    "choose up to two": ((1, 1, 0, 1),),
    "scores": ((1, 1, 0, 0), (0, 0, 0, 2)),
    "three votes of one member": ((0, 1, 1),),
}


@pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)
@pytest.mark.parametrize("name", ELECTIONS)
def test_what_we_make_holds(name, group):
    made = make(group, **ELECTIONS[name])

    report = audit(write(made.parts), strong=made.strong)

    votes = ELECTIONS[name].get("votes", [(0,), (1,), (2,), (1,)])
    assert report.result == made.result == SUMS[name]
    assert (report.stage, report.election.questions) == ("decided", made.election.questions)
    assert (report.credentials, report.ballots, report.voters) == (4, len(votes), len({who for who, *_ in votes}))
    assert report.decrypted_by == report.strong == tuple(made.strong)


@needs_tool
@pytest.mark.parametrize("name", ELECTIONS)
def test_belenios_tool_accepts_what_we_make(name, tmp_path):
    made = make(**ELECTIONS[name])

    assert tool_accepts(made.parts, tmp_path)


@needs_tool_3
@pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)
@pytest.mark.parametrize("name", ELECTIONS)
def test_belenios_tool_3_accepts_what_we_make(name, group, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.core.ballots.secret_elections.TOOL", TOOL_3)
    made = make(group, **ELECTIONS[name])

    assert tool_accepts(made.parts, tmp_path / "whole")
    assert tool_accepts_each_ballot(made.parts, tmp_path / "ballots")


@needs_tool_3
def test_belenios_tool_3_refuses_a_ballot_whose_proof_fails(tmp_path, monkeypatch):
    """So that the test above could fail."""
    monkeypatch.setattr("tests.core.ballots.secret_elections.TOOL", TOOL_3)
    parts = make().parts
    proof = parts.ballots[0].rindex(b'"response":"') + len(b'"response":"')
    digit = b"1" if parts.ballots[0][proof : proof + 1] != b"1" else b"2"
    forged = parts.ballots[0][:proof] + digit + parts.ballots[0][proof + 1 :]

    assert not tool_accepts_each_ballot(replace(parts, ballots=(*parts.ballots[1:], forged)), tmp_path / "ballots")


@needs_tool
def test_belenios_tool_sees_a_longer_archive_as_the_same_one_and_a_shorter_one_not(tmp_path):
    made = make()
    earlier = replace(made.parts, ballots=made.parts.ballots[:2], tally=None, decryptions=(), result=None)
    dropped = replace(made.parts, ballots=made.parts.ballots[1:])
    for name, parts in (("earlier", earlier), ("later", made.parts), ("dropped", dropped)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "election.bel").write_bytes(write(parts))

    def grown(first, then):
        command = ("election", "verify-diff", "--dir1", str(tmp_path / first), "--dir2", str(tmp_path / then))
        return tool(tmp_path, *command)[0]

    assert grown("earlier", "later")
    assert not grown("earlier", "dropped")


def test_an_open_election_holds_as_far_as_it_goes():
    made = make()
    closed = replace(made.parts, decryptions=(), result=None)
    voting = replace(closed, tally=None)
    nobody = replace(voting, ballots=())

    stages = [(audit(write(parts)).stage, audit(write(parts)).voters) for parts in (nobody, voting, closed)]

    assert stages == [("voting", 0), ("voting", 3), ("counted", 3)]
    assert audit(write(voting)).result == audit(write(closed)).result == ()


def test_the_head_is_the_hash_of_the_last_event():
    made = make()

    report = audit(write(made.parts))

    assert report.head == Head(timestamp=1_795_000_000, height=8, hash=report.head.hash)
    assert f"{report.head.hash}.event.json".encode() == write(made.parts)[-1024:][:75]
    assert audit(write(made.parts), head=report.head.hash) == report


def by_belenios_tool(folder, questions, votes):
    """An election of which every byte is written by belenios-tool: two trustees, three voters."""

    def run(*command, stdin=b""):
        held, out, said = tool(folder, *command, stdin=stdin)
        assert held, said
        return out

    group = ("--group", "BELENIOS-2048")
    uuid = run("setup", "generate-token").decode().strip()
    run("setup", "generate-credentials", "--uuid", uuid, *group, "--count", "3")
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    lines = next(folder.glob("*.privcreds")).read_text().splitlines()
    for _ in range(2):
        run("setup", "generate-trustee-key", *group)
    public = sorted(folder.glob("*.pubkey"))
    (folder / "public_keys.jsons").write_text("".join(one.read_text() for one in public))
    run("setup", "make-trustees")
    (folder / "template.json").write_text(f'{{"description":"D","name":"N","questions":{questions}}}')
    run("setup", "make-election", "--uuid", uuid, *group, "--template", "template.json")
    run("archive", "init")
    for voter, choices in votes:
        (folder / "credential").write_text(lines[voter].split()[1])
        (folder / "choices").write_text(choices)
        ballot = run("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices")
        run("archive", "add-event", "--type=Ballot", stdin=ballot)
    yield next(folder.glob("*.bel")).read_bytes()
    run("archive", "add-event", "--type=EndBallots")
    tally = run("election", "compute-encrypted-tally")
    run("archive", "add-event", "--type=EncryptedTally", stdin=tally)
    for number, one in enumerate(public, 1):
        key = str(one.with_suffix(".privkey"))
        factor = run("election", "decrypt", "--privkey", key, "--trustee-id", str(number))
        run("archive", "add-event", "--type=PartialDecryption", stdin=factor)
    run("archive", "add-event", "--type=Result", stdin=run("election", "compute-result"))
    yield next(folder.glob("*.bel")).read_bytes()


@needs_tool
@pytest.mark.parametrize(
    ("questions", "votes", "sums"),
    [
        (
            '[{"answers":["a","b"],"min":1,"max":1,"question":"Q?"}]',
            [(0, "[[1,0]]"), (1, "[[0,1]]"), (0, "[[0,1]]")],
            ((0, 2),),
        ),
        (
            """[{"answers":["ä","\\"b\\"","c"],"min":0,"max":2,"question":"Q?"},
            {"answers":["x","y"],"min":1,"max":1,"question":"Ω?"}]""",
            [(0, "[[1,1,0],[1,0]]"), (1, "[[0,0,0],[0,1]]"), (2, "[[0,1,0],[1,0]]")],
            ((1, 2, 0), (2, 1)),
        ),
    ],
)
def test_what_belenios_tool_makes_holds(questions, votes, sums, tmp_path):
    open_archive, whole = by_belenios_tool(tmp_path, questions, votes)

    before, after = audit(open_archive), audit(whole)

    assert (before.stage, before.ballots, before.result) == ("voting", 3, ())
    assert (after.stage, after.result) == ("decided", sums)
    assert (after.credentials, after.ballots, after.voters) == (3, 3, len({voter for voter, _ in votes}))
    assert after.decrypted_by == (1, 2)


def test_progress_goes_up_to_the_last_byte():
    raw, seen = write(make(ED25519).parts), []

    audit(raw, progress=lambda done, total: seen.append((done, total)))

    done = [at for at, _ in seen]
    assert {total for _, total in seen} == {len(raw)}
    assert done == sorted(done)
    assert (done[-1], len(set(done)) > 3) == (len(raw), True)


@pytest.mark.slow
def test_work_can_be_spread_over_processes_that_begin_with_nothing():
    """As on systems without fork: only what is sent arrives there, and refusals come back whole."""
    made = make(ED25519)
    forged = made.parts.ballots[2].replace(b'"response":"', b'"response":"1', 1)
    wrong = replace(made.parts, ballots=(*made.parts.ballots[:2], forged), tally=None)

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        report = audit(write(made.parts), spread=pool.map)
        with pytest.raises(RuleBroken) as refused:
            audit(write(wrong), spread=pool.map)

    assert report == audit(write(made.parts))
    with pytest.raises(RuleBroken) as alone:
        audit(write(wrong))
    assert refused.value == alone.value
    assert refused.value.numbers["ballot"] == 3
