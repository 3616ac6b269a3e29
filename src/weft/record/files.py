"""Writing files so that they survive a power cut: temporary file, fsync, rename, fsync of the folder."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path


def write_durably(
    files: Mapping[Path, bytes], *, mode: int = 0o644, sync: bool = True, directories: Iterable[Path] = ()
) -> None:
    """Write each file whole or not at all, in order; on return all of them are on the disk.

    directories: folders to make durable as well, for instance after removing a file from them.
    sync=False leaves out every fsync: for tests and generated data, never for a record.
    OSError (disk full, read-only): no file is half written; those before the failing one are in place.
    """
    changed = set(directories)
    for path, content in files.items():
        changed |= _make_folder(path.parent)
        temporary, handle = _open_temporary(path, mode)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                if sync:
                    os.fsync(handle)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        changed.add(path.parent)
    if sync:
        for folder in sorted(changed):
            _sync_folder(folder)


def _open_temporary(path: Path, mode: int) -> tuple[Path, int]:
    """A hidden file of this writer alone beside the one to be written, so that nobody takes it for that one."""
    for number in count():  # a name may be taken by another writer, or left by one that died
        temporary = path.with_name(f".{path.name}.{number}")
        with suppress(FileExistsError):
            return temporary, os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    raise AssertionError  # count() does not end


def _make_folder(folder: Path) -> set[Path]:
    """Create a folder with its parents; the parents of the new ones, whose lists must be made durable too."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
    return {new.parent for new in missing}


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
