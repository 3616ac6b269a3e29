"""Writing files so that they survive a power cut: temporary file, fsync, rename, fsync of the folder."""

import os
import threading
from collections.abc import Iterable, Mapping
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
        # Hidden and of this writer alone, so that neither a reader nor a second writer takes it for the file.
        temporary = path.parent / f".{path.name}.{os.getpid()}.{threading.get_ident()}"
        try:
            _write(temporary, content, mode, sync=sync)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        changed.add(path.parent)
    if sync:
        for folder in sorted(changed):
            _sync_folder(folder)


def _write(path: Path, content: bytes, mode: int, *, sync: bool) -> None:
    path.unlink(missing_ok=True)  # left by a process that died with the same number
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())


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
