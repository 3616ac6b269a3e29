"""Membership life: applied, vouched for, open to objection, admitted; suspended, transferred, left, excluded.

Charter: membership.admission, membership.exclusion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from weft.charter.model import Admission
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
