"""How commands answer: a bar while they work, one JSON object or plain sentences, and a status."""

# ruff: noqa: PLC0415 - a command that shows no bar need not load what draws it

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from rich.progress import Progress


def progress(what: str, *, quiet: bool) -> AbstractContextManager[Callable[[int, int], None] | None]:
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


def refuse(facts: dict[str, object], sentences: str, *, as_json: bool) -> NoReturn:
    click.echo(json.dumps({"holds": False, **facts}) if as_json else sentences, err=not as_json)
    raise click.exceptions.Exit(1)
