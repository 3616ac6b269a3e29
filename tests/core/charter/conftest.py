"""A small valid charter to break in one place at a time."""

from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "vectors" / "charter"

MINIMAL = """\
[charter]
id = "trial"
title = "Trial council"

[membership]
who = "Everyone who works here"
minimum_age = 16

[bodies.workplace]
kind = "base"
quorum = { share = "1/5", at_least = 5 }

[bodies.city]
kind = "delegate"
quorum = { share = "1/2", of = "seats" }

[[bodies.city.seats]]
from = "workplace"
norm = { per = 25 }

[decisions.ordinary]
majority = "simple"

[decisions.charter]
majority = "two_thirds"
notice_days = 14
"""


@pytest.fixture
def minimal() -> str:
    return MINIMAL


@pytest.fixture
def full() -> str:
    """A charter that uses every parameter."""
    return (VECTORS / "full.toml").read_text()
