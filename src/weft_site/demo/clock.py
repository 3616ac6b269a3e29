"""The demonstration's clock: real time, moved, so that notice and objection periods can be lived through.

Its today is whatever day the scenario ends on, and a demonstration that is taken up again later goes on from
where it stopped. A second there is a second here.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def _path() -> Path:
    return settings.WEFT_HOME / "demo-clock"


def offset() -> timedelta:
    """How far the clock is moved; read from the file each time, so that all processes agree."""
    try:
        return timedelta(seconds=int(_path().read_text()))
    except FileNotFoundError:
        return timedelta(0)


def next_day() -> None:
    _write(offset() + DAY)


def go_on_from(moment: datetime) -> None:
    """Set the clock: it is this moment now."""
    _write(moment - datetime.now(UTC))


def last_set() -> datetime | None:
    """What the clock showed when it was moved last; None if it never was."""
    try:
        touched = datetime.fromtimestamp(int(_path().stat().st_mtime), UTC)
    except FileNotFoundError:
        return None
    return touched + offset()


def _write(moved: timedelta) -> None:
    path = _path()
    unfinished = path.with_suffix(".new")
    unfinished.write_text(str(moved // SECOND))
    unfinished.replace(path)
