"""Codes that people read from paper and type on a telephone.

Words of two syllables, a consonant and a vowel each: 14 x 5 = 70 syllables, about 12 bits a word. They
can be read aloud and typed with a Latin keyboard whatever one's language. All chance is from `secrets`.
"""

import hashlib
import hmac
import secrets
import unicodedata

CARD_WORDS = 3  # 36 bits, with a number and a limit on attempts
INVITATION_WORDS = 6  # 73 bits, looked up by digest
RECOVERY_WORDS = 6
CLAIM_WORDS = 12  # 147 bits: must stand for years, without a server to limit attempts
NUMBER_DIGITS = 8

_CONSONANTS = "bdfgjklmnprstv"
_VOWELS = "aeiou"


def new_words(count: int) -> str:
    """A fresh code such as ``bado-kemi-tufa``."""
    return "-".join(_syllable() + _syllable() for _ in range(count))


def new_number() -> str:
    """A fresh card number of 8 digits, not secret; the caller checks that nobody has it."""
    return "".join(secrets.choice("0123456789") for _ in range(NUMBER_DIGITS))


def typed_words(text: str) -> str:
    """What a person typed, as it was made: any case, hyphens, spaces or none."""
    letters = [c for c in unicodedata.normalize("NFKC", text).casefold() if c in _CONSONANTS + _VOWELS]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, len(letters), 4))


def typed_digits(text: str) -> str:
    """Digits of any script, spaces left out."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())


def digest(code: str) -> str:
    """SHA-256 of a long random code, for look-ups. Not for anything short or chosen by a person."""
    return hashlib.sha256(code.encode()).hexdigest()


def claim_parts(key: str) -> tuple[bytes, str]:
    """(salt of 32 bytes, digest in hexadecimal) of a claim key: neither leads back to it or to the other."""
    salt = hmac.new(key.encode(), b"weft claim: salt", hashlib.sha256).digest()
    return salt, hmac.new(key.encode(), b"weft claim: digest", hashlib.sha256).hexdigest()


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
