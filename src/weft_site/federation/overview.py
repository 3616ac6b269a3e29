"""What the pages of a federation and of a body show: counted by the database, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Count, Exists, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse

from weft_site.drawings.cloth import BodyMark
from weft_site.drawings.graph import SINGLE_BODIES, SIZES, Crowd
from weft_site.drawings.seats import MANY_SEATS, SeatMark
from weft_site.federation import facts
from weft_site.federation.models import Alternate, Body, BodyLink, Constituency, Federation, Seat, Term
from weft_site.federation.seat_facts import OwnSeats

MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat as a page lists it: who fills it, or how it fell vacant.

    seat, term, last: rows of named values, not whole `Seat`s and `Term`s: a page draws hundreds of them.
    """

    seat: "SeatRow"
    term: "TermRow | None"
    last: "TermRow | None"
    senders: str
    advisory: bool
    state: str

    @property
    def mark(self) -> SeatMark:
        return SeatMark(
            "advisory" if self.advisory and self.term else self.state, self.senders, self.term.name if self.term else ""
        )


def _state(last: "TermRow | None") -> str:
    """How a seat stands, by its last term."""
    if last is None:
        return "vacant"
    if last.holds:
        return "pending" if last.credential == Term.Credential.PENDING else "filled"
    return "recalled" if last.ended_by == Term.EndedBy.RECALLED else "vacant"


class SeatRow(Protocol):
    """A delegates' seat. rule: the index of its seat rule."""

    pk: int
    ref: str
    constituency_id: int
    rule: int


class TermRow(Protocol):
    """Who holds a seat, or held it last. holds: now; asked of the database, because instants are slow to read."""

    seat_id: int
    name: str
    credential: str
    ends_at: datetime | None
    ended_by: str
    holds: bool


def seat_rows(body: Body) -> QuerySet[SeatRow]:
    """The delegates' seats of a body, constituency by constituency: a page of them is read from an index.

    The rule is asked for seat by seat: joined, PostgreSQL reads and sorts all 36,000 to show 50.
    """
    rule = Constituency.objects.filter(pk=OuterRef("constituency_id")).values("rule")
    rows = Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True)
    return (
        rows.order_by("constituency_id", "number")
        .annotate(rule=Subquery(rule))
        .values_list("pk", "ref", "constituency_id", "rule", named=True)
    )


def few_seats(body: Body) -> list[SeatRow] | None:
    """All seats of a body, where they are few enough to be drawn each with its name; None where they are more."""
    rows = list(seat_rows(body)[: MANY_SEATS + 1])
    return rows if len(rows) <= MANY_SEATS else None


