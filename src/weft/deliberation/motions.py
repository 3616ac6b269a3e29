"""Motions: moved, seconded, put, carried or lost.

Charter: decision.majority, decision.quorum, decision.proposers, decision.ballots, body.decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from weft.ballots import QuorumFinding, Verdict, majority, quorum
from weft.charter.model import AssociationRights, BodyRule, Charter, Decision
from weft.errors import RuleBroken

TRANSITIONS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"moved"}),
    "moved": frozenset({"seconded", "withdrawn"}),
    "seconded": frozenset({"put", "withdrawn"}),
    "put": frozenset({"carried", "lost", "ratifying"}),
    "ratifying": frozenset({"carried", "rejected"}),
    "carried": frozenset({"suspended"}),
    "suspended": frozenset({"carried", "lost"}),
    "lost": frozenset(),
    "withdrawn": frozenset(),
    "rejected": frozenset(),
}


def step(old: str, new: str) -> str:
    """The new state of a motion. Raises ``motion.state`` for a step its life does not know."""
    if new not in TRANSITIONS[old]:
        raise RuleBroken("motion.state", old=old, new=new)
    return new


def check_competence(body: BodyRule, kind: str) -> None:
    """Raises ``body.decides`` if the charter gives the body a list of competences and this kind is not on it.

    An empty list means that the body decides whatever is not given to another.
    """
    if body.decides and kind not in body.decides:
        raise RuleBroken("body.decides", kind=kind, decides=", ".join(body.decides))


def check_support(decision: Decision, *, backers: int) -> None:
    """Raises ``decision.proposers`` while too few, the mover included, back the motion."""
    if backers < decision.proposers:
        raise RuleBroken("decision.proposers", backers=backers, needed=decision.proposers)


def check_way(decision: Decision, way: str) -> None:
    """Raises ``decision.ballots`` if this kind of decision may not be voted on in this way."""
    asked = "secret" if way == "paper" else way
    if asked not in decision.ballots:
        raise RuleBroken("decision.ballots", way=asked, allowed=", ".join(decision.ballots))


@dataclass(frozen=True, slots=True)
class Decided:
    """The whole finding on a motion, as it enters the record. outcome: carried, lost or ratifying."""

    quorum: QuorumFinding
    verdict: Verdict
    outcome: str


def decide(
    charter: Charter,
    body: BodyRule,
    kind: str,
    *,
    yes: int,
    no: int,
    abstain: int,
    present: int,
    entitled: int,
    votes_entitled: int | None = None,
    votes_present: int | None = None,
    chair: str = "",
) -> Decided:
    """Judge a motion that was put.

    present, entitled: persons or seats, for the quorum, as counted now. votes_present, votes_entitled: the
    same in votes where delegates have weight; by default one vote each.
    Without a quorum nothing is decided: raises ``body.quorum``, or ``decision.quorum`` where this kind of
    decision has a quorum of its own.
    """
    decision = charter.decision(kind)
    found = quorum(decision.quorum or body.quorum, present=present, entitled=entitled)
    found.require("decision.quorum" if decision.quorum else "body.quorum")
    verdict = majority(
        decision.majority,
        yes=yes,
        no=no,
        abstain=abstain,
        present=votes_present if votes_present is not None else present,
        entitled=votes_entitled if votes_entitled is not None else entitled,
        chair=chair,
    )
    carried = "ratifying" if decision.ratified_by else "carried"
    return Decided(quorum=found, verdict=verdict, outcome=carried if verdict.carried else "lost")


def check_objection(
    rights: AssociationRights | None,
    *,
    body_kind: str,
    decided_at: datetime,
    now: datetime,
    objected_before: bool,
) -> datetime:
    """An association objects to a decision; returns the instant until which the decision waits.

    Once a decision, within the days the charter gives. Refusals: ``body.rights.objection`` (no such right
    against this body), ``body.rights.objection_days`` (too late), ``body.rights.objection_once``.
    """
    if rights is None or rights.objection_days == 0 or body_kind not in rights.bodies:
        raise RuleBroken("body.rights.objection")
    if objected_before:
        raise RuleBroken("body.rights.objection_once")
    if now >= decided_at + timedelta(days=rights.objection_days):
        raise RuleBroken("body.rights.objection_days", days=rights.objection_days)
    return now + timedelta(days=rights.suspends_days)
