"""Rows of people. An account says who signs in; what a person may do, the charter says (federation).

No administrators, no permissions, no groups, no last sign-in, no birthday, no telephone number.
Secrets are stored as hashes only: passwords, card codes and PINs with argon2; invitation codes, claim
keys and recovery codes, which are long and random, with SHA-256 so that they can be looked up.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

__all__ = [
    "CacheRow",
    "ClaimKey",
    "CodeCard",
    "Invitation",
    "InvitationUse",
    "Notice",
    "Person",
    "Recovery",
    "Vouch",
]


class LowerEmailField(models.EmailField):
    """An address in lower case; no address is NULL, so that uniqueness holds for addresses only."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.lower() or None if value is not None else None


class PersonManager(BaseUserManager["Person"]):
    """Plain look-ups. Accounts are made in `people.services`."""

    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email=email)


class Person(AbstractBaseUser):
    """A human with an account.

    name:  as the person wishes to be called; checked by `people.names`, not unique.
    email: a confirmed address, or NULL; allauth keeps addresses that are still to be confirmed.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        PAGE = "page", _("On this site only")
        PAPER = "paper", _("On paper")

    last_login = None  # when somebody last signed in is nobody's business
    name = models.CharField(_("name"), max_length=200)
    email = LowerEmailField(_("e-mail address"), null=True, blank=True, unique=True)
    is_active = models.BooleanField(default=True)
    joined_on = models.DateField()
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    channel = models.CharField(_("notices"), max_length=5, choices=Channel, default=Channel.EMAIL)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "joined_on"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | (Q(email=Lower("email")) & ~Q(email="")),
                name="person_email_is_lower_case",
            ),
            models.CheckConstraint(condition=Q(channel__in=["email", "page", "paper"]), name="person_channel"),
        ]

    def __str__(self) -> str:
        return self.name


class CodeCard(models.Model):
    """A printed card to sign in with: a public number, a code, and optionally a PIN kept in one's head.

    number: 8 digits, public. secret: one argon2 hash of the words on the card and the PIN together, so
    that nobody learns which of the two was wrong. has_pin: the card then counts as two factors.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="cards")
    number = models.CharField(max_length=8, unique=True)
    secret = models.CharField(max_length=200)
    has_pin = models.BooleanField(default=False)
    made_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "revoked_at"], name="card_of_person")]

    def __str__(self) -> str:
        return self.number


class Invitation(models.Model):
    """A code that lets people in, until it expires or is used up.

    purpose: what it leads to, e.g. "founding" or "body"; the domain that owns the word handles it.
    target:  opaque reference for that domain. Neither grants anything by itself.
    """

    code_digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=30)
    target = models.CharField(max_length=100)
    uses_left = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(uses_left__gte=0), name="invitation_uses_left")]
        indexes = [models.Index(fields=["purpose", "target"], name="invitation_by_target")]

    def __str__(self) -> str:
        return f"{self.purpose}:{self.target}"


class InvitationUse(models.Model):
    """One person used one invitation, once."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "person"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.invitation_id}:{self.person_id}"


class ClaimKey(models.Model):
    """With this a member proves, after a loss, to be the one behind a commitment in the record.

    Both values are derived from the claim key (`codes.claim_parts`), which is shown once and never
    stored: on a restored server the key alone is enough, and a seized database is not.

    salt:       32 bytes; the federation derives the salt of each body from it. Erasing it and those erases
                the person from the record, and the chain stays valid.
    key_digest: 64 hexadecimal digits.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="claim_key")
    salt = models.BinaryField(max_length=32)
    key_digest = models.CharField(max_length=64, unique=True)
    made_on = models.DateField()

    def __str__(self) -> str:
        return f"claim key of {self.person_id}"


class Recovery(models.Model):
    """Somebody who lost a sign-in asks to get in again.

    opened -> (two vouches) -> waiting until `waits_until` -> done; or cancelled, or expired unvouched.
    A claim key needs no vouches but has its waiting time too. The state is `facts.state`, never stored.
    """

    class Way(models.TextChoices):
        CLAIM_KEY = "claim_key", _("claim key")
        VOUCHERS = "vouchers", _("two vouchers")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recoveries")
    way = models.CharField(max_length=9, choices=Way)
    code_digest = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True), name="recovery_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | (Q(waits_until__isnull=False) & Q(done_at__gte=F("waits_until"))),
                name="recovery_waits",
            ),
        ]
        indexes = [models.Index(fields=["person", "done_at", "cancelled_at"], name="recovery_of_person")]

    def __str__(self) -> str:
        return f"recovery {self.pk}"


class Vouch(models.Model):
    """A member confirms, in person, who is behind a recovery."""

    recovery = models.ForeignKey(Recovery, on_delete=models.CASCADE, related_name="vouches")
    voucher = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recovery", "voucher"], name="vouch_once")]

    def __str__(self) -> str:
        return f"{self.voucher_id} for {self.recovery_id}"


class Notice(models.Model):
    """Something a person should know. Kept also as proof that a meeting was convened in time.

    sentence: an English msgid with %(name)s places; values: what fills them. Translated when read.
    email, paper: state of the channel; the page always has it.
    """

    class State(models.TextChoices):
        NONE = "none", _("not by this way")
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    sentence = models.CharField(max_length=500)
    values = models.JSONField(default=dict)
    path = models.CharField(max_length=300)
    created_on = models.DateField()
    read_at = models.DateTimeField(null=True, blank=True)
    email = models.CharField(max_length=6, choices=State, default=State.NONE)
    email_on = models.DateField(null=True, blank=True)
    paper = models.CharField(max_length=6, choices=State, default=State.NONE)
    paper_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "read_at"], name="notice_unread"),
            models.Index(fields=["kind", "path"], name="notice_proof"),
            models.Index(fields=["email"], name="notice_email_queue", condition=Q(email="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.sentence) % self.values


class CacheRow(models.Model):
    """Django's database cache: rate limits and used one-time codes, shared by all worker processes.

    In memory each worker would count for itself, and a one-time code could be used once per worker.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "weft_cache"

    def __str__(self) -> str:
        return self.cache_key
