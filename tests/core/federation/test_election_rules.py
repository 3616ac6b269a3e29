"""What a count means for places: who takes them, who stands next, what is named and what is refused."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.ballots import Count, QuorumFinding, count_election
from weft.charter.model import BodyRule, Charter, Decision, Elect, Membership, Office, Procedure, Quorum, Quota
from weft.errors import RuleBroken
from weft.federation.elections import (
    CountedBack,
    Declared,
    QuotaFinding,
    check_fill,
    check_notice,
    check_words,
    declare,
    election_end,
    election_quorum,
    in_turn,
    is_up,
    judge_quotas,
    vote_from,
    voting_end,
    words_needed,
)
from weft.federation.seats import report_due

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def day(number: int) -> datetime:
    return NOON + timedelta(days=number)


def count(method: str, places: int, elected=(), runners_up=()) -> Count:
    return Count(method=method, places=places, elected=elected, runners_up=runners_up, lines=(), papers=0)


# --- when ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_in", "notice", "up"),
    [(20, 0, True), (21, 0, False), (60, 60, True), (61, 60, False), (-1, 0, True)],
)
def test_a_place_is_up_in_the_last_days_of_its_term_or_within_the_notice(ends_in, notice, up):
    chair = Office("chair", elect=Elect(notice_days=notice))

    assert is_up(day(ends_in), rule=chair, procedure=Procedure(renewal_days=20), now=NOON) is up


def test_a_place_without_an_end_is_never_up_while_it_is_filled():
    assert is_up(None, rule=Office("chair"), procedure=Procedure(), now=NOON) is False


def test_a_turn_is_served_to_its_end():
    assert is_up(day(0), rule=Office("chair", fill="rotate"), procedure=Procedure(), now=NOON) is False


@pytest.mark.parametrize(("fill", "asked"), list(product(("elect", "draw", "rotate"), repeat=2)))
def test_a_place_is_filled_in_the_way_of_the_charter_and_in_no_other(fill, asked):
    office = Office("chair", fill=fill)

    if fill == asked:
        check_fill(office, asked)
        return
    with pytest.raises(RuleBroken) as refused:
        check_fill(office, asked)
    assert refused.value == RuleBroken(f"office.{fill}", office="chair")


def test_votes_by_name_end_when_the_charter_says():
    procedure = Procedure(voting_days=5, longest_vote_days=10)

    assert voting_end(procedure, NOON) == day(5)
    assert election_end(procedure, NOON, days=10) == day(10)
    assert election_end(procedure, NOON, days=0) is None
    for days in (-1, 11, 10**12):
        with pytest.raises(RuleBroken) as refused:
            election_end(procedure, NOON, days=days)
        assert refused.value == RuleBroken("procedure.longest_vote_days", days=10)


def test_the_vote_waits_for_the_notice_to_the_second():
    elect = Elect(notice_days=7)

    assert vote_from(elect, NOON) == day(7)
    check_notice(elect, votes_from=day(7), now=day(7))
    with pytest.raises(RuleBroken) as refused:
        check_notice(elect, votes_from=day(7), now=day(7) - timedelta(seconds=1))
    assert refused.value == RuleBroken("seat.elect.notice_days", days=7, votes_from="2026-11-30T12:00:00+00:00")


def test_an_office_is_refused_by_its_own_rule():
    with pytest.raises(RuleBroken) as refused:
        check_notice(Elect(notice_days=1), votes_from=day(1), now=NOON, of="office")
    assert refused.value.rule == "office.elect.notice_days"


# --- quorum ----------------------------------------------------------------------------------------------------


def charter(election: Decision | None = None) -> Charter:
    decisions = {"ordinary": Decision("ordinary")} | ({"election": election} if election else {})
    return Charter("c", "C", "", "", Membership("all", 16), {}, decisions)


def test_an_election_asks_for_the_quorum_of_the_bodies_that_elect():
    body = BodyRule("w", "base", "W", Quorum(share=Fraction(1, 5), at_least=5))

    assert election_quorum(charter(), body, papers=4, entitled=20) == QuorumFinding(present=4, needed=5, entitled=20)
    assert election_quorum(charter(), body, papers=6, entitled=30).met


def test_a_quorum_of_elections_goes_before_that_of_the_body():
    body = BodyRule("w", "base", "W", Quorum(share=Fraction(1, 5)))
    own = Decision("election", quorum=Quorum(share=Fraction(1, 2)))

    assert election_quorum(charter(own), body, papers=9, entitled=20).needed == 10


# --- who -------------------------------------------------------------------------------------------------------


def test_the_next_in_votes_takes_the_place_of_who_can_no_longer_serve():
    found = declare(
        count("approval", 2, ("ana", "ben"), ("cem", "dao", "eva")), eligible={"ben", "cem", "dao", "eva"}, alternates=1
    )

    assert found == Declared(elected=("ben", "cem"), alternates=("dao",), passed_over=("ana",), runoff=(), vacant=0)


def test_where_papers_name_somebody_that_one_takes_the_place_and_waits_no_more():
    ranked = count("stv_scottish", 3, ("ana", "ben", "cem"), ("dao", "eva", "fay"))
    asked = []

    def named(vacated, available):
        asked.append((vacated, available))
        return ("fay", "5" * 64) if vacated == "ana" else None

    found = declare(ranked, eligible={"cem", "dao", "eva", "fay"}, alternates=1, named=named)

    assert asked == [("ana", ("dao", "eva", "fay")), ("ben", ("dao", "eva"))]
    assert found == Declared(
        elected=("cem", "fay", "dao"), alternates=("eva",), passed_over=("ana", "ben"), runoff=(), vacant=0,
        counted_back=(CountedBack("ana", ("dao", "eva", "fay"), "fay", "5" * 64),),
    )  # fmt: skip


def test_the_papers_are_not_asked_where_one_alone_is_left_or_nobody():
    def named(vacated, available):
        raise AssertionError(vacated, available)

    for eligible, elected in (({"ben", "cem"}, ("ben", "cem")), ({"ben"}, ("ben",))):
        found = declare(count("irv", 2, ("ana", "ben"), ("cem", "dao")), eligible=eligible, alternates=0, named=named)
        assert (found.elected, found.counted_back) == (elected, ())


def test_below_the_quorum_nobody_takes_a_place_or_is_passed_over_and_there_is_no_run_off():
    nobody = Declared(elected=(), alternates=(), passed_over=(), runoff=(), vacant=2)
    voted, split = count("approval", 2, ("ana", "ben"), ("cem",)), count("absolute_majority", 2, (), ("ana", "ben"))

    assert declare(voted, eligible={"ana"}, alternates=1, quorate=False) == nobody
    assert declare(split, eligible={"ana", "ben"}, alternates=1, quorate=False) == nobody


def test_places_that_nobody_can_take_stay_vacant():
    assert declare(count("plurality", 3, ("ana",)), eligible={"ana"}, alternates=2) == Declared(
        elected=("ana",), alternates=(), passed_over=(), runoff=(), vacant=2
    )


def test_without_more_than_half_the_two_first_go_into_a_run_off_and_nobody_is_elected():
    papers = [(["ana"], 5), (["ben"], 3), (["cem"], 2)]
    counted = count_election("absolute_majority", papers, candidates=["ana", "ben", "cem"], places=1)

    assert declare(counted, eligible={"ana", "ben", "cem"}, alternates=3) == Declared(
        elected=(), alternates=(), passed_over=(), runoff=("ana", "ben"), vacant=1
    )


def test_under_absolute_majority_nobody_moves_up_into_the_place_of_who_can_no_longer_serve():
    counted = count("absolute_majority", 1, ("ana",), ("ben", "cem"))

    assert declare(counted, eligible={"ben", "cem"}, alternates=1) == Declared(
        elected=(), alternates=(), passed_over=("ana",), runoff=(), vacant=1
    )


def test_one_candidate_alone_without_a_majority_gives_no_run_off():
    counted = count("absolute_majority", 1, (), ("ana",))

    assert declare(counted, eligible={"ana"}, alternates=0).runoff == ()


names = st.lists(st.sampled_from("abcdefghij"), unique=True)


@given(ranking=names, places=st.integers(1, 6), alternates=st.integers(0, 6), data=st.data())
def test_declaring_is_the_ranking_without_who_cannot_serve(ranking, places, alternates, data):
    eligible = set(data.draw(st.lists(st.sampled_from("abcdefghij"), unique=True)))
    counted = count("approval", places, tuple(ranking[:places]), tuple(ranking[places:]))

    found = declare(counted, eligible=eligible, alternates=alternates)

    served = [*found.elected, *found.alternates]
    assert served == [name for name in ranking if name in eligible][: len(served)]
    assert len(found.elected) + found.vacant == places
    assert set(found.passed_over) == set(ranking[:places]) - eligible
    assert found.vacant == 0 or len(found.elected) == len([name for name in ranking if name in eligible])


# --- quotas ----------------------------------------------------------------------------------------------------


def test_a_quota_that_is_missed_says_by_how_many():
    declared = [["women"], [], ["women", "youth"], [], []]
    quotas = [Quota("women", share=Fraction(2, 5)), Quota("women", share=Fraction(1, 2)), Quota("youth", at_least=2)]

    found = judge_quotas(quotas, declared)

    assert found == (
        QuotaFinding("women", needed=2, held=2, filled=5),
        QuotaFinding("women", needed=3, held=2, filled=5),
        QuotaFinding("youth", needed=2, held=1, filled=5),
    )
    assert [quota.met for quota in found] == [True, False, False]


@given(
    share=st.fractions(min_value=0, max_value=1).filter(lambda share: share > 0),
    declared=st.lists(st.sampled_from([[], ["women"]]), min_size=1),
)
def test_a_quota_is_met_exactly_when_the_share_is_reached(share, declared):
    (found,) = judge_quotas([Quota("women", share=share)], declared)

    assert found.met == (Fraction(sum(map(bool, declared)), len(declared)) >= share)


# --- draws -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entitled", "needed"), [(1, 1), (2, 1), (3, 2), (12, 2), (900, 2)])
def test_a_lot_waits_for_words_from_two_others_or_from_all_there_are(entitled, needed):
    assert words_needed(entitled) == needed
    check_words(given=needed, entitled=entitled)
    with pytest.raises(RuleBroken) as refused:
        check_words(given=needed - 1, entitled=entitled)
    assert refused.value == RuleBroken("office.draw.words", given=needed - 1, needed=needed)


# --- reports ---------------------------------------------------------------------------------------------------


def test_a_report_falls_due_from_the_beginning_and_then_from_the_last_one():
    assert report_due(30, starts_at=NOON, last_report_at=None) == day(30)
    assert report_due(30, starts_at=NOON, last_report_at=day(12)) == day(42)
    assert report_due(None, starts_at=NOON, last_report_at=day(12)) is None


# --- turns -----------------------------------------------------------------------------------------------------


def members(*refs):
    return {ref: ref for ref in refs}


def test_who_has_had_no_turn_comes_first_in_the_order_of_admission():
    voters = members("m10-1", "m9-2", "m9-11", "m2-1")

    assert in_turn(voters, {}) == ("m2-1", "m9-2", "m9-11", "m10-1")
    assert in_turn(voters, {"m2-1": day(0), "m9-2": day(-5)}) == ("m9-11", "m10-1", "m9-2", "m2-1")


def test_delegates_come_in_the_order_of_their_seats_and_a_successor_has_had_no_turn():
    assert in_turn({"s1-0-2-1": "m9-1", "s1-0-1-1": "m3-1"}, {"m3-1": day(0)}) == ("s1-0-2-1", "s1-0-1-1")
    assert in_turn({"s1-0-2-1": "m9-1", "s1-0-1-1": "m4-1"}, {"m3-1": day(0)}) == ("s1-0-1-1", "s1-0-2-1")


@given(
    start=st.integers(1, 8),
    rounds=st.lists(st.one_of(st.just(None), st.integers(0, 20)), min_size=1, max_size=40),
)
def test_nobody_has_a_second_turn_before_all_who_are_there_have_had_one(start, rounds):
    """A number in the rounds: somebody joins, or, where there is room, somebody leaves before the turn passes on."""
    voters, began, turns, number = {f"m{n}-1": f"m{n}-1" for n in range(start)}, {}, [], start
    for at, change in enumerate(rounds):
        if change is not None and change % 2 and len(voters) > 1:
            voters.pop(sorted(voters)[change % len(voters)])
        elif change is not None:
            number += 1
            voters[f"m{number}-1"] = f"m{number}-1"
        order = in_turn(voters, began)
        assert sorted(order) == sorted(voters)
        turns.append(order[0])
        began[order[0]] = day(at)
        waiting = [one for one in voters if turns.count(one) == 0]
        assert turns.count(order[0]) == 1 or not waiting
        assert len(voters) == 1 or len(turns) < 2 or turns[-1] != turns[-2]
