"""Ballots: majority, quorum, rolls, lots and counting.

A ballot knows an opaque electorate, a roll of references and its options. Whatever it decides (a seat, a
recall, a motion) points to it.
"""

from weft.ballots.counting import Count, count_election, papers_from_sums
from weft.ballots.lots import draw_lots, lot_commitment, words_contribution
from weft.ballots.majority import Verdict, majority
from weft.ballots.quorum import QuorumFinding, quorum
from weft.ballots.roll import Tally, parts_of, roll_hash, tally, tellers_agree

__all__ = [
    "Count",
    "QuorumFinding",
    "Tally",
    "Verdict",
    "count_election",
    "draw_lots",
    "lot_commitment",
    "majority",
    "papers_from_sums",
    "parts_of",
    "quorum",
    "roll_hash",
    "tally",
    "tellers_agree",
    "words_contribution",
]
