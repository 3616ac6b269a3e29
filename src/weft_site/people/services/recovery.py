"""Recovery of a lost sign-in. There is no admin to ask: one's claim key, or two members, and time.

The owner is told on every channel when it begins and when it moves, and can stop it from any session
that is still signed in. What is given back is a new code card; with the claim key alone a second factor
stays in force, and only two people who know one face to face can put it away.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft_site.people import codes, facts
from weft_site.people.models import ClaimKey, CodeCard, Person, Recovery, Vouch
from weft_site.people.ports import MayVouch, Record
from weft_site.people.services.cards import PrintedCard, issue_card
from weft_site.people.services.notices import notify

CLAIM_WAIT = timedelta(days=1)
VOUCHED_WAIT = timedelta(days=7)
OPEN_FOR = timedelta(days=14)  # to find vouchers, and again to use the code afterwards
PATH = "/account/recoveries/"


def no_record(_act: str, _data: Mapping[str, object]) -> None:
    """Write no entry."""


@transaction.atomic
def open_by_claim_key(*, key: str, now: datetime, record: Record = no_record) -> str:
    """Begin a recovery with a claim key and return its code. The waiting time starts at once."""
    _salt, digest = codes.claim_parts(codes.typed_words(key))
    claim = ClaimKey.objects.select_related("person").filter(key_digest=digest).first()
    if claim is None or not claim.person.is_active:
        raise RuleBroken("claim.wrong")
    return _open(claim.person, Recovery.Way.CLAIM_KEY, now, record)


@transaction.atomic
def open_for_vouchers(*, hint: str, now: datetime, record: Record = no_record) -> str:
    """Begin a recovery for whoever has this confirmed address or card number, and return its code.

    A code comes back for an unknown hint too, and nothing is stored: the answer does not say who is here.
    """
    number = codes.typed_digits(hint)
    card = CodeCard.objects.select_related("person").filter(number=number).first() if number else None
    person = card.person if card else Person.objects.filter(email=hint.strip().lower()).first()
    if person is None or not person.is_active:
        return codes.new_words(codes.RECOVERY_WORDS)
    return _open(person, Recovery.Way.VOUCHERS, now, record)


@transaction.atomic
def vouch(*, code: str, voucher: Person, now: datetime, may_vouch: MayVouch, record: Record = no_record) -> Recovery:
    """Confirm, having met them, who is behind a recovery. The second of two starts the waiting time.

    Raises RuleBroken as `facts.recovery_to_vouch_for` does, and ``recovery.vouched`` the second time.
    """
    recovery = facts.recovery_to_vouch_for(code, voucher, now, may_vouch)
    _vouch, is_new = Vouch.objects.get_or_create(recovery=recovery, voucher=voucher, defaults={"at": now})
    if not is_new:
        raise RuleBroken("recovery.vouched")
    record("people.recovery_vouched", {"recovery": recovery.pk})
    if recovery.vouches.count() >= facts.VOUCHERS:
        _start_waiting(recovery, now, VOUCHED_WAIT)
        recovery.save(update_fields=["waits_until", "expires_at"])
        record("people.recovery_waiting", {"recovery": recovery.pk})
    _tell(
        recovery, gettext_noop("Somebody vouched for a new sign-in to your account. Cancel it if it is not you."), now
    )
    return recovery


@transaction.atomic
def finish_recovery(*, code: str, now: datetime, record: Record = no_record) -> PrintedCard:
    """End the waiting: void every old way in and every session, and hand out a new card.

    Raises RuleBroken ``recovery.unknown``, ``recovery.waiting`` (until) or ``recovery.over``.
    """
    recovery = facts.recovery_of(code)
    match facts.recovery_state(recovery, now):
        case "opened":
            raise RuleBroken("recovery.vouchers", have=recovery.vouches.count(), needed=facts.VOUCHERS)
        case "waiting":
            raise RuleBroken("recovery.waiting", until=recovery.waits_until.isoformat())
        case "done" | "cancelled" | "expired":
            raise RuleBroken("recovery.over")
    person = recovery.person
    person.set_unusable_password()
    person.save(update_fields=["password"])
    if recovery.way == Recovery.Way.VOUCHERS:
        Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    recovery.done_at = now
    recovery.save(update_fields=["done_at"])
    Recovery.objects.filter(person=person, done_at=None, cancelled_at=None).update(cancelled_at=now)
    record("people.recovery_done", {"recovery": recovery.pk})
    _tell(recovery, gettext_noop("Your account has a new code card. Every other way to sign in ended."), now)
    return issue_card(person=person, now=now)


@transaction.atomic
def cancel_recovery(*, person: Person, recovery_id: int, now: datetime, record: Record = no_record) -> None:
    """The owner stops a recovery of their account. Anybody else's is as if it did not exist."""
    recovery = Recovery.objects.select_for_update().filter(pk=recovery_id, person=person).first()
    if recovery is None:
        raise RuleBroken("recovery.unknown")
    if facts.recovery_state(recovery, now) in {"done", "cancelled", "expired"}:
        raise RuleBroken("recovery.over")
    recovery.cancelled_at = now
    recovery.save(update_fields=["cancelled_at"])
    record("people.recovery_cancelled", {"recovery": recovery.pk})


def _open(person: Person, way: Recovery.Way, now: datetime, record: Record) -> str:
    code = codes.new_words(codes.RECOVERY_WORDS)
    recovery = Recovery(
        person=person, way=way, code_digest=codes.digest(code), opened_at=now, expires_at=now + OPEN_FOR
    )
    if way == Recovery.Way.CLAIM_KEY:
        _start_waiting(recovery, now, CLAIM_WAIT)
    recovery.save()
    record("people.recovery_opened", {"recovery": recovery.pk, "way": str(way)})
    _tell(recovery, gettext_noop("Somebody asks for a new sign-in to your account. Cancel it if it is not you."), now)
    return code


def _start_waiting(recovery: Recovery, now: datetime, wait: timedelta) -> None:
    recovery.waits_until = now + wait
    recovery.expires_at = recovery.waits_until + OPEN_FOR


def _tell(recovery: Recovery, sentence: str, now: datetime) -> None:
    notify(
        recovery.person,
        "people.recovery",
        sentence=sentence,
        values={},
        path=PATH,
        now=now,
        every_channel=True,
    )
