"""Motions: moved, seconded, put in a meeting or over days, decided with a quorum counted now, on the record."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.site.deliberation.halls import (
    DAY,
    NOON,
    acts,
    city,
    convened,
    entry,
    law,
    mandate,
    moved,
    opened,
    put,
    seat_of,
    seconded,
    term,
    workplace,
)
from tests.site.deliberation.refusing import refused

from weft.deliberation import decide
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Vote
from weft_site.deliberation.models import MandateLink, Motion
from weft_site.deliberation.services import decisions, instructions, meetings, motions
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import Body, Membership, Term
from weft_site.federation.services.tellers import enter_count
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def vote(people, ballot, choice, now=NOON):
    for person in people:
        cast_vote(actor=person, now=now, ballot_id=ballot.pk, choice=choice)


def close(hall, motion, now=NOON, **more):
    decisions.close_motion(actor=hall.chair, now=now, motion_id=motion.pk, **more)
    return Motion.objects.select_related("ballot").get(pk=motion.pk)


# --- before the vote ------------------------------------------------------------------------------------------


def test_a_motion_is_moved_backed_by_another_and_withdrawn_only_by_its_mover():
    hall = workplace()
    motion = moved(hall)
    own = {"actor": hall.people[0], "now": NOON, "motion_id": motion.pk}
    other = own | {"actor": hall.people[5]}

    refused("motion.own", motions.second_motion, **own)
    motions.second_motion(**other)
    refused("motion.backed", motions.second_motion, **other)
    assert (Motion.objects.get().state, entry("deliberation.motion_seconded")["data"]) == (
        "seconded",
        {"motion": motion.ref, "backers": 2},
    )
    refused("motion.mover", motions.withdraw_motion, **other)
    motions.withdraw_motion(**own)
    refused("motion.state", motions.withdraw_motion, **own)
    refused("motion.state", motions.second_motion, **(own | {"actor": hall.people[6]}))
    assert acts()[-1] == "deliberation.motion_withdrawn"


def test_who_has_no_vote_moves_nothing():
    town = city()
    arguments = {"now": NOON, "body_id": town.council.body.pk, "title": "x", "text": "y"}

    refused("standing.delegate", motions.move_motion, actor=town.workplaces[0].people[4], **arguments)
    recalled = town.council.people[3]
    Term.objects.filter(person=recalled, seat__constituency__isnull=False).update(ended_at=NOON, ended_by="recalled")
    numbers = refused("standing.lost", motions.move_motion, actor=recalled, **arguments)
    assert numbers == {"act": "motion.move", "how": "recalled"}


def test_a_kind_outside_the_competence_or_with_a_procedure_of_its_own_is_refused():
    hall = workplace(12, ("bodies.workplace.decides", ("ordinary",)))
    arguments = {"actor": hall.chair, "now": NOON, "body_id": hall.body.pk, "title": "x", "text": "y"}

    assert refused("body.decides", motions.move_motion, kind="strike", **arguments) == {
        "kind": "strike",
        "decides": "ordinary",
    }
    for kind in ("recall", "charter", "founding", "never-heard-of"):
        refused("motion.kind", motions.move_motion, kind=kind, **arguments)


def test_a_motion_is_not_put_before_it_is_seconded_backed_ripe_and_in_a_meeting():
    hall = workplace(12, ("decisions.ordinary.proposers", 3))
    first = moved(hall)
    arguments = {"actor": hall.chair, "now": NOON, "motion_id": first.pk, "way": "open"}

    refused("motion.state", decisions.put_motion, **arguments)
    motions.second_motion(actor=hall.people[4], now=NOON, motion_id=first.pk)
    assert refused("decision.proposers", decisions.put_motion, **arguments) == {"backers": 2, "needed": 3}
    motions.second_motion(actor=hall.people[5], now=NOON, motion_id=first.pk)
    refused("motion.meeting", decisions.put_motion, **arguments)
    refused("standing.office", decisions.put_motion, **(arguments | {"actor": hall.people[6]}))
    refused("ballot.closes", decisions.put_motion, **arguments, closes_at=NOON)
    early = NOON + 3 * DAY - timedelta(seconds=1)
    refused("body.notice_days", decisions.put_motion, **arguments, closes_at=early)
    decisions.put_motion(**arguments, closes_at=NOON + 3 * DAY)
    refused("motion.state", decisions.put_motion, **arguments, closes_at=NOON + 3 * DAY)


def test_what_needs_notice_is_announced_to_all_and_waits():
    hall = workplace()
    motion = seconded(hall, kind="dissolution")  # thirty days
    ready = NOON + 30 * DAY
    assert Notice.objects.filter(kind="motion.moved").count() == 12

    opened(hall, 6, ready - HOUR)
    arguments = {"actor": hall.chair, "motion_id": motion.pk, "way": "open"}
    numbers = refused("decision.notice_days", decisions.put_motion, now=ready - HOUR, **arguments)
    assert numbers == {"days": 30, "earliest": ready.isoformat()}
    decisions.put_motion(now=ready, **arguments)


def test_the_way_of_voting_is_the_charters_and_hands_need_two_tellers():
    hall = workplace()
    opened(hall, 6)
    strike = seconded(hall, kind="strike")  # secret only

    arguments = {"actor": hall.chair, "now": NOON, "motion_id": strike.pk}
    numbers = refused("decision.ballots", decisions.put_motion, way="open", **arguments)
    assert numbers == {"way": "open", "allowed": "secret"}
    Term.objects.filter(seat__office="teller").order_by("pk").first().delete()
    assert refused("ballot.tellers", decisions.put_motion, way="paper", **arguments) == {"filled": 1, "needed": 2}


# --- in a meeting ---------------------------------------------------------------------------------------------


def test_a_decision_cites_its_charter_and_its_entry_lets_anyone_judge_it_again():
    hall = workplace(12)
    meeting = opened(hall, 6)
    motion, ballot = put(hall)
    vote(hall.people[:4], ballot, "yes")
    vote(hall.people[4:5], ballot, "no")
    vote(hall.people[5:6], ballot, "abstain")

    motion = close(hall, motion)

    assert (motion.state, motion.charter, motion.decided_at) == ("carried", hall.federation.charter, NOON)
    recorded = entry("deliberation.motion_decided")
    data, finding = recorded["data"], recorded["finding"]
    assert recorded["charter"] == hall.federation.charter.hash
    assert data == {
        "motion": motion.ref, "kind": "ordinary", "ballot": ballot.ref, "meeting": meeting.ref, "yes": 4, "no": 1,
        "abstain": 1, "voted": 6, "present": 6, "entitled": 12, "votes_present": 6, "votes_entitled": 12, "chair": "",
    }  # fmt: skip
    numbers = {
        name: data[name]
        for name in ("yes", "no", "abstain", "present", "entitled", "votes_present", "votes_entitled", "chair")
    }
    again = decide(law(hall.federation), law(hall.federation).body("workplace"), data["kind"], **numbers)
    assert finding == {
        "quorum": again.quorum.needed, "base": again.verdict.base, "needed": again.verdict.needed,
        "carried": again.verdict.carried, "tied": again.verdict.tied, "outcome": again.outcome, "broken": 0,
    }  # fmt: skip
    assert sorted(recorded["documents"]) == ["votes"]
    meeting.refresh_from_db()
    assert "Carried: Night buses. 4 yes, 1 no, 1 abstained; 3 yes needed." in meeting.minutes


def test_below_quorum_nothing_is_decided_until_enough_are_here_again():
    hall = workplace(12)
    meeting = opened(hall, 5)
    motion, ballot = put(hall)
    vote(hall.people[:3], ballot, "yes")
    for person in hall.people[:2]:
        meetings.leave(actor=person, now=NOON, meeting_id=meeting.pk)

    arguments = {"actor": hall.chair, "now": NOON, "motion_id": motion.pk}
    numbers = refused("body.quorum", decisions.close_motion, **arguments)
    assert numbers == {"present": 3, "needed": 5, "entitled": 12}
    meetings.attend(actor=hall.people[7], now=NOON, meeting_id=meeting.pk)
    vote(hall.people[8:9], ballot, "no")  # whoever votes is here
    motion = close(hall, motion)
    assert (motion.state, motion.ballot.result["present"]) == ("carried", 5)


def test_a_vote_without_quorum_ends_undecided_and_the_motion_can_be_put_again():
    hall = workplace(12)
    meeting = opened(hall, 5)
    motion, ballot = put(hall)
    arguments = {"actor": hall.chair, "now": NOON, "motion_id": motion.pk}

    assert refused("motion.quorate", decisions.end_undecided, **arguments) == {"present": 5, "needed": 5}
    meetings.leave(actor=hall.people[3], now=NOON, meeting_id=meeting.pk)
    decisions.end_undecided(**arguments)

    motion.refresh_from_db()
    assert (motion.state, motion.ballot, motion.decided_at) == ("seconded", None, None)
    assert Ballot.objects.get(pk=ballot.pk).closed_at == NOON
    assert entry("deliberation.vote_undecided")["data"] == {
        "motion": motion.ref, "kind": "ordinary", "ballot": ballot.ref, "present": 4, "entitled": 12,
    }  # fmt: skip
    meetings.attend(actor=hall.people[3], now=NOON, meeting_id=meeting.pk)
    again, _ballot = put(hall, motion=motion)
    assert again.state == "put"


def test_a_tie_fails_and_a_stale_second_close_is_refused():
    hall = workplace(12)
    opened(hall, 6)
    motion, ballot = put(hall)
    vote(hall.people[:3], ballot, "yes")
    vote(hall.people[3:6], ballot, "no")

    motion = close(hall, motion)
    assert (motion.state, motion.ballot.result["tied"]) == ("lost", True)
    refused("motion.state", decisions.close_motion, actor=hall.chair, now=NOON, motion_id=motion.pk)


def test_the_chair_breaks_a_tie_only_where_the_charter_says_so_and_only_the_chair():
    hall = workplace(12, ("decisions.ordinary.majority.tie", "chair"))
    opened(hall, 6)
    motion, ballot = put(hall)
    vote(hall.people[:3], ballot, "yes")
    vote(hall.people[3:6], ballot, "no")

    arguments = {"now": NOON, "motion_id": motion.pk, "casting": "yes"}
    refused("standing.office", decisions.close_motion, actor=hall.secretary, **arguments)
    refused("ballot.choice", decisions.close_motion, actor=hall.chair, **(arguments | {"casting": "perhaps"}))
    motion = close(hall, motion, casting="yes")
    assert (motion.state, entry("deliberation.motion_decided")["data"]["chair"]) == ("carried", "yes")


def test_a_decisions_own_quorum_is_named_when_it_is_missing():
    hall = workplace(12, ("decisions.ordinary.quorum.share", "3/4"), ("decisions.ordinary.quorum.of", "members"))
    opened(hall, 6)
    motion, ballot = put(hall)
    vote(hall.people[:6], ballot, "yes")

    numbers = refused("decision.quorum", decisions.close_motion, actor=hall.chair, now=NOON, motion_id=motion.pk)
    assert numbers == {"present": 6, "needed": 9, "entitled": 12}


def test_two_tellers_count_apart_and_only_equal_numbers_decide():
    hall = workplace(12)
    opened(hall, 6)
    motion, ballot = put(hall, way="counted")
    first, second = hall.tellers
    numbers = {"yes": 4, "no": 1, "abstain": 1}
    arguments = {"actor": hall.chair, "now": NOON, "motion_id": motion.pk}

    refused("ballot.way", cast_vote, actor=hall.chair, now=NOON, ballot_id=ballot.pk, choice="yes")
    enter_count(actor=first, now=NOON, ballot_id=ballot.pk, numbers=numbers)
    refused("ballot.tellers_missing", decisions.close_motion, **arguments)
    enter_count(actor=second, now=NOON, ballot_id=ballot.pk, numbers=numbers | {"yes": 5})
    refused("ballot.tellers_differ", decisions.close_motion, **arguments)
    enter_count(actor=second, now=NOON, ballot_id=ballot.pk, numbers=numbers)
    assert close(hall, motion).state == "carried"


def test_hands_counted_by_tellers_are_hands_present():
    hall = workplace(12)
    opened(hall, 5)
    motion, ballot = put(hall, way="counted")
    for teller in hall.tellers:
        enter_count(actor=teller, now=NOON, ballot_id=ballot.pk, numbers={"yes": 7, "no": 2, "abstain": 0})

    assert close(hall, motion).ballot.result["present"] == 9


def test_a_member_admitted_after_the_opening_is_on_no_roll_that_was_frozen_before():
    from tests.site.deliberation.halls import people

    from weft_site.federation.services.bodies import add_members

    hall = workplace(6)
    meeting = opened(hall, 6)
    motion, ballot = put(hall)
    vote(hall.people, ballot, "yes")
    late = people(1, "Late")[0]
    add_members(Body.objects.get(), [late], index=77, now=NOON)
    meetings.attend(actor=late, now=NOON, meeting_id=meeting.pk)

    refused("ballot.not_on_roll", cast_vote, actor=late, now=NOON, ballot_id=ballot.pk, choice="no")
    motion = close(hall, motion)
    assert (motion.state, motion.ballot.result["present"], motion.ballot.result["entitled"]) == ("carried", 6, 6)


# --- over days ------------------------------------------------------------------------------------------------


def test_a_vote_over_days_is_told_runs_its_time_and_is_closed_by_the_clock():
    hall = workplace(12)
    motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    assert Notice.objects.filter(kind="motion.put", path=f"/vote/{ballot.pk}/").count() == 12
    vote(hall.people[:5], ballot, "yes", NOON + DAY)
    arguments = {"motion_id": motion.pk, "now": NOON + 2 * DAY}

    refused("ballot.not_yet", decisions.close_motion, actor=hall.chair, **arguments)
    assert decisions.due(NOON + 2 * DAY) == 0
    refused("ballot.closed", cast_vote, actor=hall.chair, now=NOON + 4 * DAY, ballot_id=ballot.pk, choice="no")
    assert decisions.due(NOON + 4 * DAY) == 1
    before = acts()
    assert decisions.due(NOON + 5 * DAY) == 0

    motion.refresh_from_db()
    assert (motion.state, acts()) == ("carried", before)
    assert entry("deliberation.motion_decided")["by"] == []
    assert entry("deliberation.motion_decided")["data"]["present"] == 5


def test_everybody_having_voted_ends_a_vote_over_days_early():
    hall = workplace(6)
    motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    vote(hall.people, ballot, "yes", NOON + HOUR)

    assert close(hall, motion, NOON + HOUR).state == "carried"


def test_over_days_the_quorum_is_of_those_who_voted_and_without_it_nothing_is_decided():
    hall = workplace(12)
    motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    vote(hall.people[:4], ballot, "yes")
    opened(hall, 8, NOON + 4 * DAY)  # people in a room do not make a vote over days quorate

    arguments = {"actor": hall.chair, "now": NOON + 4 * DAY, "motion_id": motion.pk}
    assert refused("body.quorum", decisions.close_motion, **arguments)["present"] == 4
    assert decisions.due(NOON + 4 * DAY) == 1
    motion.refresh_from_db()
    assert (motion.state, motion.ballot_id, acts()[-1]) == ("seconded", None, "deliberation.vote_undecided")


def test_members_who_leave_during_a_vote_over_days_stay_on_the_frozen_roll():
    hall = workplace(12)
    motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    vote(hall.people, ballot, "yes")
    Membership.objects.filter(person__in=hall.people[6:]).update(status="left")
    Body.objects.update(members_count=6)

    motion = close(hall, motion, NOON + 4 * DAY)
    assert (motion.state, motion.ballot.result["yes"], motion.ballot.result["entitled"]) == ("carried", 12, 12)


# --- delegates ------------------------------------------------------------------------------------------------


def recall(person):
    Term.objects.filter(person=person, seat__constituency__isnull=False).update(ended_at=NOON, ended_by="recalled")


def test_a_recalled_delegates_vote_falls_with_the_seat_even_when_the_alternate_sits_there():
    town = city(workplaces=5)
    hall = town.council
    opened(hall, 4)
    motion, ballot = put(hall)
    vote(hall.people[:2], ballot, "yes")
    vote(hall.people[2:4], ballot, "no")
    gone = hall.people[3]
    seat = seat_of(gone, hall)
    recall(gone)
    alternate = town.workplaces[3].people[5]
    term(seat, alternate, alternate.memberships.get(), starts_at=NOON)

    refused("ballot.not_on_roll", cast_vote, actor=alternate, now=NOON, ballot_id=ballot.pk, choice="no")
    motion = close(hall, motion)

    result = motion.ballot.result
    assert (motion.state, result["yes"], result["no"]) == ("carried", 2, 1)
    assert (result["present"], entry("deliberation.motion_decided")["data"]["votes_entitled"]) == (3, 4)


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ({"ended_at": NOON, "ended_by": "recalled"}, "recalled"),
        ({"ended_at": NOON, "ended_by": "resigned"}, "resigned"),
        ({"ends_at": NOON}, "expired"),
        ({"credential": "refused"}, "refused"),
    ],
)
def test_who_lost_the_seat_votes_no_more_and_is_told_how(change, how):
    town = city()
    hall = town.council
    opened(hall, 4)
    _motion, ballot = put(hall)
    lost = hall.people[3]
    Term.objects.filter(person=lost, seat__constituency__isnull=False).update(**change)

    numbers = refused("standing.lost", cast_vote, actor=lost, now=NOON, ballot_id=ballot.pk, choice="yes")
    assert numbers == {"act": "ballot.vote", "how": how}


def test_a_mandate_is_laid_beside_the_motion_and_the_vote_is_compared_with_it():
    town = city()
    hall, below = town.council, town.workplaces[2]
    opened(hall, 4)
    motion = seconded(hall)
    told = mandate(below, hall, "no")
    link = {"now": NOON, "body_id": below.body.pk, "mandate_id": told.pk, "motion_id": motion.pk}

    refused("standing.office", instructions.link_mandate, actor=below.people[9], **link)
    instructions.link_mandate(actor=below.chair, **link)
    refused("mandate.linked", instructions.link_mandate, actor=below.chair, **link)
    motion, ballot = put(hall, motion=motion)
    vote(hall.people[:4], ballot, "yes")

    assert list(Vote.objects.filter(against_mandate=True).values_list("voter", flat=True)) == [
        seat_of(hall.people[2], hall).ref
    ]
    close(hall, motion)
    assert entry("deliberation.motion_decided")["finding"]["broken"] == 1


def test_a_mandate_given_after_the_vote_was_cast_is_compared_at_the_close():
    town = city()
    hall, below = town.council, town.workplaces[2]
    opened(hall, 4)
    motion, ballot = put(hall)
    vote(hall.people[:4], ballot, "yes")
    assert not Vote.objects.filter(against_mandate=True).exists()
    told = mandate(below, hall, "no")
    instructions.link_mandate(
        actor=below.chair, now=NOON, body_id=below.body.pk, mandate_id=told.pk, motion_id=motion.pk
    )

    close(hall, motion)
    assert Vote.objects.get(against_mandate=True).voter == seat_of(hall.people[2], hall).ref


def test_a_vote_that_fell_with_its_seat_breaks_no_mandate():
    town = city(workplaces=5)
    hall = town.council
    opened(hall, 4)
    motion, ballot = put(hall)
    MandateLink.objects.create(mandate=mandate(town.workplaces[3], hall, "no"), motion=motion, position="no")
    vote(hall.people[:4], ballot, "yes")
    recall(hall.people[3])

    close(hall, motion)
    recorded = entry("deliberation.motion_decided")
    assert (recorded["data"]["yes"], recorded["finding"]["broken"]) == (3, 0)


def test_a_charter_that_refuses_a_breach_refuses_the_vote():
    town = city(("bodies.city.seats.0.breach", "refuse"))
    hall, below = town.council, town.workplaces[2]
    opened(hall, 4)
    motion, ballot = put(hall)
    MandateLink.objects.create(mandate=mandate(below, hall, "no"), motion=motion, position="no")
    delegate = {"actor": hall.people[2], "now": NOON, "ballot_id": ballot.pk}

    assert refused("seat.breach", cast_vote, choice="yes", **delegate)["instructed"] == "no"
    cast_vote(choice="no", **delegate)
    assert Vote.objects.get().against_mandate is False


def test_a_later_mandate_replaces_the_earlier_until_it_is_withdrawn(client, monkeypatch):
    town = city(("bodies.city.seats.0.breach", "refuse"))
    hall, below = town.council, town.workplaces[2]
    opened(hall, 4)
    motion, ballot = put(hall)
    later, earlier = mandate(below, hall, "no"), mandate(below, hall, "yes")  # given in the other order
    type(earlier).objects.filter(pk=earlier.pk).update(given_at=NOON - 2 * DAY)
    for told in (later, earlier):
        instructions.link_mandate(
            actor=below.chair, now=NOON, body_id=below.body.pk, mandate_id=told.pk, motion_id=motion.pk
        )
    delegate = {"actor": hall.people[2], "now": NOON, "ballot_id": ballot.pk}

    assert refused("seat.breach", cast_vote, choice="yes", **delegate) == {"instructed": "no", "mandate": later.ref}
    cast_vote(choice="no", **delegate)
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    client.force_login(hall.people[2], backend="allauth.account.auth_backends.AuthenticationBackend")
    words = f"Replaced by mandate {later.ref}"
    address = reverse("motion", args=[hall.federation.log.slug, hall.body.ref, motion.ref])
    assert client.get(address).content.decode().count(words) == 1

    type(later).objects.filter(pk=later.pk).update(state="withdrawn")
    assert refused("seat.breach", cast_vote, choice="no", **delegate)["mandate"] == earlier.ref
    assert words not in client.get(address).content.decode()
    vote(hall.people[:2], ballot, "yes")
    vote(hall.people[3:4], ballot, "yes")
    close(hall, motion)
    assert entry("deliberation.motion_decided")["finding"]["broken"] == 1


def test_mandates_that_cannot_speak_of_the_motion_are_refused():
    town = city()
    hall, below, other = town.council, town.workplaces[2], town.workplaces[1]
    motion = moved(hall)
    link = {"actor": below.chair, "now": NOON, "body_id": below.body.pk, "motion_id": motion.pk}

    free = mandate(below, hall, "")
    refused("mandate.position", instructions.link_mandate, mandate_id=free.pk, **link)
    proposed = mandate(below, hall)
    type(proposed).objects.filter(pk=proposed.pk).update(state="proposed")
    refused("mandate.not_given", instructions.link_mandate, mandate_id=proposed.pk, **link)
    theirs = mandate(other, hall)
    refused("mandate.electors", instructions.link_mandate, mandate_id=theirs.pk, **link)
    given = mandate(below, hall)
    elsewhere = moved(below)
    refused(
        "mandate.other_body", instructions.link_mandate, mandate_id=given.pk, **(link | {"motion_id": elsewhere.pk})
    )


# --- tabled by right ------------------------------------------------------------------------------------------


def test_an_association_tables_a_motion_in_the_council_and_it_needs_no_seconder_there():
    town = city()
    meeting = convened(town.council)
    arguments = {
        "now": NOON, "association_id": town.women.body.pk, "body_id": town.council.body.pk, "title": "Night buses",
        "text": "Until two.", "meeting_id": meeting.pk,
    }  # fmt: skip

    refused("standing.office", motions.table_motion, actor=town.women.people[4], **arguments)
    ref = motions.table_motion(actor=town.women.chair, **arguments)

    motion = Motion.objects.get(ref=ref)
    assert (motion.body, motion.state, motion.tabled_by) == (town.council.body, "seconded", town.women.body)
    assert meeting.agenda.get(motion=motion).tabled_by == town.women.body
    recorded = entry("deliberation.motion_tabled")
    assert (recorded["body"], recorded["by"]) == (town.council.body.ref, [town.women.body.ref, "m5000-1"])


def test_a_council_without_the_right_tables_nothing():
    town = city()
    depot = town.workplaces[0]

    refused(
        "body.rights.table", motions.table_motion, actor=depot.chair, now=NOON, association_id=depot.body.pk,
        body_id=town.council.body.pk, title="x", text="y",
    )  # fmt: skip


def test_another_federations_body_is_not_there():
    town, elsewhere = city(), workplace()

    with pytest.raises(Body.DoesNotExist):
        motions.table_motion(
            actor=town.women.chair, now=NOON, association_id=town.women.body.pk, body_id=elsewhere.body.pk,
            title="x", text="y",
        )  # fmt: skip
    assert acts() == ["federation.entitled"]


def test_a_form_key_used_for_another_act_is_refused():
    hall = workplace()
    motion = moved(hall)
    arguments = {"actor": hall.people[5], "now": NOON, "motion_id": motion.pk, "key": "k"}

    motions.second_motion(**arguments)
    motions.second_motion(**arguments)  # the answer again, nothing done twice
    assert acts().count("deliberation.motion_seconded") == 1
    with pytest.raises(RuleBroken, match=r"act\.key_used"):
        decisions.close_motion(**arguments)
