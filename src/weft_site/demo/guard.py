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


def check_mark() -> None:
    """Whatever starts asks this first: is this folder what the settings say it is? Raises ImproperlyConfigured."""
    if settings.WEFT_DEMO:
        require_mark()
    else:
        refuse_mark()


def write_mark(scenario: str) -> None:
    """Mark an empty database as a demonstration. Raises ImproperlyConfigured if anybody is in it already."""
    from weft_site.people.models import Person  # noqa: PLC0415 - models exist once Django is set up

    _require_own_database()
    if Person.objects.exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} holds people who are not invented: the demonstration does not touch it. "
            "Choose another folder with WEFT_HOME."
        )
    mark_path().write_text(json.dumps({"scenario": scenario, "built": False}))


def finish_mark() -> None:
    """Note that the scenario stands as a whole; what was cut short is not shown."""
    mark_path().write_text(json.dumps({"scenario": scenario(), "built": True}))


def require_mark() -> None:
    """Refuse to serve a demonstration over data that was not made as one."""
    if not mark_path().exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} was not made as a demonstration: one-click sign-in stays off. Run `weft demo`."
        )
    _require_own_database()


def refuse_mark() -> None:
    """Refuse to serve a demonstration as if it were real."""
    if mark_path().exists():
        raise ImproperlyConfigured(
            f"{settings.WEFT_HOME} is a demonstration and cannot become a real server. Run `weft demo` to show it."
        )


def _require_own_database() -> None:
    """The mark speaks for the database beside it and for no other: the people listed here must be those in there."""
    database = database_used()
    if not database["ENGINE"].endswith("sqlite3") or Path(database["NAME"]).parent != settings.WEFT_HOME:
        raise ImproperlyConfigured(
            "A demonstration keeps its people in a database of its own, in its folder. Unset WEFT_DATABASE_URL."
        )


def database_used() -> dict:
    """The database that the settings name."""
    return settings.DATABASES["default"]


def scenario() -> str:
    return _mark()["scenario"]


def is_built() -> bool:
    """Whether the scenario of a marked folder stands as a whole."""
    return mark_path().exists() and _mark()["built"]


def _mark() -> dict:
    return json.loads(mark_path().read_text())
