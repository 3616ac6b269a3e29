"""Rules that add up marks: each paper marks candidates, gives them points, or answers.

plurality:  one mark a place (in a single-seat election, one); the most marks win. Charter: elect.method.
limited:    ``choices`` marks, fewer than places; the most marks win. So a majority cannot take every place.
cumulative: ``choices`` points, as many of them for one candidate as the voter likes; the most points win.
absolute_majority: one mark; elected is who has more than half of the papers, blank ones too, otherwise nobody,
            and the two first go into a run-off. For one place: of several the others stay vacant.
approval:   as many marks as the voter likes; the most marks win.
score:      0 to ``choices`` points for each candidate, none is 0; the highest sum wins.
yes_no:     each candidate is answered yes, no or abstain; elected are those with more yes than no, by yes votes,
            of equal yes votes the one with fewer no votes first.
list:       one list is answered yes, no or abstain as a whole. With more yes than no its candidates are elected in
            the order of the list, and those beyond the places stand next; otherwise nobody is. As many yes as no
            is not more, so it is no tie.
Sources: any book of rules of order; for approval, Brams and Fishburn, Approval Voting (1983), ch. 1; for limited and
cumulative votes, Lakeman, How Democracies Vote (1970), ch. 4.

A tie about the last place is never decided silently: it needs the lot that was committed when the ballot opened.
Every other tie is named in the result, because the order of runners-up decides who steps up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from weft.ballots.counting._task import Task, fill
from weft.ballots.counting.model import Count, Line, Paper, Stage, totals_of
from weft.errors import RuleBroken

MARKS = ("plurality", "limited", "absolute_majority", "approval")
POINTS = ("cumulative", "score")
ANSWERS = ("yes", "no", "abstain")
WITH_CHOICES = ("limited", "cumulative", "score")


def by_marks(task: Task) -> Count:
    """Add up, check that the papers can bear it, and fill the places from the top."""
    sums = _sums(task)
    number = task.number
    marked = [line.yes + line.no + line.abstain for line in sums.values()]
    if _beyond(task.method, marked, papers=number, places=task.places, choices=task.choices):
        raise RuleBroken("ballot.count", entitled=number)
    return _declared(task, sums, number)


def _declared(task: Task, sums: Mapping[str, Line], number: int) -> Count:
    lines = tuple(sorted(sums.values(), key=lambda line: (-line.yes, line.no, line.candidate)))
    eligible = [line for line in lines if line.yes > (line.no if task.method == "yes_no" else 0)]
    able = [line for line in eligible if task.method != "absolute_majority" or 2 * line.yes > number]
    reach = task.reach([line.candidate for line in able])
    elected, following, passed = fill(_equals(able), reach, task.ties)
    if len(able) < len(eligible):  # they stand next, in order, and take no place
        following += fill(_equals(eligible[len(able) :]), task.reach([], 0), task.ties)[1]
    stage = Stage(
        action="marks",
        totals=totals_of({line.candidate: line.yes for line in lines}),
        elected=elected,
        doomed=passed,
        lots=task.ties.taken(),
    )
    return Count(
        method=task.method,
        places=task.places,
        elected=elected,
        runners_up=following,
        papers=number,
        lines=lines,
        drawn=tuple(task.ties.drawn),
        tied=tuple(task.ties.tied),
        stages=(stage,),
        quotas=reach.results(elected),
    )


def _equals(lines: Sequence[Line]) -> list[list[str]]:
    groups: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        groups.setdefault((line.yes, line.no), []).append(line.candidate)
    return list(groups.values())


def by_list(task: Task) -> Count:
    """Count the answers to the list; if more say yes than no, its candidates fill the places in their order."""
    answers: Counter[str] = Counter()
    for paper, number in task.papers:
        if not isinstance(paper, str) or paper not in ANSWERS:
            raise RuleBroken("ballot.choice")
        answers[paper] += number
    number = task.number
    if answers.total() > number:
        raise RuleBroken("ballot.count", entitled=number)
    yes, no, abstain = (answers[answer] for answer in ANSWERS)
    reach = task.reach(task.candidates)
    order = [[name] for name in task.candidates] if yes > no else []
    elected, following, passed = fill(order, reach, task.ties)
    stage = Stage(
        action="list",
        totals=totals_of(dict.fromkeys(task.candidates, yes)),
        subject=task.candidates,
        elected=elected,
        doomed=passed,
    )
    return Count(
        method=task.method,
        places=task.places,
        elected=elected,
        runners_up=following,
        papers=number,
        lines=tuple(Line(name, yes, no, abstain) for name in task.candidates),
        stages=(stage,),
        quotas=reach.results(elected) if order else (),
    )


def papers_from_sums(method: str, sums: Mapping[str, int], candidates: Sequence[str]) -> list[tuple[Paper, int]]:
    """Tellers' totals as papers that give the same lines, so that a count by hand is judged by the same rule.

    sums: "candidate" -> marks or points, or for yes_no "candidate/yes", "candidate/no", "candidate/abstain", or for a
    list "yes", "no", "abstain"; beside them "papers", how many were given in, which is nobody's vote.
    Raises ``ballot.choice`` for a line that is none of these: no vote is dropped unseen. Raises ``elect.method`` for a
    rule of which sums do not say enough: it needs whole papers.
    """
    papers: dict[str, Paper] = {}
    if method == "yes_no":
        papers = {f"{name}/{answer}": {name: answer} for name in candidates for answer in ANSWERS}
    elif method == "list":
        papers = {answer: answer for answer in ANSWERS}
    elif method in POINTS:
        papers = {name: {name: 1} for name in candidates}
    elif method in MARKS:
        papers = {name: [name] for name in candidates}
    else:
        raise RuleBroken("elect.method", method=method)
    if not set(sums) <= {*papers, "papers"}:
        raise RuleBroken("ballot.choice")
    return [(paper, sums[line]) for line, paper in papers.items() if sums.get(line, 0)]


def check_sums(
    method: str,
    sums: Mapping[str, int],
    *,
    candidates: Sequence[str],
    places: int,
    entitled: int,
    choices: int | None = None,
) -> None:
    """Can these totals of a teller be true? Raises ``ballot.count`` where they cannot.

    sums: as in `papers_from_sums`, every line with a number, and "papers". No more papers than people entitled; no
    candidate on more papers than were given in; and all marks together no more than those papers can bear.
    """
    if method == "list":
        lines = [list(ANSWERS)]
    else:
        answers = tuple(f"/{answer}" for answer in ANSWERS) if method == "yes_no" else ("",)
        lines = [[f"{name}{answer}" for answer in answers] for name in candidates]
    known = {"papers", *(line for own in lines for line in own)}
    possible = set(sums) == known and all(type(number) is int and number >= 0 for number in sums.values())
    if not possible or sums["papers"] > entitled:
        raise RuleBroken("ballot.count", entitled=entitled)
    marked = [sum(sums[line] for line in own) for own in lines]
    if _beyond(method, marked, papers=sums["papers"], places=places, choices=choices):
        raise RuleBroken("ballot.count", entitled=entitled)


def _beyond(method: str, marked: Sequence[int], *, papers: int, places: int, choices: int | None) -> bool:
    """Whether so many papers cannot bear these marks: for each candidate on how many papers, answers included."""
    each = choices or 1 if method in POINTS else 1
    together = _allowed(method, len(marked), places, choices) * (each if method == "score" else 1)
    return max(marked, default=0) > papers * each or sum(marked) > papers * together


def _allowed(method: str, candidates: int, places: int, choices: int | None) -> int:
    """How many candidates one paper may mark; for cumulative votes, how many points it has."""
    if method in {"limited", "cumulative"}:
        return choices or 1
    return {"plurality": places, "absolute_majority": 1}.get(method, candidates)


def _sums(task: Task) -> dict[str, Line]:
    marks: Counter[tuple[str, str]] = Counter()
    known = set(task.candidates)
    for paper, number in _alike(task.papers):
        for name, answer, weight in _marks(task, paper, known):
            marks[name, answer] += weight * number
    return {name: Line(name, *(marks[name, answer] for answer in ANSWERS)) for name in task.candidates}


def _alike(papers: Iterable[tuple[Paper, int]]) -> Iterator[tuple[Paper, int]]:
    """Each paper once, with how many say the same: the others need not be read again."""
    lists: dict[tuple[str, ...], int] = {}  # by far the most, so nothing is asked of them but their type
    others: dict[object, tuple[Paper, int]] = {}
    for paper, number in papers:
        if type(paper) is list or type(paper) is tuple:
            said = tuple(paper)
            lists[said] = lists.get(said, 0) + number
        else:
            other = (type(paper), tuple(paper.items() if isinstance(paper, Mapping) else paper))
            others[other] = (paper, others[other][1] + number if other in others else number)
    yield from lists.items()
    yield from others.values()


def _marks(task: Task, paper: Paper, known: set[str]) -> list[tuple[str, str, int]]:
    """What one paper says: candidate, answer, weight."""
    if task.method == "yes_no":
        if not isinstance(paper, Mapping) or not set(paper.values()) <= set(ANSWERS):
            raise RuleBroken("ballot.choice")
        marked = [(name, str(answer), 1) for name, answer in paper.items()]
    elif task.method in POINTS:
        marked = _points(task, paper)
    else:
        if isinstance(paper, Mapping | str):
            raise RuleBroken("ballot.choice")
        marked = [(name, "yes", 1) for name in paper]
    names = [name for name, _, _ in marked]
    if not set(names) <= known or len(set(names)) != len(names):
        raise RuleBroken("ballot.choice")
    used = sum(weight for _, _, weight in marked) if task.method == "cumulative" else len(names)
    allowed = _allowed(task.method, len(known), task.places, task.choices)
    if used > allowed:
        raise RuleBroken("ballot.too_many_marks", marks=used, allowed=allowed)
    return marked


def _points(task: Task, paper: Paper) -> list[tuple[str, str, int]]:
    if not isinstance(paper, Mapping):
        raise RuleBroken("ballot.choice")
    points = {name: number for name, number in paper.items() if type(number) is int and number >= 0}
    if len(points) < len(paper):
        raise RuleBroken("ballot.choice")
    most = max(points.values(), default=0)
    if task.method == "score" and most > (task.choices or 1):
        raise RuleBroken("ballot.too_many_marks", marks=most, allowed=task.choices or 1)
    return [(name, "yes", number) for name, number in points.items()]
