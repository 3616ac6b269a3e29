"""What the acts of membership and accession record is enough to judge them again, from the records alone."""

import pytest
from tests.site.factories import DAY, NOON, Council, elect, found_council, person, vote_for

from weft.replay import replay
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import Accession, Application, Body, Membership
from weft_site.federation.services import accession, applications, associations, imports, members, numbers
from weft_site.record.models import Document, Entry, Log

pytestmark = pytest.mark.django_db
LATER = NOON + 7 * DAY


def replayed(log):
    documents = {row.hash: bytes(row.content) for row in Document.objects.filter(log=log)}
    leaves = Entry.objects.filter(log=log).order_by("index").values_list("leaf", flat=True)
    return replay([bytes(leaf) for leaf in leaves], documents=documents.get)


def admitted(council, who, *, now=NOON, by=(0, 1)):
    applications.apply(actor=who, now=now, body_id=council.body.pk, of_age=True)
    application = Application.objects.filter(body=council.body, person=who).latest("pk")
    for number in by:
        applications.vouch(actor=council.people[number], now=now, application_id=application.pk)
    applications.due(now + 7 * DAY)


def test_admission_lists_contests_and_departures_are_judged_again():
    depot = found_council(12)
    elect(depot, "secretary", depot.people[0])
    elect(depot, "chair", depot.people[1])
    admitted(depot, person("Ana"))
    imports.import_roll(
        actor=depot.people[0],
        now=LATER,
        body_id=depot.body.pk,
        lines=[("Bo", ""), ("Cleo", "c@example.org"), ("Dee", "")],
    )
    first = Application.objects.filter(ref__contains="-").order_by("pk").first()
    applications.vouch(actor=depot.people[2], now=LATER, application_id=first.pk)
    applications.object_to(actor=depot.people[3], now=LATER, application_id=first.pk, reason="Boss")
    applications.open_application(actor=depot.people[1], now=LATER, application_id=first.pk)
    first.refresh_from_db()
    vote_for(first.ballot, [(who, "no") for who in depot.people[:9]], now=LATER)
    applications.due(LATER + 3 * DAY)
    applications.due(LATER + 7 * DAY)
    members.leave(actor=depot.people[1], now=LATER + 8 * DAY, body_id=depot.body.pk)
    numbers.state_number(
        actor=depot.people[0], now=LATER + 8 * DAY, body_id=depot.body.pk, unit="workers", number=90, source="Payroll"
    )

    state = replayed(depot.federation.log)

    (body,) = state.bodies.values()
    assert body.admitted == Membership.objects.filter(body=depot.body, status="admitted").count() == 14


def test_an_association_is_judged_again():
    depot = found_council(12)
    ref = associations.propose_association(
        actor=depot.people[0], now=NOON, body_id=depot.body.pk, kind="association", title="Youth", of_age=True
    )
    for who in depot.people[1:5]:
        applications.apply(actor=who, now=NOON, body_id=Body.objects.get(ref=ref).pk, of_age=True)

    state = replayed(depot.federation.log)

    assert state.bodies[ref].admitted == 5


def adopted(council, row, now=NOON):
    accession.open_accession(actor=council.people[1], now=now + 14 * DAY, accession_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(who, "yes") for who in council.people], now=now + 14 * DAY)
    accession.close_accession(actor=council.people[2], now=now + 14 * DAY, accession_id=row.pk)
    row.refresh_from_db()
    return row


def test_joining_and_leaving_again_are_judged_again_in_every_record():
    depot, mill = found_council(26), found_council(30, title="Mill")
    elect(depot, "chair", depot.people[0])
    accession.propose_accession(
        actor=depot.people[0], now=NOON, body_id=depot.body.pk, into_id=mill.federation.pk, as_kind="workplace"
    )
    row = adopted(depot, Accession.objects.get())
    later = NOON + 28 * DAY
    accession.open_acceptance(actor=mill.people[0], now=later, accession_id=row.pk)
    row.refresh_from_db()
    for who in mill.people:
        cast_vote(actor=who, now=later, ballot_id=row.acceptance_id, choice="yes")
    accession.due(later + 3 * DAY)
    row.refresh_from_db()
    joined = Council(row.result, depot.people)
    accession.propose_leaving(actor=depot.people[3], now=later + 4 * DAY, body_id=joined.body.pk)
    gone = adopted(joined, Accession.objects.get(leaves=True), now=later + 4 * DAY)

    states = {log.slug: replayed(log) for log in Log.objects.all()}

    new = gone.result.federation.log.slug
    assert {slug: sum(body.admitted for body in state.bodies.values()) for slug, state in states.items()} == {
        depot.federation.log.slug: 0,
        mill.federation.log.slug: 30,
        new: 26,
    }


def test_a_federation_founded_together_is_judged_again():
    from tests.site.factories import default_charter

    depot, mill = found_council(26), found_council(55, title="Mill")
    accession.propose_founding(
        actor=depot.people[0],
        now=NOON,
        body_id=depot.body.pk,
        title="Riverton",
        text=default_charter(),
        councils=[(depot.federation.pk, "workplace"), (mill.federation.pk, "workplace")],
    )
    first = Accession.objects.get()
    accession.take_up(actor=mill.people[0], now=NOON, body_id=mill.body.pk, accession_id=first.pk)
    adopted(depot, first)
    row = adopted(mill, Accession.objects.get(body=mill.body))

    states = [replayed(log) for log in Log.objects.order_by("pk")]

    assert len(states) == 3
    assert {body.title: body.admitted for body in states[-1].bodies.values() if body.type == "base"} == {
        "Depot": 26,
        "Mill": 55,
    }
    assert len(states[-1].seats) >= 3
    assert row.result.members_count == 55
