"""Replay: entries judged again a second, from bytes, with their documents in memory.

run() gives rows for `make bench`; run directly, this file prints them. The record is a workplace council of 60 that
admits people and decides motions by name over days, as the site writes it; a quarter of its entries carry a roll call.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from weft.ballots import lot_commitment, roll_hash
from weft.charter import library_charter
from weft.record import Entry, commitment
from weft.replay import replay

MEMBERS = 60
MOTIONS = 2_000
ADMISSIONS = 1_000
DAY = timedelta(days=1)


class Writer:
    """Entries and documents as an honest server writes them."""

    def __init__(self) -> None:
        self.law = library_charter("workers-assembly")
        self.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
        self.leaves: list[bytes] = []
        self.documents: dict[str, bytes] = {}
        self.members = [f"m0-{n}" for n in range(1, MEMBERS + 1)]
        lines = "".join(f"{ref} {sha256(ref.encode()).hexdigest()}\n" for ref in self.members)
        data = {"kind": "workplace", "title": "Depot", "origin": "weft.example/depot"}
        votes = {"gathered": MEMBERS, "yes": MEMBERS, "no": 0, "abstain": 0}
        finding = {"needed": -(-2 * MEMBERS // 3), "members": MEMBERS}
        self.write(
            "founded", data={**data, **votes}, finding=finding, texts={"charter": self.law.text, "members": lines}
        )

    def write(self, act, *, data, by=(), finding=None, texts=None, domain="deliberation"):
        held = {name: self._keep(text) for name, text in (texts or {}).items()}
        entry = Entry(
            act=f"{domain}.{act}", at=self.now, body="b0", by=by, charter=self.law.hash, data=data,
            finding=finding or {}, documents=held,
        )  # fmt: skip
        self.leaves.append(entry.to_bytes())

    def _keep(self, text):
        salt = sha256(b"%d" % len(self.documents)).digest()
        digest = commitment(salt, text.encode()).hex()
        self.documents[digest] = text.encode()
        return digest

    def motion(self):
        n, size = len(self.leaves), len(self.members)
        ref = {"motion": f"n{n}"}
        self.write(
            "motion_moved", by=("m0-1",), data={**ref, "kind": "ordinary", "notice_days": 0}, texts={"motion": "M\n"}
        )
        self.write("motion_seconded", by=("m0-2",), data={**ref, "backers": 2})
        ballot = {"ballot": f"v{n + 2}", "way": "open", "method": "question", "entitled": size, "options": 3}
        seal = {"roll": roll_hash(self.members), "lot": lot_commitment(bytes(32))}
        where = {"kind": "ordinary", "meeting": ""}
        until = {"closes": (self.now + 3 * DAY).isoformat(), "backers": 2}
        roll = "".join(f"{one}\n" for one in sorted(self.members))
        self.write("motion_put", by=("m0-3",), data={**ref, **where, **until, **ballot, **seal}, texts={"roll": roll})
        self.now += 3 * DAY
        lines = "".join(f"{one} {json.dumps('yes')}\n" for one in sorted(self.members))
        sums = {"ballot": f"v{n + 2}", "yes": size, "no": 0, "abstain": 0, "voted": size, "chair": ""}
        there = dict.fromkeys(("present", "entitled", "votes_present", "votes_entitled"), size)
        needed = {"quorum": max(-(-size // 5), 5), "base": size, "needed": size // 2 + 1}
        self.write(
            "motion_decided",
            data={**ref, **where, **sums, **there},
            finding={**needed, "carried": True, "tied": False, "outcome": "carried", "broken": 0},
            texts={"votes": f"v{n + 2} open question\n{lines}"},
        )

    def admission(self):
        n = len(self.leaves)
        ref, until = {"application": f"q{n}"}, (self.now + 7 * DAY).isoformat()
        self.write("applied", data={**ref, "of_age": True}, domain="federation")
        said = {"objections_until": until}
        self.write("vouched", data={**ref, "count": 1, "vouchers": 2}, finding=said, domain="federation")
        self.now += 7 * DAY
        member = f"m{n + 2}-1"
        self.members.append(member)
        counts = {"vouchers": 2, "objections": 0, **said, "members": 1, "from": [], "lapsed": []}
        self.write(
            "admitted", data={**ref, **counts}, finding={"members": len(self.members)}, domain="federation",
            texts={"members": f"{member} {sha256(member.encode()).hexdigest()}\n"},
        )  # fmt: skip


def rate(writer: Writer) -> float:
    start = time.perf_counter()
    state = replay(writer.leaves, documents=writer.documents.get)
    taken = time.perf_counter() - start
    assert state.size == len(writer.leaves)
    return len(writer.leaves) / taken


def run() -> list[dict[str, str | float]]:
    decided, joined = Writer(), Writer()
    for _ in range(MOTIONS):
        decided.motion()
    for _ in range(ADMISSIONS):
        joined.admission()
    return [
        row(f"{4 * MOTIONS:,} entries, motions decided by {MEMBERS} votes by name", round(rate(decided))),
        row(
            f"{3 * ADMISSIONS:,} entries, admissions to a council that grows to {MEMBERS + ADMISSIONS:,}",
            round(rate(joined)),
        ),
    ]


def row(what: str, value: float) -> dict[str, str | float]:
    return {"what": f"replay: {what}", "value": value, "unit": "entries/s", "reach": ""}


if __name__ == "__main__":
    for one in run():
        print(f"{one['what']}: {one['value']:,} {one['unit']}")
