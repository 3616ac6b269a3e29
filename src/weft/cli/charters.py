"""`weft charter`: read and check charters."""

# ruff: noqa: PLC0415 - `weft --help` should not wait for the domains

import json
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from weft.cli._answers import refuse

if TYPE_CHECKING:
    from weft.charter import Charter


@click.group()
def charter() -> None:
    """Read and check charters: the constitution of a council, as a file."""


@charter.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def check_charter(file: Path, as_json: bool) -> None:
    """Name every problem in FILE, each with its line."""
    from weft.charter import CharterProblems, load

    try:
        found = load(file.read_bytes())
    except CharterProblems as wrong:
        problems = [
            {"line": problem.line, "path": problem.path, "code": problem.code, "sentence": problem.text()}
            for problem in wrong.problems
        ]
        lines = [f"{file}:{problem.line}: {problem.text()}" for problem in wrong.problems]
        refuse({"problems": problems}, "\n".join(lines), as_json=as_json)
    if as_json:
        click.echo(json.dumps({"holds": True, "id": found.id, "title": found.title, "hash": found.hash}))
    else:
        click.echo(f"{file}: {found.title} is a whole and consistent charter. SHA-256: {found.hash}")


@charter.command("list")
def list_charters() -> None:
    """The charters that come with Weft."""
    for name in _library():
        click.echo(f"{name:<28} {_shipped(name).title}")


@charter.command("show")
@click.argument("name")
def show_charter(name: str) -> None:
    """Print the articles of NAME: a file, or the id of a charter that comes with Weft.

    What history tells is followed by its source: V read there, D derived, M unverified, or unknown.
    """
    from weft.charter import CharterProblems, articles, load

    path = Path(name)
    if not path.is_file() and name not in _library():
        raise click.BadParameter(f"{name} is neither a file nor one of: {', '.join(_library())}", param_hint="NAME")
    try:
        found = load(path.read_bytes()) if path.is_file() else _shipped(name)
    except CharterProblems as wrong:
        raise click.ClickException(f"{name} cannot be used. See: weft charter check {name}") from wrong
    click.echo(f"{found.title}\nSHA-256 {found.hash}\n")
    if found.preamble:
        click.echo(fill(found.preamble, 88) + "\n")
    for article in articles(found):
        click.echo(f"Article {article.number}. {article.heading()}")
        for clause in article.clauses:
            click.echo(fill(clause.text(), 88, initial_indent="  ", subsequent_indent="  "))
            for source in clause.sources:
                words = "; ".join(part for part in (source.source, source.note, *source.claims) if part)
                line = f"[{source.status}] {words}".rstrip()
                click.echo(fill(line, 88, initial_indent="      ", subsequent_indent="      "))
        click.echo()


def _library() -> list[str]:
    folder = files("weft.charter") / "library"
    return sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml"))


def _shipped(name: str) -> "Charter":
    from weft.charter import load

    return load((files("weft.charter") / "library" / f"{name}.toml").read_bytes())
