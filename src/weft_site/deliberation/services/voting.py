"""Voting: the roll frozen at the opening, votes by name, and when a vote over days is over.

`cast_vote` is the hot path: a hall of people votes within a minute. Votes are rows without a time; they enter
the record together with the result they make. Tellers' counts: `federation.services.tellers`.
"""

from datetime import datetime

from weft.errors import RuleBroken
from weft.federation.mandates import judge_vote
from weft_site.ballots.models import Ballot, RollEntry, Vote
from weft_site.ballots.services import open_ballot, put_vote
from weft_site.deliberation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.facts import PEOPLE, running
from weft_site.federation.models import Term
from weft_site.people.models import Person

TELLERS = 2


def cast_vote(*, actor: Person, now: datetime, ballot_id: int, choice: object) -> Vote:
    """Vote by name, or change one's vote before the close. Serves every ballot by name, whatever it decides.

    A vote that arrives as the ballot closes is either in the count or refused. Sent twice it counts once.
    Refusals: ``ballot.…``; on a roll of seats also ``standing.lost``, ``standing.pending`` and ``seat.breach``.
    """

    def judge(ballot: Ballot, entry: RollEntry) -> bool:
        return ballot.follows_seats and _judge_delegate(ballot, entry, choice, now)

    return put_vote(ballot_id=ballot_id, person_id=actor.pk, choice=choice, now=now, judge=judge)


def _judge_delegate(ballot: Ballot, entry: RollEntry, choice: object, now: datetime) -> bool:
    """Whether a delegate, who must still hold the seat, votes against a mandate."""
    rule, told = facts.delegate_now(ballot, entry.voter, entry.person_id, now)
    return bool(told) and judge_vote(rule, choice, entry.weight, told).outcome == "broken"


def open_question(acting: Acting, *, title: str, way: str, closes_at: datetime | None) -> Ballot:
    """A yes/no ballot of everybody who votes in the acting body. Refusal: ``ballot.tellers``, where nobody counts."""
    lines = facts.lines_of(acting.body, acting.now)
    if way != Ballot.Way.OPEN:
        filled = Term.objects.filter(running(acting.now), seat__body=acting.body, seat__office="teller").count()
        if filled < TELLERS:
            raise RuleBroken("ballot.tellers", filled=filled, needed=TELLERS)
    return open_ballot(
        acting.log,
        ref=f"v{acting.index}",
        electorate=acting.body.ref,
        title=title,
        way=way,
        roll=lines,
        now=acting.now,
        closes_at=closes_at,
        follows_seats=acting.body.type not in PEOPLE,
    )


def roll_document(ballot: Ballot) -> str:
    """The references on a roll, one a line in order: what its hash was taken of."""
    return "".join(f"{voter}\n" for voter in sorted(ballot.roll.values_list("voter", flat=True)))


def require_over(ballot: Ballot, now: datetime, *, by_clock: bool) -> None:
    """Raises ``ballot.not_yet`` for a vote over days that still runs."""
    if ballot.closes_at is None:
        if by_clock:
            raise RuleBroken("ballot.not_yet", closes="")
        return
    everybody = not by_clock and ballot.way == Ballot.Way.OPEN and facts.turnout(ballot) >= ballot.entitled
    if now < ballot.closes_at and not everybody:
        raise RuleBroken("ballot.not_yet", closes=ballot.closes_at.isoformat())
