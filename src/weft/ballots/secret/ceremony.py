"""The key ceremony: n trustees make one key together that any t of them can use and fewer cannot.

Four steps, each published by every trustee before the next one begins; all functions are pure and take what was
published. Commit, then reveal: nobody can choose a key after seeing the others'. A trustee keeps one thing, the seed:
22 characters of Base58, made on the own device. Everything else follows from it, signatures' chance included, so a
device may be closed between two steps.

    commit    {"commitment": SHA-256 of what will be revealed}
    reveal    {"cert","coefexps"}
    shares    {"signature","shares":[{"r","c"}…]}        one encrypted share for each trustee
    confirm   {"pok","public_key","signature"}           or {"complaint": i}, which ends this ceremony

The result is a Pedersen entry for `trustees`. The channel for shares is ours: ElGamal key agreement and AES-256-GCM.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from re import compile as pattern

from nacl import bindings as sodium
from nacl.exceptions import CryptoError

from weft.ballots.secret.codec import Json, b64, compact, fields, items, parse, sha256_hex, unb64
from weft.ballots.secret.groups import Draw, Element, Group, exponent_of, wide
from weft.ballots.secret.proofs import sign
from weft.ballots.secret.trustees import (
    MOST_TRUSTEES,
    Cert,
    Coefficients,
    certs_message,
    check_certs_signature,
    check_key_entry,
    context,
    different,
    key_entry,
    read_cert,
    read_coefficients,
    read_pedersen,
    share_commitment,
)
from weft.errors import RuleBroken

__all__ = [
    "Ceremony",
    "Revealed",
    "check_commitment",
    "check_confirmation",
    "check_reveal",
    "check_shares",
    "commit",
    "confirm",
    "own_key",
    "pedersen",
    "reveal",
    "shares",
    "usual_threshold",
]

_ID = pattern(r"[a-z0-9-]{1,64}")
_SEED = pattern(r"[1-9A-HJ-NP-Za-km-z]{22}")
_HEX = pattern(r"[0-9a-f]{64}")
_MOST_BYTES = 200_000
_NONCE = bytes(12)  # each key is used once


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One ceremony: a new one has a new id and new seeds.

    id: 1 to 64 of a-z, 0-9 and "-". size: 1 to 20 trustees, numbered from 1 in the order fixed at the opening.
    threshold: how many can open the tally; usually `usual_threshold(size)`.
    """

    id: str
    group: Group
    size: int
    threshold: int

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not 1 <= self.threshold <= self.size <= MOST_TRUSTEES:
            raise ValueError(f"no ceremony: {self.id!r}, {self.threshold} of {self.size}")


@dataclass(frozen=True, slots=True)
class Revealed:
    """What one trustee has revealed, verified."""

    cert: Cert
    coefficients: Coefficients


def usual_threshold(size: int) -> int:
    """More than half: 2 of 3, 3 of 5."""
    return size // 2 + 1


# --- what follows from the seed --------------------------------------------------------------------------------


def _keys(group: Group, seed: str) -> tuple[int, int]:
    """The keys to sign and to receive. Raises ``secret.seed`` for what is no seed."""
    if not _SEED.fullmatch(seed):
        raise RuleBroken("secret.seed")
    sk, dk = (int.from_bytes(sha256(f"{use}|{seed}".encode()).digest(), "big") % group.order for use in ("sk", "dk"))
    return sk, dk


def _polynomial(ceremony: Ceremony, index: int, seed: str) -> list[int]:
    start = f"weft/polynomial|{ceremony.id}|{index}|{seed}"
    return [wide(ceremony.group, f"{start}|{k}") for k in range(ceremony.threshold)]


def _evaluate(group: Group, polynomial: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * at + coefficient) % group.order
    return value


def _signed(group: Group, seed: str, key: int, message: str) -> Json:
    """A signature whose chance comes from seed and message, as in RFC 6979: the same again, and never for another."""
    return sign(group, key, message, lambda _q: wide(group, f"weft/nonce|{seed}|{message}"))


