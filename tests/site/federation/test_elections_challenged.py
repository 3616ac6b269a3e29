"""Challenging an election: by electors within the charter's days, decided by the mandate commission, and annulled."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, document, entry, refused
from tests.site.remembering import remembered
from tests.site.replaying import replay_all

from weft_site.federation.models import Alternate, Challenge, Election, Term
from weft_site.federation.services import challenges, elections, seats
from weft_site.home.facts import tasks
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db

OFFICES = "bodies.workplace.offices"
COMMISSION = [
    (f"{OFFICES}.mandate_commission.elect.method", "plurality"),
    (f"{OFFICES}.mandate_commission.title", "mandate commission"),
    (f"{OFFICES}.secretary.deputies", 1),
]


@pytest.fixture
@remembered
def depot():
    """A council with a mandate commission of one, Depot 12, and a secretary, Depot 2, with Depot 3 as deputy."""
    council = make.found_council(12, *COMMISSION)
    make.elect(council, "mandate_commission", council.people[11])
    return council


def elected(council, *, now=NOON):
    election = make.called(council, council.people[0], office="secretary", now=now)
    make.stand(election, council.people[1], council.people[2], now=now)
    election = make.opened(election, council.people[0], now=now)
    votes = [(who, council.people[1 if number < 8 else 2]) for number, who in enumerate(council.people)]
    make.vote_for(election.ballot, votes, now=now)
    elections.close_election(actor=council.people[0], now=now, election_id=election.pk)
    return Election.objects.select_related("ballot").get(pk=election.pk)


def challenged(council, election, *, by=4, now=NOON + DAY, reason="The roll was not shown."):
    challenges.challenge_election(actor=council.people[by], now=now, election_id=election.pk, reason=reason)
    return Challenge.objects.get(election=election, person=council.people[by])


def judged(council, challenge, *, uphold, by=11, now=NOON + 2 * DAY, reason="It was closed to six members."):
    challenges.decide_challenge(
        actor=council.people[by], now=now, challenge_id=challenge.pk, uphold=uphold, reason=reason
    )
    challenge.refresh_from_db()
    return challenge


def test_an_upheld_challenge_ends_the_terms_at_that_instant_and_a_new_election_can_be_called(depot):
    election = elected(depot)
    term = Term.objects.get(person=depot.people[1])

    challenge = judged(depot, challenged(depot, election), uphold=True)

    term.refresh_from_db()
    election.refresh_from_db()
    index = make.index_of("federation.challenge_decided")
    assert (term.ended_at, term.ended_by, term.ended_index) == (NOON + 2 * DAY, "annulled", index)
    assert (challenge.state, election.state) == ("upheld", Election.State.ANNULLED)
    assert list(Alternate.objects.filter(office="secretary").values_list("used_at", flat=True)) == [NOON + 2 * DAY]
    assert acts()[-2:] == ["federation.election_challenged", "federation.challenge_decided"]
    found = entry("federation.challenge_decided")
    assert found["data"] == {
        "challenge": challenge.ref,
        "election": election.ref,
        "office": "secretary",
        "upheld": True,
        "terms": [term.ref],
    }
    assert document("reason") == "It was closed to six members."
    replay_all()

    again = elected(depot, now=NOON + 3 * DAY)
    assert again.state == Election.State.DECLARED
    replay_all()


def test_a_rejected_challenge_leaves_everything_and_the_election_can_be_challenged_by_another(depot):
    election = elected(depot)

    challenge = judged(depot, challenged(depot, election), uphold=False)
    another = challenged(depot, election, by=5, now=NOON + 3 * DAY)

    assert (challenge.state, challenge.answer, another.state) == ("rejected", "It was closed to six members.", "open")
    assert Term.objects.get(person=depot.people[1]).ended_at is None
    assert Alternate.objects.get(office="secretary").used_at is None
    replay_all()


def test_a_deputy_who_stepped_up_goes_with_the_election_too(depot):
    election = elected(depot)
    first = Term.objects.get(person=depot.people[1])
    seats.resign(actor=depot.people[1], now=NOON + DAY, term_id=first.pk)
    deputy = Term.objects.get(person=depot.people[2])

    judged(depot, challenged(depot, election), uphold=True)

    deputy.refresh_from_db()
    first.refresh_from_db()
    assert (first.ended_by, deputy.ended_by) == ("resigned", "annulled")
    replay_all()


# --- refused -------------------------------------------------------------------------------------------------------


def test_after_the_charters_days_no_challenge_is_taken(depot):
    election = elected(depot)
    challenge = {"actor": depot.people[4], "election_id": election.pk, "reason": "Late."}

    numbers = refused("procedure.challenge_days", challenges.challenge_election, now=NOON + 7 * DAY, **challenge)

    assert numbers == {"days": 7, "ended": (NOON + 7 * DAY).isoformat()}
    challenges.challenge_election(now=NOON + 7 * DAY - make.timedelta(seconds=1), **challenge)


def test_a_challenge_needs_an_elector_a_reason_a_result_and_is_made_once(depot):
    election = elected(depot)
    make_one = {"now": NOON + DAY, "election_id": election.pk}
    stranger = make.person("Stranger")

    refused("standing.elector", challenges.challenge_election, actor=stranger, reason="No.", **make_one)
    refused("challenge.reason", challenges.challenge_election, actor=depot.people[4], reason="  ", **make_one)
    refused("text.hidden", challenges.challenge_election, actor=depot.people[4], reason="a\u202eb", **make_one)
    challenged(depot, election)
    refused("challenge.twice", challenges.challenge_election, actor=depot.people[4], reason="Again.", **make_one)
    running = make.called(depot, depot.people[1], office="chair")
    refused(
        "election.state", challenges.challenge_election,
        actor=depot.people[4], now=NOON + DAY, election_id=running.pk, reason="Too early.",
    )  # fmt: skip


def test_only_the_mandate_commission_decides_and_nobody_in_their_own_matter(depot):
    election = elected(depot)
    challenge = challenged(depot, election)
    own = challenged(depot, election, by=11)
    decide = {"now": NOON + 2 * DAY, "uphold": True, "reason": "So be it."}

    refused("standing.office", challenges.decide_challenge, actor=depot.people[1], challenge_id=challenge.pk, **decide)
    refused("challenge.party", challenges.decide_challenge, actor=depot.people[11], challenge_id=own.pk, **decide)
    refused(
        "challenge.answer", challenges.decide_challenge,
        actor=depot.people[11], challenge_id=challenge.pk, now=NOON + 2 * DAY, uphold=True, reason="",
    )  # fmt: skip
    judged(depot, challenge, uphold=False)
    refused(
        "challenge.decided", challenges.decide_challenge, actor=depot.people[11], challenge_id=challenge.pk, **decide
    )


def test_a_candidate_in_the_commission_does_not_judge_the_own_election():
    council = make.found_council(12, *COMMISSION)
    make.elect(council, "mandate_commission", council.people[2])
    election = elected(council)
    challenge = challenged(council, election)

    refused(
        "challenge.party", challenges.decide_challenge,
        actor=council.people[2], now=NOON + 2 * DAY, challenge_id=challenge.pk, uphold=True, reason="Mine.",
    )  # fmt: skip


# --- who is told, and the page ---------------------------------------------------------------------------------


def test_whoever_was_elected_and_the_commission_are_told_and_have_it_before_them(depot):
    election = elected(depot)
    challenged(depot, election)

    told = set(Notice.objects.filter(kind="election.challenged").values_list("person__name", flat=True))
    titles = {n: [task.title for task in tasks(depot.people[n], NOON + DAY)] for n in (1, 11, 6)}

    assert told == {"Depot 2", "Depot 12"}
    assert "An election in Depot is challenged" in titles[1]
    assert "An election in Depot is challenged" in titles[11]
    assert "An election in Depot is challenged" not in titles[6]


def page(client, who, election, monkeypatch, now=NOON + DAY):
    monkeypatch.setattr("weft_site.clock.now", lambda: now)
    client.force_login(who)
    return f"/f/depot/b/b0/elections/{election.ref}/"


def test_an_elector_challenges_on_the_page_and_the_commission_decides_there(client, depot, monkeypatch):
    election = elected(depot)
    where = page(client, depot.people[4], election, monkeypatch)
    assert "Challenge this election" in client.get(where).content.decode()

    client.post(f"{where}contest/challenge/", {"reason": "The roll was not shown.", "key": "k1"})
    challenge = Challenge.objects.get()
    shown = client.get(where).content.decode()
    assert ("The roll was not shown." in shown, "Challenge this election" in shown) == (True, False)
    assert "Decide the challenge" not in shown

    page(client, depot.people[11], election, monkeypatch)
    assert "Decide the challenge" in client.get(where).content.decode()
    answer = client.post(
        f"{where}contest/judge/", {"challenge": challenge.pk, "uphold": "yes", "reason": "Six could not vote."},
    )  # fmt: skip
    assert answer.status_code == 302
    shown = client.get(where).content.decode()
    assert "Upheld: the election is annulled" in shown
    assert "Six could not vote." in shown


def test_where_no_commission_sits_the_page_says_that_officers_cannot_decide(client, monkeypatch):
    council = make.found_council(12, (f"{OFFICES}.secretary.deputies", 1))
    election = elected(council)
    challenged(council, election)

    shown = client.get(page(client, council.people[5], election, monkeypatch)).content.decode()

    assert "no other officer may decide" in shown


def test_a_challenge_without_a_reason_comes_back_on_the_page(client, depot, monkeypatch):
    election = elected(depot)
    where = page(client, depot.people[4], election, monkeypatch)

    answer = client.post(f"{where}contest/challenge/", {"reason": ""})

    assert (answer.status_code, Challenge.objects.count()) == (409, 0)
