"""A council joins a wider federation by an act adopted in each. Charter: decision.accession."""

import json
from datetime import timedelta

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    delegate,
    elect,
    entry,
    find_body,
    found_city,
    found_council,
    officer,
    person,
    refused,
    vote_for,
)
from tests.site.remembering import remembered

from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import (
    Accession,
    Application,
    Body,
    BodyLink,
    Constituency,
    Federation,
    Membership,
    Seat,
    Term,
)
from weft_site.federation.services import accession, applications, elections, joining
from weft_site.people.models import Notice
from weft_site.record.models import Entry, Log

pytestmark = pytest.mark.django_db
NOTICE = 14 * DAY
VOTE = 3 * DAY


@pytest.fixture
@remembered
def city():
    """A city whose council has its three delegates: a quorum that can accept others."""
    made = found_city(sizes=(60, 30))
    delegate(made, made.workplaces[0].people[0])
    delegate(made, made.workplaces[0].people[1])
    delegate(made, made.workplaces[1].people[0], number=1)
    return made


def ballot_of(row):
    return Accession.objects.values_list("acceptance", flat=True).get(pk=row.pk)


def delegates(city):
    return [*city.workplaces[0].people[:2], city.workplaces[1].people[0]]


@pytest.fixture
def depot():
    return found_council(26, title="Depot")


def leaves(log):
    return [
        json.loads(bytes(leaf))
        for leaf in Entry.objects.filter(log=log).order_by("index").values_list("leaf", flat=True)
    ]


def proposed(council, city, *, now=NOON, as_kind="workplace"):
    accession.propose_accession(
        actor=council.people[0],
        now=now,
        body_id=council.body.pk,
        into_id=city.council.body.federation_id,
        as_kind=as_kind,
    )
    return Accession.objects.get(body=council.body)


def adopted(council, row, *, now=NOON, votes="yes"):
    accession.open_accession(actor=council.people[1], now=now + NOTICE, accession_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(who, votes) for who in council.people], now=now + NOTICE)
    accession.close_accession(actor=council.people[2], now=now + NOTICE, accession_id=row.pk)
    row.refresh_from_db()
    return row


def accepted(city, row, *, choice="yes"):
    """Two weeks after the council adopted, the delegates vote on it over days."""
    now = put(city, row, choice=choice)
    accession.due(now + VOTE)
    row.refresh_from_db()
    return row


def put(city, row, *, choice="yes"):
    now = row.adopted_at + NOTICE
    accession.open_acceptance(actor=delegates(city)[0], now=now, accession_id=row.pk)
    for who in delegates(city):
        cast_vote(actor=who, now=now, ballot_id=ballot_of(row), choice=choice)
    return now


def test_the_whole_way(city, depot):
    row = adopted(depot, proposed(depot, city))
    assert row.state == "adopted"

    row = accepted(city, row)

    joined = row.result
    assert (row.state, joined.kind, joined.title, joined.members_count) == ("accepted", "workplace", "Depot", 26)
    assert list(joined.links_up.values_list("upper__ref", flat=True)) == ["b0"]
    assert set(Membership.objects.filter(body=joined, status="admitted").values_list("person_id", flat=True)) == {
        who.pk for who in depot.people
    }
    assert set(Membership.objects.filter(body=depot.body).values_list("status", flat=True)) == {"transferred"}
    assert Seat.objects.filter(constituency__senders=joined, ended_at__isnull=True).count() == 1
    old, wider = depot.federation, Federation.objects.get(pk=city.council.body.federation_id)
    assert (old.ended_at, old.joined) == (NOON + NOTICE + NOTICE + VOTE, wider)
    assert (find_body(depot.body.pk).ended_at, old.log.sealed_at) == (old.ended_at, old.ended_at)


