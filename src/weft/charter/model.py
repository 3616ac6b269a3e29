"""The constitution as values.

What `load` makes of a charter file, and the only form in which the rest of the core reads it. Every
share is an exact `Fraction`, every number a whole number. The path of a value in the file (without the
body's name) is its rule id: ``bodies.city.quorum`` is judged by rule ``body.quorum``; `rule_of` holds
that mapping. Bounds, units, defaults and article texts stand in `vocabulary`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

BodyType = Literal["base", "delegate", "association", "executive", "commission"]
Rounding = Literal["down", "up", "half_up", "half_even"]
Apportionment = Literal["largest_remainder", "droop", "dhondt", "sainte_lague", "huntington_hill", "adams", "dean"]
Method = Literal[
    "plurality", "absolute_majority", "yes_no", "list", "limited", "cumulative", "approval", "score",
    "irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares",
]  # fmt: skip
BallotType = Literal["open", "counted", "secret"]


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must be present: a share of the entitled, a fixed number, or the greater of both.

    share: read as "at least", so 1/2 of 7 needs 4; None where only the number counts.
    of:    "members", "seats" (all places, vacant ones too) or "delegates" (filled seats).
    """

    share: Fraction | None = None
    of: str = "members"
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Majority:
    """What carries a motion.

    of:            "cast" (yes and no), "present", or "whole" (everyone entitled).
    strictly_more: more than the share, as in "more than half"; otherwise at least the share.
    abstentions_count: abstentions are votes cast (only where ``of`` is "cast").
    """

    share: Fraction = Fraction(1, 2)
    of: Literal["cast", "present", "whole"] = "cast"
    strictly_more: bool = True
    abstentions_count: bool = False
    tie: Literal["fails", "chair"] = "fails"


