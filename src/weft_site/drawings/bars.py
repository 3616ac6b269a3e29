"""Bars that people decide by: quorum, majority, participation."""

from collections import Counter
from collections.abc import Iterable
from math import isqrt
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weft_site.drawings.svg import Drawing, box, draw, grouped, hatched, line, number, sheet, short, sign, text

WIDTH = 400.0
TOP, HIGH = 8.0, 40.0  # of the majority bar
SINGLE_CELLS = 60  # up to so many people each has a cell of their own
MANY_UNITS, MANY_ROWS = 24, 200


def quorum_gauge(*, present: int, needed: int, entitled: int, title: str = "") -> Drawing:
    """How many are here, how many the charter asks for, how many there could be."""
    _whole(present=present, needed=needed, entitled=entitled)
    title = title or _("Quorum")
    span = max(present, needed, entitled, 1)
    x_present, x_needed = (WIDTH * count / span for count in (present, needed))
    missing = max(needed - present, 0)
    top, height = 56.0, 26.0
    inside = [
        text(0, 44, grouped(present), "d-big"),
        text(12 + 24 * len(grouped(present)), 44, _("present"), "d-text"),
        box(0, top, WIDTH, height, "d-sunken"),
        box(0, top, x_present, height, "d-ink"),
    ]
    if missing:
        inside.append(hatched(x_present, top, x_needed - x_present, height, "weft-hatch-red"))
    if span <= SINGLE_CELLS:
        cells = "".join(f"M{number(WIDTH * i / span)} {number(top)}v{number(height)}" for i in range(1, span))
        inside.append(line(cells, "d-over", stroke_width=2))
    inside += [
        line(f"M0 {number(top + height)}H{number(WIDTH)}", "d-line"),
        _threshold(x_needed, top, height, _("%(needed)s needed") % {"needed": grouped(needed)}),
        text(WIDTH, 44, _("%(entitled)s entitled") % {"entitled": grouped(entitled)}, "d-small d-end"),
    ]
    numbers = {
        "present": grouped(present),
        "needed": grouped(needed),
        "entitled": grouped(entitled),
        "missing": grouped(missing),
    }
    if missing:
        summary = (
            _("%(present)s of %(entitled)s are present; %(needed)s are needed. %(missing)s are missing.") % numbers
        )
    else:
        summary = _("%(present)s of %(entitled)s are present; %(needed)s are needed. The quorum is there.") % numbers
    return Drawing(
        svg=sheet(WIDTH, 106, title, *inside),
        title=title,
        summary=summary,
        columns=[_("Who"), _("Persons")],
        rows=[(_("Present"), grouped(present)), (_("Needed"), grouped(needed)), (_("Entitled"), grouped(entitled))],
    )


def majority_bar(*, yes: int, no: int, abstain: int = 0, needed: int, total: int = 0, title: str = "") -> Drawing:
    """The votes of one question and the line that the yes votes must reach.

    needed: the smallest number of yes votes that carries, as the core found it; no verdict is drawn here.
    total:  the width of the bar where the whole or those present count; otherwise the votes given.
    """
    _whole(yes=yes, no=no, abstain=abstain, needed=needed, total=total)
    title = title or _("Votes")
    span = max(total, yes + no + abstain, needed, 1)
    silent = max(total - yes - no - abstain, 0)
    inside, left = [box(0, TOP, WIDTH, HIGH, "d-sunken")], 0.0
    for votes, paint in ((yes, "ink"), (no, "hatch"), (abstain, "paper")):
        width = WIDTH * votes / span
        if votes:
            inside += [_segment(left, TOP, width, HIGH, paint), *_inner_number(left, width, votes, paint)]
        left += width
    inside += [
        draw("rect", x=1, y=TOP, width=WIDTH - 2, height=HIGH, class_="d-line"),
        _threshold(WIDTH * needed / span, TOP, HIGH, _("%(needed)s yes needed") % {"needed": grouped(needed)}),
    ]
    named = [("ink", _("Yes"), yes), ("hatch", _("No"), no), ("paper", _("Abstained"), abstain)]
    if silent:
        named.append(("sunken", _("Did not vote"), silent))
    numbers = {"yes": grouped(yes), "no": grouped(no), "abstain": grouped(abstain), "needed": grouped(needed)}
    return Drawing(
        svg=sheet(WIDTH, 74, title, *inside),
        title=title,
        summary=_("%(yes)s yes, %(no)s no, %(abstain)s abstained; %(needed)s yes votes were needed.") % numbers,
        columns=[_("Answer"), _("Votes")],
        rows=[*((label, grouped(votes)) for _paint, label, votes in named), (_("Yes votes needed"), grouped(needed))],
        key=[(_sample(paint), f"{label}: {grouped(votes)}") for paint, label, votes in named],
    )


class UnitMark(NamedTuple):
    """A workplace, department or council in which so many of the entitled took part."""

    name: str
    took_part: int
    entitled: int
    url: str = ""


