"""Pages of the founding meeting: gather, choose and change a charter, vote, and there is a council."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weft.charter import articles, library, library_charter
from weft.charter.model import Charter
from weft_site import clock
from weft_site.charter.editor import Editor, changes_in_words
from weft_site.charter.facts import charter
from weft_site.deliberation.forms_founding import OpenForm, base_kinds
from weft_site.deliberation.models import Founding, FoundingDraft
from weft_site.deliberation.services import founding as services
from weft_site.federation.views.base import new_key
from weft_site.people.views.common import invitation_card

CARDS = 12
LONGEST_ID = 19  # digits of the largest id that a database gives


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a founding meeting. The opener gets no more rights by it than anybody who comes."""
    form = OpenForm(request.POST or None, initial={"charter": request.GET.get("charter", "workers-assembly")})
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        now = clock.now()
        key = request.POST.get("key", "")
        kind = base_kinds(fields["charter"])[0]
        code = services.open_founding(
            actor=request.user, now=now, key=key, title=fields["title"], place=fields["place"], kind=kind
        )
        services.propose_charter(
            actor=request.user,
            now=now,
            key=f"{key}-charter" if key else "",
            founding_id=Founding.objects.get(code=code).pk,
            based_on=fields["charter"],
            text=library_charter(fields["charter"]).text,
        )
        return redirect("founding", code)
    status = 409 if form.errors else 200
    return render(request, "deliberation/founding_new.html", {"form": form, "key": new_key()}, status=status)


@require_safe
def founding(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting: who has come, which charters are proposed, how the vote stands."""
    found = _find(code)
    people = list(found.people.select_related("person").order_by("pk"))
    me = next((row for row in people if row.person_id == request.user.pk), None)
    if me is None:
        return redirect("join_with", code)
    drafts = list(found.drafts.filter(rejected_at__isnull=True).select_related("author", "charter").order_by("-pk"))
    votes = [row.vote for row in people]
    law = charter(found.draft.charter) if found.draft else None
    return render(
        request,
        "deliberation/founding.html",
        {
            "founding": found,
            "people": Paginator(people, 100).get_page(request.GET.get("page")),
            "gathered": len(people),
            "me": me,
            "drafts": [_draft(draft) for draft in drafts],
            "needed": max((charter(d.charter).membership.founders for d in drafts), default=0),
            "law": law,
            "articles": articles(law) if law else (),
            "verdict": services.stand(found) if law else None,
            "voted": sum(bool(vote) for vote in votes),
            "may_close": law is not None and services.can_close(found),
            "card": invitation_card(request, code),
            "federation": found.federation,
            "rejected": found.drafts.filter(rejected_at__isnull=False).count(),
            "key": new_key(),
        },
    )


def _draft(draft: FoundingDraft) -> dict[str, object]:
    law = charter(draft.charter)
    return {
        "row": draft,
        "law": law,
        "changes": changes_in_words(_base(draft), law),
        "based_on": _base(draft).title,
    }


def _base(draft: FoundingDraft) -> Charter:
    return library_charter(draft.based_on)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    """Read a proposed charter, change it article by article, and propose what comes out."""
    found = _find(code)
    if not found.people.filter(person=request.user).exists():
        raise Http404
    row = get_object_or_404(found.drafts.select_related("charter", "author"), pk=draft_id)
    law = charter(row.charter)
    editor = Editor(law, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        amended = editor.amended()
        if amended is not None:
            if amended.hash != law.hash:
                services.propose_charter(
                    actor=request.user,
                    now=clock.now(),
                    key=request.POST.get("key", ""),
                    founding_id=found.pk,
                    based_on=row.based_on,
                    text=amended.text,
                )
            return redirect("founding", code)
    context = {
        "founding": found,
        "draft": row,
        "law": law,
        "editor": editor,
        "changes": changes_in_words(_base(row), law),
        "library": [c for c in library() if base_kinds(c.id)],
        "key": new_key(),
    }
    return render(request, "deliberation/founding_draft.html", context, status=409 if editor.problems else 200)


@login_required
@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose another charter of the library."""
    found = _find(code)
    name = request.POST.get("charter", "")
    if name not in {c.id for c in library()}:
        raise Http404
    services.propose_charter(
        actor=request.user,
        now=clock.now(),
        key=request.POST.get("key", ""),
        founding_id=found.pk,
        based_on=name,
        text=library_charter(name).text,
    )
    return redirect("founding", code)


@login_required
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    services.leave_founding(
        actor=request.user, now=clock.now(), key=request.POST.get("key", ""), founding_id=_find(code).pk
    )
    return redirect("home")


@login_required
@require_POST
def put(request: HttpRequest, code: str, draft_id: int) -> HttpResponse:
    row = get_object_or_404(_find(code).drafts, pk=draft_id)
    services.put_charter(actor=request.user, now=clock.now(), key=request.POST.get("key", ""), draft_id=row.pk)
    return redirect("founding", code)


@login_required
@require_POST
def vote(request: HttpRequest, code: str) -> HttpResponse:
    draft_id = request.POST.get("draft", "")
    services.vote_on_charter(
        actor=request.user,
        now=clock.now(),
        founding_id=_find(code).pk,
        draft_id=int(draft_id) if draft_id.isascii() and draft_id.isdigit() and len(draft_id) < LONGEST_ID else 0,
        choice=request.POST.get("choice", ""),
    )
    return redirect("founding", code)


@login_required
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    found = _find(code)
    services.close_founding(actor=request.user, now=clock.now(), key=request.POST.get("key", ""), founding_id=found.pk)
    found.refresh_from_db()
    if found.federation_id:
        return redirect(reverse("body", args=[found.federation.log.slug, "b0"]))
    return redirect("founding", code)


@login_required
@require_safe
def cards(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet of invitation cards to cut out, for people who are not in the room's chat."""
    found = _find(code)
    if not found.people.filter(person=request.user).exists():
        raise Http404
    return render(
        request,
        "people/invitation_sheet.html",
        {
            "title": found.title,
            "cards": [invitation_card(request, code)] * CARDS,
            "until": date_format(found.opened_at + clock.days(services.DAYS_OPEN)),
        },
    )


def _find(code: str) -> Founding:
    return get_object_or_404(
        Founding.objects.select_related("draft__charter", "federation__log", "convener"), code=code
    )
