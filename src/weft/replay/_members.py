"""Membership: who asked, how long all could object, who was admitted, how a membership changed or ended.

Who vouched and who objected is not in the record: it says how many. A list is followed by numbers, line by line.
"""

import re

from weft.charter.model import Admission
from weft.charter.vocabulary import UNITS
from weft.federation import allowed
from weft.federation.membership import change_status, check_lapse, judge_admission, opening_act, rule_for_list
from weft.replay._act import Act
from weft.replay._bodies import OPEN, add_members, asked, founders_suffice, is_gathering, set_status
from weft.replay._seats import end_term, next_steps_up, number_changed
from weft.replay._standing import acted, actor, seat_rule, standing
from weft.replay._votes import answer_finding, answered, check_tellers, closing, opened, over
from weft.replay.state import CURRENT, Application, Ballot, Body, Member, Term

_LINE = re.compile(r"(q.+)-\d+")
COUNTED = frozenset({"members", "voters", "seats", "delegates", "bodies"})  # the program counts these itself


# --- asking -----------------------------------------------------------------------------------------------------


def applied(act: Act) -> None:
    """Somebody asks to join. Who it is no entry says."""
    act.same("by", act.entry.by, ())
    act.holds("body", act.body.by_people, act.body.type, "a council or association")
    act.same("of_age", act.flag("of_age"), True)
    asked(act, act.made("q", "application"), act.body)
    act.finding()
    founders_suffice(act, act.body)


def list_entered(act: Act) -> None:
    """An officer enters a list of people: nothing but many applications."""
    acted(act, "member.import")
    act.holds("body", act.body.by_people and not is_gathering(act.body), act.body.type, "a council or association")
    act.holds("count", act.number("count") > 0, 0, "somebody")
    asked(act, act.made("q", "list"), act.body, act.number("count"), listed=True)
    act.finding()


def list_withdrawn(act: Act) -> None:
    """The list is taken back: whoever on it is not yet in, and is not being voted on."""
    acted(act, "member.import")
    row = _application(act, "list")
    open_ = sum(row.counts.get(state, 0) for state in OPEN)
    act.holds("count", open_ > 0, 0, "somebody")
    act.same("count", act.number("count"), open_)
    for state in OPEN:
        _move(act, row, state, "withdrawn", row.counts.get(state, 0))
    act.finding()


def application_withdrawn(act: Act) -> None:
    """The applicant no longer asks."""
    row = _application(act)
    act.same("by", act.entry.by, ())
    act.holds("state", act.text("state") in OPEN, act.text("state"), OPEN)
    _move(act, row, act.text("state"), "withdrawn", 1)
    act.finding()


def _application(act: Act, name: str = "application") -> Application:
    """The application in this body, or the list of which it is a line."""
    ref = act.text(name)
    line = _LINE.fullmatch(ref)
    rows, body = act.state.applications, act.entry.body
    found = rows.get(f"{body}/{ref}") or rows.get(f"{body}/{line[1]}" if line else "")
    if found is None or (ref != found.ref and not found.listed):
        act.diverge(name, ref, "one that an earlier entry made here", "replay.reference")
    return found


def _move(act: Act, row: Application, old: str, new: str, number: int) -> None:
    """So many of an application go from one state to another; no more than are in it."""
    have = row.counts.get(old, 0)
    act.holds(f"state {old}", 0 <= number <= have, number, f"at most {have}")
    row.counts[old] = have - number
    row.counts[new] = row.counts.get(new, 0) + number


def _rule(act: Act, row: Application) -> Admission:
    rule = act.charter.membership.admission
    return rule_for_list(rule) if row.listed else rule


# --- vouchers and objections ------------------------------------------------------------------------------------


def vouched(act: Act) -> None:
    """The last voucher needed was given: the days for objections begin."""
    row = _application(act)
    act.same("by", act.entry.by, ())
    given, count = act.number("vouchers"), act.number("count")
    act.holds("vouchers", given <= act.body.admitted, given, f"at most {act.body.admitted} members")
    act.same("count", count, row.counts.get("vouchers", 0))
    found = judge_admission(_rule(act, row), vouchers=given, objections=0, vouched_at=act.at, now=act.at)
    act.holds("vouchers", found.state != "vouchers", given, f"at least {found.vouchers_needed}")
    _move(act, row, "vouchers", "objection", count)
    row.until = found.objections_until
    act.finding(objections_until=found.objections_until)
    if found.state == "admitted":
        act.follows(_admission(row), act.entry.body, lambda _index: True)


