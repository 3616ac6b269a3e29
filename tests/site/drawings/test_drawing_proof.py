"""Proofs and codes: the sides agree with a tree built leaf by leaf, and the code scans back to its words."""

import xml.etree.ElementTree as ET
from datetime import date

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings import EventMark, qr, timeline, tree_proof


def audit(index: int, leaves: list[str]) -> list[tuple[str, str]]:
    """The sibling of each step and its side, by the recursive definition of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*audit(index, left), (f"{right[0]}-{right[-1]}", "right")]
    return [*audit(index - split, right), (f"{left[0]}-{left[-1]}", "left")]


@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_the_sides_agree_with_the_definition_of_the_tree(case):
    size, index = case
    steps = audit(index, [str(i) for i in range(size)])

    drawing = tree_proof(index, size, [name for name, _side in steps])

    assert [(row[1], row[2]) for row in drawing.rows] == [(name[:16], side) for name, side in steps]


def test_a_proof_of_the_wrong_length_is_not_drawn():
    with pytest.raises(ValueError, match="has 6 hashes, not 5"):
        tree_proof(41, 60, ["00"] * 5)
    with pytest.raises(ValueError, match="no leaf 60"):
        tree_proof(60, 60, [])


def test_the_picture_has_a_box_for_each_hash_and_each_step():
    drawing = tree_proof(41, 60, [bytes([i] * 32) for i in range(6)], leaf="aa" * 32, root="bb" * 32)
    root = ET.fromstring(drawing.svg)

    assert sum(r.get("class") == "d-ink" for r in root.iter("rect")) == 7
    assert sum(r.get("class") == "d-line" for r in root.iter("rect")) == 6
    assert drawing.rows[0] == ("leaf", "aa" * 8, "")
    assert drawing.rows[-1] == ("root", "bb" * 8, "")
    assert drawing.summary.startswith("6 hashes lead from entry 41 to the root of 60 entries.")


@pytest.mark.parametrize("words", ["https://weft.example/join/K7QM-2XWD-94TF", "Съезд", "x" * 300])
def test_the_code_is_the_librarys_matrix_on_white_with_its_quiet_zone(words):
    drawing = qr(words)
    root = ET.fromstring(drawing.svg)
    side = int(root.get("viewBox").split()[2])
    grid = [[0] * side for _ in range(side)]
    for run in filter(None, root.find("path").get("d").split("M")):
        start, _, rest = run.partition("h")
        x, y = map(int, start.split())
        for i in range(int(rest.partition("v")[0])):
            grid[y][x + i] = 1

    assert grid == [list(row) for row in segno.make(words, error="m", micro=False).matrix_iter(border=4)]
    assert not any(grid[0] + grid[3] + grid[-1])
    assert drawing.summary == words  # who cannot scan types it


LIFE = [
    EventMark(date(2026, 5, 4), "Elected"),
    EventMark(date(2026, 11, 3), "Recalled", "recalled"),
    EventMark(date(2026, 11, 3), "Alternate steps up"),
    EventMark(date(2026, 11, 10), "Resigned", "vacant"),
]


def test_a_seats_life_is_told_in_order_and_the_recall_alone_is_red():
    drawing = timeline(LIFE[::-1][-1:] + LIFE[1:], until=date(2026, 11, 23))
    root = ET.fromstring(drawing.svg)

    assert drawing.rows == [
        ("May 4, 2026", "1 · Elected"), ("Nov. 3, 2026", "2 · Recalled"),
        ("Nov. 3, 2026", "3 · Alternate steps up"), ("Nov. 10, 2026", "4 · Resigned"),
    ]  # fmt: skip
    assert {path.get("d").split(" ")[0] for path in root.iter("path") if path.get("class") == "d-s-signal"} == {
        "M352.6"
    }
    assert sum(r.get("class") == "d-ink" for r in root.iter("rect")) == 2
    assert [t.text for t in root.iter("text")][:4] == ["1", "2", "3", "4"]


def test_a_life_of_one_day_and_unknown_states():
    assert timeline([EventMark(date(2026, 1, 1), "Founded")], until=date(2026, 1, 1)).rows == [
        ("Jan. 1, 2026", "1 · Founded")
    ]
    with pytest.raises(ValueError, match="asleep"):
        timeline([EventMark(date(2026, 1, 1), "?", "asleep")], until=date(2026, 1, 1))
    with pytest.raises(ValueError, match="at least one"):
        timeline([], until=date(2026, 1, 1))
