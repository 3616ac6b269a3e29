"""Membership life (membership.admission) and accession (decision.accession)."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, admissions, cases, charter_with

from weft.charter.model import Admission
from weft.errors import RuleBroken
from weft.federation.accession import Joining, check_accession, check_joint_founding
from weft.federation.membership import AdmissionFinding, change_status, judge_admission

STATUSES = ["admitted", "suspended", "transferred", "left", "lapsed", "excluded"]
ENDS = {"transferred", "left", "lapsed", "excluded"}


@pytest.mark.parametrize(("old", "new"), list(product(STATUSES, STATUSES)))
def test_membership_goes_on_or_ends_once(old, new):
    if old not in ENDS and old != new:
        assert change_status(old, new) == new
        return
    with pytest.raises(RuleBroken) as refusal:
        change_status(old, new)
    assert refusal.value == RuleBroken("membership.status", old=old, new=new)


@pytest.mark.parametrize("case", cases("federation/admission.json"), ids=lambda case: case["why"])
def test_admission_as_worked_by_hand(case):
    rule = Admission(vouchers=2, objection_days=7)
    elapsed = timedelta(days=case["days"] or 0, seconds=case["seconds"])

    found = judge_admission(
        rule,
        vouchers=case["vouchers"],
        objections=case["objections"],
        vouched_at=NOON if case["vouched"] else None,
        now=NOON + elapsed,
    )

    until = NOON + timedelta(days=7) if case["vouched"] else None
    assert found == AdmissionFinding(case["state"], case["vouchers"], 2, case["objections"], until)


@given(
    rule=admissions,
    vouchers=st.integers(0, 12),
    objections=st.integers(0, 3),
    minutes=st.integers(0, 60 * 24 * 100),
)
def test_admitted_exactly_when_vouched_for_unopposed_and_waited(rule, vouchers, objections, minutes):
    now = NOON + timedelta(minutes=minutes)

    state = judge_admission(rule, vouchers=vouchers, objections=objections, vouched_at=NOON, now=now).state

    waited = minutes >= rule.objection_days * 24 * 60
    assert (state == "admitted") == (vouchers >= rule.vouchers and objections == 0 and waited)
    assert (state == "contested") == (vouchers >= rule.vouchers and objections > 0)
    assert (state == "vouchers") == (vouchers < rule.vouchers)


def test_enough_vouchers_without_their_date_are_not_yet_enough():
    found = judge_admission(Admission(), vouchers=2, objections=0, vouched_at=None, now=NOON)

    assert found == AdmissionFinding("vouchers", 2, 2, 0, None)


def test_a_council_joins_as_a_kind_that_the_wider_charter_has():
    wider = charter_with()

    assert check_accession(wider, as_kind="workplace", members=5, already=False) == Joining("workplace", ("city",))
    # an association stands on its own; the founders' number is for councils
    assert check_accession(wider, as_kind="association", members=1, already=False) == Joining("association", ("city",))


@pytest.mark.parametrize(
    ("kind", "members", "already", "refusal"),
    [
        ("city", 900, False, RuleBroken("accession.kind", kind="city")),
        ("kolkhoz", 900, False, RuleBroken("accession.kind", kind="kolkhoz")),
        ("workplace", 900, True, RuleBroken("accession.already")),
        ("workplace", 4, False, RuleBroken("accession.members", members=4, needed=5)),
        ("workplace", 0, False, RuleBroken("accession.members", members=0, needed=5)),
    ],
)
def test_who_may_not_join(kind, members, already, refusal):
    with pytest.raises(RuleBroken) as found:
        check_accession(charter_with(), as_kind=kind, members=members, already=already)

    assert found.value == refusal


@given(proposed=st.lists(st.sampled_from("abcd")), adopted=st.lists(st.sampled_from("abcdxy")))
def test_a_federation_is_founded_by_all_to_whom_it_was_proposed(proposed, adopted):
    councils, have = set(proposed), {council for council in proposed if council in adopted}
    if len(councils) >= 2 and have == councils:
        check_joint_founding(adopted, proposed_to=proposed)
        return

    with pytest.raises(RuleBroken) as refusal:
        check_joint_founding(adopted, proposed_to=proposed)

    if len(councils) < 2:
        assert refusal.value == RuleBroken("accession.too_few", councils=len(councils), needed=2)
    else:
        assert refusal.value == RuleBroken("accession.waiting", adopted=len(have), of=len(councils))
