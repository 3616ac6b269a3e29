"""What every rule is given, and the two ways in which rules fill places from an order of candidates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from weft.ballots.counting._reach import Reach
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.model import PackedPapers, Paper, Quota
from weft.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Task:
    """One election as `count_election` was asked to count it. papers: each with how many say the same."""

    method: str
    papers: Sequence[tuple[Paper, int]] | PackedPapers
    candidates: tuple[str, ...]
    places: int
    choices: int | None
    ties: Ties
    given: int | None = None
    quotas: Sequence[Quota] = ()
    attributes: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many papers were given in, blank ones too."""
        if self.given is not None:
            return self.given
        return self.papers.papers if isinstance(self.papers, PackedPapers) else sum(n for _, n in self.papers)

    def reach(self, electable: Sequence[str], places: int | None = None) -> Reach:
        """The quotas over those who can be elected at all; places: where fewer than all can be filled."""
        return Reach(self.quotas, self.attributes, electable, self.places if places is None else places)


def alike(papers: Iterable[tuple[object, int]]) -> dict[tuple[str, ...], int]:
    """Papers that rank or mark the same, added up. Raises ``ballot.choice`` for what is no list of names."""
    found: dict[tuple[str, ...], int] = {}
    for paper, number in papers:
        if isinstance(paper, Mapping | str | bytes) or not isinstance(paper, Sequence):
            raise RuleBroken("ballot.choice")
        try:
            found[tuple(paper)] = found.get(tuple(paper), 0) + number
        except TypeError:
            raise RuleBroken("ballot.choice") from None
    return found


def named(papers: Mapping[tuple[str, ...], int], candidates: Collection[str]) -> Mapping[tuple[str, ...], int]:
    """The same papers, if each names candidates only, and nobody twice; otherwise ``ballot.choice``."""
    known = set(candidates)
    for paper in papers:
        if not known.issuperset(paper) or len(set(paper)) != len(paper):
            raise RuleBroken("ballot.choice")
    return papers


def fill(
    groups: Iterable[Sequence[str]], reach: Reach, ties: Ties
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Places by an order of candidates, with groups of equals in it: elected, those next, those passed over.

    Equals that all get in, or all stay out, also need an order (who steps up first), but only a tie across the last
    place must not be left without a lot. Passed over are those whom the quotas left no place, at their turn.
    """
    listed = [sorted(group) for group in groups]
    left = {name for group in listed for name in group}
    elected: list[str] = []
    following: list[str] = []
    passed: list[str] = []
    for group in listed:
        full = len(elected) == reach.places
        live = [] if full else [name for name in group if not reach.doomed(name, elected, left)]
        if ties.lot is None and len(live) > 1 and not reach.possible([*elected, *live], left - set(group)):
            ties.decide(live, "elected")  # refused: it takes a lot
        for name in ties.name(group, "next" if full else "elected"):
            if len(elected) == reach.places or reach.doomed(name, elected, left):
                following.append(name)
                passed += [name] if len(elected) < reach.places else []
            else:
                elected.append(name)
            left.discard(name)
    return tuple(elected), tuple(following), tuple(passed)
