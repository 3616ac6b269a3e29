"""The charter is amended by its own procedure: notice, proposers, majority, the answers of the base, then in force."""

import pytest
from tests.site.deliberation.halls import DAY, NOON, acts, city, entry, law, opened, put, term, workplace
from tests.site.deliberation.refusing import refused

from weft.charter import CharterProblems
from weft_site.ballots.models import Ballot
from weft_site.deliberation.models import Motion, Ratification
from weft_site.deliberation.services import amendments, decisions, motions, ratification
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import CharterInForce, Constituency, Seat, Term
from weft_site.people.models import Notice
from weft_site.record.models import Entry

pytestmark = pytest.mark.django_db
RIPE = NOON + 14 * DAY
LATER = RIPE + 30 * DAY
AGE = [("membership.minimum_age", 18)]


def amended(hall, values=AGE, now=NOON, backers=2):
    """A change moved and backed; the default charter asks for three proposers and fourteen days."""
    ref = amendments.propose_amendment(
        actor=hall.people[0], now=now, body_id=hall.body.pk, title="Age", reason="Because.", values=values
    )
    motion = Motion.objects.get(body=hall.body, ref=ref)
    for person in hall.people[1 : 1 + backers]:
        motions.second_motion(actor=person, now=now, motion_id=motion.pk)
    return Motion.objects.get(pk=motion.pk)


def decided(hall, motion, now=RIPE, yes=None):
    """Put over days and carried by everybody, or by `yes` of them."""
    _motion, ballot = put(hall, now, motion=motion, closes_at=now + 8 * DAY)
    for number, person in enumerate(hall.people):
        choice = "yes" if yes is None or number < yes else "no"
        cast_vote(actor=person, now=now, ballot_id=ballot.pk, choice=choice)
    decisions.close_motion(actor=hall.chair, now=now, motion_id=motion.pk)
    motion.refresh_from_db()
    return motion


def answer(hall, motion, choice, now=RIPE, voters=5):
    """A workplace opens its vote, some vote, and the clock closes it."""
    ballot_id = ratification.open_ratification(
        actor=hall.chair, now=now, motion_id=motion.pk, body_id=hall.body.pk, closes_at=now + 3 * DAY
    )
    for person in hall.people[:voters]:
        cast_vote(actor=person, now=now, ballot_id=ballot_id, choice=choice)
    return Ratification.objects.get(motion=motion, body=hall.body)


def test_a_change_needs_its_proposers_and_its_notice():
    hall = workplace(12)
    motion = amended(hall, backers=1)
    arguments = {"actor": hall.chair, "motion_id": motion.pk, "way": "open"}

    assert Notice.objects.filter(kind="motion.moved").count() == 12
    refused("decision.proposers", decisions.put_motion, now=RIPE, closes_at=RIPE + 4 * DAY, **arguments)
    motions.second_motion(actor=hall.people[5], now=NOON, motion_id=motion.pk)
    early = RIPE - DAY
    refused("decision.notice_days", decisions.put_motion, now=early, closes_at=early + 4 * DAY, **arguments)


def test_a_council_alone_ratifies_by_deciding_and_the_new_charter_is_in_force_from_its_entry():
    hall = workplace(12)
    old = hall.federation.charter
    motion = decided(hall, amended(hall))

    federation = hall.federation
    assert motion.state == "carried"
    assert (law(federation).membership.minimum_age, motion.charter) == (18, old)
    recorded = entry("deliberation.charter_amended")
    assert recorded["data"] == {"motion": motion.ref, "from": old.hash, "to": federation.charter.hash}
    assert recorded["charter"] == old.hash
    in_force = list(CharterInForce.objects.values_list("version__hash", "from_at"))
    assert in_force == [(old.hash, NOON - 100 * DAY), (federation.charter.hash, RIPE)]
    assert acts()[-3:] == [
        "deliberation.motion_decided", "deliberation.motion_ratified", "deliberation.charter_amended",
    ]  # fmt: skip


