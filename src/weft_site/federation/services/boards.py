"""Secret votes on devices: put up with their board, ended, counted together with paper, opened by the trustees.

What a vote decides is declared by the same functions as after a count by tellers, once the sums are open.
Charter: procedure.secret_minimum. The board itself: `weft_site.ballots.services.boards`.
"""

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, Board, TrusteeKey
from weft_site.ballots.services import boards as rows
from weft_site.ballots.services import close_ballot, tellers_numbers
from weft_site.federation.acting import Acting
from weft_site.federation.electing import Electors, act_in, elector_ref
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many

State = Board.State


def put_up(acting: Acting, ballot: Ballot, electors: Electors, key: TrusteeKey, names: list[str]) -> Board:
    """The board of an election that is being opened. names: the candidates', in the ballot's order."""
    return rows.open_board(
        ballot,
        key=key,
        minimum=acting.charter.procedure.secret_minimum,
        names=names,
        choices=electors.elect.choices,
        bound={
            "record": acting.log.origin,
            "body": electors.body.ref,
            "electorate": electors.ref,
            "charter": acting.charter.hash,
        },
        now=acting.now,
    )


def require_end(acting: Acting, ballot: Ballot, electors: Electors, act: str) -> tuple[str, ...]:
    """May devices stop voting now, and by this actor? Answers how the record names them.

    Before its time an officer ends it only where none is set, or once everybody with a credential has voted.
    """
    over = ballot.closes_at is not None and ballot.closes_at <= acting.now
    if over:
        return () if acting.actor is None else elector_ref(acting, electors, "ballot.close_due")
    by = act_in(acting, electors, act)
    if ballot.closes_at is not None:
        board = Board.objects.get(ballot=ballot)
        voted = board.events.filter(kind="Ballot").values("credential").distinct().count()
        if voted < ballot.entitled - board.paper:
            raise RuleBroken("ballot.still_open", closes=ballot.closes_at.isoformat(), entitled=ballot.entitled)
    return by


def end_casting(acting: Acting, ballot: Ballot, electors: Electors, by: tuple[str, ...]) -> Board:
    """Devices stop voting. The sum is made at once, or after the tellers' count where some vote on paper."""
    board = Board.objects.select_for_update().select_related("ballot", "key").get(ballot=ballot)
    rows.end_casting(board)
    acting.record(
        "federation.casting_ended",
        by=by,
        data={"ballot": ballot.ref, **electors.data(), "head": board.head, "on_paper": board.paper},
    )
    if board.state != State.PAPERS:
        _sealed(acting, board, electors, by=())
    return board


def count_papers(acting: Acting, ballot: Ballot, electors: Electors, by: tuple[str, ...]) -> Board:
    """Two tellers agree on the papers beside the devices: they go into the sum, and what was counted is forgotten."""
    board = Board.objects.select_for_update().select_related("ballot", "key").get(ballot=ballot)
    rows.add_papers(board, tellers_numbers(ballot), choices=electors.elect.choices)
    ballot.teller_counts.all().delete()
    _sealed(acting, board, electors, by=by)
    return board


def _sealed(acting: Acting, board: Board, electors: Electors, *, by: tuple[str, ...]) -> None:
    opened = board.state == State.OPENING
    acting.record(
        "federation.ballot_sealed" if opened else "federation.ballot_unopened",
        by=by,
        data={
            "ballot": board.ballot.ref,
            **electors.data(),
            "voters": board.voters,
            "minimum": rows.election_of(board).weft["minimum"],
            "head": board.head,
        },
    )
    if not opened:
        close_ballot(board.ballot, result={"unopened": True, "voters": board.voters}, now=acting.now)
        return
    trustees = Person.objects.filter(pk__in=board.key.holders.values_list("person_id", flat=True))
    notify_many(
        trustees,
        "ballot.to_open",
        sentence=gettext_noop("A secret vote has ended. You are one of those who open its sum together."),
        values={},
        path=f"/vote/{board.ballot_id}/open/",
        now=acting.now,
    )


def give_part(board: Board, actor: Person, *, part: str, strong: str) -> tuple[str, ...] | None:
    """Keep a trustee's part; answers the references of those whose parts opened it, None while too few are there.

    Refusals: ``key.not_trustee``, and those of `weft_site.ballots.services.boards.put_part`.
    """
    holder = board.key.holders.filter(person=actor).first()
    if holder is None:
        raise RuleBroken("key.not_trustee")
    first, *_owned = part.strip().split("\n")  # belenios-tool prints the part, and on the next line whose it is
    if not rows.put_part(board, holder.number, first.encode(), strong.encode() if strong else None):
        return None
    used = board.parts.filter(wrong=False).values_list("owner", flat=True)
    return tuple(board.key.holders.filter(number__in=used).values_list("holder", flat=True))
