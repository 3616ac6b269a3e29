"""Lots: anyone can draw again, nobody can steer.

The vector was made with a few lines of Perl::

    my $contribution = join "", map { pack("n", length $_) . $_ } @words;       # UTF-8 bytes
    my $common = sha256("weft/lot/order\n" . $seed . sha256($contribution));
    my @order = sort { sha256($common . $a) cmp sha256($common . $b) } @candidates;
"""

from collections import Counter
from hashlib import sha256
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import cases, refs

from weft.ballots import draw_lots, lot_commitment, words_contribution
from weft.errors import RuleBroken

SEED = bytes(range(32))
words = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=4)


@pytest.mark.parametrize("case", cases("ballots/lots.json"))
def test_the_vector_is_drawn_again(case):
    seed, contribution = bytes.fromhex(case["seed"]), words_contribution(case["words"])

    assert contribution.hex() == case["contribution"]
    assert lot_commitment(seed) == case["commitment"]
    for order in (case["candidates"], case["candidates"][::-1], iter(case["candidates"])):
        assert list(draw_lots(seed, contribution, order, commitment=case["commitment"])) == case["order"]


@given(seed=st.binary(min_size=32, max_size=32), said=words, names=st.sets(refs, max_size=8))
def test_the_order_restated(seed, said, names):
    added = b"".join(bytes([len(w.encode()) // 256, len(w.encode()) % 256]) + w.encode() for w in said)
    common = sha256(b"weft/lot/order\n" + seed + sha256(added).digest()).digest()
    by_hash = {sha256(common + name.encode()).hexdigest(): name for name in names}

    found = draw_lots(seed, words_contribution(said), names, commitment=lot_commitment(seed))

    assert found == tuple(by_hash[digest] for digest in sorted(by_hash))


@given(first=words, second=words)
def test_other_words_are_another_contribution(first, second):
    assert (words_contribution(first) == words_contribution(second)) == (first == second)


def test_another_seed_than_the_one_committed_to_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        draw_lots(SEED, b"", ["m1"], commitment=lot_commitment(bytes(32)))

    assert refusal.value == RuleBroken("lot.commitment")


@pytest.mark.parametrize("seed", [b"", bytes(31), bytes(33)])
def test_a_seed_is_32_bytes(seed):
    with pytest.raises(ValueError, match="32 bytes"):
        lot_commitment(seed)
    with pytest.raises(ValueError, match="32 bytes"):
        draw_lots(seed, b"", ["m1"], commitment="")


def test_a_candidate_stands_once():
    with pytest.raises(ValueError, match="twice"):
        draw_lots(SEED, b"", ["m1", "m2", "m1"], commitment=lot_commitment(SEED))


def test_the_longest_word_and_one_byte_more():
    assert words_contribution(["x" * 65_535])[:2] == b"\xff\xff"
    with pytest.raises(ValueError, match="65,535"):
        words_contribution(["x" * 65_534 + "é"])


def test_every_order_comes_up_about_as_often():
    """Chi-square over 6 orders and 6,000 fixed seeds: 20.5 is passed by chance once in a thousand (5 degrees)."""
    names, draws = ("m1", "m2", "m3"), 6_000
    seeds = [sha256(number.to_bytes(4, "big")).digest() for number in range(draws)]

    found = Counter(draw_lots(seed, b"", names, commitment=lot_commitment(seed)) for seed in seeds)

    expected = draws / 6
    assert set(found) == set(permutations(names))
    assert sum((count - expected) ** 2 / expected for count in found.values()) < 20.5
