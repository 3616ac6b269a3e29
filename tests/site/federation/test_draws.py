"""Draws by lot: the seed is bound first, others add words, and anybody can draw again."""

from hashlib import sha256

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, document, entry, refused

from weft.ballots import draw_lots, words_contribution
from weft_site.federation.models import Draw, Membership, Term
from weft_site.federation.services import draws, seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot():
    return make.found_council(12)


def called(council, office="teller", now=NOON):
    draws.call_draw(actor=council.people[0], now=now, body_id=council.body.pk, office=office)
    return Draw.objects.get(body=council.body, drawn_at__isnull=True)


def words(draw, *givers, now=NOON):
    for number, who in enumerate(givers):
        draws.add_word(actor=who, now=now, draw_id=draw.pk, word=f"word {number}")


def test_two_tellers_are_drawn_and_anybody_can_draw_them_again_from_the_record(depot):
    draw = called(depot)
    words(draw, depot.people[4], depot.people[5], depot.people[0])

    draws.open_draw(actor=depot.people[9], now=NOON, draw_id=draw.pk)

    promised, drawn = entry("federation.draw_called"), entry("federation.drawn")
    again = draw_lots(
        bytes.fromhex(drawn["data"]["seed"]),
        words_contribution(document("words").splitlines()),
        document("list").splitlines(),
        commitment=promised["data"]["commitment"],
    )
    assert [term["holder"] for term in drawn["data"]["terms"]] == list(again[:2])
    assert promised["data"]["list"] == sha256("".join(f"{ref}\n" for ref in sorted(again)).encode()).hexdigest()
    terms = Term.objects.order_by("seat__number")
    assert [term.membership.ref for term in terms] == list(again[:2])
    assert {(term.seat.office, term.starts_at, term.ends_at) for term in terms} == {("teller", NOON, NOON + 180 * DAY)}


def test_the_seed_is_not_on_record_before_the_draw(depot):
    draw = called(depot)

    assert draw.seed not in str(entry("federation.draw_called"))
    assert entry("federation.draw_called")["finding"] == {"words_needed": 2}


def test_the_callers_own_word_does_not_count_towards_those_needed(depot):
    draw = called(depot)
    words(draw, depot.people[0], depot.people[1])

    numbers = refused("office.draw.words", draws.open_draw, actor=depot.people[1], now=NOON, draw_id=draw.pk)

    assert numbers == {"given": 1, "needed": 2}


def test_one_word_a_person_and_it_stands(depot):
    draw = called(depot)
    words(draw, depot.people[1])

    add = {"now": NOON, "draw_id": draw.pk}
    refused("draw.word_twice", draws.add_word, actor=depot.people[1], word="another", **add)
    refused("draw.word", draws.add_word, actor=depot.people[2], word="   ", **add)
    refused("text.long", draws.add_word, actor=depot.people[2], word="x" * 61, **add)
    refused("text.control", draws.add_word, actor=depot.people[2], word="two\nlines", **add)
    refused("standing.member", draws.add_word, actor=make.person("Stranger"), word="mine", **add)


def test_a_lot_is_drawn_once(depot):
    draw = called(depot)
    words(draw, depot.people[1], depot.people[2])
    draws.open_draw(actor=depot.people[1], now=NOON, draw_id=draw.pk)

    refused("draw.done", draws.open_draw, actor=depot.people[2], now=NOON, draw_id=draw.pk)
    refused("draw.done", draws.add_word, actor=depot.people[3], now=NOON, draw_id=draw.pk, word="late")
    refused(
        "election.no_places", draws.call_draw,
        actor=depot.people[0], now=NOON, body_id=depot.body.pk, office="teller",
    )  # fmt: skip


def test_a_seed_that_was_exchanged_is_found_out(depot):
    draw = called(depot)
    words(draw, depot.people[1], depot.people[2])
    Draw.objects.update(seed="00" * 32)

    refused("lot.commitment", draws.open_draw, actor=depot.people[1], now=NOON, draw_id=draw.pk)


def test_who_left_after_the_list_was_frozen_is_passed_over_and_named(depot):
    draw = called(depot)
    words(draw, depot.people[1], depot.people[2])
    order = draw_lots(
        bytes.fromhex(draw.seed), words_contribution(["word 0", "word 1"]), draw.candidates, commitment=draw.commitment
    )
    Membership.objects.filter(ref=order[0]).update(status=Membership.Status.LEFT)
    caller = Membership.objects.get(ref=order[3]).person

    draws.open_draw(actor=caller, now=NOON, draw_id=draw.pk)

    assert entry("federation.drawn")["finding"]["passed_over"] == [order[0]]
    assert [term["holder"] for term in entry("federation.drawn")["data"]["terms"]] == list(order[1:3])


def test_an_office_filled_by_vote_is_not_drawn_and_none_is_drawn_twice_at_once(depot):
    call = {"actor": depot.people[0], "now": NOON, "body_id": depot.body.pk}
    refused("office.elect", draws.call_draw, office="chair", **call)
    refused("office.unknown", draws.call_draw, office="king", **call)
    refused("standing.member", draws.call_draw, **call | {"actor": make.person("Stranger")}, office="teller")
    draw = called(depot)

    assert refused("draw.running", draws.call_draw, office="teller", **call) == {"draw": draw.ref}
    assert acts()[-1] == "federation.draw_called"


def test_when_one_teller_leaves_only_that_place_is_drawn_and_the_other_is_not_on_the_list(depot):
    first = called(depot)
    words(first, depot.people[1], depot.people[2])
    draws.open_draw(actor=depot.people[1], now=NOON, draw_id=first.pk)
    gone, stays = Term.objects.order_by("seat__number")
    seats.resign(actor=gone.person, now=NOON, term_id=gone.pk)

    second = called(depot)

    assert second.places == 1
    assert stays.membership.ref not in second.candidates
    assert gone.membership.ref in second.candidates
