"""The key ceremony in three browsers, with Python as an honest and as a lying trustee, and the opening of a tally."""

import json
from io import BytesIO
from secrets import randbelow

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.browser import Integer, Refused

from weft.ballots import secret
from weft.ballots.secret import ceremony as python
from weft.ballots.secret.tally import check_strong, read_decryption, read_tally

STEPS = {"commitments": "commit", "reveals": "reveal", "shares": "shares", "confirmations": "confirm"}
SEEDS = ["1" * 22, "2" * 22, "zWeftTrusteeAtTheDepot"]
GROUPS = pytest.mark.parametrize("group", [secret.BELENIOS_2048, secret.ED25519], ids=lambda group: group.name)


def place(index, group=secret.ED25519):
    return {"id": "depot-1", "group": group.name, "size": 3, "threshold": 2, "index": index}


def run(devices, group, seeds=SEEDS, until="confirmations"):
    """The steps one after another, each trustee on a device; what was published."""
    published = {}
    for step, function in STEPS.items():
        published[step] = [
            devices[at]("trustee.js", function, place(at + 1, group), seed, published) for at, seed in enumerate(seeds)
        ]
        if step == until:
            break
    return published


def raw(steps):
    return [forging.compact(step).encode() for step in steps]


def in_python(group=secret.ED25519):
    return python.Ceremony("depot-1", group, 3, 2)


@pytest.fixture(scope="module")
def three(new_device):
    return [new_device() for _ in range(3)]


@pytest.fixture(scope="module")
def shared(three):
    """A ceremony up to the shares, and confirmed; tests change copies of it."""
    return run(three, secret.ED25519)


def copy(value):
    return json.loads(json.dumps(value))


@pytest.fixture
def published(shared):
    return copy(shared)


@pytest.mark.slow
@GROUPS
def test_three_trustees_make_a_key_and_two_of_them_open_the_tally(three, group, tmp_path):
    published = run(three, group)
    entry = three[0]("trustee.js", "result", place(1, group), published)
    votes = [three[0]("tasks.js", "perform", "credential", {"group": group.name, "index": index}) for index in range(4)]
    board = elections.Board(
        group=group,
        entries=[["Pedersen", entry]],
        credentials=[vote["credential"] for vote in votes],
        weft={"minimum": 4, "roll_size": 4},
    )
    for vote, choices in zip(votes, ([1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]), strict=True):
        made = three[1]("ballot.js", "encrypt", board.election.raw, Integer(vote["secret"]), [choices, [1, 0, 1, 0]])
        board.add("Ballot", made["ballot"])
    elections.close(board)

    for at in (2, 0):
        part = three[at]("check.js", "decrypt", board.bytes, place(at + 1, group), SEEDS[at], published)
        assert part["owner"] == at + 1
        key = board.trustees.keys[at]
        tally = read_tally(board.election, elections.records(board.bytes)[-1 - (at == 0)][1][0], 4)
        read = read_decryption(board.election, at + 1, key, tally, part["partial"].encode())
        check_strong(board.election, key, tally, read, part["strong"].encode())
        board.add("PartialDecryption", part["partial"], part["owned"])
    board.add("Result", '{"result":[[2,1,1],[4,0,4,0]]}')

    assert secret.verify_election(BytesIO(board.bytes)).result == ((2, 1, 1), (4, 0, 4, 0))
    report = three[2]("check.js", "check", board.bytes)
    assert (report["stage"], report["decryptedBy"]) == ("decided", [3, 1])
    assert report["result"] == [[2, 1, 1], [4, 0, 4, 0]]
    if group is secret.BELENIOS_2048 and elections.BELENIOS:
        elections.belenios_verifies(tmp_path, board.bytes)


