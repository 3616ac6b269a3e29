"""Seats follow numbers: whenever members, bodies or the charter change, entitlement is recomputed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Subquery

from weft.federation.entitlement import ConstituencyFact, Plan, may_change, plan
from weft.federation.seats import SeatFact
from weft_site.federation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.models import Body, BodyLink, Constituency, Seat, Term


def follow_entitlement(acting: Acting, upper: Body) -> int | None:
    """Bring the seats of a body into line with what is due; one entry if anything changed, else none.

    Seats that close at once while filled end their terms as lapsed; the rest wait for the end of the term.
    """
    return _follow(acting, upper, _read(acting, [upper])[upper.pk])


def follow_all(acting: Acting, bodies: Sequence[Body]) -> None:
    """The same for many bodies of one federation, in this order: those of a kind beside each other are read together.

    One that has followed meanwhile, because it rests on another of them, is read again.
    """
    for _, alike in groupby(bodies, key=lambda body: body.kind):
        for some in facts.portions(list(alike), size=500):
            read = _read(acting, some)
            acting.followed.clear()
            acting.members = facts.members_below([body.pk for body in some if body.type not in facts.PEOPLE])
            acting.above = uppers(acting, some)
            resting = {upper.pk for above in acting.above.values() for upper in above}
            acting.ways = _sent_through(resting, [body.pk for body in some])
            for body in some:
                if body.pk in acting.followed:
                    follow_entitlement(acting, body)
                else:
                    _follow(acting, body, read[body.pk])
    acting.members, acting.above, acting.ways = {}, {}, {}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the seats of a body rest on, and what there is: its senders by seat rule, constituencies, their rows.

    ids: the keys of the bodies below, by reference.
    """

    senders: facts.Senders
    before: list[ConstituencyFact]
    rows: dict[str, "Row"]
    ids: dict[str, int]


def _read(acting: Acting, bodies: Sequence[Body]) -> dict[int, Reading]:
    """Of bodies of one kind, by their keys. The queries are as many for one as for hundreds."""
    rule = acting.charter.body(bodies[0].kind)
    senders = facts.senders(bodies, rule.seats, acting.now)
    found = existing([body.pk for body in bodies], acting.now)
    ids: dict[int, dict[str, int]] = {body.pk: {} for body in bodies}
    links = BodyLink.objects.filter(upper__in=list(ids))
    for upper, ref, lower in links.values_list("upper_id", "lower__ref", "lower_id"):
        ids[upper][ref] = lower
    return {body.pk: Reading(senders[body.pk], *found[body.pk], ids[body.pk]) for body in bodies}


def _follow(acting: Acting, upper: Body, read: Reading) -> int | None:
    acting.followed.add(upper.pk)
    found = plan(acting.charter.body(upper.kind), read.senders, read.before, index=acting.index)
    _apply(found, read, upper, acting)
    if below := [body for above, body in acting.ways if above == upper.pk]:
        acting.ways |= _sent_through([upper.pk], below)
    if not found.changes:
        number_changed(acting, upper, units=facts.BY_MEMBERS)  # who is counted further up may have changed all the same
        return None
    index = acting.record(
        "federation.entitled",
        body=upper,
        by=(),
        data={"opened": found.opened, "closed": len(found.closed)},
        finding={"seats": found.seats, "waiting": len(found.waiting), "hash": found.hash},
    )
    number_changed(acting, upper, units=OF_DELEGATES)  # an executive's size follows the council that elects it
    return index


OF_DELEGATES = facts.BY_MEMBERS | {"seats", "delegates"}  # what changes in a council of delegates with its seats
OF_PEOPLE = facts.BY_MEMBERS | {"delegates"}  # what changes in a council or association with its members


def number_changed(acting: Acting, body: Body, *, units: frozenset[str] = OF_PEOPLE) -> None:
    """After a body's number in these units changed: every body above that rests on it follows, if it can matter.

    Where a council's own seats stay, those further up may rest on the same people, so the change goes on climbing.
    """
    above = acting.above.get(body.pk)
    for upper in uppers(acting, [body])[body.pk] if above is None else above:
        if _matters(acting, upper, body, units):
            follow_entitlement(acting, upper)
        elif units >= facts.BY_MEMBERS and upper.type not in facts.PEOPLE and upper.sends:
            number_changed(acting, upper, units=facts.BY_MEMBERS)


