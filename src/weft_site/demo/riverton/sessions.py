"""The city council meets: officers, a mandate commission, motions, a change of the charter, reports."""

from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import amendments, instructions, motions, ratification, voting
from weft_site.demo import doing
from weft_site.demo.riverton import city as the_city
from weft_site.demo.riverton.plan import WORKPLACES
from weft_site.demo.story import Council, Story, answers, delegates, vote_rows
from weft_site.federation.models import Constituency, Election, Mandate
from weft_site.federation.services import elections, mandates, reports
from weft_site.people.models import Person

HALL = "Riverton Labor Temple, main hall"


def present(story: Story, share: int = 85) -> list[Person]:
    """Who has come to a session: so many of a hundred delegates, by a fixed pattern."""
    return [person for number, person in enumerate(the_city.seated(story)) if number * 37 % 100 < share]


def first_session_is_called(story: Story) -> None:
    city = story.councils["city"]
    story.to(-53, 22)
    city.people = the_city.seated(story)
    story.notes["first"] = doing.convene(
        story, city, title="First session of the city council", place=HALL, starts_at=story.when(-46, 23),
        agenda=["Who has come, and from where", "Chair, secretary, treasurer", "Mandate commission"],
    )  # fmt: skip


def first_session(story: Story) -> None:
    """The delegates meet for the first time: they elect a chair, a secretary and those who check credentials."""
    city, meeting = story.councils["city"], story.notes.pop("first")
    story.to(-46, 23)
    city.people = present(story)
    doing.open_session(story, city, meeting, city.people)
    for number, office in enumerate(("chair", "secretary", "treasurer")):
        story.pass_minutes(6)
        doing.elect_officer(
            story, city, office, story.one(city.people, 5 + 31 * number), [story.one(city.people, 15 + 31 * number)]
        )
    story.cast["city_chair"] = city.officer("chair")
    doing.draw_tellers(story, city)
    elect_commission(story, city)
    committee_is_called(story)
    for title, text, against in (
        (
            "A solidarity fund",
            "Each council puts aside half an hour's pay a member and month. The treasurer reports at every session.",
            10,
        ),
        (
            "With the cleaners of the Grand Hotel",
            "Two paid breaks a shift. Until they have them, no session of this council is held there.",
            40,
        ),
    ):
        story.pass_minutes(8)
        motion = doing.move(
            story, city, story.one(city.people, 3), story.one(city.people, 40), title=title, text=text, meeting=meeting
        )
        doing.decide(story, city, motion, city.people, no=len(city.people) // against, abstain=3)
    propose(
        story, [("bodies.workplace.quorum.at_least", 4)], "A quorum that small councils can reach",
        "Café Meridian has five members. When one of them is ill, its council cannot meet. Four are enough.",
    )  # fmt: skip
    doing.close_session(story, city, meeting)


def elect_commission(story: Story, city: Council) -> None:
    commission = story.councils["mandate_commission"]
    commission.refresh()
    constituency = Constituency.objects.get(body=commission.body, ended_at=None)
    election = doing.call(story, commission, constituency=constituency, by=city.officer("chair"))
    standing = [story.one(city.people, place) for place in (25, 50, 75, 88)]
    doing.stand(story, election, standing)
    doing.open_vote(story, commission, election, by=city.officer("chair"))
    approve(story, city, election)
    story.cast["commission"] = delegates(constituency)[0].person


def committee_is_called(story: Story) -> None:
    """The committee is elected from among the delegates after a week's notice; so many seats as the charter gives."""
    city, committee = story.councils["city"], story.councils["committee"]
    committee.refresh()
    constituency = Constituency.objects.filter(body=committee.body, ended_at=None).first()
    if constituency is None:
        return
    election = doing.call(story, committee, constituency=constituency, by=city.officer("chair"))
    places = election.places + 2
    doing.stand(story, election, [story.one(city.people, 3 + 90 * n // places) for n in range(places)])
    story.notes["committee"] = election


def committee_is_elected(story: Story) -> None:
    city, committee = story.councils["city"], story.councils["committee"]
    election = story.notes.pop("committee", None)
    if election is None:
        return
    doing.open_vote(story, committee, election, by=city.officer("chair"))
    approve(story, city, election)


def approve(story: Story, city: Council, election: Election) -> None:
    """Everybody present marks whom they approve of, by name; nobody marks all, and the first ones are marked most."""
    refs = list(election.ballot.options)
    for number, person in enumerate(city.people):
        marks = [ref for place, ref in enumerate(refs) if (number + place) % (len(refs) + 3) > place]
        voting.cast_vote(actor=person, now=story.at, ballot_id=election.ballot_id, choice=marks)
    elections.close_election(actor=city.officer("chair"), now=story.at, election_id=election.pk)


def propose(story: Story, values: list, title: str, reason: str) -> Motion:
    """A change of the charter, moved by one delegate and backed by two more, as the charter asks."""
    city = story.councils["city"]
    ref = amendments.propose_amendment(
        actor=story.one(city.people, 12), now=story.at, body_id=city.body.pk, title=title, reason=reason, values=values
    )
    motion = Motion.objects.get(body=city.body, ref=ref)
    for person in (story.one(city.people, 22), story.one(city.people, 32)):
        motions.second_motion(actor=person, now=story.at, motion_id=motion.pk)
    return motion


def second_session_is_called(story: Story) -> None:
    city = story.councils["city"]
    story.to(-37, 9)
    story.notes["second"] = doing.convene(
        story, city, title="Second session", place=HALL, starts_at=story.when(-30, 19),
        agenda=["Reports of the delegates", "Election of the committee"],
    )  # fmt: skip


def second_session(story: Story) -> None:
    """A motion is lost by two votes; a change of the charter is carried and goes to the base."""
    city, meeting = story.councils["city"], story.notes.pop("second")
    city.people = present(story, 80)
    story.to(-30, 23, 30)
    doing.open_session(story, city, meeting, city.people)
    half = len(city.people) // 2
    motion = doing.move(
        story, city, story.one(city.people, 30), story.one(city.people, 61), title="Breakfast for the picket lines",
        text="The University Kitchens cook for every picket line in the city from five in the morning, at cost.",
        meeting=meeting,
    )  # fmt: skip
    doing.decide(story, city, motion, city.people, no=half, abstain=3)  # lost, by two or three votes
    committee_is_elected(story)
    amendment = Motion.objects.get(body=city.body, kind="charter", state=Motion.State.SECONDED)
    doing.decide(story, city, amendment, city.people, no=len(city.people) // 9)
    doing.close_session(story, city, meeting)
    ask_base(story, amendment, [workplace.key for workplace in WORKPLACES[:12]], refusing=("callcenter",))


def second_change_is_moved(story: Story) -> None:
    """Once the first change is in force: a text moved on the charter before it would be stale."""
    propose(
        story, [("bodies.city.seats.0.report_every_days", 21)], "Delegates report every three weeks",
        "A month is long. Whoever is sent by us should sit with us every three weeks and say what they did.",
    )  # fmt: skip


def ask_base(story: Story, motion: Motion, keys: list[str], *, refusing=(), days: int = 4) -> None:
    """These councils vote by name over days on whether to ratify; about two in five take part."""
    for key in keys:
        council = story.councils[key]
        pk = ratification.open_ratification(
            actor=council.officer("chair"), now=story.at, motion_id=motion.pk, body_id=council.body.pk,
            closes_at=story.when((story.at - story.now).days + days, 20),
        )  # fmt: skip
        ballot = motion.ratifications.get(ballot=pk).ballot
        part = max(len(council.people) * 2 // 5, min(len(council.people), 6))
        yes = part // 4 if key in refusing else part - part // 5
        vote_rows(ballot, answers(council.people, yes=yes, no=part - yes))


def reports_are_given(story: Story) -> None:
    """Every delegate of the first election owes a report after thirty days. All but one give it."""
    city = story.councils["city"]
    for workplace in WORKPLACES[:12]:
        for term in delegates(story.constituency(story.councils[workplace.key], city)):
            if term.person_id != story.cast["recalled"].pk and term.starts_at < story.when(-50, 0):
                text = (
                    "Two sessions so far. I voted on three motions and a change of the charter; the record has how. "
                    f"{workplace.title} asked me about the fund: the treasurer's account is open to you at any time."
                )
                reports.give_report(actor=term.person, now=story.at, term_id=term.pk, text=text)


def instruct(
    story: Story, council: Council, *, matter: str, text: str, position: str = "yes", share: int = 30
) -> Mandate:
    """The electors of one workplace give their delegates a mandate by a vote over days; it is decided when they end."""
    constituency = story.constituency(council, story.councils["city"])
    ref = mandates.propose_mandate(
        actor=council.people[6], now=story.at, constituency_id=constituency.pk, matter=matter, text=text,
        position=position,
    )  # fmt: skip
    mandate = Mandate.objects.get(constituency=constituency, ref=ref)
    mandates.open_mandate(actor=council.officer("chair"), now=story.at, mandate_id=mandate.pk)
    mandate.refresh_from_db()
    took_part = max(len(council.people) * share // 100, 6)
    vote_rows(mandate.ballot, answers(council.people, yes=took_part - took_part // 5, no=took_part // 5))
    return mandate


def link(story: Story, council: Council, mandate: Mandate, motion: Motion) -> None:
    instructions.link_mandate(
        actor=council.officer("chair"),
        now=story.at,
        body_id=council.body.pk,
        mandate_id=mandate.pk,
        motion_id=motion.pk,
    )


def third_session_is_prepared(story: Story) -> None:
    """Notice, a motion on the agenda, and a binding mandate that the depot gives its delegates on it."""
    city, depot = story.councils["city"], story.councils["depot"]
    story.to(-22, 9)
    meeting = doing.convene(
        story, city, title="Third session", place=HALL, starts_at=story.when(-11, 19),
        agenda=["Reports of the delegates", "The treasurer's account of the fund"],
    )  # fmt: skip
    rides = doing.move(
        story, city, story.one(city.people, 33), story.one(city.people, 44), title="Free rides for schoolchildren",
        text="No child pays on the way to school. The council demands it of the transit authority, at its gates.",
        meeting=meeting,
    )  # fmt: skip
    told = instruct(
        story, depot, matter="Free rides for schoolchildren",
        text="Vote for it. We drive these children, and we are tired of putting them out in the rain.",
    )  # fmt: skip
    story.to(-18, 12)
    link(story, depot, told, rides)
    story.notes["third"], story.notes["rides"] = meeting, rides


def third_session(story: Story) -> None:
    """A mandate is broken before everybody's eyes; a decision is made to which the women will object."""
    city = story.councils["city"]
    story.to(-11, 19)
    mine = {term.person_id for term in delegates(story.constituency(story.councils["depot"], city))}
    broken = story.cast["recalled"]
    here = [person for person in present(story, 83) if person.pk != broken.pk]
    # the last of a roll call vote no: the one who breaks the mandate is among them, the rest of the depot is not
    city.people = [p for p in here if p.pk in mine] + [p for p in here if p.pk not in mine] + [broken]
    meeting, rides = story.notes.pop("third"), story.notes.pop("rides")
    doing.open_session(story, city, meeting, city.people)
    doing.decide(story, city, rides, city.people, no=len(city.people) // 7, abstain=2)
    story.pass_minutes(20)
    stops = doing.move(
        story, city, story.one(city.people, 21), story.one(city.people, 42), title="Line 7 skips its night stops",
        text="From midnight on line 7 no longer stops at Mill Lane and Quarry Road, so that it is back on time.",
        meeting=meeting,
    )  # fmt: skip
    doing.decide(story, city, stops, city.people, no=len(city.people) // 3, abstain=4)
    amendment = Motion.objects.get(body=city.body, kind="charter", state=Motion.State.SECONDED)
    doing.decide(story, city, amendment, city.people, no=len(city.people) // 11)
    doing.close_session(story, city, meeting)
    story.notes["stops"], story.notes["amendment"] = stops, amendment


MEETINGS = (  # of workplaces: who, what, hands for and against
    ("depot", "Toilets at the end of every line", "We stop for five minutes where there is one, and report it.", 96, 3),
    ("bakery", "Flour dust", "Masks are bought today. The bill goes to the owner.", 8, 0),
    ("schools", "Substitutes belong to us", "Whoever works here for a week may apply to this council.", 71, 12),
)


def workplace_meetings_are_called(story: Story) -> None:
    """Councils where people work meet too; three days before, everybody is told."""
    for key, title, *_ in MEETINGS:
        council = story.councils[key]
        council.reload_people()
        story.notes[key] = doing.convene(
            story, council, title="Members' meeting", place="At work", starts_at=story.when(-27, 17), agenda=[title]
        )


def workplace_meetings_are_held(story: Story) -> None:
    """Hands are raised, and two tellers count them, each for themselves."""
    story.to(-27, 17)
    for key, title, text, yes, no in MEETINGS:
        council, meeting = story.councils[key], story.notes.pop(key)
        quorum = len(council.people) // 5 + 1
        here = council.people[: max(min(yes + no + 4, len(council.people)), quorum)]
        doing.open_session(story, council, meeting, here)
        motion = doing.move(story, council, here[2], here[3], title=title, text=text, meeting=meeting)
        doing.decide_by_hands(story, council, motion, yes=min(yes, len(here) - no), no=no)
        doing.close_session(story, council, meeting)


def by_election(story: Story, council: Council, constituency: Constituency, places: int = 1) -> Election:
    """An election called for a seat that has come open; candidates have come forward."""
    election = doing.call(story, story.councils["city"], constituency=constituency, by=council.officer("chair"))
    doing.stand(story, election, the_city.candidates(council, constituency, places))
    return election
