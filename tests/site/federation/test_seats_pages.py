"""The pages of elections, draws, seats, recalls, mandates and fractions: the whole way in a browser's requests."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site import factories as make
from tests.site.factories import DAY, NOON
from tests.site.remembering import remembered

from weft_site.federation.models import Candidacy, Draw, Election, Fraction, Mandate, Recall, Report, Term
from weft_site.federation.services import elections, mandates
from weft_site.record.models import Document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Move it with ``clock(instant)``; it stands at noon."""

    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


@pytest.fixture
def depot():
    return make.found_council(12)


@pytest.fixture
@remembered
def city():
    made = make.found_city(sizes=(40, 30))
    make.officer(made.workplaces[0], "chair", made.workplaces[0].people[0])
    return made


@pytest.fixture
def at(client):
    """Read a page or post to it as somebody: ``at(person, path)``, ``at(person, path, field=value)``."""

    def request(who, path, **fields):
        client.force_login(who) if who else client.logout()
        answer = client.post(path, fields) if fields else client.get(path)
        if answer.status_code == 200:
            page = answer.content.decode()
            assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", page)
        return answer

    return request


def url(body, *parts):
    return "/".join([f"/f/{body.federation.log.slug}/b/{body.ref}", *parts]) + "/"


def shows(answer, *words):
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    for each in words:
        assert each in page
    return page


# --- elections ---------------------------------------------------------------------------------------------------


def test_a_council_elects_its_chair_on_its_pages(depot, at):
    ana, ben = depot.people[3], depot.people[4]
    page = at(ana, url(depot.body, "elections"))
    shows(page, "chair", "Call an election", "Call a draw")

    answer = at(ana, url(depot.body, "elections", "call"), office="chair", key="1")
    election = Election.objects.get()
    place = url(depot.body, "elections", election.ref)
    assert (answer.status_code, answer["Location"]) == (302, place)

    at(ana, place + "nominate/", name="Ana of the gate", statement="Breaks for all.", key="2")
    at(ana, place + "nominate/", person=ben.pk, key="3")
    shows(at(ben, place), "You are proposed", "I stand", "Ana of the gate", "Breaks for all.")
    at(ben, place + "accept/", name="", statement="", key="4")
    at(ana, place + "open/", days="0", key="5")
    election.refresh_from_db()
    shows(at(ben, place), "The vote is open", f"/vote/{election.ballot_id}/", "0 of 12 on the roll have voted.")

    make.vote_for(election.ballot, [(who, ana) for who in depot.people[:7]])
    at(ana, place + "close/", key="6")

    shows(at(ben, place), "Ana of the gate", "The result", "Declared", "7 votes were given")
    assert Term.objects.get().name == "Ana of the gate"


def test_a_form_that_is_sent_twice_does_its_act_once(depot, at):
    for _ in range(2):
        assert at(depot.people[0], url(depot.body, "elections", "call"), office="chair", key="same").status_code == 302

    assert Election.objects.count() == 1


def test_electors_find_one_another_by_part_of_a_name_and_strangers_find_nobody(depot, at):
    election = make.called(depot, depot.people[0], office="chair")
    place = url(depot.body, "elections", election.ref)

    shows(at(depot.people[0], place + "?q=pot 1"), "Depot 10", "Depot 11", "Propose")
    assert "Depot 2" not in shows(at(depot.people[0], place + "?q=pot 1"))


def test_a_refused_form_keeps_what_was_typed_and_says_why(depot, at):
    make.elect(depot, "secretary", depot.people[1])
    election = make.called(depot, depot.people[1], office="chair")
    place = url(depot.body, "elections", election.ref)

    answer = at(depot.people[1], place + "nominate/", name="Bea", statement="My words.", key="1")

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Nobody may be chair and secretary at the same time." in page
    assert "My words." in page
    assert Candidacy.objects.filter(election=election).count() == 0


