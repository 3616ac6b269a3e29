"""Federations and bodies come into being. Called by the acts that found, accede and create; not acts themselves."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from weft.charter.model import BodyRule, Charter
from weft.federation.accession import organ_kinds
from weft.record import commitment
from weft_site.charter.models import CharterVersion
from weft_site.federation.models import Body, BodyLink, CharterInForce, Federation, Membership, Seat
from weft_site.people.models import ClaimKey, Person
from weft_site.record.keys import key_path, make_key
from weft_site.record.models import Log

ATTEMPTS = 8  # at an address with something random in it


def create_federation(*, title: str, version: CharterVersion, now: datetime) -> Federation:
    """A federation with an empty record of its own, and the key that will sign it. It has no body yet."""
    log = _new_log(slugify(title)[:60] or "council")
    federation = Federation.objects.create(log=log, title=title, charter=version, founded_at=now)
    CharterInForce.objects.create(federation=federation, version=version, from_index=0, from_at=now)
    return federation


def _new_log(base: str) -> Log:
    """An empty record at a readable address, and its key; where the address is taken, something is added to it.

    Transliteration is left out on purpose: a name that gives no address gets a neutral word. An address is taken
    too if another founding of that name gets there first, or if a key of an act that was undone lies there.
    """
    for slug in (base, *(f"{base}-{secrets.token_hex(3)}" for _ in range(ATTEMPTS))):
        log = Log(origin=f"{settings.WEFT_RECORD_NAME}/{slug}", slug=slug)
        if key_path(log).exists():
            continue
        try:
            with transaction.atomic():
                log.save()
        except IntegrityError:
            continue
        make_key(log)
        return log
    raise RuntimeError(f"no free address for {base}")


def create_body(federation: Federation, charter: Charter, *, kind: str, title: str, ref: str, now: datetime) -> Body:
    """A body with the places of its offices, all vacant."""
    rule = charter.body(kind)
    body = Body.objects.create(federation=federation, ref=ref, kind=kind, type=rule.type, title=title, created_at=now)
    create_office_seats(body, rule)
    return body


def create_office_seats(body: Body, rule: BodyRule) -> None:
    """The places of a body's offices as its charter now has them; existing places stay."""
    existing = set(Seat.objects.filter(body=body, ended_at__isnull=True).values_list("office", "number"))
    Seat.objects.bulk_create(
        Seat(body=body, office=office.id, number=number, ref=_office_ref(body, office.id, number))
        for office in rule.offices.values()
        for number in range(1, office.count + 1)
        if (office.id, number) not in existing
    )


def _office_ref(body: Body, office: str, number: int) -> str:
    """Deterministic, so that the record can name an office's place without an entry that made it."""
    return f"{body.ref}-{office.replace('_', '-')}-{number}"


def link(lower: Body, upper: Body) -> None:
    """`lower` sends delegates to `upper`."""
    BodyLink.objects.get_or_create(lower=lower, upper=upper)


def add_members(body: Body, people: Sequence[Person], *, index: int | str, now: datetime) -> list[Membership]:
    """Admit people by the entry with this index; the first gets the reference m<index>-1, and so on."""
    salts = _salts(people)
    origin = body.federation.log.origin
    rows = []
    for number, person in enumerate(people, start=1):
        salt = _salt_in(salts.get(person.pk), origin, body.ref)
        rows.append(
            Membership(
                body=body,
                person=person,
                ref=f"m{index}-{number}",
                since=now,
                salt=salt,
                commitment=commitment(salt, b"member").hex(),
            )
        )
    Membership.objects.bulk_create(rows, batch_size=2_000)
    body.members_count += len(rows)
    body.save(update_fields=["members_count"])
    return rows


def _salts(people: Sequence[Person]) -> dict[int, bytes]:
    """Person id -> the secret of the claim key; asked in portions, because a database takes only so many at once."""
    found: dict[int, bytes] = {}
    for start in range(0, len(people), 5_000):
        rows = ClaimKey.objects.filter(person__in=people[start : start + 5_000])
        found.update(rows.values_list("person_id", "salt"))
    return found


def _salt_in(secret: bytes | None, origin: str, body_ref: str) -> bytes:
    """A salt for one body, from the member's claim key where there is one.

    Nobody can join two bodies' commitments, and with the key alone the member finds the own one after a loss.
    """
    if secret is None:
        return secrets.token_bytes(32)
    return sha256(b"weft/member/salt\n" + bytes(secret) + f"{origin}\n{body_ref}".encode()).digest()


def members_document(rows: Sequence[Membership]) -> str:
    """References and commitments, one member a line: the document an entry that admits people names."""
    return "".join(f"{row.ref} {row.commitment}\n" for row in rows)


def raise_uppers(
    federation: Federation, charter: Charter, lower: Sequence[Body], *, kinds: Sequence[str], ref: str, now: datetime
) -> list[Body]:
    """The delegate councils of these kinds, each with its organs, where the federation has none of the kind yet.

    They come into being with the councils below them and need no act of their own. lower: the bodies that will
    send to them. ref: what the new references begin with; -u1, -u2, … are added.
    """
    existing = set(Body.objects.filter(federation=federation, ended_at__isnull=True).values_list("kind", flat=True))
    made: list[Body] = []
    for kind in kinds:
        if kind in existing:
            continue
        upper = _raise(federation, charter, kind, f"{ref}-u{len(made) + 1}", now)
        made.append(upper)
        for organ_kind in organ_kinds(charter, kind):
            if organ_kind in existing:
                continue
            organ = _raise(federation, charter, organ_kind, f"{ref}-u{len(made) + 1}", now)
            sends = any(rule.sender == kind for rule in charter.body(organ_kind).seats)
            link(upper, organ) if sends else link(organ, upper)
            made.append(organ)
    for upper in (body for body in made if body.type == "delegate"):
        for body in lower:
            if any(rule.sender == body.kind for rule in charter.body(upper.kind).seats):
                link(body, upper)
    return made


def _raise(federation: Federation, charter: Charter, kind: str, ref: str, now: datetime) -> Body:
    title = charter.body(kind).title
    return create_body(federation, charter, kind=kind, title=title[:1].upper() + title[1:], ref=ref, now=now)
