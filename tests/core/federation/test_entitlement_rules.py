"""Entitlement: all seats of a delegate council as one plan, its references made from the index of the entry."""

from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import norms, seat_rules, senders, smalls

from weft.charter.model import BodyRule, Norm, NormException, Quorum, SeatRule, Small
from weft.federation import Allotment, Sender, allot
from weft.federation.entitlement import ConstituencyFact, ConstituencyPlan, Plan, due, may_change, plan
from weft.federation.seats import SeatFact


def city(*rules, **values):
    numbered = tuple(replace(rule, index=index) for index, rule in enumerate(rules))
    return BodyRule("city", "delegate", "city council", Quorum(Fraction(1, 2)), seats=numbered, **values)


WORKPLACES = SeatRule(0, "workplace", Norm(per=25), small=Small(25, "combine"))
ASSOCIATIONS = SeatRule(1, "association", Norm(fixed=2))
RULE = city(WORKPLACES, ASSOCIATIONS)
NUMBERS = {0: [Sender("b1", 60), Sender("b2", 10), Sender("b3", 20)], 1: [Sender("b4", 7)]}


def digest(*refs):
    return sha256("".join(f"{ref}\n" for ref in sorted(refs)).encode()).hexdigest()


def test_a_first_plan_opens_everything():
    found = plan(RULE, NUMBERS, [], index=7)

    assert found == Plan(
        constituencies=(
            ConstituencyPlan("c7-0-1", 0, ("b1",), 60, 2, new=True, opened=(("s7-0-1-1", 1), ("s7-0-1-2", 2))),
            ConstituencyPlan("c7-0-2", 0, ("b2", "b3"), 30, 1, new=True, opened=(("s7-0-2-1", 1),)),
            ConstituencyPlan("c7-1-1", 1, ("b4",), 7, 2, new=True, opened=(("s7-1-1-1", 1), ("s7-1-1-2", 2))),
        ),
        closed=(),
        waiting=(),
        seats=5,
        hash=digest("s7-0-1-1", "s7-0-1-2", "s7-0-2-1", "s7-1-1-1", "s7-1-1-2"),
    )
    assert (found.opened, found.changes) == (5, True)


def facts_after(found, filled=True):
    return [
        ConstituencyFact(
            c.ref,
            c.rule,
            c.senders,
            tuple(SeatFact(ref, c.rule, c.senders, filled) for ref, _ in c.opened),
            last_number=max((number for _, number in c.opened), default=0),
        )
        for c in found.constituencies
    ]


def test_the_same_numbers_change_nothing():
    first = plan(RULE, NUMBERS, [], index=7)

    again = plan(RULE, NUMBERS, facts_after(first), index=8)

    assert not again.changes
    assert (again.opened, again.closed, again.waiting) == (0, (), ())
    assert (again.seats, again.hash) == (first.seats, first.hash)


def test_a_number_once_given_is_never_given_again():
    shrunk = ConstituencyFact("c7-0-1", 0, ("b1",), (SeatFact("s7-0-1-1", 0, ("b1",), filled=True),), last_number=2)

    found = plan(city(WORKPLACES), {0: [Sender("b1", 75)]}, [shrunk], index=9)

    assert found.constituencies[0].opened == (("s7-0-1-3", 3), ("s7-0-1-4", 4))
    assert not found.constituencies[0].new


def test_a_newcomer_joins_a_small_constituency_and_has_its_delegate_at_once():
    before = facts_after(plan(RULE, NUMBERS, [], index=7))
    joined = {0: [*NUMBERS[0], Sender("b5", 12)], 1: NUMBERS[1]}

    found = plan(RULE, joined, before, index=9)

    small = found.constituencies[1]
    assert small == ConstituencyPlan("c7-0-2", 0, ("b2", "b3", "b5"), 42, 1, new=False, opened=(), regrouped=True)
    assert (found.opened, found.closed, found.waiting, found.changes) == (0, (), (), True)


def test_a_constituency_that_a_body_leaves_goes_on_with_the_others():
    before = facts_after(plan(RULE, NUMBERS, [], index=7))
    left = {0: [Sender("b1", 60), Sender("b3", 30)], 1: NUMBERS[1]}

    found = plan(RULE, left, before, index=9)

    assert [(c.ref, c.senders, c.opened, c.regrouped) for c in found.constituencies] == [
        ("c7-0-1", ("b1",), (), False),
        ("c7-0-2", ("b3",), (), True),
        ("c7-1-1", ("b4",), (), False),
    ]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(1, 60))
