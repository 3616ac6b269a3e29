"""A demonstration's settings in a home of its own."""

import pytest

from weft_site.demo import guard


@pytest.fixture
def demo(settings, home):
    """As `weft demo` sets it up; the database stays that of the tests."""
    settings.WEFT_DEMO = True
    settings.ROOT_URLCONF = "tests.site.demo.urls"
    return home


@pytest.fixture
def own_database(monkeypatch, home):
    """The database in the home folder, as far as the guard can see; whatever the tests themselves run on."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "weft.sqlite3"}
    monkeypatch.setattr(guard, "database_used", lambda: database)
    return database
