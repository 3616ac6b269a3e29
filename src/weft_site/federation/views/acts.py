"""What the pages of elections, draws, recalls, mandates and seats do the same way."""

from collections.abc import Callable, Mapping

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from weft.errors import RuleBroken
from weft_site.federation import facts
from weft_site.federation.electing import Electors
from weft_site.federation.forms_seats import refuse
from weft_site.federation.models import Body
from weft_site.federation.views.base import Page, belongs

LISTED = 50


def find(rows, slug: str, ref: str, place: str, /, **which):
    """One thing by its reference, inside the federation and the body in the address; anything else is not there."""
    found = rows.filter(**{f"{place}__federation__log__slug": slug, f"{place}__ref": ref}, **which).first()
    if found is None:
        raise Http404
    return found


def key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64]


def sees_inside(request: HttpRequest, page: Page, electors: Electors) -> bool:
    """Whether the reader may read what the electors say among themselves: their charter's visibility, or belonging."""
    if all(facts.rule_of_body(body).visibility == "public" for body in electors.bodies):
        return True
    return request.user.is_authenticated and belongs(request.user, page.federation, page.now)


def act_on(
    request: HttpRequest,
    acts: Mapping[str, Callable[[], str]],
    act: str,
    *,
    form: forms.Form | None,
    onward: Callable[[], tuple],
    again: Callable[[forms.Form], HttpResponse],
) -> HttpResponse:
    """Do one act of a page. What was typed is not lost: a refused form is shown again with the sentence in it.

    acts: name in the address -> the act, which answers what to tell. onward: where to go after it.
    """
    if act not in acts:
        raise Http404
    if form is None:
        messages.success(request, acts[act]())
        return redirect(*onward())
    if form.is_valid():
        try:
            messages.success(request, acts[act]())
            return redirect(*onward())
        except RuleBroken as refusal:
            if refusal.rule.startswith("standing."):
                raise  # the page no longer offers this form, or never did: the refusal has a page of its own
            refuse(form, refusal)
    return again(form)


def senders_in_words(bodies: list[Body]) -> str:
    return " + ".join(body.title for body in bodies)
