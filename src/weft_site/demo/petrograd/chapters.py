"""The Soviet is set up as rows at a stroke: history kept no record that could be replayed, so none is made up.

Plants, companies and their numbers come from `figures`; how many deputies follow from them is computed by the
charter's own norm. Deputies have numbers and no names, because we do not invent persons of history.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files

from django.utils.translation import gettext_noop as _

from weft.ballots import majority, roll_hash
from weft.charter import Charter, amend, load
from weft.federation.entitlement import plan
from weft_site.ballots.models import Ballot
from weft_site.charter.facts import keep_version
from weft_site.deliberation.models import Motion
from weft_site.demo.people import Role, write_roles
from weft_site.demo.petrograd.figures import COMPANIES, Vote, named_plants, plants, votes
from weft_site.demo.story import NO_PASSWORD, Story
from weft_site.federation import facts
from weft_site.federation.models import Body, BodyLink, Constituency, Membership, Seat, Term
from weft_site.federation.services.bodies import create_body, create_federation, link
from weft_site.people.models import Person

FOUNDED = datetime(1917, 3, 12, 18, tzinfo=UTC)  # 27 February, old style
EXECUTIVE_GREW = datetime(1917, 3, 14, 18, tzinfo=UTC)  # 1 March, old style
BUREAU = datetime(1917, 4, 25, 18, tzinfo=UTC)
PARTIES = ("Bolsheviks", "Mensheviks", "Socialist Revolutionaries")  # three representatives each (Polithistory)
TITLE = "Petrograd Soviet, 1917"
OPEN = ("plant", "company", "party", "executive", "bureau")
MANY = 2_000


def sender_bodies(story: Story) -> None:
    """One body for each plant and each company, with the number that its deputies follow from."""
    text = files("weft.charter").joinpath("library/petrograd-soviet-1917.toml").read_text()
    # that nobody may look in was no rule of 1917 that we know of, and here there is nothing to hide
    law = amend(load(text), [(f"bodies.{kind}.visibility", "public") for kind in OPEN])
    federation = create_federation(title=TITLE, version=keep_version(law.text), now=FOUNDED)
    soviet = create_body(federation, law, kind="soviet", title="Petrograd Soviet", ref="b0", now=FOUNDED)
    rows = [
        Body(federation=federation, ref=f"b0-{number}", created_at=FOUNDED, **fields)
        for number, fields in enumerate(_senders(law), start=1)
    ]
    bodies = Body.objects.bulk_create(rows, batch_size=MANY)
    BodyLink.objects.bulk_create([BodyLink(lower=body, upper=soviet) for body in bodies], batch_size=MANY)
    story.notes.update(law=law, federation=federation, soviet=soviet)


def _senders(law: Charter) -> Iterator[dict[str, object]]:
    for plant in plants():
        yield {
            "kind": "plant", "type": law.body("plant").type, "title": plant.title,
            "members_count": plant.workers, "numbers": {"workers": plant.workers},
        }  # fmt: skip
    for number in range(1, COMPANIES + 1):  # how many men stood behind a deputy is not told: only the deputy is counted
        yield {
            "kind": "company", "type": law.body("company").type, "title": f"Company {number} of the garrison",
            "members_count": 1, "numbers": {"companies": 1},
        }  # fmt: skip


def deputies_are_sent(story: Story) -> None:
    """As many seats as the norm gives, every one filled by a deputy of that plant or company."""
    soviet = story.notes["soviet"]
    seats = _seats(story, soviet)
    titles = dict(Body.objects.filter(links_up__upper=soviet).values_list("pk", "title"))
    senders = dict(Constituency.senders.through.objects.values_list("constituency_id", "body_id"))
    places = [(seat, senders[seat.constituency_id]) for seat in seats]
    people = _people(f"Deputy of {titles[body]}, no. {seat.number}" for seat, body in places)
    members = [
        Membership(body_id=body, person=person, ref=f"m0-{n}", since=FOUNDED, commitment="")
        for n, ((_seat, body), person) in enumerate(zip(places, people, strict=True), start=1)
    ]
    members = Membership.objects.bulk_create(members, batch_size=MANY)
    _terms(seats, members, FOUNDED, first=1)
    story.notes.update(deputies=list(zip(seats, members, strict=True)))


def _seats(story: Story, body: Body) -> list[Seat]:
    """Constituencies and seats as `weft.federation.entitlement.plan` gives them; in bulk, because they are 3,000."""
    law = story.notes["law"]
    body.federation = story.notes["federation"]
    rule = law.body(body.kind)
    found = plan(rule, facts.senders([body], rule.seats, story.now)[body.pk], [], index=0)
    rows = [
        Constituency(
            body=body, rule=row.rule, ref=row.ref, units=row.units, seats_due=row.seats, created_at=body.created_at
        )
        for row in found.constituencies
    ]
    rows = Constituency.objects.bulk_create(rows, batch_size=MANY)
    lower = dict(Body.objects.filter(federation=body.federation).values_list("ref", "pk"))
    through = Constituency.senders.through
    pairs = [
        through(constituency=row, body_id=lower[ref])
        for row, planned in zip(rows, found.constituencies, strict=True)
        for ref in planned.senders
    ]
    through.objects.bulk_create(pairs, batch_size=MANY)
    seats = [
        Seat(body=body, constituency=row, number=number, ref=ref)
        for row, planned in zip(rows, found.constituencies, strict=True)
        for ref, number in planned.opened
    ]
    return Seat.objects.bulk_create(seats, batch_size=MANY)


def _people(names: Iterator[str]) -> list[Person]:
    day = FOUNDED.date()
    rows = [Person(name=name, joined_on=day, password=NO_PASSWORD) for name in names]
    return Person.objects.bulk_create(rows, batch_size=MANY)


def _terms(seats: Sequence[Seat], members: Sequence[Membership], since: datetime, *, first: int) -> None:
    rows = [
        Term(
            seat=seat, person=member.person, membership=member, name=member.person.name, ref=f"t0-{n}", starts_at=since
        )
        for n, (seat, member) in enumerate(zip(seats, members, strict=True), start=first)
    ]
    Term.objects.bulk_create(rows, batch_size=MANY)


def organs_are_elected(story: Story) -> None:
    """Executive Committee (15, then 10 soldiers, then three of each party) and the Bureau of April."""
    federation, law, soviet = (story.notes[key] for key in ("federation", "law", "soviet"))
    executive = create_body(federation, law, kind="executive", title="Executive Committee", ref="b1", now=FOUNDED)
    bureau = create_body(federation, law, kind="bureau", title="Bureau", ref="b2", now=BUREAU)
    link(soviet, executive)
    link(executive, bureau)
    representatives = []
    for number, title in enumerate(PARTIES, start=3):
        party = create_body(federation, law, kind="party", title=title, ref=f"b{number}", now=FOUNDED)
        link(party, executive)
        people = _people(f"Representative of the {title}, no. {n}" for n in range(1, 4))
        rows = [
            Membership(body=party, person=person, ref=f"m0-{n}", since=FOUNDED, commitment="")
            for n, person in enumerate(people, start=1)
        ]
        representatives += Membership.objects.bulk_create(rows)
        Body.objects.filter(pk=party.pk).update(members_count=len(rows))
    seats = _seats(story, executive)
    workers = [member for seat, member in story.notes["deputies"] if seat.constituency.rule == 0][:15]
    soldiers = [member for seat, member in story.notes["deputies"] if seat.constituency.rule == 1][:10]
    sitting = [*workers, *soldiers, *representatives]
    _terms(seats[:15], workers, FOUNDED, first=1)
    _terms(seats[15:25], soldiers, EXECUTIVE_GREW, first=16)
    _terms(seats[25:], representatives, EXECUTIVE_GREW, first=26)
    _terms(_seats(story, bureau), sitting[:24], BUREAU, first=1)
    story.notes.update(soldier=soldiers[0])


def votes_are_told(story: Story) -> None:
    """Votes of the Soviet as motions with the numbers that are told, judged by the charter's majority."""
    federation, law, soviet = (story.notes[key] for key in ("federation", "law", "soviet"))
    seats = Seat.objects.filter(body=soviet, constituency__isnull=False).values_list("ref", flat=True)
    mover = story.notes["deputies"][0][1].person
    for number, vote in enumerate(votes(), start=1):
        day = datetime.fromisoformat(vote.date).replace(hour=20, tzinfo=UTC) + story.notes["calendar"]
        verdict = majority(
            law.decision("ordinary").majority, yes=vote.yes, no=vote.no, abstain=vote.abstain,
            present=vote.yes + vote.no + vote.abstain, entitled=len(seats),
        )  # fmt: skip
        ballot = Ballot.objects.create(
            log=federation.log, ref=f"v0-{number}", electorate=soviet.ref, title=vote.motion, way=Ballot.Way.COUNTED,
            options=["yes", "no", "abstain"], follows_seats=True, entitled=len(seats), roll_hash=roll_hash(seats),
            lot_seed="", lot_commitment="", opened_at=day, closed_at=day,
            result={
                "yes": vote.yes, "no": vote.no, "abstain": vote.abstain, "voted": vote.yes + vote.no + vote.abstain,
                "base": verdict.base, "needed": verdict.needed, "carried": verdict.carried, "tied": verdict.tied,
                "outcome": "carried" if verdict.carried else "lost",
            },
        )  # fmt: skip
        Motion.objects.create(
            body=soviet, ref=f"n0-{number}", title=vote.motion, text=told(vote), mover=mover, mover_name=_("not known"),
            state=Motion.State.CARRIED if verdict.carried else Motion.State.LOST, moved_at=day, ballot=ballot,
            decided_at=day, charter=federation.charter,
        )  # fmt: skip


