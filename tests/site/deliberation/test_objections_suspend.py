"""An association objects to a decision that concerns its people: it waits, once, and then stands again."""

import pytest
from tests.site.deliberation.halls import DAY, NOON, acts, city, entry, opened, put
from tests.site.deliberation.refusing import refused

from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import decisions, objections
from weft_site.deliberation.services.voting import cast_vote
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


def carried(town, now=NOON):
    hall = town.council
    opened(hall, 4)
    motion, ballot = put(hall, now)
    for person in hall.people:
        cast_vote(actor=person, now=now, ballot_id=ballot.pk, choice="yes")
    decisions.close_motion(actor=hall.chair, now=now, motion_id=motion.pk)
    return Motion.objects.get(pk=motion.pk)


def objecting(town, motion, now=NOON + DAY):
    return {
        "actor": town.women.chair, "now": now, "association_id": town.women.body.pk, "motion_id": motion.pk,
        "reason": "We were not heard.",
    }  # fmt: skip


def test_a_decision_waits_fourteen_days_and_then_stands_again_once():
    town = city()
    motion = carried(town)

    objections.object_to(**objecting(town, motion))

    motion.refresh_from_db()
    until = NOON + 15 * DAY
    assert (motion.state, motion.waits_until) == ("suspended", until)
    recorded = entry("deliberation.objection_made")
    assert (recorded["body"], recorded["by"]) == (town.council.body.ref, [town.women.body.ref, "m5000-1"])
    assert (
        Notice.objects.filter(kind="motion.objected").count() == 2
    )  # the council's chair, who moved it, and secretary
    assert objections.due(until - DAY) == 0
    refused("motion.waits", objections.end_objection, actor=None, now=until - DAY, motion_id=motion.pk)
    assert (objections.due(until), objections.due(until + DAY)) == (1, 0)
    motion.refresh_from_db()
    assert (motion.state, acts()[-1]) == ("carried", "deliberation.objection_ended")
    refused("body.rights.objection_once", objections.object_to, **objecting(town, motion, NOON + 2 * DAY))


def test_an_objection_comes_in_time_by_the_chair_with_the_right_and_on_a_decision():
    town = city()
    motion = carried(town)

    refused("standing.office", objections.object_to, **(objecting(town, motion) | {"actor": town.women.people[5]}))
    refused("body.rights.objection_days", objections.object_to, **objecting(town, motion, NOON + 7 * DAY))
    depot = town.workplaces[0]
    mine = {"actor": depot.chair, "association_id": depot.body.pk}
    refused("body.rights.objection", objections.object_to, **(objecting(town, motion) | mine))
    waiting = Motion.objects.create(
        body=town.council.body, ref="n999", title="x", text="y", mover=town.council.chair, mover_name="c",
        moved_at=NOON,
    )  # fmt: skip
    refused("motion.state", objections.object_to, **objecting(town, waiting))


def test_another_federations_motion_is_not_there():
    town = city()
    motion = carried(town)
    other = city(women=7)

    with pytest.raises(Motion.DoesNotExist):
        objections.object_to(**objecting(other, motion))
    assert Motion.objects.get(pk=motion.pk).state == "carried"


@pytest.mark.parametrize(("choice", "state"), [("yes", "carried"), ("no", "lost")])
def test_meanwhile_the_body_may_decide_again_and_that_is_final(choice, state):
    town = city()
    motion = carried(town)
    first = motion.decided_index
    objections.object_to(**objecting(town, motion))
    later = NOON + 2 * DAY

    _motion, ballot = put(town.council, later, motion=Motion.objects.get(pk=motion.pk))
    for person in town.council.people:
        cast_vote(actor=person, now=later, ballot_id=ballot.pk, choice=choice)
    assert objections.due(NOON + 30 * DAY) == 0  # while they vote nothing stands again by itself
    decisions.close_motion(actor=town.council.chair, now=later, motion_id=motion.pk)

    motion.refresh_from_db()
    assert (motion.state, motion.decided_index > first, motion.waits_until) == (state, True, None)
    assert objections.due(NOON + 30 * DAY) == 0
    rule = "body.rights.objection_once"
    refused(rule, objections.object_to, **objecting(town, motion, later))


def test_a_second_vote_without_quorum_leaves_the_decision_waiting():
    town = city(workplaces=5)
    motion = carried(town)
    objections.object_to(**objecting(town, motion))
    put(town.council, NOON + 2 * DAY, motion=Motion.objects.get(pk=motion.pk), closes_at=NOON + 9 * DAY)

    assert decisions.due(NOON + 9 * DAY) == 1
    motion.refresh_from_db()
    assert motion.state == "suspended"
    assert objections.due(NOON + 15 * DAY) == 1


def test_a_charter_in_force_is_not_suspended():
    town = city()
    motion = carried(town)
    Motion.objects.filter(pk=motion.pk).update(kind="charter")

    refused("motion.in_force", objections.object_to, **objecting(town, motion))
