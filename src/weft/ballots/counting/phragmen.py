"""phragmen and equal_shares: committees by approval in which every group of voters gets its due.

Papers name the candidates approved, as many as the voter likes. A paper that approves nobody is no voter's here.
Source: Lackner and Skowron, Multi-Winner Voting with Approval Preferences (Springer 2023), ch. 2: sequential Phragmén,
and the Method of Equal Shares with Phragmén's rule for the places left over. All loads, prices and budgets are exact
fractions.

phragmen:     Each elected candidate brings a load of 1, which the approvers share so that all of them then bear the
              same. Elected next is who lets this be lowest.
equal_shares: A place costs 1, and the voters have places ÷ voters each. Bought is the candidate whose approvers can
              pay 1 together with the least from each; who has less than that pays all. When nobody can be bought any
              more, everybody's money grows evenly, and the first candidate whose approvers have 1 is bought with all
              that they have: that is Phragmén's rule, begun with the money left over.

A candidate whom nobody approves is not elected. The rules go on after the last place, without quotas: whoever would be
elected next is the first of the runners-up. Equals are drawn for at each step; without a lot only where no two of
them share an approver and all of them find a place, as their order then changes nothing for anybody else.
Quotas: a doomed candidate is passed over, at every step.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from weft.ballots.counting._ranked import lines_of, rankings
from weft.ballots.counting._reach import Reach
from weft.ballots.counting._task import Task
from weft.ballots.counting.model import Count, Stage, totals_of

Paper = tuple[str, ...]
Values = dict[str, Fraction]


def phragmen(task: Task) -> Count:
    """Fill the places one by one, keeping the highest load as low as possible."""
    committee = _committee(task)
    committee.go_on("elect")
    return committee.result()


def equal_shares(task: Task) -> Count:
    """Buy candidates with equal budgets as long as any can be paid; then go on as Phragmén does."""
    committee = _committee(task)
    voters = sum(committee.papers.values())
    committee.money = dict.fromkeys(committee.papers, Fraction(task.places, voters or 1))
    committee.go_on("buy")
    committee.load = {paper: -money for paper, money in committee.money.items()}
    committee.go_on("elect")
    return committee.result()


def _committee(task: Task) -> "_Committee":
    papers: dict[Paper, int] = {}
    for paper, number in rankings(task).items():
        papers[tuple(sorted(paper))] = papers.get(tuple(sorted(paper)), 0) + number
    approvers = {name: [paper for paper in papers if name in paper] for name in sorted(task.candidates)}
    left = [name for name in approvers if approvers[name]]
    return _Committee(task, papers, approvers, left, task.reach(left), dict.fromkeys(papers, Fraction(0)))


@dataclass(slots=True)
class _Committee:
    """The state between two steps. load, money: of each voter with this paper."""

    task: Task
    papers: dict[Paper, int]
    approvers: dict[str, list[Paper]]
    left: list[str]
    reach: Reach
    load: dict[Paper, Fraction]
    money: dict[Paper, Fraction] = field(default_factory=dict)
    elected: list[str] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def go_on(self, action: str) -> None:
        """Step by step, until nobody is left who can be bought, or elected."""
        while values := self._prices() if action == "buy" else self._loads():
            full = len(self.elected) == self.task.places
            doomed = [n for n in self.left if not full and self.reach.doomed(n, self.elected, self.left)]
            open_to = {name: value for name, value in values.items() if name not in doomed}
            if not open_to:
                return
            lowest = min(open_to.values())
            equals = [name for name in open_to if open_to[name] == lowest]
            if full and len(equals) > 1 and self.task.ties.lot is None:  # from here on nobody can say who is next
                self.next += self.task.ties.name(self.left, "next")
                self.left = []
                return
            for name in self._chosen(equals, full=full):
                self._take(name, lowest, action)
                if full:
                    self.next.append(name)
                else:
                    self.elected.append(name)
                    self._end_stage(action, name, values, doomed)

    def _chosen(self, equals: list[str], *, full: bool) -> list[str]:
        """The first of the equals; all of them where their order changes nothing and there is no lot."""
        apart = sum(len(self.approvers[name]) for name in equals)
        apart -= len({paper for name in equals for paper in self.approvers[name]})
        rest = [name for name in self.left if name not in equals]
        if self.task.ties.lot is None and not apart and self.reach.possible([*self.elected, *equals], rest):
            return self.task.ties.name(equals, "elected")
        return self.task.ties.decide(equals, "next" if full else "elected")[:1]

    def _take(self, name: str, value: Fraction, action: str) -> None:
        self.left.remove(name)
        for paper in self.approvers[name]:
            if action == "buy":
                self.money[paper] -= min(self.money[paper], value)
            else:
                self.load[paper] = value

    def _loads(self) -> Values:
        """What each approver would bear with this candidate elected as well."""
        found: Values = {}
        for name in self.left:
            borne = sum((self.papers[paper] * self.load[paper] for paper in self.approvers[name]), Fraction(1))
            found[name] = borne / sum(self.papers[paper] for paper in self.approvers[name])
        return found

    def _prices(self) -> Values:
        """The least that each approver must pay, at most all, so that together they pay 1; without who cannot."""
        found: Values = {}
        for name in self.left:
            purses = sorted((self.money[paper], self.papers[paper]) for paper in self.approvers[name])
            voters, missing = sum(number for _, number in purses), Fraction(1)
            for money, number in purses:
                if money * voters >= missing:
                    found[name] = missing / voters
                    break
                missing -= money * number
                voters -= number
        return found

    def _approvals(self) -> dict[str, int]:
        return {name: sum(self.papers[paper] for paper in papers) for name, papers in self.approvers.items()}

    def _end_stage(self, action: str, name: str, values: Values, doomed: list[str]) -> None:
        money = sum((self.papers[paper] * money for paper, money in self.money.items()), Fraction(0))
        self.stages.append(
            Stage(
                action=action,
                subject=(name,),
                totals=totals_of(self._approvals()),
                elected=(name,),
                lots=self.task.ties.taken(),
                doomed=tuple(doomed),
                values=totals_of(values),
                money=money if action == "buy" else None,
            )
        )

    def result(self) -> Count:
        """What came of it."""
        votes = self._approvals()
        self.stages = self.stages or [Stage("elect", totals_of(votes))]
        self.stages[-1] = replace(self.stages[-1], lots=self.stages[-1].lots + self.task.ties.taken())
        return Count(
            method=self.task.method,
            places=self.task.places,
            elected=tuple(self.elected),
            runners_up=tuple(self.next),
            lines=lines_of(votes),
            papers=self.task.number,
            drawn=tuple(self.task.ties.drawn),
            tied=tuple(self.task.ties.tied),
            stages=tuple(self.stages),
            quotas=self.reach.results(self.elected),
        )
