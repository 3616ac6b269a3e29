"""Councils join a wider federation, found one together, or leave one: how records end, begin and cite one another.

What happened in another record is not judged here: that one is replayed for itself, and the index, size and root
cited here find it. Such values are noted as "elsewhere".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from weft.federation.accession import (
    check_accession,
    check_joint_founding,
    check_notice,
    founding_proposal,
    organ_kinds,
    upper_kinds,
)
from weft.replay._act import Act
from weft.replay._bodies import OPEN, add_body, add_members, keep_application, link, set_status
from weft.replay._laws import law
from weft.replay._seats import end_term, seats_follow
from weft.replay._standing import acted, count_voters, seat_rule
from weft.replay._votes import answer_finding, answered, check_tellers, closing, opened, over
from weft.replay.state import Accession, Application, Body, Term

KIND = "accession"


# --- the council that asks --------------------------------------------------------------------------------------


def accession_proposed(act: Act) -> None:
    """A voter proposes that the council, alone in its federation, join a wider one."""
    _alone(act)
    for name in ("into", "as_kind", "upper", "wider_charter"):
        act.text(name)
    act.skip("as_kind", "elsewhere")
    _propose(act)


def founding_proposed(act: Act) -> None:
    """A voter proposes to found a federation with other councils, under a charter and by one hash for all of them."""
    _alone(act)
    councils = _pairs(act, act.items("councils"))
    proposal = founding_proposal(act.text("title"), act.text("charter"), councils)
    act.same("proposal", act.text("proposal"), proposal)
    origins = [origin for origin, _ in councils]
    act.holds("councils", act.state.origin in origins, origins, act.state.origin)
    check_joint_founding(origins, proposed_to=origins)
    if act.documents(act.entry.documents.get("charter", "")) is None:
        act.skip("charter", "erased")
    else:
        new, kind = law(act, "charter", act.text("charter")), dict(councils)[act.state.origin]
        check_accession(new, as_kind=kind, members=act.body.admitted, already=False)
    _propose(act)


def _pairs(act: Act, rows: Sequence[Any]) -> list[tuple[str, str]]:
    if not all(isinstance(row, list) and len(row) == 2 and all(isinstance(one, str) for one in row) for row in rows):
        act.diverge("councils", rows, "pairs of origin and kind", "replay.malformed")
    return [(row[0], row[1]) for row in rows]


def leaving_proposed(act: Act) -> None:
    """A voter proposes that the council leave its federation."""
    acted(act, "accession.propose")
    others = [b for b in act.state.bodies.values() if b.type == "base" and b.until_index is None and b is not act.body]
    act.holds("body", act.body.type == "base" and others, act.entry.body, "one council of several")
    _propose(act)


def _alone(act: Act) -> None:
    acted(act, "accession.propose")
    living = [body.ref for body in act.state.bodies.values() if body.by_people and body.until_index is None]
    act.same("body", living, [act.entry.body])


def _propose(act: Act) -> None:
    rows = act.state.accessions.values()
    act.same("accession", [r.ref for r in rows if r.body == act.entry.body and r.state in {"proposed", "adopted"}], [])
    act.finding()
    ref = act.made("a", "accession")
    act.state.accessions[ref] = Accession(
        ref, act.entry.body, act.entry.act.rpartition(".")[2], act.at, proposer=act.entry.by[0]
    )


def _accession(act: Act, state: str) -> Accession:
    row = act.known(act.state.accessions, "accession")
    act.same("body", act.entry.body, row.body)
    act.same("state", row.state, state)
    return row


def accession_withdrawn(act: Act) -> None:
    """Whoever proposed it takes it back before the vote."""
    row = _accession(act, "proposed")
    act.same("by", act.entry.by, (row.proposer,))
    act.holds("accession", not row.ballot, row.ballot, "no vote yet")
    row.state = "withdrawn"
    act.finding()


def accession_vote_opened(act: Act) -> None:
    """Put to the members once the notice is over."""
    row = _accession(act, "proposed")
    acted(act, "accession.open")
    act.holds("accession", not row.ballot, row.ballot, "no vote yet")
    check_notice(act.charter, announced_at=row.proposed_at, now=act.at)
    ballot = opened(act, [act.body], row.ref)
    check_tellers(act, ballot, act.body)
    row.ballot = ballot.ref
    act.finding()


def accession_decided(act: Act) -> None:
    """The members have adopted or rejected it, by the majority for accessions."""
    row, ballot = _accession(act, "proposed"), closing(act)
    act.same("ballot", ballot.ref, row.ballot)
    over(act, ballot, "ballot.close_due")
    found = answered(act, ballot, KIND, act.body)
    act.same("act", act.entry.act, f"federation.accession_{'adopted' if found.carried else 'rejected'}")
    act.finding(**answer_finding(found))
    row.state = "adopted" if found.carried else "refused"
    if found.carried and row.how == "leaving_proposed":
        act.follows("federation.body_left", row.ref, lambda _index: True)


def acceded(act: Act) -> None:
    """The last entry: the council's life goes on in another record. It says what was recorded up to here."""
    state = act.state
    row = _accession(act, "adopted")
    act.same("by", act.entry.by, ())
    act.text("into")
    act.same("head", (act.number("size"), act.text("root")), (act.index, state.root.hex()))
    open_ = [b.ref for b in state.ballots.values() if b.state == "open"]
    open_ += [e.ref for e in state.elections.values() if e.state in {"nominations", "voting"}]
    open_ += [r.ref for r in state.recalls.values() if r.state in {"signatures", "notice", "voting"}]
    open_ += [d.ref for d in state.draws.values() if d.drawn is None]
    act.same("open", open_, [])
    act.finding(members=act.body.admitted)
    row.state = "accepted"
    end_federation(act)


