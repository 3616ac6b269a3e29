"""Amending the charter by its own procedure: a change is moved as the new text, decided, ratified, in force.

The law stays data: what was voted on is a charter version with its hash, and nothing else comes into force.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from weft.charter import Charter, amend
from weft.charter.model import BodyRule, FreeArticle
from weft.charter.vocabulary import Value
from weft.deliberation.amending import check_amending_body, check_base, check_change
from weft.deliberation.motions import check_competence
from weft_site.charter.facts import charter, keep_version
from weft_site.deliberation import facts
from weft_site.deliberation.models import Motion
from weft_site.deliberation.services.motions import enter_motion
from weft_site.federation.acting import Acting, begin
from weft_site.federation.facts import running
from weft_site.federation.models import Body, CharterInForce, Constituency, Seat, Term
from weft_site.federation.services.bodies import create_office_seats
from weft_site.federation.services.entitlement import follow_all
from weft_site.people.models import Person
from weft_site.record.acts import formal_act, keep_document

KIND = "charter"


@formal_act("deliberation.amendment_moved")
def propose_amendment(
    *,
    actor: Person,
    now: datetime,
    body_id: int,
    title: str,
    reason: str,
    values: Iterable[tuple[str, Value | None]] = (),
    texts: Mapping[str, FreeArticle | None] | None = None,
) -> str:
    """Move a change of the charter in the body on which no council stands. Answers with the motion's reference.

    values, texts: as `weft.charter.amend` takes them. Raises CharterProblems for a text that would not be a
    charter. Refusals:
    ``standing.…``, ``amendment.body``, ``amendment.nothing``, ``amendment.in_use``, ``body.decides``.
    """
    acting = begin(body_id, actor, now)
    acting.require("amendment.propose")
    return _move(acting, amend(acting.charter, values, texts), title=title, reason=reason)


@formal_act("deliberation.amendment_moved")
def propose_version(*, actor: Person, now: datetime, body_id: int, title: str, reason: str, text: str) -> str:
    """The same from the whole text of the new version, as the editor page makes it."""
    acting = begin(body_id, actor, now)
    acting.require("amendment.propose")
    return _move(acting, charter(keep_version(text)), title=title, reason=reason)


def _move(acting: Acting, new: Charter, *, title: str, reason: str) -> str:
    body = acting.body
    check_body(body)
    check_competence(acting.charter.body(body.kind), KIND)
    changed = check_change(acting.charter, new, in_use=facts.kinds_in_use(acting.federation))
    motion = enter_motion(
        acting,
        title=title,
        text=reason,
        kind=KIND,
        changes={"base": acting.charter.hash, "paths": list(changed)},
        new_charter=keep_version(new.text),
    )
    return motion.ref


def check_body(body: Body) -> None:
    """The charter is amended where no delegate council stands above. Raises ``amendment.body``."""
    has_upper = body.links_up.filter(upper__type="delegate", upper__ended_at__isnull=True).exists()
    check_amending_body(type_=body.type, has_upper=has_upper)


def check_put(acting: Acting, motion: Motion) -> None:
    """A change is put against the charter for which it was announced, and one at a time in a federation."""
    others = Motion.objects.filter(
        body__federation=acting.federation, kind=KIND, state__in=[Motion.State.PUT, Motion.State.RATIFYING]
    ).exclude(pk=motion.pk)
    check_base(moved_on=motion.changes["base"], in_force=acting.charter.hash, others=others.count())


def enact(acting: Acting, motion: Motion) -> None:
    """The new version is in force from its entry on; offices and seats follow it. Decided before, cited as before."""
    old, version = acting.charter, motion.new_charter
    new = charter(version)
    CharterInForce.objects.create(
        federation=acting.federation, version=version, from_index=acting.index, from_at=acting.now
    )
    acting.federation.charter = version
    acting.federation.save(update_fields=["charter"])
    index = acting.record(
        "deliberation.charter_amended",
        data={"motion": motion.ref, "from": old.hash, "to": new.hash},
        documents={"charter": keep_document(acting.log, "charter", new.text, visibility="public")},
        by=(),
    )
    acting.charter = new
    _follow(acting, old, new, index)


def _follow(acting: Acting, old: Charter, new: Charter, index: int) -> None:
    """Offices as the new charter has them, in every body whose rule changed; then the seats of delegate councils."""
    changed = [kind for kind, rule in new.bodies.items() if kind in old.bodies and old.bodies[kind] != rule]
    for kind in changed:
        _follow_offices(acting, kind, _places(old.body(kind)), _places(new.body(kind)), index)
    rows = Body.objects.filter(federation=acting.federation, kind__in=changed, ended_at__isnull=True).order_by("pk")
    following = []
    for body in rows:
        body.federation = acting.federation
        rule = new.body(body.kind)
        if old.bodies[body.kind].seats != rule.seats or _bounds(old, body) != _bounds(new, body):
            _end_rules_gone(acting, body, len(rule.seats), index)
            following.append(body)
    follow_all(acting, following)


def _places(rule: BodyRule) -> set[tuple[str, int]]:
    return {(office.id, number) for office in rule.offices.values() for number in range(1, office.count + 1)}


def _follow_offices(
    acting: Acting, kind: str, before: set[tuple[str, int]], after: set[tuple[str, int]], index: int
) -> None:
    """End the places that are struck; open those that are new, or open again those that were there before."""
    bodies = Body.objects.filter(federation=acting.federation, kind=kind, ended_at__isnull=True)
    seats = Seat.objects.filter(body__in=bodies, constituency__isnull=True)
    for office, number in sorted(before - after):
        struck = seats.filter(office=office, number=number, ended_at__isnull=True)
        _end_seats(acting, struck.values_list("pk", flat=True), index)
    for office, number in sorted(after - before):
        Seat.objects.filter(pk__in=seats.filter(office=office, number=number).values("pk")).update(ended_at=None)
    if after - before:
        for body in bodies:
            create_office_seats(body, acting.charter.body(kind))


def _bounds(law: Charter, body: Body) -> tuple[int | None, int | None]:
    rule = law.bodies[body.kind]
    return rule.body_minimum, rule.body_maximum


def _end_rules_gone(acting: Acting, body: Body, rules: int, index: int) -> None:
    """Seats under a rule that the charter no longer has end at once: nothing says any more who elects them."""
    gone = Constituency.objects.filter(body=body, rule__gte=rules, ended_at__isnull=True)
    seats = Seat.objects.filter(constituency__in=gone, ended_at__isnull=True).values_list("pk", flat=True)
    _end_seats(acting, seats, index)
    gone.update(ended_at=acting.now)


def _end_seats(acting: Acting, ids: Iterable[int], index: int) -> None:
    ids = list(ids)
    Term.objects.filter(running(acting.now), seat_id__in=ids).update(
        ended_at=acting.now, ended_by=Term.EndedBy.LAPSED, ended_index=index
    )
    Seat.objects.filter(pk__in=ids).update(ended_at=acting.now)
