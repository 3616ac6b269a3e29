"""The invented people do what only many can do: they come to a founding meeting, and they vote.

So one visitor can walk the whole way alone. They act through the same services as everybody; only people whom
the demonstration made are asked, never an account that a visitor made.
"""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext, gettext_noop

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, RollEntry, Vote
from weft_site.deliberation.facts import mandates_for
from weft_site.deliberation.models import Founding, FoundingPerson
from weft_site.deliberation.services import founding as foundings
from weft_site.deliberation.services import voting
from weft_site.demo.names import names
from weft_site.demo.people import Role, roles, write_roles
from weft_site.demo.story import NO_PASSWORD
from weft_site.people.models import Person

TWELVE = 12
TURNOUT = 5  # three of so many of those who have not voted yet do so now
CAME = gettext_noop("Came to a founding meeting of yours")
SHOWS = gettext_noop("Do there what somebody else than you has to do: back a charter, stand for an office, count.")


def open_foundings() -> QuerySet[Founding]:
    """Founding meetings that are gathering or voting."""
    rows = Founding.objects.filter(state__in=[Founding.State.GATHERING, Founding.State.VOTING])
    return rows.annotate(gathered=Count("people")).order_by("-opened_at")


def come(founding_id: int, now: datetime) -> int:
    """New invented people come until twelve are there, and can be signed in as. Answers how many came."""
    founding = Founding.objects.get(pk=founding_id)
    missing = TWELVE - founding.people.count()
    if missing <= 0 or founding.state != Founding.State.GATHERING:
        return 0
    taken = set(Person.objects.values_list("name", flat=True))
    fresh = (name for name in names(Person.objects.count()) if name not in taken)
    people = Person.objects.bulk_create(
        [Person(name=next(fresh), joined_on=now.date(), password=NO_PASSWORD) for _ in range(missing)]
    )
    for person in people:
        foundings.join_founding(actor=person, now=now, founding_id=founding.pk)
    write_roles([*roles(), *(Role(person.pk, person.name, CAME, SHOWS) for person in people)])
    return missing


def vote_on_founding(founding_id: int, now: datetime) -> int:
    """Every invented person who has come and not voted votes yes. Answers how many did."""
    founding = Founding.objects.get(pk=founding_id)
    if founding.state != Founding.State.VOTING:
        return 0
    silent = FoundingPerson.objects.filter(founding=founding, vote="", person__password=NO_PASSWORD)
    rows = list(silent.select_related("person"))
    for row in rows:
        foundings.vote_on_charter(
            actor=row.person, now=now, founding_id=founding.pk, draft_id=founding.draft_id, choice="yes"
        )
    return len(rows)


def open_ballots(now: datetime) -> QuerySet[Ballot]:
    """Votes by name that are open and on which somebody invented has not voted."""
    rows = Ballot.objects.filter(way=Ballot.Way.OPEN, closed_at=None).exclude(closes_at__lte=now)
    return rows.filter(Exists(_silent(OuterRef("pk")))).select_related("recall__term").order_by("-opened_at")


def title_of(ballot: Ballot) -> str:
    """What a ballot is about, to a reader; the title it keeps is for the record."""
    recall = getattr(ballot, "recall", None)
    return gettext("Recall of %(name)s") % {"name": recall.term.name} if recall else ballot.title


def _silent(ballot) -> QuerySet[RollEntry]:
    voted = Vote.objects.filter(ballot=OuterRef("ballot"), voter=OuterRef("voter"))
    here = [role.person for role in roles()]  # they vote when you are them
    rows = RollEntry.objects.filter(ballot=ballot, person__password=NO_PASSWORD).exclude(Exists(voted))
    return rows.exclude(person__in=here)


def vote(ballot_id: int, now: datetime) -> int:
    """Three in five of the invented who are on the roll and silent vote now. Answers how many did.

    To a question two thirds say yes, and a delegate with a mandate votes as told; in an election they choose
    by turns. Nobody on the demonstration's page is among them.
    """
    ballot = Ballot.objects.get(pk=ballot_id)
    silent = list(_silent(ballot.pk).select_related("person").order_by("pk"))
    asked = silent[: max(len(silent) * 3 // TURNOUT, 1)]
    done = 0
    for number, entry in enumerate(asked):
        try:
            voting.cast_vote(actor=entry.person, now=now, ballot_id=ballot.pk, choice=_choice(ballot, entry, number))
        except RuleBroken:
            continue  # a seat that was lost since, a vote that has just been closed
        done += 1
    return done


def _choice(ballot: Ballot, entry: RollEntry, number: int) -> object:
    if ballot.method == "question":
        told = mandates_for(ballot.pk, entry.voter) if ballot.follows_seats else []
        return told[0].position if told else "no" if number % 3 == 2 else "yes"
    option = ballot.options[number % len(ballot.options)]
    return {option: "yes"} if ballot.method == "yes_no" else [option]
