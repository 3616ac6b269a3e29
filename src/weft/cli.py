"""The command `weft`: what one can do with files alone, and the door for what other packages add.

Commands of other packages come through the entry point group ``weft.commands``; so the site adds `init` and
`serve`, and the core need not know it. Exit status: 0 all holds, 1 refused with the reason, 2 wrong usage.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from weft.charter import Charter

# Domains are imported by the command that needs them: `weft --help` should not wait for all of them.
# ruff: noqa: PLC0415


class Commands(click.Group):
    """Our own commands and those that installed packages plug in; the latter are loaded only when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._plugged()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        plugged = self._plugged().get(cmd_name)
        if plugged is None:
            return None
        command = plugged.load()
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{plugged.value} is not a command")
        return command

    @staticmethod
    def _plugged() -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group="weft.commands") if _exists(point.module)}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package around it is not installed
        return False


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="weft-councils")
def main() -> None:
    """Weft: councils, delegates and decisions, on a record that anyone can prove."""


@main.group()
def verify() -> None:
    """Check what others claim, with nothing but their files and a key."""


@verify.command("record")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vkey", required=True, help="The log's verifier key, from anywhere but this folder.")
@click.option("--witness", "witnesses", multiple=True, help="Verifier key of a witness you know. Repeatable.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint you kept: the log must continue it. Repeatable.",
)
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The record's documents: judge every act again by them, from the charter on.",
)
@click.option("--growing", is_flag=True, help="The folder is being written to: pass over what is not signed for yet.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def verify_record(  # noqa: PLR0917 - click passes them by name
    folder: Path,
    vkey: str,
    witnesses: tuple[str, ...],
    earlier: tuple[Path, ...],
    documents: Path | None,
    growing: bool,
    as_json: bool,
) -> None:
    """Check every entry, hash and file of a record in FOLDER; with --documents, judge every act in it again.

    Without documents it is proved that nothing was changed, left out or put in. With them, that every seat, office,
    result and decision follows from the entries by the charter then in force.
    """
    from weft.record import Checkpoint, NotProven, verify_folder

    judging = _Judging(documents) if documents else None
    try:
        with _progress("entries", quiet=as_json) as progress:
            report = verify_folder(
                folder,
                vkey,
                witnesses=witnesses,
                earlier=[Checkpoint.unchecked(path.read_bytes()) for path in earlier],
                growing=growing,
                progress=progress,
                reader=judging.read if judging else None,
            )
        replayed = judging.finish() if judging else None
    except NotProven as refusal:
        _refuse({"code": refusal.code, "sentence": refusal.sentence}, str(refusal), as_json=as_json)
    head = report.signed.checkpoint
    answer = {
        "holds": True,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "bytes": report.volume,
        "not_signed_for_yet": report.beyond,
        "cosigned": [{"witness": name, "seconds_since_1970": seconds} for name, seconds in report.signed.cosigned],
    }
    if replayed is not None:
        answer["replayed"] = replayed
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(f"{head.origin}: all {head.size} entries are there, unchanged, under the signed root {head.root.hex()}.")
    for name, _seconds in report.signed.cosigned:
        click.echo(f"Cosigned by {name}.")
    if replayed is not None:
        _say_replayed(replayed)


class _Judging:
    """Replays entries while the verifier reads them.

    What it finds is held back until all of the record is proved to be what was signed: a changed file is then
    called that, and not a wrong decision.
    """

    def __init__(self, folder: Path) -> None:
        from weft.record import Documents
        from weft.replay import Replay

        self.run = Replay(Documents(folder).get)
        self.found: Exception | None = None

    def read(self, _first: int, entries: list[bytes]) -> None:
        from weft.record import NotProven

        for entry in entries if self.found is None else ():
            try:
                self.run.take(entry)
            except NotProven as refusal:
                self.found = refusal
                return

    def finish(self) -> dict[str, object]:
        if self.found is not None:
            raise self.found
        state = self.run.finish()
        return {
            "bodies": sum(body.until_index is None for body in state.bodies.values()),
            "members": sum(body.admitted for body in state.bodies.values()),
            "filled": len(state.holders_at(state.size - 1)) if state.size else 0,
            "decided": sum(motion.decided_at is not None for motion in state.motions.values()),
            "charter": state.charter.hash if state.in_force else "",
            "unchecked": [
                {"index": one.index, "act": one.act, "what": one.what, "why": one.why} for one in self.run.unchecked
            ],
        }


def _say_replayed(found: dict[str, Any]) -> None:
    click.echo(
        f"Judged again by the charter then in force: {found['bodies']} bodies, {found['members']} memberships,"
        f" {found['filled']} filled seats and offices, {found['decided']} decisions. All follow from the entries."
    )
    why = {
        "erased": "the document is not among those you gave",
        "private": "only the body and its server know it",
        "elsewhere": "it stands in another record",
    }
    for one in found["unchecked"]:
        click.echo(f"Not judged: entry {one['index']} ({one['act']}), {one['what']}: {why[one['why']]}.")


@main.group()
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
        _refuse({"problems": problems}, "\n".join(lines), as_json=as_json)
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


def _progress(what: str, *, quiet: bool) -> AbstractContextManager[Callable[[int, int], None] | None]:
    """A bar on a terminal, nothing in a pipe: what a program reads must be the answer alone."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        return nullcontext()
    return _bar(Progress(console=console, transient=True), what)


@contextmanager
def _bar(bar: "Progress", what: str) -> Iterator[Callable[[int, int], None]]:
    task = bar.add_task(what, total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _refuse(facts: dict[str, object], sentences: str, *, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"holds": False, **facts}) if as_json else sentences, err=not as_json)
    raise click.exceptions.Exit(1)
