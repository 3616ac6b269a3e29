"""A council with a key, made once for all tests of a file: a ceremony takes seconds, and none of them changes it."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def kept_for_the_file(django_db_setup, django_db_blocker, tmp_path_factory):
    """What is built inside stays for every test of the file, and is taken back at the end."""

    @contextmanager
    def keep():
        home = tmp_path_factory.mktemp("secret")
        with django_db_blocker.unblock(), override_settings(WEFT_HOME=home), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return keep
