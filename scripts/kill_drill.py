"""Kill a writer in mid-write, again and again, and count what it had acknowledged and is gone.

    python scripts/kill_drill.py [CYCLES]

The writer uses the very connection of the site (`weft_site.config`) on SQLite in a temporary folder: one
transaction a row, a line on its output once the commit has returned, SIGKILL at another moment each time.
What the output names must be in the file afterwards, and the file must be sound. This shows what a crash of the
program does, not a power cut: the system's own cache survives.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import weft_site  # noqa: F401 - puts a current SQLite in the place of sqlite3

CYCLES = 30
WRITER = """
import django
from django.db import connection, transaction
django.setup()
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS drill (id integer PRIMARY KEY)")
    cursor.execute("SELECT coalesce(max(id), 0) FROM drill")
    number = cursor.fetchone()[0]
    print("start", number, flush=True)
    while True:
        number += 1
        with transaction.atomic():
            cursor.execute("INSERT INTO drill (id) VALUES (%s)", [number])
        print(number, flush=True)
"""


def main(cycles: int) -> int:
    acknowledged, lost, unasked = 0, 0, 0
    with tempfile.TemporaryDirectory(prefix="weft-drill-") as folder:
        for cycle in range(1, cycles + 1):
            first, last = kill_one(Path(folder), rows=cycle * 7 % 100 + 1)
            rows = stored(Path(folder) / "weft.sqlite3")
            acknowledged += last - first
            lost += len(set(range(1, last + 1)) - set(rows))
            unasked += len(rows) - last
    print(f"{cycles} kills, {acknowledged} rows acknowledged, {lost} of them lost.")
    print(f"{unasked} were stored and not acknowledged: the reason why every act carries a key of its own.")
    return 1 if lost or not acknowledged else 0


def kill_one(folder: Path, *, rows: int) -> tuple[int, int]:
    """Let a writer acknowledge some rows and kill it. Returns the number it began at and the last one it named."""
    environment = {
        **os.environ,
        "WEFT_HOME": str(folder),
        "WEFT_SECRET_KEY": "for this drill only",
        "WEFT_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "weft_site.settings",
    }
    with subprocess.Popen([sys.executable, "-c", WRITER], env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        first = last = int(writer.stdout.readline().split()[1])
        for _ in range(rows):
            last = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        for line in writer.stdout:  # what it still acknowledged before it died
            last = int(line)
    return first, last


def stored(path: Path) -> list[int]:
    """The rows after the crash; ends the drill if the file is not sound."""
    import sqlite3  # noqa: PLC0415 - only now is it the current one

    connection = sqlite3.connect(path)
    try:
        (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            sys.exit(f"the database is damaged: {sound}")
        return [number for (number,) in connection.execute("SELECT id FROM drill ORDER BY id")]
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else CYCLES))
