"""What a record says: bodies, members, seats, terms, votes and decisions, as they follow from its entries alone.

Members are references, never names. Everything that begins and ends carries the index of the entry by which it
did, so that standing can be asked for at any index: valid from an index up to, not at, another. Times are half
open in the same way. A state is made by `weft.replay.replay`, and nobody else writes into it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from weft.ballots.papers import Terms
from weft.charter import Charter
from weft.charter.model import Quota
from weft.record.tree import Range

PEOPLE = frozenset({"base", "association"})  # types of bodies whose voters are members, not delegates
CURRENT = frozenset({"admitted", "suspended"})


@dataclass(slots=True)
class Member:
    """A reference in one body. history: (index, status), oldest first; commitment: "" where its document is erased."""

    ref: str
    body: str
    commitment: str
    history: list[tuple[int, str]]

    @property
    def status(self) -> str:
        return self.history[-1][1]

    def status_at(self, index: int) -> str:
        """The status after the entry with this index; "" before the first."""
        return next((status for since, status in reversed(self.history) if since <= index), "")


@dataclass(slots=True)
class Body:
    """A council, association, executive or commission. uppers: bodies it sends to, or whose organ it is.

    place: how manieth body of the federation, the order of accession. admitted: members with a vote.
    """

    ref: str
    kind: str
    type: str
    title: str
    place: int
    from_index: int
    created_at: datetime
    until_index: int | None = None
    members: dict[str, Member] = field(default_factory=dict)
    admitted: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    uppers: list[str] = field(default_factory=list)
    lowers: list[str] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)  # every one there ever was
    constituencies: list[str] = field(default_factory=list)

    @property
    def by_people(self) -> bool:
        return self.type in PEOPLE


@dataclass(slots=True)
class Constituency:
    """Who elects a group of seats: one body or several combined, under one seat rule of the body above."""

    ref: str
    body: str
    rule: int
    senders: tuple[str, ...]
    units: int
    seats_due: int
    from_index: int
    last_number: int = 0
    until_index: int | None = None


@dataclass(slots=True)
class Seat:
    """A place: of a delegate (constituency set) or of an office (office set). terms: all of them, oldest first."""

    ref: str
    body: str
    number: int
    from_index: int
    constituency: str = ""
    office: str = ""
    until_index: int | None = None
    terms: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Term:
    """A member in a seat. ends: when it runs out by itself; ended, how: when and how it ended before or then."""

    ref: str
    seat: str
    holder: str
    starts: datetime
    ends: datetime | None
    credential: str
    from_index: int
    name: str = ""
    ended: datetime | None = None
    how: str = ""
    until_index: int | None = None
    last_report: datetime | None = None
    election: str = ""  # that it came from, also for an alternate of it

    def holds(self, at: datetime) -> bool:
        """Whether the term holds at an instant, as far as the entries read so far say."""
        return (
            self.starts <= at
            and (self.ended is None or self.ended > at)
            and (self.ends is None or self.ends > at)
            and self.credential != "refused"
        )

    def end_at(self, at: datetime) -> datetime:
        return min(end for end in (self.ended, self.ends, at) if end is not None)


@dataclass(slots=True)
class Alternate:
    """Who steps up next in a constituency or office. used: has stepped up, was elected, or has left."""

    holder: str
    order: int
    ends: datetime | None
    used: bool = False
    election: str = ""


@dataclass(slots=True)
class TrusteeKey:
    """A key for secret votes on devices. trustees: the members who make it, in the order of their numbers.

    state: "committing", "committed", "ready", "failed" or "retired".
    """

    ref: str
    body: str
    trustees: tuple[str, ...]
    threshold: int
    state: str = "committing"


@dataclass(slots=True)
class Board:
    """Where a secret vote on devices stands. on_paper: how many on the roll vote on paper. voters: papers in the sum.

    minimum: the fewest that are opened, by the charter under which it began.
    state: "voting", "papers", "sealed" or "unopened".
    """

    key: str
    on_paper: int
    minimum: int
    state: str = "voting"
    voters: int = 0


@dataclass(slots=True)
class Ballot:
    """A vote as it was opened. roll: voter -> member behind it, frozen; whole: the roll is exactly that.

    bodies: those whose voters vote. subject: what it decides. state: "open", "closed" or "void".
    choices, quotas, attributes: what an election is counted by besides its method, places and options (candidates).
    seed, votes: once it is counted, the seed of its lot, and the hash of the document with its votes.
    """

    ref: str
    way: str
    method: str
    entitled: int
    lot: str
    options: tuple[str, ...]
    places: int
    bodies: tuple[str, ...]
    roll: dict[str, str]
    whole: bool
    closes: datetime | None
    follows_seats: bool
    subject: str
    from_index: int
    state: str = "open"
    board: Board | None = None
    choices: int | None = None
    quotas: tuple[Quota, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seed: str = ""
    votes: str = ""

    @property
    def terms(self) -> Terms:
        return Terms(self.method, self.options, self.places, self.choices, self.quotas, self.attributes)


@dataclass(slots=True)
class Election:
    """state: "nominations", "voting", "declared", "failed" or "annulled". elected: members who took a place.

    candidates: who stood when the vote opened. declared_at: when the result was; None before.
    counted_back: who took a place -> whose papers named them, as that one could no longer serve at the close.
    """

    ref: str
    body: str
    constituency: str
    office: str
    places: int
    method: str
    votes_from: datetime
    runoff_of: str = ""
    between: tuple[str, ...] = ()
    state: str = "nominations"
    ballot: str = ""
    elected: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    declared_at: datetime | None = None
    counted_back: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Challenge:
    """An elector challenges an election. state: "open", "upheld" or "rejected". by: the member who did."""

    ref: str
    election: str
    by: str
    state: str = "open"


@dataclass(slots=True)
class Draw:
    ref: str
    body: str
    office: str
    places: int
    commitment: str
    candidates: tuple[str, ...]
    caller: str
    drawn: tuple[str, ...] | None = None


@dataclass(slots=True)
class Mandate:
    """state: "proposed", "given", "rejected" or "withdrawn". ballot: of the vote that is open, if one is."""

    ref: str
    constituency: str
    position: str
    binding: bool
    state: str = "proposed"
    ballot: str = ""
    given_at: datetime | None = None


@dataclass(slots=True)
class Recall:
    """state: "signatures", "notice", "voting", "passed", "failed" or "lapsed"."""

    ref: str
    term: str
    state: str = "signatures"
    votes_from: datetime | None = None
    ballot: str = ""
    answered: bool = False


@dataclass(slots=True)
class Meeting:
    """state: "convened", "open", "closed" or "cancelled". called: by signatures, not by officers."""

    ref: str
    body: str
    starts: datetime
    called: bool
    state: str = "convened"
    entitled: int = 0
    motions: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Ratification:
    """One body's answer to a decision. agreed: None while there is none. answered_at: what counts for the time."""

    ref: str = ""
    ballot: str = ""
    agreed: bool | None = None
    answered_at: datetime | None = None