def end_federation(act: Act) -> None:
    """Nothing of it stands any more: memberships go over, terms end, and no entry follows."""
    state = act.state
    for body in state.bodies.values():
        for member in body.members.values():
            if member.status in {"admitted", "suspended"}:
                set_status(act, member, "transferred")
        body.until_index = act.index if body.until_index is None else body.until_index
    for term in state.terms.values():
        if term.holds(act.at):
            end_term(act, term, "lapsed")
    state.sealed_index = act.index


# --- the federation that accepts --------------------------------------------------------------------------------


def acceptance_vote_opened(act: Act) -> None:
    """Those who accept vote: the delegates of the council above, or, while nobody sits there, all base councils."""
    acted(act, "accession.accept")
    bodies = _accepting(act)
    adopted = act.instant("adopted")
    if adopted is None:
        act.diverge("adopted", None, "when the council adopted it")
    act.skip("adopted", "elsewhere")
    check_notice(act.charter, announced_at=adopted, now=act.at)
    act.same("vote", [b.ref for b in act.state.ballots.values() if b.subject == _key(act) and b.state == "open"], [])
    ballot = opened(act, bodies, _key(act))
    check_tellers(act, ballot, bodies[0])
    act.finding()


def _key(act: Act) -> str:
    """An accession that another record counts: its origin and reference there."""
    return f"{act.text('from')} {act.text('accession')}"


def _accepting(act: Act) -> list[Body]:
    living = [body for body in act.state.bodies.values() if body.until_index is None]
    kinds = _kinds_above(act, act.text("as_kind"))
    uppers = [body for body in living if body.type == "delegate" and body.kind in kinds]
    seated = [body for body in uppers if count_voters(act.state, body, act.at)]
    named = act.refs("bodies")
    if seated:
        act.holds("bodies", len(named) == 1 and named[0] in [b.ref for b in seated], named, [b.ref for b in seated])
    else:
        act.same("bodies", named, [body.ref for body in living if body.type == "base"])
    return [act.state.bodies[ref] for ref in named]


def _kinds_above(act: Act, kind: str) -> list[str]:
    return [one for one, rule in act.charter.bodies.items() if any(seat.sender == kind for seat in rule.seats)]


def acceptance_decided(act: Act) -> None:
    """Carried: the council is a body of the federation by the next entry."""
    ballot = closing(act)
    act.same("accession", _key(act), ballot.subject)
    act.same("bodies", act.refs("bodies"), ballot.bodies)
    over(act, ballot, "accession.accept")
    found = answered(act, ballot, KIND, act.state.bodies[ballot.bodies[0]])
    act.finding(**answer_finding(found))
    if found.carried:
        act.state.accepted.add(_key(act))
        act.follows("federation.body_joined", act.text("accession"), lambda _index: True)


