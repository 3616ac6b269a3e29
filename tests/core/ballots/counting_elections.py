"""Elections for the tests of counting: strategies, one lot, and totals as stages write them."""

from fractions import Fraction

from hypothesis import strategies as st

from weft.ballots import draw_lots, lot_commitment

NAMES = ["a", "b", "c", "d", "e", "f"]
SEED = bytes(range(32))


def lot(names):
    return draw_lots(SEED, b"", names, commitment=lot_commitment(SEED))


def votes(**totals):
    return tuple((name, Fraction(number)) for name, number in sorted(totals.items()))


@st.composite
def ranked(draw, most=6, papers=9):
    """Papers that rank or mark some candidates, the candidates, and the places."""
    names = draw(st.permutations(NAMES[: draw(st.integers(1, most))]))
    paper = st.lists(st.sampled_from(names), unique=True).map(tuple)
    given = draw(st.lists(st.tuples(paper, st.integers(0, 5)), max_size=papers))
    return given, names, draw(st.integers(1, 5))


class Asked:
    """A quota as a charter has it."""

    def __init__(self, attribute, share=None, at_least=None):
        self.attribute, self.share, self.at_least = attribute, share, at_least


@st.composite
def asked(draw, names):
    """Quotas, and what each candidate declares."""
    kinds = ["women", "youth", "night shift"][: draw(st.integers(1, 3))]
    quotas = [
        Asked(kind, share=draw(st.sampled_from([Fraction(1, 2), Fraction(2, 5), Fraction(1)])))
        if draw(st.booleans())
        else Asked(kind, at_least=draw(st.integers(0, 4)))
        for kind in kinds
    ]
    return quotas, {name: draw(st.sets(st.sampled_from(kinds))) for name in names}
