"""The key with which this server signs checkpoints: one a log, in a file that only the server's user reads.

A lost key is no lost record: entries and mirrors still prove it. A new key is an operator's act with an entry.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings

from weft.record import Signer
from weft_site.record.models import Log


def key_path(log: Log) -> Path:
    return settings.WEFT_HOME / "keys" / f"{log.slug}.key"


def make_key(log: Log) -> Signer:
    """Make the log's key. Raises FileExistsError rather than replace one."""
    return _make(log, key_path(log))


def next_key(log: Log) -> Signer:
    """The key that is to replace the present one: made once, and found again after a crash in between."""
    path = _next_path(log)
    return Signer.from_skey(path.read_text().strip()) if path.exists() else _make(log, path)


def take_next_key(log: Log) -> None:
    """The next key is the key from now on; the one before it is gone."""
    _next_path(log).replace(key_path(log))


def _next_path(log: Log) -> Path:
    return key_path(log).with_suffix(".next")


def _make(log: Log, path: Path) -> Signer:
    signer = Signer(log.origin, secrets.token_bytes(32))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(signer.skey + "\n")
        file.flush()
        os.fsync(file.fileno())
    return signer


def read_key(log: Log) -> Signer:
    return Signer.from_skey(key_path(log).read_text().strip())
