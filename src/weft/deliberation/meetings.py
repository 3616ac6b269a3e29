"""Meetings: convened with notice and agenda, opened with a quorum, closed.

Charter: body.notice_days, body.quorum, body.convened_by, body.convened_by_base, decision.notice_days,
procedure.doors_minutes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from weft.ballots import QuorumFinding, quorum
from weft.charter.model import BodyRule, Decision, Procedure
from weft.errors import RuleBroken


def check_notice(rule: BodyRule, *, convened_at: datetime, starts_at: datetime) -> None:
    """Raises ``body.notice_days`` if the meeting starts before its notice has run, ``meeting.past`` if in the past."""
    if starts_at < convened_at:
        raise RuleBroken("meeting.past")
    earliest = convened_at + timedelta(days=rule.notice_days)
    if starts_at < earliest:
        raise RuleBroken("body.notice_days", days=rule.notice_days, earliest=earliest.isoformat())


def check_attend(procedure: Procedure, *, state: str, starts_at: datetime, now: datetime) -> None:
    """May people be noted as present? They sign in while they arrive. Charter: procedure.doors_minutes.

    Refusals: ``meeting.state`` (over, or cancelled), ``meeting.early``.
    """
    if state not in {"convened", "open"}:
        raise RuleBroken("meeting.state", state=state, needed="open")
    if now < starts_at - timedelta(minutes=procedure.doors_minutes):
        raise RuleBroken("meeting.early", starts=starts_at.isoformat())


def check_over_days(rule: BodyRule, *, opened_at: datetime, closes_at: datetime) -> None:
    """A vote over days takes the place of a meeting, so it is open at least as long as a meeting's notice runs.

    Refusals: ``ballot.closes`` (an end that is not ahead), ``body.notice_days``.
    """
    if closes_at <= opened_at:
        raise RuleBroken("ballot.closes")
    earliest = opened_at + timedelta(days=rule.notice_days)
    if closes_at < earliest:
        raise RuleBroken("body.notice_days", days=rule.notice_days, earliest=earliest.isoformat())


def called_start(rule: BodyRule, *, wanted: datetime, complete_at: datetime) -> datetime:
    """When a meeting called by signatures starts: as wanted, or as soon as its notice has run.

    A call that was signed slowly is not lost by that.
    """
    return max(wanted, complete_at + timedelta(days=rule.notice_days))


def check_open(
    rule: BodyRule, *, state: str, starts_at: datetime, now: datetime, present: int, entitled: int
) -> QuorumFinding:
    """Open a convened meeting: not before its time, and with a quorum.

    present, entitled: persons (or filled seats) as ``rule.quorum.of`` says.
    Refusals: ``meeting.state``, ``meeting.early``, ``body.quorum``.
    """
    if state != "convened":
        raise RuleBroken("meeting.state", state=state, needed="convened")
    if now < starts_at:
        raise RuleBroken("meeting.early", starts=starts_at.isoformat())
    finding = quorum(rule.quorum, present=present, entitled=entitled)
    finding.require()
    return finding


def check_on_notice(decision: Decision, *, announced_at: datetime | None, decided_at: datetime) -> None:
    """Raises ``decision.notice_days`` unless the matter was announced long enough before it is decided."""
    if decision.notice_days == 0:
        return
    if announced_at is None or decided_at < announced_at + timedelta(days=decision.notice_days):
        earliest = "" if announced_at is None else (announced_at + timedelta(days=decision.notice_days)).isoformat()
        raise RuleBroken("decision.notice_days", days=decision.notice_days, earliest=earliest)


def convokers_needed(share: Fraction | None, base: int) -> int | None:
    """How many together can call a meeting against its officers; None where the charter grants no such right."""
    return None if share is None else max(ceil(base * share), 1)


def is_overdue(rule: BodyRule, *, last_met: datetime | None, created_at: datetime, now: datetime) -> bool:
    """Session duty: whether the body has not met for longer than the charter allows."""
    if rule.meets_every_days is None:
        return False
    return now > (last_met or created_at) + timedelta(days=rule.meets_every_days)


def overdue_periods(dates: Sequence[datetime], *, every_days: int, until: datetime) -> int:
    """How many whole periods passed without a meeting: the failure that history warns of.

    dates: when the body came into being and when it met since, so that one that never met is overdue too.
    """
    if not dates or every_days < 1:
        return 0
    return max((until - max(dates)).days // every_days, 0)
