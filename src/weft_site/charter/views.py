"""The charters that Weft ships, to read and to start from."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from weft.charter import articles, library, library_charter


@require_safe
def charters(request: HttpRequest) -> HttpResponse:
    """The library: charters of today first, then history with its sources."""
    found = library()
    return render(
        request,
        "charter/library.html",
        {"today": [c for c in found if not c.historical], "history": [c for c in found if c.historical]},
    )


@require_safe
def library_page(request: HttpRequest, name: str) -> HttpResponse:
    """One charter of the library as numbered articles."""
    try:
        found = library_charter(name)
    except KeyError:
        raise Http404 from None
    return render(request, "charter/library_charter.html", {"law": found, "articles": articles(found)})


@require_safe
def library_file(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """The file itself."""
    try:
        found = library_charter(name)
    except KeyError:
        raise Http404 from None
    response = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return response
