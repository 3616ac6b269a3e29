"""Rolls, votes by name, split votes, and two tellers."""

from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import choices, rolls

from weft.ballots import Tally, parts_of, roll_hash, tally, tellers_agree
from weft.errors import RuleBroken

ANSWERS = ("yes", "no", "abstain")


def test_roll_hash_is_the_hash_of_the_sorted_list():
    expected = sha256(b"m1-1\nm1-2\nm10-1\n").hexdigest()

    assert expected == "9d5c12c07afab0da59994c2f8203f1c5ba59e82572afbed4d7b156d1c065c84f"  # Perl's Digest::SHA
    assert roll_hash(["m10-1", "m1-1", "m1-2"]) == roll_hash(iter(["m1-2", "m10-1", "m1-1"])) == expected
    assert roll_hash([]) == sha256(b"").hexdigest()


@given(st.sets(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1), max_size=8))
def test_other_people_give_another_hash(people):
    for left in people:
        assert roll_hash(people - {left}) != roll_hash(people)


@pytest.mark.parametrize("voters", [["m1", "m1"], ["m1\nm2"], ["m1", ""]])
def test_a_roll_that_could_be_mistaken_for_another_has_no_hash(voters):
    with pytest.raises(ValueError, match="roll"):
        roll_hash(voters)


@given(roll=rolls, data=st.data())
def test_tally_adds_up_every_vote_and_nothing_else(roll, data):
    voting = data.draw(st.sets(st.sampled_from(sorted(roll)))) if roll else set()
    votes = {voter: data.draw(choices(roll[voter])) for voter in sorted(voting)}

    found = tally(roll, votes)

    sums = dict.fromkeys(ANSWERS, 0)
    for voter, choice in votes.items():
        for answer in ANSWERS:
            sums[answer] += (roll[voter] if choice == answer else 0) if isinstance(choice, str) else choice[answer]
    assert found == Tally(**sums, voted=len(votes))
    assert found.yes + found.no + found.abstain == sum(roll[voter] for voter in votes)


def test_a_vote_from_outside_the_roll_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        tally({"m1": 1}, {"m1": "yes", "m2": "yes"})

    assert refusal.value == RuleBroken("ballot.not_on_roll", voter="m2")


def test_a_negative_weight_is_the_callers_bug():
    with pytest.raises(ValueError, match="weight"):
        tally({"m1": 1, "m2": -1}, {"m1": "yes"})


@pytest.mark.parametrize(
    ("choice", "parts"),
    [
        ("yes", {"yes": 3}),
        ("abstain", {"abstain": 3}),
        ({"yes": 2, "no": 1}, {"yes": 2, "no": 1}),
        ({"yes": 3, "no": 0}, {"yes": 3, "no": 0}),
    ],
)
def test_a_vote_in_parts(choice, parts):
    assert parts_of(choice, 3) == parts


@pytest.mark.parametrize(
    "choice",
    [
        "Yes", "", "maybe", b"yes", None, 1, True, [], ["yes"], {"yes"}, {}, {"perhaps": 3}, {"yes": 3, "perhaps": 0},
        {"yes": -1, "no": 4}, {"yes": True, "no": 2}, {"yes": 3.0}, {"yes": "3"}, {"yes": None}, {"yes": Fraction(3)},
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_vote_is_refused(choice):
    with pytest.raises(RuleBroken) as refusal:
        parts_of(choice, 3)

    assert refusal.value == RuleBroken("ballot.choice")


@pytest.mark.parametrize(("choice", "sum_"), [({"yes": 2}, 2), ({"yes": 3, "no": 1}, 4), ({"no": 2**63}, 2**63)])
def test_a_split_is_exactly_the_weight(choice, sum_):
    with pytest.raises(RuleBroken) as refusal:
        parts_of(choice, 3)

    assert refusal.value == RuleBroken("ballot.split", given=sum_, weight=3)


AGREED = {"yes": 10, "no": 4, "abstain": 1}


def test_two_equal_counts_become_one_result():
    assert tellers_agree(AGREED, dict(AGREED), entitled=15) == AGREED
    assert tellers_agree({"yes": 3}, {"yes": 3, "no": 0}, entitled=3) == {"yes": 3}
    # answers to a candidate come from different people, marks for candidates may come from the same
    assert tellers_agree({"a/yes": 9, "a/no": 1, "b/yes": 10}, {"a/yes": 9, "a/no": 1, "b/yes": 10}, entitled=10)
    assert tellers_agree({"a": 9, "b": 10}, {"a": 9, "b": 10}, entitled=10)


@pytest.mark.parametrize(
    ("second", "line"), [({"yes": 11}, "yes"), ({"no": 3}, "no"), ({"abstain": 0, "no": 0}, "abstain")]
)
def test_a_difference_is_named_by_its_first_line(second, line):
    second = AGREED | second

    with pytest.raises(RuleBroken) as refusal:
        tellers_agree(AGREED, second, entitled=20)

    assert refusal.value == RuleBroken("ballot.tellers_differ", line=line, first=AGREED[line], second=second[line])


def test_a_line_that_one_teller_does_not_have_counts_as_nought():
    with pytest.raises(RuleBroken) as refusal:
        tellers_agree({"a": 1}, {"a": 1, "b": 2}, entitled=9)

    assert refusal.value == RuleBroken("ballot.tellers_differ", line="b", first=0, second=2)


@pytest.mark.parametrize(
    "count",
    [
        {"yes": -1},
        {"yes": True},
        {"yes": 2.0},
        {"yes": "2"},
        {"yes": 16},
        {"yes": 2**63},
        {"yes": 10, "no": 6},
        {"yes": 5, "no": 5, "abstain": 6},
        {"m1": 16},
        {"m1/yes": 10, "m1/no": 6},
    ],
    ids=repr,
)
def test_an_impossible_count_is_refused_from_either_teller(count):
    for first, second in ((count, AGREED), (AGREED, count), (count, count)):
        with pytest.raises(RuleBroken) as refusal:
            tellers_agree(first, second, entitled=15)
        assert refusal.value == RuleBroken("ballot.count", entitled=15)


def test_points_of_two_tellers_may_be_more_than_voters_by_as_many_as_each_can_give():
    points = {"m7-2": 10, "papers": 2}

    assert tellers_agree(points, dict(points), entitled=2, each=5) == points
    with pytest.raises(RuleBroken, match=r"ballot\.count"):
        tellers_agree(points, dict(points), entitled=2, each=4)
