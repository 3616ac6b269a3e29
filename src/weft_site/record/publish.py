"""From rows to files: write tiles, sign a checkpoint, show it.

Order (record specification): entries are durable in the database; tiles and bundles are written; the new
root is computed from the bytes read back; the last signed head is swapped in the lock row; the checkpoint is
shown. "Recorded" is the first step, "published" the last; the pages use these two words.
"""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from weft.errors import RuleBroken
from weft.record import Checkpoint, Signer, Tiles, check_start
from weft_site.record.export import export_public
from weft_site.record.keys import key_path, read_key
from weft_site.record.models import Entry, Log

BATCH = 5_000


def tiles_of(log: Log) -> Tiles:
    return Tiles(Path(settings.WEFT_HOME) / "record" / log.slug, log.origin)


def publish(log_id: int) -> int:
    """Publish what was recorded since the last checkpoint; returns the size published.

    Safe to call from several processes: the lock row lets one of them sign, the others find nothing to do.
    """
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=log_id)
        tiles = tiles_of(log)
        head = _signed_head(log)
        while head.size < log.size:
            entries = [
                bytes(leaf)
                for leaf in Entry.objects.filter(log=log, index__gte=head.size)
                .order_by("index")
                .values_list("leaf", flat=True)[:BATCH]
            ]
            head = tiles.append(head, entries)
        if head.size > log.signed_size:
            note = head.sign(read_key(log))
            log.signed_size, log.signed_root, log.checkpoint = head.size, head.root.hex(), note.decode()
            log.save(update_fields=["signed_size", "signed_root", "checkpoint"])
    _show(log)
    export_public(log)
    return head.size


def sign_again(log_id: int, signer: Signer) -> None:
    """Add another key's signature to the head that was signed last, so that it can be checked by either key."""
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=log_id)
        line = _signed_head(log).sign(signer).decode().partition("\n\n")[2]
        if not log.checkpoint or line in log.checkpoint:
            return
        log.checkpoint += line
        log.save(update_fields=["checkpoint"])
    _show(log)


def _show(log: Log) -> None:
    """Show the checkpoint that was signed last, also where a crash came between signing and showing."""
    tiles = tiles_of(log)
    note = log.checkpoint.encode()
    if not note or tiles.checkpoint() == note:
        return
    try:
        tiles.publish(note)
    except RuleBroken as refusal:
        if refusal.rule != "record.rollback":  # another process has shown a newer one meanwhile: all is well
            raise


def publish_all() -> None:
    """Publish every log that has something new. Called by the ticker, and after an act on small servers."""
    for log in Log.objects.exclude(size=F("signed_size")).only("pk", "slug"):
        if key_path(log).exists():
            publish(log.pk)


def show_all() -> None:
    """At start: show every checkpoint that was signed but, after a crash, not yet shown."""
    for log in Log.objects.exclude(checkpoint=""):
        _show(log)


def _signed_head(log: Log) -> Checkpoint:
    if log.signed_size == 0:
        return Checkpoint.empty(log.origin)
    return Checkpoint(log.origin, log.signed_size, bytes.fromhex(log.signed_root))


def check_logs() -> None:
    """At start: refuse to sign with a database that has lost or changed what was signed before.

    Compares every log's entries with its lock row and with the checkpoint in the files. Raises RuleBroken.
    """
    for log in Log.objects.all():
        known = {"lock row": _signed_head(log)}
        shown = tiles_of(log).checkpoint()
        if shown is not None:
            known["files"] = Checkpoint.unchecked(shown)
        entries = (
            bytes(leaf)
            for leaf in Entry.objects.filter(log=log)
            .order_by("index")
            .values_list("leaf", flat=True)
            .iterator(chunk_size=BATCH)
        )
        head = check_start(log.origin, entries, known)
        if head.size < log.size:
            raise RuleBroken("record.behind", source="database", size=head.size, signed=log.size)
