"""Majority (decision.majority): the worked examples, and the rule restated."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from tests.strategies import cases, majorities, majority_of, votes

from weft.ballots import Verdict, majority
from weft.charter.model import Majority

COUNT = ("yes", "no", "abstain")


@pytest.mark.parametrize("case", cases("ballots/majority.json"), ids=lambda case: case["why"])
def test_majority_as_worked_by_hand(case):
    given_votes = {name: case[name] for name in (*COUNT, "present", "entitled", "chair")}

    found = majority(majority_of(case["rule"]), **given_votes)

    assert found == Verdict(**{name: case[name] for name in (*COUNT, "base", "needed", "carried", "tied")})


@given(rule=majorities, count=votes())
def test_carried_exactly_when_the_share_is_reached(rule, count):
    found = majority(rule, **count)

    whole = {
        "cast": count["yes"] + count["no"] + (count["abstain"] if rule.abstentions_count else 0),
        "present": count["present"],
        "whole": count["entitled"],
    }[rule.of]
    reached = count["yes"] > 0 and (
        count["yes"] > whole * rule.share if rule.strictly_more else count["yes"] >= whole * rule.share
    )
    assert (found.carried, found.base) == (reached, whole)
    assert found.tied == (count["yes"] == count["no"] != 0)


@given(rule=majorities, count=votes())
def test_one_more_yes_in_place_of_a_no_never_turns_carried_into_lost(rule, count):
    if count["no"]:
        better = count | {"yes": count["yes"] + 1, "no": count["no"] - 1}
        assert majority(rule, **better).carried >= majority(rule, **count).carried


@given(rule=majorities, count=votes())
def test_the_chair_is_heard_only_on_a_tie_and_only_where_the_charter_says(rule, count):
    silent, heard = majority(rule, **count), majority(rule, **count, chair="yes")

    assert replace(heard, carried=silent.carried) == silent
    if heard.carried != silent.carried:
        assert silent.tied
        assert rule.tie == "chair"
        assert silent.needed == silent.yes + 1
    for other in ("no", "", "perhaps"):
        assert majority(rule, **count, chair=other) == silent


@pytest.mark.parametrize(
    "wrong",
    [
        {"yes": -1},
        {"no": -1},
        {"abstain": -1},
        {"yes": 6},
        {"abstain": 2, "yes": 5},
        {"present": 11},
        {"present": -1, "yes": 0, "no": 0, "abstain": 0},
        {"entitled": -1},
        {"yes": 2**63},
    ],
)
def test_an_impossible_count_is_the_callers_bug(wrong):
    possible = {"yes": 3, "no": 1, "abstain": 1, "present": 6, "entitled": 10}
    majority(Majority(Fraction(1, 2)), **possible)

    with pytest.raises(ValueError, match="impossible count"):
        majority(Majority(Fraction(1, 2)), **possible | wrong)
