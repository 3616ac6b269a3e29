"""Somebody is elected who can no longer serve when the vote is closed: the papers of the place name who does."""

import pytest
from tests.site import factories as make
from tests.site import remembering
from tests.site.factories import DAY, NOON, entry
from tests.site.federation.test_elections_papers import OFFICE, counting
from tests.site.remembering import remembered
from tests.site.replaying import replay_all, replayed
from tests.site.tampering import falsified

from weft.ballots.papers import Terms
from weft.replay import Diverged
from weft_site.federation.models import Alternate, Election, Term
from weft_site.federation.services import members, seats
from weft_site.record import acts as record
from weft_site.record.models import Document, Log

# the papers are counted by the core; the second database is asked for them by test_elections_papers.py
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

# The first and the second are elected. Of the others the third has more votes, but those of the second want the fourth.
PAPERS = {"1 3": 5, "2 4 5": 4, "3": 2}


@remembered
def declared(method="stv_scottish", papers=PAPERS, gone=(2,)):
    """Two secretaries are elected of five; before the tellers are ready, some of those who stood have left."""
    depot, election, counters = counting(method, (f"{OFFICE}.deputies", 2), candidates=5)
    for number in gone:
        members.leave(actor=depot.people[number - 1], now=NOON, body_id=depot.body.pk)
    make.papers_by(election.ballot, counters, papers)
    return depot


@pytest.mark.parametrize("method", ["stv_scottish", "stv_meek"])
def test_the_papers_that_elected_them_say_who_takes_the_place_and_replay_counts_them_back(method):
    declared(method)

    found = entry("federation.elected")

    assert found["data"]["order"][0] == ["m0-1", "m0-2"]
    assert found["finding"]["elected"] == ["m0-1", "m0-4"]
    assert found["finding"]["alternates"] == ["m0-3", "m0-5"]
    assert found["finding"]["passed_over"] == ["m0-2"]
    assert [one | {"stages": ""} for one in found["finding"]["countback"]] == [
        {"vacated": "m0-2", "available": found["data"]["order"][1], "elected": "m0-4", "stages": ""}
    ]
    run = replay_all()["depot"]
    assert run.state.elections["e4"].elected == ("m0-1", "m0-4")
    assert [one.what for one in run.unchecked if one.what == "votes"] == []


def test_whoever_follows_later_is_named_by_the_same_papers():
    depot = declared()
    fourth = depot.people[3]

    seats.resign(actor=fourth, now=NOON + DAY, term_id=Term.objects.get(person=fourth).pk)

    found = entry("federation.stepped_up")
    assert (found["data"]["holder"], found["finding"]["countback"]["vacated"]) == ("m0-5", "m0-2")
    replay_all()


def test_once_the_papers_are_erased_replay_takes_whom_the_entry_names_and_nobody_else():
    declared()
    Document.objects.filter(name="votes").delete()

    run = replayed(Log.objects.get())

    assert run.state.elections["e4"].elected == ("m0-1", "m0-4")
    assert "votes" in [one.what for one in run.unchecked]
    lie = falsified("federation.elected", lambda told: told["finding"]["countback"][0].update(elected="m0-3"))
    assert (lie.act, lie.what) == ("federation.elected", "terms")


def test_where_the_papers_name_nobody_the_next_of_the_count_moves_up():
    declared(papers={"1": 5, "2": 4, "3": 2})

    found = entry("federation.elected")["finding"]

    assert (found["elected"], found.get("countback")) == (["m0-1", "m0-3"], None)
    replay_all()


def test_a_rule_without_a_countback_lets_the_next_move_up():
    declared("schulze", {"1 2": 5, "2 4": 4, "3": 2})

    found = entry("federation.elected")["finding"]

    assert (found["passed_over"], found["vacant"], found.get("countback")) == (["m0-2"], 0, None)
    replay_all()


def test_who_left_and_was_not_elected_changes_nothing():
    declared(gone=(4,))

    found = entry("federation.elected")["finding"]

    assert (found["elected"], found["alternates"], found.get("countback")) == (["m0-1", "m0-2"], ["m0-3", "m0-5"], None)
    replay_all()


def test_the_page_says_whose_papers_named_whom(client, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    depot = declared()
    client.force_login(depot.people[5])

    page = client.get(f"/f/depot/b/{depot.body.ref}/elections/{Election.objects.get(office='secretary').ref}/")

    assert "The papers that elected Depot 2 name Depot 4 instead." in page.content.decode()


# --- rules of their day, and servers that lie ----------------------------------------------------------------------


@pytest.fixture
def second_rules(monkeypatch):
    """A server of the second rules; what is remembered of other tests was recorded by newer ones."""
    monkeypatch.setattr(record, "RULES", 2)
    monkeypatch.setattr(remembering, "_known", {})


@pytest.mark.usefixtures("second_rules")
def test_by_the_second_rules_the_next_of_the_count_moved_up_and_that_stays_right(monkeypatch):
    monkeypatch.setattr(Terms, "named_by", lambda *_: None)
    declared()

    assert entry("federation.elected")["finding"]["elected"] == ["m0-1", "m0-3"]
    assert Alternate.objects.count() == 2
    monkeypatch.undo()
    replayed(Log.objects.get())


@pytest.mark.usefixtures("second_rules")
def test_by_the_second_rules_nobody_is_counted_back_at_the_close():
    declared()

    with pytest.raises(Diverged) as found:
        replayed(Log.objects.get())

    assert found.value.act == "federation.elected"


LIES = {
    "somebody else has the place": lambda told: told["finding"]["countback"][0].update(elected="m0-3"),
    "others could have been named": lambda told: told["finding"]["countback"][0].update(available=["m0-4", "m0-5"]),
    "it was counted otherwise": lambda told: told["finding"]["countback"][0].update(stages="0" * 64),
    "the papers were not asked": lambda told: told["finding"].pop("countback"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_says_otherwise_is_found_out(lie):
    declared()

    assert falsified("federation.elected", LIES[lie]).what == "finding.countback"
