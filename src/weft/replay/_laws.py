"""Charters: read from the record's documents, in force from an entry on, followed by offices and seats."""

from weft.charter import Charter, CharterProblems, load
from weft.charter.model import BodyRule
from weft.record import NotProven
from weft.replay._act import Act
from weft.replay._seats import end_seat, seats_follow
from weft.replay.state import Body, Seat, State


def law(act: Act, name: str, digest: str) -> Charter:
    """The charter version of a document. Without its text nothing after it can be judged: then replay ends here."""
    known = act.state.laws.get(digest)
    if known is not None:
        return known
    content = act.documents(act.entry.documents.get(name, ""))
    if content is None:
        raise NotProven(
            "replay.charter_missing",
            f"The charter of entry {act.index} is not among the documents; without it nothing can be judged."
            " Ask for the documents where you got the record.",
        )
    try:
        found = load(content.decode())
    except (CharterProblems, UnicodeDecodeError):
        act.diverge(f"documents.{name}", "a text that is no charter", digest)
    act.same(f"documents.{name}", found.hash, digest)
    act.state.laws[found.hash] = found
    return found


def office_seats(state: State, body: Body, rule: BodyRule, index: int) -> None:
    """The places of a body's offices as its charter now has them; existing ones stay, struck ones open again."""
    rows = (state.seats[ref] for ref in body.seats)
    existing = {(seat.office, seat.number) for seat in rows if seat.until_index is None}
    for office in rule.offices.values():
        for number in range(1, office.count + 1):
            if (office.id, number) not in existing:
                ref = f"{body.ref}-{office.id.replace('_', '-')}-{number}"
                if ref in state.seats:
                    state.seats[ref].until_index = None
                    continue
                state.seats[ref] = Seat(ref, body.ref, number, index, office=office.id)
                body.seats.append(ref)


def charter_amended(act: Act) -> None:
    """The version that was decided, and ratified where it must be, is in force from the next entry on."""
    motion = act.known(act.state.motions, "motion")
    act.same("by", act.entry.by, ())
    old, new = act.charter, law(act, "charter", act.text("to"))
    act.same("from", act.text("from"), old.hash)
    act.same(
        "motion", (motion.kind, motion.state, motion.to, motion.body), ("charter", "carried", new.hash, act.entry.body)
    )
    act.holds("motion", act.at in {motion.decided_at, _settled_at(act)}, act.at, "the instant of the decision")
    act.finding()
    act.state.in_force.append((act.index + 1, new.hash))
    motion.to = ""  # it comes into force once
    _follow(act, old, new)


def _settled_at(act: Act) -> object:
    return act.state.times[act.index - 1] if act.index else None


def _follow(act: Act, old: Charter, new: Charter) -> None:
    """Offices as the new charter has them, in every body whose rule changed; then the seats of delegate councils."""
    changed = [
        b for b in act.state.bodies.values() if b.until_index is None and old.bodies.get(b.kind) != new.body(b.kind)
    ]
    for body in changed:
        rule = new.body(body.kind)
        if old.bodies[body.kind].offices != rule.offices:
            _end_offices(act, body, rule)
            office_seats(act.state, body, rule, act.index)
    for body in changed:
        before, rule = old.bodies[body.kind], new.body(body.kind)
        bounds = (before.body_minimum, before.body_maximum) != (rule.body_minimum, rule.body_maximum)
        if before.seats != rule.seats or bounds:
            _end_rules_gone(act, body, len(rule.seats))
            seats_follow(act, body)


def _end_offices(act: Act, body: Body, rule: BodyRule) -> None:
    kept = {(office.id, number) for office in rule.offices.values() for number in range(1, office.count + 1)}
    for ref in body.seats:
        seat = act.state.seats[ref]
        if seat.office and seat.until_index is None and (seat.office, seat.number) not in kept:
            end_seat(act, seat, act.index)


def _end_rules_gone(act: Act, body: Body, rules: int) -> None:
    """Seats under a rule that the charter no longer has end at once."""
    for ref in body.constituencies:
        row = act.state.constituencies[ref]
        if row.rule < rules or row.until_index is not None:
            continue
        for name in body.seats:
            seat = act.state.seats[name]
            if seat.constituency == ref and seat.until_index is None:
                end_seat(act, seat, act.index)
        row.until_index = act.index


__all__ = ["charter_amended", "law", "office_seats"]
