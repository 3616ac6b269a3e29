"""The benchmark of counting runs, at a tiny scale, and gives its rows. No time is looked at here."""

import pytest
from benchmarks import __main__ as bench
from benchmarks import counting


@pytest.mark.slow
def test_counting(monkeypatch):
    monkeypatch.setattr(counting, "PAPERS", 3_000)
    monkeypatch.setattr(counting, "COUNCILS", 20)
    monkeypatch.setattr(counting, "BEST_OF", 1)

    rows = counting.run()

    assert [row["unit"] for row in rows if row["unit"] != "times"][:2] == ["s", "MB"]
    assert len(rows) == (9 if counting.PEERS.exists() else 5)
    for row in rows:
        assert set(row) == {"what", "value", "unit", "reach"}
        assert bench.met(row) in {"", "met", "**not met**"}
