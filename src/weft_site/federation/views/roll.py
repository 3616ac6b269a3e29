"""The roll of a body, and one's own membership: who belongs, since when; declare, leave, invite."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from weft.errors import RuleBroken
from weft.federation.membership import quota_attributes
from weft_site.federation import facts, rolls, sheets
from weft_site.federation.forms_members import DeclareForm, InviteForm, NumberForm, sent
from weft_site.federation.forms_seats import refuse
from weft_site.federation.models import Application, Membership, Term
from weft_site.federation.services import imports, members, numbers
from weft_site.federation.views.acts import LISTED, key
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs
from weft_site.people.views.common import invitation_card

CARDS = 12


@require_GET
def roll(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Who belongs. The names are for the body's own people; others see how many there are, and the roll's hash."""
    page = body_page(request, slug, ref)
    if page.body.type not in facts.PEOPLE:
        return _delegates(request, page)
    inside = sees_names(page)
    words = request.GET.get("q", "")[:200].strip() if inside else ""
    context = page.context(
        tabs=body_tabs(page, "roll"),
        inside=inside,
        words=words,
        rows=_listed(request, page, words) if inside else None,
        fingerprint=rolls.roll_fingerprint(page.body),
        gathering=rolls.is_gathering(page.body),
        applications=_applications(page) if inside else [],
        lists=_lists(page) if inside else [],
        needed=page.law.membership.founders,
    )
    return render(request, "federation/roll.html", context)


def sees_names(page: Page) -> bool:
    """Whether the reader may know who belongs: its own members, and whoever serves in it."""
    return page.standing.member or page.standing.suspended or bool(page.standing.offices)


def _listed(request: HttpRequest, page: Page, words: str):
    """One page of the roll, by name, in a fixed number of queries."""
    if words:
        found = Paginator(rolls.find_members(page.body, words), LISTED).get_page(request.GET.get("page"))
        rows = {row.pk: row for row in rolls.roll(page.body).filter(pk__in=found.object_list).select_related("person")}
        found.object_list = [rows[pk] for pk in found.object_list]
        return found
    rows = rolls.roll(page.body).select_related("person").order_by("person__name", "pk")
    listed = Paginator(rows, LISTED)
    return listed.get_page(request.GET.get("page"))


def _applications(page: Page) -> list[Application]:
    """Those who applied alone, newest last; people on lists are shown by list."""
    rows = rolls.applications(page.body).exclude(ref__contains="-")
    return list(rows[:LISTED])


def _lists(page: Page) -> list[dict[str, object]]:
    """The lists that are open, with how many people are on each."""
    found: dict[str, dict[str, object]] = {}
    rows = rolls.applications(page.body).filter(ref__contains="-").select_related(None)
    for ref, state in rows.values_list("ref", "state"):
        name = ref.rpartition("-")[0]
        found.setdefault(name, {"ref": name, "state": state, "people": 0})
        found[name]["people"] += 1
    return list(found.values())


def _delegates(request: HttpRequest, page: Page) -> HttpResponse:
    """In a delegate council those vote who fill a seat; they serve under the public name they chose."""
    rows = facts.terms(page.body, page.now).order_by("name", "pk")
    context = page.context(
        tabs=body_tabs(page, "roll"), terms=Paginator(rows, LISTED).get_page(request.GET.get("page"))
    )
    return render(request, "federation/roll_delegates.html", context)


@login_required
@require_GET
def roll_file(request: HttpRequest, slug: str, ref: str, kind: str) -> HttpResponse:
    """The roll as CSV or XLSX, for the body's own people: every cell safe, the hash at the end."""
    page = body_page(request, slug, ref)
    if page.body.type not in facts.PEOPLE or not sees_names(page):
        raise Http404
    heading = [_("Reference"), _("Name"), _("Since"), _("Status")]
    rows = (
        [ref, name or "", date_format(since, "Y-m-d"), str(Membership.Status(status).label)]
        for ref, name, since, status in rolls.roll(page.body)
        .order_by("person__name", "pk")
        .values_list("ref", "person__name", "since", "status")
    )
    footer = [[_("Roll of %(body)s") % {"body": page.body.title}, date_format(page.now, "Y-m-d H:i") + " UTC"]]
    footer.append([_("SHA-256 of the references of those who vote"), rolls.roll_fingerprint(page.body)])
    if kind == "csv":
        content, type_ = sheets.to_csv(heading, rows, footer), "text/csv; charset=utf-8"
    else:
        content = sheets.to_workbook(page.body.title, heading, rows, footer, page.now)
        type_ = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(
        content,
        content_type=type_,
        headers={"Content-Disposition": f'attachment; filename="roll-{slug}-{ref}.{kind}"'},
    )


