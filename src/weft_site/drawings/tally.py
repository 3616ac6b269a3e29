"""The result of an election: a bar a candidate, and a line under the last who takes a place."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from weft_site.drawings.svg import Drawing, box, draw, grouped, hatched, line, number, sheet, short, text

WIDTH = 400.0
ROW, BAR = 44.0, 18.0


class CandidateMark(NamedTuple):
    """One candidate's line. elected: takes a place. no, abstain: only where each was answered yes or no."""

    name: str
    votes: int
    elected: bool = False
    no: int = 0
    abstain: int = 0


def candidate_bars(marks: Iterable[CandidateMark], *, papers: int, title: str = "") -> Drawing:
    """Candidates in the order of the count, the elected first. papers: votes given in, the width of a full bar."""
    ranked = sorted(marks, key=lambda mark: not mark.elected)
    if not ranked:
        raise ValueError("an election's result needs at least one candidate")
    title = title or _("Votes for each candidate")
    span = max(papers, *(mark.votes + mark.no + mark.abstain for mark in ranked), 1)
    inside, top = [], 0.0
    for position, mark in enumerate(ranked):
        if position and ranked[position - 1].elected and not mark.elected:
            inside.append(line(f"M0 {number(top)}H{number(WIDTH)}", "d-line", stroke_dasharray="6 5"))
            top += 8
        inside += _row(mark, top, span)
        top += ROW
    elected = [mark.name for mark in ranked if mark.elected]
    answered = any(mark.no or mark.abstain for mark in ranked)
    return Drawing(
        svg=sheet(WIDTH, top, title, *inside),
        title=title,
        summary=_("%(papers)s votes were given. Elected: %(names)s.")
        % {"papers": grouped(papers), "names": ", ".join(elected) or _("nobody")},
        columns=[
            _("Candidate"),
            _("Yes") if answered else _("Votes"),
            *([_("No"), _("Abstained")] if answered else []),
        ],
        rows=[
            (mark.name, grouped(mark.votes), *((grouped(mark.no), grouped(mark.abstain)) if answered else ()))
            for mark in ranked
        ],
    )


def _row(mark: CandidateMark, top: float, span: int) -> list:
    width = WIDTH * mark.votes / span
    bar = top + 22
    parts = [
        text(0, top + 16, short(mark.name, 40), "d-text"),
        text(WIDTH, top + 16, grouped(mark.votes), "d-text d-end"),
        box(0, bar, WIDTH, BAR, "d-sunken"),
    ]
    if mark.elected:
        parts.append(box(0, bar, width, BAR, "d-ink"))
    else:
        parts += [box(0, bar, width, BAR, "d-paper"), hatched(0, bar, width, BAR)]
        parts.append(draw("rect", x=0, y=bar, width=max(width, 0), height=BAR, class_="d-line"))
    return parts
