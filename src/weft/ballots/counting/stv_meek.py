"""stv_meek: the single transferable vote by Meek's method. Papers rank candidates, as many as the voter likes.

Source: Hill, Wichmann and Woodall, Algorithm 123: Single Transferable Vote by Meek's Method, The Computer Journal 30
(1987), pp. 277-281; in the form of the Proportional Representation Foundation's reference rule (B.1 to C.2 below are
its steps): fixed point with nine decimal places, ω = 0.000001.

Every candidate keeps a part of each paper, the keep factor: all of it while standing, nothing once excluded, and of
the elected as much as makes their votes equal to the quota. The rest goes on to the next preference. The quota falls
as papers run out of preferences. So a paper helps those elected with exactly what they need of it, in whatever order
they were elected.

B.2 Iterate: deal out all papers anew by the keep factors [a]; the quota is all votes kept ÷ (places + 1), cut to nine
    places, plus 0.000000001 [b]; who reaches it is elected [c] and the round ends; otherwise, until the surpluses
    together are below ω or no longer shrink [d, e], multiply the keep factors of the elected by quota ÷ votes [f].
B.3 Exclude the candidate with the fewest votes. Equal to it is everybody with no more than its votes and the whole
    surplus still open; the lot decides among them, and who is drawn first is excluded.
C.  With as many left as places, all are elected; with all places filled, the rest are not.

What a stage moved is told paper by paper, from the stage before: what earlier preferences keep less goes to those who
keep more, the next preferences first, and at last to nobody. A round deals out the papers many times; only how they lie
at its end is told.

Quotas of women, youth, …: see `_reach`; a doomed candidate is excluded at once, a guarded one not at all. Runners-up:
see `_ranked.following`; a vacancy is better filled by `countback`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from weft.ballots.counting._ranked import (
    Rankings,
    elect,
    exact,
    first_preferences,
    following,
    lines_of,
    rankings,
)
from weft.ballots.counting._reach import Reach
from weft.ballots.counting._task import Task
from weft.ballots.counting.model import Count, Move, Stage

SCALE = 10**9
OMEGA = SCALE // 10**6
NOBODY = ""


def stv_meek(task: Task) -> Count:
    """Count by Meek's method, round by round."""
    count = Meek(task, rankings(task), task.reach(task.candidates))
    count.run()
    return count.result()