def test_an_earlier_decision_still_cites_the_old_charter():
    hall = workplace(12)
    opened(hall, 12)
    before, ballot = put(hall)
    cast_vote(actor=hall.chair, now=NOON, ballot_id=ballot.pk, choice="yes")
    decisions.close_motion(actor=hall.chair, now=NOON, motion_id=before.pk)
    old = hall.federation.charter

    decided(hall, amended(hall))

    before.refresh_from_db()
    assert (before.charter, hall.federation.charter != old) == (old, True)


def test_less_than_two_thirds_changes_nothing():
    hall = workplace(12)
    old = hall.federation.charter

    motion = decided(hall, amended(hall), yes=7)

    assert (motion.state, hall.federation.charter, CharterInForce.objects.count()) == ("lost", old, 1)


def test_what_is_no_charter_or_changes_nothing_or_comes_from_below_is_refused():
    town = city()
    arguments = {"actor": town.council.chair, "now": NOON, "body_id": town.council.body.pk, "title": "x", "reason": "y"}
    depot = town.workplaces[0]

    with pytest.raises(CharterProblems):
        amendments.propose_amendment(values=[("membership.minimum_age", 400)], **arguments)
    refused("amendment.nothing", amendments.propose_amendment, values=[("membership.minimum_age", 16)], **arguments)
    refused(
        "amendment.body", amendments.propose_amendment, values=AGE,
        **(arguments | {"actor": depot.chair, "body_id": depot.body.pk}),
    )  # fmt: skip
    refused("standing.delegate", amendments.propose_amendment, values=AGE, **(arguments | {"actor": depot.chair}))
    assert acts() == ["federation.entitled"]


def test_only_one_change_at_a_time_and_only_on_the_charter_it_was_announced_for():
    hall = workplace(12)
    first, second = amended(hall), amended(hall, [("membership.founders", 6)])
    put(hall, RIPE, motion=first, closes_at=RIPE + 4 * DAY)
    arguments = {"actor": hall.chair, "now": RIPE, "motion_id": second.pk, "way": "open"}

    refused("amendment.other", decisions.put_motion, closes_at=RIPE + 4 * DAY, **arguments)
    for person in hall.people:
        cast_vote(actor=person, now=RIPE, ballot_id=Ballot.objects.get().pk, choice="yes")
    decisions.close_motion(actor=hall.chair, now=RIPE, motion_id=first.pk)
    refused("amendment.stale", decisions.put_motion, closes_at=RIPE + 4 * DAY, **arguments)


# --- ratification -----------------------------------------------------------------------------------------------


def ratifying(**more):
    town = city(**more)
    motion = decided(town.council, amended(town.council))
    assert motion.state == "ratifying"
    return town, motion


def test_the_base_is_asked_and_half_is_not_more_than_half():
    town, motion = ratifying()  # four workplaces; more than half is three
    old = town.council.federation.charter
    assert Notice.objects.filter(kind="ratification.asked").count() == 8  # chair and secretary of each
    for hall in town.workplaces[:2]:
        answer(hall, motion, "yes")
    assert ratification.due(RIPE + 3 * DAY) == 2
    assert town.council.federation.charter == old

    answer(town.workplaces[2], motion, "yes", RIPE + 3 * DAY)
    assert ratification.due(RIPE + 6 * DAY) == 1

    motion.refresh_from_db()
    assert (motion.state, law(town.council.federation).membership.minimum_age) == ("carried", 18)
    assert entry("deliberation.motion_ratified")["data"] == {
        "motion": motion.ref, "bodies": 4, "agreed": 3, "refused": 0,
    }  # fmt: skip
    before = acts()
    assert (ratification.due(RIPE + 9 * DAY), acts()) == (0, before)


def test_it_is_rejected_as_soon_as_the_rest_cannot_reach_it():
    town, motion = ratifying()
    rows = [answer(hall, motion, "no") for hall in town.workplaces[:3]]
    for row in rows[:2]:
        ratification.close_ratification(actor=None, now=RIPE + 3 * DAY, ratification_id=row.pk)

    motion.refresh_from_db()
    assert (motion.state, acts()[-1]) == ("rejected", "deliberation.motion_rejected")
    assert Ballot.objects.get(pk=rows[2].ballot_id).result == {"outcome": "void"}
    assert CharterInForce.objects.count() == 1


