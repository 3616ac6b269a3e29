"""The tally: the product of the ballots, opened by the trustees together, never ballot by ballot.

    encrypted tally      [[{"alpha","beta"}…]…]
    sized                {"num_tallied","total_weight","encrypted_tally": SHA-256}
    partial decryption   {"decryption_factors":[[F…]…],"decryption_proofs":[[proof…]…]}     F = alpha^x
    owned                {"owner","payload": SHA-256}
    result               {"result":[[n…]…]}

Belenios' proof of a factor hashes neither alpha nor F, so a trustee can publish a wrong factor with a proof that
verifies, and nobody can be blamed. Weft's trustees therefore give a strong proof beside it, not in the archive:

    {"owner","strong":[[{"challenge","response"}…]…]}
    challenge = H("weft/decrypt|φ|X|", alpha, F, g^w, alpha^w), response = w - x·challenge mod q

Without strong proofs, a sum that cannot be read is looked for in other sets of trustees.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice
from math import isqrt

from weft.ballots.secret.codec import Json, compact, fields, items, parse, sha256_hex, whole
from weft.ballots.secret.election import MOST_ANSWERS, MOST_QUESTIONS, Election
from weft.ballots.secret.groups import Draw, Element, Group
from weft.ballots.secret.proofs import Proof, prove_same, proves_same
from weft.ballots.secret.trustees import Item, Trustees
from weft.errors import RuleBroken

__all__ = [
    "Decryption",
    "Tally",
    "add_ballots",
    "check_strong",
    "check_tally",
    "decrypt",
    "elements",
    "empty_tally",
    "open_tally",
    "read_decryption",
    "read_tally",
    "remove_ballot",
    "require_enough",
    "write_result",
    "write_tally",
]

_MOST_BYTES = 2_000 * MOST_QUESTIONS * MOST_ANSWERS
_MOST_SETS = 2_000  # sets of trustees that are tried to find out who is wrong

Pair = tuple[Element, Element]
Rows = tuple[tuple[Element, ...], ...]
Texts = Sequence[Sequence[tuple[str, str]]]
"""A ballot's encrypted choices: (alpha, beta) as texts, one row a question."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The product of `ballots` ballots, a row a question, a pair (alpha, beta) an answer."""

    pairs: tuple[tuple[Pair, ...], ...]
    ballots: int


@dataclass(frozen=True, slots=True)
class Decryption:
    """One trustee's factors, a row a question."""

    owner: int
    factors: Rows


# --- adding up -------------------------------------------------------------------------------------------------


def empty_tally(election: Election) -> Tally:
    one = election.group.one
    return Tally(tuple(tuple((one, one) for _ in question.answers) for question in election.questions), 0)


def add_ballots(election: Election, tally: Tally, ballots: Iterable[Sequence[Sequence[Pair]]]) -> Tally:
    """Multiply verified ballots into a tally. ballots: elements, a row a question; see `elements`."""
    times = election.group.times
    sums = [[list(pair) for pair in row] for row in tally.pairs]
    count = tally.ballots
    for ballot in ballots:
        count += 1
        for total, row in zip(sums, ballot, strict=True):
            for pair, (alpha, beta) in zip(total, row, strict=True):
                pair[0] = times(pair[0], alpha)
                pair[1] = times(pair[1], beta)
    return Tally(tuple(tuple((alpha, beta) for alpha, beta in row) for row in sums), count)


def remove_ballot(election: Election, tally: Tally, ballot: Sequence[Sequence[Pair]]) -> Tally:
    """Divide an earlier ballot of the same credential out again, when it is replaced."""
    over = election.group.over
    pairs = [
        tuple((over(a, alpha), over(b, beta)) for (a, b), (alpha, beta) in zip(total, row, strict=True))
        for total, row in zip(tally.pairs, ballot, strict=True)
    ]
    return Tally(tuple(pairs), tally.ballots - 1)


