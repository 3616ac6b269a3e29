"""Which function judges which act, by version of the rules.

A rule whose outcome changes gets a new version here, with the functions that changed; the old table stays as it is,
so that what was decided by it is judged by it for ever. One line an act: docs/reference/acts.md lists the same.
"""

from collections.abc import Callable, Mapping

from weft.replay._accession import (
    acceded,
    acceptance_decided,
    acceptance_vote_opened,
    accession_decided,
    accession_proposed,
    accession_vote_opened,
    accession_withdrawn,
    body_joined,
    body_left,
    continued,
    founded_together,
    founding_proposed,
    leaving_proposed,
)
from weft.replay._act import Act
from weft.replay._bodies import association_founded, association_proposed, founded
from weft.replay._challenges import challenge_decided, election_challenged
from weft.replay._elections import (
    draw_called,
    drawn,
    election_annulled,
    election_called,
    election_closed,
    election_closed_in_order,
    election_opened,
    rotated,
)
from weft.replay._keys import (
    ballot_sealed,
    ballot_unopened,
    casting_ended,
    ceremony_opened,
    key_committed,
    key_ended,
    key_failed,
    key_made,
)
from weft.replay._laws import charter_amended
from weft.replay._meetings import (
    agenda_item_added,
    meeting_cancelled,
    meeting_closed,
    meeting_convened,
    meeting_opened,
)
from weft.replay._members import (
    admitted,
    application_decided,
    application_vote_opened,
    application_withdrawn,
    applied,
    list_entered,
    list_withdrawn,
    membership_changed,
    numbers_stated,
    objected,
    refused,
    vouched,
)
from weft.replay._motions import (
    mandate_linked,
    motion_decided,
    motion_moved,
    motion_put,
    motion_seconded,
    motion_tabled,
    motion_withdrawn,
    objection_ended,
    objection_made,
    vote_undecided,
)
from weft.replay._operator import RECOVERY, key_changed, recovery, restored
from weft.replay._ratification import (
    ratification_decided,
    ratification_opened,
    ratification_settled,
    ratification_undecided,
)
from weft.replay._recalls import (
    mandate_closed,
    mandate_proposed,
    mandate_vote_opened,
    recall_answered,
    recall_closed,
    recall_lapsed,
    recall_opened,
    recall_started,
    recall_vote_opened,
)
from weft.replay._seats import (
    credential_decided,
    entitled,
    fraction_declared,
    fraction_joined,
    fraction_left,
    reported,
    resigned,
)
from weft.replay._vacancies import stepped_up, stepped_up_in_order

Handler = Callable[[Act], None]

#: Acts with which a record can begin; every other needs a charter in force.
FIRST = frozenset({"deliberation.founded", "federation.founded_together", "federation.continued"})

