"""Committees by approval, restated as money that flows in time; and the worked examples of the book."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from tests.core.ballots.counting_elections import lot, ranked
from tests.strategies import cases

from weft.ballots.counting import count_election


def wallets(papers):
    """One voter a line, as the definition has it: who is approved."""
    return [set(paper) for paper, number in papers for _ in range(number) if paper]


def earn(voters, money, names, places, elected):
    """Everybody earns evenly; the first candidate whose approvers have 1 is bought with all that they have."""
    while len(elected) < places:
        waits = {}
        for name in names:
            approvers = [at for at, voter in enumerate(voters) if name in voter]
            if name not in elected and approvers:
                waits[name] = (1 - sum(money[at] for at in approvers)) / len(approvers)
        if not waits:
            return elected
        first = [name for name in sorted(names) if waits.get(name) == min(waits.values())]
        chosen = lot(first)[0] if len(first) > 1 else first[0]
        money = [
            Fraction(0) if chosen in voter else purse + waits[chosen]
            for voter, purse in zip(voters, money, strict=True)
        ]
        elected.append(chosen)
    return elected


def price(approvers, money):
    """The least rate at which these can pay 1 together: where the broken line of all payments crosses 1."""
    if sum(money[at] for at in approvers) < 1:
        return None
    for payers in range(len(approvers), 0, -1):
        richest = sorted((money[at] for at in approvers), reverse=True)
        rate = (Fraction(1) - sum(richest[payers:])) / payers
        if rate <= richest[payers - 1]:
            return rate
    raise AssertionError("somebody can pay")


@given(ranked())
def test_phragmen_is_money_earned_evenly(election):
    papers, names, places = election
    voters = wallets(papers)

    found = count_election("phragmen", papers, candidates=names, places=places, lot=lot)

    assert list(found.elected) == earn(voters, [Fraction(0)] * len(voters), names, places, [])
    assert list(found.elected + found.runners_up) == earn(voters, [Fraction(0)] * len(voters), names, len(names), [])


@given(ranked())
def test_equal_shares_are_budgets_spent_then_money_earned(election):
    papers, names, places = election
    voters = wallets(papers)
    money = [Fraction(places, len(voters))] * len(voters) if voters else []
    elected, prices = [], []
    while True:
        rates = {
            name: rate
            for name in names
            if name not in elected
            and (rate := price([at for at, voter in enumerate(voters) if name in voter], money)) is not None
        }
        if not rates:
            break
        first = [name for name in sorted(names) if rates.get(name) == min(rates.values())]
        chosen = lot(first)[0] if len(first) > 1 else first[0]
        money = [
            purse - min(purse, rates[chosen]) if chosen in voter else purse
            for voter, purse in zip(voters, money, strict=True)
        ]
        elected.append(chosen)
        prices.append((chosen, rates[chosen], sum(money)))

    found = count_election("equal_shares", papers, candidates=names, places=places, lot=lot)

    bought = [stage for stage in found.stages if stage.action == "buy"]
    assert [(s.subject[0], dict(s.values)[s.subject[0]], s.money) for s in bought] == prices
    assert list(found.elected) == earn(voters, money, names, places, elected)


@given(ranked())
def test_a_group_that_agrees_gets_its_share(election):
    """Proportional justified representation, which both rules have: Lackner and Skowron (2023), section 4.2."""
    papers, names, places = election
    voters = wallets(papers)
    for rule in ("phragmen", "equal_shares"):
        elected = set(count_election(rule, papers, candidates=names, places=places, lot=lot).elected)
        for size in range(1, places + 1):
            for common in combinations(names, size):
                group = [voter for voter in voters if set(common) <= voter]
                if len(group) * places >= size * len(voters) > 0:
                    assert len(elected & set().union(*group)) >= size


@pytest.mark.parametrize("case", cases("ballots/committees.json"), ids=lambda case: case["why"])
def test_worked_examples(case):
    papers = [(list(paper), number) for paper, number in case["papers"]]

    found = count_election(case["rule"], papers, candidates=case["candidates"], places=case["places"], lot=sorted)

    assert sorted(found.elected) == case["elected"]


def test_nobody_whom_nobody_approves_is_elected():
    for rule in ("phragmen", "equal_shares"):
        found = count_election(rule, [(["a"], 1), ((), 5)], candidates="abc", places=3)

        assert (found.elected, found.runners_up, found.papers) == (("a",), (), 6)


def test_equals_without_common_approvers_need_no_lot_if_all_find_a_place():
    papers = [(["a"], 2), (["b"], 2), (["c"], 1)]

    found = count_election("phragmen", papers, candidates="abc", places=2)

    assert (found.elected, found.runners_up, found.tied) == (("a", "b"), ("c",), (("a", "b"),))
