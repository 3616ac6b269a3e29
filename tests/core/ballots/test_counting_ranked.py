"""Rules for ranked papers, each restated a second way: paper by paper, path by path, by its defining equation."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise, permutations
from math import floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.core.ballots.counting_elections import NAMES, lot, ranked, votes
from tests.strategies import cases

from weft.ballots.counting import Count, Line, Stage, count_election
from weft.ballots.counting.countback import countback
from weft.ballots.counting.model import Draw, Move
from weft.errors import RuleBroken

RULES = ["irv", "stv_scottish", "stv_meek", "schulze"]


def cut(value):
    return Fraction(floor(value * 100_000), 100_000)


class Table:
    """Scottish STV by hand: every single paper lies on the table with its own value."""

    def __init__(self, papers, places):
        self.papers = [(paper, Fraction(1)) for paper, number in papers for _ in range(number) if paper]
        self.quota = len(self.papers) // (places + 1) + 1
        self.fixed = {}  # votes of those who get no more papers
        self.put_by = {}  # papers of the elected

    def holder(self, paper):
        return next((name for name in paper if name not in self.fixed), "")

    def totals(self, names):
        found = Counter()
        for paper, value in self.papers:
            found[self.holder(paper)] += value
        return {name: self.fixed.get(name, found[name]) for name in names}

    def elect(self, name):
        total = self.totals([name])[name]
        self.put_by[name] = [one for one in self.papers if self.holder(one[0]) == name]
        self.papers = [one for one in self.papers if self.holder(one[0]) != name]
        self.fixed[name] = total

    def surplus(self, name):
        total, self.fixed[name] = self.fixed[name], Fraction(self.quota)
        self.papers += [(paper, cut((total - self.quota) * value / total)) for paper, value in self.put_by[name]]


@given(ranked())
def test_scottish_stages_are_those_of_single_papers_on_a_table(election):
    papers, names, places = election
    table, elected = Table(papers, places), []

    count = count_election("stv_scottish", papers, candidates=names, places=places, lot=lot)

    for stage in count.stages:
        before = table.totals(names)
        over = [before[name] for name in elected if before[name] > table.quota]
        assert stage.action == ("first" if stage is count.stages[0] else "surplus" if over else "exclude")
        if stage.action == "surplus":
            assert before[stage.subject[0]] == max(over)
            table.surplus(*stage.subject)
        elif stage.action == "exclude":
            assert before[stage.subject[0]] == min(before[name] for name in names if name not in table.fixed)
            table.fixed[stage.subject[0]] = Fraction(0)
        assert dict(stage.totals) == table.totals(names)
        left = [name for name in names if name not in table.fixed]
        reached = {name for name in left if table.totals(names)[name] >= table.quota}
        rest = set(left) - reached if len(left) <= places - len(elected) else set()
        assert (set(stage.elected), set(stage.filled)) == (reached | rest, rest)
        for name in stage.elected:
            table.elect(name)
        elected += stage.elected
    assert tuple(elected) == count.elected


@given(ranked(), st.sampled_from(RULES))
def test_a_count_is_whole(election, rule):
    papers, names, places = election

    count = count_election(rule, papers, candidates=names, places=places, lot=lot)

    valid = sum(number for paper, number in papers if paper)
    assert (count.method, count.places, count.papers) == (rule, places, sum(number for _, number in papers))
    assert len(count.elected) == min(places, len(names))
    assert sorted(count.elected + count.runners_up) == sorted(names)
    assert [name for stage in count.stages for name in stage.elected] == list(count.elected)
    assert sum(line.yes for line in count.lines) == valid
    assert count.tied == ()
    assert set(count.drawn) == {name for stage in count.stages for draw in stage.lots for name in draw.order}
    for stage in count.stages if rule != "schulze" else ():
        assert sum(total for _, total in stage.totals) + stage.exhausted + stage.lost == valid
        assert [name for name, _ in stage.totals] == sorted(name for name, _ in stage.totals)
        assert not set(stage.elected) & set(stage.excluded)


@given(ranked(), st.sampled_from([*RULES, "phragmen", "equal_shares"]), st.randoms(use_true_random=False))
def test_no_order_of_entry_matters(election, rule, chance):
    papers, names, places = election
    single = [(paper, 1) for paper, number in papers for _ in range(number)]
    chance.shuffle(single)

    one = count_election(rule, papers, candidates=names, places=places, lot=lot)

    assert count_election(rule, single, candidates=sorted(names), places=places, lot=lot) == one


def count_or_refusal(rule, papers, **election):
    try:
        return count_election(rule, papers, **election)
    except RuleBroken as refusal:
        return refusal


@given(ranked(), st.sampled_from([*RULES, "phragmen", "equal_shares"]))
def test_without_a_lot_a_count_ends_as_any_lot_would_end_it_or_is_refused(election, rule):
    papers, names, places = election
    plain = count_or_refusal(rule, papers, candidates=names, places=places)
    if isinstance(plain, RuleBroken):
        assert plain.rule == "election.tie"
        assert len(plain.numbers["candidates"].split(", ")) > 1
        assert count_election(rule, papers, candidates=names, places=places, lot=lot).drawn
        return
    for order in (sorted, lambda names: sorted(names, reverse=True), lot):
        drawn = count_election(rule, papers, candidates=names, places=places, lot=order)
        assert set(drawn.elected) == set(plain.elected)
        assert rule == "irv" or bool(drawn.drawn) == bool(plain.tied)


def test_a_scottish_count_as_a_whole():
    papers = [(["a", "b"], 5), (["b"], 1), (["c"], 3), (["d", "c"], 1)]

    found = count_election("stv_scottish", papers, candidates=NAMES[:4], places=2, lot=sorted)

    assert found == Count(
        method="stv_scottish",
        places=2,
        elected=("a", "c"),
        runners_up=("b", "d"),
        lines=(Line("a", 5), Line("c", 3), Line("b", 1), Line("d", 1)),
        papers=10,
        drawn=(),
        stages=(
            Stage("first", votes(a=5, b=1, c=3, d=1), quota=Fraction(4), elected=("a",)),
            Stage(
                "surplus",
                votes(a=4, b=2, c=3, d=1),
                subject=("a",),
                moved=(Move("a", "b", Fraction(1)),),
                quota=Fraction(4),
            ),
            Stage(
                "exclude",
                votes(a=4, b=2, c=4, d=0),
                subject=("d",),
                moved=(Move("d", "c", Fraction(1)),),
                quota=Fraction(4),
                elected=("c",),
                excluded=("d",),
            ),
        ),
    )


def test_equals_last_are_told_apart_by_the_most_recent_stage_at_which_they_differed():
    # b and c end with 3 votes each; c had 2 before d's paper came, so c goes out (rule 51)
    papers = [(["a"], 5), (["b"], 3), (["c"], 2), (["d", "c"], 1)]

    found = count_election("stv_scottish", papers, candidates=NAMES[:4], places=1)

    assert [stage.subject for stage in found.stages] == [(), ("d",), ("c",), ("b",)]
    assert (found.elected, found.runners_up, found.drawn) == (("a",), ("b", "c", "d"), ())


def test_equals_at_every_stage_take_a_lot_that_is_named_with_its_stage():
    papers = [(["a"], 3), (["b", "a"], 2), (["c", "b"], 2)]

    with pytest.raises(RuleBroken) as refusal:
        count_election("stv_scottish", papers, candidates=NAMES[:3], places=1)
    first = count_election("stv_scottish", papers, candidates=NAMES[:3], places=1, lot=sorted)
    other = count_election("stv_scottish", papers, candidates=NAMES[:3], places=1, lot=lambda tied: sorted(tied)[::-1])

    assert refusal.value == RuleBroken("election.tie", candidates="b, c", places=1)
    assert (first.elected, first.stages[1].lots, first.stages[1].excluded) == (
        ("a",),
        (Draw("excluded", ("b", "c")),),
        ("b",),
    )
    assert (other.elected, other.stages[1].lots, other.stages[1].excluded) == (
        ("b",),
        (Draw("excluded", ("c", "b")),),
        ("c",),
    )


@given(ranked(papers=14))
def test_an_instant_run_off_excludes_one_by_one_to_the_same_winner(election):
    papers, names, _ = election
    assume(any(paper and number for paper, number in papers))
    standing = sorted(names)
    while True:
        held = Counter(dict.fromkeys(standing, 0))
        for paper, number in papers:
            holder = next((name for name in paper if name in standing), None)
            if holder:
                held[holder] += number
        order = held.most_common()
        if 2 * order[0][1] > held.total() or len(order) == 1:
            break
        assume(order[-1][1] == 0 or order[-1][1] < order[-2][1])  # equals have tests of their own
        standing.remove(order[-1][0])

    found = count_election("irv", papers, candidates=names, places=1)

    assert found.elected == (order[0][0],)


def test_equals_last_go_out_together_where_their_order_changes_no_total():
    papers = [(["a"], 6), (["b"], 5), (["c", "b"], 2), (["d", "b"], 2)]

    found = count_election("irv", papers, candidates=NAMES[:5], places=1)

    assert [(stage.excluded, stage.elected) for stage in found.stages] == [
        ((), ()),
        (("e",), ()),
        (("c", "d"), ("b",)),
    ]
    assert found.stages[2].moved == (Move("c", "b", Fraction(2)), Move("d", "b", Fraction(2)))
    assert (found.runners_up, found.tied) == (("a", "c", "d", "e"), (("c", "d"),))


def test_instant_run_offs_fill_several_places_one_after_another_over_all_papers():
    papers = [(["a", "b"], 6), (["c"], 5)]

    found = count_election("irv", papers, candidates=NAMES[:3], places=2)

    assert (found.elected, found.runners_up) == (("a", "b"), ("c",))


@given(ranked())
def test_meek_keeps_of_the_elected_what_the_quota_needs(election):
    """The equations of Hill, Wichmann and Woodall, section 2, in fractions, at the keep factors of each round."""
    papers, names, places = election
    count = count_election("stv_meek", papers, candidates=names, places=places, lot=lot)
    in_place = set()
    for stage, later in pairwise(count.stages):
        keep, kept = dict(stage.values), Counter({name: Fraction(0) for name in names})
        for paper, number in papers:
            left = Fraction(number)
            for name in paper:
                kept[name] += left * keep[name]
                left -= left * keep[name]
        assert all(abs(kept[name] - total) < Fraction(1, 10**6) for name, total in stage.totals)
        assert abs(stage.quota - sum(kept.values()) / (places + 1)) < Fraction(1, 10**6)
        # the round ran until nobody had a surplus to speak of; nine decimals cannot say that of a tiny quota
        if later.action == "exclude" and stage.quota > Fraction(1, 10):
            assert all(abs(kept[name] - stage.quota) < Fraction(1, 10**5) for name in in_place | set(stage.elected))
        in_place |= set(stage.elected)


@given(ranked())
def test_what_a_stage_of_meek_moved_is_what_its_totals_changed_by(election):
    papers, names, places = election
    count = count_election("stv_meek", papers, candidates=names, places=places, lot=lot)

    assert count.stages[0].moved == ()
    for stage, later in pairwise(count.stages):
        change = Counter()
        for move in later.moved:
            assert move.votes > 0
            assert move.source != move.target
            change[move.source] -= move.votes
            change[move.target] += move.votes
        assert {name: total + change[name] for name, total in stage.totals} == dict(later.totals)
        assert stage.exhausted + change[""] == later.exhausted


def test_meek_hands_on_what_the_elected_do_not_need_and_all_of_the_excluded():
    papers = [(["a", "b"], 6), (["b"], 2), (["c", "b"], 1)]

    count = count_election("stv_meek", papers, candidates=["a", "b", "c"], places=2)

    kept, excluded = count.stages[1], count.stages[2:]
    assert [(move.source, move.target) for move in kept.moved] == [("a", "b")]
    assert kept.moved[0].votes == 6 - dict(kept.totals)["a"]
    assert excluded == ()
    assert count.elected == ("a", "b")


@given(ranked(most=5))
def test_schulze_paths_are_the_strongest_of_all_paths(election):
    papers, names, places = election
    count = count_election("schulze", papers, candidates=names, places=places, lot=lot)

    def margin(one, two):
        def prefers(paper, this, that):
            return this in paper and (that not in paper or paper.index(this) < paper.index(that))

        for_one = sum(number for paper, number in papers if prefers(paper, one, two))
        return for_one - sum(number for paper, number in papers if prefers(paper, two, one))

    def strongest(one, two):
        others = [name for name in names if name not in {one, two}]
        paths = [(one, *way, two) for length in range(len(names)) for way in permutations(others, length)]
        return max(0, *(min(margin(*link) for link in pairwise(path)) for path in paths))

    paths = {(pair.first, pair.second): pair.path for pair in count.stages[0].pairs}
    assert paths == {pair: strongest(*pair) for pair in permutations(names, 2)}
    for one, two in permutations(count.elected, 2):
        if paths[one, two] > paths[two, one]:
            assert count.elected.index(one) < count.elected.index(two)
    for out in count.runners_up:
        assert not any(paths[out, one] > paths[one, out] for one in count.elected)


@pytest.mark.parametrize("rule", [*RULES, "phragmen", "equal_shares"])
@pytest.mark.parametrize("paper", ["ab", {"a": 1}, ["a", "a"], ["z"], [["a"]], 7, b"a", None])
def test_an_impossible_paper_is_refused(rule, paper):
    with pytest.raises(RuleBroken) as refusal:
        count_election(rule, [(["a"], 3), (paper, 1)], candidates=NAMES, places=1)

    assert refusal.value == RuleBroken("ballot.choice")


@pytest.mark.parametrize("rule", [*RULES, "phragmen", "equal_shares"])
def test_more_papers_than_were_given_in_are_refused(rule):
    with pytest.raises(RuleBroken) as refusal:
        count_election(rule, [(["a"], 3)], candidates=NAMES, places=1, papers_given=2)

    assert refusal.value == RuleBroken("ballot.count", entitled=2)


@pytest.mark.parametrize("rule", [*RULES, "phragmen", "equal_shares"])
def test_an_election_without_candidates_elects_nobody(rule):
    found = count_election(rule, [((), 4)], candidates=[], places=2)

    assert (found.elected, found.runners_up, found.lines, found.papers, len(found.stages)) == ((), (), (), 4, 1)


# --- countback -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["irv", "stv_scottish", "stv_meek"])
def test_a_vacated_place_goes_to_whom_its_own_electors_want_next(rule):
    # a's electors want c next; b is first among all who are left, but not among them
    papers = [(["a", "c"], 10), (["b"], 5), (["c"], 1), (["d"], 8)]
    places = 1 if rule == "irv" else 2

    found = countback(rule, papers, candidates=NAMES[:4], places=places, vacated="a", available=["b", "c"])

    assert found.elected == ("c",)


def test_a_countback_counts_the_part_of_each_paper_that_the_place_was_filled_with():
    papers = [(["a", "b"], 6), (["a", "c"], 2), (["d"], 4)]

    found = countback("stv_scottish", papers, candidates=NAMES[:4], places=2, vacated="a", available=NAMES)

    # quota 5 of 12; each of a's 8 papers went on at 3/8 and stayed with a at 5/8
    assert found.stages[0].totals == votes(b=Fraction(30, 8), c=Fraction(10, 8))
    assert (found.elected, found.runners_up) == (("b",), ("c",))


@given(ranked(), st.sampled_from(["irv", "stv_scottish", "stv_meek"]), st.data())
def test_a_countback_seats_nobody_who_sits_or_whom_no_paper_of_the_place_ranks(election, rule, data):
    papers, names, places = election
    before = count_election(rule, papers, candidates=names, places=places, lot=lot)
    assume(before.elected)
    vacated = data.draw(st.sampled_from(before.elected))
    available = data.draw(st.sets(st.sampled_from(names)))

    found = countback(rule, papers, candidates=names, places=places, vacated=vacated, available=available, lot=lot)

    assert not set(found.elected) & set(before.elected)
    assert set(found.elected + found.runners_up) <= available
    wanted = {name for paper, n in papers if n and vacated in paper for name in paper}
    assert set(found.elected + found.runners_up) <= wanted


def test_a_countback_of_a_rule_that_ranks_its_runners_up_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        countback("approval", [], candidates=["a"], places=1, vacated="a", available=[])
    assert refusal.value == RuleBroken("elect.method", method="approval")
    with pytest.raises(ValueError, match="was not elected"):
        countback("irv", [(["a"], 1)], candidates=["a", "b"], places=1, vacated="b", available=["a"])


@pytest.mark.parametrize("case", cases("ballots/schulze.json"), ids=lambda case: case["why"])
@pytest.mark.parametrize("places", [1, 2, 5])
def test_schulze_s_own_examples(case, places):
    papers = [(list(paper), number) for paper, number in case["papers"]]
    voters = sum(number for _, number in papers)

    found = count_election("schulze", papers, candidates=case["candidates"], places=places, lot=lot)

    pairs = found.stages[0].pairs
    above = {pair.first + pair.second: pair.papers for pair in pairs}
    assert above == case.get("above", above)
    assert {pair.first + pair.second: (pair.path + voters) / 2 for pair in pairs} == case["paths_by_votes"]
    order = [*found.elected, *found.runners_up]
    assert order == case.get("order", order)
    assert all(order.index(one) < order.index(other) for one, other in case.get("before", ()))
    assert bool(found.drawn) is ("order" not in case)


@pytest.mark.parametrize("case", cases("ballots/meek.json"), ids=lambda case: case["why"])
def test_meek_is_to_the_ninth_decimal_what_another_program_counts(case):
    names = [str(one) for one in range(1, case["candidates"] + 1)]
    papers = [(paper.split(), number) for paper, number in case["papers"]]

    found = count_election(
        "stv_meek", papers, candidates=names, places=case["places"], lot=lambda equals: sorted(equals, key=int)
    )

    assert sorted(found.elected, key=int) == case["elected"]
    for known in case["rounds"]:
        stage = found.stages[known["round"] - 1]
        totals, keep = dict(stage.totals), dict(stage.values)
        assert stage.quota == Fraction(known["quota"])
        assert {name: totals[name] for name in known["votes"]} == {n: Fraction(v) for n, v in known["votes"].items()}
        assert {name: keep[name] for name in known["keep"]} == {n: Fraction(v) for n, v in known["keep"].items()}
