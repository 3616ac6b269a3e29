"""What a browser checks of an election: a good archive in full, and a forged board with the code a person is told."""

import json
from base64 import b64encode
from io import BytesIO
from secrets import randbelow

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.boards import (
    GROUP,
    LISTED,
    NO,
    hexhash,
    rebuilt,
    refusal,
    sealed,
    voted,
    with_trustees,
)
from tests.site.secret_js.elections import Board, records

from weft.ballots import secret
from weft.errors import RuleBroken


def test_a_whole_election_is_reported_as_it_stands(device, good):
    board, strong = good
    cast = [data[0] for kind, data in records(board.bytes) if kind == "Ballot"]
    ballots = [secret.verify_ballot(board.election, raw) for raw in cast]

    report = device("check.js", "check", board.bytes, {"strong": {1: strong.decode()}, "head": board.head.hash})

    assert report == {
        "election": {
            "uuid": elections.UUID,
            "name": "Depot",
            "description": "",
            "fingerprint": board.election.fingerprint,
            "group": "Ed25519",
            "questions": [question.json() for question in board.questions],
            "weft": board.weft,
        },
        "stage": "decided",
        "head": board.head.hash,
        "credentials": 4,
        "ballots": [
            {"tracker": ballot.tracker, "credential": ballot.credential, "counts": counts}
            for ballot, counts in zip(ballots, (False, True, True, True), strict=True)
        ],
        "voters": 3,
        "trustees": {
            "keys": [GROUP.text(board.trustees.public_key)],
            "groups": [{"first": 0, "size": 1, "threshold": 1}],
        },
        "decryptedBy": [1],
        "strong": [1],
        "result": [[0, 2, 1]],
        "proofs": True,
    }


def test_the_list_alone_says_that_no_proof_was_looked_at(device, good):
    board, _ = good

    full, listed = (device("check.js", name, board.bytes) for name in ("check", "list"))

    assert listed == full | {"proofs": False}


def test_an_archive_is_checked_as_far_as_it_goes(device, good):
    events = records(good[0].bytes)
    stages = ["voting"] * 5 + ["closed", "counted", "counted", "decided"]

    for length, stage in enumerate(stages, 1):
        report = device("check.js", "list", rebuilt(good[0], events[:length]))
        assert (report["stage"], len(report["ballots"])) == (stage, min(length - 1, 4))


def test_one_finds_the_own_ballot(device, good):
    report = device("check.js", "check", good[0].bytes)
    trackers = [ballot["tracker"] for ballot in report["ballots"]]

    found = [device("check.js", "find", report, tracker) for tracker in [*trackers[:2], "A" * 43]]

    assert found == [
        {"state": "replaced", "place": 1, "of": 4},
        {"state": "counts", "place": 2, "of": 4},
        {"state": "absent", "place": 0, "of": 4},
    ]


def test_progress_ends_with_the_last_byte(device, good):
    raw = good[0].bytes
    script = """
    async (encoded) => {
      const { check } = await import("/secret/check.js");
      const seen = [];
      const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
      await check(bytes, { onProgress: (done, of) => seen.push([done, of]) });
      return seen;
    }
    """
    seen = device.page.evaluate(script, b64encode(raw).decode())

    assert len(seen) == 9
    assert seen == sorted(seen)
    assert seen[-1] == [len(raw), len(raw)]


# --- what does not ----------------------------------------------------------------------------------------------


def without(kind):
    return lambda board: rebuilt(board, [event for event in records(board.bytes) if event[0] != kind])


def events_changed(change):
    def forge(board):
        events = records(board.bytes)
        change(board, events)
        return rebuilt(board, events)

    return forge


def late_ballot(board, events):
    events.insert(6, ("Ballot", (sealed(board, 44, NO),)))


def dropped_ballot(board, events):
    del events[4]


def other_size(board, events):
    sized = json.loads(events[6][1][1]) | {"num_tallied": 4}
    events[6] = ("EncryptedTally", (events[6][1][0], forging.compact(sized).encode()))


def other_owner(owner):
    def change(board, events):
        owned = json.loads(events[7][1][1]) | {"owner": owner}
        events[7] = ("PartialDecryption", (events[7][1][0], forging.compact(owned).encode()))

    return change


def other_factor(board, events):
    part = json.loads(events[7][1][0])
    part["decryption_factors"][0][0] = GROUP.text(GROUP.generate(9))
    raw = forging.compact(part).encode()
    events[7] = ("PartialDecryption", (raw, forging.compact({"owner": 1, "payload": hexhash(raw)}).encode()))


def other_result(board, events):
    events[8] = ("Result", (b'{"result":[[1,1,1]]}',))


def other_trustee(board, events):
    trustees = secret.make_trustees(GROUP, [secret.single(GROUP, 5, randbelow)])
    events[0] = ("Setup", (events[0][1][0], trustees.raw(), *events[0][1][2:]))


def another_roll(*credentials):
    def change(board, events):
        listed = forging.compact(list(credentials)).encode()
        events[0] = ("Setup", (*events[0][1][:2], listed, events[0][1][3]))

    return change


LIST = "secret.credentials"


