"""What two versions of a charter differ in, and a new version made from an old one.

The file stays the truth: an amendment edits its text, keeps its comments, and is valid only if the new text
loads. Nothing here decides whether an amendment is *allowed*; that is an act, judged by `weft.deliberation`.
"""

import tomllib
from collections.abc import Iterable, Mapping, MutableMapping, MutableSequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import tomlkit

from weft.charter._load import load, read
from weft.charter._problems import CharterProblems, Problem
from weft.charter._toml import Path
from weft.charter.model import Charter, FreeArticle
from weft.charter.vocabulary import PRESETS, Node, Value, node_at, parameter_at, shape, split

AMENDED = "amended here; no longer the figure of the source"


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where the charter did not, or does not, have it."""

    path: str
    old: Value | None
    new: Value | None


@dataclass(frozen=True, slots=True)
class TextChange:
    """One article in the council's own words before and after; None where it was not, or is no longer, there."""

    id: str
    old: FreeArticle | None
    new: FreeArticle | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What an amendment changes. sources: paths whose note of origin differs; they decide nothing."""

    values: tuple[Change, ...] = ()
    texts: tuple[TextChange, ...] = ()
    sources: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.texts)


def diff(old: Charter, new: Charter) -> Changes:
    """Every value that differs, by path, defaults included, and every article of the council's own words."""
    before, after = values_of(old), values_of(new)
    was, now = {a.id: a for a in old.articles}, {a.id: a for a in new.articles}
    return Changes(
        values=tuple(
            Change(path, before.get(path), after.get(path))
            for path in dict.fromkeys((*before, *after))
            if before.get(path) != after.get(path)
        ),
        texts=tuple(
            TextChange(name, was.get(name), now.get(name))
            for name in dict.fromkeys((*was, *now))
            if was.get(name) != now.get(name)
        ),
        sources=tuple(
            path
            for path in dict.fromkeys((*old.sources, *new.sources))
            if old.sources.get(path) != new.sources.get(path)
        ),
    )


def values_of(charter: Charter) -> dict[str, Value]:
    """Every value that holds, by path in the order of the file, with the defaults of what is left out."""
    flat: dict[str, Value] = {}
    tree = {name: part for name, part in read(charter.text).items() if name not in ("articles", "sources")}
    _flatten(shape(), tree, (), flat)
    return flat


def _flatten(node: Node, tree: Mapping[str, object], path: Path, flat: dict[str, Value]) -> None:
    for name, child in node.children.items():
        if path or name not in ("articles", "sources"):
            _flatten_one(child, tree.get(name), (*path, name), flat)


def _flatten_one(node: Node, value: object, path: Path, flat: dict[str, Value]) -> None:
    if node.parameter:
        held = node.parameter.default if value is None else cast("Value", value)
        if held is not None:
            flat[".".join(map(str, path))] = held
    elif "*" in node.children:
        for name, entry in cast("dict[str, object]", value or {}).items():
            _flatten_one(node.children["*"], entry, (*path, name), flat)
    elif "#" in node.children:
        for place, entry in enumerate(cast("list[object]", value or [])):
            _flatten_one(node.children["#"], entry, (*path, place), flat)
    elif value is not None or (node.table and (node.table.always or node.table.required)):
        _flatten(node, cast("dict[str, object]", value or {}), path, flat)


def amend(
    charter: Charter,
    values: Iterable[tuple[str, Value | None]] = (),
    texts: Mapping[str, FreeArticle | None] | None = None,
) -> Charter:
    """The charter with these values set and these articles replaced; the old one is untouched.

    values: paths as in `diff`, with the new value. None takes a value out, so that its default holds; taking
            out every value of a table takes out the table. Only the last place of a list can be taken out.
    texts:  by the article's id: the new article, or None to strike it. A new id is added at the end.
    Where the old charter named a source for a changed figure, the new one says that it was amended.
    Raises CharterProblems, with the lines of the new text, where the result would not be a valid charter.
    """
    changes = dict(values)
    unknown = [path for path in changes if parameter_at(path) is None or path.startswith(("articles.", "sources."))]
    if unknown:
        raise CharterProblems(tuple(Problem(1, path, "key.unknown") for path in unknown))
    held = values_of(charter)
    gone = _tables_gone(changes, held)
    plain, kept = tomllib.loads(charter.text), tomlkit.parse(charter.text)
    for document in (plain, kept):
        _edit(cast("MutableMapping[str, Any]", document), changes, gone, texts or {}, charter)
    text = tomlkit.dumps(kept)
    if not _same(text, plain):  # the formatting library lost something: give up the comments, not the values
        text = tomlkit.dumps(plain)
    return load(text)


def _same(text: str, plain: Mapping[str, object]) -> bool:
    try:
        return tomllib.loads(text) == plain
    except tomllib.TOMLDecodeError:
        return False


