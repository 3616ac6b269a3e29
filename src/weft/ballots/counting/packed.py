"""Rankings by the hundred thousand, side by side in one table of small numbers.

This module needs NumPy and nothing else of ours does: whoever counts a few papers never loads it. All numbers are
whole: int64 holds hundred-thousandths of five hundred million votes times a paper's value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from weft.ballots.counting.model import PackedPapers

Whole = NDArray[Any]  # of some whole-number type


class Packed(PackedPapers):
    """Papers as count_election takes them, of which a table is kept instead of tuples.

    refs: the candidates. table: a column a ranking, a row a preference; 1 is the first of ``refs``, and 0 the end; the
    last row is all ends. numbers: how many papers say so, int64.
    """

    def __init__(self, refs: Sequence[str], table: Whole, numbers: Whole) -> None:
        self.refs = tuple(refs)
        self.table = table
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]:
        for places, number in zip(self.table.T.tolist(), self.numbers.tolist(), strict=True):
            yield tuple(self.refs[place - 1] for place in places[: places.index(0)]), number

    @property
    def papers(self) -> int:
        """How many papers there are, blank ones too."""
        return int(self.numbers.sum())

    def piles(self, scale: int) -> "PackedPiles":
        """The piles of a Scottish count."""
        return PackedPiles(self, scale)


def pack(papers: Mapping[tuple[str, ...], int], refs: Sequence[str]) -> Packed:
    """Rankings that are known to name these candidates, each at most once."""
    places = {ref: place for place, ref in enumerate(refs, 1)}
    width = max(map(len, papers), default=0) + 1
    cells = (place for paper in papers for place in (*map(places.__getitem__, paper), *(0,) * (width - len(paper))))
    kind = np.uint8 if len(refs) < 255 else np.uint16 if len(refs) < 65_535 else np.uint32
    table = np.fromiter(cells, dtype=kind, count=width * len(papers)).reshape(len(papers), width).T
    numbers = np.fromiter(papers.values(), dtype=np.int64, count=len(papers))
    return Packed(refs, np.ascontiguousarray(table), numbers)


class PackedPiles:
    """The piles of a Scottish count over packed papers: `stv_scottish.Piles` for many of them."""

    def __init__(self, packed: Packed, scale: int) -> None:
        self.refs, self.table, self.numbers = packed.refs, packed.table, packed.numbers
        self.at = np.zeros(len(packed), dtype=np.intp)  # the row that holds each paper now
        self.holder = self.table[0].copy()
        self.value = np.full(len(packed), scale, dtype=np.int64)
        self.first = dict(zip(self.refs, self._sums(self.holder, self.numbers)[1:], strict=True))
        self.valid = sum(self.first.values())

    def hand_on(self, source: str, part: int, whole: int, standing: Sequence[str]) -> dict[str, int]:
        """Each paper of a pile to its next preference among those standing, at part/whole of its value, cut off."""
        papers = np.flatnonzero(self.holder == self.refs.index(source) + 1)
        value = self.value[papers] * part // whole
        stops = np.array([True, *(ref in standing for ref in self.refs)])
        at = self.at[papers] + 1
        target = self.table[at, papers]
        while (going := np.flatnonzero(~stops[target])).size:
            at[going] += 1
            target[going] = self.table[at[going], papers[going]]
        self.at[papers], self.holder[papers], self.value[papers] = at, target, value
        moved = self._sums(target, self.numbers[papers] * value)
        return {"": moved[0]} | {ref: votes for ref, votes in zip(self.refs, moved[1:], strict=True) if votes}

    def _sums(self, places: Whole, amounts: Whole) -> list[int]:
        found = np.zeros(len(self.refs) + 1, dtype=np.int64)
        np.add.at(found, places, amounts)
        return [int(one) for one in found]
