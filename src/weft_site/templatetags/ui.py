"""Template tags of the design system: signs, status, dates to keep, hashes, old and new.

Load with ``{% load ui %}``. What each looks like stands in docs/reference/design-system.md.
"""

import difflib
import re
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, pgettext_lazy

from weft_site import clock

register = template.Library()

ICONS = {
    "yes": "M3 11l5 5L17 4",
    "no": "M4 4l12 12M16 4L4 16",
    "abstain": "M3 10h14",
    "note": "M10 3v1M10 8v9M7.5 8H10M7.5 17h5",
    "warning": "M10 3v9M10 16.5v.5",
    "draft": "M4 16l1-4 9-9 3 3-9 9z",
    "clock": "M10 2.5a7.5 7.5 0 1 0 .01 0M10 6v4.5l3 2",
    "seat": "M5 3v14M5 11h10v6M15 11V8",
    "empty": "M10 3a7 7 0 1 0 .01 0",
    "turn": "M4 8h10a3 3 0 0 1 0 6H8M7 4L3 8l4 4",
    "arrow": "M3 10h13M11 4l6 6-6 6",
    "half": "M10 2.5a7.5 7.5 0 1 0 .01 0M10 3v14M13 4.5v11M16 7v6",
    "seal": "M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5zM7 10l2 2 4-4",
    "doubt": "M6 6.5a4 4 0 1 1 5.5 3.7c-1 .5-1.5 1-1.5 2.3M10 16.5v.5",
    "voice": "M3 4h14v9H9l-4 4v-4H3z",
    "people": "M7 9a3 3 0 1 0-.01 0M2 17c0-4 2-5.5 5-5.5s5 1.5 5 5.5"
    "M14 9a2.5 2.5 0 1 0-.01 0M14.5 11.8c2.3.2 3.5 1.7 3.5 5.2",
}


class Look(NamedTuple):
    """How a state is printed: the shape of its tag, its sign, its word."""

    shape: str
    sign: str
    label: str


