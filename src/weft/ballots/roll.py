"""The roll: who may vote, frozen and counted when a ballot opens, and how votes on it add up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from weft.errors import RuleBroken

ANSWERS = frozenset({"yes", "no", "abstain"})


def roll_hash(voters: Iterable[str]) -> str:
    """SHA-256 (hex) over the sorted references, one a line. The same people give the same hash.

    Raises ValueError for a reference that stands twice, is empty or holds a line break: two rolls would hash alike.
    """
    listed = sorted(voters)
    if any(not voter or "\n" in voter for voter in listed):
        raise ValueError("a reference on the roll is empty or breaks the line")
    if len(set(listed)) != len(listed):
        raise ValueError("a voter stands twice on the roll")
    return sha256("".join(f"{voter}\n" for voter in listed).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes on a yes/no question, by weight; ``voted`` counts the voters."""

    yes: int
    no: int
    abstain: int
    voted: int


def tally(roll: Mapping[str, int], votes: Mapping[str, object]) -> Tally:
    """Add up the votes by name on a question.

    roll:  voter -> weight (1 for a member). votes: voter -> "yes", "no", "abstain", or, for a delegate with
    weight, how it is split, e.g. {"yes": 2, "no": 1}.
    Raises ``ballot.not_on_roll`` for a vote from outside the roll, ``ballot.split`` if the parts are not the weight,
    ValueError for a negative weight.
    """
    if any(weight < 0 for weight in roll.values()):
        raise ValueError("a voter's weight is at least 0")
    sums: Counter[str] = Counter()
    for voter, choice in votes.items():
        if voter not in roll:
            raise RuleBroken("ballot.not_on_roll", voter=voter)
        for answer, weight in parts_of(choice, roll[voter]).items():
            sums[answer] += weight
    return Tally(yes=sums["yes"], no=sums["no"], abstain=sums["abstain"], voted=len(votes))


def parts_of(choice: object, weight: int) -> dict[str, int]:
    """A vote as answer -> weight. Raises ``ballot.choice`` or ``ballot.split`` for what is neither."""
    if isinstance(choice, str) and choice in ANSWERS:
        return {choice: weight}
    if isinstance(choice, Mapping) and choice and set(choice) <= ANSWERS:
        parts = {str(answer): part for answer, part in choice.items()}
        if all(type(part) is int and part >= 0 for part in parts.values()):
            if sum(parts.values()) == weight:
                return parts
            raise RuleBroken("ballot.split", given=sum(parts.values()), weight=weight)
    raise RuleBroken("ballot.choice")


def tellers_agree(
    first: Mapping[str, int], second: Mapping[str, int], *, entitled: int, each: int = 1
) -> Mapping[str, int]:
    """Two independent counts become one result only if every number is the same.

    A line is a candidate, an answer ("yes"), or an answer to a candidate ("m7-2/yes"). Answers to one question
    come from different people, so together they are no more than the voters; marks may be, each line may not.
    each: how many points one voter can give a line, where papers give points.
    Raises ``ballot.tellers_differ`` naming the first line on which they differ, ``ballot.count`` for negative
    numbers or more votes than voters.
    """
    for count in (first, second):
        voters: Counter[str] = Counter()
        for line, number in count.items():
            if type(number) is not int or number < 0:
                raise RuleBroken("ballot.count", entitled=entitled)
            question, _, answer = line.rpartition("/")
            voters[f"question {question}" if answer in ANSWERS else f"candidate {line}"] += number
        if any(number > entitled * each for number in voters.values()):
            raise RuleBroken("ballot.count", entitled=entitled)
    for line in sorted({*first, *second}):
        if first.get(line, 0) != second.get(line, 0):
            raise RuleBroken("ballot.tellers_differ", line=line, first=first.get(line, 0), second=second.get(line, 0))
    return first
