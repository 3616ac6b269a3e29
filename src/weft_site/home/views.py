"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from weft_site import clock
from weft_site.federation.facts import running
from weft_site.federation.models import Federation, Membership, Term
from weft_site.home.facts import tasks


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Signed in: what needs me now, and where I belong. Otherwise: what this is and how to begin."""
    if not request.user.is_authenticated:
        newest = Federation.objects.filter(ended_at__isnull=True).select_related("log", "charter").order_by("-pk")[:4]
        return render(request, "home/welcome.html", {"newest": newest})
    now = clock.now()
    memberships = (
        Membership.objects.filter(person=request.user, status__in=Membership.CURRENT)
        .select_related("body__federation__log")
        .order_by("body__title")
    )
    terms = (
        Term.objects.filter(running(now), person=request.user)
        .select_related("seat__body__federation__log")
        .order_by("seat__body__title")
    )
    return render(
        request,
        "home/home.html",
        {"tasks": tasks(request.user, now), "memberships": memberships, "terms": terms, "now": now},
    )
