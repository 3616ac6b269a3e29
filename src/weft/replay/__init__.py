"""Replay: judge every entry of a record again, and come to the same seats, offices, results and decisions.

    replay(entries, documents=...) -> State     raises Diverged at the first entry that does not hold
    Replay(documents)                           the same, entry by entry, while a record is read

The record shows that nothing was changed; replay shows that what stands in it was rightly decided. It takes nothing
from the server's tables: only entries, the documents handed over, and the functions of `weft` by which the server
judged as well. What it cannot judge because a document is erased, or stands elsewhere, it lists in `unchecked`.
What is checked of each act: docs/reference/acts.md. Why it can be: ADR 0006.
"""

from collections.abc import Iterable

from weft.errors import RuleBroken
from weft.record import Entry, NotProven
from weft.record.tree import leaf_hash
from weft.replay._act import Act, Diverged, Documents, Due, Unchecked
from weft.replay._rules import FIRST, RULES, Handler
from weft.replay.state import State

__all__ = ["RULES", "Diverged", "Replay", "State", "Unchecked", "replay"]


class Replay:
    """A replay under way: `take` every entry in order, then `finish`.

    documents: hash (hex) -> content, already checked against the hash; None where it is erased or not at hand.
    state: what follows from the entries taken so far. unchecked: what could not be judged in them.
    """

    def __init__(self, documents: Documents) -> None:
        self.state = State()
        self.unchecked: list[Unchecked] = []
        self._documents: Documents = lambda digest: documents(digest) if digest else None
        self._due: list[Due] = []
        self._rules = 0

    def take(self, leaf: bytes | Entry) -> None:
        """Judge the next entry. Raises Diverged, or NotProven for bytes that are no entry; then replay is over."""
        entry = leaf if isinstance(leaf, Entry) else Entry.from_bytes(leaf)
        act = Act(self.state, self.state.size, entry, self._documents, self.unchecked)
        handler = self._handler(act)
        self._settle(act)
        try:
            handler(act)
        except RuleBroken as refusal:
            act.diverge("act", "done", f"refused: {refusal}", "replay.refused")
        except NotProven:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as problem:
            # what an entry says is anybody's; whatever the rules cannot even read does not hold
            act.diverge(
                "values", f"{type(problem).__name__}: {problem}", "values that can be judged", "replay.malformed"
            )
        self._due = [*act.due, *self._due]  # what follows from this entry comes before what still has to come
        self.state.times.append(entry.at)
        leaf_bytes = leaf if isinstance(leaf, bytes) else entry.to_bytes()
        self.state.tree = self.state.tree.extended([leaf_hash(leaf_bytes)])

    def finish(self) -> State:
        """The state after the last entry, once nothing is owed that had to follow it."""
        for due in self._due:
            if due.needed(self.state.size):
                raise Diverged(
                    "replay.missing", self.state.size, due.act, due.about, recorded="no entry", computed=due.act
                )
        self._due.clear()
        return self.state

    def _handler(self, act: Act) -> Handler:
        """The function for this act; and what holds for every entry whatever it is about."""
        entry, state = act.entry, self.state
        if entry.rules not in RULES:
            act.diverge("rules", entry.rules, f"one of {sorted(RULES)}", "replay.rules")
        if entry.rules < self._rules:
            act.diverge("rules", entry.rules, f"{self._rules} or later, as before", "replay.rules")
        self._rules = entry.rules
        handler = RULES[entry.rules].get(entry.act)
        if handler is None:
            act.diverge("act", entry.act, "an act that these rules know", "replay.unknown_act")
        if state.times and entry.at < state.times[-1]:
            act.diverge("at", entry.at, f"{state.times[-1]} or later", "replay.time")
        if state.sealed_index is not None and not entry.act.startswith("operator."):
            act.diverge("act", entry.act, f"nothing after entry {state.sealed_index}", "replay.sealed")
        in_force = state.in_force[-1][1] if state.in_force else ""
        if entry.act in FIRST and not state.times:
            return handler
        if entry.charter != in_force or not in_force:
            act.diverge("charter", entry.charter, in_force, "replay.charter")
        return handler

    def _settle(self, act: Act) -> None:
        """What had to follow the entries before: this entry is the next of it, or nothing of it was needed."""
        while self._due:
            due = self._due.pop(0)
            if due.act == act.entry.act and due.about in _subjects(act):
                return
            if due.needed(act.index):
                act.diverge(due.about, act.entry.act, due.act, "replay.missing")


def _subjects(act: Act) -> list[object]:
    """What an entry is about, as something that had to follow names it."""
    return [act.entry.body, *(act.data.get(name) for name in ("motion", "accession", "after", "runoff_of"))]


def replay(entries: Iterable[bytes | Entry], *, documents: Documents) -> State:
    """Judge a whole record again. See `Replay`, which also tells what could not be judged."""
    run = Replay(documents)
    for entry in entries:
        run.take(entry)
    return run.finish()
