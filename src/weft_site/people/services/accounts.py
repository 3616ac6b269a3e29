"""Making an account and signing in. Anybody may: an account has no power."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from weft.errors import RuleBroken
from weft_site.people import codes
from weft_site.people.models import CacheRow, ClaimKey, Person
from weft_site.people.names import clean_email, clean_name
from weft_site.people.services.cards import PrintedCard, issue_card

Way = Literal["card", "password", "passkey"]


@dataclass(frozen=True, slots=True)
class Joined:
    """A new account, and what is shown to its owner this once. card: None unless asked for."""

    person: Person
    claim_key: str
    card: PrintedCard | None


@transaction.atomic
def join(
    *,
    name: str,
    way: Way,
    now: datetime,
    email: str = "",
    password: str = "",
    language: str = "",
    then: Callable[[Person], None] | None = None,
) -> Joined:
    """Make an account with one way to sign in. Raises RuleBroken and stores nothing.

    way:  "card" prints one, "password" needs email and password, "passkey" is added right after.
    then: runs in the same transaction, e.g. to use an invitation: both happen or neither.
    The address stays unconfirmed, and unused for notices, until its owner confirms it; whether somebody
    else has it already is not told.
    """
    person = Person(name=clean_name(name), joined_on=now.date(), language=_known_language(language))
    if way == "password":
        email = clean_email(email)
        person.set_password(_good_password(password, person))
    else:
        person.set_unusable_password()
    person.save()
    if way == "password":
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=False)
    card = issue_card(person=person, now=now) if way == "card" else None
    joined = Joined(person=person, claim_key=new_claim_key(person=person, now=now), card=card)
    if then is not None:
        then(person)
    return joined


def sign_in(request: HttpRequest, person: Person, *, method: str = "joined") -> None:
    """Start a session for this person: a new session id, listed among their sign-ins.

    For somebody who has just proved who they are. It asks for no second factor.
    """
    get_adapter().login(request, person)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    record_authentication(request, person, method=method)
    UserSession.objects.create_from_request(request)


def send_confirmation(request: HttpRequest, person: Person) -> None:
    """Ask the owner of a new address to confirm it, or tell them that they have an account already.

    One message either way, so that neither the page nor its timing says which it was.
    """
    for address in EmailAddress.objects.filter(user=person, verified=False):
        if address.can_set_verified():
            address.send_confirmation(request, signup=True)
        else:
            get_adapter().send_account_already_exists_mail(address.email)


@transaction.atomic
def new_claim_key(*, person: Person, now: datetime) -> str:
    """Give a person a claim key, in place of an older one, and return it. It cannot be shown again."""
    key = codes.new_words(codes.CLAIM_WORDS)
    salt, digest = codes.claim_parts(key)
    ClaimKey.objects.update_or_create(
        person=person, defaults={"salt": salt, "key_digest": digest, "made_on": now.date()}
    )
    return key


@transaction.atomic
def change_settings(*, person: Person, name: str, language: str, channel: str) -> None:
    """Change how a person is called and told of things."""
    name = clean_name(name)
    if channel not in Person.Channel.values:
        raise RuleBroken("person.channel")
    Person.objects.filter(pk=person.pk).update(name=name, language=_known_language(language), channel=channel)


@transaction.atomic
def forget_what_is_over(*, now: datetime) -> int:
    """Delete what the time has passed over: sessions with their network and browser, and counted attempts.

    For the server to call now and then. Returns how many sign-ins were forgotten.
    """
    CacheRow.objects.filter(expires__lt=now).delete()
    Session.objects.filter(expire_date__lte=now).delete()
    ended, _ = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return ended


def _known_language(language: str) -> str:
    if language and language not in dict(settings.LANGUAGES):
        raise RuleBroken("person.language")
    return language


def _good_password(password: str, person: Person) -> str:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise RuleBroken("person.password", why=str(weak.error_list[0].code)) from None
    return password
