"""The pen: SVG elements without styles, and what a drawing is.

Colour, type and hatching come from the classes ``d-…`` in static/css/components.css, so that a drawing
follows the theme, the printer and forced colours, and needs no inline style.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with everything it says in words as well.

    svg:     inline SVG, role "img"; role "group" where it holds links.
    title:   what is shown.
    summary: one sentence that tells what one would see.
    columns, rows: the same as a table; empty where the summary says it all.
    key:     pairs of a sign (SVG or text) and its meaning.
    kind:    "" fits a phone; "wide" scrolls there; "small" stays small; "qr".
    """

    svg: SafeString
    title: str
    summary: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = ()
    key: Sequence[tuple[SafeString | str, str]] = field(default=())
    kind: str = ""

    @property
    def table(self) -> SafeString:
        """Its rows as <tr>, each headed by its first cell. Written here: a council of delegates has hundreds."""
        return SafeString(
            "".join(
                f'<tr><th scope="row">{_escaped(first)}</th>'
                + "".join([f'<td class="n">{_escaped(cell)}</td>' for cell in cells])
                + "</tr>"
                for first, *cells in self.rows
            )
        )


def number(value: float | str) -> str:
    """A coordinate: at most one decimal, no trailing zero."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def draw(name: str, *inside: object, **attributes: float | str | None) -> SafeString:
    """One element; ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``, None is left out.

    Written as plain text, each value and each part escaped once: a page draws thousands of these.
    """
    shown = [
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    ]
    return SafeString(f"<{name}{''.join(shown)}>{together(inside)}</{name}>")


def together(parts: Iterable[object]) -> SafeString:
    """Parts one after the other; what is not SVG already is escaped."""
    return SafeString("".join([_escaped(part) for part in parts]))


def _escaped(part: object) -> str:
    """As `django.utils.html.conditional_escape`, without its detour for words that are translated later."""
    return part.__html__() if hasattr(part, "__html__") else escape(str(part))


def box(x: float, y: float, width: float, height: float, class_: str, **attributes: float | str | None) -> SafeString:
    return draw("rect", x=x, y=y, width=max(width, 0), height=height, class_=class_, **attributes)


def hatched(x: float, y: float, width: float, height: float, pattern: str = "weft-hatch") -> SafeString:
    """A hatched box; the patterns stand once a page in components/_defs.html."""
    return draw("rect", x=x, y=y, width=max(width, 0), height=height, fill=f"url(#{pattern})")


def text(x: float, y: float, words: object, class_: str = "d-text", **attributes: float | str | None) -> SafeString:
    return draw("text", words, x=x, y=y, class_=class_, **attributes)


def line(points: str, class_: str = "d-line", **attributes: float | str | None) -> SafeString:
    return draw("path", d=points, class_=class_, **attributes)


def sheet(width: float, height: float, title: str, *inside: object, linked: bool = False) -> SafeString:
    """The whole picture. With links inside it is a group, because an image hides what it holds from a screen reader."""
    return draw(
        "svg",
        draw("title", title),
        *inside,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="group" if linked else "img",
        aria_label=title,
        focusable="false",
    )


def sign(*inside: object) -> SafeString:
    """A small sample for the key, 16 by 16."""
    return draw("svg", *inside, viewBox="0 0 16 16", aria_hidden="true", focusable="false")


def short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def grouped(value: int) -> str:
    """3017 as 3,017, in the reader's language."""
    if -1_000 < value < 1_000:
        return str(value)
    return number_format(value, use_l10n=True, force_grouping=True)
