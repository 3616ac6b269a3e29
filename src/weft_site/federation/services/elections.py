"""Elections of delegates and officers: called, candidates stand, the vote opens, is counted, and fills places.

Charter: seat.elect, office.elect. The electors call, open and close their own election; the places may be in
the body above. Nominations are rows; they enter the record when the vote opens.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_noop

from weft.charter.model import Elect, Office, SeatRule
from weft.errors import RuleBroken
from weft.federation.elections import ballot_way, check_fill, check_notice, election_end, vote_from
from weft_site.ballots.models import Ballot, Board
from weft_site.ballots.services import lock_ballot, open_ballot, opening
from weft_site.ballots.services.boards import opening as board_opening
from weft_site.ballots.services.credentials import any_waiting
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import (
    Electors,
    act_in,
    elector_ref,
    electors_document,
    electors_of,
    path,
    people_of,
)
from weft_site.federation.models import Candidacy, Constituency, Election
from weft_site.federation.services import boards, results
from weft_site.federation.services.keys import key_for
from weft_site.federation.services.seats import check_eligible, places_up, public_name, rule_of
from weft_site.people.models import Person
from weft_site.people.services.notices import notify, notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_text

OPEN_STATES = (Election.State.NOMINATIONS, Election.State.VOTING)
LONGEST_STATEMENT = 4_000


@formal_act("federation.election_called")
def call_election(
    *, actor: Person, now: datetime, body_id: int, constituency_id: int | None = None, office: str = ""
) -> str:
    """Call an election for every place that is vacant or about to be; answers with its reference.

    body_id: where the places are. Either a constituency of that body or one of its offices.
    """
    acting = begin(body_id, actor, now)
    constituency = None if constituency_id is None else _constituency(constituency_id, body_id)
    electors = electors_of(acting.body, constituency, office)
    rule = rule_of(electors)
    by = act_in(acting, electors, "election.call")
    check_fill(rule, "elect")
    running = Election.objects.filter(body=acting.body, constituency=constituency, office=office, state__in=OPEN_STATES)
    if earlier := running.first():
        raise RuleBroken("election.running", election=earlier.ref)
    up = places_up(electors, now)
    if not up:
        raise RuleBroken("election.no_places")
    election = Election.objects.create(
        body=acting.body,
        constituency=constituency,
        office=office,
        ref=f"e{acting.index}",
        places=len(up),
        called_at=now,
        votes_from=vote_from(electors.elect, now),
    )
    results.record_call(acting, election, electors, by)
    notify_many(
        people_of(electors.voters(now)),
        "election.called",
        sentence=gettext_noop("An election has been called. Candidates can be proposed."),
        values={},
        path=path(acting.body, "elections", election.ref),
        now=now,
    )
    return election.ref


def _constituency(constituency_id: int, body_id: int) -> Constituency:
    """The constituency, if it elects to this body now. Raises ``constituency.unknown``."""
    found = Constituency.objects.filter(pk=constituency_id, body_id=body_id, ended_at__isnull=True).first()
    if found is None:
        raise RuleBroken("constituency.unknown")
    return found


@formal_act("federation.nominated")
def nominate(
    *,
    actor: Person,
    now: datetime,
    election_id: int,
    person_id: int,
    name: str = "",
    statement: str = "",
    declared: Sequence[str] = (),
) -> int:
    """Propose oneself or another elector. Who proposes oneself has accepted; another is asked first.

    declared: the attributes under whose quota one stands, by own choice; nothing is taken from the membership.
    """
    acting, election, electors = _begin(election_id, actor, now)
    elector_ref(acting, electors, "election.nominate")
    _require_nominations(election)
    candidate = Person.objects.filter(pk=person_id).first()
    if candidate is None:
        raise RuleBroken("candidate.elector")
    membership = check_eligible(electors, candidate, now)
    own = candidate.pk == actor.pk
    row = Candidacy.objects.filter(election=election, person=candidate).first()
    if row is not None and (row.withdrawn_at is None or not own):
        raise RuleBroken("candidate.twice")
    row = row or Candidacy(election=election, person=candidate)
    row.membership, row.nominated_by = membership, actor
    row.name = public_name(name if own else "", candidate)
    row.statement = clean_text(statement, most=LONGEST_STATEMENT) if own else ""
    row.declared = _declared(electors, declared) if own else []
    row.accepted_at, row.withdrawn_at = (now if own else None), None
    row.save()
    if not own:
        notify(
            candidate,
            "election.nominated",
            sentence=gettext_noop("Somebody has proposed you for an election. Say whether you stand."),
            values={},
            path=path(acting.body, "elections", election.ref),
            now=now,
        )
    return row.pk


@formal_act("federation.candidacy_accepted")
def accept(
    *,
    actor: Person,
    now: datetime,
    election_id: int,
    name: str = "",
    statement: str = "",
    declared: Sequence[str] = (),
) -> int:
    """Accept a nomination, under a public name of one's choice; also to change what one said before the vote."""
    _acting, election, electors = _begin(election_id, actor, now)
    _require_nominations(election)
    row = _own_candidacy(election, actor)
    row.membership = check_eligible(electors, actor, now)
    row.name, row.accepted_at = public_name(name, actor), now
    row.statement = clean_text(statement, most=LONGEST_STATEMENT)
    row.declared = _declared(electors, declared)
    row.save(update_fields=["membership", "name", "statement", "declared", "accepted_at"])
    return row.pk


