"""Who can be signed in as with one click, and what each of them can show."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from weft_site.deliberation.models import Founding
from weft_site.demo.people import Role, write_roles
from weft_site.demo.story import Story, delegates
from weft_site.federation.models import Alternate
from weft_site.people.models import Notice

# who, their part, what they can show; the order is that of the demonstration's page
PARTS = (
    (
        "delegate",
        _("Delegate of the hospital, with a binding mandate"),
        _("The city council votes by name right now, and your electors have told you how. Try both answers."),
    ),
    (
        "city_chair",
        _("Chair of the city council"),
        _("Vote, close the vote that is open, put the next motion. See how little a chair can do alone."),
    ),
    (
        "recalled",
        _("Delegate of the depot, about to be recalled"),
        _(
            "Vote in the council while you can. After the next day your electors have decided, and the same act "
            "is refused with the article that refuses it."
        ),
    ),
    (
        "initiator",
        _("Bus driver who started the recall"),
        _("Follow your petition from the first signature to the vote, and vote in it."),
    ),
    (
        "alternate",
        _("Alternate of the depot's delegates"),
        _("Today you have no vote in the city council. When the recall has passed, the seat is yours."),
    ),
    (
        "depot_chair",
        _("Chair of the depot's council"),
        _(
            "Open your council's vote on the change of the charter. Somebody objected to an applicant: put it to the "
            "members. A treasurer is to be elected."
        ),
    ),
    (
        "teller",
        _("Teller at the port"),
        _(
            "The other teller has counted the papers of an election. You found %(papers)s papers, and for the "
            "candidates, as listed: %(count)s. Enter that, and somebody is elected."
        ),
    ),
    (
        "commission",
        _("Member of the mandate commission"),
        _("A new delegate's credentials wait for you. Until you confirm them this delegate has no vote."),
    ),
    (
        "women_chair",
        _("Chair of the Women's Association"),
        _("You objected, and a decision of the city council waits. Table a motion of your own, by right."),
    ),
    (
        "baker",
        _("Baker, in one of four small councils with one delegate"),
        _("Vouch for somebody who asks to join. Sign the petition against the delegate, or do not. Tomorrow you meet."),
    ),
    (
        "newcomer",
        _("New in town, member of nothing"),
        _(
            "Ask the bakery to be admitted. Or go to the founding meeting of the Ferry Crews: eleven have come, their "
            "charter asks for twelve. The code is %(code)s."
        ),
    ),
    (
        "auditor",
        _("Visitor with no vote anywhere"),
        _(
            "Read what is public. Open an entry of the record and check its proof. The building site elected a "
            "delegate in a secret vote: take the file of all encrypted ballots and check it too. Nobody has to let you."
        ),
    ),
)


def cast_is_chosen(story: Story) -> None:
    """After the first elections: who will have a part to play."""
    city, depot, hospital = (story.councils[key] for key in ("city", "depot", "hospital"))
    depots = delegates(story.constituency(depot, city))
    story.cast["recalled"] = depots[1].person
    story.cast["delegate"] = delegates(story.constituency(hospital, city))[-1].person
    story.cast["alternate"] = Alternate.objects.filter(constituency=depots[0].seat.constituency).first().person
    story.cast["depot_chair"] = depot.officer("chair")
    busy = {term.person_id for term in depots} | {story.cast["alternate"].pk}
    free = [person for person in depot.people[6:] if person.pk not in busy]
    story.cast["initiator"], story.cast["depot_member"] = free[-1], free[-2]
    bakery = story.councils["bakery"]
    story.cast["baker"] = bakery.people[-2]
    story.cast["bakery_secretary"] = bakery.officer("secretary")


def old_notices_are_read(story: Story) -> None:
    """Nobody should have to read three months of notices before they see today's."""
    before = story.now.date() - timedelta(days=3)
    Notice.objects.filter(created_on__lt=before, read_at=None).update(read_at=story.now)


def roles_are_written(story: Story) -> None:
    newcomer, auditor = story.people(2)
    story.cast.update(newcomer=newcomer, auditor=auditor)
    numbers = story.notes["port_count"]
    told = {
        "papers": numbers["papers"],
        "count": ", ".join(str(number) for line, number in numbers.items() if line != "papers"),
        "code": Founding.objects.get(title="Ferry Crews").code,
    }
    write_roles([Role(story.cast[key].pk, story.cast[key].name, part, shows, told) for key, part, shows in PARTS])
