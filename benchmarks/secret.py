"""Secret ballots: verifying one, on one core and on all, beside belenios-tool; a whole audit; the tally.

run() gives rows for `make bench`; run directly, this file prints them. Ballots are whole ones of BELENIOS-2048, one
question, each with its own credential. Both programs verify the same archive in the same run, in turns; of each, the
time for the same archive without its ballots is taken off, so that what is compared is the ballots alone. One core is
measured in processor time, since other programs run on the machine too; all cores, in time as people feel it.
"""

import io
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

from weft.ballots.secret import (
    BELENIOS_2048,
    Election,
    Question,
    append,
    encrypt_ballot,
    make_election,
    make_trustees,
    public_credential,
    single,
    start_archive,
    verify_election,
    write_credentials,
)
from weft.ballots.secret.ballot import read_ballot
from weft.ballots.secret.tally import add_ballots, empty_tally

SAMPLE = 200  # ballots beside belenios-tool, for each number of answers
AUDIT = 10_000  # ballots of the whole audit and of the tally
ANSWERS = (2, 5, 10)
TURNS = 3  # the best of so many counts: a busy machine only ever makes it slower
GROUP = BELENIOS_2048
BATCH = 50


@lru_cache(maxsize=4)
def election(answers: int) -> Election:
    """One question with so many answers, under a key that anybody may know."""
    trustees = make_trustees(GROUP, [single(GROUP, 17, random.Random(1).randrange)])
    question = Question.one_of("Which?", [f"answer {number}" for number in range(answers)])
    return make_election(
        uuid="11111111111111",
        name="Figures",
        description="",
        group=GROUP,
        public_key=trustees.public_key,
        questions=[question],
    )


def some_ballots(work: tuple[int, int]) -> list[tuple[str, bytes]]:
    """So many credentials and ballots from a number on: the work of one process."""
    answers, first = work
    asked, made = election(answers), []
    for number in range(first, first + BATCH):
        draw = random.Random(f"{answers}/{number}").randrange
        secret = 1 + draw(GROUP.order - 1)
        marks = [int(place == number % answers) for place in range(answers)]
        made.append((public_credential(GROUP, secret), encrypt_ballot(asked, secret, [marks], draw).raw))
    return made


def archive(answers: int, ballots: list[tuple[str, bytes]]) -> tuple[bytes, bytes]:
    """An archive that is still open: without its ballots, and with them."""
    trustees = make_trustees(GROUP, [single(GROUP, 17, random.Random(1).randrange)])
    credentials = write_credentials(public for public, _ in ballots)
    empty, head = start_archive(1_795_000_000, election(answers).raw, trustees.raw(), credentials)
    parts = [empty]
    for _, raw in ballots:
        written, head = append(head, "Ballot", raw)
        parts.append(written)
    return empty, b"".join(parts)


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def ours(raw: bytes, spread: Callable = map) -> float:
    return seconds(lambda: verify_election(io.BytesIO(raw), spread=spread))


def processor_seconds(act: Callable[[], object]) -> float:
    """Of this process and of the programs it waited for: what others do on the machine does not count."""
    before = os.times()
    act()
    return sum(os.times()[:4]) - sum(before[:4])


def theirs(raw: bytes, folder: Path) -> None:
    (folder / "figures.bel").write_bytes(raw)
    command = ["belenios-tool", "election", "verify", "--dir", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def one_core(made: dict[int, tuple[bytes, bytes]], folder: Path) -> list[dict[str, str | float]]:
    """One ballot on one core, ours and belenios-tool's in turns, and how many times ours is quicker."""

    def apiece(verify: Callable[[bytes], object], full: bytes, empty: bytes) -> float:
        whole, setup = processor_seconds(lambda: verify(full)), processor_seconds(lambda: verify(empty))
        return (whole - setup) / SAMPLE

    rows = []
    for answers, (empty, full) in made.items():
        found = []
        for _ in range(TURNS):
            peer = apiece(lambda raw: theirs(raw, folder), full, empty) if shutil.which("belenios-tool") else 0
            found.append((apiece(ours, full, empty), peer))
        mine, other = (min(column) for column in zip(*found, strict=True))
        rows.append(row(f"verify a ballot with {answers} answers, one core", round(mine * 1000, 2), "ms"))
        if other:
            rows += [
                row(f"the same by belenios-tool, {answers} answers", round(other * 1000, 2), "ms"),
                row(f"ours beside belenios-tool, {answers} answers", round(other / mine, 2), "times", "≥ 2"),
            ]
    return rows


def tally_seconds(ballots: list[tuple[str, bytes]]) -> float:
    """Multiplying verified ballots together, in processor time; their elements are in memory as numbers already."""
    asked, known = election(2), GROUP.known
    pairs = [
        [[(known(alpha), known(beta)) for alpha, beta in answer.choices] for answer in read_ballot(asked, raw).answers]
        for _, raw in ballots
    ]
    return min(processor_seconds(lambda: add_ballots(asked, empty_tally(asked), pairs)) for _ in range(TURNS))


def run() -> list[dict[str, str | float]]:
    cores = os.cpu_count() or 1
    folder = Path(tempfile.mkdtemp(prefix="weft-bench-secret-"))
    try:
        with ProcessPoolExecutor(cores) as pool:
            many = ballots_in(pool, 2, AUDIT)
            made = {answers: archive(answers, ballots_in(pool, answers, SAMPLE)) for answers in ANSWERS}
            _, whole = archive(2, many)
            _, part = archive(2, many[: 5 * SAMPLE])
            spread = [ours(part) / ours(part, pool.map) for _ in range(TURNS)]
            audited = ours(whole, pool.map)
        rows = one_core(made, folder)
    finally:
        shutil.rmtree(folder)
    return [
        *rows,
        row(f"{cores} cores beside one, {5 * SAMPLE:,} ballots", round(max(spread), 2), "times", f"≥ {reach(cores)}"),
        row(f"audit of {AUDIT:,} ballots with 2 answers, {cores} cores", round(audited, 1), "s"),
        row(f"product of {AUDIT:,} verified ballots with 2 answers", round(tally_seconds(many), 3), "s", "≤ 0.5"),
    ]


def reach(cores: int) -> float:
    """1.9 on two cores, and in proportion."""
    return round(0.95 * cores, 2)


def ballots_in(pool: ProcessPoolExecutor, answers: int, count: int) -> list[tuple[str, bytes]]:
    batches = pool.map(some_ballots, [(answers, first) for first in range(0, count, BATCH)])
    return [one for batch in batches for one in batch][:count]


def row(what: str, value: float, unit: str, reach: str = "") -> dict[str, str | float]:
    return {"what": f"secret: {what}", "value": value, "unit": unit, "reach": reach}


if __name__ == "__main__":
    for one in run():
        print(f"{one['what']}: {one['value']:,} {one['unit']}   {one['reach']}".rstrip())
