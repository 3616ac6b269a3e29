"""What a browser checks of an election: a good archive in full, and each forgery with the code a person is told."""

import json
from dataclasses import replace
from functools import reduce
from hashlib import sha256
from io import BytesIO
from secrets import randbelow

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.browser import Refused
from tests.site.secret_js.elections import SINGLE_KEY, Board, records

from weft.ballots import secret
from weft.ballots.secret.tally import add_ballots, decrypt, elements, empty_tally, write_tally
from weft.errors import RuleBroken

GROUP = secret.ED25519
SECRETS = [11, 22, 33, 44]
LISTED = [secret.public_credential(GROUP, one) for one in SECRETS]
YES, NO, ABSTAIN = [[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]


def hexhash(raw):
    return sha256(raw).hexdigest()


def sealed(board, number, choices):
    return secret.encrypt_ballot(board.election, number, choices, randbelow).raw


def voted(**given):
    """Four credentials, three voters, one of whom votes twice."""
    board = Board(group=GROUP, questions=elections.one_question(), credentials=LISTED, **given)
    for number, choices in ((11, YES), (22, NO), (11, NO), (33, ABSTAIN)):
        board.add("Ballot", sealed(board, number, choices))
    return board


def decided():
    board = voted(weft={"minimum": 3, "roll_size": 4, "credentials_hash": hexhash(written())})
    tally = elections.close(board)
    partial, owned, strong = decrypt(board.election, 1, SINGLE_KEY, tally, randbelow)
    board.add("PartialDecryption", partial, owned)
    board.add("Result", b'{"result":[[0,2,1]]}')
    return board, strong


def written():
    return secret.write_credentials(LISTED)


@pytest.fixture(scope="module")
def good():
    return decided()


def rebuilt(board, events):
    """The same election with other events, each well chained: what only its meaning can show to be wrong."""
    setup = events[0][1]
    raw, head = secret.start_archive(elections.TIME, *setup[:3])
    for kind, data in events[1:]:
        more, head = secret.append(head, kind, *data)
        raw += more
    return raw


def refusal(device, raw, name="check", **options):
    with pytest.raises(Refused) as refused:
        device("check.js", name, raw, options)
    return refused.value.code, refused.value.numbers


# --- what holds -------------------------------------------------------------------------------------------------


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
    from base64 import b64encode

    seen = device.page.evaluate(script, b64encode(raw).decode())

    assert len(seen) == 9
    assert seen == sorted(seen)
    assert seen[-1] == [len(raw), len(raw)]


# --- what does not ----------------------------------------------------------------------------------------------


def with_ballot(change):
    """Replace the second ballot by a changed one."""

    def forge(board):
        events = records(board.bytes)
        events[2] = ("Ballot", (change(board, events[2][1][0]),))
        return rebuilt(board, events)

    return forge


def signed_anew(ballot, number=22):
    """A ballot changed by its own voter: the signature fits."""
    return forging.signed_anew(ballot, number)


def five_votes(board, raw):
    """beta times g^4: five votes for the second answer."""
    ballot = json.loads(raw)
    choice = ballot["answers"][0]["choices"][1]
    choice["beta"] = GROUP.text(GROUP.times(GROUP.read(choice["beta"]), GROUP.generate(4)))
    return signed_anew(ballot)


def no_sum(board, raw):
    """The proof of the sum of another ballot by the same voter: each choice is proved, the sum is not."""
    ballot, other = json.loads(raw), json.loads(sealed(board, 22, NO))
    ballot["answers"][0]["overall_proof"] = other["answers"][0]["overall_proof"]
    return signed_anew(ballot)


def outside_the_group(board, _raw):
    """alpha with the point of order 2 added, and proofs that hold all the same, because every challenge is even.

    Whoever does not test membership lets it pass: the device tries until the challenges are even.
    """
    y = board.election.key
    made = secret.encrypt_ballot(board.election, 22, NO, randbelow)
    ballot, opened = json.loads(made.raw), json.loads(made.opened)
    (answer,), randomness = ballot["answers"], [int(r) for r in opened["answers"][0]["randomness"]]
    bound = f"{board.election.fingerprint}|{ballot['credential']}"
    first = answer["choices"][0]
    first["alpha"] = GROUP.text(GROUP.times(GROUP.read(first["alpha"]), forging.ORDER_TWO))
    texts = ",".join(f"{choice['alpha']},{choice['beta']}" for choice in answer["choices"])
    products = [
        GROUP.text(product([point(choice[side]) for choice in answer["choices"]])) for side in ("alpha", "beta")
    ]

    prefix = f"prove|{bound}|{first['alpha']},{first['beta']}|"
    answer["individual_proofs"][0] = forging.even_interval(prefix, y, randomness[0], 0, [0, 1])
    whole = f"prove|{bound}|{texts}|{','.join(products)}|"
    answer["overall_proof"] = forging.even_interval(whole, y, sum(randomness), 1, [1])
    return signed_anew(ballot)


def point(text):
    return bytes.fromhex(text)[::-1]


def product(points):
    return reduce(GROUP.times, points)


def fewer_choices(board, raw):
    ballot = json.loads(raw)
    answer = ballot["answers"][0]
    answer["choices"].pop()
    answer["individual_proofs"].pop()
    return signed_anew(ballot)


def other_signer(board, raw):
    return signed_anew(json.loads(raw), number=33)


def with_change(old, new):
    return lambda _board, raw: raw.replace(old, new, 1)


def of_another_election(board, _raw):
    other = secret.make_election(
        uuid="WeftBaoth22222",
        name="Depot",
        description="",
        group=GROUP,
        public_key=board.trustees.public_key,
        questions=board.questions,
    )
    return secret.encrypt_ballot(other, 22, NO, randbelow).raw


def resigned(place, old, new):
    """Another text in the first choice, the signature made anew, so that it is not what fails."""

    def change(board, raw):
        ballot = json.loads(raw)
        answer = ballot["answers"][0]
        part = answer["choices"][0] if place == "choices" else answer["individual_proofs"][0][0]
        part[old] = new(part[old])
        return signed_anew(ballot)

    return change


def another_number(text):
    return str((int(text) + 1) % GROUP.order)


@pytest.mark.parametrize(
    ("change", "code", "numbers"),
    [
        (five_votes, "secret.proof", {"question": 1}),
        (no_sum, "secret.proof", {"question": 1}),
        (outside_the_group, "secret.element", {}),
        (other_signer, "secret.signature", {}),
        (lambda board, raw: sealed(board, 55, NO), "secret.stranger", {}),
        (lambda board, raw: records(board.bytes)[1][1][0], "secret.replay", {}),
        (of_another_election, "secret.other_election", {}),
        (fewer_choices, "secret.shape", {}),
        (with_change(b'"answers"', b' "answers"'), "secret.canonical", {"what": "ballot"}),
        (with_change(b'"signature":', b'"more":1,"signature":'), "secret.canonical", {"what": "ballot"}),
        (with_change(b'"credential"', b'"credential":"","credential"'), "secret.canonical", {"what": "ballot"}),
        (resigned("proofs", "challenge", lambda text: "0" + text), "secret.number", {}),
        (resigned("proofs", "response", lambda text: str(int(text) + GROUP.order)), "secret.number", {}),
        (
            resigned("proofs", "response", lambda text: str((int(text) + 1) % GROUP.order)),
            "secret.proof",
            {"question": 1},
        ),
        (resigned("choices", "alpha", lambda text: "0" + text), "secret.element", {}),
        (resigned("choices", "beta", lambda text: "0" * 63 + "2"), "secret.element", {}),
        (lambda board, raw: raw[:-1], "secret.format", {"what": "ballot"}),
        (lambda board, raw: b"\xff" + raw, "secret.format", {"what": "ballot"}),
    ],
)
def test_a_forged_ballot_is_refused_by_both_sides(device, good, change, code, numbers):
    raw = with_ballot(change)(good[0])

    with pytest.raises(RuleBroken):
        secret.verify_election(BytesIO(raw))

    assert refusal(device, raw) == (code, {**numbers, "ballot": 2})


def test_the_forger_s_tools_make_good_ballots_of_good_ones(device, good):
    """So that the forgeries above differ from a good ballot only in what they change."""
    board = good[0]
    events = records(board.bytes)[:3]
    events[2] = ("Ballot", (signed_anew(json.loads(events[2][1][0])),))

    assert device("check.js", "check", rebuilt(board, events))["voters"] == 2


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


def with_trustees(board, *entries):
    """The setup of a board with other trustees in the list, whether they hold or not."""
    listed = forging.compact(list(entries)).encode()
    return secret.start_archive(elections.TIME, board.election.raw, listed, written())[0]


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


# --- decrypting -------------------------------------------------------------------------------------------------


def test_a_wrong_factor_whose_proof_verifies_is_found_by_the_strong_proof(device):
    board = voted()
    tally = elections.close(board)
    _, _, strong = decrypt(board.election, 1, SINGLE_KEY, tally, randbelow)
    wrong = forging.wrong_part(board.election.fingerprint, SINGLE_KEY, [alpha for alpha, _ in tally.pairs[0]])
    board.add("PartialDecryption", *wrong)

    assert device("check.js", "check", board.bytes)["decryptedBy"] == [1]  # Belenios' proof does hold
    assert refusal(device, board.bytes, strong={1: strong.decode()}) == ("secret.factor", {"trustee": 1})
    board.add("Result", b'{"result":[[0,2,1]]}')
    assert refusal(device, board.bytes) == ("secret.result", {})


@pytest.fixture(scope="module")
def keyed(device):
    """A ceremony of one trustee, up to the shares, and the board of its election."""
    place, seed, published = {"id": "one", "group": GROUP.name, "size": 1, "threshold": 1, "index": 1}, "3" * 22, {}
    for step, function in [("commitments", "commit"), ("reveals", "reveal"), ("shares", "shares")]:
        published[step] = [device("trustee.js", function, place, seed, published)]
    published["confirmations"] = [device("trustee.js", "confirm", place, seed, published)]
    return place, seed, published, ["Pedersen", device("trustee.js", "result", place, published)]


def decrypting(device, keyed, raw, **options):
    place, seed, published, _ = keyed
    return device("check.js", "decrypt", raw, place, seed, published, options)


def test_a_trustee_decrypts_the_sum_that_python_reads(device, keyed):
    board = voted(entries=[keyed[3]])
    elections.close(board)

    part = decrypting(device, keyed, board.bytes, minimum=3)
    board.add("PartialDecryption", part["partial"], part["owned"])
    board.add("Result", b'{"result":[[0,2,1]]}')

    report = secret.verify_election(BytesIO(board.bytes), strong={1: part["strong"].encode()})
    assert (report.result, report.strong, part["fingerprint"]) == (((0, 2, 1),), (1,), board.election.fingerprint)


def test_a_trustee_opens_nothing_while_too_few_have_voted(device, keyed):
    few = ("secret.few", {"ballots": 3, "minimum": 4})
    board, bound = voted(entries=[keyed[3]]), voted(entries=[keyed[3]], weft={"minimum": 4})
    elections.close(board)
    elections.close(bound)

    for raw, options in ((board.bytes, {"minimum": 4}), (bound.bytes, {}), (bound.bytes, {"minimum": 2})):
        with pytest.raises(Refused) as refused:
            decrypting(device, keyed, raw, **options)
        assert (refused.value.code, refused.value.numbers) == few


def test_a_trustee_opens_nothing_but_the_sum_of_the_ballots(device, keyed):
    """One ballot in place of the sum: it would be read."""
    board = voted(entries=[keyed[3]])
    raw = [data[0] for kind, data in records(board.bytes) if kind == "Ballot"][-1]
    ballot = secret.verify_ballot(board.election, raw)
    alone = elements(board.election, [answer.choices for answer in ballot.answers])
    one = add_ballots(board.election, empty_tally(board.election), [alone])
    board.add("EndBallots")
    board.add("EncryptedTally", *write_tally(board.election, replace(one, ballots=3)))

    with pytest.raises(Refused) as refused:
        decrypting(device, keyed, board.bytes)
    assert (refused.value.code, refused.value.numbers) == ("secret.tally", {"what": "product"})


def test_a_trustee_opens_nothing_before_the_end_nor_in_another_election(device, keyed):
    open_still, other = voted(entries=[keyed[3]]), voted()
    elections.close(other)

    for raw, code in ((open_still.bytes, "secret.not_counted"), (other.bytes, "secret.not_trustee")):
        with pytest.raises(Refused) as refused:
            decrypting(device, keyed, raw)
        assert refused.value.code == code


def test_another_seed_opens_nothing(device, keyed):
    board = voted(entries=[keyed[3]])
    elections.close(board)
    place, _, published, _ = keyed

    with pytest.raises(Refused, match=r"^secret\.wrong_seed"):
        device("check.js", "decrypt", board.bytes, place, "4" * 22, published)
