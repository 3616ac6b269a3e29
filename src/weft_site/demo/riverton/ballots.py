"""A secret vote that is over: the building site elects one more delegate, on phones and on paper at once."""

from weft_site.demo import doing
from weft_site.demo.devices import Device, Trustees, new_seed
from weft_site.demo.story import Council, Story, vote_rows
from weft_site.federation.models import Election
from weft_site.federation.services import elections
from weft_site.people.models import Person

PLACES = 3
EVERY = 3  # of the members, one in so many has made a voting key


def building_makes_a_key(story: Story) -> None:
    """Three trustees are elected and make a key together; every third member prepares a phone."""
    building = story.councils["building"]
    trustees_are_elected(story, building, building.people[-PLACES - 1 : -1])
    trustees = Trustees([new_seed() for _ in range(PLACES)])
    trustees.make_key(building.refresh(), by=doing.caller(building), now=story.at)
    story.notes["trustees"] = trustees
    story.notes["devices"] = [Device(person).hand_in() for person in building.people[::EVERY]]


def trustees_are_elected(story: Story, council: Council, people: list[Person]) -> None:
    election = doing.call(story, council, office="trustee")
    doing.stand(story, election, people)
    doing.open_vote(story, council, election)
    marks = list(election.ballot.options)
    vote_rows(election.ballot, {person.pk: marks for person in council.people})
    story.pass_minutes(5)
    elections.close_election(actor=doing.caller(council), now=story.at, election_id=election.pk)


def building_votes(story: Story) -> None:
    """A day to vote in: most phones vote, one of them twice; the box has the papers of those without a key."""
    building = story.councils["building"]
    election: Election = story.notes["election_building"]
    devices: list[Device] = story.notes.pop("devices")
    doing.open_vote(story, story.councils["city"], election, by=building.officer("chair"), days=1)
    story.pass_minutes(90)
    voted = devices[: len(devices) * 4 // 5]
    for number, device in enumerate([*voted, voted[0]]):
        device.vote(election.ballot, _marks(election, number), now=story.at)
    story.to(-7, 21)
    papers = (election.ballot.entitled - len(devices)) * 3 // 5
    doing.count(story, election.ballot, building.tellers(), doing.paper_count(election.ballot, papers))


def building_opens_the_sum(story: Story) -> None:
    """Two of the three trustees are enough; the third was at work."""
    trustees: Trustees = story.notes.pop("trustees")
    for number in (1, 3):
        story.pass_minutes(4)
        trustees.give(story.notes["election_building"], number, now=story.at)


def _marks(election: Election, number: int) -> list[list[int]]:
    """Each approves of two: of the first candidate two phones in three, of the others in turn."""
    options = len(election.ballot.options)
    chosen = {number % options, 0 if number % 3 else options - 1}
    return [[int(place in chosen) for place in range(options)]]
