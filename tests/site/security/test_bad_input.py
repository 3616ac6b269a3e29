"""Families A, B and I at every address: whatever is sent, the answer is a page, a refusal or a 404, never a crash.

Each field of each form gets a hostile value, sent by somebody who may do the act; each part of each address too.
Which one follows from this run's seed; `make drill` sends all. Where a next page is named, it is one of this site. A
NUL is refused before any form is read: tests/site/people/test_middleware.py.
"""

import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import NoReverseMatch, reverse
from tests.site.security import attempts as trying
from tests.site.security import world as worlds
from tests.site.security.attempts import ROWS
from tests.site.security.world import ROLES

HOSTILE = {
    "digits": "9" * 5_000,
    "long": "a" * 10_001,
    "unreadable": b"\xff\xc0\xaf'\"><script>alert(1)</script>{% now %}",
    "several, and one that only looks like a figure": ["1", "²"],
}
FOR_A_DATABASE = ("digits", "long")  # on the second one, what it could stumble over; the rest ends before it
HOSTILE_IN_ADDRESSES = ["x" * 3_000, "9" * 4_500]
BEYOND = 2**63
LINKS = re.compile(r"(?:href|action)=\"([^\"]*)\"")


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    with worlds.made(django_db_blocker) as world:
        yield world


def of(world, name):
    return {key: found for key, found in trying.all_attempts(world).items() if key.partition(":")[0] == name}


def post(world, actor, name, found, data):
    client = world.client(actor, raise_request_exception=False)
    with worlds.undone():
        return client.post(reverse(name, args=found.args) + found.query, data)


def who_may(key):
    """Somebody from whom, by the table of access, the form as it should be is taken: there values get furthest."""
    row = next(row for row in ROWS if row["address"] == key and row["method"] == "POST")
    taken = (role for answer in ("done", "page", "to ") for role in ROLES if row[role].startswith(answer))
    return next(taken, "member")


@pytest.mark.parametrize("name", sorted(trying.names()))
def test_no_hostile_value_in_a_form_is_a_crash(db, name):
    crashed = []
    values = HOSTILE if connection.vendor == "sqlite" else FOR_A_DATABASE
    for key, found in of(db, name).items():
        actor = who_may(key)
        for field in set(found.data) - {"key"}:  # strange keys: test_keys.py
            for hostile in trying.one_of(values, f"{key} {field}"):
                answer = post(db, actor, name, found, found.data | {field: HOSTILE[hostile]})
                if answer.status_code >= 500:
                    crashed.append((key, field, hostile))

    assert crashed == []


@pytest.mark.parametrize("name", sorted(trying.names()))
def test_no_hostile_address_is_a_crash(db, name):
    crashed = []
    client = db.client("chair", raise_request_exception=False)
    texts = HOSTILE_IN_ADDRESSES if connection.vendor == "sqlite" else HOSTILE_IN_ADDRESSES[:1]
    for key, found in of(db, name).items():
        for place, arg in enumerate(found.args):
            for hostile in trying.one_of([*texts, *([BEYOND] if isinstance(arg, int) else [])], f"{key} {place}"):
                try:
                    address = reverse(name, args=[*found.args[:place], hostile, *found.args[place + 1 :]])
                except NoReverseMatch:
                    continue  # no such address: a 404 before any view
                with worlds.undone():
                    answers = {method.__name__: method(address).status_code for method in (client.get, client.post)}
                crashed += [(address[:80], method) for method, status in answers.items() if status >= 500]

    assert crashed == []


@pytest.mark.one_database
def test_what_is_sent_as_json_or_in_another_form_is_not_read(db):
    """The site reads forms. A body of another type is an empty form, not a crash and not an act."""
    key = "motion_new:workplace"
    found = trying.all_attempts(db)[key]
    address = reverse("motion_new", args=found.args)
    client = db.client("member", raise_request_exception=False)
    for type_ in ("application/json", "text/plain", "application/x-pickle", "text/yaml", "application/xml"):
        with worlds.undone(), trying.Writes() as writes:
            answer = client.post(
                address, data=b'{"title": "Rents", "text": "No.", "kind": "ordinary"}', content_type=type_
            )
        assert (answer.status_code, writes.seen) in {(409, False), (200, False)}


@pytest.mark.one_database
def test_five_megabytes_are_read_and_eleven_are_not(db):
    found = trying.all_attempts(db)["motion_new:workplace"]
    address = reverse("motion_new", args=found.args)
    client = db.client("member", raise_request_exception=False)
    for megabytes, status in ((5, 409), (11, 400)):
        with worlds.undone(), trying.Writes() as writes:
            answer = client.post(
                address, data="text=" + "a" * (megabytes << 20), content_type="application/x-www-form-urlencoded"
            )
        assert (answer.status_code, writes.seen) == (status, False)


ELSEWHERE = [
    "//evil.example", "https://evil.example", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)",
    "///evil.example", "http:evil.example", " //evil.example", "\t//evil.example", "/ok\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["card_sign_in", "account_login", "card_confirm", "set_language", "account_logout"])
@pytest.mark.parametrize("onward", ELSEWHERE)
def test_nobody_is_led_away_by_next(db, name, onward):
    """Open redirect (B7): for who is signed in, and for who signs in."""
    for role in ("anonymous", "member"):
        client = db.client(role, raise_request_exception=False)
        for method in (client.get, client.post):
            with worlds.undone():
                answer = method(reverse(name) + "?" + urlencode({"next": onward}), {"next": onward, "language": "es"})
            target = answer.headers.get("Location", "/")
            assert answer.status_code < 500
            assert target.startswith("/")
            assert not target.startswith(("//", "/\\"))
            assert "\r" not in target
            assert "a" not in answer.cookies
            assert not {link for link in LINKS.findall(answer.content.decode()) if "evil" in link.partition("?")[0]}
