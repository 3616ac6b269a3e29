"""Entitlement: all seats of a delegate council, from the numbers below, as one plan.

Charter: body.seats. The site applies the plan to its tables, replay to its state; both come to the same
references, because these are made here from the index of the entry that opens them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from weft.charter.model import BodyRule, SeatRule
from weft.federation.apportion import Allotment, Sender, allot, bound_body, seats_for
from weft.federation.seats import SeatFact, reconcile


@dataclass(frozen=True, slots=True)
class ConstituencyFact:
    """A constituency that exists, with the seats that exist in it, in order. last_number: highest ever given."""

    ref: str
    rule: int
    senders: tuple[str, ...]
    seats: tuple[SeatFact, ...]
    last_number: int


@dataclass(frozen=True, slots=True)
class ConstituencyPlan:
    """One constituency as it must be.

    opened: (seat reference, number). new: it does not exist yet. regrouped: bodies joined or left it.
    """

    ref: str
    rule: int
    senders: tuple[str, ...]
    units: int
    seats: int
    new: bool
    opened: tuple[tuple[str, int], ...]
    regrouped: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recomputation changes. closed: seats that end now; waiting: filled ones that end with their term."""

    constituencies: tuple[ConstituencyPlan, ...]
    closed: tuple[str, ...]
    waiting: tuple[str, ...]
    seats: int
    hash: str

    @property
    def opened(self) -> int:
        return sum(len(c.opened) for c in self.constituencies)

    @property
    def changes(self) -> bool:
        return bool(self.opened or self.closed or any(c.new or c.regrouped for c in self.constituencies))


def due(rule: BodyRule, senders: Mapping[int, Sequence[Sender]]) -> dict[int, tuple[Allotment, ...]]:
    """Constituencies and seats due in a body, by index of the seat rule; held to the body's bounds."""
    by_rule = {seat_rule.index: allot(seat_rule, senders[seat_rule.index]) for seat_rule in rule.seats}
    if rule.body_minimum is None and rule.body_maximum is None:
        return by_rule
    flat = [(index, allotment) for index, allotments in by_rule.items() for allotment in allotments]
    held = bound_body([a for _, a in flat], minimum=rule.body_minimum, maximum=rule.body_maximum)
    bounded: dict[int, list[Allotment]] = {index: [] for index in by_rule}
    for (index, _), allotment in zip(flat, held, strict=True):
        bounded[index].append(allotment)
    return {index: tuple(allotments) for index, allotments in bounded.items()}


def plan(
    rule: BodyRule,
    senders: Mapping[int, Sequence[Sender]],
    existing: Sequence[ConstituencyFact],
    *,
    index: int,
) -> Plan:
    """Compare what is due with what exists.

    index: of the entry that will record the change; new references are made from it.
    """
    wanted = due(rule, senders)
    constituencies: list[ConstituencyPlan] = []
    closed: list[str] = []
    waiting: list[str] = []
    standing: list[str] = []
    before = {c.ref: frozenset(c.senders) for c in existing}
    for seat_rule in rule.seats:
        here = _continued([c for c in existing if c.rule == seat_rule.index], wanted[seat_rule.index])
        found = reconcile(seat_rule, [seat for c in here for seat in c.seats], wanted[seat_rule.index])
        by_senders = {c.senders: c for c in here}
        for number, allotment in enumerate(wanted[seat_rule.index], start=1):
            planned = _constituency(seat_rule, allotment, by_senders, found.open, f"{index}-{seat_rule.index}-{number}")
            moved = not planned.new and before[planned.ref] != frozenset(planned.senders)
            constituencies.append(replace(planned, regrouped=True) if moved else planned)
            standing += [*found.keep[allotment.senders], *(ref for ref, _ in planned.opened)]
        closed += found.close
        waiting += found.waiting
    return Plan(
        constituencies=tuple(constituencies),
        closed=tuple(closed),
        waiting=tuple(waiting),
        seats=len(standing) + len(waiting),
        hash=sha256("".join(f"{ref}\n" for ref in sorted([*standing, *waiting])).encode()).hexdigest(),
    )


def _continued(existing: Sequence[ConstituencyFact], wanted: Sequence[Allotment]) -> list[ConstituencyFact]:
    """Constituencies as they go on when bodies join or leave them.

    One whose senders all stay together, or of which some have left, is the same constituency with other
    senders: whoever joins it has its delegates at once, and may recall them. Each goes on as at most one;
    those with exactly the same senders first, then in the order of what is due.
    """
    due_senders = [allotment.senders for allotment in wanted]
    free = {frozenset(senders): senders for senders in due_senders}
    goes_on: dict[str, tuple[str, ...]] = {}
    for fact in existing:
        if frozenset(fact.senders) in free:
            goes_on[fact.ref] = free.pop(frozenset(fact.senders))
    sends_through: dict[str, list[int]] = {}
    for place, fact in enumerate(existing):
        for sender in fact.senders:
            sends_through.setdefault(sender, []).append(place)
    for senders in due_senders:
        if frozenset(senders) not in free:
            continue
        new = set(senders)
        places = sorted({place for sender in senders for place in sends_through.get(sender, ())})
        sharing = [existing[place] for place in places if existing[place].ref not in goes_on]
        kin = [fact for fact in sharing if new >= set(fact.senders) or new <= set(fact.senders)]
        if kin:
            closest = max(kin, key=lambda fact: len(new & set(fact.senders)))
            goes_on[closest.ref] = free.pop(frozenset(senders))
    return [_with_senders(fact, goes_on.get(fact.ref, fact.senders)) for fact in existing]


def _with_senders(fact: ConstituencyFact, senders: tuple[str, ...]) -> ConstituencyFact:
    if fact.senders == senders:
        return fact
    return replace(fact, senders=senders, seats=tuple(replace(seat, senders=senders) for seat in fact.seats))


def _constituency(
    seat_rule: SeatRule,
    allotment: Allotment,
    by_senders: Mapping[tuple[str, ...], ConstituencyFact],
    opened: Mapping[tuple[str, ...], int],
    suffix: str,
) -> ConstituencyPlan:
    fact = by_senders.get(allotment.senders)
    ref = fact.ref if fact else f"c{suffix}"
    last = fact.last_number if fact else 0
    numbers = range(last + 1, last + 1 + opened.get(allotment.senders, 0))
    return ConstituencyPlan(
        ref=ref,
        rule=seat_rule.index,
        senders=allotment.senders,
        units=allotment.units,
        seats=allotment.seats,
        new=fact is None,
        opened=tuple((f"s{ref[1:]}-{number}", number) for number in numbers),
    )


def may_change(rule: BodyRule, seat_rule: SeatRule, *, before: int, after: int, combined: bool) -> bool:
    """Whether a sender's number going from before to after can change any seat of the body.

    A short cut for the daily case of one more member: True never misses a change; False is certain only for
    a sender alone in its constituency, under a norm that looks at nobody else.
    """
    norm = seat_rule.norm
    if before == after and not combined:
        return False
    if combined or norm.total is not None or rule.body_maximum is not None or rule.body_minimum is not None:
        return True
    if norm.exceptions or 0 in {before, after}:  # an empty body has no seat, whatever the norm's minimum
        return True
    small = seat_rule.small
    if small is not None and (before < small.below or after < small.below):
        return True
    return seats_for(norm, before) != seats_for(norm, after)
