"""Ratification: a decision above that takes effect only when enough bodies below agree.

Charter: decision.ratified_by. Counted over the councils in the federation at that instant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from weft.charter.model import Procedure, Ratification
from weft.errors import RuleBroken


def opening_act(procedure: Procedure, *, decided_at: datetime, now: datetime) -> str:
    """Whose standing opens a body's vote on ratification: its officers', and some days later any voter's.

    So the officers of a body cannot keep it from answering by waiting. Charter: procedure.ratification_officers_days.
    """
    first = timedelta(days=procedure.ratification_officers_days)
    return "ratification.open" if now < decided_at + first else "ratification.open_late"


def check_answer_window(rule: Ratification, *, decided_at: datetime, closes_at: datetime) -> None:
    """Raises ``decision.ratified_by`` for a vote that would end when answers no longer count."""
    if rule.within_days is not None and closes_at >= decided_at + timedelta(days=rule.within_days):
        until = decided_at + timedelta(days=rule.within_days)
        raise RuleBroken("decision.ratified_by", until=until.isoformat())


@dataclass(frozen=True, slots=True)
class RatificationFinding:
    """state: "open", "ratified" or "rejected" (the rest can no longer reach it, or the time ran out)."""

    agreed: int
    refused: int
    bodies: int
    needed: int
    until: datetime | None
    state: str


def judge_ratification(
    rule: Ratification, *, bodies: int, agreed: int, refused: int, decided_at: datetime, now: datetime
) -> RatificationFinding:
    """Where a ratification stands.

    bodies: how many bodies of the kind named are in the federation now; agreed, refused: of these, answers
    given before the time ran out: an answer at ``until`` comes too late.
    Raises ValueError for an impossible count.
    """
    if min(agreed, refused) < 0 or agreed + refused > bodies:
        raise ValueError(f"{agreed} + {refused} answers from {bodies} bodies")
    needed = floor(bodies * rule.share) + 1 if rule.strictly_more else max(ceil(bodies * rule.share), 1)
    until = None if rule.within_days is None else decided_at + timedelta(days=rule.within_days)
    if agreed >= needed:
        state = "ratified"
    elif bodies - refused < needed or (until is not None and now >= until):
        state = "rejected"
    else:
        state = "open"
    return RatificationFinding(agreed=agreed, refused=refused, bodies=bodies, needed=needed, until=until, state=state)
