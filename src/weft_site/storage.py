"""Is the database one that keeps what it has acknowledged?

A vote that was confirmed and then lost is worse than one that was refused. So the server does not start on
a SQLite with the WAL-reset bug, without a write-ahead log, without a sync at each commit, or on a network
folder; nor on a PostgreSQL that acknowledges before it has written. Each refusal says what to do.

Read by `weft serve`, `weft init` and `weft manage check --database default`.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# The WAL-reset bug can lose acknowledged writes. Fixed in 3.51.3, and in these older lines.
FIXED_SQLITE = (3, 51, 3)
FIXED_LINES = {(3, 50): 7, (3, 44): 6}
OLDEST_POSTGRESQL = 14  # what Django 5.2 supports

# File systems that do not promise SQLite's locks and shared memory between machines.
NETWORK = frozenset({"9p", "afs", "beegfs", "ceph", "cifs", "davfs", "gfs2", "glusterfs", "gpfs", "lustre"})
NETWORK |= {"ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"}
IN_MEMORY = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True)
class Sqlite:
    """What a SQLite connection says of itself. synchronous: 0 off, 1 normal, 2 full, 3 extra."""

    version: tuple[int, int, int]
    journal: str
    synchronous: int
    folder: Path
    filesystem: str


@dataclass(frozen=True, slots=True)
class Postgresql:
    """What a PostgreSQL server says of itself; the switches as it spells them, "on" or "off" or more."""

    version: int
    synchronous_commit: str
    fsync: str
    full_page_writes: str


def check_storage(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    """Django's system check. Looks at a database only where Django asks for it by name."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        try:
            facts = read_facts(connections[alias])
        except (DatabaseError, ImproperlyConfigured) as problem:
            found.append(error(1, f"The database cannot be reached: {str(problem).strip()}"))
        else:
            found.extend(sqlite_problems(facts) if isinstance(facts, Sqlite) else postgresql_problems(facts))
    return found


def sqlite_problems(facts: Sqlite) -> Iterator[checks.CheckMessage]:
    if not has_fix(facts.version):
        shown = ".".join(map(str, facts.version))
        yield error(
            2,
            f"SQLite {shown} can lose acknowledged votes (the WAL-reset bug).",
            "Use SQLite 3.51.3 or newer, 3.50.7 or 3.44.6: install the pysqlite3 package, or use PostgreSQL.",
        )
    if facts.journal != "wal":
        yield error(
            3,
            f"SQLite's journal mode is {facts.journal}, not wal.",
            "Stop every program that has the database open; the next start sets it.",
        )
    if facts.synchronous < 2:
        yield error(
            4,
            f"SQLite's synchronous is {facts.synchronous}, not 2 (full): a power cut loses acknowledged votes.",
            "Something changed the connection's settings; Weft sets full itself.",
        )
    if facts.filesystem in NETWORK or facts.filesystem.startswith("fuse."):
        yield error(
            5,
            f"{facts.folder} is on a network file system ({facts.filesystem}), where SQLite can be damaged.",
            "Set WEFT_HOME to a folder on a disk of this machine, or use PostgreSQL.",
        )
    if facts.filesystem in IN_MEMORY:
        yield checks.Warning(
            f"{facts.folder} is in memory ({facts.filesystem}): everything is gone when the machine stops.",
            hint="Set WEFT_HOME to a folder on a disk.",
            id="weft.W001",
        )


def postgresql_problems(facts: Postgresql) -> Iterator[checks.CheckMessage]:
    if facts.version // 10_000 < OLDEST_POSTGRESQL:
        yield error(
            6,
            f"PostgreSQL {facts.version // 10_000} is too old.",
            f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer.",
        )
    if facts.synchronous_commit == "off":
        yield error(
            7,
            "PostgreSQL's synchronous_commit is off: it acknowledges votes before they are written.",
            "Remove that setting from the server, the database and the user.",
        )
    if facts.fsync != "on":
        yield error(8, "PostgreSQL's fsync is off: a power cut can destroy the database.", "Set fsync = on.")
    if facts.full_page_writes != "on":
        yield checks.Warning(
            "PostgreSQL's full_page_writes is off: a power cut can damage a page that was half written.",
            hint="Set full_page_writes = on, unless the file system writes whole pages.",
            id="weft.W002",
        )


def error(number: int, sentence: str, hint: str | None = None) -> checks.Error:
    return checks.Error(sentence, hint=hint, id=f"weft.E{number:03}")


def has_fix(version: tuple[int, int, int]) -> bool:
    line, patch = version[:2], version[2]
    return version >= FIXED_SQLITE or (line in FIXED_LINES and patch >= FIXED_LINES[line])


def read_facts(connection: BaseDatabaseWrapper) -> Sqlite | Postgresql:
    """Ask the connection itself, after all its settings have been applied."""
    with connection.cursor() as cursor:

        def ask(question: str) -> str:
            cursor.execute(question)
            return str(cursor.fetchone()[0])

        if connection.vendor == "sqlite":
            folder = Path(connection.settings_dict["NAME"]).absolute().parent
            return Sqlite(
                version=sqlite3.sqlite_version_info,
                journal=ask("PRAGMA journal_mode"),
                synchronous=int(ask("PRAGMA synchronous")),
                folder=folder,
                filesystem=filesystem_of(folder),
            )
        if connection.vendor == "postgresql":
            return Postgresql(
                version=int(ask("SHOW server_version_num")),
                synchronous_commit=ask("SHOW synchronous_commit"),
                fsync=ask("SHOW fsync"),
                full_page_writes=ask("SHOW full_page_writes"),
            )
    raise ImproperlyConfigured(f"Weft runs on SQLite and PostgreSQL, not on {connection.vendor}")


def filesystem_of(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of the file system that holds a folder, or "" where the system does not say (not Linux)."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return ""
    place, best, kind = folder.resolve(), -1, ""
    for line in lines:
        _device, point, type_, *_ = line.split(" ")
        # the kernel writes space, tab, newline and backslash in a name as octal numbers
        point = point.encode().decode("unicode_escape").encode("latin-1").decode(errors="surrogateescape")
        parts = len(Path(point).parts)
        # a later mount on the same point hides the earlier one
        if place.is_relative_to(point) and parts >= best:
            best, kind = parts, type_
    return kind
