"""The vote page: few queries, every kind of ballot, what a voter reads before and after, and whom it is hidden from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site.deliberation.halls import DAY, NOON, city, law, mandate, opened, put, seconded, term, workplace

from weft.charter import article_for
from weft_site.ballots.models import Ballot, Vote
from weft_site.ballots.services import open_ballot
from weft_site.deliberation import facts
from weft_site.deliberation.models import MandateLink, Motion
from weft_site.deliberation.services import decisions
from weft_site.federation.models import Application, Election, Mandate, Recall, Seat, Term
from weft_site.record.acts import lock_log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


def vote(client, ballot, choice="yes", **more):
    return client.post(f"/vote/{ballot.pk}/", {"choice": choice, **more})


def test_a_members_vote_takes_four_queries_and_a_delegates_one_more(client):
    hall = workplace(12)
    opened(hall, 6)
    _motion, ballot = put(hall)
    client.force_login(hall.people[7])

    with CaptureQueriesContext(
        connection,
    ) as first:
        answer = vote(client, ballot)
    assert answer.status_code == 302
    kinds = [query["sql"].split()[0] for query in first if query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE"}]
    assert kinds == ["SELECT"] * 3 + ["INSERT"]  # session, person, ballot with its line; the vote

    town = city()
    opened(town.council, 4)
    motion, ballot = put(town.council)
    MandateLink.objects.create(mandate=mandate(town.workplaces[1], town.council), motion=motion, position="no")
    client.force_login(town.council.people[1])
    with CaptureQueriesContext(connection) as second:
        vote(client, ballot)
    kinds = [query["sql"].split()[0] for query in second if query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE"}]
    assert kinds == ["SELECT"] * 4 + ["INSERT"]  # and the seat with its mandates
    assert Vote.objects.get(ballot=ballot).against_mandate is True


def test_a_vote_is_confirmed_shown_and_changed(client):
    hall = workplace(12)
    opened(hall, 6)
    _motion, ballot = put(hall)
    client.force_login(hall.people[7])

    before = client.get(f"/vote/{ballot.pk}/").content.decode()
    answer = client.post(f"/vote/{ballot.pk}/", {"choice": "yes"}, follow=True)
    vote(client, ballot, "abstain")
    after = client.get(f"/vote/{ballot.pk}/").content.decode()

    assert ("Send my vote" in before, "Your vote is in." in before) == (True, False)
    assert "You voted: Yes." in answer.content.decode()
    assert "Your vote now: Abstain." in after
    assert list(Vote.objects.values_list("choice", flat=True)) == ["abstain"]


def test_a_delegate_reads_the_mandate_before_and_the_comparison_after(client):
    town = city()
    opened(town.council, 4)
    motion, ballot = put(town.council)
    MandateLink.objects.create(mandate=mandate(town.workplaces[1], town.council, "no"), motion=motion, position="no")
    client.force_login(town.council.people[1])

    before = client.get(f"/vote/{ballot.pk}/").content.decode()
    vote(client, ballot, "yes")
    after = client.get(f"/vote/{ballot.pk}/").content.decode()
    vote(client, ballot, "no")
    kept = client.get(f"/vote/{ballot.pk}/").content.decode()

    assert "Your mandate" in before
    assert "Binding" in before
    assert "This vote is against your mandate." in after
    assert "This vote keeps your mandate." in kept


def test_a_recalled_delegate_is_told_on_the_page_and_refused_with_the_article(client):
    town = city()
    opened(town.council, 4)
    _motion, ballot = put(town.council)
    gone = town.council.people[3]
    Term.objects.filter(person=gone, seat__constituency__isnull=False).update(ended_at=NOON, ended_by="recalled")
    client.force_login(gone)

    page = client.get(f"/vote/{ballot.pk}/").content.decode()
    answer = vote(client, ballot)

    assert "You cannot vote here any more." in page
    assert "Send my vote" not in page
    assert answer.status_code == 409
    assert "standing.lost" in answer.content.decode()
    number = article_for(law(town.council.body.federation), "seat.recall", "city")
    assert f'<a href="/f/riverton/charter/#article-{number}">' in answer.content.decode()
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    ("posted", "code"),
    [({"choice": "perhaps"}, "ballot.choice"), ({}, "ballot.choice"), ({"choice": "split"}, "ballot.choice"),
     ({"choice": "split", "part-yes": "2"}, "ballot.split"), ({"choice": "split", "part-yes": "-1"}, "ballot.choice"),
     ({"choice": ["a", "b"], "method": "approval", "option": ["a", "b"]}, "ballot.choice")],
)  # fmt: skip
def test_a_form_that_was_tampered_with_is_refused_and_writes_nothing(client, posted, code):
    hall = workplace(12)
    opened(hall, 6)
    _motion, ballot = put(hall)
    client.force_login(hall.people[7])

    answer = client.post(f"/vote/{ballot.pk}/", posted)

    assert (answer.status_code, code in answer.content.decode(), Vote.objects.count()) == (409, True, 0)


def test_strangers_find_no_ballot_and_guests_are_sent_to_sign_in(client):
    hall, other = workplace(12), workplace(12)
    opened(hall, 6)
    _motion, ballot = put(hall)

    assert client.get(f"/vote/{ballot.pk}/").url.startswith("/account/login/")
    client.force_login(other.people[3])
    assert client.get(f"/vote/{ballot.pk}/").status_code == 404
    assert client.get("/vote/999999/").status_code == 404
    assert vote(client, ballot).status_code == 404
    assert client.post("/vote/999999/", {"choice": "yes"}).status_code == 404
    assert Vote.objects.count() == 0


def test_who_is_not_on_the_roll_reads_a_public_councils_vote_and_cannot_cast(client):
    town = city()
    opened(town.council, 4)
    _motion, ballot = put(town.council)
    client.force_login(town.workplaces[0].people[4])

    page = client.get(f"/vote/{ballot.pk}/").content.decode()
    assert "You are not on the roll of this vote." in page
    assert vote(client, ballot).status_code == 409


def test_a_closed_vote_is_said_to_be_closed(client, clock):
    hall = workplace(12)
    _motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    client.force_login(hall.people[7])
    clock(NOON + 4 * DAY)

    assert "This vote is closed." in client.get(f"/vote/{ballot.pk}/").content.decode()
    answer = vote(client, ballot)
    assert (answer.status_code, "Your vote was not counted." in answer.content.decode()) == (409, True)


# --- every kind of ballot -------------------------------------------------------------------------------------


def a_ballot(hall, ref, method="question", options=("yes", "no", "abstain"), places=1):
    return open_ballot(
        lock_log(hall.federation.log_id), ref=ref, electorate=hall.body.ref, title=f"Ballot {ref}", way="open",
        roll=facts.lines_of(hall.body, NOON), now=NOON, method=method, options=options,
        names={option: option.upper() for option in options}, places=places,
        follows_seats=hall.body.type == "delegate",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "places", "posted", "stored"),
    [
        ("plurality", 1, {"choice": "m1"}, ["m1"]),
        ("plurality", 2, {"choice": ["m1", "m2"]}, ["m1", "m2"]),
        ("approval", 1, {"choice": ["m1", "m3"]}, ["m1", "m3"]),
        ("approval", 1, {}, []),
        ("yes_no", 2, {"c-m1": "yes", "c-m2": "abstain"}, {"m1": "yes", "m2": "abstain"}),
    ],
)
def test_an_election_is_voted_on_the_same_page(client, method, places, posted, stored):
    hall = workplace(12)
    ballot = a_ballot(hall, "v1", method, ("m1", "m2", "m3"), places)
    Election.objects.create(
        body=hall.body, office="chair", ref="e1", places=places, called_at=NOON, votes_from=NOON, ballot=ballot
    )
    client.force_login(hall.people[7])
    page = client.get(f"/vote/{ballot.pk}/").content.decode()
    hidden = {"method": method, "option": ["m1", "m2", "m3"]}

    answer = client.post(f"/vote/{ballot.pk}/", hidden | posted, follow=True)

    assert all(name in page for name in ("M1", "M2", "M3", f'value="{method}"'))
    assert answer.status_code == 200
    assert "Your vote is in." in answer.content.decode()
    assert Vote.objects.get().choice == stored


def test_too_many_marks_are_refused(client):
    hall = workplace(12)
    ballot = a_ballot(hall, "v1", "plurality", ("m1", "m2"))
    client.force_login(hall.people[7])

    posted = {"method": "plurality", "option": ["m1", "m2"], "choice": ["m1", "m2"]}
    Election.objects.create(
        body=hall.body, office="chair", ref="e1", places=1, called_at=NOON, votes_from=NOON, ballot=ballot
    )
    answer = client.post(f"/vote/{ballot.pk}/", posted)
    assert (answer.status_code, "ballot.too_many_marks" in answer.content.decode()) == (409, True)
    assert Vote.objects.count() == 0


def test_recalls_mandates_and_applications_are_voted_on_the_same_page(client):
    town = city()
    hall = town.workplaces[0]
    ballots = [a_ballot(hall, f"v{n}") for n in range(3)]
    held = Term.objects.filter(seat__body=hall.body).first()
    Recall.objects.create(
        term=held, ref="r1", reason="Never reported.", needed=3, started_at=NOON, ballot=ballots[0], state="voting"
    )
    told = mandate(hall, town.council)
    Mandate.objects.filter(pk=told.pk).update(ballot=ballots[1], state="proposed")
    Application.objects.create(
        body=hall.body, person=town.women.people[5], ref="q1", applied_at=NOON, ballot=ballots[2], state="contested"
    )
    client.force_login(hall.people[7])

    for ballot, words in zip(ballots, ("Never reported.", "Vote for them.", "Ballot v2"), strict=True):
        assert words in client.get(f"/vote/{ballot.pk}/").content.decode()
        assert vote(client, ballot).status_code == 302
    assert Vote.objects.count() == 3


def test_the_vote_page_takes_the_same_queries_for_one_candidate_and_for_three(client, django_assert_num_queries):
    hall = workplace(12)
    client.force_login(hall.people[7])
    counts = []
    for number, options in enumerate([("m1",), ("m1", "m2", "m3")]):
        ballot = a_ballot(hall, f"v{number}", "approval", options)
        Election.objects.create(
            body=hall.body, office="chair", ref=f"e{number}", places=1, called_at=NOON, votes_from=NOON, ballot=ballot
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/vote/{ballot.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_tellers_enter_their_counts_on_a_page_of_their_own(client):
    hall = workplace(12)
    opened(hall, 6)
    motion, ballot = put(hall, way="counted")
    path = f"/vote/{ballot.pk}/count/"
    numbers = {"n-yes": "5", "n-no": "1", "n-abstain": "0"}

    client.force_login(hall.people[8])
    assert client.get(path).status_code == 404
    client.force_login(hall.tellers[0])
    assert client.post(path, numbers | {"n-yes": "five"}).status_code == 409
    assert client.post(path, numbers).url == f"{path}?agree=0"
    client.force_login(hall.tellers[1])
    page = client.get(path).content.decode()
    assert 'value="5"' not in page  # the other's numbers are hidden
    assert client.post(path, numbers).url == f"{path}?agree=1"
    assert "Both counts agree." in client.get(path).content.decode()
    client.force_login(hall.chair)
    client.post(f"/f/riverton/b/b0/motions/{motion.ref}/close/")
    assert Motion.objects.get().state == "carried"


def test_a_seat_lost_and_won_again_votes_by_the_new_term(client):
    town = city()
    opened(town.council, 4)
    person = town.council.people[3]
    seat = Seat.objects.get(terms__person=person, constituency__isnull=False)
    Term.objects.filter(person=person, seat=seat).update(ended_at=NOON - DAY, ended_by="recalled")
    term(seat, person, person.memberships.get(body=town.workplaces[3].body), starts_at=NOON)
    _motion, ballot = put(town.council)
    client.force_login(person)

    assert vote(client, ballot).status_code == 302
    assert Ballot.objects.get(pk=ballot.pk).votes.count() == 1


def test_the_motion_page_shows_the_roll_call_with_mandates_and_by_councils(client):
    town = city()
    opened(town.council, 4)
    motion = seconded(town.council)
    MandateLink.objects.create(mandate=mandate(town.workplaces[1], town.council, "no"), motion=motion, position="no")
    motion, ballot = put(town.council, motion=motion)
    for person in town.council.people[:3]:
        client.force_login(person)
        vote(client, ballot)
    decisions.close_motion(actor=town.council.chair, now=NOON, motion_id=motion.pk)
    client.logout()

    page = client.get(f"/f/riverton/b/b0/motions/{motion.ref}/")

    call = page.context["roll_call"]
    assert [(line["term"].name, line["choice"], line["kept"]) for line in call["lines"]] == [
        ("Workplace 0 24", "yes", ""), ("Workplace 1 24", "yes", "broken"),
        ("Workplace 2 24", "yes", ""), ("Workplace 3 24", "", ""),
    ]  # fmt: skip
    assert call["councils"][3] == {"senders": "Workplace 3", "yes": 0, "no": 0, "abstain": 0, "none": 1}
    words = page.content.decode()
    assert "broken" in words
    assert "3 yes, 0 no, 0 abstained; 2 yes votes were needed." in words


def test_members_votes_are_shown_as_sums_only(client):
    hall = workplace(12)
    opened(hall, 6)
    motion, ballot = put(hall)
    client.force_login(hall.people[5])
    vote(client, ballot)
    decisions.close_motion(actor=hall.chair, now=NOON, motion_id=motion.pk)

    page = client.get(f"/f/riverton/b/b0/motions/{motion.ref}/")
    assert (page.status_code, page.context["roll_call"]) == (200, None)


def test_a_roll_call_takes_the_same_queries_for_four_delegates_and_for_seven(client):
    counts = []
    for number in (4, 7):
        town = city(workplaces=number)
        hall = town.council
        opened(hall, number)
        motion, ballot = put(hall)
        for below, person in zip(town.workplaces, hall.people, strict=False):
            MandateLink.objects.create(mandate=mandate(below, hall, "no"), motion=motion, position="no")
            client.force_login(person)
            vote(client, ballot)
        decisions.close_motion(actor=hall.chair, now=NOON, motion_id=motion.pk)
        path = f"/f/{hall.federation.log.slug}/b/b0/motions/{motion.ref}/"
        client.get(path)  # the charter is parsed once
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
        assert len(page.context["roll_call"]["lines"]) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
