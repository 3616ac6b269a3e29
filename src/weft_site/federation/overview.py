"""What the pages of a federation and of a body show: counted by the database, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)
from django.urls import reverse

from weft_site.drawings.cloth import BodyMark
from weft_site.drawings.graph import SINGLE_BODIES, SIZES, Crowd
from weft_site.drawings.seats import MANY_SEATS, SeatMark
from weft_site.federation import facts
from weft_site.federation.models import Alternate, Body, BodyLink, Federation, Seat, Term


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat as a page lists it: who fills it, or how it fell vacant."""

    seat: Seat
    term: Term | None
    last: Term | None
    senders: str
    advisory: bool

    @property
    def state(self) -> str:
        if self.term is not None:
            return "pending" if self.term.credential == Term.Credential.PENDING else "filled"
        return "recalled" if self.last is not None and self.last.ended_by == Term.EndedBy.RECALLED else "vacant"

    @property
    def mark(self) -> SeatMark:
        state = "advisory" if self.advisory and self.term else {"pending": "alternate"}.get(self.state, self.state)
        return SeatMark(state=state, group=self.senders, label=self.term.name if self.term else "")


def seat_rows(body: Body) -> QuerySet[Seat]:
    """The delegates' seats of a body, constituency by constituency: a page of them is read from an index."""
    return Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True).order_by(
        "constituency_id", "number"
    )


