"""A count in words and as JSON: complete, exact, and translatable."""

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import asked, lot, ranked

from weft.ballots.counting import count_election, quota_sentences, sentences, to_json
from weft.ballots.counting.words import SENTENCES, number

RULES = ["approval", "irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares"]


@given(ranked(), st.sampled_from(RULES), st.data())
def test_every_stage_has_its_sentences_and_each_fills_its_own_places(election, rule, data):
    papers, names, places = election
    quotas, attributes = data.draw(st.one_of(st.just(([], {})), asked(names)))
    count = count_election(rule, papers, candidates=names, places=places, lot=lot, quotas=quotas, attributes=attributes)
    called = {name: f"<{name}>" for name in names}

    for stage in count.stages:
        said = sentences(stage, called)
        text = " ".join(msgid % values for msgid, values in said)
        assert {msgid for msgid, _ in said} <= set(SENTENCES.values())
        for msgid, values in said:
            assert set(values) == set(re.findall(r"%\((\w+)\)s", msgid))
        mentioned = {*stage.elected, *stage.excluded, *stage.doomed, *stage.guarded}
        mentioned |= {name for draw in stage.lots for name in draw.order}
        assert all(called[name] in text for name in mentioned)
    for msgid, values in quota_sentences(count, called):
        assert msgid % values


@given(ranked(), st.sampled_from(RULES))
def test_json_holds_the_whole_count_and_reads_back_exactly(election, rule):
    papers, names, places = election
    count = count_election(rule, papers, candidates=names, places=places, lot=lot)

    read = json.loads(json.dumps(to_json(count, {})))

    assert (read["method"], read["places"], read["papers"]) == (rule, places, count.papers)
    assert (tuple(read["elected"]), tuple(read["runners_up"])) == (count.elected, count.runners_up)
    for stage, shown in zip(count.stages, read["stages"], strict=True):
        assert tuple((name, Fraction(text)) for name, text in shown["totals"]) == stage.totals
        assert tuple((name, Fraction(text)) for name, text in shown["values"]) == stage.values
        moved = [(move["from"], move["to"], Fraction(move["votes"])) for move in shown["moved"]]
        assert moved == [(move.source, move.target, move.votes) for move in stage.moved]
        assert Fraction(shown["exhausted"]) + Fraction(shown["lost"]) == stage.exhausted + stage.lost
        assert [(pair["first"], pair["second"], pair["papers"], pair["path"]) for pair in shown["pairs"]] == [
            (pair.first, pair.second, pair.papers, pair.path) for pair in stage.pairs
        ]


@given(st.fractions())
def test_a_number_is_written_exactly(value):
    assert Fraction(number(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("5", "5"), ("49522084/100000", "495.22084"), ("-1/8", "-0.125"), ("13/84", "13/84"), ("0", "0"), ("1/10", "0.1")],
)
def test_a_number_is_a_decimal_where_it_ends(value, text):
    assert number(Fraction(value)) == text
