"""Membership life: applied, vouched for, open to objection, admitted; suspended, transferred, left, excluded.

Charter: membership.admission, membership.exclusion, membership.minimum_age, membership.lapses_with_job, body.quotas,
procedure.admission_officers_days, procedure.invitation_days.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from weft.charter.model import Admission, Charter, Exclusion, Membership, Procedure
from weft.errors import RuleBroken

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "admitted": frozenset({"suspended", "transferred", "left", "lapsed", "excluded"}),
    "suspended": frozenset({"admitted", "transferred", "left", "lapsed", "excluded"}),
    "transferred": frozenset(),
    "left": frozenset(),
    "lapsed": frozenset(),
    "excluded": frozenset(),
}


def change_status(old: str, new: str) -> str:
    """The new status. Raises ``membership.status`` for a step that membership life does not know."""
    if new not in TRANSITIONS[old]:
        raise RuleBroken("membership.status", old=old, new=new)
    return new


@dataclass(frozen=True, slots=True)
class AdmissionFinding:
    """state: "vouchers" (more needed), "objection" (open until then), "contested", or "admitted"."""

    state: str
    vouchers: int
    vouchers_needed: int
    objections: int
    objections_until: datetime | None


def judge_admission(
    rule: Admission, *, vouchers: int, objections: int, vouched_at: datetime | None, now: datetime
) -> AdmissionFinding:
    """Where an application stands at ``now``.

    vouched_at: when the last voucher needed was given; None while vouchers are missing. Members may object
    up to, not at, the end of the objection days. A contested application goes to a vote; silence admits.
    """
    missing = vouchers < rule.vouchers or vouched_at is None
    until = None if missing or vouched_at is None else vouched_at + timedelta(days=rule.objection_days)
    if until is None:
        state = "vouchers"
    elif objections:
        state = "contested"
    elif now < until:
        state = "objection"
    else:
        state = "admitted"
    return AdmissionFinding(
        state=state,
        vouchers=vouchers,
        vouchers_needed=rule.vouchers,
        objections=objections,
        objections_until=until,
    )


def opening_act(procedure: Procedure, *, contested_at: datetime | None, now: datetime) -> str:
    """Whose standing puts a contested application to the vote: its officers', and some days later any member's.

    So officers who wait keep nobody out. contested_at: since when it is contested; None while it is not.
    Charter: procedure.admission_officers_days.
    """
    late = contested_at is not None and now >= contested_at + timedelta(days=procedure.admission_officers_days)
    return "application.open_late" if late else "application.open"


def check_invitation(procedure: Procedure, *, days: int) -> None:
    """How long a member's invitation may hold. Charter and refusal: ``procedure.invitation_days``."""
    if not 1 <= days <= procedure.invitation_days:
        raise RuleBroken("procedure.invitation_days", days=procedure.invitation_days)


#: People on an imported list have not asked to be admitted, so never fewer than two members stand for them.
LIST_VOUCHERS = 2


def rule_for_list(rule: Admission) -> Admission:
    """The admission of people whom an officer enters from a list: the charter's own, with two vouchers at least."""
    return replace(rule, vouchers=max(rule.vouchers, LIST_VOUCHERS))


def check_age(rule: Membership, *, declared: bool) -> None:
    """The applicant declares to be old enough; no birthday is asked. Raises ``membership.minimum_age``."""
    if not declared:
        raise RuleBroken("membership.minimum_age", years=rule.minimum_age)


def check_one_council(others: Sequence[str], *, transfer: bool) -> None:
    """A person is counted and votes upward through one base council per delegate council.

    others:   names of the base councils below the same delegate council to which the person belongs.
    transfer: the person agrees that the membership there ends when the new one begins.
    Raises ``membership.one_council``.
    """
    if others and not transfer:
        raise RuleBroken("membership.one_council", council=others[0])


def quota_attributes(charter: Charter) -> tuple[str, ...]:
    """What members may declare of themselves: the attributes that quotas of this charter count, and nothing else."""
    named = [quota.attribute for body in charter.bodies.values() for quota in body.quotas]
    return tuple(dict.fromkeys(named))


def check_declared(charter: Charter, attributes: Collection[str]) -> None:
    """Raises ``membership.declared`` for an attribute that no quota of the charter counts: it is not to be stored."""
    known = quota_attributes(charter)
    for attribute in attributes:
        if attribute not in known:
            raise RuleBroken("membership.declared", attribute=attribute)


def check_exclusion(rule: Exclusion, *, told_at: datetime | None, heard: bool, now: datetime) -> None:
    """Nobody is excluded or suspended unheard. Charter: membership.exclusion.

    told_at: when the member was told of the motion; None if never. heard: the member answered, or let the days
    for it pass. Refusals: ``membership.exclusion.notice_days``, ``membership.exclusion.hearing``.
    """
    if told_at is None or now < told_at + timedelta(days=rule.notice_days):
        raise RuleBroken("membership.exclusion.notice_days", days=rule.notice_days)
    if not heard:
        raise RuleBroken("membership.exclusion.hearing")


def check_lapse(rule: Membership) -> None:
    """Raises ``membership.lapses_with_job`` unless the charter says that membership ends with the job."""
    if not rule.lapses_with_job:
        raise RuleBroken("membership.lapses_with_job")
