"""Quotas in every rule: met whenever they can be, at the price of nothing where they would be met anyway."""

from fractions import Fraction
from itertools import combinations
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import Asked, asked, lot, ranked

from weft.ballots.counting import count_election
from weft.ballots.counting._reach import Reach
from weft.ballots.counting.model import QuotaResult, Substitution
from weft.errors import RuleBroken

RULES = ["plurality", "approval", "irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares"]


@st.composite
def elections(draw):
    rule = draw(st.sampled_from(RULES))
    papers, names, places = draw(ranked())
    if rule == "plurality":
        papers = [(paper[:places], number) for paper, number in papers]
    quotas, attributes = draw(asked(names))
    return rule, {"papers": papers, "candidates": names, "places": places, "lot": lot}, quotas, attributes


def needed(quota, places):
    return quota.at_least if quota.share is None else ceil(quota.share * places)


def most_reachable(quotas, attributes, names, places):
    """By trying every set: for each quota in order, the most that goes together with those before it."""
    size = min(places, len(names))
    sets = [chosen for k in range(size + 1) for chosen in combinations(names, k)]
    found = []
    for quota in quotas:
        held = [sum(quota.attribute in attributes[name] for name in chosen) for chosen in sets]
        reachable = min(max(held), needed(quota, places))
        found.append(reachable)
        sets = [chosen for chosen, number in zip(sets, held, strict=True) if number >= reachable]
    return found


def electable(rule, given_election):
    """Who can be elected at all: by papers that mark, only whom somebody marked."""
    names = given_election["candidates"]
    if rule in {"plurality", "approval", "phragmen", "equal_shares"}:
        return [name for name in names if any(name in paper and n for paper, n in given_election["papers"])]
    return names


@given(elections())
def test_each_quota_gets_what_the_candidates_allow(election):
    rule, given_election, quotas, attributes = election
    places = given_election["places"]

    found = count_election(rule, **given_election, quotas=quotas, attributes=attributes)

    reachable = most_reachable(quotas, attributes, electable(rule, given_election), places)
    held = [sum(quota.attribute in attributes[name] for name in found.elected) for quota in quotas]
    assert found.quotas == tuple(
        QuotaResult(quota.attribute, needed(quota, places), most, has)
        for quota, most, has in zip(quotas, reachable, held, strict=True)
    )
    assert all(has >= most for has, most in zip(held, reachable, strict=True))
    assert len(found.elected) == min(places, len(electable(rule, given_election)))


@given(elections())
def test_a_quota_that_is_met_anyway_changes_nothing_but_who_was_drawn(election):
    rule, given_election, quotas, attributes = election
    without = count_election(rule, **given_election)
    found = count_election(rule, **given_election, quotas=quotas, attributes=attributes)
    untouched = not any(stage.doomed or stage.guarded for stage in found.stages)

    if untouched:
        assert (found.elected, found.substitutions, found.stages) == (without.elected, (), without.stages)
    if rule in {"plurality", "approval", "schulze"}:
        held = [sum(quota.attribute in attributes[name] for name in without.elected) for quota in quotas]
        if all(has >= one.reachable for has, one in zip(held, found.quotas, strict=True)):
            assert (found.elected, found.runners_up) == (without.elected, without.runners_up)


@given(elections())
def test_each_place_that_a_quota_moved_is_explained(election):
    rule, given_election, quotas, attributes = election
    without = count_election(rule, **given_election)

    found = count_election(rule, **given_election, quotas=quotas, attributes=attributes)

    assert {one.elected for one in found.substitutions} - {""} == set(found.elected) - set(without.elected)
    assert {one.instead_of for one in found.substitutions} - {""} == set(without.elected) - set(found.elected)
    for one in found.substitutions:
        assert set(one.attributes) <= attributes.get(one.elected, set()) - attributes.get(one.instead_of, set())


@given(st.data())
def test_doomed_and_guarded_are_those_of_whom_no_set_or_every_set_has_need(data):
    names = list("abcdef")[: data.draw(st.integers(1, 6))]
    places = data.draw(st.integers(1, 4))
    quotas, attributes = data.draw(asked(names))
    reach = Reach(quotas, attributes, names, places)
    elected = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=places))
    left = [name for name in names if name not in elected]
    size = min(places - len(elected), len(left))

    def meeting(people):
        sets = [[*elected, *more] for k in range(size + 1) for more in combinations(people, k)]
        return [
            chosen
            for chosen in sets
            if all(
                sum(quota.attribute in attributes[name] for name in chosen) >= aim
                for quota, aim in zip(quotas, reach.aims, strict=True)
            )
        ]

    assert reach.possible(elected, left) == bool(meeting(left))
    for name in left:
        assert reach.doomed(name, elected, left) == (not any(name in chosen for chosen in meeting(left)))
        others = [other for other in left if other != name]
        assert reach.guarded(name, elected, left) == (not meeting(others))


