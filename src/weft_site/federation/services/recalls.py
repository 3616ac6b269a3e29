"""Recall: electors sign, the holder answers, the electors vote; on passing the seat is void from that instant.

Charter: seat.recall, office.recall. Signatures are rows; they enter the record together when they suffice.
"""

from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext_noop

from weft.charter.model import Recall as RecallRule
from weft.errors import RuleBroken
from weft.federation.elections import voting_end
from weft.federation.recall import RecallFinding, decide_recall, signatures_needed, vote_from
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import (
    close_ballot,
    lock_ballot,
    open_ballot,
    opening,
    question_tally,
    votes_document,
)
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import (
    Electors,
    elector_ref,
    electors_document,
    electors_of_seat,
    membership_of,
    path,
    people_of,
    way_of,
)
from weft_site.federation.models import Recall, RecallSignature, Term
from weft_site.federation.services import results
from weft_site.federation.services.seats import end_term, step_up
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_text

LONGEST_REASON, LONGEST_ANSWER = 4_000, 8_000
OPEN_STATES = (Recall.State.SIGNATURES, Recall.State.NOTICE, Recall.State.VOTING)


@formal_act("federation.recall_started")
def start_recall(*, actor: Person, now: datetime, term_id: int, reason: str) -> str:
    """Start the recall of a delegate or officer; whoever starts it is the first to sign. Answers its reference."""
    term = Term.objects.select_related("seat__constituency", "person").get(pk=term_id)
    acting = begin(term.seat.body_id, actor, now)
    term.refresh_from_db(fields=["ended_at", "ended_by", "credential"])
    electors = electors_of_seat(term.seat, acting.body)
    by = elector_ref(acting, electors, "recall.start")
    reason = clean_text(reason, most=LONGEST_REASON)
    if not reason:
        raise RuleBroken("recall.reason")
    if not facts.holds(term, now):
        raise RuleBroken("recall.no_term")
    if running := Recall.objects.filter(term=term, state__in=OPEN_STATES).first():
        raise RuleBroken("recall.running", recall=running.ref)
    rule = facts.recall_rule(term.seat)
    count = len(electors.voters(now))
    needed = signatures_needed(rule, electors=count, of=electors.of)
    recall = Recall.objects.create(term=term, ref=f"r{acting.index}", reason=reason, needed=needed, started_at=now)
    RecallSignature.objects.create(recall=recall, membership=membership_of(actor, electors, now))
    acting.record(
        "federation.recall_started",
        by=by,
        data=_data(recall, electors),
        finding={"needed": needed, "electors": count},
        documents={"reason": electors_document(acting, electors, "reason", recall.reason)},
    )
    sentence = gettext_noop("Electors have begun to sign for taking back a place that you fill. You can answer.")
    _tell(acting, recall, [term.person], "recall.started", sentence)
    _follow(acting, recall, electors, rule)
    return recall.ref


@formal_act("federation.recall_signed")
def sign_recall(*, actor: Person, now: datetime, recall_id: int) -> str:
    """Sign for a recall. With the number that the charter asks for, the notice of the vote begins."""
    acting, recall, electors = _begin(recall_id, actor, now)
    elector_ref(acting, electors, "recall.sign")
    _require_state(recall, Recall.State.SIGNATURES)
    _require_running(recall, now)
    membership = membership_of(actor, electors, now)
    _signature, is_new = RecallSignature.objects.get_or_create(recall=recall, membership=membership)
    if not is_new:
        raise RuleBroken("recall.signed_twice")
    _follow(acting, recall, electors, facts.recall_rule(recall.term.seat))
    return recall.ref


@formal_act("federation.recall_answered")
def answer_recall(*, actor: Person, now: datetime, recall_id: int, text: str) -> str:
    """The holder of the place answers the electors; once, and before the vote has ended."""
    acting, recall, electors = _begin(recall_id, actor, now)
    if recall.term.person_id != actor.pk:
        raise RuleBroken("seat.not_yours")
    if recall.state not in OPEN_STATES:
        raise RuleBroken("recall.state", state=recall.state, needed=Recall.State.NOTICE)
    _require_running(recall, now)
    if recall.answer:
        raise RuleBroken("recall.answered")
    text = clean_text(text, most=LONGEST_ANSWER)
    if not text:
        raise RuleBroken("recall.answer")
    recall.answer = text
    recall.save(update_fields=["answer"])
    acting.record(
        "federation.recall_answered",
        by=(recall.term.seat.ref,),
        data=_data(recall, electors),
        documents={"answer": electors_document(acting, electors, "answer", recall.answer)},
    )
    return recall.ref