def body_joined(act: Act) -> None:
    """The council becomes a body of this federation, with its members, officers and open applications."""
    source = _source(act, act.data.get("from"))
    key = f"{source} {act.text('accession')}"
    act.holds("accession", key in act.state.accepted, key, "a council that was accepted")
    act.state.accepted.discard(key)
    kind, ref = act.text("as_kind"), act.made("b", "body")
    living = [body for body in act.state.bodies.values() if body.until_index is None]
    body = add_body(act, ref=ref, kind=kind, title=act.text("title"))
    existing = [upper for upper in living if upper.kind in _kinds_above(act, kind)]
    named = act.refs("uppers")
    uppers = [upper for upper in existing if upper.ref in named]
    act.holds("uppers", {b.kind for b in uppers} == {b.kind for b in existing}, named, [b.ref for b in existing])
    for upper in uppers:
        link(act, body, upper)
    lower = [one for one in act.state.bodies.values() if one.by_people and one.until_index is None]
    raised = _raised(act, lower, upper_kinds(act.charter, [kind]), ref)
    below = [*uppers, *(one for one in raised if one.type == "delegate")]
    act.same("uppers", named, [one.ref for one in below])
    _moved_in(act, body, act.data, "members", str(act.index))
    check_accession(act.charter, as_kind=kind, members=body.admitted, already=False)
    elsewhere = act.entry.finding.get("counted_elsewhere")
    act.holds("counted_elsewhere", type(elsewhere) is int and elsewhere >= 0, elsewhere, "a number")
    act.finding(members=body.admitted, counted_elsewhere=elsewhere)
    for upper in [*below, *(organ for organ in raised if organ not in below)]:
        seats_follow(act, upper)


def _source(act: Act, cited: object) -> str:
    """The origin of the record that is cited, with its final size and root."""
    if not isinstance(cited, dict) or not all(isinstance(cited.get(k), str) for k in ("origin", "root")):
        act.diverge("from", cited, "origin, size and root of a record", "replay.malformed")
    act.skip("from", "elsewhere")
    return str(cited["origin"])


def _raised(act: Act, lower: Sequence[Body], kinds: Sequence[str], prefix: str) -> list[Body]:
    """Delegate councils, with their organs, that come into being because there are councils below them now."""
    existing = {body.kind for body in act.state.bodies.values() if body.until_index is None}
    made: list[Body] = []
    for kind in kinds:
        if kind in existing:
            continue
        upper = _raise(act, kind, prefix, made)
        for organ_kind in organ_kinds(act.charter, kind):
            if organ_kind not in existing:
                organ = _raise(act, organ_kind, prefix, made)
                sends = any(rule.sender == kind for rule in act.charter.body(organ_kind).seats)
                link(act, upper, organ) if sends else link(act, organ, upper)
    for upper in (body for body in made if body.type == "delegate"):
        for body in lower:
            if any(rule.sender == body.kind for rule in act.charter.body(upper.kind).seats):
                link(act, body, upper)
    act.same("raised", act.items("raised"), [[body.ref, body.kind, body.title] for body in made])
    return made


def _raise(act: Act, kind: str, prefix: str, made: list[Body]) -> Body:
    title = act.charter.body(kind).title
    body = add_body(act, ref=f"{prefix}-u{len(made) + 1}", kind=kind, title=title[:1].upper() + title[1:])
    made.append(body)
    return body


def _moved_in(act: Act, body: Body, data: Mapping[str, Any], document: str, suffix: str) -> None:
    """Members under new references, officers for the time that is left, applications as far as they had come."""
    number, resting, carried = data.get("members"), data.get("resting"), data.get("carried")
    if type(number) is not int or not isinstance(resting, list) or not isinstance(carried, list):
        act.diverge("members", data, "members, resting and carried", "replay.malformed")
    add_members(act, body, number, document, prefix=f"m{suffix}")
    for ref in resting:
        act.holds("resting", ref in body.members, ref, "a member that moved")
        set_status(act, body.members[ref], "suspended")
    for place, row in enumerate(carried, start=1):
        _carried(act, body, row, f"t{suffix}-{place}")
    for row in data.get("applications", []):
        _taken_up(act, body, row)


def _carried(act: Act, body: Body, row: Mapping[str, Any], ref: str) -> None:
    state = act.state
    seat, ends = state.seats.get(str(row.get("seat"))), row.get("ends")
    act.same("carried", row.get("term"), ref)
    if seat is None or seat.body != body.ref or seat.terms or row.get("holder") not in body.members:
        act.diverge("carried", row, "a vacant office of the council, for one of its members", "replay.reference")
    until = None if ends is None else act.time_of("ends", ends)
    term = Term(ref, seat.ref, str(row["holder"]), act.at, until, "confirmed", act.index)
    state.terms[ref] = term
    seat.terms.append(ref)


def _taken_up(act: Act, body: Body, row: Mapping[str, Any]) -> None:
    counts, until = row.get("counts"), row.get("until")
    if not isinstance(counts, dict) or not set(counts) <= set(OPEN) or not all(type(n) is int for n in counts.values()):
        act.diverge("applications", row, "how many are in which state", "replay.malformed")
    application = Application(str(row.get("application")), body.ref, bool(row.get("listed")), dict(counts))
    application.until = None if until is None else act.time_of("until", until)
    application.since = application.until if counts.get("contested") else None
    keep_application(act, application)


