# ruff: noqa: E501 - a table reads best with one row a line
"""Every parameter a charter file may hold: the one table.

`load`, the articles, amendments, the site's editor and docs/reference/charter-format.md all read it. In a
path ``*`` stands for a name that the charter chooses (``bodies.*``) and ``#`` for the place in a list,
counted from 0 (``bodies.*.seats.#``). Why a table: ADR 0003.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Literal, get_args

from weft.charter.model import Apportionment, BallotType, BodyType, Method, Rounding

Kind = Literal[
    "whole", "share", "yes_no", "choice", "line", "text", "id", "reference", "choices", "references", "lines"
]
Refers = Literal["", "body", "sender", "office", "section", "decision"]
Value = int | bool | str | Fraction | tuple[str, ...]

#: Kinds of decision that the program itself takes; a charter may regulate them and add its own.
DECISIONS = (
    "ordinary", "charter", "election", "recall", "exclusion", "accession", "dissolution", "founding", "procedure",
)  # fmt: skip
REQUIRED_DECISIONS = ("ordinary", "charter")
UNITS = ("members", "voters", "inhabitants", "workers", "seats", "delegates", "companies", "bodies")
METHODS: tuple[str, ...] = get_args(Method)
BALLOTS: tuple[str, ...] = get_args(BallotType)

#: A homomorphic tally yields sums only, so on devices a secret ballot can use these methods and no others.
SECRET_ON_DEVICES = ("plurality", "absolute_majority", "yes_no", "list", "limited", "approval", "score")
#: On devices each number of points is an answer of its own, so a scale must be short.
MOST_POINTS = 10
#: The voter has a number of votes or points, which the charter must name.
METHODS_WITH_CHOICES = ("limited", "cumulative", "score")

HALF = Fraction(1, 2)
ONE = Fraction(1)
YEARS_10 = 3653  # days


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the file.

    low, high: bounds, both included, in ``unit``; of a text its length in characters, of a list its
               length; a share's low bound 0 is itself excluded. None: no bound.
    default:   what holds when the value is left out; None: nothing holds.
    meaning:   one sentence for the reference page and the editor.
    clause:    the article sentence (msgid) where the value has one of its own; `articles` words the rest.
    """

    path: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: int | Fraction | None = None
    high: int | Fraction | None = None
    default: Value | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    refers: Refers = ""
    clause: str = ""

    @property
    def rule(self) -> str:
        return rule_of(self.path)

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file: a single one, one per name (``*``) or a list (``#``).

    short:   parameter that a bare value stands for: ``elect = "approval"`` is ``elect = { method = "approval" }``.
    presets: named values: ``majority = "simple"``.
    always:  it holds with its defaults where the file leaves it out.
    """

    path: str
    meaning: str
    required: bool = False
    short: str = ""
    presets: str = ""
    always: bool = False
    high: int = 200


#: Names for the usual majorities.
MAJORITIES: Mapping[str, Mapping[str, Value]] = {
    "simple": {"share": HALF, "of": "cast", "strictly_more": True},
    "two_thirds": {"share": Fraction(2, 3), "of": "cast", "strictly_more": False},
    "absolute": {"share": HALF, "of": "whole", "strictly_more": True},
}
PRESETS: Mapping[str, Mapping[str, Mapping[str, Value]]] = {"majorities": MAJORITIES}


def rule_of(path: str) -> str:
    """The rule that judges a value: its path without the names of bodies, offices and decisions.

    ``bodies.city.quorum.share`` is judged by ``body.quorum``, ``bodies.city.seats.0.recall.open_by`` by
    ``seat.recall``, ``decisions.charter.notice_days`` by ``decision.notice_days``. Works on the table's
    patterns too. A rule covers a whole table below that, because its parts are read together.
    """
    parts = path.split(".")
    singular = {"bodies": "body", "decisions": "decision", "articles": "article", "sources": "source"}
    owner, rest = singular.get(parts[0], parts[0]), parts[1:]
    if parts[0] in singular:
        rest = rest[1:]
    nested = {"seats": "seat", "offices": "office", "sections": "section"}
    if owner == "body" and len(rest) > 1 and rest[0] in nested:
        owner, rest = nested[rest[0]], rest[2:]
    return f"{owner}.{rest[0]}" if rest else owner


def _under(prefix: str, *parameters: Parameter) -> tuple[Parameter, ...]:
    return tuple(replace(p, path=f"{prefix}.{p.path}") for p in parameters)


def _days(
    path: str, meaning: str, *, low: int = 0, high: int = 365, default: int | None = 0, clause: str = ""
) -> Parameter:
    return Parameter(path, "whole", meaning, "days", low, high, default, clause=clause)


def _title(path: str = "title", *, required: bool = False) -> Parameter:
    return Parameter(path, "line", "The name people use.", "characters", 1, 120, None if required else "", required)


_QUORUM = (
    Parameter("share", "share", "The part of those entitled that must be present, read as “at least”.", "of those entitled", 0, ONE),
    Parameter("of", "choice", "Whom the share counts: members, all places, or filled places.", default="members",
              choices=("members", "seats", "delegates")),
    Parameter("at_least", "whole", "Never fewer than this many present.", "persons", 1, 100_000, 1),
)  # fmt: skip

_MAJORITY = (
    Parameter("share", "share", "The part of the votes that carries a motion.", "of the votes", HALF, ONE, HALF),
    Parameter("of", "choice", "What the share is of: votes cast, persons present, or everyone entitled.", default="cast",
              choices=("cast", "present", "whole")),
    Parameter("strictly_more", "yes_no", "Yes: more than the share. No: at least the share.", default=True),
    Parameter("abstentions_count", "yes_no", "Whether an abstention is a vote cast.", default=False),
    Parameter("tie", "choice", "Whether an even vote fails or the chair decides it.", default="fails",
              choices=("fails", "chair")),
)  # fmt: skip

_ELECT = (
    Parameter("method", "choice", "The rule that turns votes into the elected.", default="plurality", choices=METHODS),
    Parameter("ballot", "choice", "By name, by show of hands counted by two tellers, or secret.", default="open",
              choices=BALLOTS),
    Parameter("paper_below", "whole", "With fewer electors than this a secret vote is on paper.", "electors", 2, 1_000_000),
    Parameter("on_paper", "yes_no", "The secret vote is always on paper.", default=False),
    Parameter("notice_days", "whole", "Days between the call and the election.", "days", 0, 365, 0),
    Parameter("choices", "whole", "How many votes or points each voter has (limited, cumulative, score).", "votes", 1, 1000),
    Parameter("quotas.#.attribute", "line", "What candidates declare of themselves, e.g. women.", "characters", 1, 60, required=True),
    Parameter("quotas.#.share", "share", "The part of the elected who declare it.", "of the elected", 0, ONE),
    Parameter("quotas.#.at_least", "whole", "The number of the elected who declare it.", "places", 1, 1000),
)  # fmt: skip

_RECALL = (
    Parameter("open_by", "share", "The part of the electors whose signatures open a recall.", "of the electors", 0, HALF,
              Fraction(1, 10)),
    Parameter("open_at_least", "whole", "Never fewer signatures than this.", "persons", 1, 1000, 1),
    Parameter("quorum", "share", "The part of the electors that must vote.", "of the electors", 0, ONE, Fraction(1, 4)),
    *_under("majority", *_MAJORITY),
    Parameter("ballot", "choice", "How the recall is voted on.", default="open", choices=BALLOTS),
    Parameter("notice_days", "whole", "Days between opening and vote, so that the person can answer.", "days", 0, 60, 0),
)  # fmt: skip

_ROTATION = (
    Parameter("max_terms", "whole", "Terms in a row that one person may serve.", "terms", 1, 20),
    Parameter("pause_days", "whole", "Days away before serving again.", "days", 0, YEARS_10, 0),
    Parameter("every_days", "whole", "The place passes to the next person this often.", "days", 1, YEARS_10),
)

_NORM = (
    Parameter("unit", "choice", "What is counted to give seats.", default="members", choices=UNITS),
    Parameter("per", "whole", "Units that give one portion of seats.", "units", 1, 10_000_000),
    Parameter("seats", "whole", "Seats in one portion.", "seats", 1, 1000, 1),
    Parameter("first_per", "whole", "Units that give the first portion, where it differs.", "units", 1, 10_000_000),
    Parameter("first_seats", "whole", "Seats in the first portion.", "seats", 1, 1000),
    Parameter("round", "choice", "What happens to a part of a portion.", default="down",
              choices=get_args(Rounding)),
    Parameter("fixed", "whole", "So many seats, whatever the numbers.", "seats", 1, 5000),
    Parameter("each", "yes_no", "Fixed seats for each sending body, or for all of them together.", default=True),
    Parameter("steps.#.upto", "whole", "Up to and including so many units; left out: all above.", "units", 1, 10_000_000),
    Parameter("steps.#.seats", "whole", "Seats on this step.", "seats", 0, 5000, required=True),
    Parameter("total", "whole", "A fixed number of seats, divided among the senders.", "seats", 1, 5000),
    Parameter("method", "choice", "The method that divides the total.", default="largest_remainder",
              choices=get_args(Apportionment)),
    Parameter("minimum", "whole", "The fewest seats of one sender.", "seats", 0, 5000),
    Parameter("maximum", "whole", "The most seats of one sender.", "seats", 1, 5000),
    Parameter("exceptions.#.body", "line", "A body to which other limits apply, by its name.", "characters", 1, 120, required=True),
    Parameter("exceptions.#.minimum", "whole", "Its fewest seats.", "seats", 0, 5000),
    Parameter("exceptions.#.maximum", "whole", "Its most seats.", "seats", 1, 5000),
)  # fmt: skip

_CHARTER = _under(
    "charter",
    Parameter("id", "id", "Short name of the charter in addresses and files.", "characters", 1, 40, required=True),
    replace(_title(required=True), clause="The name of this organisation is {value}."),
    Parameter("preamble", "text", "Opening words, in the council's own voice.", "characters", 0, 10_000, ""),
    Parameter("based_on", "line", "The charter or source this one was made from.", "characters", 0, 300, "",
              clause="It is based on {value}."),
    Parameter("historical", "yes_no", "Yes for a charter that restates history, figure by figure, with sources.",
              default=False, clause="This charter restates history. Each figure has its source; where sources disagree or are "
                                    "silent, the article says so."),
)  # fmt: skip

_MEMBERSHIP = _under(
    "membership",
    Parameter("who", "line", "Who may join, as a phrase: “Everyone who works here”.", "characters", 3, 400, required=True,
              clause="Membership is open to: {value}."),
    Parameter("minimum_age", "whole", "The youngest age of a member.", "years", 10, 30, required=True,
              clause="A member is at least {value} years old."),
    Parameter("founders", "whole", "The fewest people who may found a base council.", "persons", 2, 100, 3,
              clause="A council is founded by a meeting of at least {value} people who adopt this charter by vote. "
                     "Before that nobody has power over anybody."),
    Parameter("admission.vouchers", "whole", "Members who must vouch for a newcomer.", "members", 0, 10, 2),
    _days("admission.objection_days", "Days in which members may object to an admission.", high=90, default=7),
    Parameter("admission.decided_as", "reference", "The kind of decision that settles a contested admission.",
              default="ordinary", refers="decision"),
    _days("exclusion.notice_days", "Days between the charge and the decision, for an answer and a hearing.", high=180,
          default=14),
    _days("exclusion.appeal_days", "Days in which an excluded member may appeal to a wider body.", high=365, default=30),
    Parameter("exclusion.decided_as", "reference", "The kind of decision that excludes a member.",
              default="exclusion", refers="decision"),
    Parameter("arrears_months", "whole", "After so many months without dues a member's vote rests; left out: never.",
              "months", 1, 24, clause="The vote of a member who has paid no dues for {value} rests until they are paid."),
    Parameter("lapses_with_job", "yes_no", "Whether membership ends with the job.", default=False,
              clause="Membership ends with the job that it rests on."),
)  # fmt: skip

_BODY = _under(
    "bodies.*",
    Parameter("kind", "choice", "What the body is: all members (base), delegates of lower bodies (delegate), a body across "
              "the councils (association), a smaller organ (executive), or a body with one task (commission).",
              required=True, choices=get_args(BodyType)),
    _title(),
    *_under("quorum", *_QUORUM),
    Parameter("meets_every_days", "whole", "The longest time between two ordinary meetings.", "days", 1, YEARS_10,
              clause="It meets at least {value}."),
    _days("notice_days", "Days between the call to a meeting and the meeting.", high=180,
          clause="A meeting is called, with its agenda, at least {value} before."),
    Parameter("convened_by", "share", "The part of its members or delegates that can call a meeting.", "of the body", 0, ONE,
              clause="A meeting must also be called when at least {value} of the body ask for it."),
    Parameter("convened_by_base", "share", "The part of the people represented that can call a meeting.", "of the people below",
              0, ONE, clause="A meeting must also be called when those who represent at least {value} of the people ask for it."),
    Parameter("decides", "references", "The kinds of decision it may take; left out: every kind.", "kinds", 0, 50, (),
              refers="decision"),
    Parameter("visibility", "choice", "Who reads its papers: everyone, members, or nobody but by hash in the record.",
              default="members", choices=("public", "members", "hashes")),
    Parameter("body_minimum", "whole", "The fewest seats of the whole body.", "seats", 1, 100_000),
    Parameter("body_maximum", "whole", "The most seats of the whole body.", "seats", 1, 100_000),
    Parameter("direct_below", "whole", "With fewer electors than this a general meeting takes the council's place.",
              "electors", 2, 100_000,
              clause="Where there are fewer than {value} electors, their general meeting takes the place of the council."),
    Parameter("accountable_to", "reference", "The body to which it answers.", default="", refers="body",
              clause="It answers for all it does to the {value}."),
    Parameter("quotas.#.attribute", "line", "What people declare of themselves, e.g. women.", "characters", 1, 60, required=True),
    Parameter("quotas.#.share", "share", "The part of the filled seats that goes to them.", "of filled seats", 0, ONE),
    Parameter("quotas.#.at_least", "whole", "The number of filled seats that goes to them.", "seats", 1, 1000),
    Parameter("sections.*.title", "line", "The name people use for the section.", "characters", 1, 120, ""),
)  # fmt: skip

_SEATS = _under(
    "bodies.*.seats.#",
    Parameter("from", "reference", "The body that elects these delegates, or “electors” for direct election.", required=True,
              refers="sender"),
    _title(),
    *_under("norm", *_NORM),
    Parameter("small.below", "whole", "Senders with fewer units than this are small.", "units", 2, 10_000_000, required=True),
    Parameter("small.do", "choice", "Small senders combine, send one delegate, or send none.", required=True,
              choices=("combine", "one", "none")),
    Parameter("section", "reference", "The section in which these delegates sit.", default="", refers="section"),
    Parameter("voice", "choice", "Whether these delegates vote or only speak.", default="decisive",
              choices=("decisive", "advisory")),
    Parameter("term_days", "whole", "The term; left out: until recalled or replaced.", "days", 1, YEARS_10),
    *_under("elect", *_ELECT),
    Parameter("alternates", "whole", "Alternates elected with each delegate.", "persons", 0, 50, 0),
    Parameter("mandate", "choice", "What an instruction of the electors is worth.", default="none",
              choices=("binding", "advisory", "none")),
    Parameter("breach", "choice", "A vote against a binding mandate is refused, or counted and flagged.", default="flag",
              choices=("refuse", "flag")),
    Parameter("report_every_days", "whole", "How often a delegate reports to the electors.", "days", 1, 3653),
    *_under("recall", *_RECALL),
    *_under("rotation", *_ROTATION),
    Parameter("takes_effect", "choice", "When changed numbers change the seats.", default="next_term",
              choices=("now", "next_term")),
    Parameter("lapses_on_leaving", "yes_no", "Whether a delegate who leaves the constituency loses the seat.", default=True),
)  # fmt: skip

_OFFICES = _under(
    "bodies.*.offices.*",
    _title(),
    *_under("elect", *_ELECT),
    Parameter("draw", "whole", "So many places, drawn by public lot.", "places", 1, 100),
    Parameter("rotate", "whole", "So many places, passed on in turn.", "places", 1, 100),
    Parameter("count", "whole", "Places, where the office is elected.", "places", 1, 500, 1),
    Parameter("term_days", "whole", "The term; left out: until recalled or replaced.", "days", 1, YEARS_10),
    Parameter("deputies", "whole", "Runners-up who stand in, in order.", "persons", 0, 20, 0),
    *_under("rotation", *_ROTATION),
    Parameter("incompatible", "references", "Offices that one may not hold at the same time.", "offices", 0, 20, (),
              refers="office"),
    *_under("recall", *_RECALL),
    Parameter("report_every_days", "whole", "How often the officer reports to the body.", "days", 1, 3653),
)  # fmt: skip

_RIGHTS = _under(
    "bodies.*",
    Parameter("executive.kind", "reference", "The executive that this body elects from itself.", required=True, refers="body"),
    *_under("executive.size", *_NORM),
    *_under("executive.elect", *_ELECT),
    *_under("executive.recall", *_RECALL),
    Parameter("rights.bodies", "references", "Bodies in which the association has these rights.", "bodies", 0, 50, (),
              refers="body"),
    Parameter("rights.table", "yes_no", "It may put items on the agenda.", default=True),
    Parameter("rights.hearing", "yes_no", "It is heard before a decision on its concerns.", default=False),
    _days("rights.objection_days", "Days after a decision in which it may object.", high=90),
    _days("rights.suspends_days", "Days for which an objection suspends the decision, once.", high=90),
    Parameter("rights.concerns", "line", "The matters on which it is heard and may object.", "characters", 0, 300, ""),
    Parameter("fractions.at_least", "whole", "The fewest delegates who form a fraction.", "delegates", 2, 1000, 2),
    Parameter("fractions.caucus_minutes", "whole", "Recess a fraction may ask for before a vote.", "minutes", 0, 240, 0),
    Parameter("fractions.presidium", "yes_no", "Whether fractions share the presidium by size.", default=False),
)  # fmt: skip

_DECISION = _under(
    "decisions.*",
    _title(),
    *_under("majority", *_MAJORITY),
    *_under("quorum", *_QUORUM),
    _days("notice_days", "Days between the notice of the proposal and the vote.", high=180,
          clause="The proposal is made known at least {value} before the vote."),
    Parameter("ballots", "choices", "The ways to vote that are allowed.", "ways", 1, 3, BALLOTS, choices=BALLOTS),
    Parameter("proposers", "whole", "Members or delegates who must back the proposal.", "persons", 1, 10_000, 1,
              clause="It is put forward by at least {value} who are entitled to vote on it."),
    Parameter("ratified_by.bodies", "reference", "The kind of body that must agree.", required=True, refers="body"),
    Parameter("ratified_by.share", "share", "The part of those bodies that must agree.", "of the bodies", 0, ONE, HALF),
    Parameter("ratified_by.strictly_more", "yes_no", "Yes: more than the share. No: at least the share.", default=True),
    Parameter("ratified_by.within_days", "whole", "Days in which they must agree; left out: no limit.", "days", 1, 730),
)  # fmt: skip

_PROCEDURE = _under(
    "procedure",
    _days("voting_days", "Days for which a vote on a recall, a mandate, an admission or an accession is open.", low=1, high=60,
          default=3, clause="A vote by name on a recall, a mandate, an admission or an accession is open for {value}."),
    _days("longest_vote_days", "The most days for which an election by name may be open.", low=1, default=30,
          clause="An election by name is open for {value} at most."),
    _days("renewal_days", "The last days of a term in which a successor may be elected.", low=1, default=30,
          clause="In the last {value} of a term a successor may be elected, so that no place stands empty."),
    _days("challenge_days", "Days after the result in which electors may challenge an election.", low=0, high=60, default=7,
          clause="Any elector may challenge an election, with the reason, within {value} of its result. The mandate commission "
                 "upholds or rejects the challenge, with the reason; an election that is annulled takes its places back."),
    _days("admission_officers_days", "Days after which any member puts a contested application to the vote.", low=1, high=60,
          default=3, clause="The officers put a contested application to the vote; if they let {value} pass, any member may."),
    _days("ratification_officers_days", "Days after which anybody who votes in a body opens its vote on ratifying.", low=1,
          high=90, default=7, clause="The officers of a council open its vote on ratifying a decision; {value} after the "
                                     "decision anybody who votes there may."),
    Parameter("doors_minutes", "whole", "Minutes before the start from which people are noted as present at a meeting.",
              "minutes", 1, 1440, 120, clause="People are noted as present from {value} before a meeting starts."),
    Parameter("trustees", "whole", "The fewest trustees who make a key for secret votes on devices together.", "trustees", 3, 20, 3,
              clause="A secret vote on devices is opened by trustees together: at least {value} make the key, and more than half "
                     "of those who made it are needed to open a count. Fewer learn nothing."),
    Parameter("secret_minimum", "whole", "The fewest votes given on devices and paper together that are opened.", "votes", 2, 1000,
              5, clause="A secret vote on devices in which fewer than {value} have been given is never opened, because its count "
                        "would give people away."),
    _days("invitation_days", "The most days for which a member's invitation to join holds.", low=1, default=30,
          clause="An invitation by which a member asks others to join holds for {value} at most."),
)  # fmt: skip

_TEXTS = (
    Parameter("articles.#.id", "id", "Short name of the article.", "characters", 1, 40, required=True),
    Parameter("articles.#.title", "line", "Its heading.", "characters", 1, 120, required=True),
    Parameter("articles.#.text", "text", "Its words. They bind people; the program does not read them.", "characters", 1,
              20_000, required=True),
    Parameter("sources.*.status", "choice", "V read at the source, M unverified, D derived, unknown.", required=True,
              choices=("V", "M", "D", "unknown")),
    Parameter("sources.*.source", "text", "Where the figure was read.", "characters", 0, 1000, ""),
    Parameter("sources.*.note", "text", "What a reader should know.", "characters", 0, 1000, ""),
    Parameter("sources.*.claims", "lines", "What sources say that disagree; none is resolved.", "claims", 0, 20, ()),
)  # fmt: skip

PARAMETERS: tuple[Parameter, ...] = (
    *_CHARTER, *_MEMBERSHIP, *_BODY, *_SEATS, *_OFFICES, *_RIGHTS, *_DECISION, *_PROCEDURE, *_TEXTS,
)  # fmt: skip


def _recall_tables(prefix: str) -> Iterator[Table]:
    yield Table(f"{prefix}.recall", "How the electors take the place back.")
    yield Table(f"{prefix}.recall.majority", "What carries the recall.", presets="majorities", always=True)


def _quota_table(prefix: str) -> Table:
    return Table(
        f"{prefix}.elect.quotas.#", "Places of one election that go to people who declare an attribute.", high=20
    )


def _norm_tables(path: str) -> Iterator[Table]:
    yield Table(path, "The norm: the rule that turns numbers into seats.", required=True)
    yield Table(f"{path}.steps.#", "A scale of steps, lowest first.", high=50)
    yield Table(f"{path}.exceptions.#", "Named bodies with limits of their own.", high=50)


TABLES: tuple[Table, ...] = (
    Table("charter", "What this charter is.", required=True),
    Table("membership", "Who belongs.", required=True),
    Table("membership.admission", "How people join.", always=True),
    Table("membership.exclusion", "How a member can be excluded.", always=True),
    Table("bodies.*", "The kinds of body.", required=True, high=60),
    Table("bodies.*.quorum", "How many must be present.", required=True),
    Table("bodies.*.sections.*", "Parts of the body with meetings of their own.", high=20),
    Table("bodies.*.quotas.#", "Seats that go to people who declare an attribute.", high=20),
    Table("bodies.*.seats.#", "Who sends delegates.", high=50),
    *_norm_tables("bodies.*.seats.#.norm"),
    Table("bodies.*.seats.#.small", "What happens to small senders."),
    Table("bodies.*.seats.#.elect", "How these delegates are elected.", short="method", always=True),
    _quota_table("bodies.*.seats.#"),
    *_recall_tables("bodies.*.seats.#"),
    Table("bodies.*.seats.#.rotation", "Term limits and turns."),
    Table("bodies.*.offices.*", "The offices of the body.", high=40),
    Table("bodies.*.offices.*.elect", "How the office is elected.", short="method"),
    _quota_table("bodies.*.offices.*"),
    Table("bodies.*.offices.*.rotation", "Term limits and turns."),
    *_recall_tables("bodies.*.offices.*"),
    Table("bodies.*.executive", "A smaller organ elected from the body."),
    *_norm_tables("bodies.*.executive.size"),
    Table("bodies.*.executive.elect", "How it is elected.", short="method", always=True),
    _quota_table("bodies.*.executive"),
    *_recall_tables("bodies.*.executive"),
    Table("bodies.*.rights", "Rights of an association in other bodies."),
    Table("bodies.*.fractions", "Delegates who declare themselves a group."),
    Table("decisions.*", "The kinds of decision.", required=True, high=60),
    Table("decisions.*.majority", "What carries it.", presets="majorities", always=True),
    Table("decisions.*.quorum", "A quorum of its own; left out: the body's."),
    Table("decisions.*.ratified_by", "Bodies that must agree before it takes effect."),
    Table("procedure", "Times that belong to no single body.", always=True),
    Table("articles.#", "Articles in the council's own words.", high=200),
    Table("sources.*", "Where each figure comes from, by its path in quotes.", high=2000),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the file's shape. ``children`` of a named table or list has the single key ``*`` or ``#``."""

    parameter: Parameter | None
    table: Table | None
    children: Mapping[str, "Node"]


@cache
def shape() -> Node:
    """The table as a tree, for whoever walks a file."""
    rows: dict[str, Parameter | Table] = {}
    rows.update((table.path, table) for table in TABLES)
    rows.update((parameter.path, parameter) for parameter in PARAMETERS)
    return _node("", rows)


def _node(path: str, rows: Mapping[str, Parameter | Table]) -> Node:
    row = rows.get(path)
    prefix = f"{path}." if path else ""
    names = dict.fromkeys(p[len(prefix) :].split(".")[0] for p in rows if p.startswith(prefix) and p != path)
    children = {name: _node(f"{prefix}{name}", rows) for name in names}
    return Node(row if isinstance(row, Parameter) else None, row if isinstance(row, Table) else None, children)


def node_at(path: tuple[str | int, ...]) -> Node | None:
    """The place of a concrete path, e.g. ``("bodies", "city", "seats", 0)``; None where there is none."""
    node: Node | None = shape()
    for step in path:
        if node is None:
            return None
        children = node.children
        node = children.get("#") if isinstance(step, int) else children.get("*") or children.get(step)
    return node


def parameter_at(path: str) -> Parameter | None:
    """The parameter that a concrete path names, e.g. ``bodies.city.quorum.share``; None for none."""
    node = node_at(split(path))
    return node.parameter if node else None


def split(path: str) -> tuple[str | int, ...]:
    """``bodies.city.seats.0.norm`` as steps. What stands after ``sources.`` is one name, dots and all, or name and field."""
    parts = path.split(".")
    if parts[0] == "sources" and len(parts) > 2:
        return ("sources", ".".join(parts[1:-1]), parts[-1])
    return tuple(int(part) if part.isascii() and part.isdigit() else part for part in parts)


_SHARE = re.compile(r" *(\d{1,6}) */ *(\d{1,6}) *", re.ASCII)
_PERCENT = re.compile("([0-9]{1,3})[ \u00a0\u202f]?%")


def read_share(raw: str) -> Fraction | None:
    """Read "2/3" or "60 %" as an exact fraction; None for anything else."""
    if (match := _SHARE.fullmatch(raw)) and int(match[2]):
        return Fraction(int(match[1]), int(match[2]))
    if match := _PERCENT.fullmatch(raw):
        return Fraction(int(match[1]), 100)
    return None


def value_from_text(path: str, text: str) -> Value | None:
    """What a person typed for a value, in the type of its parameter; the text itself where it does not fit.

    For forms: the loader then names the problem in its own words. An empty text takes the value out.
    """
    parameter, typed = parameter_at(path), text.strip()
    if not typed or parameter is None:
        return None
    value: Value | None = typed
    if parameter.kind == "whole":
        value = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else typed
    elif parameter.kind == "share":
        value = read_share(typed) or typed
    elif parameter.kind == "yes_no":
        value = {"true": True, "false": False}.get(typed, typed)
    elif parameter.kind in ("choices", "references", "lines"):
        value = tuple(part.strip() for part in typed.split(",") if part.strip())
    return value
