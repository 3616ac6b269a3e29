"""Facts about seats and terms that several pages show: reports that fall due, fractions that count."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from weft.federation.elections import is_up
from weft.federation.seats import report_due
from weft_site.federation import facts
from weft_site.federation.models import Body, Constituency, Draw, Election, Fraction, Seat, Term


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


def reports_due_to(electing: Body, now: datetime) -> list[ReportDue]:
    """What the delegates and officers whom a body elects owe it, the latest first; a fixed number of queries."""
    # one set of seats, not two conditions joined by "or": so the database begins with the seats, not with all terms
    theirs = Seat.objects.filter(constituency__senders=electing).values("pk")
    theirs = theirs.union(Seat.objects.filter(body=electing, constituency__isnull=True).values("pk"))
    rows = (
        Term.objects.filter(facts.running(now), seat__in=theirs)
        .exclude(credential=Term.Credential.REFUSED)
        .select_related("seat__body", "seat__constituency__body")
        .annotate(last_report_at=Max("reports__given_at"))
    )
    found = []
    for term in rows:
        _share_federation(term, electing)
        every = _report_every(term)
        due_at = report_due(every, starts_at=term.starts_at, last_report_at=term.last_report_at)
        if due_at is not None:
            found.append(ReportDue(term, due_at, late=now > due_at))
    return sorted(found, key=lambda due: (due.due_at, due.term.pk))


def _report_every(term: Term) -> int | None:
    seat = term.seat
    if seat.constituency_id:
        return facts.seat_rule(seat.constituency).report_every_days
    return facts.office_rule(seat.body, seat.office).report_every_days


def _share_federation(term: Term, body: Body) -> None:
    term.seat.body.federation = body.federation
    if term.seat.constituency_id:
        term.seat.constituency.body = term.seat.body


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


def places_of(body: Body, now: datetime) -> list[Places]:
    """What a body fills: its own offices, and its constituencies' seats in the bodies above. Constant queries."""
    rule = facts.rule_of_body(body)
    constituencies = list(
        Constituency.objects.filter(senders=body, ended_at__isnull=True)
        .select_related("body")
        .order_by("body_id", "pk")
    )
    for row in constituencies:
        row.body.federation = body.federation
    found: dict[object, Places] = {
        office.id: Places(body, office.title or office.id, office.id, None, office.fill)
        for office in rule.offices.values()
    }
    for row in constituencies:
        found[row.pk] = Places(row.body, facts.seat_rule(row).title, "", row, "elect")
    _count_places(found, body, constituencies, now)
    _under_way(found, body, constituencies)
    return list(found.values())


def _count_places(found: dict[object, Places], body: Body, constituencies: list[Constituency], now: datetime) -> None:
    mine = Q(body=body, constituency__isnull=True) | Q(constituency__in=constituencies)
    holding = Term.objects.filter(facts.running(now), seat__ended_at__isnull=True)
    held = {
        term.seat_id: term.ends_at
        for term in holding.filter(seat__in=Seat.objects.filter(mine)).exclude(credential=Term.Credential.REFUSED)
    }
    law = facts.charter_of(body.federation)
    offices = law.body(body.kind).offices
    for seat in Seat.objects.filter(mine, ended_at__isnull=True):
        places = found.get(seat.constituency_id or seat.office)
        if places is None:
            continue  # an office that the charter has struck
        rule = facts.seat_rule(places.constituency) if places.constituency else offices[places.office]
        places.total += 1
        places.filled += seat.pk in held
        places.up += seat.pk not in held or is_up(held[seat.pk], rule=rule, procedure=law.procedure, now=now)


def _under_way(found: dict[object, Places], body: Body, constituencies: list[Constituency]) -> None:
    mine = Q(body=body, constituency__isnull=True) | Q(constituency__in=constituencies)
    states = (Election.State.NOMINATIONS, Election.State.VOTING)
    for election in Election.objects.filter(mine, state__in=states):
        if places := found.get(election.constituency_id or election.office):
            places.running = election
    for draw in Draw.objects.filter(body=body, drawn_at__isnull=True):
        if places := found.get(draw.office):
            places.running = draw
