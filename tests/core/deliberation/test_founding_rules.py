"""Founding (membership.founders, decision.founding): nobody founds a council for others."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import charter_with, charters, majorities

from weft.ballots import Verdict
from weft.charter.model import Decision, Majority
from weft.deliberation import Founded, judge_founding
from weft.deliberation.founding import check_put, may_close
from weft.errors import RuleBroken

TWO_THIRDS = charter_with(
    decisions={
        "ordinary": Decision("ordinary"),
        "charter": Decision("charter"),
        "founding": Decision("founding", majority=Majority(Fraction(2, 3), strictly_more=False)),
    }
)


def test_a_founding_as_a_whole():
    found = judge_founding(TWO_THIRDS, kind="workplace", gathered=12, yes=8, no=3, abstain=0)

    assert found == Founded(12, 5, Verdict(yes=8, no=3, abstain=0, base=12, needed=8, carried=True, tied=False))


def test_whoever_has_not_voted_has_not_agreed():
    """Two of three votes cast are two thirds; of twelve people gathered they are not."""
    early = judge_founding(TWO_THIRDS, kind="workplace", gathered=12, yes=2, no=1, abstain=0)

    assert not early.verdict.carried
    assert not may_close(gathered=12, voted=3, yes_needed=early.verdict.needed, yes=2)


def test_a_founding_may_be_closed_when_all_have_voted_or_enough_have_agreed():
    assert may_close(gathered=12, voted=8, yes_needed=8, yes=8)
    assert not may_close(gathered=12, voted=11, yes_needed=8, yes=7)
    assert may_close(gathered=12, voted=12, yes_needed=8, yes=0)


@given(charter=charters, gathered=st.integers(0, 200), data=st.data())
def test_closing_early_never_changes_what_all_would_have_decided(charter, gathered, data):
    yes = data.draw(st.integers(0, gathered))
    no = data.draw(st.integers(0, gathered - yes))
    abstain = data.draw(st.integers(0, gathered - yes - no))
    count = {"yes": yes, "no": no, "abstain": abstain}
    if gathered < charter.membership.founders:
        with pytest.raises(RuleBroken) as refusal:
            judge_founding(charter, kind="workplace", gathered=gathered, **count)
        needed = charter.membership.founders
        assert refusal.value == RuleBroken("membership.founders", gathered=gathered, needed=needed)
        return

    now = judge_founding(charter, kind="workplace", gathered=gathered, **count)

    voted = yes + no + abstain
    closes = may_close(gathered=gathered, voted=voted, yes_needed=now.verdict.needed, yes=yes)
    assert closes == (voted == gathered or now.verdict.carried)
    all_refuse = judge_founding(
        charter, kind="workplace", gathered=gathered, yes=yes, no=gathered - yes - abstain, abstain=abstain
    )
    assert now.verdict.carried == all_refuse.verdict.carried
    rule = charter.decision("founding").majority
    part = gathered * rule.share
    assert now.verdict.carried == (yes > 0 and (yes > part if rule.strictly_more else yes >= part))


@pytest.mark.parametrize("kind", ["city", "association", "kolkhoz", ""])
def test_only_a_base_council_is_founded(kind):
    for founding in (check_put, lambda charter, **who: judge_founding(charter, **who, yes=9, no=0, abstain=0)):
        with pytest.raises(RuleBroken) as refusal:
            founding(charter_with(), kind=kind, gathered=9)
        assert refusal.value == RuleBroken("founding.kind", kind=kind)


def test_the_fewest_founders():
    check_put(charter_with(), kind="workplace", gathered=5)
    with pytest.raises(RuleBroken) as refusal:
        check_put(charter_with(), kind="workplace", gathered=4)
    assert refusal.value == RuleBroken("membership.founders", gathered=4, needed=5)


@given(majority=majorities)
def test_a_charter_that_says_nothing_of_founding_decides_it_as_ordinary(majority):
    silent = charter_with(
        decisions={"ordinary": Decision("ordinary", majority=majority), "charter": Decision("charter")}
    )
    said = charter_with(decisions=silent.decisions | {"founding": Decision("founding", majority=majority)})

    assert judge_founding(silent, kind="workplace", gathered=9, yes=5, no=4, abstain=0) == judge_founding(
        said, kind="workplace", gathered=9, yes=5, no=4, abstain=0
    )


@pytest.mark.parametrize("count", [{"yes": 10}, {"yes": -1}, {"yes": 5, "no": 5}])
def test_more_votes_than_people_are_the_callers_bug(count):
    with pytest.raises(ValueError, match="impossible count"):
        judge_founding(charter_with(), kind="workplace", gathered=9, **{"yes": 0, "no": 0, "abstain": 0} | count)