@dataclass(frozen=True, slots=True)
class Ratification:
    """Bodies of a kind that must agree before a decision takes effect.

    share:       of those bodies, "more than" if ``strictly_more``.
    within_days: counted from the decision; later agreements do not count. None: no limit.
    """

    bodies: str
    share: Fraction = Fraction(1, 2)
    strictly_more: bool = True
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One kind of decision: ordinary, charter, election, recall, exclusion, accession, … or a council's own."""

    id: str
    title: str = ""
    majority: Majority = field(default_factory=Majority)
    quorum: Quorum | None = None  # None: the body's quorum
    notice_days: int = 0
    ballots: tuple[BallotType, ...] = ("open", "counted", "secret")  # allowed ways to vote
    proposers: int = 1  # members or delegates who must back the proposal
    ratified_by: Ratification | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scale: up to and including ``upto`` units (None: all above) give ``seats``."""

    upto: int | None
    seats: int


@dataclass(frozen=True, slots=True)
class NormException:
    """A named body to which another minimum or maximum applies, as art. 58 of 1918 had for two cities.

    body: its title as the record has it from its founding or accession; no act changes a title. Not its reference,
    because a charter is written before the body exists. Those who were there voted on its accession and saw the
    title; should another body of the same title join later, the exception stays with the one that came first.
    """

    body: str
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Norm:
    """The rule that turns numbers into seats. Exactly one of ``per``, ``fixed``, ``steps``, ``total`` is set.

    per:   ``seats`` seats for each ``per`` units, rounded as named; with ``first_per`` the first
           ``first_per`` units give ``first_seats`` and each further ``per`` units give ``seats`` more.
    fixed: so many seats, for each body if ``each``, otherwise for all of them together.
    steps: a scale, e.g. up to 50 members 1 seat, up to 100 members 2.
    total: a body of fixed size, its seats divided by ``method``.
    unit:  "members", "voters", "inhabitants", "workers", "seats", "delegates", "companies" or "bodies".
    minimum, maximum apply to each sender after rounding, never beside ``total``; body_minimum, body_maximum to the
    whole body.
    """

    unit: str = "members"
    per: int | None = None
    seats: int = 1
    first_per: int | None = None
    first_seats: int | None = None
    round: Rounding = "down"
    fixed: int | None = None
    each: bool = True
    steps: tuple[Step, ...] = ()
    total: int | None = None
    method: Apportionment = "largest_remainder"
    minimum: int | None = None
    maximum: int | None = None
    exceptions: tuple[NormException, ...] = ()


@dataclass(frozen=True, slots=True)
class Small:
    """What happens to a sender below ``below`` units: "combine" with other small ones, "one" seat, or "none"."""

    below: int
    do: Literal["combine", "one", "none"]


@dataclass(frozen=True, slots=True)
class Quota:
    """At least this share, or this number, of the places go to persons who declare the attribute.

    Of a body: over all filled seats, named with the result. Of an election: over its places, kept by the count.
    """

    attribute: str
    share: Fraction | None = None
    at_least: int | None = None


#: Methods by which people rank candidates and a place rests on papers that can be told apart.
COUNTED_BACK = frozenset({"irv", "stv_scottish", "stv_meek"})


@dataclass(frozen=True, slots=True)
class Elect:
    """How a seat or office is filled by vote.

    ballot:      "open" by name, "counted" by show of hands and two tellers, "secret".
    paper_below: with fewer electors than this a secret vote is on paper.
    on_paper:    always on paper (needed for ranked methods that are secret).
    """

    method: Method = "plurality"
    ballot: BallotType = "open"
    paper_below: int | None = None
    on_paper: bool = False
    notice_days: int = 0
    choices: int | None = None  # limited, cumulative, score: how many votes or points a voter has
    quotas: tuple[Quota, ...] = ()  # among those elected together, kept by substitution

    @property
    def counts_back(self) -> bool:
        """Whether the papers on which a vacated place rests say which alternate takes it; else the order does.

        Not where quotas are kept: who took a place by them does not rest on papers alone.
        """
        return self.method in COUNTED_BACK and not self.quotas


@dataclass(frozen=True, slots=True)
class Recall:
    """The electors take a seat or office back.

    open_by:  share of the electors whose signatures open it; open_at_least: never fewer persons than this.
    quorum:   share of the electors who must vote. majority: of the votes cast.
    notice_days: between opening and the vote, so that the delegate can answer.
    """

    open_by: Fraction = Fraction(1, 10)
    open_at_least: int = 1
    quorum: Fraction = Fraction(1, 4)
    majority: Majority = field(default_factory=Majority)
    ballot: BallotType = "open"
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class Rotation:
    """Term limits: at most ``max_terms`` in a row, then ``pause_days`` away. every_days: places rotate that often."""

    max_terms: int | None = None
    pause_days: int = 0
    every_days: int | None = None


@dataclass(frozen=True, slots=True)
class SeatRule:
    """Seats of a body that rest on one kind of sender.

    sender:  the body kind that elects them, or "electors" where voters elect the body directly.
    section: the section of the body in which these delegates sit, or "".
    mandate: "binding", "advisory" or "none"; breach: a vote against a binding one is "refuse"d or "flag"ged.
    takes_effect: a change of entitlement bites "now" or at the "next_term".
    lapses_on_leaving: a delegate who leaves the constituency loses the seat.
    executive: not written as seats; made from the ``executive`` of the body that elects this one from itself.
    """

    index: int
    sender: str
    norm: Norm
    title: str = ""
    small: Small | None = None
    section: str = ""
    voice: Literal["decisive", "advisory"] = "decisive"
    term_days: int | None = None
    elect: Elect = field(default_factory=Elect)
    alternates: int = 0
    mandate: Literal["binding", "advisory", "none"] = "none"
    breach: Literal["refuse", "flag"] = "flag"
    report_every_days: int | None = None
    recall: Recall | None = None
    rotation: Rotation | None = None
    takes_effect: Literal["now", "next_term"] = "next_term"
    lapses_on_leaving: bool = True
    executive: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """An office of a body: chair, secretary, teller, treasurer, mandate commission, …

    fill: "elect" (by ``elect``), "draw" (by public lot) or "rotate".
    count: places. deputies: runners-up who stand in, in order.
    """

    id: str
    title: str = ""
    fill: Literal["elect", "draw", "rotate"] = "elect"
    count: int = 1
    elect: Elect | None = None
    term_days: int | None = None
    deputies: int = 0
    rotation: Rotation | None = None
    incompatible: tuple[str, ...] = ()
    recall: Recall | None = None
    report_every_days: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Executive:
    """A smaller organ that a body elects from itself; its size is a norm on the body's seats."""

    kind: str  # the body kind of the executive
    size: Norm
    elect: Elect = field(default_factory=Elect)
    recall: Recall | None = None


@dataclass(frozen=True, slots=True)
class AssociationRights:
    """What an association may do in the bodies named: table an item, be heard first, object with suspensive effect.

    objection_days: within so many days of a decision; suspends_days: the decision waits that long, once.
    """

    bodies: tuple[str, ...] = ()
    table: bool = True
    hearing: bool = False
    objection_days: int = 0
    suspends_days: int = 0
    concerns: str = ""


