"""Trustees: who can open the tally together, and the list that says so in the archive.

    trustees.json = [["Single",{"pok","public_key"}]…, ["Pedersen",{"threshold","certs","coefexps","signatures",
                     "verification_keys"}]…]

A Single key is needed; of a Pedersen group any `threshold` are. Owners are numbered through the list from 1. The
election's key is the product of all. Form: Belenios specification, sections 4.5 to 4.7, with the signatures and the
contexts of version 3, which version 2 passes over. How a Pedersen group comes about: `ceremony`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from weft.ballots.secret.codec import Json, compact, fields, items, parse, string, whole
from weft.ballots.secret.groups import Draw, Element, Group
from weft.ballots.secret.proofs import Proof, prove_key, proves_key, signs
from weft.errors import RuleBroken

MOST_TRUSTEES = 20
_MOST_BYTES = 1_000_000
_MOST_MESSAGE = 50_000


@dataclass(frozen=True, slots=True)
class Cert:
    """One trustee's keys for signing and for receiving shares, signed with the former."""

    verification: Element
    encryption: Element
    json: Json


@dataclass(frozen=True, slots=True)
class Coefficients:
    """g to each coefficient of one trustee's polynomial, signed."""

    elements: tuple[Element, ...]
    json: Json


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the list: its keys in order of their owners, and how many of them are needed."""

    keys: tuple[Element, ...]
    needed: int
    public_key: Element
    json: Json


@dataclass(frozen=True, slots=True)
class Trustees:
    """The list, verified. Owners are numbered from 1 through all its entries."""

    group: Group
    items: tuple[Item, ...]

    @property
    def keys(self) -> tuple[Element, ...]:
        """The verification keys; that of owner i stands at i - 1."""
        return tuple(key for item in self.items for key in item.keys)

    @property
    def public_key(self) -> Element:
        """The election's key."""
        return reduce(self.group.times, (item.public_key for item in self.items))

    def owners(self) -> Iterator[tuple[Item, range]]:
        """Each entry with the numbers of its owners."""
        first = 1
        for item in self.items:
            yield item, range(first, first + len(item.keys))
            first += len(item.keys)

    def raw(self) -> bytes:
        """trustees.json."""
        return compact([item.json for item in self.items]).encode()


def single(group: Group, secret: int, draw: Draw) -> Json:
    """The entry of a key that is always needed: ``["Single", …]``. secret: from 1 to q-1."""
    return ["Single", key_entry(group, secret, draw)]


def key_entry(group: Group, secret: int, draw: Draw) -> Json:
    """A key with the proof that its owner knows the secret."""
    public = group.secret_power(group.generator, secret)
    pok = prove_key(group, _pok_prefix(group, public), secret, draw)
    return {"pok": pok.json(), "public_key": group.text(public)}


def make_trustees(group: Group, entries: Sequence[Json]) -> Trustees:
    """Put entries together, Single ones first as Belenios wants them, and verify them all."""
    return read_trustees(group, compact(sorted(entries, key=lambda entry: entry[0] != "Single")).encode())


def read_trustees(group: Group, raw: bytes) -> Trustees:
    """Read and verify trustees.json: every proof, signature, context and key.

    Raises ``secret.trustees`` (what, trustee) for what does not hold, ``secret.format``, ``secret.element``, …
    """
    entries = items(parse(raw, "trustees", _MOST_BYTES), lambda entry: entry, "trustees")
    found, count = [], 0
    for entry in entries:
        kind, value = items(entry, lambda part: part, "trustees", 2)
        if string(kind, "trustees") not in {"Single", "Pedersen"}:
            raise RuleBroken("secret.trustees", what="kind", trustee=count + 1)
        read = _read_single if kind == "Single" else read_pedersen
        found.append(read(group, value))
        count += len(found[-1].keys)
    trustees = Trustees(group, tuple(found))
    if not 1 <= count <= MOST_TRUSTEES:
        raise RuleBroken("secret.trustees", what="number", trustee=count)
    if len(set(trustees.keys)) != count:
        raise RuleBroken("secret.trustees", what="twice", trustee=count)
    return trustees


def _read_single(group: Group, value: Json) -> Item:
    key = _read_key(group, value, ("pok", "public_key"), 1)
    return Item((key,), 1, key, ["Single", value])


def _read_key(group: Group, value: Json, names: Sequence[str], trustee: int) -> Element:
    pok, text, *_ = fields(value, names, "trustees")
    key = group.read(text)
    if key == group.one or not proves_key(group, _pok_prefix(group, key), key, Proof.read(group, pok)):
        raise RuleBroken("secret.trustees", what="pok", trustee=trustee)
    return key


def _pok_prefix(group: Group, public: Element) -> str:
    return f"pok|{group.name}|{group.text(public)}|"


# --- a Pedersen group ------------------------------------------------------------------------------------------

_PEDERSEN = ("threshold", "certs", "coefexps", "signatures", "verification_keys")