def _matters(acting: Acting, upper: Body, body: Body, units: frozenset[str]) -> bool:
    """Whether seats of a body can change with a sender's number; where they cannot, the number is noted."""
    rule = acting.charter.body(upper.kind)
    rules = [one for one in rule.seats if one.sender == body.kind and one.norm.unit in units]
    if not rules:
        return False
    between = (upper.pk, body.pk)
    known = (acting.ways if between in acting.ways else _sent_through([upper.pk], [body.pk]))[between]
    if any(one.index not in known for one in rules):
        return True
    now = {unit: _units_of(acting, body, unit) for unit in {one.norm.unit for one in rules}}
    for one in rules:
        _, before, senders = known[one.index]
        if may_change(rule, one, before=before, after=now[one.norm.unit], combined=senders > 1):
            return True
    for one in rules:
        pk, before, _ = known[one.index]
        if before != now[one.norm.unit]:
            Constituency.objects.filter(pk=pk).update(units=now[one.norm.unit])
    return False


def _units_of(acting: Acting, body: Body, unit: str) -> int:
    known = acting.members.get(body.pk) if unit in facts.BY_MEMBERS else None
    return facts.units_of(body, unit, acting.now) if known is None else known


Ways = dict[tuple[int, int], dict[int, tuple[int, int, int]]]


def _sent_through(uppers: Collection[int], bodies: Collection[int]) -> Ways:
    """Through what bodies send to others, by (upper, body) and the index of the seat rule: (key, units, how many send).

    One query: through a constituency of the upper body several may send.
    """
    found: Ways = {(upper, body): {} for upper in uppers for body in bodies}
    rows = Constituency.senders.through.objects.filter(
        body__in=bodies, constituency__body__in=uppers, constituency__ended_at__isnull=True
    ).annotate(number=Count("constituency__senders"))
    of = ("constituency__body_id", "body_id", "constituency__rule", "constituency_id", "constituency__units")
    for upper, body, rule, pk, units, number in rows.values_list(*of, "number"):
        found[upper, body][rule] = (pk, units, number)
    return found


def uppers(acting: Acting, bodies: Sequence[Body]) -> dict[int, list[Body]]:
    """By the key of each: the bodies whose seats rest on it directly, in the order in which they were tied to it.

    Each with `sends`, whether others rest on it in turn.
    """
    above = BodyLink.objects.filter(lower=OuterRef("upper"))
    links = BodyLink.objects.filter(lower__in=[body.pk for body in bodies]).select_related("upper").order_by("pk")
    found: dict[int, list[Body]] = {body.pk: [] for body in bodies}
    for link in links.annotate(sends=Exists(above)):
        link.upper.federation, link.upper.sends = acting.federation, link.sends
        found[link.lower_id].append(link.upper)
    return found


class Row(NamedTuple):
    """What the tables say of a constituency: its key, the number it rests on, the seats due."""

    pk: int
    units: int
    seats_due: int


def existing(uppers: Sequence[int], now: datetime) -> dict[int, tuple[list[ConstituencyFact], dict[str, Row]]]:
    """The constituencies and seats of bodies as the core asks for them, and their rows by reference; four queries.

    Plain rows, because a council may have tens of thousands of seats. Senders stand in accession order, as
    `facts.senders` lists them: rows are numbered in the order in which bodies came.
    """
    senders, seats = defaultdict(list), defaultdict(list)
    between = Constituency.senders.through.objects.filter(
        constituency__body__in=uppers, constituency__ended_at__isnull=True
    )
    for constituency, ref in between.order_by("body_id").values_list("constituency_id", "body__ref"):
        senders[constituency].append(ref)
    holding = Term.objects.filter(facts.running(now), seat__body__in=uppers, seat__constituency__isnull=False)
    filled = set(holding.exclude(credential=Term.Credential.REFUSED).values_list("seat_id", flat=True))
    live = Seat.objects.filter(body__in=uppers, constituency__isnull=False, ended_at__isnull=True).order_by("id")
    for seat, ref, constituency in live.values_list("pk", "ref", "constituency_id"):
        seats[constituency].append((ref, seat in filled))
    numbers = Seat.objects.filter(body=OuterRef("body"), constituency=OuterRef("pk")).order_by("-number")
    last = Subquery(numbers.values("number")[:1])  # each from an index
    rows = Constituency.objects.filter(body__in=uppers, ended_at__isnull=True).order_by("id")
    found: dict[int, tuple[list[ConstituencyFact], dict[str, Row]]] = {upper: ([], {}) for upper in uppers}
    for upper, pk, *row, number in rows.values_list("body_id", "pk", "ref", "rule", "units", "seats_due", last):
        ref, rule, units, seats_due = row
        who = tuple(senders[pk])
        here = tuple(SeatFact(seat, rule, who, held) for seat, held in seats[pk])
        known, by_ref = found[upper]
        known.append(ConstituencyFact(ref=ref, rule=rule, senders=who, seats=here, last_number=number or 0))
        by_ref[ref] = Row(pk, units, seats_due)
    return found


