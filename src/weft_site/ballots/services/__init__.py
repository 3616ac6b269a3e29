"""Ballots as rows: opening with a frozen roll, votes by name, two tellers' counts, closing.

These are parts of acts, not acts: who may open, vote or count is asked by the domain that owns the question.
Votes are rows without a time. They enter the record together, when the ballot closes.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from django.db import connection

from weft.ballots import (
    Count,
    Tally,
    draw_lots,
    lot_commitment,
    papers_from_sums,
    parts_of,
    roll_hash,
    tally,
    tellers_agree,
)
from weft.ballots.counting import Paper, check_sums
from weft.ballots.counting.marks import POINTS
from weft.ballots.counting.model import Lot
from weft.ballots.papers import WHOLE, Terms, check_papers, marked, papers_agree, papers_document, papers_lot
from weft.charter.model import Quota
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Board, RollEntry, TellerCount, Vote
from weft_site.people.models import Person
from weft_site.record.models import Log

QUESTION = "question"
LARGEST_ID = 2**63 - 1
ANSWERS = ("yes", "no", "abstain")


def open_ballot(
    log: Log,
    *,
    ref: str,
    electorate: str,
    title: str,
    way: str,
    roll: Sequence[tuple[str, int | None, int]],
    now: datetime,
    closes_at: datetime | None = None,
    method: str = QUESTION,
    options: Sequence[str] = ANSWERS,
    names: Mapping[str, str] | None = None,
    places: int = 1,
    choices: int | None = None,
    quotas: Sequence[Quota] = (),
    attributes: Mapping[str, Sequence[str]] | None = None,
    follows_seats: bool = False,
) -> Ballot:
    """Open a ballot with a frozen roll of (voter reference, person id, weight).

    The seed of a possible lot is chosen now and its commitment published with the opening, before anybody
    has voted. Raises ``ballot.nobody`` for an empty roll, ``ballot.closes`` for an end that is not ahead.
    """
    if not roll:
        raise RuleBroken("ballot.nobody")
    if closes_at is not None and closes_at <= now:
        raise RuleBroken("ballot.closes")
    seed = secrets.token_bytes(32)
    ballot = Ballot.objects.create(
        log=log,
        ref=ref,
        electorate=electorate,
        title=title[:300],
        way=way,
        method=method,
        places=places,
        options=list(options),
        names=dict(names or {}),
        choices=choices,
        quotas=[[q.attribute, None if q.share is None else str(q.share), q.at_least] for q in quotas],
        attributes={name: list(declared) for name, declared in (attributes or {}).items()},
        follows_seats=follows_seats,
        entitled=len(roll),
        roll_hash=roll_hash(voter for voter, _, _ in roll),
        lot_seed=seed.hex(),
        lot_commitment=lot_commitment(seed),
        opened_at=now,
        closes_at=closes_at,
    )
    RollEntry.objects.bulk_create(
        (RollEntry(ballot=ballot, voter=voter, person_id=person, weight=weight) for voter, person, weight in roll),
        batch_size=2_000,
    )
    return ballot


def opening(ballot: Ballot) -> dict[str, object]:
    """What the entry that opens a ballot says of it."""
    return {
        "ballot": ballot.ref,
        "way": ballot.way,
        "method": ballot.method,
        "entitled": ballot.entitled,
        "roll": ballot.roll_hash,
        "lot": ballot.lot_commitment,
        "options": len(ballot.options),
    }


def terms_of(ballot: Ballot) -> Terms:
    """What an election's ballot is counted by, as it was settled when the vote opened."""
    quotas = (
        Quota(attribute, None if share is None else Fraction(share), least) for attribute, share, least in ballot.quotas
    )
    return Terms(ballot.method, tuple(ballot.options), ballot.places, ballot.choices, tuple(quotas), ballot.attributes)


def by_papers(ballot: Ballot) -> bool:
    """Whether tellers enter the papers themselves, because sums do not say enough."""
    return ballot.way != Ballot.Way.OPEN and ballot.method in WHOLE


