"""Pages that exist in the demonstration only. `urls.py` of the site leaves them out elsewhere."""

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from weft_site import clock
from weft_site.demo import clock as demo_clock
from weft_site.demo.people import roles
from weft_site.federation.models import Federation
from weft_site.people import services as people
from weft_site.people.models import Person
from weft_site.ticker import run_due


def choose(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the scenario's people with one click."""
    federations = Federation.objects.filter(ended_at__isnull=True).select_related("log", "charter").order_by("pk")[:4]
    return render(request, "demo/choose.html", {"roles": roles(), "federations": federations, "now": clock.now()})


@require_POST
def become(request: HttpRequest, person_id: int) -> HttpResponse:
    """Only the people on the page can be chosen: other accounts of the demo belong to those who made them."""
    if person_id not in {role.person for role in roles()}:
        raise Http404
    person = get_object_or_404(Person, pk=person_id)
    logout(request)
    people.sign_in(request, person)
    return redirect("home")


@require_POST
def next_day(request: HttpRequest) -> HttpResponse:
    """Let a day pass: whatever time alone brings happens now."""
    demo_clock.next_day()
    run_due(clock.now())
    onward = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    return redirect(onward if safe else "home")
