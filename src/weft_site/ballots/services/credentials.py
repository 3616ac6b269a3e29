"""Voting keys: what a member's device hands in so that it can vote secretly, before anybody knows on what.

The device keeps one secret. It hands in a few public credentials ahead; each vote on devices takes one of everybody and
forgets whose it was. No formal act: nothing of it stands in a record.
"""

from collections.abc import Collection, Sequence
from hashlib import sha256

from django.db import IntegrityError, transaction

from weft.ballots.secret import BELENIOS_2048
from weft.errors import RuleBroken
from weft_site.ballots.models import VotingCredential, VotingDevice
from weft_site.people.models import Person

GROUP = BELENIOS_2048
AHEAD = 12  # so many credentials a device keeps handed in
LONGEST = 700  # characters of one element


def hand_in(*, person: Person, credentials: Sequence[tuple[int, str]], anew: bool = False) -> int:
    """Keep public credentials, (number, element) each; answers how many of this person's wait to be used.

    anew: the device has another key than the one before: what that one handed in is of no use and is dropped.
    Refusals: ``secret.credential_number`` for numbers that do not follow, ``secret.credential_many``,
    ``secret.element``, ``secret.credential_twice``.
    """
    with transaction.atomic():
        device, _ = VotingDevice.objects.select_for_update().get_or_create(person=person)
        waiting = VotingCredential.objects.filter(person=person)
        if anew:
            waiting.delete()
        numbers = [number for number, _ in credentials]
        first = device.next_number
        if numbers != list(range(first, first + len(numbers))):
            raise RuleBroken("secret.credential_number", expected=first)
        if waiting.count() + len(numbers) > AHEAD:
            raise RuleBroken("secret.credential_many", most=AHEAD)
        rows = [_read(person, number, public) for number, public in credentials]
        try:
            VotingCredential.objects.bulk_create(rows)
        except IntegrityError as twice:
            raise RuleBroken("secret.credential_twice") from twice
        device.next_number = first + len(numbers)
        device.save(update_fields=["next_number"])
        return waiting.count()


def _read(person: Person, number: int, public: str) -> VotingCredential:
    if len(public) > LONGEST or GROUP.read(public) == GROUP.one:
        raise RuleBroken("secret.element")
    return VotingCredential(person=person, number=number, public=public, digest=sha256(public.encode()).hexdigest())


def waiting_credentials(person: Person) -> dict[str, object]:
    """What the device asks before it hands in more: the next number, and the hashes of those that wait, by number."""
    device = VotingDevice.objects.filter(person=person).first()
    rows = VotingCredential.objects.filter(person=person).values_list("number", "digest")
    return {"next": device.next_number if device else 0, "ahead": AHEAD, "waiting": [list(row) for row in rows]}


def any_waiting(people: Collection[int]) -> bool:
    """Whether at least one of these people can vote on a device."""
    return VotingCredential.objects.filter(person__in=people).exists()


def take_one_each(people: Collection[int]) -> dict[int, str]:
    """Person id -> a public credential that is theirs alone, for those who have one. Its row is gone afterwards."""
    rows = VotingCredential.objects.filter(person__in=people).order_by("person_id", "number")
    found: dict[int, tuple[int, str]] = {}
    for pk, person, public in rows.values_list("pk", "person_id", "public"):
        found.setdefault(person, (pk, public))
    VotingCredential.objects.filter(pk__in=[pk for pk, _ in found.values()]).delete()
    return {person: public for person, (_, public) in found.items()}
