"""A secret election on devices, from the ceremony to the declared result, through the services alone."""

import io
import json
import secrets
import shutil
import subprocess

import pytest
from tests.site import factories as make
from tests.site.factories import DAY, NOON, acts, entry, refused
from tests.site.secret.devices import Device, Trustees

from weft.ballots.secret import verify_election
from weft.ballots.secret.codec import compact
from weft.ballots.secret.groups import challenge
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Board, BoardEvent, BoardPart, TellerCount, VotingCredential
from weft_site.ballots.services import boards
from weft_site.federation.models import Election, Term
from weft_site.federation.services import elections, keys

pytestmark = pytest.mark.django_db

SECRET = (
    ("bodies.workplace.offices.secretary.elect.method", "approval"),
    ("bodies.workplace.offices.secretary.elect.ballot", "secret"),
)


@pytest.fixture(scope="module")
def built(kept_for_the_file):
    """A council of twelve that elects its secretary in a secret approval vote; three trustees, two tellers, a chair."""
    with kept_for_the_file():
        hall = make.found_council(12, *SECRET)
        make.officer(hall, "chair", hall.people[0])
        make.officer(hall, "teller", hall.people[1])
        make.officer(hall, "teller", hall.people[2], number=2)
        trustees = Trustees(hall, *hall.people[3:6])
        trustees.make_key()
        yield hall, trustees


@pytest.fixture
def hall(built):
    return built[0]


@pytest.fixture
def trustees(built):
    return built[1]


def called(hall, *, devices=12, days=3):
    """Seven and eight stand; so many of the council have a voting key."""
    handed = [Device(who).hand_in() for who in hall.people[:devices]]
    election = make.called(hall, hall.people[0], office="secretary")
    make.stand(election, hall.people[7], hall.people[8])
    return make.opened(election, hall.people[0], days=days), handed


def approve(election, hall, *numbers):
    """The marks of a paper that approves these of the council's people."""
    refs = [make.ref_in(election.ballot, hall.people[number]) for number in numbers]
    return [[int(option in refs) for option in election.ballot.options]]


def audited(election):
    """What a stranger's program finds in the file that everybody may copy."""
    board = Board.objects.get(ballot=election.ballot)
    return verify_election(
        io.BytesIO(b"".join(boards.archive(board))),
        head=board.head,
        strong={int(owner): text.encode() for owner, text in boards.strong_proofs(board).items()},
    )


def test_a_secretary_is_elected_by_ballots_that_only_the_trustees_together_can_open(hall, trustees):
    election, devices = called(hall)
    assert election.ballot.way == Ballot.Way.SECRET
    for number, device in enumerate(devices[:9]):
        device.vote(election.ballot, approve(election, hall, 7 if number < 6 else 8))
    devices[0].vote(election.ballot, approve(election, hall, 8))  # changed their mind: only this one counts
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)
    election.refresh_from_db()
    assert election.state == Election.State.VOTING  # nobody knows anything yet

    assert trustees.give(election, 1, now=NOON + 3 * DAY) is False
    assert trustees.give(election, 3, now=NOON + 3 * DAY) is True

    election.refresh_from_db()
    term = Term.objects.get(seat__office="secretary", ended_at=None)
    assert (election.state, term.person) == (Election.State.DECLARED, hall.people[7])
    declared = entry("federation.elected")
    seven, eight = (make.ref_in(election.ballot, hall.people[n]) for n in (7, 8))
    assert declared["data"]["lines"] == [[seven, 5, 0, 0], [eight, 4, 0, 0]]
    assert declared["by"] == [hall.membership(who).ref for who in (hall.people[3], hall.people[5])]
    report = audited(election)
    assert (report.stage, report.credentials, report.ballots, report.voters) == ("decided", 12, 10, 9)
    assert (report.result, report.decrypted_by, report.strong) == (((5, 4),), (1, 3), (1, 3))


