"""`weft count`: from a file to a result that people read, or a program; and what it says when it cannot count."""

import json
from hashlib import sha256

import pytest
from click.testing import CliRunner

from weft import cli
from weft.ballots import draw_lots, lot_commitment

SEED = bytes(range(32))
WARD = '4 2\n5 1 2 0\n1 2 0\n3 3 0\n1 4 3 0\n0\n"Anna"\n"Bo"\n"Cai"\n"Dee"\n"Ward 4"\n'
TIE = "3 1\n3 1 0\n2 2 1 0\n2 3 2 0\n0\nAnna\nBo\nCai\nShop floor\n"


def weft(*arguments):
    return CliRunner().invoke(cli.main, ["count", *(str(argument) for argument in arguments)])


def answer(*arguments):
    done = weft(*arguments, "--json")
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture
def ward(tmp_path):
    path = tmp_path / "ward.blt"
    path.write_text(WARD)
    return path


@pytest.fixture
def tie(tmp_path):
    path = tmp_path / "tie.BLT"
    path.write_text(TIE)
    return path


def test_a_count_is_readable_stage_by_stage(ward):
    done = weft(ward, "--rule", "stv-scottish")

    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "Ward 4: 10 papers, 2 places, by stv_scottish.",
        "",
        "1. First preferences are counted; 4 votes elect. Elected: Anna.",
        "2. The surplus of Anna goes to the next preferences: 1 votes.",
        "3. Dee, with the fewest votes, is excluded; the papers go to the next preferences. Elected: Cai.",
    ]
    assert [line.split() for line in lines if line.strip().startswith("Cai ")] == [
        ["Cai", "│", "3", "│", "3", "│", "4"]
    ]
    assert lines[-2:] == ["Elected: Anna, Cai", "Next: Bo, Dee"]


def test_a_program_reads_the_same(ward):
    status, read = answer(ward, "--rule", "stv-scottish")

    assert status == 0
    assert (read["holds"], read["title"], read["lot"]) == (True, "Ward 4", None)
    assert (read["elected"], read["runners_up"], read["papers"], read["places"]) == (
        ["Anna", "Cai"],
        ["Bo", "Dee"],
        10,
        2,
    )
    assert read["stages"][1] == {
        "action": "surplus",
        "subject": ["Anna"],
        "totals": [["Anna", "4"], ["Bo", "2"], ["Cai", "3"], ["Dee", "1"]],
        "moved": [{"from": "Anna", "to": "Bo", "votes": "1"}],
        "exhausted": "0",
        "lost": "0",
        "quota": "4",
        "elected": [],
        "filled": [],
        "excluded": [],
        "lots": [],
        "doomed": [],
        "guarded": [],
        "values": [],
        "money": None,
        "pairs": [],
        "said": ["The surplus of Anna goes to the next preferences: 1 votes."],
    }


