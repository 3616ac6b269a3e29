"""Seats follow numbers; terms begin and end; alternates step up; credentials, reports and fractions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from weft.federation.entitlement import ConstituencyFact, Plan, may_change, plan
from weft.federation.seats import SeatFact, report_due, term_end
from weft.replay._act import Act
from weft.replay._standing import (
    BY_MEMBERS,
    Electors,
    acted,
    actor,
    cannot_serve,
    checkers,
    credential_for,
    current,
    holder_of,
    office_rule,
    places_up,
    seat_rule,
    seated,
    senders,
    units_of,
)
from weft.replay.state import Alternate, Body, Constituency, Fraction, Seat, Term

# --- entitlement ------------------------------------------------------------------------------------------------


def due_plan(act: Act, upper: Body, index: int) -> Plan:
    """What a recomputation of a body's seats would change, as the entry with this index would record it."""
    state, rule = act.state, act.charter.body(upper.kind)
    by_rule = {one.index: senders(state, upper, one, act.at) for one in rule.seats}
    return plan(rule, by_rule, _existing(act, upper), index=index)


def _existing(act: Act, upper: Body) -> list[ConstituencyFact]:
    state = act.state
    filled = {seat.ref for seat, _ in seated(state, upper, act.at)}
    here: dict[str, list[Seat]] = {}
    for ref in upper.seats:
        seat = state.seats[ref]
        if seat.constituency and seat.until_index is None:
            here.setdefault(seat.constituency, []).append(seat)
    return [
        ConstituencyFact(
            ref=row.ref,
            rule=row.rule,
            senders=row.senders,
            seats=tuple(SeatFact(s.ref, row.rule, row.senders, s.ref in filled) for s in here.get(row.ref, [])),
            last_number=row.last_number,
        )
        for row in _constituencies(act, upper)
    ]


def _constituencies(act: Act, upper: Body) -> list[Constituency]:
    rows = (act.state.constituencies[ref] for ref in upper.constituencies)
    return [row for row in rows if row.until_index is None]


def seats_follow(act: Act, upper: Body) -> None:
    """If a recomputation changes anything, the next entry must record it."""

    def needed(index: int) -> bool:
        found = due_plan(act, upper, index)
        if not found.changes:
            _apply(act, upper, found)  # units and seats due may differ all the same
        return found.changes

    act.follows("federation.entitled", upper.ref, needed)
    number_changed(act, upper, BY_MEMBERS)  # even where its own seats stay, who is counted further up may have changed


def entitled(act: Act) -> None:
    """Seats were recomputed: the same numbers give the same seats, to the last reference."""
    upper = act.body
    act.same("by", act.entry.by, ())
    found = due_plan(act, upper, act.index)
    act.holds("entitled", found.changes, "a change", "none")
    act.same("opened", act.number("opened"), found.opened)
    act.same("closed", act.number("closed"), len(found.closed))
    act.finding(seats=found.seats, waiting=len(found.waiting), hash=found.hash)
    _apply(act, upper, found)
    number_changed(act, upper, OF_DELEGATES)


def _apply(act: Act, upper: Body, found: Plan) -> None:
    state = act.state
    for planned in found.constituencies:
        row = state.constituencies.get(planned.ref)
        if row is None:
            row = Constituency(
                planned.ref, upper.ref, planned.rule, planned.senders, planned.units, planned.seats, act.index
            )
            state.constituencies[row.ref] = row
            upper.constituencies.append(row.ref)
        row.senders, row.units, row.seats_due = planned.senders, planned.units, planned.seats
        for ref, number in planned.opened:
            state.seats[ref] = Seat(ref, upper.ref, number, act.index, constituency=row.ref)
            upper.seats.append(ref)
            row.last_number = number
    for ref in found.closed:
        end_seat(act, state.seats[ref], act.index)
    due = {planned.ref for planned in found.constituencies}
    live = {state.seats[ref].constituency for ref in upper.seats if state.seats[ref].until_index is None}
    for row in _constituencies(act, upper):
        if row.ref not in due and row.ref not in live:
            row.until_index = act.index


def end_seat(act: Act, seat: Seat, index: int) -> None:
    """A place ends, and with it the term of whoever fills it."""
    term = current(act.state, seat, act.at)
    if term is not None:
        end_term(act, term, "lapsed", index)
    seat.until_index = index


OF_PEOPLE = BY_MEMBERS | {"delegates"}  # what changes in a council or association with its members
OF_DELEGATES = BY_MEMBERS | {"seats", "delegates"}  # what changes in a council of delegates with its seats


def number_changed(act: Act, body: Body, units: frozenset[str] = OF_PEOPLE) -> None:
    """After a body's number in these units changed: every body above that rests on it follows, if it can matter.

    Where a council's own seats stay, those further up may rest on the same people, so the change goes on climbing.
    """
    for upper in (act.state.bodies[ref] for ref in body.uppers):
        if _matters(act, upper, body, units):
            seats_follow(act, upper)
        elif units >= BY_MEMBERS and not upper.by_people:
            number_changed(act, upper, BY_MEMBERS)


