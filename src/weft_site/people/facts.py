"""Facts about people, read from rows. Nothing here writes."""

from datetime import datetime
from typing import Literal

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import QuerySet

from weft.errors import RuleBroken
from weft_site.people import codes
from weft_site.people.models import CodeCard, Invitation, Notice, Person, Recovery
from weft_site.people.ports import MayVouch

VOUCHERS = 2
RecoveryState = Literal["opened", "waiting", "ready", "done", "cancelled", "expired"]


def has_second_factor(person: Person) -> bool:
    """Whether every way in takes two factors: what an office holder, a delegate or an organizer needs.

    An authenticator app or a passkey is asked for after a password and after a card. Without them, only
    cards with a PIN count, and only while no password and no card without a PIN opens the same account.
    """
    strong = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    if Authenticator.objects.filter(user=person, type__in=strong).exists():
        return True
    pins = list(live_cards(person).values_list("has_pin", flat=True))
    return bool(pins) and all(pins) and not person.has_usable_password()


def has_way_back(person: Person) -> bool:
    """Whether the person can sign in again once this session ends."""
    return (
        Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()
        or live_cards(person).exists()
        or bool(person.email and not person.password.startswith(UNUSABLE_PASSWORD_PREFIX))
    )


def live_cards(person: Person) -> QuerySet[CodeCard]:
    return CodeCard.objects.filter(person=person, revoked_at=None).order_by("pk")


def invitation(code: str, now: datetime, *, lock: bool = False) -> Invitation:
    """The invitation behind a code. Raises RuleBroken for an unknown, expired, revoked or used-up one."""
    rows = Invitation.objects.select_for_update() if lock else Invitation.objects
    found = rows.filter(code_digest=codes.digest(codes.typed_words(code))).first()
    if found is None:
        raise RuleBroken("invitation.unknown")
    if found.revoked_at or found.expires_at <= now:
        raise RuleBroken("invitation.expired", at=found.expires_at.isoformat())
    if not found.uses_left:
        raise RuleBroken("invitation.used_up")
    return found


def recovery_state(recovery: Recovery, now: datetime) -> RecoveryState:
    """opened: vouchers are awaited; waiting: the owner can still cancel; ready: the code can be used."""
    if recovery.done_at:
        return "done"
    if recovery.cancelled_at:
        return "cancelled"
    if recovery.expires_at <= now:
        return "expired"
    if recovery.waits_until is None:
        return "opened"
    return "waiting" if now < recovery.waits_until else "ready"


def open_recoveries(person: Person, now: datetime) -> list[Recovery]:
    """What the owner of the account can still cancel."""
    return list(
        Recovery.objects.filter(person=person, done_at=None, cancelled_at=None, expires_at__gt=now).order_by("pk")
    )


def recovery_to_vouch_for(code: str, voucher: Person, now: datetime, may_vouch: MayVouch) -> Recovery:
    """Whom a code is about, for somebody who may say who that is.

    Raises RuleBroken: ``recovery.unknown`` also where this voucher may not vouch for that person, so that a
    code tells a stranger nothing; ``recovery.self``, ``recovery.over``.
    """
    recovery = recovery_of(code)
    if recovery.way != Recovery.Way.VOUCHERS:
        raise RuleBroken("recovery.unknown")
    if recovery.person_id == voucher.pk:
        raise RuleBroken("recovery.self")
    if not may_vouch(voucher, recovery.person):
        raise RuleBroken("recovery.unknown")
    if recovery_state(recovery, now) != "opened":
        raise RuleBroken("recovery.over")
    return recovery


def recovery_of(code: str) -> Recovery:
    """The recovery behind a code, locked if in a transaction that writes. Raises ``recovery.unknown``."""
    rows = Recovery.objects.select_related("person")
    if connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    recovery = rows.filter(code_digest=codes.digest(codes.typed_words(code))).first()
    if recovery is None:
        raise RuleBroken("recovery.unknown")
    return recovery


def notices_of(person: Person) -> QuerySet[Notice]:
    return Notice.objects.filter(person=person).order_by("-pk")


def unread(person: Person) -> int:
    return Notice.objects.filter(person=person, read_at=None).count()


def paper_queue(person_ids: list[int]) -> QuerySet[Notice]:
    """Notices still to be handed over on paper, by person: the secretary's sheet."""
    return (
        Notice.objects.filter(person__in=person_ids, paper=Notice.State.QUEUED)
        .select_related("person")
        .order_by("person__name", "person_id", "pk")
    )


def proof_of_notice(kind: str, path: str) -> QuerySet[Notice]:
    """Who was told of one thing, by which channel, on which day, and whether they read it."""
    return Notice.objects.filter(kind=kind, path=path).select_related("person").order_by("person_id")