def test_both_records_cite_each_other_and_the_old_one_is_closed(city, depot):
    from weft.record.tree import Range, leaf_hash

    row = accepted(city, adopted(depot, proposed(depot, city)))

    old, wider = depot.federation.log, city.council.body.federation.log
    ends = leaves(old)[-1]
    before = [bytes(leaf) for leaf in Entry.objects.filter(log=old).order_by("index").values_list("leaf", flat=True)]
    heads = [Range().extended(map(leaf_hash, part)) for part in (before[:-1], before)]
    assert (ends["act"], ends["data"]) == (
        "federation.acceded",
        {"into": wider.origin, "accession": row.ref, "size": heads[0].size, "root": heads[0].root.hex()},
    )
    begins = next(leaf for leaf in leaves(wider) if leaf["act"] == "federation.body_joined")
    assert begins["data"]["from"] == {"origin": old.origin, "size": heads[1].size, "root": heads[1].root.hex()}
    assert begins["finding"] == {"members": 26, "counted_elsewhere": 0}
    refused("record.sealed", applications.apply, actor=person(), now=NOON, body_id=depot.body.pk, of_age=True)
    assert [leaf["act"] for leaf in leaves(wider)][-3:] == [
        "federation.acceptance_decided",
        "federation.body_joined",
        "federation.entitled",
    ]


def test_references_and_commitments_are_new_so_that_nobody_can_join_the_two_records(city, depot):
    old = set(Membership.objects.filter(body=depot.body).values_list("commitment", flat=True))

    row = accepted(city, adopted(depot, proposed(depot, city)))

    new = set(Membership.objects.filter(body=row.result).values_list("commitment", flat=True))
    assert len(new) == len(old) == 26
    assert not new & old


def test_officers_stay_for_the_time_that_is_left(city, depot):
    chair = elect(depot, "chair", depot.people[0])

    row = accepted(city, adopted(depot, proposed(depot, city)))

    chair.refresh_from_db()
    kept = Term.objects.get(seat__body=row.result, seat__office="chair")
    assert (kept.person, kept.ends_at, kept.starts_at) == (depot.people[0], chair.ends_at, row.result.created_at)
    assert (chair.ended_by, chair.ended_at) == ("succeeded", row.result.created_at)
    assert chair.ended_index == depot.federation.log.size - 1


def test_people_who_have_asked_need_not_ask_again(city, depot):
    ana = person("Ana")
    row = adopted(depot, proposed(depot, city))
    applications.apply(actor=ana, now=NOON, body_id=depot.body.pk, of_age=True)
    applications.vouch(actor=depot.people[0], now=NOON, application_id=Application.objects.get(person=ana).pk)

    row = accepted(city, row)

    application = Application.objects.get(person=ana)
    assert (application.body, application.state) == (row.result, "vouchers")
    applications.vouch(actor=depot.people[1], now=row.result.created_at, application_id=application.pk)
    assert applications.due(row.result.created_at + 7 * DAY) == 1
    assert Membership.objects.get(body=row.result, person=ana).status == "admitted"


def test_who_is_counted_in_another_council_of_the_city_is_counted_there(city, depot):
    twice = city.workplaces[1].people[5]
    from weft_site.federation.services import bodies

    bodies.add_members(depot.body, [twice], index=900, now=NOON)
    depot.people.append(twice)

    row = accepted(city, adopted(depot, proposed(depot, city)))

    assert not Membership.objects.filter(body=row.result, person=twice).exists()
    assert Membership.objects.get(body=city.workplaces[1].body, person=twice).status == "admitted"
    assert entry("federation.body_joined")["finding"] == {"members": 26, "counted_elsewhere": 1}


@pytest.mark.parametrize(("votes", "state"), [("no", "refused"), ("abstain", "refused")])
def test_members_who_do_not_want_it_stay_by_themselves(city, depot, votes, state):
    row = adopted(depot, proposed(depot, city), votes=votes)

    assert row.state == state
    assert depot.federation.ended_at is None
    assert entry("federation.accession_rejected")["data"]["proposal"] == ""


def test_a_federation_that_does_not_want_it_leaves_the_council_as_it_was(city, depot):
    row = accepted(city, adopted(depot, proposed(depot, city)), choice="no")

    assert (row.state, row.result, depot.federation.ended_at) == ("refused", None, None)
    assert depot.federation.log.sealed_at is None
    assert Notice.objects.filter(person=depot.people[5], kind="accession").count() == 3


def test_nothing_goes_faster_than_the_notice(city, depot):
    row = proposed(depot, city)
    early = {"now": NOON + NOTICE - timedelta(seconds=1), "accession_id": row.pk}

    refused("decision.notice_days", accession.open_accession, actor=depot.people[0], **early)
    row = adopted(depot, row)
    early["now"] = row.adopted_at + NOTICE - timedelta(seconds=1)
    refused("decision.notice_days", accession.open_acceptance, actor=city.workplaces[0].people[0], **early)


