"""Bytes that everybody must read alike: strict JSON, hashes and their spellings.

What is hashed or signed is compact JSON in UTF-8: no spaces, fields in the order of the specification, no escapes but
those JSON asks for. `parse` takes exactly that and nothing else; `parse_loose` is for election.json alone, whose raw
bytes count and which others may write with spaces.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, NoReturn, TypeVar

from weft.errors import RuleBroken

Json = Any
"""What JSON holds, numbers being whole: dict, list, str, int, bool or None."""

_DEEPEST = 12  # an election, its trustees and a ballot nest at most 8 levels
_LONGEST_NUMBER = 16  # digits; large numbers are strings

_T = TypeVar("_T")


def sha256_hex(data: bytes) -> str:
    """SHA-256 in 64 hexadecimal digits: how the archive names things."""
    return sha256(data).hexdigest()


def fingerprint(data: bytes) -> str:
    """SHA-256 in Base64 without padding, 43 characters: how elections and ballots are named to people."""
    return b64(sha256(data).digest())


def b64(data: bytes) -> str:
    """Standard Base64 without the padding."""
    return b64encode(data).decode().rstrip("=")


def unb64(text: object, what: str) -> bytes:
    """The bytes of Base64 without padding, in its one spelling. Raises ``secret.format``."""
    if isinstance(text, str):
        try:
            data = b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (NotBase64, ValueError):
            data = b""
        if data and b64(data) == text:
            return data
    raise RuleBroken("secret.format", what=what)


def compact(value: Json) -> str:
    """Compact JSON, fields in the order given."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def parse(raw: bytes, what: str, most: int) -> Json:
    """Read compact JSON of at most so many bytes.

    Raises ``secret.format`` (what) for what is no such JSON: too long or too deep, a key twice, a fraction or an
    exponent, a number of many digits, text that is not UTF-8; ``secret.canonical`` (what) for JSON in another spelling.
    """
    value = parse_loose(raw, what, most)
    if compact(value).encode() != raw:
        raise RuleBroken("secret.canonical", what=what)
    return value


def parse_loose(raw: bytes, what: str, most: int) -> Json:
    """Like `parse`, with spaces and escapes as the writer liked them."""

    def refuse(_found: object = None) -> NoReturn:
        raise RuleBroken("secret.format", what=what)

    def number(digits: str) -> int:
        return int(digits) if len(digits) <= _LONGEST_NUMBER else refuse()

    if len(raw) > most:
        refuse()
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else refuse(),
            parse_float=refuse,
            parse_constant=refuse,
            parse_int=number,
        )
        compact(value).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        refuse()
    if _deeper(value, _DEEPEST):
        refuse()
    return value


def _deeper(value: Json, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict | list) and (levels == 0 or any(_deeper(one, levels - 1) for one in inner))


def fields(value: Json, names: Sequence[str], what: str) -> list[Json]:
    """The values of an object with exactly these fields in this order. Raises ``secret.format``."""
    if not isinstance(value, dict) or list(value) != list(names):
        raise RuleBroken("secret.format", what=what)
    return list(value.values())


def items(value: Json, read: Callable[[Json], _T], what: str, count: int | None = None) -> list[_T]:
    """A list, each item read; of exactly so many if said. Raises ``secret.format``."""
    if not isinstance(value, list) or (count is not None and len(value) != count):
        raise RuleBroken("secret.format", what=what)
    return [read(one) for one in value]


def whole(value: Json, what: str, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number within bounds, and no boolean. Raises ``secret.format``."""
    if type(value) is not int or not least <= value <= most:
        raise RuleBroken("secret.format", what=what)
    return value


def string(value: Json, what: str, most: int = 100_000) -> str:
    """A text of at most so many characters. Raises ``secret.format``."""
    if not isinstance(value, str) or len(value) > most:
        raise RuleBroken("secret.format", what=what)
    return value
