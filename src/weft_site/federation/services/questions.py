"""A question put to everybody who votes in one body, or in several together, over days. Parts of acts, not acts.

Contested applications, accessions and leavings are decided so; each is judged by its kind of decision.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

from weft.ballots import Tally
from weft.charter.model import Decision
from weft.errors import RuleBroken
from weft.federation.accession import Answer, judge_answer
from weft.federation.elections import voting_end
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import close_ballot, open_ballot, opening, question_tally, votes_document
from weft_site.federation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.electing import still_entitled
from weft_site.federation.models import Body, Term

TELLERS = 2
log = logging.getLogger("weft.due")


def way_of(decision: Decision) -> str:
    """By name where the charter allows it, so that a vote over days needs no hall; else counted by two tellers."""
    if "open" in decision.ballots:
        return Ballot.Way.OPEN
    return Ballot.Way.COUNTED if "counted" in decision.ballots else Ballot.Way.PAPER


def open_question(acting: Acting, bodies: Sequence[Body], *, title: str, kind: str) -> Ballot:
    """A yes/no ballot of everybody who votes in these bodies. Refuses ``ballot.tellers`` where nobody could count."""
    way = way_of(acting.charter.decision(kind))
    if way != Ballot.Way.OPEN:
        filled = Term.objects.filter(facts.running(acting.now), seat__body=bodies[0], seat__office="teller").count()
        if filled < TELLERS:
            raise RuleBroken("ballot.tellers", filled=filled, needed=TELLERS)
    return open_ballot(
        acting.log,
        ref=f"v{acting.index}",
        electorate=bodies[0].ref,
        title=title,
        way=way,
        roll=[(voter.ref, voter.person_id, voter.weight) for voter in facts.voters(bodies, acting.now)],
        now=acting.now,
        closes_at=voting_end(acting.charter.procedure, acting.now) if way == Ballot.Way.OPEN else None,
        follows_seats=bodies[0].type not in facts.PEOPLE,
    )


def opened(ballot: Ballot) -> dict[str, object]:
    """What the entry that opens the question says of it."""
    return {**opening(ballot), "closes": ballot.closes_at.isoformat() if ballot.closes_at else None}


def require_over(acting: Acting, ballot: Ballot) -> None:
    """A vote by name ends with its time, or when everybody on the roll has voted. Refuses ``ballot.still_open``."""
    if ballot.closed_at is not None:
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    if ballot.closes_at is None or ballot.closes_at <= acting.now:
        return
    if acting.actor is None or ballot.votes.count() < ballot.entitled:
        raise RuleBroken("ballot.still_open", closes=ballot.closes_at.isoformat(), entitled=ballot.entitled)


def judge(acting: Acting, ballot: Ballot, bodies: Sequence[Body], kind: str) -> tuple[Tally, Answer]:
    """The answer to a locked ballot, as the core judges it; the ballot is closed with it."""
    fallen = still_entitled(ballot, bodies, acting.now) if ballot.follows_seats else None
    tally = question_tally(ballot, still_entitled=fallen)
    answer = judge_answer(
        acting.charter,
        acting.charter.body(bodies[0].kind),
        kind,
        yes=tally.yes,
        no=tally.no,
        abstain=tally.abstain,
        entitled=ballot.entitled,
    )
    close_ballot(ballot, result={**counted(ballot, tally), **found(answer)}, now=acting.now)
    return tally, answer


def counted(ballot: Ballot, tally: Tally) -> dict[str, object]:
    """What `weft.federation.accession.judge_answer` asks for, so that anyone can judge again from the record."""
    return {
        "ballot": ballot.ref,
        "yes": tally.yes,
        "no": tally.no,
        "abstain": tally.abstain,
        "entitled": ballot.entitled,
    }


def found(answer: Answer) -> dict[str, object]:
    """What the core found."""
    return {
        "quorum": answer.quorum.needed,
        "base": answer.verdict.base,
        "needed": answer.verdict.needed,
        "carried": answer.carried,
    }


def votes(acting: Acting, ballot: Ballot) -> str:
    """Keep the roll call beside the record; its hash goes into the entry."""
    return acting.document("votes", votes_document(ballot))


def attempt(ids: Iterable[int], act: Callable[[int], object]) -> int:
    """Do a due act for each, on its own: one that is refused does not hold up the rest. Counts those done."""
    done = 0
    for pk in ids:
        try:
            act(pk)
        except RuleBroken as refusal:
            log.info("due act refused: %s", refusal.rule)
        else:
            done += 1
    return done
