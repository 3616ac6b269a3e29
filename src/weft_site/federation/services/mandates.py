"""Mandates: an elector proposes an instruction, the constituency votes on it, and from then on it stands.

Charter: seat.mandate. What a mandate means for one motion is a link that deliberation keeps; here nothing is
known of motions. A mandate is withdrawn as it was given: by a vote of the constituency.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.accession import Answer, judge_answer
from weft.federation.elections import voting_end
from weft.federation.mandates import binds
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import close_ballot, lock_ballot, open_ballot, opening, question_tally, votes_document
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import (
    Electors,
    act_in,
    elector_ref,
    electors_document,
    electors_of,
    path,
    people_of,
)
from weft_site.federation.models import Constituency, Mandate, Term
from weft_site.federation.services import results
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_line, clean_text

LONGEST_MATTER, LONGEST_TEXT = 300, 8_000
POSITIONS = ("", "yes", "no", "abstain")


def in_force(constituencies: Iterable[int]) -> QuerySet[Mandate]:
    """The mandates that stand for these constituencies, oldest first; deliberation compares votes with them."""
    return Mandate.objects.filter(constituency__in=constituencies, state=Mandate.State.GIVEN).order_by("given_at", "pk")


@formal_act("federation.mandate_proposed")
def propose_mandate(
    *, actor: Person, now: datetime, constituency_id: int, matter: str, text: str, position: str = ""
) -> str:
    """Propose what the delegates of a constituency are to do on a matter. Any of its electors may.

    position: "yes", "no" or "abstain" where the matter is one question, else "".
    """
    body_id = Constituency.objects.values_list("body_id", flat=True).get(pk=constituency_id)
    acting = begin(body_id, actor, now)
    constituency = Constituency.objects.get(pk=constituency_id)
    electors = electors_of(acting.body, constituency)
    by = elector_ref(acting, electors, "mandate.propose")
    if constituency.ended_at is not None:
        raise RuleBroken("constituency.unknown")
    matter, text = clean_line(matter, most=LONGEST_MATTER), clean_text(text, most=LONGEST_TEXT)
    if not matter or not text:
        raise RuleBroken("mandate.text")
    if position not in POSITIONS:
        raise RuleBroken("ballot.choice")
    mandate = Mandate.objects.create(
        constituency=constituency,
        ref=f"i{acting.index}",
        matter=matter,
        text=text,
        position=position,
        binding=binds(facts.seat_rule(constituency)),
        proposed_by=actor,
    )
    acting.record(
        "federation.mandate_proposed",
        by=by,
        data=_data(mandate, electors),
        documents={"mandate": electors_document(acting, electors, "mandate", f"{mandate.matter}\n\n{mandate.text}\n")},
    )
    return mandate.ref


@formal_act("federation.mandate_vote_opened")
def open_mandate(*, actor: Person, now: datetime, mandate_id: int) -> str:
    """Put a proposed mandate to its constituency, or one that stands to a vote on withdrawing it.

    An officer of one of the electing bodies does it, or any voter of it while no such officer sits.
    """
    acting, mandate, electors = _begin(mandate_id, actor, now)
    by = act_in(acting, electors, "mandate.open")
    withdrawing = mandate.state == Mandate.State.GIVEN
    if not withdrawing and mandate.state != Mandate.State.PROPOSED:
        raise RuleBroken("mandate.state", state=mandate.state, needed=Mandate.State.PROPOSED)
    if _open_vote(mandate) is not None:
        raise RuleBroken("mandate.voting")
    voters = electors.voters(now)
    ballot = open_ballot(
        acting.log,
        ref=f"v{acting.index}",
        electorate=electors.ref,
        title=mandate.matter,
        way=Ballot.Way.OPEN,
        roll=[(voter.ref, voter.person_id, voter.weight) for voter in voters],
        now=now,
        closes_at=voting_end(acting.charter.procedure, now),
        follows_seats=electors.by_seats,
    )
    field = "withdrawal" if withdrawing else "ballot"
    setattr(mandate, field, ballot)
    mandate.save(update_fields=[field])
    acting.record(
        "federation.mandate_vote_opened",
        by=by,
        data={
            **_data(mandate, electors),
            "withdrawing": withdrawing,
            **opening(ballot),
            "closes": ballot.closes_at.isoformat(),
        },
    )
    _tell(acting, mandate, people_of(voters), "mandate.vote", gettext_noop("A vote is open for you."))
    return ballot.ref


@formal_act("federation.mandate_closed")
def close_mandate(*, actor: Person | None, now: datetime, mandate_id: int) -> str:
    """Close the vote: the mandate is given or rejected, or, if that was the question, withdrawn or kept."""
    acting, mandate, electors = _begin(mandate_id, actor, now)
    running = _open_vote(mandate)
    if running is None:
        raise RuleBroken("mandate.state", state=mandate.state, needed="voting")
    ballot = lock_ballot(running.pk)
    by = results.require_close(acting, ballot, electors, "mandate.open")
    withdrawing = mandate.state == Mandate.State.GIVEN
    tally = question_tally(ballot, still_entitled=results.fallen(ballot, electors, acting))
    found = judge_answer(
        acting.charter,
        electors.rule,
        "ordinary",
        yes=tally.yes,
        no=tally.no,
        abstain=tally.abstain,
        entitled=ballot.entitled,
    )
    close_ballot(ballot, result=_finding(found), now=now)
    act = _settle(mandate, carried=found.carried, withdrawing=withdrawing, now=now)
    acting.record(
        act,
        by=by,
        data={
            **_data(mandate, electors),
            "ballot": ballot.ref,
            "yes": tally.yes,
            "no": tally.no,
            "abstain": tally.abstain,
            "electors": ballot.entitled,
        },
        finding=_finding(found),
        documents={"votes": electors_document(acting, electors, "votes", votes_document(ballot))},
    )
    if found.carried:
        sentence = gettext_noop("The instructions of your electors have changed.")
        _tell(acting, mandate, _delegates(acting, mandate), "mandate.decided", sentence)
    return mandate.ref


def _settle(mandate: Mandate, *, carried: bool, withdrawing: bool, now: datetime) -> str:
    """The mandate's new state, and the name of the act that made it so."""
    if withdrawing:
        if carried:
            mandate.state = Mandate.State.WITHDRAWN
        else:
            mandate.withdrawal = None  # the question may be put again; the ballot stays with its entry
        act = "federation.mandate_withdrawn" if carried else "federation.mandate_kept"
    else:
        mandate.state = Mandate.State.GIVEN if carried else Mandate.State.REJECTED
        mandate.given_at = now if carried else None
        act = "federation.mandate_given" if carried else "federation.mandate_rejected"
    mandate.save(update_fields=["state", "given_at", "withdrawal"])
    return act


