"""The papers a teller types, one after another or from a file, until the own count is entered.

A sheet is seen by its teller alone and is no count yet; it is gone when the ballot is closed. Who may count is asked by
the domain that owns the vote.
"""

from collections import Counter

from django.db import transaction

from weft.ballots.papers import from_file, read_paper
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, TellerSheet
from weft_site.ballots.services import by_papers, terms_of
from weft_site.people.models import Person

MOST_MEGABYTES = 5
KINDS = ("blt", "csv")


def sheet_of(ballot: Ballot, teller: Person) -> list[tuple[str, int]]:
    """What was typed so far, the latest last: paper ("2 1 3", "" is blank) and how many are like it."""
    row = TellerSheet.objects.filter(ballot=ballot, teller=teller).first()
    return [(paper, number) for paper, number in row.papers] if row else []


def papers_of(ballot: Ballot, teller: Person) -> dict[str, int]:
    """The same as a count: paper -> how many. Raises ``ballot.sheet_empty`` before anything was typed."""
    sheet = sheet_of(ballot, teller)
    if not sheet:
        raise RuleBroken("ballot.sheet_empty")
    found: Counter[str] = Counter()
    for paper, number in sheet:
        found[paper] += number
    return dict(found)


@transaction.atomic
def add_papers(*, ballot_id: int, teller: Person, paper: str, number: int = 1) -> int:
    """Type so many papers that say the same; answers how many papers there are now.

    Refusals: those of `read_paper`, ``ballot.count`` for more papers than voters or none, and of a ballot at another
    point ``ballot.way`` and ``ballot.closed``.
    """
    ballot, row = _locked(ballot_id, teller)
    read = read_paper(paper, terms_of(ballot))
    total = sum(count for _paper, count in row.papers) + number
    if number < 1 or total > ballot.entitled:
        raise RuleBroken("ballot.count", entitled=ballot.entitled)
    row.papers = [*row.papers, [read, number]]
    row.save()
    return total


@transaction.atomic
def take_back(*, ballot_id: int, teller: Person) -> None:
    """Take back what was typed last; of an empty sheet nothing."""
    _ballot, row = _locked(ballot_id, teller)
    row.papers = row.papers[:-1]
    row.save()


@transaction.atomic
def add_file(*, ballot_id: int, teller: Person, name: str, content: bytes) -> int:
    """Take the papers of a file in place of what was typed; answers how many there are.

    Refusals: ``ballot.file`` for a file that is too large or of another kind, ``ballot.file_candidates``,
    ``ballot.count``; `PapersInvalid` with every problem of the file.
    """
    ballot, row = _locked(ballot_id, teller)
    kind = name.lower().rpartition(".")[2]
    if kind not in KINDS or len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise RuleBroken("ballot.file", most=MOST_MEGABYTES)
    papers = from_file(content, kind, terms_of(ballot), ballot.names)
    total = sum(papers.values())
    if not 0 < total <= ballot.entitled:
        raise RuleBroken("ballot.count", entitled=ballot.entitled)
    row.papers = sorted([paper, number] for paper, number in papers.items())
    row.save()
    return total


def _locked(ballot_id: int, teller: Person) -> tuple[Ballot, TellerSheet]:
    """The ballot while its papers are counted, and the teller's sheet, locked so that two phones leave one sheet."""
    ballot = Ballot.objects.get(pk=ballot_id)
    if not by_papers(ballot):
        raise RuleBroken("ballot.way", way=ballot.way)
    if ballot.closed_at is not None:
        raise RuleBroken("ballot.closed", ballot=ballot.ref)
    TellerSheet.objects.get_or_create(ballot=ballot, teller=teller)
    return ballot, TellerSheet.objects.select_for_update().get(ballot=ballot, teller=teller)