@GROUPS
def test_both_sides_make_the_same_steps_from_the_same_seeds(three, group):
    """Commitment and revelation byte for byte; shares of one read by the other; the same secret in the end."""
    ceremony = in_python(group)
    published = run(three, group, until="reveals")
    mine = [python.commit(ceremony, at, seed) for at, seed in enumerate(SEEDS, 1)]
    reveals = [python.reveal(ceremony, at, seed) for at, seed in enumerate(SEEDS, 1)]
    assert (raw(published["commitments"]), raw(published["reveals"])) == (mine, reveals)

    there = [python.shares(ceremony, at, SEEDS[at - 1], reveals=reveals, draw=randbelow) for at in (1, 2)]
    here = three[2]("trustee.js", "shares", place(3, group), SEEDS[2], published)
    published["shares"] = [*map(json.loads, there), here]
    dealt = raw(published["shares"])
    for at, seed in enumerate(SEEDS, 1):
        python.check_shares(ceremony, at, dealt[at - 1], reveals=reveals)
        expected = python.own_key(ceremony, at, seed, reveals=reveals, dealt=dealt)
        assert three[at - 1]("trustee.js", "ownSecret", place(at, group), seed, published) == expected

    signed = [json.loads(one)["signature"] for one in (python_shares(ceremony, 3, reveals), dealt[2])]
    assert signed[0] == signed[1]  # a signature's chance follows from the seed

    confirmed = [three[at]("trustee.js", "confirm", place(at + 1, group), SEEDS[at], published) for at in (0, 1)]
    confirmed.append(json.loads(python.confirm(ceremony, 3, SEEDS[2], reveals=reveals, dealt=dealt, draw=randbelow)))
    published["confirmations"] = confirmed
    entry = python.pedersen(ceremony, reveals=reveals, dealt=dealt, confirmations=raw(confirmed))[1]
    assert three[0]("trustee.js", "result", place(1, group), published) == entry


def python_shares(ceremony, index, reveals):
    return python.shares(ceremony, index, SEEDS[index - 1], reveals=reveals, draw=randbelow)


# --- trustees who lie -------------------------------------------------------------------------------------------


def box(sender, receiver, text):
    """A share that Python encrypts for another trustee, whatever its text says."""
    return forging.box("depot-1", sender, receiver, SEEDS[receiver - 1], text)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shares: shares.__setitem__(0, box(2, 1, str(share_of(2, 1) + 1))),  # another number
        lambda shares: shares.__setitem__(0, box(2, 1, "0" + str(share_of(2, 1)))),  # not in its one form
        lambda shares: shares.__setitem__(0, box(2, 1, str(share_of(2, 1) + secret.ED25519.order))),
        lambda shares: shares.__setitem__(0, shares[1]),  # for somebody else
        lambda shares: shares[0].__setitem__("c", shares[0]["c"][:-4] + "AAAA"),
        lambda shares: shares[0].__setitem__("c", "?"),
        lambda shares: shares[0].__setitem__("r", "0" * 63 + "2"),  # no element
    ],
    ids=["another number", "leading zero", "beyond the order", "for another", "damaged", "no Base64", "no element"],
)
def test_who_sends_a_wrong_share_is_named_by_the_one_who_got_it(three, published, spoil):
    ceremony = in_python()
    spoil(published["shares"][1]["shares"])

    found = three[0]("trustee.js", "confirm", place(1), SEEDS[0], published)
    others = [three[at]("trustee.js", "confirm", place(at + 1), SEEDS[at], published) for at in (1, 2)]

    reveals, dealt = raw(published["reveals"]), raw(published["shares"])
    same = python.confirm(ceremony, 1, SEEDS[0], reveals=reveals, dealt=dealt, draw=randbelow)
    assert found == json.loads(same) == {"complaint": 2}
    assert [list(one) for one in others] == [["pok", "public_key", "signature"]] * 2
    published["confirmations"] = [found, *others]
    with pytest.raises(Refused) as refused:
        three[2]("trustee.js", "result", place(3), published)
    assert (refused.value.code, refused.value.numbers) == ("secret.complaint", {"trustee": 2, "by": 1})


def share_of(sender, receiver):
    return forging.share("depot-1", 2, SEEDS[sender - 1], sender, receiver)


def test_the_share_that_python_boxes_honestly_is_accepted(three, published):
    """So that the cases above differ from a good one in their text alone."""
    published["shares"][1]["shares"][0] = box(2, 1, str(share_of(2, 1)))

    assert "public_key" in three[0]("trustee.js", "confirm", place(1), SEEDS[0], published)


def refusal(device, function, index, published, seed=None):
    with pytest.raises(Refused) as refused:
        device("trustee.js", function, place(index), seed or SEEDS[index - 1], published)
    return refused.value.code, refused.value.numbers


def test_who_reveals_something_else_than_was_committed_to_is_named(three, published):
    other = in_python()
    published["reveals"][1] = json.loads(python.reveal(other, 2, "3" * 22))

    assert refusal(three[0], "shares", 1, published) == ("secret.commitment", {"trustee": 2})
    assert refusal(three[0], "confirm", 1, published) == ("secret.commitment", {"trustee": 2})


def recommitted(published, at, revealed):
    """What one trustee reveals, with a commitment that fits it: a trustee who lied from the beginning."""
    published["reveals"][at] = revealed
    published["commitments"][at] = forging.commitment(revealed)