STATES = {
    # seats and offices
    "filled": Look("solid", "yes", gettext_lazy("Filled")),
    "vacant": Look("empty", "empty", gettext_lazy("Vacant")),
    "recalled": Look("gone", "no", gettext_lazy("Recalled")),
    "resigned": Look("gone", "no", gettext_lazy("Resigned")),
    "lapsed": Look("gone", "no", gettext_lazy("Lapsed")),
    "expired": Look("empty", "clock", gettext_lazy("Term over")),
    "alternate": Look("", "turn", gettext_lazy("Alternate")),
    "decisive": Look("solid", "yes", gettext_lazy("Decisive voice")),
    "advisory": Look("", "voice", gettext_lazy("Advisory voice")),
    "unconfirmed": Look("empty", "clock", gettext_lazy("Credentials not yet checked")),
    "confirmed": Look("", "seal", gettext_lazy("Credentials confirmed")),
    # members
    "applied": Look("empty", "clock", gettext_lazy("Applied")),
    "admitted": Look("solid", "yes", gettext_lazy("Member")),
    "suspended": Look("empty", "abstain", gettext_lazy("Suspended")),
    "transferred": Look("quiet", "arrow", gettext_lazy("Transferred")),
    "left": Look("quiet", "arrow", gettext_lazy("Left")),
    "excluded": Look("gone", "no", gettext_lazy("Excluded")),
    # motions, ballots, meetings
    "draft": Look("empty", "draft", gettext_lazy("Draft")),
    "moved": Look("", "voice", gettext_lazy("Moved")),
    "seconded": Look("", "people", gettext_lazy("Seconded")),
    "put": Look("now", "arrow", gettext_lazy("Being voted on")),
    "ratifying": Look("empty", "clock", gettext_lazy("Before the base")),
    "rejected": Look("gone", "no", gettext_lazy("Not ratified")),
    "cancelled": Look("gone", "no", gettext_lazy("Called off")),
    "convened": Look("empty", "clock", gettext_lazy("Convened")),
    "open": Look("now", "arrow", pgettext_lazy("a vote or a meeting", "Open now")),
    "closed": Look("quiet", "abstain", gettext_lazy("Closed")),
    "carried": Look("solid", "yes", gettext_lazy("Carried")),
    "lost": Look("", "no", pgettext_lazy("a motion", "Lost")),
    "referred": Look("quiet", "arrow", gettext_lazy("Referred")),
    "tabled": Look("quiet", "abstain", gettext_lazy("Tabled")),
    "withdrawn": Look("quiet", "turn", gettext_lazy("Withdrawn")),
    # mandates and reports
    "binding": Look("solid", "seal", gettext_lazy("Binding")),
    "due": Look("empty", "clock", gettext_lazy("Due")),
    "late": Look("now", "clock", gettext_lazy("Late")),
    "given": Look("", "yes", gettext_lazy("Given")),
    # entries of the record
    "recorded": Look("empty", "clock", gettext_lazy("Recorded")),
    "published": Look("", "seal", gettext_lazy("Published")),
    # figures of history
    "verified": Look("quiet", "seal", gettext_lazy("Verified in a source")),
    "disputed": Look("empty", "doubt", gettext_lazy("Sources differ")),
    "illustrative": Look("empty", "doubt", gettext_lazy("Illustrative")),
    "unknown": Look("empty", "doubt", gettext_lazy("Not known")),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """One sign, decorative: the word beside it says the same."""
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def status(key: str, label: str | None = None) -> SafeString:
    """``{% status seat.state %}``; a state without a look of its own is shown quietly under its name.

    Written here and not in a template: a page of seats shows fifty of them.
    """
    look = STATES.get(key) or Look("quiet", "note", str(key).replace("_", " ").capitalize())
    return _tag(look.shape, look.sign, str(label or look.label))


@lru_cache(maxsize=1_000)
def _tag(shape: str, sign: str, label: str) -> SafeString:
    return format_html('<span class="tag{}">{}{}</span>', f" tag--{shape}" if shape else "", icon(sign), label)


@register.filter
def day(at: datetime | None) -> str:
    """``{{ term.ends_at|day }}`` as ``date:"DATE_FORMAT"``, which takes long where a page shows it fifty times."""
    return "" if not at else _day_in(timezone.localtime(at).date(), get_language())


@lru_cache(maxsize=1_000)
def _day_in(at: date, _language: str | None) -> str:
    return date_format(at)


@register.inclusion_tag("components/_due.html")
def due(at: date | datetime, now: datetime | None = None) -> dict[str, object]:
    """``{% due report.due_at %}``: the days left, counted by the calendar of the reader's time zone."""
    today = _day(now or clock.now())
    left = (_day(at) - today).days
    if left == 0:
        words, state = gettext("today"), "today"
        if isinstance(at, datetime):
            words = gettext("today, %(time)s") % {"time": time_format(timezone.localtime(at), "H:i")}
    elif left == 1:
        words, state = gettext("tomorrow"), ""
    elif left > 1:
        words, state = ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}, ""
    else:
        words, state = ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}, "late"
    return {"at": at, "words": words, "state": state}


def _day(at: date | datetime) -> date:
    if isinstance(at, datetime):
        return timezone.localtime(at).date() if timezone.is_aware(at) else at.date()
    return at


@register.inclusion_tag("components/_hash.html")
def hash_code(value: str | bytes, name: str = "") -> dict[str, object]:
    """``{% hash_code entry.leaf_hash name=_("leaf") %}``: hexadecimal or base64, broken into groups of eight."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return {"value": text, "groups": [text[i : i + 8] for i in range(0, len(text), 8)], "name": name}


@register.simple_tag
def removed(old: str, new: str) -> SafeString:
    """The old text with what goes struck through."""
    return _marked(old, new, side=0)


@register.simple_tag
def added(old: str, new: str) -> SafeString:
    """The new text with what comes printed in reverse."""
    return _marked(old, new, side=1)


def _marked(old: str, new: str, *, side: int) -> SafeString:
    words = [re.findall(r"\s+|\w+|[^\w\s]", text or "") for text in (old, new)]
    if not words[0] or not words[1]:
        return format_html("{}", (old, new)[side] or "")
    pieces = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        text = "".join(words[side][a:b] if side == 0 else words[side][c:d])
        if text:
            pieces.append((text, kind != "equal"))
    mark = ("<del>{}</del>", "<ins>{}</ins>")[side]
    return format_html_join("", "{}", ((format_html(mark if changed else "{}", piece),) for piece, changed in pieces))
