"""The seats of a body, as a half circle: who sits, which places are empty, which seat was taken back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from math import ceil, cos, floor, pi, sin
from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weft_site.drawings.svg import Drawing, grouped, line, number, sheet, short, sign, text, together

OUTER, INNER, CENTRE = 170.0, 78.0, (200.0, 206.0)
ROW, SECTIONS, MANY_GROUPS, MANY_SEATS = 12, 3, 24, 400
MOST_DOTS = 4_000  # beyond, a dot stands for several seats
SITTING = {"filled", "pending", "advisory"}

# A state is a stack of dots (ink, part of the radius), so that it reads without colour.
DOTS: dict[str, tuple[tuple[str, float], ...]] = {
    "filled": (("ink", 1),),
    "vacant": (("edge", 1), ("paper", 0.7)),
    "recalled": (("signal", 1),),
    "pending": (("ink", 1), ("paper", 0.42)),
    "advisory": (("ink", 1), ("paper", 0.78), ("ink", 0.38)),
}


class SeatMark(NamedTuple):
    """One place. state: a key of DOTS. group: section or constituency. label: who sits there, shown on pointing.

    seats: more than one where the database has counted seats of one state and group together.
    """

    state: str
    group: str = ""
    label: str = ""
    seats: int = 1


def seat_map(seats: Iterable[SeatMark], *, title: str = "") -> Drawing:
    """Draw any number of seats by group, in the order in which the groups first appear.

    Sections (up to three) are wedges of a half circle; up to 24 constituencies have a bench each; more are not
    parted. A dozen seats or fewer stand in a row. Up to 400 seats show
    their label on pointing; beyond, all dots of one state are one path, so that 3,000 seats weigh little; and
    beyond 4,000 each dot stands for several seats, which the key says.
    """
    return _seat_map(tuple(mark for mark in seats if mark.seats), title or _("Seats"), get_language())


@lru_cache(maxsize=256)  # the same marks are the same picture, and the pages of a council ask for it again and again
def _seat_map(counted: tuple[SeatMark, ...], title: str, _language: str | None) -> Drawing:
    total = sum(mark.seats for mark in counted)
    each = ceil(total / (MOST_DOTS // 2)) if total > MOST_DOTS else 1
    places = [mark for mark in counted for _ in range(ceil(mark.seats / each))]
    if not places:
        raise ValueError("a seat map needs at least one seat")
    if unknown := {place.state for place in places} - set(DOTS):
        raise ValueError(f"no way to draw a seat that is {', '.join(sorted(unknown))}")
    groups: dict[str, list[SeatMark]] = {}
    for place in places:
        groups.setdefault(place.group, []).append(place)
    counts, table = Counter[str](), {group: Counter[str]() for group in groups}
    for mark in counted:
        counts[mark.state] += mark.seats
        table[mark.group][mark.state] += mark.seats
    wedges = list(groups.values())
    numbered = len(places) > ROW and 1 < len(wedges) <= SECTIONS
    if len(places) <= ROW:
        svg = _one_row(places, counts, title)
    elif SECTIONS < len(wedges) <= MANY_GROUPS and len(places) <= MANY_SEATS:
        svg = _benches(groups, counts, title)
    else:
        svg = _half_circle(wedges if numbered else [[place for wedge in wedges for place in wedge]], counts, title)
    names, states = _names(), [state for state in DOTS if counts[state]]
    return Drawing(
        svg=svg,
        title=title,
        summary=_summary(counts, total),
        columns=[_("Elected by"), *(names[state] for state in states)],
        rows=[
            (_group_name(group, i, numbered=numbered), *(grouped(here[state]) for state in states))
            for i, (group, here) in enumerate(table.items(), 1)
        ],
        key=[(_sample(state), f"{names[state]}: {grouped(counts[state])}") for state in states]
        + [("1 ●", _("up to %(seats)s seats") % {"seats": grouped(each)})] * (each > 1)
        + ([(format_html("<b>{}</b>", i), group or _("Others")) for i, group in enumerate(groups, 1)] * numbered),
    )


def _group_name(group: str, position: int, *, numbered: bool) -> str:
    return f"{position} · {group or _('Others')}" if numbered else group or _("All seats")


def _names() -> dict[str, str]:
    """What the states are called, in the reader's language: asked once a drawing, not once a seat."""
    return {
        "filled": _("Filled"), "vacant": _("Vacant"), "recalled": _("Recalled"),
        "pending": _("Credentials not checked yet"), "advisory": _("Advisory voice"),
    }  # fmt: skip


def _summary(counts: Counter[str], total: int) -> str:
    names = _names()
    parts = ", ".join(f"{names[state]}: {grouped(counts[state])}" for state in DOTS if counts[state])
    return _("%(total)s seats. %(parts)s.") % {"total": grouped(total), "parts": parts}


def _spots(total: int) -> tuple[list[tuple[float, float]], float]:
    """Places from left to right as (angle, radius of the row), and the radius of a dot."""
    rows = _rows(total)
    step = (OUTER - INNER) / max(len(rows) - 1, 1)
    spots, closest = [], step
    for row, seats in zip(rows, _share(total, rows), strict=True):
        if seats:
            closest = min(closest, pi * row / seats)
            spots.extend((pi * (2 * i + 1) / (2 * seats), row) for i in range(seats))
    spots.sort(key=lambda spot: (-spot[0], spot[1]))
    return spots, min(max(closest * 0.43, 0.9), 13)


