"""A small record written by hand: entries as an honest server would write them, and whatever a dishonest one might."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.resources import files

from weft.ballots import lot_commitment, roll_hash
from weft.charter import amend, load
from weft.record import Entry, commitment

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIBRARY = files("weft.charter") / "library"


@dataclass
class Ledger:
    """entries: so far. documents: hash -> content. now: the time of the next entry."""

    law: object = None
    entries: list = field(default_factory=list)
    documents: dict = field(default_factory=dict)
    now: datetime = NOON

    @property
    def index(self):
        return len(self.entries)

    def keep(self, text):
        salt = sha256(f"{len(self.documents)}".encode()).digest()
        digest = commitment(salt, text.encode()).hex()
        self.documents[digest] = text.encode()
        return digest

    def write(self, act, *, body="b0", by=(), data=None, finding=None, documents=None, **more):
        held = {name: self.keep(text) for name, text in (documents or {}).items()}
        values = {"charter": self.law.hash, **more}
        self.entries.append(
            Entry(
                act=act, at=self.now, body=body, by=by, data=data or {}, finding=finding or {}, documents=held, **values
            )
        )

    def changed(self, index, **values):
        """The entries, one of them changed."""
        return [*self.entries[:index], replace(self.entries[index], **values), *self.entries[index + 1 :]]


def founded(members=12, *changes):
    """A workplace council that has just been founded."""
    text = (LIBRARY / "workers-assembly.toml").read_text()
    text = amend(load(text), changes).text if changes else text
    ledger = Ledger(law=load(text))
    lines = "".join(f"m0-{n} {sha256(f'{n}'.encode()).hexdigest()}\n" for n in range(1, members + 1))
    ledger.write(
        "deliberation.founded",
        data={
            "kind": "workplace", "title": "Depot", "origin": "weft.example/depot", "gathered": members, "yes": members,
            "no": 0, "abstain": 0,
        },
        finding={"needed": (2 * members + 2) // 3, "members": members},
        documents={"charter": text, "members": lines},
    )  # fmt: skip
    return ledger


def refs(members):
    return [f"m0-{n}" for n in range(1, members + 1)]


def motion(ledger, members=12, yes=9):
    """Moved, seconded, and put over days; answers with the votes of the first so many and no from the others."""
    n = ledger.index
    ledger.write(
        "deliberation.motion_moved", by=("m0-1",), data={"motion": f"n{n}", "kind": "ordinary", "notice_days": 0},
        documents={"motion": "Buses\n\nUntil two.\n"},
    )  # fmt: skip
    ledger.write("deliberation.motion_seconded", by=("m0-2",), data={"motion": f"n{n}", "backers": 2})
    put = ledger.index
    roll = refs(members)
    ledger.write(
        "deliberation.motion_put",
        by=("m0-3",),
        data={
            "motion": f"n{n}", "kind": "ordinary", "meeting": "", "closes": (ledger.now + 3 * DAY).isoformat(),
            "backers": 2, "ballot": f"v{put}", "way": "open", "method": "question", "entitled": members,
            "roll": roll_hash(roll), "lot": lot_commitment(bytes(32)), "options": 3,
        },
        documents={"roll": "".join(f"{one}\n" for one in sorted(roll))},
    )  # fmt: skip
    ledger.now += 3 * DAY
    votes = {ref: "yes" if place < yes else "no" for place, ref in enumerate(sorted(roll))}
    lines = "".join(f"{ref} {json.dumps(choice)}\n" for ref, choice in votes.items())
    carried = yes > members - yes
    ledger.write(
        "deliberation.motion_decided",
        data={
            "motion": f"n{n}", "kind": "ordinary", "ballot": f"v{put}", "meeting": "", "yes": yes, "no": members - yes,
            "abstain": 0, "voted": members, "present": members, "entitled": members, "votes_present": members,
            "votes_entitled": members, "chair": "",
        },
        finding={
            "quorum": 5, "base": members, "needed": members // 2 + 1, "carried": carried, "tied": yes * 2 == members,
            "outcome": "carried" if carried else "lost", "broken": 0,
        },
        documents={"votes": f"v{put} open question\n{lines}"},
    )  # fmt: skip
    return ledger