def _declared(electors: Electors, declared: Sequence[str]) -> list[str]:
    """Attributes in order, each once. Raises ``candidate.attribute`` for one that no quota of this election counts."""
    counted = {quota.attribute for quota in electors.elect.quotas}
    for attribute in declared:
        if attribute not in counted:
            raise RuleBroken("candidate.attribute", attribute=attribute[:60])
    return sorted(set(declared))


@formal_act("federation.candidacy_withdrawn")
def withdraw(*, actor: Person, now: datetime, election_id: int) -> int:
    """Decline a nomination, or stand back before the vote opens."""
    _acting, election, _electors = _begin(election_id, actor, now)
    _require_nominations(election, runoff_too=True)
    row = _own_candidacy(election, actor)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    return row.pk


def _own_candidacy(election: Election, person: Person) -> Candidacy:
    row = Candidacy.objects.filter(election=election, person=person, withdrawn_at__isnull=True).first()
    if row is None:
        raise RuleBroken("candidate.not_proposed")
    return row


@formal_act("federation.election_opened")
def open_election(*, actor: Person, now: datetime, election_id: int, days: int = 0) -> str:
    """Open the vote once the notice is over, with a frozen roll; answers with the ballot's reference.

    days: how long one may vote by name; 0 leaves the end to whoever opened it, as in a hall. Counted and secret
    votes end with the tellers' count.
    """
    acting, election, electors = _begin(election_id, actor, now)
    by = act_in(acting, electors, "election.open")
    if election.state != Election.State.NOMINATIONS:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.NOMINATIONS)
    closes_at = election_end(acting.charter.procedure, now, days=days)
    check_notice(electors.elect, votes_from=election.votes_from, now=now, of=electors.of)
    standing = list(
        Candidacy.objects.filter(election=election, accepted_at__isnull=False, withdrawn_at__isnull=True)
        .select_related("membership")
        .order_by("pk")
    )
    if not standing:
        raise RuleBroken("election.no_candidates")
    election.places = len(places_up(electors, now))
    if not election.places:
        raise RuleBroken("election.no_places")
    election.ballot = _ballot(acting, election, electors, standing, closes_at)
    election.state = Election.State.VOTING
    election.save(update_fields=["places", "ballot", "state"])
    _record_opening(acting, election, electors, standing, by)
    notify_many(
        people_of(electors.voters(now)),
        "election.opened",
        sentence=gettext_noop("A vote is open for you."),
        values={},
        path=path(acting.body, "elections", election.ref),
        now=now,
    )
    return election.ballot.ref


def _ballot(
    acting: Acting, election: Election, electors: Electors, standing: list[Candidacy], closes_at: datetime | None
) -> Ballot:
    roll = [(voter.ref, voter.person_id, voter.weight) for voter in electors.voters(acting.now)]
    key = key_for(electors, acting.now)
    on_devices = key is not None and any_waiting([person for _, person, _ in roll if person])
    elect = Elect() if election.runoff_of_id else electors.elect
    way = ballot_way(electors.elect, electors=len(roll), by_seats=electors.by_seats, key=on_devices)
    counted = {quota.attribute for quota in elect.quotas}
    declared = {row.membership.ref: sorted(counted & set(row.declared)) for row in standing}
    ballot = open_ballot(
        acting.log,
        ref=f"v{acting.index}",
        electorate=electors.ref,
        title=_title(electors, rule_of(electors)),
        way=way,
        roll=roll,
        now=acting.now,
        closes_at=closes_at if way in {Ballot.Way.OPEN, Ballot.Way.SECRET} else None,
        method=elect.method,
        options=[row.membership.ref for row in standing],
        names={row.membership.ref: row.name for row in standing},
        places=election.places,
        choices=elect.choices,
        quotas=elect.quotas,
        attributes={ref: attributes for ref, attributes in declared.items() if attributes},
        follows_seats=electors.by_seats,
    )
    if key is not None and way == Ballot.Way.SECRET:
        boards.put_up(acting, ballot, electors, key, [row.name for row in standing])
    return ballot


def _title(electors: Electors, rule: SeatRule | Office) -> str:
    """The charter's own words for the places, with the body they are in and the councils that send delegates there."""
    words = rule.title or (rule.id if isinstance(rule, Office) else "")
    title = f"{electors.body.title}: {words}" if words else electors.body.title
    return f"{title} ({' + '.join(body.title for body in electors.bodies)})" if electors.constituency else title