def _messages(ceremony: Ceremony, index: int, seed: str) -> tuple[str, str]:
    """What a trustee signs in its certificate and for its polynomial."""
    group = ceremony.group
    sk, dk = _keys(group, seed)
    g = group.generator
    keys = {
        "context": context(group, size=ceremony.size, threshold=ceremony.threshold, index=index),
        "verification": group.text(group.secret_power(g, sk)),
        "encryption": group.text(group.secret_power(g, dk)),
    }
    row = [group.text(group.secret_power(g, a)) for a in _polynomial(ceremony, index, seed)]
    return compact(keys), compact({"coefexps": row})


def _reveal(ceremony: Ceremony, index: int, seed: str) -> Json:
    sk, _ = _keys(ceremony.group, seed)
    keys, row = _messages(ceremony, index, seed)
    return {
        "cert": _signed(ceremony.group, seed, sk, keys),
        "coefexps": _signed(ceremony.group, seed, sk, row),
    }


# --- step 1 and 2: commit, reveal ------------------------------------------------------------------------------


def commit(ceremony: Ceremony, index: int, seed: str) -> bytes:
    """Step 1. Raises ``secret.seed``."""
    return compact({"commitment": _commitment(_reveal(ceremony, index, seed))}).encode()


def _commitment(revealed: Json) -> str:
    text = f"weft/ceremony/commit|{compact(revealed['cert'])}|{compact(revealed['coefexps'])}"
    return sha256_hex(text.encode())


def check_commitment(raw: bytes) -> str:
    """The hash that a trustee has committed to. Raises ``secret.format``, ``secret.canonical``."""
    (found,) = fields(parse(raw, "commitment", 200), ("commitment",), "commitment")
    if not isinstance(found, str) or not _HEX.fullmatch(found):
        raise RuleBroken("secret.format", what="commitment")
    return found


def reveal(ceremony: Ceremony, index: int, seed: str) -> bytes:
    """Step 2, once all commitments are in."""
    return compact(_reveal(ceremony, index, seed)).encode()


def check_reveal(
    ceremony: Ceremony, index: int, raw: bytes, *, commitments: Sequence[bytes], others: Mapping[int, bytes]
) -> Revealed:
    """Whether what trustee `index` reveals may be accepted.

    commitments: all of them, in order. others: what was revealed before, by index.
    Raises ``secret.step`` while commitments are missing, ``secret.commitment`` (trustee) if it does not open the own
    one, ``secret.trustees`` (what, trustee) for a wrong context or signature or a key that somebody else has.
    """
    if len(commitments) != ceremony.size:
        raise RuleBroken("secret.step", have=len(commitments), need=ceremony.size)
    value = parse(raw, "reveal", _MOST_BYTES)
    cert, coefexps = fields(value, ("cert", "coefexps"), "reveal")
    if _commitment(value) != check_commitment(commitments[index - 1]):
        raise RuleBroken("secret.commitment", trustee=index)
    found = _revealed(ceremony, index, cert, coefexps)
    before = [_read_reveal(ceremony, i, other).cert for i, other in others.items() if i != index]
    keys = {key for other in before for key in (other.verification, other.encryption)}
    if found.cert.verification == found.cert.encryption or keys & {found.cert.verification, found.cert.encryption}:
        raise RuleBroken("secret.trustees", what="twice", trustee=index)
    return found


def _revealed(ceremony: Ceremony, index: int, cert: Json, coefexps: Json) -> Revealed:
    group, threshold = ceremony.group, ceremony.threshold
    read = read_cert(group, cert, index=index, size=ceremony.size, threshold=threshold)
    return Revealed(read, read_coefficients(group, coefexps, cert=read, index=index, threshold=threshold))


def _read_reveal(ceremony: Ceremony, index: int, raw: bytes) -> Revealed:
    cert, coefexps = fields(parse(raw, "reveal", _MOST_BYTES), ("cert", "coefexps"), "reveal")
    return _revealed(ceremony, index, cert, coefexps)


