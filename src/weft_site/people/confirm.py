"""Showing again who one is, before something that matters: opening or closing an election, recall, export, keys.

`confirmed` is a view decorator. People with a password, passkey or app are asked by allauth, people with a
code card only are asked for the card. A new account has proved itself for the first minutes.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from weft_site import clock
from weft_site.people import facts

SECONDS = 300
_SESSION_KEY = "people_confirmed_at"


def confirmed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let through only who has shown, in the last five minutes, who they are."""

    @wraps(view)
    @login_required
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if get_reauthentication_flows(request.user):
            return reauthentication_required(view)(request, *args, **kwargs)
        if facts.live_cards(request.user).exists() and not is_confirmed(request):
            back = request.get_full_path() if request.method == "GET" else reverse("person_settings")
            return redirect(f"{reverse('card_confirm')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return wrapper


def confirm(request: HttpRequest) -> None:
    """Note in the session that its owner has just shown a card, or made the account."""
    request.session[_SESSION_KEY] = int(clock.now().timestamp())


def is_confirmed(request: HttpRequest) -> bool:
    age = int(clock.now().timestamp()) - request.session.get(_SESSION_KEY, 0)
    return 0 <= age < SECONDS