def elements(election: Election, texts: Texts) -> list[list[Pair]]:
    """A ballot's choices as elements of the group. Costs a test of membership each."""
    read = election.group.read
    return [[(read(alpha), read(beta)) for alpha, beta in row] for row in texts]


def write_tally(election: Election, tally: Tally) -> tuple[bytes, bytes]:
    """The encrypted tally and its sized form, as they stand in the archive."""
    text = election.group.text
    raw = compact([[{"alpha": text(a), "beta": text(b)} for a, b in row] for row in tally.pairs]).encode()
    sized = {"num_tallied": tally.ballots, "total_weight": tally.ballots, "encrypted_tally": sha256_hex(raw)}
    return raw, compact(sized).encode()


def check_tally(election: Election, tally: Tally, raw: bytes, sized: bytes) -> None:
    """Whether published bytes are exactly this tally. Raises ``secret.tally`` (what): "product", "number"."""
    expected, expected_size = write_tally(election, tally)
    if raw != expected:
        raise RuleBroken("secret.tally", what="product")
    if sized != expected_size:
        raise RuleBroken("secret.tally", what="number")


def read_tally(election: Election, raw: bytes, ballots: int) -> Tally:
    """A published tally, every element tested: what a trustee decrypts after comparing it with the ballots.

    Raises ``secret.format``, ``secret.element``.
    """
    group = election.group

    def pair(value: Json) -> Pair:
        alpha, beta = fields(value, ("alpha", "beta"), "tally")
        return group.read(alpha), group.read(beta)

    rows = _rows(election, parse(raw, "tally", _MOST_BYTES), pair, "tally")
    return Tally(rows, ballots)


def _rows(election: Election, value: Json, read: Callable[[Json], object], what: str) -> tuple[tuple[Json, ...], ...]:
    shape = iter(election.questions)
    rows = items(value, lambda row: (next(shape), row), what, len(election.questions))
    return tuple(tuple(items(row, read, what, len(question.answers))) for question, row in rows)


# --- a trustee's part ------------------------------------------------------------------------------------------


def decrypt(election: Election, owner: int, key: int, tally: Tally, draw: Draw) -> tuple[bytes, bytes, bytes]:
    """A partial decryption, its owned form, and the strong proofs.

    owner: the trustee's number. key: the secret, from `own_key` or of a Single trustee.
    Raises ``secret.few`` where fewer ballots were cast than the election asks for: they would give voters away.
    """
    group = election.group
    require_enough(election, tally.ballots)
    x = group.text(group.secret_power(group.generator, key))
    factors = [[group.secret_power(alpha, key) for alpha, _ in row] for row in tally.pairs]
    plain, strong = _prefix(election, x), _strong_prefix(election, x)
    proofs: list[list[Json]] = []
    strongs: list[list[Json]] = []
    for row, found in zip(tally.pairs, factors, strict=True):
        pairs = [(alpha, factor) for (alpha, _), factor in zip(row, found, strict=True)]
        proofs.append([prove_same(group, plain, alpha, key, draw).json() for alpha, _ in pairs])
        strongs.append([prove_same(group, strong, pair[0], key, draw, hashed=pair).json() for pair in pairs])
    texts = [[group.text(factor) for factor in row] for row in factors]
    raw = compact({"decryption_factors": texts, "decryption_proofs": proofs}).encode()
    owned = compact({"owner": owner, "payload": sha256_hex(raw)}).encode()
    return raw, owned, compact({"owner": owner, "strong": strongs}).encode()


def require_enough(election: Election, ballots: int) -> None:
    """Raises ``secret.few`` (ballots, minimum) below the number of voters that election.json asks for."""
    minimum = election.weft.get("minimum", 0)
    if whole(minimum, "weft") > ballots:
        raise RuleBroken("secret.few", ballots=ballots, minimum=minimum)


def _prefix(election: Election, x: str) -> str:
    return f"decrypt|{election.fingerprint}|{x}|"


