"""One recall: the reason, the signatures, the answer, the vote."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from weft_site.ballots.models import Ballot
from weft_site.drawings.tally import reached_bar
from weft_site.federation import facts
from weft_site.federation.electing import Electors, electors_of_seat, may_act
from weft_site.federation.forms_seats import AnswerForm
from weft_site.federation.models import Recall
from weft_site.federation.services import recalls as services
from weft_site.federation.views.acts import act_on, find, key, sees_inside
from weft_site.federation.views.base import Page, body_page


@require_GET
def recall(request: HttpRequest, slug: str, ref: str, recall: str) -> HttpResponse:
    """Where a recall stands, and what the reader can do about it."""
    row, page, electors = _open(request, slug, ref, recall)
    return _show(request, row, page, electors)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, recall: str, act: str) -> HttpResponse:
    """Sign, answer, open the vote, close it."""
    row, page, electors = _open(request, slug, ref, recall)
    form = AnswerForm(request.POST) if act == "answer" else None
    common = {"actor": request.user, "now": page.now, "key": key(request), "recall_id": row.pk}

    def sign() -> str:
        services.sign_recall(**common)
        return _("You have signed.")

    def answer() -> str:
        services.answer_recall(**common, text=form.cleaned_data["text"])
        return _("Your answer stands with the recall.")

    def open_vote() -> str:
        services.open_recall(**common)
        return _("The vote is open.")

    def close() -> str:
        services.close_recall(**common)
        return _("The vote is closed and decided.")

    return act_on(
        request,
        {"sign": sign, "answer": answer, "open": open_vote, "close": close},
        act,
        form=form,
        onward=lambda: ("recall", slug, ref, row.ref),
        again=lambda refused: _show(request, row, page, electors, refused=refused),
    )


def _open(request: HttpRequest, slug: str, ref: str, recall: str) -> tuple[Recall, Page, Electors]:
    rows = Recall.objects.select_related("term__seat__constituency", "term__person", "ballot")
    row = find(rows, slug, ref, "term__seat__body", ref=recall)
    page = body_page(request, slug, ref, constituency=row.term.seat.constituency)
    return row, page, electors_of_seat(row.term.seat, page.body)


def _show(request: HttpRequest, row: Recall, page: Page, electors: Electors, *, refused=None) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    rule = facts.recall_rule(row.term.seat)
    ballot = row.ballot
    is_open = ballot is not None and ballot.closed_at is None
    by_name = ballot is not None and ballot.way == Ballot.Way.OPEN
    over = is_open and by_name and ballot.closes_at is not None and ballot.closes_at <= page.now
    holds = facts.holds(row.term, page.now)
    signing = row.state == Recall.State.SIGNATURES
    electing = page.standing.elector
    signed = person is not None and row.signatures.filter(membership__person=person).exists()
    count = ballot.entitled if ballot else facts.count_electors(electors.bodies, page.now)
    context = page.context(
        recall=row,
        term=row.term,
        seat=row.term.seat,
        electors=electors,
        rule=rule,
        ballot=ballot,
        is_open=is_open,
        by_name=by_name,
        holds=holds,
        signatures=reached_bar(count=row.signatures.count(), needed=row.needed, total=count, what="signed"),
        taking_part=_taking_part(ballot),
        signed=signed,
        inside=sees_inside(request, page, electors),
        may_sign=signing and holds and electing and not signed,
        may_answer=person is not None
        and row.term.person_id == person.pk
        and holds
        and not row.answer
        and row.state in services.OPEN_STATES,
        may_open=row.state == Recall.State.NOTICE and electing and row.votes_from <= page.now,
        may_close=over and electing,
        may_count=is_open and not by_name and may_act(person, electors, "ballot.count", page.now),
        on_roll=ballot.roll.filter(person=person).exists() if ballot and person else False,
        turnout=ballot.votes.count() if is_open and by_name else None,
        entered=ballot.teller_counts.count() if is_open and not by_name else 0,
        form=refused or AnswerForm(),
    )
    return render(request, "federation/recall.html", context, status=409 if refused else 200)


def _taking_part(ballot: Ballot | None):
    if ballot is None or ballot.result is None:
        return None
    found = ballot.result
    return reached_bar(count=found["voted"], needed=found["needed"], total=found["electors"])