@formal_act("federation.recall_vote_opened")
def open_recall(*, actor: Person | None, now: datetime, recall_id: int) -> str:
    """Open the vote once the notice is over. Any elector may; if nobody does, time alone opens it."""
    acting, recall, electors = _begin(recall_id, actor, now)
    by = elector_ref(acting, electors, "recall.open") if actor is not None else ()
    _require_state(recall, Recall.State.NOTICE)
    _require_running(recall, now)
    rule = facts.recall_rule(recall.term.seat)
    if now < recall.votes_from:
        raise RuleBroken(
            f"{electors.of}.recall.notice_days", days=rule.notice_days, votes_from=recall.votes_from.isoformat()
        )
    return _open_vote(acting, recall, electors, rule, by)


@formal_act("federation.recall_closed")
def close_recall(*, actor: Person | None, now: datetime, recall_id: int) -> str:
    """Close the vote; if it passes, the seat is void from this instant and the next alternate steps up."""
    acting, recall, electors = _begin(recall_id, actor, now)
    _require_state(recall, Recall.State.VOTING)
    ballot = lock_ballot(recall.ballot_id)
    by = results.require_close(acting, ballot, electors, "election.close")
    return _decide(acting, recall, electors, ballot, by)


def close_counted(acting: Acting, recall: Recall, electors: Electors, by: tuple[str, ...]) -> str:
    """Two tellers' counts agree: the recall is decided by their act."""
    return _decide(acting, recall, electors, lock_ballot(recall.ballot_id), by)


def _begin(recall_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Recall, Electors]:
    body_id = Recall.objects.values_list("term__seat__body_id", flat=True).get(pk=recall_id)
    acting = begin(body_id, actor, now)
    recall = Recall.objects.select_related("term__seat__constituency", "term__person").get(pk=recall_id)
    return acting, recall, electors_of_seat(recall.term.seat, acting.body)


def _data(recall: Recall, electors: Electors) -> dict[str, object]:
    return {"recall": recall.ref, "term": recall.term.ref, "seat": recall.term.seat.ref, **electors.data()}


def _require_state(recall: Recall, needed: str) -> None:
    if recall.state != needed:
        raise RuleBroken("recall.state", state=recall.state, needed=needed)


def _require_running(recall: Recall, now: datetime) -> None:
    if not facts.holds(recall.term, now):
        raise RuleBroken("recall.no_term")


def _follow(acting: Acting, recall: Recall, electors: Electors, rule: RecallRule) -> None:
    """After a signature: count those who are electors today; when they suffice, the notice begins."""
    voters = electors.voters(acting.now)
    entitled = {voter.person_id for voter in voters}
    rows = recall.signatures.select_related("membership").order_by("pk")
    signed = [row.membership for row in rows if row.membership.person_id in entitled]
    recall.needed = signatures_needed(rule, electors=len(voters), of=electors.of)
    if len(signed) < recall.needed:
        recall.save(update_fields=["needed"])
        return
    recall.state, recall.votes_from = Recall.State.NOTICE, vote_from(rule, acting.now)
    recall.save(update_fields=["needed", "state", "votes_from"])
    names = "".join(f"{ref}\n" for ref in sorted(membership.ref for membership in signed))
    acting.record(
        "federation.recall_opened",
        by=(),
        data={**_data(recall, electors), "votes_from": recall.votes_from.isoformat()},
        finding={"signatures": len(signed), "needed": recall.needed, "electors": len(voters)},
        documents={"signatures": electors_document(acting, electors, "signatures", names)},
    )
    sentence = gettext_noop("Enough electors have signed. You can answer before they vote.")
    _tell(acting, recall, [recall.term.person], "recall.opened", sentence)
    if recall.votes_from <= acting.now:
        _open_vote(acting, recall, electors, rule, ())


