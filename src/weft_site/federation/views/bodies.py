"""Pages of federations and bodies."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weft_site import clock
from weft_site.federation import facts, overview
from weft_site.federation.models import Body, Federation, Membership
from weft_site.federation.now import tasks_of
from weft_site.federation.views.base import Page, belongs, body_page, find_federation, moved_to, new_key
from weft_site.record.models import Entry

LISTED = 50


@require_safe
def federations(request: HttpRequest) -> HttpResponse:
    """The federations on this server: mine first, then those with a public council."""
    person = request.user if request.user.is_authenticated else None
    running = Federation.objects.filter(ended_at__isnull=True).select_related("log", "charter").order_by("title")
    mine = (
        running.filter(
            pk__in=Membership.objects.filter(person=person, status__in=Membership.CURRENT).values("body__federation")
        )
        if person
        else running.none()
    )
    page = Paginator(running.exclude(pk__in=mine.values("pk")), LISTED).get_page(request.GET.get("page"))
    return render(request, "federation/federations.html", {"mine": mine, "page": page})


@require_safe
def federation(request: HttpRequest, slug: str) -> HttpResponse:
    """One federation: its numbers, its cloth of councils, its seats, its newest acts."""
    found = find_federation(request, slug)
    if found.ended_at is not None and (gone := moved_to(slug)):
        return gone
    now = clock.now()
    person = request.user if request.user.is_authenticated else None
    rules = max(len(rule.seats) for rule in request.charter.bodies.values())
    counts = overview.kept_counts(found, now, rules=rules)
    crowds = overview.crowds_of(found)
    sums = overview.sums(crowds, counts)
    upper = Body.objects.filter(federation=found, type="delegate", ended_at__isnull=True).order_by("id").first()
    if upper is not None:
        upper.federation = found
    listed = Paginator(Body.objects.filter(federation=found, ended_at__isnull=True).order_by("type", "title"), LISTED)
    listed.count = sums.bodies  # counted already
    return render(
        request,
        "federation/federation.html",
        {
            "federation": found,
            "federation_name": found.title,
            "slug": slug,
            "law": request.charter,
            "sums": sums,
            "graph": overview.graph_of(found, counts, crowds),
            "upper": upper,
            "seats": overview.seat_marks(upper, now, counts) if upper else [],
            "page": listed.get_page(request.GET.get("page")),
            "entries": Entry.objects.filter(log=found.log).order_by("-index")[:8],
            "belongs": belongs(person, found, now),
            "now": now,
            "key": new_key(),
        },
    )


@require_safe
def body(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """One body: what it needs now, who sits in it, who holds its offices, what it decided."""
    page = body_page(request, slug, ref)
    if page.body.ended_at is not None and (gone := moved_to(slug, ref)):
        return gone
    return render(
        request,
        "federation/body.html",
        page.context(
            tabs=body_tabs(page, "body"),
            tasks=tasks_of(page),
            offices=overview.office_lines(page.own),
            sends=_sends(page),
            entries=Entry.objects.filter(log=page.federation.log, body=page.body.ref).order_by("-index")[:8],
            **_seats(request, page),
        ),
    )


def _seats(request: HttpRequest, page: Page) -> dict[str, object]:
    """The seats of a council of delegates, drawn and a page of them listed. Members sit in none: nothing is asked."""
    if page.body.type in facts.PEOPLE:
        return {"quorum_entitled": facts.entitled_for_quorum(page.body, page.now)}
    few = overview.few_seats(page.body)
    if few is not None:  # each is drawn with its name: those listed are among them
        lines = overview.seat_lines(page.body, page.now, few, whole=True)
        counts, marks = overview.SeatCounts.of_lines(page.body, lines), [line.mark for line in lines]
        shown = Paginator(lines, LISTED).get_page(request.GET.get("page"))
        here = shown.object_list
    else:
        counts = overview.kept_counts(page.federation, page.now, rules=len(page.rule.seats), body=page.body)
        marks, listed = (
            overview.seat_marks(page.body, page.now, counts),
            Paginator(overview.seat_rows(page.body), LISTED),
        )
        listed.count = counts.seats()  # counted already
        shown = listed.get_page(request.GET.get("page"))
        here = overview.seat_lines(page.body, page.now, shown.object_list)
    return {
        "seats": counts.seats(),
        "page": shown,
        "lines": here,
        "seats_at": reverse("seat", args=[page.federation.log.slug, page.body.ref, "0"]).removesuffix("0/"),
        "marks": marks,
        "alternates": overview.alternates(page.body, here),
        "quorum_entitled": counts.entitled(page.body),
    }


def _sends(page: Page) -> list[dict[str, object]]:
    """The bodies above, and the delegates this body sends there, whoever it elects them with."""
    delegates = defaultdict(list)
    for term in sorted(page.own.terms, key=lambda term: term.seat_id):
        if term.seat.constituency_id:
            delegates[term.seat.body_id].append(term)
    links = page.body.links_up.select_related("upper").order_by("upper_id")
    return [{"upper": link.upper, "terms": delegates[link.upper_id]} for link in links]


def body_tabs(page, current: str) -> list[dict[str, object]]:
    """The pages of one body. Each domain's page names itself; a page that does not exist yet is left out."""
    slug, ref = page.federation.log.slug, page.body.ref
    names = [
        ("body", _("Overview")),
        ("roll", _("Roll")),
        ("meetings", _("Meetings")),
        ("motions", _("Motions")),
        ("elections", _("Elections")),
        ("mandates", _("Mandates")),
    ]
    tabs = []
    for name, label in names:
        try:
            url = reverse(name, args=[slug, ref])
        except NoReverseMatch:
            continue
        tabs.append({"label": label, "url": url, "current": name == current})
    return tabs