def _rows(total: int) -> list[float]:
    """The radii of as few rows as hold so many seats at even distances."""
    count, rows = 1, [OUTER]
    while sum(floor(pi * row / min((OUTER - INNER) / max(count - 1, 1), 36.0)) for row in rows) < total:
        count += 1
        rows = [OUTER - (OUTER - INNER) / (count - 1) * i for i in range(count)]
    return rows


def _share(size: int, rows: Sequence[float]) -> list[int]:
    """The seats over the rows by their length, largest remainder first, the outer row on a tie."""
    whole = sum(rows)
    exact = [size * row / whole for row in rows]
    shares = [floor(part) for part in exact]
    order = sorted(range(len(rows)), key=lambda i: shares[i] - exact[i])
    for i in order[: size - sum(shares)]:
        shares[i] += 1
    return shares


def _at(angle: float, radius: float) -> tuple[float, float]:
    return CENTRE[0] + radius * cos(angle), CENTRE[1] - radius * sin(angle)


def _half_circle(wedges: Sequence[Sequence[SeatMark]], counts: Mapping[str, int], title: str) -> SafeString:
    """Seats by angle, so that a group is a wedge; rays part the groups and stand under the dots."""
    places = [place for wedge in wedges for place in wedge]
    spots, radius = _spots(len(places))
    inside, end = [], 0
    for position, wedge in enumerate(wedges, 1):
        start, end = end, end + len(wedge)
        if len(wedges) > 1:
            x, y = _at((spots[start][0] + spots[end - 1][0]) / 2, OUTER + 21)
            inside.append(text(x, y + 5, position, "d-small d-middle"))
        if end < len(places):
            angle = (spots[end - 1][0] + spots[end][0]) / 2
            (x, y), (outer_x, outer_y) = _at(angle, INNER - 14), _at(angle, OUTER + 14)
            inside.append(
                line(f"M{number(x)} {number(y)}L{number(outer_x)} {number(outer_y)}", "d-s-edge", stroke_width=1)
            )
    seated = list(zip(places, (_at(*spot) for spot in spots), strict=True))
    return sheet(400, 230, title, *inside, _dots(seated, radius), *_count(counts, 200, 190, "d-middle"))


def _benches(groups: Mapping[str, Sequence[SeatMark]], counts: Mapping[str, int], title: str) -> SafeString:
    """Many constituencies: a bench for each, with its name, so that an empty place is seen beside who must fill it."""
    seated, names, y = [], [], 86.0
    for group, places in groups.items():
        names.append(text(0, y + 5, short(group or _("Others"), 24), "d-text"))
        seated += [(place, (160 + 12.2 * (i % 20), y + 12.2 * (i // 20))) for i, place in enumerate(places)]
        y += 12.2 * ((len(places) - 1) // 20) + 24
    return sheet(400, y - 8, title, *names, _dots(seated, 5), *_count(counts, 0, 46, ""))


def _one_row(places: Sequence[SeatMark], counts: Mapping[str, int], title: str) -> SafeString:
    """A dozen seats or fewer."""
    seated = [(place, (14 + 33.0 * i, 16.0)) for i, place in enumerate(places)]
    return sheet(400, 106, title, _dots(seated, 13), *_count(counts, 2, 80, ""))


def _count(counts: Mapping[str, int], x: float, y: float, align: str) -> list[SafeString]:
    sitting = grouped(sum(number for state, number in counts.items() if state in SITTING))
    size = "d-big" if len(sitting) < 4 else "d-middling"
    words = _("of %(seats)s seats filled") % {"seats": grouped(sum(counts.values()))}
    below = (x, y + 20) if align or y > 60 else (x + 26 * len(sitting) + 8, y)
    return [text(x, y, sitting, f"{size} {align}".strip()), text(*below, words, f"d-small {align}".strip())]


def _dots(seated: Sequence[tuple[SeatMark, tuple[float, float]]], radius: float) -> SafeString:
    if len(seated) <= MANY_SEATS:
        names = _names()
        dot = {state: _stack(state, [(0.0, 0.0)], radius) for state in {place.state for place, _ in seated}}
        return SafeString(
            "".join(
                f'<g transform="translate({number(x)} {number(y)})"><title>{_told(place, names)}</title>'
                f"{dot[place.state]}</g>"
                for place, (x, y) in seated
            )
        )
    return together(_stack(state, [spot for place, spot in seated if place.state == state], radius) for state in DOTS)


def _told(place: SeatMark, names: Mapping[str, str]) -> str:
    return escape(" · ".join(filter(None, (place.label, place.group, names[place.state]))))


def _stack(state: str, spots: Sequence[tuple[float, float]], radius: float) -> SafeString:
    """All dots of one state: a stroke of no length with a round end is a dot."""
    if not spots:
        return SafeString()
    path = "".join(f"M{number(x)} {number(y)}h0" for x, y in spots)
    layers = [
        line(path, f"d-s-{ink}", stroke_width=2 * radius * part, stroke_linecap="round") for ink, part in DOTS[state]
    ]
    if state == "recalled":
        reach = radius * 0.5
        bars = "".join(
            f"M{number(x - reach)} {number(y + reach)}L{number(x + reach)} {number(y - reach)}" for x, y in spots
        )
        layers.append(line(bars, "d-s-paper", stroke_width=max(radius * 0.34, 0.6)))
    return together(layers)


def _sample(state: str) -> SafeString:
    return sign(_stack(state, [(8.0, 8.0)], 7))
