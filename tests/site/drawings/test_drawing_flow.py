"""How votes moved: a lane for each candidate, and the same in its table and sentence."""

import pytest

from weft_site.drawings.flow import FlowStage, transfer_flow

NAMES = {"a": "Ana", "b": "Bo", "c": "Cai"}
STAGES = [
    FlowStage({"a": 5, "b": 3, "c": 2}, elected=frozenset({"a"}), quota=4),
    FlowStage({"a": 4, "b": 3.5, "c": 2}, [("a", "b", 0.5), ("a", "", 0.5)], quota=4, exhausted=0.5),
    FlowStage(
        {"a": 4, "b": 5.5, "c": 0}, [("c", "b", 2)], elected=frozenset({"b"}), excluded=frozenset({"c"}), exhausted=0.5
    ),
]


def test_the_sentence_and_the_table_say_what_the_threads_show():
    found = transfer_flow(STAGES, names=NAMES)

    assert found.summary == "3 stages. Elected: Ana, Bo."
    assert list(found.rows) == [
        (2, "Ana", "Bo", "0.5"),
        (2, "Ana", "Not transferable", "0.5"),
        (3, "Cai", "Bo", "2"),
    ]
    assert found.svg.count('class="d-thread"') == 3
    assert 'role="img"' in found.svg


def test_elected_and_excluded_are_marked_by_a_sign_and_not_by_colour_alone():
    found = transfer_flow(STAGES, names=NAMES)

    assert (found.svg.count("✓"), found.svg.count("\N{MULTIPLICATION SIGN}")) == (2, 1)
    assert "url(#weft-hatch)" in found.svg


def test_many_stages_go_on_in_bands_below_without_those_who_are_out():
    names = {f"c{n}": f"Candidate {n}" for n in range(14)}
    totals = dict.fromkeys(names, 1.0)
    stages = [FlowStage(totals)]
    for n in range(12):
        totals = totals | {f"c{n}": 0.0, "c13": totals["c13"] + 1}
        stages.append(FlowStage(totals, [(f"c{n}", "c13", 1.0)], excluded=frozenset({f"c{n}"})))

    found = transfer_flow(stages, names=names)

    assert found.svg.count('class="d-thread"') == 12
    assert found.svg.count("Candidate 13") == 3  # a lane in each band
    assert found.svg.count(">Candidate 0<") == 1


def test_names_of_people_are_escaped():
    found = transfer_flow([FlowStage({"a": 1})], names={"a": "<b>&"})

    assert "<b>" not in found.svg


@pytest.mark.parametrize(("stages", "names"), [([], NAMES), ([FlowStage({})], {})])
def test_nothing_to_draw_is_a_mistake_of_the_caller(stages, names):
    with pytest.raises(ValueError, match="needs a stage and a candidate"):
        transfer_flow(stages, names=names)
