"""Windows and doors: signing in, votes over days, late votes of the base, where a charter is amended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from weft.charter import amend, load
from weft.charter.model import AssociationRights, Procedure, Quorum, Ratification
from weft.deliberation import amending, meetings, motions, ratification
from weft.errors import RuleBroken
from weft.federation.standing import NEEDS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAW = load(files("weft.charter").joinpath("library/workers-assembly.toml").read_text())
WORKPLACE = LAW.body("workplace")  # three days' notice


def test_a_vote_that_no_quorum_decides_leaves_the_motion_where_it_was():
    assert motions.step("put", "seconded") == "seconded"
    assert motions.step("suspended", "put") == "put"
    assert motions.step("put", "suspended") == "suspended"
    with pytest.raises(RuleBroken, match=r"motion\.state"):
        motions.step("moved", "put")


def test_a_quorate_vote_cannot_be_ended_undecided():
    body = replace(WORKPLACE, quorum=Quorum(at_least=5))
    decision = LAW.decision("ordinary")

    assert motions.may_end_undecided(decision, body, present=4, entitled=9).needed == 5
    with pytest.raises(RuleBroken) as refused:
        motions.may_end_undecided(decision, body, present=5, entitled=9)
    assert refused.value == RuleBroken("motion.quorate", present=5, needed=5)


@pytest.mark.parametrize("kind", ["charter", "recall", "founding", "nonsense"])
def test_what_has_a_procedure_of_its_own_is_not_moved_as_words(kind):
    motions.check_kind(LAW, "ordinary")
    with pytest.raises(RuleBroken) as refused:
        motions.check_kind(LAW, kind)
    assert refused.value == RuleBroken("motion.kind", kind=kind)


def test_a_motion_is_seconded_by_another_and_once():
    motions.check_seconder(own=False, before=False)
    with pytest.raises(RuleBroken, match=r"motion\.own"):
        motions.check_seconder(own=True, before=False)
    with pytest.raises(RuleBroken, match=r"motion\.backed"):
        motions.check_seconder(own=False, before=True)


def test_only_an_association_with_the_right_tables_and_only_where_it_has_it():
    rights = AssociationRights(bodies=("city",))
    motions.check_tabling(rights, body_kind="city")
    for bad, kind in ((None, "city"), (rights, "region"), (replace(rights, table=False), "city")):
        with pytest.raises(RuleBroken, match=r"body\.rights\.table"):
            motions.check_tabling(bad, body_kind=kind)


def test_people_sign_in_from_the_minutes_of_the_charter_before_the_start_until_the_meeting_is_over():
    doors, early = Procedure(doors_minutes=90), NOON - timedelta(minutes=90)
    meetings.check_attend(doors, state="convened", starts_at=NOON, now=early)
    meetings.check_attend(doors, state="open", starts_at=NOON, now=NOON + DAY)
    with pytest.raises(RuleBroken, match=r"meeting\.early"):
        meetings.check_attend(doors, state="convened", starts_at=NOON, now=early - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match=r"meeting\.state"):
        meetings.check_attend(doors, state="closed", starts_at=NOON, now=NOON)


def test_a_vote_over_days_lasts_as_long_as_the_notice_of_a_meeting():
    meetings.check_over_days(WORKPLACE, opened_at=NOON, closes_at=NOON + 3 * DAY)
    with pytest.raises(RuleBroken, match=r"body\.notice_days"):
        meetings.check_over_days(WORKPLACE, opened_at=NOON, closes_at=NOON + 3 * DAY - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match=r"ballot\.closes"):
        meetings.check_over_days(WORKPLACE, opened_at=NOON, closes_at=NOON)


def test_a_call_that_was_signed_slowly_is_not_lost():
    assert meetings.called_start(WORKPLACE, wanted=NOON + 9 * DAY, complete_at=NOON) == NOON + 9 * DAY
    assert meetings.called_start(WORKPLACE, wanted=NOON, complete_at=NOON + DAY) == NOON + 4 * DAY


def test_after_the_days_of_the_charter_any_voter_opens_the_vote_on_ratification():
    procedure = Procedure(ratification_officers_days=9)
    before = ratification.opening_act(procedure, decided_at=NOON, now=NOON + 9 * DAY - timedelta(seconds=1))
    after = ratification.opening_act(procedure, decided_at=NOON, now=NOON + 9 * DAY)

    assert (before, after) == ("ratification.open", "ratification.open_late")
    assert {before, after} <= set(NEEDS)


def test_an_answer_must_come_before_answers_stop_counting():
    rule = Ratification(bodies="workplace", within_days=60)
    ratification.check_answer_window(rule, decided_at=NOON, closes_at=NOON + 60 * DAY - timedelta(seconds=1))
    ratification.check_answer_window(replace(rule, within_days=None), decided_at=NOON, closes_at=NOON + 900 * DAY)
    with pytest.raises(RuleBroken, match=r"decision\.ratified_by"):
        ratification.check_answer_window(rule, decided_at=NOON, closes_at=NOON + 60 * DAY)


@pytest.mark.parametrize(
    ("type_", "has_upper", "refused"),
    [("base", False, False), ("delegate", False, False), ("base", True, True), ("association", False, True),
     ("executive", False, True), ("commission", False, True), ("delegate", True, True)],
)  # fmt: skip
def test_the_charter_is_amended_where_no_council_stands_above(type_, has_upper, refused):
    if refused:
        with pytest.raises(RuleBroken, match=r"amendment\.body"):
            amending.check_amending_body(type_=type_, has_upper=has_upper)
    else:
        amending.check_amending_body(type_=type_, has_upper=has_upper)


def test_a_change_that_changes_nothing_or_takes_the_ground_from_bodies_is_refused():
    later = amend(LAW, [("membership.minimum_age", 18)])
    found = amending.check_change(LAW, later, in_use={"workplace": 3, "region": 0})

    assert found == ("membership.minimum_age",)
    with pytest.raises(RuleBroken, match=r"amendment\.nothing"):
        amending.check_change(LAW, LAW, in_use={})
    gone = replace(later, bodies={name: rule for name, rule in LAW.bodies.items() if name != "region"})
    amending.check_change(LAW, gone, in_use={"region": 0})
    with pytest.raises(RuleBroken) as refused:
        amending.check_change(LAW, gone, in_use={"region": 2})
    assert refused.value == RuleBroken("amendment.in_use", kind="region", bodies=2)


def test_a_change_is_put_against_the_charter_it_was_announced_for_and_one_at_a_time():
    amending.check_base(moved_on="a", in_force="a", others=0)
    with pytest.raises(RuleBroken, match=r"amendment\.stale"):
        amending.check_base(moved_on="a", in_force="b", others=0)
    with pytest.raises(RuleBroken, match=r"amendment\.other"):
        amending.check_base(moved_on="a", in_force="a", others=1)
