"""Challenges: until when an election can be challenged, and who may not judge it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.charter.model import Procedure
from weft.errors import RuleBroken
from weft.federation.challenges import challenge_end, check_challenge, check_judge

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(days=st.integers(0, 60), after=st.integers(0, 70 * 86_400))
def test_an_election_can_be_challenged_exactly_while_fewer_days_than_the_charters_have_passed(days, after):
    judge = {"declared_at": NOON, "now": NOON + timedelta(seconds=after)}

    if after < days * 86_400:
        check_challenge(Procedure(challenge_days=days), **judge)
    else:
        with pytest.raises(RuleBroken) as refusal:
            check_challenge(Procedure(challenge_days=days), **judge)
        ended = (NOON + timedelta(days)).isoformat()
        assert refusal.value == RuleBroken("procedure.challenge_days", days=days, ended=ended)


def test_the_usual_charter_gives_a_week_to_the_second():
    ends = challenge_end(Procedure(), NOON)

    check_challenge(Procedure(), declared_at=NOON, now=ends - SECOND)
    with pytest.raises(RuleBroken, match="challenge_days"):
        check_challenge(Procedure(), declared_at=NOON, now=ends)
    assert ends == NOON + timedelta(days=7)


@pytest.mark.parametrize(("judge", "refused"), [("p1", True), ("p2", True), ("p3", True), ("p4", False)])
def test_nobody_judges_an_election_in_which_they_stood_or_their_own_challenge(judge, refused):
    parties = {"challenger": "p1", "candidates": frozenset({"p2", "p3"})}

    if refused:
        with pytest.raises(RuleBroken, match=r"challenge\.party"):
            check_judge(judge=judge, **parties)
    else:
        check_judge(judge=judge, **parties)
