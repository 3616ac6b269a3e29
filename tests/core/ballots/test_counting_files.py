"""Files of papers: what is read, what is written, and every problem at once with its line."""

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.ballots.counting import count_election
from weft.ballots.counting._problems import MOST, SENTENCES
from weft.ballots.counting.files import PaperFile, PapersInvalid, Problem, read_papers, rows, write_blt

BLT = """3 2
# two withdrew? no, one
-2
14 1 3 0     # a comment
2 3 2 1 0
1 0
1 1 3 0
0
"Anna \\"Red\\" Ek"
"Bo #2"
Cai Nyberg
"Ward 4"
"""


def problems(text, kind="blt", method="stv_scottish"):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(PapersInvalid) as refusal:
        read_papers(data, kind, method)
    return list(refusal.value.problems)


def test_a_blt_file_as_a_whole():
    assert read_papers(BLT.encode(), "blt", "stv_scottish") == PaperFile(
        title="Ward 4",
        names={"1": 'Anna "Red" Ek', "2": "Bo #2", "3": "Cai Nyberg"},
        candidates=("1", "3"),
        places=2,
        papers=[(("1", "3"), 15), (("3", "1"), 2), ((), 1)],
        withdrawn=("2",),
    )


def test_windows_lines_and_a_byte_order_mark_are_read_alike():
    marked = b"\xef\xbb\xbf" + BLT.replace("\n", "\r\n").encode()

    assert read_papers(marked, "blt", "irv") == read_papers(BLT.encode(), "blt", "irv")


names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1).filter(lambda name: name.strip() == name)


@given(st.data())
def test_what_is_written_as_blt_is_read_again(data):
    listed = {str(at): name for at, name in enumerate(data.draw(st.lists(names, min_size=1, max_size=5)), 1)}
    withdrawn = tuple(ref for ref in listed if data.draw(st.booleans()))
    standing = tuple(ref for ref in listed if ref not in withdrawn)
    paper = st.lists(st.sampled_from(standing), unique=True).map(tuple) if standing else st.just(())
    papers = data.draw(st.dictionaries(paper, st.integers(1, 99), max_size=6))
    file = PaperFile(data.draw(names), listed, standing, 2, list(papers.items()), withdrawn)

    again = read_papers(write_blt(file, 2).encode(), "blt", "stv_scottish")

    assert (again.title, again.names, again.candidates, again.withdrawn) == (file.title, listed, standing, withdrawn)
    assert dict(again.papers) == papers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "file.header")]),
        ("two three\n", [(1, "file.header")]),
        ("0 1\n0\n", [(1, "file.header")]),
        ("2 1\n1 1 0\n", [(2, "file.end"), (1, "candidate.names")]),
        ("2 1\n1 1\n0\nA\nB\n", [(2, "paper.end")]),
        ("2 1\n1 1 0 2 0\n0\nA\nB\n", [(2, "paper.inside")]),
        ("2 1\n1 3 0\n0\nA\nB\n", [(2, "paper.candidate")]),
        ("2 1\n1 1 1 0\n0\nA\nB\n", [(2, "paper.twice")]),
        ("2 1\n1 1=2 0\n0\nA\nB\n", [(2, "paper.equal")]),
        ("2 1\n1 x 0\n0\nA\nB\n", [(2, "paper.words")]),
        ("2 1\n0 1 0\n0\nA\nB\n", [(2, "paper.number")]),
        ("2 1\n-7\n0\nA\nB\n", [(2, "candidate.unknown")]),
        ("2 1\n0\nA\n", [(3, "candidate.names")]),
        ("2 1\n0\nA\nB\nT\nU\n", [(6, "candidate.names")]),
        ("2 1\n1 3 0\n1 3 0\n5 1 1 4 0\n0\nA\nB\n",
         [(2, "paper.candidate"), (3, "paper.candidate"), (4, "paper.twice"), (4, "paper.candidate")]),
        (b"2 1\n\xff\n", [(2, "file.encoding")]),
    ],
)  # fmt: skip
def test_every_problem_of_a_blt_file_is_named_with_its_line(text, found):
    assert [(one.line, one.code) for one in problems(text)] == found


def test_a_file_with_a_thousand_errors_names_a_hundred_and_counts_the_rest():
    found = problems("2 1\n" + "1 9 0\n" * 1000 + "0\nA\nB\n")

    assert found[:MOST] == [Problem(line, "paper.candidate", "9", "2") for line in range(2, MOST + 2)]
    assert found[MOST:] == [Problem(MOST + 1, "file.more", "900")]
    assert found[0].text() == "The paper names a candidate 9; there are 2."


