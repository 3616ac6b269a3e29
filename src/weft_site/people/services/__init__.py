"""The acts on accounts. One function an act; each checks, writes and notifies in one transaction."""

from weft_site.people.services.accounts import (
    Joined,
    change_settings,
    forget_what_is_over,
    join,
    new_claim_key,
    send_confirmation,
    sign_in,
)
from weft_site.people.services.cards import (
    PrintedCard,
    check_card,
    check_own_card,
    issue_card,
    revoke_card,
    set_pin,
    sign_in_with_card,
)
from weft_site.people.services.invitations import invite, revoke_invitation, use_invitation
from weft_site.people.services.notices import mark_printed, mark_read, notify, notify_many, send_queued
from weft_site.people.services.recovery import (
    cancel_recovery,
    finish_recovery,
    open_by_claim_key,
    open_for_vouchers,
    vouch,
)

__all__ = [
    "Joined",
    "PrintedCard",
    "cancel_recovery",
    "change_settings",
    "check_card",
    "check_own_card",
    "finish_recovery",
    "forget_what_is_over",
    "invite",
    "issue_card",
    "join",
    "mark_printed",
    "mark_read",
    "new_claim_key",
    "notify",
    "notify_many",
    "open_by_claim_key",
    "open_for_vouchers",
    "revoke_card",
    "revoke_invitation",
    "send_confirmation",
    "send_queued",
    "set_pin",
    "sign_in",
    "sign_in_with_card",
    "use_invitation",
    "vouch",
]
