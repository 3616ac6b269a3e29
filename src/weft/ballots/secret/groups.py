"""The two groups of secret ballots, behind one interface: BELENIOS-2048 and Ed25519.

A group has a prime order q; its elements are written as text, as everybody publishes and hashes them. Only the group
looks inside an element. Exponents are whole numbers and count modulo q.

BELENIOS-2048 is the multiplicative group of the Belenios specification, section 5.1: numbers in base 10. Ed25519 is
the curve of RFC 8032: 64 hexadecimal digits of the big-endian number whose little-endian bytes are the encoded point.

Public exponents use whatever is fastest. `secret_power` is for keys and the chance that protects them: it takes the
same time for every exponent. Tables (`fixed`) do not; they serve public values and the chance of one single ballot.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from re import compile as pattern
from typing import Any, Final, Protocol

import gmpy2  # type: ignore[import-untyped]
from nacl import bindings as sodium

from weft.errors import RuleBroken

Element = Any
"""An element of a group: opaque, only its own group looks inside. Equal elements are equal as Python values."""

Draw = Callable[[int], int]
"""Chance, given by the caller: draw(n) is uniform in 0 <= x < n and unforeseeable, like `secrets.randbelow`."""

Power = Callable[[int], Element]
"""Raises one base to a public exponent."""


class Group(Protocol):
    """What a ballot, a proof and a key need to know of a group."""

    name: str
    order: int
    generator: Element
    one: Element

    def text(self, element: Element) -> str:
        """The element as it is published and hashed."""

    def read(self, text: object) -> Element:
        """The element that a text names. Raises ``secret.element`` unless it is a member, in the one spelling."""

    def known(self, text: str) -> Element:
        """The element that a text names which was read before: it is not tested again."""

    def base(self, text: object) -> tuple[Element, Power]:
        """Like `read`, together with the powers of the element: cheaper than asking for each of them anew."""

    def powers(self, element: Element) -> Power:
        """The powers of an element that is raised at least twice, to public exponents."""

    def times(self, first: Element, second: Element) -> Element:
        """The group's operation."""

    def over(self, first: Element, second: Element) -> Element:
        """The first times the inverse of the second."""

    def power(self, element: Element, exponent: int) -> Element:
        """An element to a public exponent."""

    def secret_power(self, element: Element, exponent: int) -> Element:
        """An element to an exponent that nobody may learn from the time it takes."""

    def fixed(self, element: Element) -> Power:
        """The powers of an element that is raised thousands of times: builds a table once. For public exponents."""

    def generate(self, exponent: int) -> Element:
        """The generator to a public exponent, by a table."""


_NUMBER = pattern(r"0|[1-9][0-9]{0,77}")


def challenge(group: Group, prefix: str, *elements: Element) -> int:
    """H(prefix, e1, …, en): SHA-256 of prefix and the elements' texts with commas between, as a number modulo q."""
    text = prefix + ",".join(map(group.text, elements))
    return int.from_bytes(sha256(text.encode()).digest(), "big") % group.order


def exponent_of(group: Group, text: object) -> int:
    """An exponent in base 10, 0 <= x < q, in its one spelling. Raises ``secret.number``."""
    if isinstance(text, str) and _NUMBER.fullmatch(text):
        number = int(text)
        if number < group.order:
            return number
    raise RuleBroken("secret.number")


def group_named(name: object) -> Group:
    """The group that an election names. Raises ``secret.group`` for one we do not use."""
    if not isinstance(name, str) or name not in GROUPS:
        raise RuleBroken("secret.group", group=name if isinstance(name, str) else "")
    return GROUPS[name]


def wide(group: Group, text: str) -> int:
    """A number modulo q from a secret text: SHA-256 of text|0 and text|1, one behind the other, so that it is even.

    512 bits against a q of 256: the remainder favours no number by more than 2^-250.
    """
    halves = (sha256(f"{text}|{half}".encode()).digest() for half in (0, 1))
    return int.from_bytes(b"".join(halves), "big") % group.order


