"""The ceremony in which trustees make a key: rows of what each published, checked by the core before it is kept.

Parts of acts: who may open a ceremony and who is a trustee is asked by the domain that knows offices.
"""

from collections.abc import Sequence
from datetime import datetime

from weft.ballots.secret import BELENIOS_2048, Trustees, make_trustees
from weft.ballots.secret import ceremony as core
from weft.ballots.secret.groups import group_named
from weft.errors import RuleBroken
from weft_site.ballots.models import KeyTrustee, TrusteeKey
from weft_site.people.models import Person
from weft_site.record.models import Log

State = TrusteeKey.State
STEPS = {  # state -> the column that is being filled, and what comes when all have
    State.COMMITTING: ("commitment", State.REVEALING),
    State.REVEALING: ("reveal", State.SHARING),
    State.SHARING: ("shares", State.CONFIRMING),
    State.CONFIRMING: ("confirmation", State.READY),
}
RUNNING = tuple(STEPS)


def open_key(
    log: Log, *, ref: str, body: str, trustees: Sequence[tuple[Person, str, str]], now: datetime
) -> TrusteeKey:
    """Open a ceremony of these trustees: (person, member reference, public name), in the order of their numbers."""
    key = TrusteeKey.objects.create(
        log=log,
        body=body,
        ref=ref,
        group=BELENIOS_2048.name,
        threshold=core.usual_threshold(len(trustees)),
        opened_at=now,
    )
    KeyTrustee.objects.bulk_create(
        KeyTrustee(key=key, number=number, person=person, holder=holder, name=name[:200])
        for number, (person, holder, name) in enumerate(trustees, start=1)
    )
    return key


def ceremony_of(key: TrusteeKey, size: int) -> core.Ceremony:
    """The ceremony as the core knows it. Its id names the record too, so that no two have the same."""
    return core.Ceremony(
        id=f"{key.log.slug[:40]}-{key.ref}", group=group_named(key.group), size=size, threshold=key.threshold
    )


def for_device(key: TrusteeKey, holders: Sequence[KeyTrustee], number: int) -> dict[str, dict[str, object]]:
    """What the device of the trustee with this number needs: the ceremony, and all that is published, in order."""
    known = ceremony_of(key, len(holders))
    return {
        "ceremony": {
            "id": known.id,
            "group": key.group,
            "size": known.size,
            "threshold": known.threshold,
            "index": number,
        },
        "published": {
            name: [getattr(one, column) for one in holders]
            for name, column in (("commitments", "commitment"), ("reveals", "reveal"), ("shares", "shares"))
        },
    }


def put_step(key: TrusteeKey, trustee: KeyTrustee, step: str, raw: bytes, now: datetime) -> bool:
    """Keep what a trustee publishes in the step that is under way; True when the key has moved on to the next.

    key is locked. The same content again changes nothing; other content is refused (``secret.step_done``).
    Refusals: ``secret.step_other`` for a step that is not under way, and those of `weft.ballots.secret.ceremony`;
    ``secret.complaint`` is no refusal: it ends the ceremony, and the key is FAILED.
    """
    if key.state not in STEPS or STEPS[key.state][0] != step:
        done = key.state != State.FAILED and bool(getattr(trustee, step, ""))
        if done and getattr(trustee, step).encode() == raw:
            return False
        raise RuleBroken("secret.step_other", state=key.state)
    if getattr(trustee, step):
        if getattr(trustee, step).encode() == raw:
            return False
        raise RuleBroken("secret.step_done")
    holders = list(key.holders.all())
    try:
        _check(key, holders, trustee, step, raw)
    except RuleBroken as refusal:
        if refusal.rule != "secret.complaint":
            raise
        trustee.confirmation = raw.decode()
        trustee.save(update_fields=["confirmation"])
        _end(key, State.FAILED, now)
        return True
    setattr(trustee, step, raw.decode())
    trustee.save(update_fields=[step])
    if key.holders.filter(**{step: ""}).exists():
        return False
    key.state = STEPS[key.state][1]
    if key.state == State.READY:
        key.trustees = _result(key).raw().decode()
    key.save(update_fields=["state", "trustees"])
    return True


def _check(key: TrusteeKey, holders: Sequence[KeyTrustee], trustee: KeyTrustee, step: str, raw: bytes) -> None:
    ceremony, number = ceremony_of(key, len(holders)), trustee.number
    if step == "commitment":
        core.check_commitment(raw)
    elif step == "reveal":
        before = {one.number: one.reveal.encode() for one in holders if one.reveal and one.number != number}
        core.check_reveal(ceremony, number, raw, commitments=_all(holders, "commitment"), others=before)
    elif step == "shares":
        core.check_shares(ceremony, number, raw, reveals=_all(holders, "reveal"))
    else:
        core.check_confirmation(ceremony, number, raw, reveals=_all(holders, "reveal"))


def _all(holders: Sequence[KeyTrustee], step: str) -> list[bytes]:
    return [getattr(one, step).encode() for one in holders]


def _result(key: TrusteeKey) -> Trustees:
    holders = list(key.holders.all())
    entry = core.pedersen(
        ceremony_of(key, len(holders)),
        reveals=_all(holders, "reveal"),
        dealt=_all(holders, "shares"),
        confirmations=_all(holders, "confirmation"),
    )
    return make_trustees(group_named(key.group), [entry])


def _end(key: TrusteeKey, state: str, now: datetime) -> None:
    key.state, key.ended_at = state, now
    key.save(update_fields=["state", "ended_at"])


def end_key(key: TrusteeKey, now: datetime) -> None:
    """Give a ceremony up, or retire a key: no vote is opened with it any more; those under way still are."""
    _end(key, State.RETIRED if key.state == State.READY else State.FAILED, now)
