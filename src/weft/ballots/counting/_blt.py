"""BLT: the files in which elections by ranked papers are passed on. The form is shown in `files`."""

import re
from collections.abc import Mapping, Sequence

from weft.ballots.counting._problems import PaperFile, Problems

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WHOLE = re.compile(r"-?[0-9]{1,15}")


def read_blt(text: str, _method: str, problems: Problems) -> PaperFile:
    """Line by line; every problem is noted and reading goes on."""
    lines = [(at, line) for at, raw in enumerate(text.split("\n"), 1) if (line := _bare(raw))]
    if not lines or not re.fullmatch(r"[0-9]{1,6}\s+[0-9]{1,6}", lines[0][1]):
        problems.add(lines[0][0] if lines else 1, "file.header", lines[0][1] if lines else "nothing")
        problems.check()
    number, places = map(int, lines[0][1].split())
    if not number or not places:
        problems.add(lines[0][0], "file.header", lines[0][1])
    refs = [str(at) for at in range(1, number + 1)]
    known = {ref: ref for ref in refs}
    withdrawn: set[str] = set()
    papers: dict[tuple[str, ...], int] = {}
    seen: dict[str, tuple[tuple[str, ...], int] | None] = {}
    end = None
    for at, (line_number, line) in enumerate(lines[1:], 1):
        if line == "0":
            end = at
            break
        if line.startswith("-"):
            _withdraw(line, line_number, known, withdrawn, problems)
            continue
        if line not in seen:
            seen[line] = _paper(line, line_number, known, problems)
        elif seen[line] is None:  # the same mistake again is a mistake of its own line
            _paper(line, line_number, known, problems)
        read = seen[line]
        if read is not None:
            papers[read[0]] = papers.get(read[0], 0) + read[1]
    if end is None:
        problems.add(lines[-1][0], "file.end")
    names, title = _names(lines[end + 1 :] if end else [], number, problems)
    standing = [
        (tuple(ref for ref in paper if ref not in withdrawn) if withdrawn else paper, n) for paper, n in papers.items()
    ]
    return PaperFile(
        title=title,
        names=dict(zip(refs, names, strict=False)),
        candidates=tuple(ref for ref in refs if ref not in withdrawn),
        places=places,
        papers=standing,
        withdrawn=tuple(ref for ref in refs if ref in withdrawn),
    )


def _bare(line: str) -> str:
    """A line without its comment: what follows # outside quotation marks."""
    if "#" not in line:
        return line.strip()
    found = re.match(r'((?:[^"#]|"(?:[^"\\]|\\.)*")*)#', line)
    return (found[1] if found else line).strip()


def _withdraw(line: str, at: int, known: Mapping[str, str], withdrawn: set[str], problems: Problems) -> None:
    for word in line.split():
        if word.startswith("-") and word[1:] in known:
            withdrawn.add(word[1:])
        else:
            problems.add(at, "candidate.unknown", word)


def _paper(line: str, at: int, known: Mapping[str, str], problems: Problems) -> tuple[tuple[str, ...], int] | None:
    """One line of papers: the ranking, and how many; None with its problems noted."""
    words = line.split()
    before = problems.number
    if wrong := next((word for word in words if not _WHOLE.fullmatch(word)), ""):
        problems.add(at, "paper.equal" if "=" in wrong else "paper.words", wrong)
        return None
    if int(words[0]) < 1:
        problems.add(at, "paper.number", words[0])
    if len(words) < 2 or words[-1] != "0":
        problems.add(at, "paper.end")
        return None
    ranking = tuple(words[1:-1])
    if "0" in ranking:
        problems.add(at, "paper.inside")
    for word in dict.fromkeys(ranking):
        if word not in known and word != "0":
            problems.add(at, "paper.candidate", word, len(known))
        elif word != "0" and ranking.count(word) > 1:
            problems.add(at, "paper.twice", word)
    return (ranking, int(words[0])) if problems.number == before else None


def _names(lines: Sequence[tuple[int, str]], number: int, problems: Problems) -> tuple[list[str], str]:
    """The candidates' names, and the title, if there is one."""
    found: list[str] = []
    for _, line in lines:
        quoted = _QUOTED.findall(line)
        found += [re.sub(r"\\(.)", r"\1", one) for one in quoted] if quoted and line.startswith('"') else [line]
    if not number <= len(found) <= number + 1:
        problems.add(lines[-1][0] if lines else 1, "candidate.names", len(found), number)
    return found[:number], found[number] if len(found) > number else ""


def read_tail(data: bytes, number: int) -> tuple[list[str], str]:
    """The names and the title behind the papers. Raises UnicodeDecodeError, or `PapersInvalid`."""
    problems = Problems()
    lines = [(at, line) for at, raw in enumerate(data.decode().split("\n"), 1) if (line := _bare(raw))]
    found = _names(lines, number, problems)
    problems.check()
    return found


def write_blt(file: PaperFile, places: int) -> str:
    """The same election as a BLT file, papers in one fixed order. Raises ValueError for papers that are not lists."""
    lines = [f"{len(file.names)} {places}"]
    lines += [f"-{ref}" for ref in file.withdrawn]
    papers: dict[tuple[str, ...], int] = {}
    for paper, number in file.papers:
        if isinstance(paper, Mapping | str):
            raise ValueError("a BLT file holds rankings and marks only")  # noqa: TRY004 - the value is wrong, not a type
        papers[tuple(paper)] = papers.get(tuple(paper), 0) + number
    order = sorted(papers, key=lambda paper: (-papers[paper], [int(ref) for ref in paper]))
    lines += [" ".join([str(papers[paper]), *paper, "0"]) for paper in order if papers[paper]]
    quoted = [re.sub(r'(["\\])', r"\\\1", name) for name in [*file.names.values(), file.title]]
    return "\n".join([*lines, "0", *(f'"{name}"' for name in quoted)]) + "\n"