def _matters(act: Act, upper: Body, body: Body, units: frozenset[str]) -> bool:
    """Whether seats of a body can change with a sender's number; where they cannot, the number is noted."""
    rule = act.charter.body(upper.kind)
    rules = [one for one in rule.seats if one.sender == body.kind and one.norm.unit in units]
    if not rules:
        return False
    known = {row.rule: row for row in _constituencies(act, upper) if body.ref in row.senders}
    if any(one.index not in known for one in rules):
        return True
    now = {unit: units_of(act.state, body, unit, act.at) for unit in {one.norm.unit for one in rules}}
    for one in rules:
        row = known[one.index]
        if may_change(rule, one, before=row.units, after=now[one.norm.unit], combined=len(row.senders) > 1):
            return True
    for one in rules:
        known[one.index].units = now[one.norm.unit]
    return False


# --- terms ------------------------------------------------------------------------------------------------------


def end_term(act: Act, term: Term, how: str, index: int | None = None) -> None:
    """A term ends at this instant, by this entry; its fraction loses a member."""
    term.ended, term.how, term.until_index = act.at, how, act.index if index is None else index
    for fraction in act.state.fractions.values():
        fraction.terms.discard(term.ref)


def begin_term(act: Act, electors: Electors, row: Any, number: int, ends: object = "rule") -> Term:
    """A new term as its entry shows it, in a place that is vacant or up; whoever held it has served out."""
    state = act.state
    if not isinstance(row, dict):
        act.diverge("terms", row, "a term", "replay.malformed")
    holder, seat = row.get("holder"), state.seats.get(str(row.get("seat")))
    if seat is None or seat.until_index is not None:
        act.diverge("seat", row.get("seat"), "a place that exists", "replay.reference")
    act.same("seat", (seat.body, seat.constituency, seat.office), _place(electors))
    if holder not in state.members:
        act.diverge("holder", holder, "a member", "replay.reference")
    act.same("term", row.get("term"), f"t{act.index}-{number}")
    due = term_end(electors.rule, act.at) if ends == "rule" else ends
    act.same("ends", row.get("ends"), due)
    for ref in seat.terms:
        old = state.terms[ref]
        if old.ended is None:
            ran_out = old.ends is not None and old.ends <= act.at
            old.ended, old.how = (old.ends, "expired") if ran_out else (act.at, "succeeded")
            old.until_index = None if ran_out else act.index
    term = Term(
        ref=f"t{act.index}-{number}",
        seat=seat.ref,
        holder=str(holder),
        starts=act.at,
        ends=due if isinstance(due, datetime) else None,
        credential=credential_for(act, electors),
        from_index=act.index,
        name=str(row.get("name", "")),
    )
    state.terms[term.ref] = term
    seat.terms.append(term.ref)
    return term


def _place(electors: Electors) -> tuple[str, str, str]:
    return electors.body.ref, electors.constituency.ref if electors.constituency else "", electors.office


def begin_terms(
    act: Act, electors: Electors, rows: Sequence[Any], chosen: Sequence[str], *, keep: bool = True
) -> list[Term]:
    """Places for those chosen, in their order, as long as places are up.

    keep: whoever is chosen and holds one of these places keeps it, before others take the rest.
    """
    up = {seat.ref: seat for seat in places_up(act.state, electors, act.at)}
    held = {t.holder: seat.ref for seat in up.values() if (t := current(act.state, seat, act.at)) is not None}
    kept = {holder: seat for holder, seat in held.items() if keep and holder in chosen}
    others = [one for one in chosen if one not in kept][: len(up) - len(kept)]
    holders = [row.get("holder") if isinstance(row, dict) else row for row in rows]
    act.same("terms", holders, [one for one in chosen if one in kept or one in others])
    terms = []
    for number, row in enumerate(rows, start=1):
        seat = row.get("seat")
        if seat not in up:
            act.diverge("seat", seat, f"a place that is to be filled: {sorted(up)}")
        if row["holder"] in kept:
            act.same("seat", seat, kept[row["holder"]])
        del up[seat]
        terms.append(begin_term(act, electors, row, number))
    return terms


def keep_alternates(
    act: Act, electors: Electors, members: Sequence[str], ends: datetime | None, election: str = ""
) -> None:
    rows = act.state.alternates.setdefault(electors.key, [])
    last = max((row.order for row in rows), default=0)
    rows += [Alternate(member, last + place, ends, election=election) for place, member in enumerate(members, start=1)]


def elected_already(act: Act, electors: Electors, members: Sequence[str]) -> None:
    """Who has been elected no longer waits as an alternate."""
    for row in act.state.alternates.get(electors.key, []):
        row.used = row.used or row.holder in members


def next_steps_up(act: Act, term: Term) -> None:
    """After a term ended: the next entry is that an alternate who still may steps up."""

    def needed(_index: int) -> bool:
        seat = act.state.seats[term.seat]
        if seat.until_index is None and next_alternates(act, Electors.of_seat(act, seat)):
            act.skip("stepped_up", "private")  # who may not serve under another reference, the record does not tell
        return False

    act.follows("federation.stepped_up", term.ref, needed)


