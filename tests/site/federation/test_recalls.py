"""Recall: signatures, the notice, the vote of the electors, and the seat that is void from that instant."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, document, entry, refused
from tests.site.remembering import remembered

from weft_site.ballots.models import Ballot
from weft_site.federation import facts
from weft_site.federation.models import Fraction, FractionMember, Membership, Recall, Term
from weft_site.federation.services import recalls, reports, seats
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def city():
    """A workplace of 40 with one delegate in the city council and one alternate; four must sign for a recall."""
    made = make.found_city(sizes=(40, 30))
    hall = made.workplaces[0]
    make.officer(hall, "chair", hall.people[0])
    return made


@pytest.fixture
def term(city):
    return make.delegate(city, city.workplaces[0].people[5], until=NOON + 100 * DAY)


@pytest.fixture
def alternate(city, term):
    hall = city.workplaces[0]
    seats.keep_alternates(
        make.electors(city.council, constituency=city.constituency()),
        [(hall.membership(hall.people[6]), "Sixth"), (hall.membership(hall.people[7]), "Seventh")],
        term.ends_at,
    )
    return hall.people[6]


def started(city, term, signers=1, now=NOON):
    hall = city.workplaces[0]
    ref = recalls.start_recall(actor=hall.people[10], now=now, term_id=term.pk, reason="Voted against us twice.")
    recall = Recall.objects.get(ref=ref)
    for who in hall.people[11 : 10 + signers]:
        recalls.sign_recall(actor=who, now=now, recall_id=recall.pk)
    recall.refresh_from_db()
    return recall


def voting(city, term, now=NOON):
    recall = started(city, term, signers=4, now=now)
    recalls.due(now + 3 * DAY)
    return Recall.objects.select_related("ballot").get(pk=recall.pk)


def decided(city, recall, yes, no=0, now=NOON + 6 * DAY):
    hall = city.workplaces[0]
    votes = [(who, "yes") for who in hall.people[8 : 8 + yes]]
    votes += [(who, "no") for who in hall.people[8 + yes : 8 + yes + no]]
    make.vote_for(recall.ballot, votes, now=NOON + 4 * DAY)
    recalls.due(now)
    recall.refresh_from_db()
    return recall


# --- the way through ---------------------------------------------------------------------------------------------


def test_enough_signatures_begin_the_notice_and_time_alone_opens_the_vote(city, term):
    recall = started(city, term, signers=3)
    assert (recall.state, recall.needed) == (Recall.State.SIGNATURES, 4)

    recalls.sign_recall(actor=city.workplaces[0].people[20], now=NOON, recall_id=recall.pk)

    recall.refresh_from_db()
    assert (recall.state, recall.votes_from) == (Recall.State.NOTICE, NOON + 3 * DAY)
    assert entry("federation.recall_opened")["finding"] == {"signatures": 4, "needed": 4, "electors": 40}
    assert document("signatures").splitlines() == ["m1000-11", "m1000-12", "m1000-13", "m1000-21"]
    assert recalls.due(NOON + 3 * DAY - DAY / 24) == 0
    assert recalls.due(NOON + 3 * DAY) == 1
    recall.refresh_from_db()
    assert recall.state == Recall.State.VOTING
    assert (recall.ballot.way, recall.ballot.entitled, recall.ballot.closes_at) == (Ballot.Way.OPEN, 40, NOON + 6 * DAY)


def test_a_recall_that_passes_voids_the_seat_and_the_alternate_steps_up_at_that_instant(city, term, alternate):
    recall = decided(city, voting(city, term), yes=9, no=4)

    assert recall.state == Recall.State.PASSED
    term.refresh_from_db()
    recalled_at = NOON + 6 * DAY
    assert (term.ended_at, term.ended_by) == (recalled_at, "recalled")
    assert acts()[-2:] == ["federation.recalled", "federation.stepped_up"]
    assert term.ended_index == make.index_of("federation.recalled")
    successor = Term.objects.get(seat=term.seat, ended_at__isnull=True)
    assert (successor.person, successor.starts_at, successor.ends_at) == (alternate, recalled_at, term.ends_at)
    assert facts.holds(term, recalled_at) is False
    found = entry("federation.recalled")
    assert {name: found["data"][name] for name in ("yes", "no", "abstain", "electors", "seat", "term")} == {
        "yes": 9, "no": 4, "abstain": 0, "electors": 40, "seat": term.seat.ref, "term": term.ref,
    }  # fmt: skip
    assert found["finding"]["passed"] is True
    assert found["finding"]["needed"] == 10
    stepped = entry("federation.stepped_up")
    assert (stepped["data"]["name"], stepped["data"]["after"], stepped["data"]["holder"]) == (
        "Sixth", term.ref, "m1000-7",
    )  # fmt: skip


def test_an_alternate_who_can_no_longer_serve_is_skipped(city, term, alternate):
    Membership.objects.filter(person=alternate).update(status=Membership.Status.LEFT)

    decided(city, voting(city, term), yes=12)

    assert Term.objects.get(seat=term.seat, ended_at__isnull=True).name == "Seventh"


def test_without_an_alternate_the_seat_stays_vacant(city, term):
    decided(city, voting(city, term), yes=12)

    assert acts()[-1] == "federation.recalled"
    assert not Term.objects.filter(seat=term.seat, ended_at__isnull=True).exists()


def test_below_the_quorum_the_recall_fails_and_the_delegate_stays(city, term, alternate):
    recall = decided(city, voting(city, term), yes=9)

    assert recall.state == Recall.State.FAILED
    term.refresh_from_db()
    assert term.ended_at is None
    assert entry("federation.recall_failed")["finding"]["voted"] == 9


def test_what_the_recalled_delegate_does_afterwards_is_refused_and_says_how_the_seat_was_lost(city, term, alternate):
    decided(city, voting(city, term), yes=12)
    later = NOON + 7 * DAY
    city.council.body = make.find_body(city.council.body.pk)

    for act, arguments in [
        (reports.give_report, {"term_id": term.pk, "text": "All is well."}),
        (seats.resign, {"term_id": term.pk}),
    ]:
        numbers = refused("standing.lost", act, actor=term.person, now=later, **arguments)
        assert numbers["how"] == "recalled"


def test_a_recalled_delegate_leaves_the_fraction(city, term):
    fraction = Fraction.objects.create(body=city.council.body, ref="k1", title="Left", declared_at=NOON)
    FractionMember.objects.create(fraction=fraction, term=term)

    decided(city, voting(city, term), yes=12)

    assert not FractionMember.objects.exists()


def test_the_delegate_answers_once_before_the_vote_has_ended(city, term):
    recall = started(city, term)
    answer = {"now": NOON, "recall_id": recall.pk, "text": "I voted as the meeting had told me."}
    refused("seat.not_yours", recalls.answer_recall, actor=city.workplaces[0].people[3], **answer)
    refused("recall.answer", recalls.answer_recall, actor=term.person, **answer | {"text": " "})

    recalls.answer_recall(actor=term.person, **answer)

    assert entry("federation.recall_answered")["by"] == [term.seat.ref]
    assert document("answer") == "I voted as the meeting had told me."
    refused("recall.answered", recalls.answer_recall, actor=term.person, **answer)


def test_an_officer_is_recalled_by_the_members_of_the_body():
    depot = make.found_council(12)
    chair = make.elect(depot, "chair", depot.people[0])

    recalls.start_recall(actor=depot.people[4], now=NOON, term_id=chair.pk, reason="Never calls a meeting.")
    recalls.sign_recall(actor=depot.people[5], now=NOON, recall_id=Recall.objects.get().pk)

    recall = Recall.objects.select_related("ballot").get()
    assert recall.state == Recall.State.VOTING
    assert acts()[-3:] == [
        "federation.recall_started", "federation.recall_opened", "federation.recall_vote_opened",
    ]  # fmt: skip
    make.vote_for(recall.ballot, [(who, "yes") for who in depot.people])
    recalls.close_recall(actor=depot.people[0], now=NOON, recall_id=recall.pk)
    chair.refresh_from_db()
    assert chair.ended_by == "recalled"
    refused("standing.lost", seats.resign, actor=depot.people[0], now=NOON, term_id=chair.pk)


def test_a_recall_on_paper_is_decided_by_the_tellers_agreement():
    city = make.found_city(("bodies.city.seats.0.recall.ballot", "secret"), sizes=(40,))
    hall = city.workplaces[0]
    make.officer(hall, "teller", hall.people[1])
    make.officer(hall, "teller", hall.people[2], number=2)
    term = make.delegate(city, hall.people[5])
    recall = voting(city, term)
    assert recall.ballot.way == Ballot.Way.PAPER

    make.count_by(recall.ballot, hall.people[1:3], {"yes": 20, "no": 3, "abstain": 1}, now=NOON + 5 * DAY)

    assert Recall.objects.get().state == Recall.State.PASSED
    assert entry("federation.recalled")["by"] == ["m1000-2", "m1000-3"]


def test_the_electors_and_the_delegate_are_told_without_a_word_about_what(city, term):
    voting(city, term)

    sentences = set(
        Notice.objects.values_list("sentence", "values", named=False).distinct().values_list("sentence", flat=True)
    )
    assert Notice.objects.filter(kind="recall.started").get().person == term.person
    assert Notice.objects.filter(kind="recall.vote").count() == 40
    assert all(term.name not in sentence and "recall" not in sentence.lower() for sentence in sentences)


# --- refusals ----------------------------------------------------------------------------------------------------


def test_only_the_electing_constituency_starts_and_signs(city, term):
    other = city.workplaces[1].people[3]
    refused("standing.elector", recalls.start_recall, actor=other, now=NOON, term_id=term.pk, reason="No.")
    recall = started(city, term)

    refused("standing.elector", recalls.sign_recall, actor=other, now=NOON, recall_id=recall.pk)


def test_a_recall_needs_a_reason_and_a_running_term_and_there_is_one_at_a_time(city, term):
    start = {"actor": city.workplaces[0].people[10], "now": NOON, "term_id": term.pk}
    refused("recall.reason", recalls.start_recall, reason="  ", **start)
    refused("recall.no_term", recalls.start_recall, reason="Late.", **start | {"now": NOON + 100 * DAY})
    recall = started(city, term)

    assert refused("recall.running", recalls.start_recall, reason="Again.", **start) == {"recall": recall.ref}


def test_a_charter_without_recall_says_so():
    depot = make.found_council(12)
    seat = make.Seat.objects.get(body=depot.body, office="teller", number=1)
    term = make.serve(seat, depot.membership(depot.people[3]))

    refused(
        "office.recall", recalls.start_recall, actor=depot.people[1], now=NOON, term_id=term.pk, reason="Miscounts."
    )


def test_a_signature_counts_once(city, term):
    recall = started(city, term)

    refused(
        "recall.signed_twice", recalls.sign_recall, actor=city.workplaces[0].people[10], now=NOON, recall_id=recall.pk
    )


def test_signatures_of_those_who_have_left_do_not_count(city, term):
    recall = started(city, term, signers=3)
    Membership.objects.filter(person=city.workplaces[0].people[10]).update(status=Membership.Status.LEFT)

    recalls.sign_recall(actor=city.workplaces[0].people[20], now=NOON, recall_id=recall.pk)

    recall.refresh_from_db()
    assert recall.state == Recall.State.SIGNATURES


def test_the_vote_does_not_open_inside_the_notice(city, term):
    recall = started(city, term, signers=4)

    open_it = {"actor": city.workplaces[0].people[10], "recall_id": recall.pk}
    refused("seat.recall.notice_days", recalls.open_recall, now=NOON + 2 * DAY, **open_it)
    recalls.open_recall(now=NOON + 3 * DAY, **open_it)
    refused("recall.state", recalls.open_recall, now=NOON + 3 * DAY, **open_it)


def test_officers_do_not_cut_the_vote_short(city, term):
    recall = voting(city, term)
    make.vote_for(recall.ballot, [(who, "no") for who in city.workplaces[0].people[:12]], now=NOON + 4 * DAY)

    close = {"actor": city.workplaces[0].people[0], "recall_id": recall.pk}
    refused("ballot.still_open", recalls.close_recall, now=NOON + 5 * DAY, **close)


def test_any_elector_may_close_it_when_its_time_has_run_out(city, term):
    recall = voting(city, term)

    close = {"now": NOON + 6 * DAY, "recall_id": recall.pk}
    refused("standing.elector", recalls.close_recall, actor=city.workplaces[1].people[0], **close)
    recalls.close_recall(actor=city.workplaces[0].people[30], **close)
    refused("recall.state", recalls.close_recall, actor=city.workplaces[0].people[31], **close)


def test_a_term_that_ends_first_takes_its_recall_with_it(city, term):
    recall = started(city, term)
    seats.resign(actor=term.person, now=NOON, term_id=term.pk)
    refused("recall.no_term", recalls.sign_recall, actor=city.workplaces[0].people[20], now=NOON, recall_id=recall.pk)

    assert recalls.due(NOON) == 1
    assert recalls.due(NOON) == 0
    recall.refresh_from_db()
    assert recall.state == Recall.State.LAPSED
    assert acts()[-1] == "federation.recall_lapsed"


def test_a_vote_on_a_delegate_who_resigned_meanwhile_takes_nothing_from_the_successor(city, term, alternate):
    recall = voting(city, term)
    seats.resign(actor=term.person, now=NOON + 4 * DAY, term_id=term.pk)

    recall = decided(city, recall, yes=12)

    assert recall.state == Recall.State.LAPSED
    assert Term.objects.get(seat=term.seat, ended_at__isnull=True).person == alternate
