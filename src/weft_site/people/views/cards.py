"""Code cards: signing in with one, making and voiding one, adding a PIN."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.people import attempts, facts, services
from weft_site.people import confirm as confirming
from weft_site.people.confirm import confirmed
from weft_site.people.forms import CardForm, ConfirmForm, PinForm, refuse
from weft_site.people.views.common import local_path, printed


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a card; the QR code on it fills in the number."""
    if request.user.is_authenticated:
        return redirect("person_settings")
    onward = local_path(request.POST.get("next", "") or request.GET.get("next", ""))
    form = CardForm(request.POST or None, initial={"number": request.GET.get("n", "")[:20]})
    if request.method == "POST" and form.is_valid():
        try:
            return services.sign_in_with_card(request, **form.cleaned_data, then=onward or None)
        except RuleBroken as refusal:
            refuse(form, refusal)
    return render(
        request, "people/card_sign_in.html", {"form": form, "next": onward}, status=409 if form.errors else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show one's card again before something that matters."""
    onward = local_path(request.POST.get("next", "") or request.GET.get("next", "")) or reverse("person_settings")
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count(request, "card", key=f"confirm:{request.user.pk}")
            services.check_own_card(person=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            confirming.confirm(request)
            return redirect(onward)
    return render(
        request, "people/card_confirm.html", {"form": form, "next": onward}, status=409 if form.errors else 200
    )


@login_required
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """My cards."""
    return render(request, "people/cards.html", {"cards": facts.live_cards(request.user)})


@confirmed
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a new card, shown this once; the old one is void."""
    if request.method == "GET":
        return render(request, "people/card_new.html", {"has_card": facts.live_cards(request.user).exists()})
    card = services.issue_card(person=request.user, now=clock.now())
    return render(request, "people/card_sheet.html", {"cards": [printed(request, card)], "title": _("Your code card")})


@confirmed
@require_POST
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """Make a card void."""
    services.revoke_card(person=request.user, number=number, now=clock.now())
    return redirect("cards")


@login_required
@require_http_methods(["GET", "POST"])
def pin(request: HttpRequest, number: str) -> HttpResponse:
    """Add a PIN of one's own to a card."""
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count(request, "card", key=number)
            services.set_pin(person=request.user, number=number, **form.cleaned_data)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("cards")
    return render(request, "people/card_pin.html", {"form": form}, status=409 if form.errors else 200)