def _strong_prefix(election: Election, x: str) -> str:
    return f"weft/decrypt|{election.fingerprint}|{x}|"


def read_decryption(election: Election, owner: int, public: Element, tally: Tally, raw: bytes) -> Decryption:
    """A partial decryption with its proofs, verified as Belenios does.

    Raises ``secret.decryption`` (trustee) where a proof fails, ``secret.format``, ``secret.element``.
    """
    group = election.group
    value = parse(raw, "decryption", _MOST_BYTES)
    factors, proofs = fields(value, ("decryption_factors", "decryption_proofs"), "decryption")
    read = Decryption(owner, _rows(election, factors, group.read, "decryption"))
    shown = _rows(election, proofs, lambda proof: Proof.read(group, proof), "decryption")
    prefix, power = _prefix(election, group.text(public)), group.powers(public)
    for pair, proof in _each(tally, read, shown):
        if not proves_same(group, prefix, power, pair, proof):
            raise RuleBroken("secret.decryption", trustee=owner)
    return read


def check_strong(election: Election, public: Element, tally: Tally, decryption: Decryption, raw: bytes) -> None:
    """Whether strong proofs hold for these very factors. Raises ``secret.factor`` (trustee), ``secret.format``."""
    group = election.group
    owner, strong = fields(parse(raw, "strong", _MOST_BYTES), ("owner", "strong"), "strong")
    if owner != decryption.owner or type(owner) is not int:
        raise RuleBroken("secret.format", what="strong")
    shown = _rows(election, strong, lambda proof: Proof.read(group, proof), "strong")
    prefix, power = _strong_prefix(election, group.text(public)), group.powers(public)
    for pair, proof in _each(tally, decryption, shown):
        if not proves_same(group, prefix, power, pair, proof, hashed=pair):
            raise RuleBroken("secret.factor", trustee=decryption.owner)


def _each(tally: Tally, decryption: Decryption, proofs: Sequence[Sequence[Proof]]) -> Iterable[tuple[Pair, Proof]]:
    for row, factors, shown in zip(tally.pairs, decryption.factors, proofs, strict=True):
        for (alpha, _), factor, proof in zip(row, factors, shown, strict=True):
            yield (alpha, factor), proof


# --- opening ---------------------------------------------------------------------------------------------------


def lagrange(group: Group, chosen: Sequence[int], delta: int) -> int:
    """λ of trustee delta among those chosen (numbers from 1 within their entry): ∏ k/(k-δ) mod q."""
    above = below = 1
    for k in chosen:
        if k != delta:
            above, below = above * k % group.order, below * (k - delta) % group.order
    return above * pow(below, -1, group.order) % group.order


def discrete_log(group: Group, element: Element, most: int) -> int | None:
    """The n with g^n = element and 0 <= n <= most, in about 2·√most steps; None if there is none. D. Shanks, 1971."""
    step = isqrt(most) + 1
    small, power = {}, group.one
    for n in range(step):
        small[power] = n
        power = group.times(power, group.generator)
    found = element
    for giant in range(step):
        if found in small:
            n = giant * step + small[found]
            return n if n <= most else None
        found = group.over(found, power)
    return None


def write_result(result: Sequence[Sequence[int]]) -> bytes:
    """``{"result":[[…]]}`` as it stands in the archive."""
    return compact({"result": [list(row) for row in result]}).encode()


