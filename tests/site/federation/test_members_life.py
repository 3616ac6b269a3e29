"""Membership life after admission: leave, lapse, suspension, exclusion, what people declare; associations; numbers."""

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    acts,
    delegate,
    entry,
    everything,
    find_body,
    found_city,
    found_council,
    officer,
    person,
    refused,
)

from weft.errors import RuleBroken
from weft_site.federation.acting import begin
from weft_site.federation.models import Alternate, Application, Body, Membership, Seat, Term
from weft_site.federation.services import applications, associations, members, numbers
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db


def test_a_delegate_who_leaves_the_workplace_loses_the_seat_and_the_alternate_steps_up():
    city = found_city(sizes=(30, 30))
    works = city.workplaces[0]
    ana, bo = works.people[:2]
    sent = delegate(city, ana)
    chair = officer(works, "chair", ana)
    Alternate.objects.create(
        body=city.council.body,
        constituency=city.constituency(0),
        membership=works.membership(bo),
        person=bo,
        name="Bo",
        order=1,
    )

    lapsed = members.leave(actor=ana, now=NOON, body_id=works.body.pk)

    sent.refresh_from_db()
    assert set(lapsed) == {sent.ref, chair.ref}
    assert (sent.ended_by, sent.ended_at) == ("lapsed", NOON)
    assert Term.objects.get(seat=sent.seat, ended_at__isnull=True).person == bo
    assert (works.membership(ana).status, works.membership(ana).until) == ("left", NOON)
    assert find_body(works.body.pk).members_count == 29
    said = entry("federation.membership_changed")
    member = works.membership(ana).ref
    assert said["data"] == {"member": member, "old": "admitted", "new": "left", "lapsed": lapsed}
    assert (said["finding"], said["by"]) == ({"members": 29}, [member])
    assert acts()[-2:] == ["federation.membership_changed", "federation.stepped_up"]


def test_a_seat_that_does_not_lapse_on_leaving_stays():
    city = found_city(("bodies.city.seats.0.lapses_on_leaving", False), sizes=(30, 30))
    works = city.workplaces[0]
    sent = delegate(city, works.people[0])

    assert members.leave(actor=works.people[0], now=NOON, body_id=works.body.pk) == []

    sent.refresh_from_db()
    assert sent.ended_at is None


def test_somebody_who_left_is_no_alternate_any_more():
    city = found_city(sizes=(30, 30))
    works = city.workplaces[0]
    waiting = Alternate.objects.create(
        body=city.council.body,
        constituency=city.constituency(0),
        membership=works.membership(works.people[3]),
        person=works.people[3],
        name="Dee",
        order=1,
    )

    members.leave(actor=works.people[3], now=NOON, body_id=works.body.pk)

    waiting.refresh_from_db()
    assert waiting.used_at == NOON


def test_the_last_member_below_a_step_of_the_norm_closes_the_seat():
    city = found_city(sizes=(50, 30))
    works = city.workplaces[0]

    members.leave(actor=works.people[0], now=NOON, body_id=works.body.pk)

    assert Seat.objects.filter(constituency=city.constituency(0), ended_at__isnull=True).count() == 1
    assert acts()[-1] == "federation.entitled"


def test_who_is_not_a_member_has_nothing_to_leave():
    depot = found_council(12)
    refused("standing.member", members.leave, actor=person(), now=NOON, body_id=depot.body.pk)
    members.leave(actor=depot.people[0], now=NOON, body_id=depot.body.pk)
    refused("standing.member", members.leave, actor=depot.people[0], now=NOON, body_id=depot.body.pk)


def test_whoever_left_may_ask_again():
    depot = found_council(12)
    members.leave(actor=depot.people[0], now=NOON, body_id=depot.body.pk)

    applications.apply(actor=depot.people[0], now=NOON, body_id=depot.body.pk, of_age=True)

    assert Application.objects.get().state == "vouchers"


# --- by decision ------------------------------------------------------------------------------------------------


def decided(council, number, **more):
    """What a carried motion calls, within its act."""
    acting = begin(council.body.pk, council.people[0], NOON)
    row = council.membership(council.people[number])
    return members.exclude(acting, row, **({"told_at": NOON - 14 * DAY, "heard": True} | more))


