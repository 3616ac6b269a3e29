"""The demonstration's clock: real time plus whole days, so that notice and objection periods can be lived through."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings


def _path() -> Path:
    return settings.WEFT_HOME / "demo-days"


def offset() -> timedelta:
    """Days that were skipped so far; read from the file each time, so that all processes agree."""
    try:
        return timedelta(days=int(_path().read_text()))
    except FileNotFoundError:
        return timedelta(0)


def next_day() -> None:
    path = _path()
    days = offset().days + 1
    unfinished = path.with_suffix(".new")
    unfinished.write_text(str(days))
    unfinished.replace(path)
