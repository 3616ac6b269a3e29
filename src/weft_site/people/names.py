"""What a name and an address may look like.

Real names come in every script, in one word, with apostrophes, and longer than a form designer thinks.
Refused is only what no name contains: control and invisible characters that turn text around or hide
in it, floods of combining marks, and text without a single letter.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from weft.errors import RuleBroken

LONGEST_NAME = 200
MOST_MARKS_IN_A_ROW = 4  # pointed Hebrew and Tibetan need three or four
ZWNJ, ZWJ = "\u200c", "\u200d"
_VIRAMA = 9  # canonical combining class
_LINE_BREAKS = ("Zl", "Zp")
_INVISIBLE = {"\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u3164", "\uffa0", "\ufffd"}


def clean_name(text: str) -> str:
    """The name as it is stored: NFC, single spaces, none at the ends.

    Raises RuleBroken ``person.name`` with ``why``: empty, long, control, hidden, marks or letters.
    """
    name = unicodedata.normalize("NFC", text)
    name = re.sub(" +", " ", "".join(" " if unicodedata.category(c) == "Zs" else c for c in name)).strip(" ")
    if not name:
        raise RuleBroken("person.name", why="empty")
    if len(name) > LONGEST_NAME:
        raise RuleBroken("person.name", why="long", most=LONGEST_NAME)
    for place, char in enumerate(name):
        category = unicodedata.category(char)
        if category == "Cc" or category in _LINE_BREAKS:
            raise RuleBroken("person.name", why="control")
        if _is_hidden(char, category) and not _joins_letters(name, place):
            raise RuleBroken("person.name", why="hidden")
    if _longest_run_of_marks(name) > MOST_MARKS_IN_A_ROW:
        raise RuleBroken("person.name", why="marks")
    if not any(unicodedata.category(char).startswith("L") for char in name):
        raise RuleBroken("person.name", why="letters")
    return name


def clean_email(text: str) -> str:
    """The address in lower case. Raises RuleBroken ``person.email``.

    Only plain ASCII: with other letters two addresses can look, or fold, alike.
    """
    email = text.strip(" ").lower()
    try:
        validate_email(email)
    except ValidationError:
        raise RuleBroken("person.email", why="form") from None
    if not text.strip(" ").isascii() or len(email) > 254:
        raise RuleBroken("person.email", why="form")
    return email


def _is_hidden(char: str, category: str) -> bool:
    """Bidi controls, zero-width characters, private use, surrogates, fillers, the replacement sign.

    Unassigned characters pass: rare family names are in blocks younger than this Python.
    """
    return category in {"Cf", "Co", "Cs"} or char in _INVISIBLE


def _joins_letters(name: str, place: int) -> bool:
    """A joiner where spelling needs one, as in Sinhala or Persian names (RFC 5892, A.1 and A.2)."""
    char = name[place]
    if char not in (ZWNJ, ZWJ) or not 0 < place < len(name) - 1:
        return False
    before, after = name[place - 1], name[place + 1]
    if unicodedata.combining(before) == _VIRAMA:
        return True
    return char == ZWNJ and all("\u0620" <= c <= "\u06ff" and c.isalpha() for c in (before, after))


def _longest_run_of_marks(name: str) -> int:
    longest = run = 0
    for char in name:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest
