"""What federation registers with the domains below it when the site starts."""

from django.http import HttpRequest

from weft_site import clock
from weft_site.federation.models import Federation, Membership
from weft_site.federation.views.base import belongs
from weft_site.people.models import Person
from weft_site.people.ports import ports
from weft_site.record import views as record_views
from weft_site.record.models import Document


def register() -> None:
    record_views.readers.append(may_read)
    ports.may_vouch = may_vouch


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
    return Membership.objects.filter(
        person=voucher, status=Membership.Status.ADMITTED, body_id__in=shared
    ).exists()
