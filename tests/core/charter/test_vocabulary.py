"""The table of parameters agrees with the model, with the vectors and with the reference page."""

import json
from dataclasses import MISSING, fields
from fractions import Fraction
from pathlib import Path

import pytest
import tomlkit

from weft.charter import CharterProblems, load, model, rule_of
from weft.charter._reference import reference_tables
from weft.charter.vocabulary import PARAMETERS, TABLES, parameter_at, split

ROOT = Path(__file__).parents[3]
VECTORS = json.loads((ROOT / "tests/vectors/charter/bounds.json").read_text())["rows"]
CLASSES = {
    "membership": model.Membership,
    "membership.admission": model.Admission,
    "membership.exclusion": model.Exclusion,
    "bodies.*": model.BodyRule,
    "bodies.*.quorum": model.Quorum,
    "decisions.*.quorum": model.Quorum,
    "bodies.*.seats.#": model.SeatRule,
    "bodies.*.seats.#.norm": model.Norm,
    "bodies.*.seats.#.elect": model.Elect,
    "bodies.*.seats.#.recall": model.Recall,
    "bodies.*.seats.#.recall.majority": model.Majority,
    "bodies.*.seats.#.rotation": model.Rotation,
    "bodies.*.offices.*": model.Office,
    "bodies.*.executive.size": model.Norm,
    "bodies.*.rights": model.AssociationRights,
    "bodies.*.fractions": model.Fractions,
    "decisions.*": model.Decision,
    "decisions.*.majority": model.Majority,
    "decisions.*.ratified_by": model.Ratification,
    "procedure": model.Procedure,
}


def test_every_parameter_is_described_once():
    paths = [parameter.path for parameter in PARAMETERS]

    assert len(paths) == len(set(paths))
    for parameter in PARAMETERS:
        assert parameter.meaning.endswith("."), parameter.path
        if parameter.kind in ("whole", "share"):
            assert parameter.unit, parameter.path
            assert None not in (parameter.low, parameter.high), parameter.path
        if parameter.kind in ("choice", "choices"):
            assert parameter.choices, parameter.path


def test_defaults_of_the_table_are_those_of_the_model():
    compared = 0
    for parameter in PARAMETERS:
        table, _, name = parameter.path.rpartition(".")
        field = {f.name: f for f in fields(CLASSES[table])}.get(name) if table in CLASSES else None
        if field is None or parameter.path == "bodies.*.title":  # the loader falls back on the body's short name
            continue
        compared += 1
        if parameter.required or field.default is MISSING:
            assert parameter.required == (field.default is MISSING), parameter.path
        else:
            assert parameter.default == field.default, parameter.path
            assert type(parameter.default) is type(field.default), parameter.path
    assert compared > 90


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("bodies.city.quorum", "body.quorum"),
        ("bodies.city.quorum.share", "body.quorum"),
        ("bodies.*.quorum.share", "body.quorum"),
        ("bodies.city.seats.0.recall.majority.share", "seat.recall"),
        ("bodies.city.seats.#.norm.per", "seat.norm"),
        ("bodies.city.seats.0", "seat"),
        ("bodies.city.offices.chair.term_days", "office.term_days"),
        ("bodies.city.sections.workers.title", "section.title"),
        ("bodies.city.executive.size.per", "body.executive"),
        ("bodies.city", "body"),
        ("decisions.charter.notice_days", "decision.notice_days"),
        ("membership.admission.vouchers", "membership.admission"),
        ("procedure.voting_days", "procedure.voting_days"),
        ("charter.title", "charter.title"),
    ],
)
def test_rule_of_leaves_out_names_and_what_is_read_together(path, rule):
    assert rule_of(path) == rule


def place(document: tomlkit.TOMLDocument, pattern: str, value: object) -> tuple[str, str]:
    """The charter with the first value of this pattern replaced, and where that was."""
    here, path = document, []
    steps = pattern.split(".")
    for index, step in enumerate(steps):
        rest = steps[index + 1 :]
        names = list(here) if step == "*" else list(range(len(here))) if step == "#" else [step]
        name = next(name for name in names if holds(here[name], rest))
        path.append(str(name))
        if index == len(steps) - 1:
            here[name] = value
        else:
            here = here[name]
    return tomlkit.dumps(document), ".".join(path)


def holds(value: object, rest: list[str]) -> bool:
    """Whether the pattern leads on from here to a value."""
    if not rest:
        return True
    if rest[0] == "#":
        return isinstance(value, list) and any(holds(entry, rest[1:]) for entry in value)
    if not isinstance(value, dict):
        return False
    if rest[0] == "*":
        return any(holds(entry, rest[1:]) for entry in value.values())
    return rest[0] in value and holds(value[rest[0]], rest[1:])


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["path"])
def test_each_bound_accepts_its_edge_and_refuses_what_lies_beyond(row, full):
    document = tomlkit.parse(full)
    for value in [*row["accepted"], *row["refused"]]:
        text, path = place(document, row["path"], value)
        try:
            load(text)
            found = []
        except CharterProblems as refused:
            found = [problem.path for problem in refused.problems if problem.code.startswith("bound.")]
        assert found == ([path] if value in row["refused"] else []), (path, value)


def test_the_vectors_cover_every_bound_of_the_table():
    edges = {row["path"]: row for row in VECTORS}
    bounded = {parameter.path: parameter for parameter in PARAMETERS if parameter.kind in ("whole", "share")}

    assert set(edges) == set(bounded)
    for path, parameter in bounded.items():
        accepted = [Fraction(value) for value in edges[path]["accepted"]]
        assert max(accepted) == parameter.high, path
        assert min(accepted) == parameter.low or (parameter.low == 0 and min(accepted) < Fraction(1, 1000)), path


def test_the_reference_page_lists_every_parameter_with_its_rule_and_bounds():
    page = (ROOT / "docs/reference/charter-format.md").read_text()

    assert reference_tables() in page  # python tests/core/charter/write_reference.py
    for parameter in PARAMETERS:
        row = next((line for line in page.splitlines() if line.startswith(f"| `{parameter.path}` |")), "")
        assert f"`{parameter.rule}`" in row, parameter.path
        assert parameter.meaning in row, parameter.path
        for bound in (parameter.low, parameter.high):
            assert bound is None or str(bound) in row, parameter.path
    for table in TABLES:
        assert f"`{table.path}`" in page, table.path


def test_parameter_at_finds_values_and_nothing_else():
    assert parameter_at("bodies.city.seats.3.norm.per").path == "bodies.*.seats.#.norm.per"
    assert parameter_at("bodies.city.seats.3.norm") is None
    assert parameter_at("bodies.city.quorums") is None
    assert split("sources.bodies.city.quorum.status") == ("sources", "bodies.city.quorum", "status")
