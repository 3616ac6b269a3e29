"""Who votes where, who holds what, who may act: the facts that the rules ask for, taken from the state alone.

The site answers the same questions from its tables (`weft_site.federation.facts`); the rules are one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from weft.charter.model import BodyRule, Elect, Office, Recall, SeatRule
from weft.errors import RuleBroken
from weft.federation import Facts, Sender, allowed, require
from weft.federation.elections import is_up
from weft.federation.seats import PastTerm, check_incompatible, check_rotation
from weft.replay._act import Act
from weft.replay.state import CURRENT, Body, Constituency, Seat, State, Term

MANDATE_COMMISSION = "mandate_commission"
FEWEST_CHECKERS = 2


# --- seats and who fills them -----------------------------------------------------------------------------------


def current(state: State, seat: Seat, at: datetime) -> Term | None:
    """The term that holds in a seat at an instant."""
    last = state.terms[seat.terms[-1]] if seat.terms else None
    return last if last is not None and last.holds(at) else None


def seats_in(state: State, body: Body, *, offices: bool = False) -> list[Seat]:
    """A body's places that exist now, in the order in which they were made: delegates' seats, or offices."""
    rows = (state.seats[ref] for ref in body.seats)
    return [seat for seat in rows if seat.until_index is None and bool(seat.office) is offices]


def seated(state: State, body: Body, at: datetime) -> list[tuple[Seat, Term]]:
    """Delegates' terms that hold now, the credential pending or confirmed."""
    found = []
    for ref in body.seats:  # a seat that has ended has ended its term with it
        seat = state.seats[ref]
        term = None if seat.office else current(state, seat, at)
        if term is not None:
            found.append((seat, term))
    return found


def seat_rule(state: State, seat: Seat) -> SeatRule:
    return constituency_rule(state, state.constituencies[seat.constituency])


def constituency_rule(state: State, constituency: Constituency) -> SeatRule:
    return state.charter.body(state.bodies[constituency.body].kind).seats[constituency.rule]


def office_rule(state: State, body: Body, office: str) -> Office:
    offices = state.charter.body(body.kind).offices
    if office not in offices:
        raise RuleBroken("office.unknown", office=office)
    return offices[office]


def recall_rule(state: State, seat: Seat) -> Recall | None:
    if seat.office:
        return office_rule(state, state.bodies[seat.body], seat.office).recall
    return seat_rule(state, seat).recall


# --- voters -----------------------------------------------------------------------------------------------------


def voters(state: State, bodies: Iterable[Body], at: datetime) -> dict[str, str]:
    """Voter -> the member behind it, for everybody who votes in these bodies.

    Who belongs to two of them votes once; that two references are one person, the record does not tell.
    """
    found: dict[str, str] = {}
    for body in bodies:
        if body.by_people:
            found |= {row.ref: row.ref for row in body.members.values() if row.status == "admitted"}
            continue
        rules = state.charter.body(body.kind).seats
        for seat, term in seated(state, body, at):
            decisive = rules[state.constituencies[seat.constituency].rule].voice == "decisive"
            if decisive and term.credential == "confirmed":
                found[seat.ref] = term.holder
    return found


def count_voters(state: State, body: Body, at: datetime) -> int:
    return body.admitted if body.by_people else len(voters(state, [body], at))


def entitled_for_quorum(state: State, body: Body, of: str, at: datetime) -> int:
    """The number a quorum is a share of: members, all seats, or filled seats."""
    if not body.by_people and of == "seats":
        return len(seats_in(state, body))
    return count_voters(state, body, at)


def to_tell(state: State, body: Body, at: datetime) -> int:
    """How many are called to a meeting: voters, and whoever sits with an advisory or unconfirmed seat."""
    if body.by_people:
        return sum(row.status in CURRENT for row in body.members.values())
    return len({term.holder for _, term in seated(state, body, at)})


def base_below(state: State, body: Body) -> list[Body]:
    """All base councils below a body, at any depth."""
    seen, level = {body.ref: body}, [body]
    while level:
        below = [state.bodies[ref] for upper in level for ref in upper.lowers]
        level = [one for one in below if one.ref not in seen and one.until_index is None]
        seen |= {one.ref: one for one in level}
    return [one for one in seen.values() if one.type == "base" and one.ref != body.ref]


# --- numbers ----------------------------------------------------------------------------------------------------

BY_MEMBERS = frozenset({"members", "voters"})  # units by which a council of delegates counts the people below it


def units_of(state: State, body: Body, unit: str, at: datetime) -> int:
    if unit in BY_MEMBERS:
        return body.admitted if body.by_people else sum(below.admitted for below in base_below(state, body))
    if unit == "bodies":
        return 1
    if unit == "seats":
        return len(seats_in(state, body))
    if unit == "delegates":
        return count_voters(state, body, at)
    return body.numbers.get(unit, 0)


