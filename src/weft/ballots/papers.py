"""An election from the paper to the count: what stands on a paper, two tellers' papers, the lot, the result.

The site that holds an election, its tellers' pages and whoever replays its record count by the functions here. The
rules themselves are in `counting`.

Where a rule needs whole papers (`WHOLE`), tellers enter them by the candidates' numbers on the ballot: "2 1 3" is the
second first, then the first, then the third; for a committee the order says nothing. The document of such a count is
a BLT file, so that `weft count` counts the same papers to the same result, with the same lot.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import cast

from weft.ballots.counting import Count, Paper, count_election, countback
from weft.ballots.counting._problems import SENTENCES
from weft.ballots.counting.files import PaperFile, PapersInvalid, Problem, read_papers, write_blt
from weft.ballots.counting.model import Lot, Quota
from weft.ballots.counting.words import to_json
from weft.ballots.lots import draw_lots
from weft.charter.model import COUNTED_BACK
from weft.errors import RuleBroken

RANKED = frozenset({"irv", "stv_scottish", "stv_meek", "schulze"})
COMMITTEE = frozenset({"phragmen", "equal_shares"})
WHOLE = RANKED | COMMITTEE  # sums per candidate do not say enough
Named = Callable[[str, Sequence[str]], tuple[str, str] | None]  # vacated, available -> elected, hash of the stages
WIDEST = 6  # digits of a candidate's number on a paper


@dataclass(frozen=True, slots=True)
class Terms:
    """What an election is counted by, settled when its vote opens.

    candidates: references in the order of the ballot; the first is number 1. choices: marks or points a voter has.
    quotas, attributes: which of the places go to whom, and what each candidate declared for this election.
    """

    method: str
    candidates: tuple[str, ...]
    places: int = 1
    choices: int | None = None
    quotas: tuple[Quota, ...] = ()
    attributes: Mapping[str, Collection[str]] = field(default_factory=dict)

    def check(self, paper: object) -> None:
        """Refuse a paper that this election does not offer, judged by the rule that will count it.

        Raises ``ballot.choice``, ``ballot.too_many_marks``, ``elect.method``, ``elect.choices``.
        """
        one = [(cast("Paper", paper), 1)]  # whatever it is, the rule says
        count_election(
            self.method, one, candidates=self.candidates, places=self.places, choices=self.choices, lot=sorted
        )

    def count(self, papers: Sequence[tuple[Paper, int]], *, given: int | None = None, lot: Lot | None = None) -> Count:
        """Count by the rule, keeping the quotas. given: papers given in, where ``papers`` are tellers' sums."""
        return count_election(
            self.method,
            papers,
            candidates=self.candidates,
            places=self.places,
            papers_given=given,
            choices=self.choices,
            quotas=self.quotas,
            attributes=self.attributes,
            lot=lot,
        )

    @property
    def counts_back(self) -> bool:
        """As `charter.model.Elect.counts_back`, by what was settled when the vote opened."""
        return self.method in COUNTED_BACK and not self.quotas

    def count_back(
        self, papers: Sequence[tuple[Paper, int]], *, vacated: str, available: Collection[str], lot: Lot | None = None
    ) -> Count | None:
        """Who takes the place of ``vacated`` among those available: `countback`. None where the papers do not say.

        That is so where ``vacated`` came to the place without being elected, or none of the papers names anybody.
        """
        try:
            found = countback(
                self.method,
                papers,
                candidates=self.candidates,
                places=self.places,
                vacated=vacated,
                available=available,
                lot=lot,
            )
        except ValueError:
            return None
        return found if found.elected else None

    def named_by(self, papers: Sequence[tuple[Paper, int]], lot: Lot) -> Named:
        """Asked by `weft.federation.elections.declare` where an elected candidate can no longer serve at the close.

        Only an election that `counts_back` may be asked. It answers None where the papers name nobody.
        """

        def named(vacated: str, available: Sequence[str]) -> tuple[str, str] | None:
            found = self.count_back(papers, vacated=vacated, available=available, lot=lot)
            return (found.elected[0], stages_hash(found)) if found else None

        return named