@dataclass(slots=True)
class Motion:
    """A motion and what became of it. state: as in `weft.deliberation.motions.TRANSITIONS`.

    mover: the member, or "" for one that an association tabled. base, to: of a charter change, the version it
    changes and the version it makes. charter: the version by which it was decided.
    """

    ref: str
    body: str
    kind: str
    mover: str
    moved_at: datetime
    state: str = "moved"
    tabled_by: str = ""
    base: str = ""
    to: str = ""
    about: str = ""  # reference of what else it decides on
    backers: set[str] = field(default_factory=set)
    ballot: str = ""
    decided_at: datetime | None = None
    decided_index: int | None = None
    charter: str = ""
    waits_until: datetime | None = None
    objected: bool = False
    links: dict[str, str] = field(default_factory=dict)  # mandate -> position
    ratifications: dict[str, Ratification] = field(default_factory=dict)  # body -> its answer


@dataclass(slots=True)
class Application:
    """One person's application, or a list's: how many of its people are in each state.

    counts: "vouchers", "objection", "contested", "voting", "allowed", "denied", "admitted", "refused", "withdrawn".
    until: end of the days for objections. since: when the first was contested. votes: ballot -> how many it decides on.
    """

    ref: str
    body: str
    listed: bool
    counts: dict[str, int]
    until: datetime | None = None
    since: datetime | None = None
    votes: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Fraction:
    ref: str
    body: str
    terms: set[str]
    until_index: int | None = None


@dataclass(slots=True)
class Accession:
    """A council asks to join, to found or to leave: ``how`` is the act by which it was proposed.

    state: "proposed", "adopted", "accepted", "refused" or "withdrawn".
    """

    ref: str
    body: str
    how: str
    proposed_at: datetime
    proposer: str
    state: str = "proposed"
    ballot: str = ""


@dataclass(slots=True)
class State:
    """Everything that follows from the entries read so far; `size` of them.

    laws: charter versions by hash, as far as their documents were there. in_force: (index from which, hash).
    members: reference -> body. times: of every entry. keys: verifier keys of the log that its entries name.
    """

    origin: str = ""
    laws: dict[str, Charter] = field(default_factory=dict)
    in_force: list[tuple[int, str]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    commitments: set[str] = field(default_factory=set)
    constituencies: dict[str, Constituency] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    alternates: dict[str, list[Alternate]] = field(default_factory=dict)  # constituency, or body/office
    ballots: dict[str, Ballot] = field(default_factory=dict)
    elections: dict[str, Election] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    draws: dict[str, Draw] = field(default_factory=dict)
    trustee_keys: dict[str, TrusteeKey] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    recalls: dict[str, Recall] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    motions: dict[str, Motion] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    fractions: dict[str, Fraction] = field(default_factory=dict)
    accessions: dict[str, Accession] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)  # councils of other records that may join
    recoveries: dict[str, tuple[str, int, str]] = field(default_factory=dict)  # reference -> state, vouchers, way
    keys: list[str] = field(default_factory=list)
    sealed_index: int | None = None
    tree: Range = field(default_factory=Range)

    @property
    def root(self) -> bytes:
        """The root of the tree over the entries read so far."""
        return self.tree.root

    @property
    def size(self) -> int:
        return len(self.times)

    @property
    def charter(self) -> Charter:
        return self.laws[self.in_force[-1][1]]

    def charter_at(self, index: int) -> str:
        """Hash of the charter by which an entry with this index is judged; "" before there is one."""
        return next((law for since, law in reversed(self.in_force) if since <= index), "")

    def members_at(self, body: str, index: int) -> frozenset[str]:
        """Who votes by membership in a body, after the entry with this index."""
        rows = self.bodies[body].members.values() if body in self.bodies else ()
        return frozenset(row.ref for row in rows if row.status_at(index) == "admitted")

    def holders_at(self, index: int) -> dict[str, str]:
        """Seat or office -> the member who fills it, after the entry with this index and at its time."""
        at = self.times[index]
        return {
            seat.ref: term.holder
            for seat in self.seats.values()
            if seat.from_index <= index and (seat.until_index is None or seat.until_index > index)
            for term in self._terms_of(seat)
            if term.from_index <= index
            and (term.until_index is None or term.until_index > index)
            and (term.ends is None or term.ends > at)
        }

    def _terms_of(self, seat: Seat) -> Iterator[Term]:
        return (self.terms[ref] for ref in seat.terms)
