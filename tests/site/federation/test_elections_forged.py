"""Elections by papers, quotas and challenges under replay: each value changed is found, erased papers are named."""

import json

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON
from tests.site.replaying import kept, replayed, told
from tests.site.tampering import LATE, diverges_at, documents_of, tampered

from weft_site.federation.models import Challenge
from weft_site.federation.services import challenges, elections
from weft_site.record.export import erase_document, leaves_of
from weft_site.record.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

OFFICES = "bodies.workplace.offices"
ACTS = {
    "federation.election_called", "federation.election_opened", "federation.elected",
    "federation.election_challenged", "federation.challenge_decided",
}  # fmt: skip


@pytest.fixture
def record():
    """The record of an election with a quota and a lot, from two tellers' papers, challenged and annulled."""
    depot = make.found_council(
        12, (f"{OFFICES}.secretary.elect.method", "stv_scottish"), (f"{OFFICES}.secretary.elect.ballot", "counted"),
        (f"{OFFICES}.secretary.count", 2), (f"{OFFICES}.secretary.deputies", 1),
        (f"{OFFICES}.secretary.elect.quotas.0.attribute", "women"),
        (f"{OFFICES}.secretary.elect.quotas.0.at_least", 1),
        (f"{OFFICES}.mandate_commission.elect.method", "plurality"), *make.ELECTED_TELLERS,
    )  # fmt: skip
    counters = make.elect_tellers(depot, *depot.people[10:])
    make.elect(depot, "mandate_commission", depot.people[9])
    election = make.called(depot, depot.people[0], office="secretary")
    for who in depot.people[:4]:
        declared = ["women"] if who == depot.people[3] else []
        elections.nominate(actor=who, now=NOON, election_id=election.pk, person_id=who.pk, declared=declared)
    election = make.opened(election, depot.people[0])
    make.papers_by(election.ballot, counters, {"1": 4, "2": 3, "3": 3, "4": 1, "": 1})
    challenges.challenge_election(actor=depot.people[5], now=NOON + DAY, election_id=election.pk, reason="No roll.")
    challenges.decide_challenge(
        actor=depot.people[9], now=NOON + 2 * DAY, challenge_id=Challenge.objects.get().pk, uphold=True, reason="So."
    )
    return depot.federation.log


def test_every_value_of_an_election_and_its_challenge_that_was_changed_is_found_at_its_entry(record):
    leaves, documents = list(leaves_of(record)), documents_of(record)
    latest = {json.loads(leaf)["act"]: index for index, leaf in enumerate(leaves)}
    missed, late, tried = [], set(), 0
    for act in ACTS:
        index = latest[act]
        for part, name, changed in tampered(leaves[index]):
            tried += 1
            found = diverges_at(record, [*leaves[:index], changed, *leaves[index + 1 :]], documents)
            if found is None:
                missed.append((act, part, name))
            elif found != index:
                late.add((act, part, name))

    assert missed == []
    assert late <= LATE
    assert tried > 60


def test_one_paper_more_or_less_in_the_recorded_file_is_found(record):
    documents = documents_of(record)
    leaves = list(leaves_of(record))
    votes = next(json.loads(leaf)["documents"]["votes"] for leaf in reversed(leaves) if b'"votes":' in leaf)
    assert diverges_at(record, leaves, documents) is None
    index = next(at for at, leaf in enumerate(leaves) if votes.encode() in leaf)

    # a later preference that no stage reaches changes no count; there the document's own hash speaks, and it is salted
    for old, new in ((b"4 1 0", b"5 1 0"), (b"3 2 0\n", b"")):
        assert old in documents[votes]
        assert diverges_at(record, leaves, {**documents, votes: documents[votes].replace(old, new)}) == index


def test_after_a_year_the_papers_may_be_erased_and_replay_names_what_it_could_not_count(record):
    before = replayed(record)
    kept_papers = Document.objects.filter(name="votes").order_by("-pk").first()

    assert erase_document(record, kept_papers.hash, now=NOON + 366 * DAY)
    after = replayed(record)

    assert told(after.state) == told(before.state) == kept(record)
    assert [row.what for row in after.unchecked if row not in before.unchecked] == ["votes"]


def test_a_replay_of_another_seed_than_the_committed_one_is_refused(record):
    leaves, documents = list(leaves_of(record)), documents_of(record)
    index = max(at for at, leaf in enumerate(leaves) if json.loads(leaf)["act"] == "federation.elected")
    entry = json.loads(leaves[index])
    entry["data"]["seed"] = "0" * 64

    changed = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()

    assert diverges_at(record, [*leaves[:index], changed], documents) == index
