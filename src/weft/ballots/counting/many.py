"""Scottish counts of many small councils side by side: ten thousand of a hundred electors in about a second.

All councils go through their stages together, in whole numbers, and each comes to the elected, and to the lots, to
which `stv_scottish` brings it alone; the numbers in brackets are its rules. Whoever wants to see the stages of one
council counts that one alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

import numpy as np

from weft.ballots.counting._ranked import in_order
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.packed import Whole
from weft.ballots.counting.stv_scottish import SCALE
from weft.errors import RuleBroken

Lots = Callable[[int, Sequence[str]], Sequence[str]]  # which council, who is equal -> these in lot order
NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Council:
    """One election: papers that rank candidates, each with how many say the same."""

    papers: Sequence[tuple[Sequence[str], int]]
    candidates: Sequence[str]
    places: int


@dataclass(frozen=True, slots=True)
class Elected:
    """What one council came to. drawn: who was in a lot for it. refused: the tie, where there was no lot."""

    elected: tuple[str, ...]
    drawn: tuple[str, ...] = ()
    refused: RuleBroken | None = None


class Councils:
    """Elections packed for `count_many`: all papers of all councils in one table.

    Raises ``ballot.choice`` for a paper that names a stranger or somebody twice, ValueError for a council without a
    place, with more than 63 candidates or with a negative number of papers.
    """

    def __init__(self, councils: Sequence[Council]) -> None:
        self.refs = [tuple(sorted(council.candidates)) for council in councils]
        self.most = max(map(len, self.refs), default=0)
        self.places = np.array([council.places for council in councils], dtype=np.int64)
        if self.most > 63 or (self.places < 1).any() or any(len(set(refs)) < len(refs) for refs in self.refs):
            raise ValueError("a council has at least one place, and at most 63 candidates, each once")
        papers = list(chain.from_iterable(council.papers for council in councils))
        self.council = np.repeat(np.arange(len(councils)), [len(council.papers) for council in councils])
        self.numbers = np.fromiter(map(itemgetter(1), papers), np.int64, count=len(papers))
        if (self.numbers < 0).any():
            raise ValueError("impossible number of papers")
        self.table = self._table(
            councils, np.fromiter(map(len, map(itemgetter(0), papers)), np.int64, count=len(papers))
        )

    def _table(self, councils: Sequence[Council], length: Whole) -> Whole:
        """A column a paper, a row a preference: 1 is the first of the council's ``refs``, 0 the end."""
        try:
            cells = np.frombuffer(b"".join(self._cells(councils)), np.uint8)
        except KeyError:
            raise RuleBroken("ballot.choice") from None
        starts = np.cumsum(length) - length
        table = np.zeros((int(length.max(initial=0)) + 1, len(length)), dtype=np.uint8)
        seen = np.zeros(len(length), dtype=np.uint64)
        for at in range(len(table) - 1):
            longer = np.flatnonzero(length > at)
            table[at, longer] = cells[starts[longer] + at]
            seen[longer] |= np.uint64(1) << table[at, longer].astype(np.uint64)
        if (np.bitwise_count(seen) != length).any():
            raise RuleBroken("ballot.choice")
        return table

    def _cells(self, councils: Sequence[Council]) -> Iterator[bytes]:
        for council, refs in zip(councils, self.refs, strict=True):
            places = dict(zip(refs, range(1, len(refs) + 1), strict=True))
            yield bytes(map(places.__getitem__, chain.from_iterable(map(itemgetter(0), council.papers))))


def count_many(councils: Councils, lots: Lots | None = None) -> list[Elected]:
    """Count every council by Scottish law, all of them stage by stage at once.

    lots: draws for one council; without it a council with a tie that matters is refused, and the others are counted.
    """
    count = _SideBySide(councils, lots)
    count.run()
    return [
        Elected(
            elected=() if at in count.refused else count.elected(at),
            drawn=tuple(count.ties[at].drawn) if at in count.ties else (),
            refused=count.refused.get(at),
        )
        for at in range(len(councils.refs))
    ]