def test_what_stands_in_the_record_of_it_names_no_voter(hall, trustees):
    election, devices = called(hall)
    for device in devices[:6]:
        device.vote(election.ballot, approve(election, hall, 7))
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)

    board = Board.objects.get(ballot=election.ballot)
    opening = entry("federation.election_opened")["data"]
    assert opening["way"] == "secret"
    assert opening["board"] == {
        "archive": board.uuid,
        "credentials": entry("federation.election_opened")["data"]["board"]["credentials"],
        "election": opening["board"]["election"],
        "head": BoardEventHead(board),
        "key": trustees.key.ref,
        "on_paper": 0,
    }
    assert acts()[-3:] == ["federation.election_opened", "federation.casting_ended", "federation.ballot_sealed"]
    assert entry("federation.ballot_sealed")["data"]["voters"] == 6
    assert not VotingCredential.objects.filter(public__in=json.loads(board.credentials)).exists()


def BoardEventHead(board):  # noqa: N802 - reads as the value it stands for
    """The head at the opening: the archive with nothing but its beginning."""
    from weft.ballots.secret import start_archive

    trustees = boards.trustees_of(board.key).raw()
    _, head = start_archive(board.timestamp, board.election.encode(), trustees, board.credentials.encode())
    return head.hash


@pytest.mark.one_database
def test_members_without_a_voting_key_vote_on_paper_and_their_few_papers_are_never_a_number_of_their_own(
    hall, trustees
):
    election, devices = called(hall, devices=9)
    assert election.ballot.roll.filter(on_paper=True).count() == 3
    for device in devices[:5]:
        device.vote(election.ballot, approve(election, hall, 7))
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)
    seven, eight = (make.ref_in(election.ballot, hall.people[n]) for n in (7, 8))

    agreed = make.count_by(election.ballot, hall.people[1:3], {seven: 1, eight: 2, "papers": 2}, now=NOON + 3 * DAY)

    assert agreed == [False, True]
    assert TellerCount.objects.count() == 0
    sealed = entry("federation.ballot_sealed")
    assert (sealed["by"], sealed["data"]["voters"]) == ([hall.membership(who).ref for who in hall.people[1:3]], 7)
    trustees.give(election, 2, now=NOON + 3 * DAY)
    trustees.give(election, 3, now=NOON + 3 * DAY)
    assert entry("federation.elected")["data"]["lines"] == [[seven, 6, 0, 0], [eight, 2, 0, 0]]
    assert audited(election).credentials == 12


def test_papers_are_counted_after_the_devices_and_never_more_than_vote_on_paper(hall, trustees):
    election, devices = called(hall, devices=10)
    for device in devices[:5]:
        device.vote(election.ballot, approve(election, hall, 7))
    seven = make.ref_in(election.ballot, hall.people[7])
    sheet = dict.fromkeys(election.ballot.options, 0) | {seven: 3, "papers": 3}
    from weft_site.federation.services import tellers

    ask = {"actor": hall.people[1], "now": NOON + 3 * DAY, "ballot_id": election.ballot_id}
    assert refused("ballot.count", tellers.enter_count, numbers=sheet, **ask) == {"entitled": 2}


@pytest.mark.one_database
def test_too_few_votes_are_never_opened_and_nobody_is_elected(hall, trustees):
    election, devices = called(hall)
    for device in devices[:4]:
        device.vote(election.ballot, approve(election, hall, 7))

    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)

    election.refresh_from_db()
    assert election.state == Election.State.FAILED
    assert acts()[-1] == "federation.ballot_unopened"
    assert entry("federation.ballot_unopened")["data"]["minimum"] == 5
    assert not BoardEvent.objects.filter(kind="EncryptedTally").exists()
    with pytest.raises(Board.DoesNotExist):
        Board.objects.get(ballot=election.ballot, state="opening")
    assert make.called(hall, hall.people[0], now=NOON + 4 * DAY, office="secretary").state == "nominations"


@pytest.mark.one_database
def test_without_a_key_the_vote_is_on_paper(hall, trustees):
    keys.end_key(actor=hall.people[0], now=NOON, key_id=trustees.key.pk)

    election, _ = called(hall)

    assert election.ballot.way == Ballot.Way.PAPER
    assert election.ballot.closes_at is None


@pytest.mark.one_database
def test_where_nobody_has_a_voting_key_the_vote_is_on_paper(hall, trustees):
    election, _ = called(hall, devices=0)

    assert election.ballot.way == Ballot.Way.PAPER


def test_a_key_whose_makers_are_no_longer_trustees_opens_no_new_vote(hall, trustees):
    Term.objects.filter(seat__office="trustee", person__in=hall.people[3:5]).update(ended_at=NOON)

    election, _ = called(hall)

    assert election.ballot.way == Ballot.Way.PAPER


