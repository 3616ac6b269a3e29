"""Rules by marks beside those of a site: limited, cumulative and score votes, and lists; and who may count what."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import NAMES, Asked, lot, votes

from weft.ballots.counting import Count, Line, Stage, check_sums, count_election, papers_from_sums
from weft.ballots.counting.count import RULES
from weft.charter.model import Method
from weft.errors import RuleBroken


@st.composite
def pointed(draw):
    """method, papers of points or marks, candidates, places, choices."""
    method = draw(st.sampled_from(["limited", "cumulative", "score"]))
    names = draw(st.permutations(NAMES[: draw(st.integers(1, 4))]))
    choices = draw(st.integers(1, 5))
    if method == "limited":
        paper = st.lists(st.sampled_from(names), unique=True, max_size=choices).map(tuple)
    else:
        paper = st.dictionaries(st.sampled_from(names), st.integers(0, choices))
        if method == "cumulative":
            paper = paper.filter(lambda points: sum(points.values()) <= choices)
    papers = draw(st.lists(st.tuples(paper, st.integers(0, 3)), max_size=8))
    return method, papers, names, draw(st.integers(1, 4)), choices


def total(papers, name):
    return sum(n * (paper.get(name, 0) if isinstance(paper, dict) else name in paper) for paper, n in papers)


@given(pointed())
def test_points_are_added_up_and_the_most_win(election):
    method, papers, names, places, choices = election

    found = count_election(method, papers, candidates=names, places=places, choices=choices, lot=lot)

    assert {line.candidate: line.yes for line in found.lines} == {name: total(papers, name) for name in names}
    wanted = [name for name in names if total(papers, name)]
    assert len(found.elected) == min(places, len(wanted))
    order = [total(papers, name) for name in found.elected + found.runners_up]
    assert order == sorted(order, reverse=True)
    assert sorted(found.elected + found.runners_up) == sorted(wanted)
    assert dict(found.stages[0].totals) == {name: total(papers, name) for name in names}


@given(pointed())
def test_sums_of_tellers_give_the_same_result(election):
    method, papers, names, places, choices = election
    given_in = sum(number for _, number in papers)
    sums = {name: total(papers, name) for name in names} | {"papers": given_in}
    about = {"candidates": names, "places": places, "choices": choices}

    check_sums(method, sums, entitled=given_in, **about)
    from_sums = papers_from_sums(method, sums, names)

    by_sums = count_election(method, from_sums, papers_given=given_in, lot=lot, **about)
    assert by_sums == count_election(method, papers, lot=lot, **about)
    too_much = dict.fromkeys(names, given_in * choices * len(names) + 1)
    with pytest.raises(RuleBroken, match=r"ballot\.count"):
        check_sums(method, too_much | {"papers": given_in}, entitled=given_in, **about)


@pytest.mark.parametrize(
    ("method", "paper", "refusal"),
    [
        ("limited", ["a", "b", "c"], RuleBroken("ballot.too_many_marks", marks=3, allowed=2)),
        ("limited", {"a": 1}, RuleBroken("ballot.choice")),
        ("cumulative", {"a": 2, "b": 1}, RuleBroken("ballot.too_many_marks", marks=3, allowed=2)),
        ("cumulative", ["a"], RuleBroken("ballot.choice")),
        ("cumulative", {"a": -1}, RuleBroken("ballot.choice")),
        ("score", {"a": 2, "b": 3}, RuleBroken("ballot.too_many_marks", marks=3, allowed=2)),
        ("score", {"a": True}, RuleBroken("ballot.choice")),
        ("score", {"z": 1}, RuleBroken("ballot.choice")),
        ("list", "perhaps", RuleBroken("ballot.choice")),
        ("list", ["yes"], RuleBroken("ballot.choice")),
    ],
)
def test_an_impossible_paper_is_refused(method, paper, refusal):
    with pytest.raises(RuleBroken) as refused:
        count_election(method, [(paper, 1)], candidates=NAMES, places=3, choices=2)

    assert refused.value == refusal


@pytest.mark.parametrize("method", ["limited", "cumulative", "score"])
@pytest.mark.parametrize("choices", [None, 0])
def test_a_rule_with_choices_needs_their_number(method, choices):
    with pytest.raises(RuleBroken) as refused:
        count_election(method, [], candidates=NAMES, places=1, choices=choices)

    assert refused.value == RuleBroken("elect.choices", method=method)


def test_a_list_is_elected_in_its_order_or_not_at_all():
    carried = count_election("list", [("yes", 5), ("no", 4), ("abstain", 3)], candidates=["c", "a", "b"], places=2)
    lost = count_election("list", [("yes", 4), ("no", 4)], candidates=["c", "a", "b"], places=2)

    lines = tuple(Line(name, 5, 4, 3) for name in ("c", "a", "b"))
    stage = Stage("list", votes(a=5, b=5, c=5), subject=("c", "a", "b"), elected=("c", "a"))
    assert carried == Count("list", 2, ("c", "a"), ("b",), lines, 12, stages=(stage,))
    assert (lost.elected, lost.runners_up, lost.papers) == ((), (), 8)


def test_a_list_passes_over_who_would_break_a_quota():
    found = count_election(
        "list",
        [("yes", 1)],
        candidates=["c", "a", "b"],
        places=2,
        quotas=[Asked("women", at_least=1)],
        attributes={"b": ["women"]},
    )

    assert (found.elected, found.runners_up, found.stages[0].doomed) == (("c", "b"), ("a",), ("a",))


def test_tellers_sums_of_a_list():
    papers = papers_from_sums("list", {"yes": 3, "no": 1, "papers": 5}, NAMES)

    assert papers == [("yes", 3), ("no", 1)]
    assert count_election("list", papers, candidates=NAMES, places=1, papers_given=5).papers == 5
    check_sums("list", {"yes": 3, "no": 1, "abstain": 0, "papers": 5}, candidates=NAMES, places=1, entitled=5)
    with pytest.raises(RuleBroken, match=r"ballot\.count"):
        check_sums("list", {"yes": 3, "no": 1, "abstain": 2, "papers": 5}, candidates=NAMES, places=1, entitled=5)
    with pytest.raises(RuleBroken, match=r"ballot\.count"):
        count_election("list", papers, candidates=NAMES, places=1, papers_given=3)


@pytest.mark.parametrize("method", ["irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares"])
def test_sums_cannot_stand_for_papers_that_are_more_than_marks(method):
    with pytest.raises(RuleBroken) as refused:
        papers_from_sums(method, {}, NAMES)

    assert refused.value == RuleBroken("elect.method", method=method)


def test_every_method_of_a_charter_has_a_rule():
    assert set(RULES) == set(get_args(Method))
