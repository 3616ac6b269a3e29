"""The federation as cloth: every body and every link appears, upright or across."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings import BodyMark, federation_graph

CITY = BodyMark("city", "City council", "delegate", 12, "/city")
BASES = [BodyMark(i, f"Workplace {i}", "base", size, f"/b/{i}") for i, size in enumerate([900, 204, 40, 5])]
WOMEN = BodyMark("w", "Women", "association", 610, "/w")
EXECUTIVE = BodyMark("ex", "Executive", "executive", 5, "/ex")
BODIES = [CITY, *BASES, WOMEN, EXECUTIVE]
LINKS = [(body.id, "city") for body in [*BASES, WOMEN]] + [("city", "ex")]


def tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def block(link: ET.Element) -> tuple[float, float, float, float]:
    rect = link.find("rect")
    return tuple(float(rect.get(name)) for name in ("x", "y", "width", "height"))


def test_every_body_is_a_link_with_its_name_and_size():
    drawing = federation_graph(BODIES, LINKS)
    labels = {link.get("href"): link.get("aria-label") for link in tree(drawing.svg).iter("a")}

    assert labels == {
        "/city": "City council 12 delegates", "/ex": "Executive 5 delegates", "/w": "Women 610 members",
        "/b/0": "Workplace 0 900 members", "/b/1": "Workplace 1 204 members",
        "/b/2": "Workplace 2 40 members", "/b/3": "Workplace 3 5 members",
    }  # fmt: skip
    assert tree(drawing.svg).get("role") == "group"  # an image would hide the links
    assert drawing.kind == "wide"


def test_the_base_stands_lowest_the_larger_the_higher_and_each_floor_above_the_next():
    drawing = federation_graph(BODIES, LINKS)
    at = {link.get("href"): block(link) for link in tree(drawing.svg).iter("a") if link.find("rect") is not None}
    ground = {round(at[f"/b/{i}"][1] + at[f"/b/{i}"][3]) for i in range(4)}

    assert len(ground) == 1
    assert [at[f"/b/{i}"][3] for i in range(4)] == sorted((at[f"/b/{i}"][3] for i in range(4)), reverse=True)
    assert at["/ex"][1] < at["/city"][1] < min(at[f"/b/{i}"][1] for i in range(4))


def test_each_base_council_sends_one_thread_and_the_association_is_woven_through():
    drawing = federation_graph(BODIES, LINKS)
    threads = [p for p in tree(drawing.svg).findall("path") if p.get("class") == "d-thread"]
    band = next(link for link in tree(drawing.svg).iter("a") if link.get("href") == "/w")
    over = next(p for p in band.iter("path") if p.get("class") == "d-thread")

    assert len(threads) == len(BASES) + 1  # and one from the council to its executive
    assert over.get("d").count("M") == len(BASES) // 2  # over every other thread, under the rest


def test_the_table_tells_who_sends_to_whom():
    drawing = federation_graph(BODIES, LINKS)

    assert drawing.summary == "4 base councils with 1,149 members, 2 above them, 1 association across."
    assert drawing.rows == [
        ("Executive", "Executive", "5", "—"),
        ("Women", "Association", "610", "City council"),
        ("City council", "Delegate council", "12", "Executive"),
        *((body.name, "Base council", str(body.members), "City council") for body in BASES),
    ]


def test_a_federation_of_one():
    drawing = federation_graph([BodyMark(1, "Depot", "base", 12)], [])

    assert drawing.summary == "1 base council with 12 members."
    assert tree(drawing.svg).get("role") == "img"
    assert tree(drawing.svg).find("g/title").text == "Depot 12 members"


def test_ten_thousand_councils_are_counted_not_drawn():
    bodies = [BodyMark(i, f"Council {i}", "base", i % 700) for i in range(10_000)]
    bodies += [BodyMark(f"d{i}", "District", "delegate", 50) for i in range(100)] + [
        BodyMark("top", "Congress", "delegate", 400)
    ]
    links = [(i, f"d{i % 100}") for i in range(10_000)] + [(f"d{i}", "top") for i in range(100)]

    drawing = federation_graph(bodies, links)

    assert len(drawing.svg) < 10_000
    assert drawing.rows == [
        ("Delegate council", "2", "1", "400"),
        ("Delegate council", "1", "100", "5,000"),
        ("Base council", "0", "10,000", f"{sum(i % 700 for i in range(10_000)):,}"),
    ]
    painted = ["".join(text.itertext()) for text in tree(drawing.svg).iter("text")]
    assert "10,000" in painted
    assert drawing.kind == ""


def test_a_chain_of_a_thousand_levels_does_not_overflow():
    bodies = [BodyMark(0, "Base", "base", 10)] + [BodyMark(i, f"Level {i}", "delegate", 3) for i in range(1, 1001)]

    drawing = federation_graph(bodies, [(i, i + 1) for i in range(1000)])

    assert drawing.rows[0][:2] == ("Delegate council", "1,000")


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=30), st.integers(0, 6))
def test_any_small_federation_lies_inside_its_picture(sizes, across):
    bodies = [BodyMark(i, f"Council {i}", "base", size) for i, size in enumerate(sizes)]
    bodies += [BodyMark(f"a{i}", f"Association {i}", "association", i) for i in range(across)] + [
        BodyMark("up", "City", "delegate", 9)
    ]
    drawing = federation_graph(bodies, [(body.id, "up") for body in bodies[:-1]])
    root = tree(drawing.svg)
    _left, _top, width, height = map(float, root.get("viewBox").split())

    for rect in root.iter("rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width + 0.2
        assert 0 <= y <= y + h <= height + 0.2
    assert len(root.findall("g")) == len(bodies)
    assert not re.search(r"nan|inf", drawing.svg)


@st.composite
def federations(draw):
    """Base councils, and above them bodies that each rest on some of those before them."""
    bodies = [BodyMark(f"b{i}", f"Base {i}", "base", i, f"/b{i}") for i in range(draw(st.integers(1, 12)))]
    links = []
    for i in range(draw(st.integers(0, 10))):
        under = draw(st.lists(st.sampled_from([body.id for body in bodies]), unique=True, max_size=6))
        kind = draw(st.sampled_from(["delegate", "executive", "commission"]))
        bodies.append(BodyMark(f"u{i}", f"Upper {i}", kind, 5, f"/u{i}"))
        links += [(low, f"u{i}") for low in under]
    return bodies, links


@given(federations())
def test_no_body_covers_another_and_each_stands_above_those_who_send_to_it(federation):
    bodies, links = federation
    svg = tree(federation_graph(bodies, links).svg)
    at = {link.get("href")[1:]: block(link) for link in svg.iter("a")}

    assert set(at) == {body.id for body in bodies}
    for one, (x, y, width, height) in at.items():
        for other, (a, b, w, h) in at.items():
            assert one == other or x + width <= a + 0.2 or a + w <= x + 0.2 or y + height <= b + 0.2 or b + h <= y + 0.2
    assert all(at[high][1] < at[low][1] for low, high in links)


@pytest.mark.parametrize(
    ("bodies", "links", "why"),
    [
        ([], [], "at least one"),
        ([CITY], [("city", "nowhere")], "unknown"),
        ([CITY, EXECUTIVE], [("city", "ex"), ("ex", "city")], "circle"),
        ([CITY], [("city", "city")], "circle"),
    ],
)
def test_what_is_no_federation_is_refused(bodies, links, why):
    with pytest.raises(ValueError, match=why):
        federation_graph(bodies, links)
