"""The sessions of our store are Django's own, found in another way."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from weft_site.people.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    kept = SessionStore()
    kept["who"] = "Rosa"
    kept.save()
    return kept.session_key


def test_a_session_is_read_as_django_reads_it(key):
    assert SessionStore(key).load() == db.SessionStore(key).load() == {"who": "Rosa"}


@pytest.mark.parametrize("strange", ["", "x" * 32, "' OR 1=1 --", "x" * 5_000])
def test_a_key_that_is_not_there_finds_nothing_and_is_not_kept(key, strange):
    for store in (SessionStore(strange), db.SessionStore(strange)):
        assert (store.load(), store.session_key) == ({}, None)


def test_a_session_that_has_run_out_is_nobodys(key):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    for store in (SessionStore(key), db.SessionStore(key)):
        assert (store.load(), store.session_key) == ({}, None)


def test_the_site_uses_it(settings):
    assert SessionStore.__module__ == settings.SESSION_ENGINE
