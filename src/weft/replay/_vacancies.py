"""A place that fell vacant: who of the alternates stepped up, by their order or by the papers of the place."""

from collections.abc import Sequence

from weft.ballots.papers import stages_hash
from weft.federation.elections import papers_decide
from weft.replay._act import Act
from weft.replay._seats import begin_term, next_alternates
from weft.replay._standing import Electors
from weft.replay._votes import counted_back
from weft.replay.state import Seat, Term


def stepped_up_in_order(act: Act) -> None:
    """Rules 1: the first alternate who still may serves the rest of a term that ended at this instant."""
    _stepped_up(act, by_papers=False)


def stepped_up(act: Act) -> None:
    """Since rules 2: the next alternate who still may, the first or, where the election says more, by the papers."""
    _stepped_up(act, by_papers=True)


def _stepped_up(act: Act, *, by_papers: bool) -> None:
    state, electors = act.state, Electors.named(act)
    act.same("by", act.entry.by, ())
    ended = act.known(state.terms, "after")
    seat = state.seats[ended.seat]
    act.same("seat", act.text("seat"), seat.ref)
    act.holds("after", seat.terms[-1] == ended.ref and ended.ended == act.at, ended.ref, "a term that has just ended")
    able = next_alternates(act, electors)
    order = act.entry.finding.get("order")
    row = next((one for one in able if one.order == order and one.holder == act.text("holder")), None)
    if row is None:
        act.diverge("holder", act.text("holder"), [one.holder for one in able])
    waiting = [one.holder for one in able if one.election == ended.election]
    papers = _by_papers(act, seat, ended, waiting) if by_papers else {}
    if not papers and row is not able[0]:
        act.skip("order", "private")
    row.used = True
    term = begin_term(act, electors, dict(act.data), 1, ends=ended.ends)
    term.election = row.election
    act.finding(order=row.order, credential=term.credential, **papers)


def _by_papers(act: Act, seat: Seat, ended: Term, waiting: Sequence[str]) -> dict[str, object]:
    """The countback of a place that fell vacant, as the finding has it; nothing where the order alone decides.

    waiting: the alternates of the same election who may serve, as far as the record says. Who of them may not for
    another reason, and whether the papers were still kept, only the server knows.
    """
    state = act.state
    election = state.elections.get(ended.election)
    ballot = state.ballots.get(election.ballot) if election else None
    possible = ballot is not None and papers_decide(ballot.terms, waiting, follows_seats=ballot.follows_seats)
    recorded = act.entry.finding.get("countback")
    if recorded is None:
        if possible:
            act.skip("countback", "private")
        return {}
    if not possible or ballot is None or not isinstance(recorded, dict):
        act.diverge("finding.countback", recorded, "none: the order of the alternates decides")
    first = next(term for ref in seat.terms if (term := state.terms[ref]).election == ended.election)
    vacated = election.counted_back.get(first.holder, first.holder) if election else first.holder
    act.same("finding.countback.vacated", recorded.get("vacated"), vacated)
    available = recorded.get("available")
    if (
        not isinstance(available, list)
        or [one for one in waiting if one in available] != available
        or not available[1:]
    ):
        act.diverge("finding.countback.available", available, list(waiting))
    if available != list(waiting):
        act.skip("countback available", "private")
    count = counted_back(act, ballot, vacated=vacated, available=available)
    if count is None:
        act.holds("holder", act.text("holder") in available, act.text("holder"), "one of those available")
        return {"countback": recorded}
    act.same("holder", act.text("holder"), count.elected[0])
    return {"countback": {"vacated": vacated, "available": available, "stages": stages_hash(count)}}


__all__ = ["stepped_up", "stepped_up_in_order"]
