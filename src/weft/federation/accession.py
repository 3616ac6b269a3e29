"""Accession: councils join a wider federation, or found one together; each by an act of its own.

Charter: decision.accession (of the council that joins, and of the body that accepts). Joining ends the
council's own federation of one: its record closes with the accession, and its life goes on in the wider record.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from weft.ballots import QuorumFinding, Verdict, majority, quorum
from weft.charter.model import BodyRule, Charter
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


def founding_proposal(title: str, charter: str, councils: Sequence[tuple[str, str]]) -> str:
    """What several councils adopt, as one hash (SHA-256, hex): nobody adopts anything but what the others did.

    charter: its hash. councils: (origin of the council's record, kind of body it becomes), in any order.
    """
    said = ["weft/founding", title, charter, sorted([origin, kind] for origin, kind in councils)]
    return sha256(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def upper_kinds(charter: Charter, kinds: Collection[str]) -> tuple[str, ...]:
    """The delegate councils that come into being over councils of these kinds, in the order of the charter."""
    return tuple(
        kind
        for kind, body in charter.bodies.items()
        if body.type == "delegate" and any(seat.sender in kinds for seat in body.seats)
    )


def organ_kinds(charter: Charter, kind: str) -> tuple[str, ...]:
    """The executives and commissions that answer to a body of this kind, or are elected from it."""
    executive = charter.body(kind).executive
    return tuple(
        organ
        for organ, body in charter.bodies.items()
        if body.type in {"executive", "commission"}
        and (body.accountable_to == kind or (executive is not None and executive.kind == organ))
    )


def check_association(charter: Charter, kind: str) -> None:
    """Raises ``association.kind`` where the charter knows no association of that kind."""
    rule = charter.bodies.get(kind)
    if rule is None or rule.type != "association":
        raise RuleBroken("association.kind", kind=kind)


def vote_from(charter: Charter, announced_at: datetime, kind: str = "accession") -> datetime:
    """The earliest instant of the vote: everybody has the notice days of this kind of decision."""
    return announced_at + timedelta(days=charter.decision(kind).notice_days)


def check_notice(charter: Charter, *, announced_at: datetime, now: datetime, kind: str = "accession") -> None:
    """Raises ``decision.notice_days`` before the notice is over. As for motions: charter decision.notice_days."""
    earliest = vote_from(charter, announced_at, kind)
    if now < earliest:
        days = charter.decision(kind).notice_days
        raise RuleBroken("decision.notice_days", days=days, earliest=earliest.isoformat())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the members of one council, or the delegates of one body, answered to a question put to all of them."""

    quorum: QuorumFinding
    verdict: Verdict

    @property
    def carried(self) -> bool:
        return self.quorum.met and self.verdict.carried


def judge_answer(
    charter: Charter, body: BodyRule, kind: str, *, yes: int, no: int, abstain: int, entitled: int
) -> Answer:
    """Judge a question voted on over days, by the quorum and majority of one kind of decision.

    Who voted was present. Below the quorum it is not carried: a vote that has ended has a result.
    """
    decision = charter.decision(kind)
    voted = yes + no + abstain
    return Answer(
        quorum=quorum(decision.quorum or body.quorum, present=voted, entitled=entitled),
        verdict=majority(decision.majority, yes=yes, no=no, abstain=abstain, present=voted, entitled=entitled),
    )
