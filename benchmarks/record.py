"""The record: appending durably, and checking a million entries (DESIGN figures; docs/reference/figures.md).

run() gives rows for `make bench`; run directly, this file prints them. Entries are real ones, of about 430
bytes, as a recall writes them; no fsync is left out where durability is measured.
"""

import os
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from weft.record import Checkpoint, Entry, Signer, Tiles, check_start, verify_folder

ENTRIES = 1_000_000
BATCH = 100
BATCHES = 200
LOG = Signer("weft.example/record", bytes(range(32)))


def entry(number: int) -> bytes:
    """The bytes of one entry; only its number differs, so that a million are quickly made."""
    return TEMPLATE.replace(b"1000000", b"%07d" % number)


TEMPLATE = Entry(
    act="federation.recalled",
    at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    body="b7",
    by=("m-3", "m-11"),
    charter="c" * 64,
    data={"seat": "s4", "electors": 61, "number": 1_000_000},
    finding={"for": 40, "against": 9, "quorum": 16, "met": True},
    documents={"roll": "0" * 64},
).to_bytes()


def append_rate(folder: Path, batch: int, batches: int) -> float:
    """Entries a second: files and folders synced, the new root proven, signed and published after each batch."""
    tiles = Tiles(folder, LOG.name)
    head = Checkpoint.empty(LOG.name)
    work = [[entry(at * batch + number) for number in range(batch)] for at in range(batches)]
    start = time.perf_counter()
    for entries in work:
        head = tiles.append(head, entries)
        tiles.publish(head.sign(LOG))
    return batch * batches / (time.perf_counter() - start)


def full_check_seconds(folder: Path) -> tuple[float, float, int]:
    """Seconds to verify the whole folder, seconds of the check at start-up, and bytes of the entries."""
    tiles = Tiles(folder, LOG.name, sync=False)  # only generates; what is timed is the reading
    head = Checkpoint.empty(LOG.name)
    for first in range(0, ENTRIES, 50_000):
        head = tiles.append(head, [entry(number) for number in range(first, min(first + 50_000, ENTRIES))])
    tiles.publish(head.sign(LOG))

    start = time.perf_counter()
    report = verify_folder(folder, LOG.vkey)
    checked = time.perf_counter() - start
    if report.signed.checkpoint != head:
        raise AssertionError("the verifier found another head than the writer")

    entries = list(tiles.entries(0, ENTRIES))  # as the database would give them
    start = time.perf_counter()
    if check_start(LOG.name, entries, {"lock row": head}) != head:
        raise AssertionError("the start-up check found another head than the writer")
    return checked, time.perf_counter() - start, report.volume


def go_seconds(folder: Path) -> float | None:
    """Seconds in which Go's x/mod checks the same folder, as a peer; None where Go is not installed."""
    source = Path(__file__).parents[1] / "tests/go/verify.go"
    if shutil.which("go") is None:
        return None
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "go")}
    program = folder / "verify"
    subprocess.run(["go", "build", "-o", program, source], env=environment, check=True)
    start = time.perf_counter()
    subprocess.run([program, "log", folder / "large", LOG.vkey], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def run() -> list[dict[str, str | float]]:
    folder = Path(tempfile.mkdtemp(prefix="weft-bench-record-"))
    try:
        batched = append_rate(folder / "batched", BATCH, BATCHES)
        single = append_rate(folder / "single", 1, BATCHES)
        checked, started, volume = full_check_seconds(folder / "large")
        go = go_seconds(folder)
    finally:
        shutil.rmtree(folder)
    rows = [
        row(f"append, fsync and publish, batches of {BATCH}", round(batched), "entries/s", "≥ 5,000"),
        row("append, fsync and publish, one by one", round(single), "entries/s"),
        row(f"full check of {ENTRIES:,} entries, {volume // 1_000_000} MB", round(checked, 1), "s", "≤ 10"),
        row(f"look at {ENTRIES:,} entries before the first signature", round(started, 1), "s"),
    ]
    if go is not None:
        rows.append(row("the same full check by Go's x/mod, with 200 proofs", round(go, 1), "s"))
    return rows


def row(what: str, value: float, unit: str, reach: str = "") -> dict[str, str | float]:
    return {"what": f"record: {what}", "value": value, "unit": unit, "reach": reach}


if __name__ == "__main__":
    for one in run():
        print(f"{one['what']}: {one['value']:,} {one['unit']}   {one['reach']}".rstrip())
