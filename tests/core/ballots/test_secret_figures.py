"""The benchmark of secret ballots runs at a tiny scale and gives its rows; what it measures is what it says."""

import io

import pytest
from benchmarks import secret

from weft.ballots.secret import verify_election


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(secret, "SAMPLE", 2)
    monkeypatch.setattr(secret, "AUDIT", 12)
    monkeypatch.setattr(secret, "BATCH", 2)
    monkeypatch.setattr(secret, "TURNS", 1)
    secret.election.cache_clear()


@pytest.mark.slow
def test_the_benchmark_gives_its_rows(small):
    rows = secret.run()

    assert all(set(row) == {"what", "value", "unit", "reach"} for row in rows)
    assert [row["what"] for row in rows if "10 answers, one core" in row["what"]]
    assert sum(row["reach"] == "≤ 0.5" for row in rows) == sum("cores beside one" in row["what"] for row in rows) == 1


def test_its_archives_hold_whole_ballots_of_different_members(small):
    _, raw = secret.archive(5, [one for first in (0, 2) for one in secret.some_ballots((5, first))])

    report = verify_election(io.BytesIO(raw))

    assert (report.stage, report.credentials, report.ballots, report.voters) == ("voting", 4, 4, 4)
