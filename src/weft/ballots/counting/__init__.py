"""Counting rules: one readable, exact function a rule, each with its source.

Here: plurality, approval, yes/no per candidate. Ranked and proportional rules take their place in `RULES`.
"""

from weft.ballots.counting.marks import Count, Line, Paper, check_sums, count_election, papers_from_sums

__all__ = ["Count", "Line", "Paper", "check_sums", "count_election", "papers_from_sums"]
