"""How a motion is decided: put to the vote in a meeting or over days, counted, and judged by the core.

A decision is one entry: the numbers by which it was judged, what the core found, and the votes by their hash.
It cites the charter version then in force, and goes on citing it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from weft.deliberation.meetings import check_on_notice, check_over_days
from weft.deliberation.motions import Decided, check_support, check_way, decide, may_end_undecided
from weft.errors import RuleBroken
from weft.federation.mandates import compare
from weft_site.ballots.models import Ballot, Vote
from weft_site.ballots.services import close_ballot, lock_ballot, opening, votes_document
from weft_site.deliberation import facts
from weft_site.deliberation.models import Meeting, Motion
from weft_site.deliberation.services import amendments, ratification
from weft_site.deliberation.services.meetings import note, put_on_agenda
from weft_site.deliberation.services.motions import backers, begin_motion, move_to
from weft_site.deliberation.services.voting import open_question, require_over, roll_document
from weft_site.federation.acting import Acting
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

PUT = gettext_noop("%(body)s votes until %(until)s: %(title)s")


@formal_act("deliberation.motion_put")
def put_motion(*, actor: Person, now: datetime, motion_id: int, way: str, closes_at: datetime | None = None) -> int:
    """Put a motion to the vote, in the open meeting or, with closes_at, over days. Answers with the ballot's id.

    A motion that waits because of an objection may be put once more.
    Refusals: ``standing.…``, ``motion.state``, ``decision.proposers``, ``decision.ballots``,
    ``decision.notice_days``, ``motion.meeting``, ``body.notice_days``, ``ballot.tellers``, ``amendment.…``.
    """
    acting, motion = begin_motion(motion_id, actor, now)
    acting.require("motion.put")
    rule, decision = acting.charter.body(acting.body.kind), acting.charter.decision(motion.kind)
    again = motion.state == Motion.State.SUSPENDED
    move_to(motion, "put", save=False)
    if motion.tabled_by_id is None and not again:
        check_support(decision, backers=backers(motion))
    check_way(decision, way)
    check_on_notice(decision, announced_at=motion.moved_at, decided_at=now)
    if closes_at is not None:
        check_over_days(rule, opened_at=now, closes_at=closes_at)
    elif facts.open_meeting_of(acting.body) is None:
        raise RuleBroken("motion.meeting")
    if motion.kind == amendments.KIND:
        amendments.check_put(acting, motion)
    ballot = open_question(acting, title=motion.title, way=way, closes_at=closes_at)
    motion.ballot = ballot
    motion.save(update_fields=["state", "ballot"])
    _put_on_record(acting, motion, ballot)
    return ballot.pk


def _put_on_record(acting: Acting, motion: Motion, ballot: Ballot) -> None:
    meeting = None if ballot.closes_at else facts.open_meeting_of(acting.body)
    if meeting is not None:
        if not meeting.agenda.filter(motion=motion).exists():
            put_motion_item(meeting, motion)
        note(meeting, _("Put to the vote: %(title)s (%(ref)s).") % {"title": motion.title, "ref": motion.ref})
    else:
        values = {"body": acting.body.title, "title": motion.title, "until": f"{ballot.closes_at:%Y-%m-%d %H:%M} UTC"}
        people = facts.people_to_tell(acting.body, acting.now)
        path = reverse("vote", args=[ballot.pk])
        notify_many(people, "motion.put", sentence=PUT, values=values, path=path, now=acting.now)
    acting.record(
        "deliberation.motion_put",
        data={
            "motion": motion.ref,
            "kind": motion.kind,
            "meeting": meeting.ref if meeting else "",
            "closes": ballot.closes_at.isoformat() if ballot.closes_at else "",
            "backers": backers(motion),
            **opening(ballot),
        },
        documents={"roll": acting.document("roll", roll_document(ballot))},
    )


def put_motion_item(meeting: Meeting, motion: Motion) -> None:
    """A motion that is put without having been announced stands at the end of the agenda."""
    state, motion.state = motion.state, Motion.State.SECONDED
    put_on_agenda(meeting, motion=motion, tabled_by=motion.tabled_by)
    motion.state = state


@formal_act("deliberation.motion_decided")
def close_motion(*, actor: Person | None, now: datetime, motion_id: int, casting: str = "") -> str:
    """Close the vote and decide. Answers with the motion's state.

    actor None: the time of a vote over days has run out, and the clock closes it.
    casting: the chair's vote on a tie, where the charter gives one.
    Refusals: ``standing.…``, ``motion.state``, ``ballot.not_yet``, ``body.quorum``, ``decision.quorum``,
    ``ballot.tellers_missing``, ``ballot.tellers_differ``, ``ballot.choice``.
    """
    acting, motion = begin_motion(motion_id, actor, now)
    ballot = _lock_to_close(acting, motion, "motion.close")
    if casting:
        acting.require("motion.cast")
        if casting not in {"yes", "no"}:
            raise RuleBroken("ballot.choice")
    meeting = meeting_of(motion, ballot)
    count, found = _judge(acting, motion, ballot, meeting, casting)
    broken = compare_with_mandates(motion, ballot, count.roll)
    result = _result(count, found, meeting)
    close_ballot(ballot, result=result, now=now)
    motion.decided_at, motion.decided_index = now, acting.index
    motion.charter = acting.federation.charter
    motion.waits_until = None
    move_to(motion, found.outcome, "decided_at", "decided_index", "charter", "waits_until")
    acting.record(
        "deliberation.motion_decided",
        data=_judged(motion, ballot, count, meeting, casting),
        finding={
            "quorum": found.quorum.needed, "base": found.verdict.base, "needed": found.verdict.needed,
            "carried": found.verdict.carried, "tied": found.verdict.tied, "outcome": found.outcome, "broken": broken,
        },
        documents={"votes": acting.document("votes", votes_document(ballot))},
    )  # fmt: skip
    if meeting is not None:
        note(meeting, _sentence(motion, found))
    follow_decision(acting, motion)
    return motion.state


def _judge(
    acting: Acting, motion: Motion, ballot: Ballot, meeting: Meeting | None, casting: str
) -> tuple[facts.Counted, Decided]:
    """Count the vote as things stand now and ask the core. Refuses what has no quorum."""
    rule, decision = acting.charter.body(acting.body.kind), acting.charter.decision(motion.kind)
    count = facts.counted(ballot, acting.body, decision.quorum or rule.quorum, acting.now, meeting)
    found = decide(
        acting.charter,
        rule,
        motion.kind,
        yes=count.tally.yes,
        no=count.tally.no,
        abstain=count.tally.abstain,
        present=count.present,
        entitled=count.entitled,
        votes_present=count.votes_present,
        votes_entitled=count.votes_entitled,
        chair=casting,
    )
    return count, found


def _judged(motion: Motion, ballot: Ballot, count: facts.Counted, meeting: Meeting | None, casting: str) -> dict:
    """Everything `weft.deliberation.decide` asks for, so that anyone can judge again from the record alone."""
    return {
        "motion": motion.ref,
        "kind": motion.kind,
        "ballot": ballot.ref,
        "meeting": meeting.ref if meeting else "",
        "yes": count.tally.yes,
        "no": count.tally.no,
        "abstain": count.tally.abstain,
        "voted": count.tally.voted,
        "present": count.present,
        "entitled": count.entitled,
        "votes_present": count.votes_present,
        "votes_entitled": count.votes_entitled,
        "chair": casting,
    }


def _result(count: facts.Counted, found: Decided, meeting: Meeting | None) -> dict[str, object]:
    return {
        "yes": count.tally.yes,
        "no": count.tally.no,
        "abstain": count.tally.abstain,
        "voted": count.tally.voted,
        "present": count.present,
        "entitled": count.entitled,
        "quorum": found.quorum.needed,
        "base": found.verdict.base,
        "needed": found.verdict.needed,
        "carried": found.verdict.carried,
        "tied": found.verdict.tied,
        "outcome": found.outcome,
        "meeting": meeting.ref if meeting else "",
    }


def _sentence(motion: Motion, found: Decided) -> str:
    verdict = found.verdict
    words = _("Carried") if verdict.carried else _("Lost")
    return _("%(words)s: %(title)s. %(yes)s yes, %(no)s no, %(abstain)s abstained; %(needed)s yes needed.") % {
        "words": words, "title": motion.title, "yes": verdict.yes, "no": verdict.no,
        "abstain": verdict.abstain, "needed": verdict.needed,
    }  # fmt: skip


def compare_with_mandates(motion: Motion, ballot: Ballot, roll: Mapping[str, int]) -> int:
    """Compare every vote that counts with the mandates as they stand at the close; how many votes broke one."""
    if not ballot.follows_seats or ballot.way != Ballot.Way.OPEN:
        return 0
    told = facts.instructions_on(motion)
    broken = [
        vote.pk
        for vote in ballot.votes.filter(voter__in=told.keys() & roll.keys())
        if compare(vote.choice, roll[vote.voter], told[vote.voter]).outcome == "broken"
    ]
    Vote.objects.filter(ballot=ballot, against_mandate=True).exclude(pk__in=broken).update(against_mandate=False)
    Vote.objects.filter(pk__in=broken).update(against_mandate=True)
    return len(broken)


def follow_decision(acting: Acting, motion: Motion) -> None:
    """What a decision brings about: ratification by the base, or the new charter at once."""
    if motion.state == Motion.State.RATIFYING:
        ratification.begin_ratification(acting, motion)
    elif motion.state == Motion.State.CARRIED and motion.kind == amendments.KIND:
        amendments.enact(acting, motion)


@formal_act("deliberation.vote_undecided")
def end_undecided(*, actor: Person | None, now: datetime, motion_id: int) -> str:
    """End a vote that has no quorum: nothing was decided, and the motion waits as before. Answers with its state.

    Refusals: ``standing.…``, ``motion.state``, ``ballot.not_yet``, ``motion.quorate`` (then close it instead).
    """
    acting, motion = begin_motion(motion_id, actor, now)
    ballot = _lock_to_close(acting, motion, "motion.close")
    rule, decision = acting.charter.body(acting.body.kind), acting.charter.decision(motion.kind)
    meeting = meeting_of(motion, ballot)
    count = facts.counted(ballot, acting.body, decision.quorum or rule.quorum, now, meeting)
    found = may_end_undecided(decision, rule, present=count.present, entitled=count.entitled)
    numbers = {"present": found.present, "entitled": found.entitled}
    close_ballot(
        ballot, result={"motion": motion.ref, "outcome": "undecided", "quorum": found.needed, **numbers}, now=now
    )
    motion.ballot = None
    move_to(motion, "suspended" if motion.waits_until else "seconded", "ballot")
    if meeting is not None:
        note(meeting, _("Not decided for want of a quorum: %(title)s.") % {"title": motion.title})
    acting.record(
        "deliberation.vote_undecided",
        data={"motion": motion.ref, "kind": motion.kind, "ballot": ballot.ref, **numbers},
        finding={"quorum": found.needed},
        documents={"votes": acting.document("votes", votes_document(ballot))} if ballot.way == "open" else {},
    )
    return motion.state


def _lock_to_close(acting: Acting, motion: Motion, act: str) -> Ballot:
    """The ballot, locked; the chair closes a vote over days only when its time is over or everybody has voted."""
    if motion.state != Motion.State.PUT or motion.ballot_id is None:
        raise RuleBroken("motion.state", old=motion.state, new="carried")
    if acting.actor is not None:
        acting.require(act)
    ballot = lock_ballot(motion.ballot_id)
    require_over(ballot, acting.now, by_clock=acting.actor is None)
    return ballot


def meeting_of(motion: Motion, ballot: Ballot) -> Meeting | None:
    """The meeting in which a motion was put; None for a vote over days."""
    return None if ballot.closes_at is not None else facts.open_meeting_of(motion.body)


def due(now: datetime) -> int:
    """Close the votes by name over days whose time has run out; those without a quorum end undecided. Idempotent.

    Votes by hand or on paper wait for their tellers. Answers with how many were closed.
    """
    ready = Motion.objects.filter(
        state=Motion.State.PUT,
        ballot__way=Ballot.Way.OPEN,
        ballot__closed_at__isnull=True,
        ballot__closes_at__lte=now,
    )
    closed = 0
    for motion_id in list(ready.values_list("pk", flat=True)):
        try:
            close_motion(actor=None, now=now, motion_id=motion_id)
        except RuleBroken as refusal:
            if refusal.rule not in {"body.quorum", "decision.quorum"}:
                continue
            end_undecided(actor=None, now=now, motion_id=motion_id)
        closed += 1
    return closed
