"""Ballots, credentials and the count: what is allowed is taken, everything else is refused before it is encrypted."""

import json
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.ballots.secret_elections import YES_NO, audit, base58, chance, make, write

from weft.ballots.secret import (
    ED25519,
    Question,
    check_opened,
    encrypt_ballot,
    public_credential,
    secret_number,
    verify_ballot,
    write_credentials,
)
from weft.ballots.secret.codec import compact
from weft.ballots.secret.credentials import read_credentials
from weft.ballots.secret.groups import GROUPS
from weft.ballots.secret.tally import (
    add_ballots,
    check_tally,
    decrypt,
    elements,
    empty_tally,
    read_tally,
    remove_ballot,
    write_tally,
)
from weft.errors import RuleBroken

GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
QUESTIONS = (*YES_NO, Question.choose("Who?", ["Rosa", "Karl", "Clara"], most=2))


@cache
def made(group=ED25519):
    return make(group, questions=QUESTIONS, votes=((0, [[1, 0, 0], [1, 1, 0]]), (1, [[0, 1, 0], [0, 0, 0]])))


def sealed(group=ED25519, choices=((0, 0, 1), (1, 0, 1))):
    return encrypt_ballot(made(group).election, made(group).secrets[0], choices, chance("sealed"))


def refused(act, *arguments, **named):
    with pytest.raises(RuleBroken) as refusal:
        act(*arguments, **named)
    return refusal.value


def reparse(raw, change):
    value = json.loads(raw)
    change(value)
    return compact(value).encode()


# --- questions -------------------------------------------------------------------------------------------------


def test_questions_as_people_ask_them():
    assert Question.one_of("Strike?", ["yes", "no", "abstain"]) == Question("Strike?", ("yes", "no", "abstain"), 1, 1)
    assert Question.choose("Who?", ["a", "b", "c"], most=2) == Question("Who?", ("a", "b", "c"), 0, 2)
    assert Question.choose("Who?", ["a", "b"], most=2, least=1) == Question("Who?", ("a", "b"), 1, 2)
    assert Question.score("The plan", 10) == Question("The plan", tuple(map(str, range(11))), 1, 1)
    assert Question.score("The plan", 2, -2).answers == ("-2", "-1", "0", "1", "2")


@pytest.mark.parametrize(("answers", "least", "most"), [((), 0, 0), (("a",), 0, 0), (("a",), 2, 2), (("a",), 1, 0)])
def test_what_cannot_be_asked_is_refused(answers, least, most):
    assert refused(Question, "?", answers, least, most) == RuleBroken("secret.question", question="?")


# --- credentials -----------------------------------------------------------------------------------------------


@GROUP
def test_a_credential_follows_from_master_and_number(group):
    """Restated: the remainder of two hashes, one behind the other, as whole numbers of Python."""
    master = base58(43, "master")
    digits = "".join(sha256(f"weft/credential|{master}|3|{half}".encode()).hexdigest() for half in "01")

    secret = secret_number(group, master, 3)

    assert secret == int(digits, 16) % group.order
    assert public_credential(group, secret) == group.text(group.generate(secret))
    assert len({secret_number(group, master, number) for number in range(20)}) == 20
    assert secret_number(group, base58(43, "other"), 3) != secret


@pytest.mark.parametrize("master", ["", "a" * 42, "a" * 44, "a" * 42 + "+", "a" * 42 + "=", "a" * 42 + "é"])
def test_what_is_no_master_is_refused(master):
    assert refused(secret_number, ED25519, master, 0) == RuleBroken("secret.master")


def test_credentials_are_counted_from_0():
    with pytest.raises(ValueError, match="from 0"):
        secret_number(ED25519, "a" * 43, -1)


@GROUP
def test_the_list_of_credentials_holds_members_once_each(group):
    public = [public_credential(group, secret) for secret in (5, 6, 7)]
    one = group.text(group.one)

    assert read_credentials(group, write_credentials(public)) == sorted(public)
    assert read_credentials(group, b"[]") == []
    for wrong, what in (
        ([*public, public[0]], "twice"),
        ([*public, one], "element"),
        ([*public, "7"], "element"),
        ([f"{public[0]},2"], "element"),
        ([public[0].upper() + "x"], "element"),
    ):
        found = refused(read_credentials, group, compact(wrong).encode())
        assert (found.rule, found.numbers["what"]) == ("secret.credentials", what)
    assert refused(read_credentials, group, b"[7]").rule == "secret.credentials"
    assert refused(read_credentials, group, b"{}") == RuleBroken("secret.format", what="credentials")