def test_a_refused_act_cites_its_rule_and_changes_nothing(depot, at):
    make.elect(depot, "chair", depot.people[0])

    answer = at(depot.people[5], url(depot.body, "elections", "call"), office="secretary", key="1")

    assert answer.status_code == 409
    assert "standing.office" in answer.content.decode()
    assert Election.objects.count() == 1


def test_buttons_show_only_what_is_legal(city, at):
    hall = city.workplaces[0]
    officer, member = hall.people[0], hall.people[9]

    assert "Call an election" in shows(at(officer, url(hall.body, "elections")))
    assert "Call an election" not in shows(at(member, url(hall.body, "elections")))


def test_what_is_not_there_and_what_is_not_yours_is_the_same(city, depot, at):
    election = make.called(city.council, city.workplaces[0].people[0], constituency=city.constituency())
    own = url(city.council.body, "elections", election.ref)

    assert at(city.workplaces[0].people[4], own).status_code == 200
    for wrong in (
        url(city.council.body, "elections", "e999"),
        url(city.workplaces[0].body, "elections", election.ref),  # another body's election
        url(depot.body, "elections", election.ref),  # another federation's
        own + "invent/",
    ):
        assert at(city.workplaces[0].people[4], wrong, key="1").status_code in (404, 405)
        assert at(city.workplaces[0].people[4], wrong).status_code in (404, 405)
    hidden = make.called(depot, depot.people[0], office="chair")
    assert at(city.workplaces[0].people[4], url(depot.body, "elections", hidden.ref)).status_code == 404
    assert at(None, url(depot.body, "elections", hidden.ref)).status_code == 404


def test_the_public_sees_an_election_of_a_public_council_without_its_candidates(city, at):
    election = make.called(city.council, city.workplaces[0].people[0], constituency=city.constituency())
    make.stand(election, city.workplaces[0].people[7])

    page = shows(at(None, url(city.council.body, "elections", election.ref)), "Who stands is shown to the members.")

    assert city.workplaces[0].people[7].name not in page


def test_the_public_learns_who_was_elected_and_not_who_was_not(at):
    city = make.found_city(
        ("bodies.city.seats.0.elect.ballot", "open"), ("bodies.city.seats.0.elect.paper_below", None), sizes=(30,)
    )
    hall = city.workplaces[0]
    election = make.called(city.council, hall.people[0], constituency=city.constituency())
    for who, name in [(hall.people[7], "Amina Okoro"), (hall.people[8], "Jorge Paz")]:
        elections.nominate(actor=who, now=NOON, election_id=election.pk, person_id=who.pk, name=name)
    election = make.opened(election, hall.people[0], now=NOON + 7 * DAY)
    make.vote_for(
        election.ballot, [(who, hall.people[7 + (n > 20)]) for n, who in enumerate(hall.people)], now=NOON + 7 * DAY
    )
    elections.close_election(actor=hall.people[0], now=NOON + 7 * DAY, election_id=election.pk)
    place = url(city.council.body, "elections", election.ref)
    seat = url(city.council.body, "seats", Term.objects.get().seat.ref)

    assert "Jorge Paz" not in shows(at(None, place), "Amina Okoro", "Candidate 1")
    assert "Jorge Paz" not in shows(at(None, seat), "Amina Okoro")
    shows(at(hall.people[3], place), "Amina Okoro", "Jorge Paz")


def test_without_tellers_the_page_of_a_paper_vote_offers_the_draw(city, at):
    hall = city.workplaces[0]
    election = make.called(city.council, hall.people[0], constituency=city.constituency())
    make.stand(election, hall.people[7])
    make.opened(election, hall.people[0], now=NOON + 7 * DAY)

    shows(
        at(hall.people[3], url(city.council.body, "elections", election.ref)),
        "Nobody is a teller yet, so nobody can count.", url(hall.body, "elections"),
    )  # fmt: skip


