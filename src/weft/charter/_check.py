"""Compare a parsed file with the vocabulary: types, bounds, names. What depends on two values is in `_cross`."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction

from weft.charter._problems import Problem
from weft.charter._toml import Path, bad_characters, line_of
from weft.charter.vocabulary import PRESETS, Node, Parameter, Value, read_share, shape

Tree = dict[str, object]

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
RESERVED = ("electors",)


class Findings:
    """The problems of one file, and the paths they lie on."""

    __slots__ = ("_lines", "_text", "bad", "problems")

    def __init__(self, lines: Mapping[Path, int], text: str) -> None:
        self._lines = lines
        self._text = text
        self.problems: list[Problem] = []
        self.bad: set[Path] = set()

    def add(
        self, code: str, path: Path, *, found: str = "", bound: str = "", expected: str = "", other: str = ""
    ) -> None:
        """Report a problem on the line of ``path``; whatever lies around it is no longer cross-checked."""
        self.bad.update(path[:length] for length in range(1, len(path) + 1))
        line = line_of(self._lines, path)
        self.problems.append(Problem(line, shown(path), code, found, bound, expected, other))

    def clean(self, *paths: Path) -> bool:
        """True where no problem lies at or below the paths, so that a further check says something new."""
        return self.bad.isdisjoint(paths)

    def hidden(self, value: str) -> str:
        """A forbidden character that the file spells with an escape; those written out are reported by line."""
        found = bad_characters(value)
        return found if found and chr(int(found.removeprefix("U+"), base=16)) not in self._text else ""


def shown(path: Path) -> str:
    """A path as people read it; keys are the file's own words, so they are cut and cleaned."""
    return ".".join(str(step) if isinstance(step, int) else _cut(step, 120) for step in path)


def check(raw: Mapping[str, object], findings: Findings) -> Tree:
    """The values that are right by themselves, with shares as fractions and shorthands written out."""
    return _table(shape(), raw, (), findings)


def describe(value: object) -> str:
    """A value as it is named in a sentence."""
    words = str(value) if isinstance(value, bool | float | Fraction) else ""
    match value:
        case bool():
            words = words.lower()
        case int():
            words = str(value) if abs(value) < 10**18 else "a very long number"
        case str():
            words = f'"{_cut(value, 60)}"'
        case dict():
            words = "a table"
        case list() | tuple():
            words = "a list"
        case dt.date() | dt.time():
            words = f"the date or time {value.isoformat()}"
    return words


def _cut(text: str, length: int) -> str:
    clean = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def _node(node: Node, raw: object, path: Path, findings: Findings) -> object:
    """The value of one place, or None where it cannot be used."""
    if node.parameter:
        before = len(findings.problems)
        value = _READERS[node.parameter.kind](node.parameter, raw, path, findings)
        return value if len(findings.problems) == before else None
    if "#" in node.children:
        return _list(node.children["#"], raw, path, findings)
    if "*" in node.children:
        return _named(node.children["*"], raw, path, findings)
    return _one_table(node, raw, path, findings)


def _one_table(node: Node, raw: object, path: Path, findings: Findings) -> Tree | None:
    if isinstance(raw, str) and node.table and node.table.presets:
        presets = PRESETS[node.table.presets]
        if raw in presets:
            return dict(presets[raw])
        _wrong_choice(raw, tuple(presets), path, findings)
    elif isinstance(raw, str) and node.table and node.table.short:
        return _table(node, {node.table.short: raw}, path, findings)
    elif isinstance(raw, dict):
        return _table(node, raw, path, findings)
    else:
        findings.add("type.table", path, found=describe(raw))
    return None


def _table(node: Node, raw: Mapping[str, object], path: Path, findings: Findings) -> Tree:
    result: Tree = {}
    for key, value in raw.items():
        child = node.children.get(key)
        if child is None:
            near = get_close_matches(key, node.children, n=1)
            code = "key.unknown_near" if near else "key.unknown"
            findings.add(code, (*path, key), expected=near[0] if near else "")
            continue
        read = _node(child, value, (*path, key), findings)
        if read is not None:
            result[key] = read
    for key, child in node.children.items():
        if key not in raw and _required(child):
            findings.add("key.missing", (*path, key), expected=_meaning(child))
    return result


def _required(node: Node) -> bool:
    inner = node.children.get("*", node)
    return bool((node.parameter and node.parameter.required) or (inner.table and inner.table.required))


def _meaning(node: Node) -> str:
    row = node.parameter or node.children.get("*", node).table
    return row.meaning if row else ""


def _named(node: Node, raw: object, path: Path, findings: Findings) -> Tree | None:
    if not isinstance(raw, dict):
        findings.add("type.table", path, found=describe(raw))
        return None
    if not _count(node, raw, path, findings):
        return None
    result: Tree = {}
    for key, value in raw.items():
        here = (*path, key)
        if path != ("sources",) and not NAME.fullmatch(key):
            findings.add("id.form", here, found=describe(key))
        elif key in RESERVED:
            findings.add("id.reserved", here, found=key)
        else:
            read = _node(node, value, here, findings)
            if read is not None:
                result[key] = read
    return result


