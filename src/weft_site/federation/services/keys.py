"""Keys for secret votes on devices: the trustees of a body make one together, step by step.

Charter: procedure.trustees; the office is called ``trustee``. What each trustee publishes is a row; what all have
published in a step enters the record, the commitments before anybody reveals.
The protocol: `weft.ballots.secret.ceremony`.
"""

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.elections import check_trustees, key_usable
from weft_site.ballots.models import KeyTrustee, TrusteeKey
from weft_site.ballots.services import keys as rows
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import Electors, path
from weft_site.federation.models import Body, Term
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

TRUSTEE = "trustee"
State = TrusteeKey.State
LONGEST = 200_000  # characters that one step can have


def trustees_of(body: Body, now: datetime) -> list[Term]:
    """Who holds the office of trustee in a body, in the order of the places."""
    terms = Term.objects.filter(facts.running(now), seat__body=body, seat__office=TRUSTEE)
    return list(terms.select_related("person", "membership").order_by("seat__number", "pk"))


def usable_key(body: Body, now: datetime) -> TrusteeKey | None:
    """The key with which a vote of this body can be opened now, if enough of those who made it are in office."""
    key = TrusteeKey.objects.filter(log=body.federation.log_id, body=body.ref, state=State.READY).last()
    if key is None:
        return None
    in_office = {term.person_id for term in trustees_of(body, now)}
    made_it = key.holders.values_list("person_id", flat=True)
    return key if key_usable(threshold=key.threshold, in_office=len(in_office & set(made_it))) else None


def key_for(electors: Electors, now: datetime) -> TrusteeKey | None:
    """The key for a vote of these electors: their own body's, else that of the body in which the places are."""
    candidates = [electors.bodies[0]] if len(electors.bodies) == 1 else []
    for body in (*candidates, electors.body):
        if key := usable_key(body, now):
            return key
    return None


@formal_act("federation.key_ceremony_opened")
def open_ceremony(*, actor: Person, now: datetime, body_id: int) -> str:
    """Open the ceremony in which the trustees of a body make a key; answers its reference."""
    acting = begin(body_id, actor, now)
    acting.require("key.open")
    running = TrusteeKey.objects.filter(log=acting.log, body=acting.body.ref, state__in=rows.RUNNING).first()
    if running is not None:
        raise RuleBroken("key.running", key=running.ref)
    terms = trustees_of(acting.body, now)
    check_trustees(acting.charter.procedure, trustees=len(terms))
    key = rows.open_key(
        acting.log,
        ref=f"k{acting.index}",
        body=acting.body.ref,
        trustees=[(term.person, term.membership.ref, term.name) for term in terms],
        now=now,
    )
    acting.record(
        "federation.key_ceremony_opened",
        data={
            "key": key.ref,
            "group": key.group,
            "threshold": key.threshold,
            "trustees": [term.membership.ref for term in terms],
        },
    )
    _tell(acting, key, gettext_noop("The trustees make a key for secret votes. It begins with you."))
    return key.ref


@formal_act("federation.key_step_taken")
def take_step(*, actor: Person, now: datetime, key_id: int, step: str, content: str) -> str:
    """Publish what a trustee's device made for the step that is under way; answers the state of the key.

    step: "commitment", "reveal", "shares" or "confirmation". Refusals: ``key.not_trustee`` for anybody else, and those
    of `weft_site.ballots.services.keys.put_step`. A complaint ends the ceremony; it is no refusal.
    """
    acting, key = _begin(key_id, actor, now)
    trustee = _own(key, actor)
    if len(content) > LONGEST:
        raise RuleBroken("secret.format", what=step[:20])
    if rows.put_step(key, trustee, step, content.encode(), now):
        _moved_on(acting, key)
    return key.state


def _own(key: TrusteeKey, person: Person) -> KeyTrustee:
    found = key.holders.filter(person=person).first()
    if found is None:
        raise RuleBroken("key.not_trustee")
    return found


def _moved_on(acting: Acting, key: TrusteeKey) -> None:
    """What stands in the record of a step that all have taken, and who is told."""
    holders = list(key.holders.all())
    if key.state == State.REVEALING:
        commitments = [sha256(one.commitment.encode()).hexdigest() for one in holders]
        acting.record("federation.key_committed", by=(), data={"key": key.ref, "commitments": commitments})
    elif key.state == State.READY:
        TrusteeKey.objects.filter(log=key.log_id, body=key.body, state=State.READY).exclude(pk=key.pk).update(
            state=State.RETIRED, ended_at=acting.now
        )
        trustees = sha256(key.trustees.encode()).hexdigest()
        acting.record("federation.key_made", by=(), data={"key": key.ref, "trustees": trustees})
    elif key.state == State.FAILED:
        complaining = next(one for one in holders if one.confirmation.startswith('{"complaint"'))
        against = int(complaining.confirmation.split(":")[1].rstrip("}"))
        acting.record(
            "federation.key_failed",
            data={"key": key.ref, "by": complaining.number, "against": against},
        )
    words = {
        State.READY: gettext_noop("The key for secret votes is made. Keep what you wrote down."),
        State.FAILED: gettext_noop("The ceremony has ended without a key: somebody's part was wrong."),
    }
    _tell(acting, key, words.get(key.state, gettext_noop("The next step of making the key waits for you.")))


@formal_act("federation.key_ended")
def end_key(*, actor: Person, now: datetime, key_id: int) -> str:
    """Give up a ceremony in which somebody does not take part, or retire a key; answers its reference."""
    acting, key = _begin(key_id, actor, now)
    acting.require("key.end")
    if key.state in {State.FAILED, State.RETIRED}:
        raise RuleBroken("key.ended", key=key.ref)
    rows.end_key(key, now)
    acting.record("federation.key_ended", data={"key": key.ref, "state": key.state})
    return key.ref


def _begin(key_id: int, actor: Person, now: datetime) -> tuple[Acting, TrusteeKey]:
    """Lock first, then read: the key as it stands when this act's turn has come."""
    known = TrusteeKey.objects.get(pk=key_id)
    body = Body.objects.get(federation__log=known.log_id, ref=known.body)
    acting = begin(body.pk, actor, now)
    return acting, TrusteeKey.objects.select_for_update().select_related("log").get(pk=key_id)


def _tell(acting: Acting, key: TrusteeKey, sentence: str) -> None:
    people = Person.objects.filter(pk__in=key.holders.values_list("person_id", flat=True))
    where = path(acting.body, "keys", key.ref)
    notify_many(people, "key.step", sentence=sentence, values={}, path=where, now=acting.now)
