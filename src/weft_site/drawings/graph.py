"""The federation as cloth: base councils stand at the bottom and send threads up, associations are woven across."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import isqrt
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weft_site.drawings.cloth import CROSSWISE, MARGIN, RIGHT, WIDTH, BodyMark, Span, floors, spans
from weft_site.drawings.svg import Drawing, box, draw, grouped, line, number, sheet, short, text

SINGLE_BODIES = 40
BAR, STOREY, BAND, BLOCK = 40.0, 74.0, 34.0, 110.0
SIZES = (10, 50, 200, 1_000)


class Crowd(NamedTuple):
    """Bodies of one kind that are counted, not named. people: members or delegates together.

    sizes: how many of them are below the first of SIZES, from there up to the second, and so on.
    """

    kind: str
    sizes: tuple[int, ...]
    people: int

    @property
    def bodies(self) -> int:
        return sum(self.sizes)


def federation_graph(
    bodies: Iterable[BodyMark],
    links: Iterable[tuple[object, object]],
    *,
    crowds: Iterable[Crowd] = (),
    title: str = "",
) -> Drawing:
    """Draw who sends to whom. links: pairs (id below, id above); a link to an unknown body is a ValueError.

    Up to 40 bodies are drawn one by one, each a link to its page if it has an address; beyond, they are
    counted by kind, level and size. crowds: base councils and associations that were counted already, so
    that nobody has to fetch ten thousand of them; they have no links.
    """
    all_bodies = {body.id: body for body in bodies}
    crowds = list(crowds)
    if not all_bodies and not crowds:
        raise ValueError("a federation has at least one body")
    above: dict[object, list[object]] = defaultdict(list)
    below: dict[object, list[object]] = defaultdict(list)
    for low, high in links:
        if low not in all_bodies or high not in all_bodies:
            raise ValueError(f"link between unknown bodies: {low} and {high}")
        above[low].append(high)
        below[high].append(low)
    floor = floors(all_bodies, below)
    title = title or _("The federation")
    counts = _counts(all_bodies, floor, crowds)
    few = not crowds and len(all_bodies) <= SINGLE_BODIES
    svg = _cloth(all_bodies, above, spans(all_bodies, above, below, floor), title) if few else _strips(counts, title)
    if few:
        columns = [_("Body"), _("Kind"), _("Members or delegates"), _("Sends to")]
        rows = [
            (b.name, _kind(b.kind), grouped(b.members), ", ".join(all_bodies[up].name for up in above[b.id]) or "—")
            for b in sorted(all_bodies.values(), key=lambda b: (-floor[b.id], b.kind, -b.members, b.name))
        ]
    else:
        columns = [_("Kind"), _("Level"), _("Bodies"), _("Members or delegates")]
        rows = [
            (_kind(kind), grouped(level), grouped(crowd.bodies), grouped(crowd.people))
            for (kind, level), crowd in counts.items()
        ]
    return Drawing(
        svg=svg, title=title, summary=_summary(counts), columns=columns, rows=rows, kind="wide" if few else ""
    )


def _summary(counts: Mapping[tuple[str, int], Crowd]) -> str:
    base = [crowd for crowd in counts.values() if crowd.kind == "base"]
    councils = sum(crowd.bodies for crowd in base)
    across = sum(crowd.bodies for crowd in counts.values() if crowd.kind == CROSSWISE)
    parts = [_("%(base)s with %(members)s members") % {
        "base": ngettext("%(n)s base council", "%(n)s base councils", councils) % {"n": grouped(councils)},
        "members": grouped(sum(crowd.people for crowd in base)),
    }]  # fmt: skip
    if upper := sum(crowd.bodies for crowd in counts.values()) - councils - across:
        parts.append(_("%(n)s above them") % {"n": grouped(upper)})
    if across:
        parts.append(ngettext("%(n)s association across", "%(n)s associations across", across) % {"n": grouped(across)})
    return ", ".join(parts) + "."


def _kind(kind: str) -> str:
    return {
        "base": _("Base council"), "delegate": _("Delegate council"), "association": _("Association"),
        "executive": _("Executive"), "commission": _("Commission"),
    }.get(kind, kind)  # fmt: skip


def _people(kind: str) -> str:
    return _("%(count)s members") if kind in ("base", CROSSWISE) else _("%(count)s delegates")


def _counts(
    bodies: Mapping[object, BodyMark], floor: Mapping[object, int], crowds: Iterable[Crowd]
) -> dict[tuple[str, int], Crowd]:
    """Bodies by kind and floor, highest first, associations last."""
    sizes: dict[tuple[str, int], list[int]] = defaultdict(list)
    for body in bodies.values():
        sizes[body.kind, floor[body.id]].append(body.members)
    counts = {key: Crowd(key[0], _classes(members), sum(members)) for key, members in sizes.items()}
    for crowd in crowds:
        key = (crowd.kind, 0 if crowd.kind == "base" else 1)
        known = counts.get(key, Crowd(crowd.kind, (0,) * len(crowd.sizes), 0))
        together = tuple(one + other for one, other in zip(known.sizes, crowd.sizes, strict=True))
        counts[key] = Crowd(crowd.kind, together, known.people + crowd.people)
    return dict(sorted(counts.items(), key=lambda item: (item[0][0] == CROSSWISE, -item[0][1], item[0][0])))


def _classes(members: Iterable[int]) -> tuple[int, ...]:
    classes = [0] * (len(SIZES) + 1)
    for number_of_them in members:
        classes[sum(number_of_them >= low for low in SIZES)] += 1
    return tuple(classes)


def _cloth(
    bodies: Mapping[object, BodyMark],
    above: Mapping[object, Sequence[object]],
    places: Mapping[object, Span],
    title: str,
) -> SafeString:
    across = [body for body in bodies.values() if body.kind == CROSSWISE]
    base = [(body, places[body.id]) for body in bodies.values() if body.kind == "base"]
    storeys = max((span.storey for span in places.values()), default=0)
    cloth_top = 12 + STOREY * storeys
    ground = cloth_top + BAND * len(across) + BLOCK + 36
    largest = max((body.members for body, _span in base), default=1)
    tops = {key: 12 + STOREY * (storeys - span.storey) for key, span in places.items()}
    tops |= {body.id: ground - _height(body.members, largest) for body, _span in base}
    threads, edges = [], []
    for low, span in places.items():
        ups = [up for up in above.get(low, ()) if up in places]
        for i, up in enumerate(ups):
            high, end = places[up], tops[up] + BAR
            wide = span.storey and span.left < high.middle < span.right
            x = high.middle if wide else span.middle + 6 * (i - (len(ups) - 1) / 2)
            inside = min(max(x, high.left + 4), high.right - 4)
            turn = f"V{number(end + 12)}H{number(inside)}" if inside != x else ""
            edges.append(line(f"M{number(x)} {number(tops[low])}{turn}V{number(end)}", "d-thread", stroke_width=3))
            threads.append((x, end, tops[low]))
    woven = [_band(body, cloth_top + BAND * i, i, threads) for i, body in enumerate(across)]
    upper = [_upper(bodies[key], span, tops[key]) for key, span in places.items() if span.storey]
    blocks = [_block(body, span, ground, tops[body.id]) for body, span in base]
    names = max((len(short(body.name, 26)) for body, _span in base), default=0)
    return sheet(
        WIDTH, ground + 30 + 6 * names, title, *edges, *woven, *upper, *blocks,
        line(f"M{number(MARGIN - 10)} {number(ground)}H{number(WIDTH - RIGHT)}", stroke_width=4) if base else "",
        linked=any(body.url for body in bodies.values()),
    )  # fmt: skip


def _height(members: int, largest: int) -> float:
    """By the square root, so that a council of 5 can be seen beside one of 900."""
    return 8 + (BLOCK - 8) * isqrt(members * 10_000) / max(isqrt(largest * 10_000), 1)


def _linked(body: BodyMark, painted: str, *inside: object) -> SafeString:
    """A body with its words. The label begins with what is painted, as people who speak to their screen need it."""
    label = f"{painted} {_people(body.kind) % {'count': grouped(body.members)}}"
    if painted != body.name:
        label = f"{label}, {body.name}"
    return draw("a", *inside, href=body.url, aria_label=label) if body.url else draw("g", draw("title", label), *inside)


def _block(body: BodyMark, span: Span, ground: float, top: float) -> SafeString:
    width = min((span.right - span.left) * 0.7, 64)
    x, members, name = (span.left + span.right) / 2, grouped(body.members), short(body.name, 26)
    return _linked(
        body,
        name,
        box(x - width / 2, top, width, ground - top, "d-ink"),
        box(x - 4 * len(members) - 3, top - 21, 8 * len(members) + 6, 21, "d-paper"),
        text(
            0, 0, f"{name} ", "d-text d-end", transform=f"translate({number(x + 5)} {number(ground + 12)}) rotate(-60)"
        ),
        text(x, top - 6, members, "d-text d-middle"),
    )


def _upper(body: BodyMark, span: Span, top: float) -> SafeString:
    room = span.right - span.left
    solid = body.kind == "delegate"
    paint = "d-onink" if solid else "d-text"
    large = len(body.name) <= (room - 70) / 8.5
    words = short(body.name, max(int((room - 60) / 6.5), 3))
    return _linked(
        body,
        words,
        box(span.left, top, room, BAR, "d-ink" if solid else "d-paper"),
        "" if solid else draw("rect", x=span.left + 1, y=top + 1, width=room - 2, height=BAR - 2, class_="d-line"),
        text(span.left + 12, top + 26, f"{words} ", f"{paint} d-large" if large else paint),
        text(span.right - 12, top + 26, grouped(body.members), f"{paint} d-large d-end"),
    )


def _band(body: BodyMark, top: float, position: int, threads: Sequence[tuple[float, float, float]]) -> SafeString:
    """One weft thread: over every other warp thread, under the rest."""
    y = top + 18
    across = f"M{number(MARGIN - 10)} {number(y)}H{number(WIDTH - RIGHT)}"
    crossed = sorted({x for x, end, start in threads if end < y < start})
    over = "".join(f"M{number(x)} {number(y - 10)}v20" for i, x in enumerate(crossed) if (i + position) % 2)
    under = [
        line(over, "d-over", stroke_width=9),
        line(over, "d-thread", stroke_width=3),
    ]
    name = short(body.name, 20)
    return _linked(
        body,
        name,
        line(across, "d-over", stroke_width=18),
        line(across, "d-s-edge", stroke_width=10),
        *(under if over else ()),
        text(0, y + 5, f"{name} ", "d-text"),
        text(MARGIN - 18, y + 5, grouped(body.members), "d-small d-end"),
    )


def _strips(counts: Mapping[tuple[str, int], Crowd], title: str) -> SafeString:
    """Many bodies: a row for each kind and level, its number large, its sizes as five columns."""
    inside, top = [], 0.0
    names = [f"< {SIZES[0]}", *(f"{low}+" for low in SIZES)]
    for (kind, floor), crowd in counts.items():
        tallest = max(crowd.sizes)
        words = (
            _kind(kind)
            if kind in ("base", CROSSWISE)
            else _("%(kind)s, level %(level)s") % {"kind": _kind(kind), "level": floor}
        )
        inside += [
            line(f"M0 {number(top + 2)}H400", "d-line", stroke_width=4),
            text(0, top + 24, words, "d-text"),
            text(0, top + 74, grouped(crowd.bodies), "d-big"),
            text(0, top + 97, _people(kind) % {"count": grouped(crowd.people)}, "d-small"),
        ]
        for i, count in enumerate(crowd.sizes):
            x, height = 190 + 42.0 * i, 56 * count / tallest
            inside += [
                box(x, top + 80 - height, 36, height, "d-ink"),
                box(x, top + 80, 36, 2, "d-edge"),
                text(x + 18, top + 96, names[i], "d-small d-middle"),
            ]
            if count:
                inside.append(text(x + 18, top + 76 - height, grouped(count), "d-small d-middle"))
        top += 116
    return sheet(400, top - 8, title, *inside)
