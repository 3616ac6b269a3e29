"""Meetings: notice, signing in, quorum at the opening, closing with a draft of the minutes, calls by signatures."""

from datetime import timedelta

import pytest
from tests.site.deliberation.halls import (
    DAY,
    NOON,
    acts,
    city,
    convened,
    entry,
    moved,
    opened,
    put,
    term,
    workplace,
)
from tests.site.deliberation.refusing import refused

from weft.errors import RuleBroken
from weft_site.deliberation import facts
from weft_site.deliberation.models import Convocation, Meeting, Presence
from weft_site.deliberation.services import convocation, meetings
from weft_site.federation.models import Membership, Seat, Term
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


def convene(hall, actor, starts_at):
    return {
        "actor": actor, "now": NOON, "body_id": hall.body.pk, "title": "Assembly", "place": "Canteen",
        "starts_at": starts_at, "agenda": ["Reports"],
    }  # fmt: skip


def test_convening_tells_everybody_entitled_and_keeps_the_proof():
    hall = workplace(12)

    ref = meetings.convene_meeting(**convene(hall, hall.secretary, NOON + 3 * DAY))

    meeting = Meeting.objects.get(ref=ref)
    told = Notice.objects.filter(kind="meeting.convened")
    assert sorted(told.values_list("person_id", flat=True)) == sorted(person.pk for person in hall.people)
    assert {notice.path for notice in told} == {f"/f/riverton/b/b0/meetings/{ref}/"}
    assert [(item.number, item.title) for item in meeting.agenda.all()] == [(1, "Reports")]
    recorded = entry("deliberation.meeting_convened")
    assert recorded["data"] == {
        "meeting": ref, "starts": "2026-11-26T12:00:00+00:00", "items": 1, "told": 12, "by": "office",
    }  # fmt: skip
    assert sorted(recorded["documents"]) == ["notice", "told"]


def test_a_meeting_inside_its_notice_is_refused_to_the_second():
    hall = workplace()

    short = convene(hall, hall.secretary, NOON + 3 * DAY - timedelta(seconds=1))
    assert refused("body.notice_days", meetings.convene_meeting, **short)["days"] == 3
    refused("meeting.past", meetings.convene_meeting, **convene(hall, hall.secretary, NOON - DAY))


def test_only_chair_and_secretary_convene_while_there_are_any():
    hall = workplace()

    refused("standing.office", meetings.convene_meeting, **convene(hall, hall.people[5], NOON + 3 * DAY))
    Term.objects.all().update(ended_at=NOON, ended_by="resigned")
    meetings.convene_meeting(**convene(hall, hall.people[5], NOON + 3 * DAY))


