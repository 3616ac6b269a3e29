"""The charters that Weft ships load, and what they say of history is what the sources say."""

import csv
import json
import tomllib
from pathlib import Path

import pytest

from weft.charter import article_for, library, library_charter, values_of
from weft.charter._articles import source_of
from weft.charter._library import ORDER
from weft.charter.vocabulary import node_at, parameter_at

VECTORS = Path(__file__).parents[2] / "vectors" / "charter"
FIGURES = json.loads((VECTORS / "figures.json").read_text())["rows"]
HISTORY = [name for name in ORDER if library_charter(name).historical]
SHIPPED = Path(__file__).parents[3] / "src/weft/charter/library"


def test_the_library_is_what_lies_in_its_folder_with_the_default_first():
    assert {path.stem for path in SHIPPED.glob("*.toml")} == set(ORDER)
    assert [summary.id for summary in library()] == list(ORDER)
    assert ORDER[0] == "workers-assembly"
    assert len(HISTORY) == 5
    with pytest.raises(KeyError):
        library_charter("../workers-assembly")


def figures_written(value: object, path=()):
    node = node_at(path) if path else None
    if node and node.parameter:
        if node.parameter.kind in ("whole", "share"):
            yield ".".join(map(str, path))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from figures_written(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from figures_written(inner, (*path, place))


@pytest.mark.parametrize("name", HISTORY)
def test_every_figure_of_history_has_a_source_or_is_called_unknown(name):
    charter = library_charter(name)
    written = set(figures_written(tomllib.loads(charter.text)))

    assert len(written) > 10
    assert [path for path in sorted(written) if source_of(charter, path) is None] == []
    for source in charter.sources.values():
        assert source.source or source.status != "V", source.path
        assert source.note or source.claims or source.status not in ("M", "D"), source.path


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row['charter']}:{row['path']}")
def test_a_figure_is_the_one_of_the_row_it_cites(row):
    charter = library_charter(row["charter"])
    with (VECTORS / "history" / row["file"]).open() as file:
        (cited,) = [line for line in csv.DictReader(file) if line.items() >= row["row"].items()]
    source = source_of(charter, row["path"])

    assert values_of(charter)[row["path"]] == int(cited[row["column"]])
    assert source.status == cited["status"]
    if cited["status"] == "V":
        names = [part.split(",")[0].split(" p. ")[0].strip() for part in cited["source"].split(";")]
        assert any(name in source.source for name in names), (source.source, names)


def test_every_verified_figure_beside_the_vectors_is_a_named_exception():
    """V figures that are not one cell of one row: derived from words, read aloud by their notes."""
    checked = {(row["charter"], row["path"]) for row in FIGURES}
    unchecked = {
        (name, path)
        for name in HISTORY
        for path, value in values_of(library_charter(name)).items()
        if parameter_at(path).kind in ("whole", "share")
        and value != parameter_at(path).default
        and (source := source_of(library_charter(name), path))
        and source.status == "V"
        and (name, path) not in checked
    }
    for name, path in unchecked:
        source = source_of(library_charter(name), path)
        assert source.note or source.claims, (name, path)


def test_no_charter_shuts_people_out_by_class_as_a_rule():
    for name in ("rsfsr-1918", "chinese-soviet-1931"):
        charter = library_charter(name)
        (text,) = [article for article in charter.articles if article.id == "suffrage"]
        assert "history, not a rule here" in text.title
        assert "hired" not in charter.membership.who


def test_sources_that_disagree_are_kept_side_by_side():
    claims = library_charter("rsfsr-1918").sources["bodies.oblast.seats.0.norm"].claims

    assert claims == ("inhabitants (Spargo)", "voters (Russian summary)")
    congress = library_charter("all-russian-congress-1917")
    text = next(article.text for article in congress.articles if article.id == "first-congress")
    assert "882" in text
    assert "822" in text


def test_the_default_charter_has_what_a_new_organisation_needs():
    charter = library_charter("workers-assembly")

    assert charter.membership.founders == 5
    assert (charter.membership.admission.vouchers, charter.membership.admission.objection_days) == (2, 7)
    assert {"workplace", "association", "city", "region", "committee", "mandate_commission"} == set(charter.bodies)
    seat = charter.bodies["city"].seats[0]
    assert (seat.elect.method, seat.elect.ballot, seat.elect.paper_below) == ("approval", "secret", 20)
    assert (seat.mandate, seat.small.do) == ("binding", "combine")
    assert charter.decisions["charter"].notice_days == 14
    rights = charter.bodies["association"].rights
    assert (rights.table, rights.hearing, rights.objection_days, rights.suspends_days) == (True, True, 7, 14)
    for rule, body in (
        ("body.quorum", "city"),
        ("seat.recall", "city"),
        ("seat.mandate", "city"),
        ("body.rights", "association"),
        ("decision.ratified_by", "charter"),
        ("membership.founders", ""),
    ):
        assert article_for(charter, rule, body) is not None, rule