def _all_revealed(ceremony: Ceremony, reveals: Sequence[bytes]) -> list[Revealed]:
    if len(reveals) != ceremony.size:
        raise RuleBroken("secret.step", have=len(reveals), need=ceremony.size)
    found = [_read_reveal(ceremony, index, raw) for index, raw in enumerate(reveals, 1)]
    different([one.cert for one in found])
    return found


# --- step 3: shares --------------------------------------------------------------------------------------------


def shares(ceremony: Ceremony, index: int, seed: str, *, reveals: Sequence[bytes], draw: Draw) -> bytes:
    """Step 3: sign what everybody revealed, and encrypt a share to each trustee, the own one too.

    Before that, everything revealed is checked again, and that the own part is what this seed gives.
    Raises ``secret.step``, ``secret.seed``, ``secret.trustees``.
    """
    group = ceremony.group
    found = _all_revealed(ceremony, reveals)
    _own(ceremony, index, seed, found[index - 1])
    sk, _ = _keys(group, seed)
    message = certs_message(group, [one.cert.json for one in found], found[index - 1].coefficients)
    polynomial = _polynomial(ceremony, index, seed)
    boxes = []
    for receiver, one in enumerate(found, 1):
        rho = 1 + draw(group.order - 1)
        r, z = group.secret_power(group.generator, rho), group.secret_power(one.cert.encryption, rho)
        plain = str(_evaluate(group, polynomial, receiver)).encode()
        key, said = _channel(ceremony, group.text(r), z, index, receiver)
        boxes.append({"r": group.text(r), "c": b64(sodium.crypto_aead_aes256gcm_encrypt(plain, said, _NONCE, key))})
    return compact({"signature": _signed(group, seed, sk, message)["signature"], "shares": boxes}).encode()


def _own(ceremony: Ceremony, index: int, seed: str, own: Revealed) -> None:
    """Raises ``secret.seed`` where the seed is not the one this trustee began with."""
    if _messages(ceremony, index, seed) != (own.cert.json["message"], own.coefficients.json["message"]):
        raise RuleBroken("secret.seed")


def _channel(ceremony: Ceremony, r: str, z: Element, sender: int, receiver: int) -> tuple[bytes, bytes]:
    """The key of one share and what is authenticated with it."""
    key = sha256(f"weft/share|{r}|{ceremony.group.text(z)}".encode()).digest()
    return key, f"weft/share|{ceremony.id}|{sender}|{receiver}".encode()


def check_shares(ceremony: Ceremony, index: int, raw: bytes, *, reveals: Sequence[bytes]) -> None:
    """Whether what trustee `index` publishes in step 3 may be accepted; only its receivers can judge a share.

    Raises ``secret.step``, ``secret.trustees`` ("certs_sig") if it signs for other certificates, ``secret.format``.
    """
    found = _all_revealed(ceremony, reveals)
    signature, _ = _read_shares(ceremony, raw)
    one = found[index - 1]
    certs = [other.cert.json for other in found]
    check_certs_signature(ceremony.group, certs, one.coefficients, one.cert, signature, index=index)


def _read_shares(ceremony: Ceremony, raw: bytes) -> tuple[Json, list[tuple[str, Element, bytes]]]:
    signature, boxes = fields(parse(raw, "shares", _MOST_BYTES), ("signature", "shares"), "shares")

    def box(value: Json) -> tuple[str, Element, bytes]:
        r, c = fields(value, ("r", "c"), "shares")
        return r, ceremony.group.read(r), unb64(c, "shares")

    return signature, items(boxes, box, "shares", ceremony.size)


# --- step 4: confirm or complain -------------------------------------------------------------------------------


