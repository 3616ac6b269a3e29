"""What an election's page shows of questions to candidates, observers and challenges."""

from django.http import HttpRequest

from weft_site.federation.electing import Electors
from weft_site.federation.forms_seats import (
    AnswerQuestionForm,
    ChallengeForm,
    JudgeForm,
    ObserverForm,
    QuestionForm,
)
from weft_site.federation.models import Candidacy, Challenge, Election
from weft_site.federation.services import challenges
from weft_site.federation.services.hustings import BEFORE_RESULT
from weft_site.federation.views.base import Page

FORMS = {
    "ask": QuestionForm,
    "answer": AnswerQuestionForm,
    "observer": ObserverForm,
    "challenge": ChallengeForm,
    "judge": JudgeForm,
}


def contest_context(
    request: HttpRequest,
    row: Election,
    page: Page,
    electors: Electors,
    *,
    inside: bool,
    mine: Candidacy | None,
    refused=None,
) -> dict[str, object]:
    """Forms and rows; a refused form is shown again where it stands, with what was typed."""
    before = row.state in BEFORE_RESULT
    person = request.user if request.user.is_authenticated else None
    until = challenges.until(row)
    rows = list(row.challenges.order_by("pk")) if inside else []
    judging = challenges.judges(row, page.now) if rows or until else []
    forms = {
        f"{name}_form": refused if isinstance(refused, kind) else _fresh(kind, mine) for name, kind in FORMS.items()
    }
    open_rows = [one for one in rows if one.state == Challenge.State.OPEN]
    return {
        **forms,
        "refused_form": refused if isinstance(refused, tuple(FORMS.values())) else None,
        "asked_of": request.POST.get("candidacy", ""),
        "before": before,
        "may_ask": before and page.standing.elector,
        "challenges": rows,
        "challenge_until": until,
        "may_challenge": until is not None
        and page.now < until
        and page.standing.elector
        and not any(person is not None and one.person_id == person.pk for one in rows),
        "nobody_judges": not judging,
        "to_judge": [one for one in open_rows if one.person_id != getattr(person, "pk", None)]
        if person is not None and any(one.pk == person.pk for one in judging)
        else [],
        "from_body": electors.bodies[0],
    }


def _fresh(kind, mine: Candidacy | None):
    return kind(initial={"name": mine.observer}) if kind is ObserverForm and mine else kind()
