"""The record: an append-only log of formal acts that anyone can check, in the C2SP tlog-tiles format.

Leaves: `Entry`, `commitment`, `Documents`. The log: `Checkpoint`, `Signer`, `Tiles`, `check_start`.
Checking: `Receipt`, `verify_folder`. Bytes that prove nothing raise `NotProven`; an act of ours
that the record does not allow raises `weft.errors.RuleBroken`.

File I/O but no network, clock or chance: times, salts and key seeds are arguments.
Format: docs/reference/record-format.md. In plain words: docs/explanation/record.md. Why: ADR 0002.
"""

from weft.record.checkpoint import Checkpoint, check_start
from weft.record.documents import Documents, commitment
from weft.record.entry import Entry
from weft.record.errors import NotProven
from weft.record.note import Signer
from weft.record.receipt import Receipt
from weft.record.tiles import Tiles
from weft.record.verify import verify_folder

__all__ = [
    "Checkpoint",
    "Documents",
    "Entry",
    "NotProven",
    "Receipt",
    "Signer",
    "Tiles",
    "check_start",
    "commitment",
    "verify_folder",
]
