"""Elections of a body: what is to be filled, what is under way; one election from nomination to result."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from weft.federation.elections import papers_decide
from weft_site.ballots.models import Ballot, Board
from weft_site.ballots.services import terms_of
from weft_site.drawings.tally import CandidateMark, candidate_bars, reached_bar
from weft_site.federation import facts, overview
from weft_site.federation.counted import METHODS, told
from weft_site.federation.electing import Electors, electors_of, may_act
from weft_site.federation.forms_seats import OpenForm, StandForm
from weft_site.federation.models import Constituency, Election, Membership, Term
from weft_site.federation.seat_facts import places_of
from weft_site.federation.services import elections as services
from weft_site.federation.services import tellers, turns
from weft_site.federation.views.acts import LISTED, act_on, find, key, sees_inside
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs
from weft_site.federation.views.contests import contest_context
from weft_site.people.models import Person

FOUND = 20
STANDING, OPENING = {"nominate", "accept"}, {"open"}


@require_GET
def elections(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """What this body fills, what is vacant, what is being elected, and what was."""
    page = body_page(request, slug, ref)
    rows = (
        Election.objects.filter(Q(body=page.body) | Q(constituency__senders=page.body))
        .select_related("body", "constituency")
        .prefetch_related("constituency__senders")
        .order_by("-called_at", "-pk")
        .distinct()
    )
    person = request.user if request.user.is_authenticated else None
    return render(
        request,
        "federation/elections.html",
        page.context(
            tabs=body_tabs(page, "elections"),
            places=places_of(page.body, page.now),
            page=Paginator(rows, LISTED).get_page(request.GET.get("page")),
            may_call=page.can["election_call"] and person is not None,
            may_draw=page.can["draw_call"] and person is not None,
            may_rotate=page.can["office_rotate"] and person is not None,
        ),
    )


@login_required
@require_POST
def call(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Call an election for an office of this body, or for a constituency through which it elects."""
    page = body_page(request, slug, ref)
    office, chosen = request.POST.get("office", ""), request.POST.get("constituency", "")
    upper, constituency = page.body, None
    if chosen:
        rows = Constituency.objects.filter(senders=page.body, ref=chosen[:40]).select_related("body")
        constituency = rows.first()
        if constituency is None:
            raise Http404
        upper = constituency.body
    made = services.call_election(
        actor=request.user,
        now=page.now,
        key=key(request),
        body_id=upper.pk,
        constituency_id=constituency.pk if constituency else None,
        office=office if constituency is None else "",
    )
    messages.success(request, _("The election is called. Candidates can be proposed."))
    return redirect("election", slug, upper.ref, made)


