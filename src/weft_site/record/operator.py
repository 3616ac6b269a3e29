"""What the person who hosts the server can do to a record: change its key, take lost entries back, look at it.

None of it decides anything, and each leaves an entry: an operator is no officer of any body.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from weft.errors import RuleBroken
from weft.record import Checkpoint, Entry, NotProven, verify_folder
from weft.record.files import write_durably
from weft.replay import Replay
from weft_site.record import keys, publish
from weft_site.record.acts import append, last_time
from weft_site.record.export import leaves_of, read_document
from weft_site.record.models import Entry as Row
from weft_site.record.models import Log

BATCH = 2_000


def policy_path(log: Log) -> Path:
    """The file that says which keys sign this log: to be handed to whoever verifies, by another way than the log."""
    return Path(settings.WEFT_HOME) / "keys" / f"{log.slug}.policy"


def in_force(log: Log) -> str:
    """The hash of the charter by which the next entry is judged, from the last entry of the log itself."""
    last = Row.objects.filter(log=log).order_by("-index").first()
    if last is None:
        return ""
    leaf = Entry.from_bytes(bytes(last.leaf))
    return str(leaf.data["to"]) if leaf.act == "deliberation.charter_amended" else leaf.charter


# --- a new key --------------------------------------------------------------------------------------------------


def change_key(log: Log, *, now: datetime) -> tuple[str, str]:
    """Sign with a new key from now on; answers with the old verifier key ("" if it was lost) and the new one.

    The entry that names the new key is published under the old one, which so introduces it. Then the same head
    is signed by both, so that whoever has either key can check it. After a crash in between, do it again.
    """
    old = keys.read_key(log) if keys.key_path(log).exists() else None
    new = keys.next_key(log)
    was = old.vkey if old else ""
    if not _announced(log, new.vkey):
        with transaction.atomic():
            _append(log, "operator.key_changed", {"from": was, "to": new.vkey}, now)
    if old is not None:
        publish.publish(log.pk)
    write_policy(log, [vkey for vkey in (was, new.vkey) if vkey])
    keys.take_next_key(log)
    publish.publish(log.pk)
    publish.sign_again(log.pk, new)
    return was, new.vkey


def _announced(log: Log, vkey: str) -> bool:
    last = Row.objects.filter(log=log, act="operator.key_changed").order_by("-index").first()
    return last is not None and Entry.from_bytes(bytes(last.leaf)).data["to"] == vkey


def write_policy(log: Log, vkeys: list[str]) -> None:
    """Keep the keys of this log, earlier ones as comments; in the format of c2sp.org/tlog-policy."""
    path = policy_path(log)
    before = [line.split()[-1] for line in path.read_text().splitlines() if "log " in line] if path.exists() else []
    known = list(dict.fromkeys([*before, *vkeys]))
    lines = [*(f"# earlier log {vkey}" for vkey in known[:-1]), f"log {known[-1]}", "quorum none"]
    write_durably({path: ("\n".join(lines) + "\n").encode()})


# --- entries that were lost -------------------------------------------------------------------------------------


def restore(slug: str, folder: Path, *, vkey: str, now: datetime) -> tuple[int, int]:
    """Take back the entries that this database lacks from a copy of the record's files; (size before, size after).

    The copy is verified whole before anything is written. Refusals: ``record.forked`` if it has another history
    than the database, ``record.other_log``. Texts do not come back with it: they lie in the documents.
    """
    found: list[bytes] = []
    report = verify_folder(folder, vkey, reader=lambda _first, entries: found.extend(entries))
    head = report.signed.checkpoint
    with transaction.atomic():
        log, _made = Log.objects.get_or_create(slug=slug, defaults={"origin": head.origin})
        log = Log.objects.select_for_update().get(pk=log.pk)
        if log.origin != head.origin:
            raise RuleBroken("record.other_log", source=slug, origin=head.origin, expected=log.origin)
        before = _same_so_far(log, found)
        if before < head.size:
            _insert(log, found, before)
        if log.signed_size < head.size:
            log.signed_size, log.signed_root = head.size, head.root.hex()
            log.checkpoint = report.signed.note.decode()
        log.save(update_fields=["size", "signed_size", "signed_root", "checkpoint"])
        if before < head.size:
            data = {"from": before, "to": log.size, "root": head.root.hex()}
            _append(log, "operator.restored", data, now)
    _restore_files(log, found)
    return before, head.size


def _same_so_far(log: Log, found: list[bytes]) -> int:
    """How many entries the database has. Raises ``record.forked`` at the first that is not the copy's."""
    size = 0
    for leaf in leaves_of(log):
        if size < len(found) and leaf != found[size]:
            raise RuleBroken("record.forked", source="database", size=size)
        size += 1
    return size


def _insert(log: Log, found: list[bytes], start: int) -> None:
    for first in range(start, len(found), BATCH):
        leaves = [
            (index, leaf, Entry.from_bytes(leaf)) for index, leaf in enumerate(found[first : first + BATCH], first)
        ]
        Row.objects.bulk_create(
            Row(log=log, index=index, act=entry.act, at=entry.at, body=entry.body, leaf=leaf)
            for index, leaf, entry in leaves
        )
    log.size = len(found)


def _restore_files(log: Log, found: list[bytes]) -> None:
    """The files of this server, as far as they are behind the copy; from here on they are written as always."""
    tiles = publish.tiles_of(log)
    shown = tiles.checkpoint()
    start = Checkpoint.empty(log.origin) if shown is None else Checkpoint.unchecked(shown)
    if start.size < len(found):
        tiles.append(start, found[start.size :])
        tiles.publish(Log.objects.get(pk=log.pk).checkpoint.encode())


def _append(log: Log, act: str, data: dict[str, object], now: datetime) -> int:
    """An entry of the operator's, also in a record that is closed: it tells of the server, not of the federation."""
    locked = Log.objects.select_for_update().get(pk=log.pk)
    at = max(now, last_time(locked) or now)
    index = append(locked, act, at=at, charter=in_force(locked), data=data)
    log.size = locked.size
    return index


# --- looking ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one log. problem: None if it replays; unchecked: how much could not be judged."""

    slug: str
    size: int
    problem: NotProven | None
    unchecked: int


def look(log: Log) -> Looked:
    """Judge every entry of a log again, with the documents in the database."""
    run = Replay(lambda digest: read_document(log, digest))
    try:
        for leaf in leaves_of(log):
            run.take(leaf)
        run.finish()
    except NotProven as problem:
        return Looked(log.slug, log.size, problem, len(run.unchecked))
    return Looked(log.slug, log.size, None, len(run.unchecked))
