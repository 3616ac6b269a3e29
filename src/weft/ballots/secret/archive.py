"""The archive of an election: one growing file, `<uuid>.bel`, that anybody may copy.

An old-style tar file without an end: a header record BELENIOS, then data and events, each named by the SHA-256 of its
bytes. An event names its predecessor, so the hash of the last one, the head, stands for all of them. Every record has
the same time, so that the file does not tell when somebody voted. Belenios specification, section 4.4.

    event    {"parent"?,"height","type","payload"?}
    type     Setup, Ballot, EndBallots, EncryptedTally, PartialDecryption, Result
"""

from collections.abc import Iterator
from dataclasses import dataclass
from re import compile as pattern
from typing import BinaryIO

from weft.ballots.secret.codec import Json, compact, fields, parse, sha256_hex, whole
from weft.errors import RuleBroken

__all__ = [
    "Event",
    "Head",
    "append",
    "read_events",
    "start_archive",
]

BLOCK = 512
MOST_RECORD = 200_000_000  # bytes of one record; a list of 100,000 credentials has 62 million

_HEX = pattern(r"[0-9a-f]{64}")
_NAME = pattern(rb"([0-9a-f]{64})\.(data|event)\.json")
_TIME = pattern(r"0|[1-9][0-9]{0,9}")

# How many data records come before an event, and whether it has a payload.
EVENTS = {"Setup": 4, "Ballot": 1, "EndBallots": 0, "EncryptedTally": 2, "PartialDecryption": 2, "Result": 1}


@dataclass(frozen=True, slots=True)
class Head:
    """Where an archive ends: what the next event continues. `hash` is published, so that nobody is shown another one.

    timestamp: seconds since 1970 of the beginning, the same on every record. height: of the last event; -1 if none.
    """

    timestamp: int
    height: int = -1
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event with the data that it brings, in order. end: the number of the file's byte behind it."""

    type: str
    height: int
    hash: str
    data: tuple[bytes, ...]
    timestamp: int
    end: int

    @property
    def head(self) -> Head:
        """What the next event continues."""
        return Head(self.timestamp, self.height, self.hash)


# --- writing ---------------------------------------------------------------------------------------------------


def start_archive(timestamp: int, election: bytes, trustees: bytes, credentials: bytes) -> tuple[bytes, Head]:
    """The bytes of a new archive, and its head. timestamp: seconds since 1970, when the election begins."""
    if not 0 <= timestamp < 8**11:
        raise ValueError(f"no time that a tar file can hold: {timestamp}")
    header = compact({"version": 1, "timestamp": str(timestamp)}).encode()
    parts = {"election": election, "trustees": trustees, "credentials": credentials}
    setup = compact({name: sha256_hex(raw) for name, raw in parts.items()}).encode()
    written, head = append(Head(timestamp), "Setup", election, trustees, credentials, setup)
    return _record("BELENIOS", header, timestamp) + written, head


def append(head: Head, kind: str, *data: bytes) -> tuple[bytes, Head]:
    """The bytes to write behind an archive for one more event, and the new head.

    data, in this order: Ballot: ballot. EndBallots: none. EncryptedTally: tally, sized. PartialDecryption: decryption,
    owned. Result: result. Nothing is checked here but the number; whoever appends has verified before.
    """
    if len(data) != EVENTS[kind]:
        raise ValueError(f"{kind} comes with {EVENTS[kind]} data records, not {len(data)}")
    event: dict[str, Json] = {"parent": head.hash} if head.hash else {}
    event |= {"height": head.height + 1, "type": kind}
    if data:
        event["payload"] = sha256_hex(data[-1])
    raw = compact(event).encode()
    named = sha256_hex(raw)
    records = [_record(f"{sha256_hex(one)}.data.json", one, head.timestamp) for one in data]
    records.append(_record(f"{named}.event.json", raw, head.timestamp))
    return b"".join(records), Head(head.timestamp, head.height + 1, named)


def _record(name: str, body: bytes, timestamp: int) -> bytes:
    return _header(name.encode(), len(body), timestamp) + body + bytes(-len(body) % BLOCK)


