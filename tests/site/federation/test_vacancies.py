"""A place that falls vacant under a ranked rule: the papers on which it rests name who of the alternates takes it."""

import pytest
from tests.site import factories as make
from tests.site import remembering
from tests.site.factories import DAY, NOON, entry
from tests.site.federation.test_elections_papers import OFFICE, counting
from tests.site.remembering import remembered
from tests.site.replaying import replay_all, replayed
from tests.site.tampering import falsified

from weft.replay import RULES, Diverged
from weft_site.federation.models import Alternate, Election, Term
from weft_site.federation.services import elections, seats, vacancies
from weft_site.record import acts as record
from weft_site.record.models import Document, Log

# the papers are counted by the core; the second database is asked for them by test_elections_papers.py
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# The first and the second are elected. Of the others the third has more votes, but those of the second want the fourth.
PAPERS = {"1 3": 5, "2 4": 4, "3": 2}


@remembered
def elected(method="stv_scottish", papers=PAPERS, *, waiting=2):
    """Two secretaries are elected, the third and others wait."""
    depot, election, counters = counting(method, (f"{OFFICE}.deputies", waiting), candidates=2 + waiting)
    make.papers_by(election.ballot, counters, papers)
    assert entry("federation.elected")["finding"]["elected"] == ["m0-1", "m0-2"]
    assert Alternate.objects.count() == waiting
    assert Alternate.objects.first().membership.ref == "m0-3"
    return depot


def resigns(depot, number):
    who = depot.people[number - 1]
    seats.resign(actor=who, now=NOON + DAY, term_id=Term.objects.get(person=who, ended_at=None).pk)
    return entry("federation.stepped_up")


@pytest.mark.parametrize("method", ["stv_scottish", "stv_meek"])
def test_the_papers_of_the_place_say_who_takes_it_and_replay_counts_them_back(method):
    depot = elected(method)

    found = resigns(depot, 2)

    assert found["data"]["holder"] == "m0-4"
    assert found["finding"]["order"] == 2
    assert found["finding"]["countback"] | {"stages": ""} == {
        "vacated": "m0-2", "available": ["m0-3", "m0-4"], "stages": "",
    }  # fmt: skip
    assert found["documents"]["votes"] == entry("federation.elected")["documents"]["votes"]
    run = replay_all()["depot"]
    assert [one for one in run.unchecked if one.what in {"votes", "order", "countback"}] == []


def test_the_pages_do_not_call_the_alternates_next_in_order_where_papers_decide(client, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    depot = elected()
    client.force_login(depot.people[5])
    at = f"/f/depot/b/{depot.body.ref}"
    place = Term.objects.get(person=depot.people[1], ended_at=None).seat

    election = client.get(f"{at}/elections/{Election.objects.get(office='secretary').ref}/").content.decode()
    seat = client.get(f"{at}/seats/{place.ref}/").content.decode()
    law = client.get("/f/depot/charter/").content.decode()

    assert "Alternates, in order" not in election
    assert "The papers on which a vacated place rests say who of them takes it." in election
    assert "The papers on which this seat rests say who of them is next." in seat
    assert "the papers on which the place rests say who of them does" in law


def test_another_place_rests_on_other_papers():
    assert resigns(elected(), 1)["data"]["holder"] == "m0-3"


def test_whoever_came_by_the_papers_is_followed_by_the_same_papers():
    """The place still rests on those who first filled it: among who is left they choose again."""
    depot = elected(papers={"1": 5, "2 4 5": 4, "3": 2}, waiting=3)

    assert [resigns(depot, number)["data"]["holder"] for number in (2, 4)] == ["m0-4", "m0-5"]
    assert entry("federation.stepped_up")["finding"]["countback"]["vacated"] == "m0-2"
    replay_all()


def test_with_one_alternate_left_there_is_nothing_to_ask():
    depot = elected()
    resigns(depot, 2)

    found = resigns(depot, 1)

    assert (found["data"]["holder"], found["finding"].get("countback")) == ("m0-3", None)
    assert replay_all()["depot"].state.seats


def test_where_the_papers_name_nobody_the_order_decides():
    found = resigns(elected(papers={"1": 5, "2": 4, "3": 2}), 2)

    assert (found["data"]["holder"], found["finding"].get("countback")) == ("m0-3", None)
    replay_all()


def test_other_rules_go_by_the_order():
    depot = make.found_council(12, (f"{OFFICE}.count", 2), (f"{OFFICE}.deputies", 2))
    election = make.called(depot, depot.people[0], office="secretary")
    make.stand(election, *depot.people[:4])
    election = make.opened(election, depot.people[0])
    chosen = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    make.vote_for(election.ballot, [(depot.people[n], depot.people[one]) for n, one in enumerate(chosen)])
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    found = resigns(depot, 2)

    assert (found["data"]["holder"], found["finding"]) == ("m0-3", {"order": 1, "credential": "confirmed"})


def test_papers_that_are_no_longer_kept_decide_nothing():
    depot = elected()
    Document.objects.filter(name="votes").delete()

    found = resigns(depot, 2)

    assert (found["data"]["holder"], found["finding"].get("countback"), found["documents"]) == ("m0-3", None, {})


@pytest.fixture
def first_rules(monkeypatch):
    """A server of the first rules; what is remembered of other tests was recorded by newer ones."""
    monkeypatch.setattr(record, "RULES", 1)
    monkeypatch.setattr(remembering, "_known", {})


@pytest.mark.usefixtures("first_rules")
def test_by_the_first_rules_the_order_decided_and_what_was_right_then_stays_right(monkeypatch):
    monkeypatch.setattr(vacancies, "by_papers", lambda *_: None)

    assert resigns(elected(), 2)["data"]["holder"] == "m0-3"
    assert [one.what for one in replay_all()["depot"].unchecked if one.what in {"order", "countback"}] == []


@pytest.mark.usefixtures("first_rules")
def test_by_the_first_rules_nobody_is_counted_back():
    resigns(elected(), 2)

    with pytest.raises(Diverged) as found:
        replayed(Log.objects.get())

    assert (found.value.act, found.value.what) == ("federation.stepped_up", "finding.countback")


def test_the_site_acts_by_the_newest_rules():
    assert max(RULES) == record.RULES


LIES = {
    "holder": lambda told: told["data"].update(holder="m0-3"),
    "finding.countback.vacated": lambda told: told["finding"]["countback"].update(vacated="m0-1"),
    "finding.countback.available": lambda told: told["finding"]["countback"].update(available=["m0-4", "m0-3"]),
    "documents.votes": lambda told: told["documents"].update(votes="0" * 64),
    "finding": lambda told: told["finding"]["countback"].update(stages="0" * 64),
}


@pytest.mark.parametrize("where", LIES)
def test_a_server_that_says_otherwise_is_found_out(where):
    resigns(elected(), 2)

    assert str(falsified("federation.stepped_up", LIES[where]).what).startswith(where)
