"""A demonstration and a real council never share a database.

A demo folder carries a mark, written when its empty database was made. Without the mark the demo does not
start; with it the folder can never be served as anything else.
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def mark_path() -> Path:
    return settings.WEFT_HOME / "demo.json"


def write_mark(scenario: str) -> None:
    """Mark an empty database as a demonstration. Raises ImproperlyConfigured if anybody is in it already."""
    from weft_site.people.models import Person  # noqa: PLC0415 - models exist once Django is set up

    if Person.objects.exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} holds people who are not invented: the demonstration does not touch it. "
            "Choose another folder with WEFT_HOME."
        )
    mark_path().write_text(json.dumps({"scenario": scenario}))


def require_mark() -> None:
    """Refuse to serve a demonstration over data that was not made as one."""
    if not mark_path().exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} was not made as a demonstration: one-click sign-in stays off. Run `weft demo`."
        )


def refuse_mark() -> None:
    """Refuse to serve a demonstration as if it were real."""
    if mark_path().exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} is a demonstration and cannot become a real server. Run `weft demo` to show it."
        )


def scenario() -> str:
    return json.loads(mark_path().read_text())["scenario"]
