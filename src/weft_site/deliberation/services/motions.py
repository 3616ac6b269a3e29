"""Motions: moved, seconded, tabled by right, withdrawn. How they are voted on stands in `decisions`."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_noop

from weft.deliberation.motions import check_competence, check_kind, check_seconder, check_tabling, step
from weft.errors import RuleBroken
from weft_site.deliberation import facts
from weft_site.deliberation.models import Meeting, Motion, Supporter
from weft_site.deliberation.services.meetings import put_on_agenda
from weft_site.federation.acting import Acting, begin
from weft_site.federation.facts import PEOPLE, acting_ref, running
from weft_site.federation.models import Body, Term
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

ANNOUNCED = gettext_noop("%(body)s: %(title)s was moved. It can be decided from %(from)s.")
TABLED = gettext_noop("%(association)s tables in %(body)s: %(title)s")


@formal_act("deliberation.motion_moved")
def move_motion(
    *, actor: Person, now: datetime, body_id: int, title: str, text: str, kind: str = "ordinary",
    meeting_id: int | None = None,
) -> str:  # fmt: skip
    """Move a motion, and put it on a meeting's agenda if one is named. Answers with its reference.

    Refusals: ``standing.…``, ``motion.kind``, ``body.decides``, ``meeting.state``.
    """
    acting = begin(body_id, actor, now)
    acting.require("motion.move")
    check_kind(acting.charter, kind)
    check_competence(acting.charter.body(acting.body.kind), kind)
    motion = enter_motion(acting, title=title, text=text, kind=kind)
    if meeting_id is not None:
        put_on_agenda(Meeting.objects.get(pk=meeting_id, body=acting.body), motion=motion)
    return motion.ref


def enter_motion(acting: Acting, *, title: str, text: str, kind: str, **more: object) -> Motion:
    """Write a motion that was rightly moved; where its kind asks for notice, everybody is told now."""
    motion = Motion.objects.create(
        body=acting.body,
        ref=f"n{acting.index}",
        kind=kind,
        title=title,
        text=text,
        mover=acting.actor,
        mover_name=public_name(acting.actor, acting.body, acting.now),
        moved_at=acting.now,
        **more,
    )
    decision = acting.charter.decision(kind)
    data = {"motion": motion.ref, "kind": kind, "notice_days": decision.notice_days}
    documents = {"motion": acting.document("motion", f"{title}\n\n{text}\n")}
    if motion.new_charter:
        data["to"] = motion.new_charter.hash
        documents["charter"] = acting.document("charter", motion.new_charter.text)
    if decision.notice_days:
        ripe = acting.now + timedelta(days=decision.notice_days)
        people = facts.people_to_tell(acting.body, acting.now)
        _tell(motion, people, "motion.moved", ANNOUNCED, **{"from": f"{ripe:%Y-%m-%d}"})
    acting.record("deliberation.motion_moved", data=data, documents=documents)
    return motion


@formal_act("deliberation.motion_tabled")
def table_motion(
    *, actor: Person, now: datetime, association_id: int, body_id: int, title: str, text: str, kind: str = "ordinary",
    meeting_id: int | None = None,
) -> str:  # fmt: skip
    """An association tables a motion in a council, by its right in the charter; it needs no seconder there.

    Refusals: ``standing.…`` (in the association), ``body.rights.table``, ``motion.kind``, ``body.decides``.
    """
    acting = begin(association_id, actor, now)
    acting.require("motion.table")
    association = acting.body
    upper = Body.objects.get(pk=body_id, federation=acting.federation, ended_at__isnull=True)
    upper.federation = acting.federation
    check_tabling(acting.charter.body(association.kind).rights, body_kind=upper.kind)
    check_kind(acting.charter, kind)
    check_competence(acting.charter.body(upper.kind), kind)
    acting.body = upper  # from here on everything happens there
    motion = Motion.objects.create(
        body=upper, ref=f"n{acting.index}", kind=kind, title=title, text=text, mover=actor,
        mover_name=association.title, tabled_by=association, moved_at=now, state=Motion.State.SECONDED,
    )  # fmt: skip
    if meeting_id is not None:
        put_on_agenda(Meeting.objects.get(pk=meeting_id, body=upper), motion=motion, tabled_by=association)
    _tell(motion, officers(upper, now), "motion.tabled", TABLED, association=association.title)
    acting.record(
        "deliberation.motion_tabled",
        by=(association.ref, *acting_ref(actor, association, now)),
        data={"motion": motion.ref, "kind": kind, "association": association.ref},
        documents={"motion": acting.document("motion", f"{title}\n\n{text}\n")},
    )
    return motion.ref


@formal_act("deliberation.motion_seconded")
def second_motion(*, actor: Person, now: datetime, motion_id: int) -> str:
    """Back a motion; the first to do so seconds it, further ones count where the charter asks for proposers.

    Refusals: ``standing.…``, ``motion.state``, ``motion.own``, ``motion.backed``.
    """
    acting, motion = begin_motion(motion_id, actor, now)
    acting.require("motion.second")
    if motion.state not in {Motion.State.MOVED, Motion.State.SECONDED}:
        step(motion.state, "seconded")
        raise RuleBroken("motion.state", old=motion.state, new="seconded")
    backed = motion.supporters.filter(person=actor).exists()
    check_seconder(own=motion.mover_id == actor.pk and motion.tabled_by_id is None, before=backed)
    Supporter.objects.create(motion=motion, person=actor, name=public_name(actor, acting.body, now))
    if motion.state == Motion.State.MOVED:
        move_to(motion, "seconded")
    acting.record("deliberation.motion_seconded", data={"motion": motion.ref, "backers": backers(motion)})
    return motion.ref


@formal_act("deliberation.motion_withdrawn")
def withdraw_motion(*, actor: Person, now: datetime, motion_id: int) -> str:
    """The mover withdraws before the vote. Refusals: ``standing.…``, ``motion.mover``, ``motion.state``."""
    acting, motion = begin_motion(motion_id, actor, now)
    if motion.tabled_by_id is None:
        acting.require("motion.withdraw")
    if motion.mover_id != actor.pk:
        raise RuleBroken("motion.mover")
    move_to(motion, "withdrawn")
    acting.record("deliberation.motion_withdrawn", data={"motion": motion.ref})
    return motion.ref


def begin_motion(motion_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Motion]:
    """Lock the record, then the motion in its body."""
    acting = begin(Motion.objects.values_list("body_id", flat=True).get(pk=motion_id), actor, now)
    motion = Motion.objects.select_for_update(of=("self",)).select_related("new_charter", "tabled_by").get(pk=motion_id)
    motion.body = acting.body
    return acting, motion


def backers(motion: Motion) -> int:
    """The mover and everybody who backs the motion."""
    return 1 + motion.supporters.count()


def officers(body: Body, now: datetime) -> list[Person]:
    """Who is to be told what only officers can do: chair and secretary, or everybody where there are none."""
    held = Term.objects.filter(running(now), seat__body=body, seat__office__in=["chair", "secretary"])
    found = list(Person.objects.filter(pk__in=held.values("person_id")).order_by("pk"))
    return found or facts.people_to_tell(body, now)


def public_name(person: Person, body: Body, now: datetime) -> str:
    """As a delegate the public name of the seat; in a base council the name of the account."""
    if body.type in PEOPLE:
        return person.name
    term = Term.objects.filter(running(now), seat__body=body, person=person).order_by("-starts_at").first()
    return term.name if term else person.name


def move_to(motion: Motion, state: str, *fields: str, save: bool = True) -> None:
    """The next step of a motion's life, as the core knows it. Raises ``motion.state``."""
    motion.state = step(motion.state, state)
    if save:
        motion.save(update_fields=["state", *fields])


def _tell(motion: Motion, people, kind: str, sentence: str, **values: str) -> None:
    body = motion.body
    path = reverse("motion", args=[body.federation.log.slug, body.ref, motion.ref])
    values = {"body": body.title, "title": motion.title, **values}
    notify_many(people, kind, sentence=sentence, values=values, path=path, now=motion.moved_at)
