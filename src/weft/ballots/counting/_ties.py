"""Ties: asked of the lot, or named; never decided by who stands first."""

from collections.abc import Sequence

from weft.ballots.counting.model import Draw, Lot
from weft.errors import RuleBroken


class Ties:
    """The lot of one count, and what it was asked.

    drawn: everybody who was in a lot, in the order in which they were drawn. tied: groups that no lot has ordered.
    """

    def __init__(self, lot: Lot | None, places: int) -> None:
        self.lot = lot
        self.places = places
        self.drawn: list[str] = []
        self.tied: list[tuple[str, ...]] = []
        self._since: list[Draw] = []

    def decide(self, equals: Sequence[str], why: str) -> list[str]:
        """Equals in the order of the lot. Raises ``election.tie`` where there is none."""
        if len(equals) < 2:
            return list(equals)
        if self.lot is None:
            raise RuleBroken("election.tie", candidates=", ".join(sorted(equals)), places=self.places)
        found = list(self.lot(sorted(equals)))
        if sorted(found) != sorted(equals):
            raise ValueError("a lot orders the candidates it was given, each once")
        self.drawn += (name for name in found if name not in self.drawn)
        self._since.append(Draw(why, tuple(found)))
        return found

    def name(self, equals: Sequence[str], why: str) -> list[str]:
        """Equals on whom no place hangs: in the order of the lot, or, without one, by reference and named as tied."""
        if len(equals) > 1 and self.lot is None:
            self.tied.append(tuple(sorted(equals)))
            return sorted(equals)
        return self.decide(equals, why)

    def taken(self) -> tuple[Draw, ...]:
        """What was drawn since this was last asked: the draws of one stage."""
        since, self._since = tuple(self._since), []
        return since
