"""`make bench`: measure everything and write docs/reference/figures.md.

    python -m benchmarks [PART ...]     without names: all parts; with names: those are measured anew

Parts: record, core, replay, counting, secret, booth, pages, entitlement, postgres, votes. Each part is one run; what it
found, when, and the load of the machine are kept in WEFT_BENCH_HOME (default: a folder beside the system's temporary
files), with the large federation, and the page is written from the newest of each.
"""

import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import house
from scripts.with_postgres import server

PAGE = house.ROOT / "docs/reference/figures.md"
PACE = 100_000_000
Rows = list[dict[str, object]]


def in_process(module: str) -> Callable[[], Rows]:
    def measure() -> Rows:
        return import_module(f"benchmarks.{module}").run()

    return measure


def pages() -> Rows:
    return house.call("benchmarks.pages", house.home() / "sqlite")


def entitlement() -> Rows:
    return house.call("benchmarks.entitlement", house.home() / "sqlite")


def votes() -> Rows:
    """On both databases, each time in tables that are made for it."""
    with emptied("votes-sqlite") as folder:
        rows = house.call("benchmarks.votes", folder)
    with emptied("votes-postgresql") as folder, postgres() as url:
        rows += house.call("benchmarks.votes", folder, url)
    return rows


def postgres_pages() -> Rows:
    """Pages and entitlement once more on PostgreSQL, whose tables are made anew in each run."""
    with emptied("postgresql") as folder, postgres() as url:
        return house.call("benchmarks.pages", folder, url) + house.call("benchmarks.entitlement", folder, url)


PARTS: dict[str, tuple[str, Callable[[], Rows]]] = {
    "record": ("The record", in_process("record")),
    "core": ("The rules by themselves", in_process("federation_core")),
    "replay": ("Replay", in_process("replay")),
    "counting": ("Counting, against other libraries in the same run", in_process("counting")),
    "secret": ("Secret ballots, against belenios-tool in the same run", in_process("secret")),
    "booth": ("The booth, in Chromium", in_process("booth")),
    "pages": ("Pages of a federation of 1,000,000 members in 10,000 councils", pages),
    "entitlement": ("Entitlement of all its seats", entitlement),
    "postgres": ("The same on PostgreSQL", postgres_pages),
    "votes": ("Votes through the whole site", votes),
}


@contextmanager
def emptied(name: str) -> Iterator[Path]:
    """A folder for one run."""
    folder = house.home() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgres() -> Iterator[str]:
    """The server WEFT_TEST_DATABASE_URL names, with an empty database; or one of our own."""
    given = os.environ.get("WEFT_TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with server() as url:
            yield url


def met(row: dict[str, object]) -> str:
    """Whether a row's figure is within its reach, which begins with a sign and a number."""
    reach = str(row["reach"])
    if not reach:
        return ""
    sign, number, *_ = reach.split()
    bound, value = float(number.replace(",", "")), float(str(row["value"]))
    within = {"≥": value >= bound, "≤": value <= bound, "<": value < bound}[sign]
    return "met" if within else "**not met**"


def table(rows: Rows) -> str:
    lines = [
        f"| {row['what']} | {row['value']:,} {row['unit']} | {row['reach'] or '—'} | {met(row) or '—'} |"
        for row in rows
    ]
    return "\n".join(["| measured | figure | reach | |", "|---|---|---|---|", *lines])


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    import_module("weft_site")  # brings a current SQLite, if it comes first
    sqlite = import_module("sqlite3").sqlite_version
    with postgres() as url:
        import psycopg  # noqa: PLC0415

        with psycopg.connect(url) as connection:
            postgresql = connection.info.server_version // 10_000
    packages = ", ".join(f"{name} {version(name.lower())}" for name in ("Django", "Granian"))
    start = time.process_time()
    sum(range(PACE))
    pace = time.process_time() - start
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}; Python {platform.python_version()},"
        f" {packages}, SQLite {sqlite}, PostgreSQL {postgresql}."
        f" To add up {PACE:,} numbers took Python {pace:.1f} s just now: a shared machine is not always as fast."
        " The load is that of the last minute, as the system tells it, before and after each part; more than the"
        " number of cores before a part means that others were at work, and that times are longer than they need be."
    )


def page(kept: Mapping[str, Mapping[str, Any]]) -> str:
    parts = "\n\n".join(
        f"## {title}\n\n{table(kept[name]['rows'])}\n\nMeasured on {kept[name]['on']}; load {kept[name]['load']}."
        for name, (title, _) in PARTS.items()
        if name in kept and kept[name]["rows"]
    )
    return f"""# Figures

Written by `make bench`; do not edit. What is measured and how to read it: [performance](../handbook/performance.md).

{machine()}

{parts}
"""


def main(names: list[str]) -> int:
    if unknown := set(names) - set(PARTS):
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    results = house.home() / "figures.json"
    kept: dict[str, dict[str, Any]] = json.loads(results.read_text()) if results.exists() else {}
    for name in names or PARTS:
        title, measure = PARTS[name]
        print(f"{title} …", flush=True)
        before = os.getloadavg()[0]
        rows = measure()
        load = f"{before:.1f} before, {os.getloadavg()[0]:.1f} after"
        kept[name] = {"rows": rows, "on": f"{datetime.now(UTC):%d %B %Y}", "load": load}
        for row in rows:
            print(f"  {row['value']:>8} {row['unit']:9} {row['reach']:8} {met(row):12} {row['what']}", flush=True)
        results.write_text(json.dumps(kept))
        PAGE.write_text(page(kept))
    print(f"Written: {PAGE.relative_to(house.ROOT)}")
    return int(any("not" in met(row) for part in kept.values() for row in part["rows"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
