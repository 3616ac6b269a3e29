"""The figures of 1917, read from the files in `weft_site/demo/data`, each with its source and what it is worth.

status: V read at the source, M from memory and unverified, D derived here. Only V is shown as fact.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"

# In which industry the named plants are counted: our sorting, so that nobody is counted twice.
CHEMICALS = {"Triangle rubber", "Okhta powder and explosives"}
LEATHER = {"Skorokhod shoes"}
SYNTHETIC = "Small workshop (example under the norm)"  # made up in the file to show the norm; not a plant
# Two thirds of about 3,000 deputies were soldiers, one from each company: so about so many companies.
COMPANIES = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the page of figures."""

    what: str
    value: str
    note: str
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Plant:
    title: str
    workers: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote as it is told. No quorum and no roll are known."""

    date: str  # old style, as in Russia then
    motion: str
    yes: int
    no: int
    abstain: int
    method: str
    note: str
    status: str
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def named_plants() -> list[Plant]:
    rows = _rows("russia_petrograd_factories_1917.csv")
    return [Plant(row["factory"], int(row["workers_rounded"])) for row in rows if row["factory"] != SYNTHETIC]


@lru_cache
def plants() -> tuple[Plant, ...]:
    """The plants that are named, then those of which only their industry's sum is known, each with an equal share."""
    named = named_plants()
    found = list(named)
    for row in _rows("russia_petrograd_industry_1917_01.csv"):
        if not row["factories"] or not row["workers"] or row["industry"].startswith("TOTAL"):
            continue
        mine = [plant for plant in named if _industry(plant.title) == row["industry"]]
        number = int(row["factories"]) - len(mine)
        share, over = divmod(int(row["workers"]) - sum(plant.workers for plant in mine), number)
        found += [Plant(f"{row['industry']}, plant {n}", share + (n <= over)) for n in range(1, number + 1)]
    return tuple(found)


def _industry(title: str) -> str:
    if title in CHEMICALS:
        return "Chemicals"
    return "Leather and shoes" if title in LEATHER else "Metalworking"


def votes() -> list[Vote]:
    """The votes of the Soviet itself with all three numbers."""
    return [
        Vote(
            date=row["date_os"], motion=row["motion"], yes=int(row["for"]), no=int(row["against"]),
            abstain=int(row["abstain"]), method=row["method"], note=row["note"], status=row["status"],
            source=row["source"],
        )
        for row in _rows("russia_votes.csv")
        if row["body"] == "Petrograd Soviet" and row["for"] and row["against"] and row["abstain"]
    ]  # fmt: skip


def figures() -> list[Figure]:
    """Everything the scenario rests on, for its page."""
    plants_ = [
        Figure(row["factory"], f"{int(row['workers_rounded']):,}", row["note"], row["status"], row["source"])
        for row in _rows("russia_petrograd_factories_1917.csv")
        if row["factory"] != SYNTHETIC
    ]
    industries = [
        Figure(
            row["industry"], f"{int(row['workers']):,}" if row["workers"] else row["factories"], "", row["status"],
            row["source"],
        )
        for row in _rows("russia_petrograd_industry_1917_01.csv")
    ]  # fmt: skip
    told = [
        Figure(f"{row['date_os']}, {row['body']}: {row['motion']}",
               " – ".join(row[key] or "?" for key in ("for", "against", "abstain")),
               row["note"], row["status"], row["source"])
        for row in _rows("russia_votes.csv")
    ]  # fmt: skip
    return [*plants_, *industries, *told]
