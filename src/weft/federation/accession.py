"""Accession: councils join a wider federation, or found one together; each by an act of its own.

Charter: decision.accession (of the council that joins, and of the body that accepts). Joining ends the
council's own federation of one: its record closes with the accession, and its life goes on in the wider record.
"""

from collections.abc import Collection
from dataclasses import dataclass

from weft.charter.model import Charter
from weft.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Joining:
    """as_kind: what the council becomes in the wider federation; upper: kinds of bodies it will send delegates to."""

    as_kind: str
    upper: tuple[str, ...]


def check_accession(wider: Charter, *, as_kind: str, members: int, already: bool) -> Joining:
    """May a council of so many members join as this kind of body?

    members: admitted members today. already: it is part of this federation.
    Refusals: ``accession.kind`` (the wider charter has no such base body or association), ``accession.already``,
    ``accession.members`` (fewer members than the wider charter asks of those who found a council).
    """
    rule = wider.bodies.get(as_kind)
    if rule is None or rule.type not in {"base", "association"}:
        raise RuleBroken("accession.kind", kind=as_kind)
    if already:
        raise RuleBroken("accession.already")
    if rule.type == "base" and members < wider.membership.founders:
        raise RuleBroken("accession.members", members=members, needed=wider.membership.founders)
    upper = tuple(kind for kind, body in wider.bodies.items() if any(seat.sender == as_kind for seat in body.seats))
    return Joining(as_kind=as_kind, upper=upper)


def check_joint_founding(adopted: Collection[str], *, proposed_to: Collection[str]) -> None:
    """A federation founded together needs two councils at least, and every one it was proposed to must have adopted.

    Raises ``accession.too_few`` or ``accession.waiting`` with the numbers.
    """
    if len(set(proposed_to)) < 2:
        raise RuleBroken("accession.too_few", councils=len(set(proposed_to)), needed=2)
    have = set(proposed_to) & set(adopted)
    if have != set(proposed_to):
        raise RuleBroken("accession.waiting", adopted=len(have), of=len(set(proposed_to)))
