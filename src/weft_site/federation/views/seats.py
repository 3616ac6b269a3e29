"""A seat's whole life: who sits in it, who sent them, what they were told, what they reported, how it changed hands."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from weft_site.drawings import EventMark, timeline
from weft_site.federation import facts
from weft_site.federation.electing import Electors, electors_of_seat
from weft_site.federation.forms_seats import CredentialForm, FractionForm, ReasonForm, ReportForm
from weft_site.federation.models import Alternate, Fraction, FractionMember, Recall, Report, Seat, Term
from weft_site.federation.seat_facts import fractions as fractions_of
from weft_site.federation.seat_facts import reports_due
from weft_site.federation.services import credentials, mandates, recalls, reports
from weft_site.federation.services import fractions as fraction_acts
from weft_site.federation.services import seats as services
from weft_site.federation.views.acts import act_on, find, key, sees_inside
from weft_site.federation.views.base import Page, body_page

REPORTS = 10
FORMS = {"report": ReportForm, "recall": ReasonForm, "credential": CredentialForm}


@require_GET
def seat(request: HttpRequest, slug: str, ref: str, seat: str) -> HttpResponse:
    """One seat or office, from its first holder to today."""
    row, page, electors = _open(request, slug, ref, seat)
    return _show(request, row, page, electors)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, seat: str, act: str) -> HttpResponse:
    """Resign, report, start a recall, decide on credentials: each about the term that the form names."""
    row, page, electors = _open(request, slug, ref, seat)
    made = FORMS.get(act)
    form = made(request.POST) if made else None
    term = find(Term.objects.all(), slug, ref, "seat__body", seat=row, ref=request.POST.get("term", "")[:40])
    common = {"actor": request.user, "now": page.now, "key": key(request), "term_id": term.pk}
    onward = ["seat", slug, ref, row.ref]

    def resign() -> str:
        services.resign(**common)
        return _("You have resigned.")

    def report() -> str:
        reports.give_report(**common, text=form.cleaned_data["text"])
        return _("Your report is in. Your electors are told.")

    def recall() -> str:
        onward[:] = ["recall", slug, ref, recalls.start_recall(**common, reason=form.cleaned_data["reason"])]
        return _("The recall is started, and you have signed.")

    def credential() -> str:
        credentials.decide_credential(**common, **form.cleaned_data)
        return _("Decided.")

    return act_on(
        request,
        {"resign": resign, "report": report, "recall": recall, "credential": credential},
        act,
        form=form,
        onward=lambda: tuple(onward),
        again=lambda refused: _show(request, row, page, electors, refused=refused),
    )


def _open(request: HttpRequest, slug: str, ref: str, seat: str) -> tuple[Seat, Page, Electors]:
    row = find(Seat.objects.select_related("constituency"), slug, ref, "body", ref=seat)
    page = body_page(request, slug, ref, constituency=row.constituency)
    return row, page, electors_of_seat(row, page.body)


def _show(request: HttpRequest, row: Seat, page: Page, electors: Electors, *, refused=None) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    terms = list(row.terms.select_related("person", "fraction__fraction").order_by("starts_at", "pk"))
    current = next((term for term in reversed(terms) if facts.holds(term, page.now)), None)
    if current is not None:
        current.seat = row
    mine = current is not None and person is not None and current.person_id == person.pk
    inside = sees_inside(request, page, electors)
    rule = facts.seat_rule(row.constituency) if row.constituency_id else facts.office_rule(page.body, row.office)
    given = Report.objects.filter(term__seat=row).select_related("term")
    standing_mandates = mandates.in_force([row.constituency_id]) if row.constituency_id else []
    forms = {name: refused if isinstance(refused, made) else made() for name, made in FORMS.items()}
    context = page.context(
        seat=row,
        rule=rule,
        may_group=page.rule.fractions is not None and row.constituency_id is not None,
        fraction=_fraction(current),
        electors=electors,
        inside=inside,
        terms=terms[::-1],
        current=current,
        mine=mine,
        life=_life(terms, page),
        mandates=list(standing_mandates),
        due=reports_due(current, page.now) if current else None,
        reports=Paginator(given, REPORTS).get_page(request.GET.get("page")),
        recall=Recall.objects.filter(term=current, state__in=recalls.OPEN_STATES).first() if current else None,
        alternates=_alternates(electors, page) if row.ended_at is None and inside else [],
        counts_back=electors.elect.counts_back and not electors.by_seats,
        may_recall=current is not None and rule.recall is not None and page.standing.elector,
        may_check=current is not None
        and not mine
        and current.credential == Term.Credential.PENDING
        and credentials.may_check(person, page.body, page.now),
        report_form=forms["report"],
        recall_form=forms["recall"],
        credential_form=forms["credential"],
    )
    return render(request, "federation/seat.html", context, status=409 if refused else 200)


def _fraction(term: Term | None) -> Fraction | None:
    """The fraction that a delegate belongs to; it came with the terms."""
    member = getattr(term, "fraction", None)
    return member.fraction if member is not None and member.fraction.ended_at is None else None


def _alternates(electors: Electors, page: Page) -> list[Alternate]:
    rows = Alternate.objects.filter(
        body=electors.body, constituency=electors.constituency, office=electors.office, used_at__isnull=True
    )
    return [row for row in rows if row.ends_at is None or row.ends_at > page.now]


def _life(terms: list[Term], page: Page):
    """The drawing of a seat's life: each term begins, and ends as it ended."""
    events = []
    for term in terms:
        events.append(EventMark(localtime(term.starts_at).date(), term.name, "filled"))
        ended = term.ended_at or (term.ends_at if term.ends_at and term.ends_at <= page.now else None)
        if ended is not None and term.ended_by != Term.EndedBy.SUCCEEDED:
            how = term.ended_by or Term.EndedBy.EXPIRED
            state = "recalled" if how == Term.EndedBy.RECALLED else "vacant"
            events.append(EventMark(localtime(ended).date(), f"{term.name}: {_how(how)}", state))
    return timeline(events, until=localtime(page.now).date()) if events else None


