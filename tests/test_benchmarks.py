"""Every benchmark runs, at a tiny scale, and gives its rows. No time is looked at here: a busy machine is not a bug."""

import shutil

import pytest
from benchmarks import __main__ as bench
from benchmarks import federation_core, house, record


def rows_of(found):
    """Rows as `make bench` takes them, or a failure that says which is not."""
    for row in found:
        assert set(row) == {"what", "value", "unit", "reach"}, row
        assert bench.met(row) in {"", "met", "**not met**"}
    return found


@pytest.mark.slow
def test_pages_and_entitlement_of_a_small_federation(tmp_path):
    pages = rows_of(house.call("benchmarks.pages", tmp_path, "", "2", "25", "2"))
    entitlement = rows_of(house.call("benchmarks.entitlement", tmp_path, "", "2", "25"))

    assert [row["unit"] for row in pages] == ["ms p95"] * len(pages)
    for page in ("body page", "federation page", "roll page", "home page"):
        assert any(row["what"].startswith(page) for row in pages)
    assert ["new" in row["what"] for row in entitlement] == [True, False, True, False]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk sends the votes; `make bench` installs it")
def test_votes_are_sent_and_every_one_is_kept(tmp_path):
    found = rows_of(house.call("benchmarks.votes", tmp_path, "", "256", "1", "1"))

    assert [row["unit"] for row in found] == ["rows/s", "%", "ms p99", "%", "ms p99"]


@pytest.mark.slow
def test_the_record(monkeypatch):
    monkeypatch.setattr(record, "ENTRIES", 2_000)
    monkeypatch.setattr(record, "BATCHES", 2)

    assert len(rows_of(record.run())) >= 4


@pytest.mark.slow
def test_the_core(monkeypatch):
    monkeypatch.setattr(federation_core, "COUNCILS", 200)
    monkeypatch.setattr(federation_core, "MEMBERS", 20_000)

    assert len(rows_of(federation_core.run())) == 3


@pytest.mark.parametrize(
    ("value", "reach", "said"),
    [
        (5_000, "≥ 5,000", "met"),
        (4_999, "≥ 5,000", "**not met**"),
        (2, "≤ 2 s for everything", "met"),
        (2.01, "≤ 2 s for everything", "**not met**"),
        (299, "< 300", "met"),
        (300, "< 300", "**not met**"),
        (1, "", ""),
    ],
)
def test_a_figure_is_within_its_reach_or_not(value, reach, said):
    assert bench.met({"what": "", "value": value, "unit": "", "reach": reach}) == said


def test_the_page_shows_each_figure_beside_its_reach(monkeypatch):
    monkeypatch.setattr(bench, "machine", lambda: "A machine.")
    when = {"on": "23 November 2026", "load": "0.5 before, 1.5 after"}

    page = bench.page({"votes": {"rows": [house.row("votes", 1234, "votes/s", "≥ 5,000")], **when}})

    assert "## Votes through the whole site\n\n| measured | figure | reach | |\n|---|---|---|---|\n" in page
    assert "| votes | 1,234 votes/s | ≥ 5,000 | **not met** |" in page
    assert "## Replay" not in page
    assert "A machine." in page
    assert "Measured on 23 November 2026; load 0.5 before, 1.5 after." in page
