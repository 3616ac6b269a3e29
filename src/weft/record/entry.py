"""One formal act as one leaf of the log.

The bytes are the record. An entry is written once by `Entry.to_bytes` and from then on kept, hashed and
handed over as those bytes; nobody writes it anew. What may stand in it: ids, whole numbers, rule ids, hashes
and short strings. Texts, names of members, rolls and minutes are documents (`weft.record.documents`), so
that erasing one of them leaves the chain whole. Why: ADR 0002.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Self

from weft.errors import RuleBroken
from weft.record.errors import NotProven

FORMAT = 1
MAX_BYTES = 65_535  # an entry bundle gives each entry two bytes of length (c2sp.org/tlog-tiles)
MAX_NUMBER = (1 << 53) - 1  # the largest whole number that every JSON reader keeps exact (RFC 8259 section 6)
SHORT = 256  # letters in a string; longer ones are documents
DEPTH = 8  # of lists and objects inside one another

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_ACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_BODY = re.compile(r"([a-z][a-z0-9-]{0,63})?")
_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A formal act as it was judged.

    act:       what happened, ``domain.event``, e.g. "federation.recalled".
    at:        when, to the second, UTC.
    body:      the body in which it happened, e.g. "b0"; "" for the federation as a whole.
    by:        opaque references of those who acted; never a name, and never the same in two bodies.
    charter:   SHA-256 (hex) of the charter version by which it was judged; "" only before one is adopted.
    rules:     version of the program's rules, from 1; replay calls that version.
    data:      what was done: ids, whole numbers, rule ids, hashes, short strings, lists and objects of these.
    finding:   what the rule found, in the same form.
    documents: name -> salted hash (hex) of a document beside the log; see `commitment`.

    Raises ValueError for a value that no entry may hold (a caller's bug), and RuleBroken("record.entry_size")
    if it comes to more than 65,535 bytes. ``data`` and ``finding`` are copied; do not write into them.
    """

    act: str
    at: datetime
    body: str = ""
    by: tuple[str, ...] = ()
    charter: str = ""
    rules: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)
    finding: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require(_matches(_ACT, self.act), "act", "domain.event in small letters")
        aware = isinstance(self.at, datetime) and self.at.tzinfo is not None
        _require(aware and not self.at.microsecond, "at", "a time with its zone, to the second")
        _require(_matches(_BODY, self.body), "body", "a short id, or empty")
        _require(isinstance(self.by, tuple), "by", "a tuple of references")
        for actor in self.by:
            _require(isinstance(actor, str) and 0 < len(actor) <= SHORT, "by", "a list of short references")
        _require(self.charter == "" or _matches(_HASH, self.charter), "charter", "a SHA-256 in hex, or empty")
        _require(type(self.rules) is int and 1 <= self.rules <= MAX_NUMBER, "rules", "a version from 1")
        _require(isinstance(self.documents, Mapping), "documents", "an object")
        for name, salted in self.documents.items():
            _require(_matches(_NAME, name), "documents", "an object with short names")
            _require(_matches(_HASH, salted), f"documents.{name}", "a SHA-256 in hex")
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        for part in ("data", "finding"):
            _require(isinstance(getattr(self, part), Mapping), part, "an object")
            object.__setattr__(self, part, _plain(getattr(self, part), part, 0))
        object.__setattr__(self, "documents", dict(self.documents))
        self.to_bytes()

    def to_bytes(self) -> bytes:
        """The leaf: JSON in UTF-8, keys sorted by code point, no spaces. At most 65,535 bytes."""
        values: dict[str, Any] = {part.name: getattr(self, part.name) for part in fields(self)}
        values["weft"] = FORMAT
        values["at"] = self.at.isoformat().replace("+00:00", "Z")
        leaf = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if len(leaf) > MAX_BYTES:
            raise RuleBroken("record.entry_size", bytes=len(leaf), limit=MAX_BYTES)
        return leaf

    @classmethod
    def from_bytes(cls, leaf: bytes) -> Self:
        """Read a leaf strictly; NotProven("record.entry") for bytes that `to_bytes` would not have written."""
        if len(leaf) > MAX_BYTES:
            raise _malformed(f"is longer than {MAX_BYTES} bytes")
        try:
            values = json.loads(
                leaf.decode(), object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float
            )
        except UnicodeDecodeError:
            raise _malformed("is not UTF-8") from None
        except (ValueError, RecursionError) as problem:
            raise _malformed(f"is not plain JSON: {problem}") from None
        if not isinstance(values, dict):
            raise _malformed("is not an object")
        version = values.pop("weft", None)
        if type(version) is not int or version != FORMAT:
            raise _malformed(f"is of format {version!r}; this program reads format {FORMAT}")
        names = {part.name for part in fields(cls)}
        if values.keys() != names:
            odd = ", ".join(sorted(values.keys() ^ names))
            raise _malformed(f"has unknown or missing fields: {odd}"[:200])
        try:
            entry = cls(**(values | {"at": _time(values["at"]), "by": _actors(values["by"])}))
        except ValueError as problem:
            raise _malformed(f"is refused: {problem}") from None
        if entry.to_bytes() != leaf:
            raise _malformed("is not in its one canonical form (sorted keys, no spaces)")
        return entry


def _plain(value: object, where: str, depth: int) -> Json:
    """A copy in plain JSON types; ValueError for whatever does not survive JSON unchanged."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        _require(abs(value) <= MAX_NUMBER, where, "within 2**53 - 1; write larger numbers as strings")
        return int(value)
    if isinstance(value, str):
        _require(len(value) <= SHORT, where, f"at most {SHORT} letters; longer texts are documents")
        _require(not any("\ud800" <= letter <= "\udfff" for letter in value), where, "valid Unicode")
        return str.__str__(value)
    _require(depth < DEPTH, where, f"at most {DEPTH} lists and objects deep")
    if isinstance(value, Mapping):
        copied = {}
        for key, item in value.items():
            _require(isinstance(key, str), where, "an object whose keys are strings")
            copied[str(_plain(key, where, depth))] = _plain(item, f"{where}.{key}", depth + 1)
        return copied
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(item, where, depth + 1) for item in value]
    raise ValueError(f"{where} must be plain JSON without fractions, not {type(value).__name__}")


def _require(holds: object, where: str, what: str) -> None:
    if not holds:
        raise ValueError(f"{where} must be {what}")


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return read


def _no_float(written: str) -> Json:
    raise ValueError(f"{written[:40]} is not a whole number")


def _time(written: object) -> datetime:
    if not isinstance(written, str) or not _TIME.fullmatch(written):
        raise ValueError("at must be like 2026-11-23T09:30:00Z")
    return datetime.fromisoformat(written)


def _actors(written: object) -> tuple[Any, ...]:
    if not isinstance(written, list):
        raise ValueError("by must be a list of references")  # noqa: TRY004 - one kind of error for bad bytes
    return tuple(written)


def _malformed(what: str) -> NotProven:
    return NotProven("record.entry", f"The entry {what}.")
