"""Electing delegates: by the constituency alone, on paper with two tellers, with alternates and credentials."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, entry, refused
from tests.site.remembering import remembered

from weft_site.ballots.models import Ballot, TellerCount
from weft_site.federation import facts
from weft_site.federation.models import Alternate, Election, Term
from weft_site.federation.services import credentials, elections, seats, tellers
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db
BY_NAME = (("bodies.city.seats.0.elect.ballot", "open"), ("bodies.city.seats.0.elect.paper_below", None))


@pytest.fixture
@remembered
def city():
    """Two workplaces of 30, each with a chair and two tellers; one seat each in the city council."""
    made = make.found_city(sizes=(30, 30))
    for hall in made.workplaces:
        make.officer(hall, "chair", hall.people[0])
        make.officer(hall, "teller", hall.people[1])
        make.officer(hall, "teller", hall.people[2], number=2)
    return made


def on_paper(city, candidates=(5, 6, 7)):
    """A paper vote of a workplace that is open, after the seven days of notice."""
    hall = city.workplaces[0]
    election = make.called(city.council, hall.people[0], constituency=city.constituency())
    make.stand(election, *(hall.people[n] for n in candidates))
    return make.opened(election, hall.people[0], now=NOON + 7 * DAY)


def counted(city, election, marks, papers):
    hall, now = city.workplaces[0], NOON + 8 * DAY
    numbers = {make.ref_in(election.ballot, who): n for who, n in marks.items()} | {"papers": papers}
    return make.count_by(election.ballot, hall.people[1:3], numbers, now=now)


def test_the_electors_call_from_their_own_workplace_and_the_seat_is_in_the_city(city):
    hall = city.workplaces[0]
    election = on_paper(city)

    assert election.ballot.way == Ballot.Way.PAPER
    assert election.ballot.electorate == city.constituency().ref
    assert election.ballot.entitled == 30
    called = entry("federation.election_called")
    assert (called["body"], called["by"]) == ("b0", [hall.membership(hall.people[0]).ref])
    assert called["data"]["votes_from"] == "2026-11-30T12:00:00+00:00"


def test_the_list_of_elections_says_whose_delegates_they_are(city, client):
    """In the city by the councils that elect; in the council by where they go."""
    (hall, beside), above = city.workplaces, city.council
    for number, one in enumerate((hall, beside)):
        make.called(above, one.people[0], constituency=city.constituency(number))
    slug = above.federation.log.slug
    client.force_login(hall.people[5])

    in_the_city = client.get(f"/f/{slug}/b/{above.body.ref}/elections/").content.decode()
    at_work = client.get(f"/f/{slug}/b/{hall.body.ref}/elections/").content.decode()

    assert [in_the_city.count(f">Delegates of Works {number}</a>") for number in (1, 2)] == [1, 1]
    assert at_work.count(">Delegates to Riverton council</a>") == 1


def test_two_tellers_who_agree_fill_the_seat_and_keep_the_alternate(city):
    five, six, seven = (city.workplaces[0].people[n] for n in (5, 6, 7))
    election = on_paper(city)

    assert counted(city, election, {five: 12, six: 9, seven: 3}, papers=20) == [False, True]

    term = Term.objects.get(seat__constituency=city.constituency())
    assert (term.person, term.starts_at, term.credential) == (five, NOON + 8 * DAY, "confirmed")
    (alternate,) = Alternate.objects.all()
    assert (alternate.person, alternate.ends_at) == (six, term.ends_at)
    found = entry("federation.elected")
    assert found["by"] == ["m1000-2", "m1000-3"]
    assert found["data"]["lines"] == [["m1000-6", 12, 0, 0], ["m1000-7", 9, 0, 0], ["m1000-8", 3, 0, 0]]
    assert found["data"]["alternates"] == ["m1000-7"]
    assert found["data"]["terms"][0]["name"] == "Works 1 6"
    assert found["finding"]["credentials"] == "record"


def test_tellers_who_differ_leave_the_vote_open_until_one_corrects(city):
    hall, election = city.workplaces[0], on_paper(city)
    sheet = dict.fromkeys(election.ballot.options, 0) | {
        "papers": 20,
        make.ref_in(election.ballot, hall.people[5]): 12,
    }
    enter = {"now": NOON + 8 * DAY, "ballot_id": election.ballot.pk}

    assert tellers.enter_count(actor=hall.people[1], numbers=sheet | {"papers": 19}, **enter) is False
    assert tellers.enter_count(actor=hall.people[2], numbers=sheet, **enter) is False
    assert Election.objects.get().state == Election.State.VOTING
    assert TellerCount.objects.count() == 2

    assert tellers.enter_count(actor=hall.people[1], numbers=sheet, **enter) is True
    assert Election.objects.get().state == Election.State.DECLARED


def test_nobody_counts_who_is_not_a_teller_of_the_electors(city):
    hall, election = city.workplaces[0], on_paper(city)
    sheet = dict.fromkeys([*election.ballot.options, "papers"], 0)
    enter = {"now": NOON + 8 * DAY, "ballot_id": election.ballot.pk, "numbers": sheet}

    refused("standing.office", tellers.enter_count, actor=hall.people[0], **enter)
    refused("standing.office", tellers.enter_count, actor=city.workplaces[1].people[1], **enter)
    refused("ballot.count", tellers.enter_count, actor=hall.people[1], **enter | {"numbers": sheet | {"papers": 31}})
    refused("ballot.count", tellers.enter_count, actor=hall.people[1], **enter | {"numbers": {"papers": 3}})


def test_without_tellers_the_refusal_says_so(city):
    election = on_paper(city)
    Term.objects.filter(seat__office="teller").update(ended_at=NOON, ended_by="resigned")
    sheet = dict.fromkeys([*election.ballot.options, "papers"], 0)

    refused(
        "tellers.none", tellers.enter_count,
        actor=city.workplaces[0].people[1], now=NOON + 8 * DAY, ballot_id=election.ballot.pk, numbers=sheet,
    )  # fmt: skip


def test_an_officer_cannot_declare_what_two_tellers_have_not_counted(city):
    election = on_paper(city)

    numbers = refused(
        "ballot.tellers_missing", elections.close_election,
        actor=city.workplaces[0].people[0], now=NOON + 8 * DAY, election_id=election.pk,
    )  # fmt: skip
    assert numbers == {"entered": 0, "needed": 2}


def test_another_workplace_has_no_part_in_it(city):
    other = city.workplaces[1].people
    call = {"now": NOON, "body_id": city.council.body.pk, "constituency_id": city.constituency().pk}
    refused("standing.office", elections.call_election, actor=other[0], **call)
    refused("constituency.unknown", elections.call_election, actor=other[0], **call | {"constituency_id": 0})
    refused(
        "constituency.unknown", elections.call_election,
        actor=city.workplaces[0].people[0], **call | {"body_id": city.workplaces[0].body.pk},
    )  # fmt: skip
    election = make.called(city.council, city.workplaces[0].people[0], constituency=city.constituency())

    stand = {"now": NOON, "election_id": election.pk}
    refused("standing.elector", elections.nominate, actor=other[5], person_id=other[5].pk, **stand)
    refused(
        "candidate.elector", elections.nominate,
        actor=city.workplaces[0].people[5], person_id=other[5].pk, **stand,
    )  # fmt: skip


def test_small_councils_elect_together_and_officers_of_each_may_call():
    city = make.found_city(*BY_NAME, sizes=(14, 13))
    first, second = city.workplaces
    together = city.constituency()
    assert sorted(body.pk for body in together.senders.all()) == sorted([first.body.pk, second.body.pk])
    make.officer(second, "chair", second.people[0])

    election = make.called(city.council, second.people[0], constituency=together)
    make.stand(election, first.people[3], second.people[3])
    election = make.opened(election, second.people[0], now=NOON + 7 * DAY)

    assert election.ballot.entitled == 27
    make.vote_for(election.ballot, [(who, first.people[3]) for who in first.people], now=NOON + 7 * DAY)
    elections.close_election(actor=second.people[0], now=NOON + 8 * DAY, election_id=election.pk)
    assert Term.objects.get(seat__constituency=together).person == first.people[3]


def test_one_seat_a_person_and_those_who_serve_are_not_candidates_elsewhere():
    city = make.found_city(*BY_NAME, sizes=(60,))
    hall = city.workplaces[0]
    make.delegate(city, hall.people[4])
    election = make.called(city.council, hall.people[0], constituency=city.constituency())

    assert election.places == 1
    numbers = refused(
        "candidate.serves", elections.nominate,
        actor=hall.people[4], now=NOON, election_id=election.pk, person_id=hall.people[4].pk,
    )  # fmt: skip
    assert numbers["seat"].startswith("s")


def test_a_delegate_re_elected_beside_a_newcomer_keeps_the_own_seat():
    city = make.found_city(*BY_NAME, sizes=(60,))
    hall = city.workplaces[0]
    old = make.delegate(city, hall.people[4], until=NOON + 20 * DAY)
    election = make.called(city.council, hall.people[0], constituency=city.constituency())
    assert election.places == 2
    make.stand(election, hall.people[5], hall.people[4])
    election = make.opened(election, hall.people[0], now=NOON + 7 * DAY)
    votes = [(who, hall.people[5 if n % 3 else 4]) for n, who in enumerate(hall.people)]
    make.vote_for(election.ballot, votes, now=NOON + 7 * DAY)

    elections.close_election(actor=hall.people[0], now=NOON + 8 * DAY, election_id=election.pk)

    now = {t.person: t.seat_id for t in Term.objects.filter(ended_at__isnull=True, seat__constituency__isnull=False)}
    assert now[hall.people[4]] == old.seat_id
    assert set(now) == {hall.people[4], hall.people[5]}
    assert len(set(now.values())) == 2


def test_a_vote_by_name_falls_with_the_seat_also_when_the_alternate_now_sits_in_it():
    city = make.found_city(
        ("bodies.city.offices.chair.elect.method", "plurality"), ("bodies.city.quorum.at_least", 1), sizes=(30, 30, 30)
    )
    terms = [make.delegate(city, city.workplaces[n].people[0], number=n) for n in range(3)]
    first, second, third = (term.person for term in terms)
    seats.keep_alternates(
        make.electors(city.council, constituency=city.constituency(0)),
        [(city.workplaces[0].membership(city.workplaces[0].people[9]), "Successor")], NOON + 90 * DAY,
    )  # fmt: skip
    election = make.called(city.council, first, office="chair")
    make.stand(election, second, third)
    election = make.opened(election, first)
    make.vote_for(election.ballot, [(first, third), (second, second)])

    seats.resign(actor=first, now=NOON, term_id=terms[0].pk)
    assert Term.objects.filter(seat=terms[0].seat, ended_at__isnull=True).get().name == "Successor"
    elections.close_election(actor=second, now=NOON, election_id=election.pk)

    # too few votes are left for the quorum: that, too, is because the vote fell
    assert entry("federation.election_failed")["data"]["lines"] == [
        [city.workplaces[1].membership(second).ref, 1, 0, 0],
        [city.workplaces[2].membership(third).ref, 0, 0, 0],
    ]


# --- credentials -------------------------------------------------------------------------------------------------


@pytest.fixture
def commission(city):
    """The city's mandate commission with two of its three places filled by delegates of the second workplace."""
    made = make.open_commission(city)
    hall = city.workplaces[1]
    places = make.places(made)
    make.serve(places[0], hall.membership(hall.people[8]))
    make.serve(places[1], hall.membership(hall.people[9]))
    return made


