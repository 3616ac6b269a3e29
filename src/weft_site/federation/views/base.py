"""What every page of a federation starts from: the body in the address, what one may see, what one may do."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from weft.charter import Charter
from weft.charter.model import BodyRule
from weft.federation import Facts, allowed
from weft.federation.standing import NEEDS
from weft_site import clock
from weft_site.charter.facts import charter
from weft_site.federation import facts
from weft_site.federation.models import Accession, Body, Constituency, Federation, Membership, Term
from weft_site.federation.seat_facts import OwnSeats, own_seats
from weft_site.moved import Moved


class Can:
    """Which acts are legal for the reader here and now, asked as `can.motion_move` in a template.

    The same judgement as the service makes, so a button that shows is one that works.
    """

    def __init__(self, standing: Facts) -> None:
        self._standing = standing

    def __getitem__(self, act: str) -> bool:
        act = act.replace("_", ".", 1)
        if act not in NEEDS:
            raise KeyError(act)
        return allowed(act, self._standing)


@dataclass(slots=True)
class Page:
    """One reader at one body at one instant. `key` is the idempotency key of this page's forms.

    own: what the body fills, read when it is first asked for, and then shared by all parts of the page.
    """

    federation: Federation
    body: Body
    law: Charter
    rule: BodyRule
    standing: Facts
    can: Can
    now: datetime
    key: str
    _own: OwnSeats | None = None

    @property
    def own(self) -> OwnSeats:
        if self._own is None:
            self._own = own_seats(self.body, self.now)
        return self._own

    def context(self, **more: object) -> dict[str, object]:
        return {
            "federation": self.federation,
            "federation_name": self.federation.title,
            "slug": self.federation.log.slug,
            "body": self.body,
            "law": self.law,
            "rule": self.rule,
            "standing": self.standing,
            "can": self.can,
            "now": self.now,
            "key": self.key,
            **more,
        }


def find_federation(request: HttpRequest, slug: str) -> Federation:
    """The federation in the address; its charter is left with the request so that a refusal can cite it."""
    federation = get_object_or_404(Federation.objects.select_related("log", "charter"), log__slug=slug)
    request.charter = charter(federation.charter)
    return federation


def body_page(
    request: HttpRequest, slug: str, ref: str, *, constituency: Constituency | None = None, door: bool = False
) -> Page:
    """The body in the address as this reader may see it; 404 for what is not theirs to see, as for what is not there.

    A page of a council that has gone on in a wider federation leads to the council there, if it is not theirs to see
    any more: Moved. Notices of former days have such addresses.

    door: of a page by which people come in: it shows the body's name and who may join, and nothing from inside.
    """
    federation = find_federation(request, slug)
    body = get_object_or_404(Body, federation=federation, ref=ref)
    body.federation = federation
    request.body_kind = body.kind
    now = clock.now()
    law = charter(federation.charter)
    person = request.user if request.user.is_authenticated else None
    standing = facts.standing(person, body, now, constituency=constituency)
    if not door and not may_see(person, body, law.body(body.kind), standing, now):
        gone = moved_to(slug, ref) if body.ended_at is not None and request.method in {"GET", "HEAD"} else None
        raise Moved(gone) if gone else Http404
    return Page(
        federation=federation,
        body=body,
        law=law,
        rule=law.body(body.kind),
        standing=standing,
        can=Can(standing),
        now=now,
        key=new_key(),
    )


def moved_to(slug: str, ref: str = "") -> HttpResponse | None:
    """Where a council, or a federation of one, has gone on: addresses that people know lead there."""
    rows = Accession.objects.filter(asking__log__slug=slug, result__isnull=False).select_related(
        "result__federation__log"
    )
    row = rows.filter(body__ref=ref, body__ended_at__isnull=False).first() if ref else rows.filter(leaves=False).first()
    if row is None:
        return None
    slug = row.result.federation.log.slug
    return redirect("body", slug, row.result.ref) if ref else redirect("federation", slug)


def may_see(person, body: Body, rule: BodyRule, standing: Facts, now: datetime) -> bool:
    """Charter: body.visibility. Public bodies are everybody's to see; others those of the federation, or their own."""
    if rule.visibility == "public":
        return True
    if standing.member or standing.suspended or standing.seat or standing.offices or standing.pending:
        return True
    return rule.visibility == "members" and belongs(person, body.federation, now)


def belongs(person, federation: Federation, now: datetime) -> bool:
    """Whether a person is a member, or serves a term, anywhere in the federation."""
    if person is None:
        return False
    return (
        Membership.objects.filter(body__federation=federation, person=person, status__in=Membership.CURRENT).exists()
        or Term.objects.filter(facts.running(now), person=person, seat__body__federation=federation).exists()
    )


def new_key() -> str:
    """An idempotency key for one form: sent twice, the act is done once."""
    return secrets.token_urlsafe(16)
