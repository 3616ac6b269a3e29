"""The strict verifier: a folder of files must hold exactly the log that its checkpoint signs for.

Written to be read in one sitting by someone who does not trust us. It shares with the writer only the
reading of notes and checkpoints; hashing, paths and bundles are spelt out again below, so that one mistake
cannot hide in both. The format: docs/reference/record-format.md. A third verifier, in Go with a library
that is not ours, is tests/go/verify.go.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from weft.record.checkpoint import Checkpoint, Signed, open_checkpoint
from weft.record.errors import NotProven

_FILE = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_TILE_BYTES = 256 * 32
_BUNDLE_BYTES = 256 * (2 + 65_535)
_NOTE_BYTES = 1_000_000

Progress = Callable[[int, int], None]
"""Called with (entries checked, entries in all) after each bundle."""

Reader = Callable[[int, list[bytes]], None]
"""Called with (index of the first, entries) for each bundle; rely on them once `verify_folder` returns."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was shown: every entry up to the size of the checkpoint is here, unchanged, under the signed root.

    volume: bytes of the entries. beyond: files past the checkpoint that were passed over.
    """

    signed: Signed
    volume: int
    beyond: int = 0


def verify_folder(
    folder: Path,
    vkey: str,
    *,
    witnesses: Sequence[str] = (),
    earlier: Sequence[Checkpoint] = (),
    growing: bool = False,
    progress: Progress | None = None,
    reader: Reader | None = None,
) -> Report:
    """Check all of it: signature, every entry, every hash, every file name; NotProven at the first fault.

    vkey, witnesses: the keys you trust, as text (``name+keyid+base64``), from anywhere but this folder.
    earlier: checkpoints you kept; each must be a beginning of this log ("record.consistency"). Keeping one
             is what protects you from being shown another history.
    growing: the folder is being written to, so files past the checkpoint are passed over, not refused.
    """
    signed = open_checkpoint(_read(folder, "checkpoint", _NOTE_BYTES), vkey, witnesses)
    origin, size = signed.checkpoint.origin, signed.checkpoint.size
    for kept in earlier:
        if kept.origin != origin:
            raise NotProven("record.origin", f"You kept a checkpoint of {kept.origin}, not of {origin}.")
        if kept.size > size:
            raise NotProven("record.consistency", f"You have seen {kept.size} entries; only {size} are shown.")
    files = _list_files(folder, size, growing=growing)
    bundles = _Bundles(files, size, {kept.size for kept in earlier})
    for index in range(-(-size // 256)):
        entries = bundles.check(index)
        if reader is not None:
            reader(index * 256, entries)
        if progress is not None:
            progress(min(size, (index + 1) * 256), size)
    _check_upper_levels(files, bundles.tile_roots)
    if bundles.root_at(size) != signed.checkpoint.root:
        raise NotProven("record.root", "The entries do not lead to the root that was signed.")
    for kept in earlier:
        if bundles.root_at(kept.size) != kept.root:
            raise NotProven("record.consistency", f"The first {kept.size} entries are not those you have seen.")
    return Report(signed, bundles.volume, files.beyond)


@dataclass(frozen=True, slots=True)
class _Files:
    """The tiles and bundles that were found: (level, index) -> their widths, narrowest first."""

    folder: Path
    widths: dict[tuple[str, int], list[int]]
    beyond: int

    def copies(self, level: str, index: int, width: int) -> tuple[int, list[int]]:
        """The width of the copy to read for a tile of this width, and those of the narrower ones.

        In a growing log a wider copy may have replaced the one that is needed; it then begins with it.
        """
        found = self.widths.get((level, index), [])
        wide = [one for one in found if one >= width]
        if not wide:
            raise NotProven("record.missing", f"The file {_name(level, index, width)} is missing.")
        return wide[0], [one for one in found if one < width]

    def read(self, level: str, index: int, width: int) -> bytes:
        limit = _BUNDLE_BYTES if level == "entries" else _TILE_BYTES
        return _read(self.folder, _name(level, index, width), limit)

    def compare(self, level: str, index: int, hashes: list[bytes]) -> None:
        """The tile must lie here with exactly these hashes; every narrower copy must be its beginning."""
        tile = b"".join(hashes)
        copy, narrower = self.copies(level, index, len(hashes))
        for width in (*narrower, copy):
            content = self.read(level, index, width)
            if len(content) != width * 32 or content[: len(tile)] != tile[: width * 32]:
                name = _name(level, index, width)
                raise NotProven("record.tile", f"{name} does not have the hashes that the entries lead to.")


class _Bundles:
    """Checks bundle after bundle, each with its tile of leaf hashes, and keeps what the root needs."""

    def __init__(self, files: _Files, size: int, earlier_sizes: set[int]) -> None:
        self._files, self._size, self._wanted = files, size, {size, *earlier_sizes}
        self._tails: dict[int, list[bytes]] = {}  # wanted size -> leaf hashes past its last full tile
        self.tile_roots: list[bytes] = []
        self.volume = 0

    def check(self, index: int) -> list[bytes]:
        entries = self._entries(index, min(256, self._size - index * 256))
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        self._files.compare("0", index, hashes)
        if len(hashes) == 256:
            self.tile_roots.append(_tile_root(hashes))
        for size in self._wanted:
            if size // 256 == index:
                self._tails[size] = hashes[: size % 256]
        return entries

    def root_at(self, size: int) -> bytes:
        return _root(self.tile_roots[: size // 256], self._tails.get(size, []))

    def _entries(self, index: int, width: int) -> list[bytes]:
        """The entries of a bundle; every narrower copy of it that lies here must be its beginning."""
        copy, narrower = self._files.copies("entries", index, width)
        bundle = self._files.read("entries", index, copy)
        entries, ends, at = [], [0], 0
        for _ in range(copy):
            start = at + 2
            at = start + int.from_bytes(bundle[at:start], "big")
            entries.append(bundle[start:at])
            ends.append(at)
        if at != len(bundle):  # bytes are left over, or the last entries are cut short
            name = _name("entries", index, copy)
            raise NotProven("record.bundle", f"{name} is not made of exactly {copy} whole entries.")
        for one in narrower:
            if self._files.read("entries", index, one) != bundle[: ends[one]]:
                name = _name("entries", index, one)
                raise NotProven("record.bundle", f"{name} is not the beginning of the wider bundle.")
        self.volume += ends[width] - 2 * width
        return entries[:width]


def _check_upper_levels(files: _Files, hashes: list[bytes]) -> None:
    """Compare the tiles of level 1 and above with the roots of the full tiles below them."""
    level = 1
    while hashes:
        tiles = [hashes[at : at + 256] for at in range(0, len(hashes), 256)]
        for index, tile in enumerate(tiles):
            files.compare(str(level), index, tile)
        hashes, level = [_tile_root(tile) for tile in tiles if len(tile) == 256], level + 1


def _tile_root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def _root(tile_roots: list[bytes], tail: list[bytes]) -> bytes:
    """The root over full tiles and the leaves after them: RFC 6962 section 2.1, as it is written there."""

    def over(low: int, high: int) -> bytes:  # counted in entries
        if high - low == 256 and high <= full:
            return tile_roots[low // 256]
        if high - low == 1:
            return tail[low - full]
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        return sha256(b"\x01" + over(low, middle) + over(middle, high)).digest()

    full = len(tile_roots) * 256
    return over(0, full + len(tail)) if full + len(tail) else sha256(b"").digest()


def _name(level: str, index: int, width: int) -> str:
    digits = str(index).zfill(-(-len(str(index)) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < 256 else "")


def _list_files(folder: Path, size: int, *, growing: bool) -> _Files:
    """List every file and say what it is; NotProven for one that has no place in a log of this size."""
    widths: dict[tuple[str, int], list[int]] = {}
    beyond = 0
    for name in _walk(folder, "tile"):
        match = _FILE.fullmatch(name.removeprefix("tile/"))
        if match is None or int(match[3] or 0) > 255 or match[2].startswith("x000"):
            raise NotProven("record.stray", f"The file {name[:100]} has no place in a log.")
        level, index, width = match[1], int(re.sub("[x/]", "", match[2])), int(match[3] or 256)
        if index * 256 + width > size >> (0 if level == "entries" else 8 * int(level)):
            if not growing:
                raise NotProven("record.beyond", f"{name} reaches past the {size} entries signed for.")
            beyond += 1
        widths.setdefault((level, index), []).append(width)
    return _Files(folder, {tile: sorted(found) for tile, found in widths.items()}, beyond)


def _walk(folder: Path, name: str) -> Iterator[str]:
    """The name of every file. Hidden ones are left aside: a writer's temporary files, which nobody reads."""
    try:
        with os.scandir(folder / name) as listing:
            found = sorted(listing, key=lambda one: one.name)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise NotProven("record.unreadable", f"{name} cannot be read: {problem.strerror}.") from None
    for one in found:
        path = f"{name}/{one.name}"
        if one.name.startswith("."):
            continue
        if one.is_dir(follow_symlinks=False):
            yield from _walk(folder, path)
        elif one.is_file(follow_symlinks=False):
            yield path
        else:
            raise NotProven("record.stray", f"{path[:100]} is neither a plain file nor a folder.")


def _read(folder: Path, name: str, limit: int) -> bytes:
    """At most ``limit`` bytes of a file; no link is followed, and no pipe is waited for."""
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise NotProven("record.missing", f"The file {name} is missing.") from None
    except OSError as problem:
        raise NotProven("record.unreadable", f"{name} cannot be read: {problem.strerror}.") from None
    if len(content) > limit:
        raise NotProven("record.oversize", f"{name} has more than {limit} bytes.")
    return content
