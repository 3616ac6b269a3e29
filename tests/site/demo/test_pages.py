"""One-click people, in a demonstration only; the next day brings what is due; the invented do as they are asked."""

from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, reverse
from tests.site import factories

from weft_site import clock
from weft_site.deliberation.models import Founding, FoundingPerson
from weft_site.deliberation.services import founding
from weft_site.demo import others
from weft_site.demo.happening import happenings, tomorrow
from weft_site.demo.people import Role, roles, write_roles
from weft_site.federation.models import Application, Membership
from weft_site.federation.services import applications
from weft_site.people.models import Person
from weft_site.people.services import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(demo):
    """Two people, of whom one is on the page."""
    one, other = factories.people(2)
    write_roles([Role(one.pk, one.name, "Baker", "Bake %(number)d loaves.", {"number": 12})])
    (demo / "demo.json").write_text('{"scenario": "riverton", "built": true}')
    return one, other


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_the_addresses_exist_in_a_demonstration_only():
    with pytest.raises(NoReverseMatch):
        reverse("demo")


def test_one_click_signs_in_who_is_on_the_page(client, offered):
    answer = client.post(f"/demo/as/{offered[0].pk}/")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(client) == str(offered[0].pk)


@pytest.mark.parametrize("who", ["not listed", "nobody"])
def test_nobody_else_can_be_signed_in_as(client, offered, who):
    person_id = offered[1].pk if who == "not listed" else 999_999

    assert client.post(f"/demo/as/{person_id}/").status_code == 404
    assert signed_in(client) is None


def test_a_link_signs_nobody_in_and_ends_no_day(client, offered):
    assert client.get(f"/demo/as/{offered[0].pk}/").status_code == 405
    assert client.get("/demo/next-day/").status_code == 405
    assert client.get("/demo/others/come/1/").status_code == 405
    assert signed_in(client) is None


def test_one_is_somebody_else_with_the_next_click(client, offered):
    write_roles([*roles(), Role(offered[1].pk, offered[1].name, "Driver", "Drive.")])
    client.post(f"/demo/as/{offered[0].pk}/")
    client.post(f"/demo/as/{offered[1].pk}/")

    assert signed_in(client) == str(offered[1].pk)


def test_the_page_says_who_they_are_and_what_they_can_show(client, offered):
    page = client.get("/demo/").content.decode()

    assert "Person 1" in page
    assert "Bake 12 loaves." in page
    assert "Person 2" not in page


def test_the_next_day_admits_whom_nobody_objected_to(client, offered):
    council = factories.found_council(6, now=clock.now() - timedelta(days=30))
    applicant = factories.person("Zola Mensah")
    asked = clock.now() - timedelta(days=6, hours=12)
    ref = applications.apply(actor=applicant, now=asked, body_id=council.body.pk, of_age=True)
    application = Application.objects.get(body=council.body, ref=ref)
    for member in council.people[:2]:
        applications.vouch(actor=member, now=asked, application_id=application.pk)
    before = clock.now()
    assert [one.title for one in tomorrow(happenings(before), before)] == ["Zola Mensah asks to join Depot"]

    answer = client.post("/demo/next-day/", {"next": "/demo/#next-day"})

    assert answer["Location"] == "/demo/#next-day"
    assert clock.now() - before >= timedelta(days=1)
    assert Membership.objects.filter(body=council.body, person=applicant).exists()


def test_the_next_day_leads_to_no_other_site(client, offered):
    assert client.post("/demo/next-day/", {"next": "https://example.org/"})["Location"] == "/"


# --- the others --------------------------------------------------------------------------------------------------


@pytest.fixture
def gathering(offered):
    """A founding meeting that one person on the page has opened."""
    opener = offered[0]
    code = founding.open_founding(actor=opener, now=clock.now(), title="Ferry Crews", place="Pier", kind="workplace")
    return Founding.objects.get(code=code)


def test_so_many_come_that_twelve_are_there_and_can_be_chosen(client, gathering):
    client.post(f"/demo/others/come/{gathering.pk}/")

    here = set(gathering.people.values_list("person_id", flat=True))
    assert len(here) == 12
    assert here <= {role.person for role in roles()}
    assert client.post(f"/demo/as/{max(here)}/").status_code == 302


def test_nobody_comes_to_a_meeting_that_is_full(client, gathering):
    client.post(f"/demo/others/come/{gathering.pk}/")
    client.post(f"/demo/others/come/{gathering.pk}/")

    assert gathering.people.count() == 12


def test_the_others_vote_for_the_charter_and_an_account_of_a_visitor_does_not(client, gathering):
    now = clock.now()
    visitor = join(name="Visitor", way="passkey", now=now).person
    founding.join_founding(actor=visitor, now=now, founding_id=gathering.pk)
    client.post(f"/demo/others/come/{gathering.pk}/")
    first, second = [row.person for row in gathering.people.all()[:2]]
    draft = founding.propose_charter(
        actor=first, now=now, founding_id=gathering.pk, based_on="workers-assembly", text=factories.default_charter()
    )
    founding.put_charter(actor=second, now=now, draft_id=draft)

    answer = client.post(f"/demo/others/charter/{gathering.pk}/", follow=True)

    assert "11 invented people have done so." in answer.content.decode()
    votes = dict(FoundingPerson.objects.filter(founding=gathering).values_list("person_id", "vote"))
    assert votes.pop(visitor.pk) == ""
    assert set(votes.values()) == {"yes"}


def test_on_a_ballot_three_in_five_of_the_silent_vote_and_nobody_who_can_be_chosen(offered):
    council = factories.found_council(12, now=clock.now() - timedelta(days=30))
    chair = council.people[0]
    election = factories.called(council, chair, now=clock.now(), office="secretary")
    factories.stand(election, council.people[3], council.people[4], now=clock.now())
    election = factories.opened(election, chair, now=clock.now(), days=2)
    write_roles([Role(chair.pk, chair.name, "Chair", "Chair.")])

    assert others.vote(election.ballot_id, clock.now()) == 6  # of eleven, without the chair

    mine = council.membership(chair).ref
    assert mine not in election.ballot.votes.values_list("voter", flat=True)
    assert Person.objects.filter(pk=chair.pk).exists()


def test_what_the_others_are_not_asked_is_not_found(client, offered):
    assert client.post("/demo/others/strike/1/").status_code == 404