def _record_opening(acting, election, electors, standing, by) -> None:
    lines = (f"{row.membership.ref} {row.name}\n{row.statement}\n" for row in standing)
    acting.record(
        "federation.election_opened",
        by=by,
        data={
            "election": election.ref,
            **electors.data(),
            "places": election.places,
            **opening(election.ballot),
            **_on_board(election.ballot),
            "candidates": list(election.ballot.options),
            **({"attributes": election.ballot.attributes} if election.ballot.quotas else {}),
            "closes": election.ballot.closes_at.isoformat() if election.ballot.closes_at else None,
        },
        documents={"candidates": electors_document(acting, electors, "candidates", "".join(lines), of_election=True)},
    )


def _on_board(ballot: Ballot) -> dict[str, object]:
    """What the entry says of a vote on devices besides: which archive it is."""
    return {"board": board_opening(ballot.board)} if ballot.way == Ballot.Way.SECRET else {}


@formal_act("federation.election_closed")
def close_election(*, actor: Person | None, now: datetime, election_id: int) -> str:
    """Close the vote and declare the result; places fill at this instant. Answers with the election's reference.

    actor: an officer of one of the electing bodies; None where the time of the vote has run out by itself. A secret
    vote on devices only ends here: its result is declared when trustees have opened it.
    """
    acting, election, electors = _begin(election_id, actor, now)
    if election.state != Election.State.VOTING:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.VOTING)
    ballot = lock_ballot(election.ballot_id)
    if ballot.way == Ballot.Way.SECRET:
        by = boards.require_end(acting, ballot, electors, "election.close")
        not_opened(election, boards.end_casting(acting, ballot, electors, by))
        return election.ref
    by = results.require_close(acting, ballot, electors, "election.close")
    results.declare_result(acting, election, electors, ballot, by=by)
    return election.ref


def close_counted(acting: Acting, election: Election, electors: Electors, by: tuple[str, ...]) -> str:
    """Two tellers' counts agree: the result is declared by their act."""
    results.declare_result(acting, election, electors, lock_ballot(election.ballot_id), by=by)
    return election.ref


def not_opened(election: Election, board: Board) -> None:
    """Where too few have voted, nobody is elected: the sum would give them away, so it is never opened."""
    if board.state == Board.State.UNOPENED:
        election.state = Election.State.FAILED
        election.save(update_fields=["state"])


@formal_act("federation.part_given")
def give_part(*, actor: Person, now: datetime, election_id: int, part: str, strong: str = "") -> bool:
    """A trustee's part in opening the sum of a secret vote; True when it is open and the result declared.

    part: the partial decryption; strong: the strong proofs beside it, "" from a trustee who used another program.
    """
    acting, election, electors = _begin(election_id, actor, now)
    ballot = lock_ballot(election.ballot_id)
    board = Board.objects.select_for_update().select_related("ballot", "key").get(ballot=ballot)
    by = boards.give_part(board, actor, part=part, strong=strong)
    if by is None:
        return False
    results.declare_result(acting, election, electors, ballot, by=by)
    return True


@formal_act("federation.election_annulled")
def annul_election(*, actor: Person, now: datetime, election_id: int) -> str:
    """Take an election back before its vote has opened. Once people can vote, only their votes end it."""
    acting, election, electors = _begin(election_id, actor, now)
    by = act_in(acting, electors, "election.close")
    if election.state != Election.State.NOMINATIONS:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.NOMINATIONS)
    election.state = Election.State.ANNULLED
    election.save(update_fields=["state"])
    acting.record("federation.election_annulled", by=by, data={"election": election.ref, **electors.data()})
    return election.ref


def _begin(election_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Election, Electors]:
    """Lock first, then read: the election as it stands when this act's turn has come."""
    body_id = Election.objects.values_list("body_id", flat=True).get(pk=election_id)
    acting = begin(body_id, actor, now)
    election = Election.objects.select_related("constituency", "runoff_of").get(pk=election_id)
    election.body = acting.body
    return acting, election, electors_of(acting.body, election.constituency, election.office)


def _require_nominations(election: Election, *, runoff_too: bool = False) -> None:
    if election.state != Election.State.NOMINATIONS:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.NOMINATIONS)
    if election.runoff_of_id and not runoff_too:
        raise RuleBroken("election.runoff")


def due(now: datetime) -> int:
    """Close the elections whose time to vote has run out. Safe to repeat; answers how many were closed."""
    waiting = Election.objects.filter(
        state=Election.State.VOTING, ballot__closed_at__isnull=True, ballot__closes_at__lte=now
    ).filter(Q(ballot__board=None) | Q(ballot__board__state=Board.State.VOTING))
    return results.each(waiting, lambda pk: close_election(actor=None, now=now, election_id=pk))