def senders(state: State, upper: Body, rule: SeatRule, at: datetime) -> list[Sender]:
    """The bodies of the kind a seat rule names that belong to this body, in order of accession."""
    rows = [state.bodies[ref] for ref in upper.lowers]
    rows = sorted((b for b in rows if b.kind == rule.sender and b.until_index is None), key=lambda b: b.place)
    return [Sender(ref=b.ref, units=units_of(state, b, rule.norm.unit, at), title=b.title) for b in rows]


# --- standing ---------------------------------------------------------------------------------------------------


def holder_of(state: State, ref: str, at: datetime) -> str:
    """The member who acts under a reference: the reference itself, or who fills that seat or office now; else ""."""
    if ref in state.members:
        return ref
    seat = state.seats.get(ref)
    term = current(state, seat, at) if seat else None
    return term.holder if term else ""


def standing(state: State, ref: str, body: Body, at: datetime, constituency: Constituency | None = None) -> Facts:
    """What is true, in a body and at an instant, of whoever acts under this reference."""
    who = holder_of(state, ref, at)
    member = body.members.get(who)
    mine = [(seat, term) for seat, term in seated(state, body, at) if term.holder == who]
    seat, term = mine[-1] if mine else (None, None)
    confirmed = term is not None and term.credential == "confirmed"
    decisive = confirmed and seat is not None and seat_rule(state, seat).voice == "decisive"
    held = [(s.office, current(state, s, at)) for s in seats_in(state, body, offices=True)]
    filled = frozenset(office for office, one in held if one is not None)
    votes = member is not None and member.status == "admitted" if body.by_people else decisive
    return Facts(
        member=member is not None and member.status == "admitted",
        suspended=member is not None and member.status == "suspended",
        seat=seat.ref if decisive and seat is not None else "",
        advisory=confirmed and not decisive,
        pending=term is not None and term.credential == "pending",
        offices=frozenset(office for office, one in held if one is not None and one.holder == who),
        lost="" if seat is not None else _how_lost(state, ref, body, at),
        elector=votes if constituency is None else _is_elector(state, who, constituency, at),
        delegate_body=not body.by_people,
        filled=filled,
    )


def _how_lost(state: State, ref: str, body: Body, at: datetime) -> str:
    seat = state.seats.get(ref)
    if seat is None or seat.body != body.ref or not seat.terms:
        return ""
    last = state.terms[seat.terms[-1]]
    return last.how or ("expired" if last.ends is not None and last.ends <= at else "")


def _is_elector(state: State, who: str, constituency: Constituency, at: datetime) -> bool:
    for ref in constituency.senders:
        sender = state.bodies[ref]
        if sender.by_people:
            if who in sender.members and sender.members[who].status == "admitted":
                return True
        elif any(term.holder == who and term.credential == "confirmed" for _, term in seated(state, sender, at)):
            return True
    return False


def actor(act: Act) -> str:
    """The one reference under which somebody acted; an act that needs standing names it."""
    if len(act.entry.by) != 1:
        act.diverge("by", act.entry.by, "who acted", "replay.standing")
    return act.entry.by[0]


def acted(act: Act, need: str, body: Body | None = None, constituency: Constituency | None = None) -> str:
    """Whoever acted had standing for it here and then; answers with the member behind the reference."""
    ref = actor(act)
    where = body or act.body
    try:
        require(need, standing(act.state, ref, where, act.at, constituency))
    except RuleBroken as refusal:
        act.diverge("by", ref, str(refusal), "replay.standing")
    return holder_of(act.state, ref, act.at)


def acted_in(act: Act, need: str, bodies: Sequence[Body], ref: str = "") -> str:
    """The same for an act that officers do in one of the electing bodies."""
    ref = ref or actor(act)
    if not any(allowed(need, standing(act.state, ref, body, act.at)) for body in bodies):
        act.diverge("by", ref, f"standing for {need} in one of {[body.ref for body in bodies]}", "replay.standing")
    return holder_of(act.state, ref, act.at)


# --- electors ---------------------------------------------------------------------------------------------------