@dataclass(slots=True)
class Meek:
    """The state of a count between two rounds. Votes, quota and keep factors are in billionths."""

    task: Task
    papers: Rankings
    reach: Reach
    keep: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)  # the keep factors of the last stage
    votes: dict[str, int] = field(default_factory=dict)
    quota: int = 0
    surplus: int = 0
    standing: list[str] = field(default_factory=list)
    elected: list[str] = field(default_factory=list)
    excluded: list[list[str]] = field(default_factory=list)
    history: list[dict[str, int]] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def run(self) -> None:
        """Rounds until the places are filled: each elects somebody, or somebody is excluded after it."""
        self.standing = sorted(self.task.candidates)
        self.keep = dict.fromkeys(self.standing, SCALE)
        action, subject, guarded, doomed = "first", list[str](), list[str](), list[str]()
        while True:
            reached = self._iterate() if self._open else self._deal()
            self._end_round(action, subject, reached, guarded=guarded, doomed=bool(doomed))
            if not self._open:
                return
            doomed = [name for name in self.standing if self.reach.doomed(name, self.elected, self.standing)]
            guarded = [name for name in self.standing if self.reach.guarded(name, self.elected, self.standing)]
            if reached and not doomed:
                action, subject, guarded = "keep", list(self.elected), []
            else:
                out = self._exclude(doomed or [name for name in self.standing if name not in guarded])
                action, subject, guarded = "exclude", [out], [] if doomed else guarded

    @property
    def _open(self) -> bool:
        """[B.1] More candidates than places, and places left."""
        return len(self.standing) > self.task.places - len(self.elected) > 0

    def _iterate(self) -> list[str]:
        """[B.2] Who reaches the quota once the keep factors fit, or nobody."""
        before = -1
        while True:
            reached = self._deal()
            self.surplus = max(0, sum(self.votes[name] - self.quota for name in self.elected))
            if reached or self.surplus < OMEGA or 0 <= before <= self.surplus:
                return reached
            before = self.surplus
            self._lower()

    def _deal(self) -> list[str]:
        """[B.2 a-c] All papers anew, each kept by its candidates in turn, rounded up; who has the quota then."""
        self.votes = dict.fromkeys(self.keep, 0)
        for paper, number in self.papers.items():
            for name, kept in self.kept_of(paper, self.keep):
                self.votes[name] += kept * number
        self.quota = sum(self.votes.values()) // (self.task.places + 1) + 1
        return [name for name in self.standing if self.votes[name] >= self.quota]

    @staticmethod
    def kept_of(paper: Sequence[str], keep: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """How one paper is divided among its candidates by these keep factors, in billionths."""
        weight = SCALE
        for name in paper:
            kept = -(-weight * keep[name] // SCALE)
            yield name, kept
            weight -= kept
            if not weight:
                return

    def _lower(self) -> None:
        """[B.2 f] The elected keep no more of each paper than they need."""
        for name in self.elected:
            product = -(-self.keep[name] * self.quota // SCALE)
            self.keep[name] = -(-product * SCALE // self.votes[name])

    def _moved(self) -> tuple[Move, ...]:
        """From whom to whom votes have gone since the last stage, paper by paper."""
        before, self.told = self.told, dict(self.keep)
        changed = {name for name in before if before[name] != self.keep[name]}
        moved: Counter[tuple[str, str]] = Counter()
        for paper, number in self.papers.items():
            if changed.isdisjoint(paper):
                continue
            for way, votes in _handed_on(
                dict(self.kept_of(paper, before)), dict(self.kept_of(paper, self.keep)), paper
            ):
                moved[way] += votes * number
        return tuple(Move(source, target, exact(moved[source, target], SCALE)) for source, target in sorted(moved))

    def _exclude(self, names: Sequence[str]) -> str:
        """[B.3] The lowest of these; everybody within the surplus still open is equal to it."""
        bound = min(self.votes[name] for name in names) + self.surplus
        out = self.task.ties.decide([name for name in names if self.votes[name] <= bound], "excluded")[0]
        self.standing.remove(out)
        self.excluded.append([out])
        self.keep[out] = 0
        return out

    def _elect(self, names: Sequence[str]) -> list[str]:
        history = [*self.history, self.votes]
        return elect(list(names), self.standing, self.elected, self.reach, self.task.ties, history=history)

    def _end_round(
        self, action: str, subject: Sequence[str], reached: Sequence[str], *, guarded: Sequence[str], doomed: bool
    ) -> None:
        elected = self._elect(reached)
        passed = [name for name in reached if name not in elected]
        filled: list[str] = []
        if 0 < len(self.standing) <= self.task.places - len(self.elected):  # [C.1]
            filled = self._elect(self.standing)
        self.history.append(dict(self.votes))
        names = sorted(self.keep)
        self.stages.append(
            Stage(
                action=action,
                subject=tuple(subject),
                totals=tuple((name, exact(self.votes[name], SCALE)) for name in names),
                moved=self._moved(),
                exhausted=sum(self.papers.values()) - exact(sum(self.votes.values()), SCALE),
                quota=exact(self.quota, SCALE),
                elected=(*elected, *filled),
                filled=tuple(filled),
                excluded=tuple(subject) if action == "exclude" else (),
                lots=self.task.ties.taken(),
                doomed=(*(subject if doomed else ()), *passed),
                guarded=tuple(guarded),
                values=tuple((name, exact(self.keep[name], SCALE)) for name in names),
            )
        )

    def result(self) -> Count:
        """What came of it."""
        runners_up = following(self.standing, self.excluded, self.history, self.task.ties)
        self.stages[-1] = replace(self.stages[-1], lots=self.stages[-1].lots + self.task.ties.taken())
        return Count(
            method=self.task.method,
            places=self.task.places,
            elected=tuple(self.elected),
            runners_up=runners_up,
            lines=lines_of(first_preferences(self.papers, self.task.candidates)),
            papers=self.task.number,
            drawn=tuple(self.task.ties.drawn),
            tied=tuple(self.task.ties.tied),
            stages=tuple(self.stages),
            quotas=self.reach.results(self.elected),
        )


def _handed_on(
    before: Mapping[str, int], after: Mapping[str, int], paper: Sequence[str]
) -> Iterator[tuple[tuple[str, str], int]]:
    """One paper: (from, to) and how much, "" being nobody. What was kept more goes to who keeps more now, in order."""
    gains = {name: after.get(name, 0) - before.get(name, 0) for name in paper}
    gains[NOBODY] = -sum(gains.values())
    taking = {name: gain for name, gain in gains.items() if gain > 0}
    for source, gain in gains.items():
        left = max(-gain, 0)
        while left:
            target = next(iter(taking))
            part = min(left, taking[target])
            yield (source, target), part
            left -= part
            taking[target] -= part
            if not taking[target]:
                del taking[target]
