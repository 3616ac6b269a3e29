"""The constitution as data: read a charter file, show it as articles, amend it, choose one from the library.

    load(text) -> Charter              CharterProblems holds everything that is wrong, by line
    articles(charter)                  numbered plain-language articles; article_for finds one by rule id
    diff(old, new), amend(old, ...)    what changes, and the new version; values_of lists every value by path
    library(), library_charter(id)     the charters that Weft ships
    rule_of(path) -> rule id           bodies.city.quorum.share is judged by body.quorum

The values of a charter are in `weft.charter.model`; every parameter, with its bounds, unit and default, in
`weft.charter.vocabulary`.
"""

from weft.charter._amend import Change, Changes, amend, diff, values_of
from weft.charter._articles import Article, article_for, articles
from weft.charter._library import library, library_charter
from weft.charter._load import load
from weft.charter._problems import CharterProblems, Problem
from weft.charter.model import Charter
from weft.charter.vocabulary import rule_of

__all__ = [
    "Article", "Change", "Changes", "Charter", "CharterProblems", "Problem", "amend", "article_for", "articles", "diff",
    "library", "library_charter", "load", "rule_of", "values_of",
]  # fmt: skip
