"""Nothing on disk links a voter to a choice: everything is dumped, and every way to link them is tried.

What is public stays public: the board says which credential cast which ciphertext. So the link to look for is from a
member to a credential, from a member to plain marks, and from the time or order of one to those of the other.
"""

import itertools
import json
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.site import factories as make
from tests.site.factories import DAY, NOON
from tests.site.secret.devices import Device, Trustees
from tests.site.secret.test_secret_elections import SECRET, approve

from weft.ballots.secret import BELENIOS_2048, public_credential
from weft.ballots.secret.codec import sha256_hex
from weft_site.ballots.models import Board, BoardEvent, BoardPart, RollEntry, TellerCount, VotingCredential
from weft_site.federation.services import elections
from weft_site.record.models import Document, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def opened(kept_for_the_file):
    """A secret election that has been opened: nine on devices, three on paper; who voted how is known to the test."""
    with kept_for_the_file():
        hall = make.found_council(12, *SECRET)
        for office, number, who in (("chair", 1, 0), ("teller", 1, 1), ("teller", 2, 2)):
            make.officer(hall, office, hall.people[who], number=number)
        trustees = Trustees(hall, *hall.people[3:6])
        trustees.make_key()
        devices = [Device(who).hand_in() for who in hall.people[:9]]
        election = make.called(hall, hall.people[0], office="secretary")
        make.stand(election, hall.people[7], hall.people[8])
        election = make.opened(election, hall.people[0], days=3)
        for number, device in enumerate(devices):
            device.vote(election.ballot, approve(election, hall, 7 if number % 2 else 8))
        later = NOON + 3 * DAY
        elections.close_election(actor=None, now=later, election_id=election.pk)
        seven = make.ref_in(election.ballot, hall.people[7])
        make.count_by(election.ballot, hall.people[1:3], {seven: 2, "papers": 3}, now=later)
        for number in (1, 2):
            trustees.give(election, number, now=later)
        yield hall, election, devices


@pytest.fixture
def held(opened):
    return opened


def dump():
    """Every row of every table, as (table, text)."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values():
            yield model.__name__, " ".join(str(value) for value in row.values())


def credentials_of(device, board):
    listed = set(json.loads(board.credentials))
    publics = [public_credential(BELENIOS_2048, device.secret(number)) for number in range(3)]
    return [public for public in publics if public in listed]


def test_no_row_names_a_member_beside_the_credential_that_cast_the_ballot(held):
    hall, election, devices = held
    board = Board.objects.get(ballot=election.ballot)
    rows = list(dump())

    for device in devices:
        (public,) = credentials_of(device, board)
        seen = [(table, text) for table, text in rows if public in text or sha256_hex(public.encode()) in text]
        assert {table for table, _ in seen} == {"Board", "BoardEvent"}
        membership = hall.membership(device.person)
        if membership.ref in election.ballot.options:  # who stands is named on the ballot itself
            continue
        for table, text in seen:
            assert membership.ref not in text, table
            assert device.person.name not in text, table
    assert not VotingCredential.objects.filter(
        digest__in=[sha256_hex(c.encode()) for c in json.loads(board.credentials)]
    )


def test_no_row_holds_a_paper_s_marks_or_what_would_make_its_credential(held):
    _hall, election, _devices = held
    board = Board.objects.get(ballot=election.ballot)

    assert TellerCount.objects.count() == 0
    assert board.paper_master == ""
    assert list(BoardEvent.objects.filter(kind="Ballot").values_list("data", flat=True).distinct()) != []
    said = [json.loads(bytes(entry.leaf)) for entry in Entry.objects.filter(act__startswith="federation.")]
    sealed = next(one for one in said if one["act"] == "federation.ballot_sealed")
    assert set(sealed["data"]) == {"ballot", "office", "voters", "minimum", "head"}
    votes = Document.objects.filter(name="votes").order_by("-pk").first()
    assert len(bytes(votes.content).decode().splitlines()) == 1 + len(election.ballot.options) + 1  # sums alone


def test_nothing_of_a_vote_has_a_time(held):
    for model in (Board, BoardEvent, BoardPart, VotingCredential, RollEntry):
        timed = [field.name for field in model._meta.get_fields() if isinstance(field, models.DateField)]
        assert timed == [], model


def test_the_order_on_the_board_says_nothing_that_the_list_or_the_roll_could_be_laid_beside(held):
    hall, election, devices = held
    board = Board.objects.get(ballot=election.ballot)
    listed = json.loads(board.credentials)
    publics = [credentials_of(device, board)[0] for device in devices]

    assert listed == sorted(listed)
    roll = list(RollEntry.objects.filter(ballot=election.ballot, on_paper=False).values_list("voter", flat=True))
    handed_in = [hall.membership(device.person).ref for device in devices]
    assert sorted(roll) == sorted(handed_in)
    by_list = sorted(range(len(publics)), key=lambda at: publics[at])
    orders = {tuple(by_list), tuple(reversed(by_list))}
    assert tuple(range(len(publics))) not in orders or len(publics) < 3


def test_casting_reads_no_session_and_touches_only_the_board(held):
    hall, _election, _devices = held
    election = make.called(hall, hall.people[0], office="treasurer", now=NOON + 4 * DAY)
    assert election.ballot is None  # the one that is open below is made anew, with its own board
    trustees_board = Board.objects.get()
    trustees_board.state = "voting"
    trustees_board.save()
    trustees_board.ballot.closed_at = None
    trustees_board.ballot.closes_at = None
    trustees_board.ballot.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(hall.people[0], backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(f"/secret/{trustees_board.uuid}/cast/", b"{}", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "secret.format")
    tables = {word.strip('"') for query in asked for word in query["sql"].split() if word.startswith('"weft_site_')}
    assert {table.partition(".")[0].strip('"') for table in tables} <= {
        "weft_site_board",
        "weft_site_ballot",
        "weft_site_trusteekey",
    }
    assert not any("session" in query["sql"] for query in asked)


def test_the_raw_pages_of_the_database_hold_no_choice_beside_a_voter(held):
    """SQLite keeps deleted rows in free pages and in its journal; a paper's marks never met a voter there."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's files belong to its server; its rows are looked at in the other tests")
    hall, election, _devices = held
    files = [Path(f"{connection.settings_dict['NAME']}{tail}") for tail in ("", "-wal")]
    raw = b"".join(path.read_bytes() for path in files if path.exists())
    refs = [make.ref_in(election.ballot, hall.people[number]).encode() for number in (7, 8)]
    voters = [hall.membership(who).ref.encode() for who in hall.people[9:]]

    assert raw
    for voter, choice in itertools.product(voters, refs):
        assert voter + b' ["' + choice not in raw  # as a roll call would have it
        assert voter + choice not in raw