WOMEN = Asked("women", at_least=1)


@pytest.mark.parametrize("rule", RULES)
def test_the_one_woman_takes_the_last_place_and_the_result_says_from_whom(rule):
    papers = [(["a"], 9), (["b"], 7), (["w"], 3)]
    places = 1 if rule == "irv" else 2
    first = ("w",) if rule == "irv" else ("a", "w")

    found = count_election(rule, papers, candidates="abw", places=places, quotas=[WOMEN], attributes={"w": ["women"]})

    assert found.elected == first
    displaced = "a" if rule == "irv" else "b"
    assert found.substitutions == (Substitution("w", displaced, ("women",)),)
    assert found.quotas == (QuotaResult("women", 1, 1, 1),)


def test_three_places_two_quotas_and_the_one_who_bears_both():
    """I. D. Hill, STV with constraints, Voting matters 9 (May 1998): the black woman must not be excluded."""
    attributes = {"m1": ["black"], "m2": ["black"], "w1": ["women"], "w2": ["women"], "bw": ["black", "women"]}
    quotas = [Asked("women", at_least=2), Asked("black", at_least=2)]
    papers = [(["m1"], 9), (["m2"], 8), (["w1"], 7), (["w2"], 6), (["bw"], 1)]

    found = count_election(
        "stv_scottish", papers, candidates=list(attributes), places=3, quotas=quotas, attributes=attributes
    )

    assert "bw" in found.elected
    assert [one.held for one in found.quotas] == [2, 2]
    assert any("bw" in stage.guarded for stage in found.stages)


def test_a_quota_beyond_the_candidates_is_met_as_far_as_they_go_and_the_rest_is_named():
    found = count_election(
        "approval",
        [(["a"], 9), (["b"], 7), (["w"], 3)],
        candidates="abw",
        places=3,
        quotas=[Asked("women", share=Fraction(2, 3))],
        attributes={"w": ["women"]},
    )

    assert found.quotas == (QuotaResult("women", 2, 1, 1),)
    assert found.elected == ("a", "b", "w")


def test_a_tie_that_only_a_quota_decides_needs_no_lot():
    papers = [(["a"], 9), (["b"], 3), (["w"], 3)]
    election = {"candidates": "abw", "places": 2}

    with pytest.raises(RuleBroken, match=r"election\.tie"):
        count_election("plurality", papers, **election)
    found = count_election("plurality", papers, **election, quotas=[WOMEN], attributes={"w": ["women"]})

    assert (found.elected, found.stages[0].doomed) == (("a", "w"), ("b",))
    assert found.substitutions == ()  # without the quota a lot would have decided; nobody can say for whom


def test_a_quota_without_a_number_is_the_callers_bug():
    for quota in (Asked("women"), Asked("women", at_least=-1)):
        with pytest.raises(ValueError, match="a quota"):
            count_election("approval", [(["a"], 1)], candidates="a", places=1, quotas=[quota])


@pytest.mark.parametrize("rule", ["stv_scottish", "stv_meek"])
def test_whoever_the_quotas_put_out_is_marked_as_such_and_not_as_the_lowest(rule):
    papers = [(["a"], 1)]
    women = {"c": ["women"]}

    found = count_election(rule, papers, candidates="abc", places=2, lot=lot, quotas=[WOMEN], attributes=women)

    assert (found.elected, found.substitutions) == (("a", "c"), ())
    assert [(stage.action, stage.excluded, stage.doomed) for stage in found.stages] == [
        ("first", (), ()),
        ("exclude", ("b",), ("b",)),
    ]


@pytest.mark.parametrize("rule", ["stv_scottish", "stv_meek"])
def test_whoever_has_the_votes_and_is_passed_over_is_named_where_it_happens(rule):
    women = {"c": ["women"]}

    found = count_election(rule, [(["a"], 1)], candidates="ac", places=1, quotas=[WOMEN], attributes=women)

    assert found.elected == ("c",)
    assert [(stage.action, stage.excluded, stage.doomed) for stage in found.stages] == [
        ("first", (), ("a",)),
        ("exclude", ("a",), ("a",)),
    ]
