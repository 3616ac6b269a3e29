"""Amending the charter: where it is moved, what it may not pull away, and from which version.

Charter: decision.charter, body.decides. Values and articles are changed by `weft.charter.amend`, which also
refuses what would not be a valid charter.
"""

from collections.abc import Mapping

from weft.charter import Charter, diff
from weft.errors import RuleBroken


def check_amending_body(*, type_: str, has_upper: bool) -> None:
    """A federation has one charter, so a change is moved where no council stands above.

    Raises ``amendment.body`` in a lower council, an association, an executive or a commission.
    """
    if has_upper or type_ not in {"base", "delegate"}:
        raise RuleBroken("amendment.body")


def check_change(old: Charter, new: Charter, *, in_use: Mapping[str, int]) -> tuple[str, ...]:
    """The paths of the values that a proposed version changes; more of it is in `weft.charter.diff`.

    in_use: kind of body -> how many bodies of it live under the charter.
    Refusals: ``amendment.nothing``, ``amendment.in_use`` (bodies of a kind would lose their rule or their type).
    """
    changes = diff(old, new)
    if not changes:
        raise RuleBroken("amendment.nothing")
    for kind, number in sorted(in_use.items()):
        rule = new.bodies.get(kind)
        if number and (rule is None or rule.type != old.bodies[kind].type):
            raise RuleBroken("amendment.in_use", kind=kind, bodies=number)
    return tuple(change.path for change in changes.values)


def check_base(*, moved_on: str, in_force: str, others: int) -> None:
    """A change is put as it was announced, against the charter in force, and one at a time.

    moved_on, in_force: hashes. others: charter changes of the federation that are being voted on or ratified.
    Refusals: ``amendment.stale``, ``amendment.other``.
    """
    if moved_on != in_force:
        raise RuleBroken("amendment.stale")
    if others:
        raise RuleBroken("amendment.other")
