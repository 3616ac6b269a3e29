"""Founding: before the vote nobody has power; with it a council, its charter and its record begin together."""

import json
from datetime import UTC, date, datetime

import pytest

from weft.charter import CharterProblems, library_charter
from weft.errors import RuleBroken
from weft_site.deliberation.models import Founding, FoundingDraft, FoundingPerson
from weft_site.deliberation.services import founding as services
from weft_site.federation.models import Body, CharterInForce, Federation, Membership, Seat
from weft_site.people.models import Person
from weft_site.record.models import Document, Entry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHARTER = library_charter("workers-assembly").text


def people(number: int) -> list[Person]:
    return [Person.objects.create(name=f"Person {n}", joined_on=date(2026, 5, 1)) for n in range(number)]


def gathered(number: int) -> tuple[Founding, list[Person]]:
    """A founding meeting to which so many have come, with the library's charter proposed by the first."""
    came = people(number)
    code = services.open_founding(actor=came[0], now=NOON, title="Maple Garage", place="", kind="workplace")
    founding = Founding.objects.get(code=code)
    for person in came[1:]:
        services.join_founding(actor=person, now=NOON, founding_id=founding.pk)
    services.propose_charter(
        actor=came[0], now=NOON, founding_id=founding.pk, based_on="workers-assembly", text=CHARTER
    )
    return founding, came


def put(founding: Founding, by: Person) -> FoundingDraft:
    draft = founding.drafts.get()
    services.put_charter(actor=by, now=NOON, draft_id=draft.pk)
    return draft


def vote(founding: Founding, draft: FoundingDraft, voters: list[Person], choice: str) -> None:
    for person in voters:
        services.vote_on_charter(actor=person, now=NOON, founding_id=founding.pk, draft_id=draft.pk, choice=choice)


def nothing_exists() -> bool:
    return not (Federation.objects.exists() or Body.objects.exists() or Entry.objects.exists())


def test_adopting_a_charter_founds_a_council_with_members_vacant_offices_and_one_entry():
    founding, came = gathered(6)
    draft = put(founding, by=came[1])
    vote(founding, draft, came[:4], "yes")

    services.close_founding(actor=came[5], now=NOON, founding_id=founding.pk)

    founding.refresh_from_db()
    body = Body.objects.get()
    assert (founding.state, body.title, body.kind, body.members_count) == ("founded", "Maple Garage", "workplace", 6)
    assert set(Membership.objects.values_list("person_id", "status")) == {(p.pk, "admitted") for p in came}
    assert sorted(Seat.objects.values_list("office", "number")) == [
        ("chair", 1), ("secretary", 1), ("teller", 1), ("teller", 2), ("treasurer", 1), ("trustee", 1),
        ("trustee", 2), ("trustee", 3),
    ]  # fmt: skip
    assert CharterInForce.objects.get().version.text == CHARTER
    entry = json.loads(bytes(Entry.objects.get().leaf))
    assert entry["act"] == "deliberation.founded"
    assert entry["charter"] == library_charter("workers-assembly").hash
    assert entry["data"] == {
        "abstain": 0, "gathered": 6, "kind": "workplace", "no": 0, "origin": "localhost/maple-garage",
        "title": "Maple Garage", "yes": 4,
    }  # fmt: skip
    assert entry["finding"] == {"members": 6, "needed": 4}
    assert sorted(Document.objects.values_list("name", flat=True)) == ["charter", "members"]


def test_no_name_of_a_member_stands_in_the_entry():
    founding, came = gathered(5)
    vote(founding, put(founding, by=came[1]), came, "yes")
    services.close_founding(actor=came[0], now=NOON, founding_id=founding.pk)

    leaf = bytes(Entry.objects.get().leaf).decode()

    assert [person.name for person in came if person.name in leaf] == []


def test_fewer_people_than_the_charter_asks_for_cannot_put_it_to_the_vote():
    founding, came = gathered(4)

    with pytest.raises(RuleBroken) as refusal:
        put(founding, by=came[1])

    assert refusal.value == RuleBroken("membership.founders", gathered=4, needed=5)
    founding.refresh_from_db()
    assert founding.state == Founding.State.GATHERING
    assert nothing_exists()


def test_one_person_alone_cannot_put_the_own_draft():
    founding, came = gathered(5)

    with pytest.raises(RuleBroken, match=r"founding\.second_person"):
        put(founding, by=came[0])

    assert nothing_exists()


def test_closing_before_enough_agreed_is_refused_and_changes_nothing():
    founding, came = gathered(6)
    draft = put(founding, by=came[1])
    vote(founding, draft, came[:3], "yes")

    with pytest.raises(RuleBroken) as refusal:
        services.close_founding(actor=came[0], now=NOON, founding_id=founding.pk)

    assert refusal.value == RuleBroken("founding.votes_missing", voted=3, gathered=6)
    founding.refresh_from_db()
    assert founding.state == Founding.State.VOTING
    assert nothing_exists()