def test_a_meeting_opens_with_a_quorum_and_fixes_who_is_entitled():
    hall = workplace(12)  # a fifth of 12 is 3, but never fewer than 5
    meeting = convened(hall)
    for person in hall.people[:4]:
        meetings.attend(actor=person, now=NOON, meeting_id=meeting.pk)

    numbers = refused("body.quorum", meetings.open_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    assert numbers == {"present": 4, "needed": 5, "entitled": 12}

    meetings.attend(actor=hall.people[4], now=NOON, meeting_id=meeting.pk)
    meetings.open_meeting(actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.opened_at, meeting.entitled) == ("open", NOON, 12)
    assert entry("deliberation.meeting_opened")["data"] == {"meeting": meeting.ref, "present": 5, "entitled": 12}


def test_a_meeting_does_not_open_before_its_time_nor_twice_nor_beside_another():
    hall = workplace()
    meeting = opened(hall, 6)
    other = convened(hall, NOON + DAY)

    refused("meeting.state", meetings.open_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    refused("meeting.other_open", meetings.open_meeting, actor=hall.chair, now=NOON + DAY, meeting_id=other.pk)
    meetings.close_meeting(actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    refused("meeting.early", meetings.open_meeting, actor=hall.chair, now=NOON, meeting_id=other.pk)


def test_who_left_and_who_lost_the_seat_do_not_count_for_the_quorum():
    town = city(workplaces=5)
    hall = town.council
    meeting = convened(hall)
    for person in hall.people[:4]:
        meetings.attend(actor=person, now=NOON, meeting_id=meeting.pk)
    assert facts.count_present(meeting, NOON) == 4

    meetings.leave(actor=hall.people[3], now=NOON, meeting_id=meeting.pk)
    Term.objects.filter(person=hall.people[2], seat__constituency__isnull=False).update(
        ended_at=NOON, ended_by="recalled"
    )
    assert facts.count_present(meeting, NOON) == 2
    numbers = refused("body.quorum", meetings.open_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    assert numbers == {"present": 2, "needed": 3, "entitled": 4}
    meetings.attend(actor=hall.people[3], now=NOON, meeting_id=meeting.pk)
    meetings.open_meeting(actor=hall.chair, now=NOON, meeting_id=meeting.pk)


def test_a_stranger_and_a_recalled_delegate_cannot_sign_in():
    town = city()
    meeting = convened(town.council)
    recalled = town.council.people[3]
    Term.objects.filter(person=recalled, seat__constituency__isnull=False).update(ended_at=NOON, ended_by="recalled")

    stranger = town.workplaces[0].people[5]
    refused("standing.delegate", meetings.attend, actor=stranger, now=NOON, meeting_id=meeting.pk)
    numbers = refused("standing.lost", meetings.attend, actor=recalled, now=NOON, meeting_id=meeting.pk)
    assert numbers == {"act": "meeting.attend", "how": "recalled"}
    assert Presence.objects.count() == 0


def test_signing_in_starts_two_hours_before_and_coming_twice_is_one_presence():
    hall = workplace()
    meeting = convened(hall)

    early = NOON - timedelta(hours=3)
    refused("meeting.early", meetings.attend, actor=hall.chair, now=early, meeting_id=meeting.pk)
    for _ in range(2):
        meetings.attend(actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    meetings.leave(actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    refused("meeting.not_here", meetings.leave, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    meetings.attend(actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    assert [(row.person_id, row.until) for row in Presence.objects.all()] == [(hall.chair.pk, None)]


def test_the_secretary_marks_people_at_the_door_and_an_unknown_reference_is_passed_over():
    hall = workplace()
    meeting = convened(hall)
    refs = list(Membership.objects.order_by("pk").values_list("ref", flat=True))

    marked = {"now": NOON, "meeting_id": meeting.pk, "voters": [*refs[:6], "m999-1"]}
    assert meetings.mark(actor=hall.secretary, here=True, **marked) == 6
    assert meetings.mark(actor=hall.secretary, here=True, **marked) == 6
    assert facts.count_present(meeting, NOON) == 6
    assert meetings.mark(actor=hall.secretary, here=False, now=NOON, meeting_id=meeting.pk, voters=refs[:2]) == 2
    assert facts.count_present(meeting, NOON) == 4
    with pytest.raises(RuleBroken, match=r"standing\.office"):
        meetings.mark(actor=hall.people[7], here=True, **marked)


def test_closing_counts_again_and_keeps_a_draft_of_the_minutes():
    hall = workplace(12)
    meeting = opened(hall, 6)
    meetings.leave(actor=hall.people[5], now=NOON, meeting_id=meeting.pk)

    meetings.close_meeting(actor=hall.chair, now=NOON + timedelta(hours=1), meeting_id=meeting.pk)

    meeting.refresh_from_db()
    recorded = entry("deliberation.meeting_closed")
    assert recorded["data"] == {"meeting": meeting.ref, "present": 5, "came": 6}
    assert sorted(recorded["documents"]) == ["attendance", "minutes_draft"]
    text = meetings.minutes_text(meeting)
    for words in ("Assembly", "Canteen", "1. Reports", "Present: 6 of 12 entitled; the quorum is 5.", "Present: 5."):
        assert words in text
    refused("meeting.state", meetings.close_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)


def test_a_meeting_does_not_close_over_an_open_vote():
    hall = workplace()
    meeting = opened(hall, 6)
    put(hall)

    refused("meeting.ballot_open", meetings.close_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)


def test_a_cancelled_meeting_is_told_and_cannot_open():
    hall = workplace()
    meeting = convened(hall)

    meetings.cancel_meeting(actor=hall.chair, now=NOON - DAY, meeting_id=meeting.pk)

    assert Notice.objects.filter(kind="meeting.cancelled").count() == 12
    assert acts()[-1] == "deliberation.meeting_cancelled"
    refused("meeting.state", meetings.open_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    refused("meeting.state", meetings.attend, actor=hall.chair, now=NOON, meeting_id=meeting.pk)


def test_the_agenda_takes_items_and_each_motion_once():
    hall = workplace()
    meeting = convened(hall)
    motion = moved(hall)

    added = {"actor": hall.secretary, "now": NOON, "meeting_id": meeting.pk}
    meetings.add_item(title="Rents", **added)
    meetings.add_item(motion_id=motion.pk, **added)
    refused("agenda.twice", meetings.add_item, motion_id=motion.pk, **added)
    assert [(item.number, item.title, item.motion_id) for item in meeting.agenda.all()] == [
        (1, "Reports", None), (2, "Rents", None), (3, "Night buses", motion.pk),
    ]  # fmt: skip


def test_the_same_form_sent_twice_convenes_once():
    hall = workplace()
    form = convene(hall, hall.secretary, NOON + 3 * DAY)

    first = meetings.convene_meeting(key="k1", **form)
    second = meetings.convene_meeting(key="k1", **form)

    assert first == second
    assert (Meeting.objects.count(), acts()) == (1, ["deliberation.meeting_convened"])


# --- calls by signatures ----------------------------------------------------------------------------------------


def call(hall, actor, **more):
    values = {
        "actor": actor, "now": NOON, "body_id": hall.body.pk, "title": "Wages", "place": "Yard",
        "wanted_at": NOON + DAY, "agenda": ["Wages"],
    }  # fmt: skip
    return values | more


def test_a_tenth_of_the_members_calls_a_meeting_and_notice_runs_from_the_last_signature():
    hall = workplace(25)  # a tenth, rounded up, is 3
    call_id = convocation.call_meeting(**call(hall, hall.people[9]))
    refused("call.signed", convocation.sign_call, actor=hall.people[9], now=NOON, call_id=call_id)
    convocation.sign_call(actor=hall.people[10], now=NOON, call_id=call_id)
    assert acts() == []

    convocation.sign_call(actor=hall.people[11], now=NOON + 5 * DAY, call_id=call_id)

    meeting = Convocation.objects.get().meeting
    assert (meeting.starts_at, meeting.state) == (NOON + 8 * DAY, "convened")
    recorded = entry("deliberation.meeting_convened")["data"]
    assert (recorded["by"], recorded["signatures"], recorded["needed"], recorded["told"]) == ("voters", 3, 3, 25)
    refused("call.done", convocation.sign_call, actor=hall.people[12], now=NOON, call_id=call_id)


def test_what_signatures_called_needs_no_officer_and_cannot_be_called_off():
    hall = workplace(10)
    convocation.call_meeting(**call(hall, hall.people[9], wanted_at=NOON + 3 * DAY))
    meeting = Meeting.objects.get()
    at = NOON + 3 * DAY

    refused("meeting.called", meetings.cancel_meeting, actor=hall.chair, now=NOON, meeting_id=meeting.pk)
    for person in hall.people[4:9]:
        meetings.attend(actor=person, now=at, meeting_id=meeting.pk)
    meetings.open_meeting(actor=hall.people[8], now=at, meeting_id=meeting.pk)
    assert Meeting.objects.get().state == "open"


def test_the_base_calls_the_council_above_it():
    town = city(workplaces=4, members=25)  # a tenth of 100
    hall = town.council

    call_id = convocation.call_meeting(**call(hall, town.workplaces[0].people[5], base=True))
    for person in town.workplaces[1].people[4:12]:
        convocation.sign_call(actor=person, now=NOON, call_id=call_id)
    assert Convocation.objects.get().meeting is None
    convocation.sign_call(actor=town.workplaces[2].people[5], now=NOON, call_id=call_id)

    assert Convocation.objects.get().meeting.body == hall.body
    assert entry("deliberation.meeting_convened")["data"]["by"] == "base"


def test_a_call_is_refused_where_the_charter_gives_none_and_from_outside():
    town = city()
    stranger = town.women.people[5]
    base = {"base": True}

    refused("standing.delegate", convocation.call_meeting, **call(town.council, stranger))
    refused("standing.member", convocation.call_meeting, **call(town.council, stranger, **base))
    refused("meeting.past", convocation.call_meeting, **call(town.council, town.council.chair, wanted_at=NOON - DAY))
    depot = town.workplaces[0]
    Membership.objects.filter(person=depot.people[7]).update(status="suspended")
    refused("standing.suspended", convocation.call_meeting, **call(town.council, depot.people[7], **base))
    assert Convocation.objects.count() == 0


def test_a_charter_without_the_right_refuses_the_call():
    hall = workplace(12, ("bodies.workplace.convened_by", None))

    refused("body.convened_by", convocation.call_meeting, **call(hall, hall.people[9]))


def test_advisory_and_unconfirmed_delegates_are_called_but_do_not_count():
    town = city()
    seat = Seat.objects.filter(constituency__senders=town.women.body).first()
    pending = town.women.people[5]
    term(seat, pending, pending.memberships.get(), credential="pending")

    meeting = convened(town.council)

    assert pending.pk in Notice.objects.filter(kind="meeting.convened").values_list("person_id", flat=True)
    refused("standing.pending", meetings.attend, actor=pending, now=NOON, meeting_id=meeting.pk)
