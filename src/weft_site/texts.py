"""What a line and a text of a council may hold, whoever typed it. Names of people: `people.names`.

Refused is what nobody writes and what hides something: control characters, marks that turn text around,
invisible letters, floods of accents, and the sign that a browser puts for bytes it could not read. HTML and
formulas are text like any other: pages show them escaped, and sheets make them safe on their way out.
"""

import re
import unicodedata

from weft.errors import RuleBroken

MOST_MARKS_IN_A_ROW = 4  # pointed Hebrew and Tibetan need three or four
ZWNJ, ZWJ = "\u200c", "\u200d"
UNREADABLE = "\ufffd"
_VIRAMA = 9  # canonical combining class
_LINE_BREAKS = ("Zl", "Zp")
_INVISIBLE = {"\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", UNREADABLE}
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # marks of direction may stand


def clean_line(text: str, *, most: int) -> str:
    """One line as it is stored: NFC, single spaces, none at the ends. "" for nothing but spaces.

    Raises RuleBroken ``text.long`` (most), ``text.control`` (line breaks too), ``text.hidden``, ``text.marks``.
    """
    line = one_spaced(text)
    for place, char in enumerate(line):
        category = unicodedata.category(char)
        if category == "Cc" or category in _LINE_BREAKS:
            raise RuleBroken("text.control")
        if is_hidden(char, category) and not joins_letters(line, place):
            raise RuleBroken("text.hidden")
    _check_length_and_marks(line, most)
    return line


def clean_text(text: str, *, most: int) -> str:
    """A text of several lines as it is stored: NFC, line feeds between lines, nothing blank at the ends.

    Invisible joiners and marks of direction may stand, because scripts and emoji need them. Raises RuleBroken
    as `clean_line` does; ``text.hidden`` only for what turns text around, and for bytes that could not be read.
    """
    found = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    found = found.replace("\u2028", "\n").replace("\u2029", "\n\n").strip()
    for char in found:
        category = unicodedata.category(char)
        if category == "Cc" and char not in "\n\t":
            raise RuleBroken("text.control")
        if char in _TURNS_TEXT or char == UNREADABLE or category in {"Cs", "Co"}:
            raise RuleBroken("text.hidden")
    _check_length_and_marks(found, most)
    return found


def one_spaced(text: str) -> str:
    """NFC, every kind of space as one plain space, none at the ends."""
    plain = unicodedata.normalize("NFC", text)
    return re.sub(" +", " ", "".join(" " if unicodedata.category(c) == "Zs" else c for c in plain)).strip(" ")


def is_hidden(char: str, category: str) -> bool:
    """Bidi controls, zero-width characters, private use, surrogates, fillers, the replacement sign.

    Unassigned characters pass: rare family names are in blocks younger than this Python.
    """
    return category in {"Cf", "Co", "Cs"} or char in _INVISIBLE


def joins_letters(text: str, place: int) -> bool:
    """A joiner where spelling needs one, as in Sinhala or Persian names (RFC 5892, A.1 and A.2)."""
    char = text[place]
    if char not in (ZWNJ, ZWJ) or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    return char == ZWNJ and all("\u0620" <= c <= "\u06ff" and c.isalpha() for c in (before, after))


def longest_run_of_marks(text: str) -> int:
    """How many accents stand on one letter at most."""
    longest = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


def _check_length_and_marks(text: str, most: int) -> None:
    if len(text) > most:
        raise RuleBroken("text.long", most=most)
    if longest_run_of_marks(text) > MOST_MARKS_IN_A_ROW:
        raise RuleBroken("text.marks")
