"""Who can be signed in as with one click: a dozen people of the scenario, each with what they can show."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Role:
    """person: id of the account. name, part: shown; what they are. shows: what one can do as them.

    part and shows are English msgids, shows with %(name)s places for `values`.
    """

    person: int
    name: str
    part: str
    shows: str
    values: dict[str, str | int] = field(default_factory=dict)

    @property
    def part_said(self) -> str:
        return gettext(self.part)

    @property
    def shows_said(self) -> str:
        return gettext(self.shows) % self.values


def _path() -> Path:
    return settings.WEFT_HOME / "demo-people.json"


def write_roles(roles: list[Role]) -> None:
    _path().write_text(json.dumps([asdict(role) for role in roles]))


def roles() -> list[Role]:
    """The people on offer; none before a scenario has been built."""
    try:
        return [Role(**row) for row in json.loads(_path().read_text())]
    except FileNotFoundError:
        return []
