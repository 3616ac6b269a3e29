"""Membership life (membership.admission) and accession (decision.accession)."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, admissions, cases, charter_with

from weft.charter import library_charter
from weft.charter.model import Admission, Exclusion, Procedure, Quota
from weft.errors import RuleBroken
from weft.federation.accession import (
    Joining,
    check_accession,
    check_association,
    check_joint_founding,
    check_notice,
    founding_proposal,
    judge_answer,
    organ_kinds,
    upper_kinds,
)
from weft.federation.membership import (
    AdmissionFinding,
    change_status,
    check_age,
    check_declared,
    check_exclusion,
    check_invitation,
    check_lapse,
    check_one_council,
    judge_admission,
    opening_act,
    quota_attributes,
    rule_for_list,
)
from weft.federation.standing import NEEDS

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


# --- lists, age, one council, what is declared, exclusion ---------------------------------------------------------


@given(rule=admissions)
def test_a_list_needs_two_vouchers_at_least_and_otherwise_what_the_charter_asks(rule):
    listed = rule_for_list(rule)

    assert listed.vouchers in {2, rule.vouchers}
    assert min(listed.vouchers - 2, listed.vouchers - rule.vouchers) == 0
    assert (listed.objection_days, listed.decided_as) == (rule.objection_days, rule.decided_as)


def test_an_age_is_declared():
    rule = charter_with().membership

    check_age(rule, declared=True)
    with pytest.raises(RuleBroken) as refusal:
        check_age(rule, declared=False)
    assert refusal.value == RuleBroken("membership.minimum_age", years=rule.minimum_age)


def test_one_council_below_one_delegate_council_unless_the_person_moves():
    check_one_council([], transfer=False)
    check_one_council(["Mill"], transfer=True)
    with pytest.raises(RuleBroken) as refusal:
        check_one_council(["Mill", "Yard"], transfer=False)
    assert refusal.value == RuleBroken("membership.one_council", council="Mill")


def test_only_what_a_quota_counts_is_declared():
    law = library_charter("workers-assembly")
    assert quota_attributes(law) == ()
    city = replace(law.bodies["city"], quotas=(Quota("women", share=Fraction(2, 5)), Quota("women", at_least=1)))
    law = replace(law, bodies={**law.bodies, "city": city})

    assert quota_attributes(law) == ("women",)
    check_declared(law, ["women"])
    with pytest.raises(RuleBroken) as refusal:
        check_declared(law, ["women", "citizenship"])
    assert refusal.value == RuleBroken("membership.declared", attribute="citizenship")


@pytest.mark.parametrize(
    ("told", "heard", "refusal"),
    [
        (timedelta(days=14), True, None),
        (timedelta(days=14, seconds=-1), True, RuleBroken("membership.exclusion.notice_days", days=14)),
        (None, True, RuleBroken("membership.exclusion.notice_days", days=14)),
        (timedelta(days=14), False, RuleBroken("membership.exclusion.hearing")),
    ],
)
def test_nobody_is_excluded_untold_or_unheard(told, heard, refusal):
    arguments = {"told_at": NOON - told if told else None, "heard": heard, "now": NOON}
    if refusal is None:
        check_exclusion(Exclusion(notice_days=14), **arguments)
        return
    with pytest.raises(RuleBroken) as found:
        check_exclusion(Exclusion(notice_days=14), **arguments)
    assert found.value == refusal


def test_membership_lapses_only_where_the_charter_says_so():
    rule = charter_with().membership
    check_lapse(replace(rule, lapses_with_job=True))
    with pytest.raises(RuleBroken) as refusal:
        check_lapse(replace(rule, lapses_with_job=False))
    assert refusal.value == RuleBroken("membership.lapses_with_job")


# --- accession ----------------------------------------------------------------------------------------------------

councils = st.dictionaries(st.sampled_from(["x/a", "x/b", "x/c"]), st.sampled_from(["workplace", "plant"]), min_size=2)


@given(councils=councils, title=st.text(max_size=20), data=st.data())
def test_a_proposal_is_one_hash_of_all_that_is_adopted_in_any_order(councils, title, data):
    pairs = data.draw(st.permutations(list(councils.items())))

    found = founding_proposal(title, "c" * 64, pairs)

    assert found == founding_proposal(title, "c" * 64, sorted(pairs))
    assert found != founding_proposal(title + "x", "c" * 64, pairs)
    assert found != founding_proposal(title, "d" * 64, pairs)
    assert found != founding_proposal(title, "c" * 64, pairs[:-1])


def test_what_comes_into_being_over_two_workplaces():
    law = library_charter("workers-assembly")

    assert upper_kinds(law, ["workplace"]) == ("city",)
    assert upper_kinds(law, ["city"]) == ("region",)
    assert organ_kinds(law, "city") == ("committee", "mandate_commission")
    assert organ_kinds(law, "region") == ()


@pytest.mark.parametrize("kind", ["workplace", "city", "kolkhoz"])
def test_what_is_no_association(kind):
    law = library_charter("workers-assembly")
    check_association(law, "association")
    with pytest.raises(RuleBroken) as refusal:
        check_association(law, kind)
    assert refusal.value == RuleBroken("association.kind", kind=kind)


@given(seconds=st.integers(0, 30 * 24 * 3600))
def test_the_vote_waits_for_the_notice(seconds):
    law = library_charter("workers-assembly")
    now = NOON + timedelta(seconds=seconds)
    if seconds >= 14 * 24 * 3600:
        check_notice(law, announced_at=NOON, now=now)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_notice(law, announced_at=NOON, now=now)
    earliest = (NOON + timedelta(days=14)).isoformat()
    assert refusal.value == RuleBroken("decision.notice_days", days=14, earliest=earliest)


@given(entitled=st.integers(1, 400), data=st.data())
def test_an_answer_is_carried_by_two_thirds_of_the_votes_if_a_fifth_and_five_voted(entitled, data):
    law = library_charter("workers-assembly")
    yes = data.draw(st.integers(0, entitled))
    no = data.draw(st.integers(0, entitled - yes))
    abstain = data.draw(st.integers(0, entitled - yes - no))

    found = judge_answer(law, law.body("workplace"), "accession", yes=yes, no=no, abstain=abstain, entitled=entitled)

    voted = yes + no + abstain
    assert found.quorum.met == (5 * voted >= entitled and voted >= 5)
    assert found.carried == (found.quorum.met and yes > 0 and 3 * yes >= 2 * (yes + no))


@pytest.mark.parametrize(
    ("elapsed", "act"),
    [
        (timedelta(days=4, seconds=-1), "application.open"),
        (timedelta(days=4), "application.open_late"),
        (None, "application.open"),
    ],
)
def test_officers_who_wait_keep_nobody_out_for_longer_than_the_charter_says(elapsed, act):
    since = None if elapsed is None else NOON - elapsed

    assert opening_act(Procedure(admission_officers_days=4), contested_at=since, now=NOON) == act
    assert act in NEEDS


def test_an_invitation_holds_for_the_days_of_the_charter_at_most():
    procedure = Procedure(invitation_days=14)

    check_invitation(procedure, days=1)
    check_invitation(procedure, days=14)
    for days in (0, 15, -1):
        with pytest.raises(RuleBroken) as refused:
            check_invitation(procedure, days=days)
        assert refused.value == RuleBroken("procedure.invitation_days", days=14)
