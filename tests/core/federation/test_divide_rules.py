"""Dividing a body of fixed size (seat.norm, total): published tables, what defines each method, another program."""

from fractions import Fraction
from typing import get_args

import pytest
from apportionment import methods as peer
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases, impossible_numbers, methods

from weft.charter.model import Apportionment
from weft.federation import divide

METHODS = get_args(Apportionment)
DIVISORS = tuple(method for method in METHODS if method not in {"largest_remainder", "droop"})
units = st.lists(st.integers(0, 900), min_size=1, max_size=8).filter(any)
PUBLISHED = [
    pytest.param(case, method, id=f"{case['source']}: {method}")
    for case in cases("federation/divide.json")
    for method in case["seats"]
]


@pytest.mark.parametrize(("case", "method"), PUBLISHED)
def test_published_tables(case, method):
    assert list(divide(case["total"], case["units"], method)) == case["seats"][method]


def test_every_method_has_a_published_table():
    assert {method for case in cases("federation/divide.json") for method in case["seats"]} == set(METHODS)


@given(total=st.integers(0, 60), units=units, method=methods)
def test_every_seat_is_given_and_more_units_never_get_fewer(total, units, method):
    seats = divide(total, units, method)

    assert sum(seats) == total
    assert all(n == 0 for n, unit in zip(seats, units, strict=True) if unit == 0)
    for i, more in enumerate(units):
        for j, fewer in enumerate(units):
            assert more <= fewer or seats[i] >= seats[j]
            assert more != fewer or i >= j or seats[i] >= seats[j]  # of equals the one listed earlier


@given(total=st.integers(1, 60), units=units)
def test_largest_remainder_stays_within_a_seat_of_the_exact_share(total, units):
    for seats, unit in zip(divide(total, units, "largest_remainder"), units, strict=True):
        assert abs(seats - Fraction(unit * total, sum(units))) < 1


@given(total=st.integers(1, 40), units=units)
def test_droop_gives_every_full_quota_a_seat(total, units):
    quota = sum(units) // (total + 1) + 1

    for seats, unit in zip(divide(total, units, "droop"), units, strict=True):
        assert seats >= unit // quota


#: The signpost between s and s + 1 seats of each divisor method, squared so that Huntington and Hill's is exact.
SIGNPOSTS = {
    "dhondt": lambda s: (s + 1) ** 2,
    "sainte_lague": lambda s: (s + Fraction(1, 2)) ** 2,
    "huntington_hill": lambda s: s * (s + 1),
    "dean": lambda s: Fraction(2 * s * (s + 1), 2 * s + 1) ** 2,
    "adams": lambda s: s**2,
}


@given(total=st.integers(1, 50), units=units, method=st.sampled_from(DIVISORS))
def test_a_divisor_exists_that_rounds_every_share_to_its_seats(total, units, method):
    """Balinski and Young's definition: one divisor, rounding between signposts. Restated as max-min: no sender's
    last seat was bought for less than what anybody would pay for one more."""
    seats = divide(total, units, method)
    post = SIGNPOSTS[method]

    dearest_refused = max(
        Fraction(u * u) / post(s) if post(s) else Fraction(10**12 * u) for u, s in zip(units, seats, strict=True)
    )
    cheapest_given = min(
        (
            Fraction(u * u) / post(s - 1) if post(s - 1) else Fraction(10**12 * u)
            for u, s in zip(units, seats, strict=True)
            if s
        ),
    )
    assert dearest_refused <= cheapest_given


PEERS = {
    "largest_remainder": "largest_remainder",
    "dhondt": "dhondt",
    "sainte_lague": "saintelague",
    "huntington_hill": "huntington",
    "adams": "adams",
    "dean": "dean",
}


@given(
    total=st.integers(1, 40),
    units=st.lists(st.integers(1, 900), min_size=2, max_size=8),
    ours=st.sampled_from(sorted(PEERS)),
)
def test_an_independent_program_divides_alike(total, units, ours):
    exact = ours != "huntington_hill"  # the peer takes roots in floating point there
    try:
        theirs = peer.compute(PEERS[ours], units, total, fractions=exact, tiesallowed=False)
    except peer.TiesException:
        return  # it breaks ties by place alone
    if not exact and _almost_a_tie(units, total):
        return

    assert list(divide(total, units, ours)) == theirs


def _almost_a_tie(units, total):
    """Two equal claims that floating point may order: exactly equal squares of different senders."""
    claims = [Fraction(u * u, s * (s + 1)) for u in units for s in range(1, total + 1)]
    return len(set(claims)) < len(claims)


@given(total=impossible_numbers, method=methods)
def test_impossible_numbers_are_the_callers_bug(total, method):
    with pytest.raises(ValueError, match="at least 0"):
        divide(total, [1], method)
    with pytest.raises(ValueError, match="at least 0"):
        divide(1, [1, total], method)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_to_divide_and_nobody_to_represent(method):
    assert divide(0, [3, 4], method) == (0, 0)
    assert divide(0, [0, 0], method) == (0, 0)
    assert divide(3, [], method) == ()
    assert divide(2**9, [2**63, 2**63], method) == (256, 256)
    with pytest.raises(ValueError, match="nobody to represent"):
        divide(1, [0, 0], method)


def test_an_unknown_method_is_refused_even_where_nothing_is_divided():
    for total, many in ((0, [1]), (1, []), (1, [1])):
        with pytest.raises(ValueError, match="unknown method 'astrology'"):
            divide(total, many, "astrology")