def read_pedersen(group: Group, value: Json) -> Item:
    """Verify the entry of a threshold key. Raises ``secret.trustees`` (what, trustee)."""
    threshold, certs, coefexps, signatures, keys = fields(value, _PEDERSEN, "trustees")
    size = len(certs) if isinstance(certs, list) else 0
    whole(size, "trustees", 1, MOST_TRUSTEES)
    whole(threshold, "trustees", 1, size)
    indexed = list(enumerate(items(certs, lambda cert: cert, "trustees", size), 1))
    read = [read_cert(group, cert, index=i, size=size, threshold=threshold) for i, cert in indexed]
    different(read)
    rows = [
        read_coefficients(group, row, cert=read[i], index=i + 1, threshold=threshold)
        for i, row in enumerate(items(coefexps, lambda row: row, "trustees", size))
    ]
    for i, signature in enumerate(items(signatures, lambda one: one, "trustees", size)):
        check_certs_signature(group, certs, rows[i], read[i], signature, index=i + 1)
    found = [
        check_key_entry(group, rows, read[i], entry, index=i + 1)
        for i, entry in enumerate(items(keys, lambda key: key, "trustees", size))
    ]
    public = reduce(group.times, (row.elements[0] for row in rows))
    return Item(tuple(found), threshold, public, ["Pedersen", value])


def context(group: Group, *, size: int, threshold: int, index: int) -> Json:
    return {"group": group.name, "size": size, "threshold": threshold, "index": index}


def _open_signed(group: Group, value: Json) -> tuple[str, Proof]:
    message, signature = fields(value, ("message", "signature"), "trustees")
    return string(message, "trustees", _MOST_MESSAGE), Proof.read(group, signature)


def read_cert(group: Group, value: Json, *, index: int, size: int, threshold: int) -> Cert:
    """Verify a certificate. Raises ``secret.trustees`` ("context", "cert")."""
    message, signature = _open_signed(group, value)
    inner = parse(message.encode(), "trustees", _MOST_MESSAGE)
    said, verification, encryption = fields(inner, ("context", "verification", "encryption"), "trustees")
    expected = context(group, size=size, threshold=threshold, index=index)
    if compact(said) != compact(expected):
        raise RuleBroken("secret.trustees", what="context", trustee=index)
    key = group.read(verification)
    received = group.read(encryption)
    if group.one in {key, received} or not signs(group, key, message, signature):
        raise RuleBroken("secret.trustees", what="cert", trustee=index)
    return Cert(key, received, value)


def different(certs: Sequence[Cert]) -> None:
    """No two trustees have a key in common. Raises ``secret.trustees`` ("twice", the later one)."""
    seen: set[Element] = set()
    for index, cert in enumerate(certs, 1):
        if {cert.verification, cert.encryption} & seen or cert.verification == cert.encryption:
            raise RuleBroken("secret.trustees", what="twice", trustee=index)
        seen |= {cert.verification, cert.encryption}


def read_coefficients(group: Group, value: Json, *, cert: Cert, index: int, threshold: int) -> Coefficients:
    """Verify the signed g^coefficients of a polynomial. Raises ``secret.trustees`` ("coefexps")."""
    message, signature = _open_signed(group, value)
    (row,) = fields(parse(message.encode(), "trustees", _MOST_MESSAGE), ("coefexps",), "trustees")
    elements = items(row, group.read, "trustees", threshold)
    if not signs(group, cert.verification, message, signature):
        raise RuleBroken("secret.trustees", what="coefexps", trustee=index)
    return Coefficients(tuple(elements), value)


def certs_message(group: Group, certs: Sequence[Json], row: Coefficients) -> str:
    """What a trustee signs to say: these are the certificates that I have seen."""
    content = {"certs": list(certs), "coefexps": [group.text(element) for element in row.elements]}
    return "certs_sig|" + compact(content)


def check_certs_signature(
    group: Group, certs: Sequence[Json], row: Coefficients, cert: Cert, signature: Json, *, index: int
) -> None:
    """Raises ``secret.trustees`` ("certs_sig") unless this trustee has seen exactly these certificates."""
    proof = Proof.read(group, signature)
    if not signs(group, cert.verification, certs_message(group, certs, row), proof):
        raise RuleBroken("secret.trustees", what="certs_sig", trustee=index)


def check_key_entry(group: Group, rows: Sequence[Coefficients], cert: Cert, entry: Json, *, index: int) -> Element:
    """The verification key of one trustee: proved, signed, and the one that the polynomials give.

    Raises ``secret.trustees`` ("pok", "key", "key_signature").
    """
    key = _read_key(group, entry, ("pok", "public_key", "signature"), index)
    if key != verification_key(group, rows, index):
        raise RuleBroken("secret.trustees", what="key", trustee=index)
    if not signs(group, cert.verification, group.text(key), Proof.read(group, entry["signature"])):
        raise RuleBroken("secret.trustees", what="key_signature", trustee=index)
    return key


def share_commitment(group: Group, row: Coefficients, receiver: int) -> Element:
    """g^f(j) of one polynomial, from the g^coefficients alone."""
    found = group.one
    for element in reversed(row.elements):  # Horner: the exponents j stay small
        found = group.times(_small_power(group, found, receiver), element)
    return found


def verification_key(group: Group, rows: Sequence[Coefficients], index: int) -> Element:
    """g^S of one trustee, from everybody's g^coefficients."""
    return reduce(group.times, (share_commitment(group, row, index) for row in rows))


def _small_power(group: Group, element: Element, exponent: int) -> Element:
    found = group.one
    for bit in f"{exponent:b}":
        found = group.times(found, found)
        if bit == "1":
            found = group.times(found, element)
    return found
