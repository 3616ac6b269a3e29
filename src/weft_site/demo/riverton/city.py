"""How the city came about: twelve councils found it together, four accede to it, and delegates are elected."""

from weft_site.deliberation.services import voting
from weft_site.demo import doing
from weft_site.demo.riverton.founding import library_text
from weft_site.demo.riverton.plan import TITLE, TOGETHER, WORKPLACES, members_of
from weft_site.demo.story import Council, Story, answers, delegates, vacant, vote_rows
from weft_site.federation.models import Accession, Body, Constituency, Election, Federation
from weft_site.federation.services import accession, credentials
from weft_site.people.models import Person

STATEMENTS = (
    "I will read out every vote of mine at our next meeting, before anything else.",
    "Fourteen years on nights. Nobody has asked the night shift anything yet.",
    "I go to listen first, and to say what you tell me to say.",
)


def city_is_founded(story: Story) -> None:
    """One council proposes it, the others take it up; after two weeks each votes, and with the last one it exists."""
    together = [story.councils[workplace.key] for workplace in WORKPLACES[:TOGETHER]]
    story.to(-86)
    first = together[0]
    ref = accession.propose_founding(
        actor=first.officer("chair"), now=story.at, body_id=first.body.pk, title=TITLE, text=library_text(TITLE),
        councils=[(council.body.federation_id, "workplace") for council in together],
    )  # fmt: skip
    proposal = Accession.objects.get(body=first.body, ref=ref)
    for council in together[1:]:
        story.pass_minutes(20)
        accession.take_up(
            actor=council.officer("chair"), now=story.at, body_id=council.body.pk, accession_id=proposal.pk
        )
    story.to(-71, 19)
    for council in together:
        put_accession(story, council)
    story.to(-68, 19)
    take_over_bodies(story, [workplace.key for workplace in WORKPLACES[:TOGETHER]])
    federation = Federation.objects.get(title=TITLE)
    for body in Body.objects.filter(federation=federation, type__in=["delegate", "executive", "commission"]):
        story.councils[body.kind] = Council(body.title, body)
        story.councils[body.kind].refresh()


def put_accession(story: Story, council: Council) -> None:
    """The vote of a council on where it is to belong, by name, over three days."""
    proposal = Accession.objects.get(body=council.body, state=Accession.State.PROPOSED)
    accession.open_accession(actor=council.officer("chair"), now=story.at, accession_id=proposal.pk)
    proposal.refresh_from_db()
    no = len(council.people) // 6
    vote_rows(proposal.ballot, answers(council.people, yes=len(council.people) - no, no=no))


def take_over_bodies(story: Story, keys: list[str]) -> None:
    """From now on these councils live in the city's record."""
    for key in keys:
        council = story.councils[key]
        council.body = Accession.objects.get(body=council.body, state=Accession.State.ACCEPTED).result
        council.refresh()
        council.reload_people()


def rolls_are_entered(story: Story) -> None:
    """In the big workplaces officers enter lists; two vouch, nobody objects, a week passes."""
    enter_rolls(story, [workplace.key for workplace in WORKPLACES[:TOGETHER]])
    story.to(-60, 12)
    for workplace in WORKPLACES[:TOGETHER]:
        story.councils[workplace.key].reload_people()


def enter_rolls(story: Story, keys: list[str]) -> None:
    for workplace in WORKPLACES:
        missing = members_of(workplace, story.scale) - workplace.founders
        if workplace.key in keys and missing > 0:
            doing.enter_list(story, story.councils[workplace.key], missing)
            story.pass_minutes(15)


def first_delegates(story: Story) -> None:
    """The electors of each constituency propose, vote on paper, two tellers count, and the seats are filled."""
    story.to(-60, 18)
    elect_all(story, [workplace.key for workplace in WORKPLACES[:TOGETHER]], days=-53)


