"""Many papers at once: whatever NumPy counts or reads is, to the last stage, what the plain code counts and reads."""

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import asked, lot, ranked
from tests.core.ballots.test_counting_truth import ELECTIONS, WARDS, needs_elections

from weft.ballots.counting import count_election, stv_scottish
from weft.ballots.counting._blt import read_blt
from weft.ballots.counting._fast_blt import read_packed
from weft.ballots.counting._problems import Problems
from weft.ballots.counting.packed import Packed, pack
from weft.errors import RuleBroken


def together(papers):
    found = Counter()
    for paper, number in papers:
        found[paper] += number
    return {paper: number for paper, number in found.items() if number}


def outcome(papers, **election):
    try:
        return count_election("stv_scottish", papers, **election)
    except RuleBroken as refusal:
        return refusal


@given(ranked(papers=14), st.data())
def test_packed_papers_are_counted_to_the_same_stages(election, data):
    papers, names, places = election
    quotas, attributes = data.draw(st.one_of(st.just(([], {})), asked(names)))
    packed = pack(together(papers), names)
    for drawing in (None, lot):
        given_election = {"candidates": names, "places": places, "lot": drawing}
        given_election |= {"quotas": quotas, "attributes": attributes}

        assert outcome(packed, **given_election) == outcome(papers, **given_election)


@given(ranked())
def test_packed_papers_are_papers_like_others(election):
    papers, names, places = election
    packed = pack(together(papers), names)

    assert dict(packed) == together(papers)
    assert len(packed) == len(together(papers))
    for rule in ("irv", "stv_meek", "schulze", "phragmen"):
        counts = [count_election(rule, one, candidates=names, places=places, lot=lot) for one in (packed, papers)]
        assert counts[0] == counts[1]


def test_many_rankings_are_packed_by_themselves(monkeypatch):
    papers = [(("a", "b"), 5), (("b", "c"), 4), (("c",), 3), (("d", "a"), 1)]
    plain = count_election("stv_scottish", papers, candidates="abcd", places=2, lot=lot)
    monkeypatch.setattr(stv_scottish, "PlainPiles", None)  # whoever asks for it fails
    monkeypatch.setattr(stv_scottish, "MANY", 4)

    assert count_election("stv_scottish", papers, candidates="abcd", places=2, lot=lot) == plain


def test_packed_papers_for_other_candidates_or_too_many_are_refused_like_others():
    packed = pack({("a",): 2}, ["a"])

    for election, refusal in (
        ({"candidates": ["b"]}, RuleBroken("ballot.choice")),
        ({"candidates": ["a"], "papers_given": 1}, RuleBroken("ballot.count", entitled=1)),
    ):
        assert outcome(packed, places=1, **election) == refusal


def plainly(text):
    """What the other reader makes of a file, or None where it finds problems."""
    problems = Problems()
    found = read_blt(text, "irv", problems)
    return None if problems.number else found


def same(quick, slow):
    assert isinstance(quick.papers, Packed)
    assert (quick.title, quick.names, quick.candidates, quick.places) == (
        slow.title,
        slow.names,
        slow.candidates,
        slow.places,
    )
    assert dict(quick.papers) == dict(slow.papers)


@given(ranked(papers=12), st.booleans(), st.sampled_from([1, 40, 1 << 19]))
def test_a_file_is_read_the_same_quickly(election, one_each, chunk):
    papers, names, places = election
    refs = {name: str(at) for at, name in enumerate(sorted(names), 1)}
    lines = [(1 if one_each else number * 7, paper) for paper, number in papers if number]
    text = f"{len(names)} {places}\n"
    text += "".join(" ".join([str(n), *(refs[name] for name in paper), "0"]) + "\n" for n, paper in lines)
    text += "0\n" + "".join(f'"{name}"\n' for name in refs) + '"Title"\n'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("weft.ballots.counting._fast_blt.CHUNK", max(chunk, max(map(len, text.splitlines())) + 1))
        quick = read_packed(text.encode())

    if lines:
        same(quick, plainly(text))
    else:
        assert quick is None


@given(ranked(papers=5), st.integers(0, 200), st.sampled_from(["0", "9", " ", "\n", "x", "-", "#", "1 ", "0\n", "12"]))
def test_a_harmed_file_is_never_read_quickly_to_anything_else(election, at, harm):
    papers, names, places = election
    refs = {name: str(at) for at, name in enumerate(sorted(names), 1)}
    text = f"{len(names)} {places}\n"
    text += "".join(" ".join([str(n), *(refs[name] for name in paper), "0"]) + "\n" for paper, n in papers if n)
    text += "0\n" + "".join(f'"{name}"\n' for name in refs)
    at = min(at, len(text) - 1)
    for harmed in (text[:at] + harm + text[at:], text[:at] + harm + text[at + 1 :], text[:at] + text[at + 1 :]):
        quick = read_packed(harmed.encode())
        if quick is not None:
            same(quick, plainly(harmed))


@pytest.mark.parametrize("line", ["1 2 01 0", "1 2 001 0", "1 02 0", "1 10 00"])
def test_a_number_with_a_zero_before_it_is_left_to_the_reader_who_names_the_mistake(line):
    text = f"2 1\n{line}\n1 1 0\n0\n" + '"a"\n"b"\n'

    assert read_packed(text.encode()) is None
    assert plainly(text) is None


@needs_elections
@pytest.mark.parametrize("published", WARDS, ids=lambda one: one["file"].removesuffix(".blt"))
def test_a_ward_is_read_and_counted_the_same_quickly(published):
    data = (ELECTIONS / published["file"]).read_bytes()
    slow, quick = plainly(data.decode()), read_packed(data)

    same(quick, slow)
    election = {"candidates": slow.candidates, "places": slow.places}
    assert count_election("stv_scottish", quick.papers, **election) == count_election(
        "stv_scottish", slow.papers, **election
    )


def test_who_counts_a_few_papers_never_loads_numpy():
    program = (
        "import sys; from weft.ballots.counting import count_election; from weft.cli import main;"
        "count_election('stv_scottish', [(['a'], 3)], candidates=['a', 'b'], places=1); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
