"""Signed notes: a text and the signatures of keys that stand behind it (c2sp.org/signed-note v1.0.0).

Two kinds of key: Ed25519 over the text itself (type 0x01), and a witness's cosignature of a checkpoint
with the time at which it saw it (type 0x04, c2sp.org/tlog-cosignature v1). Lines of other keys are
passed over, as the format demands: that is how keys change and witnesses join.
Vectors: tests/vectors/record/notes.json.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from weft.record.errors import NotProven

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_LINES = 100  # of signatures; the format demands that at least 16 are accepted
MAX_BYTES = 1_000_000
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name. Written as a vkey, ``name+keyid+base64``, by `vkey` and `from_vkey`.

    kind: `ED25519` for a log's own key, `COSIGNATURE` for a witness. key: 32 bytes.
    """

    name: str
    key: bytes
    kind: int = ED25519

    @classmethod
    def from_vkey(cls, vkey: str) -> "Verifier":
        """Read a vkey; NotProven("record.key") if it is malformed, of another kind, or its id is wrong."""
        name, _, rest = vkey.partition("+")
        written, _, encoded = rest.partition("+")
        material = _base64(encoded, "record.key")
        if not _is_name(name) or len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
            raise NotProven("record.key", "This is not a verifier key for Ed25519 notes or cosignatures.")
        verifier = cls(name, material[1:], material[0])
        if written != verifier.id.hex():
            raise NotProven("record.key", "The id of the verifier key does not belong to its name and key.")
        return verifier

    @property
    def id(self) -> bytes:
        return _key_id(self.name, self.kind, self.key)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encode(bytes([self.kind]) + self.key)}"

    def check(self, text: bytes, signature: bytes) -> int | None:
        """The time of a cosignature in seconds since 1970, None for a plain signature; else NotProven."""
        wrong = NotProven("record.signature", f"A signature in the name of {self.name} is false.")
        seconds = None
        if self.kind == COSIGNATURE:
            if len(signature) != 72 or signature[0] & 0x80:  # the time must not exceed 2**63 - 1
                raise wrong
            seconds = int.from_bytes(signature[:8], "big")
            text = b"cosignature/v1\ntime %d\n" % seconds + text
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except (InvalidSignature, ValueError):
            raise wrong from None
        return seconds


@dataclass(frozen=True, slots=True)
class Signer:
    """A private Ed25519 key with its name. Keep it on another machine, or at least under another user.

    seed: 32 bytes from the system's source of randomness; the caller fetches them, no chance is hidden here.
    """

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name) or len(self.seed) != 32:
            raise ValueError("a signer has a name without spaces or '+' and a seed of 32 bytes")

    @classmethod
    def from_skey(cls, skey: str) -> "Signer":
        """Read ``PRIVATE+KEY+name+keyid+base64``, the form in which Go's note package keeps keys."""
        head, _, rest = skey.partition("PRIVATE+KEY+")
        parts = rest.split("+", 2)
        if head or len(parts) != 3 or not _is_name(parts[0]):
            raise NotProven("record.key", "This is not a private key for signed notes.")
        material = _base64(parts[2], "record.key")
        if len(material) != 33 or material[0] != ED25519:
            raise NotProven("record.key", "This private key is not an Ed25519 key for signed notes.")
        signer = cls(parts[0], material[1:])
        if parts[1] != signer.verifier.id.hex():
            raise NotProven("record.key", "The id of the private key does not belong to its name and key.")
        return signer

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"  # a seed has no place in a log file or an error page

    @property
    def vkey(self) -> str:
        """What everyone else needs to check this signer: publish it far away from the log."""
        return self.verifier.vkey

    @property
    def skey(self) -> str:
        encoded = _encode(bytes([ED25519]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{encoded}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """The note: the text, a blank line, and this signer's line."""
        if not text.endswith("\n") or text == "\n" or _CONTROL.search(text.encode()):
            raise ValueError("the text of a note ends in a newline and has no control characters")
        signature = self.verifier.id + self._private().sign(text.encode())
        return f"{text}\n— {self.name} {_encode(signature)}\n".encode()

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose signatures have been checked.

    text:   everything up to and including the newline before the last blank line.
    signed: (verifier, seconds since 1970 or None) for each known key that signed, in the order of the lines.
    """

    text: str
    signed: tuple[tuple[Verifier, int | None], ...]


def open_note(note: bytes, verifiers: Sequence[Verifier]) -> Note:
    """Read a note and check every line in the name of a known key.

    NotProven if the note is malformed ("record.note"), if a known key's signature is false
    ("record.signature"), or if no known key has signed ("record.unsigned").
    """
    text, lines = split_note(note)
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    signed: dict[Verifier, int | None] = {}
    for name, key_id, signature in lines:
        verifier = known.get((name, key_id))
        if verifier is not None:
            seconds = verifier.check(text.encode(), signature)
            signed.setdefault(verifier, seconds)
    if not signed:
        raise NotProven("record.unsigned", "No key that you trust has signed this note.")
    return Note(text, tuple(signed.items()))


def split_note(note: bytes) -> tuple[str, tuple[tuple[str, bytes, bytes], ...]]:
    """The text and its (name, key id, signature) lines, unchecked; NotProven("record.note") if malformed."""
    if len(note) > MAX_BYTES:
        raise _malformed(f"is longer than {MAX_BYTES} bytes")
    if _CONTROL.search(note):
        raise _malformed("has a control character in it")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise _malformed("is not UTF-8") from None
    text, blank, block = whole.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise _malformed("has no signature lines after a blank line")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_LINES:
        raise _malformed(f"has more than {MAX_LINES} signature lines")
    return text + "\n", tuple(_line(line) for line in lines)


def _line(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not _is_name(name):
        raise _malformed("has a line among its signatures that is none")
    material = _base64(encoded, "record.note")
    if len(material) < 5:
        raise _malformed("has a signature without content")
    return name, material[:4], material[4:]


def _malformed(what: str) -> NotProven:
    return NotProven("record.note", f"The note {what}.")


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _key_id(name: str, kind: int, key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def _encode(material: bytes) -> str:
    return base64.b64encode(material).decode()


def _base64(text: str, code: str) -> bytes:
    """Standard base64 in its one canonical spelling, so that no byte of a note can change unnoticed."""
    try:
        material = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        material = b""
    if not material or _encode(material) != text:
        raise NotProven(code, "A value is not in standard base64.")
    return material
