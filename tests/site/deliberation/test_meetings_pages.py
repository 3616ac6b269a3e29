"""The pages of meetings, motions, amendments and ratifications: whole journeys by form, few queries, closed doors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.site.deliberation.halls import (
    DAY,
    NOON,
    acts,
    city,
    convened,
    federation,
    mandate,
    moved,
    opened,
    put,
    seconded,
    workplace,
)

from weft_site.ballots.models import Ballot
from weft_site.deliberation.models import Convocation, MandateLink, Meeting, Motion, Ratification
from weft_site.deliberation.services import meetings
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import Body, CharterInForce

pytestmark = pytest.mark.django_db
RIPE = NOON + 14 * DAY


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


def test_a_meeting_is_convened_opened_and_closed_by_its_buttons(client, clock):
    hall = workplace(12)
    client.force_login(hall.secretary)
    form = {
        "title": "Assembly", "place": "Canteen", "starts_at": "2026-11-27T18:00", "agenda": "Reports\n\nRents\n",
        "key": "k1",
    }  # fmt: skip

    page = client.post("/f/riverton/b/b0/meetings/convene/", form)
    again = client.post("/f/riverton/b/b0/meetings/convene/", form)

    meeting = Meeting.objects.get()
    assert page.url == again.url == f"/f/riverton/b/b0/meetings/{meeting.ref}/"
    assert [item.title for item in meeting.agenda.all()] == ["Reports", "Rents"]
    clock(meeting.starts_at)
    for person in hall.people[:6]:
        client.force_login(person)
        assert "I am here" in client.get(page.url).content.decode()
        client.post(f"{page.url}attend/")
    assert "You are signed in as present." in client.get(page.url).content.decode()
    client.force_login(hall.chair)
    client.post(f"{page.url}open/")
    assert "6 of 12 are present; 5 are needed. The quorum is there." in client.get(f"{page.url}gauge/").content.decode()
    client.post(f"{page.url}close/")
    assert "Draft of the minutes" in client.get(page.url).content.decode()
    assert acts() == [f"deliberation.meeting_{act}" for act in ("convened", "opened", "closed")]


def test_a_form_that_breaks_a_rule_says_so_in_place_and_saves_nothing(client):
    hall = workplace(12)
    client.force_login(hall.secretary)

    late = {"title": "A", "starts_at": "2026-11-24T12:00", "agenda": "x"}
    answer = client.post("/f/riverton/b/b0/meetings/convene/", late)

    assert answer.status_code == 409
    assert "The charter asks for 3 days of notice." in answer.content.decode()
    assert (Meeting.objects.count(), acts()) == (0, [])


def test_the_door_list_marks_people(client):
    hall = workplace(12)
    meeting = convened(hall)
    path = f"/f/riverton/b/b0/meetings/{meeting.ref}/roll/"
    client.force_login(hall.people[7])
    assert client.get(path).status_code == 404
    client.force_login(hall.secretary)
    lines = list(client.get(path).context["page_of"])

    client.post(path, {"voter": [line["ref"] for line in lines[:5]], "here": "1"})

    assert sum(line["here"] for line in client.get(path).context["page_of"]) == 5


def test_the_calendar_file_has_what_rfc_5545_asks_for(client):
    hall = workplace(12)
    client.force_login(hall.secretary)
    ref = meetings.convene_meeting(
        actor=hall.secretary, now=NOON, body_id=hall.body.pk, title="Assembly; all, of us\\" * 5,
        place="Canteen\r\nBEGIN:VEVENT", starts_at=NOON + 4 * DAY, agenda=[],
    )  # fmt: skip

    answer = client.get(f"/f/riverton/b/b0/meetings/{ref}/calendar.ics")

    lines = answer.content.decode().split("\r\n")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = answer.content.decode().replace("\r\n ", "")
    assert "DTSTART:20261127T120000Z\r\n" in unfolded
    assert "Assembly\\; all\\, of us\\\\" in unfolded
    assert lines.count("BEGIN:VEVENT") == 1
    assert "LOCATION:Canteen\\nBEGIN:VEVENT\r\n" in unfolded


def test_the_hall_sheet_names_people_only_to_those_at_the_door(client):
    hall = workplace(12)
    meeting = convened(hall)
    path = f"/f/riverton/b/b0/meetings/{meeting.ref}/sheet/"

    client.force_login(hall.secretary)
    assert "Depot 7" in client.get(path).content.decode()
    client.force_login(hall.people[5])
    assert "Depot 7" not in client.get(path).content.decode()


def test_members_pages_are_hidden_from_strangers_and_other_bodies_ids_lead_nowhere(client):
    hall, town = workplace(12), city()
    meeting, motion = convened(hall), moved(hall)
    elsewhere = f"/f/{Body.objects.get(pk=town.council.body.pk).federation.log.slug}/b/b0/"
    stranger = town.workplaces[0].people[5]
    client.force_login(stranger)

    for path in ("meetings/", "motions/", f"meetings/{meeting.ref}/", f"motions/{motion.ref}/"):
        assert client.get(f"/f/riverton/b/b0/{path}").status_code == 404
    client.force_login(town.council.chair)
    for path in (f"meetings/{meeting.ref}/", f"motions/{motion.ref}/"):
        assert client.get(elsewhere + path).status_code == 404
    for path in (
        f"meetings/{meeting.ref}/open/", f"motions/{motion.ref}/second/", f"motions/{motion.ref}/put/",
        f"motions/{motion.ref}/object/", f"ratifications/{motion.ref}/", f"meetings/{meeting.ref}/agenda/",
    ):  # fmt: skip
        assert client.post(elsewhere + path).status_code == 404
    assert client.post(f"{elsewhere}meetings/nonsense/dance/").status_code == 404
    assert Motion.objects.get(pk=motion.pk).state == "moved"


def test_every_act_needs_a_sign_in_and_a_post(client):
    town = city()
    meeting, motion = convened(town.council), moved(town.council)
    base = "/f/riverton/b/b0/"

    for path in ("meetings/convene/", "motions/new/", "amend/", f"motions/{motion.ref}/second/"):
        assert client.post(base + path).url.startswith("/account/login/")
    client.force_login(town.council.chair)
    for path in (f"motions/{motion.ref}/second/", f"meetings/{meeting.ref}/open/"):
        assert client.get(base + path).status_code == 405
    assert client.get(base + f"motions/{motion.ref}/").status_code == 200


def test_a_motion_goes_from_its_form_to_its_result(client):
    hall = workplace(12)
    meeting = opened(hall, 6)
    client.force_login(hall.people[5])
    page = client.get("/f/riverton/b/b0/motions/new/").content.decode()
    assert "changes to this charter" not in page  # it has a form of its own
    answer = client.post(
        "/f/riverton/b/b0/motions/new/",
        {"title": "Night buses", "text": "Until two.", "kind": "ordinary", "meeting": meeting.pk, "key": "k1"},
    )
    path = answer.url
    client.force_login(hall.people[6])
    client.post(f"{path}second/", {"key": "k2"})
    client.force_login(hall.chair)
    assert "Put it to the vote" in client.get(path).content.decode()
    client.post(f"{path}put/", {"way": "open", "key": "k3"})
    ballot = Ballot.objects.get()
    for person in hall.people[:6]:
        client.force_login(person)
        client.post(f"/vote/{ballot.pk}/", {"choice": "yes"})
    client.force_login(hall.chair)
    client.post(f"{path}close/", {"key": "k4"})

    words = client.get(path).content.decode()
    assert "6 yes, 0 no, 0 abstained; 4 yes votes were needed." in words
    assert "Carried" in words
    assert meeting.agenda.filter(motion__state="carried").exists()


def test_a_refused_act_names_the_article(client):
    hall = workplace(12)
    opened(hall, 5)
    motion, _ballot = put(hall)
    for person in hall.people[:3]:
        meetings.leave(actor=person, now=NOON, meeting_id=Meeting.objects.get().pk)
    client.force_login(hall.chair)

    answer = client.post(f"/f/riverton/b/b0/motions/{motion.ref}/close/")

    words = answer.content.decode()
    assert answer.status_code == 409
    assert "2 are present; 5 of 12 are needed to decide." in words
    assert "Article" in words
    assert "body.quorum" in words


def test_an_amendment_goes_from_the_editor_through_the_base_into_force(client, clock):
    town = city()
    hall = town.council
    client.force_login(hall.chair)
    change = {"membership.minimum_age": "18", "title": "Age", "reason": "Because."}
    path = "/f/riverton/b/b0/amend/"

    assert "Old and new" in client.post(path, change | {"look": "1"}).content.decode()
    assert Motion.objects.count() == 0
    wrong = client.post(path, change | {"membership.minimum_age": "400"})
    assert (wrong.status_code, Motion.objects.count()) == (409, 0)
    motion_path = client.post(path, change | {"key": "k1"}).url
    for person in hall.people[1:3]:
        client.force_login(person)
        client.post(f"{motion_path}second/")
    clock(RIPE)
    client.force_login(hall.chair)
    client.post(f"{motion_path}put/", {"way": "open", "closes_at": "2026-12-14T12:00"})
    for person in hall.people:
        cast_vote(actor=person, now=RIPE, ballot_id=Ballot.objects.get().pk, choice="yes")
    client.post(f"{motion_path}close/")
    motion = Motion.objects.get()
    assert motion.state == "ratifying"

    for below in town.workplaces[:3]:
        client.force_login(below.chair)
        answer_path = f"/f/riverton/b/{below.body.ref}/ratifications/{motion.ref}/"
        assert "Open the vote" in client.get(answer_path).content.decode()
        assert client.post(answer_path, {"way": "open", "closes_at": "2026-12-08T12:00"}).status_code == 409
        client.post(answer_path, {"way": "open", "closes_at": "2026-12-11T12:00"})
        ballot = Ratification.objects.get(body=below.body).ballot
        for person in below.people:
            cast_vote(actor=person, now=RIPE, ballot_id=ballot.pk, choice="yes")
        client.post(answer_path, {"close": "1"})
        assert "agreed" in client.get(answer_path).content.decode()

    assert CharterInForce.objects.count() == 2
    assert "Old and new" in client.get(motion_path).content.decode()
    assert client.get(motion_path).context["asked"]["rows"][0].agreed is True


def test_the_charter_is_not_edited_in_a_council_below(client):
    town = city()
    below = town.workplaces[0]
    client.force_login(below.chair)
    path = f"/f/riverton/b/{below.body.ref}/"

    assert "Propose a change of the charter" not in client.get(f"{path}motions/").content.decode()
    answer = client.get(f"{path}amend/")
    assert (answer.status_code, "amendment.body" in answer.content.decode()) == (409, True)


def test_a_mandate_is_linked_and_an_objection_made_from_the_motions_page(client):
    town = city()
    hall, below = town.council, town.workplaces[1]
    opened(hall, 4)
    motion = seconded(hall)
    told = mandate(below, hall, "no")
    path = f"/f/riverton/b/b0/motions/{motion.ref}/"
    client.force_login(below.people[5])
    assert client.get(path).context["link_form"] is None
    assert client.post(f"{path}mandates/", {"mandate": f"{below.body.pk}-{told.pk}"}).status_code == 404
    client.force_login(below.chair)
    assert "Our mandate speaks of this motion" in client.get(path).content.decode()
    client.post(f"{path}mandates/", {"mandate": f"{below.body.pk}-{told.pk}"})
    assert MandateLink.objects.get().position == "no"

    motion, ballot = put(hall, motion=motion)
    for person in hall.people:
        cast_vote(actor=person, now=NOON, ballot_id=ballot.pk, choice="yes")
    client.force_login(hall.chair)
    client.post(f"{path}close/")
    assert client.get(path).context["object_form"] is None
    client.force_login(town.women.chair)
    assert "Object for an association" in client.get(path).content.decode()
    client.post(f"{path}object/", {"association": town.women.body.pk, "reason": "We were not heard."})
    words = client.get(path).content.decode()
    assert "Women objected. The decision waits until" in words
    assert Motion.objects.get().state == "suspended"


def test_an_association_tables_from_its_own_page(client):
    town = city()
    client.force_login(town.women.chair)
    path = f"/f/riverton/b/{town.women.body.ref}/motions/table/"
    assert "Table a motion in a council" in client.get(f"/f/riverton/b/{town.women.body.ref}/motions/").content.decode()

    answer = client.post(
        path, {"body": town.council.body.pk, "title": "Night buses", "text": "Until two.", "kind": "ordinary"}
    )

    assert answer.url == f"/f/riverton/b/b0/motions/{Motion.objects.get().ref}/"
    assert client.get(f"/f/riverton/b/{town.workplaces[0].body.ref}/motions/table/").status_code == 404


def test_a_call_is_signed_until_it_convenes(client):
    hall = workplace(12)
    client.force_login(hall.people[8])
    answer = client.post(
        "/f/riverton/b/b0/meetings/call/",
        {"title": "Wages", "place": "Yard", "starts_at": "2026-11-30T18:00", "agenda": "Wages"},
    )
    client.force_login(hall.people[9])
    assert "Signatures" in client.get(answer.url).content.decode()
    client.post(answer.url)

    assert Convocation.objects.get().meeting.state == "convened"
    assert "Enough have signed: the meeting is called." in client.get(answer.url).content.decode()


@pytest.mark.parametrize("path", ["meetings/", "motions/", "meetings/{meeting}/", "motions/{motion}/"])
def test_pages_take_the_same_queries_however_much_there_is(client, path):
    town = city()
    hall = town.council
    counts = []
    for more in (1, 3):
        for _ in range(more):
            meeting = convened(hall, NOON + 40 * DAY)
            for _ in range(more):
                motion = moved(hall)
                meetings.add_item(actor=hall.secretary, now=NOON, meeting_id=meeting.pk, motion_id=motion.pk)
        client.force_login(hall.chair)
        where = path.format(meeting=meeting.ref, motion=motion.ref)
        client.get(f"/f/riverton/b/b0/{where}")  # the charter is parsed once
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/f/riverton/b/b0/{where}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_empty_lists_say_so(client):
    hall = workplace(12)
    client.force_login(hall.people[7])

    assert "No meeting is called." in client.get("/f/riverton/b/b0/meetings/").content.decode()
    assert "No motion waits." in client.get("/f/riverton/b/b0/motions/").content.decode()
    assert federation().log.slug != "riverton"