def test_whoever_joins_late_never_takes_a_filled_seat_from_anybody(sizes, late):
    early = [Sender(f"b{n}", size) for n, size in enumerate(sizes)]
    first = plan(RULE, {0: early, 1: []}, [], index=1)

    second = plan(RULE, {0: [*early, Sender("late", late)], 1: []}, facts_after(first), index=2)

    standing = {ref for c in first.constituencies for ref, _ in c.opened}
    assert set(second.closed) == set()
    assert set(second.waiting) <= standing


def test_seats_of_a_constituency_that_is_gone_wait_or_close():
    first = plan(RULE, NUMBERS, [], index=7)
    fewer = NUMBERS | {0: NUMBERS[0][:1], 1: []}

    waiting = plan(RULE, fewer, facts_after(first), index=8)
    closing = plan(RULE, fewer, facts_after(first, filled=False), index=8)

    gone = ("s7-0-2-1", "s7-1-1-1", "s7-1-1-2")
    assert (waiting.closed, waiting.waiting, waiting.seats, waiting.changes) == ((), gone, 5, False)
    assert (closing.closed, closing.waiting, closing.seats, closing.changes) == (gone, (), 2, True)
    assert closing.hash == digest("s7-0-1-1", "s7-0-1-2")


@given(rules=st.lists(seat_rules, min_size=1, max_size=3), data=st.data())
def test_due_is_each_rule_allotted_unless_the_body_has_limits(rules, data):
    rule = city(*rules)
    numbers = {seat_rule.index: data.draw(senders()) for seat_rule in rule.seats}
    each = {seat_rule.index: allot(seat_rule, numbers[seat_rule.index]) for seat_rule in rule.seats}

    assert due(rule, numbers) == each
    total = sum(a.seats for allotments in each.values() for a in allotments)
    limit = data.draw(st.integers(1, 60))
    held = due(replace(rule, body_maximum=limit), numbers)
    assert sum(a.seats for allotments in held.values() for a in allotments) == min(total, limit)
    assert {index: [a.senders for a in all_] for index, all_ in held.items()} == {
        index: [a.senders for a in all_] for index, all_ in each.items()
    }
    raised = due(replace(rule, body_minimum=limit), numbers)
    if total:
        assert sum(a.seats for allotments in raised.values() for a in allotments) == max(total, limit)


@given(norm=norms, small=st.none() | smalls, many=senders(), data=st.data())
def test_the_short_cut_never_misses_a_change(norm, small, many, data):
    rule = SeatRule(0, "workplace", norm, small=small)
    if not many:
        return
    place = data.draw(st.integers(0, len(many) - 1))
    after = max(0, many[place].units + data.draw(st.integers(-2, 2)))
    before = allot(rule, many)
    then = allot(rule, [replace(s, units=after) if n == place else s for n, s in enumerate(many)])
    mine = next(a for a in before if many[place].ref in a.senders)

    seats = [[(a.senders, a.seats) for a in allotments] for allotments in (before, then)]
    if seats[0] != seats[1]:
        assert may_change(city(rule), rule, before=many[place].units, after=after, combined=len(mine.senders) > 1)


def test_the_short_cut_sees_the_daily_case():
    def asked(rule=WORKPLACES, body=RULE, before=60, after=61, *, combined=False):
        return may_change(body, rule, before=before, after=after, combined=combined)

    named = replace(WORKPLACES, norm=Norm(per=25, exceptions=(NormException("Moscow", maximum=2),)))
    assert [asked(), asked(before=74, after=75), asked(before=25, after=24), asked(before=24, after=25)] == [
        False, True, True, True,
    ]  # fmt: skip
    assert asked(combined=True)
    assert asked(replace(WORKPLACES, norm=Norm(total=9)))
    assert asked(body=replace(RULE, body_maximum=99))
    assert asked(body=replace(RULE, body_minimum=9))
    assert asked(named)
    assert not asked(replace(WORKPLACES, norm=Norm(total=9)), before=60, after=60)
    assert asked(before=60, after=60, combined=True)  # another of those combined may have changed
    assert not asked(replace(WORKPLACES, small=None), before=3, after=4)
    # over the threshold the norm alone sees no difference: 24 and 25 are both two seats, but 24 is small
    for do in ("none", "one", "combine"):
        stepped = replace(WORKPLACES, norm=Norm(per=10), small=Small(25, do))
        assert asked(stepped, before=24, after=25)
        assert asked(stepped, before=25, after=24)


def test_an_allotment_is_plain():
    assert due(city(ASSOCIATIONS), {0: [Sender("b4", 0)]}) == {0: (Allotment(("b4",), 0, 2),)}
