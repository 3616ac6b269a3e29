"""Elections counted by two tellers from the papers: typed, from files, differing, agreed, recorded, counted again."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.site import factories as make
from tests.site.factories import NOON, document, entry, refused
from tests.site.remembering import remembered
from tests.site.replaying import replay_all

from weft.ballots.papers import Terms, stages_hash
from weft_site.ballots.models import TellerCount, TellerSheet
from weft_site.ballots.services import election_count, sheets, terms_of
from weft_site.federation.models import Alternate, Election, Term
from weft_site.federation.services import elections, tellers

pytestmark = pytest.mark.django_db

OFFICE = "bodies.workplace.offices.secretary"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)


@remembered
def counting(method="stv_scottish", *changes, places=2, candidates=4, declared=None):
    """A council of 12, two tellers, and an election of secretaries by show of papers that is open."""
    depot = make.found_council(
        12, (f"{OFFICE}.elect.method", method), (f"{OFFICE}.elect.ballot", "counted"), (f"{OFFICE}.count", places),
        (f"{OFFICE}.deputies", 1), *make.ELECTED_TELLERS, *changes,
    )  # fmt: skip
    counters = make.elect_tellers(depot, *depot.people[10:])
    election = make.called(depot, depot.people[0], office="secretary")
    for who in depot.people[:candidates]:
        elections.nominate(
            actor=who, now=NOON, election_id=election.pk, person_id=who.pk, declared=(declared or {}).get(who.name, ())
        )
    return depot, make.opened(election, depot.people[0]), counters


def test_two_tellers_who_found_the_same_papers_declare_the_result_and_the_record_holds_them():
    _depot, election, counters = counting()
    papers = {"1 2": 4, "2 1 3": 3, "3": 2, "4 3": 1, "": 1}

    assert make.papers_by(election.ballot, counters, papers) == [False, True]

    election = Election.objects.get(pk=election.pk)
    found = entry("federation.elected")
    assert election.state == Election.State.DECLARED
    assert document("votes") == (
        '# v5 counted stv_scottish\n4 2\n4 1 2 0\n3 2 1 3 0\n2 3 0\n1 0\n1 4 3 0\n0\n"m0-1"\n"m0-2"\n"m0-3"\n"m0-4"\n'
        '"v5 counted stv_scottish"\n'
    )
    assert found["data"]["lines"] == [["m0-1", 4, 0, 0], ["m0-2", 3, 0, 0], ["m0-3", 2, 0, 0], ["m0-4", 1, 0, 0]]
    assert found["data"]["order"] == [["m0-1", "m0-2"], ["m0-3", "m0-4"]]
    assert found["finding"]["elected"] == ["m0-1", "m0-2"]
    assert found["finding"]["alternates"] == ["m0-3"]
    assert found["finding"]["stages"] == stages_hash(election_count(election.ballot))
    assert list(Alternate.objects.values_list("person__name", "office")) == [("Depot 3", "secretary")]
    stages = election.ballot.result["how"]["stages"]
    assert [(stage["action"], stage["subject"], stage["elected"]) for stage in stages] == [
        ("first", [], ["m0-1"]),
        ("exclude", ["m0-4"], []),
        ("exclude", ["m0-3"], ["m0-2"]),
    ]


def test_a_replay_counts_an_stv_election_with_a_tie_and_its_lot_again():
    _depot, election, counters = counting(places=1, candidates=3)

    make.papers_by(election.ballot, counters, {"1": 4, "2": 4, "3": 1})

    found = entry("federation.elected")
    assert sorted(found["finding"]["drawn"]) == ["m0-1", "m0-2"]
    run = replay_all()["depot"]
    assert run.state.elections["e4"].elected == tuple(found["finding"]["elected"])
    assert [what for what in run.unchecked if what.what in {"votes", "candidates"}] == []


@pytest.mark.one_database
def test_weft_count_draws_the_same_lot_from_the_recorded_file(tmp_path):
    from click.testing import CliRunner

    from weft.cli import main

    _depot, election, counters = counting(places=1, candidates=3)
    make.papers_by(election.ballot, counters, {"1": 4, "2": 4, "3": 1})
    file = tmp_path / "papers.blt"
    file.write_text(document("votes"))
    seed = entry("federation.elected")["data"]["seed"]

    done = CliRunner().invoke(main, ["count", str(file), "--rule", "stv-scottish", "--lot", seed, "--json"])

    assert json.loads(done.output)["elected"] == entry("federation.elected")["data"]["order"][0]


def test_a_committee_is_elected_by_equal_shares_from_papers_in_whatever_order_they_name():
    _depot, election, counters = counting("equal_shares")
    first, second = {"1 2": 5, "3": 4}, {"1 2": 5, "3": 4}

    tellers.enter_count(actor=counters[0], now=NOON, ballot_id=election.ballot.pk, numbers=first)
    assert tellers.enter_count(actor=counters[1], now=NOON, ballot_id=election.ballot.pk, numbers=second)

    assert entry("federation.elected")["finding"]["vacant"] == 0
    replay_all()


@pytest.mark.parametrize("method", ["limited", "cumulative", "score", "list"])
def test_sums_suffice_for_marks_points_and_lists_and_are_counted_again(method):
    choices = () if method == "list" else ((f"{OFFICE}.elect.choices", 2 if method != "limited" else 1),)
    _depot, election, counters = counting(method, *choices)
    numbers = {
        "limited": {"m0-1": 5, "m0-2": 3, "papers": 9},
        "cumulative": {"m0-1": 11, "m0-2": 5, "papers": 9},
        "score": {"m0-1": 18, "m0-2": 7, "papers": 9},
        "list": {"yes": 6, "no": 2, "abstain": 1, "papers": 9},
    }[method]

    make.count_by(election.ballot, counters, numbers)

    assert entry("federation.elected")["finding"]["elected"] == ["m0-1", "m0-2"]
    replay_all()


# --- quotas --------------------------------------------------------------------------------------------------------

QUOTA = [(f"{OFFICE}.elect.quotas.0.attribute", "women"), (f"{OFFICE}.elect.quotas.0.at_least", 1)]


def test_a_quota_is_kept_by_the_count_explained_and_replayed_from_the_entry():
    _depot, election, counters = counting("stv_scottish", *QUOTA, candidates=3, declared={"Depot 3": ["women"]})

    make.papers_by(election.ballot, counters, {"1": 5, "2": 4, "3": 2})

    found = entry("federation.elected")
    assert found["finding"]["elected"] == ["m0-1", "m0-3"]
    assert found["finding"]["kept"] == [{"attribute": "women", "needed": 1, "reachable": 1, "held": 1}]
    assert found["finding"]["substitutions"] == [["m0-3", "m0-2", ["women"]]]
    assert entry("federation.election_opened")["data"]["attributes"] == {"m0-3": ["women"]}
    replay_all()


def test_a_quota_that_no_candidate_declares_falls_short_and_is_named():
    _depot, election, counters = counting("stv_scottish", *QUOTA, candidates=3)

    make.papers_by(election.ballot, counters, {"1": 5, "2": 4, "3": 2})

    found = entry("federation.elected")
    assert found["finding"]["elected"] == ["m0-1", "m0-2"]
    assert found["finding"]["kept"] == [{"attribute": "women", "needed": 1, "reachable": 0, "held": 0}]
    replay_all()


# --- differing, and bad entries --------------------------------------------------------------------------------------


def test_tellers_who_differ_are_told_the_first_paper_once_both_are_in_and_may_correct_it(client):
    _depot, election, counters = counting()
    first, second = counters
    page = f"/vote/{election.ballot.pk}/count/"
    tellers.enter_count(actor=first, now=NOON, ballot_id=election.ballot.pk, numbers={"1 2": 6, "3": 2, "4": 1})
    client.force_login(second)

    before = client.get(page).content.decode()
    assert not tellers.enter_count(actor=second, now=NOON, ballot_id=election.ballot.pk, numbers={"1 2": 5, "3": 4})
    after = client.get(page).content.decode()

    assert ("1 2" in before, "differ" in before) == (False, False)
    assert "The two counts differ at the paper “1 2”: 6 and 5 were found." in after
    assert "“3”" not in after
    assert tellers.enter_count(actor=second, now=NOON, ballot_id=election.ballot.pk, numbers={"1 2": 6, "3": 2, "4": 1})
    assert Term.objects.filter(seat__office="secretary").count() == 2


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("numbers", "rule"),
    [
        ({"1 5": 1}, "ballot.paper_number"),
        ({"1 1": 1}, "ballot.paper_twice"),
        ({"1,2": 1}, "ballot.paper"),
        ({"01": 1}, "ballot.paper"),
        ({"one": 1}, "ballot.paper"),
        ({"1": 0}, "ballot.count"),
        ({"1": -3}, "ballot.count"),
        ({"1": True}, "ballot.count"),
        ({"1": 12, "2": 1}, "ballot.count"),
        ({"papers": 9}, "ballot.paper"),
    ],
)
def test_an_entry_that_cannot_be_true_is_refused_and_nothing_is_kept(numbers, rule):
    _depot, election, counters = counting()

    refused(rule, tellers.enter_count, actor=counters[0], now=NOON, ballot_id=election.ballot.pk, numbers=numbers)


# --- the page --------------------------------------------------------------------------------------------------------


def test_a_teller_types_paper_after_paper_takes_one_back_and_enters_the_count(client):
    _depot, election, (first, second) = counting()
    page = f"/vote/{election.ballot.pk}/count/"
    client.force_login(first)

    for fields in (
        {"paper": "1, 2", "number": "4", "add": "1"},
        {"paper": "2 1 3", "number": ""},
        {"blank": "1", "number": "1"},
        {"paper": "4", "number": "2"},
        {"undo": "1"},
        {"paper": " 1   2 "},
    ):
        assert client.post(page, fields).status_code == 302
    shown = client.get(page).content.decode()
    assert sheets.sheet_of(election.ballot, first) == [("1 2", 4), ("2 1 3", 1), ("", 1), ("1 2", 1)]
    assert all(words in shown for words in ("Depot 2, Depot 1, Depot 3", "blank", "Take the last one back"))
    assert sheets.sheet_of(election.ballot, second) == []

    assert client.post(page, {"enter": "1", "key": "k1"}).status_code == 302
    assert TellerCount.objects.get().numbers == {"1 2": 5, "2 1 3": 1, "": 1}
    make.papers_by(election.ballot, [second], {"1 2": 5, "2 1 3": 1, "": 1})
    assert TellerSheet.objects.count() == 0


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"paper": "1 9"}, "There is no candidate 9"),
        ({"paper": "2 2"}, "stands twice on this paper"),
        ({"paper": "x"}, "is not a candidate"),
        ({"paper": "1", "number": "13"}, "12 were entitled"),
        ({"paper": "1", "number": "0"}, "12 were entitled"),
        ({"paper": "1", "number": "many"}, "Enter whole numbers"),
        ({"paper": ""}, "press “A blank paper”"),
        ({"enter": "1"}, "No paper has been entered yet."),
        ({"upload": "1"}, "must be a BLT or CSV file"),
    ],
)
def test_what_cannot_stand_on_a_paper_is_said_on_the_page_and_not_kept(client, fields, words):
    _depot, election, (first, _second) = counting()
    client.force_login(first)

    answer = client.post(f"/vote/{election.ballot.pk}/count/", fields)

    assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert sheets.sheet_of(election.ballot, first) == []


def upload(client, election, name, content):
    return client.post(
        f"/vote/{election.ballot.pk}/count/", {"upload": "1", "file": SimpleUploadedFile(name, content.encode())}
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("papers.blt", '4 2\n5 1 2 0\n2 3 0\n1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n"Depot 4"\n'),
        ("PAPERS.BLT", '4 2\n5 4 3 0\n2 2 0\n1 0\n0\n"Depot 4"\n"Depot 3"\n"Depot 2"\n"Depot 1"\n'),
        ("papers.csv", "Depot 1,Depot 2,Depot 3,Depot 4,papers\n1,2,,,5\n,,1,,2\n,,,,1\n"),
    ],
)
def test_a_file_names_the_candidates_in_any_order_and_is_taken_whole(client, name, content):
    _depot, election, (first, _second) = counting()
    client.force_login(first)

    assert upload(client, election, name, content).status_code == 302

    assert dict(sheets.sheet_of(election.ballot, first)) == {"1 2": 5, "3": 2, "": 1}


def test_every_problem_of_a_file_is_told_with_its_line_and_what_was_typed_stays(client):
    _depot, election, (first, _second) = counting()
    sheets.add_papers(ballot_id=election.ballot.pk, teller=first, paper="1")
    client.force_login(first)
    content = '4 2\n1 1 9 0\n1 2 2 0\nx 1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n"Depot 4"\n'

    answer = upload(client, election, "papers.blt", content)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert [f"Line {line}:" in shown for line in (1, 2, 3, 4)] == [False, True, True, True]
    assert sheets.sheet_of(election.ballot, first) == [("1", 1)]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("papers.blt", '3 2\n1 1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n', "exactly the 4 candidates"),
        ("papers.blt", '4 2\n1 1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n"Mallory"\n', "It names others: Mallory"),
        ("papers.blt", '4 2\n-4\n1 1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n"Depot 4"\n', "exactly the 4 candidates"),
        ("papers.blt", '4 2\n13 1 0\n0\n"Depot 1"\n"Depot 2"\n"Depot 3"\n"Depot 4"\n', "12 were entitled"),
        ("papers.exe", "4 2\n", "must be a BLT or CSV file"),
        ("papers.csv", "Depot 1,Depot 2\n", "exactly the 4 candidates"),
    ],
)
def test_a_file_of_another_election_is_refused(client, name, content, words):
    _depot, election, (first, _second) = counting()
    client.force_login(first)

    answer = upload(client, election, name, content)

    assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert sheets.sheet_of(election.ballot, first) == []


def test_only_tellers_reach_the_page_and_only_while_papers_are_counted(client):
    depot, election, (first, _second) = counting()
    page = f"/vote/{election.ballot.pk}/count/"
    client.force_login(depot.people[3])
    assert client.get(page).status_code == 404
    assert client.post(page, {"paper": "1"}).status_code == 404

    make.papers_by(election.ballot, depot.people[10:], {"1": 9})
    refused("ballot.closed", sheets.add_papers, ballot_id=election.ballot.pk, teller=first, paper="1")


def test_the_terms_of_a_ballot_are_those_of_its_opening_whatever_the_charter_says_later():
    _depot, election, _counters = counting("stv_scottish", *QUOTA, declared={"Depot 3": ["women"]})
    found = terms_of(election.ballot)

    assert (found.method, found.candidates, found.places) == ("stv_scottish", ("m0-1", "m0-2", "m0-3", "m0-4"), 2)
    assert [(quota.attribute, quota.share, quota.at_least) for quota in found.quotas] == [("women", None, 1)]
    assert (type(found), found.attributes) == (Terms, {"m0-3": ["women"]})


# --- the result on its page -----------------------------------------------------------------------------------------


def shown(client, depot, election):
    client.force_login(depot.people[5])
    return client.get(f"/f/depot/b/b0/elections/{election.ref}/").content.decode()


def test_the_page_tells_every_stage_in_a_sentence_a_drawing_and_a_table(client):
    depot, election, counters = counting()
    make.papers_by(election.ballot, counters, {"1 2": 6, "2 1 3": 3, "3": 2})

    page = shown(client, depot, election)

    assert "First preferences are counted; 4 votes elect. Elected: Depot 1." in page
    assert "The surplus of Depot 1 goes to the next preferences: 1.99998 votes. Elected: Depot 2." in page
    assert ("How the votes moved" in page, page.count('class="d-thread"')) == (True, 1)
    assert "Stage 2" in page
    assert "single transferable vote, Scottish rules" in page


def test_the_page_explains_a_substitution_and_a_lot(client):
    depot, election, counters = counting("stv_scottish", *QUOTA, candidates=4, declared={"Depot 3": ["women"]})
    make.papers_by(election.ballot, counters, {"1": 5, "2": 2, "3": 1, "4": 2})

    page = shown(client, depot, election)

    finding = entry("federation.elected")["finding"]
    assert finding["substitutions"][0][0] == "m0-3"
    assert "Depot 3 takes a place that" in page
    assert ("how to draw it again" in page) == bool(finding["drawn"])


def test_schulze_is_shown_as_each_against_each(client):
    depot, election, counters = counting("schulze", places=1, candidates=3)
    make.papers_by(election.ballot, counters, {"1 2 3": 5, "2 3 1": 4})

    page = shown(client, depot, election)

    assert "Each against each" in page
    assert '<td class="n" data-label="Depot 2">5</td>' in page