def _admission(row: Application) -> str:
    return "federation.members_imported" if row.listed else "federation.admitted"


def objected(act: Act) -> None:
    """A member objects within the days for it: the body will decide."""
    row = _application(act)
    act.same("by", act.entry.by, ())
    act.holds("count", act.number("count") > 0, 0, "somebody")
    act.holds("at", row.until is not None and act.at < row.until, act.at, f"before {row.until}")
    _move(act, row, "objection", "contested", act.number("count"))
    row.since = row.since or act.at
    act.finding()


# --- admission --------------------------------------------------------------------------------------------------


def admitted(act: Act) -> None:
    """Those to whom nobody objected in time, or for whom the body decided, are members from now on."""
    row, body = _application(act), act.body
    act.same("by", act.entry.by, ())
    number = act.number("members")
    state = "allowed" if row.counts.get("allowed") else "objection"
    act.same("act", act.entry.act, _admission(row))
    act.holds("members", 0 < number <= row.counts.get(state, 0), number, f"at most {row.counts.get(state, 0)}")
    if state == "objection":
        _silence_admits(act, row)
    _move(act, row, state, "admitted", row.counts[state])  # some may be members already, by another way
    moved = [_transfer(act, ref) for ref in act.refs("from")]
    act.holds("from", len(moved) <= number, len(moved), f"at most {number}")
    add_members(act, body, number)
    lapsed = [term.ref for _, terms in moved for term in terms]
    act.same("lapsed", sorted(act.refs("lapsed")), sorted(lapsed))
    act.finding(members=body.admitted)
    number_changed(act, body)
    for ref in dict.fromkeys(other.ref for other, _ in moved):
        number_changed(act, act.state.bodies[ref])
    for ref in act.refs("lapsed"):
        next_steps_up(act, act.state.terms[ref])


def _silence_admits(act: Act, row: Application) -> None:
    rule = _rule(act, row)
    act.same("objections", act.number("objections"), 0)
    act.holds("vouchers", act.number("vouchers") >= rule.vouchers, act.number("vouchers"), f"at least {rule.vouchers}")
    act.holds("at", row.until is not None and act.at >= row.until, act.at, f"{row.until} or later")
    act.same("objections_until", act.data.get("objections_until"), row.until)


def _transfer(act: Act, ref: str) -> tuple[Body, list[Term]]:
    """The membership in another council below the same delegate council ends by the same entry."""
    state = act.state
    if ref not in state.members:
        act.diverge("from", ref, "a member", "replay.reference")
    other = state.bodies[state.members[ref]]
    shared = [u for u in other.uppers if u in act.body.uppers and state.bodies[u].type == "delegate"]
    beside = shared and other.type == "base" and other.ref != act.entry.body
    act.holds("from", beside, other.ref, "a council beside this one")
    return other, end_membership(act, other.members[ref], "transferred")


def refused(act: Act) -> None:
    """Those on whom the body has so decided are not admitted."""
    row = _application(act)
    act.same("by", act.entry.by, ())
    act.same("count", act.number("count"), row.counts.get("denied", 0))
    _move(act, row, "denied", "refused", act.number("count"))
    act.finding()


# --- contested: the body decides --------------------------------------------------------------------------------


def application_vote_opened(act: Act) -> None:
    """Put to the vote by officers, or by any member once these have let days pass."""
    row, count = _application(act), act.number("count")
    facts = standing(act.state, actor(act), act.body, act.at)
    need = opening_act(act.charter.procedure, contested_at=row.since, now=act.at)
    may, late = allowed(need, facts), need.endswith("_late")
    act.holds("by", may or (late and row.listed and allowed("application.open", facts)), act.entry.by, "standing")
    kind = act.charter.membership.admission.decided_as
    act.same("kind", act.text("kind"), kind)
    ballot = opened(act, [act.body], row.ref)
    check_tellers(act, ballot, act.body)
    act.holds("count", count > 0, 0, "somebody")
    _move(act, row, "contested", "voting", count)
    row.votes[ballot.ref] = count
    act.finding()


