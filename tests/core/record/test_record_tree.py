"""The tree of RFC 6962: published vectors, and every proof of every small tree."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_record import VECTORS

from weft.record import NotProven
from weft.record.tree import (
    EMPTY_ROOT,
    Range,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    perfect_root,
    prove_consistency,
    prove_inclusion,
    root,
)

SMALL = 48  # every size up to here, every index and every pair of sizes


def merkle_tree_hash(leaves):
    """MTH as RFC 6962 writes it, on lists; not a line of it is shared with the code under test."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + merkle_tree_hash(leaves[:k]) + merkle_tree_hash(leaves[k:])).digest()


def nodes_of(leaves):
    return lambda height, index: merkle_tree_hash(leaves[index << height : (index + 1) << height])


LEAVES = [leaf_hash(bytes([number])) for number in range(SMALL)]
NODES = nodes_of(LEAVES)
ROOTS = [merkle_tree_hash(LEAVES[:size]) for size in range(SMALL + 1)]


def refused(check, *arguments):
    try:
        check(*arguments)
    except NotProven:
        return True
    return False


@pytest.fixture(scope="module")
def reference():
    return json.loads((VECTORS / "merkle.json").read_text())


def test_reference_roots(reference):
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in reference["leaves"]]

    for size, expected in enumerate(reference["roots"]):
        assert root(size, nodes_of(leaves)).hex() == expected
        assert Range().extended(leaves[:size]).root.hex() == expected


def test_reference_inclusion_proofs(reference):
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in reference["leaves"]]

    for vector in reference["inclusion"]:
        proof = prove_inclusion(vector["index"], vector["size"], nodes_of(leaves))
        assert [node.hex() for node in proof] == vector["proof"]


def test_reference_consistency_proofs(reference):
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in reference["leaves"]]

    for vector in reference["consistency"]:
        proof = prove_consistency(vector["old"], vector["new"], nodes_of(leaves))
        assert [node.hex() for node in proof] == vector["proof"]


def test_a_leaf_cannot_pass_for_a_node():
    left, right = LEAVES[:2]

    assert leaf_hash(left + right) != node_hash(left, right)


def test_every_inclusion_proof_of_every_small_tree_is_accepted():
    for size in range(1, SMALL + 1):
        for index in range(size):
            check_inclusion(LEAVES[index], index, size, prove_inclusion(index, size, NODES), ROOTS[size])


def test_every_inclusion_proof_put_to_another_use_is_refused():
    for size in range(1, 20):
        for index in range(size):
            proof = list(prove_inclusion(index, size, NODES))
            arguments = LEAVES[index], index, size, proof, ROOTS[size]
            for other in range(SMALL):
                if other != index:
                    assert refused(check_inclusion, LEAVES[other], *arguments[1:])
                    assert refused(check_inclusion, arguments[0], other, *arguments[2:])
            for changed in ([*proof, LEAVES[0]], proof[:-1], [LEAVES[0], *proof], [*proof[1:], ROOTS[1]]):
                if changed != proof:
                    assert refused(check_inclusion, *arguments[:3], changed, ROOTS[size])
            assert refused(check_inclusion, *arguments[:4], ROOTS[size - 1])
            for other in range(index + 1, SMALL + 1):  # of a size at which the way up has another length
                if len(prove_inclusion(index, other, NODES)) != len(proof):
                    assert refused(check_inclusion, LEAVES[index], index, other, proof, ROOTS[size])
    assert refused(check_inclusion, LEAVES[0], 0, 0, [], EMPTY_ROOT)
    assert refused(check_inclusion, LEAVES[0], -1, 1, [], ROOTS[1])


def test_every_consistency_proof_of_every_small_tree_is_accepted():
    for new in range(SMALL + 1):
        for old in range(new + 1):
            check_consistency(old, ROOTS[old], new, ROOTS[new], prove_consistency(old, new, NODES))


def test_every_consistency_proof_put_to_another_use_is_refused():
    for new in range(1, 20):
        for old in range(1, new + 1):  # every tree continues the empty one
            proof = list(prove_consistency(old, new, NODES))
            for other in range(1, 20):
                if other != old:
                    assert refused(check_consistency, old, ROOTS[other], new, ROOTS[new], proof)
                if other != new:
                    assert refused(check_consistency, old, ROOTS[old], new, ROOTS[other], proof)
            for other in range(old, SMALL + 1):
                if len(prove_consistency(old, other, NODES)) != len(proof):
                    assert refused(check_consistency, old, ROOTS[old], other, ROOTS[new], proof)
            for changed in ([*proof, LEAVES[0]], proof[:-1], [LEAVES[0], *proof]):
                if changed != proof:
                    assert refused(check_consistency, old, ROOTS[old], new, ROOTS[new], changed)
    assert refused(check_consistency, 2, ROOTS[2], 1, ROOTS[1], [])
    assert refused(check_consistency, 3, ROOTS[3], 5, ROOTS[5], [])


@given(sizes=st.lists(st.integers(0, 40), max_size=6))
def test_a_range_grown_in_steps_has_the_root_of_the_whole(sizes):
    leaves = [leaf_hash(number.to_bytes(2, "big")) for number in range(sum(sizes))]

    grown, at = Range(), 0
    for size in sizes:
        grown = grown.extended(leaves[at : at + size])
        at += size

    assert grown == Range().extended(leaves)
    assert (grown.size, grown.root) == (len(leaves), merkle_tree_hash(leaves))


@pytest.mark.parametrize("size", [1, 2, 16])
def test_a_perfect_subtree(size):
    assert perfect_root(b"".join(LEAVES[:size])) == ROOTS[size]


@pytest.mark.parametrize("hashes", [b"", b"x", LEAVES[0] * 3, LEAVES[0] + b"x" * 32 + b"y"])
def test_what_is_no_perfect_subtree_is_a_callers_bug(hashes):
    with pytest.raises(ValueError, match="perfect"):
        perfect_root(hashes)


def test_proofs_of_what_is_not_there_are_a_callers_bug():
    with pytest.raises(ValueError, match="no entry 3"):
        prove_inclusion(3, 3, NODES)
    with pytest.raises(ValueError, match="does not follow"):
        prove_consistency(4, 3, NODES)
