"""From a stored result to what its page shows: each stage in a sentence, the table of stages, the flow of transfers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weft.ballots.counting import Count, Stage
from weft.ballots.counting.model import Draw, Move, Pair, QuotaResult, Substitution
from weft.ballots.counting.words import number, quota_sentences, sentences
from weft.ballots.papers import COMMITTEE, RANKED
from weft_site.drawings.flow import FlowStage, transfer_flow
from weft_site.drawings.svg import Drawing

METHODS = {
    "plurality": gettext_lazy("most votes"),
    "absolute_majority": gettext_lazy("more than half, else a run-off"),
    "yes_no": gettext_lazy("yes or no to each candidate"),
    "list": gettext_lazy("one list, voted on as a whole"),
    "limited": gettext_lazy("limited vote: fewer marks than places"),
    "cumulative": gettext_lazy("cumulative vote: points to give away"),
    "approval": gettext_lazy("approval"),
    "score": gettext_lazy("scores"),
    "irv": gettext_lazy("instant run-off"),
    "stv_scottish": gettext_lazy("single transferable vote, Scottish rules"),
    "stv_meek": gettext_lazy("single transferable vote, Meek's method"),
    "schulze": gettext_lazy("Schulze method"),
    "phragmen": gettext_lazy("Phragmén's method, by approval"),
    "equal_shares": gettext_lazy("Method of Equal Shares, by approval"),
}
BARS = 2  # decimals of a number in a cell; the files have every one


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells of a count.

    stages:  for each, its sentences. rows: candidate, its cells by stage, how it ended ("elected", "excluded", "").
    heads:   the stages' short names. flow: the drawing, where votes moved. pairs: Schulze's table, row by row.
    quotas:  what the election's quotas changed, in sentences. bars: whether the result is best shown as bars.
    """

    stages: Sequence[Sequence[str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Mapping[str, object]] = ()
    flow: Drawing | None = None
    pairs: Sequence[Mapping[str, object]] = ()
    quotas: Sequence[str] = ()
    bars: bool = True
    quota: str = ""
    lots: Sequence[Sequence[str]] = field(default=())


def told(result: Mapping[str, object], names: Mapping[str, str]) -> Told:
    """The count behind a stored result; names: how to call each candidate to this reader."""
    how = result.get("how")
    if not isinstance(how, dict):
        return Told()
    stages = [_stage(one) for one in how["stages"]]
    count = _count(how, stages)
    quotas = [_(msgid) % values for msgid, values in quota_sentences(count, names)]
    said = [[_(msgid) % values for msgid, values in sentences(stage, names)] for stage in stages]
    lots = [[names.get(one, one) for one in draw.order] for stage in stages for draw in stage.lots]
    if count.method not in RANKED | COMMITTEE:
        return Told(quotas=quotas, lots=lots, stages=said if len(stages) > 1 or quotas or lots else ())
    moved = any(stage.moved for stage in stages)
    last = next((stage.quota for stage in reversed(stages) if stage.quota is not None), None)
    return Told(
        stages=said,
        heads=[str(at) for at in range(1, len(stages) + 1)],
        rows=_rows(count, stages, names),
        flow=_flow(count, stages, names) if moved else None,
        pairs=_pairs(stages, count, names),
        quotas=quotas,
        bars=count.method in COMMITTEE,
        quota=shown(last) if last is not None else "",
        lots=lots,
    )


def shown(value: Fraction) -> str:
    """A number of votes for a cell: exactly where it is short, else cut to two decimals."""
    exact = number(value)
    if "/" in exact:
        value = Fraction(int(value * 10**BARS), 10**BARS)
        exact = number(value)
    whole, point, decimals = exact.partition(".")
    return f"{whole}{point}{decimals[:BARS]}" if len(decimals) > BARS else exact


def _order(count: Count) -> list[str]:
    """Candidates as the result has them: the elected first, then those who stand next, then the rest."""
    order = [*count.elected, *count.runners_up]
    return order + [line.candidate for line in count.lines if line.candidate not in order]


def _rows(count: Count, stages: Sequence[Stage], names: Mapping[str, str]) -> list[dict[str, object]]:
    rows = []
    for ref in _order(count):
        cells = []
        for at, stage in enumerate(stages, 1):
            values = dict((count.method in COMMITTEE and stage.values) or stage.totals)
            mark = "elected" if ref in stage.elected else "excluded" if ref in stage.excluded else ""
            cells.append({"at": at, "value": shown(values[ref]) if ref in values else "", "mark": mark})
        ended = "elected" if ref in count.elected else ""
        rows.append({"name": names.get(ref, ref), "cells": cells, "ended": ended})
    if any(stage.exhausted or stage.lost for stage in stages):
        cells = [
            {"at": at, "value": shown(stage.exhausted + stage.lost), "mark": ""} for at, stage in enumerate(stages, 1)
        ]
        rows.append({"name": _("Not transferable"), "cells": cells, "ended": ""})
    return rows


def _flow(count: Count, stages: Sequence[Stage], names: Mapping[str, str]) -> Drawing:
    marks = [
        FlowStage(
            totals={ref: float(value) for ref, value in stage.totals},
            moved=[(move.source, move.target, float(move.votes)) for move in stage.moved],
            elected=frozenset(stage.elected),
            excluded=frozenset(stage.excluded),
            quota=None if stage.quota is None else float(stage.quota),
            exhausted=float(stage.exhausted + stage.lost),
        )
        for stage in stages
    ]
    return transfer_flow(marks, names={ref: names.get(ref, ref) for ref in _order(count)})


def _pairs(stages: Sequence[Stage], count: Count, names: Mapping[str, str]) -> list[dict[str, object]]:
    """Schulze: for each candidate, on how many papers it stands above each other one."""
    papers = {(pair.first, pair.second): pair.papers for stage in stages for pair in stage.pairs}
    if not papers:
        return []
    order = _order(count)
    return [
        {
            "name": names.get(first, first),
            "cells": [
                {
                    "name": names.get(second, second),
                    "papers": "–" if first == second else papers.get((first, second), 0),
                }
                for second in order
            ],
        }
        for first in order
    ]


def _count(how: Mapping[str, object], stages: Sequence[Stage]) -> Count:
    """A count as `weft.ballots.counting.words.to_json` wrote it by references."""
    return Count(
        method=how["method"],
        places=how["places"],
        elected=tuple(how["elected"]),
        runners_up=tuple(how["runners_up"]),
        lines=tuple(_Line(one["candidate"]) for one in how["lines"]),
        papers=how["papers"],
        stages=tuple(stages),
        quotas=tuple(QuotaResult(**one) for one in how["quotas"]),
        substitutions=tuple(
            Substitution(one["elected"], one["instead_of"], tuple(one["attributes"])) for one in how["substitutions"]
        ),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    candidate: str


def _stage(one: Mapping[str, object]) -> Stage:
    def totals(name: str) -> tuple[tuple[str, Fraction], ...]:
        return tuple((ref, Fraction(value)) for ref, value in one[name])

    listed = {name: tuple(one[name]) for name in ("subject", "elected", "filled", "excluded", "doomed", "guarded")}
    return Stage(
        action=one["action"],
        totals=totals("totals"),
        moved=tuple(Move(move["from"], move["to"], Fraction(move["votes"])) for move in one["moved"]),
        exhausted=Fraction(one["exhausted"]),
        lost=Fraction(one["lost"]),
        quota=None if one["quota"] is None else Fraction(one["quota"]),
        lots=tuple(Draw(draw["why"], tuple(draw["order"])) for draw in one["lots"]),
        values=totals("values"),
        money=None if one["money"] is None else Fraction(one["money"]),
        pairs=tuple(Pair(**pair) for pair in one["pairs"]),
        **listed,
    )