def pending(city):
    """A delegate just elected whose credentials wait, and an alternate."""
    hall = city.workplaces[0]
    election = on_paper(city)
    counted(city, election, {hall.people[5]: 12, hall.people[6]: 9}, papers=20)
    return Term.objects.get(seat__constituency=city.constituency())


def test_where_a_commission_sits_a_new_delegate_has_no_decisive_voice_yet(city, commission):
    term = pending(city)

    assert term.credential == Term.Credential.PENDING
    assert entry("federation.elected")["finding"]["credentials"] == "commission"
    assert facts.voters([city.council.body], NOON + 9 * DAY) == []
    checkers = city.workplaces[1].people[8:10]
    told = Notice.objects.filter(kind="credential.pending").values_list("person", flat=True)
    assert sorted(told) == sorted(who.pk for who in checkers)


def test_the_commission_confirms_and_the_delegate_votes(city, commission):
    term = pending(city)

    credentials.decide_credential(actor=city.workplaces[1].people[8], now=NOON + 9 * DAY, term_id=term.pk, confirm=True)

    assert [voter.ref for voter in facts.voters([city.council.body], NOON + 9 * DAY)] == [term.seat.ref]
    assert acts()[-1] == "federation.credential_confirmed"
    refused(
        "credential.decided", credentials.decide_credential,
        actor=city.workplaces[1].people[9], now=NOON + 9 * DAY, term_id=term.pk, confirm=False, reason="Late.",
    )  # fmt: skip