class Electors:
    """Who fills the places of a constituency, or of an office, as an entry names them."""

    def __init__(self, act: Act, body: Body, constituency: Constituency | None, office: str) -> None:
        state = act.state
        self.body, self.constituency, self.office = body, constituency, office
        self.bodies = [state.bodies[ref] for ref in constituency.senders] if constituency else [body]
        self.of = "seat" if constituency else "office"
        self.key = constituency.ref if constituency else f"{body.ref}/{office}"
        self.rule: SeatRule | Office = (
            constituency_rule(state, constituency) if constituency else office_rule(state, body, office)
        )
        self.electing: BodyRule = state.charter.body(self.bodies[0].kind)

    @property
    def elect(self) -> Elect:
        return self.rule.elect or Elect()

    @property
    def by_seats(self) -> bool:
        return not self.bodies[0].by_people

    @classmethod
    def named(cls, act: Act) -> "Electors":
        """From the entry's data: constituency and rule, or office."""
        if "constituency" in act.data:
            constituency = act.known(act.state.constituencies, "constituency")
            act.same("rule", act.number("rule"), constituency.rule)
            act.same("body", act.entry.body, constituency.body)
            return cls(act, act.body, constituency, "")
        return cls(act, act.body, None, act.text("office"))

    @classmethod
    def of_seat(cls, act: Act, seat: Seat) -> "Electors":
        constituency = act.state.constituencies[seat.constituency] if seat.constituency else None
        return cls(act, act.state.bodies[seat.body], constituency, seat.office)

    def voters(self, act: Act) -> dict[str, str]:
        return voters(act.state, self.bodies, act.at)


def places(state: State, electors: Electors) -> list[Seat]:
    """The places that exist, in order of their numbers."""
    if electors.constituency:
        rows = [s for s in seats_in(state, electors.body) if s.constituency == electors.constituency.ref]
    else:
        rows = [s for s in seats_in(state, electors.body, offices=True) if s.office == electors.office]
    return sorted(rows, key=lambda seat: seat.number)


def places_up(state: State, electors: Electors, at: datetime) -> list[Seat]:
    """Places to be filled now: vacant ones first, then those whose term is about to end."""
    held = [(seat, current(state, seat, at)) for seat in places(state, electors)]
    vacant = [seat for seat, term in held if term is None]
    return vacant + [s for s, term in held if term is not None and _is_up(state, electors, term, at)]


def _is_up(state: State, electors: Electors, term: Term, at: datetime) -> bool:
    return is_up(term.ends, rule=electors.rule, procedure=state.charter.procedure, now=at)


def cannot_serve(act: Act, electors: Electors, member: str) -> str:
    """The rule that keeps a member from a place here and now, as far as this reference tells; "" if none does."""
    state, at, rule = act.state, act.at, electors.rule
    if member not in electors.voters(act).values():
        return "candidate.elector"
    body_seats = [state.seats[ref] for ref in electors.body.seats]
    mine = [(s, t) for s in body_seats for t in _all_terms(state, s) if t.holder == member]
    same = [t for s, t in mine if _alike(state, s, rule)]
    up = {seat.ref for seat in places_up(state, electors, at)}
    try:
        past = [PastTerm(term.starts, term.end_at(at)) for term in same]
        check_rotation(rule.rotation, past, starts_at=at, of=electors.of)
        for seat, term in mine:
            alike = bool(seat.constituency) if electors.constituency else seat.office == electors.office
            if term.holds(at) and alike and seat.ref not in up:
                return "candidate.serves"
        if isinstance(rule, Office):
            offices = state.charter.body(electors.body.kind).offices
            others = [s.office for s, t in mine if t.holds(at) and s.office in offices and s.office != rule.id]
            check_incompatible(rule, [offices[office] for office in others])
    except RuleBroken as refusal:
        return refusal.rule
    return ""


def _all_terms(state: State, seat: Seat) -> list[Term]:
    return [term for term in (state.terms[ref] for ref in seat.terms) if term.credential != "refused"]


def _alike(state: State, seat: Seat, rule: SeatRule | Office) -> bool:
    if isinstance(rule, Office):
        return seat.office == rule.id
    return bool(seat.constituency) and state.constituencies[seat.constituency].rule == rule.index


def checkers(state: State, body: Body, at: datetime) -> set[str]:
    """The members who check credentials in a body: its commission, or its office of that name."""
    found = {
        term.holder
        for seat in seats_in(state, body, offices=True)
        if seat.office == MANDATE_COMMISSION and (term := current(state, seat, at)) is not None
    }
    commission = commission_of(state, body)
    if commission is not None:
        found |= {term.holder for _, term in seated(state, commission, at)}
    return found


def commission_of(state: State, body: Body) -> Body | None:
    rule = state.charter.bodies.get(MANDATE_COMMISSION)
    if rule is None or rule.accountable_to != body.kind:
        return None
    near = [state.bodies[ref] for ref in (*body.lowers, *body.uppers)]
    return next((b for b in near if b.kind == MANDATE_COMMISSION and b.until_index is None), None)


def credential_for(act: Act, electors: Electors) -> str:
    """A new delegate waits for the commission where two or more sit in it; otherwise the record is the check."""
    if electors.constituency is None or act.charter.body(electors.body.kind).type != "delegate":
        return "confirmed"
    return "pending" if len(checkers(act.state, electors.body, act.at)) >= FEWEST_CHECKERS else "confirmed"
