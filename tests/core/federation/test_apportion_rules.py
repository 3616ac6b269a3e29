"""Norms of representation (seat.norm, seat.small): history's worked examples, and the norms restated."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases, norms, ratio_norms, roundings, rows, seat_rules, senders, smalls

from weft.charter import library_charter
from weft.charter.model import Norm, NormException, SeatRule, Small, Step
from weft.federation import Allotment, Sender, allot, divide, seats_for
from weft.federation.apportion import bound_body, round_exactly
from weft.federation.entitlement import due

# --- history -----------------------------------------------------------------------------------------------------

#: The norm of each worked example as its source words it; the rounding is our named choice, for sources give none.
CITIES = (NormException("Petrograd", maximum=40), NormException("Moscow", maximum=40))
RULES = {
    "RSFSR 1918 art. 57a": SeatRule(0, "electors", Norm("inhabitants", per=1000, minimum=50, maximum=1000)),
    "RSFSR 1918 art. 58": SeatRule(0, "city", Norm("delegates", per=50, minimum=3, maximum=15, exceptions=CITIES)),
    "RSFSR 1918 art. 57b": SeatRule(0, "electors", Norm("inhabitants", per=100, minimum=3, maximum=50)),
    "RSFSR 1918 art. 53d": SeatRule(0, "village", Norm("delegates", per=10), small=Small(10, "one")),
    "RSFSR 1918 art. 25 voters": SeatRule(0, "city", Norm("voters", per=25_000)),
    "RSFSR 1918 art. 25 inhabitants": SeatRule(0, "gubernia", Norm("inhabitants", per=125_000)),
    "First Conference 1917 norm": SeatRule(
        0, "soviet", Norm("voters", per=25_000, first_per=25_000, first_seats=2, maximum=8)
    ),
    "Petrograd Soviet Feb 1917": SeatRule(0, "plant", Norm("workers", per=1000), small=Small(1000, "one")),
}


def rule_for(row):
    return RULES.get(row["rule"]) or RULES[f"{row['rule']} {row['unit']}"]


@pytest.mark.parametrize(
    "row",
    rows("federation/worked_examples_apportionment.csv"),
    ids=lambda row: f"{row['rule']}, {row['body']}: {row['input']}",
)
def test_every_worked_example_of_history_holds(row):
    title = "Petrograd" if "Petrograd or Moscow" in row["body"] else row["body"]
    (found,) = allot(rule_for(row), [Sender("b1", int(row["input"]), title)])

    assert found == Allotment(("b1",), int(row["input"]), int(row["seats_floor_rounding"]))


def seats_by_charter(row):
    """What the shipped charters give for a worked example: the body that history names, with its own limits."""
    units, title = int(row["input"]), "Petrograd" if "Petrograd or Moscow" in row["body"] else row["body"]
    if row["rule"] == "First Conference 1917 norm":
        # the example states the norm; small soviets then combine, so one alone would still be heard
        return seats_for(library_charter("all-russian-congress-1917").body("congress").seats[0].norm, units)
    if row["rule"] == "RSFSR 1918 art. 58":
        return seats_for(library_charter("rsfsr-1918").body("city").executive.size, units, body=title)
    charter, kind, sender = {
        "RSFSR 1918 art. 57a": ("rsfsr-1918", "city", "electors"),
        "RSFSR 1918 art. 57b": ("rsfsr-1918", "village", "electors"),
        "RSFSR 1918 art. 53d": ("rsfsr-1918", "volost", "village"),
        "RSFSR 1918 art. 25": ("rsfsr-1918", "congress", "city" if row["unit"] == "voters" else "gubernia"),
        "Petrograd Soviet Feb 1917": ("petrograd-soviet-1917", "soviet", "plant"),
    }[row["rule"]]
    body = library_charter(charter).body(kind)
    numbers = {rule.index: [Sender("b1", units, title)] if rule.sender == sender else [] for rule in body.seats}
    (found,) = [allotment for allotments in due(body, numbers).values() for allotment in allotments]
    return found.seats


@pytest.mark.parametrize(
    "row",
    rows("federation/worked_examples_apportionment.csv"),
    ids=lambda row: f"{row['rule']}, {row['body']}: {row['input']}",
)
def test_the_shipped_charters_give_the_seats_of_every_worked_example(row):
    assert seats_by_charter(row) == int(row["seats_floor_rounding"])


def test_every_row_of_history_has_a_rule_and_every_rule_a_row():
    read = rows("federation/worked_examples_apportionment.csv")

    assert {id(rule_for(row)) for row in read} == {id(rule) for rule in RULES.values()}
    assert {row["status"] for row in read} == {"D"}


def test_the_rounding_is_a_choice_with_a_name():
    by_name = {how: seats_for(Norm(per=1000, round=how), 1500) for how in ("down", "up", "half_up", "half_even")}

    assert by_name == {"down": 1, "up": 2, "half_up": 2, "half_even": 2}
    assert seats_for(Norm(per=1000, round="half_even"), 2500) == 2
    assert seats_for(Norm(per=1000, round="half_up"), 2500) == 3


# --- one sender --------------------------------------------------------------------------------------------------


@given(value=st.fractions(0, 1000), how=roundings)
def test_rounding_restated(value, how):
    below, part = divmod(value, 1)
    half = Fraction(1, 2)
    up = {
        "down": False,
        "up": part > 0,
        "half_up": part >= half,
        "half_even": part > half or (part == half and below % 2 == 1),
    }[how]

    assert round_exactly(value, how) == below + up


def test_an_unknown_rounding_is_the_callers_bug():
    with pytest.raises(ValueError, match="unknown rounding 'sideways'"):
        round_exactly(Fraction(1, 2), "sideways")


@given(norm=ratio_norms(), units=st.integers(0, 5_000))
def test_a_ratio_norm_counted_portion_by_portion(norm, units):
    if norm.first_per is not None:
        seats, left, each = (norm.first_seats, units - norm.first_per, 1) if units >= norm.first_per else (0, 0, 1)
        scale = norm.seats
    else:
        seats, left, each, scale = 0, units, norm.seats, 1
    while left >= norm.per:
        left -= norm.per
        seats += each * scale
    more = round_exactly(Fraction(left * each, norm.per), norm.round)
    expected = seats + more * scale
    if norm.minimum is not None:
        expected = max(expected, norm.minimum)
    if norm.maximum is not None:
        expected = min(expected, norm.maximum)

    if norm.round != "half_even":  # a part alone does not know whether the whole is even
        assert seats_for(norm, units) == expected


@given(norm=norms, units=st.integers(0, 5_000), more=st.integers(0, 500))
def test_more_units_never_give_fewer_seats_and_limits_hold(norm, units, more):
    seats = seats_for(norm, units)

    assert seats_for(norm, units + more) >= seats >= (norm.minimum or 0)
    assert norm.maximum is None or seats <= norm.maximum


def test_steps_hold_up_to_and_including_their_end():
    cnt = Norm(steps=(Step(50, 1), Step(100, 2), Step(None, 8)))

    assert [seats_for(cnt, n) for n in (0, 1, 50, 51, 100, 101, 2**63)] == [1, 1, 1, 2, 2, 8, 8]
    assert seats_for(Norm(steps=(Step(50, 1), Step(100, 2))), 101) == 2  # a scale without an open end


def test_a_first_portion_without_its_own_number_gives_one_seat():
    assert [seats_for(Norm(per=10, first_per=20, seats=3), n) for n in (19, 20, 29, 30)] == [0, 1, 1, 4]


def test_a_named_body_has_limits_of_its_own():
    norm = Norm(
        per=50,
        minimum=3,
        maximum=15,
        exceptions=(NormException("Moscow", maximum=40), NormException("Ural", minimum=5)),
    )

    assert [seats_for(norm, 1000, body=name) for name in ("", "Kazan", "Moscow", "Ural")] == [15, 15, 20, 15]
    assert [seats_for(norm, 50, body=name) for name in ("", "Kazan", "Moscow", "Ural")] == [3, 3, 3, 5]


@pytest.mark.parametrize("norm", [Norm(per=25), Norm(fixed=2), Norm(steps=(Step(None, 1),))])
@pytest.mark.parametrize("units", [-1, -(2**63)])
def test_negative_units_are_the_callers_bug(norm, units):
    with pytest.raises(ValueError, match="negative units"):
        seats_for(norm, units)


def test_a_total_needs_all_senders():
    with pytest.raises(ValueError, match="divided among all senders"):
        seats_for(Norm(total=10), 5)


# --- small senders -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("federation/small.json"), ids=lambda case: case["why"])
def test_small_senders_as_worked_by_hand(case):
    rule = SeatRule(0, "workplace", Norm(per=case["per"]), small=Small(case["below"], case["do"]))
    many = [Sender(f"b{place}", units) for place, units in enumerate(case["units"])]

    found = allot(rule, many)

    assert found == tuple(
        Allotment(tuple(f"b{place}" for place in group), sum(case["units"][place] for place in group), seats)
        for group, seats in case["groups"]
    )


@given(rule=seat_rules, many=senders())
def test_nobody_is_left_out_and_nobody_stands_twice(rule, many):
    found = allot(rule, many)

    places = {sender.ref: place for place, sender in enumerate(many)}
    listed = [ref for allotment in found for ref in allotment.senders]
    assert sorted(listed) == sorted(places)
    for allotment in found:
        assert allotment.units == sum(many[places[ref]].units for ref in allotment.senders)
        assert list(allotment.senders) == sorted(allotment.senders, key=places.__getitem__)
    assert [a.senders[0] for a in found] == sorted((a.senders[0] for a in found), key=places.__getitem__)


@given(norm=norms, small=smalls, many=senders())
def test_who_is_small_is_treated_as_the_charter_says(norm, small, many):
    rule = SeatRule(0, "workplace", norm, small=small)
    for allotment in allot(rule, many):
        title = next(s.title for s in many if s.ref == allotment.senders[0]) if len(allotment.senders) == 1 else ""
        if allotment.units == 0 and norm.fixed is None:
            assert allotment.seats == 0
        elif small.do == "combine":
            is_alone_and_full = len(allotment.senders) == 1 and allotment.units >= small.below
            least = 0 if is_alone_and_full else 1
            assert allotment.seats == max(seats_for(norm, allotment.units, body=title), least)
            assert allotment.units >= small.below or len(allotment.senders) == len(many)
        else:
            assert len(allotment.senders) == 1
            few = {"one": 1, "none": 0}[small.do]
            full = seats_for(norm, allotment.units, body=title)
            assert allotment.seats == (few if allotment.units < small.below else full)


@given(rule=seat_rules, many=senders(), units=st.integers(0, 600))
def test_a_newcomer_moves_nobody_who_is_large(rule, many, units):
    if rule.small is not None:
        alone = {a.senders: a for a in allot(rule, many) if len(a.senders) == 1 and a.units >= rule.small.below}
        after = {ref: a for a in allot(rule, [*many, Sender("new", units)]) for ref in a.senders}
        joined = [senders for senders in alone if after[senders[0]].senders != senders]
        first_full = next((s.ref for s in many if s.units >= rule.small.below), None)
        assert joined in ([], [(first_full,)])


def test_fixed_seats_for_all_together_are_one_constituency():
    rule = SeatRule(0, "union", Norm(fixed=35, each=False))

    assert allot(rule, [Sender("b1", 5), Sender("b2", 0)]) == (Allotment(("b1", "b2"), 5, 35),)
    assert allot(rule, []) == ()
    assert allot(replace(rule, norm=Norm(fixed=2)), [Sender("b1", 5), Sender("b2", 0)]) == (
        Allotment(("b1",), 5, 2),
        Allotment(("b2",), 0, 2),
    )


# --- a body of fixed size ----------------------------------------------------------------------------------------


@given(many=senders(), total=st.integers(1, 60), small=st.none() | smalls)
def test_a_total_is_divided_among_those_who_are_not_small(many, total, small):
    found = allot(SeatRule(0, "city", Norm(total=total), small=small), many)

    apart = small is not None and small.do != "combine"
    few = [a for a in found if apart and a.units < small.below]
    rest = [a for a in found if a not in few]
    one = int(apart and small.do == "one")
    assert all(a.seats == one for a in few)
    left = max(total - one * len(few), 0)
    if any(a.units for a in rest):
        assert tuple(a.seats for a in rest) == divide(left, [a.units for a in rest], "largest_remainder")
        assert sum(a.seats for a in found) == left + one * len(few)
    else:
        assert all(a.seats == 0 for a in rest)
    assert sorted(ref for a in found for ref in a.senders) == sorted(sender.ref for sender in many)


def test_an_exception_stays_with_the_body_that_had_the_name_first():
    norm = Norm("delegates", per=50, maximum=15, exceptions=(NormException("Moscow", maximum=40),))
    three = [Sender("b1", 5_000, "Tver"), Sender("b2", 5_000, "Moscow"), Sender("b3", 5_000, "Moscow")]

    assert [a.seats for a in allot(SeatRule(0, "city", norm), three)] == [15, 40, 15]
    assert [a.seats for a in allot(SeatRule(0, "city", norm), three[::-1])] == [40, 15, 15]


# --- the whole body ----------------------------------------------------------------------------------------------

allotments = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 20)), max_size=8).map(
    lambda pairs: [Allotment((f"b{n}",), units, seats) for n, (units, seats) in enumerate(pairs)]
)


@given(body=allotments, low=st.none() | st.integers(1, 90), span=st.none() | st.integers(0, 90))
def test_the_size_of_a_body_is_held_in_proportion_to_the_seats_of_its_norms(body, low, span):
    high = None if span is None else (low or 1) + span
    total = sum(a.seats for a in body)

    found = bound_body(body, minimum=low, maximum=high)

    assert [(a.senders, a.units) for a in found] == [(a.senders, a.units) for a in body]
    held = sum(a.seats for a in found)
    if (low or 0) <= total <= (high or total) or (total == 0 and not any(a.units for a in body)):
        assert found == tuple(body)
    else:
        assert held == (low if total < (low or 0) else high)
        if total:
            assert all(
                abs(new.seats - Fraction(old.seats * held, total)) < 1 for new, old in zip(found, body, strict=True)
            )


def test_different_units_keep_their_weight_when_a_body_is_held_to_its_size():
    """Art. 53 of 1918: villages send by inhabitants, towns by voters. Units cannot be added up; seats can."""
    country = Allotment(("country",), 4_000_000, 400)
    town = Allotment(("town",), 1_000_000, 500)

    assert [a.seats for a in bound_body([country, town], minimum=None, maximum=450)] == [200, 250]


@pytest.mark.parametrize(
    ("minimum", "maximum", "seats"),
    [(4, 4, [3, 1]), (5, None, [4, 1]), (None, 3, [2, 1]), (8, 9, [6, 2]), (None, None, [3, 1]), (1, 9, [3, 1])],
)
def test_limits_of_a_body(minimum, maximum, seats):
    body = [Allotment(("b1",), 30, 3), Allotment(("b2",), 10, 1)]

    assert [a.seats for a in bound_body(body, minimum=minimum, maximum=maximum)] == seats


def test_where_no_norm_gave_a_seat_the_minimum_is_divided_by_units():
    body = [Allotment(("b1",), 30, 0), Allotment(("b2",), 10, 0)]

    assert [a.seats for a in bound_body(body, minimum=4, maximum=None)] == [3, 1]
    assert [a.seats for a in bound_body([Allotment(("b1",), 0, 0)], minimum=4, maximum=None)] == [0]


def test_a_body_in_which_nobody_is_left_gets_no_seat_whatever_the_minimum():
    senders = [Sender("b1", 60), Sender("b2", 0)]

    assert [a.seats for a in allot(SeatRule(0, "workplace", Norm(per=25, minimum=1)), senders)] == [2, 0]
    assert [a.seats for a in allot(SeatRule(0, "workplace", Norm(fixed=2)), senders)] == [2, 2]