def ranking(ranks: Mapping[str, str]) -> list[str]:
    """Candidates in order of preference, from the rank written beside each; an empty one ranks nobody.

    Refusals: ``ballot.rank`` for what is no rank, ``ballot.rank_twice`` for two candidates on one rank,
    ``ballot.rank_gap`` where a rank before the last is left out.
    """
    placed: dict[int, str] = {}
    for name, written in ranks.items():
        if not written:
            continue
        if not (written.isascii() and written.isdecimal() and len(written) <= WIDEST) or int(written) < 1:
            raise RuleBroken("ballot.rank", found=written[:20])
        rank = int(written)
        if rank in placed:
            raise RuleBroken("ballot.rank_twice", rank=rank)
        placed[rank] = name
    missing = next((rank for rank in range(1, len(placed) + 1) if rank not in placed), None)
    if missing is not None:
        raise RuleBroken("ballot.rank_gap", rank=missing)
    return [placed[rank] for rank in sorted(placed)]


def read_paper(text: str, terms: Terms) -> str:
    """One paper as a teller types it, in the one form in which papers are compared; "" is a blank paper.

    Numbers stand in the order of preference; for a committee they are put in order, as the order says nothing.
    Refusals: ``ballot.paper`` for what is no number, ``ballot.paper_number`` for a number that no candidate has,
    ``ballot.paper_twice`` for a candidate who stands twice.
    """
    numbers: list[int] = []
    for word in text.replace(",", " ").split():
        if not (word.isascii() and word.isdecimal() and len(word) <= WIDEST):
            raise RuleBroken("ballot.paper", found=word[:20])
        number = int(word)
        if not 1 <= number <= len(terms.candidates):
            raise RuleBroken("ballot.paper_number", number=number, most=len(terms.candidates))
        if number in numbers:
            raise RuleBroken("ballot.paper_twice", number=number)
        numbers.append(number)
    return " ".join(str(number) for number in (sorted(numbers) if terms.method in COMMITTEE else numbers))


def marked(paper: str, terms: Terms) -> list[str]:
    """The candidates on a paper in the form of `read_paper`."""
    return [terms.candidates[int(number) - 1] for number in paper.split()]


def check_papers(papers: Mapping[str, int], terms: Terms, *, entitled: int) -> None:
    """Can this be the entry of a teller: papers in the form of `read_paper`, no more than voters?

    Refusals: those of `read_paper`, ``ballot.paper`` for another form of a paper, ``ballot.count`` for impossible
    numbers.
    """
    for paper, number in papers.items():
        if read_paper(paper, terms) != paper:
            raise RuleBroken("ballot.paper", found=paper[:20])
        if type(number) is not int or number < 1:
            raise RuleBroken("ballot.count", entitled=entitled)
    if sum(papers.values()) > entitled:
        raise RuleBroken("ballot.count", entitled=entitled)


def papers_agree(first: Mapping[str, int], second: Mapping[str, int]) -> Mapping[str, int]:
    """Two tellers' papers are one result only if each paper was found equally often by both.

    Raises ``ballot.papers_differ`` with the first paper on which they differ, and how many each has of it.
    """
    for paper in sorted({*first, *second}, key=_by_numbers):
        if first.get(paper, 0) != second.get(paper, 0):
            numbers = {"first": first.get(paper, 0), "second": second.get(paper, 0)}
            raise RuleBroken("ballot.papers_differ", paper=paper, **numbers)
    return first


def _by_numbers(paper: str) -> list[int]:
    return [int(number) for number in paper.split()]