@dataclass(frozen=True, slots=True)
class Fractions:
    """Delegates who declare themselves a group: from ``at_least`` members; caucus minutes; share of the presidium."""

    at_least: int = 2
    caucus_minutes: int = 0
    presidium: bool = False


@dataclass(frozen=True, slots=True)
class BodyRule:
    """One kind of body: what it is, how it meets, what it decides, who sits in it."""

    id: str
    type: BodyType
    title: str
    quorum: Quorum
    offices: Mapping[str, Office] = field(default_factory=dict)
    seats: tuple[SeatRule, ...] = ()
    sections: tuple[Section, ...] = ()
    executive: Executive | None = None
    meets_every_days: int | None = None
    notice_days: int = 0
    convened_by: Fraction | None = None  # share of its members or seats who can call a meeting
    convened_by_base: Fraction | None = None  # share of the people below who can
    decides: tuple[str, ...] = ()
    visibility: Literal["public", "members", "hashes"] = "members"
    body_minimum: int | None = None  # size of the whole body, after all seat rules
    body_maximum: int | None = None
    quotas: tuple[Quota, ...] = ()
    direct_below: int | None = None  # with fewer electors a general meeting takes the council's place
    rights: AssociationRights | None = None
    fractions: Fractions | None = None
    accountable_to: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """How people join: so many members vouch, then members may object for so many days.

    A contested application goes to a vote of the body by decision ``decided_as``.
    """

    vouchers: int = 2
    objection_days: int = 7
    decided_as: str = "ordinary"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A member is excluded only after notice and hearing, by decision ``decided_as``; may appeal to a wider body."""

    notice_days: int = 14
    appeal_days: int = 30
    decided_as: str = "exclusion"


@dataclass(frozen=True, slots=True)
class Membership:
    """Who may join a base council.

    founders:   the fewest people who may found one.
    arrears_months: after so many months without dues a member's vote rests; None: no such rule.
    """

    who: str
    minimum_age: int
    founders: int = 3
    admission: Admission = field(default_factory=Admission)
    exclusion: Exclusion = field(default_factory=Exclusion)
    arrears_months: int | None = None
    lapses_with_job: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """Times that belong to no single body: how long votes run, and when officers who wait are no longer waited for.

    voting_days:                a vote over days on a recall, a mandate, an admission or an accession.
    longest_vote_days:          the most days for which an election by name may be open.
    renewal_days:               a successor may be elected in so many last days of a term.
    challenge_days:             from the result of an election, while its electors may challenge it; 0: not at all.
    admission_officers_days:    then any member puts a contested application to the vote.
    ratification_officers_days: then any voter opens a body's vote on ratifying; counted from the decision.
    trustees:                   the fewest who make a key for secret votes on devices together.
    secret_minimum:             with fewer votes given than this, a secret vote on devices is never opened.
    doors_minutes:              before the start of a meeting, from when on people are noted as present.
    invitation_days:            the most days for which a member's invitation to join holds.
    """

    voting_days: int = 3
    longest_vote_days: int = 30
    renewal_days: int = 30
    challenge_days: int = 7
    admission_officers_days: int = 3
    ratification_officers_days: int = 7
    doors_minutes: int = 120
    trustees: int = 3
    secret_minimum: int = 5
    invitation_days: int = 30


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from.

    status: "V" read at the source, "M" unverified, "D" derived, "unknown" (history does not say; the
    value is our named default). Every claim that disagrees is kept in ``claims``, none is resolved.
    """

    path: str
    status: Literal["V", "M", "D", "unknown"]
    source: str = ""
    note: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FreeArticle:
    """An article in the council's own words; it binds people, the program does not read it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Charter:
    """One version of a constitution. ``hash`` is the SHA-256 (hex) of the exact file bytes in ``text``."""

    id: str
    title: str
    text: str
    hash: str
    membership: Membership
    bodies: Mapping[str, BodyRule]
    decisions: Mapping[str, Decision]
    procedure: Procedure = field(default_factory=Procedure)
    preamble: str = ""
    based_on: str = ""
    historical: bool = False
    articles: tuple[FreeArticle, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)

    def body(self, kind: str) -> BodyRule:
        """The rule of a body kind; KeyError for a kind the charter does not know (a caller's bug)."""
        return self.bodies[kind]

    def decision(self, kind: str) -> Decision:
        """The rule of a decision kind; an unnamed kind is decided as "ordinary"."""
        return self.decisions.get(kind) or self.decisions["ordinary"]
