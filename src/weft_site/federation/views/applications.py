"""Pages of admission: apply, vouch, object, decide; enter a list of people, and print the cards that let them in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.errors import RuleBroken
from weft.federation.membership import opening_act
from weft_site.ballots.models import Ballot
from weft_site.federation import facts, rolls
from weft_site.federation.forms_members import ApplyForm, ImportForm, ObjectForm, sent
from weft_site.federation.forms_seats import refuse
from weft_site.federation.models import Application
from weft_site.federation.ports import invited_by
from weft_site.federation.services import applications as services
from weft_site.federation.services import imports
from weft_site.federation.sheets import MOST_BYTES, Fault, read_sheet
from weft_site.federation.views.acts import LISTED, act_on, key
from weft_site.federation.views.base import Page, body_page, new_key
from weft_site.federation.views.roll import sees_names
from weft_site.people.views.common import invitation_card
from weft_site.refusals import sentence

PREVIEW = "weft.import"  # salt of the signature
PREVIEW_SECONDS = 60 * 60
MOST_CARRIED = 8 * 1024 * 1024  # a form may send back 10 MB
FAULTS_SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Ask to join: who may, what follows, and one's own word on the age."""
    page = _open_door(request, slug, ref)
    token = request.POST.get("invitation", "") or request.GET.get("invitation", "")
    by = invited_by(token, request.user, page.body) if token else None
    council = rolls.other_councils([request.user.pk], page.body).values_list("body__title", flat=True).first() or ""
    form = ApplyForm(*sent(request), years=page.law.membership.minimum_age, council=council)
    if request.method == "POST" and form.is_valid():
        try:
            application = services.apply(
                actor=request.user,
                now=page.now,
                key=key(request),
                body_id=page.body.pk,
                of_age=form.cleaned_data["of_age"],
                transfer=form.cleaned_data.get("transfer", False),
                invited_by=by,
            )
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("application", slug, ref, application)
    mine = rolls.applications(page.body).filter(person=request.user).first()
    context = page.context(
        form=form,
        mine=mine,
        admission=page.law.membership.admission,
        membership=page.law.membership,
        invited=by is not None,
        token=token if by else "",
        gathering=rolls.is_gathering(page.body),
        asked=rolls.applications(page.body).count() if rolls.is_gathering(page.body) else 0,
    )
    return render(request, "federation/apply.html", context, status=409 if form.errors else 200)


def _open_door(request: HttpRequest, slug: str, ref: str) -> Page:
    """The body one asks to join. Its name, and who may join, are for everybody who has the address."""
    page = body_page(request, slug, ref, door=True)
    if page.body.type not in facts.PEOPLE or page.body.ended_at is not None:
        raise Http404
    return page


@login_required
@require_GET
def application(request: HttpRequest, slug: str, ref: str, application: str) -> HttpResponse:
    """One application: where it stands, who vouches, who objects and why."""
    row, page = _open(request, slug, ref, application)
    return _show(request, row, page)


@login_required
@require_POST
def application_act(request: HttpRequest, slug: str, ref: str, application: str, act: str) -> HttpResponse:
    """Vouch, object, withdraw, put to the vote, close, or have the due admission done."""
    row, page = _open(request, slug, ref, application)
    form = ObjectForm(request.POST, listed=bool(rolls.list_of(row))) if act == "object" else None
    common = {"actor": request.user, "now": page.now, "key": key(request), "application_id": row.pk}

    def vouch() -> str:
        services.vouch(**common)
        return _("You vouch.")

    def object_to() -> str:
        services.object_to(
            **common, reason=form.cleaned_data["reason"], whole_list=form.cleaned_data.get("whole_list", False)
        )
        return _("Your objection is heard. The members will decide.")

    def withdraw() -> str:
        services.withdraw(**common)
        return _("The application is withdrawn.")

    def open_vote() -> str:
        services.open_application(**common)
        return _("The vote is open.")

    def close() -> str:
        services.close_application(**common)
        return _("The vote is closed.")

    def admit() -> str:
        services.admit_due(**common)
        return _("Nobody objected: admitted.")

    acts = {
        "vouch": vouch,
        "object": object_to,
        "withdraw": withdraw,
        "open": open_vote,
        "close": close,
        "admit": admit,
    }
    listed = rolls.list_of(row)
    onward = (
        ("list", slug, ref, listed) if listed and act in {"vouch", "admit"} else ("application", slug, ref, row.ref)
    )
    return act_on(
        request,
        acts,
        act,
        form=form,
        onward=lambda: onward,
        again=lambda refused: _show(request, row, page, refused=refused),
    )