def from_file(data: bytes, kind: str, terms: Terms, names: Mapping[str, str]) -> dict[str, int]:
    """The papers of a BLT or CSV file ("blt", "csv") as a teller's entry.

    names: reference -> the name on the ballot. The file names the candidates by one or the other, in any order.
    Raises `PapersInvalid` with every problem of the file; ``ballot.file_candidates`` where its candidates are not
    exactly those of the ballot, because its numbers would then mean others.
    """
    found = read_papers(data, kind, terms.method)
    called = [names.get(name, name) for name in terms.candidates]
    given = list(found.names.values())
    order = called if sorted(given) == sorted(called) and len({*called}) == len(called) else list(terms.candidates)
    if sorted(given) != sorted(order) or found.withdrawn:
        strangers = [name for name in given if name not in {*called, *terms.candidates}]
        raise RuleBroken("ballot.file_candidates", found=", ".join(strangers)[:200], expected=len(terms.candidates))
    number = {ref: str(order.index(name) + 1) for ref, name in found.names.items()}
    papers: dict[str, int] = {}
    for paper, count in found.papers:
        text = read_paper(" ".join(number[ref] for ref in paper), terms)
        papers[text] = papers.get(text, 0) + count
    return {text: count for text, count in papers.items() if count}


def problem_sentence(problem: Problem) -> tuple[str, dict[str, str]]:
    """What is wrong with a file, as a msgid and its values; `Problem.text` is the same in English."""
    return SENTENCES[problem.code], {"found": problem.found, "expected": problem.expected}


def papers_document(head: str, papers: Mapping[str, int], terms: Terms) -> str:
    """Two tellers' agreed papers as a BLT file, after a comment with ``head``; candidates are named by reference."""
    numbered = {str(number): name for number, name in enumerate(terms.candidates, 1)}
    rows: list[tuple[Paper, int]] = [(paper.split(), number) for paper, number in papers.items()]
    file = PaperFile(head, numbered, tuple(numbered), terms.places, rows)
    return f"# {head}\n{write_blt(file, terms.places)}"


def read_document(text: str, head: str, terms: Terms) -> dict[str, int]:
    """The papers of `papers_document`, read strictly: it must be what would be written of these papers again.

    Raises `PapersInvalid`, or ``ballot.file_candidates``, or ``ballot.paper`` where it says more than its papers.
    """
    papers = from_file(text.encode(), "blt", terms, {})
    if papers_document(head, papers, terms) != text:
        raise RuleBroken("ballot.paper", found=head)
    return papers


def papers_lot(seed: bytes, document: bytes, candidates: Sequence[str], *, commitment: str) -> Lot:
    """The lot of a count of whole papers: by the candidates' numbers and the hash of the file, as `weft count` draws.

    Raises ``lot.commitment`` when it is drawn with another seed than the one committed to.
    """
    contribution = sha256(document).digest()
    numbers = {name: str(number) for number, name in enumerate(candidates, 1)}

    def lot(equals: Sequence[str]) -> Sequence[str]:
        order = draw_lots(seed, contribution, [numbers[name] for name in equals], commitment=commitment)
        return [candidates[int(number) - 1] for number in order]

    return lot


def count_finding(count: Count) -> dict[str, object]:
    """What an entry says of how a result came about: the hash of its stages, and what the election's quotas changed."""
    return {
        "stages": stages_hash(count),
        "kept": [asdict(quota) for quota in count.quotas],
        "substitutions": [[one.elected, one.instead_of, list(one.attributes)] for one in count.substitutions],
    }


def stages_hash(count: Count) -> str:
    """SHA-256 (hex) over every stage, quota and substitution of a count, without its sentences: an entry holds it.

    Nor what Meek's stages moved: it follows from their keep factors, and entries are older than the telling of it.
    """
    whole = to_json(count, {})
    stages = [{name: value for name, value in stage.items() if name != "said"} for stage in _rows(whole["stages"])]
    if count.method == "stv_meek":
        stages = [{**stage, "moved": []} for stage in stages]
    rest = {name: whole[name] for name in ("quotas", "substitutions", "tied")}
    return sha256(json.dumps([stages, rest], sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _rows(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


__all__ = [
    "COMMITTEE", "RANKED", "WHOLE", "Named", "PapersInvalid", "Terms", "check_papers", "count_finding",
    "from_file", "marked", "papers_agree", "papers_document", "papers_lot", "problem_sentence", "ranking",
    "read_document", "read_paper", "stages_hash",
]  # fmt: skip
