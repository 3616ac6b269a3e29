"""The benchmark of the booth runs, at a small scale, and gives its rows. No time is looked at."""

import pytest
from benchmarks import booth


@pytest.mark.slow
def test_the_booth(monkeypatch, chromium):
    monkeypatch.setattr(booth, "ANSWERS", (2,))
    monkeypatch.setattr(booth, "REPEATS", 1)
    monkeypatch.setattr(booth, "CHECKED", 2)
    monkeypatch.setattr(booth, "TRUSTEES", 2)

    rows = booth.measured(chromium)

    assert [set(row) for row in rows] == [{"what", "value", "unit", "reach"}] * 12
    assert all(row["value"] > 0 for row in rows)
