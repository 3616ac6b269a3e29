"""Files of papers: BLT, CSV and JSON, read whole or not at all.

BLT (one paper a line, for rules that rank or mark)::

    3 2            candidates, places
    -2             the second has withdrawn
    14 1 3 0       fourteen papers: first the first, then the third
    0              no more papers
    "Anna Ek"      names, in order; quotation marks may be left out where a name has a line to itself
    "Bo Lind"
    "Cai Nyberg"
    "Ward 4"       title
    # what follows the sign is a comment

CSV: the first row names the candidates, each further row is one paper: preferences 1, 2, 3 …, or a mark (x or 1), or
points, or yes, no, abstain, as the rule asks. A column called ``papers`` says how many papers say the same.

JSON: ``{"title": "…", "places": 2, "candidates": ["…"], "papers": [{"number": 3, "paper": …}]}``, where a paper is a
list of names, or an object from name to points or answer, or for a list "yes", "no" or "abstain".

Candidates are known by their number in the file, from "1"; lots are drawn by it. Who has withdrawn is skipped on
every paper. A file with errors is not counted: every problem is named with its line, up to a hundred.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from weft.ballots.counting._blt import read_blt, write_blt
from weft.ballots.counting._csv import rows
from weft.ballots.counting._problems import PaperFile, PapersInvalid, Problem, Problems
from weft.ballots.counting.marks import ANSWERS, POINTS
from weft.ballots.counting.model import Paper

__all__ = ["PaperFile", "PapersInvalid", "Problem", "read_papers", "rows", "write_blt"]

MANY_BYTES = 200_000  # from here on NumPy is worth its start
RANKED = ("irv", "stv_scottish", "stv_meek", "schulze")


def read_papers(data: bytes, kind: str, method: str) -> PaperFile:
    """Read a file of this kind ("blt", "csv", "json") for a rule. Raises `PapersInvalid` with every problem."""
    if (kind == "blt" and method in {*POINTS, "yes_no", "list"}) or (kind == "csv" and method == "list"):
        raise PapersInvalid([Problem(1, "file.kind", method, "JSON" if method == "list" else "CSV or JSON")])
    if kind == "blt" and len(data) > MANY_BYTES and (quick := _read_quickly(data)) is not None:
        return quick
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise PapersInvalid([Problem(data.count(b"\n", 0, wrong.start) + 1, "file.encoding")]) from None
    problems = Problems()
    found = _READERS[kind](text, method, problems)
    problems.check()
    return found


def _read_quickly(data: bytes) -> PaperFile | None:
    from weft.ballots.counting._fast_blt import read_packed  # noqa: PLC0415 - NumPy is loaded for large files only

    return read_packed(data)


def _read_csv(text: str, method: str, problems: Problems) -> PaperFile:
    table = rows(text)
    header = table[0][1] if table else []
    count_at = header.index("papers") if "papers" in header else None
    names = {str(at): name for at, name in enumerate((n for n in header if n != "papers"), 1)}
    _check_names(list(names.values()), problems)
    papers: list[tuple[Paper, int]] = []
    for line, cells in table[1:]:
        if not any(cells):
            papers += [({} if method in _MAPPED else [], 1)] if len(cells) == len(header) and count_at is None else []
            continue
        if len(cells) != len(header):
            problems.add(line, "paper.cells", len(cells), len(header))
            continue
        count = "1" if count_at is None else cells.pop(count_at)
        if not _whole(count):
            problems.add(line, "paper.number", count)
            continue
        marks = {ref: cell for ref, cell in zip(names, cells, strict=True) if cell}
        papers.append((_CELLS.get(method, _by_marks)(marks, line, problems), int(count)))
    return PaperFile("", names, tuple(names), None, papers)


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _check_names(names: list[str], problems: Problems) -> None:
    if not names:
        problems.add(1, "candidate.none")
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        problems.add(1, "candidate.twice", name)


def _by_rank(marks: Mapping[str, str], line: int, problems: Problems) -> Paper:
    for cell in marks.values():
        if not _whole(cell):
            problems.add(line, "paper.words", cell)
            return []
    ranks = {int(cell): ref for ref, cell in marks.items()}
    if len(ranks) < len(marks) or set(ranks) != set(range(1, len(ranks) + 1)):
        problems.add(line, "paper.order", ", ".join(marks.values()))
    return [ranks[rank] for rank in sorted(ranks)]


def _by_marks(marks: Mapping[str, str], line: int, problems: Problems) -> Paper:
    for cell in marks.values():
        if cell not in {"x", "X", "1", "0"}:
            problems.add(line, "paper.mark", cell)
    return [ref for ref, cell in marks.items() if cell != "0"]


def _by_points(marks: Mapping[str, str], line: int, problems: Problems) -> Paper:
    for cell in marks.values():
        if not _whole(cell):
            problems.add(line, "paper.points", cell)
    return {ref: int(cell) for ref, cell in marks.items() if _whole(cell)}


def _by_answers(marks: Mapping[str, str], line: int, problems: Problems) -> Paper:
    for cell in marks.values():
        if cell not in ANSWERS:
            problems.add(line, "paper.answer", cell)
    return dict(marks)


_MAPPED = (*POINTS, "yes_no")
_CELLS: Mapping[str, Callable[[Mapping[str, str], int, Problems], Paper]] = MappingProxyType(
    dict.fromkeys(RANKED, _by_rank) | dict.fromkeys(POINTS, _by_points) | {"yes_no": _by_answers}
)


def _read_json(text: str, method: str, problems: Problems) -> PaperFile:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        line = wrong.lineno if isinstance(wrong, json.JSONDecodeError) else 1
        raise PapersInvalid([Problem(line, "file.json", getattr(wrong, "msg", "nested too deep"))]) from None
    read = read if isinstance(read, dict) else {}
    listed = read.get("candidates")
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        problems.add(0, "file.form", "candidates", "a list of names")
        listed = []
    _check_names(listed, problems)
    places = read.get("places")
    if places is not None and not (type(places) is int and places > 0):
        problems.add(0, "file.form", "places", "a whole number from 1")
        places = None
    listed_papers = read.get("papers")
    if not isinstance(listed_papers, list):
        problems.add(0, "file.form", "papers", "a list")
        listed_papers = []
    refs = {name: str(at) for at, name in enumerate(listed, 1)}
    papers: list[tuple[Paper, int]] = []
    for at, row in enumerate(listed_papers, 1):
        number = row.get("number", 1) if isinstance(row, dict) else None
        if not isinstance(row, dict) or "paper" not in row:
            problems.add(at, "file.form", "paper", "an object with number and paper")
        elif type(number) is not int or number < 0:
            problems.add(at, "paper.number", number)
        else:
            papers.append((_json_paper(row["paper"], method, refs, at, problems), number))
    title = read.get("title", "")
    return PaperFile(str(title), {ref: name for name, ref in refs.items()}, tuple(refs.values()), places, papers)


def _json_paper(paper: object, method: str, refs: Mapping[str, str], at: int, problems: Problems) -> Paper:
    """A paper of the form its rule asks, by references."""
    if method == "list":
        if paper not in ANSWERS:
            problems.add(at, "paper.answer", paper)
        return str(paper)
    form, words = (dict, "an object") if method in _MAPPED else (list, "a list of names")
    if not isinstance(paper, form):
        problems.add(at, "file.form", "paper", words)
        return []
    named = [name for name in paper if isinstance(name, str) and name in refs]
    for name in paper:
        if name not in named:
            problems.add(at, "candidate.unknown", name)
    for name in dict.fromkeys(name for name in named if named.count(name) > 1):
        problems.add(at, "paper.twice", name)
    if not isinstance(paper, dict):
        return [refs[name] for name in named]
    for value in paper.values():
        if method == "yes_no" and value not in ANSWERS:
            problems.add(at, "paper.answer", value)
        if method in POINTS and not (type(value) is int and value >= 0):
            problems.add(at, "paper.points", value)
    return {refs[name]: paper[name] for name in named}


_READERS = {"blt": read_blt, "csv": _read_csv, "json": _read_json}
