"""Admission: apply, vouch, object, and silence admits. Charter: membership.admission."""

from datetime import timedelta

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    acts,
    document,
    entry,
    everything,
    find_body,
    found_city,
    found_council,
    officer,
    person,
    refused,
    vote_for,
)

from weft_site.federation.models import Application, Membership, Term, Voucher
from weft_site.federation.services import applications
from weft_site.federation.services.members import leave
from weft_site.people.models import Notice

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY


@pytest.fixture
def depot():
    return found_council(12)


def applied(council, who, *, now=NOON, **more):
    applications.apply(actor=who, now=now, body_id=council.body.pk, of_age=True, **more)
    return Application.objects.get(body=council.body, person=who, state__in=["vouchers", "objection", "admitted"])


def vouched(council, who, *, now=NOON, by=(0, 1)):
    application = applied(council, who, now=now)
    for number in by:
        applications.vouch(actor=council.people[number], now=now, application_id=application.pk)
    application.refresh_from_db()
    return application


def contested(council, who, *, now=NOON):
    application = vouched(council, who, now=now)
    applications.object_to(
        actor=council.people[2], now=now, application_id=application.pk, reason="Hires and fires here"
    )
    application.refresh_from_db()
    return application


def test_two_vouchers_and_seven_silent_days_admit(depot):
    ana = person("Ana")

    application = vouched(depot, ana)
    assert (application.state, application.objections_until) == ("objection", NOON + WEEK)
    assert applications.due(NOON + WEEK - timedelta(seconds=1)) == 0
    assert applications.due(NOON + WEEK) == 1
    assert applications.due(NOON + WEEK) == 0

    member = Membership.objects.get(person=ana)
    application.refresh_from_db()
    assert (application.state, member.status, member.since) == ("admitted", "admitted", NOON + WEEK)
    assert find_body(depot.body.pk).members_count == 13
    assert acts()[1:] == ["federation.applied", "federation.vouched", "federation.admitted"]


def test_the_record_of_an_admission_names_nobody(depot):
    vouched(depot, person("Ana Unmistakable"))
    applications.due(NOON + WEEK)

    member = Membership.objects.get(person__name="Ana Unmistakable")
    said = entry("federation.admitted")
    assert said["data"] == {
        "application": "q1",
        "vouchers": 2,
        "objections": 0,
        "objections_until": (NOON + WEEK).isoformat(),
        "members": 1,
        "from": [],
        "lapsed": [],
    }
    assert said["finding"] == {"members": 13}
    assert document("members") == f"{member.ref} {member.commitment}\n"
    for act in ("federation.applied", "federation.vouched", "federation.admitted"):
        assert entry(act)["by"] == []
        assert "Unmistakable" not in str(entry(act))


def test_without_vouchers_nobody_is_admitted_however_long_it_takes(depot):
    application = vouched(depot, person("Ana"), by=(0,))

    assert application.state == "vouchers"
    assert applications.due(NOON + 100 * DAY) == 0
    refused(
        "application.state",
        applications.admit_due,
        actor=depot.people[0],
        now=NOON + 100 * DAY,
        application_id=application.pk,
    )


def test_a_member_may_ask_for_the_admission_that_is_due_but_not_before(depot):
    application = vouched(depot, person("Ana"))
    asked = {"actor": depot.people[3], "application_id": application.pk}

    refused("application.days", applications.admit_due, now=NOON + DAY, **asked)
    assert applications.admit_due(now=NOON + WEEK, **asked) == "admitted"


def test_where_the_charter_asks_for_nothing_one_is_admitted_on_asking():
    council = found_council(
        12, ("membership.admission.vouchers", 0), ("membership.admission.objection_days", 0), title="Open house"
    )
    ana = person("Ana")

    application = applied(council, ana)

    assert application.state == "admitted"
    assert Membership.objects.get(person=ana).status == "admitted"
    assert acts()[1:] == ["federation.applied", "federation.vouched", "federation.admitted"]


def test_who_may_not_apply(depot):
    ana = person("Ana")
    ask = {"now": NOON, "body_id": depot.body.pk}

    refused("membership.minimum_age", applications.apply, actor=ana, of_age=False, **ask)
    refused("application.member", applications.apply, actor=depot.people[0], of_age=True, **ask)
    applied(depot, ana)
    refused("application.open", applications.apply, actor=ana, of_age=True, **ask)


def test_an_age_is_declared_and_no_birthday_is_kept(depot):
    applied(depot, person("Ana"))

    assert entry("federation.applied")["data"] == {"application": "q1", "of_age": True}
    assert not any("birth" in field.name for field in Application._meta.get_fields())