@pytest.mark.parametrize(
    ("forge", "code", "numbers"),
    [
        (events_changed(late_ballot), "secret.closed", {"event": 6, "type": "Ballot"}),
        (without("EndBallots"), "secret.order", {"event": 5, "type": "EncryptedTally"}),
        (without("EncryptedTally"), "secret.order", {"event": 6, "type": "PartialDecryption"}),
        (without("PartialDecryption"), "secret.trustees_missing", {"have": 0, "need": 1}),
        (events_changed(dropped_ballot), "secret.tally", {"what": "product"}),
        (events_changed(other_size), "secret.tally", {"what": "number"}),
        (events_changed(other_owner(0)), "secret.owner", {"trustee": 0}),
        (events_changed(other_owner(2)), "secret.owner", {"trustee": 2}),
        (events_changed(other_factor), "secret.decryption", {"trustee": 1}),
        (events_changed(other_result), "secret.result", {}),
        (events_changed(other_trustee), "secret.election", {"what": "public_key"}),
        (events_changed(another_roll(*LISTED[:3])), LIST, {"what": "hash", "credential": ""}),
        (events_changed(another_roll(*LISTED, LISTED[0])), LIST, {"what": "twice", "credential": LISTED[0]}),
        (events_changed(another_roll(GROUP.text(GROUP.one))), LIST, {"what": "element"}),
    ],
)
def test_a_forged_board_is_refused_by_both_sides(device, good, forge, code, numbers):
    raw = forge(good[0])

    with pytest.raises(RuleBroken):
        secret.verify_election(BytesIO(raw))
    found, given = refusal(device, raw)

    assert (found, {**given, **numbers}) == (code, given)


def test_a_longer_list_than_the_roll_is_refused(device):
    board = Board(group=GROUP, questions=elections.one_question(), credentials=LISTED, weft={"roll_size": 3})

    assert refusal(device, board.bytes) == (LIST, {"what": "roll", "credential": ""})


def test_every_byte_of_an_archive_counts(device, good):
    """One bit turned in each of many places, and a byte more or less at the end: nothing passes."""
    raw = good[0].bytes
    head = {"head": good[0].head.hash}
    for at in range(0, len(raw), len(raw) // 150):
        turned = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        assert refusal(device, turned, "list", **head)[0] in {"secret.archive", "secret.history", "secret.format"}, at
    for other in (raw[:-1], raw[:-512], raw + b"\0", raw + bytes(512), raw[512:], b""):
        assert refusal(device, other, "list", **head)[0] in {"secret.archive", "secret.history"}


def test_an_archive_that_lost_its_end_is_noticed_by_whoever_saw_the_head(device, good):
    board = good[0]
    shorter = rebuilt(board, records(board.bytes)[:-1])

    assert device("check.js", "check", shorter)["stage"] == "counted"
    assert refusal(device, shorter, head=board.head.hash) == ("secret.history", {"what": "head"})


# --- trustees ---------------------------------------------------------------------------------------------------


def more(entry):
    entry["more"] = 1


def swapped(entry):
    """Threshold and certificates in the other order."""
    for name in ("threshold", "certs"):
        entry[name] = entry.pop(name)


@pytest.mark.parametrize(
    ("change", "code", "what"),
    [
        (lambda entry: entry.update(signatures=[entry["certs"][0]["signature"]]), "secret.trustees", "certs_sig"),
        (lambda entry: entry["certs"][0].update(signature=entry["signatures"][0]), "secret.trustees", "cert"),
        (lambda entry: entry["coefexps"][0].update(signature=entry["signatures"][0]), "secret.trustees", "coefexps"),
        (lambda entry: entry["verification_keys"][0].update(pok=entry["signatures"][0]), "secret.trustees", "key"),
        (
            lambda entry: entry["verification_keys"][0].update(signature=entry["signatures"][0]),
            "secret.trustees",
            "key",
        ),
        (lambda entry: entry["verification_keys"][0].update(public_key=LISTED[0]), "secret.trustees", "key"),
        (lambda entry: entry.update(threshold=0), "secret.trustees", "number"),
        (lambda entry: entry.update(signatures=[]), "secret.format", "trustees"),
        (more, "secret.format", "trustees"),
        (swapped, "secret.format", "trustees"),
    ],
)
def test_trustees_that_do_not_hold_are_refused_by_both_sides(device, keyed, change, code, what):
    board = voted(entries=[keyed[3]])
    entry = json.loads(json.dumps(keyed[3][1]))
    assert device("check.js", "check", with_trustees(board, ["Pedersen", entry]))["stage"] == "voting"

    change(entry)
    raw = with_trustees(board, ["Pedersen", entry])

    with pytest.raises(RuleBroken):
        secret.verify_election(BytesIO(raw))
    found, numbers = refusal(device, raw)
    assert (found, numbers["what"]) == (code, what)


def test_a_single_trustee_must_show_to_know_the_key(device):
    board = voted()
    _, single = json.loads(board.trustees.raw())[0]
    other = secret.single(GROUP, 5, randbelow)[1]

    for entry, what in (
        (["Single", {**single, "pok": other["pok"]}], "pok"),
        (["Single", {"pok": single["pok"], "public_key": GROUP.text(GROUP.one)}], "pok"),
        (["Double", single], "kind"),
    ):
        assert refusal(device, with_trustees(board, entry)) == ("secret.trustees", {"what": what, "trustee": 1})
    twice = with_trustees(board, ["Single", single], ["Single", single])
    assert refusal(device, twice) == ("secret.trustees", {"what": "twice", "trustee": 2})
    joined = with_trustees(board, ["Single", single], ["Single", other])
    assert refusal(device, joined) == ("secret.election", {"what": "public_key"})