_FIRST_RULES: Mapping[str, Handler] = {
    "deliberation.founded": founded,
    "federation.founded_together": founded_together,
    "federation.continued": continued,
    # members
    "federation.applied": applied,
    "federation.list_entered": list_entered,
    "federation.list_withdrawn": list_withdrawn,
    "federation.vouched": vouched,
    "federation.objected": objected,
    "federation.admitted": admitted,
    "federation.members_imported": admitted,
    "federation.application_withdrawn": application_withdrawn,
    "federation.application_vote_opened": application_vote_opened,
    "federation.application_decided": application_decided,
    "federation.refused": refused,
    "federation.membership_changed": membership_changed,
    "federation.numbers_stated": numbers_stated,
    # bodies
    "federation.association_proposed": association_proposed,
    "federation.association_founded": association_founded,
    "federation.accession_proposed": accession_proposed,
    "federation.founding_proposed": founding_proposed,
    "federation.leaving_proposed": leaving_proposed,
    "federation.accession_withdrawn": accession_withdrawn,
    "federation.accession_vote_opened": accession_vote_opened,
    "federation.accession_adopted": accession_decided,
    "federation.accession_rejected": accession_decided,
    "federation.acceded": acceded,
    "federation.acceptance_vote_opened": acceptance_vote_opened,
    "federation.acceptance_decided": acceptance_decided,
    "federation.body_joined": body_joined,
    "federation.body_left": body_left,
    # seats
    "federation.entitled": entitled,
    "federation.election_called": election_called,
    "federation.election_opened": election_opened,
    "federation.elected": election_closed_in_order,
    "federation.election_failed": election_closed_in_order,
    "federation.election_annulled": election_annulled,
    "federation.election_challenged": election_challenged,
    "federation.challenge_decided": challenge_decided,
    # secret votes on devices
    "federation.key_ceremony_opened": ceremony_opened,
    "federation.key_committed": key_committed,
    "federation.key_made": key_made,
    "federation.key_failed": key_failed,
    "federation.key_ended": key_ended,
    "federation.casting_ended": casting_ended,
    "federation.ballot_sealed": ballot_sealed,
    "federation.ballot_unopened": ballot_unopened,
    # draws and turns
    "federation.draw_called": draw_called,
    "federation.drawn": drawn,
    "federation.rotated": rotated,
    "federation.credential_confirmed": credential_decided,
    "federation.credential_refused": credential_decided,
    "federation.resigned": resigned,
    "federation.stepped_up": stepped_up_in_order,
    "federation.reported": reported,
    "federation.fraction_declared": fraction_declared,
    "federation.fraction_joined": fraction_joined,
    "federation.fraction_left": fraction_left,
    # recall and mandates
    "federation.recall_started": recall_started,
    "federation.recall_opened": recall_opened,
    "federation.recall_answered": recall_answered,
    "federation.recall_vote_opened": recall_vote_opened,
    "federation.recalled": recall_closed,
    "federation.recall_failed": recall_closed,
    "federation.recall_lapsed": recall_lapsed,
    "federation.mandate_proposed": mandate_proposed,
    "federation.mandate_vote_opened": mandate_vote_opened,
    "federation.mandate_given": mandate_closed,
    "federation.mandate_rejected": mandate_closed,
    "federation.mandate_withdrawn": mandate_closed,
    "federation.mandate_kept": mandate_closed,
    "deliberation.mandate_linked": mandate_linked,
    # meetings
    "deliberation.meeting_convened": meeting_convened,
    "deliberation.agenda_item_added": agenda_item_added,
    "deliberation.meeting_opened": meeting_opened,
    "deliberation.meeting_closed": meeting_closed,
    "deliberation.meeting_cancelled": meeting_cancelled,
    # motions
    "deliberation.motion_moved": motion_moved,
    "deliberation.motion_tabled": motion_tabled,
    "deliberation.motion_seconded": motion_seconded,
    "deliberation.motion_withdrawn": motion_withdrawn,
    "deliberation.motion_put": motion_put,
    "deliberation.motion_decided": motion_decided,
    "deliberation.vote_undecided": vote_undecided,
    "deliberation.objection_made": objection_made,
    "deliberation.objection_ended": objection_ended,
    "deliberation.ratification_opened": ratification_opened,
    "deliberation.ratification_decided": ratification_decided,
    "deliberation.ratification_undecided": ratification_undecided,
    "deliberation.motion_ratified": ratification_settled,
    "deliberation.motion_rejected": ratification_settled,
    "deliberation.charter_amended": charter_amended,
    # the server, and sign-ins
    "operator.key_changed": key_changed,
    "operator.restored": restored,
    **dict.fromkeys(RECOVERY, recovery),
}

_SECOND_RULES: Mapping[str, Handler] = {**_FIRST_RULES, "federation.stepped_up": stepped_up}

#: By version: 2, countback among the alternates; 3, also where an elected candidate can no longer serve at the close.
RULES: Mapping[int, Mapping[str, Handler]] = {
    1: _FIRST_RULES,
    2: _SECOND_RULES,
    3: {**_SECOND_RULES, "federation.elected": election_closed, "federation.election_failed": election_closed},
}
