"""The public board of a secret vote on devices: opened with its list, filled by ballots, counted, opened by trustees.

Parts of acts, but for `cast`: a ballot needs no sign-in, because the credential signs it; who sent it is not asked and
not kept. Every event is a row with its exact bytes; the archive that everybody may copy is made from them. There is no
time on any of them: the archive has one for all.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.db import IntegrityError, transaction

from weft.ballots.secret import (
    Election,
    Head,
    Trustees,
    append,
    encrypt_ballot,
    make_election,
    public_credential,
    read_trustees,
    secret_number,
    start_archive,
    verify_ballot,
    write_credentials,
)
from weft.ballots.secret import tally as core
from weft.ballots.secret.ballot import ballot_limit, read_ballot
from weft.ballots.secret.codec import compact, fingerprint, sha256_hex
from weft.ballots.secret.credentials import read_credentials
from weft.ballots.secret.groups import group_named
from weft.ballots.secret.rules import lines_of_result, papers_of_sums, questions_for
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Board, BoardEvent, BoardPart, RollEntry, TrusteeKey
from weft_site.ballots.services.credentials import take_one_each

State = Board.State
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LETTERS = 22  # 128 bits


# --- opening ----------------------------------------------------------------------------------------------------


def open_board(
    ballot: Ballot,
    *,
    key: TrusteeKey,
    minimum: int,
    names: Sequence[str],
    choices: int | None = None,
    bound: Mapping[str, object],
    now: datetime,
) -> Board:
    """Put up the board of a ballot that is being opened: everybody on the roll with a credential votes on a device.

    minimum: of papers given, below which nobody may open it. names: the candidates', in the ballot's order.
    bound: what else election.json says of the council. The others on the roll vote on paper; credentials for their
    papers are made here, and stand among all the others in the sorted list.
    """
    roll = list(ballot.roll.exclude(person=None).values_list("pk", "person_id"))
    found = take_one_each([person for _, person in roll])
    on_paper = [pk for pk, person in roll if person not in found]
    RollEntry.objects.filter(pk__in=on_paper).update(on_paper=True)
    RollEntry.objects.filter(ballot=ballot, person=None).update(on_paper=True)
    paper = ballot.entitled - len(found)
    master = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    group = group_named(key.group)
    listed = write_credentials([*found.values(), *_paper_credentials(key.group, master, paper)])
    trustees = trustees_of(key)
    election = make_election(
        uuid="".join(secrets.choice(BASE58) for _ in range(UUID_LETTERS)),
        name=ballot.title,
        description="",
        group=group,
        public_key=trustees.public_key,
        questions=questions_for(ballot.method, ballot.title, names, places=ballot.places, choices=choices),
        weft={
            **bound,
            "ballot": ballot.ref,
            "method": ballot.method,
            "places": ballot.places,
            "options": list(ballot.options),
            "roll_size": ballot.entitled,
            "roll_hash": ballot.roll_hash,
            "credentials_hash": sha256_hex(listed),
            "on_paper": paper,
            "minimum": minimum,
        },
    )
    timestamp = int(now.timestamp())
    _, head = start_archive(timestamp, election.raw, trustees.raw(), listed)
    return Board.objects.create(
        ballot=ballot,
        key=key,
        uuid=election.uuid,
        election=election.raw.decode(),
        credentials=listed.decode(),
        timestamp=timestamp,
        paper=paper,
        paper_master=master if paper else "",
        head=head.hash,
        height=head.height,
    )


def _paper_credentials(group_name: str, master: str, number: int) -> Iterator[str]:
    group = group_named(group_name)
    return (public_credential(group, secret_number(group, master, n)) for n in range(number))


def opening(board: Board) -> dict[str, object]:
    """What the entry that opens the ballot says of its board: enough to know it among all archives."""
    return {
        "archive": board.uuid,
        "election": sha256(board.election.encode()).hexdigest(),
        "credentials": sha256(board.credentials.encode()).hexdigest(),
        "on_paper": board.paper,
        "key": board.key.ref,
        "head": board.head,
    }


@lru_cache(maxsize=32)
def _election(raw: bytes) -> Election:
    return Election.read(raw)  # its tables take a while to build


@lru_cache(maxsize=32)
def _listed(group: str, raw: bytes) -> frozenset[str]:
    return frozenset(read_credentials(group_named(group), raw))


def election_of(board: Board) -> Election:
    return _election(board.election.encode())


def trustees_of(key: TrusteeKey) -> Trustees:
    return read_trustees(group_named(key.group), key.trustees.encode())


# --- casting ----------------------------------------------------------------------------------------------------


def cast(board: Board, raw: bytes, *, now: datetime) -> tuple[str, int]:
    """Verify a ballot and put it on the board; answers its tracker and where it stands.

    Verified before the board is locked; put up only if the vote is still open then, so that it is either there or
    refused. The same ballot again answers as the first time, as long as none of this credential came after it.
    Refusals: ``ballot.closed``, ``secret.stranger``, ``secret.replay``, and those of `verify_ballot`.
    """
    require_open(board, now)
    election = election_of(board)
    if len(raw) > ballot_limit(election):
        raise RuleBroken("secret.format", what="ballot")
    form = read_ballot(election, raw)
    if form.credential not in _listed(board.key.group, board.credentials.encode()):
        raise RuleBroken("secret.stranger", ballot=0)
    verify_ballot(election, raw)
    voter = sha256_hex(form.credential.encode())
    with transaction.atomic():
        board = Board.objects.select_for_update().select_related("ballot").get(pk=board.pk)
        require_open(board, now)
        last = board.events.filter(kind="Ballot", credential=voter).last()
        if last is not None and last.data.encode() == raw:
            return form.tracker, last.height
        if board.events.filter(digest=sha256_hex(raw)).exists():
            raise RuleBroken("secret.replay", ballot=0)
        return form.tracker, _append(board, "Ballot", raw, credential=voter).height


def require_open(board: Board, now: datetime) -> None:
    """Raises ``ballot.closed`` where nobody can vote any more."""
    ballot = board.ballot
    over = ballot.closed_at is not None or (ballot.closes_at is not None and now >= ballot.closes_at)
    if board.state != State.VOTING or over:
        raise RuleBroken("ballot.closed", ballot=ballot.ref)


def _append(board: Board, kind: str, *data: bytes, **columns: object) -> BoardEvent:
    """One more event on a locked board."""
    _, head = append(Head(board.timestamp, board.height, board.head), kind, *data)
    try:
        event = BoardEvent.objects.create(
            board=board,
            height=head.height,
            kind=kind,
            data="\n".join(one.decode() for one in data),
            digest=sha256_hex(data[0]) if data else "",
            **columns,
        )
    except IntegrityError as twice:
        raise RuleBroken("secret.replay", ballot=head.height) from twice
    board.head, board.height = head.hash, head.height
    board.save(update_fields=["head", "height"])
    return event


# --- the end of casting, and papers ------------------------------------------------------------------------------


def end_casting(board: Board) -> None:
    """No device votes any more. Where some vote on paper, the tellers' count is waited for; else the sum is made."""
    if board.state != State.VOTING:
        raise RuleBroken("ballot.closed", ballot=board.ballot.ref)
    board.state = State.PAPERS
    board.save(update_fields=["state"])
    if not board.paper:
        seal(board)


