"""Motions: moved, backed, put, decided by the charter in force; mandates compared; objections."""

from weft.deliberation import decide
from weft.deliberation.amending import check_amending_body, check_base, check_change
from weft.deliberation.meetings import check_on_notice, check_over_days
from weft.deliberation.motions import (
    check_competence,
    check_kind,
    check_objection,
    check_seconder,
    check_support,
    check_tabling,
    check_way,
    may_end_undecided,
    step,
)
from weft.errors import RuleBroken
from weft.federation import require
from weft.federation.mandates import Instruction, compare, in_force
from weft.replay import _laws
from weft.replay._act import Act
from weft.replay._meetings import meeting_of
from weft.replay._questions import over_days, question_numbers
from weft.replay._ratification import ask
from weft.replay._standing import acted, holder_of, standing
from weft.replay._votes import ANSWERS, Votes, check_tellers, closing, opened, still_valid, votes_of
from weft.replay.state import Ballot, Body, Meeting, Motion

CHARTER = "charter"
RATIFICATION = "ratification"


# --- moving -----------------------------------------------------------------------------------------------------


def motion_moved(act: Act) -> None:
    """A voter of the body moves what the body may decide; a change of the charter with the text it makes."""
    kind = act.text("kind")
    mover = acted(act, "amendment.propose" if kind == CHARTER else "motion.move")
    check_competence(act.rule, kind)
    motion = Motion(act.made("n", "motion"), act.entry.body, kind, mover, act.at)
    if kind == CHARTER:
        _change_moved(act, motion)
    else:
        check_kind(act.charter, kind)
    act.same("notice_days", act.number("notice_days"), act.charter.decision(kind).notice_days)
    act.document("motion")
    act.finding()
    act.state.motions[motion.ref] = motion


def _change_moved(act: Act, motion: Motion) -> None:
    above = [act.state.bodies[ref] for ref in act.body.uppers]
    has_upper = any(body.type == "delegate" and body.until_index is None for body in above)
    check_amending_body(type_=act.body.type, has_upper=has_upper)
    motion.base, motion.to = act.entry.charter, act.text("to")
    if motion.to not in act.state.laws and act.documents(act.entry.documents.get("charter", "")) is None:
        act.skip("charter", "erased")  # it is for members until it is in force
        return
    new = _laws.law(act, "charter", motion.to)
    in_use: dict[str, int] = {}
    for body in act.state.bodies.values():
        if body.until_index is None:
            in_use[body.kind] = in_use.get(body.kind, 0) + 1
    check_change(act.charter, new, in_use=in_use)


def motion_tabled(act: Act) -> None:
    """An association tables a motion in a council, by its right in the charter; it needs no seconder there."""
    association = _association(act, "motion.table")
    kind = act.text("kind")
    check_tabling(act.charter.body(association.kind).rights, body_kind=act.body.kind)
    check_kind(act.charter, kind)
    check_competence(act.rule, kind)
    act.document("motion")
    act.finding()
    ref = act.made("n", "motion")
    mover = holder_of(act.state, act.entry.by[1], act.at)
    act.state.motions[ref] = Motion(
        ref, act.entry.body, kind, mover, act.at, state="seconded", tabled_by=association.ref
    )


def _association(act: Act, need: str) -> Body:
    """The association that acts in a council, and in it somebody with standing to act for it."""
    association = act.body_of(act.text("association"))
    if len(act.entry.by) != 2 or act.entry.by[0] != association.ref:
        act.diverge("by", act.entry.by, (association.ref, "who acted for it"), "replay.standing")
    try:
        require(need, standing(act.state, act.entry.by[1], association, act.at))
    except RuleBroken as refusal:
        act.diverge("by", act.entry.by, str(refusal), "replay.standing")
    return association


def motion(act: Act, name: str = "motion", *, here: bool = True) -> Motion:
    """The motion that the entry names; by default one of the body in which it happened."""
    found = act.known(act.state.motions, name)
    if here:
        act.same("body", act.entry.body, found.body)
    return found


