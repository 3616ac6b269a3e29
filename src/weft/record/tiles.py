"""The log as plain files (c2sp.org/tlog-tiles v0.1.0): what a web server, a mirror or a USB stick carries.

    <folder>/checkpoint                       the signed head; written last
    <folder>/tile/<level>/<index>[.p/<width>] up to 256 hashes
    <folder>/tile/entries/<index>[.p/<width>] up to 256 entries, each after its length in two bytes

One writer at a time; the caller holds the lock. The database has the entries first (it is durable and
numbers them without gaps), then `Tiles.append` writes the files, then the caller compares and swaps the
last signed head, then `Tiles.publish` shows the new checkpoint. An entry is "recorded" at the first of
these steps and "published" at the last.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from weft.errors import RuleBroken
from weft.record.checkpoint import Checkpoint
from weft.record.errors import NotProven
from weft.record.files import write_durably
from weft.record.tree import (
    check_consistency,
    leaf_hash,
    perfect_root,
    prove_consistency,
    prove_inclusion,
    root,
)

WIDTH = 256  # hashes in a full tile, entries in a full bundle
HASH = 32
ENTRIES = "entries"


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Where a tile of a level, 0 to 63 or "entries", lies: 1234067 is x001/x234/067, and .p/5 is 5 wide."""
    name = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        name = f"x{index % 1000:03}/{name}"
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


