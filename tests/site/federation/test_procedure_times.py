"""The times of the charter's procedure hold where a council has set them, and replay judges by the same."""

from datetime import timedelta

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    called,
    elect,
    electors,
    found_council,
    officer,
    opened,
    person,
    refused,
    stand,
    vote_for,
)
from tests.site.replaying import replay_all

from weft_site.deliberation.models import Meeting
from weft_site.deliberation.services import meetings
from weft_site.federation.forms_seats import OpenForm
from weft_site.federation.models import Recall
from weft_site.federation.seat_facts import places_of
from weft_site.federation.services import applications, elections, imports, recalls
from weft_site.federation.services.seats import places_up

pytestmark = pytest.mark.django_db
INSTANT = timedelta(seconds=1)


def council(**times):
    return found_council(12, *[(f"procedure.{name}", value) for name, value in times.items()])


def test_an_election_by_name_is_open_for_as_long_as_the_charter_says_and_no_longer():
    depot = council(longest_vote_days=2)
    election = called(depot, depot.people[0], office="chair")
    stand(election, depot.people[1])
    ask = {"actor": depot.people[0], "now": NOON, "election_id": election.pk}

    assert refused("procedure.longest_vote_days", elections.open_election, days=3, **ask) == {"days": 2}
    assert opened(election, depot.people[0], days=2).ballot.closes_at == NOON + 2 * DAY
    replay_all()


def test_the_page_offers_no_longer_vote_than_the_charter_allows():
    form = OpenForm(longest=2)

    assert [days for days, _words in form.fields["days"].choices] == [1, 0]
    assert form["days"].initial == 1


def test_a_recall_is_voted_on_for_the_days_of_the_charter():
    depot = council(voting_days=9)
    term = elect(depot, "chair", depot.people[0])
    recalls.start_recall(actor=depot.people[1], now=NOON, term_id=term.pk, reason="He decides alone.")
    recall = Recall.objects.get()
    recalls.sign_recall(actor=depot.people[2], now=NOON, recall_id=recall.pk)  # enough for an office
    recall.refresh_from_db()

    assert recall.ballot.closes_at == NOON + 9 * DAY
    replay_all()


def test_a_successor_is_elected_in_the_last_days_that_the_charter_names():
    depot = council(renewal_days=10)
    officer(depot, "chair", depot.people[0], until=NOON + 20 * DAY)
    chair = electors(depot, office="chair")

    for now, up in ((NOON + 10 * DAY - INSTANT, 0), (NOON + 10 * DAY, 1)):
        assert len(places_up(chair, now)) == up
        assert next(line.up for line in places_of(depot.body, now) if line.office == "chair") == up


def test_any_member_puts_a_contested_application_to_the_vote_after_the_days_of_the_charter():
    depot = council(admission_officers_days=6, voting_days=4)
    officers = [elect(depot, office, depot.people[n]) for n, office in enumerate(("chair", "secretary"))]
    assert len(officers) == 2
    ana = person("Ana")
    applications.apply(actor=ana, now=NOON, body_id=depot.body.pk, of_age=True)
    application = depot.body.applications.get(person=ana)
    for who in depot.people[:2]:
        applications.vouch(actor=who, now=NOON, application_id=application.pk)
    applications.object_to(actor=depot.people[2], now=NOON, application_id=application.pk, reason="Hires here")
    put = {"actor": depot.people[5], "application_id": application.pk}

    refused("standing.office", applications.open_application, now=NOON + 6 * DAY - INSTANT, **put)
    applications.open_application(now=NOON + 6 * DAY, **put)
    application.refresh_from_db()
    assert application.ballot.closes_at == NOON + 10 * DAY
    vote_for(application.ballot, [(who, "yes") for who in depot.people], now=NOON + 6 * DAY)
    replay_all()


def test_people_sign_in_and_invitations_hold_as_the_charter_says():
    depot = council(doors_minutes=10, invitation_days=2)
    starts = NOON + 9 * DAY
    call = {"title": "Rents", "place": "", "starts_at": starts, "agenda": ()}
    meetings.convene_meeting(actor=depot.people[0], now=NOON, body_id=depot.body.pk, **call)
    meeting = Meeting.objects.get()
    come = {"actor": depot.people[1], "meeting_id": meeting.pk}

    refused("meeting.early", meetings.attend, now=starts - timedelta(minutes=10) - INSTANT, **come)
    meetings.attend(now=starts - timedelta(minutes=10), **come)
    ask = {"actor": depot.people[1], "now": NOON, "body": depot.body, "people": 1}
    assert refused("procedure.invitation_days", imports.invite_to_body, days=3, **ask) == {"days": 2}
    assert imports.invite_to_body(days=2, **ask)
