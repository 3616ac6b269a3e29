"""Entitlement of all seats of the large federation, recomputed: numbers read, the core's plan, rows written.

One act after which all councils of delegates follow, as when a norm of the charter is amended.

    python -m benchmarks.entitlement ANSWER [CITIES COUNCILS]     started by `house.call`

One council in a hundred has grown by a seat's worth of members since the last time. Each run is rolled back, so
that the federation stays as it was made; the commit, one sync to disk, is not in the figure.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from benchmarks import house


def recompute(slug: str, *, changed: bool) -> tuple[float, int, int]:
    """Seconds to bring all delegates' seats of a federation into line; how many there are, how many were opened."""
    from benchmarks.large import NOW  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415
    from django.db.models import F  # noqa: PLC0415

    from weft_site.federation.acting import begin  # noqa: PLC0415
    from weft_site.federation.models import Body, Seat  # noqa: PLC0415
    from weft_site.federation.services.entitlement import follow_all  # noqa: PLC0415

    uppers = list(Body.objects.filter(federation__log__slug=slug, type="delegate").order_by("kind", "id"))
    seats = Seat.objects.filter(body__federation__log__slug=slug, office="", ended_at__isnull=True)
    with transaction.atomic():
        before = seats.count()
        if changed:
            base = Body.objects.filter(federation__log__slug=slug, type="base").order_by("id")
            grown = list(base.values_list("pk", flat=True)[::100])
            Body.objects.filter(pk__in=grown).update(members_count=F("members_count") + 25)
        start = perf_counter()
        acting = begin(uppers[0].pk, None, NOW)
        for upper in uppers:
            upper.federation = acting.federation
        follow_all(acting, uppers)
        took = perf_counter() - start
        after = seats.count()
        if (after > before) is not changed:
            raise AssertionError("the seats did not follow the numbers")
        transaction.set_rollback(True)
    return took, after, after - before


def part(councils: int) -> list[dict[str, object]]:
    from django.db import connection  # noqa: PLC0415

    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    rows = []
    for slug, shape in (("tiered", "cities and their region"), ("flat", "one council")):
        for changed in (True, False):
            took, seats, opened = min(recompute(slug, changed=changed) for _ in range(3))
            what = f"{opened} new" if changed else "nothing changed"
            shown = f"entitlement of {seats:,} seats over {councils:,} councils, {shape}, {what} ({database})"
            rows.append(house.row(shown, round(took, 2), "s", "≤ 2"))
            print(f"  {took:6.2f} s  {shown}", flush=True)
    return rows


def main(answer: str, cities: str = "100", councils: str = "100") -> None:
    house.set_up()
    from benchmarks.large import Shape, ensure  # noqa: PLC0415

    ensure(Shape(int(cities), int(councils)))
    Path(answer).write_text(json.dumps(part(int(cities) * int(councils))))


if __name__ == "__main__":
    main(*sys.argv[1:])
