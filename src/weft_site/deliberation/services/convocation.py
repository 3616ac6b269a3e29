"""A meeting called by those who are entitled to one, over the heads of the officers if need be.

Charter: body.convened_by (a share of the body's own voters), body.convened_by_base (a share of the people below).
The call is a paper that is signed; it becomes an act, and an entry, when enough have signed.
"""

from collections.abc import Sequence
from datetime import datetime

from weft.charter.model import BodyRule
from weft.deliberation.meetings import called_start, convokers_needed
from weft.errors import RuleBroken
from weft.federation import require
from weft_site.deliberation import facts
from weft_site.deliberation.models import Convocation, ConvocationSignature
from weft_site.deliberation.services.meetings import enter_meeting
from weft_site.federation.acting import Acting, begin
from weft_site.federation.facts import PEOPLE, count_voters, standing
from weft_site.federation.models import Body, Membership, Seat
from weft_site.people.models import Person
from weft_site.record.acts import formal_act


@formal_act("deliberation.meeting_called")
def call_meeting(
    *,
    actor: Person,
    now: datetime,
    body_id: int,
    title: str,
    place: str,
    wanted_at: datetime,
    agenda: Sequence[str],
    base: bool = False,
) -> int:
    """Start a call with one's own signature; answers with its id. Enough at once convenes the meeting.

    base: as a member of a council below. Refusals: ``standing.…``, ``meeting.past``, ``body.convened_by``,
    ``body.convened_by_base``.
    """
    acting = begin(body_id, actor, now)
    _require_caller(acting, actor, base=base)
    if wanted_at < now:
        raise RuleBroken("meeting.past")
    call = Convocation.objects.create(
        body=acting.body,
        title=title,
        place=place,
        agenda=[line for line in agenda if line.strip()],
        base=base,
        needed=needed(acting.body, acting.charter.body(acting.body.kind), now, base=base),
        wanted_at=wanted_at,
        started_at=now,
        started_by=actor,
    )
    _sign(acting, call, actor)
    return call.pk


@formal_act("deliberation.call_signed")
def sign_call(*, actor: Person, now: datetime, call_id: int) -> int:
    """Sign a call. Answers with its id. Refusals: ``standing.…``, ``call.done``, ``call.signed``."""
    call = Convocation.objects.get(pk=call_id)
    acting = begin(call.body_id, actor, now)
    call = Convocation.objects.select_for_update().get(pk=call_id)
    _require_caller(acting, actor, base=call.base)
    if call.meeting_id is not None:
        raise RuleBroken("call.done")
    if call.signatures.filter(person=actor).exists():
        raise RuleBroken("call.signed")
    _sign(acting, call, actor)
    return call.pk


def needed(body: Body, rule: BodyRule, now: datetime, *, base: bool) -> int:
    """How many signatures convene the body. Raises the rule of the charter where it grants no such right."""
    share = rule.convened_by_base if base else rule.convened_by
    number = convokers_needed(share, count_base(body) if base else _own(body, now))
    if number is None:
        raise RuleBroken("body.convened_by_base" if base else "body.convened_by")
    return number


def count_base(body: Body) -> int:
    """People below, each once, whichever of the councils they belong to."""
    below = facts.base_below(body)
    rows = Membership.objects.filter(body_id__in=below, status=Membership.Status.ADMITTED)
    return rows.exclude(person=None).values("person_id").distinct().count()


def _own(body: Body, now: datetime) -> int:
    if body.type in PEOPLE:
        return count_voters(body, now)
    return Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True).count()


def _require_caller(acting: Acting, actor: Person, *, base: bool) -> None:
    if not base:
        acting.require("meeting.call")
        return
    below = facts.base_below(acting.body)
    own = Membership.objects.filter(person=actor, body_id__in=below, status__in=Membership.CURRENT).order_by("status")
    member = own.select_related("body__federation__charter").first()
    require("meeting.call_from_base", standing(actor, member.body if member else acting.body, acting.now))


def _sign(acting: Acting, call: Convocation, actor: Person) -> None:
    ConvocationSignature.objects.create(convocation=call, person=actor)
    signed = call.signatures.count()
    if signed < call.needed:
        return
    rule = acting.charter.body(acting.body.kind)
    call.meeting = enter_meeting(
        acting,
        title=call.title,
        place=call.place,
        starts_at=called_start(rule, wanted=call.wanted_at, complete_at=acting.now),
        agenda=call.agenda,
        data={"by": "base" if call.base else "voters", "signatures": signed, "needed": call.needed},
    )
    call.save(update_fields=["meeting"])
