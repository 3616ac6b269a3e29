"""Two tellers count apart. What the other entered is hidden until both are in; only equal numbers close a vote."""

from collections.abc import Mapping
from datetime import datetime

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import put_count
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import Electors, act_in, electors_of
from weft_site.federation.models import Body, Constituency, Election, Recall, Term
from weft_site.federation.services import boards, elections, recalls
from weft_site.people.models import Person
from weft_site.record.acts import formal_act


@formal_act("federation.count_entered")
def enter_count(*, actor: Person, now: datetime, ballot_id: int, numbers: Mapping[str, int]) -> bool:
    """Enter what one teller counted; a teller may correct the own numbers until both agree.

    When the two agree, an election is declared and a recall decided in the same act; a motion waits for whoever
    chairs. Answers whether they agree. Refusals: ``tellers.none`` where nobody has been drawn yet,
    ``standing.office``, and those of `put_count`.
    """
    ballot = Ballot.objects.get(pk=ballot_id)
    electors = electors_of_ballot(ballot)
    acting = begin(electors.body.pk, actor, now)
    if not tellers_of(electors, now):
        raise RuleBroken("tellers.none")
    act_in(acting, electors, "ballot.count")
    ballot = Ballot.objects.select_for_update().get(pk=ballot_id)
    agree = put_count(ballot=ballot, teller=actor, numbers=numbers, now=now)
    if agree:
        _close(acting, ballot)
    return agree


def require_teller(actor: Person, ballot_id: int, now: datetime) -> Ballot:
    """The ballot, for one of its tellers, who types papers; typing is no act yet. Raises ``standing.office``."""
    ballot = Ballot.objects.get(pk=ballot_id)
    if actor.pk not in {term.person_id for term in tellers_of(electors_of_ballot(ballot), now)}:
        raise RuleBroken("standing.office", act="ballot.count", offices="teller")
    return ballot


def _close(acting: Acting, ballot: Ballot) -> None:
    """What an agreed count decides, where that is federation's to declare."""
    refs = [counter_ref(acting, ballot, row.teller) for row in ballot.teller_counts.select_related("teller")]
    by = tuple(ref for ref in refs if ref)
    if election := Election.objects.select_related("constituency", "runoff_of").filter(ballot=ballot).first():
        election.body = acting.body
        found = electors_of(acting.body, election.constituency, election.office)
        if ballot.way == Ballot.Way.SECRET:  # the papers beside the devices; the result waits for the trustees
            elections.not_opened(election, boards.count_papers(acting, ballot, found, by))
        else:
            elections.close_counted(acting, election, found, by)
    elif (
        recall := Recall.objects.select_related("term__seat__constituency", "term__person")
        .filter(ballot=ballot)
        .first()
    ):
        recalls.close_counted(
            acting, recall, electors_of(acting.body, recall.term.seat.constituency, recall.term.seat.office), by
        )


def counter_ref(acting: Acting, ballot: Ballot, teller: Person) -> str:
    for body in electors_of_ballot(ballot).bodies:
        if ref := facts.acting_ref(teller, body, acting.now):
            return ref[0]
    return ""


def electors_of_ballot(ballot: Ballot) -> Electors:
    """Who votes on a ballot, from its electorate's reference: a constituency or a body of that record."""
    rows = Constituency.objects.select_related("body__federation__charter", "body__federation__log")
    found = rows.filter(body__federation__log=ballot.log_id, ref=ballot.electorate).first()
    if found is not None:
        return electors_of(found.body, found)
    bodies = Body.objects.select_related("federation__charter", "federation__log")
    return electors_of(bodies.get(federation__log=ballot.log_id, ref=ballot.electorate), None)


def tellers_of(electors: Electors, now: datetime) -> list[Term]:
    """The tellers who may count for these electors: those of any of the electing bodies."""
    rows = Term.objects.filter(facts.running(now), seat__body__in=electors.bodies, seat__office="teller")
    return list(rows.select_related("person", "seat__body").order_by("pk"))
