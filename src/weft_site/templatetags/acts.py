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
    # elections and seats
    "federation.election_called": _("An election was called"),
    "federation.election_opened": _("The vote of an election was opened"),
    "federation.elected": _("Somebody was elected"),
    "federation.election_failed": _("An election ended and nobody was elected"),
    "federation.election_annulled": _("An election was taken back"),
    "federation.draw_called": _("A public lot was called"),
    "federation.drawn": _("The lot was drawn"),
    "federation.rotated": _("An office passed to the next in turn"),
    "federation.credential_confirmed": _("A delegate’s credentials were confirmed"),
    "federation.credential_refused": _("A delegate’s credentials were refused"),
    "federation.resigned": _("Somebody resigned"),
    "federation.stepped_up": _("An alternate stepped up"),
    "federation.reported": _("A delegate reported"),
    "federation.fraction_declared": _("A fraction was declared"),
    "federation.fraction_joined": _("A delegate joined a fraction"),
    "federation.fraction_left": _("A delegate left a fraction"),
    # mandates and recall
    "federation.mandate_proposed": _("A mandate was proposed"),
    "federation.mandate_vote_opened": _("A vote on a mandate was opened"),
    "federation.mandate_given": _("The electors gave a mandate"),
    "federation.mandate_rejected": _("The electors did not give the mandate"),
    "federation.mandate_withdrawn": _("The electors withdrew a mandate"),
    "federation.mandate_kept": _("The electors kept a mandate"),
    "federation.recall_started": _("A recall was started"),
    "federation.recall_opened": _("Enough electors signed for a recall"),
    "federation.recall_answered": _("The delegate answered the recall"),
    "federation.recall_vote_opened": _("The vote on a recall was opened"),
    "federation.recalled": _("The electors recalled somebody"),
    "federation.recall_failed": _("The electors did not recall"),
    "federation.recall_lapsed": _("A recall ended without a vote"),
    # meetings and decisions
    "deliberation.meeting_convened": _("A meeting was called"),
    "deliberation.agenda_item_added": _("An item was put on an agenda"),
    "deliberation.meeting_opened": _("A meeting was opened"),
    "deliberation.meeting_closed": _("A meeting was closed"),
    "deliberation.meeting_cancelled": _("A meeting was called off"),
    "deliberation.motion_moved": _("A motion was moved"),
    "deliberation.motion_tabled": _("An association tabled a motion"),
    "deliberation.motion_seconded": _("A motion has enough backers"),
    "deliberation.motion_withdrawn": _("A motion was withdrawn"),
    "deliberation.motion_put": _("A motion was put to the vote"),
    "deliberation.motion_decided": _("A motion was decided"),
    "deliberation.vote_undecided": _("A vote ended without a decision"),
    "deliberation.mandate_linked": _("A mandate was laid beside a motion"),
    "deliberation.objection_made": _("An association objected to a decision"),
    "deliberation.objection_ended": _("A suspended decision went on"),
    # the charter and its ratification
    "deliberation.ratification_opened": _("A council’s vote on ratifying was opened"),
    "deliberation.ratification_decided": _("A council answered whether it ratifies"),
    "deliberation.ratification_undecided": _("A council’s vote on ratifying ended without an answer"),
    "deliberation.motion_ratified": _("The councils ratified a decision"),
    "deliberation.motion_rejected": _("The councils did not ratify a decision"),
    "deliberation.charter_amended": _("The charter was amended"),
    # accounts and the server
    "people.recovery_opened": _("Somebody asked to recover a lost sign-in"),
    "people.recovery_vouched": _("A member vouched for a recovery"),
    "people.recovery_waiting": _("A recovery began to wait"),
    "people.recovery_done": _("A sign-in was recovered"),
    "people.recovery_cancelled": _("A recovery was stopped"),
    "operator.key_changed": _("The operator changed the key of the record"),
    "operator.restored": _("The operator restored the record"),
}


@register.simple_tag
def act_name(act: str) -> str:
    """The act in the reader's language; its code where nobody has named it."""
    return str(ACTS.get(act, act))
