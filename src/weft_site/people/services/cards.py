"""Code cards: sign-in for people without e-mail or smartphone."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from weft.errors import RuleBroken
from weft_site.people import attempts, codes
from weft_site.people.models import CodeCard, Person

PIN_DIGITS = range(6, 13)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """What is printed, once. The words are not stored and cannot be printed again."""

    name: str
    number: str
    words: str


@transaction.atomic
def issue_card(*, person: Person, now: datetime) -> PrintedCard:
    """Make a card. Cards the person already has are void from now on."""
    CodeCard.objects.filter(person=person, revoked_at=None).update(revoked_at=now)
    words = codes.new_words(codes.CARD_WORDS)
    card = CodeCard.objects.create(
        person=person, number=_free_number(), secret=make_password(_secret(words, "")), made_on=now.date()
    )
    return PrintedCard(name=person.name, number=card.number, words=words)


@transaction.atomic
def revoke_card(*, person: Person, number: str, now: datetime) -> None:
    """Make a card of this person's void. Raises RuleBroken ``card.unknown`` for any other card."""
    if not CodeCard.objects.filter(person=person, number=number, revoked_at=None).update(revoked_at=now):
        raise RuleBroken("card.unknown")


@transaction.atomic
def set_pin(*, person: Person, number: str, words: str, pin: str) -> None:
    """Add a PIN of the holder's own to a card, which then counts as two factors. Needs the card's words."""
    card = CodeCard.objects.select_for_update().filter(person=person, number=number, revoked_at=None).first()
    if card is None:
        raise RuleBroken("card.unknown")
    if card.has_pin or not check_password(_secret(words, ""), card.secret):
        raise RuleBroken("card.wrong")
    pin = codes.typed_digits(pin)
    if len(pin) not in PIN_DIGITS or _is_easy(pin):
        raise RuleBroken("card.pin", least=PIN_DIGITS.start, most=PIN_DIGITS.stop - 1)
    card.secret, card.has_pin = make_password(_secret(words, pin)), True
    card.save(update_fields=["secret", "has_pin"])


def check_card(*, number: str, words: str, pin: str) -> Person:
    """Who holds this card. Raises RuleBroken ``card.wrong`` for every wrong part, after the same work."""
    card = (
        CodeCard.objects.select_related("person")
        .filter(number=codes.typed_digits(number), revoked_at=None, person__is_active=True)
        .first()
    )
    secret = _secret(words, pin)
    if card is None:
        make_password(secret)  # as long as a check, so that time does not tell which numbers exist
        raise RuleBroken("card.wrong")
    if not check_password(secret, card.secret):
        raise RuleBroken("card.wrong")
    return card.person


def check_own_card(*, person: Person, number: str, words: str, pin: str) -> None:
    """Whether this person has the card at hand. Raises RuleBroken ``card.wrong``, also for another's card."""
    if check_card(number=number, words=words, pin=pin) != person:
        raise RuleBroken("card.wrong")


def sign_in_with_card(
    request: HttpRequest, *, number: str, words: str, pin: str, then: str | None = None
) -> HttpResponse:
    """Check a card and go on as allauth does after a password: to the second factor, if the person has one.

    Attempts are limited per card and network and per network, so that nobody can lock a card from outside.
    """
    attempts.check(request, "card_failed")
    attempts.count(request, "card", key=codes.typed_digits(number))
    try:
        person = check_card(number=number, words=words, pin=pin)
    except RuleBroken:
        attempts.count(request, "card_failed")
        raise
    record_authentication(request, person, method="card")
    return perform_login(request, Login(user=person, redirect_url=then))


def _secret(words: str, pin: str) -> str:
    return f"{codes.typed_words(words)}/{codes.typed_digits(pin)}"


def _free_number() -> str:
    while True:
        number = codes.new_number()
        if not CodeCard.objects.filter(number=number).exists():
            return number


def _is_easy(pin: str) -> bool:
    """One digit again and again, or a run up or down such as 123456."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}