def test_it_is_rejected_when_its_sixty_days_are_over():
    town, motion = ratifying()
    answer(town.workplaces[0], motion, "yes")
    ratification.due(RIPE + 3 * DAY)

    assert ratification.due(RIPE + 60 * DAY) == 1
    motion.refresh_from_db()
    assert motion.state == "rejected"
    assert entry("deliberation.motion_rejected")["data"] == {
        "motion": motion.ref, "bodies": 4, "agreed": 1, "refused": 0,
    }  # fmt: skip


def test_an_answer_counts_from_the_end_of_its_vote_however_late_the_clock_comes():
    town, motion = ratifying()
    late = RIPE + 57 * DAY - DAY
    for hall in town.workplaces[:3]:
        answer(hall, motion, "yes", late)

    ratification.due(RIPE + 61 * DAY)
    motion.refresh_from_db()
    assert motion.state == "carried"


def test_without_a_quorum_a_council_has_not_answered_and_may_vote_again():
    town, motion = ratifying()
    row = answer(town.workplaces[0], motion, "yes", voters=4)

    assert ratification.due(RIPE + 3 * DAY) == 1
    row.refresh_from_db()
    assert (row.agreed, row.ballot, acts()[-1]) == (None, None, "deliberation.ratification_undecided")
    row = answer(town.workplaces[0], motion, "yes", RIPE + 3 * DAY)
    ratification.due(RIPE + 6 * DAY)
    row.refresh_from_db()
    assert row.agreed is True


def test_officers_open_the_vote_and_after_a_week_any_voter():
    town, motion = ratifying()
    hall = town.workplaces[0]
    arguments = {"actor": hall.people[9], "motion_id": motion.pk, "body_id": hall.body.pk}
    week = RIPE + 7 * DAY

    before = week - DAY
    refused("standing.office", ratification.open_ratification, now=before, closes_at=before + 3 * DAY, **arguments)
    ratification.open_ratification(now=week, closes_at=week + 3 * DAY, **arguments)
    refused("ratification.open", ratification.open_ratification, now=week, closes_at=week + 3 * DAY, **arguments)


def test_a_vote_on_ratification_keeps_its_notice_and_its_deadline():
    town, motion = ratifying()
    hall = town.workplaces[0]
    arguments = {"actor": hall.chair, "motion_id": motion.pk, "body_id": hall.body.pk}

    refused("body.notice_days", ratification.open_ratification, now=RIPE, closes_at=RIPE + 2 * DAY, **arguments)
    refused("decision.ratified_by", ratification.open_ratification, now=RIPE, closes_at=RIPE + 60 * DAY, **arguments)
    last = RIPE + 58 * DAY
    ratification.open_ratification(now=last, closes_at=last + DAY, **arguments)  # less than its notice is left


def test_bodies_of_other_kinds_and_other_federations_are_not_asked():
    town, motion = ratifying()
    elsewhere = workplace()
    for hall in (town.women, elsewhere):
        refused(
            "ratification.not_asked", ratification.open_ratification, actor=hall.chair, now=RIPE, motion_id=motion.pk,
            body_id=hall.body.pk, closes_at=RIPE + 4 * DAY,
        )  # fmt: skip
    assert Ratification.objects.filter(motion=motion).count() == 4


def test_an_answer_is_given_once_and_by_nobody_before_its_time():
    town, motion = ratifying()
    hall = town.workplaces[0]
    row = answer(hall, motion, "yes")
    arguments = {"actor": hall.chair, "ratification_id": row.pk}

    refused("ballot.not_yet", ratification.close_ratification, now=RIPE + DAY, **arguments)
    refused(
        "standing.office",
        ratification.close_ratification,
        now=RIPE + 3 * DAY,
        **(arguments | {"actor": hall.people[8]}),
    )
    assert ratification.close_ratification(now=RIPE + 3 * DAY, **arguments) == "agreed"
    refused("ratification.not_open", ratification.close_ratification, now=RIPE + 3 * DAY, **arguments)
    later = {"actor": hall.chair, "now": RIPE + 4 * DAY, "motion_id": motion.pk, "body_id": hall.body.pk}
    refused("ratification.answered", ratification.open_ratification, closes_at=RIPE + 9 * DAY, **later)


