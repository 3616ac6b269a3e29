"""What every answer carries, and what a refusal looks like."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import page_not_found

from weft.errors import RuleBroken
from weft_site import refusals
from weft_site.moved import Moved
from weft_site.people.sentences import SENTENCES, sentence

log = logging.getLogger("weft.refusals")

HEADERS = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(),"
        " magnetometer=(), microphone=(), payment=(), usb=(),"
        " publickey-credentials-create=(self), publickey-credentials-get=(self)"
    ),
}


class Headers:
    """Headers of every answer. Pages are not stored anywhere; only what is public says itself how long it lasts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        session = getattr(request, "session", None)
        personal = response.cookies or (session is not None and session.accessed)
        if personal or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class Refusals:
    """A rule that was broken in a view becomes a page with its sentence, its article and its stable code.

    What a person may not see is answered like what does not exist, so that neither can be probed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view, _args, _kwargs) -> HttpResponse | None:
        """No text has a NUL in it, and no database takes one: refused at the door, for every form and address."""
        if _has_nul(request.GET) or (request.method == "POST" and _has_nul(request.POST)):
            return refused(request, RuleBroken("request.nul"))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RuleBroken):
            return refused(request, exception)
        if isinstance(exception, Moved):
            return exception.answer
        if isinstance(exception, PermissionDenied):
            return page_not_found(request, Http404())
        return None


def refused(request: HttpRequest, refusal: RuleBroken, *, status: int = 409) -> HttpResponse:
    """The answer to a refused act: HTML, or JSON for who asks for it."""
    log.info("refused %s", refusal.rule)  # the rule only: numbers and paths could say who
    shown = shown_refusal(request, refusal)
    if _wants_json(request):
        body = {"code": refusal.rule, "numbers": refusal.numbers, "sentence": shown["sentence"]}
        return JsonResponse(body, status=status)
    return render(request, "refusal.html", {"refusal": shown, "back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """The page on which the refused form stood, if the browser says so and it is one of ours."""
    page = request.headers.get("Referer", "")
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}) else ""


def shown_refusal(request: HttpRequest, refusal: RuleBroken) -> dict[str, object]:
    """What components/_refusal.html shows of a refusal: sentence, rule, numbers, and the article if there is one."""
    words = sentence(refusal) if refusal.rule in SENTENCES else refusals.sentence(refusal)
    return {"rule": refusal.rule, "numbers": refusal.numbers, "sentence": words} | _article(request, refusal)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without its token, or from another site. Nothing was looked at."""
    return refused(request, RuleBroken("request.stale"), status=403)


def _article(request: HttpRequest, refusal: RuleBroken) -> dict[str, object]:
    """The article that refuses, and where to read it, if the page judges by a charter (`request.charter`).

    A page says of which body it is (`request.body_kind`), and of which record where its address does not
    (`request.record_slug`).
    """
    charter = getattr(request, "charter", None)
    found = refusals.article(refusal, charter, getattr(request, "body_kind", "")) if charter is not None else {}
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    slug = slug or getattr(request, "record_slug", None)
    if found and slug:
        found["article_url"] = f"{reverse('charter', args=[slug])}#{found['anchor']}"
    return found


def _has_nul(fields: QueryDict) -> bool:
    return any("\x00" in text for name, values in fields.lists() for text in (name, *values))


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
