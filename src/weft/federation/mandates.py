"""Mandates: what the electors told their delegate, and whether the vote followed.

Charter: body.seats.mandate, body.seats.breach. A delegate who holds one seat votes its one mandate; where
weight or several constituencies are joined in one person, the parts of a split vote are compared one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weft.ballots import parts_of
from weft.charter.model import SeatRule
from weft.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Instruction:
    """A given mandate as it bears on one motion. position: "yes", "no" or "abstain"; weight: votes it covers."""

    mandate: str
    position: str
    binding: bool
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """How a vote stands to its mandates. outcome: "free" (no mandate), "kept" or "broken"."""

    outcome: str
    broken: tuple[str, ...] = ()  # mandates not followed
    binding_broken: bool = False


def compare(choice: object, weight: int, instructions: Sequence[Instruction]) -> Compared:
    """Compare a vote with the instructions that bear on it.

    A mandate is kept if at least its weight was voted as instructed. Two mandates on the same position add up.
    """
    if not instructions:
        return Compared("free")
    left = dict(parts_of(choice, weight))
    broken: list[Instruction] = []
    for instruction in sorted(instructions, key=lambda i: (not i.binding, i.mandate)):
        covered = min(instruction.weight, weight)
        if left.get(instruction.position, 0) >= covered:
            left[instruction.position] -= covered
        else:
            broken.append(instruction)
    return Compared(
        outcome="broken" if broken else "kept",
        broken=tuple(i.mandate for i in broken),
        binding_broken=any(i.binding for i in broken),
    )


def judge_vote(rule: SeatRule, choice: object, weight: int, instructions: Sequence[Instruction]) -> Compared:
    """The same, and refused with ``body.seats.breach`` where the charter refuses a vote against a binding mandate."""
    found = compare(choice, weight, instructions)
    if found.binding_broken and rule.breach == "refuse":
        positions = sorted({i.position for i in instructions if i.mandate in found.broken})
        raise RuleBroken("body.seats.breach", instructed=", ".join(positions), mandate=", ".join(found.broken))
    return found


def binds(rule: SeatRule) -> bool:
    """Whether a mandate given under this rule binds. Raises ``body.seats.mandate`` where the charter knows none."""
    if rule.mandate == "none":
        raise RuleBroken("body.seats.mandate")
    return rule.mandate == "binding"


def split_as_instructed(weight: int, instructions: Sequence[Instruction]) -> Mapping[str, int]:
    """The split vote that keeps every mandate, the rest abstaining. Raises ``ballot.split`` beyond the weight."""
    parts: dict[str, int] = {}
    for instruction in instructions:
        parts[instruction.position] = parts.get(instruction.position, 0) + instruction.weight
    if sum(parts.values()) > weight:
        raise RuleBroken("ballot.split", given=sum(parts.values()), weight=weight)
    if sum(parts.values()) < weight:
        parts["abstain"] = parts.get("abstain", 0) + weight - sum(parts.values())
    return parts
