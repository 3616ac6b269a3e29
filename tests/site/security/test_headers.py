"""What every answer carries, also a wrong one, and what no page ever loads (B1 to B5, S4, P1)."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from tests.site.security import attempts as trying
from tests.site.security import world as worlds

pytestmark = pytest.mark.one_database

TEMPLATES = Path(__file__).parents[3] / "src" / "weft_site" / "templates"
INLINE = {
    "a style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "an event handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
LOADED = re.compile(
    r"(?:\bsrc|\bsrcset|\bposter|\baction|\bformaction|<link[^>]*\bhref)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE
)
LEADS_AWAY = re.compile(r"\bhref\s*=\s*[\"']?(https?:[^\"'\s>]+|//[^\"'\s>]+)", re.IGNORECASE)


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    with worlds.made(django_db_blocker) as world:
        yield world


def faults_of(page):
    """What a page has that the policy forbids, or that another server would learn of."""
    found = [name for name, pattern in INLINE.items() if pattern.search(page)]
    found += [f"<script{rest}>" for rest in SCRIPT.findall(page) if "src=" not in rest and "json" not in rest]
    found += [
        url for url in LOADED.findall(page) if not url.startswith(("/", "#", "data:image")) or url.startswith("//")
    ]
    return found


def pages(world, roles):
    """Every address, opened by one of these roles; by which follows from this run's seed, and `make drill` asks all."""
    for key, found in trying.all_attempts(world).items():
        for role in trying.one_of(roles, key):
            client = world.client(role)
            with worlds.undone():
                yield key, client.get(reverse(key.partition(":")[0], args=found.args) + found.query)


def html_of(answer):
    is_html = not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.content.decode() if is_html else ""


@pytest.mark.parametrize("roles", [["anonymous"], ["chair", "city_chair"]], ids=["nobody", "somebody"])
def test_every_answer_has_its_policy_and_no_page_has_anything_inline_or_from_elsewhere(db, roles):
    """Nor is a page of somebody who is signed in kept anywhere, and none leads to a server that people did not name."""
    wrong, kept, away = {}, set(), {}
    for name, answer in pages(db, roles):
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
            wrong[name] = "policy"
        if answer.headers.get("X-Content-Type-Options") != "nosniff" or answer.headers.get("X-Frame-Options") != "DENY":
            wrong[name] = "headers"
        page = html_of(answer)
        if found := faults_of(page):
            wrong[name] = found
        if answer.headers["Cache-Control"] != "no-store, private":
            kept.add(name)
        if links := [url for url in LEADS_AWAY.findall(page) if not url.startswith("http://testserver/")]:
            away[name] = links  # they stand only where a charter of history names its sources

    assert wrong == {}
    assert away == {}
    if roles != ["anonymous"]:
        assert kept <= {"checkpoint", "tile"}  # files for mirrors, the same for everybody


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_anything_inline(path):
    text = path.read_text()

    assert [name for name, pattern in INLINE.items() if pattern.search(text)] == []
    assert [rest for rest in SCRIPT.findall(text) if "src=" not in rest and "json" not in rest] == []
    assert "|safe" not in text
    assert "autoescape off" not in text
    assert "mark_safe" not in text


WRONG = {
    "an address that is not there": lambda client: client.get("/no/such/page/"),
    "a host that is not ours": lambda client: client.get("/", HTTP_HOST="evil.example"),
    "a form without its token": lambda client: client.post("/settings/", {"name": "Eve"}),
    "a page that crashes": lambda client: client.get("/"),
    "a form with too many fields": lambda client: client.post("/join/", {f"f{n}": "1" for n in range(5_001)}),
    "a method nobody knows": lambda client: client.generic("PROPFIND", "/"),
    "a NUL in an address": lambda client: client.get("/records/?page=%00"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_requests_get_a_page_with_every_header_and_nothing_of_the_inside(db, monkeypatch, wrong, caplog):
    if wrong == "a page that crashes":
        monkeypatch.setattr("weft_site.home.views.tasks", lambda *_: 1 / 0)
    client = db.client("chair", enforce_csrf_checks=True, raise_request_exception=False)

    with worlds.undone():
        answer = WRONG[wrong](client)

    page = answer.content.decode()
    assert answer.status_code in {200, 400, 403, 404, 405, 409, 500}
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Traceback" not in page
    assert "ZeroDivision" not in page
    assert "weft_site" not in page
    assert faults_of(page) == []


def test_a_foreign_host_gets_the_policy_too_where_visitors_are_sent_to_https(db):
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client(raise_request_exception=False).get("/", HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert "default-src 'none'" in answer.headers.get("Content-Security-Policy", "")
    assert answer.headers.get("X-Frame-Options") == "DENY"


def test_a_proxy_is_not_believed_unless_the_operator_says_so(db):
    answer = Client().get("/", HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="https")

    assert "evil.example" not in answer.content.decode()
    assert not answer.wsgi_request.is_secure()


def test_a_real_server_starts_without_a_warning(tmp_path):
    """`check --deploy` with the settings of a server behind HTTPS: not one warning."""
    real = {
        "WEFT_HOME": str(tmp_path), "WEFT_HOSTS": "weft.example.org", "WEFT_SECRET_KEY": secrets.token_urlsafe(60),
        "DJANGO_SETTINGS_MODULE": "weft_site.settings", "PATH": os.environ["PATH"],
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=real, capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip

    assert (found.returncode, found.stderr.strip()) == (0, "")


def test_a_real_server_sends_its_visitors_to_https_and_keeps_them_there(tmp_path):
    """The cookies and headers of the settings without WEFT_INSECURE_HTTP, read in a process of its own."""
    ask = (
        "import django, json; django.setup(); from django.conf import settings as s; print(json.dumps(["
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SESSION_COOKIE_SECURE,"
        "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_NAME[:7], s.CSRF_COOKIE_NAME[:7],"
        "s.DEBUG]))"
    )
    real = {
        "WEFT_HOME": str(tmp_path), "WEFT_HOSTS": "weft.example.org", "WEFT_SECRET_KEY": "k" * 60,
        "DJANGO_SETTINGS_MODULE": "weft_site.settings", "PATH": os.environ["PATH"],
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", ask], env=real, capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert found.stdout.strip() == '[true, 31536000, true, true, true, true, "__Host-", "__Host-", false]'