def lock_ballot(ballot_id: int) -> Ballot:
    """Lock a ballot for its closing: votes that came before are in, votes that come after find it closed."""
    return Ballot.objects.select_for_update().get(pk=ballot_id)


def put_vote(
    *,
    ballot_id: int,
    person_id: int,
    choice: object,
    now: datetime,
    judge: Callable[[Ballot, RollEntry], bool] | None = None,
) -> Vote:
    """Write a vote by name, or replace it. Judged on a plain read; written only if the ballot is still open then.

    Needs no transaction of its own: what was read of the ballot and its roll cannot change but by the closing,
    and the one statement that writes waits for that. On SQLite no lock is held while Python thinks.
    judge: asked for the voter's line before writing; returns whether the vote is against a mandate, or refuses.
    Refusals: ``ballot.closed``, ``ballot.way``, ``ballot.not_on_roll``, ``ballot.choice``, ``ballot.split``,
    ``ballot.too_many_marks``.
    """
    ballot, entry = _read_ballot(ballot_id, person_id)
    if ballot.closed_at is not None or (ballot.closes_at is not None and now >= ballot.closes_at):
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    if ballot.way != Ballot.Way.OPEN:
        raise RuleBroken("ballot.way", way=ballot.way)
    if entry is None:
        raise RuleBroken("ballot.not_on_roll", voter="")
    check_choice(ballot, entry.weight, choice)
    against = judge(ballot, entry) if judge else False
    vote = Vote(ballot_id=ballot_id, voter=entry.voter, choice=choice, against_mandate=against)
    if not _write_if_open(vote):
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    return vote


def _read_ballot(ballot_id: int, person_id: int) -> tuple[Ballot, RollEntry | None]:
    """A ballot and this person's line on its roll, in one query."""
    if ballot_id > LARGEST_ID:  # plain SQL cannot be asked for it
        raise RuleBroken("ballot.closed", ballot="")
    ballots, roll = Ballot._meta.db_table, RollEntry._meta.db_table  # noqa: SLF001 - Django has no other name for it
    rows = Ballot.objects.raw(
        "SELECT b.id, b.log_id, b.ref, b.electorate, b.way, b.method, b.places, b.options, b.choices, b.follows_seats,"  # noqa: S608
        " b.closes_at, b.closed_at, r.voter AS line_voter, r.weight AS line_weight"
        f" FROM {ballots} b LEFT JOIN {roll} r ON r.ballot_id = b.id AND r.person_id = %s WHERE b.id = %s",
        [person_id, ballot_id],
    )
    found = next(iter(rows), None)
    if found is None:
        raise RuleBroken("ballot.closed", ballot="")
    if found.line_voter is None:
        return found, None
    line = RollEntry(ballot_id=ballot_id, voter=found.line_voter, person_id=person_id, weight=found.line_weight)
    return found, line


def _write_if_open(vote: Vote) -> bool:
    """Write the vote or replace it, unless the ballot has been closed; in one statement.

    Two phones at once leave one vote. On PostgreSQL a closing that holds the ballot is waited for, and seen: the
    lock reads the ballot anew. On SQLite there is one writer at a time.
    """
    postgresql = connection.vendor == "postgresql"
    choice, lock = ("CAST(%s AS jsonb)", " FOR SHARE") if postgresql else ("%s", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Vote._meta.db_table} (ballot_id, voter, choice, against_mandate)"  # noqa: S608, SLF001
            f" SELECT id, %s, {choice}, %s FROM {Ballot._meta.db_table}"  # noqa: SLF001
            f" WHERE id = %s AND closed_at IS NULL{lock} ON CONFLICT (ballot_id, voter)"
            " DO UPDATE SET choice = excluded.choice, against_mandate = excluded.against_mandate",
            [vote.voter, json.dumps(vote.choice), vote.against_mandate, vote.ballot_id],
        )
        return cursor.rowcount == 1


def check_choice(ballot: Ballot, weight: int, choice: object) -> None:
    """Refuse a choice that this ballot does not offer, before it is written: judged as it will be counted."""
    if ballot.method == QUESTION:
        parts_of(choice, weight)
        return
    Terms(ballot.method, tuple(ballot.options), ballot.places, ballot.choices).check(choice)


