"""Quorum (body.quorum): the worked examples, and the rule restated."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases, quorums

from weft.ballots import QuorumFinding, quorum
from weft.charter.model import Quorum
from weft.errors import RuleBroken


@pytest.mark.parametrize("case", cases("ballots/quorum.json"), ids=lambda case: case["why"])
def test_quorum_as_worked_by_hand(case):
    rule = Quorum(None if case["share"] is None else Fraction(case["share"]), at_least=case["at_least"])
    entitled, needed = case["entitled"], case["needed"]

    for present in {0, min(needed, entitled), max(min(needed - 1, entitled), 0), entitled}:
        found = quorum(rule, present=present, entitled=entitled)
        assert found == QuorumFinding(present=present, needed=needed, entitled=entitled)
        assert found.met == (present >= needed)


@given(rule=quorums, entitled=st.integers(0, 10_000), data=st.data())
def test_quorum_is_met_exactly_when_share_and_number_are_reached(rule, entitled, data):
    present = data.draw(st.integers(0, entitled))

    found = quorum(rule, present=present, entitled=entitled)

    share_reached = rule.share is None or present >= entitled * rule.share
    assert found.met == (share_reached and present >= rule.at_least)


@given(rule=quorums, entitled=st.integers(1, 10_000))
def test_needed_is_the_fewest_with_whom_it_is_met(rule, entitled):
    needed = quorum(rule, present=0, entitled=entitled).needed

    if needed <= entitled:
        assert quorum(rule, present=needed, entitled=entitled).met
        assert not quorum(rule, present=needed - 1, entitled=entitled).met


def test_a_missing_quorum_is_refused_with_its_numbers_and_rule():
    found = quorum(Quorum(Fraction(1, 2)), present=3, entitled=7)

    with pytest.raises(RuleBroken) as body:
        found.require()
    with pytest.raises(RuleBroken) as own:
        found.require("decision.quorum")

    assert body.value == RuleBroken("body.quorum", present=3, needed=4, entitled=7)
    assert own.value == RuleBroken("decision.quorum", present=3, needed=4, entitled=7)
    quorum(Quorum(Fraction(1, 2)), present=4, entitled=7).require()


@pytest.mark.parametrize(("present", "entitled"), [(-1, 5), (6, 5), (0, -1), (-2, -1), (2**63, 2**63 - 1)])
def test_an_impossible_count_is_the_callers_bug(present, entitled):
    with pytest.raises(ValueError, match="impossible count"):
        quorum(Quorum(), present=present, entitled=entitled)
