"""Mandates (seat.mandate, seat.breach): kept, broken, or impossible to keep together."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import choices

from weft.charter.model import Norm, SeatRule
from weft.errors import RuleBroken
from weft.federation.mandates import Compared, Instruction, binds, compare, in_force, judge_vote, split_as_instructed

ANSWERS = ["yes", "no", "abstain"]
weights = st.integers(1, 5)
instructions = st.lists(st.tuples(st.sampled_from(ANSWERS), st.booleans(), st.integers(1, 3)), max_size=4).map(
    lambda many: [Instruction(f"n{number}", *rest) for number, rest in enumerate(many)]
)


def seat(**values):
    return SeatRule(0, "workplace", Norm(per=25), **values)


def all_votes(weight):
    """Every way to vote with this weight."""
    return [
        {"yes": yes, "no": no, "abstain": weight - yes - no}
        for yes in range(weight + 1)
        for no in range(weight + 1 - yes)
    ]


@given(weight=weights, given_=instructions, data=st.data())
def test_kept_exactly_when_each_position_got_what_was_asked_for_it(weight, given_, data):
    choice = data.draw(choices(weight))

    found = compare(choice, weight, given_)

    voted = Counter({choice: weight} if isinstance(choice, str) else choice)
    asked = Counter()
    for instruction in given_:
        asked[instruction.position] += instruction.weight
    short = {position for position in asked if voted[position] < min(asked[position], weight)}
    assert found.outcome == ("free" if not given_ else "broken" if short else "kept")
    broken = [instruction for instruction in given_ if instruction.mandate in found.broken]
    assert {instruction.position for instruction in broken} == short
    assert found.binding_broken == any(instruction.binding for instruction in broken)


@given(weight=weights, given_=instructions)
def test_the_vote_as_instructed_keeps_all_or_no_vote_does(weight, given_):
    keeping = [vote for vote in all_votes(weight) if compare(vote, weight, given_).outcome != "broken"]

    if not keeping:
        with pytest.raises(RuleBroken) as refusal:
            split_as_instructed(weight, given_)
        assert refusal.value.rule == "ballot.split"
        assert refusal.value.numbers["given"] > refusal.value.numbers["weight"] == weight
    else:
        found = split_as_instructed(weight, given_)
        assert {answer: found.get(answer, 0) for answer in ANSWERS} in keeping
        assert sum(found.values()) == weight


def test_two_mandates_to_vote_yes_are_both_kept_by_one_yes():
    both = [Instruction("n1", "yes", binding=True), Instruction("n2", "yes", binding=False)]

    assert compare("yes", 1, both) == Compared("kept")
    assert compare("no", 1, both) == Compared("broken", ("n1", "n2"), binding_broken=True)
    assert split_as_instructed(1, both) == {"yes": 1}


def test_a_contradiction_breaks_the_advisory_one_if_the_binding_one_is_followed():
    both = [Instruction("n1", "no", binding=False), Instruction("n2", "yes", binding=True)]

    assert compare("yes", 1, both) == Compared("broken", ("n1",), binding_broken=False)
    assert compare("no", 1, both) == Compared("broken", ("n2",), binding_broken=True)


def test_binding_mandates_are_served_first_where_the_vote_falls_short():
    both = [Instruction("n1", "yes", binding=False), Instruction("n2", "yes", binding=True)]

    assert compare({"yes": 1, "no": 1}, 2, both) == Compared("broken", ("n1",), binding_broken=False)


def test_a_split_vote_keeps_a_split_mandate():
    three = [Instruction("n1", "yes", binding=True, weight=2), Instruction("n2", "no", binding=True)]

    assert compare({"yes": 2, "no": 1}, 3, three) == Compared("kept")
    assert compare("yes", 3, three) == Compared("broken", ("n2",), binding_broken=True)
    assert split_as_instructed(4, three) == {"yes": 2, "no": 1, "abstain": 1}


def test_a_breach_is_refused_only_where_charter_and_mandate_bind():
    told = [Instruction("n1", "yes", binding=True), Instruction("n2", "no", binding=False)]
    broken = Compared("broken", ("n1", "n2"), binding_broken=True)

    assert judge_vote(seat(mandate="binding", breach="flag"), "abstain", 1, told) == broken
    with pytest.raises(RuleBroken) as refusal:
        judge_vote(seat(mandate="binding", breach="refuse"), "abstain", 1, told)
    assert refusal.value == RuleBroken("seat.breach", instructed="yes", mandate="n1")
    only_advisory = Compared("broken", ("n2",), binding_broken=False)
    assert judge_vote(seat(mandate="binding", breach="refuse"), "yes", 1, told) == only_advisory


@pytest.mark.parametrize("told", [[], [Instruction("n1", "yes", binding=True)]])
def test_an_impossible_vote_is_refused_whether_or_not_a_mandate_bears_on_it(told):
    for choice, code in (("maybe", "ballot.choice"), ({"yes": 2}, "ballot.split")):
        with pytest.raises(RuleBroken) as refusal:
            compare(choice, 1, told)
        assert refusal.value.rule == code


def test_without_a_mandate_a_vote_is_free():
    assert compare("no", 1, []) == Compared("free", (), binding_broken=False)


def test_what_a_mandate_is_worth_is_the_charters():
    assert binds(seat(mandate="binding"))
    assert not binds(seat(mandate="advisory"))
    with pytest.raises(RuleBroken) as refusal:
        binds(seat(mandate="none"))
    assert refusal.value == RuleBroken("seat.mandate")


def test_the_latest_word_of_the_electors_replaces_what_they_said_before():
    first, second = Instruction("i3", "no", binding=True), Instruction("i9", "yes", binding=True)

    assert in_force([first, second]) == [second]
    assert compare("yes", 1, in_force([first, second])) == Compared("kept")
    assert in_force([first]) == [first]
    assert in_force([]) == []
