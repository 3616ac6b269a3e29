"""A secret election on devices replays from the record alone, and a server that lies about it is found."""

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, entry
from tests.site.replaying import replay_all
from tests.site.secret.devices import Device, Trustees
from tests.site.secret.test_secret_elections import SECRET, approve

from weft.record import Entry as Leaf
from weft.replay import Diverged, Replay
from weft_site.ballots.services import put_vote
from weft_site.federation.services import elections, keys
from weft_site.record.export import leaves_of, read_document
from weft_site.record.models import Log

pytestmark = pytest.mark.django_db


class Elected(Trustees):
    """Trustees by an election in which all three stand."""

    def __init__(self, council, *people):
        self.council, self.people = council, people
        self.seeds = [f"{number}" * 22 for number in range(1, len(people) + 1)]
        election = make.called(council, council.people[0], office="trustee")
        make.stand(election, *people)
        election = make.opened(election, council.people[0])
        for who in council.people:
            refs = [make.ref_in(election.ballot, one) for one in people]
            put_vote(ballot_id=election.ballot_id, person_id=who.pk, choice=refs, now=NOON)
        elections.close_election(actor=council.people[0], now=NOON, election_id=election.pk)


@pytest.fixture(scope="module")
def recorded(kept_for_the_file):
    """The record of a council that has elected its secretary in a secret vote, papers beside devices."""
    with kept_for_the_file():
        hall = make.found_council(12, *SECRET)
        make.elect(hall, "chair", hall.people[0])
        trustees = Elected(hall, *hall.people[3:6])
        make.elect(hall, "treasurer", hall.people[2])
        hall_tellers = drawn_tellers(hall)
        trustees.make_key(by=hall.people[0])
        devices = [Device(who).hand_in() for who in hall.people[:10]]
        election = make.called(hall, hall.people[0], office="secretary")
        make.stand(election, hall.people[7], hall.people[8])
        election = make.opened(election, hall.people[0], days=3)
        for number, device in enumerate(devices):
            device.vote(election.ballot, approve(election, hall, 7 if number % 3 else 8))
        later = NOON + 3 * DAY
        elections.close_election(actor=None, now=later, election_id=election.pk)
        seven = make.ref_in(election.ballot, hall.people[7])
        make.count_by(election.ballot, hall_tellers, {seven: 1, "papers": 1}, now=later)
        trustees.give(election, 1, now=later)
        trustees.give(election, 2, now=later)
        yield hall


@pytest.fixture
def told(recorded):
    return recorded


def drawn_tellers(hall):
    from weft_site.federation.models import Draw, Term
    from weft_site.federation.services import draws

    ref = draws.call_draw(actor=hall.people[0], now=NOON, body_id=hall.body.pk, office="teller")
    draw = Draw.objects.get(ref=ref)
    for who in hall.people[1:3]:
        draws.add_word(actor=who, now=NOON, draw_id=draw.pk, word="river")
    draws.open_draw(actor=hall.people[0], now=NOON, draw_id=draw.pk)
    return [term.person for term in Term.objects.filter(seat__office="teller", ended_at=None).order_by("seat__number")]


def test_the_record_of_a_secret_election_replays_to_the_same_tables(told):
    (run,) = replay_all().values()

    assert entry("federation.elected")["data"]["papers"] == 11
    assert [key.state for key in run.state.trustee_keys.values()] == ["ready"]
    private = {(one.act, one.what, one.why) for one in run.unchecked}
    assert ("federation.election_opened", "on paper", "private") in private


def changed(log, act, change):
    """Replay of the record with one value of the newest entry of an act changed."""
    leaves = [Leaf.from_bytes(bytes(leaf)) for leaf in leaves_of(log)]
    at = max(index for index, leaf in enumerate(leaves) if leaf.act == act)
    run = Replay(lambda digest: read_document(log, digest))
    for index, leaf in enumerate(leaves):
        run.take(change(leaf).to_bytes() if index == at else leaf.to_bytes())


def data(**values):
    from dataclasses import replace

    return lambda leaf: replace(leaf, data=dict(leaf.data) | values)


def by(*refs):
    from dataclasses import replace

    return lambda leaf: replace(leaf, by=refs)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("act", "change", "what"),
    [
        ("federation.key_ceremony_opened", data(threshold=1), "threshold"),
        ("federation.key_ceremony_opened", data(trustees=["m0-1", "m0-2", "m0-3"]), "trustees"),
        ("federation.key_committed", data(commitments=[]), "commitments"),
        ("federation.key_made", data(trustees="nothing"), "trustees"),
        ("federation.election_opened", data(way="paper"), None),
        ("federation.election_opened", data(way="open"), "way"),
        ("federation.casting_ended", data(on_paper=0), "on_paper"),
        ("federation.ballot_sealed", data(minimum=1), "minimum"),
        ("federation.ballot_sealed", data(voters=99), "voters"),
        ("federation.ballot_sealed", data(voters=4), "voters"),
        ("federation.ballot_sealed", by("m0-1"), "by"),
        ("federation.elected", by("m0-4"), "by"),
        ("federation.elected", by("m0-1", "m0-2"), "by"),
        ("federation.elected", by(), "by"),
    ],
)
def test_what_a_server_claims_against_the_rules_is_found(told, act, change, what):
    with pytest.raises(Diverged) as found:
        changed(Log.objects.get(), act, change)

    if what is not None:
        assert (found.value.act, found.value.what) == (act, what)


def test_a_second_key_retires_the_first_and_a_ceremony_can_be_given_up(told):
    hall = told
    trustees = Trustees.__new__(Trustees)
    trustees.council, trustees.people = hall, hall.people[3:6]
    trustees.seeds = [f"{number}" * 22 for number in range(4, 7)]
    ask = {"now": NOON + 4 * DAY}
    ref = keys.open_ceremony(actor=hall.people[0], body_id=hall.body.pk, **ask)
    from weft_site.ballots.models import TrusteeKey

    keys.end_key(actor=hall.people[0], key_id=TrusteeKey.objects.get(ref=ref).pk, **ask)
    trustees.make_key(by=hall.people[0], **ask)

    (run,) = replay_all().values()
    assert [key.state for key in run.state.trustee_keys.values()] == ["retired", "failed", "ready"]
    assert list(TrusteeKey.objects.order_by("pk").values_list("state", flat=True)) == ["retired", "failed", "ready"]
