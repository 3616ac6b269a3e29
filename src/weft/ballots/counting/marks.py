"""Elections by marks: each paper marks candidates, and the marks are added.

plurality: one mark a place (in a single-seat election, one); the most marks win. Charter: elect.method.
absolute_majority: one mark; elected is who has more than half of the papers, blank ones too, otherwise nobody,
           and the two first go into a run-off. For one place: of several the others stay vacant.
approval:  as many marks as the voter likes; the most marks win.
yes_no:    each candidate is answered yes, no or abstain; elected are those with more yes than no, by yes votes,
           of equal yes votes the one with fewer no votes first.
Source: any book of rules of order; for approval, Brams and Fishburn, Approval Voting (1983), ch. 1.

A tie about the last place is never decided silently: it needs the lot that was committed when the ballot opened.
Every other tie is named in the result, because the order of runners-up decides who steps up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from weft.errors import RuleBroken

Paper = Mapping[str, str] | Sequence[str]  # approval, plurality: candidates marked; yes_no: candidate -> answer
Lot = Callable[[Sequence[str]], Sequence[str]]  # the candidates in lot order


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate's line of the result, in votes. ``no`` and ``abstain`` only for yes_no."""

    candidate: str
    yes: int
    no: int = 0
    abstain: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """The result: who is elected, in order; who stands next, in order; every line; who was in a tie broken by lot.

    tied: each group of equals that no lot has ordered; they stand in the order of their references, and no place
    hangs on it yet. Whoever lets runners-up step up asks for a lot first.
    """

    method: str
    places: int
    elected: tuple[str, ...]
    runners_up: tuple[str, ...]
    lines: tuple[Line, ...]
    papers: int
    drawn: tuple[str, ...] = ()
    tied: tuple[tuple[str, ...], ...] = ()


def count_election(
    method: str,
    papers: Iterable[tuple[Paper, int]],
    *,
    candidates: Sequence[str],
    places: int,
    lot: Lot | None = None,
    papers_given: int | None = None,
) -> Count:
    """Count papers (paper, how many like it) by one of the rules of this module.

    places: seats to fill, at least 1. Fewer candidates than places leave places vacant.
    papers_given: how many papers were given in; needed where ``papers`` are tellers' sums, one candidate each.
    lot:    orders tied candidates; without it a tie that matters raises ``election.tie``.
    Raises ``elect.method`` for a rule that is not here, ``ballot.choice`` for an impossible paper,
    ``ballot.too_many_marks``, ``ballot.count`` for more marks than the papers given in bear, ValueError for a negative
    number of papers or a lot that loses somebody.
    """
    if places < 1 or len(set(candidates)) != len(candidates):
        raise ValueError("an election needs at least one place and each candidate once")
    if method not in RULES:
        raise RuleBroken("elect.method", method=method)
    given = list(papers)
    sums = _sums(method, given, set(candidates), places)
    number = sum(n for _, n in given) if papers_given is None else papers_given
    marked = [line.yes + line.no + line.abstain for line in sums.values()]
    if _beyond(method, marked, papers=number, places=places):
        raise RuleBroken("ballot.count", entitled=number)
    lines = tuple(sorted((sums[name] for name in candidates), key=lambda line: (-line.yes, line.no, line.candidate)))
    eligible = [line for line in lines if RULES[method](line)]
    filled = places
    if method == "absolute_majority":
        filled = sum(2 * line.yes > number for line in eligible)
    order, drawn, tied = _ranking(eligible, filled, lot)
    return Count(
        method=method,
        places=places,
        elected=order[:filled],
        runners_up=order[filled:],
        papers=number,
        lines=lines,
        drawn=drawn,
        tied=tied,
    )


RULES: dict[str, Callable[[Line], bool]] = {
    "plurality": lambda line: line.yes > 0,
    "absolute_majority": lambda line: line.yes > 0,
    "approval": lambda line: line.yes > 0,
    "yes_no": lambda line: line.yes > line.no,
}


def papers_from_sums(method: str, sums: Mapping[str, int], candidates: Sequence[str]) -> list[tuple[Paper, int]]:
    """Tellers' totals as papers that give the same lines, so that a count by hand is judged by the same rule.

    sums: "candidate" -> marks, or for yes_no "candidate/yes", "candidate/no", "candidate/abstain";
    beside them "papers", how many were given in, which is nobody's vote.
    Raises ``ballot.choice`` for a line that is none of these: no vote is dropped unseen.
    """
    papers: dict[str, Paper] = (
        {f"{name}/{answer}": {name: answer} for name in candidates for answer in ("yes", "no", "abstain")}
        if method == "yes_no"
        else {name: [name] for name in candidates}
    )
    if not set(sums) <= {*papers, "papers"}:
        raise RuleBroken("ballot.choice")
    return [(paper, sums[line]) for line, paper in papers.items() if sums.get(line, 0)]


def check_sums(method: str, sums: Mapping[str, int], *, candidates: Sequence[str], places: int, entitled: int) -> None:
    """Can these totals of a teller be true? Raises ``ballot.count`` where they cannot.

    sums: as in `papers_from_sums`, every line with a number, and "papers". No more papers than people entitled; no
    candidate on more papers than were given in; and all marks together no more than those papers can bear.
    """
    answers = ("/yes", "/no", "/abstain") if method == "yes_no" else ("",)
    lines = [[f"{name}{answer}" for answer in answers] for name in candidates]
    known = {"papers", *(line for own in lines for line in own)}
    possible = set(sums) == known and all(type(number) is int and number >= 0 for number in sums.values())
    if not possible or sums["papers"] > entitled:
        raise RuleBroken("ballot.count", entitled=entitled)
    if _beyond(method, [sum(sums[line] for line in own) for own in lines], papers=sums["papers"], places=places):
        raise RuleBroken("ballot.count", entitled=entitled)


def _beyond(method: str, marked: Sequence[int], *, papers: int, places: int) -> bool:
    """Whether so many papers cannot bear these marks: for each candidate on how many papers, answers included."""
    together = papers * _allowed(method, len(marked), places)
    return max(marked, default=0) > papers or sum(marked) > together


def _allowed(method: str, candidates: int, places: int) -> int:
    """How many candidates one paper may mark."""
    return {"plurality": places, "absolute_majority": 1}.get(method, candidates)


def _sums(method: str, papers: Iterable[tuple[Paper, int]], candidates: set[str], places: int) -> dict[str, Line]:
    alike: dict[object, tuple[Paper, int]] = {}  # papers that say the same are read once
    for paper, number in papers:
        if type(number) is not int or number < 0:
            raise ValueError(f"impossible number of papers: {number!r}")
        said = (type(paper), tuple(paper.items() if isinstance(paper, Mapping) else paper))
        alike[said] = (paper, alike[said][1] + number if said in alike else number)
    marks: Counter[tuple[str, str]] = Counter()
    for paper, number in alike.values():
        for name, answer in _marks(method, paper, candidates, places):
            marks[name, answer] += number
    return {
        name: Line(name, yes=marks[name, "yes"], no=marks[name, "no"], abstain=marks[name, "abstain"])
        for name in candidates
    }


def _marks(method: str, paper: Paper, candidates: set[str], places: int) -> list[tuple[str, str]]:
    if method == "yes_no":
        if not isinstance(paper, Mapping) or not set(paper.values()) <= {"yes", "no", "abstain"}:
            raise RuleBroken("ballot.choice")
        marked = list(paper.items())
    else:
        if isinstance(paper, Mapping | str):
            raise RuleBroken("ballot.choice")
        marked = [(name, "yes") for name in paper]
    names = [name for name, _ in marked]
    if not set(names) <= candidates or len(set(names)) != len(names):
        raise RuleBroken("ballot.choice")
    allowed = _allowed(method, len(candidates), places)
    if len(names) > allowed:
        raise RuleBroken("ballot.too_many_marks", marks=len(names), allowed=allowed)
    return marked


def _ranking(
    lines: Sequence[Line], places: int, lot: Lot | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Candidates by votes, groups of equals in lot order; then those drawn, then the groups left in a tie.

    Equals that all get in, or all stay out, also need an order (who steps up first), but only a tie across
    the last place must not be left without a lot.
    """
    order: list[str] = []
    drawn: list[str] = []
    tied: list[tuple[str, ...]] = []
    groups: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        groups.setdefault((line.yes, line.no), []).append(line.candidate)
    for equals in groups.values():
        if len(equals) > 1:
            if lot is None:
                if len(order) < places < len(order) + len(equals):
                    raise RuleBroken("election.tie", candidates=", ".join(sorted(equals)), places=places)
                equals.sort()
                tied.append(tuple(equals))
            else:
                drawn += _drawn(lot, equals)
                equals = drawn[-len(equals) :]  # noqa: PLW2901 - the same candidates, ordered
        order += equals
    return tuple(order), tuple(drawn), tuple(tied)


def _drawn(lot: Lot, equals: Sequence[str]) -> list[str]:
    found = list(lot(sorted(equals)))
    if sorted(found) != sorted(equals):
        raise ValueError("a lot orders the candidates it was given, each once")
    return found
