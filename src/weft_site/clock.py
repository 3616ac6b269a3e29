"""The site's one clock.

Services take `now` as an argument; views ask here. The demo has a clock of its own that a *next day*
button moves forward, so that notice and objection periods can be lived through in minutes.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """The present instant in UTC, to the second: finer times would tell who voted when."""
    instant = datetime.now(UTC).replace(microsecond=0)
    if settings.WEFT_DEMO:
        from weft_site.demo.clock import offset  # noqa: PLC0415 - the demo is not loaded elsewhere

        instant += offset()
    return instant


def days(number: int) -> timedelta:
    return timedelta(days=number)