def next_alternates(act: Act, electors: Electors) -> list[Alternate]:
    """Those who wait and may serve now, as far as the record says, in their order."""
    rows = act.state.alternates.get(electors.key, [])
    waiting = [row for row in rows if not row.used and (row.ends is None or row.ends > act.at)]
    return [row for row in waiting if not cannot_serve(act, electors, row.holder)]


def resigned(act: Act) -> None:
    """Whoever fills a place gives it up; the next alternate steps up at the same instant."""
    Electors.named(act)
    act.finding()
    term = own_term(act)
    end_term(act, term, "resigned")
    next_steps_up(act, term)


def own_term(act: Act) -> Term:
    """The term an entry names: it holds now, its seat is the one named, and who acted is who holds it."""
    term = act.known(act.state.terms, "term")
    act.same("seat", act.text("seat"), term.seat)
    act.holds("term", term.holds(act.at), term.ref, "a term that holds")
    act.same("by", act.entry.by, (term.seat,))
    return term


# --- credentials ------------------------------------------------------------------------------------------------


def credential_decided(act: Act) -> None:
    """The commission confirms a delegate's credentials, or refuses them; nobody decides on their own."""
    state = act.state
    Electors.named(act)
    term = act.known(state.terms, "term")
    act.same("seat", act.text("seat"), term.seat)
    act.same("body", act.entry.body, state.seats[term.seat].body)
    act.holds("term", term.credential == "pending" and term.holds(act.at), term.credential, "pending")
    who = holder_of(state, actor(act), act.at)
    allowed = checkers(state, act.body, act.at)
    act.holds("by", who in allowed and who != term.holder, act.entry.by, f"one of {len(allowed)} who check")
    act.finding()
    if act.entry.act.endswith("confirmed"):
        term.credential = "confirmed"
        return
    act.document("reason")
    term.credential = "refused"
    end_term(act, term, "refused")
    next_steps_up(act, term)


# --- reports and fractions --------------------------------------------------------------------------------------


def reported(act: Act) -> None:
    Electors.named(act)
    act.made("p", "report")
    term = own_term(act)
    seat = act.state.seats[term.seat]
    rule = office_rule(act.state, act.body, seat.office) if seat.office else seat_rule(act.state, seat)
    due = report_due(rule.report_every_days, starts_at=term.starts, last_report_at=term.last_report)
    act.same("due", act.data.get("due"), due)
    act.finding(late=due is not None and act.at > due)
    act.document("report")
    term.last_report = act.at


def fraction_declared(act: Act) -> None:
    term = _own_seat(act)
    act.holds("seat", not _fractions_of(act, term), act.text("seat"), "a delegate in no fraction")
    fraction = Fraction(act.made("k", "fraction"), act.entry.body, {term.ref})
    act.state.fractions[fraction.ref] = fraction
    _fraction_found(act, fraction)


def fraction_joined(act: Act) -> None:
    term, fraction = _own_seat(act), _fraction(act)
    act.holds("seat", not _fractions_of(act, term), act.text("seat"), "a delegate in no fraction")
    fraction.terms.add(term.ref)
    _fraction_found(act, fraction)


def fraction_left(act: Act) -> None:
    term, fraction = _own_seat(act), _fraction(act)
    act.holds("seat", term.ref in fraction.terms, act.text("seat"), "a member of the fraction")
    fraction.terms.discard(term.ref)
    _fraction_found(act, fraction)
    if not any(act.state.terms[ref].holds(act.at) for ref in fraction.terms):
        fraction.until_index = act.index


def _own_seat(act: Act) -> Term:
    acted(act, "fraction.declare")
    seat = act.known(act.state.seats, "seat")
    act.same("by", act.entry.by, (seat.ref,))
    term = current(act.state, seat, act.at)
    if term is None:
        act.diverge("seat", seat.ref, "a filled seat", "replay.standing")
    return term


def _fraction(act: Act) -> Fraction:
    fraction = act.known(act.state.fractions, "fraction")
    act.holds("fraction", fraction.until_index is None, fraction.ref, "a fraction that exists")
    act.same("body", act.entry.body, fraction.body)
    return fraction


def _fractions_of(act: Act, term: Term) -> list[str]:
    return [f.ref for f in act.state.fractions.values() if f.until_index is None and term.ref in f.terms]


def _fraction_found(act: Act, fraction: Fraction) -> None:
    rule = act.rule.fractions
    if rule is None:
        act.diverge("fraction", fraction.ref, "a charter that knows fractions")
    size = sum(act.state.terms[ref].holds(act.at) for ref in fraction.terms)
    act.finding(members=size, at_least=rule.at_least)


__all__ = [
    "begin_term", "begin_terms", "credential_decided", "due_plan", "elected_already", "end_seat", "end_term",
    "entitled", "fraction_declared", "fraction_joined", "fraction_left", "keep_alternates", "next_alternates",
    "next_steps_up", "number_changed", "own_term", "reported", "resigned", "seats_follow",
]  # fmt: skip
