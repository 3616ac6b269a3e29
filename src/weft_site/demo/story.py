"""How a scenario is told: through the acts of the site, one after the other, with the clock in the past.

Nothing here writes formal state of its own. People are made in bulk, because an account is no act; votes by
name of whole workplaces are written as rows, because a vote is none either. Everything else goes through the
services, so the record that comes out is a real one: it verifies, and it replays.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from weft_site import ticker
from weft_site.ballots.models import Ballot, Vote
from weft_site.demo.names import names
from weft_site.federation.models import Body, Constituency, Membership, Seat, Term
from weft_site.people.models import Person

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
NO_PASSWORD = "!"  # noqa: S105 - the mark of the invented: no password opens such an account, only the one click
EVENING = 18


@dataclass
class Council:
    """A body and its people, in the order in which they came."""

    title: str
    body: Body
    people: list[Person] = field(default_factory=list)

    def refresh(self) -> Body:
        """The body as it is now, with everything at hand that facts read of it."""
        self.body = Body.objects.select_related("federation__charter", "federation__log").get(pk=self.body.pk)
        return self.body

    def officer(self, office: str) -> Person:
        term = Term.objects.select_related("person").get(seat__body=self.body, seat__office=office, ended_at=None)
        return term.person

    def tellers(self) -> list[Person]:
        rows = Term.objects.filter(seat__body=self.body, seat__office="teller", ended_at=None).order_by("seat__number")
        return [term.person for term in rows.select_related("person")]

    def membership(self, person: Person) -> Membership:
        return Membership.objects.get(body=self.body, person=person, status__in=Membership.CURRENT)

    def reload_people(self) -> None:
        """Everybody who belongs to it now, in the order of the roll."""
        rows = Membership.objects.filter(body=self.body, status=Membership.Status.ADMITTED).order_by("pk")
        self.people = [row.person for row in rows.select_related("person")]


@dataclass
class Story:
    """A scenario while it is told. now: when it ends, which is when the visitor comes in; at: the present page."""

    now: datetime
    at: datetime
    scale: int = 1  # the workplaces are so many times smaller; tests tell the same story with fewer people
    councils: dict[str, Council] = field(default_factory=dict)
    cast: dict[str, Person] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # what a later chapter takes up again
    given: Iterator[str] = field(default_factory=lambda: names(1917))

    def people(self, number: int) -> list[Person]:
        """So many new people, who have no way to sign in but the one click."""
        day = self.at.date()
        rows = [Person(name=name, joined_on=day, password=NO_PASSWORD) for name in self.names(number)]
        return Person.objects.bulk_create(rows, batch_size=2_000)

    def names(self, number: int) -> list[str]:
        return [next(self.given) for _ in range(number)]

    def to(self, days: int, hour: int = EVENING, minute: int = 0) -> None:
        """Let time pass until this many days from today, at this hour; what is due on the way happens on its day."""
        until = min(self.when(days, hour, minute), self.now)
        if until < self.at:
            raise ValueError(f"the story is at {self.at} already, not before {until}")
        while self.at + DAY < until:
            self.at += DAY
            self.due()
        self.at = until
        self.due()

    def when(self, days: int, hour: int, minute: int = 0) -> datetime:
        """This many days from today, at this hour."""
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=days, hours=hour, minutes=minute)

    def due(self) -> None:
        """What time alone brings; here, unlike on a server, something that fails stops the story."""
        for name in ticker.DUE:
            act = getattr(import_module(name), "due", None) if find_spec(name) else None
            if act is not None:
                act(self.at)

    def pass_minutes(self, minutes: int) -> None:
        self.at = min(self.at + minutes * MINUTE, self.now)

    def to_minutes_ago(self, minutes: int) -> None:
        self.at = max(self.at, self.now - minutes * MINUTE)
        self.due()

    def one(self, people: Sequence[Person], place: int) -> Person:
        """Somebody without a part in the story, by place in a hundred: the same in a big city and in a small one."""
        busy = {person.pk for person in self.cast.values()}
        free = [person for person in people if person.pk not in busy]
        return free[len(free) * place // 100]

    # --- looking things up ------------------------------------------------------------------------------------

    def constituency(self, council: Council, upper: Council) -> Constituency:
        """The constituency through which a body sends delegates upward."""
        return Constituency.objects.get(body=upper.body, senders=council.body, ended_at__isnull=True)


def delegates(constituency: Constituency) -> list[Term]:
    """The running terms of a constituency, in the order of its seats."""
    rows = Term.objects.filter(seat__constituency=constituency, ended_at=None).select_related("person", "seat")
    return list(rows.order_by("seat__number"))


def vacant(constituency: Constituency) -> int:
    taken = Term.objects.filter(ended_at=None).values("seat_id")
    return Seat.objects.filter(constituency=constituency, ended_at=None).exclude(pk__in=taken).count()


def vote_rows(ballot: Ballot, choices: Mapping[int, object]) -> None:
    """Votes by name of many at once: {person id: choice}. For rolls of members only, whose votes nothing binds."""
    if ballot.way != Ballot.Way.OPEN or ballot.follows_seats:
        raise ValueError(f"{ballot} is not a members' vote by name")
    lines = ballot.roll.filter(person__in=list(choices)).values_list("voter", "person_id")
    Vote.objects.bulk_create(
        [Vote(ballot=ballot, voter=voter, choice=choices[person]) for voter, person in lines], batch_size=2_000
    )


def answers(people: Sequence[Person], *, yes: int, no: int = 0, abstain: int = 0) -> dict[int, str]:
    """So many of these people say yes, the next no, the next abstain; the rest stay away."""
    said = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    return {person.pk: word for person, word in zip(people, said, strict=False)}


def some(people: Iterable[Person], number: int, *, skip: int = 0) -> list[Person]:
    return list(people)[skip : skip + number]
