"""A trustee who publishes a wrong factor with a proof that verifies: found, and named.

Belenios' proof hashes neither alpha nor the factor, so the liar chooses commitments first and fits the factor to the
challenge (`lying_decryption`). Every test here begins with such a factor.
"""

import json
from dataclasses import replace
from functools import cache

import pytest
from tests.core.ballots.secret_elections import TOOL, audit, chance, make, tool, tool_accepts, write

from weft.ballots.secret import BELENIOS_2048, ED25519
from weft.ballots.secret.codec import compact, sha256_hex
from weft.ballots.secret.groups import challenge
from weft.ballots.secret.proofs import prove_same
from weft.ballots.secret.tally import Tally, check_strong, open_tally, read_decryption, read_tally
from weft.errors import RuleBroken

GROUPS = pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)


@cache
def of_three(group, singles=0):
    """2 of 3, all of whom have decrypted, beside so many single keys."""
    owners = list(range(1, singles + 4))
    return make(group, singles=singles, pedersen=(3, 2), decrypt_by=owners)


def tally_of(made):
    return read_tally(made.election, made.parts.tally[0], json.loads(made.parts.tally[1])["num_tallied"])


def lying_decryption(made, owner, draw, *, hashed=False):
    """Factors alpha^x·u^(1/c) for a u of the liar's choice, with proofs fitted to them, as published.

    A = g^w and B = alpha^w·u are fixed before the challenge c = H(A,B); with the response w - xc, Belenios' equation
    B = alpha^response·F^c gives F = alpha^x·u^(1/c). hashed: try the same with the strong proof, whose challenge
    depends on F itself, so that F has to be fixed first and the equation fails.
    """
    group, x = made.election.group, made.keys[owner]
    public = group.text(made.trustees.keys[owner - 1])
    u = group.power(group.generator, 12345)
    factors, proofs = [], []
    for row in tally_of(made).pairs:
        factors.append([])
        proofs.append([])
        for alpha, _ in row:
            w = draw(group.order)
            first, second = group.power(group.generator, w), group.times(group.power(alpha, w), u)
            c = challenge(group, f"decrypt|{made.election.fingerprint}|{public}|", first, second)
            lie = group.times(group.power(alpha, x), group.power(u, pow(c, -1, group.order)))
            if hashed:
                prefix = f"weft/decrypt|{made.election.fingerprint}|{public}|"
                c = challenge(group, prefix, alpha, lie, first, second)
            factors[-1].append(group.text(lie))
            proofs[-1].append({"challenge": str(c), "response": str((w - x * c) % group.order)})
    if hashed:
        return compact({"owner": owner, "strong": proofs}).encode()
    raw = compact({"decryption_factors": factors, "decryption_proofs": proofs}).encode()
    return raw, compact({"owner": owner, "payload": sha256_hex(raw)}).encode()


def read(made, raw, owner):
    return read_decryption(made.election, owner, made.trustees.keys[owner - 1], tally_of(made), raw)


def honestly(made, owner):
    return read(made, made.parts.decryptions[owner - 1][0], owner)


def lies(made, owner):
    return read(made, lying_decryption(made, owner, chance("lie"))[0], owner)


@GROUPS
def test_the_lie_passes_as_belenios_checks_it_and_the_strong_proof_names_the_liar(group):
    made = of_three(group)
    key, tally = made.trustees.keys[1], tally_of(made)

    lie = lies(made, 2)

    assert lie.factors != honestly(made, 2).factors
    check_strong(made.election, key, tally, honestly(made, 2), made.strong[2])
    for proof in (made.strong[2], lying_decryption(made, 2, chance("lie"), hashed=True)):
        with pytest.raises(RuleBroken) as refused:
            check_strong(made.election, key, tally, lie, proof)
        assert refused.value == RuleBroken("secret.factor", trustee=2)


@GROUPS
@pytest.mark.parametrize("liar", [1, 2, 3])
def test_without_strong_proofs_a_third_trustee_shows_who_lied(group, liar):
    made = of_three(group)
    given = {owner: lies(made, owner) if owner == liar else honestly(made, owner) for owner in (1, 2, 3)}

    with pytest.raises(RuleBroken) as refused:
        open_tally(made.election, made.trustees, tally_of(made), given)

    assert refused.value == RuleBroken("secret.factor", trustee=liar)


