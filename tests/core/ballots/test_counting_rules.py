"""Counting by marks (seat.elect, office.elect): against a naive restatement, and whatever must not matter."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases

from weft.ballots import Count, count_election, draw_lots, lot_commitment, papers_from_sums
from weft.ballots.counting import Line, Stage, check_sums
from weft.errors import RuleBroken

NAMES = ["m1", "m2", "m3", "m4", "m5"]
METHODS = ["plurality", "absolute_majority", "approval", "yes_no"]
SEED = bytes(range(32))


def lot(names):
    return draw_lots(SEED, b"", names, commitment=lot_commitment(SEED))


def votes(**totals):
    """Totals as stages have them."""
    return tuple((name, Fraction(number)) for name, number in sorted(totals.items()))


@st.composite
def elections(draw):
    """method, papers, candidates, places: whatever an election can be."""
    method = draw(st.sampled_from(METHODS))
    candidates = draw(st.permutations(NAMES[: draw(st.integers(1, 5))]))
    places = draw(st.integers(1, 6))
    if method == "yes_no":
        paper = st.dictionaries(st.sampled_from(candidates), st.sampled_from(["yes", "no", "abstain"]))
    else:
        most = {"plurality": places, "absolute_majority": 1}.get(method)
        paper = st.lists(st.sampled_from(candidates), unique=True, max_size=most)
    papers = draw(st.lists(st.tuples(paper, st.integers(0, 3)), max_size=8))
    return method, papers, candidates, places


def naive(method, papers, candidates):
    """Single answers counted one by one."""
    lines = {name: {"yes": 0, "no": 0, "abstain": 0} for name in candidates}
    for paper, number in papers:
        for _ in range(number):
            for name in paper:
                lines[name][paper[name] if isinstance(paper, Mapping) else "yes"] += 1
    return lines


@given(elections())
def test_count_agrees_with_counting_one_by_one(election):
    method, papers, candidates, places = election

    found = count_election(method, papers, candidates=candidates, places=places, lot=lot)

    lines = naive(method, papers, candidates)
    assert {line.candidate: line for line in found.lines} == {n: Line(n, **line) for n, line in lines.items()}
    stand = [n for n, line in lines.items() if (line["yes"] > line["no"] if method == "yes_no" else line["yes"] > 0)]
    order = [*found.elected, *found.runners_up]
    assert sorted(order) == sorted(stand)
    given = sum(number for _, number in papers)
    if method == "absolute_majority":
        assert list(found.elected) == [name for name in stand if lines[name]["yes"] > given - lines[name]["yes"]]
    else:
        assert len(found.elected) == min(places, len(stand))
    for earlier, later in pairwise(order):
        better = [(lines[name]["yes"], -lines[name]["no"]) for name in (earlier, later)]
        assert better[0] >= better[1]
        if better[0] == better[1]:
            assert {earlier, later} <= set(found.drawn)
    assert found.tied == ()
    assert (found.method, found.places, found.papers) == (method, places, given)


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_papers_and_candidates_does_not_matter(election, chance):
    method, papers, candidates, places = election
    shuffled, others = list(papers), list(candidates)
    chance.shuffle(shuffled)
    chance.shuffle(others)

    first = count_election(method, papers, candidates=candidates, places=places, lot=lot)

    assert count_election(method, shuffled, candidates=others, places=places, lot=lot) == first


@given(elections())
def test_sums_give_the_same_result_as_the_papers(election):
    method, papers, candidates, places = election
    lines = naive(method, papers, candidates)
    if method == "yes_no":
        sums = {f"{name}/{answer}": n for name, line in lines.items() for answer, n in line.items()}
    else:
        sums = {name: line["yes"] for name, line in lines.items()}

    given = sum(number for _, number in papers)

    from_sums = papers_from_sums(method, sums | {"papers": given}, candidates)

    assert all(number > 0 for _, number in from_sums)
    assert papers_from_sums(method, sums, candidates) == from_sums
    by_sums = count_election(method, from_sums, candidates=candidates, places=places, lot=lot, papers_given=given)
    assert by_sums == count_election(method, papers, candidates=candidates, places=places, lot=lot)


@given(elections())
def test_without_a_lot_only_a_tie_across_the_last_place_is_refused(election):
    method, papers, candidates, places = election
    drawn = count_election(method, papers, candidates=candidates, places=places, lot=lot)
    votes = {line.candidate: (line.yes, line.no) for line in drawn.lines}
    last_in, first_out = drawn.elected[-1:], drawn.runners_up[:1]
    across = bool(last_in and first_out and votes[last_in[0]] == votes[first_out[0]])

    if across:
        equals = sorted(name for name in votes if votes[name] == votes[last_in[0]])
        with pytest.raises(RuleBroken) as refusal:
            count_election(method, papers, candidates=candidates, places=places)
        assert refusal.value == RuleBroken("election.tie", candidates=", ".join(equals), places=places)
        return
    plain = count_election(method, papers, candidates=candidates, places=places)
    assert (set(plain.elected), plain.lines, plain.drawn) == (set(drawn.elected), drawn.lines, ())
    assert sorted(name for group in plain.tied for name in group) == sorted(drawn.drawn)
    for group in plain.tied:
        assert list(group) == sorted(group)
        assert len({votes[name] for name in group}) == 1


def test_a_plurality_election_as_a_whole():
    papers = [(["m1"], 5), (["m2"], 3), (["m3"], 3), ([], 2)]

    assert count_election("plurality", papers, candidates=NAMES[:4], places=1) == Count(
        method="plurality",
        places=1,
        elected=("m1",),
        runners_up=("m2", "m3"),
        lines=(Line("m1", 5), Line("m2", 3), Line("m3", 3), Line("m4", 0)),
        papers=13,
        tied=(("m2", "m3"),),
        stages=(Stage("marks", votes(m1=5, m2=3, m3=3, m4=0), elected=("m1",)),),
    )


def test_a_tie_for_the_last_place_needs_a_lot():
    papers = [(["m1"], 5), (["m3"], 3), (["m2"], 3)]

    with pytest.raises(RuleBroken) as refusal:
        count_election("plurality", papers, candidates=NAMES[:3], places=2)

    assert refusal.value == RuleBroken("election.tie", candidates="m2, m3", places=2)
    drawn = count_election("plurality", papers, candidates=NAMES[:3], places=2, lot=lambda tied: tied[::-1])
    assert (drawn.elected, drawn.runners_up, drawn.drawn) == (("m1", "m3"), ("m2",), ("m3", "m2"))


def test_yes_no_elects_more_yes_than_no_and_of_equal_yes_the_fewer_no():
    papers = [({"m1": "yes", "m2": "yes", "m3": "no"}, 4), ({"m1": "no", "m2": "abstain", "m3": "yes"}, 3)]
    papers += [({"m3": "yes"}, 1), ({"m3": "no"}, 1)]

    found = count_election("yes_no", papers, candidates=["m1", "m2", "m3"], places=3)

    assert found == Count(
        method="yes_no",
        places=3,
        elected=("m2", "m1"),  # m3 has 4 yes and 5 no; the third place stays vacant
        runners_up=(),
        lines=(Line("m2", 4, 0, 3), Line("m1", 4, 3, 0), Line("m3", 4, 5, 0)),
        papers=9,
        stages=(Stage("marks", votes(m1=4, m2=4, m3=4), elected=("m2", "m1")),),
    )


@pytest.mark.parametrize(
    ("papers", "elected", "runners_up", "tied"),
    [
        ([(["m1"], 6), (["m2"], 4)], ("m1",), ("m2",), ()),
        ([(["m1"], 5), (["m2"], 4), (["m3"], 1)], (), ("m1", "m2", "m3"), ()),
        ([(["m1"], 5), (["m2"], 5)], (), ("m1", "m2"), (("m1", "m2"),)),  # no refusal: it leads to the run-off
        ([(["m1"], 5), (["m2"], 4), ([], 1)], (), ("m1", "m2"), ()),  # a blank paper is a paper
        ([([], 3)], (), (), ()),
        ([], (), (), ()),
    ],
)
@pytest.mark.parametrize("places", [1, 2])
def test_absolute_majority_is_more_than_half_of_the_papers(papers, elected, runners_up, tied, places):
    found = count_election("absolute_majority", papers, candidates=NAMES[:3], places=places)

    assert (found.elected, found.runners_up, found.tied) == (elected, runners_up, tied)


def test_absolute_majority_of_sums_is_taken_of_the_papers_given():
    given = papers_from_sums("absolute_majority", {"m1": 5, "m2": 4, "papers": 10}, NAMES)

    assert count_election("absolute_majority", given, candidates=NAMES, places=1, papers_given=10).elected == ()
    assert count_election("absolute_majority", given, candidates=NAMES, places=1, papers_given=9).elected == ("m1",)


@pytest.mark.parametrize("papers_given", [-1, 0, 3])
def test_more_marks_than_papers_are_refused(papers_given):
    with pytest.raises(RuleBroken) as refusal:
        count_election("approval", [(["m1"], 4)], candidates=NAMES, places=1, papers_given=papers_given)

    assert refusal.value == RuleBroken("ballot.count", entitled=papers_given)


def names_in(sums):
    return list(dict.fromkeys(line.partition("/")[0] for line in sums if line != "papers"))


@pytest.mark.parametrize("case", cases("ballots/sheets.json"), ids=lambda case: case["why"])
def test_a_sheet_bears_only_what_its_papers_can(case):
    method, sums, names = case["method"], case["sums"], names_in(case["sums"])
    given = {"candidates": names, "places": case["places"]}

    if case["possible"]:
        check_sums(method, sums, entitled=case["entitled"], **given)
        papers = papers_from_sums(method, sums, names)
        assert count_election(method, papers, papers_given=sums["papers"], lot=sorted, **given).papers == sums["papers"]
        return
    with pytest.raises(RuleBroken) as refusal:
        check_sums(method, sums, entitled=case["entitled"], **given)
    assert refusal.value == RuleBroken("ballot.count", entitled=case["entitled"])


@pytest.mark.parametrize(
    "sums", [{}, {"papers": 3}, {"m1": 1}, {"m1": 1, "m2": 0, "papers": 3}, {"m1": True, "papers": 3}]
)
def test_a_sheet_has_every_line_and_no_other(sums):
    with pytest.raises(RuleBroken, match=r"ballot\.count"):
        check_sums("approval", sums, candidates=["m1"], places=1, entitled=9)


@given(
    method=st.sampled_from(["plurality", "absolute_majority", "approval"]),
    places=st.integers(1, 3),
    data=st.data(),
)
def test_what_papers_add_up_to_is_never_called_impossible(method, places, data):
    most = {"plurality": places, "absolute_majority": 1}.get(method, 4)
    papers = data.draw(st.lists(st.lists(st.sampled_from(NAMES[:4]), max_size=most, unique=True), max_size=12))
    sums = {name: sum(name in paper for paper in papers) for name in NAMES[:4]}

    check_sums(method, {**sums, "papers": len(papers)}, candidates=NAMES[:4], places=places, entitled=len(papers))


def test_as_many_yes_as_no_does_not_elect():
    assert count_election("yes_no", [({"m1": "yes"}, 2), ({"m1": "no"}, 2)], candidates=["m1"], places=1).elected == ()


def test_nobody_without_a_vote_is_elected():
    assert count_election("approval", [(["m1"], 1)], candidates=["m1", "m2"], places=2).elected == ("m1",)
    assert count_election("approval", [], candidates=[], places=2).elected == ()


@pytest.mark.parametrize(
    ("method", "paper"),
    [
        ("plurality", ["m9"]),
        ("plurality", "m1"),
        ("plurality", {"m1": "yes"}),
        ("approval", ["m1", "m1"]),
        ("approval", ["m1", "m9"]),
        ("approval", b"m1"),
        ("yes_no", ["m1"]),
        ("yes_no", {"m1": "perhaps"}),
        ("yes_no", {"m9": "yes"}),
    ],
)
def test_an_impossible_paper_is_refused_even_if_nobody_handed_it_in(method, paper):
    for number in (0, 1, 2**63):
        with pytest.raises(RuleBroken) as refusal:
            count_election(
                method, [(["m1"] if method != "yes_no" else {}, 1), (paper, number)], candidates=NAMES, places=2
            )
        assert refusal.value == RuleBroken("ballot.choice")


def test_more_marks_than_the_rule_gives_are_refused():
    with pytest.raises(RuleBroken) as refusal:
        count_election("plurality", [(NAMES[:3], 1)], candidates=NAMES, places=2)

    assert refusal.value == RuleBroken("ballot.too_many_marks", marks=3, allowed=2)
    with pytest.raises(RuleBroken) as refusal:
        count_election("absolute_majority", [(NAMES[:2], 1)], candidates=NAMES, places=2)
    assert refusal.value == RuleBroken("ballot.too_many_marks", marks=2, allowed=1)
    assert count_election("plurality", [(NAMES[:2], 1)], candidates=NAMES, places=2).elected == ("m1", "m2")
    assert count_election("approval", [(NAMES, 1)], candidates=NAMES, places=9).elected == tuple(NAMES)


def test_a_rule_that_is_not_here_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        count_election("astrology", [], candidates=NAMES, places=1)

    assert refusal.value == RuleBroken("elect.method", method="astrology")


@pytest.mark.parametrize(("candidates", "places"), [(NAMES, 0), (NAMES, -1), (["m1", "m1"], 1)])
def test_an_impossible_election_is_the_callers_bug(candidates, places):
    with pytest.raises(ValueError, match="at least one place"):
        count_election("plurality", [], candidates=candidates, places=places)


@pytest.mark.parametrize("number", [-1, True, 1.0, "1"], ids=repr)
def test_an_impossible_number_of_papers_is_the_callers_bug(number):
    with pytest.raises(ValueError, match="number of papers"):
        count_election("approval", [(["m1"], number)], candidates=NAMES, places=1)


@pytest.mark.parametrize("answer", [[], ["m1"], ["m1", "m1"], ["m1", "m3"], ["m1", "m2", "m3"]])
def test_a_lot_that_loses_or_adds_somebody_is_the_callers_bug(answer):
    with pytest.raises(ValueError, match="a lot orders"):
        count_election("approval", [(["m1", "m2"], 1)], candidates=NAMES, places=1, lot=lambda _: answer)


@pytest.mark.parametrize(
    ("method", "line"), [("approval", "m9"), ("approval", "m1/yes"), ("yes_no", "m1"), ("yes_no", "m1/Yes")]
)
def test_a_line_for_nobody_is_refused_not_dropped(method, line):
    with pytest.raises(RuleBroken) as refusal:
        papers_from_sums(method, {line: 3}, NAMES)

    assert refusal.value == RuleBroken("ballot.choice")