@pytest.fixture
def voting(hall, trustees):
    election, devices = called(hall)
    return hall, election, devices


def cast(election, raw, now=NOON):
    board = Board.objects.select_related("ballot", "key").get(ballot=election.ballot)
    return boards.cast(board, raw, now=now)


def test_the_same_ballot_sent_again_is_told_where_it_stands_and_put_up_once(voting):
    hall, election, devices = voting
    sealed = devices[0].seal(election.ballot, approve(election, hall, 7))

    assert cast(election, sealed.raw) == cast(election, sealed.raw) == (sealed.tracker, 1)
    assert BoardEvent.objects.count() == 1


def test_an_older_ballot_cannot_take_back_a_newer_one(voting):
    hall, election, devices = voting
    old = devices[0].seal(election.ballot, approve(election, hall, 7))
    cast(election, old.raw)
    devices[0].vote(election.ballot, approve(election, hall, 8))

    refused("secret.replay", cast, election=election, raw=old.raw)


def test_a_credential_that_is_not_on_the_list_casts_nothing(voting):
    from weft.ballots.secret import encrypt_ballot

    hall, election, _devices = voting
    of = boards.election_of(Board.objects.get(ballot=election.ballot))
    sealed = encrypt_ballot(of, 12345, approve(election, hall, 7), secrets.randbelow)

    refused("secret.stranger", cast, election=election, raw=sealed.raw)


@pytest.mark.one_database
@pytest.mark.parametrize("wrong", [b"", b"{}", b"x" * 2_000_000, b"\xff\xfe", b'{"election_uuid":NaN}'])
def test_what_is_no_ballot_is_refused_and_changes_nothing(voting, wrong):
    _hall, election, _devices = voting

    refused("secret.format", cast, election=election, raw=wrong)


@pytest.mark.one_database
def test_a_changed_ballot_is_refused(voting):
    hall, election, devices = voting
    raw = devices[0].seal(election.ballot, approve(election, hall, 7)).raw
    value = json.loads(raw)
    alpha = value["answers"][0]["choices"][0]["alpha"]
    value["answers"][0]["choices"][0]["alpha"] = value["answers"][0]["choices"][1]["alpha"]
    changed = json.dumps(value, separators=(",", ":")).encode()

    assert alpha.encode() in raw
    refused("secret.signature", cast, election=election, raw=changed)
    refused("secret.canonical", cast, election=election, raw=raw.replace(b",", b", ", 1))


def test_nobody_votes_before_after_or_in_another_election(voting):
    hall, election, devices = voting
    sealed = devices[0].seal(election.ballot, approve(election, hall, 7))

    refused("ballot.closed", cast, election=election, raw=sealed.raw, now=NOON + 3 * DAY)
    other = make.called(hall, hall.people[0], office="treasurer")
    assert other.ballot is None


@pytest.mark.one_database
def test_a_trustee_who_lies_is_named_and_the_others_open_it(voting, trustees):
    hall, election, devices = voting
    for device in devices[:6]:
        device.vote(election.ballot, approve(election, hall, 7))
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)
    part, strong = trustees.part(election.ballot, 1)
    other, other_strong = trustees.part(election.ballot, 2)
    ask = {"now": NOON + 3 * DAY, "election_id": election.pk}

    assert refused(
        "secret.decryption", elections.give_part, actor=trustees.people[0], part=other, strong="", **ask
    ) == {"trustee": 1}
    assert refused(
        "secret.factor",
        elections.give_part,
        actor=trustees.people[0],
        part=part,
        strong=other_strong.replace('"owner":2', '"owner":1'),
        **ask,
    ) == {"trustee": 1}
    refused("key.not_trustee", elections.give_part, actor=hall.people[11], part=part, strong=strong, **ask)
    assert trustees.give(election, 2, now=NOON + 3 * DAY) is False
    refused("secret.part_twice", elections.give_part, actor=trustees.people[1], part=other, strong=other_strong, **ask)
    assert trustees.give(election, 3, now=NOON + 3 * DAY) is True