def test_a_member_is_excluded_after_notice_and_hearing():
    depot = found_council(12)
    officer(depot, "treasurer", depot.people[5])

    decided(depot, 5)

    assert depot.membership(depot.people[5]).status == "excluded"
    assert Term.objects.get(person=depot.people[5]).ended_by == "lapsed"
    assert Notice.objects.filter(person=depot.people[5], kind="member.excluded").count() == 1


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"told_at": None}, RuleBroken("membership.exclusion.notice_days", days=14)),
        ({"told_at": NOON - 13 * DAY}, RuleBroken("membership.exclusion.notice_days", days=14)),
        ({"heard": False}, RuleBroken("membership.exclusion.hearing")),
    ],
)
def test_nobody_is_excluded_unheard_or_untold(more, rule):
    depot = found_council(12)
    before = everything()

    with pytest.raises(RuleBroken) as found:
        decided(depot, 5, **more)

    assert found.value == rule
    assert everything() == before


def test_a_suspended_member_does_not_vote_and_does_not_count():
    depot = found_council(12)

    decided(depot, 5, suspend=True)

    assert depot.membership(depot.people[5]).status == "suspended"
    assert find_body(depot.body.pk).members_count == 11
    refused(
        "standing.suspended",
        applications.vouch,
        actor=depot.people[5],
        now=NOON,
        application_id=asking(depot).pk,
    )
    members.leave(actor=depot.people[5], now=NOON, body_id=depot.body.pk)
    assert find_body(depot.body.pk).members_count == 11


def asking(council):
    applications.apply(actor=person("Zoe"), now=NOON, body_id=council.body.pk, of_age=True)
    return Application.objects.get(body=council.body, person__name="Zoe")


def test_a_membership_that_has_ended_ends_once():
    depot = found_council(12)
    decided(depot, 5)
    before = everything()

    with pytest.raises(RuleBroken) as found:
        decided(depot, 5)

    assert found.value == RuleBroken("membership.status", old="excluded", new="excluded")
    assert everything() == before


def test_membership_ends_with_the_job_only_where_the_charter_says_so():
    depot = found_council(12)
    officer(depot, "secretary", depot.people[0])
    row = depot.membership(depot.people[5])
    state = {"now": NOON, "membership_id": row.pk}
    refused("membership.lapses_with_job", members.lapse, actor=depot.people[0], **state)

    mill = found_council(12, ("membership.lapses_with_job", True), title="Mill")
    officer(mill, "secretary", mill.people[0])
    row = mill.membership(mill.people[5])
    refused("standing.office", members.lapse, actor=mill.people[1], now=NOON, membership_id=row.pk)
    members.lapse(actor=mill.people[0], now=NOON, membership_id=row.pk)

    row.refresh_from_db()
    assert row.status == "lapsed"
    assert Notice.objects.filter(person=mill.people[5], kind="member.lapsed").count() == 1


# --- what people declare of themselves ----------------------------------------------------------------------------


def test_a_member_declares_what_the_quotas_count_and_it_is_not_on_record():
    from tests.site.factories import default_charter

    from weft.charter import load

    text = default_charter().replace(
        "[bodies.city.offices]", 'quotas = [{ attribute = "women", share = "2/5" }]\n\n[bodies.city.offices]', 1
    )
    assert load(text).body("city").quotas
    depot = found_council(12)
    keep = depot.federation
    from weft_site.charter.facts import keep_version

    keep.charter = keep_version(text)
    keep.save()
    size = keep.log.size

    members.declare(actor=depot.people[0], now=NOON, body_id=depot.body.pk, attributes=["women"])

    assert depot.membership(depot.people[0]).declared == ["women"]
    assert depot.federation.log.size == size
    members.declare(actor=depot.people[0], now=NOON, body_id=depot.body.pk, attributes=[])
    assert depot.membership(depot.people[0]).declared == []


def test_nothing_else_is_stored():
    depot = found_council(12)
    declare = {"now": NOON, "body_id": depot.body.pk}

    refused("membership.declared", members.declare, actor=depot.people[0], attributes=["citizenship"], **declare)
    refused("standing.member", members.declare, actor=person(), attributes=[], **declare)


