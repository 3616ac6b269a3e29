"""Documents beside the log: texts, rolls, roll calls, minutes. The log holds only their salted hashes.

A document is one file, its salt followed by its content. Whoever is handed that file can check it against
the hash in an entry; whoever is not cannot guess its content from the hash, however short it is, because
the salt is 32 random bytes. Erasing the file erases the document, and the log stays whole.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from weft.record.errors import NotProven
from weft.record.files import write_durably

SALT_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")


def commitment(salt: bytes, value: bytes) -> bytes:
    """SHA-256(0x02 || salt || value): what a leaf may hold of a document, or of a person.

    The salt is 32 bytes from the system's source of randomness, fetched by the caller and used once. The
    prefix 0x02 keeps commitments apart from leaves (0x00) and nodes (0x01) of the tree.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return sha256(b"\x02" + salt + value).digest()


def open_document(handed: bytes, hash_hex: str) -> bytes:
    """The content of a document handed over alone (salt and content) if it is the one with this hash.

    NotProven("record.document") if it is another one, or has been changed.
    """
    salt, content = handed[:SALT_BYTES], handed[SALT_BYTES:]
    if len(salt) != SALT_BYTES or commitment(salt, content).hex() != hash_hex:
        raise NotProven("record.document", f"This is not the document {hash_hex[:16]}… as it was recorded.")
    return content


@dataclass(frozen=True, slots=True)
class Documents:
    """The document store: files named by their hashes. Not public; the charter says who reads what."""

    folder: Path

    def put(self, content: bytes, *, salt: bytes) -> str:
        """Keep a document durably and give back its hash (hex) for the entry. Write it before the entry."""
        hash_hex = commitment(salt, content).hex()
        write_durably({self._path(hash_hex): salt + content}, mode=0o600)
        return hash_hex

    def get(self, hash_hex: str) -> bytes | None:
        """The content, checked; None if it was erased or never lay here. NotProven if it was changed."""
        handed = self.handout(hash_hex)
        return None if handed is None else open_document(handed, hash_hex)

    def handout(self, hash_hex: str) -> bytes | None:
        """Salt and content, as one hands them to someone who is entitled to check them alone."""
        try:
            return self._path(hash_hex).read_bytes()
        except FileNotFoundError:
            return None

    def erase(self, hash_hex: str) -> bool:
        """Remove one document for good; False if there was none. Copies that were handed out remain."""
        path = self._path(hash_hex)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        write_durably({}, directories={path.parent})
        return True

    def _path(self, hash_hex: str) -> Path:
        if not _HASH.fullmatch(hash_hex):
            raise ValueError("a document is addressed by 64 hex digits")
        return self.folder / hash_hex[:2] / hash_hex[2:]
