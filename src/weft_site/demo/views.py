"""Pages that exist in the demonstration only. `urls.py` of the site leaves them out elsewhere."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.demo import clock as demo_clock
from weft_site.demo import guard, others
from weft_site.demo.happening import happenings, tomorrow
from weft_site.demo.people import roles
from weft_site.federation.models import Federation
from weft_site.people import services as people
from weft_site.people.models import Person
from weft_site.ticker import run_due

LISTED = 8


def choose(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the scenario's people with one click; see what happens today, and let the others act."""
    now = clock.now()
    found = happenings(now)
    live = Federation.objects.filter(ended_at__isnull=True).select_related("log", "charter").order_by("-log__size")
    return render(
        request,
        "demo/choose.html",
        {
            "roles": roles(),
            "federations": live[:4],
            "found": found,
            "tomorrow": tomorrow(found, now),
            "foundings": others.open_foundings()[:LISTED],
            "ballots": [(ballot, others.title_of(ballot)) for ballot in others.open_ballots(now)[:LISTED]],
            "historical": guard.scenario() != "riverton",
            "now": now,
        },
    )


def figures(request: HttpRequest) -> HttpResponse:
    """What a scenario of history rests on, each figure with its source and what it is worth."""
    if guard.scenario() != "petrograd-1917":
        raise Http404
    from weft_site.demo.petrograd.figures import figures as of_petrograd  # noqa: PLC0415 - only this scenario reads it

    return render(request, "demo/figures.html", {"figures": of_petrograd()})


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
    return _onward(request)


ASKED = {"come": others.come, "charter": others.vote_on_founding, "ballot": others.vote}


@require_POST
def ask_others(request: HttpRequest, what: str, number: int) -> HttpResponse:
    """Let invented people come to a founding meeting, or vote. What the charter refuses them is refused here too."""
    if what not in ASKED:
        raise Http404
    try:
        done = ASKED[what](number, clock.now())
    except RuleBroken:
        done = 0  # the matter has moved on since the page was shown
    messages.info(
        request,
        ngettext("%(number)d invented person has done so.", "%(number)d invented people have done so.", done)
        % {"number": done},
    )
    return redirect(f"{reverse('demo')}#others")


def _onward(request: HttpRequest) -> HttpResponse:
    onward = request.POST.get("next", "/")
    return redirect(onward if url_has_allowed_host_and_scheme(onward, allowed_hosts=None) else "home")