@pytest.mark.parametrize(
    ("text", "method", "papers"),
    [
        ("A,B,papers\n1,2,3\n,1,\n", "irv", None),
        ("papers,A,B\n3,1,2\n1,,1\n1,,\n", "irv", [(["1", "2"], 3), (["2"], 1), ([], 1)]),
        ("A,B\nx,\n,1\n,\n", "approval", [(["1"], 1), (["2"], 1), ([], 1)]),
        ("A,B\n5,\n0,3\n", "score", [({"1": 5}, 1), ({"1": 0, "2": 3}, 1)]),
        ("A,B\nyes,no\n,abstain\n", "yes_no", [({"1": "yes", "2": "no"}, 1), ({"2": "abstain"}, 1)]),
    ],
)
def test_csv_holds_one_paper_a_row(text, method, papers):
    if papers is None:
        assert [one.code for one in problems(text, "csv", method)] == ["paper.number"]
        return
    found = read_papers(text.encode(), "csv", method)

    assert found == PaperFile("", {"1": "A", "2": "B"}, ("1", "2"), None, papers)


@given(st.lists(st.lists(st.text().map(str.strip), min_size=1, max_size=4), max_size=4))
def test_a_table_is_read_as_the_standard_library_writes_it(table):
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(table)

    assert [cells for _, cells in rows(out.getvalue())] == table


@pytest.mark.parametrize(
    ("text", "method", "found"),
    [
        ("", "irv", [(1, "candidate.none")]),
        ("A,A\n1,2\n", "irv", [(1, "candidate.twice")]),
        ("A,B\n1\n", "irv", [(2, "paper.cells")]),
        ("A,B\n1,1\n2,1\n1,3\nx,\n", "irv", [(2, "paper.order"), (4, "paper.order"), (5, "paper.words")]),
        ("A,B\n2,\n", "approval", [(2, "paper.mark")]),
        ("A,B\n-1,\n", "score", [(2, "paper.points")]),
        ("A,B\nmaybe,\n", "yes_no", [(2, "paper.answer")]),
        ("A\nyes\n", "list", [(1, "file.kind")]),
        ('A,B\n1,2\n"1,2\n', "irv", [(3, "file.quote")]),
        ('A,B\n1"",2\n', "irv", [(2, "file.quote")]),
    ],
)
def test_every_problem_of_a_csv_file_is_named_with_its_line(text, method, found):
    assert [(one.line, one.code) for one in problems(text, "csv", method)] == found


@pytest.mark.parametrize(
    ("method", "paper", "read"),
    [
        ("irv", ["B", "A"], ["2", "1"]),
        ("cumulative", {"A": 3}, {"1": 3}),
        ("yes_no", {"A": "no"}, {"1": "no"}),
        ("list", "yes", "yes"),
    ],
)
def test_json_holds_papers_of_every_kind(method, paper, read):
    text = json.dumps({"title": "T", "places": 2, "candidates": ["A", "B"], "papers": [{"number": 3, "paper": paper}]})

    found = read_papers(text.encode(), "json", method)

    assert found == PaperFile("T", {"1": "A", "2": "B"}, ("1", "2"), 2, [(read, 3)])
    assert (
        count_election(method, found.papers, candidates=found.candidates, places=2, choices=3, lot=sorted).papers == 3
    )


@pytest.mark.parametrize(
    ("text", "method", "found"),
    [
        ("{", "irv", [(1, "file.json")]),
        ("[" * 100_000, "irv", [(1, "file.json")]),
        ("[]", "irv", [(0, "file.form"), (1, "candidate.none"), (0, "file.form")]),
        ('{"candidates": ["A"], "places": 0, "papers": []}', "irv", [(0, "file.form")]),
        ('{"candidates": ["A"], "papers": [{}, {"number": -1, "paper": []}, {"paper": "A"}]}', "irv",
         [(1, "file.form"), (2, "paper.number"), (3, "file.form")]),
        ('{"candidates": ["A"], "papers": [{"paper": ["A", "A", "B", 7]}]}', "irv",
         [(1, "candidate.unknown"), (1, "candidate.unknown"), (1, "paper.twice")]),
        ('{"candidates": ["A"], "papers": [{"paper": {"A": true}}]}', "score", [(1, "paper.points")]),
        ('{"candidates": ["A"], "papers": [{"paper": {"A": "x"}}]}', "yes_no", [(1, "paper.answer")]),
        ('{"candidates": ["A"], "papers": [{"paper": "maybe"}]}', "list", [(1, "paper.answer")]),
    ],
)  # fmt: skip
def test_every_problem_of_a_json_file_is_named_with_its_paper(text, method, found):
    assert [(one.line, one.code) for one in problems(text, "json", method)] == found


def test_every_problem_has_a_sentence_that_it_can_fill():
    for code in SENTENCES:
        assert "%(" not in Problem(1, code, "F", "E").text()


@pytest.mark.parametrize("kind", ["blt", "csv", "json"])
@given(data=st.binary(max_size=60))
def test_no_bytes_at_all_make_it_fail_otherwise(kind, data):
    for method in ("irv", "score", "yes_no", "list"):
        with suppress(PapersInvalid):
            assert isinstance(read_papers(data, kind, method), PaperFile)
