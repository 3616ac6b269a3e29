"""Ratification: the bodies below answer a decision, each by a vote of its own, until it stands or has fallen."""

from datetime import timedelta

from weft.ballots import quorum
from weft.charter.model import Ratification
from weft.deliberation import decide, judge_ratification
from weft.deliberation.meetings import check_over_days
from weft.deliberation.motions import check_way, step
from weft.deliberation.ratification import check_answer_window, opening_act
from weft.replay._act import Act
from weft.replay._questions import over_days, question_numbers
from weft.replay._standing import acted
from weft.replay._votes import check_tellers, closing, opened, votes_of
from weft.replay.state import Ballot, Body, Motion
from weft.replay.state import Ratification as Answer

CHARTER = "charter"
RATIFICATION = "ratification"


def _rule(act: Act, row: Motion) -> Ratification:
    """By the charter under which the motion was decided, whatever came into force since."""
    rule = act.state.laws[row.charter].decision(row.kind).ratified_by
    if rule is None:
        act.diverge("motion", row.ref, "a decision that is ratified")
    return rule


def _asked(act: Act, row: Motion) -> list[Body]:
    kind = _rule(act, row).bodies
    return [body for body in act.state.bodies.values() if body.kind == kind and body.until_index is None]


def ask(act: Act, row: Motion) -> None:
    """Every body of the kind named is asked; the deciding body, if it is one of them, has answered by deciding."""
    for body in _asked(act, row):
        own = body.ref == row.body
        row.ratifications[body.ref] = Answer(agreed=True, answered_at=act.at) if own else Answer()
    _settles(act, row)


def _settles(act: Act, row: Motion) -> None:
    """When the answers settle it, the next entry says so."""
    act.follows("deliberation.motion_ratified", row.ref, lambda _index: _standing_of(act, row)[0] == "ratified")


def _standing_of(act: Act, row: Motion) -> tuple[str, int, int, int, int]:
    """(state, bodies, agreed, refused, needed) over the bodies that are in the federation now."""
    rule, bodies = _rule(act, row), _asked(act, row)
    if row.decided_at is None:
        act.diverge("motion", row.ref, "a decision")
    until = None if rule.within_days is None else row.decided_at + timedelta(days=rule.within_days)
    rows = [row.ratifications[body.ref] for body in bodies if body.ref in row.ratifications]
    given = [a.agreed for a in rows if a.agreed is not None and (until is None or _before(a, until))]
    found = judge_ratification(
        rule,
        bodies=len(bodies),
        agreed=given.count(True),
        refused=given.count(False),
        decided_at=row.decided_at,
        now=act.at,
    )
    return found.state, found.bodies, found.agreed, found.refused, found.needed


def _before(answer: Answer, until: object) -> bool:
    return answer.answered_at is not None and answer.answered_at < until  # type: ignore[operator]


def ratification_opened(act: Act) -> None:
    """A body of the kind named opens its vote, by its officers, or, days later, by any voter of it."""
    row = act.known(act.state.motions, "motion")
    act.holds("motion", row.state == "ratifying" and row.decided_at is not None, row.state, "ratifying")
    decided_at, rule = row.decided_at or act.at, _rule(act, row)
    acted(act, opening_act(act.charter.procedure, decided_at=decided_at, now=act.at))
    act.holds("body", act.body in _asked(act, row), act.entry.body, f"a body of kind {rule.bodies}")
    answer = row.ratifications.setdefault(act.entry.body, Answer())
    act.holds("ratification", answer.agreed is None and not answer.ballot, answer.ref, "no answer yet")
    ballot = opened(act, [act.body], row.ref)
    if ballot.closes is None:
        act.diverge("closes", None, "an end")
    check_answer_window(rule, decided_at=decided_at, closes_at=ballot.closes)
    last = None if rule.within_days is None else decided_at + timedelta(days=rule.within_days)
    if last is None or act.at + timedelta(days=act.rule.notice_days) < last:
        check_over_days(act.rule, opened_at=act.at, closes_at=ballot.closes)
    check_way(act.charter.decision(RATIFICATION), ballot.way)
    check_tellers(act, ballot, act.body)
    roll = act.lines("roll")
    if roll is not None:
        act.same("documents.roll", roll, sorted(ballot.roll))
    answer.ref, answer.ballot = act.made("y", "ratification"), ballot.ref
    act.finding()


def _answering(act: Act) -> tuple[Motion, Answer, Ballot]:
    row, ballot = act.known(act.state.motions, "motion"), closing(act)
    answer = row.ratifications.get(act.entry.body)
    if answer is None or row.state != "ratifying":
        act.diverge("ratification", act.text("ratification"), "a vote on ratification", "replay.reference")
    act.same("ratification", (act.text("ratification"), ballot.ref), (answer.ref, answer.ballot))
    over_days(act, ballot, "ratification.close")
    return row, answer, ballot


def ratification_decided(act: Act) -> None:
    """The body's answer, by its own majority; it counts from the end of its vote."""
    row, answer, ballot = _answering(act)
    numbers, _ = question_numbers(act, ballot, act.charter.decision(RATIFICATION), None)
    found = decide(act.charter, act.rule, RATIFICATION, **numbers, chair="")
    answer.agreed, answer.ballot = found.verdict.carried, ""
    answer.answered_at = min(act.at, ballot.closes or act.at)
    act.finding(agreed=found.verdict.carried, needed=found.verdict.needed, quorum=found.quorum.needed)
    _settles(act, row)


def ratification_undecided(act: Act) -> None:
    """Without a quorum the body has not answered; it may vote again while there is time."""
    _, answer, ballot = _answering(act)
    rule = act.charter.decision(RATIFICATION).quorum or act.rule.quorum
    present, entitled = act.number("present"), act.number("entitled")
    act.holds("quorum", not quorum(rule, present=present, entitled=entitled).met, present, "too few")
    if ballot.way == "open":
        votes_of(act, ballot)
    answer.ballot = ""
    act.finding()


def ratification_settled(act: Act) -> None:
    """Enough bodies agree and it takes effect, or the rest can no longer reach it, or the time has run out."""
    row = act.known(act.state.motions, "motion")
    act.same("body", act.entry.body, row.body)
    act.same("by", act.entry.by, ())
    act.same("state", row.state, "ratifying")
    state, bodies, agreed, refused, needed = _standing_of(act, row)
    act.same("act", act.entry.act, f"deliberation.motion_{state}")
    for name, number in (("bodies", bodies), ("agreed", agreed), ("refused", refused)):
        act.same(name, act.number(name), number)
    act.finding(needed=needed, state=state)
    row.state = step(row.state, "carried" if state == "ratified" else "rejected")
    for answer in row.ratifications.values():  # votes that can change nothing any more end without an answer
        if answer.ballot:
            act.state.ballots[answer.ballot].state = "void"
    if state == "ratified" and row.kind == CHARTER:
        act.follows("deliberation.charter_amended", row.ref, lambda _index: True)


__all__ = [
    "ask", "ratification_decided", "ratification_opened", "ratification_settled", "ratification_undecided",
]  # fmt: skip
