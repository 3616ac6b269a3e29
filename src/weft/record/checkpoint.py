"""Checkpoints: how many entries a log has and what their root is, signed (c2sp.org/tlog-checkpoint v1.0.0).

A log must never sign a checkpoint that contradicts one it signed before. `check_start` is the look at
everything ever signed that must come before the first signature after a start or a restore.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from weft.errors import RuleBroken
from weft.record.errors import NotProven
from weft.record.note import ED25519, Signer, Verifier, open_note, split_note
from weft.record.tree import EMPTY_ROOT, Range, leaf_hash

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log.

    origin: the log's name for ever, a URL without its scheme; also the name of its key.
    size:   entries, from 0. root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @classmethod
    def empty(cls, origin: str) -> "Checkpoint":
        """The head of a log to which nothing has been added."""
        return cls(origin, 0, EMPTY_ROOT)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; NotProven("record.checkpoint") if it is malformed.

        Extension lines are refused: we write none, and no auditor could check them.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise NotProven("record.checkpoint", "A checkpoint has three lines: origin, size and root.")
        if not _SIZE.fullmatch(lines[1]) or int(lines[1]) >= 1 << 63:
            raise NotProven("record.checkpoint", "The size in the checkpoint is not a plain whole number.")
        try:
            root = base64.b64decode(lines[2].encode("ascii"), validate=True)
        except ValueError:
            root = b""
        if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
            raise NotProven("record.checkpoint", "The root in the checkpoint is not 32 bytes in base64.")
        return cls(lines[0], int(lines[1]), root)

    @classmethod
    def unchecked(cls, note: bytes) -> "Checkpoint":
        """Read a note of our own, without checking its signatures."""
        return cls.parse(split_note(note)[0])

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, signer: Signer) -> bytes:
        """The signed note. The caller has checked before that it continues what was signed last."""
        if signer.name != self.origin:
            raise ValueError(f"the key of {signer.name} cannot sign for {self.origin}")
        return signer.sign(self.text)


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose signatures have been checked.

    note:     the very bytes that were checked.
    cosigned: (name of a known witness, seconds since 1970 at which it saw this head), in their order.
    """

    checkpoint: Checkpoint
    note: bytes
    cosigned: tuple[tuple[str, int], ...] = ()


def open_checkpoint(note: bytes, vkey: str, witnesses: Sequence[str] = ()) -> Signed:
    """Check a signed checkpoint against the log's key, and against those of the witnesses one knows.

    vkey, witnesses: verifier keys as text, ``name+keyid+base64``.
    NotProven as in `open_note`; also "record.unsigned" if witnesses signed and the log did not, and
    "record.origin" if the checkpoint is that of another log. How many witnesses suffice is the caller's rule.
    """
    log = Verifier.from_vkey(vkey)
    if log.kind != ED25519:
        raise NotProven("record.key", "The key of a log signs plain notes; this one is a witness's.")
    opened = open_note(note, [log, *map(Verifier.from_vkey, witnesses)])
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != log.name:
        raise NotProven("record.origin", f"This checkpoint belongs to {checkpoint.origin}, not to {log.name}.")
    if log not in [verifier for verifier, _ in opened.signed]:
        raise NotProven("record.unsigned", f"{log.name} has not signed with the key that you trust.")
    cosigned = tuple((verifier.name, seconds) for verifier, seconds in opened.signed if seconds is not None)
    return Signed(checkpoint, note, cosigned)


def check_start(origin: str, entries: Iterable[bytes], signed: Mapping[str, Checkpoint]) -> Checkpoint:
    """Refuse to sign with a database that has lost or changed what was signed; give back its own head.

    entries: every entry in the database, in order, as stored; read once, hashed anew, nothing cached.
    signed:  the newest checkpoint known from each place: local file, lock row, each witness, each mirror.
    RuleBroken("record.behind") if the database has fewer entries than were ever signed for: fetch the rest
    from a mirror, verify, insert, start again. RuleBroken("record.forked") if it has other entries.
    After the lock backend of the Sunlight logs: two instances, or a bad restore, split a log. Why: ADR 0002.
    """
    for source, checkpoint in signed.items():
        if checkpoint.origin != origin:
            raise RuleBroken("record.other_log", source=source, origin=checkpoint.origin, expected=origin)
    leaves = map(leaf_hash, entries)
    tree, roots = Range(), {}
    for size in sorted({checkpoint.size for checkpoint in signed.values()}):
        tree = tree.extended(islice(leaves, size - tree.size))
        roots[size] = tree.root
    tree = tree.extended(leaves)
    for source, checkpoint in signed.items():
        if checkpoint.size > tree.size:
            raise RuleBroken("record.behind", source=source, size=tree.size, signed=checkpoint.size)
    for source, checkpoint in signed.items():
        if roots[checkpoint.size] != checkpoint.root:
            raise RuleBroken("record.forked", source=source, size=checkpoint.size)
    return Checkpoint(origin, tree.size, tree.root)
