"""BLT files of a million papers, read with NumPy: those without any oddity, to the same as `_blt` reads.

A file with a comment, a withdrawal or any mistake is left to the other reader, which names every problem.
"""

import re

import numpy as np

from weft.ballots.counting._blt import read_tail
from weft.ballots.counting._problems import PaperFile, PapersInvalid
from weft.ballots.counting.packed import Packed, Whole

CHUNK = 1 << 19  # bytes: what is worked on stays in the processor's cache


def read_packed(data: bytes) -> PaperFile | None:
    """The file, or None where it is not as plain as this reader needs."""
    head = re.match(rb"([0-9]{1,2}) ([0-9]{1,4})\n(?=[0-9])", data)
    if head is None or not 0 < int(head[1]) < 63 or int(head[2]) < 1:
        return None
    end = data.rfind(b"\n0\n", head.end() - 1) + 1  # a name that is 0 leads to None below
    number = int(head[1])
    bits = number.bit_length()
    found = _keys(data, head.end(), end, number, bits) if end > head.end() else None
    if found is None:
        return None
    refs = [str(at) for at in range(1, number + 1)]
    try:
        names, title = read_tail(data[end + 2 :], number)
    except (UnicodeDecodeError, PapersInvalid):
        return None
    table = _table(found[0], number, bits)
    if table is None:
        return None
    return PaperFile(
        title, dict(zip(refs, names, strict=True)), tuple(refs), int(head[2]), Packed(refs, table, found[1])
    )


def _keys(data: bytes, start: int, end: int, number: int, bits: int) -> tuple[Whole, Whole] | None:
    """Each ranking as one number, ``bits`` for a preference, the first lowest; and how many papers say so."""
    keys, weights = [], []
    while start < end:
        stop = end if end - start <= CHUNK else data.rfind(b"\n", start, start + CHUNK) + 1
        found = _chunk(np.frombuffer(data, np.uint8, stop - start, start), number, bits) if stop > start else None
        if found is None:
            return None
        keys.append(found[0])
        weights.append(found[1])
        start = stop
    key, weight = np.concatenate(keys), np.concatenate(weights)
    if weight.max() == 1:
        key.sort()
        first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        return key[first], np.diff(np.append(first, len(key)))
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    return key[first], np.add.reduceat(weight[order], first, dtype=np.int64)


def _chunk(text: Whole, number: int, bits: int) -> tuple[Whole, Whole] | None:
    """Whole lines, each: how many papers, preferences …, 0; nothing but figures and blanks."""
    is_digit = (text - np.uint8(48)) < 10
    is_end, zero = text == 10, text == 48
    lines = np.count_nonzero(is_end)
    if np.count_nonzero(text == 32) + lines + np.count_nonzero(is_digit) != len(text):
        return None
    if np.count_nonzero(is_end[2:] & zero[1:-1] & (text[:-2] == 32)) != lines:
        return None  # a line does not end with 0
    if (zero[1:-1] & is_digit[2:] & ~is_digit[:-2]).any() or (zero[:1] & is_digit[1:2]).any():
        return None  # 01 is no candidate's number
    words = _numbers(text, is_digit)
    ends = np.flatnonzero(words == 0)
    if len(ends) != lines:
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    length = ends - starts  # with the number of papers
    weights = words[starts]
    words[starts] = 0
    width = int(length.max())
    if length.min() < 1 or words.max() > number or bits * width > 64:
        return None
    pairs = words.astype(np.uint16)  # two preferences at once; behind the last come its 0 and another
    pairs[:-1] |= pairs[1:] << np.uint16(bits)
    keys = np.zeros(len(starts), dtype=np.uint64)
    for at in range(1, width, 2):
        two = np.take(pairs, np.minimum(starts + at, ends)).astype(np.uint64)
        keys |= two << np.uint64(bits * (at - 1))
    return keys, weights


def _numbers(text: Whole, is_digit: Whole) -> Whole:
    """All numbers in the text, in order."""
    if (is_digit[2:] & is_digit[1:-1] & is_digit[:-2]).any():  # three figures or more: how many papers say the same
        words = text.tobytes().split()
        return np.array([int(word) if len(word) < 16 else -1 for word in words], dtype=np.int64)
    digit = (text - np.uint8(48)) * is_digit
    value = digit[:-1].copy()
    value[1:] += digit[:-2] * np.uint8(10)
    return np.compress(is_digit[:-1] & ~is_digit[1:], value)  # much quicker than a mask as an index


def _table(keys: Whole, number: int, bits: int) -> Whole | None:
    """The rankings again, a column each; None if one of them ranks somebody twice."""
    width = 1
    while width * bits < 64 and int(keys.max()) >> (width * bits):
        width += 1
    table = np.zeros((width + 1, len(keys)), dtype=np.uint8)
    bit = np.array([0, *(1 << place for place in range(number))], dtype=np.uint64)
    seen = np.zeros(len(keys), dtype=np.uint64)
    for at in range(width):
        table[at] = (keys >> np.uint64(bits * at)) & np.uint64((1 << bits) - 1)
        seen |= bit[table[at]]
    return table if np.bitwise_count(seen).sum() == np.count_nonzero(table) else None