def told(vote: Vote) -> str:
    """The numbers as they are told, with the doubt beside them."""
    worth = {"V": "read at the source", "M": "from memory, unverified: illustrative", "D": "derived: illustrative"}
    return (
        f"{vote.date}, old style. {vote.yes} for, {vote.no} against, {vote.abstain} abstained ({vote.method}).\n\n"
        f"What the sources say of it: {vote.note}.\n\n"
        f"This figure: {worth[vote.status]}. Source: {vote.source}.\n\n"
        "No roll, no quorum and no names are known; who voted how is not made up here."
    )


def electors_and_roles(story: Story) -> None:
    """Two workers who are not deputies, so that one can see what electors may do; and who can be signed in as."""
    deputies = story.notes["deputies"]
    shoes = Body.objects.get(federation=story.notes["federation"], title="Skorokhod shoes")
    worker, visitor = _people(iter(("Worker of Skorokhod, no. 1", "Visitor in the gallery")))
    Membership.objects.create(body=shoes, person=worker, ref="m0-w1", since=FOUNDED, commitment="")
    first = next(member.person for seat, member in deputies if seat.constituency.rule == 0)
    write_roles(
        [
            Role(first.pk, first.name, _("Deputy in the workers' section"), _(
                "One of %(number)d deputies whom this plant sends, if it had as many workers as is told. Move a motion."
            ), {"number": named_plants()[0].workers // 1_000}),
            Role(story.notes["soldier"].person.pk, story.notes["soldier"].person.name,
                 _("Deputy in the soldiers' section, member of the Executive Committee"),
                 _("One deputy a company: see how much heavier that weighs than one deputy a thousand workers.")),
            Role(worker.pk, worker.name, _("Elector, not a deputy"),
                 _("Start the recall of a deputy of your plant. No term was fixed in 1917.")),
            Role(visitor.pk, visitor.name, _("In the gallery"),
                 _("Read the charter with its sources, and the figures with their doubts.")),
        ]
    )  # fmt: skip


def calendar(story: Story) -> None:
    """From the old style to the new: thirteen days in that century."""
    story.notes["calendar"] = datetime(1917, 3, 12, tzinfo=UTC) - datetime(1917, 2, 27, tzinfo=UTC)


CHAPTERS = (
    ("The calendar of then", calendar),
    ("Plants and companies", sender_bodies),
    ("Deputies are sent", deputies_are_sent),
    ("Executive Committee and Bureau", organs_are_elected),
    ("Votes as they are told", votes_are_told),
    ("The parts are cast", electors_and_roles),
)
