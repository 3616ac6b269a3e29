"""Files to about 400 lines, functions to about 40; 800 and 80 fail.

A long file hides its door, a long function its thought. What is between the two bounds is listed, so that a
reviewer sees it; what is beyond the second fails `make check` and the tests.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FOLDERS = ("src", "tests", "scripts", "benchmarks")
FILE, FUNCTION = (400, 800), (40, 80)


class Long(NamedTuple):
    """A file or function beyond the first bound. fails: beyond the second too."""

    place: str
    lines: int
    fails: bool


def main() -> int:
    found = sorted(long_things(ROOT, python_files(ROOT)), key=lambda thing: (-thing.fails, -thing.lines))
    for place, lines, fails in found:
        print(f"{'too long' if fails else 'long    '} {lines:5}  {place}")
    return any(thing.fails for thing in found)


def python_files(root: Path) -> list[Path]:
    """Every Python file we wrote. Django writes the migrations."""
    return [
        path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def long_things(root: Path, files: Iterable[Path]) -> Iterator[Long]:
    for path in files:
        text, place = path.read_text(), str(path.relative_to(root))
        lines = len(text.splitlines())
        if lines > FILE[0]:
            yield Long(place, lines, lines > FILE[1])
        for node in statements(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION[0]:
                    yield Long(f"{place}:{node.lineno} {node.name}", lines, lines > FUNCTION[1])


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement in a module, also inside others; not the expressions, which are most of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child
            yield from statements(child)


if __name__ == "__main__":
    sys.exit(main())
