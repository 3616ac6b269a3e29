"""Ballots made in the browser, taken by programs that others wrote, and the other way round."""

import json
from secrets import randbelow

import pytest
from tests.site.secret_js import elections
from tests.site.secret_js.browser import Integer, Refused

from weft.ballots import secret
from weft.ballots.secret.groups import challenge
from weft.errors import RuleBroken

GROUPS = pytest.mark.parametrize("group", [secret.BELENIOS_2048, secret.ED25519], ids=lambda group: group.name)
CHOICES = [[1, 0, 0], [0, 1, 1, 0]]


def credential(device, group, index=0, **given):
    """A new device's secret number and its public credential."""
    return device("tasks.js", "perform", "credential", {"group": group.name, "index": index, **given})


def encrypt(device, board, made, choices):
    return device("ballot.js", "encrypt", board.election.raw, Integer(made["secret"]), choices)


@pytest.fixture(scope="module")
def voters(device):
    """Three voters of each group."""
    return {
        group.name: [credential(device, group, index) for index in range(3)]
        for group in (secret.BELENIOS_2048, secret.ED25519)
    }


def board_of(voters, group, **given):
    return elections.Board(group=group, credentials=[one["credential"] for one in voters[group.name]], **given)


@GROUPS
def test_both_sides_make_the_same_credential_of_a_master(device, group):
    for index in (0, 1, 1_000_000):
        made = credential(device, group, index)

        number = secret.secret_number(group, made["master"], index)
        assert (made["secret"], made["credential"]) == (number, secret.public_credential(group, number))


def test_a_master_is_43_letters_and_never_the_same(device):
    first, second = (device("credential.js", "newMaster") for _ in range(2))

    assert len(first) == len(second) == 43
    assert first != second
    for wrong in ("", first[:-1], first + "A", first[:-1] + "="):
        with pytest.raises(Refused, match=r"^secret\.master"):
            credential(device, secret.ED25519, master=wrong)


def test_both_sides_hash_the_same_challenge(device):
    group = secret.BELENIOS_2048
    elements = [group.generate(exponent) for exponent in (1, 2, 77)]

    found = device("codec.js", "challenge", group.name, "prove|Đ|", [Integer(int(one)) for one in elements])

    assert found == challenge(group, "prove|Đ|", *elements)


@GROUPS
def test_ballots_of_the_browser_are_verified_by_python_and_counted(device, voters, group):
    board = board_of(voters, group)
    sealed = [encrypt(device, board, voter, CHOICES) for voter in [*voters[group.name], voters[group.name][0]]]
    for one in sealed:
        board.add("Ballot", one["ballot"])

    from io import BytesIO

    report = secret.verify_election(BytesIO(board.bytes))
    trackers = [secret.verify_ballot(board.election, one["ballot"].encode()).tracker for one in sealed]

    assert (report.ballots, report.voters, report.stage) == (4, 3, "voting")
    assert [one["tracker"] for one in sealed] == trackers


@elections.needs_belenios
def test_ballots_of_the_browser_are_verified_by_belenios(device, voters, tmp_path):
    board = board_of(voters, secret.BELENIOS_2048)
    first, *others = voters["BELENIOS-2048"]
    for voter, choices in [(first, CHOICES), *((one, [[0, 0, 1], [1, 1, 1, 0]]) for one in others), (first, CHOICES)]:
        board.add("Ballot", encrypt(device, board, voter, choices)["ballot"])

    elections.belenios_verifies(tmp_path, board.bytes)


