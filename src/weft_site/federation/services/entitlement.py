"""Seats follow numbers: whenever members, bodies or the charter change, entitlement is recomputed."""

from collections import defaultdict

from weft.federation.entitlement import ConstituencyFact, Plan, may_change, plan
from weft.federation.seats import SeatFact
from weft_site.federation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.models import Body, Constituency, Seat, Term


def follow_entitlement(acting: Acting, upper: Body) -> int | None:
    """Bring the seats of a body into line with what is due; one entry if anything changed, else none.

    Seats that close at once while filled end their terms as lapsed; the rest wait for the end of the term.
    """
    rule = acting.charter.body(upper.kind)
    senders = {seat_rule.index: facts.senders(upper, seat_rule, acting.now) for seat_rule in rule.seats}
    found = plan(rule, senders, existing(upper, acting.now), index=acting.index)
    _apply(found, upper, acting)
    if not found.changes:
        return None
    return acting.record(
        "federation.entitled",
        body=upper,
        by=(),
        data={"opened": found.opened, "closed": len(found.closed)},
        finding={"seats": found.seats, "waiting": len(found.waiting), "hash": found.hash},
    )


def number_changed(acting: Acting, body: Body, *, before: int) -> None:
    """After a body's members changed in number: every body above that rests on it follows, if it can matter."""
    for upper in uppers(body):
        rule = acting.charter.body(upper.kind)
        for seat_rule in rule.seats:
            if seat_rule.sender == body.kind and _matters(acting, seat_rule, upper, body, before):
                follow_entitlement(acting, upper)
                break


def _matters(acting, seat_rule, upper, body, before) -> bool:
    rule = acting.charter.body(upper.kind)
    current = Constituency.objects.filter(
        body=upper, rule=seat_rule.index, senders=body, ended_at__isnull=True
    ).prefetch_related("senders")
    row = current.first()
    if row is None:
        return True
    after = facts.units_of(body, seat_rule.norm.unit, acting.now)
    if may_change(rule, seat_rule, before=before, after=after, combined=len(row.senders.all()) > 1):
        return True
    if row.units != after:
        Constituency.objects.filter(pk=row.pk).update(units=after)
    return False


def uppers(body: Body) -> list[Body]:
    """The bodies whose seats rest on this one, directly."""
    return [row.upper for row in body.links_up.select_related("upper__federation__charter", "upper__federation__log")]


def existing(upper: Body, now) -> list[ConstituencyFact]:
    """The constituencies and seats of a body as the core asks for them, in a fixed number of queries."""
    rows = list(
        Constituency.objects.filter(body=upper, ended_at__isnull=True).prefetch_related("senders").order_by("id")
    )
    seats = list(Seat.objects.filter(constituency__in=rows).order_by("id"))
    filled = set(
        Term.objects.filter(facts.running(now), seat__body=upper, seat__constituency__isnull=False)
        .exclude(credential=Term.Credential.REFUSED)
        .values_list("seat_id", flat=True)
    )
    by_constituency = defaultdict(list)
    for seat in seats:
        by_constituency[seat.constituency_id].append(seat)
    found = []
    for row in rows:
        senders = sender_refs(row)
        found.append(
            ConstituencyFact(
                ref=row.ref,
                rule=row.rule,
                senders=senders,
                seats=tuple(
                    SeatFact(seat.ref, row.rule, senders, seat.pk in filled)
                    for seat in by_constituency[row.pk]
                    if seat.ended_at is None
                ),
                last_number=max((seat.number for seat in by_constituency[row.pk]), default=0),
            )
        )
    return found


def sender_refs(constituency: Constituency) -> tuple[str, ...]:
    """In accession order, as `facts.senders` lists them: rows are numbered in the order in which bodies came."""
    return tuple(body.ref for body in sorted(constituency.senders.all(), key=lambda body: body.pk))


def _apply(found: Plan, upper: Body, acting: Acting) -> None:
    current = Constituency.objects.filter(body=upper, ended_at__isnull=True).prefetch_related("senders")
    rows = {row.ref: row for row in current}
    bodies = {body.ref: body for body in Body.objects.filter(links_up__upper=upper)}
    resized, seats = [], []
    for planned in found.constituencies:
        row = rows.get(planned.ref)
        if row is None:
            row = Constituency.objects.create(
                body=upper,
                rule=planned.rule,
                ref=planned.ref,
                units=planned.units,
                seats_due=planned.seats,
                created_at=acting.now,
            )
        elif (row.units, row.seats_due) != (planned.units, planned.seats):
            row.units, row.seats_due = planned.units, planned.seats
            resized.append(row)
        if sender_refs(row) != planned.senders:
            row.senders.set([bodies[ref] for ref in planned.senders])
        seats += [Seat(body=upper, constituency=row, number=number, ref=ref) for ref, number in planned.opened]
    Constituency.objects.bulk_update(resized, ["units", "seats_due"], batch_size=500)
    Seat.objects.bulk_create(seats, batch_size=2_000)
    _close(found.closed, upper, acting)
    _end_empty_constituencies(upper, {planned.ref for planned in found.constituencies}, acting)


def _close(refs: tuple[str, ...], upper: Body, acting: Acting) -> None:
    if not refs:
        return
    seats = Seat.objects.filter(body=upper, ref__in=refs)
    Term.objects.filter(facts.running(acting.now), seat__in=seats).update(
        ended_at=acting.now, ended_by=Term.EndedBy.LAPSED, ended_index=acting.index
    )
    seats.update(ended_at=acting.now)


def _end_empty_constituencies(upper: Body, due: set[str], acting: Acting) -> None:
    """A constituency that is no longer due ends when its last seat has ended."""
    live = Seat.objects.filter(body=upper, constituency__isnull=False, ended_at__isnull=True).values("constituency_id")
    gone = Constituency.objects.filter(body=upper, ended_at__isnull=True).exclude(ref__in=due)
    gone.exclude(pk__in=live).update(ended_at=acting.now)
