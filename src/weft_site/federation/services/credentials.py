"""Credentials: the mandate commission checks whether a new delegate was elected as the charter says.

Until it has confirmed them a delegate has no decisive voice. Where no commission sits, the record is the check.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation import require
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import (
    MANDATE_COMMISSION,
    commission_of,
    credential_checkers,
    electors_document,
    electors_of_seat,
)
from weft_site.federation.models import Term
from weft_site.federation.services.seats import end_term, step_up, tell
from weft_site.people.models import Person
from weft_site.record.acts import formal_act
from weft_site.texts import clean_text

LONGEST_REASON = 4_000


@formal_act("federation.credential_decided")
def decide_credential(*, actor: Person, now: datetime, term_id: int, confirm: bool, reason: str = "") -> str:
    """A member of the commission confirms a delegate's credentials, or refuses them with a reason.

    Nobody decides on their own. A refused delegate never held the seat's voice; the next alternate steps up.
    """
    body_id = Term.objects.values_list("seat__body_id", flat=True).get(pk=term_id)
    acting = begin(body_id, actor, now)
    _require_checker(acting)
    term = Term.objects.select_related("seat__constituency", "person").get(pk=term_id)
    if term.person_id == actor.pk:
        raise RuleBroken("credential.own")
    if term.credential != Term.Credential.PENDING or not facts.holds(term, now):
        raise RuleBroken("credential.decided")
    reason = clean_text(reason, most=LONGEST_REASON)
    if not confirm and not reason:
        raise RuleBroken("credential.reason")
    electors = electors_of_seat(term.seat, acting.body)
    data = {**electors.data(), "seat": term.seat.ref, "term": term.ref}
    by = _checker_ref(acting)
    if confirm:
        term.credential = Term.Credential.CONFIRMED
        term.save(update_fields=["credential"])
        acting.record("federation.credential_confirmed", by=by, data=data)
        sentence = gettext_noop("Your credentials are confirmed. You have a decisive voice.")
        tell(term.person, "credential.confirmed", sentence, acting, term.seat)
        return term.ref
    term.credential = Term.Credential.REFUSED
    end_term(acting, term, Term.EndedBy.REFUSED)
    documents = {"reason": electors_document(acting, electors, "reason", reason)}
    acting.record("federation.credential_refused", by=by, data=data, documents=documents)
    sentence = gettext_noop("Your credentials were refused. The reason stands in the record.")
    tell(term.person, "credential.refused", sentence, acting, term.seat)
    step_up(acting, electors, term)
    return term.ref


def may_check(person: Person | None, body, now: datetime) -> bool:
    """Whether this person checks credentials in a body: for pages, the same question as the act asks."""
    return person is not None and person.pk in credential_checkers(body, now)


def _require_checker(acting: Acting) -> None:
    """Standing as a member of the commission counts as standing by that office in the body it serves."""
    standing = facts.standing(acting.actor, acting.body, acting.now)
    if may_check(acting.actor, acting.body, acting.now):
        standing = replace(standing, offices=standing.offices | {MANDATE_COMMISSION})
    require("credential.decide", standing)


def _checker_ref(acting: Acting) -> tuple[str, ...]:
    commission = commission_of(acting.body)
    found = facts.acting_ref(acting.actor, commission, acting.now) if commission else ()
    return found or facts.acting_ref(acting.actor, acting.body, acting.now)
