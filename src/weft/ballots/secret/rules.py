"""What a council's ballot is as encrypted questions, and what their sums are as lines of a count.

Devices give sums only, so the methods are those of `weft.charter.vocabulary.SECRET_ON_DEVICES`, and a plain question.

    question           one question: yes, no or abstain
    list               the same, about the list as a whole
    yes_no             the same for each candidate
    plurality, absolute_majority, limited, approval
                       one question: up to so many of the candidates; an empty paper counts as given
    score              for each candidate one of the numbers of points

Some on the roll may vote on paper. Two tellers count those papers, and their sums go into the same encrypted tally, as
papers that add up to them: then one number is opened, and nobody learns how the few on paper voted.
"""

from collections.abc import Mapping, Sequence

from weft.ballots.secret.election import Question
from weft.errors import RuleBroken

ANSWERS = ("yes", "no", "abstain")
WORDS = ("Yes", "No", "Abstain")
QUESTION = "question"

Marks = list[list[int]]
"""One paper: a row of 0 and 1 for each question."""


def most_marks(method: str, *, candidates: int, places: int, choices: int | None) -> int:
    """How many candidates one paper may mark."""
    allowed = {"plurality": places, "absolute_majority": 1, "limited": choices or 1}
    return min(allowed.get(method, candidates), candidates)


def questions_for(
    method: str, title: str, names: Sequence[str], *, places: int = 1, choices: int | None = None
) -> tuple[Question, ...]:
    """The questions of one ballot. names: of the candidates, in the ballot's order; two alike are numbered.

    Raises ``elect.device_secret`` for a method that needs whole papers.
    """
    shown = [f"{name} ({at})" if names.count(name) > 1 else name for at, name in enumerate(names, 1)]
    if method in {QUESTION, "list"}:
        return (Question.one_of(title, WORDS),)
    if method == "yes_no":
        return tuple(Question.one_of(name, WORDS) for name in shown)
    if method == "score":
        return tuple(Question.score(name, choices or 1) for name in shown)
    if method in {"plurality", "absolute_majority", "limited", "approval"}:
        most = most_marks(method, candidates=len(shown), places=places, choices=choices)
        return (Question.choose(title, shown, most=most),)
    raise RuleBroken("elect.device_secret", method=method)


def lines_of_result(
    method: str, options: Sequence[str], result: Sequence[Sequence[int]], *, ballots: int
) -> dict[str, int]:
    """The opened sums as the lines that `weft.ballots.papers_from_sums` takes. options: the candidates' references.

    For a question: yes, no, abstain. Otherwise also "papers": how many were given, empty ones included.
    """
    if method == QUESTION:
        return dict(zip(ANSWERS, result[0], strict=True))
    if method == "list":
        lines = dict(zip(ANSWERS, result[0], strict=True))
    elif method == "yes_no":
        lines = {
            f"{option}/{answer}": number
            for option, row in zip(options, result, strict=True)
            for answer, number in zip(ANSWERS, row, strict=True)
        }
    elif method == "score":
        lines = {
            option: sum(points * number for points, number in enumerate(row))
            for option, row in zip(options, result, strict=True)
        }
    else:
        lines = dict(zip(options, result[0], strict=True))
    return {**lines, "papers": ballots}


def papers_of_sums(
    method: str, options: Sequence[str], sums: Mapping[str, int], *, places: int = 1, choices: int | None = None
) -> list[Marks]:
    """Papers that add up to what two tellers counted: none of them is anybody's, their sum is everybody's.

    sums: lines as in `lines_of_result`. Marks are dealt out one after the other, so that each paper bears as many as
    the next, or one more. Raises ``ballot.count`` for sums that so many papers cannot bear.
    """
    if method == QUESTION:
        papers = sum(sums[answer] for answer in ANSWERS)
        return [[row] for row in _deal([sums[answer] for answer in ANSWERS], papers, least=1, most=1)]
    papers = sums["papers"]
    if method == "list":
        columns = [_deal([sums[answer] for answer in ANSWERS], papers, least=1, most=1)]
    elif method == "yes_no":
        columns = [
            _deal([sums[f"{option}/{answer}"] for answer in ANSWERS], papers, least=1, most=1) for option in options
        ]
    elif method == "score":
        columns = [_points(sums[option], papers, choices or 1) for option in options]
    else:
        most = most_marks(method, candidates=len(options), places=places, choices=choices)
        columns = [_deal([sums[option] for option in options], papers, least=0, most=most)]
    return [[column[paper] for column in columns] for paper in range(papers)]


def _deal(numbers: Sequence[int], papers: int, *, least: int, most: int) -> Marks:
    """Rows of marks, one a paper, whose columns add up to the numbers, each row with `least` to `most` marks."""
    together = sum(numbers)
    if max(numbers, default=0) > papers or not least * papers <= together <= most * papers:
        raise RuleBroken("ballot.count", entitled=papers)
    rows = [[0] * len(numbers) for _ in range(papers)]
    at = 0
    for column, number in enumerate(numbers):
        for _ in range(number):
            rows[at % papers][column] = 1
            at += 1
    return rows


def _points(points: int, papers: int, highest: int) -> Marks:
    """Rows with one mark each, on a number of points, that add up to so many points."""
    if not 0 <= points <= highest * papers:
        raise RuleBroken("ballot.count", entitled=papers)
    each, more = divmod(points, papers) if papers else (0, 0)
    given = [each + (paper < more) for paper in range(papers)]
    return [[int(number == own) for number in range(highest + 1)] for own in given]
