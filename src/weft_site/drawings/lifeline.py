"""The life of a seat on one line: who held it, when it stood empty, what happened."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weft_site.drawings.svg import Drawing, box, draw, hatched, line, number, sheet, text

WIDTH = 400.0


class EventMark(NamedTuple):
    """On `day` something happened, and from then on the seat is in `state`: "filled", "vacant" or "recalled"."""

    day: date
    label: str
    state: str = "filled"


def timeline(events: Iterable[EventMark], *, until: date, title: str = "") -> Drawing:
    """Draw events in the order of their days, up to `until` (today, or the end of the term)."""
    marks = sorted(events, key=lambda event: event.day)
    if not marks:
        raise ValueError("a timeline needs at least one event")
    if unknown := {mark.state for mark in marks} - {"filled", "vacant", "recalled"}:
        raise ValueError(f"no way to draw a seat that is {', '.join(sorted(unknown))}")
    title = title or _("The life of this seat")
    first, last = marks[0].day, max(until, marks[-1].day)
    days = max((last - first).days, 1)
    top, height = 30.0, 22.0
    starts = [10 + (WIDTH - 20) * (mark.day - first).days / days for mark in marks]
    inside = []
    for mark, left, right in zip(marks, starts, [*starts[1:], WIDTH - 10], strict=True):
        width = max(right - left, 0)
        if mark.state == "filled":
            inside.append(box(left, top, width, height, "d-ink"))
        elif mark.state == "recalled":
            inside.append(hatched(left, top, width, height, "weft-hatch-red"))
        inside.append(draw("rect", x=left, y=top, width=width, height=height, class_="d-line"))
    shelf, lost = -100.0, {x for mark, x in zip(marks, starts, strict=True) if mark.state == "recalled"}
    for position, x in enumerate(starts, 1):
        ink = "d-s-signal" if x in lost else "d-thread"
        inside.append(
            line(f"M{number(x)} {number(top - 8)}v{number(height + 16)}", ink, stroke_width=6 if x in lost else 3)
        )
        shelf = max(x, shelf + 14)  # two events of one day stand side by side
        inside.append(text(min(shelf, WIDTH - 6), 16, position, "d-text d-middle"))
    ends = (date_format(first, "DATE_FORMAT"), date_format(last, "DATE_FORMAT"))
    inside += [text(10, 78, ends[0], "d-small"), text(WIDTH - 10, 78, ends[1], "d-small d-end")]
    latest = marks[-1]
    return Drawing(
        svg=sheet(WIDTH, 84, title, *inside),
        title=title,
        summary=ngettext(
            "%(count)s event since %(first)s. Last: %(label)s, %(day)s.",
            "%(count)s events since %(first)s. Last: %(label)s, %(day)s.",
            len(marks),
        )
        % {"count": len(marks), "first": ends[0], "label": latest.label, "day": date_format(latest.day, "DATE_FORMAT")},
        columns=[_("Day"), _("Event")],
        rows=[(date_format(mark.day, "DATE_FORMAT"), f"{i} · {mark.label}") for i, mark in enumerate(marks, 1)],
    )