def motion_seconded(act: Act) -> None:
    """Another voter backs the motion, each once."""
    row = motion(act)
    backer = acted(act, "motion.second")
    act.holds("state", row.state in {"moved", "seconded"}, row.state, "moved")
    own = row.mover == backer and not row.tabled_by
    check_seconder(own=own, before=backer in row.backers)
    row.backers.add(backer)
    row.state = "seconded"
    act.same("backers", act.number("backers"), 1 + len(row.backers))
    act.finding()


def motion_withdrawn(act: Act) -> None:
    """The mover withdraws before the vote."""
    row = motion(act)
    if row.tabled_by:
        act.skip("by", "private")  # who moved it for the association acts here under another reference, or none
    else:
        act.same("mover", acted(act, "motion.withdraw"), row.mover)
    row.state = step(row.state, "withdrawn")
    act.finding()


# --- voting -----------------------------------------------------------------------------------------------------


def motion_put(act: Act) -> None:
    """With the backers, the notice and the way of voting that its kind of decision asks for."""
    row = motion(act)
    acted(act, "motion.put")
    decision, kind = act.charter.decision(row.kind), act.text("kind")
    act.same("kind", kind, row.kind)
    again, row.state = row.state == "suspended", step(row.state, "put")
    act.same("backers", act.number("backers"), 1 + len(row.backers))
    if not row.tabled_by and not again:
        check_support(decision, backers=1 + len(row.backers))
    check_on_notice(decision, announced_at=row.moved_at, decided_at=act.at)
    if kind == CHARTER:
        others = [m for m in act.state.motions.values() if m.kind == CHARTER and m.state in {"put", "ratifying"}]
        check_base(moved_on=row.base, in_force=act.entry.charter, others=len(others) - (row in others))
    ballot = opened(act, [act.body], row.ref)
    check_way(decision, ballot.way)
    check_tellers(act, ballot, act.body)
    _when(act, ballot, row)
    roll = act.lines("roll")
    if roll is not None:
        act.same("documents.roll", roll, sorted(ballot.roll))
    row.ballot = ballot.ref
    act.finding()


def _when(act: Act, ballot: Ballot, row: Motion) -> None:
    """In the open meeting, or over days at least as long as a meeting's notice."""
    if ballot.closes is not None:
        act.same("meeting", act.text("meeting"), "")
        check_over_days(act.rule, opened_at=act.at, closes_at=ballot.closes)
    else:
        meeting_of(act, "open").motions.add(row.ref)


def _close(act: Act, row: Motion, ballot: Ballot, need: str) -> None:
    """Who closed, and that the time for it had come."""
    act.same("ballot", ballot.ref, row.ballot)
    over_days(act, ballot, need)


def motion_decided(act: Act) -> None:
    """The heart of it: the numbers, and what the charter in force makes of them."""
    row, ballot = motion(act), closing(act)
    _close(act, row, ballot, "motion.close")
    act.same("kind", act.text("kind"), row.kind)
    chair = act.text("chair")
    if chair:
        act.holds("chair", chair in {"yes", "no"}, chair, "yes or no")
        acted(act, "motion.cast")
    meeting = _meeting(act, ballot)
    numbers, votes = question_numbers(act, ballot, act.charter.decision(row.kind), meeting)
    found = decide(act.charter, act.rule, row.kind, **numbers, chair=chair)
    row.state = step(row.state, found.outcome)
    row.decided_at, row.decided_index, row.charter, row.waits_until = act.at, act.index, act.entry.charter, None
    act.finding(
        quorum=found.quorum.needed,
        base=found.verdict.base,
        needed=found.verdict.needed,
        carried=found.verdict.carried,
        tied=found.verdict.tied,
        outcome=found.outcome,
        broken=_broken(act, row, ballot, votes),
    )
    if row.state == "ratifying":
        ask(act, row)
    elif row.state == "carried" and row.kind == CHARTER:
        act.follows("deliberation.charter_amended", row.ref, lambda _index: True)