@pytest.mark.parametrize("liar", [2, 3, 4])
def test_the_liar_is_named_beside_a_single_key_too(liar):
    made = of_three(BELENIOS_2048, 1)
    given = {owner: lies(made, owner) if owner == liar else honestly(made, owner) for owner in (1, 2, 3, 4)}

    with pytest.raises(RuleBroken) as refused:
        open_tally(made.election, made.trustees, tally_of(made), given)

    assert refused.value == RuleBroken("secret.factor", trustee=liar)


@pytest.mark.parametrize(("singles", "liar", "given"), [(0, 1, (1, 2)), (0, 3, (2, 3)), (1, 1, (1, 2, 3, 4))])
def test_where_nobody_else_can_be_asked_nobody_is_named(singles, liar, given):
    made = of_three(BELENIOS_2048, singles)
    found = {owner: lies(made, owner) if owner == liar else honestly(made, owner) for owner in given}

    with pytest.raises(RuleBroken) as refused:
        open_tally(made.election, made.trustees, tally_of(made), found)

    assert refused.value == RuleBroken("secret.result")


def test_any_two_of_three_honest_trustees_come_to_the_same_sums():
    made = of_three(BELENIOS_2048)

    for pair in ((1, 2), (1, 3), (2, 3), (1, 2, 3)):
        given = {owner: honestly(made, owner) for owner in pair}
        assert open_tally(made.election, made.trustees, tally_of(made), given) == made.result


@pytest.mark.parametrize("liar", [1, 3])
def test_the_audit_names_the_liar(liar):
    """The lie of trustee 1 spoils the first two factors; that of trustee 3 would not be needed, and still is one."""
    made = of_three(BELENIOS_2048)
    published = list(made.parts.decryptions)
    published[liar - 1] = lying_decryption(made, liar, chance("lie"))
    forged = replace(made.parts, decryptions=tuple(published))
    still_open = replace(forged, result=None)

    assert audit(write(still_open)).stage == "counted"
    for options in ({}, {"strong": made.strong}):
        with pytest.raises(RuleBroken) as refused:
            audit(write(forged), **options)
        assert refused.value == RuleBroken("secret.factor", trustee=liar)
    with pytest.raises(RuleBroken) as refused:
        audit(write(still_open), strong=made.strong)
    assert refused.value == RuleBroken("secret.factor", trustee=liar)


@pytest.mark.skipif(TOOL is None, reason="belenios-tool is not here: apt-get install belenios-tool")
def test_belenios_tool_accepts_the_lie_and_then_finds_no_result(tmp_path):
    made = make(singles=1)
    forged = replace(made.parts, decryptions=(lying_decryption(made, 1, chance("lie")),), result=None)

    assert tool_accepts(forged, tmp_path)
    computed, _, said = tool(tmp_path, "election", "compute-result", "--dir", str(tmp_path))
    assert not computed
    assert "Cannot compute result" in said


@GROUPS
def test_a_strong_proof_holds_for_its_own_tally_and_trustee_alone(group):
    made = of_three(group)
    tally, decryption = tally_of(made), honestly(made, 1)
    other = Tally(tuple(tuple(reversed(row)) for row in tally.pairs), tally.ballots)

    with pytest.raises(RuleBroken) as refused:
        check_strong(made.election, made.trustees.keys[0], other, decryption, made.strong[1])
    assert refused.value == RuleBroken("secret.factor", trustee=1)
    with pytest.raises(RuleBroken) as refused:
        check_strong(made.election, made.trustees.keys[0], tally, decryption, made.strong[2])
    assert refused.value == RuleBroken("secret.format", what="strong")


@GROUPS
def test_the_strong_proof_is_the_one_that_was_agreed_on(group):
    """Restated from its definition: challenge = H("weft/decrypt|φ|X|", alpha, F, g^w, alpha^w)."""
    made = of_three(group)
    (alpha, _), *_ = tally_of(made).pairs[0]
    shown = json.loads(made.strong[1])["strong"][0][0]
    c, response, x = int(shown["challenge"]), int(shown["response"]), made.keys[1]
    w = (response + x * c) % group.order
    public = group.text(made.trustees.keys[0])
    factor = json.loads(made.parts.decryptions[0][0])["decryption_factors"][0][0]
    hashed = (group.text(alpha), factor, group.text(group.power(group.generator, w)), group.text(group.power(alpha, w)))
    text = f"weft/decrypt|{made.election.fingerprint}|{public}|" + ",".join(hashed)

    assert int(sha256_hex(text.encode()), 16) % group.order == c
    again = prove_same(group, f"weft/decrypt|{made.election.fingerprint}|{public}|", alpha, x, lambda _q: w,
                       hashed=(alpha, group.read(factor)))  # fmt: skip
    assert again.json() == shown
