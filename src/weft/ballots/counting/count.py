"""The one door of counting: from papers to a result, by the rule that the charter names."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from weft.ballots.counting._task import Task
from weft.ballots.counting._ties import Ties
from weft.ballots.counting.irv import irv
from weft.ballots.counting.marks import WITH_CHOICES, by_list, by_marks
from weft.ballots.counting.model import Count, Lot, PackedPapers, Paper, Quota, Substitution
from weft.ballots.counting.phragmen import equal_shares, phragmen
from weft.ballots.counting.schulze import schulze
from weft.ballots.counting.stv_meek import stv_meek
from weft.ballots.counting.stv_scottish import stv_scottish
from weft.errors import RuleBroken

RULES: dict[str, Callable[[Task], Count]] = {
    "plurality": by_marks,
    "absolute_majority": by_marks,
    "yes_no": by_marks,
    "list": by_list,
    "limited": by_marks,
    "cumulative": by_marks,
    "approval": by_marks,
    "score": by_marks,
    "irv": irv,
    "stv_scottish": stv_scottish,
    "stv_meek": stv_meek,
    "schulze": schulze,
    "phragmen": phragmen,
    "equal_shares": equal_shares,
}


def count_election(
    method: str,
    papers: Iterable[tuple[Paper, int]],
    *,
    candidates: Sequence[str],
    places: int,
    lot: Lot | None = None,
    papers_given: int | None = None,
    choices: int | None = None,
    quotas: Sequence[Quota] = (),
    attributes: Mapping[str, Collection[str]] | None = None,
) -> Count:
    """Count papers (paper, how many like it) by one of `RULES`. What a paper may be stands with each rule.

    places:  seats to fill, at least 1. Fewer candidates than places leave places vacant.
    choices: how many marks or points a voter has; for limited, cumulative and score.
    papers_given: how many papers were given in; needed where ``papers`` are tellers' sums, one candidate each.
    lot:     orders tied candidates; without it a tie that matters raises ``election.tie``.
    quotas:  at least so many of the places for candidates with an attribute; attributes: what each candidate declares.
    Raises ``elect.method`` for a rule that is not here, ``elect.choices`` where the number of choices is missing,
    ``ballot.choice`` for an impossible paper, ``ballot.too_many_marks``, ``ballot.count`` for more marks than the
    papers given in bear, ValueError for a negative number of papers or a lot that loses somebody.
    """
    if places < 1 or len(set(candidates)) != len(candidates):
        raise ValueError("an election needs at least one place and each candidate once")
    if method not in RULES:
        raise RuleBroken("elect.method", method=method)
    if method in WITH_CHOICES and (choices is None or choices < 1):
        raise RuleBroken("elect.choices", method=method)
    given = papers if isinstance(papers, PackedPapers) else list(papers)
    for _, number in given if isinstance(given, list) else ():
        if type(number) is not int or number < 0:
            raise ValueError(f"impossible number of papers: {number!r}")
    task = Task(
        method=method,
        papers=given,
        candidates=tuple(candidates),
        places=places,
        choices=choices,
        ties=Ties(lot, places),
        given=papers_given,
        quotas=tuple(quotas),
        attributes=attributes or {},
    )
    found = RULES[method](task)
    return _explained(task, found, lot) if quotas else found


def _explained(task: Task, found: Count, lot: Lot | None) -> Count:
    """The result with each substitution: the same count without quotas says who would have had the place.

    Where that count would need a lot that is not there, nobody can say; the stages still show who was passed over.
    """
    free = replace(task, quotas=(), attributes={}, ties=Ties(lot, task.places))
    try:
        without = RULES[task.method](free).elected
    except RuleBroken:
        return found
    entered = [name for name in found.elected if name not in without]
    displaced = [name for name in without if name not in found.elected]
    pairs = zip_longest(entered, displaced, fillvalue="")
    return replace(found, substitutions=tuple(Substitution(new, old, _bearing(task, new, old)) for new, old in pairs))


def _bearing(task: Task, name: str, other: str) -> tuple[str, ...]:
    """The attributes, among those the quotas ask for, that one has and the other lacks."""
    lacks = task.attributes.get(other, ())
    return tuple(
        quota.attribute
        for quota in task.quotas
        if quota.attribute in task.attributes.get(name, ()) and quota.attribute not in lacks
    )
