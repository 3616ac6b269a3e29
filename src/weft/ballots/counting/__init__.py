"""Counting rules: one readable, exact function a rule, each with its source.

`count_election` counts by any of them; `RULES` in `count` is the dict from a charter's method to its function.
"""

from weft.ballots.counting.count import count_election
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
    "countback",
    "papers_from_sums",
    "quota_sentences",
    "sentences",
    "to_json",
]