@login_required
@require_POST
def pass_on(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Pass an office of this body on to the next in turn."""
    page = body_page(request, slug, ref)
    office = request.POST.get("office", "")[:40]
    turns.rotate(actor=request.user, now=page.now, key=key(request), body_id=page.body.pk, office=office)
    messages.success(request, _("The office has passed to the next in turn."))
    return redirect("elections", slug, ref)


@require_GET
def election(request: HttpRequest, slug: str, ref: str, election: str) -> HttpResponse:
    """One election: who stands, the vote, the count, the result."""
    row, page, electors = open_page(request, slug, ref, election)
    return show(request, row, page, electors)


def _form(request: HttpRequest, page: Page, electors: Electors, act: str):
    """What was typed for an act that asks for something; None for one that does not."""
    if act in STANDING:
        return StandForm(request.POST, quotas=electors.elect.quotas)
    return OpenForm(request.POST, longest=page.law.procedure.longest_vote_days) if act in OPENING else None


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, election: str, act: str) -> HttpResponse:
    """Whatever one does on the page of an election; each is one service."""
    row, page, electors = open_page(request, slug, ref, election)
    form = _form(request, page, electors, act)
    if act == "nominate" and request.POST.get("person"):
        form = None
    common = {"actor": request.user, "now": page.now, "key": key(request), "election_id": row.pk}

    def nominate() -> str:
        if form is None:
            services.nominate(**common, person_id=_whom(request))
            return _("Proposed. Whoever you named is asked.")
        services.nominate(**common, person_id=request.user.pk, **form.cleaned_data)
        return _("You stand.")

    def accept() -> str:
        services.accept(**common, **form.cleaned_data)
        return _("You stand.")

    def withdraw() -> str:
        services.withdraw(**common)
        return _("You do not stand.")

    def open_vote() -> str:
        services.open_election(**common, days=form.cleaned_data["days"])
        return _("The vote is open.")

    def close() -> str:
        services.close_election(**common)
        return _("The result is declared.")

    def annul() -> str:
        services.annul_election(**common)
        return _("The election is taken back.")

    acts = {
        "nominate": nominate,
        "accept": accept,
        "withdraw": withdraw,
        "open": open_vote,
        "close": close,
        "annul": annul,
    }
    return act_on(
        request,
        acts,
        act,
        form=form,
        onward=lambda: ("election", slug, ref, row.ref),
        again=lambda refused: show(request, row, page, electors, refused=refused),
    )


def _whom(request: HttpRequest) -> int:
    text = request.POST.get("person", "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def open_page(request: HttpRequest, slug: str, ref: str, election: str) -> tuple[Election, Page, Electors]:
    """The election in the address, the page of its body as this reader may see it, and who elects."""
    rows = Election.objects.select_related("constituency", "ballot", "runoff_of")
    row = find(rows, slug, ref, "body", ref=election)
    page = body_page(request, slug, ref, constituency=row.constituency)
    row.body = page.body
    return row, page, electors_of(page.body, row.constituency, row.office)


def show(request: HttpRequest, row: Election, page: Page, electors: Electors, *, refused=None) -> HttpResponse:
    """The page of an election; refused: a form that was not accepted, shown again with what was typed."""
    person = request.user if request.user.is_authenticated else None
    inside = sees_inside(request, page, electors)
    candidates = list(
        row.candidacies.select_related("person").prefetch_related("questions").order_by("withdrawn_at", "pk")
    )
    mine = next((c for c in candidates if person and c.person_id == person.pk and not c.withdrawn_at), None)
    waiting = row.state == Election.State.NOMINATIONS
    context = page.context(
        election=row,
        ballot=row.ballot,
        electors=electors,
        method=METHODS["plurality" if row.runoff_of_id else row.ballot.method if row.ballot else electors.elect.method],
        office=None if row.constituency_id else facts.office_rule(page.body, row.office),
        seat_rule=facts.seat_rule(row.constituency) if row.constituency_id else None,
        candidates=[c for c in candidates if not c.withdrawn_at] if inside else [],
        inside=inside,
        mine=mine,
        waiting=waiting,
        voting=row.state == Election.State.VOTING,
        runoffs=list(row.runoffs.all()),
        may_open=waiting and may_act(person, electors, "election.open", page.now),
        may_close=row.ballot is not None and _may_close(person, electors, row.ballot, page),
        may_count=row.ballot is not None and may_act(person, electors, "ballot.count", page.now),
        may_stand=waiting and page.standing.elector and not row.runoff_of_id and mine is None,
        by_name=row.ballot is not None and row.ballot.way == Ballot.Way.OPEN,
        on_roll=_on_roll(row, person),
        stand_form=refused if isinstance(refused, StandForm) else StandForm(quotas=electors.elect.quotas),
        open_form=refused if isinstance(refused, OpenForm) else OpenForm(longest=page.law.procedure.longest_vote_days),
        found=_search(request, electors, page) if waiting and page.standing.elector else [],
        asked=request.GET.get("q", "")[:80],
        **contest_context(request, row, page, electors, inside=inside, mine=mine, refused=refused),
        **_counted(row, electors, page),
        **_result(row, page, inside=inside),
    )
    return render(request, "federation/election.html", context, status=409 if refused else 200)


def _may_close(person: Person | None, electors: Electors, ballot: Ballot, page: Page) -> bool:
    if ballot.closed_at is not None or ballot.way not in {Ballot.Way.OPEN, Ballot.Way.SECRET}:
        return False
    if ballot.way == Ballot.Way.SECRET and ballot.board.state != Board.State.VOTING:
        return False
    if ballot.closes_at is not None and ballot.closes_at <= page.now:
        return page.standing.elector
    return may_act(person, electors, "election.close", page.now)


def _on_roll(row: Election, person: Person | None):
    if row.ballot is None or person is None:
        return None
    return row.ballot.roll.filter(person=person).first()


def _counted(row: Election, electors: Electors, page: Page) -> dict[str, object]:
    """How far the vote or the tellers are; no number of a vote that is still open, and no teller's numbers."""
    ballot = row.ballot
    if ballot is None or ballot.closed_at is not None:
        return {"turnout": None, "entered": 0, "tellers": []}
    if ballot.way == Ballot.Way.OPEN:
        return {"turnout": ballot.votes.count(), "entered": 0, "tellers": []}
    return {
        "turnout": None,
        "entered": ballot.teller_counts.count(),
        "tellers": tellers.tellers_of(electors, page.now),
    }


def _result(row: Election, page: Page, *, inside: bool) -> dict[str, object]:
    """What the count found. Outside, those who were not elected stay without a name: they hold no seat.

    After a secret vote on devices they have one: it stands in the file, which is everybody's.
    """
    ballot = row.ballot
    if ballot is None or ballot.result is None:
        return {"result": None}
    if ballot.result.get("unopened"):
        return {"result": None, "unopened": True}
    result, names = ballot.result, dict(ballot.names)
    if not inside and ballot.way != Ballot.Way.SECRET:
        others = [ref for ref, *_votes in result["lines"] if ref not in result["elected"]]
        names |= {ref: _("Candidate %(number)s") % {"number": number} for number, ref in enumerate(others, start=1)}
    marks = [
        CandidateMark(names.get(ref, ref), yes, ref in result["elected"], no, abstain)
        for ref, yes, no, abstain in result["lines"]
    ]
    quorum, count = result["quorum"], told(result, names)
    return {
        "result": result,
        "count": count,
        "bars": candidate_bars(marks, papers=result["papers"]) if marks and count.bars else None,
        "taking_part": reached_bar(count=quorum["present"], needed=quorum["needed"], total=quorum["entitled"]),
        "elected": [names.get(ref, ref) for ref in result["elected"]],
        "alternates": [names.get(ref, ref) for ref in result["alternates"]],
        "counts_back": papers_decide(terms_of(ballot), result["alternates"], follows_seats=ballot.follows_seats),
        "passed_over": [names.get(ref, ref) for ref in result["passed_over"]],
        "counted_back": [
            {"vacated": names.get(one["vacated"], one["vacated"]), "elected": names.get(one["elected"], one["elected"])}
            for one in result.get("countback", [])
        ],
        "drawn": [names.get(ref, ref) for ref in result["drawn"]],
        "seats": overview.seat_marks(page.body, page.now) if row.constituency_id else [],
    }


def _search(request: HttpRequest, electors: Electors, page: Page) -> list[Person]:
    """Electors whose name contains what was typed; the first twenty."""
    asked = " ".join(request.GET.get("q", "").split())[:80]
    if len(asked) < 2:
        return []
    if electors.by_seats:
        holding = Term.objects.filter(
            facts.running(page.now), seat__body__in=electors.bodies, seat__constituency__isnull=False
        )
        rows = Person.objects.filter(pk__in=holding.values("person_id"))
    else:
        admitted = Membership.objects.filter(body__in=electors.bodies, status=Membership.Status.ADMITTED)
        rows = Person.objects.filter(pk__in=admitted.values("person_id"))
    return list(rows.filter(name__icontains=asked).order_by("name", "pk")[:FOUND])
