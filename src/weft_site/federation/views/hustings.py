"""Around an election: questions to candidates, observers, challenges. One address an act, one service each."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weft_site.federation.models import CandidateQuestion, Challenge
from weft_site.federation.services import challenges, hustings
from weft_site.federation.views.acts import act_on, key, sees_inside
from weft_site.federation.views.contests import FORMS
from weft_site.federation.views.elections import open_page, show


@login_required
@require_POST
def contest_act(request: HttpRequest, slug: str, ref: str, election: str, act: str) -> HttpResponse:
    """Ask, answer, name an observer, challenge, judge: whatever those around an election do."""
    row, page, electors = open_page(request, slug, ref, election)
    if act not in FORMS or not sees_inside(request, page, electors):
        raise Http404
    form = FORMS[act](request.POST)
    common = {"actor": request.user, "now": page.now, "key": key(request)}

    def ask() -> str:
        hustings.ask(**common, candidacy_id=_one(request, row.candidacies, "candidacy"), **form.cleaned_data)
        return _("Your question is shown, and the candidate is told.")

    def answer() -> str:
        questions = CandidateQuestion.objects.filter(candidacy__election=row)
        hustings.answer(**common, question_id=_one(request, questions, "question"), **form.cleaned_data)
        return _("Your answer is shown.")

    def observer() -> str:
        hustings.name_observer(**common, election_id=row.pk, **form.cleaned_data)
        return _("Noted. Your observer is shown on the observers' page.")

    def challenge() -> str:
        challenges.challenge_election(**common, election_id=row.pk, **form.cleaned_data)
        return _("The election is challenged.")

    def judge() -> str:
        challenge_id = _one(request, Challenge.objects.filter(election=row), "challenge")
        challenges.decide_challenge(**common, challenge_id=challenge_id, **form.cleaned_data)
        return _("The challenge is decided.")

    return act_on(
        request,
        {"ask": ask, "answer": answer, "observer": observer, "challenge": challenge, "judge": judge},
        act,
        form=form,
        onward=lambda: ("election", slug, ref, row.ref),
        again=lambda refused: show(request, row, page, electors, refused=refused),
    )


def _one(request: HttpRequest, rows, name: str) -> int:
    """The row of this election that the form names; any other is not there."""
    text = request.POST.get(name, "")
    found = rows.filter(pk=int(text)).first() if text.isascii() and text.isdecimal() and len(text) < 18 else None
    if found is None:
        raise Http404
    return found.pk
