"""irv: the alternative vote, instant run-off. Papers rank candidates, as many as the voter likes.

For one place: whoever has more than half of the papers that still rank somebody is elected; if nobody has, the
candidate with the fewest votes is excluded and the papers move on. Equals last are told apart by the most recent
stage at which they were unequal, then by lot. Equals who together have fewer votes than the next above them are
excluded together: whoever of them went first, all of them would go before the next, and the totals were the same.
Source: Robert's Rules of Order Newly Revised (12th ed., 2020), 45:62-69, preferential voting; for equals by earlier
stages SSI 2007/42, Schedule 1, rule 51; for excluding together Maine, 21-A M.R.S. § 723-A(3), batch elimination.

For several places the count is repeated over all papers without those already elected, a place at a time. That is
no proportional rule: one majority can win them all. Who wants proportion takes stv_scottish or stv_meek.
Runners-up are those of the first count in reverse order of exclusion, as far as they are not elected.
Quotas: a doomed candidate is left out of the counts that follow.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from weft.ballots.counting._ranked import Rankings, exact, first_preferences, following, lines_of, narrowed, rankings
from weft.ballots.counting._reach import Reach
from weft.ballots.counting._task import Task
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.model import Count, Move, Stage


def irv(task: Task) -> Count:
    """Fill the places one after another, each by a count of its own over all papers."""
    papers, reach = rankings(task), task.reach(task.candidates)
    elected: list[str] = []
    stages: list[Stage] = []
    runners_up: tuple[str, ...] = ()
    for count in one_by_one(task, papers, reach):
        if not elected:
            runners_up = (*following(count.standing, count.excluded, count.history, task.ties), *count.doomed)
        last = count.stages[-1]
        stages += [*count.stages[:-1], replace(last, lots=last.lots + task.ties.taken())]
        elected.append(count.winner)
    tied = ([name for name in group if name not in elected] for group in task.ties.tied)
    return Count(
        method=task.method,
        places=task.places,
        elected=tuple(elected),
        runners_up=tuple(name for name in runners_up if name not in elected),
        lines=lines_of(first_preferences(papers, task.candidates)),
        papers=task.number,
        drawn=tuple(task.ties.drawn),
        tied=tuple(tuple(group) for group in tied if len(group) > 1),
        stages=tuple(stages) or (Stage("first", ()),),
        quotas=reach.results(elected),
    )


def one_by_one(task: Task, papers: Rankings, reach: Reach) -> Iterator["OnePlace"]:
    """The counts of the places, each finished."""
    left = sorted(task.candidates)
    elected: list[str] = []
    while left and len(elected) < task.places:
        doomed = [name for name in left if reach.doomed(name, elected, left)]
        count = OnePlace(papers, [name for name in left if name not in doomed], task.ties, tuple(doomed))
        count.run()
        yield count
        elected.append(count.winner)
        left = [name for name in left if name not in {count.winner, *doomed}]


@dataclass(slots=True)
class OnePlace:
    """One instant run-off among these candidates, at least one.

    doomed: left out of it because of the quotas. scale: how many units of the papers' numbers are one vote.
    """

    papers: Rankings
    standing: list[str]
    ties: Ties
    doomed: tuple[str, ...] = ()
    scale: int = 1
    winner: str = ""
    excluded: list[list[str]] = field(default_factory=list)
    history: list[dict[str, int]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    piles: dict[str, list[tuple[tuple[str, ...], int]]] = field(default_factory=dict)

    def run(self) -> None:
        """Exclude until somebody has more than half, and write down each stage."""
        self.piles = {name: [] for name in [*self.standing, ""]}
        self._deal(self.papers.items())
        self._end_stage("first", (), {})
        while not self.winner:
            out = self._lowest()
            papers = {name: self.piles.pop(name) for name in out}
            self.standing = [name for name in self.standing if name not in out]
            self.excluded.append(out)
            self._end_stage("exclude", tuple(out), {name: self._deal(pile) for name, pile in papers.items()})
        self.standing.remove(self.winner)

    def _deal(self, pile: Iterable[tuple[tuple[str, ...], int]]) -> dict[str, int]:
        """Each paper to its first preference among those standing; how many came to whom."""
        moved: dict[str, int] = {}
        standing = set(self.standing)
        for paper, number in pile:
            target = next((name for name in paper if name in standing), "")
            self.piles[target].append((paper, number))
            moved[target] = moved.get(target, 0) + number
        return moved

    def _lowest(self) -> list[str]:
        """Who goes out: those last together where that changes nothing, otherwise one of them."""
        votes = self.history[-1]
        fewest = min(votes[name] for name in self.standing)
        equals = [name for name in self.standing if votes[name] == fewest]
        others = [votes[name] for name in self.standing if name not in equals]
        if others and fewest * len(equals) < min(others):
            return equals
        return self.ties.decide(narrowed(equals, self.history, most=False), "excluded")[:1]

    def _end_stage(self, action: str, out: tuple[str, ...], moved: Mapping[str, Mapping[str, int]]) -> None:
        votes = {name: sum(number for _, number in self.piles[name]) for name in self.standing}
        self.history.append(votes | {name: 0 for group in self.excluded for name in group})
        alive = sum(votes.values())
        self.winner = next((name for name in self.standing if 2 * votes[name] > alive), "")
        if not self.winner and len(self.standing) == 1:  # nobody ranked the last one left
            self.winner = self.standing[0]
        self.stages.append(
            Stage(
                action=action,
                subject=out,
                totals=tuple((name, exact(n, self.scale)) for name, n in sorted(self.history[-1].items())),
                moved=tuple(
                    Move(name, to, exact(n, self.scale)) for name in out for to, n in sorted(moved[name].items()) if n
                ),
                exhausted=exact(sum(number for _, number in self.piles[""]), self.scale),
                quota=exact(alive // 2 + 1, self.scale),
                elected=(self.winner,) if self.winner else (),
                filled=(self.winner,) if self.winner and 2 * votes[self.winner] <= alive else (),
                excluded=out,
                lots=self.ties.taken(),
                doomed=self.doomed if action == "first" else (),
            )
        )