@elections.needs_belenios
def test_belenios_counts_ballots_of_the_browser_in_an_election_of_its_own(device, voters, tmp_path):
    """All but three ballots by belenios-tool: keys, election, a fourth ballot, archive, tally, result."""

    def tool(*arguments, given=""):
        return elections.belenios(tmp_path, *arguments, given=given)

    tool("setup", "generate-trustee-key", "--group", "BELENIOS-2048")
    key = next(tmp_path.glob("*.privkey"))
    (tmp_path / "public_keys.jsons").write_text(key.with_suffix(".pubkey").read_text())
    tool("setup", "make-trustees")
    questions = [question.json() for question in elections.TWO_QUESTIONS]
    template = {"description": "Im Depot", "name": "Depot", "questions": questions}
    (tmp_path / "template.json").write_text(json.dumps(template | {"administrator": "A", "credential_authority": "B"}))
    uuid = tool("setup", "generate-token").strip()
    tool("setup", "make-election", "--uuid", uuid, "--group", "BELENIOS-2048", "--template", "template.json")
    tool("setup", "generate-credentials", "--uuid", uuid, "--group", "BELENIOS-2048", "--count", "1")
    (theirs,) = json.loads(next(tmp_path.glob("*.pubcreds")).read_text())
    ours = [one["credential"] for one in voters["BELENIOS-2048"]]
    (tmp_path / "public_creds.json").write_bytes(secret.write_credentials([*ours, theirs.split(",")[0]]))
    tool("archive", "init")
    election = (tmp_path / "election.json").read_bytes().rstrip(b"\n")  # the archive holds it without the line's end

    for voter in voters["BELENIOS-2048"]:
        made = device("ballot.js", "encrypt", election, Integer(voter["secret"]), CHOICES)
        tool("archive", "add-event", "--type=Ballot", given=made["ballot"])
    (tmp_path / "credential").write_text(next(tmp_path.glob("*.privcreds")).read_text().split()[1])
    (tmp_path / "choices").write_text(json.dumps([[0, 0, 1], [1, 0, 0, 0]]))
    made = tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices")
    tool("archive", "add-event", "--type=Ballot", given=made)
    tool("archive", "add-event", "--type=EndBallots")
    tool("archive", "add-event", "--type=EncryptedTally", given=tool("election", "compute-encrypted-tally"))
    part = tool("election", "decrypt", "--privkey", key.name, "--trustee-id", "1")
    tool("archive", "add-event", "--type=PartialDecryption", given=part)
    result = tool("election", "compute-result")
    tool("archive", "add-event", "--type=Result", given=result)
    tool("election", "verify")

    assert json.loads(result) == {"result": [[3, 0, 1], [1, 3, 3, 0]]}
    report = device("check.js", "check", (tmp_path / f"{uuid}.bel").read_bytes())
    assert (report["stage"], report["result"]) == ("decided", [[3, 0, 1], [1, 3, 3, 0]])


@GROUPS
def test_a_ballot_of_python_is_verified_in_the_browser(device, voters, group):
    board = board_of(voters, group)
    sealed = secret.encrypt_ballot(board.election, voters[group.name][1]["secret"], CHOICES, randbelow)
    board.add("Ballot", sealed.raw)

    report = device("check.js", "check", board.bytes)

    expected = {"tracker": sealed.tracker, "credential": voters[group.name][1]["credential"], "counts": True}
    assert report["ballots"] == [expected]


