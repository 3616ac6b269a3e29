"""Electing officers: called, proposed, opened, voted, declared; and every way in which it is refused."""

from fractions import Fraction

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, document, entry, refused

from weft.ballots.papers import stages_hash
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import election_count
from weft_site.federation.models import Alternate, Candidacy, Election, Membership, Seat, Term
from weft_site.federation.services import elections, tellers
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot():
    return make.found_council(12)


def call(council, who, office="chair", **more):
    return {"actor": who, "now": NOON, "body_id": council.body.pk, "office": office} | more


def voting(council, office="chair", candidates=(0, 1), days=0):
    """An election of the founded council that is open to vote."""
    election = make.called(council, council.people[0], office=office)
    make.stand(election, *(council.people[number] for number in candidates))
    return make.opened(election, council.people[0], days=days)


# --- the way through ---------------------------------------------------------------------------------------------


def test_the_first_chair_of_a_new_council_is_elected_by_any_member_calling(depot):
    ana, ben = depot.people[3], depot.people[4]
    election = make.called(depot, depot.people[7], office="chair")
    elections.nominate(
        actor=ana, now=NOON, election_id=election.pk, person_id=ana.pk, name="Ana from the gate", statement="Breaks."
    )
    make.stand(election, ben)
    election = make.opened(election, depot.people[7])
    make.vote_for(election.ballot, [*((who, ana) for who in depot.people[:7]), (depot.people[8], ben)])

    elections.close_election(actor=depot.people[7], now=NOON, election_id=election.pk)

    term = Term.objects.get()
    assert (term.person, term.name, term.seat.office, term.ends_at) == (
        ana,
        "Ana from the gate",
        "chair",
        NOON + 180 * DAY,
    )
    election.refresh_from_db()
    assert election.state == Election.State.DECLARED
    assert acts() == [
        "deliberation.founded",
        "federation.election_called",
        "federation.election_opened",
        "federation.elected",
    ]


def test_the_entry_holds_what_a_replay_needs_and_no_members_name(depot):
    ana, ben = depot.people[3], depot.people[4]
    election = make.called(depot, depot.people[7], office="chair")
    make.stand(election, ana, ben)
    election = make.opened(election, depot.people[7])
    make.vote_for(election.ballot, [*((who, ana) for who in depot.people[:7]), (depot.people[8], ben)])
    elections.close_election(actor=depot.people[7], now=NOON, election_id=election.pk)

    found = entry("federation.elected")

    election.ballot.refresh_from_db()
    assert found["data"] == {
        "election": "e1",
        "office": "chair",
        "ballot": "v2",
        "places": 1,
        "method": "plurality",
        "papers": 8,
        "lines": [["m0-4", 7, 0, 0], ["m0-5", 1, 0, 0]],
        "order": [["m0-4"], ["m0-5"]],
        "seed": election.ballot.lot_seed,
        "terms": [{"term": "t3-1", "seat": "b0-chair-1", "holder": "m0-4", "ends": "2027-05-22T12:00:00+00:00"}],
        "alternates": [],
    }
    assert found["finding"] == {
        "elected": ["m0-4"],
        "alternates": [],
        "passed_over": [],
        "unable": {},
        "drawn": [],
        "runoff": [],
        "stages": stages_hash(election_count(election.ballot)),
        "kept": [],
        "substitutions": [],
        "vacant": 0,
        "quorum": {"present": 8, "needed": 5, "entitled": 12},
        "quotas": [],
        "credentials": "record",
    }
    assert found["by"] == ["m0-8"]
    assert document("votes").startswith('v2 open plurality\nm0-1 ["m0-4"]\n')
    assert document("candidates") == "m0-4 Depot 4\n\nm0-5 Depot 5\n\n"


def test_whoever_is_proposed_by_another_is_asked_and_stands_only_after_accepting(depot):
    election = make.called(depot, depot.people[0], office="chair")
    elections.nominate(actor=depot.people[0], now=NOON, election_id=election.pk, person_id=depot.people[1].pk)
    assert list(Notice.objects.filter(kind="election.nominated").values_list("person", flat=True)) == [
        depot.people[1].pk
    ]
    refused("election.no_candidates", elections.open_election, actor=depot.people[0], now=NOON, election_id=election.pk)

    elections.accept(actor=depot.people[1], now=NOON, election_id=election.pk, name="  Bea   Night ", statement="Yes.")

    election = make.opened(election, depot.people[0])
    assert election.ballot.names == {"m0-2": "Bea Night"}


