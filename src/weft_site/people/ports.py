"""What the domains above tell this one. People imports none of them; they register here when the site starts.

Defaults are the safe answers: an invitation with an unknown purpose leads nowhere, nobody may vouch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from weft_site.people.models import Person

MayVouch = Callable[[Person, Person], bool]
Record = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What invitations of one kind lead to.

    title:  target -> what the page says one is invited to; may query.
    accept: (target, person, now) -> path to go on to. Runs in the transaction of the invitation's use;
            raises RuleBroken to refuse, and then nothing is used up.
    """

    title: Callable[[str], str]
    accept: Callable[[str, Person, datetime], str]


def _nobody(_voucher: Person, _person: Person) -> bool:
    return False


def _unrecorded(_act: str, _data: Mapping[str, object]) -> None:
    return None


@dataclass(slots=True)
class Ports:
    """One instance, `ports`, filled at start-up and read afterwards.

    may_vouch: (voucher, person) -> whether this member can say who that person is.
    record:    writes an entry; called inside the transaction of the act.
    """

    purposes: dict[str, Purpose] = field(default_factory=dict)
    may_vouch: MayVouch = _nobody
    record: Record = _unrecorded


ports = Ports()
