"""For observers of an election: everything from the notice to the lot, and the papers to count them again."""

import csv
import io
import json
from collections import Counter

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from weft.ballots.counting.marks import POINTS
from weft.ballots.papers import RANKED, papers_document
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import by_papers, counted_numbers, terms_of, votes_document
from weft_site.federation import facts
from weft_site.federation.counted import METHODS, told
from weft_site.federation.electing import KEPT_DAYS, path
from weft_site.federation.models import Election
from weft_site.federation.services import tellers
from weft_site.federation.sheets import safe
from weft_site.federation.views.acts import sees_inside
from weft_site.federation.views.base import Page
from weft_site.federation.views.elections import open_page
from weft_site.people.models import Notice

MAPPED = (*POINTS, "yes_no")


@require_safe
def observe(request: HttpRequest, slug: str, ref: str, election: str) -> HttpResponse:
    """Who was told when, who may vote, who counts, what was found, and how a stranger checks it."""
    row, page, electors = open_page(request, slug, ref, election)
    ballot, inside = row.ballot, sees_inside(request, page, electors)
    closed = ballot is not None and ballot.closed_at is not None
    context = page.context(
        election=row,
        ballot=ballot,
        electors=electors,
        inside=inside,
        method=METHODS["plurality" if row.runoff_of_id else ballot.method if ballot else electors.elect.method],
        notices=_notices(page, row, ["election.called", "election.opened"]),
        given=_given(ballot),
        tellers=tellers.tellers_of(electors, page.now) if ballot is not None and ballot.way != Ballot.Way.OPEN else [],
        entered=list(ballot.teller_counts.order_by("entered_at").select_related("teller")) if ballot else [],
        differ=_differ(ballot),
        by_papers=ballot is not None and by_papers(ballot),
        observers=list(row.candidacies.exclude(observer="").filter(withdrawn_at=None).order_by("pk")) if inside else [],
        entries=_entries(row),
        kinds=kinds_of(ballot) if closed and inside else [],
        drawn=closed and bool(ballot.result and ballot.result.get("drawn")),
        count=told(ballot.result, ballot.names) if closed and inside and ballot.result else None,
        standing_candidate=_stands(request, row),
        numbered=list(enumerate((ballot.names.get(one, one) for one in ballot.options), 1))
        if ballot and inside
        else [],
        kept_days=KEPT_DAYS,
        strictest=all(facts.rule_of_body(body).visibility == "public" for body in electors.bodies),
    )
    return render(request, "federation/observe.html", context)


def _stands(request: HttpRequest, row: Election) -> bool:
    who = request.user
    return (
        who.is_authenticated
        and row.candidacies.filter(person=who, withdrawn_at=None, accepted_at__isnull=False).exists()
    )


def _notices(page: Page, row: Election, kinds: list[str]) -> list[dict[str, object]]:
    """How many were told by which way: the proof that notice was given."""
    place = path(page.body, "elections", row.ref)
    found = []
    for kind in kinds:
        rows = Notice.objects.filter(kind=kind, path=place)
        numbers = rows.aggregate(
            told=Count("pk"),
            sent=Count("pk", filter=Q(email=Notice.State.SENT)),
            failed=Count("pk", filter=Q(email=Notice.State.FAILED)),
            handed=Count("pk", filter=Q(paper=Notice.State.SENT)),
            waiting=Count("pk", filter=Q(paper=Notice.State.QUEUED)),
        )
        if numbers["told"]:
            found.append({"kind": kind, "on": rows.order_by("created_on").first().created_on, **numbers})
    return found


def _given(ballot: Ballot | None) -> int | None:
    """Votes given in: known while they are by name, else once there is a result."""
    if ballot is None:
        return None
    if ballot.result is not None:
        return ballot.result.get("papers")
    return ballot.votes.count() if ballot.way == Ballot.Way.OPEN else None


def _differ(ballot: Ballot | None) -> bool:
    """Whether two entries are in and not the same; never what stands in them."""
    counts = list(ballot.teller_counts.values_list("numbers", flat=True)[:2]) if ballot else []
    return len(counts) == 2 and counts[0] != counts[1]


