"""Seats and fractions: giving a place up, stepping up in recorded order, declaring oneself a group."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, entry, refused

from weft_site.federation.models import Alternate, Fraction, Term
from weft_site.federation.seat_facts import fractions
from weft_site.federation.services import fractions as fraction_acts
from weft_site.federation.services import seats

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make.found_city(sizes=(30, 30, 30))


def successors(city, *who, ends_at=NOON + 120 * DAY):
    hall = city.workplaces[0]
    electors = make.electors(city.council, constituency=city.constituency())
    seats.keep_alternates(electors, [(hall.membership(one), one.name) for one in who], ends_at)


def test_who_resigns_is_followed_by_the_first_alternate_for_the_remaining_term(city):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5])
    successors(city, hall.people[6], hall.people[7])

    seats.resign(actor=term.person, now=NOON, term_id=term.pk)

    term.refresh_from_db()
    assert (term.ended_at, term.ended_by, term.ended_index) == (NOON, "resigned", make.index_of("federation.resigned"))
    successor = Term.objects.get(seat=term.seat, ended_at__isnull=True)
    assert (successor.person, successor.ends_at) == (hall.people[6], term.ends_at)
    assert acts()[-2:] == ["federation.resigned", "federation.stepped_up"]
    assert entry("federation.resigned")["by"] == [term.seat.ref]
    assert list(Alternate.objects.filter(used_at__isnull=True).values_list("person", flat=True)) == [hall.people[7].pk]


def test_alternates_of_a_later_election_come_after_those_who_already_wait(city):
    hall = city.workplaces[0]
    successors(city, hall.people[6], hall.people[7])
    successors(city, hall.people[8])

    assert list(Alternate.objects.order_by("order").values_list("order", "person")) == [
        (1, hall.people[6].pk), (2, hall.people[7].pk), (3, hall.people[8].pk),
    ]  # fmt: skip


def test_an_alternate_whose_time_is_over_does_not_step_up(city):
    hall = city.workplaces[0]
    term = make.delegate(city, hall.people[5])
    successors(city, hall.people[6], ends_at=NOON)

    seats.resign(actor=term.person, now=NOON, term_id=term.pk)

    assert acts()[-1] == "federation.resigned"


def test_nobody_resigns_for_somebody_else_or_twice(city):
    term = make.delegate(city, city.workplaces[0].people[5])
    other = make.delegate(city, city.workplaces[1].people[5], number=1)

    refused("seat.not_yours", seats.resign, actor=other.person, now=NOON, term_id=term.pk)
    refused("standing.delegate", seats.resign, actor=city.workplaces[2].people[0], now=NOON, term_id=term.pk)
    seats.resign(actor=term.person, now=NOON, term_id=term.pk)
    assert refused("standing.lost", seats.resign, actor=term.person, now=NOON, term_id=term.pk)["how"] == "resigned"


def test_the_same_form_sent_twice_resigns_once(city):
    term = make.delegate(city, city.workplaces[0].people[5])

    for _ in range(2):
        assert seats.resign(actor=term.person, now=NOON, term_id=term.pk, key="once") == term.ref
    assert acts().count("federation.resigned") == 1


def test_a_name_too_long_to_read_out_is_refused(city):
    hall = city.workplaces[0]
    election = make.called(city.council, hall.people[0], constituency=city.constituency())

    refused(
        "text.long", make.elections.nominate,
        actor=hall.people[5], now=NOON, election_id=election.pk, person_id=hall.people[5].pk, name="x" * 101,
    )  # fmt: skip


# --- fractions ---------------------------------------------------------------------------------------------------


def test_a_fraction_counts_from_the_number_the_charter_names(city):
    terms = [make.delegate(city, city.workplaces[n].people[5], number=n) for n in range(3)]
    declare = {"now": NOON, "body_id": city.council.body.pk}

    ref = fraction_acts.declare_fraction(actor=terms[0].person, title="  For   short hours ", **declare)

    fraction = Fraction.objects.get(ref=ref)
    assert fraction.title == "For short hours"
    for term, counts in [(terms[1], False), (terms[2], True)]:
        fraction_acts.join_fraction(actor=term.person, now=NOON, fraction_id=fraction.pk)
        (shown,) = fractions(city.council.body, NOON)
        assert shown.recognised is counts
    assert entry("federation.fraction_joined")["finding"] == {"members": 3, "at_least": 3}
    assert entry("federation.fraction_declared")["data"] == {
        "fraction": ref, "seat": terms[0].seat.ref, "title": "For short hours",
    }  # fmt: skip


def test_the_last_to_leave_ends_it(city):
    terms = [make.delegate(city, city.workplaces[n].people[5], number=n) for n in range(2)]
    declare = {"now": NOON, "body_id": city.council.body.pk, "title": "Left"}
    fraction_acts.declare_fraction(actor=terms[0].person, **declare)
    fraction = Fraction.objects.get()
    fraction_acts.join_fraction(actor=terms[1].person, now=NOON, fraction_id=fraction.pk)

    for term in terms:
        fraction_acts.leave_fraction(actor=term.person, now=NOON, fraction_id=fraction.pk)

    fraction.refresh_from_db()
    assert fraction.ended_at == NOON
    refused("fraction.ended", fraction_acts.join_fraction, actor=terms[0].person, now=NOON, fraction_id=fraction.pk)


def test_who_may_not_declare_or_join(city):
    terms = [make.delegate(city, city.workplaces[n].people[5], number=n) for n in range(2)]
    declare = {"now": NOON, "body_id": city.council.body.pk}
    refused(
        "standing.delegate", fraction_acts.declare_fraction,
        actor=city.workplaces[0].people[1], title="Left", **declare,
    )  # fmt: skip
    refused("fraction.title", fraction_acts.declare_fraction, actor=terms[0].person, title=" ", **declare)
    fraction_acts.declare_fraction(actor=terms[0].person, title="Left", **declare)
    fraction = Fraction.objects.get()
    refused("fraction.title_taken", fraction_acts.declare_fraction, actor=terms[1].person, title="Left", **declare)
    refused("fraction.already", fraction_acts.declare_fraction, actor=terms[0].person, title="More left", **declare)
    refused("fraction.member", fraction_acts.leave_fraction, actor=terms[1].person, now=NOON, fraction_id=fraction.pk)


def test_a_body_for_which_the_charter_knows_no_fractions_says_so(city):
    commission = make.open_commission(city)
    term = make.serve(make.places(commission)[0], city.workplaces[0].membership(city.workplaces[0].people[5]))

    refused(
        "body.fractions", fraction_acts.declare_fraction,
        actor=term.person, now=NOON, body_id=commission.body.pk, title="Left",
    )  # fmt: skip
