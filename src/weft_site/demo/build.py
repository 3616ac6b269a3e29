"""Build a scenario in one transaction: it stands as a whole, or nothing of it does."""

import gc
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from weft_site.demo import clock
from weft_site.demo.story import Story
from weft_site.record.publish import publish_all

Chapter = tuple[str, Callable[[Story], None]]
STORY_DAYS = 95


def chapters_of(scenario: str) -> Sequence[Chapter]:
    """The chapters of a scenario, in order: a title and what happens."""
    if scenario == "riverton":
        from weft_site.demo.riverton.chapters import CHAPTERS  # noqa: PLC0415 - one scenario is loaded, not all
    else:
        from weft_site.demo.petrograd.chapters import CHAPTERS  # noqa: PLC0415
    return CHAPTERS


def evening(scenario: str) -> datetime:
    """When the visitor comes in: tonight, when councils meet; in Petrograd on the evening of a vote."""
    if scenario != "riverton":
        return datetime(1917, 9, 22, 20, 30, tzinfo=UTC)
    return datetime.now(UTC).replace(hour=20, minute=30, second=0, microsecond=0)


def build(scenario: str, *, now: datetime | None = None, scale: int = 1) -> Iterator[str]:
    """Tell a scenario and yield the title of each chapter before it begins. What was recorded is published at the end.

    now: when the visitor comes in, and what the clock shows when all is built. scale: how many times smaller the
    workplaces are.
    """
    now = now or evening(scenario)
    story = Story(now=now, at=now - timedelta(days=STORY_DAYS), scale=scale)
    gc.disable()  # millions of short-lived rows and no cycles that matter: a fifth of the time
    try:
        with transaction.atomic():
            for title, tell in chapters_of(scenario):
                yield title
                tell(story)
    finally:
        gc.enable()
    publish_all()
    clock.go_on_from(now)
