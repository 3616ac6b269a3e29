"""Strategies and helpers for the record: entries, logs in folders, witnesses."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from weft.record import Checkpoint, Entry, Signer, Tiles
from weft.record.note import COSIGNATURE, Verifier

VECTORS = Path(__file__).parent / "vectors/record"
LOG = Signer("weft.example/record", bytes(range(32)))
STRANGER = Signer("weft.example/record", bytes(32))

hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
short_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
whole_numbers = st.integers(-(2**53) + 1, 2**53 - 1)
plain_json = st.recursive(
    st.none() | st.booleans() | whole_numbers | short_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(short_texts, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(short_texts, plain_json, max_size=4)

entries = st.builds(
    Entry,
    act=st.from_regex(r"[a-z][a-z0-9_]{0,15}\.[a-z][a-z0-9_]{0,15}", fullmatch=True),
    at=st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)),
    body=st.just("") | st.from_regex(r"b[0-9]{1,4}", fullmatch=True),
    by=st.lists(short_texts.filter(bool), max_size=3).map(tuple),
    charter=st.just("") | hashes,
    rules=st.integers(1, 99),
    data=objects,
    finding=objects,
    documents=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_.-]{0,15}", fullmatch=True), hashes, max_size=3),
)


def entry(number: int) -> bytes:
    """The bytes of some entry, each number another one."""
    at = datetime(2026, 11, 23, 9, number // 60 % 60, number % 60, tzinfo=UTC)
    return Entry(act="ballots.closed", at=at, body="b0", charter="c" * 64, data={"number": number}).to_bytes()


def write_log(
    folder: Path, leaves: Sequence[bytes], *, batches: Sequence[int] = (), signer: Signer = LOG
) -> Checkpoint:
    """Write a log in batches of these sizes (the rest in one), publishing a checkpoint after each."""
    folder.mkdir(parents=True, exist_ok=True)
    tiles = Tiles(folder, signer.name, sync=False)
    head = Checkpoint.empty(signer.name)
    tiles.publish(head.sign(signer))
    at = 0
    for size in (*batches, len(leaves) - sum(batches)):
        head = tiles.append(head, leaves[at : at + size])
        tiles.publish(head.sign(signer))
        at += size
    return head


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content, to show that nothing has changed."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Witness:
    """A witness as the specification has it, written apart from the code under test."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw(), COSIGNATURE)

    def cosign(self, note: bytes, seconds: int) -> bytes:
        """The note with this witness's line at its end."""
        text = note[: note.rindex(b"\n\n") + 1]
        signature = self._key.sign(b"cosignature/v1\ntime " + str(seconds).encode() + b"\n" + text)
        material = self.verifier.id + seconds.to_bytes(8, "big") + signature
        return note + f"— {self.verifier.name} ".encode() + base64.b64encode(material) + b"\n"