def _apply(found: Plan, read: Reading, upper: Body, acting: Acting) -> None:
    rows = read.rows
    made = Constituency.objects.bulk_create(
        [
            Constituency(
                body=upper,
                rule=planned.rule,
                ref=planned.ref,
                units=planned.units,
                seats_due=planned.seats,
                created_at=acting.now,
            )
            for planned in found.constituencies
            if planned.new
        ],
        batch_size=1_000,
    )
    ids = {ref: row.pk for ref, row in rows.items()} | {row.ref: row.pk for row in made}
    resized = [
        Constituency(pk=ids[planned.ref], units=planned.units, seats_due=planned.seats)
        for planned in found.constituencies
        if not planned.new and rows[planned.ref][1:] != (planned.units, planned.seats)
    ]
    if len(resized) == 1:  # the usual case, and a plain statement is much quicker to write
        one = resized[0]
        Constituency.objects.filter(pk=one.pk).update(units=one.units, seats_due=one.seats_due)
    else:
        Constituency.objects.bulk_update(resized, ["units", "seats_due"], batch_size=500)
    _regroup(found, read, ids)
    Seat.objects.bulk_create(
        [
            Seat(body=upper, constituency_id=ids[planned.ref], number=number, ref=ref)
            for planned in found.constituencies
            for ref, number in planned.opened
        ],
        batch_size=2_000,
    )
    _close(found.closed, upper, acting)
    _end_empty_constituencies(found, read.before, rows, acting)


def _regroup(found: Plan, read: Reading, ids: Mapping[str, int]) -> None:
    """Write who sends through the constituencies that are new or whose senders have changed."""
    known = {fact.ref: fact.senders for fact in read.before}
    moved = [planned for planned in found.constituencies if known.get(planned.ref) != planned.senders]
    if not moved:
        return
    between = Constituency.senders.through
    for some in facts.portions([ids[planned.ref] for planned in moved if not planned.new]):
        between.objects.filter(constituency__in=some).delete()
    between.objects.bulk_create(
        [
            between(constituency_id=ids[planned.ref], body_id=read.ids[ref])
            for planned in moved
            for ref in planned.senders
        ],
        batch_size=2_000,
    )


def _close(refs: Sequence[str], upper: Body, acting: Acting) -> None:
    for some in facts.portions(refs):
        seats = Seat.objects.filter(body=upper, ref__in=some)
        Term.objects.filter(facts.running(acting.now), seat__in=seats).update(
            ended_at=acting.now, ended_by=Term.EndedBy.LAPSED, ended_index=acting.index
        )
        seats.update(ended_at=acting.now)


def _end_empty_constituencies(
    found: Plan, before: Sequence[ConstituencyFact], rows: Mapping[str, Row], acting: Acting
) -> None:
    """A constituency that is no longer due ends when its last seat has ended."""
    due, closed = {planned.ref for planned in found.constituencies}, set(found.closed)
    gone = [fact.ref for fact in before if fact.ref not in due and all(seat.ref in closed for seat in fact.seats)]
    for some in facts.portions([rows[ref].pk for ref in gone]):
        Constituency.objects.filter(pk__in=some).update(ended_at=acting.now)
