"""Mandates: proposed by an elector, voted on by the constituency, standing until it is withdrawn the same way."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, document, entry, refused
from tests.site.remembering import remembered

from weft_site.federation.models import Mandate
from weft_site.federation.services import mandates
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def city():
    made = make.found_city(sizes=(30, 30))
    hall = made.workplaces[0]
    make.officer(hall, "chair", hall.people[0])
    make.delegate(made, hall.people[5])
    return made


def proposed(city, now=NOON, **more):
    arguments = {"matter": "Night buses", "text": "Vote for them, until two.", "position": "yes"} | more
    ref = mandates.propose_mandate(
        actor=city.workplaces[0].people[9], now=now, constituency_id=city.constituency().pk, **arguments
    )
    return Mandate.objects.get(ref=ref)


def put(city, mandate, now=NOON):
    mandates.open_mandate(actor=city.workplaces[0].people[0], now=now, mandate_id=mandate.pk)
    return Mandate.objects.select_related("ballot", "withdrawal").get(pk=mandate.pk)


def answered(city, ballot, yes, no=0, now=NOON):
    people = city.workplaces[0].people
    make.vote_for(ballot, [(who, "yes" if n < yes else "no") for n, who in enumerate(people[: yes + no])], now=now)


def given(city):
    mandate = put(city, proposed(city))
    answered(city, mandate.ballot, yes=8, no=3)
    mandates.due(NOON + 3 * DAY)
    mandate.refresh_from_db()
    return mandate


def test_a_mandate_that_the_electors_carry_binds_and_the_delegate_is_told(city):
    mandate = given(city)

    assert (mandate.state, mandate.binding, mandate.given_at) == (Mandate.State.GIVEN, True, NOON + 3 * DAY)
    assert list(mandates.in_force([city.constituency().pk])) == [mandate]
    assert acts()[-3:] == [
        "federation.mandate_proposed", "federation.mandate_vote_opened", "federation.mandate_given",
    ]  # fmt: skip
    found = entry("federation.mandate_given")
    assert found["by"] == []
    assert found["data"] == {
        "mandate": mandate.ref, "constituency": city.constituency().ref, "rule": 0, "position": "yes",
        "binding": True, "ballot": mandate.ballot.ref, "yes": 8, "no": 3, "abstain": 0, "electors": 30,
    }  # fmt: skip
    assert document("mandate") == "Night buses\n\nVote for them, until two.\n"
    assert Notice.objects.get(kind="mandate.decided").person == city.workplaces[0].people[5]


def test_one_that_is_not_carried_or_not_quorate_is_rejected(city):
    lost, few = put(city, proposed(city)), put(city, proposed(city, matter="Trams"))
    answered(city, lost.ballot, yes=4, no=5)
    answered(city, few.ballot, yes=5)

    assert mandates.due(NOON + 3 * DAY) == 2
    assert mandates.due(NOON + 3 * DAY) == 0

    assert set(Mandate.objects.values_list("state", flat=True)) == {Mandate.State.REJECTED}
    assert list(mandates.in_force([city.constituency().pk])) == []
    assert entry("federation.mandate_rejected")["finding"]["quorum"] == {"present": 5, "needed": 6, "entitled": 30}


def test_it_is_withdrawn_as_it_was_given_and_stands_while_the_electors_vote(city):
    mandate = put(city, given(city), now=NOON + 10 * DAY)
    assert list(mandates.in_force([city.constituency().pk])) == [mandate]
    answered(city, mandate.withdrawal, yes=9, now=NOON + 11 * DAY)

    mandates.due(NOON + 13 * DAY)

    mandate.refresh_from_db()
    assert mandate.state == Mandate.State.WITHDRAWN
    assert acts()[-1] == "federation.mandate_withdrawn"


def test_one_that_is_not_withdrawn_stands_and_the_question_may_be_put_again(city):
    mandate = put(city, given(city), now=NOON + 10 * DAY)
    answered(city, mandate.withdrawal, yes=2, no=9, now=NOON + 11 * DAY)
    mandates.due(NOON + 13 * DAY)

    mandate.refresh_from_db()
    assert mandate.state == Mandate.State.GIVEN
    assert acts()[-1] == "federation.mandate_kept"
    assert put(city, mandate, now=NOON + 20 * DAY).withdrawal.closed_at is None


def test_it_is_advisory_where_the_charter_says_so_and_refused_where_it_knows_none():
    advisory = make.found_city(
        ("bodies.city.seats.0.mandate", "advisory"), ("bodies.city.seats.0.breach", None), sizes=(30,)
    )
    assert proposed(advisory).binding is False

    none = make.found_city(
        ("bodies.city.seats.0.mandate", "none"), ("bodies.city.seats.0.breach", None), sizes=(30,), title="Elsewhere"
    )
    refused(
        "seat.mandate", mandates.propose_mandate,
        actor=none.workplaces[0].people[3], now=NOON, constituency_id=none.constituency().pk, matter="A", text="B",
    )  # fmt: skip


def test_only_electors_propose_and_only_their_officers_put_it(city):
    other = city.workplaces[1].people[3]
    propose = {"now": NOON, "constituency_id": city.constituency().pk, "matter": "A", "text": "B"}
    refused("standing.elector", mandates.propose_mandate, actor=other, **propose)
    mandate = proposed(city)
    open_it = {"now": NOON, "mandate_id": mandate.pk}

    refused("standing.office", mandates.open_mandate, actor=other, **open_it)
    refused("standing.office", mandates.open_mandate, actor=city.workplaces[0].people[9], **open_it)


def test_while_no_officer_sits_any_member_puts_it(city):
    make.Term.objects.filter(seat__office="chair").update(ended_at=NOON, ended_by="resigned")
    mandate = proposed(city)

    mandates.open_mandate(actor=city.workplaces[0].people[9], now=NOON, mandate_id=mandate.pk)


def test_what_a_mandate_must_say(city):
    propose = {"actor": city.workplaces[0].people[3], "now": NOON, "constituency_id": city.constituency().pk}
    refused("mandate.text", mandates.propose_mandate, matter=" ", text="B", **propose)
    refused("mandate.text", mandates.propose_mandate, matter="A", text="\n", **propose)
    refused("ballot.choice", mandates.propose_mandate, matter="A", text="B", position="perhaps", **propose)


def test_it_is_put_and_closed_once(city):
    mandate = put(city, proposed(city))
    officer = {"actor": city.workplaces[0].people[0], "now": NOON + DAY, "mandate_id": mandate.pk}
    refused("mandate.voting", mandates.open_mandate, **officer)
    refused("ballot.still_open", mandates.close_mandate, **officer)
    mandates.due(NOON + 3 * DAY)

    refused("mandate.state", mandates.close_mandate, **officer)
    refused("mandate.state", mandates.open_mandate, **officer)
