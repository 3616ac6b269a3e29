"""A small valid charter to break in one place at a time."""

from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[2] / "vectors" / "charter"


@pytest.fixture
def minimal() -> str:
    return (VECTORS / "minimal.toml").read_text()


@pytest.fixture
def full() -> str:
    """A charter that uses every parameter."""
    return (VECTORS / "full.toml").read_text()
