"""Around an election: questions to candidates, observers, what observers see, and the papers to take away."""

import json

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, document, refused

from weft.ballots.counting import count_election
from weft.ballots.counting.files import read_papers
from weft.errors import RuleBroken
from weft_site.ballots.services import put_vote
from weft_site.federation.models import Candidacy, CandidateQuestion
from weft_site.federation.services import elections, hustings
from weft_site.home.facts import tasks
from weft_site.people.models import Notice
from weft_site.record.export import erase_document
from weft_site.record.models import Document

pytestmark = pytest.mark.django_db

OFFICE = "bodies.workplace.offices.secretary"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)


def nominated(*changes):
    depot = make.found_council(8, *changes)
    election = make.called(depot, depot.people[0], office="secretary")
    make.stand(election, depot.people[1], depot.people[2])
    return depot, election, Candidacy.objects.get(person=depot.people[1])


# --- questions -------------------------------------------------------------------------------------------------------


def test_an_elector_asks_by_name_the_candidate_is_told_answers_and_both_stand_on_the_page(client):
    depot, election, candidacy = nominated()

    row = hustings.ask(actor=depot.people[4], now=NOON, candidacy_id=candidacy.pk, text=" Will you keep nights? ")
    waiting = [task.title for task in tasks(depot.people[1], NOON)]
    hustings.answer(actor=depot.people[1], now=NOON, question_id=row, text="Yes.")

    client.force_login(depot.people[6])
    shown = client.get(f"/f/depot/b/b0/elections/{election.ref}/").content.decode()
    assert all(words in shown for words in ("Depot 5 asks", "Will you keep nights?", "Depot 2 answers", "Yes."))
    assert "Electors ask you about your candidacy in Depot" in waiting
    assert "Electors ask you about your candidacy in Depot" not in [t.title for t in tasks(depot.people[1], NOON)]
    kinds = Notice.objects.filter(kind__in=["election.asked", "election.answered"]).order_by("pk")
    assert list(kinds.values_list("kind", "person__name")) == [
        ("election.asked", "Depot 2"),
        ("election.answered", "Depot 5"),
    ]
    assert make.acts()[-1] == "federation.election_called"  # rows, no entries


def test_who_may_ask_what_and_how_often():
    depot, election, candidacy = nominated()
    ask = {"now": NOON, "candidacy_id": candidacy.pk}

    refused("standing.elector", hustings.ask, actor=make.person("Stranger"), text="Why?", **ask)
    refused("question.own", hustings.ask, actor=depot.people[1], text="Why me?", **ask)
    refused("question.empty", hustings.ask, actor=depot.people[4], text="\n ", **ask)
    refused("text.long", hustings.ask, actor=depot.people[4], text="x" * 1_001, **ask)
    for number in range(5):
        hustings.ask(actor=depot.people[4], text=f"Question {number}?", **ask)
    refused("question.many", hustings.ask, actor=depot.people[4], text="One more?", **ask)
    question = CandidateQuestion.objects.first()
    refused("question.not_yours", hustings.answer, actor=depot.people[2], now=NOON, question_id=question.pk, text="I.")
    elections.withdraw(actor=depot.people[1], now=NOON, election_id=election.pk)
    refused("question.candidate", hustings.ask, actor=depot.people[5], text="Why?", **ask)


def test_after_the_result_nobody_asks_any_more(client):
    depot, election, candidacy = nominated()
    opened = make.opened(election, depot.people[0])
    make.vote_for(opened.ballot, [(who, depot.people[1]) for who in depot.people])
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    refused("election.state", hustings.ask, actor=depot.people[4], now=NOON, candidacy_id=candidacy.pk, text="Now?")
    refused(
        "election.state", hustings.name_observer, actor=depot.people[1], now=NOON, election_id=election.pk, name="O"
    )


def test_a_question_to_a_candidate_of_another_election_is_not_there(client):
    depot, _election, candidacy = nominated()
    other = make.called(depot, depot.people[0], office="chair")
    client.force_login(depot.people[4])
    where = f"/f/depot/b/b0/elections/{other.ref}/contest/ask/"

    answer = client.post(where, {"candidacy": candidacy.pk, "text": "Why?"})
    nobody = client.post(where, {"candidacy": "x", "text": "Why?"})

    assert (answer.status_code, nobody.status_code, CandidateQuestion.objects.count()) == (404, 404, 0)


# --- observers and their page -----------------------------------------------------------------------------------------


