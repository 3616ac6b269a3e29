"""Quorum: are enough of the entitled present to decide?

Charter: body.quorum, decision.quorum. Vectors: tests/vectors/ballots/quorum.json.
"""

from dataclasses import dataclass
from math import ceil

from weft.charter.model import Quorum
from weft.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class QuorumFinding:
    """The count as it enters the record, in persons (or seats, for a delegate council)."""

    present: int
    needed: int
    entitled: int

    @property
    def met(self) -> bool:
        return self.present >= self.needed

    def require(self, rule: str = "body.quorum") -> None:
        """Raise the rule with its numbers if too few are present: ``body.quorum``, or a decision's own."""
        if not self.met:
            raise RuleBroken(rule, present=self.present, needed=self.needed, entitled=self.entitled)


def quorum(rule: Quorum, *, present: int, entitled: int) -> QuorumFinding:
    """Compare those present with what the charter asks for.

    present:  persons in the room or connected, 0 <= present <= entitled.
    entitled: members with a vote, seats or filled seats today, as ``rule.of`` says. Not accounts.
    The share rounds up, so 1/2 of 7 needs 4; the greater of share and ``at_least`` counts. A body smaller
    than ``at_least`` can never be quorate: that is meant.
    Raises ValueError for an impossible count: that is a caller's bug, not a broken rule.
    """
    if not 0 <= present <= entitled:
        raise ValueError(f"impossible count: {present} present of {entitled} entitled")
    by_share = 0 if rule.share is None else ceil(entitled * rule.share)
    return QuorumFinding(present=present, needed=max(by_share, rule.at_least), entitled=entitled)
