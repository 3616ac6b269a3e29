"""Proofs that give nothing away: knowledge of a key, equality of two logarithms, a number within bounds.

A proof is a challenge and a response, both modulo q. It is checked by computing the commitments from it and hashing
them again. Equations: Belenios specification, sections 4.5, 4.6.1, 4.12, 4.14 and 4.18.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from weft.ballots.secret.codec import Json, fields
from weft.ballots.secret.groups import Draw, Element, Group, Power, challenge, exponent_of


@dataclass(frozen=True, slots=True)
class Proof:
    """One challenge with its response, 0 <= both < q."""

    challenge: int
    response: int

    def json(self) -> Json:
        return {"challenge": str(self.challenge), "response": str(self.response)}

    @classmethod
    def read(cls, group: Group, value: Json) -> "Proof":
        """Raises ``secret.format``, or ``secret.number`` for what is no number modulo q in its one spelling."""
        challenge, response = fields(value, ("challenge", "response"), "proof")
        return cls(exponent_of(group, challenge), exponent_of(group, response))


@dataclass(frozen=True, slots=True)
class Cipher:
    """An encrypted number m: alpha = g^r, beta = y^r g^m, with the powers of both and their texts."""

    alpha: Power
    beta: Power
    texts: str  # "alpha,beta", as it is hashed


# --- knowledge of x in X = g^x ---------------------------------------------------------------------------------


def prove_key(group: Group, prefix: str, secret: int, draw: Draw) -> Proof:
    """That the prover knows the key; the prefix says what for."""
    w = draw(group.order)
    c = challenge(group, prefix, group.secret_power(group.generator, w))
    return Proof(c, (w - secret * c) % group.order)


def proves_key(group: Group, prefix: str, public: Element, proof: Proof) -> bool:
    """Whether the proof is one for the key of X = public."""
    committed = group.times(group.generate(proof.response), group.power(public, proof.challenge))
    return challenge(group, prefix, committed) == proof.challenge


def sign(group: Group, key: int, message: str, draw: Draw) -> Json:
    """A signed message as Belenios' trustees exchange it."""
    return {"message": message, "signature": prove_key(group, f"sigmsg|{message}|", key, draw).json()}


def signs(group: Group, public: Element, message: str, proof: Proof) -> bool:
    return proves_key(group, f"sigmsg|{message}|", public, proof)


# --- the same x in X = g^x and F = alpha^x ---------------------------------------------------------------------


def prove_same(
    group: Group, prefix: str, alpha: Element, secret: int, draw: Draw, *, hashed: Sequence[Element] = ()
) -> Proof:
    """hashed: elements that come before the commitments in the hash. Belenios has none there; see `tally`."""
    w = draw(group.order)
    commitments = group.secret_power(group.generator, w), group.secret_power(alpha, w)
    c = challenge(group, prefix, *hashed, *commitments)
    return Proof(c, (w - secret * c) % group.order)


def proves_same(
    group: Group,
    prefix: str,
    public: Power,
    pair: tuple[Element, Element],
    proof: Proof,
    *,
    hashed: Sequence[Element] = (),
) -> bool:
    """public: the powers of X. pair: alpha and F."""
    alpha, factor = pair
    first = group.times(group.generate(proof.response), public(proof.challenge))
    second = group.times(group.power(alpha, proof.response), group.power(factor, proof.challenge))
    return challenge(group, prefix, *hashed, first, second) == proof.challenge


# --- m is one of several numbers -------------------------------------------------------------------------------


def prove_range(group: Group, prefix: str, y: Power, *, r: int, m: int, values: range, draw: Draw) -> list[Proof]:
    """That alpha = g^r, beta = y^r g^m hides one of the values, without telling which.

    prefix: "prove|S|alpha,beta|". y: the powers of the election's key. The branches that are not true are made up:
    with random (c, s) they need g^s alpha^c = g^(s+rc) and y^s (beta/g^M)^c = y^(s+rc) g^((m-M)c), all fixed bases.
    """
    q = group.order
    w = draw(q)
    made: dict[int, Proof] = {value: Proof(draw(q), draw(q)) for value in values if value != m}
    commitments = []
    for value in values:
        if value == m:
            commitments += [group.generate(w), y(w)]
        else:
            exponent = made[value].response + r * made[value].challenge
            shift = group.generate((m - value) * made[value].challenge)
            commitments += [group.generate(exponent), group.times(y(exponent), shift)]
    c = (challenge(group, prefix, *commitments) - sum(proof.challenge for proof in made.values())) % q
    made[m] = Proof(c, (w - r * c) % q)
    return [made[value] for value in values]


def proves_range(
    group: Group, prefix: str, y: Power, cipher: Cipher, *, values: range, proofs: Sequence[Proof]
) -> bool:
    """Whether the proofs, one a value in order, show that the cipher hides one of the values.

    prefix: "prove|S|"; the cipher's texts are added here.
    """
    commitments = []
    for value, proof in zip(values, proofs, strict=True):
        c, s = proof.challenge, proof.response
        first = group.times(group.generate(s), cipher.alpha(c))
        second = group.times(y(s), cipher.beta(c))
        commitments += [first, group.times(second, group.generate(-value * c)) if value else second]
    total = sum(proof.challenge for proof in proofs) % group.order
    return challenge(group, f"{prefix}{cipher.texts}|", *commitments) == total
