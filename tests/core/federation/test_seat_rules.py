"""Seats follow entitlement, terms end, and limits on who may serve (seat.takes_effect, seat.rotation, office.*)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON

from weft.charter.model import Norm, Office, Rotation, SeatRule
from weft.errors import RuleBroken
from weft.federation import Allotment
from weft.federation.seats import (
    PastTerm,
    Reconciled,
    SeatFact,
    check_incompatible,
    check_rotation,
    reconcile,
    term_end,
)

NOW = SeatRule(0, "workplace", Norm(per=25), takes_effect="now")
NEXT_TERM = SeatRule(0, "workplace", Norm(per=25), takes_effect="next_term")
A, B, AB = ("a",), ("b",), ("a", "b")


def days(number):
    return timedelta(days=number)


@pytest.mark.parametrize("rule", [NOW, NEXT_TERM])
def test_more_entitlement_opens_seats_at_once(rule):
    found = reconcile(rule, [SeatFact("s1", 0, A, filled=True)], [Allotment(A, 75, 3), Allotment(B, 25, 1)])

    assert found == Reconciled(keep={A: ("s1",), B: ()}, open={A: 2, B: 1}, close=(), waiting=())


@pytest.mark.parametrize(("rule", "close", "waiting"), [(NOW, ("s2", "s3"), ()), (NEXT_TERM, ("s2",), ("s3",))])
def test_less_entitlement_takes_vacant_seats_first_and_filled_ones_as_the_charter_says(rule, close, waiting):
    existing = [
        SeatFact("s1", 0, A, filled=True),
        SeatFact("s2", 0, A, filled=False),
        SeatFact("s3", 0, A, filled=True),
    ]

    found = reconcile(rule, existing, [Allotment(A, 25, 1)])

    assert found.keep == {A: ("s1",)}
    assert found.open == {}
    assert (set(found.close), found.waiting) == (set(close), waiting)


@pytest.mark.parametrize(("rule", "close", "waiting"), [(NOW, ("s1", "s2"), ()), (NEXT_TERM, ("s2",), ("s1",))])
def test_a_constituency_whose_senders_changed_is_a_new_one(rule, close, waiting):
    existing = [SeatFact("s1", 0, A, filled=True), SeatFact("s2", 0, B, filled=False)]

    found = reconcile(rule, existing, [Allotment(AB, 30, 1)])

    assert found == Reconciled(keep={AB: ()}, open={AB: 1}, close=close, waiting=waiting)


def test_the_same_senders_in_another_order_are_the_same_constituency():
    found = reconcile(NOW, [SeatFact("s1", 0, ("b", "a"), filled=True)], [Allotment(AB, 30, 1)])

    assert found == Reconciled(keep={AB: ("s1",)}, open={}, close=(), waiting=())


seats_of = st.dictionaries(
    st.sampled_from([A, B, AB, ("c",), ("d",)]), st.lists(st.booleans(), max_size=4), max_size=5
).map(lambda many: [SeatFact(f"{'-'.join(k)}{n}", 0, k, filled) for k, v in many.items() for n, filled in enumerate(v)])
due_seats = st.dictionaries(st.sampled_from([A, B, AB, ("c",)]), st.integers(0, 4), max_size=4).map(
    lambda many: [Allotment(senders, 25 * n, n) for senders, n in many.items()]
)


@given(existing=seats_of, due=due_seats, rule=st.sampled_from([NOW, NEXT_TERM]))
def test_every_seat_has_one_fate_and_the_due_number_stands(existing, due, rule):
    found = reconcile(rule, existing, due)

    kept = [ref for refs in found.keep.values() for ref in refs]
    assert sorted([*kept, *found.close, *found.waiting]) == sorted(seat.ref for seat in existing)
    filled = {seat.ref for seat in existing if seat.filled}
    assert set(found.waiting) <= filled
    if rule.takes_effect == "now":
        assert found.waiting == ()
    else:
        assert filled.isdisjoint(found.close)
    for allotment in due:
        refs = found.keep[allotment.senders]
        assert len(refs) + found.open.get(allotment.senders, 0) == allotment.seats
        mine = {seat.ref for seat in existing if seat.senders == allotment.senders}
        assert set(refs) <= mine
        if mine - set(refs) & filled:  # a filled seat goes only when no vacant one is kept in its stead
            assert set(refs) <= filled or not (mine - set(refs)) & filled


def test_a_term_ends_after_its_days_or_never():
    assert term_end(SeatRule(0, "a", Norm(per=1), term_days=180), NOON) == NOON + days(180)
    assert term_end(Office("chair", term_days=1), NOON) == NOON + days(1)
    assert term_end(Office("chair"), NOON) is None


def test_a_place_that_passes_on_is_held_for_one_turn():
    assert term_end(Office("chair", rotation=Rotation(every_days=92)), NOON) == NOON + days(92)
    assert term_end(Office("chair", term_days=30, rotation=Rotation(every_days=92)), NOON) == NOON + days(30)
    assert term_end(Office("chair", term_days=365, rotation=Rotation(max_terms=2)), NOON) == NOON + days(365)


def term(start, end):
    return PastTerm(NOON + days(start), NOON + days(end))


TWO = Rotation(max_terms=2, pause_days=180)


@pytest.mark.parametrize(
    ("rotation", "past", "starts"),
    [
        (None, [term(-900, -1)] * 5, 0),
        (Rotation(every_days=14), [term(-28, -14), term(-14, 0)], 0),
        (TWO, [], 0),
        (TWO, [term(-180, 0)], 0),
        (TWO, [term(-360, -180), term(-180, 0)], 180),  # the pause is over, to the instant
        (TWO, [term(-720, -540), term(-360, -180), term(-180, 0)][:2], 0),  # away once in between
        (Rotation(max_terms=1), [term(-180, -1)], 0),  # without a pause of its own, a day away is away
    ],
)
def test_who_may_serve_again(rotation, past, starts):
    check_rotation(rotation, past, starts_at=NOON + days(starts))
    check_rotation(rotation, past[::-1], starts_at=NOON + days(starts))


@pytest.mark.parametrize(
    ("rotation", "past", "starts", "served", "free"),
    [
        (TWO, [term(-360, -180), term(-180, 0)], 0, 2, 180),
        (TWO, [term(-360, -180), term(-180, 0)], 179, 2, 180),
        (TWO, [term(-360, -180), term(-10, 0)], 0, 2, 180),  # a short absence is no pause
        (TWO, [term(-900, -700), term(-360, -180), term(-180, 0)], 0, 2, 180),
        (TWO, [term(-540, -360), term(-360, -180), term(-180, 0)], 0, 3, 180),
        (Rotation(max_terms=1), [term(-180, 0)], 0, 1, 1),
    ],
)
def test_who_served_too_long_is_refused_with_the_instant_from_which_they_may(rotation, past, starts, served, free):
    free_from = NOON + days(free)
    for of in ("seat", "office"):
        with pytest.raises(RuleBroken) as refusal:
            check_rotation(rotation, past, starts_at=NOON + days(starts), of=of)
        assert refusal.value == RuleBroken(
            f"{of}.rotation", served=served, allowed=rotation.max_terms, free_from=free_from.isoformat()
        )
        check_rotation(rotation, past, starts_at=free_from, of=of)


def test_a_seat_is_what_rotation_speaks_of_unless_told_otherwise():
    with pytest.raises(RuleBroken, match=r"seat\.rotation"):
        check_rotation(Rotation(max_terms=1), [term(-1, 0)], starts_at=NOON)


CHAIR = Office("chair", incompatible=("secretary", "treasurer"))
SECRETARY, TELLER = Office("secretary"), Office("teller")


@pytest.mark.parametrize(("office", "held"), [(CHAIR, [TELLER, SECRETARY]), (SECRETARY, [TELLER, CHAIR])])
def test_offices_exclude_each_other_whichever_of_them_says_so(office, held):
    with pytest.raises(RuleBroken) as refusal:
        check_incompatible(office, held)

    assert refusal.value == RuleBroken("office.incompatible", office=office.id, held=held[1].id)


def test_other_offices_go_together():
    check_incompatible(CHAIR, [TELLER])
    check_incompatible(TELLER, [CHAIR, SECRETARY])
    check_incompatible(CHAIR, [])
