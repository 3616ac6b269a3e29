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
    "put": frozenset({"carried", "lost", "ratifying", "seconded", "suspended"}),  # the last two: nothing was decided
    "ratifying": frozenset({"carried", "rejected"}),
    "carried": frozenset({"suspended"}),
    "suspended": frozenset({"carried", "put"}),  # it stands again, or the body decides again
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


OWN_PROCEDURE = frozenset({"founding", "election", "recall", "accession", "exclusion", "charter"})


def check_kind(charter: Charter, kind: str) -> None:
    """Raises ``motion.kind`` for a kind of decision the charter does not name, or that is reached by acts of its own.

    A charter change is moved with the text it makes, a recall with its signatures: never as words alone.
    """
    if kind not in charter.decisions or kind in OWN_PROCEDURE:
        raise RuleBroken("motion.kind", kind=kind)


def check_seconder(*, own: bool, before: bool) -> None:
    """Another than the mover, and each once. Refusals: ``motion.own``, ``motion.backed``."""
    if own:
        raise RuleBroken("motion.own")
    if before:
        raise RuleBroken("motion.backed")


def check_tabling(rights: AssociationRights | None, *, body_kind: str) -> None:
    """Raises ``body.rights.table`` unless the charter lets the association table motions in this kind of body."""
    if rights is None or not rights.table or body_kind not in rights.bodies:
        raise RuleBroken("body.rights.table")


def may_end_undecided(decision: Decision, body: BodyRule, *, present: int, entitled: int) -> QuorumFinding:
    """A vote that no quorum decides ends without a decision, and the motion waits as it did before.

    Raises ``motion.quorate`` where the quorum is there: then the vote is closed and counted, whatever it says.
    """
    found = quorum(decision.quorum or body.quorum, present=present, entitled=entitled)
    if found.met:
        raise RuleBroken("motion.quorate", present=present, needed=found.needed)
    return found


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