def test_the_lists_ask_the_same_number_of_questions_for_one_and_for_three(city, at):
    hall = city.workplaces[0]

    def questions():
        with CaptureQueriesContext(connection) as asked:
            shows(at(hall.people[4], url(hall.body, "elections")))
            shows(at(hall.people[4], url(hall.body, "mandates")))
        return len(asked)

    def one_more(office):
        make.called(hall, hall.people[0], office=office)
        mandates.propose_mandate(
            actor=hall.people[3], now=NOON, constituency_id=city.constituency().pk, matter=office, text="Do."
        )

    one_more("secretary")
    questions()  # signs in
    with_one = questions()
    one_more("treasurer")
    elections.annul_election(actor=hall.people[0], now=NOON, election_id=Election.objects.order_by("-pk").first().pk)
    one_more("treasurer")
    assert (Election.objects.count(), Mandate.objects.count()) == (3, 3)
    assert questions() == with_one


def test_an_election_asks_the_same_number_of_questions_for_one_candidate_and_for_three(depot, at):
    election = make.called(depot, depot.people[0], office="chair")
    place = url(depot.body, "elections", election.ref)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            shows(at(depot.people[9], place))
        return len(asked)

    make.stand(election, depot.people[1])
    questions()  # signs in
    with_one = questions()
    make.stand(election, depot.people[2], depot.people[3])
    assert questions() == with_one


# --- draws -------------------------------------------------------------------------------------------------------


def test_tellers_are_drawn_on_the_page_and_the_page_says_how_to_draw_again(depot, at):
    at(depot.people[0], url(depot.body, "draws", "call"), office="teller", key="1")
    draw = Draw.objects.get()
    place = url(depot.body, "draws", draw.ref)
    page = shows(at(depot.people[1], place), "2 more must add a word", draw.commitment[:8])
    assert draw.seed not in page

    at(depot.people[1], place + "word/", word="tall grass", key="2")
    at(depot.people[2], place + "word/", word="a red lamp", key="3")
    answer = at(depot.people[2], place + "word/", word="again", key="4")
    assert answer.status_code == 409
    shows(at(depot.people[3], place), "Enough words are in", "tall grass")
    at(depot.people[3], place + "open/", key="5")

    tellers = Term.objects.order_by("seat__number")
    shows(at(depot.people[5], place), tellers[0].name, tellers[1].name, draw.seed, "draw_lots", "a red lamp")
    assert at(None, place).status_code == 404


# --- seats -------------------------------------------------------------------------------------------------------


def test_a_seat_shows_its_whole_life_and_its_delegate_reports_and_resigns(city, at, clock):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5], since=NOON - 40 * DAY)
    place = url(city.council.body, "seats", term.seat.ref)
    shows(at(hall.people[9], place), term.name, "Works 1", "The report is late", "Start a recall")

    at(hall.people[5], place + "report/", term=term.ref, text="We won the night buses.", key="1")

    assert Report.objects.get().text == "We won the night buses."
    assert "The report is late" not in shows(at(hall.people[9], place), "We won the night buses.")
    assert "We won the night buses." not in shows(at(None, place), "For the members.")
    at(hall.people[5], place + "resign/", term=term.ref, key="2")
    shows(at(hall.people[9], place), "Vacant", "Resigned", "To the elections")
    assert [doc.visibility for doc in Document.objects.filter(name="report")] == ["members"]


