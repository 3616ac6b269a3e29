"""Where benchmarks live: a folder for each database, and the site served from it in processes of its own."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def home() -> Path:
    """WEFT_BENCH_HOME, where what takes minutes to make is kept for the next run."""
    path = Path(os.environ.get("WEFT_BENCH_HOME") or Path(tempfile.gettempdir()) / "weft-bench")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """What a process of a benchmark is started with: the site's own settings, over plain HTTP."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WEFT_")}
    given = {
        "WEFT_HOME": str(folder),
        "WEFT_SECRET_KEY": "for benchmarks only: no server starts with this key",
        "WEFT_INSECURE_HTTP": "1",
        "WEFT_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    return kept | given


def call(module: str, folder: Path, database: str = "", *arguments: str) -> list[dict[str, object]]:
    """Run one part of a benchmark in a process of its own, because Django is set up once; returns its rows."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    answer = folder / "rows.json"
    answer.unlink(missing_ok=True)
    command = [sys.executable, "-m", module, str(answer), *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(folder, database), check=True)
    return json.loads(answer.read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def set_up() -> None:
    """Django, in a process that `call` started: everything loaded as in a worker of the server."""
    import weft_site.wsgi  # noqa: F401, PLC0415


def make_tables() -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0, skip_checks=True)


@contextmanager
def served(settings: Mapping[str, str]) -> Iterator[str]:
    """The site as `weft serve` runs it: two worker processes or one a core, without the ticker. Gives host and port."""
    from weft_site.commands import granian_options  # noqa: PLC0415

    port = free_port()
    options = granian_options("127.0.0.1", port, max(2, os.cpu_count() or 1))
    server = subprocess.Popen([sys.executable, "-m", "granian", *options], cwd=ROOT, env=dict(settings))
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                sys.exit("the server did not start")
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def row(what: str, value: float | str, unit: str, reach: str = "") -> dict[str, object]:
    return {"what": what, "value": value, "unit": unit, "reach": reach}
