"""What a file of papers says, or everything that is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from weft.ballots.counting.model import PackedPapers, Paper

MOST = 100
#: code -> sentence (msgid). Placeholders: found, expected.
SENTENCES = MappingProxyType({
    "file.encoding": "The file is not UTF-8 text.",
    "file.kind": "A file of this kind cannot hold papers for %(found)s. Use %(expected)s.",
    "file.more": "There are %(found)s more problems.",
    "file.header": "The first line must say how many candidates and how many places there are, not %(found)s.",
    "file.end": "The papers do not end with a line 0.",
    "file.json": "This is not valid JSON: %(found)s.",
    "file.quote": "A quotation mark is opened and not closed, or stands inside a cell.",
    "file.form": "%(found)s is missing or not as it should be: %(expected)s.",
    "candidate.unknown": "There is no candidate %(found)s.",
    "candidate.twice": "The candidate %(found)s is named twice.",
    "candidate.none": "The file names no candidates.",
    "candidate.names": "There are %(expected)s candidates, but %(found)s names.",
    "paper.words": "%(found)s is not a whole number.",
    "paper.number": "%(found)s cannot be a number of papers.",
    "paper.end": "The paper does not end with 0.",
    "paper.inside": "A 0 stands before the end of the paper.",
    "paper.candidate": "The paper names a candidate %(found)s; there are %(expected)s.",
    "paper.twice": "The paper names candidate %(found)s twice.",
    "paper.equal": "The paper puts candidates on one rank (%(found)s); each needs a rank of its own.",
    "paper.order": "The preferences must be 1, 2, 3 and so on, each once: %(found)s.",
    "paper.mark": "%(found)s is not a mark. Use x, or leave the cell empty.",
    "paper.points": "%(found)s is not a number of points.",
    "paper.answer": "%(found)s is not one of yes, no, abstain.",
    "paper.cells": "The row has %(found)s cells, the first row %(expected)s.",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right. line: from 1; in JSON the number of the paper, or 0. code: a key of SENTENCES."""

    line: int
    code: str
    found: str = ""
    expected: str = ""

    def text(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.code] % {"found": self.found, "expected": self.expected}


class PapersInvalid(ValueError):  # noqa: N818 - it names what it holds
    """A file that cannot be counted, with its problems by line; nothing was counted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(f"line {problem.line}: {problem.text()}" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """What a file says. names: of everybody, also the withdrawn; candidates: who stands; places: None if unsaid."""

    title: str
    names: Mapping[str, str]
    candidates: tuple[str, ...]
    places: int | None
    papers: Sequence[tuple[Paper, int]] | PackedPapers
    withdrawn: tuple[str, ...] = ()


@dataclass(slots=True)
class Problems:
    """Problems as they are found; beyond the limit they are only counted."""

    found: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, line: int, code: str, found: object = "", expected: object = "") -> None:
        """Note a problem and go on."""
        if len(self.found) < MOST:
            self.found.append(Problem(line, code, _short(found), _short(expected)))
        else:
            self.more += 1

    @property
    def number(self) -> int:
        return len(self.found) + self.more

    def check(self) -> None:
        """Raises `PapersInvalid` if anything was found."""
        if self.more:
            raise PapersInvalid([*self.found, Problem(self.found[-1].line, "file.more", str(self.more))])
        if self.found:
            raise PapersInvalid(self.found)


def _short(value: object) -> str:
    text = "".join(char if char.isprintable() else "�" for char in str(value))
    return text if len(text) <= 60 else text[:57] + "…"
