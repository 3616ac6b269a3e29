"""Forged ballots, each other than a good one in one thing: the code a person is told."""

import json
from functools import reduce
from io import BytesIO
from secrets import randbelow

import pytest
from tests.site.secret_js import forging
from tests.site.secret_js.boards import GROUP, NO, rebuilt, refusal, sealed
from tests.site.secret_js.elections import records

from weft.ballots import secret
from weft.errors import RuleBroken


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
        (fewer_choices, "secret.shape", {"question": 1}),
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
