"""Founding: people gather, agree on a charter, adopt it by vote; only then does a council exist.

Until the vote is carried nothing here is a formal act and nothing is on a record: there is no record yet.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from weft.charter import Charter
from weft.deliberation.founding import Founded, check_put, judge_founding, may_close
from weft.errors import RuleBroken
from weft_site.charter.facts import charter, keep_version
from weft_site.deliberation.models import Founding, FoundingDraft, FoundingPerson
from weft_site.federation.services.bodies import add_members, create_body, create_federation, members_document
from weft_site.people.models import Invitation, Person
from weft_site.people.services.invitations import invite
from weft_site.record.acts import append, formal_act, keep_document, lock_log

PURPOSE = "founding"  # of the invitations that lead here
DAYS_OPEN = 30  # how long a founding meeting's code lets people in
MOST_PEOPLE = 5_000


@formal_act("deliberation.founding_opened")
def open_founding(*, actor: Person, now: datetime, title: str, place: str, kind: str) -> str:
    """Open a founding meeting; the opener is the first to have come. Answers with its code."""
    founding = Founding.objects.create(title=title, place=place, kind=kind, convener=actor, opened_at=now)
    founding.code = invite(
        purpose=PURPOSE,
        target=str(founding.pk),
        uses=MOST_PEOPLE,
        expires_at=now + timedelta(days=DAYS_OPEN),
        now=now,
        created_by=actor,
    )
    founding.save(update_fields=["code"])
    FoundingPerson.objects.create(founding=founding, person=actor, joined_at=now)
    return founding.code


@formal_act("deliberation.founding_joined")
def join_founding(*, actor: Person, now: datetime, founding_id: int) -> str:
    """Come to the meeting. Joining asks to be a founding member; leaving is possible until the vote is put."""
    founding = _lock(founding_id)
    _require_state(founding, Founding.State.GATHERING)
    FoundingPerson.objects.get_or_create(founding=founding, person=actor, defaults={"joined_at": now})
    return founding.code


@formal_act("deliberation.founding_left")
def leave_founding(*, actor: Person, now: datetime, founding_id: int) -> str:  # noqa: ARG001
    """Leave before the vote. Whoever convened it may leave like everybody else."""
    founding = _lock(founding_id)
    _require_state(founding, Founding.State.GATHERING)
    FoundingPerson.objects.filter(founding=founding, person=actor).delete()
    mine = Invitation.objects.filter(purpose=PURPOSE, target=str(founding.pk), uses__person=actor)
    for invitation in mine.select_for_update():  # so that the same link lets them in again, and others as before
        invitation.uses.filter(person=actor).delete()
        Invitation.objects.filter(pk=invitation.pk).update(uses_left=F("uses_left") + 1)
    return founding.code


@formal_act("deliberation.charter_proposed")
def propose_charter(*, actor: Person, now: datetime, founding_id: int, based_on: str, text: str) -> int:
    """Propose a charter, from the library or changed. Anybody who has come may. Answers with the draft's id.

    Raises CharterProblems with everything that is wrong, by line.
    """
    founding = _lock(founding_id)
    _require_state(founding, Founding.State.GATHERING)
    _require_present(founding, actor)
    draft = FoundingDraft.objects.create(
        founding=founding, author=actor, charter=keep_version(text), based_on=based_on, proposed_at=now
    )
    return draft.pk


@formal_act("deliberation.charter_put")
def put_charter(*, actor: Person, now: datetime, draft_id: int) -> str:  # noqa: ARG001
    """A second person backs a draft, and it is put to the vote."""
    draft = FoundingDraft.objects.select_related("charter").get(pk=draft_id)
    founding = _lock(draft.founding_id)
    _require_state(founding, Founding.State.GATHERING)
    _require_present(founding, actor)
    if draft.author_id == actor.pk:
        raise RuleBroken("founding.second_person")
    if draft.rejected_at is not None:
        raise RuleBroken("founding.draft_rejected")
    check_put(charter(draft.charter), kind=founding.kind, gathered=founding.people.count())
    draft.seconder = actor
    draft.save(update_fields=["seconder"])
    founding.draft, founding.state = draft, Founding.State.VOTING
    founding.save(update_fields=["draft", "state"])
    founding.people.update(vote="")
    return founding.code


@formal_act("deliberation.founding_voted")
def vote_on_charter(*, actor: Person, now: datetime, founding_id: int, draft_id: int, choice: str) -> str:  # noqa: ARG001
    """Vote yes, no or abstain on the draft that was put; may be changed until the vote is closed."""
    founding = _lock(founding_id)
    _require_state(founding, Founding.State.VOTING)
    if founding.draft_id != draft_id:
        raise RuleBroken("founding.other_draft")
    if choice not in {"yes", "no", "abstain"}:
        raise RuleBroken("ballot.choice")
    if not founding.people.filter(person=actor).update(vote=choice):
        raise RuleBroken("founding.present")
    return founding.code


@formal_act("deliberation.founded")
def close_founding(*, actor: Person, now: datetime, founding_id: int) -> str:
    """Close the vote, when everybody has voted or the yes votes suffice. Carried: the council exists from now on.

    Anybody who has come may close it; closing early can never carry what the gathering does not want.
    Answers with the founding's code.
    """
    founding = _lock(founding_id)
    _require_state(founding, Founding.State.VOTING)
    _require_present(founding, actor)
    law = charter(founding.draft.charter)
    found = _judge(founding, law)
    voted = found.verdict.yes + found.verdict.no + found.verdict.abstain
    if not can_close(founding):
        raise RuleBroken("founding.votes_missing", voted=voted, gathered=found.gathered)
    if not found.verdict.carried:
        FoundingDraft.objects.filter(pk=founding.draft_id).update(rejected_at=now)
        founding.state, founding.draft = Founding.State.GATHERING, None
        founding.save(update_fields=["state", "draft"])
        return founding.code
    _found(founding, law, found, now)
    return founding.code


def stand(founding: Founding) -> Founded:
    """How the vote on the draft that was put stands now. Reads only."""
    return _judge(founding, charter(founding.draft.charter))


def can_close(founding: Founding) -> bool:
    """Whether the vote may be closed now; the same question that closing asks. Reads only."""
    found = stand(founding)
    return may_close(
        gathered=found.gathered,
        voted=found.verdict.yes + found.verdict.no + found.verdict.abstain,
        yes_needed=found.verdict.needed,
        yes=found.verdict.yes,
    )


def _judge(founding: Founding, law: Charter) -> Founded:
    votes = list(founding.people.values_list("vote", flat=True))
    return judge_founding(
        law,
        kind=founding.kind,
        gathered=len(votes),
        yes=votes.count("yes"),
        no=votes.count("no"),
        abstain=votes.count("abstain"),
    )


def _found(founding: Founding, law: Charter, found: Founded, now: datetime) -> None:
    federation = create_federation(title=founding.title, version=founding.draft.charter, now=now)
    log = lock_log(federation.log_id)
    body = create_body(federation, law, kind=founding.kind, title=founding.title, ref="b0", now=now)
    people = [row.person for row in founding.people.select_related("person").order_by("pk")]
    members = add_members(body, people, index=0, now=now)
    visibility = law.body(body.kind).visibility
    append(
        log,
        "deliberation.founded",
        at=now,
        charter=law.hash,
        body=body.ref,
        data={
            "kind": body.kind,
            "title": body.title,
            "origin": log.origin,
            "gathered": found.gathered,
            "yes": found.verdict.yes,
            "no": found.verdict.no,
            "abstain": found.verdict.abstain,
        },
        finding={"needed": found.verdict.needed, "members": len(members)},
        documents={
            "charter": keep_document(log, "charter", law.text, visibility="public"),
            "members": keep_document(log, "members", members_document(members), body=body.ref, visibility=visibility),
        },
    )
    founding.state, founding.federation = Founding.State.FOUNDED, federation
    founding.save(update_fields=["state", "federation"])


def _lock(founding_id: int) -> Founding:
    assert transaction.get_connection().in_atomic_block
    return Founding.objects.select_for_update(of=("self",)).get(pk=founding_id)


def _require_state(founding: Founding, state: str) -> None:
    if founding.state != state:
        raise RuleBroken("founding.state", state=founding.state, needed=state)


def _require_present(founding: Founding, person: Person) -> None:
    if not founding.people.filter(person=person).exists():
        raise RuleBroken("founding.present")
