"""Ratification: a decision above takes effect only when enough bodies below agree, each by a vote of its own.

Each body decides over days, as an ordinary decision of its own or, if the charter names one, as "ratification".
"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_noop

from weft.ballots import quorum
from weft.deliberation import RatificationFinding, decide, judge_ratification
from weft.deliberation.meetings import check_over_days
from weft.deliberation.motions import check_way
from weft.deliberation.ratification import check_answer_window, opening_act
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import close_ballot, lock_ballot, opening, votes_document
from weft_site.charter.facts import charter
from weft_site.deliberation import facts
from weft_site.deliberation.models import Motion, Ratification
from weft_site.deliberation.services import amendments
from weft_site.deliberation.services.motions import move_to
from weft_site.deliberation.services.voting import open_question, require_over, roll_document
from weft_site.federation.acting import Acting, begin
from weft_site.federation.facts import running
from weft_site.federation.models import Body, Term
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

KIND = "ratification"
ASKED = gettext_noop("%(body)s is asked to ratify: %(title)s. Open a vote on it.")
OPENED = gettext_noop("%(body)s votes until %(until)s whether to ratify: %(title)s")


def begin_ratification(acting: Acting, motion: Motion) -> None:
    """Ask every body of the kind named; the deciding body, if it is one of them, has answered by deciding."""
    rule = _rule(motion)
    bodies = list(facts.bodies_of_kind(acting.federation, rule.bodies))
    Ratification.objects.bulk_create(
        [
            Ratification(
                motion=motion,
                body=body,
                agreed=True if body.pk == motion.body_id else None,
                decided_at=acting.now if body.pk == motion.body_id else None,
            )
            for body in bodies
        ],
        batch_size=1_000,
    )
    _ask([body for body in bodies if body.pk != motion.body_id], motion, acting)
    settle(acting, motion)


def _ask(bodies: list[Body], motion: Motion, acting: Acting) -> None:
    """Tell the officers of each body, who open its vote; one question to the database for all of them."""
    held = Term.objects.filter(
        running(acting.now), seat__body__federation=acting.federation, seat__body__kind=_rule(motion).bodies,
        seat__office__in=["chair", "secretary"],
    ).select_related("person", "seat")  # fmt: skip
    officers: dict[int, dict[int, Person]] = defaultdict(dict)
    for term in held:
        officers[term.seat.body_id][term.person_id] = term.person
    for body in bodies:
        notify_many(
            officers[body.pk].values(),
            "ratification.asked",
            sentence=ASKED,
            values={"body": body.title, "title": motion.title},
            path=reverse("ratification", args=[acting.log.slug, body.ref, motion.ref]),
            now=acting.now,
        )


@formal_act("deliberation.ratification_opened")
def open_ratification(
    *, actor: Person, now: datetime, motion_id: int, body_id: int, closes_at: datetime, way: str = "open"
) -> int:
    """Open a body's vote on ratification. Answers with the ballot's id.

    Its officers may, and some days later any voter. The time is never shorter than its notice, unless the time for
    answers itself is. Refusals: ``standing.…``, ``motion.state``, ``ratification.not_asked``,
    ``ratification.answered``, ``ratification.open``, ``decision.ratified_by``, ``body.notice_days``.
    """
    acting = begin(body_id, actor, now)
    motion = _ratifying(motion_id)
    rule = _rule(motion)
    acting.require(opening_act(acting.charter.procedure, decided_at=motion.decided_at, now=now))
    row = _row(acting, motion)
    if row.agreed is not None:
        raise RuleBroken("ratification.answered")
    if row.ballot_id is not None:
        raise RuleBroken("ratification.open")
    check_answer_window(rule, decided_at=motion.decided_at, closes_at=closes_at)
    last = None if rule.within_days is None else motion.decided_at + timedelta(days=rule.within_days)
    body_rule = acting.charter.body(acting.body.kind)
    if last is None or now + timedelta(days=body_rule.notice_days) < last:
        check_over_days(body_rule, opened_at=now, closes_at=closes_at)
    check_way(acting.charter.decision(KIND), way)
    row.ballot = open_question(acting, title=motion.title, way=way, closes_at=closes_at)
    row.ref = f"y{acting.index}"
    row.save()
    values = {"body": acting.body.title, "title": motion.title, "until": f"{closes_at:%Y-%m-%d %H:%M} UTC"}
    people, path = facts.people_to_tell(acting.body, now), reverse("vote", args=[row.ballot.pk])
    notify_many(people, "ratification.open", sentence=OPENED, values=values, path=path, now=now)
    acting.record(
        "deliberation.ratification_opened",
        data={"motion": motion.ref, "ratification": row.ref, "closes": closes_at.isoformat(), **opening(row.ballot)},
        documents={"roll": acting.document("roll", roll_document(row.ballot))},
    )
    return row.ballot.pk


@formal_act("deliberation.ratification_decided")
def close_ratification(*, actor: Person | None, now: datetime, ratification_id: int) -> str:
    """Close a body's vote when its time is over; "agreed", "refused", or "undecided" for want of a quorum.

    Refusals: ``standing.…``, ``motion.state``, ``ratification.not_open``, ``ballot.not_yet``, ``ballot.tellers_…``.
    """
    acting = begin(Ratification.objects.values_list("body_id", flat=True).get(pk=ratification_id), actor, now)
    row = Ratification.objects.select_for_update(of=("self",)).get(pk=ratification_id)
    motion = _ratifying(row.motion_id)
    if actor is not None:
        acting.require("ratification.close")
    if row.ballot_id is None or row.agreed is not None:
        raise RuleBroken("ratification.not_open")
    ballot = lock_ballot(row.ballot_id)
    require_over(ballot, now, by_clock=actor is None)
    rule, decision = acting.charter.body(acting.body.kind), acting.charter.decision(KIND)
    count = facts.counted(ballot, acting.body, decision.quorum or rule.quorum, now)
    if not quorum(decision.quorum or rule.quorum, present=count.present, entitled=count.entitled).met:
        return _unanswered(acting, motion, row, ballot, count)
    answer = _answer(acting, motion, row, ballot, count)
    settle(acting, motion)
    return answer


def _answer(acting: Acting, motion: Motion, row: Ratification, ballot: Ballot, count: facts.Counted) -> str:
    votes = {"yes": count.tally.yes, "no": count.tally.no, "abstain": count.tally.abstain}
    numbers = votes | {
        "present": count.present,
        "entitled": count.entitled,
        "votes_present": count.votes_present,
        "votes_entitled": count.votes_entitled,
    }
    found = decide(acting.charter, acting.charter.body(acting.body.kind), KIND, **numbers)
    row.agreed = found.verdict.carried
    row.decided_at = min(acting.now, ballot.closes_at)  # the answer counts from the end of the vote, not of the sum
    row.save(update_fields=["agreed", "decided_at"])
    result = {"needed": found.verdict.needed, "quorum": found.quorum.needed, "carried": row.agreed}
    close_ballot(ballot, result=numbers | result | {"voted": count.tally.voted}, now=acting.now)
    acting.record(
        "deliberation.ratification_decided",
        data={"motion": motion.ref, "ratification": row.ref, "ballot": ballot.ref, **numbers},
        finding={"agreed": row.agreed, "needed": found.verdict.needed, "quorum": found.quorum.needed},
        documents={"votes": acting.document("votes", votes_document(ballot))},
    )
    return "agreed" if row.agreed else "refused"


def _unanswered(acting: Acting, motion: Motion, row: Ratification, ballot: Ballot, count: facts.Counted) -> str:
    """Without a quorum the body has not answered; it may vote again while there is time."""
    numbers = {"present": count.present, "entitled": count.entitled}
    close_ballot(ballot, result=numbers | {"outcome": "undecided"}, now=acting.now)
    row.ballot = None
    row.save(update_fields=["ballot"])
    acting.record(
        "deliberation.ratification_undecided",
        data={"motion": motion.ref, "ratification": row.ref, "ballot": ballot.ref, **numbers},
        documents={"votes": acting.document("votes", votes_document(ballot))},
    )
    return "undecided"


def finding(motion: Motion, now: datetime) -> RatificationFinding:
    """Where a ratification stands: counted over the bodies that are in the federation now."""
    rule = _rule(motion)
    bodies = facts.bodies_of_kind(motion.body.federation, rule.bodies)
    until = None if rule.within_days is None else motion.decided_at + timedelta(days=rule.within_days)
    answers = motion.ratifications.filter(body__in=bodies, agreed__isnull=False)
    if until is not None:
        answers = answers.filter(decided_at__lt=until)
    agreed = answers.filter(agreed=True).count()
    return judge_ratification(
        rule,
        bodies=bodies.count(),
        agreed=agreed,
        refused=answers.filter(agreed=False).count(),
        decided_at=motion.decided_at,
        now=now,
    )


def settle(acting: Acting, motion: Motion) -> str:
    """Ratified: it takes effect now. Rejected: it never does. Otherwise it stays open. One entry when it is settled."""
    motion.body.federation = acting.federation
    found = finding(motion, acting.now)
    if found.state == "open" or (
        found.bodies - found.refused >= found.needed > found.agreed and _awaited(motion, acting)
    ):
        return "open"
    move_to(motion, "carried" if found.state == "ratified" else "rejected")
    if found.state == "rejected":
        _drop_open(acting, motion)
    acting.record(
        f"deliberation.motion_{found.state}",
        body=motion.body,
        by=(),
        data={"motion": motion.ref, "bodies": found.bodies, "agreed": found.agreed, "refused": found.refused},
        finding={"needed": found.needed, "state": found.state},
    )
    if found.state == "ratified" and motion.kind == amendments.KIND:
        acting.body = motion.body
        amendments.enact(acting, motion)
    return found.state


def _awaited(motion: Motion, acting: Acting) -> bool:
    """Votes that ended in time and that only the clock has still to count: nothing is rejected over their heads."""
    return motion.ratifications.filter(
        agreed=None, ballot__way=Ballot.Way.OPEN, ballot__closed_at=None, ballot__closes_at__lte=acting.now
    ).exists()


def _drop_open(acting: Acting, motion: Motion) -> None:
    """Votes that can change nothing any more are closed without an answer."""
    for row in motion.ratifications.filter(agreed=None, ballot__isnull=False, ballot__closed_at=None):
        close_ballot(lock_ballot(row.ballot_id), result={"outcome": "void"}, now=acting.now)


def due(now: datetime) -> int:
    """Close the bodies' votes whose time is over, then settle what time has settled. Idempotent.

    Votes on paper wait for their tellers. Answers with how much was done.
    """
    done = 0
    ready = Ratification.objects.filter(
        motion__state=Motion.State.RATIFYING, agreed=None, ballot__way=Ballot.Way.OPEN,
        ballot__closed_at=None, ballot__closes_at__lte=now,
    ).order_by("ballot__closes_at", "pk")  # fmt: skip
    for row_id in list(ready.values_list("pk", flat=True)):
        try:
            close_ratification(actor=None, now=now, ratification_id=row_id)
        except RuleBroken:
            continue  # settled by an earlier one of this round
        done += 1
    waiting = Motion.objects.filter(state=Motion.State.RATIFYING).select_related("charter", "body__federation")
    for motion in waiting:
        if finding(motion, now).state != "open":  # looked at without a lock; judged again under it
            done += settle_one(actor=None, now=now, motion_id=motion.pk) != "open"
    return done


@formal_act("deliberation.ratification_settled")
def settle_one(*, actor: Person | None, now: datetime, motion_id: int) -> str:
    """Look whether time, or bodies that came or left, have settled a ratification; its state."""
    acting = begin(Motion.objects.values_list("body_id", flat=True).get(pk=motion_id), actor, now)
    motion = Motion.objects.select_for_update(of=("self",)).select_related("charter", "new_charter").get(pk=motion_id)
    if motion.state != Motion.State.RATIFYING:
        return "open"
    motion.body = acting.body
    return settle(acting, motion)


def _rule(motion: Motion):
    """By the charter under which the motion was decided, whatever came into force since."""
    return charter(motion.charter).decision(motion.kind).ratified_by


def _ratifying(motion_id: int) -> Motion:
    rows = Motion.objects.select_for_update(of=("self",)).select_related("charter", "new_charter", "body__federation")
    motion = rows.get(pk=motion_id)
    if motion.state != Motion.State.RATIFYING:
        raise RuleBroken("motion.state", old=motion.state, new="carried")
    return motion


def _row(acting: Acting, motion: Motion) -> Ratification:
    """The body's answer to be; a body that came into the federation since the decision is asked like the others."""
    same = acting.body.federation_id == motion.body.federation_id
    if not same or acting.body.kind != _rule(motion).bodies or acting.body.ended_at is not None:
        raise RuleBroken("ratification.not_asked")
    row, _made = Ratification.objects.get_or_create(motion=motion, body=acting.body)
    return row