def add_papers(board: Board, sums: Mapping[str, int], *, choices: int | None = None) -> None:
    """Put papers on the board that add up to what two tellers counted, and make the sum.

    Raises ``secret.papers_early`` where devices may still vote, ``ballot.count`` for impossible sums.
    """
    ballot = board.ballot
    if board.state != State.PAPERS:
        raise RuleBroken("secret.papers_early")
    election, group = election_of(board), group_named(board.key.group)
    papers = papers_of_sums(ballot.method, ballot.options, sums, places=ballot.places, choices=choices)
    if len(papers) > board.paper:
        raise RuleBroken("ballot.count", entitled=board.paper)
    for number, marks in enumerate(papers):
        secret = secret_number(group, board.paper_master, number)
        sealed = encrypt_ballot(election, secret, marks, secrets.randbelow)
        voter = sha256_hex(public_credential(group, secret).encode())
        _append(board, "Ballot", sealed.raw, credential=voter)
    seal(board)


def seal(board: Board) -> None:
    """No more ballots: the encrypted sum goes on the board, or, where too few voted, nothing is ever opened."""
    election = election_of(board)
    board.paper_master = ""
    _append(board, "EndBallots")
    found = _sum(board)
    board.voters = found.ballots
    try:
        core.require_enough(election, found.ballots)
    except RuleBroken:
        board.state = State.UNOPENED
    else:
        _append(board, "EncryptedTally", *core.write_tally(election, found))
        board.state = State.OPENING
    board.save(update_fields=["paper_master", "voters", "state"])


def _sum(board: Board) -> core.Tally:
    """The product of the last ballot of each credential; all were verified when they were cast."""
    election = election_of(board)
    known = election.group.known
    last = dict(board.events.filter(kind="Ballot").values_list("credential", "data").iterator())  # the later one stays
    ballots = (
        [[(known(a), known(b)) for a, b in answer.choices] for answer in read_ballot(election, data.encode()).answers]
        for data in last.values()
    )
    return core.add_ballots(election, core.empty_tally(election), ballots)