def test_a_council_that_leaves_no_longer_counts():
    town, motion = ratifying()
    for hall in town.workplaces[:2]:
        answer(hall, motion, "yes")
    ratification.due(RIPE + 3 * DAY)
    type(town.workplaces[3].body).objects.filter(pk=town.workplaces[3].body.pk).update(ended_at=RIPE + 3 * DAY)

    assert ratification.due(RIPE + 4 * DAY) == 1  # two of three are more than half
    motion.refresh_from_db()
    assert motion.state == "carried"


# --- what follows -------------------------------------------------------------------------------------------------


def in_force(town, values):
    motion = decided(town.council, amended(town.council, values))
    for hall in town.workplaces[:3]:
        answer(hall, motion, "yes")
    ratification.due(RIPE + 3 * DAY)
    assert Motion.objects.get(pk=motion.pk).state == "carried"


def test_a_place_of_an_office_that_is_struck_ends_with_its_term():
    town = city()
    in_force(town, [("bodies.workplace.offices.teller.draw", 1)])
    hall = town.workplaces[0]

    tellers = Seat.objects.filter(body=hall.body, office="teller").order_by("number")
    assert [(seat.number, seat.ended_at) for seat in tellers] == [(1, None), (2, RIPE + 3 * DAY)]
    ended = Term.objects.get(seat=tellers[1])
    assert (ended.ended_by, ended.ended_at) == ("lapsed", RIPE + 3 * DAY)
    recorded = entry("deliberation.charter_amended")
    assert recorded["data"]["to"] == town.council.federation.charter.hash
    index = Entry.objects.get(act="deliberation.charter_amended").index
    assert ended.ended_index == index


def test_more_places_of_an_office_are_there_to_be_filled():
    town = city()
    in_force(town, [("bodies.workplace.offices.teller.draw", 3)])

    for hall in town.workplaces:
        tellers = Seat.objects.filter(body=hall.body, office="teller", ended_at=None).order_by("number")
        assert [(seat.number, seat.terms.count()) for seat in tellers] == [(1, 1), (2, 1), (3, 0)]


def test_a_place_that_was_struck_can_come_again():
    town = city()
    in_force(town, [("bodies.workplace.offices.teller.draw", 1)])
    motion = decided(town.council, amended(town.council, [("bodies.workplace.offices.teller.draw", 2)], RIPE), LATER)
    for hall in town.workplaces[:3]:
        answer(hall, motion, "yes", LATER)
    ratification.due(LATER + 3 * DAY)

    second = Seat.objects.get(body=town.workplaces[0].body, office="teller", number=2)
    assert (second.ended_at, second.terms.filter(ended_at=None).exists()) == (None, False)


def test_seats_follow_a_new_norm():
    town = city()
    assert Seat.objects.filter(body=town.council.body, constituency__rule=0, ended_at=None).count() == 4

    in_force(town, [("bodies.city.seats.0.norm.per", 12), ("bodies.city.seats.0.small.below", 12)])

    assert Seat.objects.filter(body=town.council.body, constituency__rule=0, ended_at=None).count() == 8
    assert acts()[-1] == "federation.entitled"
    assert entry("federation.entitled")["charter"] == town.council.federation.charter.hash


def test_seats_under_a_rule_that_is_struck_end_at_once():
    from weft.charter._amend import values_of

    town = city()
    seat = Seat.objects.filter(constituency__senders=town.women.body).first()
    woman = town.women.people[5]
    held = term(seat, woman, woman.memberships.get())
    prefix = "bodies.city.seats.1."
    paths = [path for path in values_of(law(town.council.federation)) if path.startswith(prefix)]

    town.council.people.append(woman)
    in_force(town, [(path, None) for path in paths])

    held.refresh_from_db()
    assert (held.ended_by, held.ended_at) == ("lapsed", RIPE + 3 * DAY)
    assert not Constituency.objects.filter(body=town.council.body, rule=1, ended_at=None).exists()
