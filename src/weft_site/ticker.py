"""What time alone brings: periods that end, votes that close, entries that wait to be published.

`weft serve` runs this beside the web processes. Nothing here is anybody's decision: each act is what the
charter says will happen by then, and doing it late, twice or from two processes changes nothing.
"""

import logging
import threading
import time
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django.utils import timezone

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.people.services import forget_what_is_over, send_queued
from weft_site.record.publish import check_logs, publish_all, show_all

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("weft.ticker")

PUBLISH_EVERY = 2  # seconds; a timer that signed per vote would tell when who voted
DUE_EVERY = 20  # seconds

DUE = (  # modules with a `due(now)`, lower domains first
    "weft_site.federation.services.applications",
    "weft_site.federation.services.accession",
    "weft_site.federation.services.elections",
    "weft_site.federation.services.turns",
    "weft_site.federation.services.recalls",
    "weft_site.federation.services.mandates",
    "weft_site.deliberation.services.decisions",
    "weft_site.deliberation.services.ratification",
    "weft_site.deliberation.services.objections",
)


def run_due(now: datetime) -> None:
    """Do everything that is due at this instant. One matter that fails is reported and does not stop the others."""
    for name in DUE:
        try:
            due: Callable[[datetime], None] | None = getattr(import_module(name), "due", None)
            if due is not None:
                due(now)
        except RuleBroken as refusal:
            log.warning("%s: %s", name, refusal)
        except Exception:
            log.exception("%s failed; the others go on", name)
    send_queued(now=now)
    # sign-ins end by the machine's clock, as Django set them: a day skipped in a demonstration signs nobody out
    forget_what_is_over(now=timezone.now())


def run(stop: threading.Event | None = None) -> None:
    """Until stopped: publish what is new, and do what is due."""
    stop = stop or threading.Event()
    check_logs()
    show_all()
    last_due = 0.0
    while not stop.is_set():
        close_old_connections()
        try:
            publish_all()
            if time.monotonic() - last_due >= DUE_EVERY:
                last_due = time.monotonic()
                run_due(clock.now())
        except Exception:
            log.exception("the ticker goes on")
        stop.wait(PUBLISH_EVERY)
