"""The city that `make demo` builds, six times smaller: its seats follow the norm, and its record holds and replays."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from weft.ballots.secret import verify_election
from weft.charter import load
from weft.errors import RuleBroken
from weft.federation.apportion import Sender, allot
from weft.record import verify_folder
from weft.replay import replay
from weft_site.ballots.models import Ballot, Board
from weft_site.ballots.services import boards
from weft_site.deliberation.models import Founding, Meeting, Motion
from weft_site.deliberation.services import voting
from weft_site.demo import clock as demo_clock
from weft_site.demo.names import names
from weft_site.demo.people import roles
from weft_site.demo.riverton.cast import PARTS
from weft_site.demo.riverton.plan import ASSOCIATIONS, TITLE, TOGETHER, WORKPLACES, members_of
from weft_site.federation.models import (
    Application,
    Body,
    Constituency,
    Election,
    Federation,
    Mandate,
    Recall,
    Report,
    Seat,
    Term,
)
from weft_site.people.models import Person
from weft_site.record.keys import read_key
from weft_site.record.models import Document, Entry, Log
from weft_site.record.publish import tiles_of
from weft_site.ticker import run_due

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SCALE = 6


@pytest.fixture(scope="module")
def built(telling):
    with telling("riverton", now=NOW, scale=SCALE) as home:
        yield home


@pytest.fixture
def city(built, settings, home):
    """The city council, in the folder where the city was built."""
    settings.WEFT_HOME = built
    settings.WEFT_DEMO = True
    return Body.objects.select_related("federation__log", "federation__charter").get(kind="city")


def person(part):
    """Somebody from the demonstration's page."""
    place = [key for key, *_ in PARTS].index(part)
    return Person.objects.get(pk=roles()[place].person)


def test_there_are_so_many_councils_and_people(city):
    bodies = Body.objects.filter(federation=city.federation)
    grown = {"Riverton School District", "Building Trades, Southside Site", "River Port"}
    sizes = dict(bodies.filter(type="base").values_list("title", "members_count"))

    assert {w.title: members_of(w, SCALE) for w in WORKPLACES if w.title not in grown} == {
        title: size for title, size in sizes.items() if title not in grown
    }
    assert {sizes[title] % 25 for title in grown} == {0}
    assert dict(bodies.filter(type="association").values_list("title", "members_count")) == {
        association.title: association.members for association in ASSOCIATIONS
    }
    assert Federation.objects.filter(ended_at=None).count() == 1
    assert Federation.objects.exclude(ended_at=None).count() == len(WORKPLACES)


def test_at_full_size_there_are_about_3000_people_in_workplaces_of_5_to_900():
    sizes = [members_of(workplace, 1) for workplace in WORKPLACES]

    assert (len(sizes), min(sizes), max(sizes), sum(sizes)) == (16, 5, 900, 3000)


def test_seats_follow_the_norm(city):
    """Computed a second time, by the norm alone, from the members as they are now."""
    rule = load(city.federation.charter.text).body("city").seats[0]
    base = Body.objects.filter(federation=city.federation, type="base").order_by("pk")
    due = allot(rule, [Sender(ref=body.ref, units=body.members_count, title=body.title) for body in base])

    found = Constituency.objects.filter(body=city, rule=0, ended_at=None).prefetch_related("senders")
    seats = Counter(Seat.objects.filter(body=city, ended_at=None).values_list("constituency_id", flat=True))
    assert {frozenset(body.ref for body in row.senders.all()): seats[row.pk] for row in found} == {
        frozenset(allotment.senders): allotment.seats for allotment in due
    }
    small = {body.ref for body in base if body.members_count < 25}
    assert len(small) == 4
    assert frozenset(small) in {frozenset(allotment.senders) for allotment in due}  # one constituency together


def test_the_record_of_every_council_verifies(city):
    for log in Log.objects.all():
        report = verify_folder(tiles_of(log).folder, read_key(log).vkey)
        assert report.signed.checkpoint.size == log.size > 0


def test_the_record_replays_to_the_same_seats(city):
    log = city.federation.log
    documents = {row.hash: bytes(row.content) for row in Document.objects.filter(log=log)}
    entries = Entry.objects.filter(log=log).order_by("index").values_list("leaf", flat=True)

    state = replay([bytes(leaf) for leaf in entries], documents=documents.get)

    assert state.size == log.size
    assert 300 < log.size < 1_000


def test_every_part_is_cast_with_somebody_else(city):
    people = [role.person for role in roles()]

    assert len(people) == len(set(people)) == len(PARTS) == 12
    assert Person.objects.filter(pk__in=people).count() == 12
    assert not Person.objects.exclude(password="!").exists()