# --- ballots ---------------------------------------------------------------------------------------------------


@GROUP
def test_a_ballot_is_taken_from_a_credential_on_the_list_alone(group):
    listed = read_credentials(group, made(group).parts.credentials)
    ballot = sealed(group)

    found = verify_ballot(made(group).election, ballot.raw, credentials=listed)

    assert found == verify_ballot(made(group).election, ballot.raw)
    assert (found.raw, found.tracker) == (ballot.raw, ballot.tracker)
    assert found.credential == public_credential(group, made(group).secrets[0])
    others = [credential for credential in listed if credential != found.credential]
    stranger = refused(verify_ballot, made(group).election, ballot.raw, credentials=others)
    assert stranger == RuleBroken("secret.stranger")


def test_two_ballots_of_one_voter_have_nothing_in_common_but_the_credential():
    election, secret = made().election, made().secrets[0]
    choices = [[1, 0, 0], [0, 0, 0]]

    one, other = (encrypt_ballot(election, secret, choices, chance(seed)) for seed in (1, 2))

    first, second = (verify_ballot(election, ballot.raw) for ballot in (one, other))
    assert first.credential == second.credential
    texts = [
        {text for answer in ballot.answers for pair in answer.choices for text in pair} for ballot in (first, second)
    ]
    assert not texts[0] & texts[1]


@pytest.mark.parametrize(
    ("choices", "question"),
    [
        ([[1, 0, 0]], 1),
        ([[1, 0, 0], [0, 0, 0], [0]], 3),
        ([[1, 1, 0], [0, 0, 0]], 1),
        ([[0, 0, 0], [0, 0, 0]], 1),
        ([[1, 0], [0, 0, 0]], 1),
        ([[1, 0, 0, 0], [0, 0, 0]], 1),
        ([[2, -1, 0], [0, 0, 0]], 1),
        ([[True, 0, 0], [0, 0, 0]], 1),
        ([["1", 0, 0], [0, 0, 0]], 1),
        ([[1, 0, 0], [1, 1, 1]], 2),
    ],
)
def test_marks_that_the_question_does_not_allow_are_not_encrypted(choices, question):
    def never(_n):
        raise AssertionError("chance was used")

    found = refused(encrypt_ballot, made().election, made().secrets[0], choices[:1], never)
    assert found.rule == "secret.choice"
    found = refused(encrypt_ballot, made().election, made().secrets[0], choices, chance(1))
    assert found == RuleBroken("secret.choice", question=question)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2), st.lists(st.booleans(), min_size=3, max_size=3).filter(lambda marks: sum(marks) <= 2))
def test_whatever_is_allowed_is_taken_and_opens_to_itself(mark, marks):
    choices = ((*(int(place == mark) for place in range(3)),), tuple(map(int, marks)))

    ballot = sealed(choices=choices)

    assert verify_ballot(made().election, ballot.raw).tracker == ballot.tracker
    assert check_opened(made().election, ballot.opened) == choices


# --- opened ballots --------------------------------------------------------------------------------------------


@GROUP
def test_an_opened_ballot_that_says_something_else_is_refused(group):
    ballot, election = sealed(group), made(group).election
    other = encrypt_ballot(election, made(group).secrets[1], [[1, 0, 0], [0, 0, 0]], chance("other"))
    row = {"choices": [1, 0, 0], "randomness": json.loads(ballot.opened)["answers"][0]["randomness"]}
    cases = [
        (lambda value: value["answers"].__setitem__(0, row), RuleBroken("secret.opened", what="choice")),
        (
            lambda value: value["answers"][1]["randomness"].reverse(),
            RuleBroken("secret.opened", what="choice"),
        ),
        (lambda value: value.update(tracker=other.tracker), RuleBroken("secret.opened", what="tracker")),
        (lambda value: value.update(ballot=other.raw.decode()), RuleBroken("secret.opened", what="tracker")),
        (lambda value: value["answers"].pop(), RuleBroken("secret.format", what="opened")),
        (lambda value: value["answers"][0]["choices"].pop(), RuleBroken("secret.format", what="opened")),
        (lambda value: value["answers"][0]["choices"].__setitem__(0, 2), RuleBroken("secret.format", what="opened")),
        (lambda value: value["answers"][0]["randomness"].__setitem__(0, "-1"), RuleBroken("secret.number")),
    ]

    assert check_opened(election, ballot.opened) == ((0, 0, 1), (1, 0, 1))
    for change, refusal in cases:
        assert refused(check_opened, election, reparse(ballot.opened, change)) == refusal