@pytest.mark.parametrize(
    ("choices", "numbers"),
    [
        ([[0, 0, 0], [0, 1, 1, 0]], {"question": 1, "chosen": 0, "min": 1, "max": 1}),
        ([[1, 1, 0], [0, 1, 1, 0]], {"question": 1, "chosen": 2, "min": 1, "max": 1}),
        ([[1, 0, 0], [1, 1, 1, 1]], {"question": 2, "chosen": 4, "min": 1, "max": 3}),
        ([[2, -1, 0], [0, 1, 1, 0]], {"question": 1}),
        ([[1, 0], [0, 1, 1, 0]], {"question": 1}),
        ([[1, 0, 0, 0], [0, 1, 1, 0]], {"question": 1}),
        ([[1, 0, 0]], {"question": 1}),
    ],
)
def test_choices_that_the_question_does_not_allow_are_refused(device, voters, choices, numbers):
    board = board_of(voters, secret.ED25519)

    with pytest.raises(Refused) as refused:
        encrypt(device, board, voters["Ed25519"][0], choices)

    assert (refused.value.code, refused.value.numbers) == ("secret.choice", numbers)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "secret.election"),
        ({"uuid": "short"}, "secret.election"),
        ({"questions": []}, "secret.election"),
        ({"extra": 1}, "secret.election"),
        ({"public_key": "1"}, "secret.election"),
        ({"public_key": "2"}, "secret.element"),
        ({"group": "RFC-3526-2048"}, "secret.group"),
        ({"questions": [{"answers": ["Yes"], "blank": True, "min": 1, "max": 1, "question": "?"}]}, "secret.question"),
        ({"questions": [{"answers": ["Yes"], "min": 2, "max": 2, "question": "?"}]}, "secret.question"),
        ({"questions": [{"answers": ["Yes"], "min": 1, "max": 0, "question": "?"}]}, "secret.question"),
        ({"questions": [{"type": "NonHomomorphic", "value": {}}]}, "secret.format"),
    ],
)
def test_an_election_that_weft_cannot_hold_is_refused_by_both_sides(device, voters, change, code):
    good = board_of(voters, secret.BELENIOS_2048).election.raw
    raw = json.dumps(json.loads(good) | change).encode()

    with pytest.raises(Refused) as refused:
        device("election.js", "readElection", raw)
    if change != {"public_key": "1"}:  # there the trustees' proofs refuse it
        with pytest.raises(RuleBroken):
            secret.Election.read(raw)

    assert refused.value.code == code
    assert device("election.js", "readElection", good)["uuid"] == elections.UUID


def test_a_field_that_stands_twice_is_refused(device, voters):
    good = board_of(voters, secret.ED25519).election.raw

    for raw in (good[:-1] + b',"name":"Depot"}', good.replace(b'"version":1', b'"version":1.0')):
        with pytest.raises(Refused, match=r"^secret\.format"):
            device("election.js", "readElection", raw)


@GROUPS
def test_an_opened_ballot_is_checked_by_both_sides(device, voters, group):
    board = board_of(voters, group)
    here = encrypt(device, board, voters[group.name][0], CHOICES)
    there = secret.encrypt_ballot(board.election, voters[group.name][0]["secret"], CHOICES, randbelow)

    assert secret.check_opened(board.election, here["opening"].encode()) == ((1, 0, 0), (0, 1, 1, 0))
    found = device("ballot.js", "checkOpened", there.opened.decode(), board.election.raw)
    assert found == {"tracker": there.tracker, "choices": CHOICES}


def test_a_device_that_encrypted_something_else_is_found_out(device, voters):
    board = board_of(voters, secret.ED25519)
    made = encrypt(device, board, voters["Ed25519"][0], CHOICES)

    def opened(**changed):
        value = json.loads(made["opening"]) | changed
        with pytest.raises(Refused) as refused:
            device("ballot.js", "checkOpened", json.dumps(value, separators=(",", ":")), board.election.raw)
        return refused.value.code, refused.value.numbers.get("what")

    answers = json.loads(made["opening"])["answers"]
    other_vote = [answers[0] | {"choices": [0, 1, 0]}, answers[1]]
    other_chance = [answers[0] | {"randomness": [*answers[0]["randomness"][:2], "5"]}, answers[1]]
    assert opened(answers=other_vote) == ("secret.opened", "choice")
    assert opened(answers=other_chance) == ("secret.opened", "choice")
    assert opened(tracker="A" * 43) == ("secret.opened", "tracker")
    assert opened(answers=answers[:1])[0] == "secret.choice"
    assert device("ballot.js", "checkOpened", made["opening"], board.election.raw)["choices"] == CHOICES


def test_the_same_choices_never_make_the_same_ballot(device, voters):
    board = board_of(voters, secret.ED25519)

    first, second = (encrypt(device, board, voters["Ed25519"][0], CHOICES) for _ in range(2))

    alphas = [choice["alpha"] for one in (first, second) for answer in json.loads(one["ballot"])["answers"]
              for choice in answer["choices"]]  # fmt: skip
    assert len(set(alphas)) == len(alphas) == 14