def _meeting(act: Act, ballot: Ballot) -> Meeting | None:
    if ballot.closes is not None:
        act.same("meeting", act.data.get("meeting", ""), "")
        return None
    return meeting_of(act, "open")


def _broken(act: Act, row: Motion, ballot: Ballot, votes: Votes | None) -> object:
    """How many votes that count went against what the electors told, as the mandates stand at the close."""
    if not ballot.follows_seats or ballot.way != "open":
        return 0
    if votes is None:
        return act.entry.finding.get("broken")
    valid, broken = still_valid(act, ballot), 0
    for voter, choice in votes.by_name.items():
        told = _instructions(act, row, voter) if voter in valid else []
        broken += bool(told) and compare(choice, valid[voter], told).outcome == "broken"
    return broken


def _instructions(act: Act, row: Motion, voter: str) -> list[Instruction]:
    constituency = act.state.seats[voter].constituency
    linked = [act.state.mandates[ref] for ref in row.links]
    given = [m for m in linked if m.constituency == constituency and m.state == "given"]
    given.sort(key=lambda m: (m.given_at or act.at, int(m.ref[1:])))
    return in_force([Instruction(mandate=m.ref, position=row.links[m.ref], binding=m.binding) for m in given])


def vote_undecided(act: Act) -> None:
    """No quorum: nothing was decided, and the motion waits as before."""
    row, ballot = motion(act), closing(act)
    _close(act, row, ballot, "motion.close")
    act.same("kind", act.text("kind"), row.kind)
    if ballot.way == "open":
        votes_of(act, ballot)
    present, entitled = act.number("present"), act.number("entitled")
    found = may_end_undecided(act.charter.decision(row.kind), act.rule, present=present, entitled=entitled)
    act.finding(quorum=found.needed)
    row.ballot, row.state = "", step(row.state, "suspended" if row.waits_until else "seconded")


def mandate_linked(act: Act) -> None:
    """A council of the constituency says that its mandate speaks of this motion."""
    row = motion(act, here=False)
    acted(act, "mandate.link")
    mandate = act.known(act.state.mandates, "mandate")
    constituency = act.state.constituencies[mandate.constituency]
    act.holds("body", act.entry.body in constituency.senders, act.entry.body, constituency.senders)
    act.same("mandate", (mandate.state, constituency.body), ("given", row.body))
    act.holds("position", mandate.position in ANSWERS, mandate.position, ANSWERS)
    act.same("position", act.text("position"), mandate.position)
    act.holds("motion", row.state in {"moved", "seconded", "put", "suspended"}, row.state, "undecided")
    act.holds("mandate", mandate.ref not in row.links, mandate.ref, "a link that is new")
    row.links[mandate.ref] = mandate.position
    act.finding()


# --- objections -------------------------------------------------------------------------------------------------


def objection_made(act: Act) -> None:
    """An association objects to what concerns its people; the decision waits, once."""
    row, association = motion(act), _association(act, "motion.object")
    act.holds("motion", row.decided_at is not None and row.kind != CHARTER, row.state, "a decision")
    until = check_objection(
        act.charter.body(association.kind).rights,
        body_kind=act.body.kind,
        decided_at=row.decided_at or act.at,
        now=act.at,
        objected_before=row.objected,
    )
    act.same("waits", act.data.get("waits"), until)
    row.state, row.waits_until, row.objected = step(row.state, "suspended"), until, True
    act.document("reason")
    act.finding()


def objection_ended(act: Act) -> None:
    """The time is over, and the decision stands again."""
    row = motion(act)
    act.same("by", act.entry.by, ())
    act.same("state", row.state, "suspended")
    act.holds("at", row.waits_until is not None and act.at >= row.waits_until, act.at, row.waits_until)
    row.state = step(row.state, "carried")
    act.finding()


__all__ = [
    "mandate_linked", "motion_decided", "motion_moved", "motion_put", "motion_seconded", "motion_tabled",
    "motion_withdrawn", "objection_ended", "objection_made", "vote_undecided",
]  # fmt: skip
