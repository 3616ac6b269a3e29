"""Votes by name through the whole site, against a bare Django insert: same server, same database, same run.

    python -m benchmarks.votes ANSWER [PEOPLE SECONDS ROUNDS]     started by `house.call`

The bare view (benchmarks/bare) reads the session and the person, checks one field and inserts one row with a
unique constraint in a transaction, behind the same middleware. The two, and the votes of delegates whose
mandates are looked up, take turns; the ratio is that of the sums over all rounds. What answered must be in the
database afterwards, row for row, or there is no figure.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks import house

CONNECTIONS = 64
SCRIPT = Path(__file__).with_suffix(".lua")
DELEGATES_A_HALL, HALLS = 25, 40


class Scene:
    """People with sessions, and for every round a question to all of them and questions to the delegates."""

    def __init__(self, people: int, rounds: int) -> None:
        from benchmarks.large import NOW, fill  # noqa: PLC0415

        from weft_site.federation.models import Membership  # noqa: PLC0415
        from weft_site.federation.services import bodies  # noqa: PLC0415
        from weft_site.people.models import Person  # noqa: PLC0415

        columns = ("id", "name", "password", "is_active", "joined_on", "language", "channel")
        fill(Person, columns, ((n, f"Person {n}", "!", True, "2026-01-01", "", "page") for n in range(1, people + 1)))
        self.people = list(Person.objects.order_by("id"))
        self.cookies = sessions(self.people)
        self.now = NOW
        federation = found("Votes")
        law = federation.charter_value
        self.hall = bodies.create_body(federation, law, kind="workplace", title="Hall", ref="b1", now=NOW)
        self.city = bodies.create_body(federation, law, kind="city", title="City", ref="b0", now=NOW)
        bodies.add_members(self.hall, self.people, index=1, now=NOW)
        self.memberships = list(Membership.objects.order_by("id").values_list("id", "person_id", "ref"))
        self.log = federation.log
        self.constituencies, self.seats = self._seat_delegates()
        self.rounds = [self._round(number) for number in range(1, rounds + 1)]

    def _seat_delegates(self) -> tuple[list, list[tuple[str, int]]]:
        from weft_site.federation.models import Constituency, Seat, Term  # noqa: PLC0415

        made = [
            Constituency.objects.create(
                body=self.city, rule=0, ref=f"c1-0-{n}", units=625, seats_due=DELEGATES_A_HALL, created_at=self.now
            )
            for n in range(HALLS)
        ]
        found = []
        for place, (member, person, _) in enumerate(self.memberships[: DELEGATES_A_HALL * HALLS]):
            seat = Seat.objects.create(
                body=self.city, constituency=made[place // DELEGATES_A_HALL], ref=f"s1-0-{place}"
            )
            Term.objects.create(
                seat=seat, person_id=person, membership_id=member, name=f"Person {person}", ref=f"t{place}",
                starts_at="2026-01-01T00:00Z", ends_at="2036-01-01T00:00Z",
            )  # fmt: skip
            found.append((seat.ref, person))
        return made, found

    def _round(self, number: int) -> dict[str, list[str]]:
        """The three lists of one round: what is sent in which session."""
        by_person = dict(zip((person.pk for person in self.people), self.cookies, strict=True))
        members = self._ballot(f"v{number}", "b1", [(ref, person, 1) for _, person, ref in self.memberships])
        delegates: list[str] = []
        for matter in range(max(len(self.people) // max(len(self.seats), 1), 1)):
            ballot = self._motion(f"{number}-{matter}")
            delegates += [f"/vote/{ballot}/ {by_person[person]} choice=yes" for _, person in self.seats]
        return {
            "bare": [f"/bare/{number}/ {cookie} choice=yes" for cookie in self.cookies],
            "members": [f"/vote/{members}/ {cookie} choice=yes" for cookie in self.cookies],
            "delegates": delegates,
        }

    def _ballot(self, ref: str, electorate: str, roll: list, *, seats: bool = False) -> int:
        from weft_site.ballots.services import open_ballot  # noqa: PLC0415

        return open_ballot(
            self.log, ref=ref, electorate=electorate, title=ref, way="open", roll=roll, now=self.now,
            follows_seats=seats,
        ).pk  # fmt: skip

    def _motion(self, name: str) -> int:
        """A motion that is being voted on; every delegate's electors have told them how."""
        from weft_site.deliberation.models import MandateLink, Motion  # noqa: PLC0415
        from weft_site.federation.models import Mandate  # noqa: PLC0415

        ballot = self._ballot(f"v{name}", "b0", [(ref, person, 1) for ref, person in self.seats], seats=True)
        motion = Motion.objects.create(
            body=self.city, ref=f"n{name}", title=name, text=name, mover=self.people[0], mover_name="Person 1",
            state=Motion.State.PUT, moved_at=self.now, ballot_id=ballot,
        )  # fmt: skip
        given = Mandate.objects.bulk_create(
            Mandate(
                constituency=row, ref=f"i{name}-{row.pk}", matter=name, text=name, position="yes", binding=True,
                state=Mandate.State.GIVEN, proposed_by=self.people[0],
            )
            for row in self.constituencies
        )  # fmt: skip
        MandateLink.objects.bulk_create(MandateLink(mandate=row, motion=motion, position="yes") for row in given)
        return ballot