def put_count(*, ballot: Ballot, teller: Person, numbers: Mapping[str, int], now: datetime) -> bool:
    """Enter what one teller counted; True once two tellers' numbers are in and equal.

    A teller may correct the own entry while the two differ. Raises ``ballot.way``, ``ballot.closed``,
    ``ballot.count`` for impossible numbers and ``ballot.third_teller``.
    """
    if ballot.way == Ballot.Way.OPEN:
        raise RuleBroken("ballot.way", way=ballot.way)
    if ballot.closed_at is not None:
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    others = list(ballot.teller_counts.exclude(teller=teller))
    if len(others) > 1:
        raise RuleBroken("ballot.third_teller")
    _check_numbers(ballot, numbers)
    TellerCount.objects.update_or_create(
        ballot=ballot, teller=teller, defaults={"numbers": dict(numbers), "entered_at": now}
    )
    return bool(others) and others[0].numbers == dict(numbers)


def count_lines(ballot: Ballot) -> list[str]:
    """The lines a teller fills in: answers of a question or a list, or candidates (with answers, for yes/no).

    Nothing where whole papers are counted: see `services.sheets`.
    """
    if ballot.method == QUESTION:
        return [*ANSWERS]
    if ballot.method in WHOLE:
        return []
    lines = {
        "yes_no": [f"{name}/{answer}" for name in ballot.options for answer in ANSWERS],
        "list": [*ANSWERS],
    }
    return [*lines.get(ballot.method, ballot.options), "papers"]


def _check_numbers(ballot: Ballot, numbers: Mapping[str, int]) -> None:
    entitled = papers_at_most(ballot)
    if ballot.method in WHOLE:
        check_papers(numbers, terms_of(ballot), entitled=entitled)
    elif ballot.method != QUESTION:
        check_sums(
            ballot.method,
            numbers,
            candidates=list(ballot.options),
            places=ballot.places,
            entitled=entitled,
            choices=ballot.choices,
        )
    elif (
        set(numbers) != set(ANSWERS)
        or any(type(number) is not int or number < 0 for number in numbers.values())
        or sum(numbers.values()) > entitled
    ):
        raise RuleBroken("ballot.count", entitled=entitled)


def counted_numbers(ballot: Ballot) -> Mapping[str, int]:
    """The two tellers' agreed numbers, or papers, or what trustees opened of a secret vote on devices.

    Raises ``ballot.tellers_missing``, ``ballot.tellers_differ`` or ``ballot.papers_differ``; ``secret.not_opened``.
    """
    if ballot.way == Ballot.Way.SECRET:
        board = Board.objects.get(ballot=ballot)
        if board.numbers is None:
            raise RuleBroken("secret.not_opened", state=board.state)
        return board.numbers
    return tellers_numbers(ballot)


def tellers_numbers(ballot: Ballot) -> Mapping[str, int]:
    """The two tellers' agreed numbers, or papers.

    Raises ``ballot.tellers_missing``, ``ballot.tellers_differ`` or ``ballot.papers_differ``.
    """
    counts = list(ballot.teller_counts.order_by("pk"))
    if len(counts) < 2:
        raise RuleBroken("ballot.tellers_missing", entered=len(counts), needed=2)
    first, second = (row.numbers for row in counts[:2])
    if ballot.method in WHOLE:
        return papers_agree(first, second)
    each = ballot.choices or 1 if ballot.method in POINTS else 1
    return tellers_agree(first, second, entitled=papers_at_most(ballot), each=each)


def papers_at_most(ballot: Ballot) -> int:
    """How many papers tellers can have: of everybody on the roll, or of those who vote on paper beside devices."""
    return Board.objects.get(ballot=ballot).paper if ballot.way == Ballot.Way.SECRET else ballot.entitled


