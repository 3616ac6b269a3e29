"""Where two tellers enter apart what they counted: sums, or paper after paper. Neither sees the other's before."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weft.ballots.papers import PapersInvalid, papers_agree, problem_sentence
from weft.errors import RuleBroken
from weft_site import clock
from weft_site.ballots.forms import ANSWERS
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import by_papers, count_lines, sheets
from weft_site.deliberation import facts
from weft_site.deliberation.views.voting import ballot_shown, subject_url
from weft_site.federation.services.tellers import electors_of_ballot, enter_count, require_teller, tellers_of
from weft_site.federation.views.base import new_key
from weft_site.refusals import sentence

LAST = 10  # papers shown as typed


@login_required
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Where one teller enters what was counted. The other's numbers are not shown before both are in."""
    ballot, subject = ballot_shown(request, ballot_id)
    tellers = tellers_of(electors_of_ballot(ballot), clock.now())
    if ballot.way == Ballot.Way.OPEN or request.user.pk not in {term.person_id for term in tellers}:
        raise Http404
    return _papers(request, ballot, subject) if by_papers(ballot) else _sums(request, ballot, subject)


def _sums(request: HttpRequest, ballot: Ballot, subject: facts.Subject) -> HttpResponse:
    lines = count_lines(ballot)
    if request.method == "POST":
        numbers = {line: _number(request.POST.get(f"n-{line}", "")) for line in lines}
        return _enter(request, ballot, numbers)
    context = _entered(request, ballot, subject)
    mine = context.pop("mine_numbers")
    context["lines"] = [
        {"ref": line, "words": _line_words(ballot, line), "number": mine.get(line, "")} for line in lines
    ]
    return render(request, "deliberation/vote_count.html", context)


def _enter(request: HttpRequest, ballot: Ballot, numbers: dict[str, int]) -> HttpResponse:
    key = request.POST.get("key", "")[:64]
    agree = enter_count(actor=request.user, now=clock.now(), key=key, ballot_id=ballot.pk, numbers=numbers)
    return redirect(f"{request.path}?agree={int(agree)}")


def _entered(request: HttpRequest, ballot: Ballot, subject: facts.Subject) -> dict[str, object]:
    """How far both tellers are, and what this one entered."""
    entered = list(ballot.teller_counts.order_by("pk").values_list("teller_id", "numbers"))
    mine = next((numbers for teller, numbers in entered if teller == request.user.pk), {})
    return {
        "ballot": ballot,
        "subject": subject,
        "page_url": subject_url(subject, ballot),
        "entered": len(entered),
        "mine": bool(mine),
        "mine_numbers": mine,
        "agree": len(entered) > 1 and entered[0][1] == entered[1][1],
        "key": new_key(),
    }


def _papers(request: HttpRequest, ballot: Ballot, subject: facts.Subject) -> HttpResponse:
    """Paper after paper: typed, taken back, read from a file; then entered as this teller's count."""
    if request.method == "GET":
        return _show_papers(request, ballot, subject)
    require_teller(request.user, ballot.pk, clock.now())
    try:
        return _do(request, ballot)
    except PapersInvalid as wrong:
        said = [(one.line, *problem_sentence(one)) for one in wrong.problems]
        problems = [{"line": line, "words": _(msgid) % values} for line, msgid, values in said]
        return _show_papers(request, ballot, subject, problems=problems)
    except RuleBroken as refusal:
        if not refusal.rule.startswith("ballot."):
            raise
        return _show_papers(request, ballot, subject, refused=refusal)


def _do(request: HttpRequest, ballot: Ballot) -> HttpResponse:
    """One act of the page, by the button pressed; "add" where a teller just pressed Enter."""
    own = {"ballot_id": ballot.pk, "teller": request.user}
    if "enter" in request.POST:
        return _enter(request, ballot, sheets.papers_of(ballot, request.user))
    if "undo" in request.POST:
        sheets.take_back(**own)
    elif "upload" in request.POST:
        file = request.FILES.get("file")
        sheets.add_file(
            **own,
            name=file.name if file else "",
            content=file.read(sheets.MOST_MEGABYTES * 1024 * 1024 + 1) if file else b"",
        )
    else:
        paper = "" if "blank" in request.POST else request.POST.get("paper", "")[:2_000]
        if not paper.strip() and "blank" not in request.POST:
            raise RuleBroken("ballot.paper_empty")
        sheets.add_papers(**own, paper=paper, number=_number(request.POST.get("number", "1") or "1"))
    return redirect(f"{request.path}#s-paper")


def _show_papers(
    request: HttpRequest, ballot: Ballot, subject: facts.Subject, *, refused: RuleBroken | None = None, problems=()
) -> HttpResponse:
    sheet = sheets.sheet_of(ballot, request.user)
    context = _entered(request, ballot, subject) | {
        "candidates": [(number, ballot.names.get(ref, ref)) for number, ref in enumerate(ballot.options, 1)],
        "example": " ".join(str(number) for number in (2, 1, 3)[: len(ballot.options)]),
        "last": [
            {"paper": paper, "number": number, "names": _named(ballot, paper)}
            for paper, number in sheet[: -LAST - 1 : -1]
        ],
        "total": sum(number for _paper, number in sheet),
        "typed": request.POST.get("paper", "")[:2_000] if refused else "",
        "refused_words": sentence(refused) if refused else "",
        "problems": problems,
        "differ_words": _difference(ballot),
        "most": sheets.MOST_MEGABYTES,
    }
    return render(request, "deliberation/vote_papers.html", context, status=409 if refused or problems else 200)


def _named(ballot: Ballot, paper: str) -> str:
    refs = [ballot.options[int(number) - 1] for number in paper.split()]
    return ", ".join(ballot.names.get(ref, ref) for ref in refs) or _("blank")


def _difference(ballot: Ballot) -> str:
    """The first paper on which the two counts differ, once both are in; only that one is told."""
    counts = [row.numbers for row in ballot.teller_counts.order_by("pk")]
    if len(counts) < 2:
        return ""
    try:
        papers_agree(*counts[:2])
    except RuleBroken as refusal:
        return sentence(refusal)
    return ""


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RuleBroken("ballot.number")
    return int(text)


def _line_words(ballot: Ballot, line: str) -> str:
    answers = {value: str(label) for value, label in ANSWERS}
    name, _slash, answer = line.rpartition("/")
    if name:
        return f"{ballot.names.get(name, name)}: {answers.get(answer, answer)}"
    return {**answers, "papers": _("Papers given in")}.get(line) or ballot.names.get(line, line)