@login_required
@require_http_methods(["GET", "POST"])
def membership(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """My membership here: since when, what rests on it, what I declare of myself."""
    page, mine = _own(request, slug, ref)
    attributes = quota_attributes(page.law)
    form = DeclareForm(*sent(request), attributes=attributes, initial={"attributes": mine.declared})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["attributes"]
        members.declare(actor=request.user, now=page.now, key=key(request), body_id=page.body.pk, attributes=chosen)
        messages.success(request, _("What you declare is kept, and only sums of it are ever shown."))
        return redirect("membership", slug, ref)
    context = page.context(mine=mine, form=form if attributes else None, terms=_resting(mine, page))
    return render(request, "federation/member.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Leave: the page says what ends with it, and asks once."""
    page, mine = _own(request, slug, ref)
    if request.method == "POST":
        members.leave(actor=request.user, now=page.now, key=key(request), body_id=page.body.pk)
        messages.success(request, _("You have left %(body)s.") % {"body": page.body.title})
        return redirect("federation", slug)
    return render(request, "federation/member_leave.html", page.context(mine=mine, terms=_resting(mine, page)))


def _own(request: HttpRequest, slug: str, ref: str) -> tuple[Page, Membership]:
    page = body_page(request, slug, ref)
    return page, get_object_or_404(rolls.roll(page.body), person=request.user)


def _resting(membership: Membership, page: Page) -> list[Term]:
    """The seats and offices that rest on a membership now."""
    running = Term.objects.filter(facts.running(page.now), membership=membership)
    return list(running.select_related("seat__body", "seat__constituency"))


@login_required
@require_http_methods(["GET", "POST"])
def lapse(request: HttpRequest, slug: str, ref: str, member: str) -> HttpResponse:
    """A member no longer has the job: an officer states it, where the charter ties membership to the job."""
    page = body_page(request, slug, ref)
    if not (page.can["member_lapse"] and page.law.membership.lapses_with_job):
        raise Http404
    row = get_object_or_404(rolls.roll(page.body).select_related("person"), ref=member)
    if request.method == "POST":
        members.lapse(actor=request.user, now=page.now, key=key(request), membership_id=row.pk)
        messages.success(request, _("The membership has ended. %(name)s is told.") % {"name": row.person.name})
        return redirect("roll", slug, ref)
    return render(request, "federation/member_lapse.html", page.context(mine=row, terms=_resting(row, page)))


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Invite people: a link and a code for one's telephone, or cards to print. Shown once."""
    page = body_page(request, slug, ref)
    if not page.can["member_vouch"]:
        raise Http404
    form = InviteForm(*sent(request), longest=page.law.procedure.invitation_days)
    if request.method == "POST" and form.is_valid():
        try:
            code = imports.invite_to_body(actor=request.user, now=page.now, body=page.body, **form.cleaned_data)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            card = invitation_card(request, code)
            return render(
                request,
                "federation/roll_invitation.html",
                page.context(card=card, cards=[card] * CARDS, people=form.cleaned_data["people"]),
            )
    return render(request, "federation/roll_invite.html", page.context(form=form), status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def state_number(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """State a number that a norm may rest on, with its source."""
    page = body_page(request, slug, ref)
    if not page.can["numbers_state"]:
        raise Http404
    form = NumberForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            numbers.state_number(
                actor=request.user, now=page.now, key=key(request), body_id=page.body.pk, **form.cleaned_data
            )
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The number is stated, and the seats that rest on it have followed."))
            return redirect("body", slug, ref)
    context = page.context(form=form, stated=sorted(page.body.numbers.items()))
    return render(request, "federation/member_numbers.html", context, status=409 if form.errors else 200)
