"""Keys for secret votes: what a body has, the ceremony in which its trustees make one, and each trustee's own step."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from weft_site.ballots.models import TrusteeKey
from weft_site.ballots.services.keys import RUNNING, STEPS, for_device
from weft_site.federation.services import keys as services
from weft_site.federation.views.acts import key as form_key
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs
from weft_site.refusals import for_scripts

COLUMNS = tuple(column for column, _next in STEPS.values())


@require_GET
def keys(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The keys of a body, who its trustees are, and whether one can be made."""
    page = body_page(request, slug, ref)
    rows = list(_rows(page).order_by("-pk"))
    terms = services.trustees_of(page.body, page.now)
    needed = page.law.procedure.trustees
    running = next((row for row in rows if row.state in RUNNING), None)
    context = page.context(
        tabs=body_tabs(page, "elections"),
        rows=rows,
        usable=services.usable_key(page.body, page.now),
        trustees=terms,
        needed=needed,
        running=running,
        has_office=services.TRUSTEE in page.rule.offices,
        may_open=page.can["key_open"] and request.user.is_authenticated and running is None and len(terms) >= needed,
    )
    return render(request, "federation/keys.html", context)


def _rows(page: Page):
    return TrusteeKey.objects.filter(log=page.federation.log_id, body=page.body.ref)


@login_required
@require_POST
def open_ceremony(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Open the ceremony for a new key."""
    page = body_page(request, slug, ref)
    made = services.open_ceremony(actor=request.user, now=page.now, key=form_key(request), body_id=page.body.pk)
    messages.success(request, _("The ceremony is open. Each trustee takes the first step on their own device."))
    return redirect("key", slug, ref, made)


@require_GET
def key(request: HttpRequest, slug: str, ref: str, key: str) -> HttpResponse:
    """One key: who makes it, which step is under way, and, for a trustee, the own part of it."""
    page, row = _open(request, slug, ref, key)
    holders = list(row.holders.all())
    mine = next((one for one in holders if request.user.is_authenticated and one.person_id == request.user.pk), None)
    step = STEPS[row.state][0] if row.state in STEPS else ""
    context = page.context(
        row=row,
        holders=[(one, [bool(getattr(one, column)) for column in COLUMNS]) for one in holders],
        step=step,
        step_number=COLUMNS.index(step) + 1 if step else 0,
        mine=mine,
        my_turn=bool(mine and step and not getattr(mine, step)),
        ceremony=for_device(row, holders, mine.number) if mine and step else None,
        may_end=page.can["key_end"] and request.user.is_authenticated and row.state in {*RUNNING, "ready"},
        index=int(row.ref[1:]),
        refusals=for_scripts(),
    )
    return render(request, "federation/key.html", context)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, key: str, act: str) -> HttpResponse:
    """Publish the own part of the step that is under way, or end the key."""
    page, row = _open(request, slug, ref, key)
    common = {"actor": request.user, "now": page.now, "key": form_key(request), "key_id": row.pk}
    if act == "end":
        services.end_key(**common)
        messages.success(request, _("The key is not used any more."))
    elif act in COLUMNS:
        services.take_step(**common, step=act, content=request.POST.get("content", ""))
        messages.success(request, _("Your part is in."))
    else:
        raise Http404
    return redirect("key", slug, ref, row.ref)


def _open(request: HttpRequest, slug: str, ref: str, key: str) -> tuple[Page, TrusteeKey]:
    page = body_page(request, slug, ref)
    row = _rows(page).select_related("log").filter(ref=key).first()
    if row is None:
        raise Http404
    return page, row
