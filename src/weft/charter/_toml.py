"""Read TOML and remember on which line each key stands.

The standard library parses; it keeps no places. `places` walks the same text, already known to be valid,
and notes the line of every key, table header and list element.
"""

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping

from weft.charter._problems import Problem

Path = tuple[str | int, ...]
MAX_BYTES = 256 * 1024

#: Joiners that Persian, Arabic and Indic words need; every other format character can hide what a text says.
_ALLOWED_FORMAT = {"\u200c", "\u200d"}
_BAD_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# The parser needs quadratic time for very long dotted keys; no charter has keys this deep.
_KEY_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_KEY_PART}\.[ \t]*+){{24}}")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{4000}")


def bad_characters(text: str) -> str:
    """The first character of ``text`` that a charter may not hold, as ``U+202E``, or nothing."""
    for char in text:
        if unicodedata.category(char) in _BAD_CATEGORIES and char not in "\t\r\n" and char not in _ALLOWED_FORMAT:
            return f"U+{ord(char):04X}"
    return ""


def decode(text: str | bytes) -> str | Problem:
    """The text, if it is UTF-8 of a reasonable size."""
    try:
        data = text.encode() if isinstance(text, str) else text
        if len(data) > MAX_BYTES:
            return Problem(1, "", "file.size", found=str(len(data)), bound=str(MAX_BYTES))
        return data.decode()
    except UnicodeDecodeError as wrong:
        return Problem(wrong.object.count(b"\n", 0, wrong.start) + 1, "", "file.encoding")
    except UnicodeEncodeError as wrong:
        return Problem(wrong.object.count("\n", 0, wrong.start) + 1, "", "file.encoding")


def parse(text: str) -> tuple[dict[str, object], dict[Path, int]] | list[Problem]:
    """The values and their lines, or what is wrong with the text itself."""
    hidden = [
        Problem(number, "", "text.character", found=found)
        for number, line in enumerate(text.split("\n"), 1)
        if (found := bad_characters(line.replace("\r", "")))
    ]
    if hidden:
        return hidden
    if long := _LONG_KEY.search(text):
        return [Problem(text.count("\n", 0, long.start()) + 1, "", "file.depth")]
    try:
        return tomllib.loads(text), places(text)
    except tomllib.TOMLDecodeError as wrong:
        return [_syntax(text, str(wrong))]
    except RecursionError:
        return [Problem(1, "", "file.depth")]
    except ValueError:  # a number of more than 4,300 digits
        digits = _LONG_NUMBER.search(text)
        return [Problem(text.count("\n", 0, digits.start()) + 1 if digits else 1, "", "file.number")]


def _syntax(text: str, message: str) -> Problem:
    at = _AT_LINE.search(message)
    line = int(at[1]) if at else text.count("\n") + 1
    return Problem(line, "", "file.syntax", found=_AT_LINE.sub("", message).removesuffix(" (at end of document)"))


def places(text: str) -> dict[Path, int]:
    """The line, from 1, on which each key, table and list element of a valid document first stands."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    """One walk over one text; valid TOML only."""

    __slots__ = ("at", "counts", "ends", "lines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [place for place, char in enumerate(text) if char == "\n"]
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        base: Path = ()
        self.space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                base = self.header()
            else:
                self.pair(base)
            self.space()

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, bisect_left(self.ends, self.at) + 1)

    def space(self) -> None:
        """Skip blanks, line ends, comments and commas."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char in " \t\n,":
                self.at += 1
            else:
                return

    def blanks(self) -> None:
        while self.text[self.at] in " \t":
            self.at += 1

    def keys(self) -> tuple[str, ...]:
        """A key or a dotted key; stops at whatever follows it."""
        found = []
        while True:
            self.blanks()
            found.append(self.key())
            self.blanks()
            if self.text[self.at] != ".":
                return tuple(found)
            self.at += 1

    def key(self) -> str:
        start = self.at
        if self.text[start] in "\"'":
            self.string()
            return next(iter(tomllib.loads(self.text[start : self.at] + "=0")))
        while self.text[self.at] not in " \t.=]":
            self.at += 1
        return self.text[start : self.at]

    def header(self) -> Path:
        double = self.text.startswith("[[", self.at)
        start, self.at = self.at, self.at + (2 if double else 1)
        names = self.keys()
        end, self.at = self.at + (2 if double else 1), start
        path: Path = ()
        for place, name in enumerate(names):
            path = (*path, name)
            self.note(path)
            if double and place == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
                self.note(path)
        self.at = end
        return path

    def pair(self, base: Path) -> None:
        start = self.at
        names = self.keys()
        self.at, end = start, self.at
        for length in range(1, len(names) + 1):
            self.note((*base, *names[:length]))
        self.at = end + 1  # the equals sign
        self.value((*base, *names))

    def value(self, path: Path) -> None:
        self.blanks()
        char = self.text[self.at]
        if char in "\"'":
            self.string()
        elif char == "[":
            self.at += 1
            self.elements(path)
        elif char == "{":
            self.at += 1
            self.space()
            while self.text[self.at] != "}":
                self.pair(path)
                self.space()
            self.at += 1
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}\n#":
                self.at += 1

    def elements(self, path: Path) -> None:
        place = 0
        self.space()
        while self.text[self.at] != "]":
            self.note((*path, place))
            self.value((*path, place))
            place += 1
            self.space()
        self.at += 1

    def string(self) -> None:
        quote = self.text[self.at]
        triple = self.text.startswith(quote * 3, self.at)
        end = quote * 3 if triple else quote
        self.at += len(end)
        while not self.text.startswith(end, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(end)
        if triple:  # up to two more quotes belong to the text
            self.at += len(self.text[self.at : self.at + 2]) - len(self.text[self.at : self.at + 2].lstrip(quote))


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest table around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
