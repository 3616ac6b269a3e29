"""Formal acts: once, whole, on the record."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connections

from weft.errors import RuleBroken
from weft_site.people.models import Person
from weft_site.record.acts import append, formal_act, keep_document, lock_log
from weft_site.record.models import Document, DoneAct, Entry, Log

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHARTER = "ab" * 32


@pytest.fixture
def log():
    return Log.objects.create(origin="example.org/garage", slug="garage")


@pytest.fixture
def person():
    return Person.objects.create(name="Amara", joined_on=date(2026, 5, 1))


@formal_act("test.done")
def do(*, actor, now, log_id, fail=False):
    locked = lock_log(log_id)
    index = append(locked, "test.done", at=now, charter=CHARTER)
    if fail:
        raise RuleBroken("test.refused")
    return index


@formal_act("test.other")
def do_other(*, actor, now, log_id):
    return append(lock_log(log_id), "test.other", at=now, charter=CHARTER)


def test_indexes_have_no_gap(log, person):
    assert [do(actor=person, now=NOON, log_id=log.pk) for _ in range(3)] == [0, 1, 2]

    log.refresh_from_db()
    assert log.size == 3
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2]


def test_a_refusal_after_the_entry_was_written_leaves_nothing(log, person):
    with pytest.raises(RuleBroken):
        do(actor=person, now=NOON, key="k", log_id=log.pk, fail=True)

    log.refresh_from_db()
    assert (log.size, Entry.objects.count(), DoneAct.objects.count()) == (0, 0, 0)


def test_a_refused_act_may_be_tried_again_with_the_same_key(log, person):
    with pytest.raises(RuleBroken):
        do(actor=person, now=NOON, key="k", log_id=log.pk, fail=True)

    assert do(actor=person, now=NOON, key="k", log_id=log.pk) == 0


def test_the_same_key_does_an_act_once_for_one_person_and_again_for_another(log, person):
    other = Person.objects.create(name="Bao", joined_on=date(2026, 5, 1))

    answers = [do(actor=actor, now=NOON, key="k", log_id=log.pk) for actor in (person, person, other)]

    assert answers == [0, 0, 1]


def test_a_key_that_did_one_act_cannot_do_another(log, person):
    do(actor=person, now=NOON, key="k", log_id=log.pk)

    with pytest.raises(RuleBroken) as refusal:
        do_other(actor=person, now=NOON, key="k", log_id=log.pk)

    assert refusal.value == RuleBroken("act.key_used", act="test.done")
    assert Entry.objects.count() == 1


def test_a_sealed_record_takes_no_more_entries(log, person):
    Log.objects.update(sealed_at=NOON)

    with pytest.raises(RuleBroken, match=r"record\.sealed"):
        do(actor=person, now=NOON, log_id=log.pk)

    assert Entry.objects.count() == 0


def test_a_document_is_found_by_a_hash_that_its_salt_hides(log):
    first = keep_document(log, "text", "yes")
    second = keep_document(log, "text", "yes")

    assert first != second
    assert {bytes(row.content) for row in Document.objects.all()} == {b"yes"}


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_get_two_indexes(log, person):
    answers = []

    def write(key):
        try:
            answers.append(do(actor=person, now=NOON, key=key, log_id=log.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(f"k{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == list(range(8))


@pytest.mark.django_db(transaction=True)
def test_one_key_sent_by_many_at_once_does_the_act_once(log, person):
    answers = []

    def write():
        try:
            answers.append(do(actor=person, now=NOON, key="same", log_id=log.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [0] * 8
    assert Entry.objects.count() == 1