def pack_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as they lie in a bundle: each after its length in two bytes, the larger first."""
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise RuleBroken("record.entry_size", bytes=len(entry), limit=0xFFFF)
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def unpack_bundle(bundle: bytes, count: int) -> list[bytes]:
    """The entries of a bundle; NotProven("record.bundle") unless it is made of exactly so many."""
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if at + 2 > len(bundle) or end > len(bundle):
            raise NotProven("record.bundle", f"An entry bundle breaks off in entry {len(entries)}.")
        entries.append(bundle[at + 2 : end])
        at = end
    if len(entries) != count:
        raise NotProven("record.bundle", f"An entry bundle holds {len(entries)} entries, not {count}.")
    return entries


@dataclass(frozen=True, slots=True)
class Tiles:
    """The folder of one log. Holds no state: every call reads what it needs from the files.

    origin: the log's name in its checkpoints.
    sync:   False leaves out every fsync; for tests and generated data only.
    """

    folder: Path
    origin: str
    sync: bool = True

    def append(self, after: Checkpoint, entries: Sequence[bytes]) -> Checkpoint:
        """Write the entries that follow the head ``after``, durably, and give back the new head, unsigned.

        after: the head that was signed last, from the lock row. The same call again writes the same files.
        The new leaves are hashed from the bytes read back from the files, never from memory, and the new root
        is proven to continue ``after`` before anyone can sign it: one flipped bit in a cached hash ended a
        public log for good (Yeti 2022). RuleBroken("record.files_differ") if the files contradict ``after``:
        write them anew into an empty folder, from the entries in the database.
        """
        if after.origin != self.origin:
            raise ValueError(f"{after.origin} is another log than {self.origin}")
        if not entries:
            return after
        size = after.size + len(entries)
        try:
            hashes = self._write_bundles(after.size, entries)
            self._write_tiles(after.size, size, hashes)
            nodes = _Nodes(self, size)
            head = Checkpoint(self.origin, size, root(size, nodes))
            proof = prove_consistency(after.size, size, nodes)
            check_consistency(after.size, after.root, size, head.root, proof)
        except NotProven as problem:
            raise RuleBroken("record.files_differ", size=after.size, code=problem.code) from problem
        return head

    def publish(self, note: bytes) -> None:
        """Show a signed checkpoint: the last step, after its head is safe in the lock row.

        RuleBroken("record.rollback") if the one on show is newer, "record.forked" if it has as many entries
        and another root. Partial tiles that a full one has replaced are removed; readers then take that.
        """
        new = Checkpoint.unchecked(note)
        shown = self.checkpoint()
        old = Checkpoint.empty(self.origin) if shown is None else Checkpoint.unchecked(shown)
        if new.origin != self.origin or old.origin != self.origin:
            raise ValueError(f"a checkpoint of {self.origin} was expected")
        if new.size < old.size:
            raise RuleBroken("record.rollback", size=new.size, shown=old.size)
        if new.size == old.size and new.root != old.root:
            raise RuleBroken("record.forked", size=new.size, source="checkpoint")
        write_durably({self.folder / "checkpoint": note}, sync=self.sync)
        self._remove_replaced(old.size, new.size)

    def checkpoint(self) -> bytes | None:
        """The checkpoint on show, unchecked; None before the first."""
        try:
            return (self.folder / "checkpoint").read_bytes()
        except FileNotFoundError:
            return None

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        """Entries ``start`` to ``stop`` (not included) from the files; NotProven if one is missing.

        They are not checked against a checkpoint here; `weft.record.verify_folder` does that.
        """
        for index in range(start // WIDTH, -(-stop // WIDTH)):
            first = index * WIDTH
            bundle = self._bundle(index, min(WIDTH, stop - first))
            yield from bundle[max(0, start - first) :]

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The proof that entry ``index`` stands in the tree of ``size`` entries; for `Receipt`."""
        return prove_inclusion(index, size, _Nodes(self, size))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the tree of ``new`` entries continues that of ``old``; for witnesses and mirrors."""
        return prove_consistency(old, new, _Nodes(self, new))

    def _write_bundles(self, old: int, entries: Sequence[bytes]) -> list[bytes]:
        """Write the bundles; the leaf hashes from the start of the first one, read back from the files."""
        first = old // WIDTH
        together = [*(self._bundle(first, old % WIDTH) if old % WIDTH else ()), *entries]
        chunks = [together[at : at + WIDTH] for at in range(0, len(together), WIDTH)]
        write_durably(
            {
                self.folder / tile_path(ENTRIES, first + number, len(chunk)): pack_bundle(chunk)
                for number, chunk in enumerate(chunks)
            },
            sync=self.sync,
        )
        hashes: list[bytes] = []
        for number, chunk in enumerate(chunks):
            stored = self._bundle(first + number, len(chunk))
            if stored != chunk:
                raise NotProven("record.bundle", f"Bundle {first + number} was not stored as it was written.")
            hashes += map(leaf_hash, stored)
        return hashes

    def _write_tiles(self, old: int, new: int, hashes: list[bytes]) -> None:
        """Write every tile that changes from size ``old`` to ``new``, level by level.

        hashes: those of the level from the start of its first changed tile, old ones of that tile included.
        """
        files: dict[Path, bytes] = {}
        level = 0
        while True:
            first = old // WIDTH
            tiles = [b"".join(hashes[at : at + WIDTH]) for at in range(0, len(hashes), WIDTH)]
            for number, tile in enumerate(tiles):
                files[self.folder / tile_path(level, first + number, len(tile) // HASH)] = tile
            level, old, new = level + 1, old // WIDTH, new // WIDTH
            if new == old:
                break  # no tile has become full, so nothing changes above
            kept = self._tile(level, old // WIDTH, old % WIDTH) if old % WIDTH else b""
            hashes = [kept[at : at + HASH] for at in range(0, len(kept), HASH)]
            hashes += [perfect_root(tile) for tile in tiles if len(tile) == WIDTH * HASH]
        write_durably(files, sync=self.sync)

    def _remove_replaced(self, old: int, new: int) -> None:
        level = 0
        while new >= WIDTH:
            old, new = old // WIDTH, new // WIDTH
            for index in range(old, new):
                for kind in (level,) if level else (0, ENTRIES):
                    self._remove_partials(kind, index)
            level += 1

    def _remove_partials(self, level: int | str, index: int) -> None:
        folder = (self.folder / tile_path(level, index, 1)).parent
        with suppress(FileNotFoundError):  # none were written, or someone else has removed them
            for path in list(folder.iterdir()):
                path.unlink()
            folder.rmdir()

    def _bundle(self, index: int, width: int) -> list[bytes]:
        bundle, copy = self._read(ENTRIES, index, width)
        return unpack_bundle(bundle, copy)[:width]

    def _tile(self, level: int, index: int, width: int) -> bytes:
        tile, copy = self._read(level, index, width)
        if len(tile) != copy * HASH:
            raise NotProven("record.tile", f"{tile_path(level, index, copy)} has {len(tile)} bytes.")
        return tile[: width * HASH]

    def _read(self, level: int | str, index: int, width: int) -> tuple[bytes, int]:
        """A tile or bundle of at least this width, and how wide the copy is: a wider one begins with it."""
        for copy in self._copies(level, index, width):
            with suppress(FileNotFoundError):
                return (self.folder / tile_path(level, index, copy)).read_bytes(), copy
        raise NotProven("record.missing", f"The file {tile_path(level, index, width)} is missing.")

    def _copies(self, level: int | str, index: int, width: int) -> Iterator[int]:
        yield width
        yield WIDTH
        with suppress(FileNotFoundError):
            names = [path.name for path in (self.folder / tile_path(level, index, 1)).parent.iterdir()]
            yield from sorted(int(name) for name in names if name.isdecimal() and int(name) > width)


class _Nodes:
    """The nodes of a tree of ``size`` entries, read from tiles; each tile is read once."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self._tiles, self._size = tiles, size
        self._seen: dict[tuple[int, int], bytes] = {}

    def __call__(self, height: int, index: int) -> bytes:
        level, height = divmod(height, 8)
        first = index << height
        tile = self._tile(level, first // WIDTH)
        start = first % WIDTH * HASH
        return perfect_root(tile[start : start + (HASH << height)])

    def _tile(self, level: int, index: int) -> bytes:
        tile = self._seen.get((level, index))
        if tile is None:
            width = min(WIDTH, (self._size >> (8 * level)) - index * WIDTH)
            tile = self._seen[level, index] = self._tiles._tile(level, index, width)  # noqa: SLF001 - one unit
        return tile