def test_a_seat_asks_the_same_number_of_questions_for_one_of_everything_and_for_three(city, at):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5], since=NOON - 40 * DAY)
    place = url(city.council.body, "seats", term.seat.ref)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            shows(at(hall.people[9], place))
        return len(asked)

    def one_more(number):
        past = NOON - (60 + 10 * number) * DAY
        make.serve(
            term.seat, hall.membership(hall.people[20 + number]),
            since=past, until=past + 9 * DAY, ended_at=past + 9 * DAY, ended_by="resigned",
        )  # fmt: skip
        Mandate.objects.create(
            constituency=city.constituency(), ref=f"i90{number}", matter="Buses", text="Vote.", binding=True,
            state="given", given_at=NOON, proposed_by=hall.people[9],
        )  # fmt: skip
        Report.objects.create(term=term, ref=f"p90{number}", text="We.", given_at=NOON)

    one_more(1)
    questions()  # signs in
    with_one = questions()
    one_more(2)
    one_more(3)
    assert questions() == with_one


def test_a_stale_form_whose_key_did_another_act_is_refused(city, at):
    term = make.delegate(city, city.workplaces[0].people[5])
    place = url(city.council.body, "seats", term.seat.ref)
    at(term.person, place + "report/", term=term.ref, text="We won.", key="one")

    answer = at(term.person, place + "resign/", term=term.ref, key="one")

    assert answer.status_code == 409
    assert "act.key_used" in answer.content.decode()
    assert Term.objects.get(pk=term.pk).ended_at is None


def test_an_act_on_a_seat_names_a_term_of_that_seat(city, at):
    first = make.delegate(city, city.workplaces[0].people[5])
    second = make.delegate(city, city.workplaces[1].people[5], number=1)

    answer = at(second.person, url(city.council.body, "seats", first.seat.ref, "resign"), term=second.ref, key="1")

    assert answer.status_code == 404
    assert Term.objects.filter(ended_at__isnull=False).count() == 0


def test_the_commission_decides_on_the_seats_page(city, at):
    commission = make.open_commission(city)
    checkers = city.workplaces[1].people[8:10]
    for place, who in zip(make.places(commission), checkers, strict=False):
        make.serve(place, city.workplaces[1].membership(who))
    term = make.delegate(city, city.workplaces[0].people[5], credential="pending")
    place = url(city.council.body, "seats", term.seat.ref)
    shows(at(checkers[0], place), "Check the credentials", "Credentials not yet checked")
    assert "Check the credentials" not in shows(at(city.workplaces[0].people[0], place))

    assert at(checkers[0], place + "credential/", term=term.ref, confirm="no", reason="", key="1").status_code == 409
    at(checkers[0], place + "credential/", term=term.ref, confirm="yes", reason="", key="2")

    term.refresh_from_db()
    assert term.credential == "confirmed"


# --- recalls -----------------------------------------------------------------------------------------------------


def test_a_recall_goes_from_the_reason_to_the_vacant_seat(city, at, clock):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5])
    seat = url(city.council.body, "seats", term.seat.ref)
    answer = at(hall.people[10], seat + "recall/", term=term.ref, reason="Voted against us twice.", key="1")
    recall = Recall.objects.get()
    place = url(city.council.body, "recalls", recall.ref)
    assert answer["Location"] == place
    assert "Voted against us twice." not in shows(at(None, place), "Reason and answer are for the electors.")
    for number in (11, 12, 13):
        at(hall.people[number], place + "sign/", key=str(number))
    at(hall.people[5], place + "answer/", text="As the meeting had told me.", key="2")
    page = shows(at(hall.people[20], place), "Voted against us twice.", "As the meeting had told me.")
    assert "Sign for the recall" not in page

    clock(NOON + 3 * DAY)
    at(hall.people[20], place + "open/", key="3")
    recall.refresh_from_db()
    shows(at(hall.people[20], place), f"/vote/{recall.ballot_id}/")
    make.vote_for(recall.ballot, [(who, "yes") for who in hall.people[8:20]], now=NOON + 4 * DAY)
    clock(NOON + 6 * DAY)
    at(hall.people[20], place + "close/", key="4")

    shows(at(hall.people[20], place), "The electors have taken the seat back.", "12 yes, 0 no")
    shows(at(hall.people[20], seat), "Vacant", "Recalled")
    answer = at(hall.people[5], seat + "report/", term=term.ref, text="But I", key="5")
    assert answer.status_code == 409
    assert "it was recalled" in answer.content.decode()