def test_an_officer_who_is_re_elected_near_the_end_keeps_the_place_in_a_new_term(depot):
    old = make.elect(depot, "chair", depot.people[2])
    later = old.ends_at - 20 * DAY

    new = make.elect(depot, "chair", depot.people[2], by=depot.people[2], now=later)

    old.refresh_from_db()
    assert (old.ended_at, old.ended_by, old.ended_index) == (later, "succeeded", make.index_of("federation.elected"))
    assert (new.seat, new.starts_at, new.ends_at) == (old.seat, later, later + 180 * DAY)


def test_a_term_that_ran_out_by_itself_is_closed_as_expired_when_the_place_is_filled_again(depot):
    old = make.elect(depot, "chair", depot.people[2])
    later = old.ends_at + 5 * DAY

    make.elect(depot, "chair", depot.people[3], now=later)

    old.refresh_from_db()
    assert (old.ended_at, old.ended_by, old.ended_index) == (old.ends_at, "expired", None)


def test_two_tellers_places_and_two_candidates_tied_for_the_last_are_parted_by_the_committed_lot(depot):
    election = voting(depot, "secretary", candidates=(3, 4))
    three, four = depot.people[3], depot.people[4]
    make.vote_for(election.ballot, [(depot.people[n], three if n % 2 else four) for n in range(6)])

    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    finding = entry("federation.elected")["finding"]
    assert sorted(finding["drawn"]) == ["m0-4", "m0-5"]
    assert finding["elected"] == finding["drawn"][:1]


# --- results that elect nobody -----------------------------------------------------------------------------------


def test_below_the_quorum_nobody_is_elected_and_the_result_says_so(depot):
    election = voting(depot)
    make.vote_for(election.ballot, [(who, depot.people[1]) for who in depot.people[:4]])

    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    election.refresh_from_db()
    assert election.state == Election.State.FAILED
    assert Term.objects.count() == 0
    assert entry("federation.election_failed")["finding"]["quorum"] == {"present": 4, "needed": 5, "entitled": 12}
    assert make.called(depot, depot.people[0], office="chair").ref != election.ref


def test_without_more_than_half_a_run_off_between_the_two_first_is_called_by_the_same_act():
    depot = make.found_council(12, ("bodies.workplace.offices.chair.elect.method", "absolute_majority"))
    election = voting(depot, candidates=(0, 1, 2))
    choices = [0] * 4 + [1] * 3 + [2] * 2
    make.vote_for(election.ballot, [(depot.people[n], depot.people[c]) for n, c in enumerate(choices)])

    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    assert acts()[-2:] == ["federation.election_failed", "federation.election_called"]
    again = Election.objects.get(runoff_of=election)
    assert entry("federation.election_called")["data"]["candidates"] == ["m0-1", "m0-2"]
    refused(
        "election.runoff", elections.nominate,
        actor=depot.people[2], now=NOON, election_id=again.pk, person_id=depot.people[2].pk,
    )  # fmt: skip
    again = make.opened(again, depot.people[0])
    assert again.ballot.method == "plurality"
    make.vote_for(again.ballot, [(who, depot.people[1]) for who in depot.people[:6]])
    elections.close_election(actor=depot.people[0], now=NOON, election_id=again.pk)
    assert Term.objects.get().person == depot.people[1]


def test_who_can_no_longer_serve_at_the_close_is_passed_over_for_the_next_in_votes(depot):
    election = voting(depot, candidates=(1, 2))
    make.vote_for(
        election.ballot, [*((who, depot.people[1]) for who in depot.people[:6]), (depot.people[8], depot.people[2])]
    )
    Membership.objects.filter(person=depot.people[1]).update(status=Membership.Status.LEFT)

    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    assert Term.objects.get().person == depot.people[2]
    finding = entry("federation.elected")["finding"]
    assert (finding["passed_over"], finding["unable"]) == (["m0-2"], {"m0-2": "candidate.elector"})


def test_a_quota_that_is_missed_is_named_with_the_result():
    city = make.found_city(
        ("bodies.city.quotas.0.attribute", "women"),
        ("bodies.city.quotas.0.share", Fraction(1, 2)),
        ("bodies.city.offices.chair.elect.method", "plurality"),
        sizes=(30, 30, 30),
    )
    for number in range(3):
        make.delegate(city, city.workplaces[number].people[0], number=number)
    first = city.workplaces[0].people[0]
    Membership.objects.filter(person=first).update(declared=["women"])
    council = make.Council(city.council.body, [city.workplaces[n].people[0] for n in range(3)])

    make.elect(council, "chair", first)

    assert entry("federation.elected")["finding"]["quotas"] == [
        {"attribute": "women", "needed": 2, "held": 1, "filled": 3}
    ]