# --- BELENIOS-2048 ---------------------------------------------------------------------------------------------

_P = gmpy2.mpz(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433812906663313"
    "8078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980"
    "0307904916540637771737641986785272734744763418356000356983051931442845617019110007867373073335641239717328979132"
    "4047457883446826065232797464795113767265869358218004631792207366886005262718636338608879688212076943236614949100"
    "2923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507"
    "711827842317498073276598828825169183103125680162072880719"
)
_Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441
_G = gmpy2.mpz(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298"
    "7493890950838965734256019006010684771644917354741372831046104586813145117816467554005274028898461398645326612150"
    "5579709716201616827031288643245666383486363578210615491841998253431518974065818686865115135857641013888221539601"
    "6043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173"
    "4951942489677540525736590494924776314759915751987751777114814909204566002054781270547282381409725186398583341157"
    "00568353695553423781475582491896050296680037745308460627"
)
_DIGITS = pattern(r"[1-9][0-9]{0,616}")
_WINDOW: Final = 10  # bits of an exponent that one look into a table of `fixed` settles
_LOW: Final = (1 << _WINDOW) - 1


class _Belenios2048:
    name = "BELENIOS-2048"
    order = _Q
    generator = _G
    one = gmpy2.mpz(1)

    def text(self, element: Element) -> str:
        return str(element)

    def read(self, text: object) -> Element:
        # The cofactor (p-1)/q is divisible by 2 and 3, so members cannot be tested many at a time.
        element = self._below_p(text)
        if gmpy2.powmod(element, _Q, _P) != 1:
            raise RuleBroken("secret.element")
        return element

    def known(self, text: str) -> Element:
        return gmpy2.mpz(text)

    def base(self, text: object) -> tuple[Element, Power]:
        element = self._below_p(text)
        power = _squared(element)
        if power(_Q) != 1:
            raise RuleBroken("secret.element")
        return element, power

    @staticmethod
    def _below_p(text: object) -> Element:
        if isinstance(text, str) and _DIGITS.fullmatch(text) and (element := gmpy2.mpz(text)) < _P:
            return element
        raise RuleBroken("secret.element")

    def powers(self, element: Element) -> Power:
        return _squared(element)

    def times(self, first: Element, second: Element) -> Element:
        return first * second % _P

    def over(self, first: Element, second: Element) -> Element:
        return first * gmpy2.invert(second, _P) % _P

    def power(self, element: Element, exponent: int) -> Element:
        return gmpy2.powmod(element, exponent % _Q, _P)

    def secret_power(self, element: Element, exponent: int) -> Element:
        return gmpy2.powmod_sec(element, exponent % _Q or _Q, _P)  # it wants an exponent above 0; x^q is x^0

    def fixed(self, element: Element) -> Power:
        rows, first = [], element
        for _ in range(-(-_Q.bit_length() // _WINDOW)):
            row = [gmpy2.mpz(1)]
            for _ in range((1 << _WINDOW) - 1):
                row.append(row[-1] * first % _P)
            rows.append(row)
            first = row[-1] * first % _P

        def power(exponent: int) -> Element:
            found, exponent = gmpy2.mpz(1), exponent % _Q
            for row in rows:
                if digit := exponent & _LOW:
                    found = found * row[digit] % _P
                exponent >>= _WINDOW
            return found

        return power

    def generate(self, exponent: int) -> Element:
        return _table_of_g()(exponent)


def _squared(element: Element) -> Power:
    """The powers of one element: it is squared 255 times once, then a power costs about 58 multiplications.

    Windows of five bits that begin with a 1 each take the square at their place into the product for their (odd)
    digit: A. C. Yao, "On the evaluation of powers", SIAM Journal on Computing 5 (1976); Knuth, TAOCP 4.6.3.
    """
    squares = [element]  # element^(2^i)
    squares += [element := element * element % _P for _ in range(_Q.bit_length() - 1)]

    def power(exponent: int) -> Element:
        by_digit: list[Element] = [None] * 32
        # q itself tests for membership
        for place, digit in _WINDOWS_OF_Q if exponent == _Q else _windows(exponent % _Q):
            before = by_digit[digit]
            by_digit[digit] = squares[place] if before is None else before * squares[place] % _P
        return _by_odd_digits(by_digit)

    return power


def _windows(exponent: int) -> list[tuple[int, int]]:
    """An exponent as (place, odd digit of up to five bits), lowest first: their sum of digit · 2^place."""
    found, rest, place = [], gmpy2.mpz(exponent), 0
    while (place := rest.bit_scan1(place)) is not None:
        found.append((place, int(rest >> place) & 31))
        place += 5
    return found


_WINDOWS_OF_Q = _windows(_Q)


def _by_odd_digits(parts: list[Element]) -> Element:
    """The product of parts[d]^d over the odd d, where None is 1."""
    run = found = gmpy2.mpz(1)  # parts[31]·parts[29]·…, and the product of these runs down to d = 3
    for part in parts[:1:-2]:
        if part is not None:
            run = run * part % _P
        found = found * run % _P
    found = found * found % _P * run % _P  # each run counts twice, that down to d = 1 once
    return found if parts[1] is None else found * parts[1] % _P


@lru_cache(maxsize=1)
def _table_of_g() -> Power:
    return BELENIOS_2048.fixed(_G)


# --- Ed25519 ---------------------------------------------------------------------------------------------------

_L = 2**252 + 27742317777372353535851937790883648493
_POINT = pattern(r"[0-9a-f]{64}")
_IDENTITY = bytes([1]) + bytes(31)


class _Ed25519:
    name = "Ed25519"
    order = _L
    generator = bytes([0x58]) + bytes([0x66]) * 31
    one = _IDENTITY

    def text(self, element: Element) -> str:
        return str(element[::-1].hex())

    def read(self, text: object) -> Element:
        if isinstance(text, str) and _POINT.fullmatch(text):
            point = bytes.fromhex(text)[::-1]
            # libsodium: on the curve, of order L, in the one spelling; it leaves out the identity
            if point == _IDENTITY or sodium.crypto_core_ed25519_is_valid_point(point):
                return point
        raise RuleBroken("secret.element")

    def known(self, text: str) -> Element:
        return bytes.fromhex(text)[::-1]

    def base(self, text: object) -> tuple[Element, Power]:
        element = self.read(text)
        return element, self.fixed(element)

    def powers(self, element: Element) -> Power:
        return self.fixed(element)

    def times(self, first: Element, second: Element) -> Element:
        return sodium.crypto_core_ed25519_add(first, second)

    def over(self, first: Element, second: Element) -> Element:
        return sodium.crypto_core_ed25519_sub(first, second)

    def power(self, element: Element, exponent: int) -> Element:
        scalar = exponent % _L
        if scalar == 0 or element == _IDENTITY:  # libsodium refuses to give or to take the identity
            return _IDENTITY
        if element == self.generator:
            return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar.to_bytes(32, "little"))
        return sodium.crypto_scalarmult_ed25519_noclamp(scalar.to_bytes(32, "little"), element)

    def secret_power(self, element: Element, exponent: int) -> Element:
        return self.power(element, exponent)  # libsodium takes the same time for every scalar

    def fixed(self, element: Element) -> Power:
        return lambda exponent: self.power(element, exponent)

    def generate(self, exponent: int) -> Element:
        return self.power(self.generator, exponent)


BELENIOS_2048: Final[Group] = _Belenios2048()
ED25519: Final[Group] = _Ed25519()
GROUPS: Final[Mapping[str, Group]] = {group.name: group for group in (BELENIOS_2048, ED25519)}
