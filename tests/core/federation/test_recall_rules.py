"""Recall (seat.recall, office.recall): who can open it, when it is voted on, what passes."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, cases, recalls

from weft.ballots import majority
from weft.charter.model import Recall
from weft.errors import RuleBroken
from weft.federation.recall import RecallFinding, decide_recall, signatures_needed, vote_from


@pytest.mark.parametrize("case", cases("federation/recall_signatures.json"), ids=lambda case: case["why"])
def test_signatures_as_worked_by_hand(case):
    rule = Recall(open_by=Fraction(case["open_by"]), open_at_least=case["open_at_least"])

    assert signatures_needed(rule, electors=case["electors"]) == case["needed"]


@given(rule=recalls, electors=st.integers(1, 10_000))
def test_signatures_are_the_fewest_that_reach_share_and_number_or_everybody(rule, electors):
    needed = signatures_needed(rule, electors=electors)

    def enough(signed):
        return signed == electors or (signed >= electors * rule.open_by and signed >= rule.open_at_least)

    assert 1 <= needed <= electors
    assert enough(needed)
    assert needed == 1 or not enough(needed - 1)


@pytest.mark.parametrize("of", ["seat", "office"])
def test_where_the_charter_knows_no_recall_it_is_refused(of):
    with pytest.raises(RuleBroken) as refusal:
        signatures_needed(None, electors=9, of=of)

    assert refusal.value == RuleBroken(f"{of}.recall")


def test_negative_electors_are_the_callers_bug():
    for rule in (None, Recall()):
        with pytest.raises(ValueError, match="negative electors"):
            signatures_needed(rule, electors=-1)
    with pytest.raises(ValueError, match="impossible count"):
        decide_recall(Recall(), electors=2, yes=2, no=1, abstain=0)
    with pytest.raises(ValueError, match="impossible count"):
        decide_recall(Recall(), electors=2, yes=1, no=-1, abstain=0)


def test_the_delegate_has_the_notice_days_to_answer():
    assert vote_from(Recall(notice_days=3), NOON) == NOON + timedelta(days=3)
    assert vote_from(Recall(), NOON) == NOON


@pytest.mark.parametrize("case", cases("federation/recall_votes.json"), ids=lambda case: case["why"])
def test_votes_as_worked_by_hand(case):
    count = {name: case[name] for name in ("yes", "no", "abstain")}
    voted = sum(count.values())

    found = decide_recall(Recall(), electors=case["electors"], **count)

    verdict = majority(Recall().majority, **count, present=voted, entitled=case["electors"])
    assert found == RecallFinding(voted, case["needed"], case["electors"], verdict, passed=case["passed"])


@given(
    rule=recalls,
    yes=st.integers(0, 200),
    no=st.integers(0, 200),
    abstain=st.integers(0, 50),
    absent=st.integers(0, 500),
)
def test_passed_exactly_when_enough_voted_and_the_majority_wants_it(rule, yes, no, abstain, absent):
    electors = yes + no + abstain + absent

    found = decide_recall(rule, electors=electors, yes=yes, no=no, abstain=abstain)

    assert found.passed == (Fraction(yes + no + abstain) >= electors * rule.quorum and found.verdict.carried)
    assert found.verdict.base <= electors
    if yes == 0:
        assert not found.passed


def test_all_electors_together_can_always_open_a_recall():
    rule = Recall(open_by=Fraction(1, 10), open_at_least=3)

    assert [signatures_needed(rule, electors=n) for n in (1, 2, 3, 4, 30, 40)] == [1, 2, 3, 3, 3, 4]
