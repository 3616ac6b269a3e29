"""Membership life: admitted, suspended, transferred, left, lapsed, excluded; and what a change does to seats.

Charter: membership.admission, membership.exclusion, membership.lapses_with_job, seat.lapses_on_leaving.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import F
from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.membership import change_status, check_declared, check_exclusion, check_lapse
from weft_site.ballots.models import RollEntry
from weft_site.federation import facts, rolls
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import electors_of_seat
from weft_site.federation.models import Alternate, Application, Body, Membership, Term, Voucher
from weft_site.federation.services.bodies import add_members, members_document
from weft_site.federation.services.entitlement import number_changed
from weft_site.federation.services.seats import end_term, step_up
from weft_site.people.models import Person
from weft_site.people.services.notices import notify, notify_many
from weft_site.record.acts import formal_act

Status = Membership.Status


def admit(acting: Acting, group: Sequence[Application]) -> list[Membership]:
    """Admit applicants to the acting body, in one entry. Part of an act.

    Where one of them belongs to another base council below the same delegate council, the membership there ends
    as transferred by the same entry. Whoever got in meanwhile by another way is left out.
    """
    body = acting.body
    inside = set(rolls.roll(body).values_list("person_id", flat=True))
    people = [row.person for row in group if row.person_id not in inside]
    for start in range(0, len(group), 5_000):
        chunk = Application.objects.filter(pk__in=[row.pk for row in group[start : start + 5_000]])
        chunk.update(state=Application.State.ADMITTED)
    if not people:
        return []
    moved = _leave_others(acting, people)
    rows = add_members(body, people, index=acting.index, now=acting.now)
    _record_admission(acting, group, rows, moved)
    number_changed(acting, body)
    _follow(acting, moved)
    sentence = gettext_noop("You are a member of %(body)s now.")
    notify_many(
        people, "member.admitted", sentence=sentence, values={"body": body.title}, path=_path(body), now=acting.now
    )
    return rows


def _leave_others(acting: Acting, people: Sequence[Person]) -> list[tuple[Membership, list[Term]]]:
    """End what these people have in other councils below the same delegate council; (membership, its lapsed terms)."""
    moved = []
    for start in range(0, len(people), 5_000):
        ids = [person.pk for person in people[start : start + 5_000]]
        others = rolls.other_councils(ids, acting.body).select_related("body__federation__log", "person")
        moved += [(row, _end(acting, row, Status.TRANSFERRED)) for row in others]
    return moved


def _record_admission(acting, group: Sequence[Application], rows: Sequence[Membership], moved) -> None:
    """One who applied: who they are now stands in the entry. A list: in a document, however long it is."""
    first, name = group[0], rolls.list_of(group[0])
    data = {
        "application": first.ref if len(group) == 1 else name,
        "vouchers": Voucher.objects.filter(application=first).count(),
        "objections": first.objections.count(),
        "objections_until": first.objections_until.isoformat() if first.objections_until else None,
        "members": len(rows),
        "from": [row.ref for row, _ in moved],
        "lapsed": [term.ref for _, terms in moved for term in terms],
    }
    document = acting.document("members", members_document(rows))
    act = "federation.members_imported" if name else "federation.admitted"
    acting.record(
        act, by=(), data=data, finding={"members": acting.body.members_count}, documents={"members": document}
    )


def change_membership(acting: Acting, membership: Membership, status: str) -> list[str]:
    """Carry out what was decided on a membership, or what the member did. Part of an act in the member's body.

    Ends the seats and offices that rest on it, lets alternates step up, and follows entitlement.
    Answers with the terms that lapsed. Refusals: ``membership.status``.
    """
    membership.refresh_from_db()
    membership.body = acting.body
    before, old = acting.body.members_count, membership.status
    by = facts.acting_ref(acting.actor, acting.body, acting.now)  # as long as who leaves is still a member
    lapsed = _end(acting, membership, status)
    acting.record(
        "federation.membership_changed",
        by=by,
        data={"member": membership.ref, "old": old, "new": status, "lapsed": [term.ref for term in lapsed]},
        finding={"members": acting.body.members_count},
    )
    if acting.body.members_count != before:
        number_changed(acting, acting.body)
    _step_up_all(acting, lapsed)
    return [term.ref for term in lapsed]


def _end(acting: Acting, membership: Membership, status: str) -> list[Term]:
    """Write the new status, and end what rested on the membership by the entry that comes next."""
    old, membership.status = membership.status, change_status(membership.status, status)
    gone = status not in Membership.CURRENT
    membership.until = acting.now if gone else None
    membership.save(update_fields=["status", "until"])
    change = (status == Status.ADMITTED) - (old == Status.ADMITTED)
    Body.objects.filter(pk=membership.body_id).update(members_count=F("members_count") + change)
    if membership.body_id == acting.body.pk:
        acting.body.members_count += change
    if not gone:
        return []
    Alternate.objects.filter(membership=membership, used_at__isnull=True).update(used_at=acting.now)
    return lapse_terms(acting, membership)


def lapse_terms(acting: Acting, membership: Membership) -> list[Term]:
    """End the seats and offices of somebody who has left, as the charter says. Charter: seat.lapses_on_leaving."""
    running = Term.objects.filter(facts.running(acting.now), membership=membership)
    lapsed = []
    for term in running.select_related("seat__constituency", "seat__body", "person", "membership"):
        term.seat.body.federation = acting.federation
        if term.seat.constituency_id:
            term.seat.constituency.body = term.seat.body
            if not facts.seat_rule(term.seat.constituency).lapses_on_leaving:
                continue
        end_term(acting, term, Term.EndedBy.LAPSED)
        lapsed.append(term)
    return lapsed


def _follow(acting: Acting, moved: Sequence[tuple[Membership, list[Term]]]) -> None:
    """After a transfer: the numbers of the councils left, and the alternates."""
    for body_id in dict.fromkeys(row.body_id for row, _ in moved):
        body = Body.objects.select_related("federation__charter", "federation__log").get(pk=body_id)
        number_changed(replace(acting, body=body), body)
    _step_up_all(acting, [term for _, terms in moved for term in terms])


def _step_up_all(acting: Acting, lapsed: Iterable[Term]) -> None:
    for term in lapsed:
        term.seat.refresh_from_db()
        upper = Body.objects.select_related("federation__charter", "federation__log").get(pk=term.seat.body_id)
        there = replace(acting, body=upper)
        step_up(there, electors_of_seat(term.seat, upper), term)


@formal_act("federation.membership_changed")
def leave(*, actor: Person, now: datetime, body_id: int) -> list[str]:
    """Leave a council or association. Nobody is kept in, and nobody has to give a reason."""
    acting = begin(body_id, actor, now)
    acting.require("member.leave")
    membership = rolls.roll(acting.body).select_related("person").get(person=actor)
    return change_membership(acting, membership, Status.LEFT)


@formal_act("federation.membership_changed")
def lapse(*, actor: Person, now: datetime, membership_id: int) -> list[str]:
    """State that a member no longer has the job on which membership rests, where the charter says that it does.

    Refusals: ``standing.office``, ``membership.lapses_with_job``, ``membership.status``.
    """
    membership = Membership.objects.select_related("person").get(pk=membership_id)
    acting = begin(membership.body_id, actor, now)
    acting.require("member.lapse")
    check_lapse(acting.charter.membership)
    lapsed = change_membership(acting, membership, Status.LAPSED)
    sentence = gettext_noop(
        "Your membership of %(body)s has ended with your job there. You can ask to be admitted again."
    )
    _tell_member(acting, membership, "member.lapsed", sentence)
    return lapsed


def exclude(
    acting: Acting, membership: Membership, *, told_at: datetime | None, heard: bool, suspend: bool = False
) -> list[str]:
    """Carry out a decision to exclude or suspend a member. Part of the act that decided it.

    told_at: when the member was told of the motion. heard: the member answered, or let the days for it pass.
    Refusals: ``membership.exclusion.notice_days``, ``membership.exclusion.hearing``, ``membership.status``.
    """
    check_exclusion(acting.charter.membership.exclusion, told_at=told_at, heard=heard, now=acting.now)
    lapsed = change_membership(acting, membership, Status.SUSPENDED if suspend else Status.EXCLUDED)
    sentence = (
        gettext_noop("%(body)s has decided that your vote rests.")
        if suspend
        else gettext_noop("%(body)s has decided to exclude you. The charter says where you can appeal.")
    )
    _tell_member(acting, membership, "member.excluded", sentence)
    return lapsed


@formal_act("federation.declared")
def declare(*, actor: Person, now: datetime, body_id: int, attributes: Collection[str]) -> None:
    """Declare, of oneself alone, what a quota of the charter counts. Not in the record: only its sums matter.

    Refusals: ``standing.…``, ``membership.declared``.
    """
    acting = begin(body_id, actor, now)
    acting.require("member.declare")
    check_declared(acting.charter, attributes)
    rolls.roll(acting.body).filter(person=actor).update(declared=sorted(set(attributes)))


def claim(*, placeholder: Person, person: Person) -> str:
    """Somebody takes up the line on a roll that was entered for them: it is theirs from now on. Answers the path.

    placeholder: a person from a list who never signed in. Not a formal act: who is a member does not change,
    only by which account. Refusals: ``import.claimed``, ``application.member``, ``membership.one_council``.
    """
    if not rolls.unclaimed(Person.objects.filter(pk=placeholder.pk)).exists() or placeholder.pk == person.pk:
        raise RuleBroken("import.claimed")
    rows = list(Membership.objects.filter(person=placeholder).select_related("body__federation__log"))
    asked = list(Application.objects.filter(person=placeholder).select_related("body__federation__log"))
    for body in {row.body_id: row.body for row in [*rows, *asked]}.values():
        if rolls.roll(body).filter(person=person).exists():
            raise RuleBroken("application.member")
        other = rolls.other_councils([person.pk], body).values_list("body__title", flat=True).first()
        if other:
            raise RuleBroken("membership.one_council", council=other)
    Application.objects.filter(person=person, body__in=[row.body_id for row in asked], state__in=rolls.OPEN).update(
        state=Application.State.WITHDRAWN
    )
    Membership.objects.filter(person=placeholder).update(person=person)
    Application.objects.filter(person=placeholder).update(person=person)
    Term.objects.filter(person=placeholder).update(person=person)
    Alternate.objects.filter(person=placeholder).update(person=person)
    on_rolls = RollEntry.objects.filter(person=placeholder, ballot__closed_at__isnull=True)
    on_rolls.exclude(ballot__roll__person=person).update(person=person)
    EmailAddress.objects.filter(user=placeholder).delete()
    Person.objects.filter(pk=placeholder.pk).update(is_active=False)
    body = (rows or asked)[0].body
    return _path(body)


def _tell_member(acting: Acting, membership: Membership, kind: str, sentence: str) -> None:
    if membership.person is not None:
        values = {"body": acting.body.title}
        notify(membership.person, kind, sentence=sentence, values=values, path=_path(acting.body), now=acting.now)


def _path(body: Body) -> str:
    return f"/f/{body.federation.log.slug}/b/{body.ref}/"


__all__ = ["admit", "change_membership", "claim", "declare", "exclude", "lapse", "lapse_terms", "leave"]
