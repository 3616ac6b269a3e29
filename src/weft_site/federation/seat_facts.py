"""Facts about seats and terms that several pages show: reports that fall due, fractions that count."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from weft.federation.seats import report_due
from weft_site.federation import facts
from weft_site.federation.models import Body, Fraction, Term


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
    theirs = Q(seat__constituency__senders=electing) | Q(seat__body=electing, seat__constituency__isnull=True)
    rows = (
        Term.objects.filter(facts.running(now), theirs)
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
