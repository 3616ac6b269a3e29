"""Replay finds the entry at which a dishonest server departed from the rules."""

import json

import pytest
from tests.site.tampering import LATE, diverges_at, documents_of, tampered
from tests.site.telling import told_city

from weft_site.record.export import leaves_of

pytestmark = pytest.mark.django_db


@pytest.mark.one_database
def test_a_value_that_a_dishonest_server_changed_is_found_at_its_entry():
    city, *_ = told_city()
    log = city.federation.log
    leaves = list(leaves_of(log))
    documents = documents_of(log)
    missed, late, tried, seen = [], [], 0, {}
    for index, leaf in enumerate(leaves):
        act = json.loads(leaf)["act"]
        seen[act] = seen.get(act, 0) + 1
        if seen[act] > 1:
            continue
        for part, name, changed in tampered(leaf):
            tried += 1
            found = diverges_at(log, [*leaves[:index], changed, *leaves[index + 1 :]], documents)
            if found is None:
                missed.append((index, act, part, name, changed.decode()[:10]))
            elif found != index:
                late.append((act, part, name, found - index))

    assert missed == []
    assert {(act, part, name) for act, part, name, _ in late} <= LATE
    assert tried > 300


@pytest.mark.one_database
def test_an_entry_left_out_is_missed_and_one_told_twice_is_refused():
    city, *_ = told_city()
    log = city.federation.log
    leaves = list(leaves_of(log))
    documents = documents_of(log)
    # whatever nothing later rests on; that nobody stepped up is listed, because the record cannot tell who might have
    quiet = {
        "deliberation.meeting_closed", "federation.reported", "federation.recall_answered", "federation.fraction_left",
        "federation.stepped_up",
    }  # fmt: skip
    acts = [json.loads(leaf)["act"] for leaf in leaves]
    places = range(len(leaves) - 1)

    dropped = {acts[at]: diverges_at(log, leaves[:at] + leaves[at + 1 :], documents) for at in places}
    doubled = {acts[at]: diverges_at(log, leaves[: at + 1] + leaves[at:], documents) for at in places}

    assert {act for act, found in dropped.items() if found is None} <= quiet
    assert {act for act, found in doubled.items() if found is None} == set()
