"""What a closed vote brings about: the count of an election becomes terms and alternates, in one entry.

Parts of acts, shared by elections, recalls and mandates; who may close is asked here in one place.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from weft.ballots import Count, QuorumFinding
from weft.ballots.counting.words import to_json
from weft.ballots.papers import count_finding
from weft.errors import RuleBroken
from weft.federation.elections import Declared, QuotaFinding, declare, election_quorum, judge_quotas
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import close_ballot, election_count, lot_of, terms_of, votes_document, whole_papers
from weft_site.federation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.electing import (
    Electors,
    act_in,
    credential_checkers,
    elector_ref,
    electors_document,
    path,
    still_entitled,
)
from weft_site.federation.models import Alternate, Candidacy, Election, Seat, Term
from weft_site.federation.services.seats import (
    check_eligible,
    holders,
    keep_alternates,
    places_up,
    rule_of,
    take_place,
    term_data,
)
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many

log = logging.getLogger("weft.due")


def require_close(acting: Acting, ballot: Ballot, electors: Electors, act: str) -> tuple[str, ...]:
    """May this vote be closed now, and by this actor? Answers how the record names them.

    When its time has run out it closes by itself, or by any elector. Before, an officer closes it: one without
    a set end, or when everybody on the roll has voted. A count by tellers needs both, whoever closes.
    """
    by_name = ballot.way == Ballot.Way.OPEN
    over = by_name and ballot.closes_at is not None and ballot.closes_at <= acting.now
    if acting.actor is None and over:
        return ()
    if over:
        return elector_ref(acting, electors, "ballot.close_due")
    by = act_in(acting, electors, act)
    if by_name and ballot.closes_at is not None and ballot.votes.count() < ballot.entitled:
        raise RuleBroken("ballot.still_open", closes=ballot.closes_at.isoformat(), entitled=ballot.entitled)
    return by


def fallen(ballot: Ballot, electors: Electors, acting: Acting) -> Callable[[str], bool] | None:
    """The question that `valid_votes` asks on a roll of seats; None on a members' roll, which stays frozen."""
    return still_entitled(ballot, electors.bodies, acting.now) if ballot.follows_seats else None


@dataclass(slots=True)
class Outcome:
    """Everything an election's close found, before it is written."""

    count: Count
    quorum: QuorumFinding
    declared: Declared
    candidates: Mapping[str, Candidacy]
    unable: Mapping[str, str]


def declare_result(
    acting: Acting, election: Election, electors: Electors, ballot: Ballot, *, by: tuple[str, ...]
) -> None:
    """Count, fill the places, keep the alternates, close the ballot, record; or call the run-off."""
    found = _judge(acting, election, electors, ballot)
    document = electors_document(acting, electors, "votes", votes_document(ballot), of_election=True)
    terms = _fill(acting, electors, found, election.ref) if found.declared.elected else []
    quotas = judge_quotas(facts.rule_of_body(electors.body).quotas, _declared_attributes(electors, acting))
    finding = _result(found, terms, quotas)
    result = {**count_data(found.count), **finding, "how": to_json(found.count, {})}
    close_ballot(ballot, result=result, now=acting.now)
    election.state = Election.State.DECLARED if terms else Election.State.FAILED
    election.declared_index = acting.index
    election.save(update_fields=["state", "declared_index"])
    acting.record(
        "federation.elected" if terms else "federation.election_failed",
        by=by,
        data={
            "election": election.ref,
            **electors.data(),
            "ballot": ballot.ref,
            "places": election.places,
            **count_data(found.count),
            "seed": ballot.lot_seed,
            "terms": [term_data(electors, term) for term in terms],
            "alternates": list(found.declared.alternates),
        },
        finding=finding,
        documents={"votes": document},
    )
    if found.declared.runoff:
        call_runoff(acting, election, electors, found)
    _tell(acting, election, terms)


def _judge(acting: Acting, election: Election, electors: Electors, ballot: Ballot) -> Outcome:
    still = fallen(ballot, electors, acting)
    count = election_count(ballot, still_entitled=still)
    entitled = ballot.entitled if electors.constituency else facts.entitled_for_quorum(electors.body, acting.now)
    quorum = election_quorum(acting.charter, electors.rule, papers=count.papers, entitled=max(entitled, count.papers))
    rows = election.candidacies.select_related("person", "membership")
    candidates = {row.membership.ref: row for row in rows if row.membership.ref in ballot.options}
    unable = _unable(electors, candidates, acting) if quorum.met else {}
    eligible = candidates.keys() - unable.keys()
    rule = rule_of(electors)
    wanted = rule.alternates * count.places if electors.constituency else rule.deputies
    terms = terms_of(ballot)
    ask = bool(unable) and terms.counts_back
    named = terms.named_by(whole_papers(ballot, still_entitled=still), lot_of(ballot)) if ask else None
    declared = declare(count, eligible=eligible, alternates=wanted, quorate=quorum.met, named=named)
    return Outcome(count, quorum, declared, candidates, unable)


def _unable(electors: Electors, candidates: Mapping[str, Candidacy], acting: Acting) -> dict[str, str]:
    """Who may not take a place at this instant, and by which rule: asked at the close, as weeks may lie between.

    It stands in the entry, because some of it is known of a person only under another reference.
    """
    found = {}
    for ref, row in candidates.items():
        try:
            if check_eligible(electors, row.person, acting.now).ref != ref:
                found[ref] = "candidate.elector"
        except RuleBroken as refusal:
            found[ref] = refusal.rule
    return found


