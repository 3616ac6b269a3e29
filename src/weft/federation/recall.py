"""Recall: the electors take the seat back, at any time.

Charter: seat.recall, office.recall. Only the electing constituency signs and votes. On passing,
the seat is void from that instant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from weft.ballots import Verdict, majority
from weft.charter.model import Recall
from weft.errors import RuleBroken


def signatures_needed(rule: Recall | None, *, electors: int, of: str = "seat") -> int:
    """How many electors must sign to open a recall.

    electors: members of the constituency today. The share rounds up, and is never below ``open_at_least``; but
    all electors together can always open one.
    of: what is taken back, "seat" or "office". Raises ``seat.recall`` or ``office.recall`` where the charter knows
    no recall of it, ValueError for a negative number.
    """
    if electors < 0:
        raise ValueError(f"negative electors: {electors}")
    if rule is None:
        raise RuleBroken(f"{of}.recall")
    return max(min(max(ceil(electors * rule.open_by), rule.open_at_least), electors), 1)


def vote_from(rule: Recall, opened_at: datetime) -> datetime:
    """The earliest instant of the vote: the delegate has the notice days to answer."""
    return opened_at + timedelta(days=rule.notice_days)


@dataclass(frozen=True, slots=True)
class RecallFinding:
    """voted: electors who voted; needed: the quorum, in persons."""

    voted: int
    needed: int
    electors: int
    verdict: Verdict
    passed: bool


def decide_recall(rule: Recall, *, electors: int, yes: int, no: int, abstain: int) -> RecallFinding:
    """Judge the vote: a quorum of the electors must have voted, and the majority must want it.

    Below quorum the recall fails; that is a result, not a refusal.
    """
    voted = yes + no + abstain
    verdict = majority(rule.majority, yes=yes, no=no, abstain=abstain, present=voted, entitled=electors)
    needed = ceil(electors * rule.quorum)
    return RecallFinding(
        voted=voted,
        needed=needed,
        electors=electors,
        verdict=verdict,
        passed=voted >= needed and verdict.carried,
    )
