"""What every test shares. The environment is set in settings.py beside this file."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("weft", deadline=None)  # a slow machine is not a broken rule
settings.register_profile("thorough", parent=settings.get_profile("weft"), max_examples=1_000)
settings.load_profile(os.environ.get("WEFT_HYPOTHESIS", "weft"))

TESTS = Path(__file__).parent


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Where the worked examples lie: one folder a domain, each file naming its source."""
    return TESTS / "vectors"
