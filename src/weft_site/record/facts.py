"""Entries, proofs and documents as values for pages and files."""

from dataclasses import dataclass

from weft.record import Checkpoint, Receipt
from weft.record import Entry as Leaf
from weft.record.tree import leaf_hash
from weft_site.record.models import Document, Entry, Log
from weft_site.record.publish import tiles_of


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands in the published tree: leaf hash, sibling hashes from the leaf up, size and root."""

    leaf: str
    path: tuple[str, ...]
    size: int
    root: str


def leaf_of(entry: Entry) -> Leaf:
    return Leaf.from_bytes(bytes(entry.leaf))


def proof_of(log: Log, entry: Entry) -> Proof | None:
    """The inclusion proof in the last checkpoint; None while the entry is recorded but not yet published."""
    if entry.index >= log.signed_size:
        return None
    path = tiles_of(log).inclusion(entry.index, log.signed_size)
    return Proof(
        leaf=leaf_hash(bytes(entry.leaf)).hex(),
        path=tuple(step.hex() for step in path),
        size=log.signed_size,
        root=log.signed_root,
    )


def receipt_of(log: Log, entry: Entry) -> bytes | None:
    """A receipt that proves the entry without this server; None before it is published."""
    if entry.index >= log.signed_size:
        return None
    path = tiles_of(log).inclusion(entry.index, log.signed_size)
    return Receipt(index=entry.index, proof=path, note=log.checkpoint.encode()).to_bytes()


def documents_of(log: Log, leaf: Leaf) -> list[tuple[str, str, Document | None]]:
    """(name, hash, document) of an entry; no document where the text was erased."""
    rows = {row.hash: row for row in Document.objects.filter(log=log, hash__in=leaf.documents.values())}
    return [(name, digest, rows.get(digest)) for name, digest in sorted(leaf.documents.items())]


def checkpoint_of(log: Log) -> Checkpoint | None:
    return Checkpoint.unchecked(log.checkpoint.encode()) if log.checkpoint else None
