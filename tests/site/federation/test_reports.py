"""Reports: due from the beginning of the term, late to the second, answered by the delegate alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site import factories as make
from tests.site.factories import DAY, NOON, document, entry, refused

from weft_site.federation.models import Report, Seat
from weft_site.federation.seat_facts import ReportDue, reports_due, reports_due_to
from weft_site.federation.services import reports
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.found_city(sizes=(30, 30, 30))


def test_a_report_falls_due_thirty_days_after_the_term_began_and_is_late_after_that_instant(city):
    term = make.delegate(city, city.workplaces[0].people[5], since=NOON)

    assert reports_due(term, NOON + 30 * DAY) == ReportDue(term, NOON + 30 * DAY, late=False)
    assert reports_due(term, NOON + 30 * DAY + DAY / 86_400).late is True


def test_a_report_answers_the_one_that_is_due_and_the_next_counts_from_it(city):
    term = make.delegate(city, city.workplaces[0].people[5], since=NOON)

    ref = reports.give_report(actor=term.person, now=NOON + 40 * DAY, term_id=term.pk, text=" We won the night buses. ")

    report = Report.objects.get()
    assert (report.ref, report.text, report.due_at) == (ref, "We won the night buses.", NOON + 30 * DAY)
    assert reports_due(term, NOON + 41 * DAY) == ReportDue(term, NOON + 70 * DAY, late=False)
    found = entry("federation.reported")
    assert found["by"] == [term.seat.ref]
    assert found["finding"] == {"late": True}
    assert document("report") == "We won the night buses."
    assert Notice.objects.filter(kind="report.given").count() == 30


def test_a_report_that_nobody_owes_is_welcome():
    depot = make.found_council(12)
    chair = make.elect(depot, "chair", depot.people[0])

    reports.give_report(actor=chair.person, now=NOON, term_id=chair.pk, text="A first week.")

    assert Report.objects.get().due_at is None
    assert reports_due(chair, NOON) is None
    assert entry("federation.reported")["finding"] == {"late": False}


def test_only_the_delegate_reports_and_not_with_nothing(city):
    term = make.delegate(city, city.workplaces[0].people[5])
    other = make.delegate(city, city.workplaces[1].people[5], number=1)
    give = {"now": NOON, "term_id": term.pk}

    refused("standing.delegate", reports.give_report, actor=city.workplaces[0].people[3], text="I.", **give)
    refused("seat.not_yours", reports.give_report, actor=other.person, text="I.", **give)
    refused("report.text", reports.give_report, actor=term.person, text=" \n", **give)


def test_after_the_term_no_report_is_taken_or_owed(city):
    term = make.delegate(city, city.workplaces[0].people[5], until=NOON)

    numbers = refused("standing.lost", reports.give_report, actor=term.person, now=NOON, term_id=term.pk, text="Late.")

    assert numbers["how"] == "expired"
    assert reports_due(term, NOON) is None


def test_a_body_sees_what_those_it_elects_owe_it_latest_first_in_a_fixed_number_of_queries(city):
    hall = city.workplaces[0]
    seat = Seat.objects.get(body=hall.body, office="treasurer")
    late = make.serve(seat, hall.membership(hall.people[1]), since=NOON - 50 * DAY)

    def owed():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = reports_due_to(make.find_body(hall.body.pk), NOON)
        return found, len(asked)

    one, queries = owed()
    assert one == [ReportDue(late, NOON - 20 * DAY, late=True)]
    delegate = make.delegate(city, hall.people[5], since=NOON - 10 * DAY)
    make.delegate(city, city.workplaces[1].people[5], number=1, since=NOON - 80 * DAY)
    reports.give_report(actor=delegate.person, now=NOON - 5 * DAY, term_id=delegate.pk, text="Begun.")

    more, queries_then = owed()
    assert [(due.term, due.due_at, due.late) for due in more] == [
        (late, NOON - 20 * DAY, True), (delegate, NOON + 25 * DAY, False),
    ]  # fmt: skip
    assert queries_then == queries
