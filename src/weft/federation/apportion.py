"""Norms of representation: from numbers to seats, exactly.

Charter: body.seats.norm, body.seats.small, body.minimum, body.maximum, body.executive.size.
Vectors: tests/vectors/federation/apportionment.csv (sources named there).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
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
    Source: Balinski and Young, Fair Representation (1982), ch. 3 and app. A.
    """
    if total < 0 or any(unit < 0 for unit in units):
        raise ValueError("seats and units are at least 0")
    if total == 0 or not units:
        return tuple(0 for _ in units)
    if sum(units) == 0:
        raise ValueError("nobody to represent")
    if method in {"largest_remainder", "droop"}:
        return _largest_remainder(total, units, droop=method == "droop")
    return _highest_averages(total, units, method)


def _largest_remainder(total: int, units: Sequence[int], *, droop: bool) -> tuple[int, ...]:
    everyone = sum(units)
    quota = Fraction(everyone // (total + 1) + 1) if droop else Fraction(everyone, total)
    exact = [Fraction(unit) / quota for unit in units]
    seats = [floor(share) for share in exact]
    # the Droop quota can hand out one seat too many only if it is not an integer above the bound; it is
    by_claim = sorted(range(len(units)), key=lambda i: (-(exact[i] - seats[i]), -units[i], i))
    for i in by_claim[: total - sum(seats)]:
        seats[i] += 1
    return tuple(seats)


def _highest_averages(total: int, units: Sequence[int], method: str) -> tuple[int, ...]:
    """Seat after seat to the highest claim: units over the method's divisor for the seats already held."""
    seats = [0] * len(units)
    for _ in range(total):
        claims = [(_claim(units[i], seats[i], method), units[i], -i) for i in range(len(units))]
        seats[-max(claims)[2]] += 1
    return tuple(seats)


def _claim(units: int, seats: int, method: str) -> tuple[int, Fraction]:
    """Comparable claim to the next seat. The first part puts senders that must get a first seat before all others."""
    if units == 0:
        return (-1, Fraction(0))
    match method:
        case "dhondt":
            return (0, Fraction(units, seats + 1))
        case "sainte_lague":
            return (0, Fraction(units, 2 * seats + 1))
        case "adams":
            return (1, Fraction(units)) if seats == 0 else (0, Fraction(units, seats))
        case "huntington_hill":  # squared, so that the square root never has to be taken
            return (1, Fraction(units)) if seats == 0 else (0, Fraction(units * units, seats * (seats + 1)))
        case "dean":
            return (
                (1, Fraction(units)) if seats == 0 else (0, Fraction(units * (2 * seats + 1), 2 * seats * (seats + 1)))
            )
    raise ValueError(f"unknown method {method!r}")


def allot(rule: SeatRule, senders: Sequence[Sender]) -> tuple[Allotment, ...]:
    """Constituencies and seats of one seat rule, small senders treated as the charter says.

    senders: in accession order; the result keeps it, so that a newcomer moves as few others as possible.
    """
    norm = rule.norm
    if norm.fixed is not None and not norm.each:
        groups = [tuple(senders)] if senders else []
        return tuple(Allotment(_refs(g), _units(g), norm.fixed) for g in groups)
    groups = _constituencies(rule.small, senders)
    if norm.total is not None:
        divided = divide(norm.total, [_units(g) for g in groups], norm.method) if any(map(_units, groups)) else ()
        seats = [_bounded(norm, n, _title(g)) for n, g in zip(divided, groups, strict=False)]
        return tuple(Allotment(_refs(g), _units(g), n) for g, n in zip(groups, seats, strict=False))
    return tuple(Allotment(_refs(g), _units(g), _seats_of(rule, g)) for g in groups)


def _seats_of(rule: SeatRule, group: tuple[Sender, ...]) -> int:
    seats = seats_for(rule.norm, _units(group), body=_title(group))
    small = rule.small
    if small is None or _units(group) >= small.below:
        combined = len(group) > 1
        return max(seats, 1) if combined else seats
    return {"one": 1, "none": 0, "combine": max(seats, 1)}[small.do]


def _constituencies(small: Small | None, senders: Sequence[Sender]) -> list[tuple[Sender, ...]]:
    """Group small senders, in accession order, until each group reaches the threshold.

    A rest that stays below it joins the last group; with no group to join it votes with the smallest full
    sender; with nobody else at all it stands alone. Nobody is left without a constituency.
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
        smallest = min(range(len(full)), key=lambda i: (_units(full[i]), i))
        full[smallest] = (*full[smallest], *rest)
    elif rest:
        groups.append(rest)
    order = {sender.ref: place for place, sender in enumerate(senders)}
    return sorted(full + groups, key=lambda group: order[group[0].ref])


def bound_body(allotments: Sequence[Allotment], *, minimum: int | None, maximum: int | None) -> tuple[Allotment, ...]:
    """Hold a whole body to its size: outside the bounds, the bound is divided by largest remainder of units."""
    total = sum(a.seats for a in allotments)
    target = max(total, minimum or 0) if maximum is None else min(max(total, minimum or 0), maximum)
    if target == total or not any(a.units for a in allotments):
        return tuple(allotments)
    seats = divide(target, [a.units for a in allotments], "largest_remainder")
    return tuple(Allotment(a.senders, a.units, n) for a, n in zip(allotments, seats, strict=True))


def _refs(group: Sequence[Sender]) -> tuple[str, ...]:
    return tuple(sender.ref for sender in group)


def _units(group: Sequence[Sender]) -> int:
    return sum(sender.units for sender in group)


def _title(group: Sequence[Sender]) -> str:
    return group[0].title if len(group) == 1 else ""