def _tables_gone(changes: Mapping[str, Value | None], held: Mapping[str, Value]) -> list[Path]:
    """The outermost tables that lose every value they hold, last places of lists first."""
    gone: list[Path] = []
    for path in [split(path) for path, value in changes.items() if value is None]:
        for length in range(1, len(path)):
            table = path[:length]
            below = [name for name in held if split(name)[:length] == table]
            keeps = any(value is not None for name, value in changes.items() if split(name)[:length] == table)
            if below and not keeps and all(name in changes for name in below):
                if table not in gone:
                    gone.append(table)
                break
    return sorted(
        gone,
        key=lambda table: [(isinstance(step, str), str(step) if isinstance(step, str) else -step) for step in table],
    )


def _edit(
    document: MutableMapping[str, Any],
    changes: Mapping[str, Value | None],
    gone: list[Path],
    texts: Mapping[str, FreeArticle | None],
    charter: Charter,
) -> None:
    for path, value in changes.items():
        steps = split(path)
        if value is not None:
            _set(document, steps, value)
        elif not any(steps[: len(table)] == table for table in gone):
            _take_out(document, steps)
    for table in gone:
        _take_out(document, table)
    _edit_texts(document, texts)
    _edit_sources(document, changes, charter)


def _written(value: Value) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return list(value) if isinstance(value, tuple) else value


def _set(document: MutableMapping[str, Any], steps: Path, value: Value) -> None:
    here: Any = document
    for place, step in enumerate(steps[:-1]):
        inner = _child(here, step)
        following = steps[place + 1]
        if inner is None:
            inner = _create(here, step, [] if isinstance(following, int) else {})
        elif isinstance(inner, str):
            here[step] = _long_form(node_at(steps[: place + 1]), inner)
            inner = here[step]
        here = inner
    here[steps[-1]] = _written(value)


def _child(here: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return here[step] if step < len(here) else None
    return here.get(step)


def _create(here: Any, step: str | int, empty: Any) -> Any:
    if isinstance(step, int):
        if step != len(here):
            raise ValueError(f"a list has {len(here)} places; the next is {len(here)}, not {step}")
        here.append(empty)
        return here[step]
    here[step] = empty
    return here[step]


def _long_form(node: Node | None, short: str) -> dict[str, Any]:
    """A shorthand written out: ``"approval"`` as ``{ method = "approval" }``."""
    table = node.table if node else None
    if table is None:
        raise ValueError(f"{short!r} is not a shorthand")
    if table.short:
        return {table.short: short}
    return {name: _written(value) for name, value in PRESETS[table.presets][short].items()}


def _take_out(document: MutableMapping[str, Any], steps: Path) -> None:
    here: Any = document
    for place, step in enumerate(steps[:-1]):
        inner = _child(here, step)
        if inner is None:
            return
        if isinstance(inner, str):
            here[step] = _long_form(node_at(steps[: place + 1]), inner)
            inner = here[step]
        here = inner
    last = steps[-1]
    if isinstance(last, int) and last != len(here) - 1:
        raise ValueError("only the last place of a list can be taken out: the others would change their paths")
    if isinstance(last, int) or last in here:
        del here[last]


def _edit_texts(document: MutableMapping[str, Any], texts: Mapping[str, FreeArticle | None]) -> None:
    for name, article in texts.items():
        standing = cast("MutableSequence[Any]", document.get("articles", []))
        place = next((place for place, entry in enumerate(standing) if entry["id"] == name), None)
        if article is None:
            if place is not None:
                del standing[place]
        elif place is not None:
            for field in ("id", "title", "text"):
                if standing[place][field].strip() != getattr(article, field):
                    standing[place][field] = getattr(article, field)
        else:
            entry = {"id": article.id, "title": article.title, "text": article.text}
            if standing:
                standing.append(entry)
            else:
                document["articles"] = [entry]


def _edit_sources(document: MutableMapping[str, Any], changes: Mapping[str, Value | None], charter: Charter) -> None:
    sources = document.get("sources")
    if not sources:
        return
    now = read_values(document)
    for path in [path for path in sources if not _stands(now, path)]:
        if parameter_at(path) is None or not _stands(now, path.rpartition(".")[0]):
            del sources[path]
    for path, value in changes.items():
        covered = any(path == known or path.startswith(f"{known}.") for known in charter.sources)
        if covered and value is not None:
            sources[path] = {"status": "unknown", "note": AMENDED}


def read_values(document: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: part for name, part in document.items() if name != "sources"}


def _stands(document: Any, path: str) -> bool:
    for step in split(path):
        if isinstance(document, str):
            return True
        inner = _child(document, step) if isinstance(document, Mapping | MutableSequence) else None
        if inner is None:
            return False
        document = inner
    return True
