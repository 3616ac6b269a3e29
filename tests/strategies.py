"""Published strategies: rolls, counts, norms, senders, papers, bodies and a charter to judge them by.

Whoever tests a rule of ours, here or elsewhere, draws from these instead of inventing their own. Every value is one
that a charter file may hold; `impossible_numbers` are those that none may.
"""

import csv
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import get_args

from hypothesis import strategies as st

from weft.charter.model import (
    Admission,
    Apportionment,
    BodyRule,
    Charter,
    Decision,
    Majority,
    Membership,
    Norm,
    Quorum,
    Ratification,
    Recall,
    Rounding,
    SeatRule,
    Small,
    Step,
)
from weft.federation import Sender

VECTORS = Path(__file__).parent / "vectors"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def cases(path: str) -> list[dict]:
    """The worked examples of a vector file, each with the number it has there."""
    read = json.loads((VECTORS / path).read_text())
    assert read["source"], f"{path} names no source"
    return read["cases"]


def rows(path: str) -> list[dict[str, str]]:
    with (VECTORS / path).open(newline="") as file:
        return list(csv.DictReader(file))


def majority_of(values: dict) -> Majority:
    """A majority as a vector file writes it, its share as text."""
    return Majority(**values | ({"share": Fraction(values["share"])} if "share" in values else {}))


# --- numbers ---------------------------------------------------------------------------------------------------

impossible_numbers = st.integers(max_value=-1)
shares = st.fractions(min_value=Fraction(1, 1000), max_value=1, max_denominator=1000)
majority_shares = st.fractions(min_value=Fraction(1, 2), max_value=1, max_denominator=100)
counts = st.integers(0, 10_000) | st.sampled_from([0, 1, 2, 3, 9, 10, 2**31, 2**63])
refs = st.integers(1, 999).map(lambda number: f"m{number}-1")


@st.composite
def votes(draw, most=2_000):
    """yes, no, abstain, present and entitled as they can come together."""
    yes, no, abstain = (draw(st.integers(0, most)) for _ in range(3))
    present = yes + no + abstain + draw(st.integers(0, most))
    entitled = present + draw(st.integers(0, most))
    return {"yes": yes, "no": no, "abstain": abstain, "present": present, "entitled": entitled}


rolls = st.dictionaries(refs, st.integers(1, 5), max_size=12)


@st.composite
def choices(draw, weight):
    """A vote of this weight: whole, or split among the three answers."""
    if draw(st.booleans()):
        return draw(st.sampled_from(["yes", "no", "abstain"]))
    yes = draw(st.integers(0, weight))
    no = draw(st.integers(0, weight - yes))
    return {"yes": yes, "no": no, "abstain": weight - yes - no}


# --- rules of a charter ----------------------------------------------------------------------------------------

quorums = st.builds(
    Quorum,
    share=st.none() | shares,
    of=st.sampled_from(["members", "seats", "delegates"]),
    at_least=st.integers(1, 500),
)
majorities = st.builds(
    Majority,
    share=majority_shares,
    of=st.sampled_from(["cast", "present", "whole"]),
    strictly_more=st.booleans(),
    abstentions_count=st.booleans(),
    tie=st.sampled_from(["fails", "chair"]),
).filter(lambda rule: not (rule.share == 1 and rule.strictly_more))
recalls = st.builds(
    Recall,
    open_by=st.fractions(Fraction(1, 1000), Fraction(1, 2), max_denominator=1000),
    open_at_least=st.integers(1, 50),
    quorum=shares,
    majority=majorities,
    notice_days=st.integers(0, 60),
)
admissions = st.builds(Admission, vouchers=st.integers(0, 10), objection_days=st.integers(0, 90))
ratifications = st.builds(
    Ratification,
    bodies=st.just("workplace"),
    share=majority_shares,
    strictly_more=st.booleans(),
    within_days=st.none() | st.integers(1, 730),
).filter(lambda rule: not (rule.share == 1 and rule.strictly_more))
methods = st.sampled_from(get_args(Apportionment))
roundings = st.sampled_from(get_args(Rounding))


@st.composite
def limits(draw):
    minimum = draw(st.none() | st.integers(0, 20))
    maximum = draw(st.none() | st.integers(max(minimum or 0, 1), 60))
    return {"minimum": minimum, "maximum": maximum}


@st.composite
def ratio_norms(draw):
    """n seats per N units, with or without a first portion of its own."""
    values = {"per": draw(st.integers(1, 500)), "seats": draw(st.integers(1, 5)), "round": draw(roundings)}
    if draw(st.booleans()):
        values |= {"first_per": draw(st.integers(1, 500)), "first_seats": draw(st.integers(1, 5))}
    return Norm(**values, **draw(limits()))


@st.composite
def step_norms(draw):
    tops = sorted(draw(st.sets(st.integers(1, 2_000), max_size=5)))
    seats = sorted(draw(st.integers(0, 40)) for _ in range(len(tops) + 1))
    steps = tuple(Step(upto, n) for upto, n in zip([*tops, None], seats, strict=True))
    return Norm(steps=steps, **draw(limits()))


fixed_norms = st.builds(Norm, fixed=st.integers(1, 20))
#: Norms that look at one sender at a time; `total` needs all of them.
norms = ratio_norms() | step_norms() | fixed_norms
smalls = st.builds(Small, below=st.integers(2, 300), do=st.sampled_from(["combine", "one", "none"]))


@st.composite
def senders(draw, most=12):
    """Bodies that send delegates, in accession order, each once."""
    return [Sender(f"b{n}", draw(st.integers(0, 600)), f"Body {n}") for n in range(1, draw(st.integers(0, most)) + 1)]


seat_rules = st.builds(
    SeatRule,
    index=st.integers(0, 3),
    sender=st.just("workplace"),
    norm=norms,
    small=st.none() | smalls,
    takes_effect=st.sampled_from(["now", "next_term"]),
)


# --- a whole charter -------------------------------------------------------------------------------------------


def charter_with(**changes) -> Charter:
    """A small charter, any part of it changed: founders 5, a workplace, an association and a city."""
    values = {
        "id": "trial",
        "title": "Trial council",
        "text": "",
        "hash": "0" * 64,
        "membership": Membership(who="Everyone who works here", minimum_age=16, founders=5),
        "bodies": {
            "workplace": BodyRule("workplace", "base", "workplace council", Quorum(Fraction(1, 5), at_least=5)),
            "association": BodyRule("association", "association", "association", Quorum(at_least=3)),
            "city": BodyRule(
                "city",
                "delegate",
                "city council",
                Quorum(Fraction(1, 2), of="seats"),
                seats=(
                    SeatRule(0, "workplace", Norm(per=25), small=Small(25, "combine")),
                    SeatRule(1, "association", Norm(fixed=2)),
                ),
            ),
        },
        "decisions": {
            "ordinary": Decision("ordinary"),
            "charter": Decision(
                "charter",
                majority=Majority(Fraction(2, 3), strictly_more=False),
                ratified_by=Ratification("workplace"),
            ),
            "strike": Decision("strike", quorum=Quorum(Fraction(1, 2))),
        },
    }
    return Charter(**values | changes)


charters = st.builds(
    lambda founders, quorum, majority: charter_with(
        membership=Membership(who="Everyone", minimum_age=16, founders=founders),
        bodies=charter_with().bodies | {"workplace": BodyRule("workplace", "base", "workplace council", quorum)},
        decisions={"ordinary": Decision("ordinary", majority=majority), "charter": Decision("charter")},
    ),
    st.integers(2, 100),
    quorums,
    majorities,
)
