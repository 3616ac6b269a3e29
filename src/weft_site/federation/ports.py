"""What federation registers with the domains below it when the site starts."""

from datetime import datetime

from django.core import signing
from django.http import HttpRequest

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.federation.models import Body, Federation, Membership
from weft_site.federation.recoveries import record_recovery
from weft_site.federation.services import imports
from weft_site.federation.views.base import belongs
from weft_site.people.models import Person
from weft_site.people.ports import Purpose, ports
from weft_site.record import views as record_views
from weft_site.record.models import Document

INVITATION = "weft.invitation"  # salt of the signature


def register() -> None:
    if may_read not in record_views.readers:  # start-up may run twice in one process
        record_views.readers.append(may_read)
    ports.may_vouch = may_vouch
    ports.record = record_recovery
    ports.purposes[imports.BODY] = Purpose(title=_invited_to, accept=_invited)
    ports.purposes[imports.CLAIM] = imports.claim_purpose()


def _invited_to(target: str) -> str:
    return Membership.objects.values_list("body__title", flat=True).get(pk=int(target))


def _invited(target: str, person: Person, _now: datetime) -> str:
    """On to the page where one applies: who may join, what follows, and one's own word on the age stand there.

    The member who invited is carried along, signed and for this person only, and is the first to vouch.
    """
    mine = Membership.objects.select_related("body__federation__log").get(pk=int(target))
    if mine.body.ended_at is not None:
        raise RuleBroken("application.body")
    token = signing.dumps([mine.pk, person.pk], salt=INVITATION)
    return f"/f/{mine.body.federation.log.slug}/b/{mine.body.ref}/apply/?invitation={token}"


def invited_by(token: str, person: Person, body: Body) -> Membership | None:
    """The member whose invitation brought this person here; None for a token of somebody else, or an old one."""
    try:
        member, invited = signing.loads(token, salt=INVITATION, max_age=30 * 24 * 60 * 60)
    except signing.BadSignature:
        return None
    if invited != person.pk:
        return None
    return Membership.objects.filter(pk=member, body=body, status=Membership.Status.ADMITTED).first()


def may_read(request: HttpRequest, document: Document) -> bool:
    """Members' documents are for whoever belongs to the federation; others for the body's own people only."""
    if not request.user.is_authenticated:
        return False
    federation = Federation.objects.filter(log_id=document.log_id).first()
    if federation is None:
        return False
    if document.visibility == Document.Visibility.MEMBERS:
        return belongs(request.user, federation, clock.now())
    return Membership.objects.filter(
        body__federation=federation, body__ref=document.body, person=request.user, status__in=Membership.CURRENT
    ).exists()


def may_vouch(voucher: Person, person: Person) -> bool:
    """Whoever is a member of a council together with somebody can say who that is."""
    shared = Membership.objects.filter(person=person, status__in=Membership.CURRENT).values("body_id")
    return Membership.objects.filter(person=voucher, status=Membership.Status.ADMITTED, body_id__in=shared).exists()
