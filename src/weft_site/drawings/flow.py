"""How votes moved in a count by stages: a lane for each candidate, a column for each stage, threads between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weft_site.drawings.svg import Drawing, box, draw, hatched, line, number, sheet, short, sign, text

LEFT, COLUMN, BAR_WIDTH = 150.0, 132.0, 84.0
LANE, BAR, HEAD, GAP = 46.0, 16.0, 30.0, 14.0
ACROSS = 6  # stages side by side
THINNEST, THICKEST = 1.5, 14.0
NOBODY = ""  # the lane of votes without a further preference


@dataclass(frozen=True, slots=True)
class FlowStage:
    """One stage, in votes. totals: after it. moved: (from, to, votes), "" where no preference was left.

    quota: what elects at this stage. exhausted: votes that had reached nobody by then.
    """

    totals: Mapping[str, float]
    moved: Sequence[tuple[str, str, float]] = ()
    elected: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    quota: float | None = None
    exhausted: float = 0


def transfer_flow(stages: Sequence[FlowStage], *, names: Mapping[str, str], title: str = "") -> Drawing:
    """Draw a count by stages. names: reference -> name, in the order of the lanes, the elected first.

    Stages that find no room go on in a band below, which begins with the last of the band above.
    """
    if not stages or not names:
        raise ValueError("a flow needs a stage and a candidate")
    title = title or _("Votes from stage to stage")
    called = {**names, NOBODY: _("Not transferable")}
    span = max(1, *(max(stage.totals.values(), default=0) for stage in stages), *(s.exhausted for s in stages))
    inside: list[SafeString] = []
    top = 0.0
    for first in range(0, max(len(stages) - 1, 1), ACROSS - 1):
        shown, top = _band(stages, first, called, span, top)
        inside += shown
    elected = [ref for ref in names if any(ref in stage.elected for stage in stages)]
    said = ngettext("%(count)s stage. Elected: %(names)s.", "%(count)s stages. Elected: %(names)s.", len(stages))
    return Drawing(
        svg=sheet(LEFT + COLUMN * min(len(stages), ACROSS), top, title, *inside),
        title=title,
        summary=said % {"count": len(stages), "names": ", ".join(names[ref] for ref in elected) or _("nobody")},
        columns=[_("Stage"), _("From"), _("To"), _("Votes")],
        rows=[
            (place, called.get(source, source), called.get(target, target), _cell(votes))
            for place, stage in enumerate(stages, 1)
            for source, target, votes in stage.moved
        ],
        key=[
            (_sample("elected"), _("✓ elected at this stage")),
            (_sample("excluded"), _("× excluded at this stage")),
            (_sample("quota"), _("what elects")),
        ],
        kind="wide",
    )


def _band(
    stages: Sequence[FlowStage], first: int, called: Mapping[str, str], span: float, top: float
) -> tuple[list[SafeString], float]:
    """The stages from one on, as many as stand side by side: what to draw, and where the next band begins."""
    gone = {ref for stage in stages[: first + 1] for ref in stage.excluded} if first else set()
    here = range(first, min(first + ACROSS, len(stages)))
    lanes = [ref for ref in called if ref and ref not in gone]
    lanes += [NOBODY] if any(stage.exhausted for stage in stages) else []
    at = {ref: top + HEAD + LANE * place for place, ref in enumerate(lanes)}
    width = LEFT + COLUMN * len(here)
    inside = []
    for ref in lanes:
        inside.append(line(f"M0 {number(at[ref] + LANE - 6)}H{number(width)}", "d-hair", stroke_opacity="0.4"))
        inside.append(text(0, at[ref] + BAR + 8, short(called[ref], 17), "d-text"))
    for place, which in enumerate(here):
        if place:
            inside += _threads(place, stages[which], at, span)
    for place, which in enumerate(here):
        inside.append(text(LEFT + COLUMN * place, top + 16, which + 1, "d-text"))
        inside += _column(place, stages[which], {ref: y for ref, y in at.items() if ref not in gone}, span)
        gone |= stages[which].excluded
    return inside, top + HEAD + LANE * len(lanes) + GAP


def _column(place: int, stage: FlowStage, at: Mapping[str, float], span: float) -> list[SafeString]:
    """One stage: a bar a lane with its number; the elected solid with a tick, the excluded hatched with a cross."""
    left = LEFT + COLUMN * place
    parts = []
    for ref, top in at.items():
        votes = stage.exhausted if ref == NOBODY else stage.totals.get(ref, 0)
        bar, length = top + 8, BAR_WIDTH * votes / span
        if ref in stage.excluded:
            parts += [hatched(left, bar, 18, BAR), draw("rect", x=left, y=bar, width=18, height=BAR, class_="d-line")]
            parts.append(text(left + 26, bar + 13, "×", "d-text"))
            continue
        if votes:
            parts.append(box(left, bar, max(length, 1.5), BAR, "d-sunken" if ref == NOBODY else "d-ink"))
        tick = " ✓" if ref in stage.elected else ""
        parts.append(text(left, bar + BAR + 13, f"{_cell(votes)}{tick}", "d-small"))
    if stage.quota is not None and at:
        x, tops = left + BAR_WIDTH * min(stage.quota / span, 1), [top for ref, top in at.items() if ref != NOBODY]
        for top in tops:
            parts.append(line(f"M{number(x)} {number(top + 3)}V{number(top + BAR + 13)}", "d-over", stroke_width=6))
            parts.append(line(f"M{number(x)} {number(top + 3)}V{number(top + BAR + 13)}", "d-line"))
    return parts


def _threads(place: int, stage: FlowStage, at: Mapping[str, float], span: float) -> list[SafeString]:
    """What moved at a stage, from the column before it."""
    parts = []
    start, end = LEFT + COLUMN * (place - 1) + BAR_WIDTH + 2, LEFT + COLUMN * place - 2
    for source, target, votes in stage.moved:
        if source not in at or target not in at:
            continue
        above, below = at[source] + 8 + BAR / 2, at[target] + 8 + BAR / 2
        middle = (start + end) / 2
        curve = (
            f"M{number(start)} {number(above)}C{number(middle)} {number(above)} {number(middle)} {number(below)}"
            f" {number(end)} {number(below)}"
        )
        thick = min(max(2 * THICKEST * votes / span, THINNEST), THICKEST)
        parts.append(line(curve, "d-thread", stroke_width=thick, stroke_opacity="0.55"))
    return parts


def _cell(votes: float) -> str:
    return f"{votes:,.2f}".rstrip("0").rstrip(".")


def _sample(what: str) -> SafeString:
    if what == "quota":
        return sign(line("M8 0V16", "d-line"))
    if what == "excluded":
        return sign(hatched(0, 0, 16, 16), draw("rect", x=1, y=1, width=14, height=14, class_="d-line"))
    return sign(box(0, 0, 16, 16, "d-ink"))
