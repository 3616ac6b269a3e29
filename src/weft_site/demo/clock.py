"""The demonstration's clock: real time plus whole days, so that notice and objection periods can be lived through.

The days are negative where a demonstration is taken up again later: its today is then where it stopped.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

DAY = timedelta(days=1)


def _path() -> Path:
    return settings.WEFT_HOME / "demo-days"


def offset() -> timedelta:
    """Days that were skipped so far; read from the file each time, so that all processes agree."""
    try:
        return timedelta(days=int(_path().read_text()))
    except FileNotFoundError:
        return timedelta(0)


def next_day() -> None:
    _write(offset().days + 1)


def go_on_from(last: datetime) -> None:
    """Set the days so that now is the first moment, at this time of day, that is not before ``last``."""
    _write(-((datetime.now(UTC) - last) // DAY))


def _write(days: int) -> None:
    path = _path()
    unfinished = path.with_suffix(".new")
    unfinished.write_text(str(days))
    unfinished.replace(path)
