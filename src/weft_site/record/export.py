"""Documents as files, for those who check: beside the tiles the public ones, and any selection into a folder.

The layout is that of `weft.record.Documents`: with these files and the tiles, and nothing of this server, a record
is replayed. Public documents follow each publication; what is erased here is removed there.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from weft.errors import RuleBroken
from weft.record import Documents
from weft.record.files import write_durably
from weft_site.record.models import Document, Entry, Log

MARK = ".exported"  # the newest row that was written; rows of one log are numbered in the order of its acts
WIDER = {
    Document.Visibility.PUBLIC: ("public",),
    Document.Visibility.MEMBERS: ("public", "members"),
    Document.Visibility.HASHES: ("public", "members", "hashes"),
}


def public_folder(log: Log) -> Path:
    return Path(settings.WEFT_HOME) / "documents" / log.slug


def export_public(log: Log) -> int:
    """Write the public documents that are new since the last time; how many."""
    folder = public_folder(log)
    mark = folder / MARK
    last = int(mark.read_text()) if mark.exists() else 0
    rows = Document.objects.filter(log=log, visibility=Document.Visibility.PUBLIC, pk__gt=last).order_by("pk")
    written = 0
    for row in rows.iterator(chunk_size=500):
        _write(folder, row)
        last, written = row.pk, written + 1
    if written:
        write_durably({mark: str(last).encode()})
    return written


def export_documents(log: Log, folder: Path, *, visibility: str = Document.Visibility.PUBLIC) -> int:
    """Write every document up to this visibility into a folder; how many. The charter says who may be handed them."""
    rows = Document.objects.filter(log=log, visibility__in=WIDER[Document.Visibility(visibility)]).order_by("pk")
    written = 0
    for row in rows.iterator(chunk_size=500):
        _write(folder, row)
        written += 1
    return written


def erase_document(log: Log, digest: str, *, now: datetime) -> bool:
    """Erase a text for good, here and among the public files; False if there was none. The entry stays valid.

    Raises ``document.kept`` before the time is over for which it has to be kept.
    """
    kept = (
        Document.objects.filter(log=log, hash=digest, keep_until__gt=now).values_list("keep_until", flat=True).first()
    )
    if kept is not None:
        raise RuleBroken("document.kept", until=kept.isoformat())
    gone, _ = Document.objects.filter(log=log, hash=digest).delete()
    filed = Documents(public_folder(log)).erase(digest)
    return bool(gone) or filed


def leaves_of(log: Log) -> Iterable[bytes]:
    """The exact bytes of every entry, in order."""
    rows = Entry.objects.filter(log=log).order_by("index").values_list("leaf", flat=True)
    return (bytes(leaf) for leaf in rows.iterator(chunk_size=5_000))


def read_document(log: Log, digest: str) -> bytes | None:
    """The content of a document in the database, as replay asks for it; None where it was erased."""
    row = Document.objects.filter(log=log, hash=digest).first()
    return None if row is None else bytes(row.content)


def _write(folder: Path, row: Document) -> None:
    Documents(folder).put(bytes(row.content), salt=bytes(row.salt))