def seat_lines(
    body: Body, now: datetime, seats: Sequence[SeatRow] | None = None, *, whole: bool = False
) -> list[SeatLine]:
    """Seats of a body with who fills them now, in three queries: a page of its `seat_rows`, or all.

    whole: these are all of them, and what belongs to them is found by the body, not by hundreds of keys.
    """
    seats = list(seat_rows(body) if seats is None else seats)
    if not seats:
        return []
    of_seats = Q(seat__body=body) if whole else Q(seat__in=[seat.pk for seat in seats])
    through = Q(constituency__body=body) if whole else Q(constituency__in={seat.constituency_id for seat in seats})
    senders: dict[int, list[str]] = defaultdict(list)
    between = Constituency.senders.through.objects.filter(through).order_by("constituency_id", "body_id")
    for constituency, title in between.values_list("constituency_id", "body__title"):
        senders[constituency].append(title)
    electing = {constituency: " + ".join(titles) for constituency, titles in senders.items()}
    terms = Term.objects.filter(of_seats).order_by("starts_at", "id")
    terms = terms.annotate(holds=Q(facts.running(now)) & ~Q(credential=Term.Credential.REFUSED))
    latest: dict[int, TermRow] = {
        term.seat_id: term for term in terms.values_list(*TermRow.__annotations__, named=True)
    }
    advisory = [rule.voice == "advisory" for rule in facts.rule_of_body(body).seats]
    lines = []
    for seat in seats:
        last = latest.get(seat.pk)
        lines.append(
            SeatLine(
                seat=seat,
                term=last if last is not None and last.holds else None,
                last=last,
                senders=electing.get(seat.constituency_id, ""),
                advisory=advisory[seat.rule],
                state=_state(last),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """How many seats there are in each body, by seat rule and by who holds them: (body, rule, holding) -> seats.

    holding: a `Term.Credential`, or "" for a vacant seat, or "recalled" for one whose last delegate was recalled.
    """

    numbers: Mapping[tuple[int, int, str], int]

    @classmethod
    def of_lines(cls, body: Body, lines: Iterable[SeatLine]) -> "SeatCounts":
        """The same from all seats of a body, where they are read anyway."""
        holding = {"filled": Term.Credential.CONFIRMED, "pending": Term.Credential.PENDING, "vacant": ""}
        found = Counter((body.pk, line.seat.rule, str(holding.get(line.state, line.state))) for line in lines)
        return cls(dict(sorted(found.items())))

    def seats(self, body: Body | None = None) -> int:
        return sum(n for (where, _, _), n in self.numbers.items() if body is None or where == body.pk)

    def entitled(self, body: Body) -> int:
        """What `facts.entitled_for_quorum` says of a body of delegates, from what is counted already."""
        rule = facts.rule_of_body(body)
        if rule.quorum.of == "seats":
            return self.seats(body)
        voting = [place for place, seats in enumerate(rule.seats) if seats.voice != "advisory"]
        return sum(self.numbers.get((body.pk, place, Term.Credential.CONFIRMED), 0) for place in voting)

    def filled(self) -> dict[int, int]:
        """Delegates of each body."""
        found: dict[int, int] = defaultdict(int)
        for (where, _, holding), number in self.numbers.items():
            if holding not in _EMPTY:
                found[where] += number
        return found


_EMPTY = frozenset({"", "recalled"})
_HELD = (Term.Credential.CONFIRMED, Term.Credential.PENDING)
_MARKS = {"": "vacant", "recalled": "recalled", Term.Credential.PENDING: "pending"}


def seat_counts(bodies: QuerySet[Body] | Sequence[Body], now: datetime, *, rules: int) -> SeatCounts:
    """Count the delegates' seats of these bodies, however many, in two queries.

    rules: how many seat rules the charter has for the kind of body that has most. One row a body and a sum for
    each rule, because a database adds up faster than it sorts.
    """
    ids = bodies.values("pk") if isinstance(bodies, QuerySet) else [body.pk for body in bodies]
    asked = [(rule, holding) for rule in range(rules) for holding in ("", *_HELD)]
    sums = {f"n{i}": _counted(*one, alone=rules == 1) for i, one in enumerate(asked)}
    seats = Seat.objects.filter(body__in=ids, constituency__isnull=False, ended_at__isnull=True)
    seats = seats.annotate(holding=FilteredRelation("terms", condition=facts.running(now, "terms__")))
    numbers: dict[tuple[int, int, str], int] = defaultdict(int)
    for body, *row in seats.values_list("body_id").annotate(**sums):
        for (rule, holding), number in zip(asked, row, strict=True):
            if number:
                numbers[body, rule, holding] += number
                numbers[body, rule, ""] -= number if holding else 0
    for body, rule, number in _recalled(ids, now):
        numbers[body, rule, "recalled"] += number
        numbers[body, rule, ""] -= number
    return SeatCounts(dict(sorted(numbers.items())))


@dataclass(frozen=True, slots=True)
class _Kept:
    """Counts, and for how long they are true: while the record has this size, and until a term begins or runs out."""

    counts: SeatCounts
    size: int
    since: datetime
    until: datetime | None


_kept: dict[tuple[int, int], _Kept] = {}


def forget() -> None:
    """Count afresh: for tests, in which seats change without an entry in a record."""
    _kept.clear()


def kept_counts(federation: Federation, now: datetime, *, rules: int, body: Body | None = None) -> SeatCounts:
    """`seat_counts` of one body, or of all to which delegates are sent, counted once for every state of the record.

    Seats and terms change only by acts, and each act is an entry; the only other thing that changes who holds a seat
    is an instant at which a term begins or runs out. So this process keeps what takes longest, the counts of more
    seats than are drawn one by one, until either comes. `federation` is to be read before: then an act that happens
    meanwhile is at worst counted early, and counted again at the next reading.
    """
    key = (federation.log_id, 0 if body is None else body.pk)
    kept = _kept.get(key)
    if kept and kept.size == federation.log.size and kept.since <= now and (kept.until is None or now < kept.until):
        return kept.counts
    bodies = delegate_bodies(federation) if body is None else [body]
    counts = seat_counts(bodies, now, rules=rules)
    if counts.seats() > MANY_SEATS:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = _Kept(counts, federation.log.size, now, _next_instant(bodies, now))
    return counts


def _next_instant(bodies: QuerySet[Body] | Sequence[Body], now: datetime) -> datetime | None:
    """When next a term begins or runs out in one of these bodies by itself."""
    terms = Term.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now), seat__body__in=bodies)
    instants = terms.aggregate(
        begins=Min("starts_at", filter=Q(starts_at__gt=now)),
        runs_out=Min("ends_at", filter=Q(ends_at__gt=now)),
        ends=Min("ended_at"),
    )
    return min((at for at in instants.values() if at is not None), default=None)


