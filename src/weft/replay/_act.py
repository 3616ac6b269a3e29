"""One entry under judgement: its values, read with suspicion, and what is said where it does not hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from weft.charter import Charter
from weft.charter.model import BodyRule
from weft.record import Entry, NotProven
from weft.replay.state import Body, State

Documents = Callable[[str], bytes | None]
Row = TypeVar("Row")


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


_ABSENT = _Absent()


class Diverged(NotProven):
    """The first entry to whose finding the core does not come.

    code:     ``replay.…``, listed in docs/reference/acts.md.
    index, act: which entry. what: which value of it, or what it lacks.
    recorded, computed: what it says, and what follows from the entries before it.
    """

    def __init__(self, code: str, index: int, act: str, what: str, *, recorded: object, computed: object) -> None:
        self.index, self.act, self.what = index, act, what
        self.recorded, self.computed = recorded, computed
        super().__init__(
            code, f"Entry {index} ({act}), {what}: recorded is {_short(recorded)}, the rules give {_short(computed)}."
        )


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that could not be judged again. why: "erased" (the document is not there) or "private"."""

    index: int
    act: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be recorded by the very next entry, because of an act before it.

    act, about: of that entry, and what it must be about: its body, or a value of its data.
    needed: asked with the index of the next entry, before anything else changes; False if nothing has to follow.
    """

    act: str
    about: str
    needed: Callable[[int], bool]


@dataclass(slots=True)
class Act:
    """One entry with the state before it. Handlers read it, compare, and write what it did into the state."""

    state: State
    index: int
    entry: Entry
    documents: Documents
    unchecked: list[Unchecked]
    due: list[Due] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.entry.at

    @property
    def charter(self) -> Charter:
        return self.state.charter

    @property
    def body(self) -> Body:
        return self.body_of(self.entry.body)

    @property
    def rule(self) -> BodyRule:
        return self.charter.body(self.body.kind)

    @property
    def data(self) -> Mapping[str, Any]:
        return self.entry.data

    # --- saying that it does not hold ---------------------------------------------------------------------------

    def diverge(self, what: str, recorded: object, computed: object, code: str = "replay.diverged") -> NoReturn:
        raise Diverged(code, self.index, self.entry.act, what, recorded=recorded, computed=computed)

    def same(self, what: str, recorded: object, computed: object) -> None:
        """Compare whole values; lists of JSON and tuples of ours are alike."""
        alike = type(recorded) is type(computed) and recorded == computed
        if not alike and plain(recorded) != plain(computed):
            self.diverge(what, recorded, computed)

    def holds(self, what: str, condition: object, recorded: object, computed: object) -> None:
        if not condition:
            self.diverge(what, recorded, computed)

    def finding(self, **computed: object) -> None:
        """The finding must have exactly these values, and no others."""
        found = {name: plain(value) for name, value in computed.items()}
        for name in sorted({*self.entry.finding, *computed}):
            recorded = self.entry.finding.get(name, _ABSENT)
            expected = found.get(name, _ABSENT)
            if recorded != expected or isinstance(recorded, bool) != isinstance(expected, bool):
                self.diverge(f"finding.{name}", recorded, expected)

    def skip(self, what: str, why: str) -> None:
        self.unchecked.append(Unchecked(self.index, self.entry.act, what, why))

    def follows(self, act: str, about: str, needed: Callable[[int], bool]) -> None:
        """See `Due`."""
        self.due.append(Due(act, about, needed))

    # --- reading ------------------------------------------------------------------------------------------------

    def text(self, name: str) -> str:
        value: str = self._value(name, str)
        return value

    def number(self, name: str) -> int:
        value: int = self._value(name, int)
        if isinstance(value, bool) or value < 0:
            self.diverge(name, value, "a whole number from 0", "replay.malformed")
        return value

    def flag(self, name: str) -> bool:
        value: bool = self._value(name, bool)
        return value

    def items(self, name: str) -> list[Any]:
        value: list[Any] = self._value(name, list)
        return value

    def refs(self, name: str) -> tuple[str, ...]:
        found = self.items(name)
        if not all(isinstance(one, str) for one in found) or len(set(found)) != len(found):
            self.diverge(name, found, "references, each once", "replay.malformed")
        return tuple(found)

    def instant(self, name: str) -> datetime | None:
        """A time, or None where the entry leaves it out, empty or null."""
        value = self.data.get(name)
        return None if value is None or value == "" else self.time_of(name, value)

    def time_of(self, name: str, value: object) -> datetime:
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.diverge(name, value, "a time with its zone", "replay.malformed")
        return found

    def _value(self, name: str, kind: type) -> Any:
        value = self.data.get(name, _ABSENT)
        if not isinstance(value, kind):
            self.diverge(name, value, f"a value of type {kind.__name__}", "replay.malformed")
        return value

    def made(self, letter: str, name: str) -> str:
        """The reference of the thing that this entry makes: a letter and the entry's own index."""
        ref = self.text(name)
        if ref != f"{letter}{self.index}":
            self.diverge(name, ref, f"{letter}{self.index}", "replay.reference")
        return ref

    def known(self, rows: Mapping[str, Row], name: str) -> Row:
        """The row that a value of the entry names, made by an earlier entry."""
        ref = self.text(name)
        if ref not in rows:
            self.diverge(name, ref, "something that an earlier entry made", "replay.reference")
        return rows[ref]

    def body_of(self, ref: str) -> Body:
        found = self.state.bodies.get(ref)
        if found is None or found.until_index is not None:
            self.diverge("body", ref, "a body of this federation", "replay.reference")
        return found

    # --- documents ----------------------------------------------------------------------------------------------

    def document(self, name: str) -> str | None:
        """The text of a document; None, and noted as unchecked, where it has been erased or was not handed over."""
        digest = self.entry.documents.get(name)
        if digest is None:
            self.diverge(f"documents.{name}", "none", "a document", "replay.malformed")
        content = self.documents(digest)
        if content is None:
            self.skip(name, "erased")
            return None
        try:
            return content.decode()
        except UnicodeDecodeError:
            self.diverge(f"documents.{name}", "bytes", "text in UTF-8", "replay.malformed")

    def lines(self, name: str) -> list[str] | None:
        """The lines of a document, each ended; None as for `document`."""
        text = self.document(name)
        if text is None:
            return None
        if text and not text.endswith("\n"):
            self.diverge(f"documents.{name}", text[-40:], "whole lines", "replay.malformed")
        return text.split("\n")[:-1]


def plain(value: object) -> object:
    """A value as JSON gives it back."""
    if value is None or type(value) in {str, int, bool}:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return value.isoformat() if isinstance(value, datetime) else value


def _short(value: object) -> str:
    shown = repr(plain(value))
    return shown if len(shown) <= 120 else f"{shown[:117]}..."
