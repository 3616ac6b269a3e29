"""Seat maps: every seat is drawn once and told once."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings import SeatMark, seat_map

STATES = ["filled", "vacant", "recalled", "pending", "advisory"]
ROOT = "{http://www.w3.org/2000/svg}svg"


def read(svg: str) -> ET.Element:
    """Inline SVG is well-formed by itself."""
    return ET.fromstring(svg)


def paths(element: ET.Element, at=(0.0, 0.0)):
    """Each path, and how far it is moved by the groups it stands in."""
    if moved := re.match(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform", "")):
        at = (at[0] + float(moved[1]), at[1] + float(moved[2]))
    for part in element:
        if part.tag == "path":
            yield part, at
        yield from paths(part, at)


def dots(svg: str) -> list[tuple[float, float, float, str]]:
    """(x, y, radius, class) of each outermost dot: the widest stroke at a place."""
    found: dict[tuple[float, float], tuple[float, str]] = {}
    for path, (across, down) in paths(read(svg)):
        for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)h0", path.get("d", "")):
            width = float(path.get("stroke-width", 0))
            place = (float(x) + across, float(y) + down)
            if width > found.get(place, (0.0, ""))[0]:
                found[place] = (width, path.get("class", ""))
    return [(x, y, width / 2, ink) for (x, y), (width, ink) in found.items()]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from("ABCDEFGH")), min_size=1, max_size=150))
def test_each_seat_is_one_dot_and_each_state_is_counted(places):
    drawing = seat_map([SeatMark(state, group) for state, group in places])
    shown = dots(drawing.svg)
    counts = Counter(state for state, _group in places)

    assert len(shown) == len(places)
    assert sum(ink == "d-s-signal" for *_place, ink in shown) == counts["recalled"]
    assert sum(ink == "d-s-edge" for *_place, ink in shown) == counts["vacant"]
    assert [(sum(int(row[i + 1]) for row in drawing.rows)) for i in range(len(drawing.columns) - 1)] == [
        counts[state] for state in STATES if counts[state]
    ]


@pytest.mark.parametrize("total", [1, 2, 3, 12, 13, 34, 118, 480, 1097, 3000])
def test_dots_lie_inside_the_picture_and_never_on_one_another(total):
    drawing = seat_map([SeatMark("filled")] * total)
    shown = dots(drawing.svg)
    _left, _top, width, height = map(float, read(drawing.svg).get("viewBox").split())

    assert len(shown) == total
    assert all(r <= x <= width - r and r <= y <= height - r for x, y, r, _ink in shown)
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for x, y, r, _ink in shown:
        near = [p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in cells.get((int(x // 16) + i, int(y // 16) + j), [])]
        assert all(hypot(x - a, y - b) >= 1.9 * r for a, b in near)
        cells.setdefault((int(x // 16), int(y // 16)), []).append((x, y))


def test_three_thousand_seats_stay_light():
    seats = [SeatMark("filled", "Soldiers")] * 2000 + [SeatMark("vacant", "Workers")] * 1000

    drawing = seat_map(seats)

    assert len(drawing.svg) < 80_000
    assert len(list(read(drawing.svg).iter("path"))) < 12


def test_sections_are_wedges_in_the_order_given():
    drawing = seat_map([SeatMark("filled", "Left")] * 40 + [SeatMark("vacant", "Right")] * 40)
    shown = dots(drawing.svg)

    last_left = max(x for x, *_rest, ink in shown if ink == "d-s-ink")
    first_right = min(x for x, *_rest, ink in shown if ink == "d-s-edge")

    assert last_left <= first_right  # in the middle column both may have a seat
    assert [label for _sign, label in drawing.key][-2:] == ["Left", "Right"]


def test_constituencies_have_a_bench_each_with_the_empty_place_beside_the_name():
    names = ["Depot", "Laundry", "Rail yard", "Kitchens"]
    drawing = seat_map(
        [SeatMark("vacant" if name == "Laundry" else "filled", name) for name in names for _ in range(4)]
    )
    painted = {text.text: float(text.get("y")) for text in read(drawing.svg).iter("text")}
    empty = {y for _x, y, _r, ink in dots(drawing.svg) if ink == "d-s-edge"}

    assert [name for name in painted if name in names] == names
    assert empty == {painted["Laundry"] - 5}


def test_in_words_and_as_a_table():
    drawing = seat_map(
        [SeatMark("filled", "Depot", "Ida"), SeatMark("recalled", "Depot"), SeatMark("vacant", "Laundry")], title="City"
    )

    assert drawing.title == "City"
    assert drawing.summary == "3 seats. Filled: 1, Vacant: 1, Recalled: 1."
    assert drawing.columns == ["Elected by", "Filled", "Vacant", "Recalled"]
    assert drawing.rows == [("Depot", "1", "0", "1"), ("Laundry", "0", "1", "0")]
    assert read(drawing.svg).attrib["role"] == "img"
    assert read(drawing.svg).attrib["aria-label"] == "City"
    assert [g.find("title").text for g in read(drawing.svg).iter("g")] == [
        "Ida · Depot · Filled", "Depot · Recalled", "Laundry · Vacant"
    ]  # fmt: skip


@pytest.mark.parametrize("seats", [[], [SeatMark("asleep")]])
def test_what_cannot_be_drawn_is_refused(seats):
    with pytest.raises(ValueError, match="seat"):
        seat_map(seats)


def test_names_are_escaped():
    assert "<b>" not in seat_map([SeatMark("filled", "<b>", "<b>")] * 20).svg
