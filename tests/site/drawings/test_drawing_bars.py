"""Quorum, majority and participation: lengths are the numbers, and the words say them all."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings import UnitMark, majority_bar, participation_strip, quorum_gauge

WIDTH = 400
counts = st.integers(0, 5000)


def rects(svg: str, class_: str) -> list[tuple[float, float]]:
    return [
        (float(r.get("x")), float(r.get("width"))) for r in ET.fromstring(svg).iter("rect") if r.get("class") == class_
    ]


def hatched(svg: str, pattern: str) -> list[tuple[float, float]]:
    found = (r for r in ET.fromstring(svg).iter("rect") if r.get("fill") == f"url(#{pattern})")
    return [(float(r.get("x")), float(r.get("width"))) for r in found]


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter("text")]


def test_a_missing_quorum_shows_the_gap_in_red():
    drawing = quorum_gauge(present=38, needed=41, entitled=200, title="Quorum")

    assert rects(drawing.svg, "d-ink") == [(0, 76)]
    assert hatched(drawing.svg, "weft-hatch-red") == [(76, 6)]
    assert texts(drawing.svg) == ["38", "present", "41 needed", "200 entitled"]
    assert drawing.summary == "38 of 200 are present; 41 are needed. 3 are missing."
    assert drawing.rows == [("Present", "38"), ("Needed", "41"), ("Entitled", "200")]


def test_a_quorum_that_is_there_has_no_red():
    drawing = quorum_gauge(present=41, needed=41, entitled=204)

    assert hatched(drawing.svg, "weft-hatch-red") == []
    assert drawing.summary.endswith("The quorum is there.")


@given(present=counts, needed=counts, entitled=counts)
def test_any_count_stays_inside_the_bar(present, needed, entitled):
    drawing = quorum_gauge(present=present, needed=needed, entitled=entitled)

    for x, width in rects(drawing.svg, "d-ink") + hatched(drawing.svg, "weft-hatch-red"):
        assert 0 <= x <= x + width <= WIDTH + 0.2
    assert bool(hatched(drawing.svg, "weft-hatch-red")) == (present < needed)


def test_the_votes_stand_side_by_side_and_the_line_where_it_must_be_reached():
    drawing = majority_bar(yes=50, no=40, abstain=10, needed=46)
    line = [path.get("d") for path in ET.fromstring(drawing.svg).iter("path") if path.get("stroke-width") == "3"]

    assert rects(drawing.svg, "d-ink") == [(0, 200)]
    assert hatched(drawing.svg, "weft-hatch") == [(200, 160)]
    assert (360, 40) in rects(drawing.svg, "d-paper")
    assert line == ["M184 1V68"]  # 46 of 100 votes on 400
    assert drawing.summary == "50 yes, 40 no, 10 abstained; 46 yes votes were needed."
    assert drawing.rows == [("Yes", "50"), ("No", "40"), ("Abstained", "10"), ("Yes votes needed", "46")]
    assert [label for _sign, label in drawing.key] == ["Yes: 50", "No: 40", "Abstained: 10"]


def test_where_the_whole_counts_the_silent_take_their_place():
    drawing = majority_bar(yes=44, no=21, abstain=3, needed=79, total=118)

    assert ("Did not vote", "50") in drawing.rows
    assert rects(drawing.svg, "d-ink") == [(0, 149.2)]  # 44 of 118 on 400


@given(yes=counts, no=counts, abstain=counts, needed=counts, total=counts)
def test_the_parts_never_exceed_the_bar(yes, no, abstain, needed, total):
    drawing = majority_bar(yes=yes, no=no, abstain=abstain, needed=needed, total=total)
    parts = rects(drawing.svg, "d-ink") + hatched(drawing.svg, "weft-hatch")

    assert sum(width for _x, width in parts) <= WIDTH + 0.2
    assert (yes == 0) == (rects(drawing.svg, "d-ink") == [])


@pytest.mark.parametrize("votes", [{"yes": -1}, {"no": -1}, {"abstain": -1}, {"needed": -1}])
def test_fewer_than_no_votes_is_a_callers_bug(votes):
    with pytest.raises(ValueError, match="-1"):
        majority_bar(**{"yes": 1, "no": 1, "needed": 1} | votes)


UNITS = [UnitMark("Depot", 116, 204), UnitMark("Hospital", 278, 897), UnitMark("Bakery", 20, 23)]


def test_the_weakest_unit_comes_first_and_alone_in_red():
    drawing = participation_strip(UNITS)

    assert [text for text in texts(drawing.svg) if not text[0].isdigit()] == ["Hospital", "Depot", "Bakery"]
    assert rects(drawing.svg, "d-signal") == [(0, 124)]  # 278 of 897 on 400
    assert drawing.summary == "414 of 1,124 took part. Weakest: Hospital, 278 of 897."
    assert drawing.rows[0] == ("Hospital", "278", "897", "30 %")


def test_many_units_become_cells_and_too_many_rows_become_tenths():
    some = participation_strip([UnitMark(f"Unit {i}", i, 100) for i in range(100)])
    many = participation_strip([UnitMark(f"Unit {i}", i % 101, 100) for i in range(10_000)])

    cells = sum(p.get("d").count("z") for p in ET.fromstring(some.svg).iter("path") if p.get("class") == "d-ink")
    assert cells == len(some.rows) == 100
    assert [row[0] for row in many.rows] == [f"{10 * i}\u2013{10 * i + 9} %" for i in range(10)] + ["100 %"]
    assert sum(int(row[1].replace(",", "")) for row in many.rows) == 10_000
    assert len(many.svg) < 600_000


def test_a_unit_without_members_is_no_division_by_zero():
    assert participation_strip([UnitMark("New", 0, 0)]).rows == [("New", "0", "0", "0 %")]


def test_no_unit_at_all_cannot_be_drawn():
    with pytest.raises(ValueError, match="at least one"):
        participation_strip([])
