"""`weft count`: the papers of an election in a file, counted by any rule, with every stage."""

# ruff: noqa: PLC0415 - `weft --help` should not wait for the domains

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from weft.cli._answers import refuse

if TYPE_CHECKING:
    from weft.ballots import Count
    from weft.ballots.counting.files import PaperFile
    from weft.ballots.counting.model import Lot
    from weft.errors import RuleBroken

KINDS = {".blt": "blt", ".csv": "csv", ".json": "json"}
ACROSS = 5  # stages side by side in a table


@dataclass(frozen=True, slots=True)
class AskedQuota:
    """A quota from the command line."""

    attribute: str
    share: Fraction | None
    at_least: int | None


@click.command("count")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rule", required=True, help="plurality, approval, stv-scottish, stv-meek, schulze, …: see the reference."
)
@click.option("--places", type=click.IntRange(1, 10_000), help="Places to fill; otherwise as the file says.")
@click.option(
    "--choices", type=click.IntRange(1, 1000), help="Votes or points a voter has: limited, cumulative, score."
)
@click.option(
    "--lot", "seed", help="The seed of the lot for ties: 64 hexadecimal digits, committed to before the vote."
)
@click.option(
    "--quota", "quotas", multiple=True, help="At least so many places, e.g. women=2/5 or youth=1. Repeatable."
)
@click.option(
    "--attributes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: a column candidate (number or name), and for each attribute a column with x where it holds.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def count_file(  # noqa: PLR0917 - click passes them by name
    file: Path,
    rule: str,
    places: int | None,
    choices: int | None,
    seed: str | None,
    quotas: tuple[str, ...],
    attributes: Path | None,
    as_json: bool,
) -> None:
    """Count the papers in FILE (.blt, .csv or .json) by a rule, and show every stage.

    The lot for ties is drawn from the seed and the SHA-256 of FILE; candidates are drawn by their number in it.
    """
    from weft.ballots.counting import count_election
    from weft.ballots.counting.count import RULES
    from weft.ballots.counting.files import PapersInvalid, read_papers
    from weft.errors import RuleBroken

    method = rule.replace("-", "_")
    if method not in RULES:
        raise click.BadParameter(f"not one of: {', '.join(sorted(RULES)).replace('_', '-')}", param_hint="--rule")
    if file.suffix.lower() not in KINDS:
        raise click.BadParameter("the name must end in .blt, .csv or .json", param_hint="FILE")
    data = file.read_bytes()
    lot, drawn = (None, {}) if seed is None else _lot(seed, data)
    asked = [_quota(one) for one in quotas]
    try:
        papers = read_papers(data, KINDS[file.suffix.lower()], method)
    except PapersInvalid as wrong:
        _name_problems(file, wrong, as_json=as_json)
    if places is None and papers.places is None:
        raise click.UsageError("The file does not say how many places there are. Give --places.")
    names = {ref: _printable(name) for ref, name in papers.names.items()}
    try:
        count = count_election(
            method,
            papers.papers,
            candidates=papers.candidates,
            places=places or papers.places or 1,
            lot=lot,
            choices=choices,
            quotas=asked,
            attributes=_attributes(attributes, papers) if attributes else {},
        )
    except RuleBroken as refusal:
        _refuse(refusal, names, as_json=as_json)
    _answer(count, names, papers.title, drawn, as_json=as_json)


def _answer(count: "Count", names: Mapping[str, str], title: str, lot: Mapping[str, str], *, as_json: bool) -> None:
    from weft.ballots.counting.words import to_json

    if as_json:
        click.echo(json.dumps({"holds": True, "title": title, "lot": lot or None, **to_json(count, names)}))
        return
    click.echo(f"{_printable(title) or 'Count'}: {count.papers} papers, {count.places} places, by {count.method}.")
    if lot:
        click.echo(f"Lot committed to as {lot['commitment']}.")
    click.echo()
    _show_stages(count, names)
    click.echo("\nElected: " + (", ".join(names.get(one, one) for one in count.elected) or "nobody"))
    if count.runners_up:
        click.echo("Next: " + ", ".join(names.get(one, one) for one in count.runners_up))
    for group in count.tied:
        click.echo("Equal, in no order yet: " + ", ".join(names.get(one, one) for one in group))