def test_who_may_not_propose(city, depot):
    ask = {"now": NOON, "into_id": city.council.body.federation_id, "as_kind": "workplace"}

    refused("standing.member", accession.propose_accession, actor=person(), body_id=depot.body.pk, **ask)
    inside = city.workplaces[0]
    refused("accession.one_council", accession.propose_accession, actor=inside.people[0], body_id=inside.body.pk, **ask)
    mine = {"actor": depot.people[0], "body_id": depot.body.pk} | ask
    refused("accession.kind", accession.propose_accession, **(mine | {"as_kind": "city"}))
    refused("accession.already", accession.propose_accession, **(mine | {"into_id": depot.federation.pk}))
    refused("accession.upper", accession.propose_accession, upper_ref="b1", **mine)
    proposed(depot, city)
    refused("accession.running", accession.propose_accession, **mine)


def test_a_federation_with_two_city_councils_asks_which(city, depot):
    from weft_site.federation.services import bodies

    law = joining.charter(city.council.federation.charter)
    other = bodies.create_body(city.council.federation, law, kind="city", title="East", ref="b77", now=NOON)
    ask = {
        "actor": depot.people[0], "now": NOON, "body_id": depot.body.pk,
        "into_id": city.council.body.federation_id, "as_kind": "workplace",
    }  # fmt: skip

    refused("accession.upper", accession.propose_accession, **ask)
    accession.propose_accession(upper_ref="b77", **ask)

    row = Accession.objects.get()
    assert row.upper == other
    assert {body.type for body in accession.accepting(row, NOON)} == {"base"}  # nobody sits in the new one yet


def test_who_may_not_accept(city, depot):
    row = adopted(depot, proposed(depot, city))
    now = row.adopted_at + NOTICE
    put = {"now": now, "accession_id": row.pk}

    refused("standing.delegate", accession.open_acceptance, actor=city.workplaces[1].people[5], **put)
    accession.open_acceptance(actor=city.workplaces[0].people[0], **put)
    ballot = ballot_of(row)
    refused("ballot.not_on_roll", cast_vote, actor=depot.people[0], now=now, ballot_id=ballot, choice="yes")
    refused("ballot.choice", cast_vote, actor=delegates(city)[0], now=now, ballot_id=ballot, choice="oui")
    refused("ballot.still_open", accession.close_acceptance, actor=city.workplaces[0].people[0], **put)


def test_what_is_open_must_be_closed_first_and_is_named(city, depot):
    row = adopted(depot, proposed(depot, city))
    officer(depot, "secretary", depot.people[3])
    ref = elections.call_election(
        actor=depot.people[3], now=NOON, body_id=depot.body.pk, office="chair", constituency_id=None
    )
    now = put(city, row)

    numbers = refused(
        "accession.open_business",
        accession.close_acceptance,
        actor=delegates(city)[0],
        now=now + VOTE,
        accession_id=row.pk,
    )
    assert numbers == {"open": ref}
    assert accession.due(now + VOTE) == 0


def test_domains_above_can_name_what_is_open(city, depot, monkeypatch):
    monkeypatch.setattr(joining, "open_business", [lambda body: [f"g7 of {body.title}"]])
    row = adopted(depot, proposed(depot, city))
    now = put(city, row)

    numbers = refused(
        "accession.open_business",
        accession.close_acceptance,
        actor=delegates(city)[0],
        now=now + VOTE,
        accession_id=row.pk,
    )
    assert numbers == {"open": "g7 of Depot"}


def test_while_a_federation_has_no_delegates_its_members_accept(depot):
    """Two councils that stand alone: one joins the other, and the city council comes into being over both."""
    mill = found_council(30, title="Mill")
    row = adopted(depot, proposed(depot, Mill(mill)))
    now = row.adopted_at + NOTICE
    assert [body.pk for body in accession.accepting(row, now)] == [mill.body.pk]
    refused("standing.member", accession.open_acceptance, actor=depot.people[0], now=now, accession_id=row.pk)
    accession.open_acceptance(actor=mill.people[0], now=now, accession_id=row.pk)
    row.refresh_from_db()
    for who in mill.people[:20]:
        cast_vote(actor=who, now=now, ballot_id=ballot_of(row), choice="yes")

    assert accession.due(now + VOTE) == 1

    row.refresh_from_db()
    bodies = {body.kind: body for body in Body.objects.filter(federation=mill.federation).exclude(kind="workplace")}
    assert set(bodies) == {"city", "committee", "mandate_commission"}
    links = set(BodyLink.objects.values_list("lower__title", "upper__kind"))
    assert links >= {("Mill", "city"), ("Depot", "city"), (bodies["city"].title, "mandate_commission")}
    assert Seat.objects.filter(body=bodies["city"], constituency__isnull=False).count() == 2
    assert Seat.objects.filter(body=bodies["mandate_commission"], constituency__isnull=False).count() == 3
    assert entry("federation.body_joined")["data"]["raised"] == [
        [bodies[kind].ref, kind, bodies[kind].title] for kind in ("city", "committee", "mandate_commission")
    ]


