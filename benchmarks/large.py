"""A federation of 1,000,000 members in 10,000 councils, made straight into the tables.

Two shapes of the same people under the default charter, each a federation with a record of its own:

    tiered   100 cities of 100 workplace councils; the cities (400 seats each) send to one region (2,000 seats)
    flat     10,000 workplace councils under one city council of about 40,000 seats: the worst a charter can give

Every office of the base is filled; of the delegates' seats one in twenty is vacant and one in a hundred was
taken back by recall. Rows go in by COPY or executemany; the seats come from `follow_entitlement` itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate, count

from benchmarks import house
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from weft.charter import load
from weft_site.charter.facts import keep_version
from weft_site.deliberation.models import Meeting
from weft_site.federation.acting import begin
from weft_site.federation.models import (
    Alternate,
    Body,
    BodyLink,
    Constituency,
    Election,
    Federation,
    Mandate,
    Membership,
    Recall,
    Seat,
    Term,
)
from weft_site.federation.services import bodies
from weft_site.federation.services.entitlement import follow_entitlement
from weft_site.people.models import Person
from weft_site.record.models import Entry, Log

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEGAN, UNTIL = "2026-10-01 12:00:00", "2027-10-01 12:00:00"
ENDED = "2026-11-01 12:00:00"
OFFICES = (("chair", 1), ("secretary", 1), ("treasurer", 1), ("teller", 1), ("teller", 2))
ENTRIES_PER_BODY = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """How large. The largest council has 1,000 members where there are councils enough to take them from."""

    cities: int = 100
    councils: int = 100  # of each city

    @property
    def sizes(self) -> list[int]:
        sizes = [5 + 10 * (7 * n % 20) for n in range(self.cities * self.councils)]
        largest = max(sizes)
        donors = [n for n, size in enumerate(sizes) if size == largest][:199]
        if len(donors) == 199:
            sizes[0] += 995
            for n in donors:
                sizes[n] -= 5
        return sizes


def fill(model: type, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows without asking each one anything. Texts are taken as the database stores them."""
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django has no other name for it
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")  # what is read below is planned by what is there, not by an empty table
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def make(shape: Shape = Shape()) -> None:
    """Fill an empty database."""
    with transaction.atomic():
        starts = _people(shape)
        tiered = _federation("tiered", "Great Federation")
        flat = _federation("flat", "Flat Federation")
        _continue_numbers()
        _tiered(tiered, shape, starts)
        _flat(flat, shape, starts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ensure(shape: Shape) -> None:
    """Make tables and federation where they are not there yet."""
    house.make_tables()
    if not Person.objects.exists():
        make(shape)
    if Person.objects.count() != sum(shape.sizes):
        raise AssertionError("the folder holds another federation: empty WEFT_BENCH_HOME")


def _continue_numbers() -> None:
    """PostgreSQL counts on where COPY stopped."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_app_config("weft_site").get_models()):
            cursor.execute(statement)


def _people(shape: Shape) -> list[int]:
    """Everybody, numbered from 1; returns the first person of each council."""
    sizes = shape.sizes
    rows = ((n, f"Person {n}", "!", True, "2026-01-01", "", "page") for n in range(1, sum(sizes) + 1))
    fill(Person, ("id", "name", "password", "is_active", "joined_on", "language", "channel"), rows)
    return [1, *(1 + total for total in accumulate(sizes))][:-1]


def _federation(slug: str, title: str) -> Federation:
    text = files("weft.charter").joinpath("library/workers-assembly.toml").read_text()
    made = bodies.create_federation(title=title, version=keep_version(text), now=NOW - timedelta(days=90))
    Log.objects.filter(pk=made.log_id).update(slug=slug)
    return Federation.objects.select_related("log", "charter").get(pk=made.pk)


def _body(federation: Federation, kind: str, title: str, ref: str) -> Body:
    law = load(federation.charter.text)
    return bodies.create_body(federation, law, kind=kind, title=title, ref=ref, now=NOW - timedelta(days=90))


def _tiered(federation: Federation, shape: Shape, starts: Sequence[int]) -> None:
    region = _body(federation, "region", "Region", "region")
    cities = [_body(federation, "city", f"City {n}", f"city{n}") for n in range(shape.cities)]
    councils = _councils(federation, shape, [cities[n // shape.councils] for n in range(len(starts))])
    fill(BodyLink, ("lower_id", "upper_id"), ((city.pk, region.pk) for city in cities))
    members = _memberships(councils, shape.sizes, starts)
    _officers(councils, members, starts)
    _entries(federation, [body.ref for body in (region, *cities)] + [f"w{n}" for n in range(len(starts))])
    for upper in (*cities, region):
        _open_and_fill(upper, members, starts)
    _history(federation)


def _flat(federation: Federation, shape: Shape, starts: Sequence[int]) -> None:
    city = _body(federation, "city", "The one council", "city")
    councils = _councils(federation, shape, [city] * len(starts))
    # memberships only of those who will be delegates: nothing else of this federation is looked at
    some = [min(size, 5 + size // 20) for size in shape.sizes]
    members = _memberships(councils, some, starts)
    _entries(federation, ["city"] * 50)
    _open_and_fill(city, members, starts)
    _history(federation)


def _councils(federation: Federation, shape: Shape, uppers: Sequence[Body]) -> range:
    """The workplace councils, each linked to its city; returns their numbers as rows."""
    first = (Body.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    rows = (
        (first + n, federation.pk, f"w{n}", "workplace", "base", f"Workplace {n}", size, "{}", BEGAN, "")
        for n, size in enumerate(shape.sizes)
    )
    columns = ("id", "federation_id", "ref", "kind", "type", "title", "members_count", "numbers", "created_at")
    fill(Body, (*columns, "own_articles"), rows)
    fill(BodyLink, ("lower_id", "upper_id"), ((first + n, upper.pk) for n, upper in enumerate(uppers)))
    _continue_numbers()
    return range(first, first + len(uppers))


def _memberships(councils: range, sizes: Sequence[int], starts: Sequence[int]) -> list[int]:
    """Returns the first membership of each council."""
    first = (Membership.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    number = count(first)
    salt, commitment = bytes(32), "0" * 64
    rows = (
        (next(number), body, person, f"m{index}-{person}", "admitted", BEGAN, commitment, salt, "[]")
        for index, (body, size, start) in enumerate(zip(councils, sizes, starts, strict=True))
        for person in range(start, start + size)
    )
    columns = ("id", "body_id", "person_id", "ref", "status", "since", "commitment", "salt", "declared")
    fill(Membership, columns, rows)
    _continue_numbers()
    return [first, *(first + total for total in accumulate(sizes))][:-1]


def _officers(councils: range, members: Sequence[int], starts: Sequence[int]) -> None:
    """All offices of the base, filled by its first five members."""
    first = (Seat.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    places = [(n, place) for n in range(len(councils)) for place in range(len(OFFICES))]
    seats = (
        (first + row, councils[n], OFFICES[p][0], OFFICES[p][1], f"w{n}-{OFFICES[p][0]}-{OFFICES[p][1]}")
        for row, (n, p) in enumerate(places)
    )
    fill(Seat, ("id", "body_id", "office", "number", "ref"), seats)
    _terms((first + row, starts[n] + p, members[n] + p) for row, (n, p) in enumerate(places))
    _continue_numbers()


def _terms(rows: Iterable[tuple[int, int, int]], *, ended_by: str = "") -> None:
    """Terms from (seat, person, membership)."""
    columns = ("seat_id", "person_id", "membership_id", "name", "ref", "starts_at", "ends_at", "ended_at", "ended_by")
    ended = ENDED if ended_by else None
    made = (
        (seat, person, member, f"Person {person}", f"t{seat}", BEGAN, UNTIL, ended, ended_by, "confirmed", "")
        for seat, person, member in rows
    )
    fill(Term, (*columns, "credential", "by_election"), made)


def _open_and_fill(upper: Body, members: Sequence[int], starts: Sequence[int]) -> None:
    """Open every seat that is due, by the act itself, and fill them from below."""
    follow_entitlement(begin(upper.pk, None, NOW - timedelta(days=60)), upper)
    chosen: dict[int, Iterator[tuple[int, int]]] = {}
    taken = []
    links = {}
    for constituency, sender, ref in upper.constituencies.order_by("id", "senders__id").values_list(
        "id", "senders__id", "senders__ref"
    ):
        links.setdefault(constituency, (sender, ref))
    for seat, constituency in upper.seats.filter(office="").order_by("id").values_list("id", "constituency_id"):
        sender, ref = links[constituency]
        if sender not in chosen:
            chosen[sender] = _who_may_go(sender, ref, members, starts)
        taken.append((seat, *next(chosen[sender])))
    _terms(row for n, row in enumerate(taken) if n % 20 and n % 100 != 7)
    _terms((row for n, row in enumerate(taken) if n % 100 == 7), ended_by="recalled")


def _history(federation: Federation) -> None:
    """What a year leaves behind: for each constituency an election, a mandate and an alternate; for each body an
    election of its chair and two meetings; each recall that passed.
    """
    here = {"body__federation": federation}
    who = Membership.objects.filter(**here).order_by("id").values_list("id", "person_id").first()
    through = list(Constituency.objects.filter(**here).order_by("id").values_list("id", "body_id"))
    every = list(Body.objects.filter(federation=federation).order_by("id").values_list("id", flat=True))
    elections = [(body, row, "", f"e{row}") for row, body in through]
    elections += [(body, None, "chair", f"e{body}-0") for body in every]
    fill(
        Election,
        ("body_id", "constituency_id", "office", "ref", "places", "state", "called_at", "votes_from"),
        ((*election, 1, "declared", BEGAN, BEGAN) for election in elections),
    )
    fill(
        Mandate,
        ("constituency_id", "ref", "matter", "text", "position", "binding", "state", "proposed_by_id"),
        ((row, f"i{row}", "The budget", "Vote for it.", "yes", True, "given", who[1]) for row, _ in through),
    )
    fill(
        Alternate,
        ("body_id", "constituency_id", "office", "membership_id", "person_id", "name", "order", "by_election"),
        ((body, row, "", *who, "Person 1", 1, "") for row, body in through),
    )
    fill(
        Meeting,
        ("body_id", "ref", "title", "place", "state", "convened_at", "convened_by_id", "starts_at", "minutes"),
        ((body, f"g{n}", "Meeting", "Hall", "closed", BEGAN, who[1], BEGAN, "") for body in every for n in range(2)),
    )
    recalled = Term.objects.filter(seat__body__federation=federation, ended_by="recalled").values_list("id", flat=True)
    fill(
        Recall,
        ("term_id", "ref", "reason", "answer", "state", "needed", "started_at"),
        ((term, f"r{term}", "It was asked for.", "", "passed", 10, BEGAN) for term in recalled),
    )


def _who_may_go(sender: int, ref: str, members: Sequence[int], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(person, membership) of whom a body can send: members of a base council, delegates of a city."""
    if ref.startswith("w"):
        n = int(ref[1:])
        return ((starts[n] + place, members[n] + place) for place in count(3))
    rows = Term.objects.filter(seat__body=sender, ended_at__isnull=True, seat__office="").order_by("id")
    return iter(list(rows.values_list("person_id", "membership_id")))


def _entries(federation: Federation, refs: Sequence[str]) -> None:
    """A record: ten entries a body, about as long as real ones."""
    log = federation.log
    padding = "0" * 64
    everywhere = (ref for _ in range(ENTRIES_PER_BODY) for ref in refs)

    def rows() -> Iterator[tuple[object, ...]]:
        for index, ref in enumerate(everywhere):
            leaf = json.dumps({"act": "federation.entitled", "body": ref, "charter": padding, "index": index,
                               "documents": {"roll": padding, "votes": padding}}).encode()  # fmt: skip
            yield log.pk, index, "federation.entitled", BEGAN, ref, leaf

    fill(Entry, ("log_id", "index", "act", "at", "body", "leaf"), rows())
    Log.objects.filter(pk=log.pk).update(size=len(refs) * ENTRIES_PER_BODY)