def _show_stages(count: "Count", names: Mapping[str, str]) -> None:
    """One sentence a stage, and the totals side by side."""
    from rich.console import Console
    from rich.table import Table

    from weft.ballots.counting.words import number, quota_sentences, sentences

    for at, stage in enumerate(count.stages, 1):
        said = " ".join(msgid % values for msgid, values in sentences(stage, names))
        click.echo(f"{at}. {said}")
    for msgid, values in quota_sentences(count, names):
        click.echo(msgid % values)
    console = Console(markup=False, highlight=False, emoji=False)
    order = [*count.elected, *count.runners_up]
    order += [line.candidate for line in count.lines if line.candidate not in order]
    for first in range(0, len(count.stages), ACROSS):
        shown = count.stages[first : first + ACROSS]
        table = Table("Candidate", show_edge=False)
        for at in range(first, first + len(shown)):
            table.add_column(f"{at + 1}", justify="right")
        for ref in order:
            totals = [dict(stage.totals).get(ref) for stage in shown]
            table.add_row(names.get(ref, ref), *("" if value is None else number(value) for value in totals))
        if any(stage.exhausted or stage.lost for stage in count.stages):
            table.add_row("not transferable", *(number(stage.exhausted + stage.lost) for stage in shown))
        console.print()
        console.print(table)


def _refuse(refusal: "RuleBroken", names: Mapping[str, str], *, as_json: bool) -> NoReturn:
    """A count that the rule does not allow; a tie is told with what would decide it."""
    facts: dict[str, object] = {"code": refusal.rule, **refusal.numbers}
    if refusal.rule == "election.tie":
        tied = [names.get(ref, ref) for ref in str(refusal.numbers["candidates"]).split(", ")]
        facts["candidates"] = tied
        sentence = (
            f"{', '.join(tied)} are equal, and a place hangs on it. A lot must decide: give --lot with the seed, 64"
            " hexadecimal digits, whose commitment was published before anybody knew the papers."
        )
    elif refusal.rule == "elect.choices":
        sentence = "This rule needs --choices: how many votes or points a voter has."
    elif refusal.rule == "ballot.too_many_marks":
        sentence = f"A paper has {refusal.numbers['marks']} marks; at most {refusal.numbers['allowed']} are allowed."
    else:
        sentence = f"The papers cannot be counted by this rule: {refusal}."
    refuse({**facts, "sentence": sentence}, sentence, as_json=as_json)


def _name_problems(file: Path, wrong: "Exception", *, as_json: bool) -> NoReturn:
    from weft.ballots.counting.files import PapersInvalid

    found = wrong.problems if isinstance(wrong, PapersInvalid) else ()
    problems = [{"line": one.line, "code": one.code, "sentence": one.text()} for one in found]
    lines = [f"{file}:{one.line}: {one.text()}" for one in found]
    refuse({"code": "papers.invalid", "problems": problems}, "\n".join(lines), as_json=as_json)


def _lot(seed: str, data: bytes) -> tuple["Lot", dict[str, str]]:
    from weft.ballots import draw_lots, lot_commitment

    if not re.fullmatch(r"[0-9a-fA-F]{64}", seed):
        raise click.BadParameter("the seed is 64 hexadecimal digits", param_hint="--lot")
    raw, contribution = bytes.fromhex(seed), sha256(data).digest()
    commitment = lot_commitment(raw)

    def lot(equals: Sequence[str]) -> Sequence[str]:
        return draw_lots(raw, contribution, equals, commitment=commitment)

    return lot, {"commitment": commitment, "contribution": contribution.hex()}


def _quota(text: str) -> AskedQuota:
    found = re.fullmatch(r"([^=]+)=([0-9]{1,4})(?:/([0-9]{1,4}))?", text)
    if not found or found[3] in {"0", "00"} or (found[3] and int(found[2]) > int(found[3])):
        raise click.BadParameter(f"{text} is not like women=2/5 or youth=1", param_hint="--quota")
    if found[3] is None:
        return AskedQuota(found[1], None, int(found[2]))
    return AskedQuota(found[1], Fraction(int(found[2]), int(found[3])), None)


def _attributes(path: Path, papers: "PaperFile") -> dict[str, Collection[str]]:
    """What each candidate declares, from a CSV file."""
    from weft.ballots.counting.files import PapersInvalid, rows

    refs = {name: ref for ref, name in papers.names.items()} | {ref: ref for ref in papers.names}
    try:
        table = rows(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, PapersInvalid) as wrong:
        raise click.BadParameter(f"{path} is not a CSV file in UTF-8", param_hint="--attributes") from wrong
    found: dict[str, Collection[str]] = {}
    header = table[0][1] if table else []
    for line, cells in table[1:]:
        row = dict(zip(header, cells, strict=False))
        who = row.pop("candidate", "")
        if who not in refs:
            raise click.BadParameter(f"{path}:{line}: no candidate {who!r}", param_hint="--attributes")
        found[refs[who]] = [name for name, cell in row.items() if cell.lower() in {"x", "1", "yes"}]
    return found


def _printable(text: str) -> str:
    """Names come from a file: nothing in them steers the terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)
