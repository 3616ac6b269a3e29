"""What a count says: the result, its stages, and who was drawn or passed over. Plain values; no rule stands here.

All totals are exact `Fraction`s, in votes (or points, where papers give points). Candidates are named by reference.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

Paper = (
    Mapping[str, str] | Mapping[str, int] | Mapping[str, str | int] | Sequence[str]
)  # what may stand on it, each rule says
Lot = Callable[[Sequence[str]], Sequence[str]]  # the candidates in lot order
Totals = tuple[tuple[str, Fraction], ...]


class PackedPapers(ABC):
    """Rankings in a form that NumPy counts (`packed.Packed`), known here without loading it.

    refs: who is ranked. papers: how many there are, blank ones too.
    """

    refs: tuple[str, ...]

    @property
    @abstractmethod
    def papers(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]: ...

    @abstractmethod
    def piles(self, scale: int) -> Any:
        """The piles of a Scottish count."""


class Quota(Protocol):
    """At least this share, or this number, of the places for candidates with the attribute: `weft.charter.Quota`."""

    @property
    def attribute(self) -> str: ...
    @property
    def share(self) -> Fraction | None: ...
    @property
    def at_least(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate's line of the result, in votes; ``no`` and ``abstain`` only for yes_no and list.

    yes: marks, points, approvals, or first preferences, whichever stand on the papers of this rule.
    """

    candidate: str
    yes: int
    no: int = 0
    abstain: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """Votes that went from one candidate to another at one stage; ``target`` "" is nobody: no further preference."""

    source: str
    target: str
    votes: Fraction


@dataclass(frozen=True, slots=True)
class Draw:
    """Equals whom the lot put in order. why: "elected", "excluded", "surplus" (whose goes first) or "next"."""

    why: str
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Schulze: papers that rank ``first`` above ``second``, and the strength of the strongest path between them."""

    first: str
    second: str
    papers: int
    path: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a count.

    action:    what was done: "marks", "list", "first", "surplus", "exclude", "keep", "elect", "buy" or "rank".
    subject:   with whom: whose surplus, who was excluded, whose keep factor was lowered, who was elected.
    totals:    everybody's votes after it, by reference; without ``moved`` nothing was handed on.
    exhausted: votes that have reached nobody so far, for want of a further preference.
    lost:      parts of votes so far cut off (negative: added) by the law's rounding; with it the sum is whole.
    quota:     what elects at this stage, where the rule has one.
    filled:    those of ``elected`` who did not reach it: as many were left as places.
    doomed:    put aside because the quotas could not be met with them; guarded: not excluded because of the quotas.
    values:    Phragmén: the load each candidate would bring; equal shares: the price each; Meek: the keep factors.
    money:     equal shares: what is left with all voters together.
    pairs:     Schulze alone.
    """

    action: str
    totals: Totals
    subject: tuple[str, ...] = ()
    moved: tuple[Move, ...] = ()
    exhausted: Fraction = Fraction(0)
    lost: Fraction = Fraction(0)
    quota: Fraction | None = None
    elected: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    lots: tuple[Draw, ...] = ()
    doomed: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()
    values: Totals = ()
    money: Fraction | None = None
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """One quota of this election, in places.

    needed: what the charter asks for. reachable: the most the candidates allow, after the quotas named before it;
    less than ``needed`` is the shortfall. held: what the elected make of it; never less than ``reachable``.
    """

    attribute: str
    needed: int
    reachable: int
    held: int


@dataclass(frozen=True, slots=True)
class Substitution:
    """Who takes a place because of the quotas, and who would have had it without them.

    instead_of: "" where nobody would have had the place; elected: "" where nobody has it now.
    """

    elected: str
    instead_of: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The result: who is elected, in order; who stands next, in order; every line; who was in a tie broken by lot.

    tied: each group of equals that no lot has ordered; they stand in the order of their references, and no place
    hangs on it yet. Whoever lets runners-up step up asks for a lot first.
    papers: given in, blank ones too. stages: how the result came about, step by step.
    """

    method: str
    places: int
    elected: tuple[str, ...]
    runners_up: tuple[str, ...]
    lines: tuple[Line, ...]
    papers: int
    drawn: tuple[str, ...] = ()
    tied: tuple[tuple[str, ...], ...] = ()
    stages: tuple[Stage, ...] = ()
    quotas: tuple[QuotaResult, ...] = ()
    substitutions: tuple[Substitution, ...] = ()


def totals_of(votes: Mapping[str, Fraction | int]) -> Totals:
    """Totals in the order of references, so that no order of entry shows."""
    return tuple((name, Fraction(votes[name])) for name in sorted(votes))