def test_an_opened_ballot_must_be_one_that_could_be_cast():
    """Encrypted as it says, but of another election, or with a signature that does not hold."""

    def wrong_signature(value):
        ballot = json.loads(value["ballot"])
        ballot["signature"]["proof"]["response"] = "5"
        value["ballot"] = compact(ballot)

    opened = reparse(sealed().opened, wrong_signature)

    assert refused(check_opened, made().election, opened) == RuleBroken("secret.signature")
    other = make(
        seed="another",
        group=ED25519,
        questions=QUESTIONS,
        votes=((0, [[1, 0, 0], [0, 0, 0]]), (1, [[1, 0, 0], [0, 0, 0]])),
    )
    assert refused(check_opened, other.election, sealed().opened) == RuleBroken("secret.other_election")


# --- the count -------------------------------------------------------------------------------------------------


def pairs_of(election, raw):
    return elements(election, [answer.choices for answer in verify_ballot(election, raw).answers])


@GROUP
def test_the_tally_is_the_product_whatever_the_order_and_a_replaced_ballot_leaves_it(group):
    election = made(group).election
    first, second = (pairs_of(election, raw) for raw in made(group).parts.ballots)
    empty = empty_tally(election)

    both = add_ballots(election, empty, [first, second])

    assert both == add_ballots(election, add_ballots(election, empty, [second]), [first])
    assert remove_ballot(election, both, first) == add_ballots(election, empty, [second])
    assert remove_ballot(election, remove_ballot(election, both, first), second) == empty
    raw, sized = write_tally(election, both)
    assert read_tally(election, raw, 2) == both
    assert (raw, sized) == made(group).parts.tally
    check_tally(election, both, raw, sized)
    assert refused(check_tally, election, empty, raw, sized) == RuleBroken("secret.tally", what="product")
    fewer = replace(both, ballots=1)
    assert refused(check_tally, election, fewer, raw, sized) == RuleBroken("secret.tally", what="number")


@pytest.mark.parametrize("raw", [b"[]", b"[[],[]]", b'[[{"alpha":"1"}]]', b"{}", b"[[1,2,3],[1,2,3]]"])
def test_a_tally_in_another_form_is_refused(raw):
    assert refused(read_tally, made().election, raw, 1) == RuleBroken("secret.format", what="tally")


def test_trustees_do_not_decrypt_what_too_few_have_cast():
    strict = make(ED25519, votes=((0, [[1, 0, 0]]), (1, [[1, 0, 0]])), weft={"minimum": 2})
    one = add_ballots(
        strict.election, empty_tally(strict.election), [pairs_of(strict.election, strict.parts.ballots[0])]
    )

    found = refused(decrypt, strict.election, 1, strict.keys[1], one, chance(1))

    assert found == RuleBroken("secret.few", ballots=1, minimum=2)


@pytest.mark.parametrize("minimum", [-1, "2", True, None])
def test_a_minimum_that_is_no_number_is_refused_rather_than_passed_over(minimum):
    lax = make(ED25519, weft={"minimum": 2})
    strict = replace(lax.election, weft={"minimum": minimum})
    tally = read_tally(lax.election, lax.parts.tally[0], 3)

    assert refused(decrypt, strict, 1, lax.keys[1], tally, chance(1)) == RuleBroken("secret.format", what="weft")


def test_an_election_in_which_nobody_voted_has_sums_of_zero():
    nobody = make(ED25519, votes=(), weft={"body": "b1"})

    report = audit(write(nobody.parts))

    assert (report.result, report.voters, report.ballots) == (((0, 0, 0),), 0, 0)


@GROUP
def test_a_ballot_of_many_answers_holds(group):
    """The most that one question may have in this test: 30 answers, of which up to 30 may be marked."""
    wide = (Question.choose("Which?", [str(number) for number in range(30)], most=30),)
    votes = ((0, [[1] * 30]), (1, [[int(number % 3 == 0) for number in range(30)]]))

    report = audit(write(make(group, questions=wide, votes=votes).parts))

    assert report.result == (tuple(1 + (number % 3 == 0) for number in range(30)),)
