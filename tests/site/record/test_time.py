"""Time in a record: of two acts asked for at once either may come first, and no entry is before the one before it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from weft_site.people.models import Person
from weft_site.record.acts import append, formal_act, lock_log
from weft_site.record.models import DoneAct, Entry, Log

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@formal_act("test.done")
def do(*, actor, now, log_id):
    Person.objects.create(name=f"{now:%H:%M:%S}", joined_on=now.date())
    append(lock_log(log_id), "test.done", at=now, charter="ab" * 32, data={"due": (now + 60 * SECOND).isoformat()})
    return now.isoformat()


@pytest.fixture
def log():
    return Log.objects.create(origin="example.org/garage", slug="garage")


@pytest.mark.parametrize("key", ["", "k"])
def test_an_act_that_another_overtook_is_judged_at_the_time_of_that_one(log, key):
    actor = Person.objects.create(name="Amara", joined_on=date(2026, 5, 1))
    do(actor=actor, now=NOON + 2 * SECOND, log_id=log.pk)

    answer = do(actor=actor, now=NOON, key=key, log_id=log.pk)

    later = NOON + 2 * SECOND
    assert answer == later.isoformat()
    assert list(Entry.objects.order_by("index").values_list("at", flat=True)) == [later, later]
    assert b'"due":"2026-05-01T12:01:02+00:00"' in bytes(Entry.objects.get(index=1).leaf)
    assert sorted(Person.objects.values_list("name", flat=True)) == ["12:00:02", "12:00:02", "Amara"]
    assert list(DoneAct.objects.values_list("key", flat=True)) == ([key] if key else [])


def test_an_act_in_its_order_keeps_its_own_time(log):
    for seconds in (0, 0, 1):
        do(actor=None, now=NOON + seconds * SECOND, log_id=log.pk)

    assert list(Entry.objects.order_by("index").values_list("at", flat=True)) == [NOON, NOON, NOON + SECOND]
