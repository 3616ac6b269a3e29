"""Many seats, counted by the database: the same picture, and never one that a phone cannot carry."""

from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings import SeatMark, seat_map

STATES = ["filled", "vacant", "recalled", "pending", "advisory"]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from("AB"), st.integers(0, 300)), min_size=1, max_size=6))
def test_counted_seats_are_drawn_as_the_same_seats_one_by_one(marks):
    one_by_one = [SeatMark(state, group) for state, group, seats in marks for _ in range(seats)]
    counted = [SeatMark(state, group, seats=seats) for state, group, seats in marks]

    if one_by_one:
        assert seat_map(counted) == seat_map(one_by_one)


def test_beyond_four_thousand_a_dot_stands_for_several_seats_and_none_is_lost():
    drawing = seat_map([SeatMark("filled", seats=38_000), SeatMark("vacant", seats=1_999), SeatMark("recalled")])

    assert drawing.summary == "40,000 seats. Filled: 38,000, Vacant: 1,999, Recalled: 1."
    assert ("1 ●", "up to 20 seats") in drawing.key
    dots = {ink: drawing.svg.split(f'class="d-s-{ink}"')[0].rsplit("<path", 1)[1].count("h0") for ink in ("edge",)}
    assert dots == {"edge": 100}
    assert drawing.svg.count("h0") == 1_900 + 2 * 100 + 1  # a vacant place is a ring: two strokes
    assert len(drawing.svg) < 80_000


def test_four_thousand_seats_are_still_seats():
    assert seat_map([SeatMark("filled", seats=4_000)]).svg.count("h0") == 4_000
