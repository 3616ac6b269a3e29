"""The charter of a federation: what is in force, what was, and what an amendment changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from weft.charter import articles
from weft_site.charter.editor import changes_in_words
from weft_site.charter.facts import charter
from weft_site.federation.models import CharterInForce
from weft_site.federation.views.base import find_federation


@require_safe
def charter_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles in force, numbered, with every version the federation has had."""
    federation = find_federation(request, slug)
    versions = list(CharterInForce.objects.filter(federation=federation).select_related("version"))
    return render(
        request,
        "federation/charter.html",
        {
            "federation": federation,
            "federation_name": federation.title,
            "slug": slug,
            "law": request.charter,
            "articles": articles(request.charter),
            "versions": versions,
            "shown": versions[-1],
        },
    )


@require_safe
def charter_version(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """One version, as decisions cite it, and what it changed in the one before."""
    federation = find_federation(request, slug)
    versions = list(CharterInForce.objects.filter(federation=federation).select_related("version"))
    shown = get_object_or_404(
        CharterInForce.objects.filter(federation=federation).select_related("version"), version__hash=digest
    )
    law = charter(shown.version)
    before = next((v for v in reversed(versions) if v.from_index < shown.from_index), None)
    return render(
        request,
        "federation/charter.html",
        {
            "federation": federation,
            "federation_name": federation.title,
            "slug": slug,
            "law": law,
            "articles": articles(law),
            "versions": versions,
            "shown": shown,
            "changes": changes_in_words(charter(before.version), law) if before else [],
        },
    )


@require_safe
def charter_file(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The exact bytes of a version; their SHA-256 is the hash that entries cite."""
    federation = find_federation(request, slug)
    found = get_object_or_404(CharterInForce, federation=federation, version__hash=digest)
    response = HttpResponse(found.version.text.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{digest[:8]}.toml"'
    return response
