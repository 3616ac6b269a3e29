"""A roll that existed before: people are entered from a list, vouched for, open to objection, admitted together.

Charter: membership.admission. ADR 0011: a list is nothing but many applications made by an officer; no officer
admits anybody alone. The people on it have no sign-in until they take up their line with a printed card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from weft.errors import RuleBroken
from weft.federation import require
from weft.federation.membership import check_invitation
from weft_site.federation import facts, rolls
from weft_site.federation.acting import begin
from weft_site.federation.models import Application, Body, Membership, Voucher
from weft_site.federation.services.applications import advance
from weft_site.federation.services.members import claim
from weft_site.federation.sheets import MOST_ROWS, Fault, Line, Sheet
from weft_site.people.models import Invitation, Person
from weft_site.people.names import clean_email, clean_name
from weft_site.people.ports import Purpose
from weft_site.people.services.invitations import invite
from weft_site.record.acts import formal_act

BODY = "body"  # purpose of the invitations by which a member asks somebody to join
CLAIM = "member"  # purpose of the cards by which somebody takes up a line that was entered for them
CLAIM_DAYS = 60
CARDS = 60  # on one sheet to print
MOST_INVITED = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be entered, what would not and why, and what to look at first."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    total: int


def preview(body: Body, sheet: Sheet) -> Preview:
    """Compare a list with the roll and with those who have already asked. Reads only.

    The same e-mail address is the same person and is left out; a name that looks the same is only a warning,
    because two people may have one name.
    """
    people = Person.objects.filter(
        Q(memberships__in=rolls.roll(body)) | Q(applications__in=rolls.applications(body).order_by())
    )
    emails = set(EmailAddress.objects.filter(user__in=people).values_list("email", flat=True))
    emails |= set(people.filter(email__isnull=False).values_list("email", flat=True))
    emails = {email.lower() for email in emails}
    names = {rolls.looks_like(name) for name in people.values_list("name", flat=True)}
    known = {line.number for line in sheet.lines if line.email and line.email in emails}
    kept = tuple(line for line in sheet.lines if line.number not in known)
    return Preview(
        lines=kept,
        faults=tuple(
            sorted([*sheet.faults, *(Fault(n, "import.on_roll") for n in known)], key=lambda fault: fault.number)
        ),
        warnings=tuple(
            sorted(
                [
                    *(fault for fault in sheet.warnings if fault.number not in known),
                    *(Fault(line.number, "import.alike_roll", line.name) for line in kept
                      if rolls.looks_like(line.name) in names),
                ],
                key=lambda fault: fault.number,
            )
        ),
        total=sheet.total,
    )  # fmt: skip


@formal_act("federation.list_entered")
def import_roll(*, actor: Person, now: datetime, body_id: int, lines: Sequence[tuple[str, str]]) -> str:
    """Enter people from a list of (name, e-mail address or ""); the officer is the first to vouch for them.

    All or nothing: a name or address that cannot be stored refuses the whole list. Answers with its reference.
    Refusals: ``standing.…``, ``application.body``, ``import.…``, ``person.name``, ``person.email``.
    """
    acting = begin(body_id, actor, now)
    acting.require("member.import")
    body = acting.body
    if body.type not in facts.PEOPLE or body.ended_at is not None or rolls.is_gathering(body):
        raise RuleBroken("application.body")
    if not lines:
        raise RuleBroken("import.empty")
    if len(lines) > MOST_ROWS:
        raise RuleBroken("import.rows", most=MOST_ROWS)
    people = _enter_people([(clean_name(name), clean_email(email) if email else "") for name, email in lines], now)
    rows = Application.objects.bulk_create(
        (
            Application(body=body, person=person, ref=f"q{acting.index}-{number}", applied_at=now)
            for number, person in enumerate(people, start=1)
        ),
        batch_size=5_000,
    )
    acting.record("federation.list_entered", data={"list": f"q{acting.index}", "count": len(rows)})
    mine = Membership.objects.filter(body=body, person=actor, status=Membership.Status.ADMITTED).first()
    if mine is not None:
        Voucher.objects.bulk_create((Voucher(application=row, membership=mine) for row in rows), batch_size=5_000)
    advance(acting, rows)
    return rolls.list_of(rows[0])


def _enter_people(lines: Sequence[tuple[str, str]], now: datetime) -> list[Person]:
    """People without a sign-in. An address counts for nothing until its owner confirms it."""
    made = []
    for name, email in lines:
        channel = Person.Channel.EMAIL if email else Person.Channel.PAPER
        person = Person(name=name, joined_on=now.date(), channel=channel)
        person.password = "!"  # noqa: S105 - no password opens this account
        made.append(person)
    people = Person.objects.bulk_create(made, batch_size=5_000)
    EmailAddress.objects.bulk_create(
        (
            EmailAddress(user=person, email=email, primary=True, verified=False)
            for person, (_, email) in zip(people, lines, strict=True)
            if email
        ),
        batch_size=5_000,
    )
    return people


@formal_act("federation.list_withdrawn")
def withdraw_list(*, actor: Person, now: datetime, body_id: int, list_ref: str) -> str:
    """Take back a list before its people are admitted; who never took up their line is forgotten.

    Refusals: ``standing.office``, ``application.state``.
    """
    acting = begin(body_id, actor, now)
    acting.require("member.import")
    rows = rolls.on_list(body_id, list_ref).filter(state__in=rolls.OPEN, ballot__isnull=True)
    people = list(rows.values_list("person_id", flat=True))
    if not people:
        raise RuleBroken("application.state", state="")
    rows.update(state=Application.State.WITHDRAWN)
    acting.record("federation.list_withdrawn", data={"list": list_ref, "count": len(people)})
    for start in range(0, len(people), 5_000):
        rolls.unclaimed(Person.objects.filter(pk__in=people[start : start + 5_000])).delete()
    return list_ref


# --- how people come in ---------------------------------------------------------------------------------------


@transaction.atomic
def invite_to_body(*, actor: Person, now: datetime, body: Body, people: int, days: int) -> str:
    """An invitation to apply to a council, for so many people and days; the inviter vouches for whoever uses it.

    Answers with its code. Refusals: ``standing.…``, ``application.body``, ``procedure.invitation_days``,
    ``invitation.bounds``.
    """
    require("member.vouch", facts.standing(actor, body, now))
    if body.type not in facts.PEOPLE or body.ended_at is not None:
        raise RuleBroken("application.body")
    check_invitation(facts.charter_of(body.federation).procedure, days=days)
    if not 1 <= people <= MOST_INVITED:
        raise RuleBroken("invitation.bounds")
    mine = Membership.objects.get(body=body, person=actor, status=Membership.Status.ADMITTED)
    return invite(
        purpose=BODY,
        target=str(mine.pk),
        uses=people,
        expires_at=now + timedelta(days=days),
        now=now,
        created_by=actor,
    )


def waiting_for_cards(body: Body) -> list[tuple[int, str]]:
    """(person id, name) of the members and applicants of a body that have no sign-in yet, by name."""
    inside = Q(memberships__in=rolls.roll(body)) | Q(applications__in=rolls.applications(body).order_by())
    people = rolls.unclaimed(Person.objects.filter(inside, is_active=True)).order_by("name", "pk")
    return list(people.distinct().values_list("pk", "name"))


@transaction.atomic
def claim_cards(*, actor: Person, now: datetime, body: Body, page: int) -> list[tuple[str, str]]:
    """(name, code) for one sheet of cards by which people take up their lines. Earlier cards of theirs are void.

    Refusals: ``standing.office``.
    """
    require("member.import", facts.standing(actor, body, now))
    chosen = waiting_for_cards(body)[(page - 1) * CARDS : page * CARDS]
    targets = [str(pk) for pk, _ in chosen]
    old = Invitation.objects.filter(purpose=CLAIM, target__in=targets, revoked_at__isnull=True)
    old.update(revoked_at=now)
    until = now + timedelta(days=CLAIM_DAYS)
    return [
        (name, invite(purpose=CLAIM, target=str(pk), uses=1, expires_at=until, now=now, created_by=actor))
        for pk, name in chosen
    ]


def claim_purpose() -> Purpose:
    """What a card to take up a line leads to."""

    def title(target: str) -> str:
        rows = Membership.objects.filter(person=int(target)).values_list("body__title", flat=True)
        asked = Application.objects.filter(person=int(target)).values_list("body__title", flat=True)
        return rows.first() or asked.first() or ""

    def accept(target: str, person: Person, _now: datetime) -> str:
        placeholder = Person.objects.select_for_update().filter(pk=int(target)).first()
        if placeholder is None:
            raise RuleBroken("import.claimed")
        return claim(placeholder=placeholder, person=person)

    return Purpose(title=title, accept=accept)
