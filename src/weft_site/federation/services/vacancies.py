"""Whom the papers of a vacated place name among the alternates: the countback, where the election's rule has one.

Part of `seats.step_up`. Whoever replays the record counts back by the same papers, which the entry names again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from weft.ballots.papers import stages_hash
from weft.federation.elections import papers_decide
from weft.record import Entry as Leaf
from weft_site.ballots.services import lot_of, terms_of, whole_papers
from weft_site.federation.electing import Electors
from weft_site.federation.models import Alternate, Election, Term
from weft_site.record.models import Document, Entry


@dataclass(frozen=True, slots=True)
class ByPapers:
    """chosen: who takes the place. finding: what the entry says of it. votes: hash of the papers' document."""

    chosen: Alternate
    finding: dict[str, object]
    votes: str


def by_papers(electors: Electors, ended: Term, able: Sequence[Alternate]) -> ByPapers | None:
    """The alternate named by the papers on which a place rests; None where their order alone decides.

    able: the alternates who may serve now, in their order. Those of another election do not stand on these papers.
    The papers are those that elected whoever first took this place by that election; where that one was counted back at
    the close, those that had elected the one who could no longer serve. Papers that have been erased nobody could count
    again, and the order decides.
    """
    election = (
        Election.objects.select_related("ballot", "body__federation__log")
        .filter(body=electors.body, ref=ended.by_election, ballot__isnull=False)
        .first()
    )
    if election is None:
        return None
    terms = terms_of(election.ballot)
    named = {row.membership.ref: row for row in able if row.by_election == election.ref}
    decide = papers_decide(terms, named, follows_seats=election.ballot.follows_seats)
    votes = _votes(election) if decide else ""
    if not votes:
        return None
    first = ended.seat.terms.filter(by_election=election.ref).select_related("membership").earliest("starts_at", "pk")
    named_at_close = {one["elected"]: one["vacated"] for one in election.ballot.result.get("countback", [])}
    vacated = named_at_close.get(first.membership.ref, first.membership.ref)
    count = terms.count_back(
        whole_papers(election.ballot),
        vacated=vacated,
        available=list(named),
        lot=lot_of(election.ballot),
    )
    if count is None:
        return None
    finding = {"vacated": vacated, "available": list(named), "stages": stages_hash(count)}
    return ByPapers(named[count.elected[0]], finding, votes)


def _votes(election: Election) -> str:
    """The hash of the document with the papers, as the entry of the result names it; "" where it is not kept."""
    entry = Entry.objects.filter(log=election.body.federation.log_id, index=election.declared_index).first()
    digest = Leaf.from_bytes(bytes(entry.leaf)).documents.get("votes", "") if entry else ""
    return digest if Document.objects.filter(log=election.body.federation.log_id, hash=digest).exists() else ""