def _list(node: Node, raw: object, path: Path, findings: Findings) -> list[object] | None:
    if not isinstance(raw, list):
        findings.add("type.tables", path, found=describe(raw))
        return None
    if not _count(node, raw, path, findings):
        return None
    # A place that cannot be used keeps its number, because paths count places.
    return [_node(node, value, (*path, place), findings) or {} for place, value in enumerate(raw)]


def _count(node: Node, raw: Sequence[object] | Mapping[str, object], path: Path, findings: Findings) -> bool:
    if node.table and len(raw) > node.table.high:
        findings.add("bound.many", path, found=str(len(raw)), bound=str(node.table.high))
        return False
    if node.table and node.table.required and not raw:
        findings.add("bound.few", path, found="0", bound="1")
        return False
    return True


def _bounds(parameter: Parameter, value: int | Fraction, path: Path, findings: Findings) -> None:
    low, high = parameter.low, parameter.high
    found = describe(value)
    if low is not None and parameter.kind == "share" and low == 0 and value <= 0:
        findings.add("bound.above", path, found=found, bound="0", other=parameter.unit)
    elif low is not None and value < low:
        findings.add("bound.low", path, found=found, bound=str(low), other=parameter.unit)
    elif high is not None and value > high:
        findings.add("bound.high", path, found=found, bound=str(high), other=parameter.unit)


def _whole(parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if isinstance(raw, bool) or not isinstance(raw, int):
        findings.add("type.whole", path, found=describe(raw))
        return None
    _bounds(parameter, raw, path, findings)
    return raw


def _share(parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    value = read_share(raw) if isinstance(raw, str) else None
    if value is None:
        findings.add("type.share", path, found=describe(raw))
        return None
    _bounds(parameter, value, path, findings)
    return value


def _yes_no(_parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if not isinstance(raw, bool):
        findings.add("type.yes_no", path, found=describe(raw))
        return None
    return raw


def _text(parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if not isinstance(raw, str):
        findings.add("type.text", path, found=describe(raw))
        return None
    value = raw.strip()
    if hidden := findings.hidden(raw):
        findings.add("text.character", path, found=hidden)
    elif parameter.kind == "line" and "\n" in value:
        findings.add("text.lines", path)
    elif parameter.low and not value:
        findings.add("text.empty", path, bound=str(parameter.low))
    elif parameter.low is not None and len(value) < parameter.low:
        findings.add("text.short", path, found=str(len(value)), bound=str(parameter.low))
    elif parameter.high is not None and len(value) > parameter.high:
        findings.add("text.long", path, found=str(len(value)), bound=str(parameter.high))
    return value


def _id(_parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if not isinstance(raw, str):
        findings.add("type.text", path, found=describe(raw))
        return None
    if not NAME.fullmatch(raw):
        findings.add("id.form", path, found=describe(raw))
    return raw


def _reference(_parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if not isinstance(raw, str):
        findings.add("type.text", path, found=describe(raw))
        return None
    return raw


def _wrong_choice(raw: str, choices: tuple[str, ...], path: Path, findings: Findings) -> None:
    near = get_close_matches(raw, choices, n=1)
    code = "choice.near" if near else "choice"
    findings.add(code, path, found=describe(raw), expected=", ".join(choices), other=near[0] if near else "")


def _choice(parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    if not isinstance(raw, str):
        findings.add("type.text", path, found=describe(raw))
        return None
    if raw not in parameter.choices:
        _wrong_choice(raw, parameter.choices, path, findings)
    return raw


def _strings(parameter: Parameter, raw: object, path: Path, findings: Findings) -> Value | None:
    """A list of texts, each once; of choices, of references or of lines."""
    if not isinstance(raw, list):
        findings.add("type.list", path, found=describe(raw))
        return None
    if parameter.low is not None and len(raw) < parameter.low:
        findings.add("bound.few", path, found=str(len(raw)), bound=str(parameter.low))
        return None
    if isinstance(parameter.high, int) and len(raw) > parameter.high:
        findings.add("bound.many", path, found=str(len(raw)), bound=str(parameter.high))
        return None
    seen: dict[str, int] = {}
    for place, element in enumerate(raw):
        here = (*path, place)
        if not isinstance(element, str):
            findings.add("type.text", here, found=describe(element))
        elif hidden := findings.hidden(element):
            findings.add("text.character", here, found=hidden)
        elif parameter.choices and element not in parameter.choices:
            _wrong_choice(element, parameter.choices, here, findings)
        elif element in seen:
            findings.add("duplicate", here, found=describe(element), other=shown((*path, seen[element])))
        else:
            seen[element] = place
    return tuple(seen)


_READERS: Mapping[str, Callable[[Parameter, object, Path, Findings], Value | None]] = {
    "whole": _whole,
    "share": _share,
    "yes_no": _yes_no,
    "choice": _choice,
    "line": _text,
    "text": _text,
    "id": _id,
    "reference": _reference,
    "choices": _strings,
    "references": _strings,
    "lines": _strings,
}
