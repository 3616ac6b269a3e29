"""Lots that anyone can draw again.

A seed is chosen and its hash published before anybody can know what it will decide (the commitment).
Later others contribute words, or the ballots themselves. Only then is the seed opened. Neither the server
nor the contributors alone can steer the order: the server was bound first, the others did not know the seed.
Together they could: whoever knows the seed and gives the last word can try words until the order suits. So
a word is taken from everybody present, and the last is better given aloud by somebody who holds no key.

The order is by SHA-256 of seed, contribution and candidate; a collision is not a practical event, and the
candidate's reference then decides, so the order is always total.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from weft.errors import RuleBroken


def lot_commitment(seed: bytes) -> str:
    """What is published before: SHA-256 (hex) of the 32 byte seed under its own prefix."""
    if len(seed) != 32:
        raise ValueError("a lot's seed is 32 bytes")
    return sha256(b"weft/lot/seed\n" + seed).hexdigest()


def draw_lots(seed: bytes, contribution: bytes, candidates: Iterable[str], *, commitment: str) -> tuple[str, ...]:
    """All candidates in the order of the lot.

    contribution: what others added after the commitment, e.g. the words of those present or the hash of
    the votes. Raises ``lot.commitment`` if the seed is not the one that was committed to.
    """
    if lot_commitment(seed) != commitment:
        raise RuleBroken("lot.commitment")
    common = sha256(b"weft/lot/order\n" + seed + sha256(contribution).digest()).digest()
    listed = list(candidates)
    if len(set(listed)) != len(listed):
        raise ValueError("a candidate stands twice in the lot")
    return tuple(sorted(listed, key=lambda name: (sha256(common + name.encode()).digest(), name)))


def words_contribution(words: Sequence[str]) -> bytes:
    """The words of those present as one contribution, in the order in which they were given.

    Each word stands behind its length in two bytes, so that no two lists give the same contribution. Raises
    ValueError for a word of more than 65,535 bytes.
    """
    if any(len(word.encode()) > 65_535 for word in words):
        raise ValueError("a word for the lot has at most 65,535 bytes")
    return b"".join(len(word.encode()).to_bytes(2, "big") + word.encode() for word in words)
