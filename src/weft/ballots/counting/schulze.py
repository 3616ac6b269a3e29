"""schulze: the beat path method. Papers rank candidates; whoever is not ranked stands equal behind all who are.

Source: Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
election method, Social Choice and Welfare 36 (2011), pp. 267-303; its strength of a link is here the **margin**, the
papers that rank the one above the other less those that rank them the other way round. (By winning votes, the other
strength in use, some elections with truncated papers end otherwise.)

A path is as strong as its weakest link; one candidate beats another if the strongest path to it is stronger than the
strongest back. First come all whom nobody beats; then those whom only they beat, and so on. Within such a group
nobody beats anybody, so the lot decides there if a place hangs on it.

For several places this order is filled from the top. That is no proportional rule: it seeks the places' broadest
support one by one. Runners-up are those next in the order. Quotas: a doomed candidate is passed over.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations

from weft.ballots.counting._ranked import Rankings, first_preferences, lines_of, rankings
from weft.ballots.counting._task import Task, fill
from weft.ballots.counting.model import Count, Pair, Stage, totals_of

Matrix = Mapping[tuple[str, str], int]


def schulze(task: Task) -> Count:
    """Compare everybody with everybody, and fill the places in the order of who beats whom."""
    papers, names = rankings(task), sorted(task.candidates)
    above = _above(papers, names)
    paths = strongest_paths(above, names)
    reach = task.reach(names)
    elected, following, passed = fill(_layers(paths, names), reach, task.ties)
    first = first_preferences(papers, names)
    stage = Stage(
        action="rank",
        totals=totals_of(first),
        elected=elected,
        doomed=passed,
        lots=task.ties.taken(),
        pairs=tuple(Pair(one, two, above[one, two], paths[one, two]) for one, two in permutations(names, 2)),
    )
    return Count(
        method=task.method,
        places=task.places,
        elected=elected,
        runners_up=following,
        lines=lines_of(first),
        papers=task.number,
        drawn=tuple(task.ties.drawn),
        tied=tuple(task.ties.tied),
        stages=(stage,),
        quotas=reach.results(elected),
    )


def _above(papers: Rankings, names: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many papers rank the first of each pair above the second."""
    above = dict.fromkeys(permutations(names, 2), 0)
    for paper, number in papers.items():
        behind = [name for name in names if name not in paper]
        for pair in combinations(paper, 2):
            above[pair] += number
        for ranked in paper:
            for other in behind:
                above[ranked, other] += number
    return above


def strongest_paths(above: Matrix, names: Sequence[str]) -> dict[tuple[str, str], int]:
    """The strength of the strongest path of each pair, 0 where there is none (Floyd and Warshall's algorithm)."""
    paths = {(one, two): max(0, above[one, two] - above[two, one]) for one, two in permutations(names, 2)}
    for through, one, two in permutations(names, 3):
        paths[one, two] = max(paths[one, two], min(paths[one, through], paths[through, two]))
    return paths


def _layers(paths: Matrix, names: Sequence[str]) -> list[list[str]]:
    left, layers = list(names), []
    while left:
        layer = [one for one in left if not any(paths[two, one] > paths[one, two] for two in left if two != one)]
        layers.append(layer)
        left = [name for name in left if name not in layer]
    return layers