def seat_lines(body: Body, now: datetime, seats: Iterable[Seat] | None = None) -> list[SeatLine]:
    """Seats of a body with who fills them now, in four queries: a page of them, or all."""
    seats = list(seat_rows(body) if seats is None else seats)
    prefetch_related_objects(seats, "constituency__senders")
    latest: dict[int, Term] = {}
    for term in Term.objects.filter(seat__in=[seat.pk for seat in seats]).order_by("starts_at", "id"):
        latest[term.seat_id] = term
    rules = facts.rule_of_body(body).seats
    lines = []
    for seat in seats:
        last = latest.get(seat.pk)
        lines.append(
            SeatLine(
                seat=seat,
                term=last if last is not None and facts.holds(last, now) else None,
                last=last,
                senders=" + ".join(sender.title for sender in seat.constituency.senders.all()),
                advisory=rules[seat.constituency.rule].voice == "advisory",
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """How many seats there are in each body, by seat rule and by who holds them: (body, rule, holding) -> seats.

    holding: a `Term.Credential`, or "" for a vacant seat, or "recalled" for one whose last delegate was recalled.
    """

    numbers: Mapping[tuple[int, int, str], int]

    def seats(self, body: Body | None = None) -> int:
        return sum(n for (where, _, _), n in self.numbers.items() if body is None or where == body.pk)

    def filled(self) -> dict[int, int]:
        """Delegates of each body."""
        found: dict[int, int] = defaultdict(int)
        for (where, _, holding), number in self.numbers.items():
            if holding not in _EMPTY:
                found[where] += number
        return found


_EMPTY = frozenset({"", "recalled"})
_MARKS = {"": "vacant", "recalled": "recalled", Term.Credential.PENDING: "alternate"}


def seat_counts(bodies: Iterable[Body], now: datetime) -> SeatCounts:
    """Count the delegates' seats of these bodies, however many, in two queries."""
    seats = Seat.objects.filter(body__in=bodies, constituency__isnull=False, ended_at__isnull=True)
    holding = FilteredRelation("terms", condition=facts.running(now, "terms__"))
    rows = seats.annotate(holding=holding).values_list("body_id", "constituency__rule", "holding__credential")
    numbers: dict[tuple[int, int, str], int] = defaultdict(int)
    for body, rule, credential, number in rows.annotate(number=Count("pk")):
        vacant = credential in {None, Term.Credential.REFUSED}
        numbers[body, rule, "" if vacant else credential] += number
    for body, rule, number in _recalled(bodies, now):
        numbers[body, rule, "recalled"] += number
        numbers[body, rule, ""] -= number
    return SeatCounts(dict(sorted(numbers.items())))


def _recalled(bodies: Iterable[Body], now: datetime):
    """Seats that are vacant because their last delegate was recalled, (body, rule, seats).

    Recalls are few, so one begins with them: by the index of ended terms, which SQLite uses for a plain IS NOT NULL.
    """
    later = Term.objects.filter(seat=OuterRef("seat")).filter(
        Q(starts_at__gt=OuterRef("starts_at")) | Q(starts_at=OuterRef("starts_at"), pk__gt=OuterRef("pk"))
    )
    rows = Term.objects.filter(
        ended_by=Term.EndedBy.RECALLED, ended_at__isnull=False, ended_at__lte=now,
        seat__body__in=bodies, seat__constituency__isnull=False, seat__ended_at__isnull=True,
    )  # fmt: skip
    return (
        rows.exclude(Exists(later))
        .values_list("seat__body_id", "seat__constituency__rule")
        .annotate(number=Count("pk"))
    )


def seat_marks(body: Body, now: datetime, counts: SeatCounts | None = None) -> list[SeatMark]:
    """The seats of a body as they are drawn: each with its name, or, where there are many, counted by seat rule."""
    counts = counts or seat_counts([body], now)
    if counts.seats(body) <= MANY_SEATS:
        return [line.mark for line in seat_lines(body, now)]
    rules = facts.rule_of_body(body).seats
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


def office_lines(body: Body, now: datetime) -> list[tuple[Seat, Term | None]]:
    """The offices of a body, in the order of its charter, with who fills them now."""
    order = {office: place for place, office in enumerate(facts.rule_of_body(body).offices)}
    seats = Seat.objects.filter(body=body, constituency__isnull=True, ended_at__isnull=True)
    current = {
        term.seat_id: term for term in Term.objects.filter(facts.running(now), seat__in=seats).select_related("person")
    }
    listed = sorted(seats, key=lambda seat: (order.get(seat.office, len(order)), seat.number))
    return [(seat, current.get(seat.pk)) for seat in listed]


def alternates(body: Body, lines: Sequence[SeatLine]) -> QuerySet[Alternate]:
    """Who steps up for the seats of these lines."""
    return Alternate.objects.filter(
        body=body, used_at__isnull=True, constituency__in={line.seat.constituency_id for line in lines}
    ).order_by("constituency_id", "order")


@dataclass(frozen=True, slots=True)
class Sums:
    """A federation in numbers."""

    councils: int
    associations: int
    members: int
    seats: int
    filled: int


def sums(federation: Federation, counts: SeatCounts) -> Sums:
    """Members are counted through base councils only: whoever also joins an association is still one person."""
    base = Q(type="base")
    counted = _bodies(federation).aggregate(
        councils=Count("pk", filter=base),
        associations=Count("pk", filter=Q(type="association")),
        members=Sum("members_count", filter=base, default=0),
    )
    return Sums(**counted, seats=counts.seats(), filled=sum(counts.filled().values()))


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


def graph_of(federation: Federation, counts: SeatCounts) -> Graph:
    """The bodies and who sends to whom, for the drawing; base councils and associations counted where all are many."""
    rows = _bodies(federation).order_by("id")
    crowds: list[Crowd] = []
    if rows.count() > SINGLE_BODIES:
        crowds = _crowds(rows)
        rows = rows.exclude(type__in=facts.PEOPLE)
    bodies = list(rows)
    delegates = counts.filled()
    slug = federation.log.slug
    marks = [
        BodyMark(
            id=body.pk,
            name=body.title,
            kind=body.type,
            members=body.members_count if body.type in facts.PEOPLE else delegates.get(body.pk, 0),
            url=reverse("body", args=[slug, body.ref]),
        )
        for body in bodies
    ]
    links = BodyLink.objects.filter(lower__in=rows.values("pk"), upper__in=rows.values("pk"))
    return Graph(marks, list(links.values_list("lower_id", "upper_id")), crowds)


def _crowds(rows: QuerySet[Body]) -> list[Crowd]:
    """Base councils and associations by size. One query."""
    bounds = zip((0, *SIZES), (*SIZES, None), strict=True)
    classes = {
        f"size_{place}": Count("pk", filter=Q(members_count__gte=low) & (Q(members_count__lt=high) if high else Q()))
        for place, (low, high) in enumerate(bounds)
    }
    found = (
        rows.filter(type__in=facts.PEOPLE)
        .order_by("type")
        .values("type")
        .annotate(people=Sum("members_count"), **classes)
    )
    return [Crowd(row["type"], tuple(row[name] for name in classes), row["people"]) for row in found]
