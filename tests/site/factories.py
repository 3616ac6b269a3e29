"""People, councils and a city to test with, made by the acts themselves wherever there is one.

person("Ana")                       somebody with an account
found_council(12)                   a founding meeting that adopted the default charter
found_city(sizes=(30, 30, 8, 9))    a federation with workplaces, their seats in the city council vacant
elect(...), seat(...), serve(...)   fill places by election, by the whole way of acts, or at a stroke
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from django.db import connection
from tests.site.remembering import remembered

from weft.charter import amend, load
from weft_site.ballots.services import count_lines, put_vote
from weft_site.charter.facts import keep_version
from weft_site.deliberation.models import Founding
from weft_site.deliberation.services import founding as founding_acts
from weft_site.federation.acting import begin
from weft_site.federation.electing import electors_of
from weft_site.federation.models import Body, Constituency, Election, Federation, Membership, Seat, Term
from weft_site.federation.services import bodies, elections, entitlement, tellers
from weft_site.people.models import Person
from weft_site.record.models import Document, Entry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIBRARY = files("weft.charter").joinpath("library")


def default_charter(*changes):
    """The text of the default charter, with values changed: ``("bodies.workplace.quorum.at_least", 3)``."""
    known = _amended.get(repr(changes))
    if known is None:
        text = LIBRARY.joinpath("workers-assembly.toml").read_text()
        known = _amended[repr(changes)] = amend(load(text), changes).text if changes else text
    return known


_amended: dict[str, str] = {}


def person(name="Ana Ruiz"):
    return Person.objects.create(name=name, joined_on=NOON.date(), password="!")


def people(number, prefix="Person"):
    return Person.objects.bulk_create(
        Person(name=f"{prefix} {n}", joined_on=NOON.date(), password="!") for n in range(1, number + 1)
    )


@dataclass
class Council:
    """A body and the people who belong to it, in the order in which they came."""

    body: Body
    people: list[Person] = field(default_factory=list)

    @property
    def federation(self):
        return Federation.objects.get(pk=self.body.federation_id)

    def membership(self, who):
        return Membership.objects.get(body=self.body, person=who)

    def voter(self, number):
        return self.people[number]


@remembered
def found_council(members=12, *changes, title="Depot", now=NOON):
    """The whole way: they gather, one proposes the charter, another backs it, all vote for it."""
    gathered = people(members, title)
    code = founding_acts.open_founding(actor=gathered[0], now=now, title=title, place="Canteen", kind="workplace")
    meeting = Founding.objects.get(code=code)
    for who in gathered[1:]:
        founding_acts.join_founding(actor=who, now=now, founding_id=meeting.pk)
    draft = founding_acts.propose_charter(
        actor=gathered[0],
        now=now,
        founding_id=meeting.pk,
        based_on="workers-assembly",
        text=default_charter(*changes),
    )
    founding_acts.put_charter(actor=gathered[1], now=now, draft_id=draft)
    for who in gathered:
        founding_acts.vote_on_charter(actor=who, now=now, founding_id=meeting.pk, draft_id=draft, choice="yes")
    founding_acts.close_founding(actor=gathered[0], now=now, founding_id=meeting.pk)
    meeting.refresh_from_db()
    return Council(find_body(Body.objects.get(federation=meeting.federation).pk), gathered)


def find_body(body_id):
    """A body with everything that facts read of it at hand."""
    return Body.objects.select_related("federation__charter", "federation__log").get(pk=body_id)


def add_members(council, number, *, index=None, now=NOON):
    """Admit people as the entry with this index would; the roll and the seats above follow."""
    came = people(number, council.body.title)
    index = 10_000 + Membership.objects.count() if index is None else index
    bodies.add_members(council.body, came, index=index, now=now)
    council.people += came
    entitlement.number_changed(begin(council.body.pk, None, now), council.body)
    council.body = find_body(council.body.pk)
    return came


@dataclass
class City:
    council: Council
    workplaces: list[Council]

    def constituency(self, number=0):
        """The one through which a workplace sends its delegates."""
        return Constituency.objects.get(
            body=self.council.body, senders=self.workplaces[number].body, ended_at__isnull=True
        )


@remembered
def found_city(*changes, sizes=(30, 30), title="Riverton", now=NOON - 90 * DAY):
    """A federation of workplaces with a city council above them, whose seats follow from the rolls and are vacant."""
    made = bodies.create_federation(title=title, version=keep_version(default_charter(*changes)), now=now)
    law = load(default_charter(*changes))
    city = bodies.create_body(made, law, kind="city", title=f"{title} council", ref="b0", now=now)
    halls = []
    for number, size in enumerate(sizes, start=1):
        body = bodies.create_body(made, law, kind="workplace", title=f"Works {number}", ref=f"b{number}", now=now)
        bodies.link(body, city)
        hall = Council(find_body(body.pk), people(size, f"Works {number}"))
        bodies.add_members(hall.body, hall.people, index=1_000 * number, now=now)
        halls.append(hall)
    entitlement.follow_entitlement(begin(city.pk, None, now), find_body(city.pk))
    return City(Council(find_body(city.pk)), halls)


def open_commission(city, *, now=NOON - 90 * DAY):
    """The city's mandate commission, with its three places vacant."""
    of = city.council.federation
    law = load(of.charter.text)
    made = bodies.create_body(of, law, kind="mandate_commission", title="Mandate commission", ref="b90", now=now)
    bodies.link(city.council.body, made)
    entitlement.follow_entitlement(begin(made.pk, None, now), find_body(made.pk))
    return Council(find_body(made.pk))