class Mill:
    """A federation of one, in the place of a city."""

    def __init__(self, council):
        self.council = council


def test_only_the_proposer_withdraws_and_only_before_the_vote(city, depot):
    row = proposed(depot, city)

    refused("accession.not_yours", accession.withdraw_accession, actor=depot.people[1], now=NOON, accession_id=row.pk)
    assert accession.withdraw_accession(actor=depot.people[0], now=NOON, accession_id=row.pk) == "withdrawn"
    row = proposed_again = Accession.objects.get(pk=row.pk)
    refused("accession.state", accession.open_accession, actor=depot.people[0], now=NOON + NOTICE, accession_id=row.pk)
    assert proposed_again.ballot is None


def test_a_decision_of_the_wider_body_accepts_too(city, depot):
    from weft_site.federation.acting import begin

    row = adopted(depot, proposed(depot, city))
    acting = begin(city.council.body.pk, city.workplaces[0].people[0], row.adopted_at)
    while acting.index < 10:  # the bodies of the factory have taken the first references
        acting.record("deliberation.motion_decided")

    assert accession.accept_accession(acting, row) == "b10"
    refused("accession.state", accession.accept_accession, acting=acting, accession=row)


# --- leaving ------------------------------------------------------------------------------------------------------


def test_a_council_leaves_and_its_seats_lapse(city):
    works = city.workplaces[0]
    sent = Term.objects.filter(person__in=works.people[:2])
    chair = officer(works, "chair", works.people[4])
    seats = set(city.constituency(0).seats.values_list("ref", flat=True))
    accession.propose_leaving(actor=works.people[2], now=NOON, body_id=works.body.pk)
    row = adopted(works, Accession.objects.get())

    assert row.state == "accepted"
    new = row.result
    assert set(sent.values_list("ended_by", "ended_at")) == {("lapsed", NOON + NOTICE)}
    assert Term.objects.get(person=city.workplaces[1].people[0]).ended_at is None
    assert (
        set(Seat.objects.filter(body=city.council.body, ended_at=NOON + NOTICE).values_list("ref", flat=True)) == seats
    )
    assert (new.ref, new.kind, new.members_count, new.federation.title) == ("b0", "workplace", 60, "Works 1")
    assert new.federation.charter == city.council.federation.charter
    assert Term.objects.get(seat__body=new, ended_at__isnull=True).person == chair.person
    assert not BodyLink.objects.filter(lower=works.body).exists()
    left, begun = entry("federation.body_left"), leaves(new.federation.log)
    assert (left["data"]["lapsed"], left["data"]["into"]) == ([term.ref for term in sent], new.federation.log.origin)
    assert [leaf["act"] for leaf in begun] == ["federation.continued"]
    index = Entry.objects.get(act="federation.body_left").index
    assert begun[0]["data"]["from"] == {
        "origin": city.council.federation.log.origin, "index": index, "body": works.body.ref,
    }  # fmt: skip


def test_leaving_breaks_up_a_combined_constituency():
    city = found_city(sizes=(30, 15, 10))
    small, other = city.workplaces[1], city.workplaces[2]
    assert set(city.constituency(1).senders.all()) == {small.body, other.body}
    accession.propose_leaving(actor=small.people[0], now=NOON, body_id=small.body.pk)

    adopted(small, Accession.objects.get())

    assert set(city.constituency(2).senders.all()) == {city.workplaces[0].body, other.body}
    assert not Constituency.objects.filter(senders=small.body, ended_at__isnull=True).exists()


def test_a_council_that_is_alone_has_nothing_to_leave(depot):
    refused("accession.one_council", accession.propose_leaving, actor=depot.people[0], now=NOON, body_id=depot.body.pk)


