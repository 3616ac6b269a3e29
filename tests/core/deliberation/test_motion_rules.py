"""Motions: their life, who may decide what and how (body.decides, decision.*), and objections (body.rights)."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOON, charter_with, charters

from weft.ballots import QuorumFinding, Verdict, majority, quorum
from weft.charter.model import AssociationRights, BodyRule, Decision, Quorum
from weft.deliberation import Decided, decide
from weft.deliberation.motions import (
    TRANSITIONS,
    check_competence,
    check_objection,
    check_support,
    check_way,
    step,
)
from weft.errors import RuleBroken

LIFE = {
    ("draft", "moved"), ("moved", "seconded"), ("moved", "withdrawn"), ("seconded", "put"), ("seconded", "withdrawn"),
    ("put", "carried"), ("put", "lost"), ("put", "ratifying"), ("ratifying", "carried"), ("ratifying", "rejected"),
    ("put", "seconded"), ("put", "suspended"),  # without a quorum nothing was decided
    ("carried", "suspended"), ("suspended", "carried"), ("suspended", "put"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(TRANSITIONS, TRANSITIONS)))
def test_the_life_of_a_motion(old, new):
    if (old, new) in LIFE:
        assert step(old, new) == new
        return
    with pytest.raises(RuleBroken) as refusal:
        step(old, new)
    assert refusal.value == RuleBroken("motion.state", old=old, new=new)


def test_every_state_can_be_reached():
    assert {new for _, new in LIFE} | {"draft"} == set(TRANSITIONS)


def test_a_body_decides_what_its_list_says_or_everything():
    committee = BodyRule("committee", "executive", "committee", Quorum(), decides=("ordinary", "procedure"))

    check_competence(committee, "procedure")
    check_competence(charter_with().body("city"), "strike")
    with pytest.raises(RuleBroken) as refusal:
        check_competence(committee, "strike")
    assert refusal.value == RuleBroken("body.decides", kind="strike", decides="ordinary, procedure")


def test_a_motion_needs_its_backers():
    check_support(Decision("charter", proposers=3), backers=3)
    with pytest.raises(RuleBroken) as refusal:
        check_support(Decision("charter", proposers=3), backers=2)
    assert refusal.value == RuleBroken("decision.proposers", backers=2, needed=3)


@pytest.mark.parametrize(
    ("ballots", "way", "allowed"),
    [
        (("open", "counted"), "open", True),
        (("open", "counted"), "secret", False),
        (("open", "counted"), "paper", False),
        (("secret",), "paper", True),  # a secret vote on paper is a secret vote
        (("secret",), "secret", True),
        (("secret",), "open", False),
        (("open", "counted", "secret"), "shouting", False),
    ],
)
def test_the_way_to_vote_is_the_charters(ballots, way, allowed):
    rule = Decision("strike", ballots=ballots)
    if allowed:
        check_way(rule, way)
        return
    with pytest.raises(RuleBroken) as refusal:
        check_way(rule, way)
    named = "secret" if way == "paper" else way
    assert refusal.value == RuleBroken("decision.ballots", way=named, allowed=", ".join(ballots))


CITY = charter_with().body("city")
COUNT = {"yes": 4, "no": 1, "abstain": 0, "present": 5, "entitled": 9}


@pytest.mark.parametrize(
    ("kind", "outcome", "needed"),
    [("ordinary", "carried", 3), ("never heard of", "carried", 3), ("charter", "ratifying", 4)],
)
def test_a_motion_as_a_whole(kind, outcome, needed):
    assert decide(charter_with(), CITY, kind, **COUNT) == Decided(
        quorum=QuorumFinding(present=5, needed=5, entitled=9),
        verdict=Verdict(yes=4, no=1, abstain=0, base=5, needed=needed, carried=True, tied=False),
        outcome=outcome,
    )


def test_a_lost_motion_is_lost_whether_or_not_it_would_be_ratified():
    for kind in ("ordinary", "charter"):
        assert decide(charter_with(), CITY, kind, **COUNT | {"yes": 1, "no": 4}).outcome == "lost"


@pytest.mark.parametrize(("kind", "rule"), [("ordinary", "body.quorum"), ("strike", "decision.quorum")])
def test_without_its_quorum_nothing_is_decided(kind, rule):
    with pytest.raises(RuleBroken) as refusal:
        decide(charter_with(), CITY, kind, **COUNT | {"present": 4, "yes": 4, "no": 0})

    assert refusal.value == RuleBroken(rule, present=4, needed=5, entitled=9)


@given(charter=charters, kind=st.sampled_from(["ordinary", "charter"]), data=st.data())
def test_decide_is_quorum_then_majority(charter, kind, data):
    body, rule = charter.body("workplace"), charter.decision(kind)
    entitled = data.draw(st.integers(1, 200))
    present = data.draw(st.integers(0, entitled))
    weights = data.draw(st.none() | st.integers(present, 3 * present))
    most = present if weights is None else weights
    yes = data.draw(st.integers(0, most))
    no = data.draw(st.integers(0, most - yes))
    chair = data.draw(st.sampled_from(["", "yes", "no"]))
    votes = {} if weights is None else {"votes_present": weights, "votes_entitled": 3 * entitled}

    present_or_not = quorum(body.quorum, present=present, entitled=entitled)
    if not present_or_not.met:
        with pytest.raises(RuleBroken, match=r"body\.quorum"):
            decide(
                charter, body, kind, yes=yes, no=no, abstain=0, present=present, entitled=entitled, chair=chair, **votes
            )
        return
    found = decide(
        charter, body, kind, yes=yes, no=no, abstain=0, present=present, entitled=entitled, chair=chair, **votes
    )

    expected = majority(
        rule.majority,
        yes=yes,
        no=no,
        abstain=0,
        present=most,
        entitled=entitled if weights is None else 3 * entitled,
        chair=chair,
    )
    assert found == Decided(present_or_not, expected, "carried" if expected.carried else "lost")


RIGHTS = AssociationRights(bodies=("city",), objection_days=7, suspends_days=14)
OBJECTION = {"body_kind": "city", "decided_at": NOON, "now": NOON, "objected_before": False}
INSTANT = timedelta(microseconds=1)


def test_an_objection_suspends_from_the_day_it_is_made():
    last = NOON + timedelta(days=7) - INSTANT

    assert check_objection(RIGHTS, **OBJECTION) == NOON + timedelta(days=14)
    assert check_objection(RIGHTS, **OBJECTION | {"now": last}) == last + timedelta(days=14)


@pytest.mark.parametrize(
    ("rights", "wrong", "refusal"),
    [
        (None, {}, RuleBroken("body.rights.objection")),
        (AssociationRights(bodies=("city",)), {}, RuleBroken("body.rights.objection")),
        (RIGHTS, {"body_kind": "region"}, RuleBroken("body.rights.objection")),
        (RIGHTS, {"objected_before": True}, RuleBroken("body.rights.objection_once")),
        (RIGHTS, {"now": NOON + timedelta(days=7)}, RuleBroken("body.rights.objection_days", days=7)),
        (RIGHTS, {"now": NOON + timedelta(days=70)}, RuleBroken("body.rights.objection_days", days=7)),
    ],
)
def test_objections_that_are_refused(rights, wrong, refusal):
    with pytest.raises(RuleBroken) as found:
        check_objection(rights, **OBJECTION | wrong)

    assert found.value == refusal
