"""Five associations, crosswise to the councils: proposed by one, founded by five, joined by others, two seats each."""

from weft_site.demo import doing
from weft_site.demo.names import WOMEN
from weft_site.demo.riverton.plan import ASSOCIATIONS, TOGETHER, WORKPLACES, Association
from weft_site.demo.story import Council, Story
from weft_site.federation.models import Body
from weft_site.federation.services import applications, associations
from weft_site.people.models import Person

FOUNDERS = 5


def associations_are_founded(story: Story) -> None:
    story.to(-52, 19)
    for association in ASSOCIATIONS:
        people = members(story, association)
        home = next(c for c in story.councils.values() if c.body.type == "base" and people[0] in c.people)
        ref = associations.propose_association(
            actor=people[0], now=story.at, body_id=home.body.pk, kind="association", title=association.title,
            of_age=True,
        )  # fmt: skip
        body = Body.objects.get(federation=home.body.federation, ref=ref)
        for person in people[1:FOUNDERS]:
            story.pass_minutes(5)
            applications.apply(actor=person, now=story.at, body_id=body.pk, of_age=True)
        council = Council(association.title, body, people[:FOUNDERS])
        council.refresh()
        story.councils[association.key] = council
        doing.fill_offices(story, council)
        for person in people[FOUNDERS:]:
            doing.apply(story, council, person, 2)
    story.cast["women_chair"] = story.councils["women"].officer("chair")


def members(story: Story, association: Association) -> list[Person]:
    """People of many workplaces, a few from each. Officers and delegates have enough to do."""
    found: list[Person] = []
    busy = {
        person.pk
        for other in ASSOCIATIONS
        if other.key in story.councils
        for person in story.councils[other.key].people
    }
    for workplace in WORKPLACES[: TOGETHER - 2]:
        people = story.councils[workplace.key].people[workplace.founders :]
        mine = people[-association.skip :: -len(ASSOCIATIONS)]
        if association.key == "women":
            mine = [person for person in people[::-1] if person.name.split()[0] in WOMEN]
        mine = [person for person in mine if person.pk not in busy]
        found += mine[: max(association.members // 9, 1) + 1]
    return found[: association.members]


def associations_elect(story: Story) -> None:
    """Two delegates each, on paper; the second election of delegates of the city."""
    from weft_site.demo.riverton.city import elect_all  # noqa: PLC0415 - the same way of electing

    for association in ASSOCIATIONS:
        story.councils[association.key].reload_people()
    elect_all(story, [association.key for association in ASSOCIATIONS], days=-38)