def _entries(row: Election) -> list[dict[str, object]]:
    """The entries of an election, by the index that their references carry."""
    found = [{"index": int(row.ref[1:]), "words": _("The call")}]
    if row.ballot is not None:
        found.append({"index": int(row.ballot.ref[1:]), "words": _("The opening of the vote, with the roll's hash")})
    if row.declared_index is not None:
        found.append({"index": row.declared_index, "words": _("The result")})
    return found + [{"index": int(one.ref[1:]), "words": _("A challenge")} for one in row.challenges.order_by("pk")]


# --- papers ------------------------------------------------------------------------------------------------------


def kinds_of(ballot: Ballot) -> list[str]:
    """The files in which the papers of a closed vote can be had; none where only sums are known."""
    if ballot.closed_at is None or not (ballot.way == Ballot.Way.OPEN or by_papers(ballot)):
        return []
    if ballot.method == "list":
        return ["json"]
    return ["csv", "json"] if ballot.method in MAPPED else ["blt", "csv", "json"]


@require_safe
def papers(request: HttpRequest, slug: str, ref: str, election: str, kind: str) -> HttpResponse:
    """The papers of a closed election, like ones together, by what stands on them: never who gave which."""
    row, page, electors = open_page(request, slug, ref, election)
    ballot = row.ballot
    if ballot is None or kind not in kinds_of(ballot) or not sees_inside(request, page, electors):
        raise Http404
    content = {"blt": _blt, "csv": _csv, "json": _json}[kind](ballot)
    types = {"blt": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json"}
    response = HttpResponse(content, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="{row.ref}.{kind}"'
    return response


def _papers(ballot: Ballot) -> list[tuple[object, int]]:
    """Papers and how many say the same, ordered by their content. A paper as it is counted, by references."""
    if by_papers(ballot):
        refs = ballot.options
        found = {
            json.dumps([refs[int(number) - 1] for number in paper.split()]): number
            for paper, number in counted_numbers(ballot).items()
        }
    else:
        found = Counter(json.dumps(choice, sort_keys=True) for choice in ballot.votes.values_list("choice", flat=True))
    return [(json.loads(text), number) for text, number in sorted(found.items())]


def _blt(ballot: Ballot) -> str:
    """Two tellers' papers as the record holds them, byte for byte; votes by name in the same form."""
    if by_papers(ballot):
        return votes_document(ballot)
    number = {ref: str(at) for at, ref in enumerate(ballot.options, 1)}
    counted = {" ".join(number[ref] for ref in paper): count for paper, count in _papers(ballot)}
    return papers_document(f"{ballot.ref} {ballot.way} {ballot.method}", counted, terms_of(ballot))


def _csv(ballot: Ballot) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*(safe(name) for name in _called(ballot)), "papers"])
    for paper, number in _papers(ballot):
        writer.writerow([*(_cell(ballot, paper, ref) for ref in ballot.options), number])
    return out.getvalue()


def _cell(ballot: Ballot, paper, ref: str) -> str:
    if isinstance(paper, dict):
        return str(paper.get(ref, ""))
    if ref not in paper:
        return ""
    return str(paper.index(ref) + 1) if ballot.method in RANKED else "x"


def _called(ballot: Ballot) -> list[str]:
    """Names for a file: each once, so that of two of one name both are told apart by reference."""
    names = [ballot.names.get(ref, ref) for ref in ballot.options]
    return [
        name if names.count(name) == 1 else f"{name} ({ref})" for name, ref in zip(names, ballot.options, strict=True)
    ]


def _json(ballot: Ballot) -> str:
    called = dict(zip(ballot.options, _called(ballot), strict=True))

    def named(paper):
        if isinstance(paper, dict):
            return {called[ref]: value for ref, value in paper.items()}
        return paper if isinstance(paper, str) else [called[ref] for ref in paper]

    papers_ = [{"number": number, "paper": named(paper)} for paper, number in _papers(ballot)]
    whole = {"title": ballot.title, "places": ballot.places, "candidates": list(called.values()), "papers": papers_}
    return json.dumps(whole, ensure_ascii=False, indent=1)