# --- records that begin -----------------------------------------------------------------------------------------


def founded_together(act: Act) -> None:
    """All have adopted the same: the first entry of the new record cites the last of each old one."""
    state = act.state
    _first(act)
    found = law(act, "charter", act.entry.charter)
    state.in_force.append((0, found.hash))
    state.origin = act.text("origin")
    rows = act.items("councils")
    kinds = [(_source(act, row.get("from")), str(row.get("kind"))) for row in rows]
    proposal = founding_proposal(act.text("title"), found.hash, kinds)
    act.same("proposal", act.text("proposal"), proposal)
    origins = [origin for origin, _ in kinds]
    check_joint_founding(origins, proposed_to=origins)
    bodies = []
    for place, row in enumerate(rows, start=1):
        act.same("body", row.get("body"), f"b0-{place}")
        bodies.append(add_body(act, ref=f"b0-{place}", kind=str(row["kind"]), title=str(row.get("title"))))
    raised = _raised(act, bodies, upper_kinds(found, [body.kind for body in bodies]), "b0")
    for place, (body, row) in enumerate(zip(bodies, rows, strict=True), start=1):
        _moved_in(act, body, row, f"members-{body.ref}", f"0-{place}")
        check_accession(found, as_kind=body.kind, members=body.admitted, already=False)
    act.finding(adopted=len(rows), of=len(rows))
    for upper in raised:
        seats_follow(act, upper)


def continued(act: Act) -> None:
    """A council that left begins a record of its own, under the charter that it had."""
    _first(act)
    found = law(act, "charter", act.entry.charter)
    act.state.in_force.append((0, found.hash))
    act.state.origin = act.text("origin")
    act.skip("from", "elsewhere")
    act.same("body", act.entry.body, "b0")
    body = add_body(act, ref="b0", kind=act.text("kind"), title=act.text("title"))
    _moved_in(act, body, act.data, "members", "0")
    act.finding(members=body.admitted)


def _first(act: Act) -> None:
    if act.index or act.entry.by:
        act.diverge("index", act.index, "the first entry, by nobody alone")


# --- a council that leaves --------------------------------------------------------------------------------------


def body_left(act: Act) -> None:
    """What the council alone elected ends at this instant, and what its members hold elsewhere; seats above follow."""
    state, body = act.state, act.body
    row = _accession(act, "adopted")
    act.same("how", row.how, "leaving_proposed")
    act.same("body", act.text("body"), body.ref)
    lapsed = [term.ref for term in state.terms.values() if _falls(act, term, body)]
    offices = [t.ref for t in state.terms.values() if t.holds(act.at) and state.seats[t.seat].body == body.ref]
    recorded = act.refs("lapsed")
    act.same("lapsed", sorted(set(recorded) - set(offices)), sorted(lapsed))
    for ref in lapsed:
        end_term(act, state.terms[ref], "lapsed")
    for ref in offices:
        end_term(act, state.terms[ref], "lapsed" if ref in recorded else "succeeded")
    going = [member for member in body.members.values() if member.status in {"admitted", "suspended"}]
    act.holds("members", act.number("members") <= len(going), act.number("members"), f"at most {len(going)}")
    for member in going:
        set_status(act, member, "transferred")
    uppers = [state.bodies[ref] for ref in body.uppers]
    for other in state.bodies.values():
        for refs in (other.uppers, other.lowers):
            if body.ref in refs:
                refs.remove(body.ref)
    body.uppers, body.lowers, body.until_index, row.state = [], [], act.index, "accepted"
    act.text("into")
    act.finding()
    for upper in uppers:
        seats_follow(act, upper)


def _falls(act: Act, term: Term, body: Body) -> bool:
    """Whether a term outside the council ends with its leaving."""
    state = act.state
    seat = state.seats[term.seat]
    if seat.body == body.ref or not term.holds(act.at):
        return False
    from_here = state.members[term.holder] == body.ref
    if not seat.constituency:
        return from_here
    senders = state.constituencies[seat.constituency].senders
    if body.ref not in senders and not from_here:
        return False
    shared = any(ref != body.ref for ref in senders)
    return not shared or (from_here and seat_rule(state, seat).lapses_on_leaving)


__all__ = [
    "acceded", "acceptance_decided", "acceptance_vote_opened", "accession_decided", "accession_proposed",
    "accession_vote_opened", "accession_withdrawn", "body_joined", "body_left", "continued", "founded_together",
    "founding_proposed", "leaving_proposed",
]  # fmt: skip
