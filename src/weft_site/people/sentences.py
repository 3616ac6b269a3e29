"""What people read when this domain refuses something: one sentence a rule id, and never a dead end."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weft.errors import RuleBroken

SENTENCES: Mapping[str, str | Promise | Mapping[str, str | Promise]] = {
    "person.name": {
        "empty": _("Please give a name."),
        "long": _("A name can have up to %(most)s characters."),
        "control": _("A name stands on one line, without control characters."),
        "hidden": _("This name has an invisible character in it. Please type it anew instead of pasting it."),
        "marks": _("This name has too many accents on one letter."),
        "letters": _("A name has at least one letter, in any script."),
    },
    "person.email": _("This is not an e-mail address that we can write to."),
    "person.password": {
        "password_too_short": _("A password has at least 10 characters."),
        "password_too_common": _("This password is one of those that are tried first. Please choose another."),
    },
    "person.language": _("This site does not speak that language yet."),
    "person.channel": _("Please choose one of the ways to be told of things."),
    "invitation.unknown": _("This invitation is not known here. Please check the code, or ask for a new one."),
    "invitation.expired": _("This invitation has expired. Please ask for a new one."),
    "invitation.used_up": _("This invitation has been used as often as it may be. Please ask for a new one."),
    "invitation.used": _("You have used this invitation already."),
    "invitation.bounds": _("An invitation is for at least one person and ends in the future."),
    "card.wrong": _("Card number, words or PIN are not right. Nothing is locked; please try again."),
    "card.unknown": _("You have no such card."),
    "card.pin": _("A PIN has %(least)s to %(most)s digits, and not 111111 or 123456."),
    "signin.too_many": _(
        "Too many attempts from this network. Please wait a quarter of an hour, or use another network."
    ),
    "claim.wrong": _("No member has this claim key. Please check the words."),
    "recovery.unknown": _("There is no such recovery, or not one that you can say anything about."),
    "recovery.self": _("You cannot vouch for yourself."),
    "recovery.vouched": _("You have vouched already. Another member has to be the second."),
    "recovery.vouchers": _("%(have)s of %(needed)s members have vouched so far."),
    "recovery.waiting": _("The waiting time ends at %(until)s. Until then the owner of the account can object."),
    "recovery.over": _("This recovery is over: it was used, cancelled, or took too long. You can begin another."),
    "request.stale": _(
        "This page was open for too long, or was sent from another site. Please load it again and repeat."
    ),
    "request.nul": _("Something in this form is not text. Please type it anew instead of pasting it."),
    "request.refused": _("This was refused."),
}


def sentence(refusal: RuleBroken) -> str:
    """The sentence of a refusal of this domain, or of no known rule, in the reader's language."""
    words = SENTENCES.get(refusal.rule, SENTENCES["request.refused"])
    if isinstance(words, Mapping):
        words = words.get(str(refusal.numbers.get("why")), SENTENCES["request.refused"])
    return str(words) % refusal.numbers