def observe(client, who, election):
    client.force_login(who)
    return client.get(f"/f/depot/b/b0/elections/{election.ref}/observe/").content.decode()


def test_a_candidate_names_one_observer_and_may_name_another(client):
    depot, election, _candidacy = nominated()

    hustings.name_observer(actor=depot.people[1], now=NOON, election_id=election.pk, name="Rosa Lind")
    hustings.name_observer(actor=depot.people[1], now=NOON, election_id=election.pk, name="Mika Aho")
    refused("candidate.not_proposed", hustings.name_observer, actor=depot.people[5], now=NOON, election_id=election.pk,
            name="Nobody")  # fmt: skip

    shown = observe(client, depot.people[6], election)
    assert ("Observer of Depot 2" in shown, "Mika Aho" in shown, "Rosa Lind" in shown) == (True, True, False)


def test_observers_see_the_notice_the_roll_the_entries_and_how_to_check(client):
    depot, election, _candidacy = nominated((f"{OFFICE}.elect.method", "irv"))
    opened = make.opened(election, depot.people[0])
    for number, who in enumerate(depot.people):
        choice = ["m0-2", "m0-3"] if number < 5 else ["m0-3"]
        put_vote(ballot_id=opened.ballot.pk, person_id=who.pk, choice=choice, now=NOON)
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    shown = observe(client, depot.people[6], election)

    assert "the call was put before 8 electors" in shown
    assert opened.ballot.roll_hash in shown.replace("<wbr>", "")
    assert all(f"Entry {index}:" in shown for index in (1, 2, 3))
    assert "weft count e1.blt --rule irv --places 1" in shown
    assert "at least 365 days" in shown


def test_a_stranger_sees_nothing_of_a_body_that_is_not_public(client):
    _depot, election, _candidacy = nominated()

    assert client.get(f"/f/depot/b/b0/elections/{election.ref}/observe/").status_code == 404


# --- papers ----------------------------------------------------------------------------------------------------------


def voted(method, choices, *more):
    depot, election, _candidacy = nominated((f"{OFFICE}.elect.method", method), *more)
    opened = make.opened(election, depot.people[0])
    for who, choice in zip(depot.people, choices, strict=False):
        put_vote(ballot_id=opened.ballot.pk, person_id=who.pk, choice=choice, now=NOON)
    return depot, opened


def fetched(client, who, election, kind):
    client.force_login(who)
    return client.get(f"/f/depot/b/b0/elections/{election.ref}/papers.{kind}")


@pytest.mark.parametrize("kind", ["blt", "csv", "json"])
def test_the_papers_of_a_closed_vote_count_to_the_same_result_and_name_no_voter(client, kind):
    depot, election = voted("irv", [["m0-2"], ["m0-3", "m0-2"], ["m0-3"], ["m0-3"], []])
    assert fetched(client, depot.people[5], election, kind).status_code == 404  # still open
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    content = fetched(client, depot.people[5], election, kind).content

    file = read_papers(content, kind, "irv")
    count = count_election("irv", file.papers, candidates=file.candidates, places=1)
    assert [file.names[ref] for ref in count.elected] == [{"blt": "m0-3"}.get(kind, "Depot 3")]
    assert count.papers == 5
    assert not any(f"m0-{n}".encode() in content for n in (1, 4, 5, 6))


def test_points_come_as_tables_and_lists_as_json_alone(client):
    depot, election = voted("score", [{"m0-2": 3, "m0-3": 1}, {"m0-2": 3, "m0-3": 1}], (f"{OFFICE}.elect.choices", 3))
    make.vote_for(election.ballot, [])
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    table = fetched(client, depot.people[5], election, "csv").content.decode()

    assert table.splitlines() == ["Depot 2,Depot 3,papers", "3,1,2"]
    assert fetched(client, depot.people[5], election, "blt").status_code == 404
    assert json.loads(fetched(client, depot.people[5], election, "json").content)["papers"] == [
        {"number": 2, "paper": {"Depot 2": 3, "Depot 3": 1}}
    ]


def test_the_documents_of_an_election_cannot_be_erased_within_a_year():
    depot, election = voted("irv", [["m0-2"]] * 6)
    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)
    kept = Document.objects.get(name="votes")

    with pytest.raises(RuleBroken, match=r"document\.kept"):
        erase_document(kept.log, kept.hash, now=NOON + 365 * DAY - make.timedelta(seconds=1))
    assert document("votes").startswith("v2 open irv")
    assert erase_document(kept.log, kept.hash, now=NOON + 365 * DAY)