def test_a_draft_that_is_voted_down_leaves_the_meeting_gathering_and_no_council():
    founding, came = gathered(6)
    draft = put(founding, by=came[1])
    vote(founding, draft, came[:3], "yes")
    vote(founding, draft, came[3:], "no")

    services.close_founding(actor=came[0], now=NOON, founding_id=founding.pk)

    founding.refresh_from_db()
    draft.refresh_from_db()
    assert (founding.state, founding.draft, draft.rejected_at) == ("gathering", None, NOON)
    assert nothing_exists()


def test_whoever_has_not_come_can_neither_propose_nor_vote_nor_close():
    founding, came = gathered(6)
    stranger = people(1)[0]
    draft = put(founding, by=came[1])

    for act in (
        lambda: services.vote_on_charter(
            actor=stranger, now=NOON, founding_id=founding.pk, draft_id=draft.pk, choice="no"
        ),
        lambda: services.close_founding(actor=stranger, now=NOON, founding_id=founding.pk),
    ):
        with pytest.raises(RuleBroken, match=r"founding\.present"):
            act()

    assert set(FoundingPerson.objects.values_list("vote", flat=True)) == {""}


def test_a_vote_on_a_draft_that_is_no_longer_put_is_refused():
    founding, came = gathered(6)
    put(founding, by=came[1])

    with pytest.raises(RuleBroken, match=r"founding\.other_draft"):
        services.vote_on_charter(actor=came[0], now=NOON, founding_id=founding.pk, draft_id=0, choice="yes")


def test_a_charter_with_problems_is_not_proposed_and_names_them_all():
    founding, came = gathered(5)
    broken = CHARTER.replace("founders = 5", "founders = -1").replace("vouchers = 2", 'vouchers = "two"')

    with pytest.raises(CharterProblems) as problems:
        services.propose_charter(
            actor=came[2], now=NOON, founding_id=founding.pk, based_on="workers-assembly", text=broken
        )

    assert [problem.code for problem in problems.value.problems] == ["bound.low", "type.whole"]
    assert founding.drafts.count() == 1


def test_the_same_key_founds_once_and_gives_the_same_answer():
    founding, came = gathered(5)
    vote(founding, put(founding, by=came[1]), came, "yes")

    answers = [services.close_founding(actor=came[0], now=NOON, key="once", founding_id=founding.pk) for _ in range(3)]

    assert answers == [founding.code] * 3
    assert Entry.objects.count() == Federation.objects.count() == 1


def test_closing_twice_without_a_key_is_refused_the_second_time():
    founding, came = gathered(5)
    vote(founding, put(founding, by=came[1]), came, "yes")
    services.close_founding(actor=came[0], now=NOON, founding_id=founding.pk)

    with pytest.raises(RuleBroken, match=r"founding\.state"):
        services.close_founding(actor=came[1], now=NOON, founding_id=founding.pk)

    assert Federation.objects.count() == 1


def test_leaving_before_the_vote_lowers_the_number_and_the_same_link_lets_one_in_again(client, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    founding, came = gathered(5)
    client.force_login(came[4])

    client.post(f"/founding/{founding.code}/leave/")
    assert founding.people.count() == 4
    client.post(f"/join/{founding.code}/")

    assert founding.people.count() == 5


def test_the_page_of_a_meeting_sends_a_stranger_to_the_invitation(client):
    founding, _ = gathered(5)
    client.force_login(people(1)[0])

    answer = client.get(f"/founding/{founding.code}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/join/{founding.code}/")


def test_the_editor_makes_a_new_proposal_and_leaves_the_old_one_as_it_was(client):
    founding, came = gathered(5)
    old = founding.drafts.get()
    client.force_login(came[3])

    answer = client.post(
        f"/founding/{founding.code}/draft/{old.pk}/",
        {"bodies.workplace.quorum.share": "1/4", "membership.founders": "4", "article/work/text": "We speak in turn.",
         "article/work/title": "How we work"},
    )  # fmt: skip

    assert answer.status_code == 302
    new = founding.drafts.exclude(pk=old.pk).get()
    old.refresh_from_db()
    assert old.charter.text == CHARTER
    assert new.author == came[3]
    assert 'quorum = { share = "1/4"' in new.charter.text
    assert "founders = 4" in new.charter.text
    assert "We speak in turn." in new.charter.text


def test_the_editor_names_every_wrong_value_and_keeps_what_was_typed(client):
    founding, came = gathered(5)
    draft = founding.drafts.get()
    client.force_login(came[3])

    answer = client.post(
        f"/founding/{founding.code}/draft/{draft.pk}/",
        {"bodies.workplace.quorum.share": "5/4", "membership.founders": "many"},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("<li>bodies.workplace.quorum.share is 5/4") == 2  # in the summary and beside the field
    assert 'value="many"' in page
    assert founding.drafts.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_the_same_number_of_questions_for_any_number_of_drafts(
    client, django_assert_num_queries, number
):
    founding, came = gathered(5)
    for n in range(number - 1):
        services.propose_charter(
            actor=came[n], now=NOON, founding_id=founding.pk, based_on="workers-assembly", text=CHARTER
        )
    client.force_login(came[0])
    client.get(f"/founding/{founding.code}/")  # charters are parsed once and kept

    with django_assert_num_queries(7):
        client.get(f"/founding/{founding.code}/")
