"""Councils further up count the people at the base, so their seats follow although those between keep theirs."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.site.factories import (
    DAY,
    NOON,
    Council,
    add_members,
    default_charter,
    elect,
    find_body,
    found_council,
    people,
    person,
)
from tests.site.replaying import replay_all
from tests.site.telling import found_together

from weft.charter import load
from weft_site.charter.facts import keep_version
from weft_site.federation import facts
from weft_site.federation.acting import begin
from weft_site.federation.models import Application, Body, BodyLink, Constituency, Seat
from weft_site.federation.services import applications, bodies, entitlement, members
from weft_site.record.models import Entry
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db


def found_region(*cities, per=27, unit="members"):
    """A region of cities, each of workplaces of these sizes; a seat in the region for so many people of a city."""
    text = default_charter(("bodies.region.seats.0.norm.per", per), ("bodies.region.seats.0.norm.unit", unit))
    law, now = load(text), NOON - 90 * DAY
    federation = bodies.create_federation(title="Plains", version=keep_version(text), now=now)
    region = bodies.create_body(federation, law, kind="region", title="Plains", ref="b0", now=now)
    halls = []
    for number, sizes in enumerate(cities, start=1):
        title = f"City {number}"
        city = bodies.create_body(federation, law, kind="city", title=title, ref=f"b{number}", now=now)
        bodies.link(city, region)
        for place, size in enumerate(sizes, start=1):
            ref = f"b{number}{place}"
            body = bodies.create_body(federation, law, kind="workplace", title=ref, ref=ref, now=now)
            bodies.link(body, city)
            hall = Council(find_body(body.pk), people(size, ref))
            bodies.add_members(hall.body, hall.people, index=1_000 * number + 100 * place, now=now)
            halls.append(hall)
        entitlement.follow_entitlement(begin(city.pk, None, now), find_body(city.pk))
    entitlement.follow_entitlement(begin(region.pk, None, now), find_body(region.pk))
    return find_body(region.pk), halls


def seats_of(body):
    return Seat.objects.filter(body=body, constituency__isnull=False, ended_at=None).count()


def units_in(region):
    rows = Constituency.objects.filter(body=region, ended_at=None).order_by("pk")
    return list(rows.values_list("units", "seats_due"))


def entitled_since(index):
    rows = Entry.objects.filter(act="federation.entitled", index__gte=index).order_by("index")
    return [Body.objects.get(ref=entry.body).kind for entry in rows]


@pytest.mark.parametrize("unit", ["members", "voters"])
def test_the_region_follows_the_base_although_the_city_keeps_its_seats(unit):
    region, halls = found_region((40, 40), (30,), unit=unit)
    city = Body.objects.get(ref="b1")
    size = region.federation.log.size
    assert (units_in(region), seats_of(city)) == ([(80, 2), (30, 1)], 2)

    add_members(halls[0], 1)

    assert (units_in(region), seats_of(city)) == ([(81, 3), (30, 1)], 2)
    assert (seats_of(region), entitled_since(size)) == (4, ["region"])


def test_a_number_that_changes_no_seat_is_noted_and_records_nothing():
    region, halls = found_region((40, 40), (30,))
    size = region.federation.log.size

    add_members(halls[2], 2)

    assert units_in(region) == [(80, 2), (32, 1)]
    assert entitled_since(size) == []


def test_where_the_city_changes_too_each_council_is_recorded_once_from_below():
    region, halls = found_region((49, 31), (30,))
    size = region.federation.log.size

    add_members(halls[0], 1)

    assert entitled_since(size) == ["city", "region"]
    assert units_in(region) == [(81, 3), (30, 1)]


def test_who_moves_within_a_city_changes_nothing_in_the_region():
    region, halls = found_region((40, 41), (30,))
    size = region.federation.log.size
    who, other = halls[0].people[0], halls[1]
    ask = {"now": NOON, "body_id": other.body.pk, "of_age": True, "transfer": True}
    applications.apply(actor=who, **ask)
    row = Application.objects.get(body=other.body, person=who)
    for voucher in other.people[:2]:
        applications.vouch(actor=voucher, now=NOON, application_id=row.pk)
    run_due(NOON + 7 * DAY)

    assert [find_body(hall.body.pk).members_count for hall in halls] == [39, 42, 30]
    assert units_in(region) == [(81, 3), (30, 1)]
    assert entitled_since(size) == []


def test_leaving_closes_a_seat_of_the_region():
    region, halls = found_region((40, 41), (30,))

    members.leave(actor=halls[0].people[0], now=NOON, body_id=halls[0].body.pk)

    assert (units_in(region), seats_of(region)) == ([(80, 2), (30, 1)], 3)


def test_a_council_below_by_two_ways_is_counted_once():
    region, halls = found_region((40, 40), (30,))
    BodyLink.objects.create(lower=halls[0].body, upper=Body.objects.get(ref="b2"))
    BodyLink.objects.create(lower=halls[0].body, upper=region)

    assert facts.members_below([region.pk]) == {region.pk: 110}
    assert facts.members_below(Body.objects.filter(kind="city").order_by("pk").values_list("pk", flat=True)) == {
        Body.objects.get(ref="b1").pk: 80,
        Body.objects.get(ref="b2").pk: 70,
    }
    assert facts.units_of(region, "voters", NOON) == 110


def test_an_ended_council_and_an_association_are_not_counted():
    region, halls = found_region((40, 40), (30,))
    Body.objects.filter(pk=halls[1].body.pk).update(ended_at=NOON)
    Body.objects.filter(pk=halls[2].body.pk).update(type="association")

    assert facts.members_below([region.pk]) == {region.pk: 40}


def test_the_number_of_councils_costs_no_query():
    def queries(*cities):
        _region, halls = found_region(*cities)
        halls[0].people += people(1)
        bodies.add_members(halls[0].body, halls[0].people[-1:], index=9_999, now=NOON)
        acting = begin(halls[0].body.pk, None, NOON)
        with CaptureQueriesContext(connection) as seen:
            entitlement.number_changed(acting, acting.body)
        return len(seen)

    assert queries((30,), (30,)) == queries((30, 30, 30), (30, 30), (30, 30, 30, 30))


def test_replay_comes_to_the_same_chain():
    """A committee as large as the people at the base ask for, elected by a council that keeps its own seats."""
    size = "bodies.city.executive.size"
    changes = [(f"{size}.unit", "members"), (f"{size}.per", 31), (f"{size}.minimum", None), (f"{size}.maximum", None)]
    halls = [found_council(number, title=title) for number, title in ((30, "Depot"), (31, "Mill"))]
    for hall in halls:
        elect(hall, "chair", hall.people[0])
    found_together(halls, *changes)
    depot = Body.objects.get(title="Depot", ended_at=None)
    committee = Body.objects.get(kind="committee")
    assert (units_in(committee), seats_of(committee)) == ([(61, 1)], 1)

    for name, day in (("Ana", 15), ("Bo", 25)):
        who = person(name)
        applications.apply(actor=who, now=NOON + day * DAY, body_id=depot.pk, of_age=True)
        row = Application.objects.get(person=who)
        for voucher in halls[0].people[:2]:
            applications.vouch(actor=voucher, now=NOON + day * DAY, application_id=row.pk)
        run_due(NOON + (day + 7) * DAY)
    assert (units_in(committee), seats_of(committee)) == ([(63, 2)], 2)
    members.leave(actor=halls[0].people[9], now=NOON + 40 * DAY, body_id=depot.pk)
    members.leave(actor=halls[0].people[8], now=NOON + 40 * DAY, body_id=depot.pk)

    assert (units_in(committee), seats_of(committee)) == ([(61, 1)], 1)
    told = Entry.objects.filter(act="federation.entitled", log=committee.federation.log).order_by("index")
    assert [entry.body for entry in told][-2:] == [committee.ref] * 2
    replay_all()


@pytest.mark.parametrize("order", [["b1", "b2", "b3", "b0"], ["b0", "b3", "b2", "b1"]])
@pytest.mark.parametrize(
    "grown", [{}, {"b11": 1}, {"b11": 30, "b21": 25, "b33": 3}, {"b11": -20, "b31": 60, "b32": -4}]
)
def test_councils_that_follow_together_come_to_what_they_come_to_one_by_one(grown, order):
    region, _halls = found_region((49, 31), (30,), (24, 8, 3))
    for ref, number in grown.items():
        Body.objects.filter(ref=ref).update(members_count=F("members_count") + number)
    councils = [find_body(Body.objects.get(ref=ref).pk) for ref in order]

    def outcome(follow):
        with transaction.atomic():
            follow(begin(region.pk, None, NOON))
            seats = Seat.objects.order_by("body_id", "ref").values_list("body_id", "ref", "number", "ended_at")
            rows = Constituency.objects.order_by("body_id", "ref", "senders")
            entries = Entry.objects.order_by("index").values_list("index", "leaf")
            found = (
                list(seats),
                list(rows.values_list("body_id", "ref", "units", "seats_due", "ended_at", "senders__ref")),
                [(index, bytes(leaf)) for index, leaf in entries],
            )
            transaction.set_rollback(True)
        return found

    def one_by_one(acting):
        for council in councils:
            entitlement.follow_entitlement(acting, council)

    together = outcome(lambda acting: entitlement.follow_all(acting, councils))

    assert together == outcome(one_by_one)
    assert bool(grown) is (len(together[2]) > region.federation.log.size)


def test_many_councils_are_read_together():
    def queries(*cities):
        region, _halls = found_region(*cities)
        councils = [find_body(body.pk) for body in Body.objects.filter(federation=region.federation, type="delegate")]
        acting = begin(region.pk, None, NOON)
        with CaptureQueriesContext(connection) as asked:
            entitlement.follow_all(acting, sorted(councils, key=lambda council: council.kind))
        return len(asked)

    assert queries((40, 40), (30,)) == queries((40, 40), (30,), (50, 31), (60,))