def sealed_sum(board: Board) -> core.Tally:
    """The encrypted sum as it stands on the board."""
    raw, _ = board.events.get(kind="EncryptedTally").data.split("\n")
    return core.read_tally(election_of(board), raw.encode(), board.voters)


# --- opening by the trustees -------------------------------------------------------------------------------------


def put_part(board: Board, owner: int, raw: bytes, strong: bytes | None) -> bool:
    """Keep a trustee's part of a locked board; True when the sums are opened with it.

    strong: the strong proofs, or None from a trustee who used belenios-tool, whose parts have none. Parts go on the
    board together, once they open it; one that the others' parts show to be wrong is marked, and another is waited for.
    Refusals: ``secret.not_opening``, ``secret.part_twice``, ``secret.decryption`` and ``secret.factor`` for a wrong
    part, naming the trustee; nothing is kept then.
    """
    if board.state != State.OPENING:
        raise RuleBroken("secret.not_opening", state=board.state)
    if board.parts.filter(owner=owner, wrong=False).exists():
        raise RuleBroken("secret.part_twice", trustee=owner)
    election, trustees, total = election_of(board), trustees_of(board.key), sealed_sum(board)

    def read(number: int, part: bytes) -> core.Decryption:
        return core.read_decryption(election, number, trustees.keys[number - 1], total, part)

    found = read(owner, raw)
    if strong is not None:
        core.check_strong(election, trustees.keys[owner - 1], total, found, strong)
    BoardPart.objects.update_or_create(
        board=board,
        owner=owner,
        defaults={"part": raw.decode(), "strong": (strong or b"").decode(), "wrong": False},
    )
    rows = _opened(board, {row.owner: read(row.owner, row.part.encode()) for row in board.parts.filter(wrong=False)})
    if rows is None:
        return False
    _publish_parts(board, rows)
    return True


def _opened(board: Board, parts: dict[int, core.Decryption]) -> tuple[tuple[int, ...], ...] | None:
    """The sums that these parts open; None while too few are there, or too few are right."""
    election, trustees, total = election_of(board), trustees_of(board.key), sealed_sum(board)
    while True:
        try:
            return core.open_tally(election, trustees, total, parts)
        except RuleBroken as refusal:
            if refusal.rule not in {"secret.trustees_missing", "secret.factor", "secret.result"}:
                raise
            if refusal.rule != "secret.factor":
                return None
            wrong = int(refusal.numbers["trustee"])
        board.parts.filter(owner=wrong).update(wrong=True)
        del parts[wrong]


def _publish_parts(board: Board, rows: Sequence[Sequence[int]]) -> None:
    for row in board.parts.filter(wrong=False):
        raw = row.part.encode()
        _append(board, "PartialDecryption", raw, compact({"owner": row.owner, "payload": sha256_hex(raw)}).encode())
    _append(board, "Result", core.write_result(rows))
    ballot = board.ballot
    board.numbers = lines_of_result(ballot.method, ballot.options, rows, ballots=board.voters)
    board.state = State.OPENED
    board.save(update_fields=["numbers", "state"])


# --- the archive --------------------------------------------------------------------------------------------------


def archive(board: Board) -> Iterator[bytes]:
    """The whole file, event by event. Made anew each time from the rows; its head is the board's."""
    raw, head = start_archive(
        board.timestamp, board.election.encode(), trustees_of(board.key).raw(), board.credentials.encode()
    )
    yield raw
    for kind, data in board.events.values_list("kind", "data").iterator():
        raw, head = append(head, kind, *(part.encode() for part in (data.split("\n") if data else ())))
        yield raw


def tracker_of(event: BoardEvent) -> str:
    """What the voter looks for on the board: SHA-256 of the ballot, in Base64 without padding."""
    return fingerprint(event.data.encode())


def answers(board: Board, result: BoardEvent) -> list[tuple[str, list[tuple[str, int]]]]:
    """The opened sums in words: each question with how often each of its answers was given."""
    rows = json.loads(result.data)["result"]
    questions = election_of(board).questions
    return [
        (question.text, list(zip(question.answers, row, strict=True)))
        for question, row in zip(questions, rows, strict=True)
    ]


def strong_proofs(board: Board) -> dict[str, str]:
    """The strong proofs beside the archive, by the trustee's number."""
    return {str(row.owner): row.strong for row in board.parts.filter(wrong=False) if row.strong}
