"""Voting and counting on the common pages, for elections, recalls and mandates."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON

from weft_site.ballots.models import TellerCount, Vote
from weft_site.federation.models import Election, Recall, Term
from weft_site.federation.services import recalls

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


def as_(client, who):
    client.force_login(who)
    return client


def test_a_member_votes_by_name_in_an_election_and_changes_the_vote(client):
    depot = make.found_council(12)
    election = make.called(depot, depot.people[0], office="chair")
    make.stand(election, depot.people[3], depot.people[4])
    ballot = make.opened(election, depot.people[0]).ballot
    voter = as_(client, depot.people[8])
    page = voter.get(f"/vote/{ballot.pk}/")
    assert page.status_code == 200
    assert "Depot 4" in page.content.decode()

    for choice in ("m0-4", "m0-5"):
        sent = {"method": ballot.method, "option": list(ballot.options), "choice": choice}
        assert voter.post(f"/vote/{ballot.pk}/", sent).status_code == 302

    assert Vote.objects.get().choice == ["m0-5"]
    stranger = as_(client, make.person("Stranger"))
    assert stranger.post(f"/vote/{ballot.pk}/", sent).status_code in (404, 409)
    assert Vote.objects.count() == 1


def test_two_tellers_count_an_election_on_paper_on_their_page_and_it_is_declared(client):
    city = make.found_city(sizes=(30,))
    hall = city.workplaces[0]
    make.officer(hall, "teller", hall.people[1])
    make.officer(hall, "teller", hall.people[2], number=2)
    election = make.called(city.council, hall.people[0], constituency=city.constituency())
    make.stand(election, hall.people[5], hall.people[6])
    election = make.opened(election, hall.people[0], now=NOON + 7 * DAY)
    place = f"/vote/{election.ballot_id}/count/"
    sheet = {"n-m1000-6": "12", "n-m1000-7": "8", "n-papers": "18"}

    first = as_(client, hall.people[1])
    assert first.get(place).status_code == 200
    first.post(place, sheet | {"key": "1"})
    assert TellerCount.objects.get().numbers == {"m1000-6": 12, "m1000-7": 8, "papers": 18}
    second = as_(client, hall.people[2])
    assert 'value="12"' not in second.get(place).content.decode()
    second.post(place, sheet | {"key": "2"})

    assert Election.objects.get().state == Election.State.DECLARED
    assert Term.objects.get(seat__constituency=city.constituency()).person == hall.people[5]
    assert as_(client, hall.people[9]).get(place).status_code in (404, 409)


def test_an_elector_votes_on_a_recall(client):
    city = make.found_city(sizes=(40,))
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5])
    recalls.start_recall(actor=hall.people[10], now=NOON - 3 * DAY, term_id=term.pk, reason="Voted against us.")
    recall = Recall.objects.get()
    for who in hall.people[11:14]:
        recalls.sign_recall(actor=who, now=NOON - 3 * DAY, recall_id=recall.pk)
    recalls.due(NOON)
    recall.refresh_from_db()
    voter = as_(client, hall.people[30])

    assert voter.get(f"/vote/{recall.ballot_id}/").status_code == 200
    assert voter.post(f"/vote/{recall.ballot_id}/", {"choice": "yes"}).status_code == 302

    assert Vote.objects.get().choice == "yes"