def other_context(published):
    other = python.Ceremony("depot-1", secret.ED25519, 3, 3)
    recommitted(published, 1, json.loads(python.reveal(other, 2, SEEDS[1])))


def other_signature(published):
    revealed = copy(published["reveals"][1])
    revealed["cert"]["signature"]["response"] = "7"
    recommitted(published, 1, revealed)


def other_coefficients(published):
    revealed = copy(published["reveals"][1])
    revealed["coefexps"]["message"] = published["reveals"][0]["coefexps"]["message"]
    recommitted(published, 1, revealed)


def one_key_for_two(published):
    recommitted(published, 1, json.loads(python.reveal(in_python(), 2, SEEDS[0])))


def no_key(published):
    """The identity for an encryption key: everybody could read the shares."""
    group, seed = secret.ED25519, SEEDS[1]
    revealed = copy(published["reveals"][1])
    message = json.loads(revealed["cert"]["message"]) | {"encryption": group.text(group.one)}
    recommitted(published, 1, revealed | {"cert": forging.signed(seed, forging.compact(message))})


@pytest.mark.parametrize(
    ("lie", "what"),
    [
        (other_context, "context"),
        (other_signature, "cert"),
        (other_coefficients, "coefexps"),
        (one_key_for_two, "twice"),
        (no_key, "cert"),
    ],
)
def test_a_lie_in_what_is_revealed_is_found_and_its_author_named(three, published, lie, what):
    lie(published)

    assert refusal(three[0], "shares", 1, published) == ("secret.trustees", {"what": what, "trustee": 2})


def test_a_server_that_shows_different_certificates_to_different_trustees_is_found_out(three, published):
    """Trustee 2 signed other certificates than those that trustee 1 is shown."""
    ceremony = in_python()
    other = [python.reveal(ceremony, at, seed) for at, seed in enumerate([SEEDS[0], SEEDS[1], "4" * 22], 1)]
    published["shares"][1] = json.loads(python_shares(ceremony, 2, other))

    assert refusal(three[0], "confirm", 1, published) == ("secret.trustees", {"what": "certs_sig", "trustee": 2})


def test_a_key_that_does_not_follow_from_the_coefficients_ends_the_ceremony(three, published):
    group = secret.ED25519
    text = group.text(group.generate(99))
    pok = forging.know(f"pok|{group.name}|{text}|", 99)
    signature = forging.signed(SEEDS[2], text)["signature"]
    published["confirmations"][2] = {"pok": pok, "public_key": text, "signature": signature}

    assert refusal_of_result(three[0], published) == ("secret.trustees", {"what": "key", "trustee": 3})


def refusal_of_result(device, published):
    with pytest.raises(Refused) as refused:
        device("trustee.js", "result", place(1), published)
    return refused.value.code, refused.value.numbers


# --- order, and seeds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "step"), [("reveal", "commitments"), ("shares", "reveals"), ("confirm", "shares")]
)
def test_no_step_is_made_before_all_have_made_the_one_before(three, published, function, step):
    published[step][1] = None

    assert refusal(three[0], function, 1, published) == ("secret.step", {"have": 2, "need": 3})


@pytest.mark.parametrize("function", ["reveal", "shares", "confirm", "ownSecret"])
def test_another_seed_than_the_one_begun_with_is_refused(three, published, function):
    assert refusal(three[0], function, 1, published, seed=SEEDS[1]) == ("secret.seed", {})
    assert refusal(three[0], function, 2, published, seed=SEEDS[0]) == ("secret.seed", {})


@pytest.mark.parametrize("seed", ["", "1" * 21, "1" * 23, "0" * 22, "l" * 22, "1" * 21 + " "])
def test_what_cannot_be_a_seed_is_refused(three, seed):
    with pytest.raises(Refused, match=r"^secret\.seed_form"):
        three[0]("trustee.js", "commit", place(1), seed)


@pytest.mark.parametrize(
    "changed", [{"id": ""}, {"id": "Depot"}, {"threshold": 0}, {"threshold": 4}, {"size": 21}, {"index": 4}]
)
def test_a_ceremony_that_cannot_be_is_refused(three, changed):
    with pytest.raises(Refused, match=r"^secret\.ceremony"):
        three[0]("trustee.js", "commit", place(1) | changed, SEEDS[0])


def test_a_seed_is_22_letters_and_never_the_same(device):
    made = {device("trustee.js", "newSeed") for _ in range(20)}

    assert len(made) == 20
    for seed in made:
        python.commit(in_python(), 1, seed)  # it takes what is a seed