def _open_vote(mandate: Mandate) -> Ballot | None:
    for ballot in (mandate.ballot, mandate.withdrawal):
        if ballot is not None and ballot.closed_at is None:
            return ballot
    return None


def _begin(mandate_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Mandate, Electors]:
    body_id = Mandate.objects.values_list("constituency__body_id", flat=True).get(pk=mandate_id)
    acting = begin(body_id, actor, now)
    mandate = Mandate.objects.select_related("constituency", "ballot", "withdrawal").get(pk=mandate_id)
    return acting, mandate, electors_of(acting.body, mandate.constituency)


def _data(mandate: Mandate, electors: Electors) -> dict[str, object]:
    return {
        "mandate": mandate.ref,
        **electors.data(),
        "position": mandate.position,
        "binding": mandate.binding,
    }


def _finding(found: Answer) -> dict[str, object]:
    return {"carried": found.carried, "quorum": asdict(found.quorum), "verdict": asdict(found.verdict)}


def _delegates(acting: Acting, mandate: Mandate) -> QuerySet[Person]:
    holding = Term.objects.filter(facts.running(acting.now), seat__constituency=mandate.constituency)
    return Person.objects.filter(pk__in=holding.values("person_id"))


def _tell(acting: Acting, mandate: Mandate, people, kind: str, sentence: str) -> None:
    place = path(acting.body, "mandates", mandate.ref)
    notify_many(people, kind, sentence=sentence, values={}, path=place, now=acting.now)


def due(now: datetime) -> int:
    """Close the votes on mandates whose time has run out. Safe to repeat; answers how many were closed."""
    over = Q(ballot__closed_at__isnull=True, ballot__closes_at__lte=now) | Q(
        withdrawal__closed_at__isnull=True, withdrawal__closes_at__lte=now
    )
    return results.each(Mandate.objects.filter(over), lambda pk: close_mandate(actor=None, now=now, mandate_id=pk))
