"""Challenges to an election: an elector makes one with a reason, the mandate commission upholds or rejects it.

Charter: procedure.challenge_days. Upheld, the election is annulled: the terms that came from it end at that instant,
its alternates wait no longer, and the places can be filled by a new election.
"""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation import require
from weft.federation.challenges import challenge_end, check_challenge, check_judge
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import (
    MANDATE_COMMISSION,
    Electors,
    commission_of,
    credential_checkers,
    elector_ref,
    electors_document,
    electors_of,
    path,
)
from weft_site.federation.models import Alternate, Challenge, Election, Term
from weft_site.federation.services.seats import end_term
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_text

LONGEST_REASON = 4_000


@formal_act("federation.election_challenged")
def challenge_election(*, actor: Person, now: datetime, election_id: int, reason: str) -> str:
    """Challenge a declared election, once a person; answers the challenge's reference.

    Refusals: ``standing.elector``, ``election.state`` before a result, ``procedure.challenge_days`` when it is too
    late, ``challenge.reason`` without one, ``challenge.twice``.
    """
    acting, election, electors = _begin(election_id, actor, now)
    by = elector_ref(acting, electors, "election.challenge")
    if election.state != Election.State.DECLARED:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.DECLARED)
    check_challenge(acting.charter.procedure, declared_at=election.ballot.closed_at, now=now)
    reason = clean_text(reason, most=LONGEST_REASON)
    if not reason:
        raise RuleBroken("challenge.reason")
    if Challenge.objects.filter(election=election, person=actor).exists():
        raise RuleBroken("challenge.twice")
    challenge = Challenge.objects.create(
        election=election, ref=f"h{acting.index}", person=actor, reason=reason, made_at=now
    )
    acting.record(
        "federation.election_challenged",
        by=by,
        data={"challenge": challenge.ref, "election": election.ref, **electors.data()},
        documents={"reason": electors_document(acting, electors, "reason", reason, of_election=True)},
    )
    sentence = gettext_noop("An election is challenged. The mandate commission decides.")
    _tell(acting, election, [*_serving(election), *judges(election, now)], "election.challenged", sentence)
    return challenge.ref


@formal_act("federation.challenge_decided")
def decide_challenge(*, actor: Person, now: datetime, challenge_id: int, uphold: bool, reason: str) -> str:
    """A member of the mandate commission upholds a challenge or rejects it, with the reason.

    Nobody judges an election in which they stood, or their own challenge. Refusals: ``standing.office``,
    ``challenge.party``, ``challenge.decided``, ``challenge.answer`` without a reason.
    """
    election_id = Challenge.objects.values_list("election_id", flat=True).get(pk=challenge_id)
    acting, election, electors = _begin(election_id, actor, now)
    _require_judge(acting)
    challenge = Challenge.objects.get(pk=challenge_id)
    stood = frozenset(str(pk) for pk in election.candidacies.values_list("person_id", flat=True))
    check_judge(judge=str(actor.pk), challenger=str(challenge.person_id), candidates=stood)
    if challenge.state != Challenge.State.OPEN or election.state != Election.State.DECLARED:
        raise RuleBroken("challenge.decided")
    reason = clean_text(reason, most=LONGEST_REASON)
    if not reason:
        raise RuleBroken("challenge.answer")
    told = [*_serving(election), challenge.person]
    ended = _annul(acting, election, electors) if uphold else []
    challenge.state = Challenge.State.UPHELD if uphold else Challenge.State.REJECTED
    challenge.answer, challenge.decided_at = reason, now
    challenge.save(update_fields=["state", "answer", "decided_at"])
    acting.record(
        "federation.challenge_decided",
        by=_judge_ref(acting),
        data={
            "challenge": challenge.ref,
            "election": election.ref,
            **electors.data(),
            "upheld": uphold,
            "terms": [term.ref for term in ended],
        },
        documents={"reason": electors_document(acting, electors, "reason", reason, of_election=True)},
    )
    sentence = (
        gettext_noop("An election is annulled. The places it gave are vacant.")
        if uphold
        else gettext_noop("A challenge to an election was rejected. The reason stands with the election.")
    )
    _tell(acting, election, told, "election.challenge_decided", sentence)
    return challenge.ref


def _annul(acting: Acting, election: Election, electors: Electors) -> list[Term]:
    """End what came from an election, at this instant; answers the terms, in order."""
    ended = list(_terms(election).filter(facts.running(acting.now)).order_by("pk"))
    for term in ended:
        end_term(acting, term, Term.EndedBy.ANNULLED)
    mine = Alternate.objects.filter(
        body=electors.body, constituency=electors.constituency, office=electors.office, by_election=election.ref
    )
    mine.filter(used_at__isnull=True).update(used_at=acting.now)
    election.state = Election.State.ANNULLED
    election.save(update_fields=["state"])
    return ended


def until(election: Election) -> datetime | None:
    """Until when an election can be challenged; None while it has no result that could be."""
    if election.state != Election.State.DECLARED or election.ballot is None or election.ballot.closed_at is None:
        return None
    return challenge_end(facts.charter_of(election.body.federation).procedure, election.ballot.closed_at)


def judges(election: Election, now: datetime) -> list[Person]:
    """Who may decide a challenge: the mandate commission, but those who stood in the election."""
    stood = election.candidacies.values("person")
    found = Person.objects.filter(pk__in=credential_checkers(election.body, now)).exclude(pk__in=stood)
    return list(found.order_by("pk"))


def _serving(election: Election) -> list[Person]:
    return [term.person for term in _terms(election).filter(ended_at__isnull=True).select_related("person")]


def _terms(election: Election):
    return Term.objects.filter(seat__body=election.body, by_election=election.ref)


def _require_judge(acting: Acting) -> None:
    standing = facts.standing(acting.actor, acting.body, acting.now)
    if acting.actor is not None and acting.actor.pk in credential_checkers(acting.body, acting.now):
        standing = replace(standing, offices=standing.offices | {MANDATE_COMMISSION})
    require("election.judge", standing)


def _judge_ref(acting: Acting) -> tuple[str, ...]:
    commission = commission_of(acting.body)
    found = facts.acting_ref(acting.actor, commission, acting.now) if commission else ()
    return found or facts.acting_ref(acting.actor, acting.body, acting.now)


def _begin(election_id: int, actor: Person, now: datetime) -> tuple[Acting, Election, Electors]:
    body_id = Election.objects.values_list("body_id", flat=True).get(pk=election_id)
    acting = begin(body_id, actor, now)
    election = Election.objects.select_related("constituency", "ballot").get(pk=election_id)
    election.body = acting.body
    return acting, election, electors_of(acting.body, election.constituency, election.office)


def _tell(acting: Acting, election: Election, people: list[Person], kind: str, sentence: str) -> None:
    place = path(acting.body, "elections", election.ref)
    unique = {person.pk: person for person in people if acting.actor is None or person.pk != acting.actor.pk}
    notify_many(list(unique.values()), kind, sentence=sentence, values={}, path=place, now=acting.now)
