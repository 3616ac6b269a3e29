"""stv_scottish: the single transferable vote of Scottish councils.

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52; repeated in
SSI 2011/399. Numbers in brackets below are its rules. Papers rank candidates, as many as the voter likes.

[46] The quota is the number of valid papers divided by one more than the places, cut to a whole number, plus one.
[47] Who reaches it is elected. [48] A surplus moves on by all papers of the elected, each at the value
     surplus times value of the paper by votes of the elected, cut to five decimal places. [49] The largest goes first.
[50] If no surplus is left, who has the fewest votes is excluded; the papers move on at their value.
[49, 51] Equals are told apart by the most recent stage at which they were unequal, then by lot: who is drawn first
     goes first. Where two of three were equal at that stage too, the law says no more; the stage before is asked
     about these two.
[52] As many candidates left as places: they are elected, and nothing more is transferred.

Votes are counted in hundred-thousandths, as whole numbers. Valid is a paper that ranks somebody.
Quotas of women, youth, … are no part of the law: see `_reach`. A doomed candidate is excluded as soon as this is clear,
before any surplus is transferred. Runners-up are no part of it either: see `_ranked.following`; a vacancy is better
filled by `countback`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from weft.ballots.counting._ranked import (
    Rankings,
    elect,
    exact,
    first_preferences,
    following,
    lines_of,
    narrowed,
    rankings,
)
from weft.ballots.counting._reach import Reach
from weft.ballots.counting._task import Task
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.model import Count, Move, PackedPapers, Stage

SCALE = 100_000  # [48(3)] five decimal places

MANY = 4_000  # different rankings from which on NumPy is worth its start
MOST = 500_000_000  # papers with which no number grows beyond 64 bits there


class Piles(Protocol):
    """The papers on the table: who holds which, at what value. Votes are in hundred-thousandths.

    first: papers by first preference. valid: papers that rank somebody.
    """

    first: dict[str, int]
    valid: int

    def hand_on(self, source: str, part: int, whole: int, standing: Sequence[str]) -> dict[str, int]:
        """Each paper of a pile to its next preference among those standing, at part/whole of its value, cut off.

        Returns the votes that came to each; those on papers without a further preference come to "".
        """
        ...


def stv_scottish(task: Task) -> Count:
    """Count by the Scottish law, stage by stage."""
    count = Scottish(task, piles_of(task))
    count.run()
    return count.result()


def piles_of(task: Task) -> Piles:
    """The papers as piles: by NumPy if they are many, otherwise paper by paper. Both do the same."""
    packed = task.papers
    fits = isinstance(packed, PackedPapers) and set(packed.refs) <= set(task.candidates)
    if not isinstance(packed, PackedPapers) or not fits:
        papers = rankings(task)
        if len(papers) < MANY:
            return PlainPiles(papers, task.candidates)
        from weft.ballots.counting.packed import pack  # noqa: PLC0415 - NumPy is loaded for many papers only

        packed = pack(papers, sorted(task.candidates))
    if packed.papers > min(MOST, task.number):
        return PlainPiles(rankings(task), task.candidates)
    found: Piles = packed.piles(SCALE)
    return found


class PlainPiles:
    """Piles of rankings, those alike and of the same value together.

    What a surplus leaves behind stays in its pile, at what is left of the value: the papers on which a seat rests.
    """

    def __init__(self, papers: Rankings, candidates: Sequence[str]) -> None:
        self.first = first_preferences(papers, candidates)
        self.valid = sum(self.first.values())
        self.held: dict[str, dict[tuple[tuple[str, ...], int], int]] = {name: {} for name in candidates}
        for paper, number in papers.items():
            self.held[paper[0]][paper, SCALE] = number

    def hand_on(self, source: str, part: int, whole: int, standing: Sequence[str]) -> dict[str, int]:
        """See `Piles`. Whoever a paper ranks before the candidate who held it is no longer standing."""
        pile, self.held[source] = self.held[source], {}
        stand, moved = set(standing), {"": 0}
        for (paper, value), number in pile.items():
            worth = value * part // whole
            target = next((name for name in paper if name in stand), "")
            moved[target] = moved.get(target, 0) + number * worth
            parcels = [(target, (paper, worth))] if target else []
            parcels += [(source, (paper, value - worth))] if worth < value else []
            for name, parcel in parcels:
                self.held[name][parcel] = self.held[name].get(parcel, 0) + number
        return moved


@dataclass(slots=True)
class Scottish:
    """The state of a count between two stages."""

    task: Task
    piles: Piles
    ties: Ties = field(init=False)
    reach: Reach = field(init=False)
    votes: dict[str, int] = field(init=False)  # in hundred-thousandths
    standing: list[str] = field(init=False)
    quota: int = field(init=False)
    elected: list[str] = field(default_factory=list)
    surpluses: list[str] = field(default_factory=list)  # elected, surplus not yet transferred
    excluded: list[list[str]] = field(default_factory=list)
    exhausted: int = 0
    lost: int = 0
    history: list[dict[str, int]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ties, self.reach = self.task.ties, self.task.reach(self.task.candidates)
        self.standing = sorted(self.task.candidates)
        self.votes = {name: self.piles.first.get(name, 0) * SCALE for name in self.standing}
        self.quota = (self.piles.valid // (self.task.places + 1) + 1) * SCALE  # [46]

    def run(self) -> None:
        self._end_stage("first")
        while len(self.elected) < self.task.places and self.standing:
            doomed = [name for name in self.standing if self.reach.doomed(name, self.elected, self.standing)]
            if doomed:
                self._exclude(self._lowest(doomed), doomed=True)
            elif self.surpluses:
                self._transfer_surplus()
            else:
                guarded = [n for n in self.standing if self.reach.guarded(n, self.elected, self.standing)]
                self._exclude(self._lowest([n for n in self.standing if n not in guarded]), guarded=guarded)

    def _transfer_surplus(self) -> None:
        """[48, 49] The largest surplus first, on all papers of the elected, each at its new value."""
        most = max(self.votes[name] for name in self.surpluses)
        equals = narrowed([name for name in self.surpluses if self.votes[name] == most], self.history, most=True)
        source = self.ties.decide(equals, "surplus")[0]
        self.surpluses.remove(source)
        total, self.votes[source] = self.votes[source], self.quota
        moved = self._hand_on(source, total - self.quota, total)
        self._end_stage("surplus", source, moved, given=total - self.quota)

    def _exclude(self, source: str, *, doomed: bool = False, guarded: Sequence[str] = ()) -> None:
        """[50] The papers of the excluded move on, each at the value at which it came."""
        self.standing.remove(source)
        self.excluded.append([source])
        held, self.votes[source] = self.votes[source], 0
        moved = self._hand_on(source, 1, 1)
        self._end_stage("exclude", source, moved, given=held, doomed=doomed, guarded=guarded)

    def _lowest(self, names: Iterable[str]) -> str:
        """[50, 51] The one with the fewest votes, equals told apart by earlier stages, then by lot."""
        fewest = min(self.votes[name] for name in names)
        equals = narrowed([name for name in names if self.votes[name] == fewest], self.history, most=False)
        return self.ties.decide(equals, "excluded")[0]

    def _hand_on(self, source: str, part: int, whole: int) -> dict[str, int]:
        moved = self.piles.hand_on(source, part, whole, self.standing)
        for target, votes in moved.items():
            if target:
                self.votes[target] += votes
        return moved

    def _end_stage(
        self,
        action: str,
        source: str = "",
        moved: Mapping[str, int] | None = None,
        *,
        given: int = 0,
        doomed: bool = False,
        guarded: Sequence[str] = (),
    ) -> None:
        """[47, 52] Elect whom this stage elects, and write the stage down."""
        moved = moved or {}
        self.exhausted += moved.get("", 0)
        self.lost += given - sum(moved.values())
        reached = [name for name in self.standing if self.votes[name] >= self.quota]
        elected = self._elect(reached)
        passed = [name for name in reached if name not in elected]
        self.surpluses += (name for name in elected if self.votes[name] > self.quota)
        filled: list[str] = []
        if 0 < len(self.standing) <= self.task.places - len(self.elected):
            filled = self._elect(self.standing)
        self.history.append(dict(self.votes))
        self.stages.append(
            Stage(
                action=action,
                subject=(source,) if source else (),
                totals=tuple((name, exact(self.votes[name], SCALE)) for name in sorted(self.votes)),
                moved=tuple(Move(source, to, exact(votes, SCALE)) for to, votes in sorted(moved.items()) if votes),
                exhausted=exact(self.exhausted, SCALE),
                lost=exact(self.lost, SCALE),
                quota=exact(self.quota, SCALE),
                elected=(*elected, *filled),
                filled=tuple(filled),
                excluded=(source,) if action == "exclude" else (),
                lots=self.ties.taken(),
                doomed=(*((source,) if doomed else ()), *passed),
                guarded=tuple(guarded),
            )
        )

    def _elect(self, names: Sequence[str]) -> list[str]:
        history = [*self.history, self.votes]
        return elect(list(names), self.standing, self.elected, self.reach, self.ties, history=history)

    def result(self) -> Count:
        """What came of it."""
        runners_up = following(self.standing, self.excluded, self.history, self.ties)
        self.stages[-1] = replace(self.stages[-1], lots=self.stages[-1].lots + self.ties.taken())
        return Count(
            method=self.task.method,
            places=self.task.places,
            elected=tuple(self.elected),
            runners_up=runners_up,
            lines=lines_of({name: self.piles.first.get(name, 0) for name in self.task.candidates}),
            papers=self.task.number,
            drawn=tuple(self.ties.drawn),
            tied=tuple(self.ties.tied),
            stages=tuple(self.stages),
            quotas=self.reach.results(self.elected),
        )
