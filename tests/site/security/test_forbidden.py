"""Families E and F by name: what belongs to somebody else, what one may no longer do, what no form may set.

Who gets which answer at which address stands in the table of test_matrix.py; here is what has to hold beyond it.
"""

import re

import pytest
from django.urls import reverse
from tests.site.security import attempts as trying
from tests.site.security import world as worlds
from tests.site.security.world import DAY, NOON

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Vote
from weft_site.deliberation.models import Motion, Presence
from weft_site.deliberation.services import decisions, meetings, motions
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import Application, Membership, Seat, Term
from weft_site.federation.services import members
from weft_site.people.models import Person
from weft_site.record.models import Entry


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    with worlds.made(django_db_blocker) as world:
        yield world


@pytest.fixture
def world(db):
    with worlds.undone():
        yield db


def refused(rule, act, **arguments):
    """The act is refused by this rule and nothing stands on the record."""
    before = Entry.objects.count()
    with pytest.raises(RuleBroken) as refusal:
        act(**arguments)
    assert (refusal.value.rule, Entry.objects.count()) == (rule, before)


# --- E: what belongs to others ----------------------------------------------------------------------------------------


BELOW_A_BODY = {
    "election",
    "draw",
    "seat",
    "recall",
    "mandate",
    "meeting",
    "motion",
    "application",
    "list",
    "accession",
}


@pytest.mark.one_database
def test_no_thing_is_reached_through_another_council_or_another_federation(world):
    """Every address with a thing in it, asked with the thing's reference in a council that does not have it."""
    depot = (world.depot.federation.log.slug, world.depot.body.ref)
    beside = (world.slug, world.city.workplaces[2].body.ref)
    found, before = {}, rows()
    for key, attempt in trying.all_attempts(world).items():
        name = key.partition(":")[0]
        if len(attempt.args) < 3 or name.partition("_")[0] not in BELOW_A_BODY:
            continue
        for where, role in trying.one_of(
            [
                way
                for way in ((depot, "other_federation"), (beside, "chair"), (depot, "chair"))
                if way[0] != attempt.args[:2]
            ],
            key,
        ):
            address = reverse(name, args=[*where, *attempt.args[2:]])
            client = world.client(role)
            with worlds.undone():
                answers = [client.get(address), client.post(address, attempt.data)]
                wrong = [answer.status_code for answer in answers if not hidden(answer)]
                if wrong or rows() != before:
                    found[key, where] = wrong

    assert found == {}


def hidden(answer):
    """Not there, or refused as for a list that never was: standing is asked before anything is looked up."""
    return answer.status_code in (404, 405) or trying.rule_of(answer).startswith(("standing.", "application.state"))


TOKEN = re.compile(r'value="[^"]*"|name="csrfmiddlewaretoken"[^>]*')


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_one_may_not_see_is_answered_like_what_is_not_there(world, method):
    """Z3: the same status, the same page and the same headers, so that nobody can probe for names and numbers."""
    client = world.client("stranger")
    differing = []
    for key, attempt in trying.all_attempts(world).items():
        name = key.partition(":")[0]
        if not attempt.args or name == "document" or world.city.council.body.ref in attempt.args:
            continue  # the city council is public: what is there may be known
        there = reverse(name, args=attempt.args)
        with worlds.undone():
            forbidden = getattr(client, method)(there, attempt.data if method == "post" else {})
        if forbidden.status_code != 404:
            continue
        absent = reverse(name, args=[*attempt.args[:-1], missing(attempt.args[-1])])
        with worlds.undone():
            nothing = getattr(client, method)(absent, attempt.data if method == "post" else {})
        same = TOKEN.sub("", forbidden.content.decode()) == TOKEN.sub("", nothing.content.decode())
        if nothing.status_code != 404 or not same or headers(forbidden) != headers(nothing):
            differing.append((there, absent))

    assert differing == []


def headers(answer):
    """Without the length: the page names its own address in the form for the language, and addresses differ."""
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def missing(part):
    return part + 9_000_000 if isinstance(part, int) else "z9000000"


def test_a_document_of_the_members_is_for_members_and_a_copied_address_opens_nothing(world):
    address = reverse("document", args=[world.slug, world.things["document"].hash])

    answers = {role: world.client(role).get(address).status_code for role in ("member", "stranger", "anonymous")}

    assert answers == {"member": 200, "stranger": 404, "anonymous": 404}


def test_a_draft_of_another_founding_meeting_is_not_put_through_mine(world):
    mine, other = world.things["gathering"], world.things["voting_draft"]
    client = world.client("member")

    assert client.post(reverse("founding_put", args=[mine.code, other.pk])).status_code == 404
    assert client.get(reverse("founding_draft", args=[mine.code, other.pk])).status_code == 404


def test_nobody_withdraws_or_closes_what_is_not_theirs(world):
    hall = world.hall
    other = hall.people[21]

    refused("motion.mover", motions.withdraw_motion, actor=other, now=NOON, motion_id=world.things["moved"].pk)
    refused("standing.office", decisions.close_motion, actor=other, now=NOON, motion_id=world.things["put"].pk)