def test_who_may_not_vouch(depot):
    ana, stranger = person("Ana"), person("Bo")
    application = applied(depot, ana)
    for_ana = {"now": NOON, "application_id": application.pk}

    refused("standing.member", applications.vouch, actor=stranger, **for_ana)
    refused("standing.member", applications.vouch, actor=ana, **for_ana)
    applications.vouch(actor=depot.people[0], **for_ana)
    refused("application.vouched_twice", applications.vouch, actor=depot.people[0], **for_ana)
    applications.vouch(actor=depot.people[1], **for_ana)
    refused("application.state", applications.vouch, actor=depot.people[2], **for_ana)


def test_a_voucher_who_left_in_the_meantime_does_not_count(depot):
    application = vouched(depot, person("Ana"), by=(0,))
    leave(actor=depot.people[0], now=NOON, body_id=depot.body.pk)

    applications.vouch(actor=depot.people[1], now=NOON, application_id=application.pk)
    application.refresh_from_db()
    assert application.state == "vouchers"

    applications.vouch(actor=depot.people[2], now=NOON, application_id=application.pk)
    application.refresh_from_db()
    assert application.state == "objection"


def test_vouching_twice_with_one_key_is_done_once(depot):
    application = applied(depot, person("Ana"))

    for _ in range(2):
        applications.vouch(actor=depot.people[0], now=NOON, application_id=application.pk, key="one form")

    assert Voucher.objects.count() == 1


def test_an_objection_is_heard_and_silence_no_longer_admits(depot):
    ana = person("Ana")

    application = contested(depot, ana, now=NOON)

    assert application.state == "contested"
    assert applications.due(NOON + 100 * DAY) == 0
    said = entry("federation.objected")
    assert (said["data"], said["by"], said["documents"]) == ({"application": "q1", "count": 1}, [], {})
    assert Notice.objects.filter(person=ana, kind="application.contested").count() == 1


def test_who_may_not_object(depot):
    application = vouched(depot, person("Ana"))
    against = {"now": NOON, "application_id": application.pk}

    refused("standing.member", applications.object_to, actor=person("Bo"), reason="x", **against)
    refused("application.reason", applications.object_to, actor=depot.people[2], reason=" \n", **against)
    applications.object_to(actor=depot.people[2], reason="Manager", **against)
    refused("application.objected_twice", applications.object_to, actor=depot.people[2], reason="Manager", **against)


def test_members_object_up_to_and_not_at_the_end(depot):
    application = vouched(depot, person("Ana"))
    against = {"actor": depot.people[2], "application_id": application.pk, "reason": "Manager"}

    refused("application.over", applications.object_to, now=NOON + WEEK, **against)
    assert applications.object_to(now=NOON + WEEK - timedelta(seconds=1), **against) == "contested"


def test_before_the_vouchers_there_is_nothing_to_object_to(depot):
    application = applied(depot, person("Ana"))

    refused(
        "application.state",
        applications.object_to,
        actor=depot.people[2],
        now=NOON,
        application_id=application.pk,
        reason="Manager",
    )


def open_vote(council, application, by=0, now=NOON):
    applications.open_application(actor=council.people[by], now=now, application_id=application.pk)
    application.refresh_from_db()
    return application.ballot


