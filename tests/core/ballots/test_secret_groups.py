"""The groups and the proofs: laws that hold for all exponents, restated with Python's own numbers and with RFC 8032."""

from functools import reduce

import gmpy2
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.core.ballots.secret_elections import chance

from weft.ballots.secret import BELENIOS_2048, ED25519
from weft.ballots.secret.groups import _P, GROUPS, challenge, exponent_of, group_named, wide
from weft.ballots.secret.proofs import (
    Cipher,
    Proof,
    prove_key,
    prove_range,
    prove_same,
    proves_key,
    proves_range,
    proves_same,
)
from weft.ballots.secret.tally import discrete_log, lagrange
from weft.errors import RuleBroken

groups = st.sampled_from(sorted(GROUPS)).map(GROUPS.get)
big = st.integers(0, 2**260)
seeds = st.integers(0, 10**9)
few = settings(max_examples=25, deadline=None)

P = int(_P)


def edwards_power(scalar):
    """The point of RFC 8032, section 5.1, by its own formulas in whole numbers; encoded, then as Belenios writes it."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(one, other):
        (x1, y1), (x2, y2) = one, other
        k = d * x1 * x2 * y1 * y2
        return (x1 * y2 + x2 * y1) * pow(1 + k, -1, p) % p, (y1 * y2 + x1 * x2) * pow(1 - k, -1, p) % p

    y = 4 * pow(5, -1, p) % p
    x = 15112221349535400772501151409588531511454012693041857206046113283949847762202
    found, base = (0, 1), (x, y)
    for bit in reversed(f"{scalar:b}"):
        if bit == "1":
            found = add(found, base)
        base = add(base, base)
    return f"{found[1] | (found[0] & 1) << 255:064x}"


# --- groups ----------------------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_specifications():
    """Belenios specification 5.1, first and last digits; RFC 8032, section 5.1."""
    q, g = BELENIOS_2048.order, int(BELENIOS_2048.text(BELENIOS_2048.generator))

    assert q == 78571733251071885079927659812671450121821421258408794611510081919805623223441
    assert (P // 10**600, P % 10**16) == (20694785691422546, 5680162072880719)
    assert (g // 10**600, g % 10**14) == (2402352677501852, 37745308460627)
    assert P.bit_length() == 2048
    assert gmpy2.is_prime(P)
    assert gmpy2.is_prime(q)
    assert ((P - 1) % q, pow(g, q, P)) == (0, 1)
    assert ED25519.order == 2**252 + 27742317777372353535851937790883648493
    assert ED25519.text(ED25519.generator) == edwards_power(1) == "66" * 31 + "58"


@few
@given(st.integers(0, 2**252))
def test_powers_of_the_curve_are_those_of_its_formulas(scalar):
    expected = edwards_power(scalar % ED25519.order)

    assert ED25519.text(ED25519.generate(scalar)) == expected
    assert ED25519.text(ED25519.secret_power(ED25519.generator, scalar)) == expected


@few
@given(st.integers(0, 2**256), st.integers(0, 2**256))
def test_powers_of_the_numbers_are_pythons(first, second):
    g, p = int(BELENIOS_2048.generator), P

    base = pow(g, first % BELENIOS_2048.order, p)
    assert int(BELENIOS_2048.generate(first)) == base
    element, power = BELENIOS_2048.base(str(base))
    expected = pow(base, second % BELENIOS_2048.order, p)
    ways = (power, BELENIOS_2048.powers(element), BELENIOS_2048.fixed(element))
    assert {int(way(second)) for way in ways} == {expected}
    assert int(BELENIOS_2048.secret_power(element, second)) == int(BELENIOS_2048.power(element, second)) == expected


@few
@given(groups, big, big, big)
def test_the_laws_of_a_group(group, a, b, c):
    x, y, z = (group.generate(exponent) for exponent in (a, b, c))

    assert group.times(group.times(x, y), z) == group.times(x, group.times(y, z)) == group.generate(a + b + c)
    assert group.times(x, group.one) == x == group.over(x, group.one)
    assert group.over(x, x) == group.one == group.power(x, group.order) == group.generate(0)
    assert group.power(x, b) == group.power(y, a) == group.generate(a * b)
    assert group.over(group.times(x, y), y) == x
    assert group.power(x, -b) == group.over(group.one, group.power(x, b))
    assert group.read(group.text(x)) == group.known(group.text(x)) == x


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("exponent", [0, 1, 2, 31, 32, 2**128])
def test_powers_at_the_edges(group, exponent):
    x = group.generate(5)
    for edge in (exponent, group.order - exponent, group.order + exponent):
        expected = group.generate(5 * edge)
        assert group.base(group.text(x))[1](edge) == expected
        assert group.powers(x)(edge) == group.power(x, edge) == group.secret_power(x, edge) == expected
        assert group.fixed(x)(edge) == expected
    assert group.power(group.one, exponent) == group.secret_power(group.one, exponent) == group.one


def outsiders():
    """Texts that are no elements, each in a way of its own."""
    p, g = P, int(BELENIOS_2048.generator)
    point = ED25519.text(ED25519.generate(9))
    yield BELENIOS_2048, str(p - g), "of order 2q"
    yield BELENIOS_2048, str(p - 1), "of order 2"
    yield BELENIOS_2048, "0", "no unit"
    yield BELENIOS_2048, str(p), "not below p"
    yield BELENIOS_2048, str(p + g), "not below p"
    yield BELENIOS_2048, "0" + str(g), "leading zero"
    yield BELENIOS_2048, "+" + str(g), "sign"
    yield BELENIOS_2048, f"{g} ", "space"
    yield BELENIOS_2048, "\uff12", "digit of another script"
    yield BELENIOS_2048, hex(g), "hexadecimal"
    yield BELENIOS_2048, "2", "of another order"
    yield BELENIOS_2048, "", "empty"
    yield BELENIOS_2048, g, "no text"
    yield BELENIOS_2048, None, "no text"
    yield BELENIOS_2048, "1" * 5_000, "too long"
    yield ED25519, point.upper(), "capital letters"
    yield ED25519, point[2:], "too short"
    yield ED25519, point + "00", "too long"
    yield ED25519, "f" * 64, "not on the curve"
    yield ED25519, "7f" + "ff" * 30 + "ee", "y is p + 1: the identity in a second spelling"
    yield ED25519, "7f" + "ff" * 30 + "ec", "of order 2"
    yield ED25519, "0" * 64, "of order 4"
    yield ED25519, "2", "no point"
    yield ED25519, None, "no text"


@pytest.mark.parametrize(("group", "text", "why"), list(outsiders()))
def test_what_is_no_member_is_refused(group, text, why):
    for read in (group.read, group.base):
        with pytest.raises(RuleBroken) as refused:
            read(text)
        assert refused.value == RuleBroken("secret.element"), why


def test_a_point_of_small_order_beside_a_good_one_is_refused():
    """P + T for T of order 2 lies on the curve, and twice it is twice P."""
    from nacl import bindings as sodium

    order_2 = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
    mixed = sodium.crypto_core_ed25519_add(ED25519.generate(3), order_2)

    assert ED25519.times(mixed, mixed) == ED25519.generate(6) != ED25519.times(mixed, ED25519.generate(3))
    with pytest.raises(RuleBroken, match=r"secret\.element"):
        ED25519.read(ED25519.text(mixed))


@pytest.mark.parametrize("text", ["-1", "01", "1.0", "1e3", " 1", "", "٣", None, 5, True])
def test_an_exponent_has_one_spelling(text):
    with pytest.raises(RuleBroken, match=r"secret\.number"):
        exponent_of(ED25519, text)


@given(groups, st.integers(-3, 3))
def test_an_exponent_is_below_the_order(group, offset):
    text = str(group.order + offset)

    if offset < 0:
        assert exponent_of(group, text) == group.order + offset
    else:
        with pytest.raises(RuleBroken, match=r"secret\.number"):
            exponent_of(group, text)


@pytest.mark.parametrize("name", ["RFC-3526-2048", "ed25519", "", None, 7, ["Ed25519"]])
def test_other_groups_are_refused(name):
    with pytest.raises(RuleBroken) as refused:
        group_named(name)

    assert refused.value == RuleBroken("secret.group", group=name if isinstance(name, str) else "")


# --- proofs ----------------------------------------------------------------------------------------------------


@few
@given(groups, big, seeds, st.text(max_size=5))
def test_a_proof_of_a_key_holds_for_this_key_and_prefix_alone(group, secret, seed, prefix):
    public = group.generate(secret)
    proof = prove_key(group, f"x|{prefix}|", secret, chance(seed))

    assert Proof.read(group, proof.json()) == proof
    assert proves_key(group, f"x|{prefix}|", public, proof)
    assert not proves_key(group, f"y|{prefix}|", public, proof)
    assert not proves_key(group, f"x|{prefix}|", group.times(public, group.generator), proof)
    for other in broken(group, proof):
        assert not proves_key(group, f"x|{prefix}|", public, other)


def broken(group, proof):
    """The proof with each of its numbers changed by one."""
    for step in (1, -1):
        yield Proof((proof.challenge + step) % group.order, proof.response)
        yield Proof(proof.challenge, (proof.response + step) % group.order)


@few
@given(groups, big, big, seeds)
def test_a_proof_of_the_same_exponent_holds_for_these_two_alone(group, secret, r, seed):
    assume(r % group.order != 0)
    public, alpha = group.powers(group.generate(secret)), group.generate(r)
    factor = group.power(alpha, secret)
    for hashed in ((), (alpha, factor)):
        proof = prove_same(group, "d|", alpha, secret, chance(seed), hashed=hashed)

        def holds(pair, shown, prefix="d|", hashed=hashed, key=public):
            return proves_same(group, prefix, key, pair, shown, hashed=hashed)

        assert holds((alpha, factor), proof)
        assert not holds((alpha, group.times(factor, group.generator)), proof)
        assert not holds((group.times(alpha, group.generator), factor), proof)
        assert not holds((alpha, factor), proof, prefix="e|")
        assert not holds((alpha, factor), proof, key=group.powers(group.generate(secret + 1)))
        assert not any(holds((alpha, factor), other) for other in broken(group, proof))


@few
@given(groups, big, seeds, st.tuples(st.integers(0, 3), st.integers(1, 4)), st.data())
def test_a_number_is_shown_to_be_within_its_bounds_and_no_other_is(group, secret, seed, bounds, data):
    values = range(bounds[0], sum(bounds))
    r, m = data.draw(big), data.draw(st.sampled_from(values))
    other = data.draw(st.integers(0, 8).filter(lambda number: number not in values))
    y = group.fixed(group.generate(secret))

    def cipher(number):
        alpha, beta = group.generate(r), group.times(y(r), group.generate(number))
        return Cipher(group.powers(alpha), group.powers(beta), f"{group.text(alpha)},{group.text(beta)}")

    prefix = f"prove|S|{cipher(m).texts}|"
    proofs = prove_range(group, prefix, y, r=r, m=m, values=values, draw=chance(seed))

    def holds(shown, number=m, context="prove|S|"):
        return proves_range(group, context, y, cipher(number), values=values, proofs=shown)

    assert holds(proofs)
    assert not holds(proofs, number=other)
    assert not holds(proofs, context="prove|T|")
    place = data.draw(st.sampled_from(range(len(proofs))))
    for wrong in broken(group, proofs[place]):
        assert not holds([*proofs[:place], wrong, *proofs[place + 1 :]])
    if len(proofs) > 1:
        assert not holds([*proofs[1:], proofs[0]])


@few
@given(groups, st.text(max_size=8), st.lists(st.integers(1, 99), max_size=4))
def test_a_challenge_is_the_hash_of_prefix_and_texts(group, prefix, exponents):
    from hashlib import sha256

    elements = [group.generate(exponent) for exponent in exponents]
    text = prefix + ",".join(group.text(element) for element in elements)

    assert challenge(group, prefix, *elements) == int(sha256(text.encode()).hexdigest(), 16) % group.order


@given(groups, st.text(max_size=20))
def test_a_number_from_a_secret_is_the_remainder_of_two_hashes(group, text):
    from hashlib import sha256

    digits = "".join(sha256(f"{text}|{half}".encode()).hexdigest() for half in "01")

    assert wide(group, text) == int(digits, 16) % group.order


# --- opening ---------------------------------------------------------------------------------------------------


@few
@given(groups, st.integers(0, 300), st.integers(0, 300))
def test_a_logarithm_is_found_exactly_within_its_bound(group, n, most):
    assert discrete_log(group, group.generate(n), most) == (n if n <= most else None)


@given(groups, st.lists(big, min_size=1, max_size=6), st.data())
def test_lagrange_gives_the_constant_back_from_any_t_values(group, coefficients, data):
    t, q = len(coefficients), group.order
    chosen = data.draw(st.lists(st.integers(1, 20), min_size=t, max_size=t, unique=True))
    values = [reduce(lambda value, a, j=j: (value * j + a) % q, reversed(coefficients), 0) for j in chosen]

    total = sum(value * lagrange(group, chosen, j) for j, value in zip(chosen, values, strict=True))

    assert total % q == coefficients[0] % q
