"""What every test of the site shares: a home folder of its own, so that keys and logs of one test are not another's."""

from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import connection
from tests.settings import HOME

from weft_site.federation import overview


@pytest.fixture(autouse=True)
def home(settings):
    settings.WEFT_HOME = Path(mkdtemp(dir=HOME))  # pytest would look through all earlier ones for a number
    return settings.WEFT_HOME


@pytest.fixture(autouse=True)
def nothing_kept():
    """No count of seats that another test's process kept."""
    overview.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end PostgreSQL drops no database that a session holds: one of a browser's connection, say."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