def test_who_is_no_elector_is_offered_nothing_and_refused(city, at):
    term = make.delegate(city, city.workplaces[0].people[5])
    seat = url(city.council.body, "seats", term.seat.ref)
    outsider = city.workplaces[1].people[3]

    assert "Start a recall" not in shows(at(outsider, seat))
    answer = at(outsider, seat + "recall/", term=term.ref, reason="Because.", key="1")
    assert answer.status_code == 409
    assert Recall.objects.count() == 0


# --- mandates ----------------------------------------------------------------------------------------------------


def test_a_mandate_goes_from_proposal_to_force(city, at, clock):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5])
    constituency = city.constituency()
    answer = at(
        hall.people[9], url(hall.body, "mandates"),
        constituency=constituency.pk, matter="Night buses", text="Vote for them.", position="yes", key="1",
    )  # fmt: skip
    mandate = Mandate.objects.get()
    place = url(city.council.body, "mandates", mandate.ref)
    assert answer["Location"] == place
    assert "Open the vote" not in shows(at(hall.people[9], place))
    at(hall.people[0], place + "open/", key="2")
    mandate.refresh_from_db()
    shows(at(hall.people[9], place), f"/vote/{mandate.ballot_id}/", "The electors are voting")
    make.vote_for(mandate.ballot, [(who, "yes") for who in hall.people[:12]])
    clock(NOON + 3 * DAY)
    mandates.due(NOON + 3 * DAY)

    shows(at(hall.people[9], place), "Binding", term.name, "12 yes, 0 no")
    shows(at(hall.people[9], url(hall.body, "mandates")), "Night buses")
    shows(at(hall.people[9], url(city.council.body, "seats", term.seat.ref)), "Night buses")
    assert "Night buses" not in shows(at(None, place), "The text is for the members.")


def test_only_electors_are_offered_the_form_and_may_send_it(city, at):
    page = url(city.workplaces[0].body, "mandates")
    outsider = city.workplaces[1].people[3]

    assert "Propose a mandate" not in shows(at(outsider, page))
    answer = at(outsider, page, constituency=city.constituency().pk, matter="A", text="B", position="", key="1")
    assert answer.status_code == 409
    other = city.constituency(1)
    answer = at(city.workplaces[0].people[3], page, constituency=other.pk, matter="A", text="B", position="", key="2")
    assert answer.status_code == 409
    assert Mandate.objects.count() == 0


# --- fractions ---------------------------------------------------------------------------------------------------


def test_delegates_declare_join_and_leave_a_fraction(city, at):
    first = make.delegate(city, city.workplaces[0].people[5])
    second = make.delegate(city, city.workplaces[1].people[5], number=1)
    page = url(city.council.body, "fractions")
    at(first.person, page + "declare/", title="Short hours", key="1")
    fraction = Fraction.objects.get()
    shows(at(second.person, page), "Short hours", "Join it", "From 3 on it has the rights of a fraction.")

    at(second.person, page + "join/", fraction=fraction.ref, key="2")
    shows(at(second.person, page), "2 delegates.", "Leave it")
    shows(at(second.person, url(city.council.body, "seats", first.seat.ref)), "Short hours")
    at(second.person, page + "leave/", fraction=fraction.ref, key="3")

    assert fraction.members.count() == 1
    assert at(second.person, page + "join/", fraction="k999", key="4").status_code == 404


def test_every_act_asks_for_a_sign_in_and_for_a_post(city, at, client):
    term = make.delegate(city, city.workplaces[0].people[5])
    path = url(city.council.body, "seats", term.seat.ref, "resign")

    client.logout()
    answer = client.post(path, {"term": term.ref})
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert at(term.person, path).status_code == 405
    assert Term.objects.get(pk=term.pk).ended_at is None
