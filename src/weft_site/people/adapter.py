"""How allauth behaves here: closed sign-up (accounts are made in `services.join`), least data, sealed secrets."""

import base64
import hashlib
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError

from weft.errors import RuleBroken
from weft_site.people.attempts import network_of
from weft_site.people.names import clean_email
from weft_site.people.sentences import sentence

_BOUND_TO = b"weft second factor, version 1"


class Accounts(DefaultAccountAdapter):
    """Accounts, passwords and addresses."""

    def is_open_for_signup(self, request):  # noqa: ARG002 - allauth's signature
        return False

    def clean_email(self, email):
        try:
            return clean_email(email)
        except RuleBroken as refusal:
            raise ValidationError(sentence(refusal), code=refusal.rule) from None

    def get_client_ip(self, request):
        """Only the network: it limits attempts and is shown in the list of sign-ins, and says less of a person."""
        return network_of(super().get_client_ip(request))

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count wrong passwords per account and network, so that an account cannot be locked from elsewhere."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{self.get_client_ip(request)}:{account}"

    def format_email_subject(self, subject):
        return str(subject)

    def post_login(self, request, user, **kwargs):
        """The page speaks the person's own language from the first answer on."""
        response = super().post_login(request, user, **kwargs)
        if user.language:
            remember_language(response, user.language)
        return response


class SecondFactors(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are sealed, so that a copied database opens nothing."""

    def encrypt(self, text):
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(_key()).encrypt(nonce, text.encode(), _BOUND_TO)
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text):
        sealed = base64.b64decode(encrypted_text)
        return AESGCM(_key()).decrypt(sealed[:12], sealed[12:], _BOUND_TO).decode()


def remember_language(response, language: str) -> None:
    """Set Django's language cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _key() -> bytes:
    return hashlib.sha256(_BOUND_TO + settings.SECRET_KEY.encode()).digest()