class _SideBySide:
    """The state of all councils between two stages; column 0 of a council's row is for papers that went to nobody."""

    def __init__(self, councils: Councils, lots: Lots | None) -> None:
        self.given, self.lots = councils, lots
        size, wide = len(councils.refs), councils.most + 1
        self.wide = wide
        self.at = np.zeros(len(councils.numbers), dtype=np.intp)
        self.holder = councils.table[0].copy()
        self.value = np.full(len(councils.numbers), SCALE, dtype=np.int64)
        self.votes = np.zeros((size, wide), dtype=np.int64)
        np.add.at(self.votes.reshape(-1), councils.council * wide + self.holder, councils.numbers * SCALE)
        self.votes[:, 0] = 0
        self.quota = (self.votes.sum(axis=1) // SCALE // (councils.places + 1) + 1) * SCALE  # [46]
        candidates = np.array([len(refs) for refs in councils.refs], dtype=np.int64)
        columns = np.arange(wide)
        self.standing = (columns > 0) & (columns <= candidates[:, None])
        self.surplus = np.zeros((size, wide), dtype=bool)
        self.number = np.zeros(size, dtype=np.int64)  # how many are elected
        self.order = np.zeros((size, wide), dtype=np.uint8)
        self.history: list[Whole] = []
        self.ties: dict[int, Ties] = {}
        self.refused: dict[int, RuleBroken] = {}

    def run(self) -> None:
        """Stage by stage, until every council has filled its places."""
        going = np.arange(len(self.quota))
        while True:
            self._elect(going)
            self.history.append(self.votes.copy())
            going = going[(self.number[going] < self.given.places[going]) & self.standing[going].any(axis=1)]
            going, subject = self._choose(going)
            if not going.size:
                return
            self._hand_on(going, subject)

    def elected(self, at: int) -> tuple[str, ...]:
        refs = self.given.refs[at]
        return tuple(refs[place - 1] for place in self.order[at, : self.number[at]].tolist())

    def _choose(self, going: Whole) -> tuple[Whole, Whole]:
        """[49-51] The largest surplus of each council, or its candidate with the fewest votes; who is left in it."""
        over = np.any(self.surplus[going], axis=1, keepdims=True)
        sign = np.where(over, 1, -1)
        equal = np.where(over, self.surplus[going], self.standing[going])
        for totals in reversed(self.history):
            worth = np.where(equal, totals[going] * sign, NEVER)
            equal = equal & (worth == worth.max(axis=1, initial=NEVER)[:, None])
            if (equal.sum(axis=1) < 2).all():
                break
        for row in np.flatnonzero(equal.sum(axis=1) > 1).tolist():
            council = int(going[row])
            try:
                first = self._draw(
                    council, np.flatnonzero(equal[row]).tolist(), "surplus" if over[row, 0] else "excluded"
                )
            except RuleBroken as refusal:
                self.refused[council] = refusal
                equal[row] = False
            else:
                equal[row] = np.arange(self.wide) == first[0]
        kept = equal.any(axis=1)
        return going[kept], equal[kept].argmax(axis=1)

    def _draw(self, council: int, places: Sequence[int], why: str, *, needed: bool = True) -> list[int]:
        refs, lots = self.given.refs[council], self.lots
        if council not in self.ties:
            lot = None if lots is None else lambda equals: lots(council, equals)
            self.ties[council] = Ties(lot, int(self.given.places[council]))
        ties = self.ties[council]
        equals = [refs[place - 1] for place in places]
        drawn = ties.decide(equals, why) if needed else ties.name(equals, why)
        return [refs.index(name) + 1 for name in drawn]

    def _hand_on(self, going: Whole, subject: Whole) -> None:
        """[48, 50] The papers of each council's subject move on, at their new value."""
        over = self.surplus[going, subject]
        total = self.votes[going, subject]
        part, whole = np.ones((2, len(self.quota)), dtype=np.int64)
        part[going] = np.where(over, total - self.quota[going], 1)
        whole[going] = np.where(over, total, 1)
        self.votes[going, subject] = np.where(over, self.quota[going], 0)
        self.surplus[going, subject] = self.standing[going, subject] = False
        wanted = np.full(len(self.quota), 255, dtype=np.uint8)
        wanted[going] = subject
        papers = np.flatnonzero(self.holder == wanted[self.given.council])
        council = self.given.council[papers]
        value = self.value[papers] * part[council] // whole[council]
        stops = self.standing.reshape(-1).copy()
        stops[:: self.wide] = True
        row, at = council * self.wide, self.at[papers] + 1
        target = self.given.table[at, papers]
        while (passing := np.flatnonzero(~stops[row + target])).size:
            at[passing] += 1
            target[passing] = self.given.table[at[passing], papers[passing]]
        self.at[papers], self.holder[papers], self.value[papers] = at, target, value
        np.add.at(self.votes.reshape(-1), row + target, self.given.numbers[papers] * value)
        self.votes[:, 0] = 0

    def _elect(self, going: Whole) -> None:
        """[47, 52] Who has the quota; and all who are left, where they are no more than the places left."""
        votes, quota = self.votes[going], self.quota[going][:, None]
        reached = self.standing[going] & (votes >= quota)
        self.surplus[going] |= reached & (votes > quota)
        left = self.standing[going] & ~reached
        open_places = self.given.places[going] - self.number[going] - reached.sum(axis=1)
        new = reached | (left & (left.sum(axis=1) <= open_places)[:, None])
        self.standing[going] &= ~new
        row, place = np.nonzero(new)
        best = np.lexsort((-votes[row, place], row))
        row, place = row[best], place[best]
        council = going[row]
        rank = self.number[council] + np.arange(len(row)) - np.searchsorted(row, row)
        self.order[council, rank] = place
        same = (row[1:] == row[:-1]) & (votes[row[1:], place[1:]] == votes[row[:-1], place[:-1]])
        for one in np.unique(row[1:][same]).tolist():
            self._order_equals(int(going[one]), np.flatnonzero(new[one]).tolist())
        self.number[going] += new.sum(axis=1)

    def _order_equals(self, council: int, places: Sequence[int]) -> None:
        """Those elected at one stage, most votes first, equals as `stv_scottish` tells them apart."""
        history = [
            {str(place): int(totals[council, place]) for place in places} for totals in (*self.history, self.votes)
        ]
        quota, found = int(self.quota[council]), list[int]()
        has_quota = [place for place in places if int(self.votes[council, place]) >= quota]
        for names in (has_quota, [place for place in places if place not in has_quota]):
            for group in in_order(map(str, names), history):
                found += self._draw(council, [int(place) for place in group], "elected", needed=False)
        self.order[council, self.number[council] : self.number[council] + len(found)] = found
