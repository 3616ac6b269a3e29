"""Counting rules: one readable, exact function a rule, each with its source.

`count_papers` counts by any of them; `RULES` in `count` is the dict from a charter's method to its function.
`count_election` is the same door for elections held on a site, whose pages do not hold every kind of paper yet.
"""

from weft.ballots.counting.count import count_election, count_papers
from weft.ballots.counting.countback import countback
from weft.ballots.counting.marks import check_sums, papers_from_sums
from weft.ballots.counting.model import Count, Line, Paper, Stage
from weft.ballots.counting.words import quota_sentences, sentences, to_json

__all__ = [
    "Count",
    "Line",
    "Paper",
    "Stage",
    "check_sums",
    "count_election",
    "count_papers",
    "countback",
    "papers_from_sums",
    "quota_sentences",
    "sentences",
    "to_json",
]