def application_decided(act: Act) -> None:
    """By the body's own majority; below the quorum nothing is decided, and it can be put again."""
    row, ballot = _application(act), closing(act)
    act.same("application", ballot.subject, row.ref)
    over(act, ballot, "ballot.vote")
    kind = act.charter.membership.admission.decided_as
    act.same("kind", act.text("kind"), kind)
    found = answered(act, ballot, kind, act.body)
    act.finding(**answer_finding(found))
    _decide(act, row, ballot, "contested" if not found.quorum.met else "allowed" if found.carried else "denied")


def _decide(act: Act, row: Application, ballot: Ballot, state: str) -> None:
    _move(act, row, "voting", state, row.votes.pop(ballot.ref))
    if state == "denied":
        act.follows("federation.refused", act.entry.body, lambda _index: True)
    elif state == "allowed":  # whoever got in by another way meanwhile needs no entry
        act.follows(_admission(row), act.entry.body, lambda _index: not row.listed)


# --- a membership changes ---------------------------------------------------------------------------------------


def end_membership(act: Act, member: Member, status: str) -> list[Term]:
    """Write a member's new status; what rests on a membership that ended ends with it."""
    set_status(act, member, change_status(member.status, status))
    if status in CURRENT:
        return []
    for rows in act.state.alternates.values():
        for row in rows:
            row.used = row.used or row.holder == member.ref
    lapsed = []
    for term in act.state.terms.values():
        if term.holder != member.ref or not term.holds(act.at):
            continue
        seat = act.state.seats[term.seat]
        if not seat.constituency or seat_rule(act.state, seat).lapses_on_leaving:
            end_term(act, term, "lapsed")
            lapsed.append(term)
    return lapsed


def membership_changed(act: Act) -> None:
    """Somebody left, lapsed with the job, or was suspended or excluded by a decision of the body."""
    body, status = act.body, act.text("new")
    member = body.members.get(act.text("member"))
    if member is None:
        act.diverge("member", act.text("member"), "a member of this body", "replay.reference")
    act.same("old", act.text("old"), member.status)
    before = body.admitted
    if status == "left":
        act.same("by", act.entry.by, (member.ref,))
    elif status == "lapsed":
        acted(act, "member.lapse")
        check_lapse(act.charter.membership)
    else:
        _rests_on_decision(act, member, status)
    lapsed = end_membership(act, member, status)
    act.same("lapsed", sorted(act.refs("lapsed")), sorted(term.ref for term in lapsed))
    act.finding(members=body.admitted)
    if body.admitted != before:
        number_changed(act, body)
    for ref in act.refs("lapsed"):
        next_steps_up(act, act.state.terms[ref])


def _rests_on_decision(act: Act, member: Member, status: str) -> None:
    """An exclusion, a suspension or its end needs a decision that the body has carried about this member."""
    rows = act.state.motions.values()
    rests = [m for m in rows if (m.body, m.about, m.state) == (act.entry.body, member.ref, "carried")]
    act.holds("new", rests, status, "a decision of the body about this member")


# --- other numbers ----------------------------------------------------------------------------------------------


def numbers_stated(act: Act) -> None:
    """Inhabitants, workers, … of a body, as its officers state them; the seats that rest on them follow."""
    acted(act, "numbers.state")
    unit, number, body = act.text("unit"), act.number("number"), act.body
    act.holds("unit", unit in UNITS and unit not in COUNTED, unit, "a unit that is stated")
    before = body.numbers.get(unit, 0)
    act.same("before", act.number("before"), before)
    act.document("source")
    act.finding()
    body.numbers[unit] = number
    number_changed(act, body, frozenset({unit}))


__all__ = [
    "admitted", "application_decided", "application_vote_opened", "application_withdrawn", "applied", "end_membership",
    "list_entered", "list_withdrawn", "membership_changed", "numbers_stated", "objected", "refused", "vouched",
]  # fmt: skip
