"""Words in articles: templates with values that a site can translate, and their English.

A sentence is a msgid with placeholders. Its values are names (never translated), numbers, counted things,
parts of a whole, and phrases that are msgids themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

Translate = Callable[[str], str]
Plural = Callable[[str, str, int], str]
Spell = Callable[[int], str]

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PARTS: Mapping[Fraction, str] = MappingProxyType({
    Fraction(1, 2): "half", Fraction(1, 3): "one third", Fraction(2, 3): "two thirds", Fraction(1, 4): "a quarter",
    Fraction(3, 4): "three quarters", Fraction(1, 5): "one fifth", Fraction(2, 5): "two fifths",
    Fraction(3, 5): "three fifths", Fraction(4, 5): "four fifths", Fraction(1, 10): "one tenth", Fraction(1): "all",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things: ``Count(14, "{n} day", "{n} days")``."""

    number: int
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a whole as words: "half", "two thirds", "60 per cent", "3 out of 7"."""

    share: Fraction


@dataclass(frozen=True, slots=True)
class Phrase:
    """A msgid with values of its own."""

    template: str
    values: tuple[tuple[str, "str | int | Count | Part | Phrase | Listing"], ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Several words in a row, joined by the msgid ``joint`` between the last two and ``comma`` before."""

    words: tuple["str | int | Count | Part | Phrase | Listing", ...]
    joint: str = "{first} and {last}"
    comma: str = ", "


def phrase(template: str, **values: "str | int | Count | Part | Phrase | Listing") -> Phrase:
    return Phrase(template, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Speech:
    """A language: how to translate a msgid, choose a plural and write a whole number."""

    translate: Translate
    plural: Plural
    spell: Spell

    def say(self, word: "str | int | Count | Part | Phrase | Listing") -> str:
        match word:
            case str():
                said = word
            case int():
                said = self.spell(word)
            case Count():
                said = self.plural(word.one, word.many, word.number).format(n=self.spell(word.number))
            case Part():
                said = self._part(word.share)
            case Phrase():
                values = {name: self.say(value) for name, value in word.values}
                said = self.translate(word.template).format(**values)
            case Listing():
                said = self._listing(word)
        return said

    def _part(self, share: Fraction) -> str:
        if share in _PARTS:
            return self.translate(_PARTS[share])
        if 100 % share.denominator == 0:
            return self.translate("{percent} per cent").format(percent=share.numerator * 100 // share.denominator)
        return self.translate("{n} out of {of}").format(n=share.numerator, of=share.denominator)

    def _listing(self, listing: Listing) -> str:
        said = [self.say(word) for word in listing.words]
        if len(said) < 2:
            return "".join(said)
        first = self.translate(listing.comma).join(said[:-1])
        return self.translate(listing.joint).format(first=first, last=said[-1])


def english_number(number: int) -> str:
    """Words up to twelve, then digits in groups of three."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def speech(translate: Translate, plural: Plural | None = None, spell: Spell | None = None) -> Speech:
    """English where nothing else is given. In another language numbers are digits, because number words inflect."""

    def two_forms(one: str, many: str, number: int) -> str:
        return translate(one if number == 1 else many)

    return Speech(translate, plural or two_forms, spell or (english_number if translate is str else str))


def sentence(text: str) -> str:
    """A capital at the front; names chosen in the charter may begin a sentence."""
    return text[:1].upper() + text[1:]


def days(number: int) -> Count:
    return Count(number, "{n} day", "{n} days")


def months(number: int) -> Count:
    return Count(number, "{n} month", "{n} months")


def minutes(number: int) -> Count:
    return Count(number, "{n} minute", "{n} minutes")


def people(number: int) -> Count:
    return Count(number, "{n} person", "{n} people")


_UNITS = {
    "members": ("member", "members"), "voters": ("voter", "voters"), "inhabitants": ("inhabitant", "inhabitants"),
    "workers": ("worker", "workers"), "seats": ("seat", "seats"), "delegates": ("delegate", "delegates"),
    "companies": ("company", "companies"), "bodies": ("body", "bodies"), "terms": ("term", "terms"),
    "alternates": ("alternate", "alternates"), "deputies": ("deputy", "deputies"), "votes": ("vote", "votes"),
    "points": ("point", "points"), "electors": ("elector", "electors"), "trustees": ("trustee", "trustees"),
    "places": ("place", "places"),
}  # fmt: skip


def units(number: int, unit: str) -> Count:
    one, many = _UNITS[unit]
    return Count(number, f"{{n}} {one}", f"{{n}} {many}")


def unit_name(unit: str) -> Phrase:
    return Phrase(_UNITS[unit][0])
