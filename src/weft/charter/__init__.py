"""The constitution as data: read a charter file and judge it.

    load(text) -> Charter              CharterProblems holds everything that is wrong, by line
    rule_of(path) -> rule id           bodies.city.quorum.share is judged by body.quorum

The values of a charter are in `weft.charter.model`; every parameter, with its bounds, unit and default, in
`weft.charter.vocabulary`.
"""

from weft.charter._load import load
from weft.charter._problems import CharterProblems, Problem
from weft.charter.model import Charter
from weft.charter.vocabulary import rule_of

__all__ = ["Charter", "CharterProblems", "Problem", "load", "rule_of"]
