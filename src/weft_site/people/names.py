"""What a name and an address may look like.

Real names come in every script, in one word, with apostrophes, and longer than a form designer thinks.
Refused is only what no name contains: control and invisible characters that turn text around or hide
in it, floods of combining marks, and text without a single letter.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from weft.errors import RuleBroken
from weft_site.texts import MOST_MARKS_IN_A_ROW, is_hidden, joins_letters, longest_run_of_marks, one_spaced

LONGEST_NAME = 200
_LINE_BREAKS = ("Zl", "Zp")


def clean_name(text: str) -> str:
    """The name as it is stored: NFC, single spaces, none at the ends.

    Raises RuleBroken ``person.name`` with ``why``: empty, long, control, hidden, marks or letters.
    """
    name = one_spaced(text)
    if not name:
        raise RuleBroken("person.name", why="empty")
    if len(name) > LONGEST_NAME:
        raise RuleBroken("person.name", why="long", most=LONGEST_NAME)
    for place, char in enumerate(name):
        category = unicodedata.category(char)
        if category == "Cc" or category in _LINE_BREAKS:
            raise RuleBroken("person.name", why="control")
        if is_hidden(char, category) and not joins_letters(name, place):
            raise RuleBroken("person.name", why="hidden")
    if longest_run_of_marks(name) > MOST_MARKS_IN_A_ROW:
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
