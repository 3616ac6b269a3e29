"""Elections by marks: each paper marks candidates, and the marks are added.

plurality: one mark a place (in a single-seat election, one); the most marks win. Charter: elect.method.
absolute_majority: one mark; elected is who has more than half of the papers, otherwise nobody, and the two
           first go into a run-off. For one place.
approval:  as many marks as the voter likes; the most marks win.
yes_no:    each candidate is answered yes, no or abstain; elected are those with more yes than no, by yes votes.
Source: any book of rules of order; for approval, Brams and Fishburn, Approval Voting (1983), ch. 1.

A tie about the last place is never decided silently: it needs the lot that was committed when the ballot opened.
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
    """The result: who is elected, in order; who stands next, in order; every line; who was in a tie broken by lot."""

    method: str
    places: int
    elected: tuple[str, ...]
    runners_up: tuple[str, ...]
    lines: tuple[Line, ...]
    papers: int
    drawn: tuple[str, ...] = ()


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
    Raises ``elect.method`` for a rule that is not here, ``ballot.choice`` for an impossible paper.
    """
    if places < 1 or len(set(candidates)) != len(candidates):
        raise ValueError("an election needs at least one place and each candidate once")
    if method not in RULES:
        raise RuleBroken("elect.method", method=method)
    given = list(papers)
    number = sum(n for _, n in given) if papers_given is None else papers_given
    sums = _sums(method, given, set(candidates), places)
    lines = tuple(sorted((sums[name] for name in candidates), key=lambda line: (-line.yes, line.no, line.candidate)))
    eligible = [line for line in lines if RULES[method](line)]
    order, drawn = _ranking(eligible, places, lot)
    filled = places
    if method == "absolute_majority" and not (order and 2 * sums[order[0]].yes > number):
        filled = 0
    return Count(
        method=method,
        places=places,
        elected=order[:filled],
        runners_up=order[filled:],
        papers=number,
        lines=lines,
        drawn=drawn,
    )


RULES: dict[str, Callable[[Line], bool]] = {
    "plurality": lambda line: line.yes > 0,
    "absolute_majority": lambda line: line.yes > 0,
    "approval": lambda line: line.yes > 0,
    "yes_no": lambda line: line.yes > line.no,
}


def papers_from_sums(method: str, sums: Mapping[str, int], candidates: Sequence[str]) -> list[tuple[Paper, int]]:
    """Tellers' totals as papers that give the same lines, so that a count by hand is judged by the same rule.

    sums: "candidate" -> marks, or for yes_no "candidate/yes", "candidate/no", "candidate/abstain".
    """
    if method != "yes_no":
        return [([name], sums.get(name, 0)) for name in candidates if sums.get(name, 0)]
    return [
        ({name: answer}, sums.get(f"{name}/{answer}", 0))
        for name in candidates
        for answer in ("yes", "no", "abstain")
        if sums.get(f"{name}/{answer}", 0)
    ]


def _sums(method: str, papers: Iterable[tuple[Paper, int]], candidates: set[str], places: int) -> dict[str, Line]:
    marks: Counter[tuple[str, str]] = Counter()
    for paper, number in papers:
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
    allowed = {"plurality": places, "absolute_majority": 1}.get(method, len(candidates))
    if len(names) > allowed:
        raise RuleBroken("ballot.too_many_marks", marks=len(names), allowed=allowed)
    return marked


def _ranking(lines: Sequence[Line], places: int, lot: Lot | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Candidates by votes, groups of equals in lot order.

    Equals that all get in, or all stay out, also need an order (who steps up first), but only a tie across
    the last place must not be left without a lot.
    """
    order: list[str] = []
    drawn: list[str] = []
    groups: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        groups.setdefault((line.yes, line.no), []).append(line.candidate)
    for equals in groups.values():
        if len(equals) > 1:
            if lot is None:
                if len(order) < places < len(order) + len(equals):
                    raise RuleBroken("election.tie", candidates=", ".join(sorted(equals)), places=places)
                equals = sorted(equals)  # noqa: PLW2901 - no place hangs on it
            else:
                equals = list(lot(sorted(equals)))  # noqa: PLW2901
                drawn += equals
        order += equals
    return tuple(order), tuple(drawn)
