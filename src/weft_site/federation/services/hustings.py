"""What candidates say before a vote: answers to questions of electors, and whom they send to watch the count.

Rows, no entries. Nobody moderates; what may stand in a text the rules for texts say.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import Electors, elector_ref, electors_of, path
from weft_site.federation.models import Candidacy, CandidateQuestion, Election
from weft_site.people.models import Person
from weft_site.people.services.notices import notify
from weft_site.record.acts import formal_act
from weft_site.texts import clean_line, clean_text

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_NAME = 1_000, 4_000, 100
MOST_QUESTIONS = 5  # of one elector to one candidate
BEFORE_RESULT = (Election.State.NOMINATIONS, Election.State.VOTING)


@formal_act("federation.candidate_asked")
def ask(*, actor: Person, now: datetime, candidacy_id: int, text: str) -> int:
    """Ask a candidate something, under one's own name; the candidate is told.

    Refusals: ``standing.elector``, ``election.state`` after the vote, ``question.candidate`` for somebody who does not
    stand, ``question.own``, ``question.empty``, ``question.many``.
    """
    acting, candidacy, electors = _begin(candidacy_id, actor, now)
    elector_ref(acting, electors, "election.ask")
    _require_before(candidacy.election)
    if candidacy.accepted_at is None or candidacy.withdrawn_at is not None:
        raise RuleBroken("question.candidate")
    if candidacy.person_id == actor.pk:
        raise RuleBroken("question.own")
    text = clean_text(text, most=LONGEST_QUESTION)
    if not text:
        raise RuleBroken("question.empty")
    if CandidateQuestion.objects.filter(candidacy=candidacy, person=actor).count() >= MOST_QUESTIONS:
        raise RuleBroken("question.many", most=MOST_QUESTIONS)
    row = CandidateQuestion.objects.create(candidacy=candidacy, person=actor, name=actor.name, text=text, asked_at=now)
    sentence = gettext_noop("An elector asks you something about your candidacy.")
    _tell(acting, candidacy, candidacy.person, "election.asked", sentence)
    return row.pk


@formal_act("federation.candidate_answered")
def answer(*, actor: Person, now: datetime, question_id: int, text: str) -> int:
    """The candidate answers, or changes the answer, until the vote has ended. Refusal: ``question.not_yours``."""
    row = CandidateQuestion.objects.select_related("person").get(pk=question_id)
    acting, candidacy, _electors = _begin(row.candidacy_id, actor, now)
    if candidacy.person_id != actor.pk:
        raise RuleBroken("question.not_yours")
    _require_before(candidacy.election)
    text = clean_text(text, most=LONGEST_ANSWER)
    if not text:
        raise RuleBroken("question.empty")
    first = row.answered_at is None
    row.answer, row.answered_at = text, now
    row.save(update_fields=["answer", "answered_at"])
    if first:
        sentence = gettext_noop("A candidate has answered your question.")
        _tell(acting, candidacy, row.person, "election.answered", sentence)
    return row.pk


@formal_act("federation.observer_named")
def name_observer(*, actor: Person, now: datetime, election_id: int, name: str) -> int:
    """A candidate names one observer for the vote and the count, or another one; an empty name takes it back."""
    row = Candidacy.objects.filter(election_id=election_id, person=actor, withdrawn_at__isnull=True).first()
    if row is None or row.accepted_at is None:
        raise RuleBroken("candidate.not_proposed")
    _acting, candidacy, _electors = _begin(row.pk, actor, now)
    _require_before(candidacy.election)
    candidacy.observer = clean_line(name, most=LONGEST_NAME)
    candidacy.save(update_fields=["observer"])
    return candidacy.pk


def _require_before(election: Election) -> None:
    if election.state not in BEFORE_RESULT:
        raise RuleBroken("election.state", state=election.state, needed=Election.State.VOTING)


def _begin(candidacy_id: int, actor: Person, now: datetime) -> tuple[Acting, Candidacy, Electors]:
    body_id = Candidacy.objects.values_list("election__body_id", flat=True).get(pk=candidacy_id)
    acting = begin(body_id, actor, now)
    row = Candidacy.objects.select_related("election__constituency", "person").get(pk=candidacy_id)
    row.election.body = acting.body
    return acting, row, electors_of(acting.body, row.election.constituency, row.election.office)


def _tell(acting: Acting, candidacy: Candidacy, person: Person, kind: str, sentence: str) -> None:
    place = path(acting.body, "elections", candidacy.election.ref)
    notify(person, kind, sentence=sentence, values={}, path=place, now=acting.now)