def test_a_list_with_one_foreign_name_notes_those_who_belong_and_no_other(world):
    """A bulk act with one forbidden id: it takes what is the council's, and the rest is as if it did not exist."""
    hall, foreign = world.hall, world.city.workplaces[1].people[20]
    refs = [world.things["voter"], Membership.objects.get(person=foreign).ref, "m-none", "'; DROP TABLE x; --"]

    noted = meetings.mark(
        actor=hall.people[1], now=NOON, meeting_id=world.things["meeting_open"].pk, voters=refs, here=True
    )

    assert noted == 1
    assert not Presence.objects.filter(person=foreign).exists()


def test_people_are_searched_among_the_electors_only(world):
    """A private name by search: the page of an election finds electors, and no one of another council."""
    address = reverse("election", args=[world.slug, world.hall.body.ref, world.things["election"].ref])

    def found(role, words):
        return [who.name for who in world.client(role).get(address, {"q": words}).context["found"]]

    assert found("member", "Works 1 30") == ["Works 1 30"]
    assert found("member", "Works 2") == []
    assert found("other_body", "Works 1") == []


# --- E: what one may no longer do -------------------------------------------------------------------------------------


def test_who_left_yesterday_is_not_on_the_roll_of_today(world):
    hall, gone, today = world.hall, world.hall.people[22], NOON + DAY
    members.leave(actor=gone, now=NOON, body_id=hall.body.pk)
    motion = world.things["seconded"]
    decisions.put_motion(
        actor=world.people["chair"], now=today, motion_id=motion.pk, way="open", closes_at=NOON + 5 * DAY
    )
    ballot = Motion.objects.get(pk=motion.pk).ballot_id

    refused("ballot.not_on_roll", cast_vote, actor=gone, now=today, ballot_id=ballot, choice="yes")
    refused("standing.member", motions.move_motion, actor=gone, now=today, body_id=hall.body.pk, title="T", text="T")


def test_a_recalled_delegate_neither_votes_nor_moves(world):
    delegate = world.people["delegate"]
    ballot = world.things["city_put"].ballot_id
    Term.objects.filter(pk=world.things["term"].pk).update(ended_at=NOON, ended_by="recalled", ended_index=1)
    city = world.city.council.body.pk

    refused("standing.lost", cast_vote, actor=delegate, now=NOON, ballot_id=ballot, choice="yes")
    refused("standing.lost", motions.move_motion, actor=delegate, now=NOON, body_id=city, title="T", text="T")
    answer = world.client("delegate").post(reverse("vote", args=[ballot]), {"choice": "yes"})
    assert (answer.status_code, answer.context["refusal"]["rule"]) == (409, "standing.lost")
    assert not Vote.objects.filter(ballot=ballot).exists()


def test_a_delegate_without_confirmed_credentials_has_no_vote(world):
    pending = world.things["pending"].person
    city = world.city.council.body.pk

    refused("standing.pending", motions.move_motion, actor=pending, now=NOON, body_id=city, title="T", text="T")
    refused("ballot.not_on_roll", cast_vote, actor=pending, now=NOON, ballot_id=world.things["city_put"].ballot_id,
            choice="yes")  # fmt: skip


def test_an_officer_whose_term_is_over_is_a_member_like_others(world):
    chair = world.people["chair"]
    term = world.things["chair_term"]
    body = world.hall.body.pk
    common = {"body_id": body, "title": "T", "place": "", "starts_at": NOON + 9 * DAY, "agenda": []}
    Term.objects.filter(pk=term.pk).update(ends_at=NOON + DAY)

    assert meetings.convene_meeting(actor=chair, now=NOON, **common)
    refused("standing.office", meetings.convene_meeting, actor=chair, now=NOON + DAY, **common)


@pytest.mark.parametrize(("seconds", "counted"), [(-1, True), (0, False), (1, False)])
def test_a_vote_counts_until_the_very_end_and_not_at_it(world, seconds, counted):
    """Family C: the end is not part of the time. A client's clock is asked nowhere: `now` is the server's."""
    from datetime import timedelta

    ballot = Ballot.objects.get(pk=world.things["put"].ballot_id)
    voter, at = world.hall.people[16], ballot.closes_at + timedelta(seconds=seconds)
    sent = {"actor": voter, "now": at, "ballot_id": ballot.pk, "choice": "yes"}

    if counted:
        assert cast_vote(**sent).choice == "yes"
    else:
        refused("ballot.closed", cast_vote, **sent)


# --- F: what no form may set ------------------------------------------------------------------------------------------

