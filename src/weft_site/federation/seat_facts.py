"""Facts about seats and terms that several pages show: reports that fall due, fractions that count."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from weft.federation.elections import is_up
from weft.federation.seats import report_due
from weft_site.federation import facts
from weft_site.federation.models import Body, Constituency, Draw, Election, Fraction, Report, Seat, Term


@dataclass(frozen=True, slots=True)
class ReportDue:
    """The next report of a term: when it falls due, and whether that day is past."""

    term: Term
    due_at: datetime
    late: bool


def report_due_at(term: Term, *, last_report_at: datetime | None = None) -> datetime | None:
    """When the next report of a term falls due; None where none is owed. One query, unless the last is told."""
    every = _report_every(term)
    if every is None:
        return None
    last = last_report_at or term.reports.aggregate(last=Max("given_at"))["last"]
    return report_due(every, starts_at=term.starts_at, last_report_at=last)


def reports_due(term: Term, now: datetime) -> ReportDue | None:
    """The next report that a running term owes, late or not yet."""
    due_at = report_due_at(term) if facts.holds(term, now) else None
    return None if due_at is None else ReportDue(term, due_at, late=now > due_at)


@dataclass(frozen=True, slots=True)
class OwnSeats:
    """What a body fills: its offices, and its delegates' seats in the bodies above.

    seats: those that exist. terms: who holds them now, whatever the credential, each with its seat.
    draws: lots of the body that are still to be opened.
    """

    body: Body
    constituencies: list[Constituency]
    seats: list[Seat]
    terms: list[Term]
    draws: list[Draw]


def own_seats(body: Body, now: datetime) -> OwnSeats:
    """Read what a body fills, once for all that a page shows of it. Four queries."""
    constituencies = list(
        Constituency.objects.filter(senders=body, ended_at__isnull=True)
        .select_related("body")
        .order_by("body_id", "pk")
    )
    for row in constituencies:
        row.body.federation = body.federation
    known = {row.pk: row for row in constituencies}
    seats = list(Seat.objects.filter(_mine(body, constituencies), ended_at__isnull=True))
    for seat in seats:
        seat.constituency = known.get(seat.constituency_id)
        seat.body = seat.constituency.body if seat.constituency else body
    places = {seat.pk: seat for seat in seats}
    terms = list(Term.objects.filter(facts.running(now), seat__in=list(places)).order_by("pk"))
    for term in terms:
        term.seat = places[term.seat_id]
    draws = list(Draw.objects.filter(body=body, drawn_at__isnull=True).order_by("pk"))
    return OwnSeats(body, constituencies, seats, terms, draws)


def _mine(body: Body, constituencies: list[Constituency]) -> Q:
    return Q(body=body, constituency__isnull=True) | Q(constituency__in=constituencies)


def reports_due_to(electing: Body, now: datetime, own: OwnSeats | None = None) -> list[ReportDue]:
    """What the delegates and officers whom a body elects owe it, the latest first; a fixed number of queries.

    own: what the body fills, where the page has read it already; then it is one query.
    """
    terms = (own or own_seats(electing, now)).terms
    owing = [(term, _report_every(term)) for term in terms if term.credential != Term.Credential.REFUSED]
    rows = Report.objects.filter(term__in=[term.pk for term, every in owing if every is not None])
    last = dict(rows.values_list("term").annotate(last=Max("given_at")))
    found = []
    for term, every in owing:
        due_at = report_due(every, starts_at=term.starts_at, last_report_at=last.get(term.pk))
        if due_at is not None:
            found.append(ReportDue(term, due_at, late=now > due_at))
    return sorted(found, key=lambda due: (due.due_at, due.term.pk))


def _report_every(term: Term) -> int | None:
    seat = term.seat
    if seat.constituency_id:
        return facts.seat_rule(seat.constituency).report_every_days
    return facts.office_rule(seat.body, seat.office).report_every_days


def fractions(body: Body, now: datetime) -> list[Fraction]:
    """The fractions of a body with `size`, the delegates who hold a seat now, and `recognised` by the charter."""
    rule = facts.rule_of_body(body).fractions
    holding = Term.objects.filter(facts.running(now)).values("pk")
    rows = Fraction.objects.filter(body=body, ended_at__isnull=True).annotate(
        size=Count("members", filter=Q(members__term__in=holding))
    )
    found = list(rows.order_by("declared_at", "pk"))
    for row in found:
        row.recognised = rule is not None and row.size >= rule.at_least
    return found


@dataclass(slots=True)
class Places:
    """The places of one office, or of one constituency, as their electors see them.

    up: how many may be filled now. running: the election or draw that is under way, if any.
    """

    body: Body
    title: str
    office: str
    constituency: Constituency | None
    fill: str
    total: int = 0
    filled: int = 0
    up: int = 0
    running: Election | Draw | None = None


def places_of(body: Body, now: datetime, own: OwnSeats | None = None) -> list[Places]:
    """What a body fills: its own offices, and its constituencies' seats in the bodies above. Constant queries.

    own: its seats, where the page has read them already.
    """
    own = own or own_seats(body, now)
    found: dict[object, Places] = {
        office.id: Places(body, office.title or office.id, office.id, None, office.fill)
        for office in facts.rule_of_body(body).offices.values()
    }
    for row in own.constituencies:
        found[row.pk] = Places(row.body, facts.seat_rule(row).title, "", row, "elect")
    _count_places(found, own, now)
    _under_way(found, own)
    return list(found.values())


def _count_places(found: dict[object, Places], own: OwnSeats, now: datetime) -> None:
    held = {term.seat_id: term.ends_at for term in own.terms if term.credential != Term.Credential.REFUSED}
    law = facts.charter_of(own.body.federation)
    offices = law.body(own.body.kind).offices
    for seat in own.seats:
        places = found.get(seat.constituency_id or seat.office)
        if places is None:
            continue  # an office that the charter has struck
        rule = facts.seat_rule(places.constituency) if places.constituency else offices[places.office]
        places.total += 1
        places.filled += seat.pk in held
        places.up += seat.pk not in held or is_up(held[seat.pk], rule=rule, procedure=law.procedure, now=now)


def _under_way(found: dict[object, Places], own: OwnSeats) -> None:
    states = (Election.State.NOMINATIONS, Election.State.VOTING)
    for election in Election.objects.filter(_mine(own.body, own.constituencies), state__in=states):
        if places := found.get(election.constituency_id or election.office):
            places.running = election
    for draw in own.draws:
        if places := found.get(draw.office):
            places.running = draw
