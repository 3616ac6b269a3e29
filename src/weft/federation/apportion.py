"""Norms of representation: from numbers to seats, exactly.

Charter: seat.norm, seat.small, body.body_minimum, body.body_maximum, body.executive.
Vectors: tests/vectors/federation/worked_examples_apportionment.csv, divide.json, small.json (sources named there).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heapify, heapreplace
from math import ceil, floor

from weft.charter.model import Norm, SeatRule, Small


@dataclass(frozen=True, slots=True)
class Sender:
    """A body that sends delegates. units: the number its norm rests on (members, inhabitants, …), at least 0."""

    ref: str
    units: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Allotment:
    """Seats of one constituency: one sender, or several small ones that elect together."""

    senders: tuple[str, ...]
    units: int
    seats: int


def seats_for(norm: Norm, units: int, *, body: str = "") -> int:
    """Seats that one sender gets from a norm of the kinds ``per``, ``steps`` and ``fixed``.

    units: whole, at least 0. body: the sender's title, for the exceptions a norm names.
    Minimum and maximum apply after rounding. A norm with ``total`` needs all senders: use `divide`.
    """
    if units < 0:
        raise ValueError(f"negative units: {units}")
    return _bounded(norm, _unbounded(norm, units), body)


def _unbounded(norm: Norm, units: int) -> int:
    if norm.fixed is not None:
        return norm.fixed
    if norm.steps:
        return next(
            (step.seats for step in norm.steps if step.upto is None or units <= step.upto),
            norm.steps[-1].seats,
        )
    if norm.per is None:
        raise ValueError("a norm with a total is divided among all senders: use divide()")
    if norm.first_per is not None:
        if units < norm.first_per:
            return 0
        further = round_exactly(Fraction(units - norm.first_per, norm.per), norm.round)
        return (norm.first_seats or 1) + norm.seats * further
    return round_exactly(Fraction(units * norm.seats, norm.per), norm.round)


def _bounded(norm: Norm, seats: int, body: str) -> int:
    minimum, maximum = norm.minimum, norm.maximum
    for exception in norm.exceptions:
        if exception.body == body:
            minimum = exception.minimum if exception.minimum is not None else minimum
            maximum = exception.maximum if exception.maximum is not None else maximum
    if minimum is not None:
        seats = max(seats, minimum)
    return seats if maximum is None else min(seats, maximum)


def round_exactly(value: Fraction, how: str) -> int:
    """Round by name: down, up, half_up, half_even. No value ever passes through a float."""
    match how:
        case "down":
            return floor(value)
        case "up":
            return ceil(value)
        case "half_up":
            return floor(value + Fraction(1, 2))
        case "half_even":
            return round(value)
    raise ValueError(f"unknown rounding {how!r}")


def divide(total: int, units: Sequence[int], method: str) -> tuple[int, ...]:
    """Divide a body of fixed size among senders.

    total: seats, at least 0. units: one number a sender, at least 0, not all 0 if there are seats.
    Methods: largest_remainder (Hare quota), droop (largest remainder with the Droop quota), and the divisor
    methods dhondt, sainte_lague, huntington_hill, adams, dean. Of equal claims the sender with more units
    goes first, then the one listed earlier (accession order): a named rule, not an accident.
    A sender with no units gets no seat. Raises ValueError for negative numbers and for an unknown method.
    Source: Balinski and Young, Fair Representation (1982), ch. 3 and app. A.
    """
    if total < 0 or any(unit < 0 for unit in units):
        raise ValueError("seats and units are at least 0")
    if method not in DIVISOR_CLAIMS and method not in {"largest_remainder", "droop"}:
        raise ValueError(f"unknown method {method!r}")
    if total == 0 or not units:
        return tuple(0 for _ in units)
    if sum(units) == 0:
        raise ValueError("nobody to represent")
    if method in DIVISOR_CLAIMS:
        return _highest_averages(total, units, DIVISOR_CLAIMS[method])
    return _largest_remainder(total, units, droop=method == "droop")


def _largest_remainder(total: int, units: Sequence[int], *, droop: bool) -> tuple[int, ...]:
    everyone = sum(units)
    hare, whole_droop = Fraction(everyone, total), Fraction(everyone // (total + 1) + 1)
    # Rounded up to a whole number, the Droop quota can pass the Hare quota where seats are many and units few.
    # Then it would leave more seats over than there are senders; the smaller of both never does.
    quota = min(hare, whole_droop) if droop else hare
    exact = [Fraction(unit) / quota for unit in units]
    seats = [floor(share) for share in exact]
    by_claim = sorted(range(len(units)), key=lambda i: (-(exact[i] - seats[i]), -units[i], i))
    for i in by_claim[: total - sum(seats)]:
        seats[i] += 1
    return tuple(seats)


#: Claim of so many units to the next seat after so many: the units over the method's divisor. Adams, Dean and
#: Huntington-Hill divide the first seat by nothing, so it comes before all others (first part 1). Huntington and
#: Hill's claims are squared, so that no root is ever taken.
Claim = tuple[int, Fraction]
DIVISOR_CLAIMS: Mapping[str, Callable[[int, int], Claim]] = {
    "dhondt": lambda u, s: (0, Fraction(u, s + 1)),
    "sainte_lague": lambda u, s: (0, Fraction(u, 2 * s + 1)),
    "adams": lambda u, s: (0, Fraction(u, s)) if s else (1, Fraction(u)),
    "huntington_hill": lambda u, s: (0, Fraction(u * u, s * (s + 1))) if s else (1, Fraction(u)),
    "dean": lambda u, s: (0, Fraction(u * (2 * s + 1), 2 * s * (s + 1))) if s else (1, Fraction(u)),
}


def _highest_averages(total: int, units: Sequence[int], claim: Callable[[int, int], Claim]) -> tuple[int, ...]:
    """Seat after seat to the highest claim, of equal claims to more units, then to the one listed earlier."""

    def entry(i: int) -> tuple[int, Fraction, int, int]:
        first, size = claim(units[i], seats[i])
        return (-first, -size, -units[i], i)  # the heap's least is the highest claim

    seats = [0] * len(units)
    heap = [entry(i) for i in range(len(units)) if units[i]]
    heapify(heap)
    for _ in range(total):
        winner = heap[0][3]
        seats[winner] += 1
        heapreplace(heap, entry(winner))
    return tuple(seats)


def allot(rule: SeatRule, senders: Sequence[Sender]) -> tuple[Allotment, ...]:
    """Constituencies and seats of one seat rule, small senders treated as the charter says.

    senders: in accession order; the result keeps it, so that a newcomer moves as few others as possible.
    """
    norm = rule.norm
    if norm.fixed is not None and not norm.each:
        groups = [tuple(senders)] if senders else []
        return tuple(Allotment(_refs(g), _units(g), norm.fixed) for g in groups)
    groups = _constituencies(rule.small, _named_once(norm, senders))
    seats = [_seats_of(rule, g) for g in groups] if norm.total is None else _divided(rule, norm.total, groups)
    return tuple(Allotment(_refs(g), _units(g), n) for g, n in zip(groups, seats, strict=True))


def _named_once(norm: Norm, senders: Sequence[Sender]) -> Sequence[Sender]:
    """An exception for a named body is for the first of that name: a body that takes the name later has none."""
    if not norm.exceptions:
        return senders
    first: dict[str, str] = {}
    for sender in senders:
        first.setdefault(sender.title, sender.ref)
    return [one if first[one.title] == one.ref else replace(one, title="") for one in senders]


def _seats_of(rule: SeatRule, group: tuple[Sender, ...]) -> int:
    if _units(group) == 0 and rule.norm.fixed is None:
        return 0  # nobody is there to be represented, whatever the minimum
    seats = seats_for(rule.norm, _units(group), body=_title(group))
    small = rule.small
    if small is None or _units(group) >= small.below:
        combined = len(group) > 1
        return max(seats, 1) if combined else seats
    return {"one": 1, "none": 0, "combine": max(seats, 1)}[small.do]


def _divided(rule: SeatRule, total: int, groups: Sequence[tuple[Sender, ...]]) -> list[int]:
    """A body of fixed size: small senders take their one seat or none first, the others divide the rest."""
    norm, small = rule.norm, rule.small
    below = small.below if small is not None and small.do != "combine" else 0
    one = int(small is not None and small.do == "one")
    others = [g for g in groups if _units(g) >= below]
    left = max(total - one * (len(groups) - len(others)), 0)
    weights = [_units(g) for g in others]
    divided = iter(divide(left, weights, norm.method) if any(weights) else (0,) * len(others))
    return [next(divided) if _units(g) >= below else one for g in groups]


def _constituencies(small: Small | None, senders: Sequence[Sender]) -> list[tuple[Sender, ...]]:
    """Group small senders, in accession order, until each group reaches the threshold.

    A rest that stays below it joins the last group; with no group to join it votes with the full sender listed
    first, which no change in anybody else's numbers can alter; with nobody else at all it stands alone.
    Nobody is left without a constituency.
    """
    if small is None or small.do != "combine":
        return [(sender,) for sender in senders]
    full: list[tuple[Sender, ...]] = [(sender,) for sender in senders if sender.units >= small.below]
    groups: list[tuple[Sender, ...]] = []
    rest: tuple[Sender, ...] = ()
    for sender in (s for s in senders if s.units < small.below):
        rest = (*rest, sender)
        if _units(rest) >= small.below:
            groups.append(rest)
            rest = ()
    if rest and groups:
        groups[-1] = (*groups[-1], *rest)
    elif rest and full:
        full[0] = (*full[0], *rest)
    elif rest:
        groups.append(rest)
    order = {sender.ref: place for place, sender in enumerate(senders)}
    ordered = [tuple(sorted(group, key=lambda sender: order[sender.ref])) for group in full + groups]
    return sorted(ordered, key=lambda group: order[group[0].ref])


def bound_body(allotments: Sequence[Allotment], *, minimum: int | None, maximum: int | None) -> tuple[Allotment, ...]:
    """Hold a whole body to its size: outside the bounds, the bound is divided by largest remainder.

    In proportion to the seats that the norms gave, because the units of different seat rules cannot be added up
    (art. 53 of 1918 counts inhabitants in the country and voters in the towns). Where no norm gave a seat, by units.
    """
    total = sum(a.seats for a in allotments)
    target = max(total, minimum or 0) if maximum is None else min(max(total, minimum or 0), maximum)
    weights = [a.seats if total else a.units for a in allotments]
    if target == total or not any(weights):
        return tuple(allotments)
    seats = divide(target, weights, "largest_remainder")
    return tuple(Allotment(a.senders, a.units, n) for a, n in zip(allotments, seats, strict=True))


def _refs(group: Sequence[Sender]) -> tuple[str, ...]:
    return tuple(sender.ref for sender in group)


def _units(group: Sequence[Sender]) -> int:
    return sum(sender.units for sender in group)


def _title(group: Sequence[Sender]) -> str:
    return group[0].title if len(group) == 1 else ""