def found(title: str):
    from importlib.resources import files  # noqa: PLC0415

    from benchmarks.large import NOW  # noqa: PLC0415

    from weft.charter import load  # noqa: PLC0415
    from weft_site.charter.facts import keep_version  # noqa: PLC0415
    from weft_site.federation.services import bodies  # noqa: PLC0415

    text = files("weft.charter").joinpath("library/workers-assembly.toml").read_text()
    made = bodies.create_federation(title=title, version=keep_version(text), now=NOW)
    made.charter_value = load(text)
    return made


def sessions(people: list) -> list[str]:
    """Session cookies for many people at once, as signing in would set them."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    store, ends = SessionStore(), datetime.now(UTC) + timedelta(hours=12)
    rows = [
        Session(
            session_key=secrets.token_hex(16),
            expire_date=ends,
            session_data=store.encode(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
        )
        for person in people
    ]
    Session.objects.bulk_create(rows, batch_size=2_000)
    return [f"{settings.SESSION_COOKIE_NAME}={row.session_key}" for row in rows]


def rows_kept() -> dict[str, int]:
    """How many votes of each sort are in the database."""
    from benchmarks.bare.models import BareVote  # noqa: PLC0415

    from weft_site.ballots.models import Vote  # noqa: PLC0415

    return {
        "bare": BareVote.objects.count(),
        "members": Vote.objects.filter(ballot__follows_seats=False).count(),
        "delegates": Vote.objects.filter(ballot__follows_seats=True).count(),
    }


def load(address: str, lines: list[str], folder: Path, seconds: int) -> dict[str, float]:
    """Send the list over 64 connections for so long; what wrk saw."""
    listed = folder / "requests.txt"
    listed.write_text("\n".join(lines))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", SCRIPT, f"http://{address}"]
    done = subprocess.run([*command, "--", listed], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    if found["failed"]:
        raise AssertionError(f"{found['failed']} requests failed:\n{done.stdout}")
    return found


def rounds(scene: Scene, folder: Path, seconds: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Each sort in turn, in changing order, every round with a list of its own."""
    from django.db import connection  # noqa: PLC0415

    connection.close()
    with house.served(os.environ) as address:
        for sort in scene.rounds[0]:  # what the workers load once
            load(address, scene.rounds[0][sort], folder, min(2, seconds))
        for number, lists in enumerate(scene.rounds[1:]):
            for sort in sorted(lists, reverse=bool(number % 2)):
                before = settled()[sort]
                got = load(address, lists[sort], folder, seconds)
                kept = settled()[sort] - before
                if kept < got["requests"]:
                    raise AssertionError(f"{got['requests']:.0f} votes were acknowledged and {kept} are there")
                yield sort, got


def settled() -> dict[str, int]:
    """The rows once the server has done what was still under way when the time was up."""
    from django.db import connection  # noqa: PLC0415

    found: list[dict[str, int]] = [{}, rows_kept()]
    while found[-1] != found[-2]:
        connection.close()
        time.sleep(0.5)
        found.append(rows_kept())
    connection.close()
    return found[-1]


def part(scene: Scene, folder: Path, seconds: int) -> list[dict[str, object]]:
    from django.db import connection  # noqa: PLC0415

    database = {"sqlite": "SQLite, synchronous FULL", "postgresql": "PostgreSQL"}[connection.vendor]
    found: dict[str, list[dict[str, float]]] = {"bare": [], "members": [], "delegates": []}
    for sort, got in rounds(scene, folder, seconds):
        found[sort].append(got)
        print(f"  {sort:10} {got['requests'] / got['seconds']:6.0f} /s  p99 {got['p99']:5.0f} ms", flush=True)
    rate = {sort: sum(g["requests"] for g in all_) / sum(g["seconds"] for g in all_) for sort, all_ in found.items()}
    p99 = {sort: median(g["p99"] for g in all_) for sort, all_ in found.items()}
    shown = {"members": "votes of members by name", "delegates": "votes of delegates, their mandates looked up"}
    rows = [house.row(f"bare Django insert ({database}; p99 {p99['bare']:.0f} ms)", round(rate["bare"]), "rows/s")]
    for sort, words in shown.items():
        ratio = 100 * rate[sort] / rate["bare"]
        rows += [
            house.row(f"{words} ({database}; {rate[sort]:.0f} votes/s) over that", round(ratio), "%", "≥ 80"),
            house.row(f"{words}, {CONNECTIONS} connections ({database})", round(p99[sort]), "ms p99", "< 300"),
        ]
    return rows


def main(answer: str, people: str = "6000", seconds: str = "3", rounds: str = "10") -> None:
    house.set_up()
    house.make_tables()
    if shutil.which("wrk") is None:
        subprocess.run(["sh", "scripts/apt-install.sh", "wrk"], cwd=house.ROOT, check=True)
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        scene = Scene(int(people), int(rounds) + 1)
    folder = Path(answer).parent
    Path(answer).write_text(json.dumps(part(scene, folder, int(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
