"""Results of elections and recalls: a bar a candidate, and how many signed or voted of how many were needed."""

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


def reached_bar(*, count: int, needed: int, total: int, what: str = "voted") -> Drawing:
    """How many of the electors signed, or voted, and the number that was needed.

    what: "signed" or "voted". Nothing is judged here: whether it suffices the core has found.
    """
    if min(count, needed, total) < 0:
        raise ValueError(f"no such numbers: {count} of {total}, {needed} needed")
    title = {"signed": _("Signatures"), "voted": _("Taking part")}[what]
    words = {"signed": _("have signed"), "voted": _("have voted")}[what]
    sentence = {
        "signed": _("%(count)s of %(total)s electors have signed; %(needed)s are needed."),
        "voted": _("%(count)s of %(total)s on the roll have voted; %(needed)s are needed."),
    }[what]
    span = max(count, needed, total, 1)
    at, top, height = WIDTH * needed / span, 56.0, 26.0
    turned = at > WIDTH / 2
    inside = [
        text(0, 44, grouped(count), "d-big"),
        text(12 + 24 * len(grouped(count)), 44, words, "d-text"),
        text(WIDTH, 44, _("of %(total)s") % {"total": grouped(total)}, "d-small d-end"),
        box(0, top, WIDTH, height, "d-sunken"),
        box(0, top, WIDTH * count / span, height, "d-ink"),
        line(f"M0 {number(top + height)}H{number(WIDTH)}", "d-line"),
        line(f"M{number(at)} {number(top - 7)}V{number(top + height + 20)}", "d-over", stroke_width=7),
        line(f"M{number(at)} {number(top - 7)}V{number(top + height + 20)}", "d-line", stroke_width=3),
        text(
            at - 7 if turned else at + 7,
            top + height + 18,
            _("%(needed)s needed") % {"needed": grouped(needed)},
            "d-text d-end" if turned else "d-text",
        ),
    ]
    numbers = {"count": grouped(count), "needed": grouped(needed), "total": grouped(total)}
    return Drawing(
        svg=sheet(WIDTH, 106, title, *inside),
        title=title,
        summary=sentence % numbers,
        columns=[_("What"), _("Persons")],
        rows=[(words, numbers["count"]), (_("Needed"), numbers["needed"]), (_("Electors"), numbers["total"])],
    )
