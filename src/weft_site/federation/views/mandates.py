"""Mandates: what a body tells its delegates, and one mandate from proposal to withdrawal."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot
from weft_site.drawings.tally import reached_bar
from weft_site.federation import facts
from weft_site.federation.electing import Electors, electors_of, may_act
from weft_site.federation.forms_seats import MandateForm, refuse
from weft_site.federation.models import Constituency, Mandate, Term
from weft_site.federation.seat_facts import reports_due_to
from weft_site.federation.services import mandates as services
from weft_site.federation.views.acts import LISTED, act_on, find, key, sees_inside
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs


@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """What this body has told its delegates, what is proposed, and the reports they owe."""
    page = body_page(request, slug, ref)
    own = _constituencies(page)
    may_propose = request.user.is_authenticated and _is_elector(page) and bool(own)
    form = MandateForm(request.POST or None, constituencies=own) if may_propose else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            return _propose(request, slug, page, form, own)
        except RuleBroken as refusal:
            refuse(form, refusal)
    elif request.method == "POST" and form is None:
        raise RuleBroken("standing.elector", act="mandate.propose")
    rows = Mandate.objects.filter(constituency__in=Constituency.objects.filter(senders=page.body))
    rows = rows.select_related("constituency__body", "ballot", "withdrawal").order_by("-pk")
    context = page.context(
        tabs=body_tabs(page, "mandates"),
        form=form,
        own=own,
        page=Paginator(rows, LISTED).get_page(request.GET.get("page")),
        due=reports_due_to(page.body, page.now),
    )
    return render(request, "federation/mandates.html", context, status=409 if form is not None and form.errors else 200)


def _constituencies(page: Page) -> list[Constituency]:
    """Those through which this body elects delegates whom it may instruct."""
    rows = Constituency.objects.filter(senders=page.body, ended_at__isnull=True).select_related("body").order_by("pk")
    found = list(rows)
    for row in found:
        row.body.federation = page.federation
    return [row for row in found if facts.seat_rule(row).mandate != "none"]


def _is_elector(page: Page) -> bool:
    return page.standing.member or bool(page.standing.seat)


def _propose(request: HttpRequest, slug: str, page: Page, form: MandateForm, own: list[Constituency]) -> HttpResponse:
    fields = form.cleaned_data
    constituency = next(row for row in own if row.pk == fields["constituency"])
    made = services.propose_mandate(
        actor=request.user,
        now=page.now,
        key=key(request),
        constituency_id=constituency.pk,
        matter=fields["matter"],
        text=fields["text"],
        position=fields["position"],
    )
    return redirect("mandate", slug, constituency.body.ref, made)


@require_GET
def mandate(request: HttpRequest, slug: str, ref: str, mandate: str) -> HttpResponse:
    """One mandate: what it says, whether it stands, how the electors voted."""
    row, page, electors = _open(request, slug, ref, mandate)
    return _show(request, row, page, electors)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, mandate: str, act: str) -> HttpResponse:
    """Put it to the electors, or close their vote."""
    row, page, electors = _open(request, slug, ref, mandate)
    common = {"actor": request.user, "now": page.now, "key": key(request), "mandate_id": row.pk}

    def open_vote() -> str:
        services.open_mandate(**common)
        return _("The vote is open.")

    def close() -> str:
        services.close_mandate(**common)
        return _("The vote is closed and decided.")

    return act_on(
        request,
        {"open": open_vote, "close": close},
        act,
        form=None,
        onward=lambda: ("mandate", slug, ref, row.ref),
        again=lambda _refused: _show(request, row, page, electors),
    )


def _open(request: HttpRequest, slug: str, ref: str, mandate: str) -> tuple[Mandate, Page, Electors]:
    rows = Mandate.objects.select_related("constituency", "ballot", "withdrawal")
    row = find(rows, slug, ref, "constituency__body", ref=mandate)
    page = body_page(request, slug, ref, constituency=row.constituency)
    return row, page, electors_of(page.body, row.constituency)


def _show(request: HttpRequest, row: Mandate, page: Page, electors: Electors) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    running = next((b for b in (row.ballot, row.withdrawal) if b is not None and b.closed_at is None), None)
    over = running is not None and running.closes_at <= page.now
    puts = running is None and row.state in (Mandate.State.PROPOSED, Mandate.State.GIVEN)
    delegates = Term.objects.filter(facts.running(page.now), seat__constituency=row.constituency)
    context = page.context(
        mandate=row,
        electors=electors,
        inside=sees_inside(request, page, electors),
        running=running,
        withdrawing=running is not None and running == row.withdrawal,
        decided=[_decided(b) for b in (row.ballot, row.withdrawal) if b is not None and b.closed_at is not None],
        turnout=running.votes.count() if running else None,
        on_roll=running.roll.filter(person=person).exists() if running and person else False,
        may_put=puts and may_act(person, electors, "mandate.open", page.now),
        may_close=over and page.standing.elector,
        delegates=list(delegates.select_related("seat").order_by("seat__number")),
    )
    return render(request, "federation/mandate.html", context)


def _decided(ballot: Ballot) -> dict[str, object]:
    quorum = ballot.result["quorum"]
    return {
        "verdict": ballot.result["verdict"],
        "taking_part": reached_bar(count=quorum["present"], needed=quorum["needed"], total=quorum["entitled"]),
    }
