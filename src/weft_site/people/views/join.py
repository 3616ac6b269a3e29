"""Joining: one page on a telephone, under a minute, with or without an invitation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.people import attempts, facts, services
from weft_site.people.confirm import confirm
from weft_site.people.forms import CodeForm, JoinForm, refuse
from weft_site.people.ports import ports
from weft_site.people.views.account import ONWARD
from weft_site.people.views.common import local_path, printed


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Make an account, or accept an invitation with the account one is signed in to."""
    title = _invited_to(code) if code else ""
    if request.user.is_authenticated:
        return _accept(request, code, title)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _join(request, code, form)
        except RuleBroken as refusal:
            refuse(form, refusal)
    status = 409 if form.errors else 200
    return render(request, "people/join.html", {"form": form, "invited_to": title, "code": code}, status=status)


@require_http_methods(["GET", "POST"])
def typed_code(request: HttpRequest) -> HttpResponse:
    """Type the code of a printed invitation instead of scanning it."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            attempts.count(request, "code")
            facts.invitation(form.cleaned_data["code"], clock.now())
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("join_with", form.cleaned_data["code"].strip())
    return render(request, "people/join_code.html", {"form": form}, status=409 if form.errors else 200)


def _join(request: HttpRequest, code: str, form: JoinForm) -> HttpResponse:
    attempts.count(request, "join")
    now, onward = clock.now(), []

    def use(person):
        if code:
            onward.append(services.use_invitation(code=code, person=person, now=now))

    fields = {name: form.cleaned_data[name] for name in ("name", "way", "email", "password")}
    joined = services.join(**fields, now=now, then=use)
    services.sign_in(request, joined.person)
    confirm(request)
    services.send_confirmation(request, joined.person)
    next_page = onward[0] if onward else _wanted(request)
    if fields["way"] == "passkey":
        request.session[ONWARD] = next_page
    return render(
        request,
        "people/welcome.html",
        {
            "claim_key": joined.claim_key,
            "card": printed(request, joined.card) if joined.card else None,
            "way": fields["way"],
            "onward": next_page,
        },
    )


def _wanted(request: HttpRequest) -> str:
    """The page somebody was on the way to before they had an account; otherwise the one that says what needs them."""
    return local_path(request.GET.get("next", "")) or reverse("home")


def _accept(request: HttpRequest, code: str, title: str) -> HttpResponse:
    if not code:
        return redirect(_wanted(request))
    if request.method == "POST":
        return redirect(services.use_invitation(code=code, person=request.user, now=clock.now()))
    return render(request, "people/accept.html", {"invited_to": title})


def _invited_to(code: str) -> str:
    invitation = facts.invitation(code, clock.now())
    purpose = ports.purposes.get(invitation.purpose)
    if purpose is None:
        raise RuleBroken("invitation.unknown")
    return purpose.title(invitation.target)
