"""Receipts: the proof that one act stands in the record, on paper or a phone (c2sp.org/tlog-proof, draft v1).

Checked without a network, with the entry and the keys of the log and of the witnesses one trusts. With the
checkpoint of a log of a million acts and two witnesses it is about 1,400 bytes and fits one QR code.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from weft.record.checkpoint import Signed, open_checkpoint
from weft.record.errors import NotProven
from weft.record.tree import check_inclusion, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
QR_BYTES = 2_953  # the most that one QR code holds: version 40, lowest correction (ISO/IEC 18004)
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an entry stands, and what shows it.

    index: from 0. proof: from `Tiles.inclusion`, the leaf's sibling first. note: the signed checkpoint,
    verbatim. extra: bytes for the reader's convenience; nothing vouches for them.
    """

    index: int
    proof: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def to_bytes(self) -> bytes:
        """The file, by custom ``….tlog-proof``."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(node).decode() for node in self.proof]
        return "\n".join([*lines, "", ""]).encode() + self.note

    @classmethod
    def from_bytes(cls, receipt: bytes) -> "Receipt":
        """Read a receipt; NotProven("record.receipt") if it is malformed. Only `check` proves something."""
        head, blank, note = receipt.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            lines = []
        if not blank or lines[:1] != [HEADER]:
            raise _malformed(f"does not begin with {HEADER}")
        del lines[0]
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _base64(lines.pop(0).removeprefix("extra "))
        written = _INDEX.fullmatch(lines[0]) if lines else None
        if written is None:
            raise _malformed("does not say which entry it is for")
        proof = tuple(_base64(line) for line in lines[1:])
        if len(proof) > _MOST_HASHES or any(len(node) != 32 for node in proof):
            raise _malformed("has a line in its proof that is not a hash")
        return cls(int(written[1]), proof, note, extra)

    def check(self, entry: bytes, vkey: str, witnesses: Sequence[str] = ()) -> Signed:
        """The signed checkpoint under which this very entry stands at ``index``; else NotProven.

        vkey, witnesses: the keys you trust, of the log and of those who cosign it, as text.
        The caller decides whether the witnesses named in ``cosigned`` are enough.
        """
        signed = open_checkpoint(self.note, vkey, witnesses)
        head = signed.checkpoint
        check_inclusion(leaf_hash(entry), self.index, head.size, self.proof, head.root)
        return signed


def _base64(text: str) -> bytes:
    try:
        material = base64.b64decode(text, validate=True)
    except ValueError:
        material = b""
    if not material or base64.b64encode(material).decode() != text:
        raise _malformed("has a value that is not in standard base64")
    return material


def _malformed(what: str) -> NotProven:
    return NotProven("record.receipt", f"The receipt {what}.")
