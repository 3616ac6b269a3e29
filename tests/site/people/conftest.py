"""What the tests of people share: an instant, people, and a browser."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from weft_site.people.models import Person
from weft_site.people.ports import Purpose, ports

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "tall grass by the river"


@pytest.fixture(autouse=True)
def _database(db):
    """Every test here has a database, an empty cache and a clock that stands still at noon."""
    cache.clear()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Move it with ``clock(instant)``."""

    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


@pytest.fixture
def person():
    """Make people: ``person("Ana")``, with an address and a password if both are given."""

    def make(name="Ana Ruiz", email=None, password=None):
        made = Person(name=name, email=email, joined_on=NOON.date())
        made.set_password(password) if password else made.set_unusable_password()
        made.save()
        if email:
            EmailAddress.objects.create(user=made, email=email, primary=True, verified=True)
        return made

    return make


@pytest.fixture
def founding(monkeypatch):
    """A purpose that other domains would register; what it accepted is in the list."""
    accepted = []

    def accept(target, who, _now):
        accepted.append((target, who.name))
        return f"/founding/{target}/"

    monkeypatch.setitem(ports.purposes, "founding", Purpose(title=lambda target: f"Founding {target}", accept=accept))
    return accepted