def _open(request: HttpRequest, slug: str, ref: str, application: str) -> tuple[Application, Page]:
    """An application, for its applicant and for the members of the body; for others it is not there."""
    rows = Application.objects.select_related("person", "ballot", "body")
    row = get_object_or_404(rows, body__federation__log__slug=slug, body__ref=ref, ref=application)
    page = body_page(request, slug, ref, door=row.person_id == request.user.pk)
    if row.person_id != request.user.pk and not sees_names(page):
        raise Http404
    return row, page


def _show(request: HttpRequest, row: Application, page: Page, *, refused=None) -> HttpResponse:
    inside = sees_names(page)
    ballot = row.ballot
    voting = ballot is not None and ballot.closed_at is None
    over = voting and ballot.closes_at is not None and ballot.closes_at <= page.now
    rule = rolls.admission_rule(page.law, row)
    vouchers = list(row.vouchers.select_related("membership__person").order_by("pk"))
    objections = list(row.objections.select_related("membership__person").order_by("pk"))
    mine = request.user.pk
    own = row.person_id == mine
    vouched = any(v.membership.person_id == mine for v in vouchers)
    objected = any(o.membership.person_id == mine for o in objections)
    context = page.context(
        application=row,
        rule=rule,
        inside=inside,
        own=own,
        listed=rolls.list_of(row),
        vouchers=vouchers,
        objections=objections,
        ballot=ballot,
        voting=voting,
        over=over,
        may_vouch=row.state == "vouchers" and page.can["member_vouch"] and not vouched,
        may_object=row.state in {"objection", "contested"}
        and ballot is None
        and page.can["member_object"]
        and not objected,
        may_open=row.state == "contested" and ballot is None and _may_open(row, page),
        may_close=over or (voting and ballot.way != Ballot.Way.OPEN and page.can["ballot_vote"]),
        may_admit=row.state == "objection" and row.objections_until <= page.now and page.can["member_vouch"],
        may_withdraw=own and row.state in rolls.OPEN and ballot is None,
        form=refused or ObjectForm(listed=bool(rolls.list_of(row))),
    )
    return render(request, "federation/application.html", context, status=409 if refused else 200)


def _may_open(row: Application, page: Page) -> bool:
    act = opening_act(page.law.procedure, contested_at=row.objections_until, now=page.now)
    return page.can[act.replace(".", "_", 1)]


# --- lists --------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def list_page(request: HttpRequest, slug: str, ref: str, list_ref: str) -> HttpResponse:
    """The people on one list: where they stand, and one's way to vouch or to object."""
    page = body_page(request, slug, ref)
    if not sees_names(page):
        raise Http404
    rows = rolls.on_list(page.body.pk, list_ref).select_related("person").order_by("person__name", "pk")
    words = request.GET.get("q", "")[:200].strip()
    if words:
        wanted = rolls.folded(words).split()
        names = rows.values_list("pk", "person__name")
        found = [pk for pk, name in names if all(word in rolls.folded(name) for word in wanted)]
        shown = Paginator(found, LISTED).get_page(request.GET.get("page"))
        kept = {row.pk: row for row in rows.filter(pk__in=shown.object_list)}
        shown.object_list = [kept[pk] for pk in shown.object_list]
    else:
        shown = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    first = rows.exclude(state__in=["refused", "withdrawn"]).order_by("pk").first()
    if first is None and not words and not shown.object_list:
        raise Http404
    vouchers = list(first.vouchers.select_related("membership__person")) if first else []
    vouched = any(v.membership.person_id == request.user.pk for v in vouchers)
    context = page.context(
        list_ref=list_ref,
        rows=shown,
        words=words,
        first=first,
        rule=rolls.admission_rule(page.law, first) if first else None,
        vouchers=vouchers,
        may_vouch=first is not None and first.state == "vouchers" and page.can["member_vouch"] and not vouched,
        may_withdraw=first is not None and first.state in {"vouchers", "objection"} and page.can["member_import"],
    )
    return render(request, "federation/import_list.html", context)