def test_the_commission_refuses_with_a_reason_and_the_alternate_steps_up_to_be_checked_too(city, commission):
    term = pending(city)
    decide = {"actor": city.workplaces[1].people[8], "now": NOON + 9 * DAY, "term_id": term.pk, "confirm": False}
    refused("credential.reason", credentials.decide_credential, **decide, reason="  ")

    credentials.decide_credential(**decide, reason="The roll had people on it who had left.")

    term.refresh_from_db()
    assert (term.credential, term.ended_by, term.ended_at) == ("refused", "refused", NOON + 9 * DAY)
    assert acts()[-2:] == ["federation.credential_refused", "federation.stepped_up"]
    successor = Term.objects.get(seat=term.seat, ended_at__isnull=True)
    assert (successor.person, successor.credential) == (city.workplaces[0].people[6], "pending")
    assert make.document("reason") == "The roll had people on it who had left."


def test_only_the_commission_decides_and_nobody_on_themselves(city, commission):
    term = pending(city)
    decide = {"now": NOON + 9 * DAY, "term_id": term.pk, "confirm": True}

    refused("standing.office", credentials.decide_credential, actor=city.workplaces[0].people[0], **decide)
    free = make.places(commission)[2]
    make.serve(free, city.workplaces[0].membership(term.person))
    refused("credential.own", credentials.decide_credential, actor=term.person, **decide)


def test_a_commission_of_one_is_none_and_the_record_is_the_check(city, commission):
    Term.objects.filter(person=city.workplaces[1].people[9], seat__body=commission.body).update(ended_at=NOON)

    assert pending(city).credential == Term.Credential.CONFIRMED
