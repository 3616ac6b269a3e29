"""Secret votes on devices: the booth, the public board with its files, and the trustees' opening."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from weft_site import clock
from weft_site.ballots.models import Ballot, Board
from weft_site.ballots.services import boards
from weft_site.ballots.services.keys import for_device
from weft_site.deliberation.views.voting import ballot_shown, subject_url
from weft_site.federation.services import elections
from weft_site.federation.services.tellers import electors_of_ballot, tellers_of
from weft_site.federation.views.acts import key as form_key
from weft_site.federation.views.base import new_key
from weft_site.refusals import for_scripts

FEW = 20  # below so many votes the page warns that the sum may tell who voted how
LISTED = 500


def _open(request: HttpRequest, ballot_id: int) -> tuple[Board, dict[str, object]]:
    """The board of a ballot that the reader may see, and what every page of it shows."""
    ballot, subject = ballot_shown(request, ballot_id)
    if ballot.way != Ballot.Way.SECRET:
        raise Http404
    board = Board.objects.select_related("key__log", "ballot").get(ballot=ballot)
    now = clock.now()
    over = board.state != Board.State.VOTING or (ballot.closes_at is not None and now >= ballot.closes_at)
    return board, {
        "board": board,
        "ballot": ballot,
        "body": subject.body,
        "federation": subject.body.federation,
        "federation_name": subject.body.federation.title,
        "page_url": subject_url(subject, ballot),
        "over": over,
        "few": ballot.entitled < FEW,
        "refusals": for_scripts(),
        "now": now,
        "key": new_key(),
    }


@login_required
@require_GET
def booth(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Where a member's device encrypts a ballot. It has all it needs once loaded, and works on without a network."""
    board, context = _open(request, ballot_id)
    line = board.ballot.roll.filter(person=request.user).first()
    context |= {
        "line": line,
        "tellers": tellers_of(electors_of_ballot(board.ballot), context["now"]) if line and line.on_paper else [],
        "questions": boards.election_of(board).questions,
    }
    return render(request, "deliberation/booth.html", context)


@require_GET
def show_board(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """What everybody may check: the list, the ballots, the sum, who opened it; and how to check it without us."""
    board, context = _open(request, ballot_id)
    events = board.events.filter(kind="Ballot").order_by("-height")
    parts = {row.owner: row for row in board.parts.all()}
    holders = list(board.key.holders.all())
    context |= {
        "cast": events.count(),
        "voters": events.values("credential").distinct().count(),
        "trackers": [(event.height, boards.tracker_of(event)) for event in events[:LISTED]],
        "holders": [(one, parts.get(one.number)) for one in holders],
        "mine": next((one for one in holders if one.person_id == getattr(request.user, "pk", None)), None),
        "may_count": request.user.is_authenticated and _is_teller(board, request.user.pk, context["now"]),
        "result": _result(board),
        "credentials": board.ballot.entitled,
        "election": boards.opening(board)["election"],
    }
    return render(request, "deliberation/board.html", context)


def _is_teller(board: Board, person: int, now: datetime) -> bool:
    return person in {term.person_id for term in tellers_of(electors_of_ballot(board.ballot), now)}


def _result(board: Board) -> list[tuple[str, list[tuple[str, int]]]]:
    """The opened sums as the archive has them: question, and how often each answer was given."""
    result = board.events.filter(kind="Result").first()
    return boards.answers(board, result) if result else []


@login_required
@require_http_methods(["GET", "POST"])
def open_sum(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """A trustee's own part in opening the sum: made on the trustee's device after it has checked the whole board."""
    board, context = _open(request, ballot_id)
    mine = board.key.holders.filter(person=request.user).first()
    if mine is None:
        raise Http404
    if request.method == "POST":
        done = elections.give_part(
            actor=request.user,
            now=context["now"],
            key=form_key(request),
            election_id=board.ballot.election.pk,
            part=request.POST.get("part", ""),
            strong=request.POST.get("strong", ""),
        )
        messages.success(request, _("The sum is open.") if done else _("Your part is in. Others are still needed."))
        return redirect("board", ballot_id)
    holders = list(board.key.holders.all())
    given = board.parts.filter(wrong=False)
    context |= {
        "mine": mine,
        "done": given.filter(owner=mine.number).exists(),
        "given": given.count(),
        "needed": board.key.threshold,
        "ceremony": {
            **for_device(board.key, holders, mine.number),
            "minimum": boards.election_of(board).weft["minimum"],
            "head": board.head,
        },
    }
    return render(request, "deliberation/open_sum.html", context)


@require_GET
def election_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """election.json, byte for byte: every ballot hashes exactly this."""
    board, _context = _open(request, ballot_id)
    return HttpResponse(board.election.encode(), content_type="application/json")


@require_GET
def credentials_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The sorted list of public credentials, byte for byte."""
    board, _context = _open(request, ballot_id)
    return HttpResponse(board.credentials.encode(), content_type="application/json")


@require_GET
def archive_file(request: HttpRequest, ballot_id: int) -> StreamingHttpResponse:
    """The whole archive as one file for `weft verify election` and belenios-tool."""
    board, _context = _open(request, ballot_id)
    answer = StreamingHttpResponse(boards.archive(board), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{board.uuid}.bel"'
    return answer


@require_GET
def strong_file(request: HttpRequest, ballot_id: int) -> JsonResponse:
    """The strong proofs beside the archive, by trustee."""
    board, _context = _open(request, ballot_id)
    answer = JsonResponse(boards.strong_proofs(board))
    answer["Content-Disposition"] = f'attachment; filename="{board.uuid}.strong.json"'
    return answer
