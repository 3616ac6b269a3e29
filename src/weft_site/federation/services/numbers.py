"""Numbers that a norm may rest on besides members: inhabitants, workers, companies. Stated with their source."""

from datetime import datetime

from weft.charter.vocabulary import UNITS
from weft.errors import RuleBroken
from weft_site.federation.acting import begin
from weft_site.federation.services.entitlement import number_changed
from weft_site.people.models import Person
from weft_site.record.acts import formal_act

COUNTED = frozenset({"members", "voters", "seats", "delegates", "bodies"})  # the program counts these itself
STATED = tuple(unit for unit in UNITS if unit not in COUNTED)
MOST = 10_000_000_000
LONGEST_SOURCE = 2_000


@formal_act("federation.numbers_stated")
def state_number(*, actor: Person, now: datetime, body_id: int, unit: str, number: int, source: str) -> int:
    """State a body's number in a unit, with where it comes from; seats that rest on it follow. Answers the number.

    Refusals: ``standing.office``, ``numbers.unit``, ``numbers.bounds``, ``numbers.source``.
    """
    acting = begin(body_id, actor, now)
    acting.require("numbers.state")
    if unit not in STATED:
        raise RuleBroken("numbers.unit", units=", ".join(STATED))
    if type(number) is not int or not 0 <= number <= MOST:
        raise RuleBroken("numbers.bounds", most=MOST)
    source = source.strip()
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise RuleBroken("numbers.source", most=LONGEST_SOURCE)
    body = acting.body
    before = int(body.numbers.get(unit, 0))
    body.numbers = {**body.numbers, unit: number}
    body.save(update_fields=["numbers"])
    acting.record(
        "federation.numbers_stated",
        data={"unit": unit, "number": number, "before": before},
        documents={"source": acting.document("source", source)},
    )
    number_changed(acting, body, units=frozenset({unit}))
    return number
