"""What the pages of a federation and of a body show: counted by the database, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.urls import reverse

from weft_site.drawings.graph import BodyMark
from weft_site.drawings.seats import SeatMark
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


def seat_lines(body: Body, now: datetime) -> list[SeatLine]:
    """The delegates' seats of a body, in order of constituency, with who fills them now."""
    seats = list(
        Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True)
        .select_related("constituency")
        .prefetch_related("constituency__senders")
        .order_by("constituency__rule", "constituency_id", "number")
    )
    latest: dict[int, Term] = {}
    for term in Term.objects.filter(seat__in=seats).order_by("starts_at", "id"):
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


def office_lines(body: Body, now: datetime) -> list[tuple[Seat, Term | None]]:
    """The offices of a body, in the order of its charter, with who fills them now."""
    order = {office: place for place, office in enumerate(facts.rule_of_body(body).offices)}
    seats = Seat.objects.filter(body=body, constituency__isnull=True, ended_at__isnull=True)
    current = {
        term.seat_id: term for term in Term.objects.filter(facts.running(now), seat__in=seats).select_related("person")
    }
    listed = sorted(seats, key=lambda seat: (order.get(seat.office, len(order)), seat.number))
    return [(seat, current.get(seat.pk)) for seat in listed]


def alternates(body: Body) -> Sequence[Alternate]:
    return Alternate.objects.filter(body=body, used_at__isnull=True).select_related("constituency").order_by("order")


@dataclass(frozen=True, slots=True)
class Sums:
    """A federation in numbers."""

    councils: int
    associations: int
    members: int
    seats: int
    filled: int


def sums(federation: Federation, now: datetime) -> Sums:
    """Members are counted through base councils only: whoever also joins an association is still one person."""
    base = Q(type="base")
    counted = Body.objects.filter(federation=federation, ended_at__isnull=True).aggregate(
        councils=Count("pk", filter=base),
        associations=Count("pk", filter=Q(type="association")),
        members=Sum("members_count", filter=base, default=0),
    )
    seats = Seat.objects.filter(body__federation=federation, constituency__isnull=False, ended_at__isnull=True)
    filled = (
        Term.objects.filter(facts.running(now), seat__body__federation=federation, seat__constituency__isnull=False)
        .exclude(credential=Term.Credential.REFUSED)
        .count()
    )
    return Sums(**counted, seats=seats.count(), filled=filled)


def graph_of(federation: Federation, now: datetime) -> tuple[list[BodyMark], list[tuple[int, int]]]:
    """The bodies and who sends to whom, for the drawing."""
    bodies = list(Body.objects.filter(federation=federation, ended_at__isnull=True).order_by("id"))
    delegates = dict(
        Term.objects.filter(facts.running(now), seat__body__federation=federation, seat__constituency__isnull=False)
        .values_list("seat__body_id")
        .annotate(number=Count("pk"))
    )
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
    known = {body.pk for body in bodies}
    links = BodyLink.objects.filter(lower__federation=federation).values_list("lower_id", "upper_id")
    return marks, [(low, high) for low, high in links if low in known and high in known]