# --- refusals ----------------------------------------------------------------------------------------------------


def test_only_officers_call_while_one_sits(depot):
    make.elect(depot, "chair", depot.people[0])

    assert refused("standing.office", elections.call_election, **call(depot, depot.people[5], "secretary")) == {
        "act": "election.call",
        "offices": "chair, secretary",
    }


def test_a_stranger_calls_nothing(depot):
    refused("standing.member", elections.call_election, **call(depot, make.person("Stranger")))


def test_a_place_that_is_filled_for_long_is_not_up(depot):
    make.elect(depot, "chair", depot.people[0])

    refused("election.no_places", elections.call_election, **call(depot, depot.people[0]))


def test_an_election_is_not_called_twice(depot):
    make.called(depot, depot.people[0], office="chair")

    assert refused("election.running", elections.call_election, **call(depot, depot.people[1])) == {"election": "e1"}


def test_an_office_that_the_charter_fills_by_lot_is_not_elected(depot):
    refused("office.draw", elections.call_election, **call(depot, depot.people[0], "teller"))
    refused("office.unknown", elections.call_election, **call(depot, depot.people[0], "king"))


def test_the_vote_does_not_open_inside_its_notice():
    depot = make.found_council(12, ("bodies.workplace.offices.chair.elect.notice_days", 7))
    election = make.called(depot, depot.people[0], office="chair")
    make.stand(election, depot.people[1])

    refused(
        "office.elect.notice_days", elections.open_election,
        actor=depot.people[0], now=NOON + 6 * DAY, election_id=election.pk,
    )  # fmt: skip
    elections.open_election(actor=depot.people[0], now=NOON + 7 * DAY, election_id=election.pk)


def test_nobody_stands_twice_or_after_the_vote_has_opened(depot):
    election = make.called(depot, depot.people[0], office="chair")
    make.stand(election, depot.people[1])
    again = {"actor": depot.people[1], "now": NOON, "election_id": election.pk, "person_id": depot.people[1].pk}
    refused("candidate.twice", elections.nominate, **again)
    make.opened(election, depot.people[0])

    late = again | {"actor": depot.people[2], "person_id": depot.people[2].pk}
    assert refused("election.state", elections.nominate, **late) == {"state": "voting", "needed": "nominations"}
    refused("election.state", elections.withdraw, actor=depot.people[1], now=NOON, election_id=election.pk)


def test_who_stood_back_may_stand_again_but_is_not_proposed_again_by_others(depot):
    election = make.called(depot, depot.people[0], office="chair")
    make.stand(election, depot.people[1])
    elections.withdraw(actor=depot.people[1], now=NOON, election_id=election.pk)
    refused("candidate.not_proposed", elections.withdraw, actor=depot.people[1], now=NOON, election_id=election.pk)
    by_another = {"actor": depot.people[2], "now": NOON, "election_id": election.pk, "person_id": depot.people[1].pk}
    refused("candidate.twice", elections.nominate, **by_another)

    make.stand(election, depot.people[1])

    assert Candidacy.objects.get().withdrawn_at is None


def test_only_electors_stand_and_propose(depot):
    stranger = make.person("Stranger")
    election = make.called(depot, depot.people[0], office="chair")

    act = {"now": NOON, "election_id": election.pk}
    refused("standing.elector", elections.nominate, actor=stranger, person_id=depot.people[0].pk, **act)
    refused("candidate.elector", elections.nominate, actor=depot.people[0], person_id=stranger.pk, **act)
    refused("candidate.elector", elections.nominate, actor=depot.people[0], person_id=0, **act)


def test_incompatible_offices_and_the_limit_of_terms_keep_a_candidate_out(depot):
    make.elect(depot, "secretary", depot.people[1])
    election = make.called(depot, depot.people[1], office="chair")
    act = {"actor": depot.people[1], "now": NOON, "election_id": election.pk, "person_id": depot.people[1].pk}
    assert refused("office.incompatible", elections.nominate, **act) == {"office": "chair", "held": "secretary"}

    veteran = depot.people[5]
    seat = Seat.objects.get(body=depot.body, office="chair")
    for number in range(4):
        start = NOON - (4 - number) * 180 * DAY
        make.serve(
            seat, depot.membership(veteran),
            since=start, until=start + 180 * DAY, ended_at=start + 180 * DAY, ended_by="expired",
        )  # fmt: skip
    act |= {"actor": veteran, "person_id": veteran.pk}
    assert refused("office.rotation", elections.nominate, **act)["served"] == 4