@pytest.mark.parametrize(("yes", "no", "state"), [(6, 2, "admitted"), (3, 3, "refused"), (1, 5, "refused")])
def test_the_members_decide_a_contested_application(depot, yes, no, state):
    officer(depot, "chair", depot.people[0])
    ana = person("Ana")
    application = contested(depot, ana)
    ballot = open_vote(depot, application)
    votes = [(who, "yes") for who in depot.people[:yes]] + [(who, "no") for who in depot.people[yes : yes + no]]
    vote_for(ballot, votes)

    assert applications.due(NOON + 3 * DAY - timedelta(seconds=1)) == 0
    assert applications.due(NOON + 3 * DAY) == 1

    application.refresh_from_db()
    assert application.state == state
    assert Membership.objects.filter(person=ana).exists() == (state == "admitted")
    said = entry("federation.application_decided")
    assert said["data"] == {
        "application": "q1",
        "kind": "ordinary",
        "ballot": ballot.ref,
        "yes": yes,
        "no": no,
        "abstain": 0,
        "entitled": 12,
    }
    assert said["finding"] == {"quorum": 5, "base": yes + no, "needed": (yes + no) // 2 + 1, "carried": yes > no}
    assert acts()[-1] == f"federation.{state}"


def test_below_the_quorum_nothing_is_decided_and_it_can_be_put_again(depot):
    application = contested(depot, person("Ana"))
    ballot = open_vote(depot, application)
    vote_for(ballot, [(who, "no") for who in depot.people[:4]])

    assert applications.due(NOON + 3 * DAY) == 1

    application.refresh_from_db()
    assert (application.state, application.ballot) == ("contested", None)
    assert open_vote(depot, application, now=NOON + 3 * DAY).pk != ballot.pk


def test_officers_who_wait_keep_nobody_out(depot):
    officer(depot, "chair", depot.people[0])
    officer(depot, "secretary", depot.people[1])
    application = contested(depot, person("Ana"))
    put = {"actor": depot.people[5], "application_id": application.pk}

    refused("standing.office", applications.open_application, now=NOON + 3 * DAY - timedelta(seconds=1), **put)
    assert applications.open_application(now=NOON + 3 * DAY, **put)


def test_a_vote_that_runs_cannot_be_closed(depot):
    application = contested(depot, person("Ana"))
    ballot = open_vote(depot, application)
    vote_for(ballot, [(who, "yes") for who in depot.people[:6]])

    refused(
        "ballot.still_open",
        applications.close_application,
        actor=depot.people[0],
        now=NOON + DAY,
        application_id=application.pk,
    )
    vote_for(ballot, [(who, "yes") for who in depot.people[6:]])
    close = {"actor": depot.people[0], "now": NOON + DAY, "application_id": application.pk}
    assert applications.close_application(**close) == "admitted"


def test_a_decision_of_the_body_settles_it_too(depot):
    from weft_site.federation.acting import begin

    application = contested(depot, person("Ana"))
    acting = begin(depot.body.pk, depot.people[0], NOON)

    assert applications.decide_application(application, False, acting) == "refused"
    refused("application.state", applications.decide_application, application=application, admitted=True, acting=acting)


def test_an_applicant_may_withdraw_and_nobody_else(depot):
    ana = person("Ana")
    application = vouched(depot, ana)
    take_back = {"now": NOON, "application_id": application.pk}

    refused("application.not_yours", applications.withdraw, actor=depot.people[0], **take_back)
    assert applications.withdraw(actor=ana, **take_back) == "withdrawn"
    refused("application.state", applications.withdraw, actor=ana, **take_back)
    assert applications.due(NOON + 100 * DAY) == 0


# --- one council below one delegate council ----------------------------------------------------------------------


def test_joining_a_second_council_of_the_same_city_is_a_transfer():
    city = found_city(sizes=(30, 30))
    first, second = city.workplaces
    ana = first.people[0]
    officer(first, "chair", ana)

    refused("membership.one_council", applications.apply, actor=ana, now=NOON, body_id=second.body.pk, of_age=True)
    application = vouched_transfer(second, ana)
    applications.due(NOON + WEEK)

    application.refresh_from_db()
    old = Membership.objects.get(body=first.body, person=ana)
    assert (old.status, old.until) == ("transferred", NOON + WEEK)
    assert Membership.objects.get(body=second.body, person=ana).status == "admitted"
    assert [find_body(c.body.pk).members_count for c in city.workplaces] == [29, 31]
    assert Term.objects.get(person=ana).ended_by == "lapsed"
    said = entry("federation.admitted")["data"]
    assert (said["from"], said["lapsed"]) == ([old.ref], [Term.objects.get(person=ana).ref])


def vouched_transfer(council, who):
    applications.apply(actor=who, now=NOON, body_id=council.body.pk, of_age=True, transfer=True)
    application = Application.objects.get(body=council.body, person=who)
    for voucher in council.people[:2]:
        applications.vouch(actor=voucher, now=NOON, application_id=application.pk)
    return application


def test_two_people_who_transfer_together_are_both_counted():
    city = found_city(sizes=(30, 30))
    first, second = city.workplaces
    for who in first.people[:2]:
        vouched_transfer(second, who)

    assert applications.due(NOON + WEEK) == 2

    assert [find_body(c.body.pk).members_count for c in city.workplaces] == [28, 32]


def test_one_cannot_apply_to_two_councils_at_once():
    city = found_city(sizes=(30, 30))
    ana = person("Ana")
    applications.apply(actor=ana, now=NOON, body_id=city.workplaces[0].body.pk, of_age=True)

    refused(
        "application.elsewhere",
        applications.apply,
        actor=ana,
        now=NOON,
        body_id=city.workplaces[1].body.pk,
        of_age=True,
    )


def test_a_delegate_council_is_not_applied_to():
    city = found_city()

    refused("application.body", applications.apply, actor=person(), now=NOON, body_id=city.council.body.pk, of_age=True)


def test_admission_that_reaches_the_next_step_opens_a_seat():
    city = found_city(sizes=(49, 30))
    seats = city.constituency(0).seats.count()
    vouched_at = {"now": NOON}
    ana = person("Ana")
    applications.apply(actor=ana, body_id=city.workplaces[0].body.pk, of_age=True, **vouched_at)
    application = Application.objects.get(person=ana)
    for voucher in city.workplaces[0].people[:2]:
        applications.vouch(actor=voucher, application_id=application.pk, **vouched_at)

    applications.due(NOON + WEEK)

    assert (seats, city.constituency(0).seats.count()) == (1, 2)
    assert acts()[-2:] == ["federation.admitted", "federation.entitled"]


def test_a_refused_act_writes_nothing_at_all(depot):
    before = everything()

    refused(
        "membership.minimum_age",
        applications.apply,
        actor=depot.people[0],
        now=NOON,
        body_id=depot.body.pk,
        of_age=False,
        key="k",
    )

    assert everything() == before