def confirm(
    ceremony: Ceremony, index: int, seed: str, *, reveals: Sequence[bytes], dealt: Sequence[bytes], draw: Draw
) -> bytes:
    """Step 4: the own verification key, proved and signed; or a complaint that names who sent a wrong share.

    dealt: what everybody published in step 3, in order.
    """
    group = ceremony.group
    try:
        key = own_key(ceremony, index, seed, reveals=reveals, dealt=dealt)
    except RuleBroken as refusal:
        if refusal.rule != "secret.share":
            raise
        return compact({"complaint": refusal.numbers["trustee"]}).encode()
    entry = key_entry(group, key, draw)
    sk, _ = _keys(group, seed)
    return compact({**entry, "signature": _signed(group, seed, sk, entry["public_key"])["signature"]}).encode()


def own_key(ceremony: Ceremony, index: int, seed: str, *, reveals: Sequence[bytes], dealt: Sequence[bytes]) -> int:
    """The secret with which trustee `index` decrypts, from the seed and what was published: nothing else is kept.

    Raises ``secret.step``, ``secret.seed``, and ``secret.share`` (trustee) naming who sent a share that cannot be read
    or does not lie on the polynomial.
    """
    if len(dealt) != ceremony.size:
        raise RuleBroken("secret.step", have=len(dealt), need=ceremony.size)
    group = ceremony.group
    found = _all_revealed(ceremony, reveals)
    _own(ceremony, index, seed, found[index - 1])
    _, dk = _keys(group, seed)
    total = 0
    for sender, (raw, one) in enumerate(zip(dealt, found, strict=True), 1):
        try:
            r, element, box = _read_shares(ceremony, raw)[1][index - 1]
        except RuleBroken:
            raise RuleBroken("secret.share", trustee=sender) from None
        key, said = _channel(ceremony, r, group.secret_power(element, dk), sender, index)
        share = _open_share(group, key, said, box)
        expected = share_commitment(group, one.coefficients, index)
        if share is None or group.secret_power(group.generator, share) != expected:
            raise RuleBroken("secret.share", trustee=sender)
        total += share
    return total % group.order


def _open_share(group: Group, key: bytes, said: bytes, box: bytes) -> int | None:
    try:
        plain = sodium.crypto_aead_aes256gcm_decrypt(box, said, _NONCE, key)
        return exponent_of(group, plain.decode("ascii"))
    except (CryptoError, ValueError, RuleBroken):
        return None


def check_confirmation(ceremony: Ceremony, index: int, raw: bytes, *, reveals: Sequence[bytes]) -> None:
    """Whether what trustee `index` confirms may be accepted.

    Raises ``secret.complaint`` (trustee, by) if it is a complaint, which ends the ceremony; ``secret.trustees`` (what)
    for a key that the polynomials do not give or that is not proved and signed.
    """
    found = _all_revealed(ceremony, reveals)
    value = parse(raw, "confirmation", _MOST_BYTES)
    if isinstance(value, dict) and list(value) == ["complaint"]:
        named = value["complaint"]
        if type(named) is not int or not 1 <= named <= ceremony.size:
            raise RuleBroken("secret.format", what="confirmation")
        raise RuleBroken("secret.complaint", trustee=named, by=index)
    rows = [one.coefficients for one in found]
    check_key_entry(ceremony.group, rows, found[index - 1].cert, value, index=index)


def pedersen(
    ceremony: Ceremony, *, reveals: Sequence[bytes], dealt: Sequence[bytes], confirmations: Sequence[bytes]
) -> Json:
    """The result: a ``["Pedersen", …]`` entry, verified as every stranger will. Raises ``secret.step``, …"""
    for published in (reveals, dealt, confirmations):
        if len(published) != ceremony.size:
            raise RuleBroken("secret.step", have=len(published), need=ceremony.size)
    found = [parse(raw, "reveal", _MOST_BYTES) for raw in reveals]
    value = {
        "threshold": ceremony.threshold,
        "certs": [one["cert"] for one in found],
        "coefexps": [one["coefexps"] for one in found],
        "signatures": [_read_shares(ceremony, raw)[0] for raw in dealt],
        "verification_keys": [parse(raw, "confirmation", _MOST_BYTES) for raw in confirmations],
    }
    return read_pedersen(ceremony.group, value).json
