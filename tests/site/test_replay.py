"""Replay comes to what the site has in its tables."""

import json
from datetime import timedelta

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    found_council,
)
from tests.site.replaying import kept, replay_all, replayed, told
from tests.site.tampering import diverges_at, documents_of
from tests.site.telling import found_city, send, take_back, told_city

from weft.record import Entry as Leaf
from weft.record import NotProven
from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import decisions, motions, voting
from weft_site.record.export import leaves_of
from weft_site.record.models import Document, Entry
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_city_from_founding_to_recall_and_amendment_replays_to_what_the_tables_hold():
    city, depot, _mill = told_city()

    runs = replay_all()

    state = runs[city.federation.log.slug].state
    acts = set(Entry.objects.filter(log=city.federation.log).values_list("act", flat=True))
    assert {"federation.recalled", "federation.stepped_up", "deliberation.charter_amended"} <= acts
    assert len(state.in_force) == 2
    recalled = Entry.objects.get(act="federation.recalled").index
    seat = Leaf.from_bytes(bytes(Entry.objects.get(act="federation.recalled").leaf)).data["seat"]
    was, now = (state.holders_at(index).get(seat) for index in (recalled - 1, recalled + 1))
    assert was == depot.people[2].memberships.get(body=depot.body).ref
    assert now == depot.people[3].memberships.get(body=depot.body).ref
    assert seat not in state.holders_at(recalled)


@pytest.mark.one_database
def test_what_is_erased_is_listed_and_the_rest_still_judged():
    city, *_ = told_city()
    log = city.federation.log
    erased = Document.objects.filter(log=log).exclude(name="charter")
    hashes = set(erased.values_list("hash", flat=True))
    entries = [Leaf.from_bytes(leaf) for leaf in leaves_of(log)]
    names = {name for entry in entries for name, digest in entry.documents.items() if digest in hashes}
    erased.delete()

    run = replayed(log)

    assert told(run.state) == kept(log)
    assert {one.what for one in run.unchecked if one.why == "erased"} == names


@pytest.mark.one_database
def test_a_vote_falls_with_its_seat_and_whoever_counts_it_is_found_out():
    city, (depot, mill) = found_city(("bodies.city.quorum.at_least", 1))
    now = NOON + 15 * DAY
    send(city, depot, depot.people[2:3], depot.people[3:4], now)
    send(city, mill, mill.people[2:4], mill.people[4:6], now + 8 * DAY)
    now += 16 * DAY
    ref = motions.move_motion(actor=city.people[0], now=now, body_id=city.body.pk, title="Buses", text="Until two.")
    row = Motion.objects.get(body=city.body, ref=ref)
    motions.second_motion(actor=city.people[1], now=now, motion_id=row.pk)
    decisions.put_motion(actor=city.people[1], now=now, motion_id=row.pk, way="open", closes_at=now + 20 * DAY)
    row.refresh_from_db()
    for who, choice in zip(city.people, ("yes", "yes", "no"), strict=True):
        voting.cast_vote(actor=who, now=now, ballot_id=row.ballot_id, choice=choice)
    take_back(city, depot, now)
    run_due(now + 20 * DAY)

    log = city.federation.log
    state = replay_all()[log.slug].state
    entry = json.loads(bytes(Entry.objects.get(act="deliberation.motion_decided").leaf))
    assert state.motions[ref].state == "lost"
    assert [entry["data"][answer] for answer in ("yes", "no")] == [1, 1]

    leaves, index = list(leaves_of(log)), state.motions[ref].decided_index
    numbers = dict.fromkeys(("voted", "present", "entitled", "votes_present", "votes_entitled"), 3)
    entry["data"] |= {"yes": 2, **numbers}
    entry["finding"] |= {"base": 3, "carried": True, "outcome": "carried", "tied": False}
    lie = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert diverges_at(log, [*leaves[:index], lie], documents_of(log)) == index


@pytest.mark.one_database
def test_without_the_charter_nothing_is_judged():
    depot = found_council(12)
    Document.objects.filter(name="charter").delete()

    with pytest.raises(NotProven) as refusal:
        replayed(depot.federation.log)

    assert refusal.value.code == "replay.charter_missing"


# --- a dishonest server -----------------------------------------------------------------------------------------

#: What only those in the room, or another record, can know: replay takes it as it stands. docs/reference/acts.md.


def test_every_act_that_the_site_records_can_be_judged_and_is_named():
    """The tables of replay, of words and of docs/reference/acts.md, and what the code records, are one set."""
    from tests.site.acts import documented, named, recorded

    from weft.replay import RULES

    latest = RULES[max(RULES)]
    assert recorded() == set(latest) == documented()
    assert set(latest) <= named()
