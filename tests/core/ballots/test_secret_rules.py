"""A council's ballot as encrypted questions and back: sums are the lines that every count takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.ballots import papers_from_sums
from weft.ballots.secret.election import Question
from weft.ballots.secret.rules import lines_of_result, most_marks, papers_of_sums, questions_for
from weft.errors import RuleBroken

NAMES, REFS = ("Ana", "Ben", "Ana"), ("m1-1", "m1-2", "m1-3")


def test_each_method_becomes_the_questions_that_ask_no_more_than_it_needs():
    assert questions_for("question", "Strike?", ()) == (Question("Strike?", ("Yes", "No", "Abstain")),)
    assert questions_for("list", "The list", NAMES) == (Question("The list", ("Yes", "No", "Abstain")),)
    assert questions_for("yes_no", "Chair", ("Ana", "Ben")) == (
        Question("Ana", ("Yes", "No", "Abstain")),
        Question("Ben", ("Yes", "No", "Abstain")),
    )
    assert questions_for("score", "Chair", ("Ana",), choices=2) == (Question("Ana", ("0", "1", "2")),)
    shown = ("Ana (1)", "Ben", "Ana (3)")
    assert questions_for("plurality", "Two", NAMES, places=2) == (Question("Two", shown, 0, 2),)
    assert questions_for("absolute_majority", "One", NAMES, places=2) == (Question("One", shown, 0, 1),)
    assert questions_for("limited", "Nine", NAMES, places=9, choices=2) == (Question("Nine", shown, 0, 2),)
    assert questions_for("approval", "Any", NAMES) == (Question("Any", shown, 0, 3),)


@pytest.mark.parametrize(
    "method", ["irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares", "cumulative"]
)
def test_a_method_that_needs_whole_papers_is_refused(method):
    with pytest.raises(RuleBroken) as refused:
        questions_for(method, "One", NAMES)

    assert refused.value == RuleBroken("elect.device_secret", method=method)


def test_opened_sums_are_lines_of_a_count():
    assert lines_of_result("question", (), [[3, 2, 1]], ballots=6) == {"yes": 3, "no": 2, "abstain": 1}
    assert lines_of_result("list", REFS, [[3, 2, 1]], ballots=6) == {"yes": 3, "no": 2, "abstain": 1, "papers": 6}
    assert lines_of_result("approval", REFS, [[3, 0, 2]], ballots=4) == {"m1-1": 3, "m1-2": 0, "m1-3": 2, "papers": 4}
    assert lines_of_result("yes_no", REFS[:1], [[3, 1, 0]], ballots=4) == {
        "m1-1/yes": 3, "m1-1/no": 1, "m1-1/abstain": 0, "papers": 4,
    }  # fmt: skip
    assert lines_of_result("score", REFS[:2], [[1, 0, 3], [4, 0, 0]], ballots=4) == {"m1-1": 6, "m1-2": 0, "papers": 4}


def added(papers, questions):
    """The sums of papers, as a tally has them."""
    return [[sum(paper[q][a] for paper in papers) for a in range(len(one.answers))] for q, one in enumerate(questions)]


@given(
    data=st.data(), method=st.sampled_from(["question", "list", "yes_no", "plurality", "limited", "approval", "score"])
)
def test_papers_made_from_a_count_add_up_to_it_and_each_could_have_been_cast(data, method):
    given_in, places, choices = (
        data.draw(st.integers(0, 12)),
        data.draw(st.integers(1, 3)),
        data.draw(st.integers(1, 3)),
    )
    questions = questions_for(method, "?", REFS, places=places, choices=choices)

    def row(question):
        marks = data.draw(st.permutations(range(len(question.answers))))
        chosen = marks[: data.draw(st.integers(question.least, question.most))]
        return [int(at in chosen) for at in range(len(question.answers))]

    cast = [[row(question) for question in questions] for _ in range(given_in)]
    lines = lines_of_result(method, REFS, added(cast, questions), ballots=given_in)
    made = papers_of_sums(method, REFS, lines, places=places, choices=choices)

    assert lines_of_result(method, REFS, added(made, questions), ballots=len(made)) == lines
    assert len(made) == given_in
    for paper in made:
        for question, marks in zip(questions, paper, strict=True):
            assert question.least <= sum(marks) <= question.most
    if method != "question":
        papers_from_sums(method, lines, REFS)  # the count takes these lines


@pytest.mark.parametrize(
    ("method", "sums"),
    [
        ("approval", {"m1-1": 5, "m1-2": 0, "m1-3": 0, "papers": 4}),
        ("plurality", {"m1-1": 3, "m1-2": 2, "m1-3": 0, "papers": 4}),
        ("yes_no", {f"{ref}/{a}": 1 for ref in REFS for a in ("yes", "no", "abstain")} | {"papers": 4}),
        ("score", {"m1-1": 9, "m1-2": 0, "m1-3": 0, "papers": 4}),
    ],
)
def test_sums_that_no_papers_bear_are_refused(method, sums):
    with pytest.raises(RuleBroken) as refused:
        papers_of_sums(method, REFS, sums, places=1, choices=2)

    assert refused.value == RuleBroken("ballot.count", entitled=4)


def test_no_more_marks_than_candidates():
    assert most_marks("plurality", candidates=2, places=5, choices=None) == 2
    assert most_marks("approval", candidates=7, places=1, choices=None) == 7