def _counted(rule: int, holding: str, *, alone: bool) -> Count:
    """The seats of a rule, or those among them held with this credential. alone: there is no other rule."""
    under = Q() if alone else Q(constituency__rule=rule)
    return Count("pk", filter=under & (Q(holding__credential=holding) if holding else Q()))


def _recalled(ids: QuerySet | Sequence[int], now: datetime):
    """Seats that are vacant because their last delegate was recalled, (body, rule, seats).

    Recalls are few, so one begins with them: by the index of ended terms, which SQLite uses for a plain IS NOT NULL.
    """
    later = Term.objects.filter(seat=OuterRef("seat")).filter(
        Q(starts_at__gt=OuterRef("starts_at")) | Q(starts_at=OuterRef("starts_at"), pk__gt=OuterRef("pk"))
    )
    rows = Term.objects.filter(
        ended_by=Term.EndedBy.RECALLED, ended_at__isnull=False, ended_at__lte=now,
        seat__constituency__isnull=False, seat__ended_at__isnull=True,
    )  # fmt: skip
    here = Body.objects.filter(pk__in=ids, pk=OuterRef("seat__body_id"))  # "in" would begin with every seat of them
    return (
        rows.filter(Exists(here))
        .exclude(Exists(later))
        .values_list("seat__body_id", "seat__constituency__rule")
        .annotate(number=Count("pk"))
    )


def seat_marks(body: Body, now: datetime, counts: SeatCounts | None = None) -> list[SeatMark]:
    """The seats of a body as they are drawn: each with its name, or, where there are many, counted by seat rule."""
    rules = facts.rule_of_body(body).seats
    counts = counts or seat_counts([body], now, rules=len(rules))
    if counts.seats(body) <= MANY_SEATS:
        return [line.mark for line in seat_lines(body, now)]
    return [
        SeatMark(
            state="advisory"
            if rules[rule].voice == "advisory" and holding not in _EMPTY
            else _MARKS.get(holding, "filled"),
            group=rules[rule].title,
            seats=number,
        )
        for (where, rule, holding), number in counts.numbers.items()
        if where == body.pk
    ]


