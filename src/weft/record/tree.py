"""The Merkle tree of RFC 6962: hashes, roots, and proofs of inclusion and of consistency.

Proofs are made by the recursive definitions of RFC 6962 section 2.1 and checked by the iterative
algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2, so that maker and checker share no code but the two
hash functions. Vectors: tests/vectors/record/merkle.json.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from weft.record.errors import NotProven

EMPTY_ROOT = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""(height, index) -> hash of the perfect subtree over entries index * 2**height to (index + 1) * 2**height."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry as a leaf; the prefix 0x00 keeps it apart from every inner node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours; the prefix 0x01 keeps it apart from every leaf."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: bytes) -> bytes:
    """The root over 2**k hashes of 32 bytes, laid end to end: a full tile, or an aligned part of one."""
    if len(hashes) < 32 or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"a perfect subtree has 2**k hashes, not {len(hashes) / 32:g}")
    while len(hashes) > 32:
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, len(hashes), 64)])
    return hashes


@dataclass(frozen=True, slots=True)
class Range:
    """A tree in short: its size and the roots of its perfect subtrees, from the widest to the narrowest.

    Enough to add leaves and to know the root; 20 hashes for a million entries. The number of entries
    under each peak is a bit of ``size``, highest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, leaf_hashes: Iterable[bytes]) -> "Range":
        """The tree with these leaves added at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaf_hashes:
            node, bit = leaf, 1
            while size & bit:  # a full neighbour on the left: join with it, one level up
                node = node_hash(peaks.pop(), node)
                bit <<= 1
            peaks.append(node)
            size += 1
        return Range(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the first ``size`` entries."""
    return _hash_of(0, size, nodes) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, nodes: Nodes) -> tuple[bytes, ...]:
    """PATH(index, D[0:size]) of RFC 6962 section 2.1.1: the hashes beside the way up, lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a tree of {size}")
    return tuple(_path(index, 0, size, nodes))


def prove_consistency(old: int, new: int, nodes: Nodes) -> tuple[bytes, ...]:
    """PROOF(old, D[0:new]) of RFC 6962 section 2.1.2: shows that the first ``old`` entries have stayed."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not follow one of {old}")
    return tuple(_subproof(old, 0, new, nodes, whole=True)) if 0 < old < new else ()


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """NotProven unless the leaf hash stands at ``index`` in the tree of this size and root."""
    wrong = NotProven("record.inclusion", f"The proof does not place this entry at index {index} of {size}.")
    if not 0 <= index < size:
        raise wrong
    fn, sn, node = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            raise wrong
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while fn and not fn & 1:  # levels at which this node has no right neighbour
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn or node != root:
        raise wrong


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """NotProven unless the tree of size ``new`` begins with the tree of size ``old``."""
    wrong = NotProven("record.consistency", f"The tree of {new} entries does not continue that of {old}.")
    if not 0 <= old <= new:
        raise wrong
    if old in (0, new):
        if proof or old_root != (new_root if old == new else EMPTY_ROOT):
            raise wrong
        return
    path = list(proof)
    if not old & (old - 1):  # a power of two: the old root is itself a node, and is left out of the proof
        path.insert(0, old_root)
    if not path:
        raise wrong
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = path[0]
    for node in path[1:]:
        if sn == 0:
            raise wrong
        if fn & 1 or fn == sn:
            before, after = node_hash(node, before), node_hash(node, after)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, node)
        fn, sn = fn >> 1, sn >> 1
    if sn or before != old_root or after != new_root:
        raise wrong


def _split(low: int, high: int) -> int:
    """Where RFC 6962 divides D[low:high]: at the largest power of two smaller than its length."""
    return low + (1 << (high - low - 1).bit_length() - 1)


def _hash_of(low: int, high: int, nodes: Nodes) -> bytes:
    """MTH(D[low:high]), for the ranges that the recursion visits: ``low`` is aligned to the length."""
    length = high - low
    if not length & (length - 1):
        height = length.bit_length() - 1
        return nodes(height, low >> height)
    middle = _split(low, high)
    return node_hash(_hash_of(low, middle, nodes), _hash_of(middle, high, nodes))


def _path(index: int, low: int, high: int, nodes: Nodes) -> list[bytes]:
    if high - low == 1:
        return []
    middle = _split(low, high)
    if index < middle:
        return [*_path(index, low, middle, nodes), _hash_of(middle, high, nodes)]
    return [*_path(index, middle, high, nodes), _hash_of(low, middle, nodes)]


def _subproof(old: int, low: int, high: int, nodes: Nodes, *, whole: bool) -> list[bytes]:
    if old == high:  # the old tree ends here: known to the checker only if it is the whole old tree
        return [] if whole else [_hash_of(low, high, nodes)]
    middle = _split(low, high)
    if old <= middle:
        return [*_subproof(old, low, middle, nodes, whole=whole), _hash_of(middle, high, nodes)]
    return [*_subproof(old, middle, high, nodes, whole=False), _hash_of(low, middle, nodes)]