def _header(name: bytes, size: int, timestamp: int) -> bytes:
    """The 512 bytes before a record; everything not named is zero."""
    block = bytearray(BLOCK)
    block[0 : len(name)] = name
    block[100:107] = b"0000644"
    block[108:115] = b"0000000"
    block[116:123] = b"0000000"
    block[124:135] = b"%011o" % size
    block[136:147] = b"%011o" % timestamp
    block[148:156] = b" " * 8
    block[156:157] = b"0"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


# --- reading ---------------------------------------------------------------------------------------------------


def read_events(stream: BinaryIO) -> Iterator[Event]:
    """Read an archive byte for byte: every event with its data.

    What each event means is for `verify`. Raises ``secret.archive`` (what, at) for a byte that does not belong there:
    "header", "name" (not the hash of the bytes), "padding", "time", "short"; and for events: "event" (its form),
    "parent", "height", "payload", "data" (too many or too few before it). at: the number of the record's first byte.
    """
    name, body, timestamp, at = next(_records(stream, None), (b"", b"", 0, 0))
    if name != b"BELENIOS":
        raise RuleBroken("secret.archive", what="header", at=at)
    version, time = fields(parse(body, "header", 100), ("version", "timestamp"), "header")
    if type(version) is not int or version != 1 or not isinstance(time, str) or not _TIME.fullmatch(time):
        raise RuleBroken("secret.archive", what="header", at=0)
    if int(time) != timestamp:
        raise RuleBroken("secret.archive", what="time", at=0)
    head = Head(timestamp)
    waiting: list[bytes] = []
    for name, body, _, at in _records(stream, timestamp):
        named = _NAME.fullmatch(name)
        if not named or named[1].decode() != sha256_hex(body):
            raise RuleBroken("secret.archive", what="name", at=at)
        if named[2] == b"data":
            waiting.append(body)
            if len(waiting) > max(EVENTS.values()):
                raise RuleBroken("secret.archive", what="data", at=at)
            continue
        event = _read_event(body, named[1].decode(), head, waiting, at=at, end=stream.tell())
        yield event
        head, waiting = event.head, []
    if waiting:
        raise RuleBroken("secret.archive", what="data", at=at)


def _read_event(body: bytes, hashed: str, head: Head, waiting: list[bytes], *, at: int, end: int) -> Event:
    value = parse(body, "event", 400)
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in EVENTS:
        raise RuleBroken("secret.archive", what="event", at=at)
    names = ["height", "type"]
    if head.hash:
        names.insert(0, "parent")
    if EVENTS[kind]:
        names.append("payload")
    fields(value, names, "event")
    if value.get("parent", "") != head.hash:
        raise RuleBroken("secret.archive", what="parent", at=at)
    if whole(value["height"], "event") != head.height + 1:
        raise RuleBroken("secret.archive", what="height", at=at)
    if len(waiting) != EVENTS[kind]:
        raise RuleBroken("secret.archive", what="data", at=at)
    if waiting and value["payload"] != sha256_hex(waiting[-1]):
        raise RuleBroken("secret.archive", what="payload", at=at)
    return Event(kind, head.height + 1, hashed, tuple(waiting), head.timestamp, end)


def _records(stream: BinaryIO, timestamp: int | None) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Name, body, time and place of each record. Its header must be the very bytes that we would write."""
    while block := stream.read(BLOCK):
        at = stream.tell() - len(block)
        if len(block) < BLOCK:
            raise RuleBroken("secret.archive", what="short", at=at)
        try:
            size, time = int(block[124:135], 8), int(block[136:147], 8)
        except ValueError:
            raise RuleBroken("secret.archive", what="header", at=at) from None
        name = block[:100].rstrip(b"\0")
        if not 0 <= size <= MOST_RECORD or time < 0 or block != _header(name, size, time):
            raise RuleBroken("secret.archive", what="header", at=at)
        if timestamp is not None and time != timestamp:
            raise RuleBroken("secret.archive", what="time", at=at)
        padded = stream.read(size + -size % BLOCK)
        if len(padded) < size + -size % BLOCK:
            raise RuleBroken("secret.archive", what="short", at=at)
        if any(padded[size:]):
            raise RuleBroken("secret.archive", what="padding", at=at)
        yield name, padded[:size], time, at
        if timestamp is None:
            return
