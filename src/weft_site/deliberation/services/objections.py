"""An association objects to a decision that concerns its people; the decision waits, once, and then stands again.

Charter: bodies.<association>.rights. Meanwhile the body may decide again.
"""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop

from weft.deliberation.motions import check_objection
from weft.errors import RuleBroken
from weft_site.deliberation.models import Motion, MotionObjection
from weft_site.deliberation.services.amendments import KIND as CHARTER
from weft_site.deliberation.services.motions import begin_motion, move_to, officers
from weft_site.federation.acting import begin
from weft_site.federation.facts import acting_ref
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

OBJECTED = gettext_noop("%(association)s objects to a decision of %(body)s, which waits until %(until)s: %(title)s")


@formal_act("deliberation.objection_made")
def object_to(*, actor: Person, now: datetime, association_id: int, motion_id: int, reason: str) -> str:
    """Object for an association. The decision waits until the day this answers with.

    Refusals: ``standing.…`` (in the association), ``motion.state``, ``motion.in_force`` (a charter already
    changed), ``body.rights.objection``, ``body.rights.objection_once``, ``body.rights.objection_days``.
    """
    acting = begin(association_id, actor, now)
    acting.require("motion.object")
    association = acting.body
    motion = Motion.objects.select_for_update(of=("self",)).get(pk=motion_id, body__federation=acting.federation)
    objected = MotionObjection.objects.filter(motion=motion).exists()
    if motion.decided_at is None or (motion.state != Motion.State.CARRIED and not objected):
        raise RuleBroken("motion.state", old=motion.state, new="suspended")
    waits_until = check_objection(
        acting.charter.body(association.kind).rights,
        body_kind=motion.body.kind,
        decided_at=motion.decided_at,
        now=now,
        objected_before=objected,
    )
    if motion.kind == CHARTER:
        raise RuleBroken("motion.in_force")
    MotionObjection.objects.create(motion=motion, association=association, reason=reason, made_at=now)
    motion.waits_until = waits_until
    move_to(motion, "suspended", "waits_until")
    motion.body.federation = acting.federation
    acting.body = motion.body  # from here on everything happens there
    _tell(motion, association.title, now)
    acting.record(
        "deliberation.objection_made",
        by=(association.ref, *acting_ref(actor, association, now)),
        data={"motion": motion.ref, "association": association.ref, "waits": waits_until.isoformat()},
        documents={"reason": acting.document("reason", reason)},
    )
    return waits_until.isoformat()


def _tell(motion: Motion, association: str, now: datetime) -> None:
    body = motion.body
    values = {
        "association": association,
        "body": body.title,
        "until": f"{motion.waits_until:%Y-%m-%d}",
        "title": motion.title,
    }
    path = reverse("motion", args=[body.federation.log.slug, body.ref, motion.ref])
    people = {person.pk: person for person in [*officers(body, now), motion.mover]}
    notify_many(people.values(), "motion.objected", sentence=OBJECTED, values=values, path=path, now=now)


@formal_act("deliberation.objection_ended")
def end_objection(*, actor: Person | None, now: datetime, motion_id: int) -> str:
    """The time is over and the decision stands again, by the clock. Refusals: ``motion.state``, ``motion.waits``."""
    acting, motion = begin_motion(motion_id, actor, now)
    if motion.state != Motion.State.SUSPENDED:
        raise RuleBroken("motion.state", old=motion.state, new="carried")
    if now < motion.waits_until:
        raise RuleBroken("motion.waits", until=motion.waits_until.isoformat())
    move_to(motion, "carried")
    acting.record("deliberation.objection_ended", by=(), data={"motion": motion.ref})
    return motion.state


def due(now: datetime) -> int:
    """Let the decisions stand again whose wait is over; how many. Idempotent."""
    ready = list(Motion.objects.filter(state=Motion.State.SUSPENDED, waits_until__lte=now).values_list("pk", flat=True))
    for motion_id in ready:
        end_objection(actor=None, now=now, motion_id=motion_id)
    return len(ready)
