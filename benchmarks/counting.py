"""Counting: a million papers against other people's libraries, and ten thousand small councils (DESIGN figures).

run() gives rows for `make bench`; run directly, this file prints them. Times are processor seconds, because all of
it runs on one core and other work may share the machine. Each count is a process of its own, begins with the closed
file and ends with the elected; what is imported or compiled once is done before. The peers are asked through
scripts/peers.py, which says how each of them reads the file. The elections are invented here, by a fixed seed:
electors of three factions, who rank as many candidates as they like.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-peers/bin/python"
PAPERS = 1_000_000
COUNCILS = 10_000
ELECTORS = 100
CANDIDATES, PLACES = 12, 5
BEST_OF = 3
SEED = 20_261_123

OURS = """
import json, sys, time
from pathlib import Path
from weft.ballots.counting import count_election
from weft.ballots.counting.files import read_papers

def count(path):
    file = read_papers(Path(path).read_bytes(), "blt", "stv_scottish")
    given = {"candidates": file.candidates, "places": file.places, "lot": sorted}
    return list(count_election("stv_scottish", file.papers, **given).elected)

import weft.ballots.counting._fast_blt  # NumPy, and what needs it
count(sys.argv[2])
start = time.process_time()
elected = count(sys.argv[1])
seconds = time.process_time() - start
# getrusage would tell the most of whoever started this process, if that was more
most = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"seconds": seconds, "mb": int(most.split()[1]) / 1024, "elected": elected}))
"""

Row = dict[str, str | float]


def rankings(chance: random.Random, papers: int) -> list[list[int]]:
    """Papers of three factions: each elector ranks the own four candidates mostly first, and stops at some point."""
    pull = [chance.uniform(0, 1.5) for _ in range(CANDIDATES)]
    found = []
    for _ in range(papers):
        faction = chance.choices((0, 1, 2), (5, 3, 2))[0]
        wish = [-(pull[one] + 2.5 * (one % 3 == faction) + 3 * chance.random()) for one in range(CANDIDATES)]
        length = 1
        while length < CANDIDATES and chance.random() < 0.75:
            length += 1
        found.append(sorted(range(CANDIDATES), key=wish.__getitem__)[:length])
    return found


def write_blt(path: Path, papers: int) -> None:
    chance = random.Random(SEED)
    with path.open("w") as file:
        file.write(f"{CANDIDATES} {PLACES}\n")
        for paper in rankings(chance, papers):
            file.write(f"1 {' '.join(str(one + 1) for one in paper)} 0\n")
        file.write("0\n" + "".join(f'"Candidate {one + 1}"\n' for one in range(CANDIDATES)) + '"Benchmark"\n')


def ours(path: Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", OURS, path, path.with_suffix(".small")], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def theirs(what: str, path: Path) -> dict:
    request = json.dumps({"ask": what, "path": str(path)})
    done = subprocess.run([PEERS, ROOT / "scripts/peers.py"], input=request, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def council_seconds() -> tuple[float, float, float]:
    """Processor seconds to count all councils, to pack them before, and the share that takes a lot."""
    from weft.ballots import draw_lots, lot_commitment  # noqa: PLC0415 - NumPy only where it is needed
    from weft.ballots.counting.many import Council, Councils, count_many  # noqa: PLC0415

    chance = random.Random(SEED)
    names = [f"m{one}" for one in range(1, CANDIDATES + 1)]
    councils = []
    for _ in range(COUNCILS):
        papers = [([names[one] for one in paper], 1) for paper in rankings(chance, ELECTORS)]
        councils.append(Council(papers, names, PLACES))
    commitment = lot_commitment(bytes(32))
    packing, counting = [], []
    for _ in range(BEST_OF):
        start = time.process_time()
        packed = Councils(councils)
        middle = time.process_time()
        count_many(packed, lambda at, equals: draw_lots(bytes(32), b"council %d" % at, equals, commitment=commitment))
        counting.append(time.process_time() - middle)
        packing.append(middle - start)
    refused = sum(one.refused is not None for one in count_many(packed))
    return min(counting), min(packing), refused / COUNCILS


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="weft-bench-counting-") as folder:
        path = Path(folder) / "papers.blt"
        write_blt(path, PAPERS)
        write_blt(path.with_suffix(".small"), min(200, PAPERS))
        own = min((ours(path) for _ in range(BEST_OF)), key=lambda one: one["seconds"])
        what = f"Scottish STV, {PAPERS:,} papers, {CANDIDATES} candidates, {PLACES} places, file read"
        rows = [
            row(what, round(own["seconds"], 3), "s"),
            row(f"{what}: most memory", round(own["mb"]), "MB", "≤ 300"),
        ]
        for name, reach in (("pyrankvote", "≥ 25"), ("pref_voting", "≥ 100")) if PEERS.exists() else ():
            other = theirs(f"{name}_file", path)
            if name == "pref_voting" and sorted(other["elected"]) != sorted(own["elected"]):
                raise AssertionError("pref_voting counts by the same law and elects others")
            rows += [
                row(f"{what}: {name}", round(other["seconds"], 1), "s"),
                row(f"{what}: times as fast as {name}", round(other["seconds"] / own["seconds"]), "times", reach),
            ]
    counting, packing, refused = council_seconds()
    what = f"{COUNCILS:,} councils of {ELECTORS} electors, {CANDIDATES} candidates, {PLACES} places"
    return [
        *rows,
        row(f"{what}: counted, ties drawn", round(counting, 2), "s", "≤ 1"),
        row(f"{what}: packed before", round(packing, 2), "s"),
        row(f"{what}: undecided without a lot", round(100 * refused), "%"),
    ]


def row(what: str, value: float, unit: str, reach: str = "") -> Row:
    return {"what": f"counting: {what}", "value": value, "unit": unit, "reach": reach}


if __name__ == "__main__":
    for one in run():
        print(f"{one['what']}: {one['value']:,} {one['unit']}   {one['reach']}".rstrip())