@login_required
@require_POST
def withdraw_list(request: HttpRequest, slug: str, ref: str, list_ref: str) -> HttpResponse:
    page = body_page(request, slug, ref)
    imports.withdraw_list(actor=request.user, now=page.now, key=key(request), body_id=page.body.pk, list_ref=list_ref)
    messages.success(request, _("The list is withdrawn, and the people on it are forgotten."))
    return redirect("roll", slug, ref)


@login_required
@require_http_methods(["GET", "POST"])
def import_roll(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Upload a list; the answer is a preview. Nothing is stored: the list travels signed in the page."""
    page = _officers(request, slug, ref)
    form = ImportForm(*sent(request, files=True))
    if request.method == "POST" and form.is_valid():
        try:
            return _preview(request, page, form.cleaned_data["file"])
        except RuleBroken as refusal:
            refuse(form, refusal)
    waiting = len(imports.waiting_for_cards(page.body))
    context = page.context(form=form, waiting=waiting, admission=page.law.membership.admission)
    return render(request, "federation/import.html", context, status=409 if form.errors else 200)


def _preview(request: HttpRequest, page: Page, file) -> HttpResponse:
    if file.size > MOST_BYTES:  # before it is read: a large file lies on the disk, not in memory
        raise RuleBroken("import.size", most=MOST_BYTES // 1024 // 1024)
    found = imports.preview(page.body, read_sheet(file.read()))
    carried = signing.dumps(
        [page.body.pk, request.user.pk, [[line.name, line.email] for line in found.lines]], salt=PREVIEW, compress=True
    )
    if len(carried) > MOST_CARRIED:
        raise RuleBroken("import.size", most=MOST_CARRIED // 1024 // 1024)
    context = page.context(
        found=found,
        shown=found.lines[:FAULTS_SHOWN],
        faults=[_told(fault) for fault in found.faults[:FAULTS_SHOWN]],
        warnings=[_told(fault) for fault in found.warnings[:FAULTS_SHOWN]],
        carried=carried if found.lines else "",
        rule=page.law.membership.admission,
        key=new_key(),
    )
    return render(request, "federation/import_preview.html", context)


def _told(fault: Fault) -> dict[str, object]:
    words = sentence(RuleBroken(fault.rule, value=fault.value))
    shown = "" if fault.rule in {"import.twice", "import.alike"} else fault.value
    return {"number": fault.number, "words": words, "value": shown}


@login_required
@require_POST
def import_confirm(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Enter the previewed list: as many applications, vouched for by the officer who enters it."""
    page = _officers(request, slug, ref)
    try:
        body_id, person_id, lines = signing.loads(request.POST.get("list", ""), salt=PREVIEW, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        raise RuleBroken("import.preview") from None
    if (body_id, person_id) != (page.body.pk, request.user.pk):
        raise RuleBroken("import.preview")
    list_ref = imports.import_roll(
        actor=request.user, now=page.now, key=key(request), body_id=page.body.pk, lines=[tuple(line) for line in lines]
    )
    messages.success(request, _("The list is entered. Another member must vouch for it."))
    return redirect("list", slug, ref, list_ref)


@login_required
@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Cards by which people on a list take up their line: printed by sheets, each shown once."""
    page = _officers(request, slug, ref)
    waiting = imports.waiting_for_cards(page.body)
    sheets = Paginator(waiting, imports.CARDS)
    if request.method == "POST":
        number = sheets.get_page(request.POST.get("sheet")).number
        made = imports.claim_cards(actor=request.user, now=page.now, body=page.body, page=number)
        context = page.context(cards=[{"name": name, **invitation_card(request, code)} for name, code in made])
        return render(request, "federation/import_cards_sheet.html", context)
    return render(request, "federation/import_cards.html", page.context(waiting=len(waiting), sheets=sheets))


def _officers(request: HttpRequest, slug: str, ref: str) -> Page:
    """Lists are for the officers the charter's standing names; for others these pages are not there."""
    page = body_page(request, slug, ref)
    if page.body.type not in facts.PEOPLE or not page.can["member_import"]:
        raise Http404
    return page
