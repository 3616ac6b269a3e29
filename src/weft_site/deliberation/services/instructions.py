"""What a mandate means for a motion: the link by which a delegate's vote is compared with what the electors said."""

from datetime import datetime

from weft.errors import RuleBroken
from weft_site.deliberation.models import MandateLink, Motion
from weft_site.federation.acting import begin
from weft_site.federation.models import Mandate
from weft_site.people.models import Person
from weft_site.record.acts import formal_act

OPEN = (Motion.State.MOVED, Motion.State.SECONDED, Motion.State.PUT, Motion.State.SUSPENDED)


@formal_act("deliberation.mandate_linked")
def link_mandate(*, actor: Person, now: datetime, body_id: int, mandate_id: int, motion_id: int) -> str:
    """Say that a given mandate speaks of this motion. body_id: a council of the constituency, whose officers say it.

    Answers with the position. Refusals: ``standing.…``, ``mandate.electors``, ``mandate.not_given``,
    ``mandate.position`` (none to compare a vote with), ``mandate.other_body``, ``mandate.linked``, ``motion.state``.
    """
    acting = begin(body_id, actor, now)
    acting.require("mandate.link")
    mandate = Mandate.objects.select_related("constituency").get(
        pk=mandate_id, constituency__body__federation=acting.federation
    )
    motion = Motion.objects.select_for_update(of=("self",)).get(pk=motion_id, body__federation=acting.federation)
    if not mandate.constituency.senders.filter(pk=acting.body.pk).exists():
        raise RuleBroken("mandate.electors")
    if mandate.state != Mandate.State.GIVEN:
        raise RuleBroken("mandate.not_given")
    if mandate.position not in {"yes", "no", "abstain"}:
        raise RuleBroken("mandate.position")
    if mandate.constituency.body_id != motion.body_id:
        raise RuleBroken("mandate.other_body")
    if motion.state not in OPEN:
        raise RuleBroken("motion.state", old=motion.state, new="put")
    _link, made = MandateLink.objects.get_or_create(
        mandate=mandate, motion=motion, defaults={"position": mandate.position}
    )
    if not made:
        raise RuleBroken("mandate.linked")
    acting.record(
        "deliberation.mandate_linked",
        data={"mandate": mandate.ref, "motion": motion.ref, "position": mandate.position},
    )
    return mandate.position