def question_tally(ballot: Ballot, *, still_entitled: Callable[[str], bool] | None = None) -> Tally:
    """The result of a question: votes by name on the roll, or the tellers' numbers.

    still_entitled: asked for each voter at the close on a roll of seats; a vote whose seat has fallen falls too.
    """
    if ballot.way != Ballot.Way.OPEN:
        numbers = counted_numbers(ballot)
        voted = sum(numbers[answer] for answer in ANSWERS)
        return Tally(yes=numbers["yes"], no=numbers["no"], abstain=numbers["abstain"], voted=voted)
    roll, votes = valid_votes(ballot, still_entitled=still_entitled)
    return tally(roll, votes)


def valid_votes(
    ballot: Ballot, *, still_entitled: Callable[[str], bool] | None = None
) -> tuple[dict[str, int], dict[str, object]]:
    """Roll (voter -> weight) and votes (voter -> choice) that count at this instant."""
    roll = dict(ballot.roll.values_list("voter", "weight"))
    if ballot.follows_seats and still_entitled is not None:
        roll = {voter: weight for voter, weight in roll.items() if still_entitled(voter)}
    votes = {voter: choice for voter, choice in ballot.votes.values_list("voter", "choice") if voter in roll}
    return roll, votes


def election_count(ballot: Ballot, *, still_entitled: Callable[[str], bool] | None = None) -> Count:
    """Count an election by its method; ties are broken by the lot committed at opening.

    The lot's public contribution is the votes themselves, which nobody knew when the seed was chosen.
    still_entitled: as for a question; on a roll of seats a vote by name falls with the seat.
    """
    terms = terms_of(ballot)
    if by_papers(ballot) or ballot.way == Ballot.Way.OPEN:
        papers = whole_papers(ballot, still_entitled=still_entitled)
        return terms.count(papers, lot=lot_of(ballot))
    numbers = counted_numbers(ballot)
    papers = papers_from_sums(ballot.method, numbers, ballot.options)
    return terms.count(papers, given=numbers["papers"], lot=lot_of(ballot))


def whole_papers(
    ballot: Ballot, *, still_entitled: Callable[[str], bool] | None = None
) -> list[tuple[Paper, int]]:  # fmt: skip
    """The papers of an election as the rule counts them, where votes by name or tellers' whole papers say each."""
    if by_papers(ballot):
        terms = terms_of(ballot)
        return [(marked(paper, terms), number) for paper, number in counted_numbers(ballot).items()]
    _, votes = valid_votes(ballot, still_entitled=still_entitled)
    return [(choice, 1) for _, choice in sorted(votes.items())]


def lot_of(ballot: Ballot) -> Lot:
    """How this election's ties are broken, once its votes are known."""
    document, seed, commitment = votes_document(ballot).encode(), bytes.fromhex(ballot.lot_seed), ballot.lot_commitment
    if by_papers(ballot):
        return papers_lot(seed, document, tuple(ballot.options), commitment=commitment)
    return lambda tied: draw_lots(seed, document, tied, commitment=commitment)


def votes_document(ballot: Ballot) -> str:
    """The roll call, or the tellers' sheet or papers, in one fixed form: the document a result names by its hash."""
    head = f"{ballot.ref} {ballot.way} {ballot.method}"
    if by_papers(ballot):
        return papers_document(head, counted_numbers(ballot), terms_of(ballot))
    if ballot.way == Ballot.Way.OPEN:
        lines = [
            f"{voter} {json.dumps(choice, sort_keys=True)}"
            for voter, choice in ballot.votes.order_by("voter").values_list("voter", "choice")
        ]
    else:
        lines = [f"{line} {number}" for line, number in sorted(counted_numbers(ballot).items())]
    return f"{head}\n" + "".join(f"{line}\n" for line in lines)


def close_ballot(ballot: Ballot, *, result: Mapping[str, object], now: datetime) -> None:
    """Close a locked ballot with its result. Raises ``ballot.closed`` if it was closed before."""
    if ballot.closed_at is not None:
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    ballot.closed_at, ballot.result = now, dict(result)
    ballot.save(update_fields=["closed_at", "result"])
    ballot.teller_sheets.all().delete()
