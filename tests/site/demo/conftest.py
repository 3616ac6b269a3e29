"""A demonstration's settings in a home of its own."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import override_settings
from tests.site.demo import urls

from weft_site.demo import guard
from weft_site.demo.build import build, chapters_of


@pytest.fixture
def demo(settings, home):
    """As `weft demo` sets it up; the database stays that of the tests."""
    settings.WEFT_DEMO = True
    settings.ROOT_URLCONF = urls.__name__  # loaded above, when the site did not know of a demonstration
    return home


@pytest.fixture
def own_database(monkeypatch, home):
    """The database in the home folder, as far as the guard can see; whatever the tests themselves run on."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "weft.sqlite3"}
    monkeypatch.setattr(guard, "database_used", lambda: database)
    return database


@pytest.fixture(scope="module")
def telling(django_db_setup, django_db_blocker, tmp_path_factory):
    """A function that tells a scenario once for all tests of a file, and takes it back when they are over."""

    @contextmanager
    def told(scenario, **options):
        home = tmp_path_factory.mktemp(scenario)
        with django_db_blocker.unblock(), override_settings(WEFT_HOME=home), transaction.atomic():
            titles = []
            for title in build(scenario, **options):
                titles.append(title)
                _analyse()
            assert titles == [title for title, _ in chapters_of(scenario)]
            connection.check_constraints()  # now: else every test would look at all that was built, at its end
            yield home
            transaction.set_rollback(True)

    return told


def _analyse():
    """PostgreSQL plans by statistics that nobody makes of rows in a transaction that is not over."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
