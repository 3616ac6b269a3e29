"""Today: the city council is in session and votes by name, and elsewhere eleven people gather."""

from weft_site.deliberation.services import motions, voting
from weft_site.demo import doing
from weft_site.demo.riverton import sessions
from weft_site.demo.riverton.founding import library_text
from weft_site.demo.story import Story, delegates


def fourth_session(story: Story) -> None:
    """Opened three quarters of an hour ago; one motion is decided, the next is being voted on, two more wait."""
    city = story.councils["city"]
    meeting, bus = story.notes["fourth"], story.notes["bus"]
    story.to_minutes_ago(45)
    chair = city.officer("chair")
    city.people = sessions.present(story, 80)
    waiting = [story.cast[name] for name in ("delegate", "recalled", "commission")] + [chair]
    city.people = [p for p in city.people if p.pk not in {w.pk for w in waiting}] + waiting
    doing.open_session(story, city, meeting, city.people)
    story.pass_minutes(7)
    fund = doing.move(
        story, city, story.one(city.people, 4), story.one(city.people, 12),
        title="The fund pays the first two weeks of the hotel strike",
        text="Twelve thousand dollars, paid out by the council of the Grand Hotel.", meeting=meeting,
    )  # fmt: skip
    doing.decide(story, city, fund, city.people, no=len(city.people) // 15, abstain=3)
    story.pass_minutes(9)
    port = doing.move(
        story, city, story.one(city.people, 15), story.one(city.people, 36),
        title="No overtime while the port is short of hands",
        text="Until forty more are hired, nobody of us takes overtime at the River Port.", meeting=meeting,
    )  # fmt: skip
    migrants = story.councils["migrants"]
    motions.table_motion(
        actor=migrants.officer("chair"), now=story.at, association_id=migrants.body.pk, body_id=city.body.pk,
        title="Interpreters at every session", meeting_id=meeting.pk,
        text="Spanish, Vietnamese and Arabic to begin with, paid from the fund. Who cannot follow cannot decide.",
    )  # fmt: skip
    story.notes["port_motion"] = port
    story.pass_minutes(6)
    ballot = doing.put(story, city, bus)
    quiet = {person.pk for person in waiting}
    hospital = {t.person_id for t in delegates(story.constituency(story.councils["hospital"], city))}
    voters = [p for p in city.people if p.pk not in quiet]
    for number, person in enumerate(voters[: len(voters) * 2 // 3]):
        against = person.pk not in hospital and number % 5 == 4
        voting.cast_vote(actor=person, now=story.at, ballot_id=ballot.pk, choice="no" if against else "yes")


def ferry_crews_gather(story: Story) -> None:
    """Eleven have come; the charter that was proposed asks for twelve."""
    story.to_minutes_ago(25)
    text = library_text().replace("founders = 5", "founders = 12", 1)
    people = story.people(11)
    doing.gather(story, title="Ferry Crews", place="Pier 3, waiting room", people=people, text=text)
    story.at = story.now
