"""Build a scenario in one transaction: it stands as a whole, or nothing of it does."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from weft_site import clock
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


def build(scenario: str, *, now: datetime | None = None, scale: int = 1) -> Iterator[str]:
    """Tell a scenario and yield the title of each chapter before it begins. What was recorded is published at the end.

    now: when the visitor comes in. scale: how many times smaller the workplaces are.
    """
    now = now or clock.now()
    story = Story(now=now, at=now - timedelta(days=STORY_DAYS), scale=scale)
    with transaction.atomic():
        for title, tell in chapters_of(scenario):
            yield title
            tell(story)
    publish_all()
