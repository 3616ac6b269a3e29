"""Pages of the record: the log, one entry with its proof, and the very files that mirrors and verifiers read.

Entries hold no personal data, so the log is public. Documents beside it are shown to whom the charter names;
who that is, the federation knows: it tells through `readers`.
"""

import json
from collections.abc import Callable

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from weft_site.record import facts
from weft_site.record.keys import key_path, read_key
from weft_site.record.models import Document, Entry, Log

LISTED = 50
Reader = Callable[[HttpRequest, Document], bool]
readers: list[Reader] = []  # filled at start-up by the domain that knows who belongs where


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Every record on this server."""
    page = Paginator(Log.objects.order_by("origin"), LISTED).get_page(request.GET.get("page"))
    return render(request, "record/records.html", {"page": page})


@require_safe
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """One log: its size, its last checkpoint, its entries, newest first."""
    log = get_object_or_404(Log, slug=slug)
    entries = Entry.objects.filter(log=log).order_by("-index").defer("leaf")
    act = request.GET.get("act", "")
    if act:
        entries = entries.filter(act=act)
    return render(
        request,
        "record/record.html",
        {
            "log": log,
            "slug": slug,
            "page": Paginator(entries, LISTED).get_page(request.GET.get("page")),
            "checkpoint": facts.checkpoint_of(log),
            "vkey": _vkey(log),
            "act": act,
        },
    )


@require_safe
def entry(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """One act: what was recorded, what was found, its documents, and the proof that it stands in the log."""
    log = get_object_or_404(Log, slug=slug)
    found = get_object_or_404(Entry, log=log, index=index)
    leaf = facts.leaf_of(found)
    return render(
        request,
        "record/entry.html",
        {
            "log": log,
            "slug": slug,
            "entry": found,
            "leaf": leaf,
            "pretty": json.dumps(json.loads(bytes(found.leaf)), indent=2, ensure_ascii=False, sort_keys=True),
            "documents": [
                (name, digest, row if row is not None and may_read(request, row) else None)
                for name, digest, row in facts.documents_of(log, leaf)
            ],
            "proof": facts.proof_of(log, found),
            "vkey": _vkey(log),
        },
    )


@require_safe
def receipt(request: HttpRequest, slug: str, index: int) -> HttpResponse:  # noqa: ARG001
    """The receipt of one entry as a file: it proves the act without this server."""
    log = get_object_or_404(Log, slug=slug)
    found = facts.receipt_of(log, get_object_or_404(Entry, log=log, index=index))
    if found is None:
        raise Http404
    return _download(found, f"{slug}-{index}.tlog-proof")


@require_safe
def leaf(request: HttpRequest, slug: str, index: int) -> HttpResponse:  # noqa: ARG001
    """The exact bytes of one entry."""
    found = get_object_or_404(Entry, log__slug=slug, index=index)
    return _download(bytes(found.leaf), f"{slug}-{index}.json")


@require_safe
def document(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Salt and content of one document, for whoever may read it: with these the hash in the entry can be checked."""
    row = get_object_or_404(Document, log__slug=slug, hash=digest)
    if not may_read(request, row):
        raise Http404
    return _download(bytes(row.salt) + bytes(row.content), f"{digest[:16]}.document")


def may_read(request: HttpRequest, row: Document) -> bool:
    """Public documents are everybody's; others are shown if the domain that knows the reader says so."""
    return row.visibility == Document.Visibility.PUBLIC or any(reader(request, row) for reader in readers)


@require_safe
@cache_control(public=True, max_age=5)
def checkpoint(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    log = get_object_or_404(Log, slug=slug)
    if not log.checkpoint:
        raise Http404
    return HttpResponse(log.checkpoint, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def tile(request: HttpRequest, slug: str, path: str) -> HttpResponse:  # noqa: ARG001
    """A tile or bundle, as any tlog-tiles client asks for it. A partial one that was replaced is a 404."""
    log = get_object_or_404(Log, slug=slug)
    folder = (settings.WEFT_HOME / "record" / log.slug / "tile").resolve()
    try:
        wanted = (folder / path).resolve()
        there = wanted.is_relative_to(folder) and wanted.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there:
        raise Http404
    return FileResponse(wanted.open("rb"), content_type="application/octet-stream")


def _vkey(log: Log) -> str:
    return read_key(log).vkey if key_path(log).exists() else ""


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
