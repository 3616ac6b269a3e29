"""Majority: did enough agree?

Charter: decision.majority. Two thirds of 9 is 6, of 10 is 7. Vectors: tests/vectors/ballots/majority.json.
"""

from dataclasses import dataclass
from math import ceil, floor

from weft.charter.model import Majority


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question's outcome with everything needed to check it, in votes.

    base:   the number the share is taken of. needed: the fewest yes votes that carry.
    tied:   yes equals no. Under "more than half" it fails unless the charter gives the chair a casting vote; then
            ``carried`` says so, while ``yes``, ``no`` and ``base`` stay as the members voted.
    """

    yes: int
    no: int
    abstain: int
    base: int
    needed: int
    carried: bool
    tied: bool


def majority(
    rule: Majority,
    *,
    yes: int,
    no: int,
    abstain: int,
    present: int,
    entitled: int,
    chair: str = "",
) -> Verdict:
    """Judge a yes/no question exactly.

    yes, no, abstain: votes, weights included. present, entitled: votes that could have been given.
    chair: the chair's casting vote ("yes" or "no"), heard only on a tie and if ``rule.tie`` is "chair".
    Nothing is carried by nobody: with no yes vote the question is lost.
    Raises ValueError where more votes are given than are present, or more present than entitled.
    """
    given = yes + no + abstain
    if min(yes, no, abstain) < 0 or given > present or present > entitled:
        raise ValueError(f"impossible count: {given} votes, {present} present, {entitled} entitled")
    cast = given if rule.abstentions_count else yes + no
    base = {"cast": cast, "present": present, "whole": entitled}[rule.of]
    needed = floor(base * rule.share) + 1 if rule.strictly_more else max(ceil(base * rule.share), 1)
    tied = yes == no and yes > 0
    broken_by_chair = tied and rule.tie == "chair" and chair == "yes" and yes + 1 >= needed
    return Verdict(
        yes=yes,
        no=no,
        abstain=abstain,
        base=base,
        needed=needed,
        carried=yes >= needed or broken_by_chair,
        tied=tied,
    )
