"""The charters that Weft ships: four to start from, and five that restate history with its sources."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from weft.charter._load import load
from weft.charter.model import Charter

#: The default first, then the other charters of today, then history by date.
ORDER = (
    "workers-assembly", "union-local", "tenants-union", "worker-coop",
    "petrograd-soviet-1917", "all-russian-congress-1917", "rsfsr-1918", "chinese-soviet-1931", "nlf-village-1968",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """A charter of the library, for a list to choose from."""

    id: str
    title: str
    preamble: str
    based_on: str
    historical: bool


def library() -> tuple[Summary, ...]:
    """What one can start from or study, the default first."""
    charters = (library_charter(name) for name in ORDER)
    return tuple(Summary(c.id, c.title, c.preamble, c.based_on, c.historical) for c in charters)


@cache
def library_charter(name: str) -> Charter:
    """A charter of the library by its id; KeyError for an id that is not there."""
    if name not in ORDER:
        raise KeyError(name)
    return load(files("weft.charter").joinpath("library", f"{name}.toml").read_bytes())
