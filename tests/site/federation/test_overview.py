"""What federation and body pages show: counted by the database to the same numbers as seat by seat."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.site.factories import DAY, NOON, City, delegate, found_city
from tests.site.remembering import remembered

from weft_site import clock
from weft_site.drawings import federation_graph
from weft_site.federation import facts, overview
from weft_site.federation.models import Body, Seat, Term
from weft_site.federation.services import bodies

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@remembered
def with_every_state(*changes) -> City:
    """Two sections of seats: filled, pending, refused, expired, recalled, recalled and filled again, and vacant."""
    city = found_city(*changes, sizes=(80, 60, 30, 9))
    halls = city.workplaces
    delegate(city, halls[0].people[0])
    delegate(city, halls[0].people[1], credential="pending")
    delegate(city, halls[0].people[2], credential="refused")
    delegate(city, halls[1].people[0], until=NOON - DAY, number=1)
    delegate(city, halls[2].people[0], ended_at=NOON - DAY, ended_by="recalled", number=2)
    again = delegate(city, halls[1].people[1], ended_at=NOON - DAY, ended_by="recalled", number=1)
    Term.objects.create(
        seat=again.seat, person=halls[1].people[2], membership=halls[1].membership(halls[1].people[2]), name="After",
        ref="t800", starts_at=NOON - DAY,
    )  # fmt: skip
    return city


def test_counted_seats_are_the_seats_one_by_one():
    city = with_every_state()
    body = city.council.body

    counts = overview.seat_counts([body], NOON, rules=1)
    lines = overview.seat_lines(body, NOON)

    assert counts.seats() == len(lines) == Seat.objects.filter(body=body, office="").count()
    found = Counter()
    for (_, _, holding), number in counts.numbers.items():
        found[{"": "vacant", "confirmed": "filled"}.get(holding, holding)] += number
    assert +found == Counter(line.state for line in lines)
    assert set(+found) == {"vacant", "filled", "pending", "recalled"}  # else this test would show less than it says
    assert counts.filled() == {body.pk: sum(line.term is not None for line in lines)}


def test_a_body_of_one_seat_rule_is_counted_the_same_beside_bodies_of_more():
    body = with_every_state().council.body

    counts = overview.seat_counts([body], NOON, rules=3)

    assert counts == overview.seat_counts([body], NOON, rules=1)
    assert {rule for _, rule, _ in counts.numbers} == {0}


def test_counts_from_lines_are_the_counts_of_the_database():
    body = with_every_state().council.body

    counts = overview.seat_counts([body], NOON, rules=1)

    lines = overview.seat_lines(body, NOON)
    assert overview.SeatCounts.of_lines(body, lines).numbers == {key: n for key, n in counts.numbers.items() if n}


@pytest.mark.parametrize("whole", [True, False])
def test_kept_counts_hold_until_the_record_goes_on_or_a_term_begins_or_runs_out(whole, monkeypatch):
    monkeypatch.setattr(overview, "MANY_SEATS", 0)
    city = found_city(sizes=(80, 60))
    one, other = (hall.people[0] for hall in city.workplaces)
    body, federation = city.council.body, city.council.federation
    delegate(city, one, until=NOON + 2 * DAY)
    delegate(city, other, number=1, since=NOON + DAY)
    asked = {"rules": 1, "body": None if whole else body}

    def filled(now):
        return overview.kept_counts(federation, now, **asked).filled()[body.pk]

    def counted(now):
        with CaptureQueriesContext(connection) as queries:
            assert filled(now) == overview.seat_counts([body], now, rules=1).filled()[body.pk]
        return len(queries) > 2  # what it is compared with takes two

    assert [counted(NOON), counted(NOON), counted(NOON + DAY / 2)] == [True, False, False]
    assert [filled(at) for at in (NOON, NOON + DAY, NOON + 2 * DAY, NOON)] == [1, 2, 1, 1]
    Term.objects.filter(person=one).update(ended_at=NOON, ended_by="resigned")
    assert filled(NOON) == 1  # no act without an entry
    federation.log.size += 1
    assert filled(NOON) == 0
    assert counted(NOON + DAY)


def test_few_seats_are_counted_at_every_reading():
    city = found_city(sizes=(80, 60))
    term = delegate(city, city.workplaces[0].people[0])
    where = (city.council.federation, NOON)

    assert overview.kept_counts(*where, rules=1).filled() == {city.council.body.pk: 1}
    Term.objects.filter(pk=term.pk).update(ended_at=NOON, ended_by="resigned")
    assert overview.kept_counts(*where, rules=1).filled() == {}


@pytest.mark.parametrize(("of", "expected"), [("seats", 6), ("delegates", 2)])
def test_who_counts_for_the_quorum_is_known_from_the_counts(of, expected):
    body = with_every_state(("bodies.city.quorum.of", of)).council.body

    counts = overview.seat_counts([body], NOON, rules=1)

    assert counts.entitled(body) == facts.entitled_for_quorum(body, NOON) == expected


def test_an_advisory_delegate_does_not_count_for_the_quorum():
    body = with_every_state(("bodies.city.seats.0.voice", "advisory")).council.body

    counts = overview.seat_counts([body], NOON, rules=1)

    assert counts.entitled(body) == facts.entitled_for_quorum(body, NOON) == 0
    assert counts.filled() == {body.pk: 3}  # they sit there all the same


def test_many_seats_are_drawn_by_seat_rule_in_the_same_numbers(monkeypatch):
    city = with_every_state()
    body = city.council.body
    one_by_one = Counter(mark.state for mark in overview.seat_marks(body, NOON))

    monkeypatch.setattr(overview, "MANY_SEATS", 0)
    counted = overview.seat_marks(body, NOON)

    assert {mark.group for mark in counted} == {"delegates of the workplaces"}
    assert Counter({mark.state: mark.seats for mark in counted if mark.seats}) == one_by_one


def test_many_bodies_are_counted_by_size_in_the_same_numbers(monkeypatch):
    city = with_every_state()
    federation = city.council.federation
    counts = overview.seat_counts(overview.delegate_bodies(federation), NOON, rules=1)
    crowds = overview.crowds_of(federation)
    every = overview.graph_of(federation, counts, crowds)
    monkeypatch.setattr("weft_site.drawings.graph.SINGLE_BODIES", 0)
    drawn = federation_graph(every.marks, every.links)

    monkeypatch.setattr(overview, "SINGLE_BODIES", 0)
    graph = overview.graph_of(federation, counts, crowds)

    assert [mark.kind for mark in graph.marks] == ["delegate"]
    assert [(crowd.kind, crowd.sizes, crowd.people) for crowd in graph.crowds] == [("base", (1, 1, 2, 0, 0), 179)]
    assert federation_graph(graph.marks, graph.links, crowds=graph.crowds) == drawn


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("page", ["body", "federation", "workplace"])
def test_pages_take_as_many_queries_for_three_councils_as_for_one(page, client):
    def address(city):
        slug = city.council.federation.log.slug
        where = {"body": "b0", "workplace": "b1"}
        return reverse("body", args=[slug, where[page]]) if page in where else reverse("federation", args=[slug])

    one, three = found_city(title="One"), found_city(sizes=(60, 60, 60), title="Three")
    delegate(one, one.workplaces[0].people[0])
    for number, hall in enumerate(three.workplaces):
        delegate(three, hall.people[0], number=number)
        delegate(three, hall.people[1], number=number)
    Body.objects.filter(federation=one.council.federation, ref="b2").update(ended_at=NOON - DAY)
    reader = one.workplaces[0].people[5]
    bodies.add_members(three.workplaces[0].body, [reader], index=9_000, now=NOON)
    client.force_login(reader)
    client.get(address(one))  # charters are parsed once

    with CaptureQueriesContext(connection) as first:
        assert client.get(address(one)).status_code == 200
    with CaptureQueriesContext(connection) as second:
        assert client.get(address(three)).status_code == 200
    assert len(first) == len(second) < 32


@pytest.mark.usefixtures("noon")
def test_a_large_council_is_listed_by_fifty(client):
    city = found_city(sizes=(1_500,))
    url = reverse("body", args=[city.council.federation.log.slug, "b0"])

    first, last = client.get(url), client.get(url, {"page": 2})

    assert first.context["seats"] == 60
    assert [len(answer.context["lines"]) for answer in (first, last)] == [50, 10]
    shown = [line.seat.ref for answer in (first, last) for line in answer.context["lines"]]
    assert shown == list(overview.seat_rows(city.council.body).values_list("ref", flat=True))


@pytest.mark.usefixtures("noon")
def test_a_council_shows_whom_it_sent_to_each_body_above(client):
    city = found_city(sizes=(30, 30))
    hall = city.workplaces[0]
    other = bodies.create_body(
        city.council.federation, overview.facts.charter_of(city.council.federation), kind="region", title="Region",
        ref="b50", now=NOON,
    )  # fmt: skip
    bodies.link(hall.body, other)
    sent = delegate(city, hall.people[0])
    delegate(city, city.workplaces[1].people[0], number=1)
    url = reverse("body", args=[city.council.federation.log.slug, "b1"])
    client.force_login(hall.people[5])

    found = {above["upper"].ref: [term.ref for term in above["terms"]] for above in client.get(url).context["sends"]}

    assert found == {"b0": [sent.ref], "b50": []}
