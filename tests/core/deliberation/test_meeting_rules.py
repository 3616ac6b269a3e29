"""Meetings: notice (body.notice_days, decision.notice_days), opening, convening, the duty to meet."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, charter_with, shares

from weft.ballots import QuorumFinding
from weft.charter.model import Decision
from weft.deliberation.meetings import (
    check_notice,
    check_on_notice,
    check_open,
    convokers_needed,
    is_overdue,
    overdue_periods,
)
from weft.errors import RuleBroken

WEEK = replace(charter_with().body("city"), notice_days=7, meets_every_days=30)
INSTANT = timedelta(microseconds=1)


def days(number):
    return timedelta(days=number)


@pytest.mark.parametrize("later", [days(7), days(7) + INSTANT, days(700)])
def test_a_meeting_may_start_when_its_notice_has_run(later):
    check_notice(WEEK, convened_at=NOON, starts_at=NOON + later)


def test_a_meeting_without_notice_may_start_at_once():
    check_notice(replace(WEEK, notice_days=0), convened_at=NOON, starts_at=NOON)


@pytest.mark.parametrize("later", [timedelta(0), days(7) - INSTANT])
def test_a_meeting_before_its_notice_has_run_is_refused(later):
    with pytest.raises(RuleBroken) as refusal:
        check_notice(WEEK, convened_at=NOON, starts_at=NOON + later)

    assert refusal.value == RuleBroken("body.notice_days", days=7, earliest=(NOON + days(7)).isoformat())


@pytest.mark.parametrize("rule", [WEEK, replace(WEEK, notice_days=0)])
def test_a_meeting_in_the_past_is_refused(rule):
    with pytest.raises(RuleBroken) as refusal:
        check_notice(rule, convened_at=NOON, starts_at=NOON - INSTANT)

    assert refusal.value == RuleBroken("meeting.past")


CONVENED = {"state": "convened", "starts_at": NOON, "now": NOON, "present": 4, "entitled": 7}


def test_a_quorate_meeting_opens_at_its_time():
    assert check_open(WEEK, **CONVENED) == QuorumFinding(present=4, needed=4, entitled=7)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"state": "open"}, RuleBroken("meeting.state", state="open", needed="convened")),
        ({"state": "closed"}, RuleBroken("meeting.state", state="closed", needed="convened")),
        ({"now": NOON - INSTANT}, RuleBroken("meeting.early", starts=NOON.isoformat())),
        ({"present": 3}, RuleBroken("body.quorum", present=3, needed=4, entitled=7)),
    ],
)
def test_what_does_not_open_a_meeting(wrong, refusal):
    with pytest.raises(RuleBroken) as found:
        check_open(WEEK, **CONVENED | wrong)

    assert found.value == refusal


CHARTER_CHANGE = Decision("charter", notice_days=14)


@pytest.mark.parametrize("later", [days(14), days(15)])
def test_a_matter_announced_long_enough_may_be_decided(later):
    check_on_notice(CHARTER_CHANGE, announced_at=NOON, decided_at=NOON + later)
    check_on_notice(Decision("ordinary"), announced_at=None, decided_at=NOON)
    check_on_notice(Decision("ordinary"), announced_at=NOON, decided_at=NOON)


@pytest.mark.parametrize("announced", [None, NOON, NOON - days(14) + INSTANT])
def test_a_matter_announced_too_late_or_never_may_not(announced):
    with pytest.raises(RuleBroken) as refusal:
        check_on_notice(CHARTER_CHANGE, announced_at=announced, decided_at=NOON)

    earliest = "" if announced is None else (announced + days(14)).isoformat()
    assert refusal.value == RuleBroken("decision.notice_days", days=14, earliest=earliest)


@given(share=shares, base=st.integers(0, 10_000))
def test_convokers_are_the_fewest_who_are_the_share(share, base):
    needed = convokers_needed(share, base)

    assert needed >= 1
    assert needed >= base * share
    assert needed == 1 or needed - 1 < base * share


def test_where_the_charter_gives_no_such_right_nobody_convenes():
    assert convokers_needed(None, 100) is None
    assert [convokers_needed(Fraction(1, 3), n) for n in (0, 1, 3, 4, 801)] == [1, 1, 1, 2, 267]


@pytest.mark.parametrize(
    ("last_met", "now", "overdue"),
    [
        (NOON, NOON + days(30), False),
        (NOON, NOON + days(30) + INSTANT, True),
        (None, NOON, False),
        (None, NOON + INSTANT, True),
    ],
)
def test_the_duty_to_meet_counts_from_the_last_meeting_or_from_the_beginning(last_met, now, overdue):
    created = NOON - days(30)

    assert is_overdue(WEEK, last_met=last_met, created_at=created, now=now) == overdue
    assert not is_overdue(replace(WEEK, meets_every_days=None), last_met=None, created_at=created, now=now)


@pytest.mark.parametrize(
    ("dates", "later", "periods"),
    [
        ([NOON], days(29), 0),
        ([NOON], days(30), 1),
        ([NOON + days(10), NOON], days(69), 1),
        ([NOON, NOON + days(10)], days(100), 3),
        ([NOON], -days(5), 0),
        ([], days(900), 0),
    ],
)
def test_periods_without_a_meeting(dates, later, periods):
    assert overdue_periods(dates, every_days=30, until=NOON + later) == periods
    assert overdue_periods(dates, every_days=0, until=NOON + later) == 0
