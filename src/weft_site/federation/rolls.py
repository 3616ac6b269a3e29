"""What membership asks of the rows: who is on a roll, who has asked to be, who has no sign-in yet."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet

from weft.ballots import roll_hash
from weft.charter.model import Admission, Charter
from weft.federation.membership import rule_for_list
from weft_site.federation.models import Application, Body, Membership
from weft_site.people.models import ClaimKey, CodeCard, Person

OPEN = (Application.State.WAITING_VOUCHERS, Application.State.OPEN_TO_OBJECTION, Application.State.CONTESTED)
_LISTED = re.compile(r"(q\d+(?:l\d+)?)-\d+")


def roll(body: Body) -> QuerySet[Membership]:
    """Who belongs to a council or association now, the vote resting or not."""
    return Membership.objects.filter(body=body, status__in=Membership.CURRENT)


def roll_fingerprint(body: Body) -> str:
    """The hash of a roll as ballots freeze it: of those who vote, by reference, never by name."""
    refs = Membership.objects.filter(body=body, status=Membership.Status.ADMITTED).values_list("ref", flat=True)
    return roll_hash(refs)


def list_of(application: Application) -> str:
    """The reference of the list by which somebody was entered, or "" for who applied alone."""
    found = _LISTED.fullmatch(application.ref)
    return found[1] if found else ""


def on_list(body_id: int, list_ref: str) -> QuerySet[Application]:
    return Application.objects.filter(body_id=body_id, ref__startswith=f"{list_ref}-")


def admission_rule(charter: Charter, application: Application) -> Admission:
    """The charter's rule for one who applied, or for one whom an officer entered from a list."""
    rule = charter.membership.admission
    return rule_for_list(rule) if list_of(application) else rule


def is_gathering(body: Body) -> bool:
    """An association that was proposed and has not yet enough people to be founded."""
    return body.type == "association" and body.ended_at is None and not body.memberships.exists()


def other_councils(people: Iterable[int], body: Body) -> QuerySet[Membership]:
    """Current memberships of these people in other base councils below the same delegate council."""
    if body.type != "base":
        return Membership.objects.none()
    return (
        Membership.objects.filter(
            person__in=people,
            status__in=Membership.CURRENT,
            body__type="base",
            body__links_up__upper__links_down__lower=body,
            body__links_up__upper__type="delegate",
        )
        .exclude(body=body)
        .distinct()
    )


def unclaimed(people: QuerySet[Person]) -> QuerySet[Person]:
    """People entered from a list who have never signed in: nobody holds a key, card, password or passkey of theirs."""
    listed = Exists(Application.objects.filter(person=OuterRef("pk"), ref__contains="-"))
    no_password = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return people.filter(listed, no_password, email__isnull=True).exclude(
        Q(Exists(ClaimKey.objects.filter(person=OuterRef("pk"))))
        | Q(Exists(CodeCard.objects.filter(person=OuterRef("pk"), revoked_at__isnull=True)))
        | Q(Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    )


def applications(body: Body) -> QuerySet[Application]:
    return Application.objects.filter(body=body, state__in=OPEN).select_related("person").order_by("pk")


def due_applications(now: datetime) -> list[int]:
    """One application for each admission whose time has come: a list is admitted together."""
    rows = Application.objects.filter(state=Application.State.OPEN_TO_OBJECTION, objections_until__lte=now)
    found: dict[tuple[int, str], int] = {}
    for row in rows.only("pk", "body_id", "ref").order_by("pk").iterator(chunk_size=5_000):
        found.setdefault((row.body_id, list_of(row) or row.ref), row.pk)
    return list(found.values())


_LOOK_ALIKES = str.maketrans(
    "аеіјорсухѕԁһԛԝαεικνορτυχγВЕКМНОРСТУХІЈЅАΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeijopcyxsdhqwaeikvoptuxyBEKMHOPCTYXIJSAABEZHIKMNOPTYX",
)


def looks_like(name: str) -> str:
    """A name as the eye takes it: two with the same skeleton may be one person, or one posing as the other.

    For warnings only; people with the same name are both admitted. Compatibility forms, case, accents of Latin
    letters, letters of other scripts that look Latin, and spaces do not count.
    """
    plain = unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES).casefold().translate(_LOOK_ALIKES)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def folded(text: str) -> str:
    """A text as a search compares it: case and accents left out, in every script."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def find_members(body: Body, words: str) -> list[int]:
    """The memberships whose name has all these words, by name. The database cannot fold other scripts."""
    wanted = folded(words).split()
    names = roll(body).order_by("person__name", "pk").values_list("pk", "person__name")
    return [pk for pk, name in names if all(word in folded(name or "") for word in wanted)]
