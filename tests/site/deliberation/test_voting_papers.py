"""Voting by name on every kind of paper: what it looks like, what is stored, and what is refused without a trace."""

import pytest
from tests.site import factories as make
from tests.site.factories import NOON
from tests.site.remembering import remembered

from weft_site.ballots.forms import kind_of
from weft_site.ballots.models import Ballot, Vote
from weft_site.federation.services import elections

pytestmark = pytest.mark.django_db

METHODS = {
    "plurality": "one", "absolute_majority": "one", "approval": "several", "limited": "several", "yes_no": "answers",
    "list": "list", "cumulative": "points", "score": "points", "irv": "rank", "stv_scottish": "rank",
    "stv_meek": "rank", "schulze": "rank", "phragmen": "several", "equal_shares": "several",
}  # fmt: skip
CHOICES = {"limited": 2, "cumulative": 3, "score": 5}
OFFICE = "bodies.workplace.offices.secretary"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)


@remembered
def voting(method, *, places=2, candidates=3, **more):
    """An election of two secretaries by a method, open to vote by name."""
    changes = [(f"{OFFICE}.elect.method", method), (f"{OFFICE}.count", places)]
    if method in CHOICES:
        changes.append((f"{OFFICE}.elect.choices", CHOICES[method]))
    depot = make.found_council(6, *changes, *more.get("changes", ()))
    election = make.called(depot, depot.people[0], office="secretary")
    make.stand(election, *depot.people[:candidates])
    return depot, make.opened(election, depot.people[0])


def posted(ballot, fields):
    return {"method": ballot.method, "option": list(ballot.options), **fields}


