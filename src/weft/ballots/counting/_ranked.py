"""What the rules for ranked papers share: reading, first preferences, and comparing by earlier stages."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from weft.ballots.counting._reach import Reach
from weft.ballots.counting._task import Task, alike, named
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.model import Line
from weft.errors import RuleBroken

Rankings = Mapping[tuple[str, ...], int]


def rankings(task: Task) -> dict[tuple[str, ...], int]:
    """Each ranking that somebody handed in, and how many did; blank papers rank nobody and are left out.

    Raises ``ballot.choice`` for a paper that names a stranger, or somebody twice, ``ballot.count`` for more papers than
    were given in.
    """
    papers = named(alike(task.papers), task.candidates)
    if sum(papers.values()) > task.number:
        raise RuleBroken("ballot.count", entitled=task.number)
    return {paper: number for paper, number in papers.items() if paper and number}


def first_preferences(papers: Rankings, candidates: Sequence[str]) -> dict[str, int]:
    votes = dict.fromkeys(candidates, 0)
    for paper, number in papers.items():
        votes[paper[0]] += number
    return votes


def lines_of(votes: Mapping[str, int]) -> tuple[Line, ...]:
    """First preferences as the lines of a result, most first, equals by reference."""
    return tuple(Line(name, votes[name]) for name in sorted(votes, key=lambda name: (-votes[name], name)))


def narrowed(equals: Iterable[str], history: Sequence[Mapping[str, int]], *, most: bool) -> list[str]:
    """Those still equal once the stages before have been asked, the latest first.

    At each the ones with most (or fewest) votes remain; so the most recent stage at which they were unequal decides,
    and of three, two who were equal there too are asked again at the one before it.
    """
    left = sorted(equals)
    for totals in reversed(history):
        if len(left) == 1:
            break
        bound = (max if most else min)(totals[name] for name in left)
        left = [name for name in left if totals[name] == bound]
    return left


def in_order(names: Iterable[str], history: Sequence[Mapping[str, int]]) -> list[list[str]]:
    """Groups of candidates, those with most votes at the latest stage first, equals told apart by earlier stages."""
    left, groups = set(names), []
    while left:
        group = narrowed(left, history, most=True)
        groups.append(group)
        left -= set(group)
    return groups


def elect(
    names: Iterable[str],
    standing: list[str],
    elected: list[str],
    reach: Reach,
    ties: Ties,
    *,
    history: Sequence[Mapping[str, int]],
) -> list[str]:
    """Move those of these whom the quotas allow from standing to elected, most votes first; the doomed stay.

    The order of equals is named, not drawn for, unless the quotas make somebody's place hang on it.
    """
    chosen: list[str] = []
    for group in in_order(names, history):
        live = [name for name in group if not reach.doomed(name, elected, standing)]
        together = reach.possible([*elected, *live], [name for name in standing if name not in live])
        for name in (ties.name if together else ties.decide)(live, "elected"):
            if not reach.doomed(name, elected, standing):
                standing.remove(name)
                elected.append(name)
                chosen.append(name)
    return chosen


def following(
    standing: Iterable[str], excluded: Sequence[Sequence[str]], history: Sequence[Mapping[str, int]], ties: Ties
) -> tuple[str, ...]:
    """Runners-up: those still in at the end, most votes first; then the excluded, the last of them first.

    excluded: in the order of exclusion, each time those who were excluded together.
    """
    order = [name for group in in_order(standing, history) for name in ties.name(group, "next")]
    for group in reversed(excluded):
        order += ties.name(group, "next") if len(group) > 1 else group
    return tuple(order)


def exact(units: int, scale: int) -> Fraction:
    """Whole units of the law's smallest part as votes."""
    return Fraction(units, scale)
