"""Councils to deliberate in, made by the same functions that acts use: a workplace, and a city of workplaces."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files

from weft.charter import amend, load
from weft_site.ballots.models import Ballot, RollEntry, TellerCount, Vote
from weft_site.charter.facts import keep_version
from weft_site.deliberation.models import AgendaItem, Meeting, Motion, Ratification, Supporter
from weft_site.deliberation.services import decisions, meetings, motions
from weft_site.federation.acting import begin
from weft_site.federation.models import Body, Constituency, Federation, Mandate, Seat, Term
from weft_site.federation.services.bodies import add_members, create_body, create_federation, link
from weft_site.federation.services.entitlement import follow_entitlement
from weft_site.people.models import Notice, Person
from weft_site.record.models import Document, Entry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIBRARY = files("weft.charter").joinpath("library/workers-assembly.toml").read_text()
EVERYTHING = (
    Entry, Document, Motion, Supporter, Meeting, AgendaItem, Ballot, RollEntry, Vote, TellerCount, Ratification,
    Notice, Term, Seat,
)  # fmt: skip


@dataclass
class Hall:
    """A body with the people in it; people[0] is the chair, people[1] the secretary, then two tellers."""

    body: Body
    people: list[Person] = field(default_factory=list)

    @property
    def chair(self):
        return self.people[0]

    @property
    def secretary(self):
        return self.people[1]

    @property
    def tellers(self):
        return self.people[2:4]

    @property
    def federation(self):
        return Federation.objects.get(pk=self.body.federation_id)


def people(number, prefix="Person"):
    rows = [Person(name=f"{prefix} {n}", joined_on=NOON.date(), password="!") for n in range(number)]
    return Person.objects.bulk_create(rows)


def federation(*changes, title="Riverton"):
    """An empty federation under the default charter, with these values changed."""
    text = amend(load(LIBRARY), changes).text if changes else LIBRARY
    return create_federation(title=title, version=keep_version(text), now=NOON - 100 * DAY)


def body(of, kind, title, members=0):
    """A body with its members; its chair, secretary and two tellers serve if there are people."""
    ref = f"b{Body.objects.filter(federation=of).count()}"
    made = create_body(of, law(of), kind=kind, title=title, ref=ref, now=NOON - 100 * DAY)
    made.federation = of
    hall = Hall(made)
    if members:
        hall.people = people(members, title)
        rows = add_members(made, hall.people, index=1000 * int(ref[1:]), now=NOON - 100 * DAY)
        offices(hall, rows)
    return hall


def offices(hall, memberships):
    for number, (office, n) in enumerate([("chair", 1), ("secretary", 1), ("teller", 1), ("teller", 2)]):
        seat = Seat.objects.filter(body=hall.body, office=office, number=n).first()
        if seat:
            term(seat, hall.people[number], memberships[number])


def term(seat, person, membership, **more):
    values = {"starts_at": NOON - 90 * DAY, "ends_at": NOON + 90 * DAY} | more
    return Term.objects.create(
        seat=seat, person=person, membership=membership, name=person.name, ref=f"t{Term.objects.count()}", **values
    )


def law(of):
    from weft_site.charter.facts import charter

    return charter(of.charter)


def workplace(members=12, *changes):
    """One council that is a federation of one."""
    return body(federation(*changes), "workplace", "Depot", members)


@dataclass
class City:
    council: Hall
    workplaces: list[Hall]
    women: Hall


def city(*changes, workplaces=4, members=25, women=6):
    """A city of workplaces, each with one delegate in the council, and an association with two seats left vacant.

    The delegates are the last members of their workplaces; the first four of them hold the council's offices.
    """
    of = federation(*changes)
    council = body(of, "city", "City council")
    below = [body(of, "workplace", f"Workplace {n}", members) for n in range(workplaces)]
    for hall in below:
        link(hall.body, council.body)
    association = body(of, "association", "Women", women)
    link(association.body, council.body)
    follow_entitlement(begin(council.body.pk, None, NOON - 95 * DAY), council.body)
    for hall in below:
        seats = Seat.objects.filter(constituency__senders=hall.body, constituency__body=council.body)
        member = hall.people[-1]
        for seat in seats:
            term(seat, member, member.memberships.get(body=hall.body))
        council.people.append(member)
    offices(council, [person.memberships.first() for person in council.people])
    return City(council, below, association)


def seat_of(person, council):
    return Seat.objects.get(terms__person=person, body=council.body, constituency__isnull=False)


def mandate(hall, council, position="yes", *, binding=True):
    constituency = Constituency.objects.get(senders=hall.body, body=council.body, ended_at=None)
    return Mandate.objects.create(
        constituency=constituency, ref=f"i{Mandate.objects.count()}", matter="Night buses", text="Vote for them.",
        position=position, binding=binding, state=Mandate.State.GIVEN, proposed_by=hall.people[0], given_at=NOON - DAY,
    )  # fmt: skip


def convened(hall, starts_at=NOON, agenda=("Reports",)):
    ref = meetings.convene_meeting(
        actor=hall.secretary, now=starts_at - 20 * DAY, body_id=hall.body.pk, title="Assembly", place="Canteen",
        starts_at=starts_at, agenda=agenda,
    )  # fmt: skip
    return Meeting.objects.get(body=hall.body, ref=ref)


def opened(hall, present, now=NOON):
    """An open meeting with so many present."""
    meeting = convened(hall, now)
    for person in hall.people[:present]:
        meetings.attend(actor=person, now=now, meeting_id=meeting.pk)
    meetings.open_meeting(actor=hall.chair, now=now, meeting_id=meeting.pk)
    return Meeting.objects.get(pk=meeting.pk)


def moved(hall, now=NOON, kind="ordinary", **more):
    ref = motions.move_motion(
        actor=hall.people[0], now=now, body_id=hall.body.pk, title="Night buses", text="Until two.", kind=kind, **more
    )
    return Motion.objects.get(body=hall.body, ref=ref)


def seconded(hall, now=NOON, kind="ordinary", **more):
    motion = moved(hall, now, kind, **more)
    motions.second_motion(actor=hall.people[1], now=now, motion_id=motion.pk)
    return Motion.objects.get(pk=motion.pk)


def put(hall, now=NOON, *, way="open", closes_at=None, motion=None):
    """A motion that is being voted on, and its ballot."""
    motion = motion or seconded(hall, now)
    decisions.put_motion(actor=hall.chair, now=now, motion_id=motion.pk, way=way, closes_at=closes_at)
    motion = Motion.objects.select_related("ballot").get(pk=motion.pk)
    return motion, motion.ballot


def everything():
    """All rows that an act could write, to show that a refused one wrote none."""
    return [sorted(model.objects.values_list(), key=str) for model in EVERYTHING]


def acts():
    """The acts on record, oldest first."""
    return list(Entry.objects.order_by("log", "index").values_list("act", flat=True))


def entry(act):
    """The newest entry of an act, as a value."""
    import json

    return json.loads(bytes(Entry.objects.filter(act=act).order_by("-pk").first().leaf))
