"""Founding: people gather, adopt a charter by vote, and only then does a council exist.

Charter: membership.founders, decision.founding. Before the vote nobody has power over anybody: whoever
opened the meeting may do nothing that the others may not.
"""

from dataclasses import dataclass, replace

from weft.ballots import Verdict, majority
from weft.charter.model import Charter
from weft.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Founded:
    """The vote on the draft: how many gathered, the fewest founders the charter asks for, and the verdict."""

    gathered: int
    needed: int
    verdict: Verdict


def check_put(charter: Charter, *, kind: str, gathered: int) -> None:
    """May a draft be put to the vote? Refusals: ``founding.kind``, ``membership.founders``."""
    rule = charter.bodies.get(kind)
    if rule is None or rule.type != "base":
        raise RuleBroken("founding.kind", kind=kind)
    if gathered < charter.membership.founders:
        raise RuleBroken("membership.founders", gathered=gathered, needed=charter.membership.founders)


def judge_founding(charter: Charter, *, kind: str, gathered: int, yes: int, no: int, abstain: int) -> Founded:
    """Judge the vote on the draft, in persons.

    Whoever has not voted has not agreed: the share of decision.founding is always taken of all who are
    present, so closing early can never carry what the gathering does not want.
    """
    check_put(charter, kind=kind, gathered=gathered)
    verdict = majority(
        replace(charter.decision("founding").majority, of="present"),
        yes=yes,
        no=no,
        abstain=abstain,
        present=gathered,
        entitled=gathered,
    )
    return Founded(gathered=gathered, needed=charter.membership.founders, verdict=verdict)


def may_close(*, gathered: int, voted: int, yes_needed: int, yes: int) -> bool:
    """The vote may be closed when everyone has voted, or when the yes votes already suffice."""
    return voted == gathered or yes >= yes_needed