def test_what_the_visitor_comes_to_see_is_open(city):
    states = Counter(Motion.objects.filter(body=city).values_list("state", flat=True))
    assert states == {"carried": 5, "lost": 1, "ratifying": 1, "suspended": 1, "put": 1, "seconded": 2}
    assert Meeting.objects.get(body=city, state="open").title == "Fourth session"
    assert Meeting.objects.get(state="convened").body.title == "Sunrise Bakery"
    assert sorted(Recall.objects.values_list("state", flat=True)) == ["signatures", "voting"]
    assert sorted(Election.objects.exclude(state="declared").values_list("state", flat=True)) == [
        "nominations",
        "nominations",
        "voting",
    ]
    open_applications = Application.objects.filter(state__in=["vouchers", "objection", "contested"])
    assert sorted(open_applications.values_list("state", flat=True)) == ["contested", "objection", "vouchers"]
    assert Founding.objects.get(state="gathering").people.count() == 11
    assert Term.objects.filter(credential="pending", ended_at=None).count() == 1
    assert Mandate.objects.filter(state="given").count() == 2


def test_all_but_one_delegate_of_the_first_election_have_reported(city):
    first = Term.objects.filter(seat__body=city, starts_at__lt=NOW - 50 * DAY, seat__constituency__isnull=False)
    silent = first.exclude(pk__in=Report.objects.values("term"))

    assert [term.person for term in silent] == [person("recalled")]


def test_four_councils_came_later_and_twelve_founded_the_city(city):
    acts = Counter(Entry.objects.filter(log=city.federation.log).values_list("act", flat=True))

    assert acts["federation.founded_together"] == 1
    assert acts["federation.body_joined"] == len(WORKPLACES) - TOGETHER
    assert acts["deliberation.charter_amended"] == 1
    assert city.federation.title == TITLE


def test_the_delegate_with_a_mandate_can_vote_both_ways_and_a_breach_is_flagged(city):
    ballot = Motion.objects.get(body=city, state="put").ballot
    delegate = person("delegate")

    against = voting.cast_vote(actor=delegate, now=NOW, ballot_id=ballot.pk, choice="no")
    assert against.against_mandate is True
    followed = voting.cast_vote(actor=delegate, now=NOW, ballot_id=ballot.pk, choice="yes")
    assert followed.against_mandate is False


def test_a_day_later_the_delegate_is_recalled_and_the_alternate_sits_and_votes(city):
    ballot = Motion.objects.get(body=city, state="put").ballot
    recalled, alternate = person("recalled"), person("alternate")
    voting.cast_vote(actor=recalled, now=NOW, ballot_id=ballot.pk, choice="yes")
    held = Term.objects.get(person=recalled, seat__body=city, seat__constituency__isnull=False, ended_at=None)

    run_due(NOW + DAY)

    held.refresh_from_db()
    assert held.ended_by == "recalled"
    assert Term.objects.get(seat=held.seat, ended_at=None).person == alternate
    with pytest.raises(RuleBroken) as refusal:
        voting.cast_vote(actor=recalled, now=NOW + DAY, ballot_id=ballot.pk, choice="yes")
    assert (refusal.value.rule, refusal.value.numbers["how"]) == ("standing.lost", "recalled")
    assert Application.objects.filter(state="objection").count() == 0  # silence has admitted the baker


def test_the_other_teller_s_paper_elects_somebody(city):
    from weft_site.ballots.services import count_lines
    from weft_site.federation.services import tellers

    role = roles()[[key for key, *_ in PARTS].index("teller")]
    ballot = Ballot.objects.get(closed_at=None, way="paper")
    told = [role.values["papers"], *map(int, role.values["count"].split(", "))]
    lines = ["papers", *(line for line in count_lines(ballot) if line != "papers")]

    agree = tellers.enter_count(
        actor=person("teller"), now=NOW, ballot_id=ballot.pk, numbers=dict(zip(lines, told, strict=True))
    )

    assert agree is True
    assert Election.objects.get(ballot=ballot).state == "declared"


def test_the_building_site_has_elected_in_secret_on_phones_and_paper_and_a_stranger_checks_it(city, client):
    board = Board.objects.select_related("ballot", "key").get()
    election = Election.objects.get(ballot=board.ballot)
    phones = board.ballot.entitled - board.paper

    checked = verify_election(io.BytesIO(b"".join(boards.archive(board))), head=board.head)

    assert (board.ballot.way, board.state, election.state) == ("secret", "opened", "declared")
    assert board.key.holders.count() == 3
    assert phones > 10
    assert board.paper > phones
    assert board.voters == phones * 4 // 5 + board.paper * 3 // 5
    assert (checked.ballots, checked.voters) == (board.voters + 1, board.voters)  # one of them voted again
    assert election.ballot.result["elected"]
    assert "Building Trades, Southside Site" in boards.election_of(board).name
    page = client.get(f"/f/{city.federation.log.slug}/b/{city.ref}/elections/{election.ref}/").content.decode()
    assert [name for name in board.ballot.names.values() if name not in page] == []  # they stand in the file


def test_the_clock_shows_the_evening_on_which_the_story_ends(city):
    from weft_site import clock

    assert abs(clock.now() - NOW) < timedelta(minutes=10)
    assert demo_clock.last_set() is not None


def test_the_same_seed_gives_the_same_names_and_no_name_twice():
    one, again, other = (list(islice(names(seed), 5_000)) for seed in (1917, 1917, 1871))

    assert one == again != other
    assert len(set(one)) == 5_000
