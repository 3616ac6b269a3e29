"""Draws by lot: call one, add a word, open the seed; and everything one needs to draw again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from weft.federation.elections import words_needed
from weft_site.federation import facts
from weft_site.federation.electing import electors_of
from weft_site.federation.forms_seats import WordForm
from weft_site.federation.models import Draw, Term
from weft_site.federation.services import draws as services
from weft_site.federation.views.acts import act_on, find, key, sees_inside
from weft_site.federation.views.base import Page, body_page

SHOWN = 200  # candidates listed on the page; the whole list is a document of the record


@login_required
@require_POST
def call(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Call a draw for an office of this body."""
    page = body_page(request, slug, ref)
    made = services.call_draw(
        actor=request.user,
        now=page.now,
        key=key(request),
        body_id=page.body.pk,
        office=request.POST.get("office", "")[:40],
    )
    messages.success(request, _("The draw is called. Its seed is bound; now others add a word."))
    return redirect("draw", slug, ref, made)


@require_GET
def draw(request: HttpRequest, slug: str, ref: str, draw: str) -> HttpResponse:
    """One draw: what is bound, who has added a word, and the order that followed."""
    page, row = _open(request, slug, ref, draw)
    return _show(request, page, row)


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, draw: str, act: str) -> HttpResponse:
    """Add a word, or open the seed."""
    page, row = _open(request, slug, ref, draw)
    form = WordForm(request.POST) if act == "word" else None
    common = {"actor": request.user, "now": page.now, "key": key(request), "draw_id": row.pk}

    def word() -> str:
        services.add_word(**common, word=form.cleaned_data["word"])
        return _("Your word is in. It stands.")

    def open_seed() -> str:
        services.open_draw(**common)
        return _("The lot is drawn.")

    return act_on(
        request,
        {"word": word, "open": open_seed},
        act,
        form=form,
        onward=lambda: ("draw", slug, ref, row.ref),
        again=lambda refused: _show(request, page, row, refused=refused),
    )


def _open(request: HttpRequest, slug: str, ref: str, draw: str) -> tuple[Page, Draw]:
    row = find(Draw.objects.all(), slug, ref, "body", ref=draw)
    page = body_page(request, slug, ref)
    row.body = page.body
    return page, row


def _show(request: HttpRequest, page: Page, row: Draw, *, refused=None) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    words = list(row.words.all())
    others = sum(word.person_id != row.called_by_id for word in words)
    needed = words_needed(facts.count_voters(page.body, page.now))
    index = row.ref.removeprefix("w")
    terms = Term.objects.filter(seat__body=page.body, seat__office=row.office, starts_at=row.drawn_at)
    context = page.context(
        draw=row,
        office=facts.office_rule(page.body, row.office),
        given=words,
        others=others,
        missing=max(needed - others, 0),
        needed=needed,
        mine=any(person and word.person_id == person.pk for word in words),
        inside=sees_inside(request, page, electors_of(page.body, None, row.office)),
        candidates=row.candidates[:SHOWN],
        more=max(len(row.candidates) - SHOWN, 0),
        terms=list(terms.select_related("seat", "membership").order_by("seat__number")) if row.drawn_at else [],
        form=refused or WordForm(),
        index=int(index) if index.isdecimal() else None,
    )
    return render(request, "federation/draw.html", context, status=409 if refused else 200)