@pytest.mark.parametrize(
    "rule", ["irv", "stv-scottish", "stv_meek", "schulze", "phragmen", "equal-shares", "approval", "plurality"]
)
def test_every_rule_for_lists_counts_the_same_file_without_floats(ward, rule):
    status, read = answer(ward, "--rule", rule, "--lot", SEED.hex())

    assert status == 0
    assert len(read["elected"]) == 2
    assert read["stages"][0]["said"]

    def floats(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return isinstance(value, float) or any(floats(one) for one in inner)

    assert not floats(read)


def test_places_can_be_said_otherwise(ward):
    assert answer(ward, "--rule", "stv-scottish", "--places", 3)[1]["elected"] == ["Anna", "Cai", "Bo"]


def test_a_tie_is_refused_and_the_seed_of_a_lot_decides_it(tie):
    done = weft(tie, "--rule", "irv")
    status, read = answer(tie, "--rule", "irv")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Bo, Cai are equal, and a place hangs on it. A lot must decide: give --lot")
    assert (status, read["holds"], read["code"], read["candidates"]) == (1, False, "election.tie", ["Bo", "Cai"])

    status, read = answer(tie, "--rule", "irv", "--lot", SEED.hex())
    contribution = sha256(tie.read_bytes()).digest()
    commitment = lot_commitment(SEED)
    first = draw_lots(SEED, contribution, ["2", "3"], commitment=commitment)[0]
    assert status == 0
    assert read["lot"] == {"commitment": commitment, "contribution": contribution.hex()}
    assert read["stages"][1]["excluded"] == [{"2": "Bo", "3": "Cai"}[first]]
    assert read["stages"][1]["lots"][0]["why"] == "excluded"
    assert f"Lot committed to as {commitment}." in weft(tie, "--rule", "irv", "--lot", SEED.hex()).stdout


def test_a_quota_moves_a_place_and_the_answer_says_so(ward, tmp_path):
    attributes = tmp_path / "attributes.csv"
    attributes.write_text("candidate,women,youth\nDee,x,\n2,,x\n")

    status, read = answer(ward, "--rule", "stv-scottish", "--quota", "women=1/2", "--attributes", attributes)
    done = weft(ward, "--rule", "stv-scottish", "--quota", "women=1/2", "--attributes", attributes)

    assert status == 0
    assert read["elected"] == ["Anna", "Dee"]
    assert read["quotas"] == [{"attribute": "women", "needed": 1, "reachable": 1, "held": 1}]
    assert read["substitutions"] == [{"elected": "Dee", "instead_of": "Cai", "attributes": ["women"]}]
    assert "Dee takes a place that Cai would have had, for the quota of: women." in done.stdout


def test_a_harmed_file_is_not_counted_and_every_problem_has_its_line(tmp_path):
    path = tmp_path / "ward.blt"
    path.write_text("2 1\n1 3 0\n1 1 1 0\n0\nAnna\nBo\n")

    done = weft(path, "--rule", "irv")
    status, read = answer(path, "--rule", "irv")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        f"{path}:2: The paper names a candidate 3; there are 2.",
        f"{path}:3: The paper names candidate 1 twice.",
    ]
    assert (status, read["holds"]) == (1, False)
    assert [(one["line"], one["code"]) for one in read["problems"]] == [(2, "paper.candidate"), (3, "paper.twice")]


def test_points_and_answers_come_from_csv(tmp_path):
    points, answers = tmp_path / "points.csv", tmp_path / "answers.csv"
    points.write_text("Anna,Bo\n5,1\n0,5\n3,0\n")
    answers.write_text("Anna,Bo\nyes,no\nyes,yes\nno,no\n")

    assert answer(points, "--rule", "score", "--places", 1, "--choices", 5)[1]["elected"] == ["Anna"]
    assert answer(answers, "--rule", "yes-no", "--places", 2)[1]["elected"] == ["Anna"]
    status, read = answer(points, "--rule", "score", "--places", 1, "--choices", 3)
    assert (status, read["code"], read["sentence"]) == (
        1,
        "ballot.too_many_marks",
        "A paper has 5 marks; at most 3 are allowed.",
    )
    assert answer(points, "--rule", "score", "--places", 1)[1]["code"] == "elect.choices"


def test_names_from_a_file_cannot_steer_the_terminal(tmp_path):
    path = tmp_path / "evil.csv"
    path.write_text("[red]An\x1b[2Jna,Bo\nx,\n")

    done = weft(path, "--rule", "approval", "--places", 1)

    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "[red]An�[2Jna" in done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ["--rule", "astrology"],
        ["--rule", "irv", "--lot", "12"],
        ["--rule", "irv", "--quota", "women"],
        ["--rule", "irv", "--quota", "women=3/2"],
        ["--rule", "irv", "--quota", "women=1/0"],
        ["--rule", "irv", "--places", "0"],
    ],
)
def test_wrong_usage_is_told_from_a_refusal(ward, wrong):
    assert weft(ward, *wrong).exit_code == 2


def test_a_file_must_say_its_kind_and_the_places(ward, tmp_path):
    text = tmp_path / "papers.txt"
    text.write_text(WARD)
    table = tmp_path / "papers.csv"
    table.write_text("A,B\n1,2\n")
    strangers = tmp_path / "strangers.csv"
    strangers.write_text("candidate,women\nEve,x\n")

    assert weft(text, "--rule", "irv").exit_code == 2
    assert weft(table, "--rule", "irv").exit_code == 2
    assert weft(ward, "--rule", "irv", "--attributes", strangers).exit_code == 2