EXTRA = {
    "is_staff": "1", "is_superuser": "1", "is_active": "", "role": "chair", "federation": "1", "federation_id": "1",
    "body_id": "1", "actor": "1", "actor_id": "1", "mover": "1", "mover_id": "1", "author": "1", "author_id": "1",
    "person_id": "1", "membership": "1", "membership_id": "1", "seat": "1", "seat_id": "1", "state": "carried",
    "status": "admitted", "now": "2020-01-01T00:00", "at": "2020-01-01T00:00", "moved_at": "2020-01-01T00:00",
    "decided_at": "2020-01-01T00:00", "closed_at": "2020-01-01T00:00", "opened_at": "2020-01-01T00:00",
    "ballot": "1", "ballot_id": "1", "entitled": "1", "weight": "99", "voter_id": "1", "against_mandate": "",
    "ref": "x1", "id": "1", "pk": "1", "yes": "99", "no": "0", "binding": "", "needed": "1", "credential": "confirmed",
    "members_count": "1", "commitment": "00", "charter_id": "1", "by": "m1", "lot_seed": "00",
    "joined_on": "2020-01-01",
}  # fmt: skip
WATCHED = {
    Motion: ["ref", "state", "title", "text", "kind", "mover_id", "body__ref", "moved_at", "decided_at"],
    Ballot: ["ref", "way", "entitled", "opened_at", "closes_at", "closed_at", "title"],
    Membership: ["ref", "status", "person_id", "body__ref", "since"],
    Term: ["ref", "person_id", "seat__ref", "starts_at", "ends_at", "ended_at", "credential"],
    Seat: ["ref", "office", "body__ref", "ended_at"],
    Application: ["ref", "state", "person_id", "body__ref", "applied_at"],
    Person: ["name", "is_active", "joined_on", "channel", "language"],
    Vote: ["voter", "choice", "against_mandate"],
    Entry: ["log_id", "index", "act", "at", "body"],
}


def rows():
    return {model.__name__: sorted(map(str, model.objects.values_list(*fields))) for model, fields in WATCHED.items()}


SENT_BY = {
    "motion_new:workplace": "member", "motion_put": "chair", "motion_act:second": "chair", "vote:workplace": "member",
    "vote:city": "delegate", "meeting_convene:workplace": "chair", "meeting_agenda": "chair", "meeting_roll": "chair",
    "founding_vote": "member", "founding_new": "stranger", "person_settings": "member",
    "application_act:vouch": "member",
    "apply:workplace": "stranger", "election_act:nominate_another": "member", "election_act:open": "chair",
    "seat_act:report": "delegate", "seat_act:credential": "commission", "recall_act:sign": "member",
    "mandates": "member",
    "mandate_act:open": "chair", "fraction_act:declare": "city_chair", "numbers": "chair", "membership": "member",
    "association_new": "member", "amend": "city_chair", "motion_table:women": "association_chair",
}  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("key", SENT_BY)
def test_no_extra_field_of_a_form_sets_anything(world, key):
    """Mass assignment: the form with forty fields that it does not have does exactly what it does without them."""
    found = trying.all_attempts(world)[key]
    data = found.data or {"name": "Ana", "language": "", "channel": "page"}
    address = reverse(key.partition(":")[0], args=found.args)
    client = world.client(SENT_BY[key])

    with worlds.undone(), trying.Writes() as writes:
        plain = client.post(address, data).status_code
        expected = rows()
    assert writes.seen
    with worlds.undone():
        laden = client.post(address, EXTRA | data).status_code
        got = rows()

    assert (laden, got) == (plain, expected)


def test_a_forged_form_of_a_vote_is_refused_and_not_taken_for_another_kind(world):
    """The page's own fields say how to read a vote; a lie there makes a choice that the ballot does not offer."""
    client = world.client("member")
    address = reverse("vote", args=[world.things["put"].ballot_id])
    lies = [
        {"method": "approval", "choice": "yes"},
        {"method": "yes_no", "option": "yes", "c-yes": "yes"},
        {"method": "plurality", "choice": ["yes", "no"]},
        {"method": "none", "choice": "yes"},
        {"choice": "split", "part-yes": "2"},
        {"choice": "split", "part-yes": "-1", "part-no": "2"},
        {"choice": "split", "part-yes": "1_0"},
        {"choice": "YES"},
        {"choice": ""},
        {},
    ]
    before = list(Vote.objects.values_list())
    for lie in lies:
        with worlds.undone():
            answer = client.post(address, lie)
            assert answer.status_code == 409, lie
            assert answer.context["refusal"]["rule"] in {"ballot.choice", "ballot.split"}, lie
            assert list(Vote.objects.values_list()) == before


def test_a_read_only_entry_has_no_way_to_be_changed(world):
    """PATCH, PUT and DELETE of an act: there is no such thing."""
    client = world.client("chair")
    before = list(Entry.objects.values_list("leaf", flat=True))
    for name, args in (("entry", [world.slug, 0]), ("motion", [world.slug, world.hall.body.ref, "n6"])):
        for method in (client.put, client.patch, client.delete, client.post):
            assert method(reverse(name, args=args), {"state": "carried"}).status_code == 405

    assert list(Entry.objects.values_list("leaf", flat=True)) == before