def participation_strip(units: Iterable[UnitMark], *, title: str = "") -> Drawing:
    """Who took part, weakest first: the average hides the unit that needs a visit.

    Up to 24 units are named bars; beyond, each is a cell whose ink says how many
    tenths took part. Beyond 200 the table counts the units of each tenth.
    """
    ranked = sorted(units, key=lambda unit: (unit.took_part * 1_000_000 // max(unit.entitled, 1), unit.name))
    if not ranked:
        raise ValueError("participation needs at least one unit")
    for unit in ranked:
        _whole(took_part=unit.took_part, entitled=unit.entitled)
    title = title or _("Participation")
    weakest = ranked[0]
    summary = _("%(part)s of %(all)s took part. Weakest: %(name)s, %(weak)s of %(entitled)s.") % {
        "part": grouped(sum(unit.took_part for unit in ranked)),
        "all": grouped(sum(unit.entitled for unit in ranked)),
        "name": weakest.name,
        "weak": grouped(weakest.took_part),
        "entitled": grouped(weakest.entitled),
    }
    listed = len(ranked) <= MANY_ROWS
    svg = _named_bars(ranked, title) if len(ranked) <= MANY_UNITS else _heat(ranked, title)
    return Drawing(
        svg=svg,
        title=title,
        summary=summary,
        columns=[_("Unit"), _("Took part"), _("Entitled"), _("Share")] if listed else [_("Share"), _("Units")],
        rows=[(u.name, grouped(u.took_part), grouped(u.entitled), f"{_percent(u)} %") for u in ranked]
        if listed
        else _bands(ranked),
    )


def _named_bars(ranked: list[UnitMark], title: str) -> SafeString:
    inside: list[SafeString] = []
    for i, unit in enumerate(ranked):
        top = 36.0 * i
        words = f"{grouped(unit.took_part)} / {grouped(unit.entitled)} · {_percent(unit)} %"
        inside += [
            text(0, top + 14, short(unit.name, 34), "d-redtext" if i == 0 else "d-text"),
            text(WIDTH, top + 14, words, "d-small d-end"),
            box(0, top + 19, WIDTH, 8, "d-sunken"),
            box(
                0,
                top + 19,
                WIDTH * unit.took_part / max(unit.entitled, unit.took_part, 1),
                8,
                "d-signal" if i == 0 else "d-ink",
            ),
        ]
    return sheet(WIDTH, 36 * len(ranked), title, *inside)


def _heat(ranked: list[UnitMark], title: str) -> SafeString:
    """Cells from the weakest to the strongest, one path a tenth, so that 10,000 units weigh little."""
    across = max(isqrt(2 * len(ranked)), 12)
    cell = WIDTH / across
    gap = min(1.0, cell / 6)
    tenths: dict[int, list[str]] = {}
    for i, unit in enumerate(ranked):
        x, y = cell * (i % across), cell * (i // across)
        size = number(cell - gap)
        tenths.setdefault(_tenth(unit), []).append(f"M{number(x)} {number(y)}h{size}v{size}h-{size}z")
    inside = []
    for tenth, cells in sorted(tenths.items()):
        path = "".join(cells)
        inside.append(draw("path", d=path, class_="d-sunken"))
        inside.append(draw("path", d=path, class_="d-ink", fill_opacity=f"0.{tenth}" if tenth < 10 else "1"))
    return sheet(WIDTH, cell * (-(-len(ranked) // across)), title, *inside)


def _tenth(unit: UnitMark) -> int:
    return min(_percent(unit), 100) // 10


def _bands(ranked: list[UnitMark]) -> list[tuple[str, str]]:
    """How many units lie in each tenth, for tables that would be too long."""
    counts = Counter(_tenth(unit) for unit in ranked)
    names = {tenth: f"{10 * tenth}–{10 * tenth + 9} %" for tenth in range(10)} | {10: "100 %"}
    return [(names[tenth], grouped(counts[tenth])) for tenth in sorted(counts)]


def _percent(unit: UnitMark) -> int:
    return 100 * unit.took_part // max(unit.entitled, 1)


def _threshold(x: float, top: float, height: float, words: str) -> SafeString:
    """The line that must be reached, with its flag below on the side that has room."""
    x = min(max(x, 1.5), WIDTH - 1.5)
    turned = x > WIDTH / 2
    return draw(
        "g",
        line(f"M{number(x)} {number(top - 7)}V{number(top + height + 20)}", "d-over", stroke_width=7),
        line(f"M{number(x)} {number(top - 7)}V{number(top + height + 20)}", "d-line", stroke_width=3),
        text(x - 7 if turned else x + 7, top + height + 18, words, "d-text d-end" if turned else "d-text"),
    )


def _segment(x: float, y: float, width: float, height: float, paint: str) -> SafeString:
    if paint == "hatch":
        return draw("g", box(x, y, width, height, "d-paper"), hatched(x, y, width, height))
    return box(x, y, width, height, f"d-{paint}")


def _sample(paint: str) -> SafeString:
    return sign(_segment(0, 0, 16, 16, paint), draw("rect", x=1, y=1, width=14, height=14, class_="d-line"))


def _inner_number(x: float, width: float, votes: int, paint: str) -> list[SafeString]:
    """The number inside its part of the majority bar, if there is room; on a plate where the part is hatched."""
    words = grouped(votes)
    room = 10.0 * len(words) + 14
    if width < room:
        return []
    plate = [box(x + 6, TOP + 9, room - 6, HIGH - 18, "d-paper")] if paint == "hatch" else []
    return [*plate, text(x + 11, TOP + HIGH / 2 + 6, words, "d-onink" if paint == "ink" else "d-text")]


def _whole(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 0:
            raise ValueError(f"{name} cannot be {value}")
