"""Admission: a person asks to join, members vouch, all may object, and silence admits when the days are over.

Charter: membership.admission, membership.minimum_age. Who vouched and who objected are rows that the members see;
the record keeps that it was done and how many did, never who knows whom. Each step is judged by
`weft.federation.membership.judge_admission`; nobody has to act for an uncontested applicant to be admitted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.membership import (
    AdmissionFinding,
    check_age,
    check_one_council,
    judge_admission,
    opening_act,
)
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import lock_ballot
from weft_site.federation import facts, rolls
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import path
from weft_site.federation.models import Application, Body, Membership, Objection, Term, Voucher
from weft_site.federation.services import questions
from weft_site.federation.services.associations import found_if_enough
from weft_site.federation.services.members import admit
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

State = Application.State


@formal_act("federation.applied")
def apply(
    *,
    actor: Person,
    now: datetime,
    body_id: int,
    of_age: bool,
    transfer: bool = False,
    invited_by: Membership | None = None,
) -> str:
    """Ask to be admitted. Answers with the application's reference.

    of_age:     the applicant declares to have the charter's minimum age.
    transfer:   agrees that the membership in another council below the same delegate council ends with it.
    invited_by: the member whose invitation brought the applicant here; it counts as one voucher.
    Refusals: ``application.…``, ``membership.minimum_age``, ``membership.one_council``.
    """
    acting = begin(body_id, actor, now)
    acting.require("member.apply")
    _check_applicant(acting, of_age=of_age, transfer=transfer)
    application = Application.objects.create(body=acting.body, person=actor, ref=f"q{acting.index}", applied_at=now)
    gathering = rolls.is_gathering(acting.body)
    acting.record("federation.applied", by=(), data={"application": application.ref, "of_age": True})
    if gathering:
        found_if_enough(acting)
        return application.ref
    if invited_by is not None and _may_vouch(invited_by, acting.body):
        Voucher.objects.create(application=application, membership=invited_by)
    _tell_officers(acting, application)
    advance(acting, [application])
    return application.ref


def _check_applicant(acting: Acting, *, of_age: bool, transfer: bool) -> None:
    body, person = acting.body, acting.actor
    if body.type not in facts.PEOPLE or body.ended_at is not None:
        raise RuleBroken("application.body")
    check_age(acting.charter.membership, declared=of_age)
    if rolls.roll(body).filter(person=person).exists():
        raise RuleBroken("application.member")
    open_here = Application.objects.filter(person=person, body__federation=acting.federation, state__in=rolls.OPEN)
    for other in open_here.select_related("body"):
        if other.body_id == body.pk:
            raise RuleBroken("application.open")
        if other.body.type == body.type == "base":
            raise RuleBroken("application.elsewhere", council=other.body.title)
    councils = rolls.other_councils([person.pk], body).values_list("body__title", flat=True)
    check_one_council(list(councils), transfer=transfer)


def _may_vouch(membership: Membership, body: Body) -> bool:
    return membership.body_id == body.pk and membership.status == Membership.Status.ADMITTED


@formal_act("federation.vouched")
def vouch(*, actor: Person, now: datetime, application_id: int) -> str:
    """Vouch for an applicant, or for everybody on a list at once. Answers with the state.

    Refusals: ``standing.…``, ``application.state``, ``application.vouched_twice``.
    """
    acting, application = _begin(application_id, actor, now)
    acting.require("member.vouch")
    _require_state(application, State.WAITING_VOUCHERS)
    mine = _own_membership(acting)
    group = _same_list(application)
    if Voucher.objects.filter(application=application, membership=mine).exists():
        raise RuleBroken("application.vouched_twice")
    Voucher.objects.bulk_create((Voucher(application=row, membership=mine) for row in group), batch_size=5_000)
    return advance(acting, group)


@formal_act("federation.objected")
def object_to(*, actor: Person, now: datetime, application_id: int, reason: str, whole_list: bool = False) -> str:
    """Object, with a reason that the members and the applicant read. The body then decides. Answers with the state.

    whole_list: object to everybody on the list by which this person was entered, at once.
    Refusals: ``standing.…``, ``application.state``, ``application.over``, ``application.objected_twice``,
    ``application.reason``.
    """
    acting, application = _begin(application_id, actor, now)
    acting.require("member.object")
    if not reason.strip():
        raise RuleBroken("application.reason")
    if application.state not in {State.OPEN_TO_OBJECTION, State.CONTESTED} or application.ballot_id:
        raise RuleBroken("application.state", state=application.state)
    if application.state == State.OPEN_TO_OBJECTION and judge(acting, application).state == "admitted":
        raise RuleBroken("application.over", until=application.objections_until.isoformat())
    mine = _own_membership(acting)
    if Objection.objects.filter(application=application, membership=mine).exists():
        raise RuleBroken("application.objected_twice")
    group = [row for row in _same_list(application) if row.state == State.OPEN_TO_OBJECTION] if whole_list else []
    group = [application, *(row for row in group if row.pk != application.pk)]
    first = [row for row in group if row.state == State.OPEN_TO_OBJECTION]
    Objection.objects.bulk_create(
        (Objection(application=row, membership=mine, reason=reason.strip()) for row in group), batch_size=5_000
    )
    if not first:
        return application.state
    state = judge(acting, first[0], objections=1).state
    _update(first, state=state, objections_until=now)  # from here on: since when it is contested
    application.state = state
    acting.record("federation.objected", by=(), data={"application": _named(first), "count": len(first)})
    contested = gettext_noop("A member has objected to your joining %(body)s. The members will decide.")
    _tell(acting, [row.person_id for row in first], application, "application.contested", contested)
    return application.state


def judge(
    acting: Acting, application: Application, *, vouchers: int | None = None, objections: int = 0
) -> AdmissionFinding:
    """Ask the core where an application stands. vouchers None: those it needs are known to be there."""
    rule = rolls.admission_rule(acting.charter, application)
    given = rule.vouchers if vouchers is None else vouchers
    until = application.objections_until
    vouched_at = until - timedelta(days=rule.objection_days) if until else None
    if until is None and given >= rule.vouchers:
        vouched_at = acting.now
    return judge_admission(rule, vouchers=given, objections=objections, vouched_at=vouched_at, now=acting.now)


def advance(acting: Acting, group: Sequence[Application]) -> str:
    """After a voucher: when the last one needed is given, the days for objections begin; one entry for a list."""
    first = group[0]
    given = first.vouchers.filter(membership__status=Membership.Status.ADMITTED).count()
    finding = judge(acting, first, vouchers=given)
    if finding.state == "vouchers":
        return first.state
    _update(group, state=State.OPEN_TO_OBJECTION, objections_until=finding.objections_until)
    acting.record(
        "federation.vouched",
        by=(),
        data={"application": _named(group), "count": len(group), "vouchers": given},
        finding={"objections_until": finding.objections_until.isoformat()},
    )
    if finding.state == "admitted":
        admit(acting, group)
    else:
        _tell_objection_days(acting, group)
    return first.state


@formal_act("federation.admitted")
def admit_due(*, actor: Person | None, now: datetime, application_id: int) -> str:
    """The days for objections are over: the applicant is admitted, or all of a list to whom nobody objected.

    Time alone brings this; a member may ask for it too. Refusals: ``application.state``, ``application.days``.
    """
    acting, application = _begin(application_id, actor, now)
    if actor is not None:
        acting.require("member.vouch")
    _require_state(application, State.OPEN_TO_OBJECTION)
    if judge(acting, application).state != "admitted":
        raise RuleBroken("application.days", until=application.objections_until.isoformat())
    group = [row for row in _same_list(application) if row.state == State.OPEN_TO_OBJECTION]
    admit(acting, group)
    return State.ADMITTED


@formal_act("federation.application_withdrawn")
def withdraw(*, actor: Person, now: datetime, application_id: int) -> str:
    """The applicant no longer asks. Refusals: ``application.not_yours``, ``application.state``."""
    acting, application = _begin(application_id, actor, now)
    if application.person_id != actor.pk:
        raise RuleBroken("application.not_yours")
    if application.state not in rolls.OPEN or application.ballot_id:
        raise RuleBroken("application.state", state=application.state)
    old, application.state = application.state, State.WITHDRAWN
    application.save(update_fields=["state"])
    acting.record("federation.application_withdrawn", by=(), data={"application": application.ref, "state": old})
    return application.state


@formal_act("federation.application_vote_opened")
def open_application(*, actor: Person, now: datetime, application_id: int) -> str:
    """Put a contested application to the vote: officers at once, any member once they have let the days for it pass.

    Everybody on a list to whom the same member objected with the same words is decided together.
    """
    acting, application = _begin(application_id, actor, now)
    contested_at = application.objections_until  # once contested, this is since when
    acting.require(opening_act(acting.charter.procedure, contested_at=contested_at, now=now))
    _require_state(application, State.CONTESTED)
    if application.ballot_id:
        raise RuleBroken("application.state", state="ballot")
    group = _objected_together(application)
    names = ", ".join(row.person.name for row in group[:3]) + (" …" if len(group) > 3 else "")
    kind = acting.charter.membership.admission.decided_as
    ballot = questions.open_question(acting, [acting.body], title=f"{acting.body.title}: {names}", kind=kind)
    _update(group, ballot=ballot)
    acting.record(
        "federation.application_vote_opened",
        data={"application": _named(group), "count": len(group), "kind": kind, **questions.opened(ballot)},
    )
    people = Person.objects.filter(pk__in=ballot.roll.values("person"))
    sentence = gettext_noop("%(body)s votes on who is admitted.")
    _notify(acting, people, application, "application.vote", sentence)
    return ballot.ref


@formal_act("federation.application_decided")
def close_application(*, actor: Person | None, now: datetime, application_id: int) -> str:
    """Close the vote and decide. Below the quorum nothing is decided, and it can be put again. Answers the state."""
    acting, application = _begin(application_id, actor, now)
    _require_state(application, State.CONTESTED)
    if application.ballot_id is None:
        raise RuleBroken("application.state", state=application.state)
    if actor is not None:
        acting.require("ballot.vote")
    ballot = lock_ballot(application.ballot_id)
    questions.require_over(acting, ballot)
    group = list(Application.objects.filter(ballot=ballot, state=State.CONTESTED).select_related("person"))
    kind = acting.charter.membership.admission.decided_as
    tally, answer = questions.judge(acting, ballot, [acting.body], kind)
    acting.record(
        "federation.application_decided",
        data={"application": _named(group), "kind": kind, **questions.counted(ballot, tally)},
        finding=questions.found(answer),
        documents={"votes": questions.votes(acting, ballot)},
    )
    if not answer.quorum.met:
        Application.objects.filter(ballot=ballot, state=State.CONTESTED).update(ballot=None)
        return State.CONTESTED
    return _decide(acting, group, admitted=answer.carried)


def decide_application(application: Application, admitted: bool, acting: Acting) -> str:
    """What a carried or lost decision of the body means for a contested application. Part of an act. Answers the state.

    Refusals: ``application.state``.
    """
    application.refresh_from_db()
    _require_state(application, State.CONTESTED)
    return _decide(acting, [application], admitted=admitted)


def _decide(acting: Acting, group: Sequence[Application], *, admitted: bool) -> str:
    if admitted:
        admit(acting, group)
        return State.ADMITTED
    _update(group, state=State.REFUSED)
    acting.record("federation.refused", by=(), data={"application": _named(group), "count": len(group)})
    sentence = gettext_noop("%(body)s has decided not to admit you.")
    _tell(acting, [row.person_id for row in group], group[0], "application.refused", sentence)
    return State.REFUSED


def due(now: datetime) -> int:
    """What time alone brings: silence admits, and votes whose time has run out are closed. Counts the acts done."""
    done = questions.attempt(rolls.due_applications(now), lambda pk: admit_due(actor=None, now=now, application_id=pk))
    over = Application.objects.filter(
        state=State.CONTESTED,
        ballot__way=Ballot.Way.OPEN,
        ballot__closed_at__isnull=True,
        ballot__closes_at__lte=now,
    ).values_list("pk", "ballot_id")
    first = {ballot: pk for pk, ballot in sorted(over, reverse=True)}
    return done + questions.attempt(
        first.values(), lambda pk: close_application(actor=None, now=now, application_id=pk)
    )


# --- small parts ------------------------------------------------------------------------------------------------


def _begin(application_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Application]:
    body_id = Application.objects.values_list("body_id", flat=True).get(pk=application_id)
    acting = begin(body_id, actor, now)
    application = Application.objects.select_related("person").get(pk=application_id)
    application.body = acting.body
    return acting, application


def _update(group: Sequence[Application], **values: object) -> None:
    """The same change to all of them, in few statements: a list may have a hundred thousand lines."""
    for start in range(0, len(group), 5_000):
        Application.objects.filter(pk__in=[row.pk for row in group[start : start + 5_000]]).update(**values)
    for row in group:
        for name, value in values.items():
            setattr(row, name, value)


def _require_state(application: Application, needed: str) -> None:
    if application.state != needed:
        raise RuleBroken("application.state", state=application.state)


def _own_membership(acting: Acting) -> Membership:
    return Membership.objects.get(body=acting.body, person=acting.actor, status=Membership.Status.ADMITTED)


def _same_list(application: Application) -> list[Application]:
    """The open applications of the list by which this one came, or this one alone."""
    name = rolls.list_of(application)
    if not name:
        return [application]
    rows = rolls.on_list(application.body_id, name).filter(state=application.state, ballot__isnull=True)
    return list(rows.select_related("person").order_by("pk"))


def _objected_together(application: Application) -> list[Application]:
    first = application.objections.order_by("pk").first()
    if first is None:
        return [application]
    alike = Objection.objects.filter(membership_id=first.membership_id, reason=first.reason).values("application_id")
    group = [row for row in _same_list(application) if row.state == State.CONTESTED]
    chosen = set(Application.objects.filter(pk__in=alike, body_id=application.body_id).values_list("pk", flat=True))
    return [row for row in group if row.pk in chosen]


def _named(group: Sequence[Application]) -> str:
    """How the record names one application, or everybody of one list."""
    return group[0].ref if len(group) == 1 else rolls.list_of(group[0])


def _tell_officers(acting: Acting, application: Application) -> None:
    officers = Term.objects.filter(
        facts.running(acting.now), seat__body=acting.body, seat__office__in=["chair", "secretary"]
    ).values("person")
    sentence = gettext_noop("Somebody asks to join %(body)s.")
    _notify(acting, Person.objects.filter(pk__in=officers), application, "application.applied", sentence)


def _tell_objection_days(acting: Acting, group: Sequence[Application]) -> None:
    """The applicant hears of it; a whole list is announced to every member, because nobody on it has asked."""
    if not rolls.list_of(group[0]):
        sentence = gettext_noop("Enough members of %(body)s vouch for you. Members can object for some days.")
        _tell(acting, [group[0].person_id], group[0], "application.vouched", sentence)
        return
    people = Person.objects.filter(memberships__in=rolls.roll(acting.body))
    sentence = gettext_noop("A list of people is to be admitted to %(body)s. You can object to any of them.")
    _notify(acting, people, group[0], "application.list", sentence)


def _tell(acting: Acting, people: Sequence[int], about: Application, kind: str, sentence: str) -> None:
    for start in range(0, len(people), 5_000):
        chosen = Person.objects.filter(pk__in=people[start : start + 5_000])
        _notify(acting, chosen, about, kind, sentence)


def _notify(acting: Acting, people, about: Application, kind: str, sentence: str) -> None:
    name = rolls.list_of(about)
    where = path(acting.body, "lists", name) if name else path(acting.body, "applications", about.ref)
    notify_many(people, kind, sentence=sentence, values={"body": acting.body.title}, path=where, now=acting.now)