def _how(ended_by: str) -> str:
    return {
        "resigned": _("resigned"),
        "recalled": _("recalled"),
        "lapsed": _("lapsed"),
        "expired": _("term over"),
        "refused": _("credentials refused"),
        "succeeded": _("succeeded"),
        "annulled": _("election annulled"),
    }[ended_by]


# --- fractions ---------------------------------------------------------------------------------------------------


@require_GET
def fractions(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The fractions of a body, with their members."""
    return _show_fractions(request, body_page(request, slug, ref))


@login_required
@require_POST
def fraction_act(request: HttpRequest, slug: str, ref: str, act: str) -> HttpResponse:
    """Declare, join or leave a fraction."""
    page = body_page(request, slug, ref)
    form = FractionForm(request.POST) if act == "declare" else None
    common = {"actor": request.user, "now": page.now, "key": key(request)}

    def one() -> int:
        rows = Fraction.objects.filter(body=page.body)
        return find(rows, slug, ref, "body", ref=request.POST.get("fraction", "")[:40]).pk

    def declare() -> str:
        fraction_acts.declare_fraction(**common, body_id=page.body.pk, title=form.cleaned_data["title"])
        return _("The fraction is declared.")

    def join() -> str:
        fraction_acts.join_fraction(**common, fraction_id=one())
        return _("You have joined.")

    def leave() -> str:
        fraction_acts.leave_fraction(**common, fraction_id=one())
        return _("You have left.")

    return act_on(
        request,
        {"declare": declare, "join": join, "leave": leave},
        act,
        form=form,
        onward=lambda: ("fractions", slug, ref),
        again=lambda refused: _show_fractions(request, page, refused=refused),
    )


def _show_fractions(request: HttpRequest, page: Page, *, refused=None) -> HttpResponse:
    found = fractions_of(page.body, page.now)
    holding = Term.objects.filter(facts.running(page.now), seat__body=page.body)
    members: dict[int, list[Term]] = {}
    for row in FractionMember.objects.filter(fraction__in=found, term__in=holding).select_related("term__seat"):
        members.setdefault(row.fraction_id, []).append(row.term)
    person = request.user if request.user.is_authenticated else None
    for fraction in found:
        fraction.delegates = members.get(fraction.pk, [])
        fraction.mine = any(person and term.person_id == person.pk for term in fraction.delegates)
    context = page.context(
        fractions=found,
        form=refused or FractionForm(),
        in_one=any(fraction.mine for fraction in found),
        may=page.rule.fractions is not None and page.can["fraction_declare"],
    )
    return render(request, "federation/fractions.html", context, status=409 if refused else 200)
