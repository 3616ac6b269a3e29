"""Invitations: a link, a QR code or a printed card that lets people in until it expires."""

from datetime import datetime

from django.db import transaction

from weft.errors import RuleBroken
from weft_site.people import codes, facts
from weft_site.people.models import Invitation, InvitationUse, Person
from weft_site.people.ports import ports


@transaction.atomic
def invite(
    *, purpose: str, target: str, uses: int, expires_at: datetime, now: datetime, created_by: Person | None
) -> str:
    """Make an invitation and return its code; only a digest is stored.

    purpose must be registered in `ports`; whether this person may invite is for that domain to say first.
    """
    if purpose not in ports.purposes:
        raise ValueError(f"nobody registered the purpose {purpose!r}")
    if uses < 1 or expires_at <= now:
        raise RuleBroken("invitation.bounds")
    code = codes.new_words(codes.INVITATION_WORDS)
    Invitation.objects.create(
        code_digest=codes.digest(code),
        purpose=purpose,
        target=target,
        uses_left=uses,
        expires_at=expires_at,
        created_by=created_by,
    )
    return code


@transaction.atomic
def use_invitation(*, code: str, person: Person, now: datetime) -> str:
    """Use an invitation for this person and return the path to go on to.

    Raises RuleBroken ``invitation.…`` for one that is unknown, expired, used up, or was used by this person
    before; or whatever the domain behind its purpose refuses. Nothing is used up then.
    """
    invitation = facts.invitation(code, now, lock=True)
    purpose = ports.purposes.get(invitation.purpose)
    if purpose is None:
        raise RuleBroken("invitation.unknown")
    _use, is_new = InvitationUse.objects.get_or_create(invitation=invitation, person=person)
    if not is_new:
        raise RuleBroken("invitation.used")
    invitation.uses_left -= 1
    invitation.save(update_fields=["uses_left"])
    return purpose.accept(invitation.target, person, now)


@transaction.atomic
def revoke_invitation(*, code: str, now: datetime) -> None:
    """Make an invitation void for everybody who has not used it yet."""
    invitation = facts.invitation(code, now, lock=True)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
