"""What every answer carries, and how a refusal is answered."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

import weft_site
from weft.charter import article_for, library_charter
from weft.errors import RuleBroken
from weft_site.middleware import Headers, Refusals, shown_refusal
from weft_site.people.models import Person

OWN = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store, private",
}
PAGES = ["/join/", "/join/code/", "/card/", "/account/login/", "/account/recover/", "/account/recover/finish/",
         "/account/password/reset/", "/absent/"]  # fmt: skip
OWN_PAGES = ["/settings/", "/notices/", "/notices/print/", "/account/cards/", "/account/cards/new/", "/account/vouch/",
             "/account/recoveries/", "/account/sessions/", "/account/2fa/", "/account/email/",
             "/account/2fa/totp/activate/", "/account/2fa/webauthn/add/", "/account/password/set/"]  # fmt: skip


@pytest.mark.parametrize("url", PAGES + OWN_PAGES)
def test_every_page_is_kept_by_nobody_and_loads_nothing_from_elsewhere(client, person, url):
    if url in OWN_PAGES:
        client.force_login(person())

    answer = client.get(url)

    assert answer.status_code == (404 if url == "/absent/" else 200)
    assert {name: answer.headers.get(name) for name in OWN} == OWN
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("url", PAGES + OWN_PAGES)
def test_no_page_has_inline_script_or_style(client, person, url):
    if url in OWN_PAGES:
        client.force_login(person())

    page = client.get(url).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert not any(f" {event}=" in page for event in ("onclick", "onload", "onsubmit", "onchange"))
    for script in page.split("<script")[1:]:
        assert " src=" in script.split(">")[0] or "application/json" in script.split(">")[0]
    for attribute in ('src="http', 'href="http', "url(http", 'src="//', 'href="//'):
        assert attribute not in page


@pytest.mark.parametrize("url", OWN_PAGES)
def test_a_page_of_ones_own_asks_to_sign_in_first(client, url):
    answer = client.get(url)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/")


def test_a_public_answer_may_say_how_long_it_lasts_but_not_one_with_a_session():
    def public(_request):
        return HttpResponse(headers={"Cache-Control": "public, max-age=31536000, immutable"})

    request = RequestFactory().get("/tile/0/000")
    assert Headers(public)(request).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    request.session = type("Session", (), {"accessed": True})()
    assert Headers(public)(request).headers["Cache-Control"] == "no-store, private"


def test_a_refusal_is_a_page_with_its_code_or_json_for_who_asks(client, person):
    client.force_login(person())
    url = "/account/recoveries/99/cancel/"

    page = client.post(url)
    data = client.post(url, headers={"Accept": "application/json"})

    assert (page.status_code, data.status_code) == (409, 409)
    assert "recovery.unknown" in page.content.decode()
    assert "Traceback" not in page.content.decode()
    body = json.loads(data.content)
    assert (body["code"], body["numbers"]) == ("recovery.unknown", {})
    assert body["sentence"] in page.content.decode()


def _never(_request):
    raise AssertionError("no view is asked")


@pytest.mark.parametrize(
    "request_of",
    [
        lambda rf: rf.get("/", {"page": "\x00"}),
        lambda rf: rf.get("/", {"a\x00b": "1"}),
        lambda rf: rf.post("/", {"title": "Depot\x00"}),
        lambda rf: rf.post("/", {"a\x00b": "1"}),
        lambda rf: rf.post("/?page=%00"),
    ],
)
def test_a_nul_is_refused_before_any_view_reads_it(rf, request_of):
    request = request_of(rf)
    request.META["HTTP_ACCEPT"] = "application/json"

    answer = Refusals(None).process_view(request, _never, (), {})

    assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "request.nul")
    assert Refusals(None).process_view(rf.post("/", {"title": "Depot"}), _never, (), {}) is None


def test_a_refusal_of_a_rule_without_words_still_has_a_sentence_and_its_code(rf):
    answer = Refusals(None).process_exception(_asking(rf, "application/json"), RuleBroken("no.such_rule", present=3))

    body = json.loads(answer.content)
    assert (answer.status_code, body["code"], body["numbers"]) == (409, "no.such_rule", {"present": 3})
    assert body["sentence"]


def test_a_refusal_under_a_charter_names_its_article_and_where_to_read_it(rf):
    request = _asking(rf, "text/html")
    request.charter = library_charter("workers-assembly")
    request.resolver_match = type("Match", (), {"kwargs": {"slug": "depot"}})()
    refusal = RuleBroken("body.quorum", present=3, needed=4, entitled=7)

    shown = shown_refusal(request, refusal)
    page = Refusals(None).process_exception(request, refusal).content.decode()

    number = article_for(request.charter, "body.quorum")
    assert shown["article"] == number
    assert shown["article_url"] == f"/f/depot/charter/#article-{number}"
    assert shown["article_url"] in page
    assert str(shown["sentence"]) in page


def test_what_one_may_not_see_is_answered_like_what_does_not_exist(client, rf):
    absent = client.get("/absent/")

    forbidden = Refusals(None).process_exception(_asking(rf, "text/html"), PermissionDenied())

    assert forbidden.status_code == absent.status_code == 404
    assert "no such page" in forbidden.content.decode()


def test_other_errors_are_left_alone(rf):
    assert Refusals(None).process_exception(rf.get("/"), ValueError()) is None


def test_the_language_of_a_person_is_the_language_of_the_page(client, person, settings):
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    client.force_login(person())

    answer = client.post("/settings/", {"name": "Ana", "channel": "page", "language": "es"})

    assert answer.cookies["django_language"].value == "es"
    assert 'lang="es"' in client.get("/settings/").content.decode()


def test_no_language_is_offered_whose_sentences_are_not_there(client, person, settings):
    """An English page that called itself Spanish would be read aloud as Spanish."""
    locale = Path(weft_site.__file__).parent / "locale"
    assert [
        code for code, _ in settings.LANGUAGES if code != "en" and not (locale / code.replace("-", "_")).exists()
    ] == []
    settings.LANGUAGES = [("en", "English")]
    client.force_login(person())

    page = client.get("/settings/", headers={"Accept-Language": "es"}).content.decode()
    answer = client.post("/settings/", {"name": "Ana", "channel": "page", "language": "es"})

    assert '<html lang="en"' in page
    assert 'name="language"' not in page
    assert answer.status_code == 302
    assert Person.objects.get().language == ""


def _asking(rf, kind):
    request = rf.get("/", headers={"Accept": kind})
    request.user = AnonymousUser()
    return request