# --- associations -------------------------------------------------------------------------------------------------


def wide_city():
    """A city whose record is long enough that new references do not meet those of the factory."""
    city = found_city(sizes=(30, 30))
    acting = begin(city.council.body.pk, None, NOON)
    while acting.index < 10:
        acting.record("deliberation.motion_decided")
    return city


def proposed(city, *, title="Women at work", who=None):
    works = city.workplaces[0]
    associations.propose_association(
        actor=who or works.people[0],
        now=NOON,
        body_id=works.body.pk,
        kind="association",
        title=title,
        of_age=True,
    )
    return Body.objects.get(title=title)


def test_members_of_any_councils_found_an_association():
    city = wide_city()
    body = proposed(city)
    assert (body.members_count, body.links_up.count()) == (0, 0)
    for who in city.workplaces[1].people[:3]:
        applications.apply(actor=who, now=NOON, body_id=body.pk, of_age=True)
    assert not Membership.objects.filter(body=body).exists()

    applications.apply(actor=city.workplaces[0].people[1], now=NOON, body_id=body.pk, of_age=True)

    body.refresh_from_db()
    assert body.members_count == 5
    assert list(body.links_up.values_list("upper__kind", flat=True)) == ["city"]
    assert Seat.objects.filter(constituency__senders=body, ended_at__isnull=True).count() == 2
    said = entry("federation.association_founded")
    assert said["data"] == {
        "association": body.ref,
        "kind": "association",
        "title": "Women at work",
        "founders": 5,
        "uppers": [city.council.body.ref],
    }
    assert said["finding"] == {"needed": 5}
    both = {body.pk, city.workplaces[1].body.pk}
    rows = Membership.objects.filter(person__in=city.workplaces[1].people[:3], status="admitted")
    assert set(rows.values_list("body", flat=True)) == both  # an association goes across the councils


def test_who_may_not_propose_an_association():
    city = found_city(sizes=(30, 30))
    works = city.workplaces[0]
    ask = {"now": NOON, "body_id": works.body.pk, "kind": "association", "title": "Youth", "of_age": True}
    propose = associations.propose_association

    refused("standing.member", propose, actor=person(), **ask)
    refused("association.kind", propose, actor=works.people[0], **(ask | {"kind": "city"}))
    refused("association.title", propose, actor=works.people[0], **(ask | {"title": "  "}))
    refused("association.title_taken", propose, actor=works.people[0], **(ask | {"title": "works 2"}))
    refused("membership.minimum_age", propose, actor=works.people[0], **(ask | {"of_age": False}))


# --- numbers ------------------------------------------------------------------------------------------------------


def test_seats_follow_a_number_that_is_stated_with_its_source():
    city = found_city(("bodies.city.seats.0.norm.unit", "workers"), sizes=(30, 30))
    works = city.workplaces[0]
    officer(works, "secretary", works.people[0])

    numbers.state_number(
        actor=works.people[0], now=NOON, body_id=works.body.pk, unit="workers", number=100, source="Payroll of May"
    )

    assert Seat.objects.filter(constituency__senders=works.body, ended_at__isnull=True).count() == 4
    assert entry("federation.numbers_stated")["data"] == {"unit": "workers", "number": 100, "before": 0}
    assert acts()[-2:] == ["federation.numbers_stated", "federation.entitled"]


def test_who_may_not_state_a_number_and_what_is_none():
    depot = found_council(12)
    officer(depot, "secretary", depot.people[0])
    officer(depot, "chair", depot.people[1])
    ask = {"now": NOON, "body_id": depot.body.pk, "unit": "workers", "number": 5, "source": "Payroll"}
    state = numbers.state_number

    refused("standing.office", state, actor=depot.people[2], **ask)
    mine = ask | {"actor": depot.people[0]}
    refused("numbers.unit", state, **(mine | {"unit": "members"}))
    refused("numbers.bounds", state, **(mine | {"number": -1}))
    refused("numbers.bounds", state, **(mine | {"number": 2**63}))
    refused("numbers.bounds", state, **(mine | {"number": True}))
    refused("numbers.source", state, **(mine | {"source": " "}))
