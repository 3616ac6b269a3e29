"""countback: who takes a vacated place, by the papers on which it rests.

Source: the countback of Tasmania's Hare-Clark system, since 1917; Electoral Act 2004 (Tas.), s. 231 and Schedule 6.
The papers that elected the member who leaves are looked at again, and no others: of each, the part that the place
was filled with. They are counted among the candidates who were not elected and are still available, by excluding the
lowest until one has more than half. So the electors of the place choose again, without a new election, and no other
delegate's seat is touched. (Scottish law, from which stv_scottish comes, holds a by-election instead.)

stv_scottish: the papers of the elected at the value at which they came, less what went on with a surplus.
stv_meek:     of each paper what the elected kept by the last keep factors.
irv:          the papers with the elected at the end of the count of that place.
For every other rule the runners-up of the count are in order, and the next of them takes the place.
"""

from collections.abc import Collection, Iterable, Sequence

from weft.ballots.counting._ranked import Rankings, following, rankings
from weft.ballots.counting._task import Task
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.irv import OnePlace, one_by_one
from weft.ballots.counting.model import Count, Lot, Paper
from weft.ballots.counting.stv_meek import SCALE as BILLIONTHS
from weft.ballots.counting.stv_meek import Meek
from weft.ballots.counting.stv_scottish import SCALE as HUNDRED_THOUSANDTHS
from weft.ballots.counting.stv_scottish import PlainPiles, Scottish
from weft.errors import RuleBroken


def countback(
    method: str,
    papers: Iterable[tuple[Paper, int]],
    *,
    candidates: Sequence[str],
    places: int,
    vacated: str,
    available: Collection[str],
    lot: Lot | None = None,
) -> Count:
    """Who takes the place of ``vacated``, as a count for one place with its own stages.

    papers, candidates, places: as at the election, which is counted again first. lot: the same as then, too.
    available: who still stands for a place; those who were elected are left out. Nobody is elected whom none of the
    papers ranks. Raises ``elect.method`` for a rule without a countback, ValueError if ``vacated`` was not elected.
    """
    if method not in _RESTING:
        raise RuleBroken("elect.method", method=method)
    ties = Ties(lot, 1)
    task = Task(method, list(papers), tuple(candidates), places, None, Ties(lot, places))
    elected, resting = _RESTING[method](task, vacated)
    if vacated not in elected:
        raise ValueError(f"{vacated} was not elected")
    ranked = {name for paper in resting for name in paper}
    standing = [name for name in sorted(candidates) if name in ranked & set(available) - set(elected)]
    if not standing:
        return Count(method, 1, (), (), (), task.number)
    count = OnePlace(resting, standing, ties, scale=_SCALES[method])
    count.run()
    return Count(
        method=method,
        places=1,
        elected=(count.winner,),
        runners_up=following(count.standing, count.excluded, count.history, ties),
        lines=(),  # parts of papers are counted here; the stages have them
        papers=task.number,
        drawn=tuple(ties.drawn),
        tied=tuple(ties.tied),
        stages=tuple(count.stages),
    )


def _by_scottish(task: Task, vacated: str) -> tuple[list[str], Rankings]:
    piles = PlainPiles(rankings(task), task.candidates)
    count = Scottish(task, piles)
    count.run()
    resting: dict[tuple[str, ...], int] = {}
    for (paper, value), number in piles.held.get(vacated, {}).items():
        resting[paper] = resting.get(paper, 0) + value * number
    return count.elected, resting


def _by_meek(task: Task, vacated: str) -> tuple[list[str], Rankings]:
    count = Meek(task, rankings(task), task.reach(task.candidates))
    count.run()
    kept = ((paper, dict(count.kept_of(paper, count.keep)).get(vacated, 0)) for paper in count.papers)
    return count.elected, {paper: part * count.papers[paper] for paper, part in kept if part}


def _by_irv(task: Task, vacated: str) -> tuple[list[str], Rankings]:
    counts = list(one_by_one(task, rankings(task), task.reach(task.candidates)))
    resting = {paper: number for count in counts if count.winner == vacated for paper, number in count.piles[vacated]}
    return [count.winner for count in counts], resting


_RESTING = {"stv_scottish": _by_scottish, "stv_meek": _by_meek, "irv": _by_irv}
_SCALES = {"stv_scottish": HUNDRED_THOUSANDTHS, "stv_meek": BILLIONTHS, "irv": 1}