# --- founded together ---------------------------------------------------------------------------------------------


def proposal(council, *others, title="Riverton", now=NOON):
    from tests.site.factories import default_charter

    accession.propose_founding(
        actor=council.people[0],
        now=now,
        body_id=council.body.pk,
        title=title,
        text=default_charter(),
        councils=[(c.federation.pk, "workplace") for c in (council, *others)],
    )
    return Accession.objects.get(body=council.body)


def test_councils_found_a_federation_together(depot):
    mill, yard = found_council(30, title="Mill"), found_council(55, title="Yard")
    first = proposal(depot, mill, yard)
    rows = [first]
    for council in (mill, yard):
        accession.take_up(actor=council.people[0], now=NOON, body_id=council.body.pk, accession_id=first.pk)
        rows.append(Accession.objects.get(body=council.body))
    assert {row.proposal for row in rows} == {first.proposal}

    rows = [adopted(council, row) for council, row in zip((depot, mill, yard), rows, strict=True)]

    made = Federation.objects.get(title="Riverton")
    base = list(Body.objects.filter(federation=made, type="base").order_by("pk"))
    assert [(body.ref, body.title, body.members_count) for body in base] == [
        ("b0-1", "Depot", 26), ("b0-2", "Mill", 30), ("b0-3", "Yard", 55),
    ]  # fmt: skip
    assert set(Body.objects.filter(federation=made).exclude(type="base").values_list("kind", flat=True)) == {
        "city", "committee", "mandate_commission",
    }  # fmt: skip
    assert Seat.objects.filter(body__kind="city", body__federation=made, constituency__isnull=False).count() == 4
    assert all(Log.objects.get(federation__bodies=c.body).sealed_at for c in (depot, mill, yard))
    refs = list(Membership.objects.filter(body__federation=made).values_list("ref", flat=True))
    assert len(set(refs)) == len(refs) == 111
    begins = leaves(made.log)
    assert [leaf["act"] for leaf in begins] == [
        "federation.founded_together", "federation.entitled", "federation.entitled", "federation.entitled",
    ]  # fmt: skip
    assert begins[0]["finding"] == {"adopted": 3, "of": 3}
    assert [(c["body"], c["members"], c["from"]["origin"]) for c in begins[0]["data"]["councils"]] == [
        (body.ref, body.members_count, c.federation.log.origin)
        for body, c in zip(base, (depot, mill, yard), strict=True)
    ]
    assert {row.state for row in Accession.objects.all()} == {"accepted"}


def test_one_council_that_has_not_adopted_holds_nobody_to_anything(depot):
    mill = found_council(30, title="Mill")
    first = adopted(depot, proposal(depot, mill))

    assert (first.state, Federation.objects.filter(title="Riverton").exists()) == ("adopted", False)
    accession.take_up(actor=mill.people[0], now=NOON, body_id=mill.body.pk, accession_id=first.pk)
    second = adopted(mill, Accession.objects.get(body=mill.body), votes="no")
    assert (second.state, depot.federation.ended_at) == ("refused", None)


def test_who_may_not_take_up_a_founding(depot):
    mill, yard = found_council(30, title="Mill"), found_council(55, title="Yard")
    first = proposal(depot, mill)

    refused(
        "accession.not_proposed",
        accession.take_up,
        actor=yard.people[0],
        now=NOON,
        body_id=yard.body.pk,
        accession_id=first.pk,
    )
    refused(
        "standing.member",
        accession.take_up,
        actor=yard.people[0],
        now=NOON,
        body_id=mill.body.pk,
        accession_id=first.pk,
    )


def test_a_federation_is_not_founded_by_one(depot):
    from tests.site.factories import default_charter

    refused(
        "accession.too_few",
        accession.propose_founding,
        actor=depot.people[0],
        now=NOON,
        body_id=depot.body.pk,
        title="Alone",
        text=default_charter(),
        councils=[(depot.federation.pk, "workplace")],
    )


def test_a_delegate_recalled_before_the_close_has_no_vote(city, depot):
    row = adopted(depot, proposed(depot, city))
    now = put(city, row)
    Term.objects.filter(person=delegates(city)[0]).update(ended_at=now + DAY, ended_by="recalled")

    accession.due(now + VOTE)

    said = entry("federation.acceptance_decided")
    assert (said["data"]["yes"], said["finding"]["carried"], said["finding"]["quorum"]) == (2, False, 3)