GOOD = {
    "plurality": ({"choice": ["m0-1", "m0-3"]}, ["m0-1", "m0-3"], "Depot 1, Depot 3"),
    "absolute_majority": ({"choice": ["m0-2"]}, ["m0-2"], "Depot 2"),
    "approval": ({"choice": []}, [], "nobody"),
    "limited": ({"choice": ["m0-1", "m0-2"]}, ["m0-1", "m0-2"], "Depot 1, Depot 2"),
    "yes_no": ({"c-m0-1": "yes", "c-m0-3": "no"}, {"m0-1": "yes", "m0-3": "no"}, "Depot 1: Yes, Depot 3: No"),
    "list": ({"choice": "abstain"}, "abstain", "Abstain"),
    "cumulative": ({"p-m0-1": "2", "p-m0-2": "1", "p-m0-3": ""}, {"m0-1": 2, "m0-2": 1}, "Depot 1: 2, Depot 2: 1"),
    "score": ({"p-m0-1": "5", "p-m0-2": "0"}, {"m0-1": 5, "m0-2": 0}, "Depot 1: 5, Depot 2: 0"),
    "irv": ({"r-m0-1": "2", "r-m0-2": "1", "r-m0-3": ""}, ["m0-2", "m0-1"], "1. Depot 2, 2. Depot 1"),
    "stv_scottish": ({"r-m0-3": "1"}, ["m0-3"], "1. Depot 3"),
    "stv_meek": ({}, [], "nobody"),
    "schulze": ({"r-m0-1": "3", "r-m0-2": "1", "r-m0-3": "2"}, ["m0-2", "m0-3", "m0-1"], "1. Depot 2, 2. Depot 3"),
    "phragmen": ({"choice": ["m0-3", "m0-1"]}, ["m0-3", "m0-1"], "Depot 3, Depot 1"),
    "equal_shares": ({"choice": ["m0-1", "m0-2", "m0-3"]}, ["m0-1", "m0-2", "m0-3"], "Depot 1, Depot 2, Depot 3"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_its_paper_and_the_voter_reads_the_vote_back(client, method):
    depot, election = voting(method, places=1 if method == "absolute_majority" else 2)
    ballot = election.ballot
    fields, stored, words = GOOD[method]
    client.force_login(depot.people[5])

    before = client.get(f"/vote/{ballot.pk}/").content.decode()
    answer = client.post(f"/vote/{ballot.pk}/", posted(ballot, fields), follow=True).content.decode()

    kinds = {**METHODS, "plurality": "several"}  # two places
    assert kind_of(ballot) == kinds[method]
    assert all(name in before for name in ("Depot 1", "Depot 2", "Depot 3"))
    assert Vote.objects.get(ballot=ballot).choice == stored
    assert f"You voted: {words}" in answer


BAD = [
    ("plurality", {"choice": ["m0-1", "m0-2", "m0-3"]}, "3 marks; at most 2 are allowed."),
    ("plurality", {"choice": ["m9-9"]}, "This ballot does not offer that choice."),
    ("limited", {"choice": ["m0-1", "m0-2", "m0-3"]}, "3 marks; at most 2 are allowed."),
    ("approval", {"choice": ["m0-1", "m0-1"]}, "This ballot does not offer that choice."),
    ("cumulative", {"p-m0-1": "3", "p-m0-2": "1"}, "4 marks; at most 3 are allowed."),
    ("cumulative", {"p-m0-1": "-1"}, "-1 is no number of points."),
    ("score", {"p-m0-1": "6"}, "6 marks; at most 5 are allowed."),
    ("score", {"p-m0-1": "½"}, "½ is no number of points."),
    ("yes_no", {"c-m0-1": "perhaps"}, "This ballot does not offer that choice."),
    ("list", {"choice": "m0-1"}, "This ballot does not offer that choice."),
    ("irv", {"r-m0-1": "1", "r-m0-2": "1"}, "Two candidates stand on rank 1."),
    ("stv_scottish", {"r-m0-1": "1", "r-m0-2": "3"}, "Nobody stands on rank 2"),
    ("stv_meek", {"r-m0-1": "0"}, "0 is no rank."),
    ("schulze", {"r-m0-1": "first"}, "first is no rank."),
    ("phragmen", {"choice": ["m0-1", "m9-9"]}, "This ballot does not offer that choice."),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("method", "fields", "words"), BAD)
def test_a_paper_that_cannot_be_counted_is_refused_shown_again_and_not_stored(client, method, fields, words):
    depot, election = voting(method)
    client.force_login(depot.people[5])
    before = make.everything()

    answer = client.post(f"/vote/{election.ballot.pk}/", posted(election.ballot, fields))

    shown = answer.content.decode()
    assert (answer.status_code, words in shown, "Your vote has not been changed." in shown) == (409, True, True)
    assert make.everything() == before


def test_what_was_typed_on_a_refused_paper_is_still_there(client):
    depot, election = voting("stv_scottish")
    client.force_login(depot.people[5])

    answer = client.post(f"/vote/{election.ballot.pk}/", posted(election.ballot, {"r-m0-1": "2", "r-m0-3": "2"}))

    shown = answer.content.decode()
    assert shown.count("<option selected>2</option>") == 2


def test_a_stranger_option_with_a_rank_is_refused_although_the_form_named_it(client):
    depot, election = voting("irv")
    client.force_login(depot.people[5])

    answer = client.post(f"/vote/{election.ballot.pk}/", {"method": "irv", "option": ["m9-9"], "r-m9-9": "1"})

    assert (answer.status_code, Vote.objects.count()) == (409, 0)


def test_a_paper_of_another_method_than_the_ballots_is_refused(client):
    depot, election = voting("score")
    client.force_login(depot.people[5])

    answer = client.post(
        f"/vote/{election.ballot.pk}/", posted(election.ballot, {"choice": ["m0-1"]}) | {"method": "plurality"}
    )

    assert (answer.status_code, Vote.objects.count()) == (409, 0)


def test_a_candidate_stands_under_a_quota_by_own_choice_and_the_ballot_says_so(client):
    quota = [(f"{OFFICE}.elect.quotas.0.attribute", "women"), (f"{OFFICE}.elect.quotas.0.at_least", 1)]
    depot = make.found_council(6, (f"{OFFICE}.elect.method", "stv_scottish"), (f"{OFFICE}.count", 2), *quota)
    election = make.called(depot, depot.people[0], office="secretary")
    ana, ben = depot.people[1], depot.people[2]
    elections.nominate(actor=ana, now=NOON, election_id=election.pk, person_id=ana.pk, declared=["women"])
    make.stand(election, ben)
    make.refused(
        "candidate.attribute",
        elections.accept,
        actor=ben,
        now=NOON,
        election_id=election.pk,
        declared=["youth"],
    )
    election = make.opened(election, depot.people[0])
    client.force_login(depot.people[5])

    shown = client.get(f"/vote/{election.ballot.pk}/").content.decode()

    assert shown.count("stands under the quota for women") == 1
    assert Ballot.objects.get().attributes == {"m0-2": ["women"]}
    assert make.entry("federation.election_opened")["data"]["attributes"] == {"m0-2": ["women"]}