def open_tally(
    election: Election, trustees: Trustees, tally: Tally, decryptions: Mapping[int, Decryption]
) -> tuple[tuple[int, ...], ...]:
    """The sums: how often each answer was given, a row a question.

    decryptions: by owner, each verified. Raises ``secret.trustees_missing`` (have, need) unless every entry of the
    list has as many as it needs; ``secret.factor`` (trustee) naming whose factors are wrong, if that can be found out
    from the others' factors; ``secret.result`` if it cannot.
    """
    sets: list[list[tuple[int, ...]]] = []
    for item, owners in trustees.owners():
        have = [owner for owner in owners if owner in decryptions]
        if len(have) < item.needed:
            raise RuleBroken("secret.trustees_missing", have=len(have), need=item.needed)
        sets.append(list(islice(combinations(have, item.needed), _MOST_SETS)))
    first = tuple(one[0] for one in sets)
    rows = _sums(election, tally, _factors(election.group, trustees, decryptions, first))
    if rows is None:
        _blame(election, trustees, tally, decryptions, sets)
    else:
        _all_agree(election.group, trustees, decryptions, first)
        return rows
    raise RuleBroken("secret.result")


def _factors(
    group: Group, trustees: Trustees, decryptions: Mapping[int, Decryption], chosen: Sequence[tuple[int, ...]]
) -> Rows:
    """The product of all entries' factors for one choice of trustees in each of them."""
    parts = [
        _entry_factors(group, item, owners, decryptions, picked)
        for (item, owners), picked in zip(trustees.owners(), chosen, strict=True)
    ]
    return reduce(lambda one, other: _pointwise(group, one, other), parts)


def _entry_factors(
    group: Group, item: Item, owners: range, decryptions: Mapping[int, Decryption], picked: Sequence[int]
) -> Rows:
    if len(item.keys) == 1:
        return decryptions[picked[0]].factors
    numbers = [owner - owners.start + 1 for owner in picked]
    weighted = []
    for owner, number in zip(picked, numbers, strict=True):
        weight = lagrange(group, numbers, number)
        weighted.append(tuple(tuple(group.power(f, weight) for f in row) for row in decryptions[owner].factors))
    return reduce(lambda one, other: _pointwise(group, one, other), weighted)


def _pointwise(group: Group, one: Rows, other: Rows) -> Rows:
    return tuple(tuple(map(group.times, row, row2)) for row, row2 in zip(one, other, strict=True))


def _sums(election: Election, tally: Tally, factors: Rows) -> tuple[tuple[int, ...], ...] | None:
    group, rows = election.group, []
    for pairs, row in zip(tally.pairs, factors, strict=True):
        found = []
        for (_, beta), factor in zip(pairs, row, strict=True):
            n = discrete_log(group, group.over(beta, factor), tally.ballots)
            if n is None:
                return None
            found.append(n)
        rows.append(tuple(found))
    return tuple(rows)


def _all_agree(
    group: Group, trustees: Trustees, decryptions: Mapping[int, Decryption], chosen: Sequence[tuple[int, ...]]
) -> None:
    """The first t of an entry gave readable sums: whoever else answered must lie on the same polynomial."""
    for (item, owners), picked in zip(trustees.owners(), chosen, strict=True):
        good = _entry_factors(group, item, owners, decryptions, picked)
        for owner in owners:
            if owner in decryptions and owner not in picked:
                other = (*picked[1:], owner)
                if _entry_factors(group, item, owners, decryptions, other) != good:
                    raise RuleBroken("secret.factor", trustee=owner)


def _blame(
    election: Election,
    trustees: Trustees,
    tally: Tally,
    decryptions: Mapping[int, Decryption],
    sets: Sequence[Sequence[tuple[int, ...]]],
) -> None:
    """Look for other sets that give readable sums; who spoils one of those is named. Raises ``secret.factor``."""
    first = [one[0] for one in sets]
    for at, choices in enumerate(sets):
        for picked in choices[1:]:
            chosen = [*first[:at], picked, *first[at + 1 :]]
            if _sums(election, tally, _factors(election.group, trustees, decryptions, chosen)) is None:
                continue
            for spoiler in first[at]:
                if spoiler not in picked:
                    tried = [*chosen[:at], (*picked[1:], spoiler), *chosen[at + 1 :]]
                    if _sums(election, tally, _factors(election.group, trustees, decryptions, tried)) is None:
                        raise RuleBroken("secret.factor", trustee=spoiler)