def serve(seat, membership, *, since=NOON - 60 * DAY, until=NOON + 120 * DAY, **more):
    """A running term at a stroke, for tests that are not about how it began."""
    values = {"name": membership.person.name, "ref": f"t{900 + Term.objects.count()}"} | more
    return Term.objects.create(
        seat=seat, person=membership.person, membership=membership, starts_at=since, ends_at=until, **values
    )


def officer(council, office, who, *, number=1, **more):
    """Somebody holds an office of a body of members."""
    seat = Seat.objects.get(body=council.body, office=office, number=number)
    return serve(seat, council.membership(who), **more)


def delegate(city, who, *, number=0, **more):
    """Somebody from a workplace holds its first vacant seat in the city council."""
    taken = Term.objects.filter(ended_at__isnull=True).values("seat_id")
    seat = Seat.objects.filter(constituency=city.constituency(number)).exclude(pk__in=taken).order_by("number").first()
    return serve(seat, city.workplaces[number].membership(who), **more)


def called(council, caller, *, now=NOON, office="", constituency=None):
    """An election that has been called in a body."""
    ref = elections.call_election(
        actor=caller,
        now=now,
        body_id=council.body.pk,
        office=office,
        constituency_id=constituency.pk if constituency else None,
    )
    return Election.objects.get(body=council.body, ref=ref)


def stand(election, *candidates, now=NOON):
    """Each proposes themselves, and has thereby accepted."""
    for who in candidates:
        elections.nominate(actor=who, now=now, election_id=election.pk, person_id=who.pk)


def opened(election, by, *, now=NOON, days=0):
    elections.open_election(actor=by, now=now, election_id=election.pk, days=days)
    return Election.objects.select_related("ballot").get(pk=election.pk)


def ref_in(ballot, who):
    """A candidate's reference on an election's ballot."""
    return ballot.election.candidacies.get(person=who).membership.ref


def vote_for(ballot, votes, *, now=NOON):
    """Votes by name: [(voter, candidate or None, …)]; a question's votes as (voter, "yes")."""
    for voter, choice in votes:
        marks = choice if isinstance(choice, str) else [ref_in(ballot, choice)] if choice else []
        put_vote(ballot_id=ballot.pk, person_id=voter.pk, choice=marks, now=now)


def count_by(ballot, counters, numbers, *, now=NOON):
    """Two tellers enter the same numbers; lines that are not named are 0."""
    sheet = dict.fromkeys(count_lines(ballot), 0) | numbers
    return [tellers.enter_count(actor=who, now=now, ballot_id=ballot.pk, numbers=sheet) for who in counters]


def papers_by(ballot, counters, papers, *, now=NOON):
    """Tellers enter the same papers by the candidates' numbers: {"2 1 3": 4}."""
    return [tellers.enter_count(actor=who, now=now, ballot_id=ballot.pk, numbers=papers) for who in counters]


def elect(council, office, who, *, by=None, now=NOON):
    """An office of a body filled by the whole way: called, stood, voted by all, declared."""
    caller = by or council.people[0]
    election = called(council, caller, now=now, office=office)
    stand(election, who, now=now)
    election = opened(election, caller, now=now)
    vote_for(election.ballot, [(voter, who) for voter in council.people], now=now)
    elections.close_election(actor=caller, now=now, election_id=election.pk)
    return Term.objects.get(person=who, seat__body=council.body, seat__office=office, ended_at__isnull=True)


ELECTED_TELLERS = (
    ("bodies.workplace.offices.teller.draw", None),
    ("bodies.workplace.offices.teller.elect.method", "plurality"),
    ("bodies.workplace.offices.teller.count", 2),
)


def elect_tellers(council, *counters, now=NOON):
    """Two tellers by an election on the record, where the charter has them elected (`ELECTED_TELLERS`)."""
    election = called(council, council.people[0], now=now, office="teller")
    stand(election, *counters, now=now)
    election = opened(election, council.people[0], now=now)
    refs = [ref_in(election.ballot, who) for who in counters]
    for voter in council.people:
        put_vote(ballot_id=election.ballot.pk, person_id=voter.pk, choice=refs, now=now)
    elections.close_election(actor=council.people[0], now=now, election_id=election.pk)
    return list(counters)


def electors(council, constituency=None, office=""):
    return electors_of(find_body(council.body.pk), constituency, office)


def places(council):
    """The delegates' seats of a body, in order."""
    return list(Seat.objects.filter(body=council.body, constituency__isnull=False).order_by("pk"))


# --- the record --------------------------------------------------------------------------------------------------


def acts():
    """The acts on record, oldest first."""
    return list(Entry.objects.order_by("log", "index").values_list("act", flat=True))


def entry(act):
    """The newest entry of an act, as it stands in the record."""
    import json

    return json.loads(bytes(Entry.objects.filter(act=act).order_by("-pk").first().leaf))


def index_of(act):
    """The index of the newest entry of an act."""
    return Entry.objects.filter(act=act).order_by("-index").first().index


def document(name):
    """The newest document of a name."""
    return bytes(Document.objects.filter(name=name).order_by("-pk").first().content).decode()


def everything():
    """All rows that an act could write, to show that a refused one has written none."""
    from django.apps import apps

    quiet = {"CharterVersion"}
    rows = {}
    with connection.cursor() as cursor:  # not by the models, which would take longer than the act
        for model in apps.get_app_config("weft_site").get_models(include_auto_created=True):
            if model.__name__ not in quiet:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                rows[model.__name__] = sorted(map(_comparable, cursor.fetchall()), key=repr)
    return rows


def _comparable(row):
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def refused(rule, act, **arguments):
    """The act is refused by this rule and has written nothing; answers with the refusal's numbers."""
    import pytest

    from weft.errors import RuleBroken

    before = everything()
    with pytest.raises(RuleBroken) as refusal:
        act(**arguments)
    assert refusal.value.rule == rule, refusal.value
    assert everything() == before
    return refusal.value.numbers