def office_lines(own: OwnSeats) -> list[tuple[Seat, Term | None]]:
    """The offices of a body, in the order of its charter, with who fills them now."""
    order = {office: place for place, office in enumerate(facts.rule_of_body(own.body).offices)}
    current = {term.seat_id: term for term in own.terms}
    seats = [seat for seat in own.seats if seat.office]
    listed = sorted(seats, key=lambda seat: (order.get(seat.office, len(order)), seat.number))
    return [(seat, current.get(seat.pk)) for seat in listed]


def alternates(body: Body, lines: Sequence[SeatLine]) -> QuerySet[Alternate]:
    """Who steps up for the seats of these lines."""
    return Alternate.objects.filter(
        body=body, used_at__isnull=True, constituency__in={line.seat.constituency_id for line in lines}
    ).order_by("constituency_id", "order")


@dataclass(frozen=True, slots=True)
class Sums:
    """A federation in numbers. bodies: of every type."""

    councils: int
    associations: int
    members: int
    seats: int
    filled: int
    bodies: int


def sums(crowds: Sequence[Crowd], counts: SeatCounts) -> Sums:
    """Members are counted through base councils only: whoever also joins an association is still one person."""
    by_type = {crowd.kind: crowd for crowd in crowds}
    base, across = (by_type.get(type_, Crowd(type_, (), 0)) for type_ in ("base", "association"))
    return Sums(
        councils=base.bodies,
        associations=across.bodies,
        members=base.people,
        seats=counts.seats(),
        filled=sum(counts.filled().values()),
        bodies=sum(crowd.bodies for crowd in crowds),
    )


def delegate_bodies(federation: Federation) -> QuerySet[Body]:
    """The bodies that delegates sit in."""
    return _bodies(federation).exclude(type__in=facts.PEOPLE)


def _bodies(federation: Federation) -> QuerySet[Body]:
    return Body.objects.filter(federation=federation, ended_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Graph:
    """A federation as `federation_graph` draws it."""

    marks: list[BodyMark]
    links: list[tuple[int, int]]
    crowds: list[Crowd]


def graph_of(federation: Federation, counts: SeatCounts, everybody: Sequence[Crowd]) -> Graph:
    """The bodies and who sends to whom, for the drawing; base councils and associations counted where all are many.

    everybody: its bodies by type and size, from `crowds_of`. Bodies that are drawn in strips need no name or address.
    """
    rows = _bodies(federation).order_by("id")
    many = sum(crowd.bodies for crowd in everybody) > SINGLE_BODIES
    if many:
        rows = rows.exclude(type__in=facts.PEOPLE)
    delegates = counts.filled()
    slug = federation.log.slug
    marks = [
        BodyMark(
            id=pk,
            name=title,
            kind=type_,
            members=members if type_ in facts.PEOPLE else delegates.get(pk, 0),
            url="" if many else reverse("body", args=[slug, ref]),
        )
        for pk, ref, type_, title, members in rows.values_list("pk", "ref", "type", "title", "members_count")
    ]
    drawn = {mark.id for mark in marks}
    links = BodyLink.objects.filter(lower__in=rows.order_by().values("pk")).values_list("lower_id", "upper_id")
    crowds = [crowd for crowd in everybody if crowd.kind in facts.PEOPLE] if many else []
    return Graph(marks, [link for link in links if link[1] in drawn], crowds)


def crowds_of(federation: Federation) -> list[Crowd]:
    """All bodies by type and size, and their members. One query; delegates are no members, so theirs say nothing."""
    bounds = zip((0, *SIZES), (*SIZES, None), strict=True)
    classes = {
        f"size_{place}": Count("pk", filter=Q(members_count__gte=low) & (Q(members_count__lt=high) if high else Q()))
        for place, (low, high) in enumerate(bounds)
    }
    rows = _bodies(federation).order_by("type").values_list("type").annotate(people=Sum("members_count"), **classes)
    return [Crowd(type_, tuple(sizes), people) for type_, people, *sizes in rows]