def elect_all(story: Story, keys: list[str], *, days: int) -> None:
    """Elections in every constituency of these bodies that has vacant seats; the vote is on the day named."""
    called = call_all(story, keys)
    vote_all(story, called, days=days)


def call_all(story: Story, keys: list[str]) -> list[tuple[Council, Election]]:
    city = story.councils["city"]
    city.refresh()
    called: list[tuple[Council, Election]] = []
    for key in keys:
        council = story.councils[key]
        constituency = story.constituency(council, city)
        if vacant(constituency) and constituency.pk not in {election.constituency_id for _, election in called}:
            election = doing.call(story, city, constituency=constituency, by=council.officer("chair"))
            doing.stand(story, election, candidates(council, constituency, election.places))
            called.append((council, election))
    return called


def vote_all(story: Story, called: list[tuple[Council, Election]], *, days: int) -> None:
    """The boxes stand open for three hours; then two tellers count in each place."""
    city = story.councils["city"]
    story.to(days, 18, 5)
    for council, election in called:
        doing.open_vote(story, city, election, by=council.officer("chair"))
    story.to(days, 21)
    for council, election in called:
        turnout = max(election.ballot.entitled * 3 // 5, 5)
        doing.count(story, election.ballot, council.tellers(), doing.paper_count(election.ballot, turnout))


def candidates(council: Council, constituency: Constituency, places: int) -> list[Person]:
    """A few more than there are places; those who step up later come from them. Officers stay where they are."""
    serving = {term.person_id for term in delegates(constituency)}
    taken = serving | {council.officer("chair").pk, *(person.pk for person in council.tellers())}
    free = [person for person in council.people if person.pk not in taken]
    return free[: places + max(places // 6, 2)]


def others_accede(story: Story) -> None:
    """Four councils that waited to see whether it would last ask to be let in; the delegates accept them."""
    last = WORKPLACES[TOGETHER:]
    city = story.councils["city"]
    for workplace in last:
        council = story.councils[workplace.key]
        accession.propose_accession(
            actor=council.officer("chair"), now=story.at, body_id=council.body.pk,
            into_id=city.body.federation_id, as_kind="workplace",
        )  # fmt: skip


def others_adopt(story: Story) -> None:
    for workplace in WORKPLACES[TOGETHER:]:
        put_accession(story, story.councils[workplace.key])


def others_are_accepted(story: Story) -> None:
    """The delegates vote by name over three days; those who stay away are not counted, and half of them come."""
    city = story.councils["city"]
    people = seated(story)
    for workplace in WORKPLACES[TOGETHER:]:
        asked = Accession.objects.get(body=story.councils[workplace.key].body, state=Accession.State.ADOPTED)
        accession.open_acceptance(actor=city.officer("chair"), now=story.at, accession_id=asked.pk)
        asked.refresh_from_db()
        for person in people[: len(people) * 11 // 20 + 1]:
            voting.cast_vote(actor=person, now=story.at, ballot_id=asked.acceptance_id, choice="yes")


def others_belong(story: Story) -> None:
    take_over_bodies(story, [workplace.key for workplace in WORKPLACES[TOGETHER:]])
    enter_rolls(story, [workplace.key for workplace in WORKPLACES[TOGETHER:]])


def seated(story: Story) -> list[Person]:
    """The delegates with a decisive voice, by seat: who votes in the city council now."""
    from weft_site.federation.facts import voters  # noqa: PLC0415 - one look, not a dependency of the story

    ids = [voter.person_id for voter in voters([story.councils["city"].refresh()], story.at)]
    found = Person.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def check_credentials(story: Story) -> None:
    """The mandate commission confirms those who wait."""
    from weft_site.federation.models import Term  # noqa: PLC0415

    checker = story.cast["commission"]
    waiting = Term.objects.filter(
        seat__body=story.councils["city"].body, credential=Term.Credential.PENDING, ended_at=None
    ).order_by("pk")
    for term in waiting:
        credentials.decide_credential(actor=checker, now=story.at, term_id=term.pk, confirm=True)