@pytest.mark.one_database
def test_nothing_is_opened_while_devices_may_still_vote(voting, trustees):
    hall, election, devices = voting
    for device in devices[:6]:
        device.vote(election.ballot, approve(election, hall, 7))

    ask = {"now": NOON, "election_id": election.pk, "actor": trustees.people[0]}
    refused("secret.not_opening", elections.give_part, part="{}", strong="", **ask)
    assert refused(
        "ballot.still_open", elections.close_election, actor=hall.people[0], now=NOON, election_id=election.pk
    )


def test_once_everybody_has_voted_an_officer_may_end_it_early(voting):
    hall, election, devices = voting
    for device in devices:
        device.vote(election.ballot, approve(election, hall, 7))

    elections.close_election(actor=hall.people[0], now=NOON, election_id=election.pk)

    assert Board.objects.get(ballot=election.ballot).state == "opening"
    with pytest.raises(RuleBroken, match=r"ballot.closed"):
        devices[0].vote(election.ballot, approve(election, hall, 8))


@pytest.mark.one_database
def test_a_trustee_who_uses_another_program_opens_it_together_with_one_who_uses_ours(voting, trustees, tmp_path):
    """The page saves the own part of the key as belenios-tool reads it; what that makes has no strong proofs."""
    tool = shutil.which("belenios-tool")
    if tool is None:
        pytest.skip("belenios-tool makes this trustee's part: apt-get install belenios-tool")
    hall, election, devices = voting
    for device in devices[:6]:
        device.vote(election.ballot, approve(election, hall, 7))
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)
    board = Board.objects.get(ballot=election.ballot)
    (tmp_path / f"{board.uuid}.bel").write_bytes(b"".join(boards.archive(board)))
    (tmp_path / "trustee-2.privkey").write_text(json.dumps(str(trustees.own_key(2))))

    command = [tool, "election", "decrypt", "--privkey", "trustee-2.privkey", "--trustee-id", "2"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    ask = {"now": NOON + 3 * DAY, "election_id": election.pk}
    elections.give_part(actor=trustees.people[1], part=made.stdout, strong="", **ask)

    assert trustees.give(election, 3, now=NOON + 3 * DAY) is True
    report = audited(election)
    assert (report.result, report.decrypted_by, report.strong) == (((6, 0),), (2, 3), (3,))


@pytest.mark.one_database
def test_a_wrong_part_without_strong_proofs_is_found_by_the_others_and_the_sum_is_opened(voting, trustees):
    """Belenios' proof hashes neither alpha nor the factor, so one that proves a wrong factor can be made."""
    hall, election, devices = voting
    for device in devices[:6]:
        device.vote(election.ballot, approve(election, hall, 7))
    elections.close_election(actor=None, now=NOON + 3 * DAY, election_id=election.pk)
    wrong = false_part(Board.objects.get(ballot=election.ballot), trustees, 1)
    ask = {"now": NOON + 3 * DAY, "election_id": election.pk}

    assert elections.give_part(actor=trustees.people[0], part=wrong, strong="", **ask) is False
    assert trustees.give(election, 2, now=NOON + 3 * DAY) is False  # two of three do not open it: one of them is wrong
    assert trustees.give(election, 3, now=NOON + 3 * DAY) is True

    assert list(BoardPart.objects.order_by("owner").values_list("owner", "wrong")) == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert audited(election).decrypted_by == (2, 3)


def false_part(board, trustees, number):
    """A part whose Belenios proofs hold and whose factors are wrong: F = alpha^x * h^(1/c)."""
    of, total = boards.election_of(board), boards.sealed_sum(board)
    group, key = of.group, trustees.own_key(number)
    x = group.text(group.secret_power(group.generator, key))
    factors, proofs = [], []
    for row in total.pairs:
        factors.append([])
        proofs.append([])
        for alpha, _beta in row:
            w, twist = 1 + secrets.randbelow(group.order - 1), group.generate(7)
            a, b = group.generate(w), group.times(group.power(alpha, w), twist)
            c = challenge(group, f"decrypt|{of.fingerprint}|{x}|", a, b)
            factor = group.times(group.power(alpha, key), group.power(twist, pow(c, -1, group.order)))
            factors[-1].append(group.text(factor))
            proofs[-1].append({"challenge": str(c), "response": str((w - key * c) % group.order)})
    return compact({"decryption_factors": factors, "decryption_proofs": proofs})
