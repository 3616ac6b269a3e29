"""Seats: how many there must be, who fills them, and how a term ends.

A seat rests on its electors. Entitlement is recomputed when numbers change; the charter says whether a
change bites now or at the next term. Expiry is no act: a term simply does not reach beyond its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from weft.charter.model import Office, Rotation, SeatRule
from weft.errors import RuleBroken
from weft.federation.apportion import Allotment


@dataclass(frozen=True, slots=True)
class SeatFact:
    """A seat that exists: its constituency's senders, whether someone fills it now."""

    ref: str
    rule: int
    senders: tuple[str, ...]
    filled: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What has to change so that seats follow entitlement.

    keep:  constituency (by its senders) -> seats that stay. open: constituency -> how many new seats.
    close: seats that end now. waiting: filled seats that end with their term because the charter says so.
    """

    keep: dict[tuple[str, ...], tuple[str, ...]]
    open: dict[tuple[str, ...], int]
    close: tuple[str, ...]
    waiting: tuple[str, ...]


def reconcile(rule: SeatRule, existing: Sequence[SeatFact], due: Sequence[Allotment]) -> Reconciled:
    """Compare the seats that exist under one rule with those that are due.

    Vacant seats go first; a filled one goes at once only if the rule's ``takes_effect`` is "now". A
    constituency whose senders changed, whatever their order, is a new one: its old seats end the same way.
    """
    by_senders: dict[tuple[str, ...], list[SeatFact]] = {}
    for seat in existing:
        by_senders.setdefault(tuple(sorted(seat.senders)), []).append(seat)
    keep: dict[tuple[str, ...], tuple[str, ...]] = {}
    opened: dict[tuple[str, ...], int] = {}
    surplus: list[SeatFact] = []
    for allotment in due:
        seats = sorted(by_senders.pop(tuple(sorted(allotment.senders)), []), key=lambda seat: not seat.filled)
        keep[allotment.senders] = tuple(seat.ref for seat in seats[: allotment.seats])
        surplus += seats[allotment.seats :]
        if allotment.seats > len(seats):
            opened[allotment.senders] = allotment.seats - len(seats)
    surplus += [seat for seats in by_senders.values() for seat in seats]
    closes_now = {seat.ref for seat in surplus if not seat.filled or rule.takes_effect == "now"}
    return Reconciled(
        keep=keep,
        open=opened,
        close=tuple(seat.ref for seat in surplus if seat.ref in closes_now),
        waiting=tuple(seat.ref for seat in surplus if seat.ref not in closes_now),
    )


def term_end(rule: SeatRule | Office, starts_at: datetime) -> datetime | None:
    """When a term that begins now runs out; None where the charter fixes no term.

    A place that passes on is held for one turn.
    Charter: seat.term_days, office.term_days, seat.rotation, office.rotation.
    """
    turn = None if rule.rotation is None else rule.rotation.every_days
    days = [length for length in (rule.term_days, turn) if length is not None]
    return starts_at + timedelta(days=min(days)) if days else None


def report_due(every_days: int | None, *, starts_at: datetime, last_report_at: datetime | None) -> datetime | None:
    """When the next report falls due, counted from the last one, or from the beginning of the term.

    every_days: ``seat.report_every_days`` or ``office.report_every_days``; None where no report is owed.
    """
    return None if every_days is None else (last_report_at or starts_at) + timedelta(days=every_days)


@dataclass(frozen=True, slots=True)
class PastTerm:
    """One earlier term of a person in the same kind of seat or office."""

    starts_at: datetime
    ended_at: datetime


def check_rotation(
    rotation: Rotation | None, past: Sequence[PastTerm], *, starts_at: datetime, of: str = "seat"
) -> None:
    """May this person serve again? Terms in a row are those with less than ``pause_days`` between them.

    of: "seat" or "office". Raises ``seat.rotation`` or ``office.rotation`` with the terms served and the instant
    from which the person may serve again.
    """
    if rotation is None or rotation.max_terms is None:
        return
    pause = timedelta(days=max(rotation.pause_days, 1))
    in_a_row = 0
    next_start = starts_at
    for term in sorted(past, key=lambda term: term.starts_at, reverse=True):
        if next_start - term.ended_at >= pause:
            break
        in_a_row += 1
        next_start = term.starts_at
    if in_a_row >= rotation.max_terms:
        free_from = max(term.ended_at for term in past) + pause
        raise RuleBroken(
            f"{of}.rotation",
            served=in_a_row,
            allowed=rotation.max_terms,
            free_from=free_from.isoformat(),
        )


def check_incompatible(office: Office, held: Sequence[Office]) -> None:
    """Raises ``office.incompatible`` if the person holds an office that this one excludes, or that excludes this one.

    A charter says it once, at either office; whoever is elected second may not slip past it.
    """
    for other in held:
        if other.id in office.incompatible or office.id in other.incompatible:
            raise RuleBroken("office.incompatible", office=office.id, held=other.id)
