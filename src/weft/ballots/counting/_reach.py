"""Quotas: which candidates they still allow, at every step of a count.

A candidate is *doomed* when the quotas could no longer be met with this one elected, and *guarded* when they could
no longer be met without. A doomed candidate is passed over, a guarded one is not excluded; nothing else about a rule
changes. So a quota that would be met anyway changes nothing, and one that can be met is met.
Source of the principle: I. D. Hill, STV with constraints, Voting matters 9 (May 1998), pp. 2-4.

A quota that the candidates cannot meet is met as far as they allow: in the order of the list, each quota gets the
largest number that goes together with those before it. The rest is named as a shortfall.

Whether the quotas can be met is decided exactly. Candidates differ, to the quotas, only in the set of attributes
they bear; so it is asked how many places are needed at the least, group by group.
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

from weft.ballots.counting.model import Quota, QuotaResult

Needs = tuple[int, ...]


class Reach:
    """The quotas of one count. places: to be filled; candidates: all who can be elected at all."""

    def __init__(
        self,
        quotas: Sequence[Quota],
        attributes: Mapping[str, Collection[str]],
        candidates: Sequence[str],
        places: int,
    ) -> None:
        self.places = places
        self.attributes = tuple(quota.attribute for quota in quotas)
        self.needed = tuple(_number(quota, places) for quota in quotas)
        self.bears: dict[str, Needs] = {
            name: tuple(int(attribute in attributes.get(name, ())) for attribute in self.attributes)
            for name in candidates
        }
        self._least: dict[tuple[Needs, tuple[tuple[Needs, int], ...]], int] = {}
        aims: Needs = ()
        for at, needed in enumerate(self.needed):
            rest = (0,) * (len(self.needed) - at - 1)
            aims += (
                next(
                    aim for aim in range(min(needed, places), -1, -1) if self._fits((*aims, aim, *rest), [], candidates)
                ),
            )
        self.aims = aims

    def doomed(self, name: str, elected: Collection[str], left: Collection[str]) -> bool:
        """Whether electing this one of those left would put the quotas out of reach."""
        if not self.aims:
            return False
        return not self._fits(self.aims, [*elected, name], [other for other in left if other != name])

    def guarded(self, name: str, elected: Collection[str], left: Collection[str]) -> bool:
        """Whether excluding this one of those left would put the quotas out of reach."""
        if not self.aims:
            return False
        return not self._fits(self.aims, elected, [other for other in left if other != name])

    def possible(self, elected: Collection[str], left: Collection[str]) -> bool:
        """Whether the quotas can still be met from here."""
        return len(elected) <= self.places and (not self.aims or self._fits(self.aims, elected, left))

    def results(self, elected: Collection[str]) -> tuple[QuotaResult, ...]:
        """Each quota beside what the elected make of it."""
        held = [sum(self.bears[name][at] for name in elected) for at in range(len(self.needed))]
        return tuple(map(QuotaResult, self.attributes, self.needed, self.aims, held))

    def _fits(self, aims: Needs, elected: Collection[str], left: Collection[str]) -> bool:
        places = self.places - len(elected)
        needs = tuple(max(0, aim - sum(self.bears[name][at] for name in elected)) for at, aim in enumerate(aims))
        if not any(needs):
            return places >= 0
        groups: dict[Needs, int] = {}
        for name in left:
            if any(self.bears[name]):
                groups[self.bears[name]] = groups.get(self.bears[name], 0) + 1
        return self._places(needs, tuple(sorted(groups.items()))) <= places

    def _places(self, needs: Needs, groups: tuple[tuple[Needs, int], ...]) -> int:
        """The fewest of these people who meet the needs; more than there are places if nobody can."""
        if not any(needs):
            return 0
        if not groups:
            return self.places + 1
        key = (needs, groups)
        if key not in self._least:
            (bears, number), rest = groups[0], groups[1:]
            useful = min(number, max((need for need, bear in zip(needs, bears, strict=True) if bear), default=0))
            self._least[key] = min(
                taken
                + self._places(
                    tuple(max(0, need - taken * bear) for need, bear in zip(needs, bears, strict=True)), rest
                )
                for taken in range(useful + 1)
            )
        return self._least[key]


def _number(quota: Quota, places: int) -> int:
    """A share is rounded up: at least 2/5 of 4 places are 2."""
    if quota.share is None and quota.at_least is None:
        raise ValueError("a quota is a share or a number")
    needed = ceil(quota.share * places) if quota.share is not None else quota.at_least or 0
    if needed < 0:
        raise ValueError("a quota cannot be negative")
    return needed
