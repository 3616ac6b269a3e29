"""Standing: every act by every kind of person, as the table in tests/vectors/federation/standing.csv says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases, rows

from weft.errors import RuleBroken
from weft.federation import Facts, allowed, require
from weft.federation.standing import NEEDS

TABLE = {row.pop("act"): row for row in rows("federation/standing.csv")}


def facts_of(values):
    return Facts(**{name: frozenset(value) if isinstance(value, list) else value for name, value in values.items()})


KINDS = {case["kind"]: facts_of(case["facts"]) for case in cases("federation/standing.json")}
CODES = {"", *(f"standing.{code}" for row in TABLE.values() for code in row.values() if code != "ok")}
OFFICES = ("chair", "secretary", "teller", "mandate_commission")
anybody = st.builds(
    Facts,
    member=st.booleans(),
    suspended=st.booleans(),
    seat=st.sampled_from(["", "s1-0-1-1"]),
    advisory=st.booleans(),
    pending=st.booleans(),
    offices=st.frozensets(st.sampled_from(OFFICES)),
    lost=st.sampled_from(["", "recalled", "expired"]),
    elector=st.booleans(),
    delegate_body=st.booleans(),
    filled=st.frozensets(st.sampled_from(OFFICES)),
)


def test_every_act_has_a_row_and_every_row_an_act():
    assert set(TABLE) == set(NEEDS)
    assert all(list(row) == list(KINDS) for row in TABLE.values())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", sorted(TABLE))
def test_standing_as_the_table_says(act, kind):
    expected = TABLE[act][kind]

    assert allowed(act, KINDS[kind]) == (expected == "ok")
    if expected == "ok":
        require(act, KINDS[kind])
        return
    with pytest.raises(RuleBroken) as refusal:
        require(act, KINDS[kind])
    numbers = {"act": act}
    if expected == "lost":
        numbers["how"] = "recalled"
    if expected == "office":
        numbers["offices"] = ", ".join(NEEDS[act].offices)
    assert refusal.value == RuleBroken(f"standing.{expected}", **numbers)


@given(facts=anybody, act=st.sampled_from(sorted(NEEDS)))
def test_a_button_shows_exactly_when_the_act_is_allowed(facts, act):
    refused = ""
    try:
        require(act, facts)
    except RuleBroken as refusal:
        refused = refusal.rule

    assert allowed(act, facts) == (not refused)
    assert refused in CODES


@given(facts=anybody, act=st.sampled_from(sorted(act for act, need in NEEDS.items() if need.offices)))
def test_an_office_that_somebody_fills_is_nobody_elses(facts, act):
    offices = set(NEEDS[act].offices)

    if facts.offices & offices:
        assert allowed(act, facts)
    elif facts.filled & offices:
        assert not allowed(act, facts)


def test_an_act_that_nobody_listed_is_a_bug():
    with pytest.raises(KeyError):
        allowed("body.abolish", Facts(member=True))
