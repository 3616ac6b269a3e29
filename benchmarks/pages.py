"""Pages of the large federation, as browsers get them: the whole stack, one request after another.

    python -m benchmarks.pages ANSWER [CITIES COUNCILS REQUESTS]     started by `house.call`

Each page is asked of many bodies in turn, by a member who is signed in; nothing is warmed but the first few
requests, which every worker process needs to load its templates. Query counts are those of the test client.
"""

import http.client
import json
import os
import sys
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

from benchmarks import house

WARM = 20


def pages(shape) -> dict[str, list[str]]:
    """What is asked for, by name: the addresses in turn."""
    from weft_site.federation.models import Body  # noqa: PLC0415

    workplaces = [f"/f/tiered/b/w{n * 37 % (shape.cities * shape.councils)}/" for n in range(200)]
    largest = Body.objects.filter(federation__log__slug="tiered", type="base").order_by("-members_count").first()

    def seats(body: str) -> int:
        slug, ref = body.split("/")
        return Body.objects.get(federation__log__slug=slug, ref=ref).seats.filter(office="").count()

    return {
        "body page, base councils of 5 to 195 members": workplaces,
        f"body page, city councils of {seats('tiered/city1')} seats": [
            f"/f/tiered/b/city{n}/" for n in range(shape.cities)
        ],
        f"body page, regional council of {seats('tiered/region'):,} seats": ["/f/tiered/b/region/"],
        f"body page, one council of {seats('flat/city'):,} seats over {shape.cities * shape.councils:,} councils": [
            "/f/flat/b/city/"
        ],
        f"federation page, {shape.cities} cities under a region": ["/f/tiered/"],
        f"federation page, {shape.cities * shape.councils:,} councils under one": ["/f/flat/"],
        f"roll page of a council of {largest.members_count:,} members": [f"/f/tiered/b/{largest.ref}/roll/"],
        "roll pages of base councils of 5 to 195 members": [f"{path}roll/" for path in workplaces],
        "home page of a member": ["/"],
    }


def sign_in(person) -> str:
    """A session cookie, as signing in would set it."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def reader(shape):
    """A member of the largest council, who holds no office there: its roll is theirs to see."""
    from weft_site.federation.models import Membership  # noqa: PLC0415

    ref = f"w{shape.sizes.index(max(shape.sizes))}"
    rows = Membership.objects.filter(body__federation__log__slug="tiered", body__ref=ref).order_by("-id")
    return rows.select_related("person").first().person


def get(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[float, int]:
    """Seconds to the last byte, and bytes."""
    start = perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    took = perf_counter() - start
    if answer.status != 200:
        raise AssertionError(f"{path} answered {answer.status}")
    return took, len(body)


def percentile(values: list[float], hundredth: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * hundredth // 100, len(ordered) - 1)]


def measure(address: str, paths: list[str], cookie: str, requests: int) -> tuple[dict[int, float], int]:
    """Milliseconds by percentile, and the bytes of the largest page."""
    connection = http.client.HTTPConnection(address, timeout=60)
    asked = cycle(paths)
    for path in islice(asked, min(WARM, requests)):
        get(connection, path, cookie)
    found = [get(connection, path, cookie) for path in islice(asked, requests)]
    connection.close()
    times = [took * 1_000 for took, _ in found]
    return {at: percentile(times, at) for at in (50, 95, 99)}, max(size for _, size in found)


def queries(paths: list[str], cookie: str) -> set[int]:
    """How many queries the page takes, for up to ten of its bodies."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    name, _, value = cookie.partition("=")
    client.cookies[name] = value
    client.get(paths[0], headers={"host": "localhost"})  # the charter is parsed once a process
    counts = set()
    for path in paths[:10]:
        with CaptureQueriesContext(connection) as asked:
            if client.get(path, headers={"host": "localhost"}).status_code != 200:
                raise AssertionError(path)
        counts.add(len(asked))
    return counts


def part(shape, requests: int) -> list[dict[str, object]]:
    from django.db import connection  # noqa: PLC0415

    cookie, asked = sign_in(reader(shape)), pages(shape)
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    counted = {name: queries(paths, cookie) for name, paths in asked.items()}
    connection.close()
    rows = []
    with house.served(os.environ) as address:
        for name, paths in asked.items():
            times, size = measure(address, paths, cookie, requests)
            counts = " to ".join(str(n) for n in sorted({min(counted[name]), max(counted[name])}))
            seen = f"p50 {times[50]:.0f}, p99 {times[99]:.0f} ms; {counts} queries, {size // 1024} KiB"
            shown = f"{name} ({database}; {seen})"
            rows.append(house.row(shown, round(times[95]), "ms p95", "≤ 100"))
            print(f"  {times[95]:5.0f} ms p95  {shown}", flush=True)
    return rows


def main(answer: str, cities: str = "100", councils: str = "100", requests: str = "200") -> None:
    house.set_up()
    from benchmarks.large import Shape, ensure  # noqa: PLC0415

    shape = Shape(int(cities), int(councils))
    ensure(shape)
    Path(answer).write_text(json.dumps(part(shape, int(requests))))


if __name__ == "__main__":
    main(*sys.argv[1:])
