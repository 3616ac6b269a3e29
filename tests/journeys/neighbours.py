"""The city that is there already: three councils founded it, elected delegates, officers and a mandate commission.

All of it through the acts of the site, in the weeks before, because its record has to replay as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import ratification, voting
from weft_site.demo import doing
from weft_site.demo.riverton.founding import library_text
from weft_site.demo.story import Council, Story, answers, delegates, vote_rows
from weft_site.federation.models import Accession, Body, Constituency, Federation
from weft_site.federation.services import accession, elections
from weft_site.people.models import Person

WORKPLACES = (("Depot", 52), ("Hospital", 80), ("Bakery", 9))  # 2 delegates; 3; too few, so it votes with the depot
DAYS = 90


@dataclass
class City:
    slug: str
    body: str  # address of the city council
    chair: Person
    delegates: list[Person]  # in the order of their seats
    bakers: list[Person]
    bakery: str  # address
    commission: list[Person]


def riverton(now: datetime) -> City:
    """A city council with five delegates, as it stands at this instant."""
    story = Story(now=now, at=now - timedelta(days=DAYS))
    for title, number in WORKPLACES:
        story.councils[title] = doing.found(story, title=title, place="At work", number=number, text=library_text())
        doing.fill_offices(story, story.councils[title])
    _found_city(story)
    _send_delegates(story)
    _fill_places(story)
    city, bakery = story.councils["city"], story.councils["Bakery"]
    slug = city.body.federation.log.slug
    return City(
        slug=slug,
        body=f"/f/{slug}/b/{city.body.ref}/",
        chair=city.officer("chair"),
        delegates=city.people,
        bakers=bakery.people,
        bakery=f"/f/{slug}/b/{bakery.body.ref}/",
        commission=[term.person for term in delegates(_seats_of(story.councils["mandate_commission"]))],
    )


def _found_city(story: Story) -> None:
    """One proposes it, the others take it up; after the notice each votes; with the last one it exists."""
    first, *others = story.councils.values()
    here = [(council.body.federation_id, "workplace") for council in story.councils.values()]
    ref = accession.propose_founding(
        actor=first.officer("chair"), now=story.at, body_id=first.body.pk, title="Riverton",
        text=library_text("Riverton"), councils=here,
    )  # fmt: skip
    proposal = Accession.objects.get(body=first.body, ref=ref)
    for council in others:
        accession.take_up(
            actor=council.officer("chair"), now=story.at, body_id=council.body.pk, accession_id=proposal.pk
        )
    story.to(15 - DAYS)
    for council in (first, *others):
        row = Accession.objects.get(body=council.body)
        accession.open_accession(actor=council.officer("chair"), now=story.at, accession_id=row.pk)
        row.refresh_from_db()
        vote_rows(row.ballot, answers(council.people, yes=len(council.people)))
    story.to(20 - DAYS)
    for council in (first, *others):
        council.body = Accession.objects.get(body=council.body).result
        council.refresh()
    of = Federation.objects.get(title="Riverton")
    for name, kind in (("city", "city"), ("mandate_commission", "mandate_commission")):
        body = Body.objects.get(federation=of, kind=kind)
        story.councils[name] = Council(body.title, body)
        story.councils[name].refresh()


def _send_delegates(story: Story) -> None:
    """Each constituency with seats elects, on paper, counted by its tellers."""
    city, called = story.councils["city"], []
    for title in ("Depot", "Hospital"):
        council = story.councils[title]
        constituency = story.constituency(council, city)
        election = doing.call(story, city, constituency=constituency, by=council.officer("chair"))
        doing.stand(story, election, council.people[4 : 4 + election.places + 2])
        called.append((council, constituency, election))
    story.to(28 - DAYS)
    for council, constituency, election in called:
        doing.open_vote(story, city, election, by=council.officer("chair"))
        doing.count(story, election.ballot, council.tellers(), doing.paper_count(election.ballot, 30))
        city.people += [term.person for term in delegates(constituency)]


def _fill_places(story: Story) -> None:
    """The delegates elect a chair and a secretary, draw tellers, and elect those who check credentials."""
    city, commission = story.councils["city"], story.councils["mandate_commission"]
    for number, office in enumerate(("chair", "secretary")):
        doing.elect_officer(story, city, office, city.people[number])
    doing.draw_tellers(story, city)
    chair = city.officer("chair")
    election = doing.call(story, commission, constituency=_seats_of(commission), by=chair)
    doing.stand(story, election, city.people[2:])
    doing.open_vote(story, commission, election, by=chair)
    for person in city.people:
        voting.cast_vote(actor=person, now=story.at, ballot_id=election.ballot_id, choice=list(election.ballot.options))
    elections.close_election(actor=chair, now=story.at, election_id=election.pk)
    story.at = story.now


def _seats_of(commission: Council) -> Constituency:
    return Constituency.objects.get(body=commission.body, ended_at=None)


def ratify(city: City, motion_ref: str, now: datetime) -> None:
    """The other councils give their answer too."""
    motion = Motion.objects.get(body__federation__log__slug=city.slug, ref=motion_ref)
    for title, _number in WORKPLACES:
        body = Body.objects.get(federation__log__slug=city.slug, title=title, ended_at=None)
        council = Council(title, body)
        council.reload_people()
        pk = ratification.open_ratification(
            actor=council.officer("chair"), now=now, motion_id=motion.pk, body_id=body.pk,
            closes_at=now + timedelta(days=3),
        )  # fmt: skip
        vote_rows(motion.ratifications.get(ballot=pk).ballot, answers(council.people, yes=len(council.people) * 2 // 3))
