"""Many councils side by side: each comes to what it comes to alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import lot, ranked

from weft.ballots.counting import count_election
from weft.ballots.counting.many import Council, Councils, Elected, count_many
from weft.errors import RuleBroken


def alone(papers, names, places, drawing):
    try:
        count = count_election("stv_scottish", papers, candidates=names, places=places, lot=drawing)
    except RuleBroken as refusal:
        return (), set(), refusal
    on_the_way = [draw for stage in count.stages for draw in stage.lots if draw.why != "next"]
    return count.elected, {name for draw in on_the_way for name in draw.order}, None


@given(st.lists(ranked(papers=12), max_size=6))
def test_each_council_comes_to_what_it_comes_to_alone(elections):
    packed = Councils([Council(*election) for election in elections])

    for drawing in (None, lot):
        found = count_many(packed, drawing and (lambda _, equals: lot(equals)))

        for election, one in zip(elections, found, strict=True):
            elected, drawn, refused = alone(*election, drawing)
            assert (one.elected, one.refused) == (elected, refused)
            assert refused or set(one.drawn) == drawn


def test_each_council_has_a_lot_of_its_own():
    tie = Council([(("a",), 2), (("b",), 1), (("c",), 1)], ["a", "b", "c"], 2)
    orders = {0: sorted, 1: lambda equals: sorted(equals)[::-1]}

    found = count_many(Councils([tie, tie]), lambda council, equals: orders[council](equals))

    assert found == [Elected(("a", "c"), ("b", "c")), Elected(("a", "b"), ("c", "b"))]


def test_a_council_with_a_tie_and_no_lot_is_refused_and_the_others_are_counted():
    tie = Council([(("a",), 1), (("b",), 1)], ["a", "b"], 1)
    clear = Council([(("a",), 2), (("b",), 1)], ["a", "b"], 1)

    found = count_many(Councils([tie, clear]))

    assert found == [
        Elected((), (), RuleBroken("election.tie", candidates="a, b", places=1)),
        Elected(("a",)),
    ]


def test_no_councils_and_councils_of_nobody():
    assert count_many(Councils([])) == []
    assert count_many(Councils([Council([], [], 2), Council([((), 3)], ["a"], 1)])) == [Elected(()), Elected(("a",))]


@pytest.mark.parametrize("paper", [("a", "a"), ("z",)])
def test_an_impossible_paper_is_refused(paper):
    with pytest.raises(RuleBroken) as refusal:
        Councils([Council([(("a",), 1)], ["a"], 1), Council([(paper, 1)], ["a", "b"], 1)])

    assert refusal.value == RuleBroken("ballot.choice")


@pytest.mark.parametrize(
    "council",
    [
        Council([], ["a"], 0),
        Council([], ["a", "a"], 1),
        Council([], [f"m{at}" for at in range(64)], 1),
        Council([(("a",), -1)], ["a"], 1),
    ],
)
def test_an_impossible_council_is_the_callers_bug(council):
    with pytest.raises(ValueError, match=r"a council has|impossible number"):
        Councils([council])
