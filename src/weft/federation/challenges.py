"""Challenges to an election: who may say that it was not held as the charter asks, until when, and what follows.

Charter: procedure.challenge_days. Any elector may; the mandate commission upholds or rejects, and no other officer can.
Upheld, the election is annulled: the places it gave fall vacant at that instant, and its alternates wait no longer.
"""

from datetime import datetime, timedelta

from weft.charter.model import Procedure
from weft.errors import RuleBroken


def challenge_end(procedure: Procedure, declared_at: datetime) -> datetime:
    """Until when an election may be challenged, counted from its result."""
    return declared_at + timedelta(days=procedure.challenge_days)


def check_challenge(procedure: Procedure, *, declared_at: datetime, now: datetime) -> None:
    """Raises ``procedure.challenge_days`` once the days after the result are over, and where the charter gives none."""
    ends = challenge_end(procedure, declared_at)
    if now >= ends:
        raise RuleBroken("procedure.challenge_days", days=procedure.challenge_days, ended=ends.isoformat())


def check_judge(*, judge: str, challenger: str, candidates: frozenset[str]) -> None:
    """Nobody judges an election in which they stood, or their own challenge. Raises ``challenge.party``.

    judge, challenger, candidates: as whoever asks names persons, all in the same way.
    """
    if judge in candidates or judge == challenger:
        raise RuleBroken("challenge.party")


__all__ = ["challenge_end", "check_challenge", "check_judge"]
