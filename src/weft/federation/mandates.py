"""Mandates: what the electors told their delegate, and whether the vote followed.

Charter: seat.mandate, seat.breach. A delegate who holds one seat votes its one mandate; where
weight or several constituencies are joined in one person, the parts of a split vote are compared one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

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


Given = TypeVar("Given")


def in_force(given: Sequence[Given]) -> list[Given]:
    """Of what one constituency told its delegates on one motion, what holds: its latest word.

    given: its mandates that stand and speak of the motion, in the order in which they were given, oldest first.
    The later one replaces the earlier, whether or not they contradict each other: nobody is bound to keep both.
    When it is withdrawn, the earlier one holds again.
    """
    return list(given[-1:])


@dataclass(frozen=True, slots=True)
class Compared:
    """How a vote stands to its mandates. outcome: "free" (no mandate), "kept" or "broken"."""

    outcome: str
    broken: tuple[str, ...] = ()  # mandates not followed
    binding_broken: bool = False


def compare(choice: object, weight: int, instructions: Sequence[Instruction]) -> Compared:
    """Compare a vote with the instructions that bear on it.

    A mandate is kept if at least its weight was voted as instructed. Two mandates on the same position add up,
    to no more than the delegate has: who votes as a whole keeps every mandate on that position. Where the vote
    falls short, binding mandates are served first. Of constituencies joined in one person that contradict each
    other, not all can be kept.
    """
    left = dict(parts_of(choice, weight))
    if not instructions:
        return Compared("free")
    whole = {position for position, part in left.items() if part == weight}
    broken: list[Instruction] = []
    for instruction in sorted(instructions, key=lambda i: (not i.binding, i.mandate)):
        covered = min(instruction.weight, weight)
        if instruction.position in whole:
            continue
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
    """The same, and refused with ``seat.breach`` where the charter refuses a vote against a binding mandate."""
    found = compare(choice, weight, instructions)
    if found.binding_broken and rule.breach == "refuse":
        bound = [i for i in instructions if i.binding and i.mandate in found.broken]
        raise RuleBroken(
            "seat.breach",
            instructed=", ".join(sorted({i.position for i in bound})),
            mandate=", ".join(sorted(i.mandate for i in bound)),
        )
    return found


def binds(rule: SeatRule) -> bool:
    """Whether a mandate given under this rule binds. Raises ``seat.mandate`` where the charter knows none."""
    if rule.mandate == "none":
        raise RuleBroken("seat.mandate")
    return rule.mandate == "binding"


def split_as_instructed(weight: int, instructions: Sequence[Instruction]) -> Mapping[str, int]:
    """The split vote that keeps every mandate, the rest abstaining.

    Mandates on one position need no more than the weight together. Raises ``ballot.split`` where they contradict
    each other: no vote of this weight keeps them all.
    """
    parts: dict[str, int] = {}
    for instruction in instructions:
        parts[instruction.position] = min(parts.get(instruction.position, 0) + instruction.weight, weight)
    if sum(parts.values()) > weight:
        raise RuleBroken("ballot.split", given=sum(parts.values()), weight=weight)
    if sum(parts.values()) < weight:
        parts["abstain"] = parts.get("abstain", 0) + weight - sum(parts.values())
    return parts
