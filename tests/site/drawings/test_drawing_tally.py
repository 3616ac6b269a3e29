"""Bars of an election and of a threshold: the sentence and the table say what the picture shows."""

import re

import pytest

from weft_site.drawings.tally import CandidateMark, candidate_bars, reached_bar


def test_candidates_are_drawn_with_the_elected_first_and_their_numbers_in_the_table():
    found = candidate_bars([CandidateMark("Ana", 12), CandidateMark("Ben", 20, elected=True)], papers=30)

    assert found.rows == [("Ben", "20"), ("Ana", "12")]
    assert found.columns == ["Candidate", "Votes"]
    assert found.summary == "30 votes were given. Elected: Ben."


def test_answers_to_each_candidate_are_all_in_the_table():
    found = candidate_bars([CandidateMark("Ana", 12, elected=True, no=3, abstain=1)], papers=16)

    assert found.columns == ["Candidate", "Yes", "No", "Abstained"]
    assert found.rows == [("Ana", "12", "3", "1")]


def test_a_full_bar_is_every_paper():
    found = candidate_bars([CandidateMark("Ana", 15, elected=True)], papers=30)

    assert 'width="200" height="18" class="d-ink"' in found.svg


def test_nobody_elected_is_said():
    assert candidate_bars([CandidateMark("Ana", 0)], papers=0).summary == "0 votes were given. Elected: nobody."


def test_an_election_without_candidates_has_no_picture():
    with pytest.raises(ValueError, match="at least one candidate"):
        candidate_bars([], papers=3)


@pytest.mark.parametrize("what", ["signed", "voted"])
def test_a_threshold_says_how_many_of_how_many(what):
    found = reached_bar(count=4, needed=10, total=40, what=what)

    assert [row[1] for row in found.rows] == ["4", "10", "40"]
    assert re.match(r"4 of 40 .*; 10 are needed\.", found.summary)
    assert 'width="40" height="26" class="d-ink"' in found.svg


def test_impossible_numbers_are_a_bug():
    with pytest.raises(ValueError, match="no such numbers"):
        reached_bar(count=-1, needed=1, total=3)
