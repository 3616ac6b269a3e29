"""What one should know."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from weft_site import clock
from weft_site.people import facts, services

PAGE = 50


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """My notices, newest first."""
    page = Paginator(facts.notices_of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/notices.html", {"page": page})


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    services.mark_read(person=request.user, now=clock.now())
    return redirect("notices")


@login_required
@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """My unread notices on paper, to take along or hand on."""
    rows = facts.notices_of(request.user).filter(read_at=None)
    return render(request, "people/notices_sheet.html", {"rows": rows})
