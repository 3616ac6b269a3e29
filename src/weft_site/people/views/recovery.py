"""A lost sign-in: begin, vouch, object, finish."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.people import attempts, facts, services
from weft_site.people.forms import ClaimForm, CodeForm, HintForm, refuse
from weft_site.people.ports import ports
from weft_site.people.views.common import printed


@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Begin a recovery, with a claim key or for two vouchers."""
    by_claim = "key" in request.POST
    claim = ClaimForm(request.POST if by_claim else None)
    hint = HintForm(request.POST if request.method == "POST" and not by_claim else None)
    form = claim if by_claim else hint
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count(request, "code")
            begin = services.open_by_claim_key if by_claim else services.open_for_vouchers
            code = begin(**form.cleaned_data, now=clock.now(), record=ports.record)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return render(request, "people/recovery_begun.html", {"code": code, "by_claim": by_claim})
    status = 409 if form.errors else 200
    return render(request, "people/recover.html", {"claim_form": claim, "hint_form": hint}, status=status)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """Use the recovery code once the waiting time is over."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count(request, "code")
            card = services.finish_recovery(**form.cleaned_data, now=clock.now(), record=ports.record)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            title = _("Your new code card")
            return render(
                request, "people/card_sheet.html", {"cards": [printed(request, card)], "title": title, "sign_in": True}
            )
    return render(request, "people/recovery_finish.html", {"form": form}, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def vouch(request: HttpRequest) -> HttpResponse:
    """Vouch for somebody: first see for whom, then say so."""
    form, recovery = CodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        code, now = form.cleaned_data["code"], clock.now()
        try:
            attempts.count(request, "code")
            recovery = facts.recovery_to_vouch_for(code, request.user, now, ports.may_vouch)
            if "sure" in request.POST:
                services.vouch(code=code, voucher=request.user, now=now, may_vouch=ports.may_vouch, record=ports.record)
                return render(request, "people/vouched.html", {"name": recovery.person.name})
        except RuleBroken as refusal:
            refuse(form, refusal)
    status = 409 if form.errors else 200
    return render(request, "people/vouch.html", {"form": form, "recovery": recovery}, status=status)


@login_required
@require_GET
def recoveries(request: HttpRequest) -> HttpResponse:
    """Who asks for a new sign-in to my account."""
    now = clock.now()
    rows = [(row, facts.recovery_state(row, now)) for row in facts.open_recoveries(request.user, now)]
    return render(request, "people/recoveries.html", {"rows": rows})


@login_required
@require_POST
def cancel(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Object: it was not me."""
    services.cancel_recovery(person=request.user, recovery_id=recovery_id, now=clock.now(), record=ports.record)
    return redirect("recoveries")
