"""Ratification (decision.ratified_by): enough bodies below, in time, or not at all."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, cases, ratifications

from weft.charter.model import Ratification
from weft.deliberation import RatificationFinding, judge_ratification


@pytest.mark.parametrize("case", cases("deliberation/ratification.json"), ids=lambda case: case["why"])
def test_ratification_as_worked_by_hand(case):
    days = case["rule"]["within_days"]
    rule = Ratification("workplace", Fraction(case["rule"]["share"]), case["rule"]["strictly_more"], days)
    count = {name: case[name] for name in ("bodies", "agreed", "refused")}

    found = judge_ratification(
        rule, **count, decided_at=NOON, now=NOON + timedelta(days=case["day"], seconds=case["second"])
    )

    until = None if days is None else NOON + timedelta(days=days)
    assert found == RatificationFinding(**count, needed=case["needed"], until=until, state=case["state"])


@given(rule=ratifications, bodies=st.integers(0, 200), hours=st.integers(0, 24 * 800), data=st.data())
def test_ratified_open_or_rejected_restated(rule, bodies, hours, data):
    agreed = data.draw(st.integers(0, bodies))
    refused = data.draw(st.integers(0, bodies - agreed))

    state = judge_ratification(
        rule, bodies=bodies, agreed=agreed, refused=refused, decided_at=NOON, now=NOON + timedelta(hours=hours)
    ).state

    def reached(number):
        share = bodies * rule.share
        return number > 0 and (number > share if rule.strictly_more else number >= share)

    in_time = rule.within_days is None or hours < 24 * rule.within_days
    if reached(agreed):
        assert state == "ratified"
    elif in_time and reached(bodies - refused):
        assert state == "open"
    else:
        assert state == "rejected"


@pytest.mark.parametrize(("bodies", "agreed", "refused"), [(3, 2, 2), (3, 4, 0), (3, -1, 0), (3, 0, -1), (-1, 0, 0)])
def test_an_impossible_count_is_the_callers_bug(bodies, agreed, refused):
    with pytest.raises(ValueError, match="answers from"):
        judge_ratification(
            Ratification("workplace"), bodies=bodies, agreed=agreed, refused=refused, decided_at=NOON, now=NOON
        )
