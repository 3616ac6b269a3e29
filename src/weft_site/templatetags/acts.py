"""Formal acts in words: ``{% act_name entry.act %}``. One line an act; a test demands one for every act recorded."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTS = {
    "deliberation.founded": _("A council was founded"),
    "federation.entitled": _("Seats were recomputed"),
    # membership
    "federation.applied": _("Somebody asked to join"),
    "federation.vouched": _("Enough members vouched"),
    "federation.objected": _("A member objected to an admission"),
    "federation.admitted": _("A member was admitted"),
    "federation.refused": _("An applicant was not admitted"),
    "federation.application_withdrawn": _("An application was withdrawn"),
    "federation.application_vote_opened": _("A vote on an admission was opened"),
    "federation.application_decided": _("A vote on an admission was closed"),
    "federation.list_entered": _("A list of people was entered"),
    "federation.list_withdrawn": _("A list of people was withdrawn"),
    "federation.members_imported": _("The people on a list were admitted"),
    "federation.membership_changed": _("A membership changed"),
    "federation.association_proposed": _("An association was proposed"),
    "federation.association_founded": _("An association was founded"),
    "federation.numbers_stated": _("A number was stated"),
    # accession
    "federation.accession_proposed": _("Joining a federation was proposed"),
    "federation.founding_proposed": _("Founding a federation together was proposed"),
    "federation.leaving_proposed": _("Leaving the federation was proposed"),
    "federation.accession_withdrawn": _("A proposal was withdrawn"),
    "federation.accession_vote_opened": _("A vote on accession was opened"),
    "federation.accession_adopted": _("The members adopted the accession"),
    "federation.accession_rejected": _("The members rejected the accession"),
    "federation.acceptance_vote_opened": _("A vote on accepting a council was opened"),
    "federation.acceptance_decided": _("A vote on accepting a council was closed"),
    "federation.acceded": _("The council went on in a wider federation"),
    "federation.body_joined": _("A council joined"),
    "federation.founded_together": _("Councils founded this federation"),
    "federation.body_left": _("A council left"),
    "federation.continued": _("A council went on by itself"),
}


@register.simple_tag
def act_name(act: str) -> str:
    """The act in the reader's language; its code where nobody has named it."""
    return str(ACTS.get(act, act))
