"""`weft demo`: build a scenario once, in a folder of its own, and serve it on this machine."""

import json
import os
import shutil
import sys
import time
from pathlib import Path

import click

from weft_site.commands import check, migrate, run_server, set_up, write_secret

# Django is imported inside the functions: it reads the settings when it is, and those need what is set here.
# ruff: noqa: PLC0415

SCENARIOS = ("riverton", "petrograd-1917")
MARK = "demo.json"  # written by weft_site.demo.guard
DATABASE = "weft.sqlite3"
OURS = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "record", "keys", "secret.key", "demo-clock",
        "demo-people.json", MARK)  # fmt: skip


@click.command()
@click.option("--scenario", type=click.Choice(SCENARIOS), default=SCENARIOS[0], show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--rebuild", is_flag=True, help="Throw the scenario away and build it anew.")
@click.option("--build-only", is_flag=True, help="Build it, and do not serve it.")
def demo(*, scenario: str, host: str, port: int, rebuild: bool, build_only: bool) -> None:
    """Show Weft with invented people: build a city with its councils, and serve it on this machine.

    The folder is ./var/demo-SCENARIO, or WEFT_HOME. It can never become a real server, and a real one is never
    touched. A demonstration that exists is taken up where it stopped.
    """
    home = prepare(scenario, rebuild=rebuild)
    set_up(marked=False)
    make(scenario, home)
    check()
    if build_only:
        return
    click.echo("Everybody here is invented. Sign in as any of a dozen people with one click, at /demo/")
    sys.exit(run_server(host=host, port=port, workers=2))


def prepare(scenario: str, *, rebuild: bool) -> Path:
    """The folder, and the environment by which the settings know that this is a demonstration."""
    if os.environ.get("WEFT_DATABASE_URL"):
        raise click.ClickException("a demonstration keeps a database of its own: unset WEFT_DATABASE_URL")
    home = Path(os.environ.get("WEFT_HOME", f"var/demo-{scenario}")).resolve()
    mark = read_mark(home)
    if mark is None and home.exists() and any(home.iterdir()):
        raise click.ClickException(
            f"{home} was not made as a demonstration and is left alone. Choose another folder with WEFT_HOME."
        )
    if mark is not None and (rebuild or not mark["built"]):
        clear(home)  # ours alone; thrown away on request, or because the building was cut short
        mark = None
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if mark is None:
        (home / MARK).write_text(json.dumps({"scenario": scenario, "built": False}))
    if not os.environ.get("WEFT_SECRET_KEY") and not (home / "secret.key").exists():
        write_secret(home / "secret.key")
    os.environ.update(WEFT_HOME=str(home), WEFT_DEMO="1", WEFT_INSECURE_HTTP="1")
    return home


def read_mark(home: Path) -> dict | None:
    """The mark of a folder that was made as a demonstration; any other file of that name is none."""
    try:
        mark = json.loads((home / MARK).read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return mark if isinstance(mark, dict) and set(mark) == {"scenario", "built"} else None


def clear(home: Path) -> None:
    """Remove what a demonstration wrote, by name, and nothing else that may lie in its folder."""
    for name in OURS:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def make(scenario: str, home: Path) -> None:
    """Build the scenario, or take up the one that is there."""
    from django.core.exceptions import ImproperlyConfigured

    from weft_site.demo import guard

    try:
        if guard.is_built():
            guard.require_mark()
            take_up(scenario, home)
            return
        migrate()
        guard.write_mark(scenario)
    except ImproperlyConfigured as problem:
        raise click.ClickException(str(problem)) from None
    build_shown(scenario)
    guard.finish_mark()


def take_up(scenario: str, home: Path) -> None:
    """Go on with a demonstration: its today is where it stopped."""
    from weft_site.demo import clock, guard
    from weft_site.record.models import Entry

    if guard.scenario() != scenario:
        raise click.ClickException(f"{home} holds the scenario {guard.scenario()}: add --rebuild to replace it")
    migrate()
    newest = Entry.objects.order_by("-at").values_list("at", flat=True).first()
    moments = [moment for moment in (newest, clock.last_set()) if moment is not None]
    if moments:
        clock.go_on_from(max(moments))


def build_shown(scenario: str) -> None:
    """Build with a line for each chapter, so that nobody wonders what takes so long."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from weft_site.demo.build import build, chapters_of

    began = time.monotonic()
    chapters = chapters_of(scenario)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(chapters))
        for title in build(scenario):
            progress.update(task, description=title, advance=0)
            progress.advance(task)
    console.print(f"Built in {time.monotonic() - began:.0f} seconds.")
