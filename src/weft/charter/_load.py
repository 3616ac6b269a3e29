"""From a file to a charter, or to everything that is wrong with it."""

from functools import lru_cache
from hashlib import sha256

from weft.charter._build import build
from weft.charter._check import Findings, Tree, check
from weft.charter._cross import cross_check
from weft.charter._problems import CharterProblems, Problem
from weft.charter._toml import decode, parse
from weft.charter.model import Charter


@lru_cache(maxsize=32)  # a charter never changes, and one act may read the same text several times
def load(text: str | bytes) -> Charter:
    """Read a charter file (TOML, UTF-8, at most 256 KiB).

    Raises CharterProblems with every problem at once, in the order of the lines; one mistake is one
    problem. The charter's hash is the SHA-256 of exactly these bytes.
    """
    content = decode(text)
    if isinstance(content, Problem):
        raise CharterProblems((content,))
    tree = read(content)
    return build(tree, content, sha256(content.encode()).hexdigest())


def read(content: str) -> Tree:
    """The checked values of a file as nested tables: shares exact, shorthands written out, no defaults."""
    parsed = parse(content)
    if isinstance(parsed, list):
        raise CharterProblems(tuple(parsed))
    raw, lines = parsed
    findings = Findings(lines, content)
    tree = check(raw, findings)
    cross_check(tree, raw, findings)
    if findings.problems:
        raise CharterProblems(tuple(sorted(findings.problems, key=lambda problem: problem.line)))
    return tree