def _fill(acting: Acting, electors: Electors, found: Outcome, election: str) -> list[Term]:
    """Terms for the elected: who already sits on a place that is up keeps it, the rest take vacant ones first."""
    up = places_up(electors, acting.now)
    elected = [found.candidates[ref] for ref in found.declared.elected]
    held = {term.person_id: seat_id for seat_id, term in holders(up, acting.now).items()}
    seats = {seat.pk: seat for seat in up}
    chosen: dict[int, Seat] = {}
    for row in elected:
        if row.person_id in held:
            chosen[row.pk] = seats.pop(held[row.person_id])
    for row in elected:
        if row.pk not in chosen and seats:
            chosen[row.pk] = seats.pop(next(iter(seats)))
    terms = [
        take_place(
            acting,
            electors,
            chosen[row.pk],
            membership=row.membership,
            name=row.name,
            number=number,
            by_election=election,
        )
        for number, row in enumerate((row for row in elected if row.pk in chosen), start=1)
    ]
    mine = Alternate.objects.filter(
        body=electors.body, constituency=electors.constituency, office=electors.office, used_at__isnull=True
    )
    mine.filter(person__in=[term.person_id for term in terms]).update(used_at=acting.now)
    waiting = [row for row in elected if row.pk not in chosen]
    waiting += [found.candidates[ref] for ref in found.declared.alternates]
    ends = terms[0].ends_at if terms else None
    keep_alternates(electors, [(row.membership, row.name) for row in waiting], ends, by_election=election)
    return terms


def _declared_attributes(electors: Electors, acting: Acting) -> list[Sequence[str]]:
    """What the holders of the body's filled delegates' seats declared of themselves, one list a seat."""
    rows = facts.terms(electors.body, acting.now).select_related(None).values_list("membership__declared", flat=True)
    return list(rows)


def count_data(count: Count) -> dict[str, object]:
    """A count in plain values: the method, the papers, each candidate's line [reference, yes, no, abstained].

    order: whom the count gave the places, and who stood next.
    """
    return {
        "method": count.method,
        "papers": count.papers,
        "lines": [[line.candidate, line.yes, line.no, line.abstain] for line in count.lines],
        "order": [list(count.elected), list(count.runners_up)],
    }


def _result(found: Outcome, terms: Sequence[Term], quotas: Sequence[QuotaFinding]) -> dict[str, object]:
    declared = found.declared
    credential = terms[0].credential if terms else ""
    return {
        "elected": [term.membership.ref for term in terms],
        "alternates": list(declared.alternates),
        "passed_over": list(declared.passed_over),
        "unable": dict(sorted(found.unable.items())),
        **({"countback": [asdict(one) for one in declared.counted_back]} if declared.counted_back else {}),
        "drawn": list(found.count.drawn),
        "runoff": list(declared.runoff),
        **count_finding(found.count),
        "vacant": found.count.places - len(terms),
        "quorum": asdict(found.quorum),
        "quotas": [asdict(quota) for quota in quotas],
        "credentials": {"pending": "commission", "confirmed": "record"}.get(credential, ""),
    }


def call_runoff(acting: Acting, election: Election, electors: Electors, found: Outcome) -> None:
    """Nobody has more than half: a new election between the two first, by an entry of its own."""
    again = Election.objects.create(
        body=election.body,
        constituency=election.constituency,
        office=election.office,
        ref=f"e{acting.index}",
        places=1,
        called_at=acting.now,
        votes_from=acting.now,
        runoff_of=election,
    )
    for ref in found.declared.runoff:
        row = found.candidates[ref]
        Candidacy.objects.create(
            election=again,
            person=row.person,
            membership=row.membership,
            nominated_by=row.nominated_by,
            name=row.name,
            statement=row.statement,
            declared=row.declared,
            accepted_at=acting.now,
        )
    record_call(acting, again, electors, ())


def record_call(acting: Acting, election: Election, electors: Electors, by: tuple[str, ...]) -> None:
    runoff = election.runoff_of
    between = [row.membership.ref for row in election.candidacies.select_related("membership").order_by("pk")]
    acting.record(
        "federation.election_called",
        by=by,
        data={
            "election": election.ref,
            **electors.data(),
            "places": election.places,
            "method": "plurality" if runoff else electors.elect.method,
            "votes_from": election.votes_from.isoformat(),
            **({"runoff_of": runoff.ref, "candidates": between} if runoff else {}),
        },
    )


def _tell(acting: Acting, election: Election, terms: Sequence[Term]) -> None:
    place = path(acting.body, "elections", election.ref)
    people = [term.person for term in terms]
    elected = gettext_noop("An election in which you stood has ended. A task is yours now.")
    notify_many(people, "election.elected", sentence=elected, values={}, path=place, now=acting.now)
    if any(term.credential == Term.Credential.PENDING for term in terms):
        checkers = Person.objects.filter(pk__in=credential_checkers(acting.body, acting.now))
        waiting = gettext_noop("Credentials wait to be checked.")
        notify_many(checkers, "credential.pending", sentence=waiting, values={}, path=place, now=acting.now)


def each(rows: QuerySet, act: Callable[[int], object]) -> int:
    """Do a due act for each row, on its own: one that is refused does not hold up the rest. Counts those done."""
    done = 0
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        try:
            act(pk)
        except RuleBroken as refusal:
            log.info("due act refused: %s", refusal.rule)
        else:
            done += 1
    return done
