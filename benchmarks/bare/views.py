from benchmarks.bare.models import BareVote
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.views.decorators.http import require_POST


@login_required
@require_POST
def vote(request: HttpRequest, question: int) -> HttpResponse:
    choice = request.POST.get("choice", "")
    if choice not in {"yes", "no", "abstain"}:
        return HttpResponseBadRequest()
    with transaction.atomic():
        BareVote.objects.create(question=question, person=request.user, choice=choice)
    return HttpResponseRedirect(request.path)