def test_a_vote_over_days_is_not_cut_short_and_closes_by_itself(depot):
    election = voting(depot, candidates=(1, 2), days=3)
    make.vote_for(election.ballot, [(who, depot.people[1]) for who in depot.people[:11]])
    close = {"actor": depot.people[0], "now": NOON + 2 * DAY, "election_id": election.pk}
    refused("ballot.still_open", elections.close_election, **close)
    assert elections.due(NOON + 3 * DAY - DAY / 24) == 0

    assert elections.due(NOON + 3 * DAY) == 1
    assert elections.due(NOON + 3 * DAY) == 0

    assert Term.objects.get().person == depot.people[1]
    assert entry("federation.elected")["by"] == []


def test_a_vote_over_days_closes_early_when_everybody_has_voted(depot):
    election = voting(depot, candidates=(1, 2), days=3)
    make.vote_for(election.ballot, [(who, depot.people[1]) for who in depot.people])

    elections.close_election(actor=depot.people[0], now=NOON + DAY, election_id=election.pk)

    assert Term.objects.get().person == depot.people[1]


def test_a_closed_election_is_closed_once(depot):
    election = voting(depot)
    make.vote_for(election.ballot, [(who, depot.people[1]) for who in depot.people[:6]])
    close = {"actor": depot.people[0], "now": NOON, "election_id": election.pk}
    elections.close_election(**close)

    refused("election.state", elections.close_election, **close | {"actor": depot.people[1]})


def test_the_same_form_sent_twice_calls_one_election(depot):
    first = elections.call_election(**call(depot, depot.people[0]), key="k")
    second = elections.call_election(**call(depot, depot.people[0]), key="k")

    assert (first, second, Election.objects.count()) == ("e1", "e1", 1)


def test_an_election_is_taken_back_only_before_its_vote(depot):
    election = make.called(depot, depot.people[0], office="chair")
    elections.annul_election(actor=depot.people[0], now=NOON, election_id=election.pk)
    election.refresh_from_db()
    assert election.state == Election.State.ANNULLED
    assert acts()[-1] == "federation.election_annulled"

    running = voting(depot)
    refused("election.state", elections.annul_election, actor=depot.people[0], now=NOON, election_id=running.pk)


def test_runners_up_become_deputies_as_the_charter_says():
    depot = make.found_council(12, ("bodies.workplace.offices.chair.deputies", 1))
    election = voting(depot, candidates=(1, 2, 3))
    make.vote_for(
        election.ballot, [(depot.people[n], depot.people[1 if n < 5 else 2 if n < 8 else 3]) for n in range(9)]
    )

    elections.close_election(actor=depot.people[0], now=NOON, election_id=election.pk)

    (deputy,) = Alternate.objects.all()
    assert (deputy.person, deputy.order, deputy.office, deputy.ends_at) == (
        depot.people[2],
        1,
        "chair",
        NOON + 180 * DAY,
    )


def test_an_office_ballot_is_taken_as_the_charter_says(depot):
    assert voting(depot).ballot.way == Ballot.Way.OPEN


def test_tellers_cannot_enter_more_marks_than_the_papers_bear():
    depot = make.found_council(12, ("bodies.workplace.offices.chair.elect.ballot", "counted"))
    for number in (1, 2):
        make.officer(depot, "teller", depot.people[number], number=number)
    election = voting(depot, candidates=(3, 4))
    first, second = (make.ref_in(election.ballot, depot.people[n]) for n in (3, 4))
    enter = {"actor": depot.people[1], "now": NOON, "ballot_id": election.ballot.pk}
    sheet = {first: 5, second: 4, "papers": 9}

    refused("ballot.count", tellers.enter_count, numbers=sheet | {second: 5}, **enter)
    assert tellers.enter_count(numbers=sheet, **enter) is False
    assert tellers.enter_count(numbers=sheet, **(enter | {"actor": depot.people[2]})) is True
    assert Election.objects.get().state == Election.State.DECLARED