def _open_vote(acting: Acting, recall: Recall, electors: Electors, rule: RecallRule, by: tuple[str, ...]) -> str:
    voters = electors.voters(acting.now)
    way = way_of(rule)
    ballot = open_ballot(
        acting.log,
        ref=f"v{acting.index}",
        electorate=electors.ref,
        title=f"{electors.body.title}: {recall.term.name}",
        way=way,
        roll=[(voter.ref, voter.person_id, voter.weight) for voter in voters],
        now=acting.now,
        closes_at=voting_end(acting.charter.procedure, acting.now) if way == Ballot.Way.OPEN else None,
        follows_seats=electors.by_seats,
    )
    recall.state, recall.ballot = Recall.State.VOTING, ballot
    recall.save(update_fields=["state", "ballot"])
    acting.record(
        "federation.recall_vote_opened",
        by=by,
        data={
            **_data(recall, electors),
            **opening(ballot),
            "closes": ballot.closes_at.isoformat() if ballot.closes_at else None,
        },
    )
    _tell(acting, recall, people_of(voters), "recall.vote", gettext_noop("A vote is open for you."))
    return ballot.ref


def _decide(acting: Acting, recall: Recall, electors: Electors, ballot: Ballot, by: tuple[str, ...]) -> str:
    """Judge the vote. It decides on a term: if that has ended meanwhile, the vote has nothing left to decide."""
    tally = question_tally(ballot, still_entitled=results.fallen(ballot, electors, acting))
    rule = facts.recall_rule(recall.term.seat)
    found = decide_recall(rule, electors=ballot.entitled, yes=tally.yes, no=tally.no, abstain=tally.abstain)
    holds = facts.holds(recall.term, acting.now)
    passed = found.passed and holds
    close_ballot(ballot, result=_finding(found, passed=passed), now=acting.now)
    recall.state = Recall.State.PASSED if passed else Recall.State.FAILED if holds else Recall.State.LAPSED
    recall.save(update_fields=["state"])
    if passed:
        end_term(acting, recall.term, Term.EndedBy.RECALLED)
    acting.record(
        "federation.recalled" if passed else "federation.recall_failed",
        by=by,
        data={
            **_data(recall, electors),
            "ballot": ballot.ref,
            "yes": tally.yes,
            "no": tally.no,
            "abstain": tally.abstain,
            "electors": ballot.entitled,
        },
        finding=_finding(found, passed=passed),
        documents={"votes": electors_document(acting, electors, "votes", votes_document(ballot))},
    )
    if passed:
        step_up(acting, electors, recall.term)
        sentence = gettext_noop("A place that you filled has been taken back by its electors.")
    else:
        sentence = gettext_noop("The vote on a place that you fill has ended. You keep it.")
    _tell(acting, recall, [recall.term.person], "recall.decided", sentence)
    return recall.ref


def _finding(found: RecallFinding, *, passed: bool) -> dict[str, object]:
    return {
        "voted": found.voted,
        "needed": found.needed,
        "electors": found.electors,
        "passed": passed,
        "verdict": asdict(found.verdict),
    }


def _tell(acting: Acting, recall: Recall, people, kind: str, sentence: str) -> None:
    place = path(acting.body, "recalls", recall.ref)
    notify_many(people, kind, sentence=sentence, values={}, path=place, now=acting.now)


@formal_act("federation.recall_lapsed")
def lapse_recall(*, actor: Person | None, now: datetime, recall_id: int) -> str:
    """The term ended by itself or by resignation before anybody voted: there is nothing left to take back."""
    acting, recall, electors = _begin(recall_id, actor, now)
    if recall.state not in (Recall.State.SIGNATURES, Recall.State.NOTICE):
        raise RuleBroken("recall.state", state=recall.state, needed=Recall.State.NOTICE)
    if facts.holds(recall.term, now):
        raise RuleBroken("recall.running", recall=recall.ref)
    recall.state = Recall.State.LAPSED
    recall.save(update_fields=["state"])
    acting.record("federation.recall_lapsed", by=(), data=_data(recall, electors))
    return recall.ref


def due(now: datetime) -> int:
    """What time alone brings: notices that ended, votes whose time ran out, recalls whose term is over."""
    waiting = Recall.objects.filter(state__in=(Recall.State.SIGNATURES, Recall.State.NOTICE))
    over = waiting.exclude(term__in=Term.objects.filter(facts.running(now)))
    done = results.each(over, lambda pk: lapse_recall(actor=None, now=now, recall_id=pk))
    notice = Recall.objects.filter(state=Recall.State.NOTICE, votes_from__lte=now)
    done += results.each(notice, lambda pk: open_recall(actor=None, now=now, recall_id=pk))
    closing = Recall.objects.filter(
        state=Recall.State.VOTING, ballot__closed_at__isnull=True, ballot__closes_at__lte=now
    )
    return done + results.each(closing, lambda pk: close_recall(actor=None, now=now, recall_id=pk))
