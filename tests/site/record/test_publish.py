"""Publishing: the files prove what the database recorded, and a restored database cannot sign another history."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from weft.errors import RuleBroken
from weft.record import Receipt, verify_folder
from weft_site.record import facts
from weft_site.record.acts import append, lock_log
from weft_site.record.keys import make_key, read_key
from weft_site.record.models import Entry, Log
from weft_site.record.publish import check_logs, publish, publish_all, tiles_of

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def log(settings, tmp_path):
    settings.WEFT_HOME = tmp_path
    log = Log.objects.create(origin="example.org/garage", slug="garage")
    make_key(log)
    return log


def record(log: Log, number: int) -> None:
    with transaction.atomic():
        locked = lock_log(log.pk)
        for n in range(number):
            append(locked, "test.done", at=NOON, charter="ab" * 32, data={"n": n})


def checked(log: Log) -> int:
    return verify_folder(tiles_of(log).folder, read_key(log).vkey).signed.checkpoint.size


def test_what_is_published_passes_the_strict_verifier_after_every_batch(log):
    sizes = []
    for number in (1, 2, 254, 300):
        record(log, number)
        publish(log.pk)
        sizes.append(checked(log))

    assert sizes == [1, 3, 257, 557]


def test_publishing_again_without_news_changes_no_file(log):
    record(log, 3)
    publish(log.pk)
    before = {path: path.read_bytes() for path in tiles_of(log).folder.rglob("*") if path.is_file()}

    publish(log.pk)
    publish_all()

    assert {path: path.read_bytes() for path in tiles_of(log).folder.rglob("*") if path.is_file()} == before


def test_a_receipt_proves_an_entry_without_the_server(log):
    record(log, 5)
    publish(log.pk)
    log.refresh_from_db()
    entry = Entry.objects.get(index=3)

    signed = Receipt.from_bytes(facts.receipt_of(log, entry)).check(bytes(entry.leaf), read_key(log).vkey)

    assert signed.checkpoint.size == 5


def test_an_entry_that_is_not_yet_published_has_no_proof(log):
    record(log, 1)

    assert facts.proof_of(log, Entry.objects.get()) is None
    assert facts.receipt_of(log, Entry.objects.get()) is None


def test_a_checkpoint_that_was_signed_before_a_crash_is_shown_after_it(log):
    record(log, 2)
    publish(log.pk)
    (tiles_of(log).folder / "checkpoint").unlink()

    publish(log.pk)

    assert checked(log) == 2


def test_a_database_that_lost_an_entry_is_refused_at_start(log):
    record(log, 4)
    publish(log.pk)
    Entry.objects.filter(index=3).delete()
    Log.objects.update(size=3, signed_size=3)

    with pytest.raises(RuleBroken, match=r"record\.(behind|forked)"):
        check_logs()


def test_a_database_whose_entry_was_changed_is_refused_at_start(log):
    record(log, 4)
    publish(log.pk)
    entry = Entry.objects.get(index=1)
    entry.leaf = bytes(entry.leaf).replace(b'"n":1', b'"n":7')
    entry.save()

    with pytest.raises(RuleBroken, match=r"record\.forked"):
        check_logs()


def test_an_honest_database_starts(log):
    record(log, 4)
    publish(log.pk)
    record(log, 2)

    check_logs()


def test_the_key_is_readable_by_the_server_only_and_never_replaced(log, settings):
    path = settings.WEFT_HOME / "keys" / "garage.key"

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_key(log)


def test_pages_serve_the_files_that_a_verifier_asks_for(log, client):
    record(log, 300)
    publish(log.pk)
    folder = tiles_of(log).folder

    for path in ("checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"):
        answer = client.get(f"/f/garage/log/{path}")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert content == (folder / path).read_bytes()


@pytest.mark.parametrize(
    "path", ["tile/0/999", "tile/../checkpoint", "tile/%2e%2e/%2e%2e/%2e%2e/secret.key", "tile//etc/passwd"]
)
def test_nothing_but_the_log_is_served(log, client, path):
    record(log, 1)
    publish(log.pk)

    assert client.get(f"/f/garage/log/{path}").status_code == 404
