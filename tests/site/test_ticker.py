"""What time alone brings, and what it must not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from weft_site.people.services import join
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db


def test_days_that_are_skipped_sign_nobody_out(client, rf):
    now = timezone.now()
    person = join(name="Ana Ruiz", way="card", email="", password="", now=now).person
    client.force_login(person)

    run_due(now + timedelta(days=30))

    assert client.get("/settings/").status_code == 200
