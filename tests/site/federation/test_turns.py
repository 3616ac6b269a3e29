"""Offices that pass on in turn: who is next, that time passes them on, and that replay comes to the same."""

import json

import pytest
from django.urls import reverse
from tests.site.factories import DAY, NOON, acts, called, elect, entry, found_council, person, refused
from tests.site.replaying import replay_all

from weft.replay import Diverged, Replay
from weft_site.federation.models import Term
from weft_site.federation.seat_facts import places_of
from weft_site.federation.services import draws, members, seats, turns
from weft_site.people.models import Notice
from weft_site.record.export import leaves_of, read_document
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db
STEWARD = "bodies.workplace.offices.steward"


def council(size=5, *, places=1, every_days=30, **more):
    """A council that has a steward besides its other offices, each for thirty days in turn."""
    values = {"rotate": places, "rotation.every_days": every_days, **more}
    fewest = ("membership.founders", min(size, 5))
    return found_council(size, fewest, *[(f"{STEWARD}.{name}", value) for name, value in values.items()])


def pass_on(depot, now=NOON, by=0):
    return turns.rotate(actor=depot.people[by], now=now, body_id=depot.body.pk, office="steward")


def had_it(depot):
    """Who had a turn, by their number in the council, in order; with the day on which the turn began."""
    rows = Term.objects.filter(seat__office="steward").order_by("pk")
    return [(depot.people.index(term.person), (term.starts_at - NOON).days) for term in rows]


def test_the_first_turn_is_pressed_and_time_passes_it_on_until_all_have_had_one():
    depot = council(3)
    pass_on(depot)
    for days in (29, 30, 31, 60, 90, 120):
        run_due(NOON + days * DAY)
        run_due(NOON + days * DAY)

    assert had_it(depot) == [(0, 0), (1, 30), (2, 60), (0, 90), (1, 120)]
    last = Term.objects.get(ended_at=None)
    assert last.ends_at == NOON + 150 * DAY
    told = entry("federation.rotated")
    assert (told["by"], told["data"]["office"], told["finding"]) == ([], "steward", {"passed_over": []})
    assert [row["holder"] for row in told["data"]["terms"]] == [last.membership.ref]
    assert Notice.objects.filter(person=depot.people[1], kind="office.rotated").count() == 2
    replay_all()


def test_several_places_pass_on_together_and_nobody_holds_two():
    depot = council(3, places=2)
    pass_on(depot)
    run_due(NOON + 30 * DAY)

    assert had_it(depot) == [(0, 0), (1, 0), (2, 30), (0, 30)]
    replay_all()


def test_who_may_not_serve_now_is_passed_over_and_comes_next_time():
    depot = council(5, incompatible=("chair",))
    elect(depot, "chair", depot.people[0])
    pass_on(depot)
    passed = entry("federation.rotated")["finding"]["passed_over"]
    seats.resign(actor=depot.people[0], now=NOON + DAY, term_id=Term.objects.get(seat__office="chair").pk)
    run_due(NOON + 30 * DAY)

    assert passed == [depot.membership(depot.people[0]).ref]
    assert had_it(depot) == [(1, 0), (0, 30)]
    replay_all()


def test_who_resigns_or_leaves_makes_room_for_the_next_whom_a_member_lets_in():
    depot = council(5)
    pass_on(depot)
    seats.resign(actor=depot.people[0], now=NOON + DAY, term_id=Term.objects.get().pk)
    run_due(NOON + 2 * DAY)  # no turn has run out
    assert had_it(depot) == [(0, 0)]
    pass_on(depot, NOON + 3 * DAY, by=4)
    members.leave(actor=depot.people[1], now=NOON + 4 * DAY, body_id=depot.body.pk)
    pass_on(depot, NOON + 5 * DAY, by=4)

    assert had_it(depot) == [(0, 0), (1, 3), (2, 5)]
    replay_all()


def test_a_turn_is_not_cut_short_and_the_office_is_neither_elected_nor_drawn():
    depot = council()
    pass_on(depot)
    later = NOON + 29 * DAY
    ask = {"now": later, "body_id": depot.body.pk}

    refused("turn.runs", turns.rotate, actor=depot.people[1], office="steward", **ask)
    refused("turn.runs", turns.rotate, actor=None, office="steward", **ask)
    refused("office.rotate", called, council=depot, caller=depot.people[0], now=later, office="steward")
    refused("office.rotate", draws.call_draw, actor=depot.people[0], office="steward", **ask)
    refused("office.elect", turns.rotate, actor=depot.people[0], office="chair", **ask)
    refused("office.draw", turns.rotate, actor=depot.people[0], office="teller", **ask)
    refused("standing.member", turns.rotate, actor=person(), office="steward", **ask)


def test_an_empty_place_is_nobody_s_by_time_alone():
    depot = council()

    refused("turn.runs", turns.rotate, actor=None, now=NOON, body_id=depot.body.pk, office="steward")
    assert turns.due(NOON) == 0
    assert "federation.rotated" not in acts()


def test_where_nobody_can_serve_nothing_is_recorded():
    depot = council(2, **{"rotation.max_terms": 1, "rotation.pause_days": 300})
    pass_on(depot)
    for days in (30, 60, 61):
        run_due(NOON + days * DAY)

    assert had_it(depot) == [(0, 0), (1, 30)]
    ask = {"now": NOON + 62 * DAY, "body_id": depot.body.pk, "office": "steward"}
    refused("turn.nobody", turns.rotate, actor=depot.people[0], **ask)
    refused("turn.nobody", turns.rotate, actor=None, **ask)
    run_due(NOON + 330 * DAY)
    assert had_it(depot) == [(0, 0), (1, 30), (0, 330)]
    replay_all()


def test_replay_finds_out_who_pushed_somebody_else_forward():
    depot = council(4)
    pass_on(depot)
    log = depot.federation.log
    *before, last = leaves_of(log)
    forged = json.loads(last)
    other = depot.membership(depot.people[2]).ref
    forged["data"]["terms"][0]["holder"] = other
    run = Replay(lambda digest: read_document(log, digest))
    for leaf in before:
        run.take(leaf)

    with pytest.raises(Diverged) as found:
        run.take(json.dumps(forged, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    assert (found.value.act, found.value.what, found.value.recorded) == ("federation.rotated", "terms", [other])


def test_the_page_lets_a_member_pass_it_on_only_when_a_place_is_empty(client, monkeypatch):
    depot = council()
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    client.force_login(depot.people[1], backend="allauth.account.auth_backends.AuthenticationBackend")
    where = [depot.federation.log.slug, depot.body.ref]
    page, button = reverse("elections", args=where), reverse("office_rotate", args=where)

    assert button in client.get(page).content.decode()
    done = client.post(button, {"office": "steward", "key": "turn-1"})
    assert (done.status_code, done.url) == (302, page)
    assert button not in client.get(page).content.decode()
    assert client.post(button, {"office": "steward", "key": "turn-2"}).status_code == 409
    assert had_it(depot) == [(0, 0)]


def test_the_last_days_of_a_turn_are_no_time_to_choose_a_successor():
    depot = council()
    pass_on(depot)

    line = next(line for line in places_of(depot.body, NOON + 29 * DAY) if line.office == "steward")
    assert (line.fill, line.total, line.filled, line.up) == ("rotate", 1, 1, 0)
