"""Accession: a council joins a wider federation, founds one with others, or leaves one. Each by an act of its own.

Charter: decision.accession, of the council that asks and of the federation that accepts. A member proposes; the
notice days run; the members vote over days; then the delegates of the wider federation accept, or, while it has none,
the members of its councils. What then happens to people, offices and seats is in `joining`.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from weft.charter.model import Charter
from weft.errors import RuleBroken
from weft.federation import require
from weft.federation.accession import (
    check_accession,
    check_joint_founding,
    check_notice,
    founding_proposal,
)
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import lock_ballot, put_vote
from weft_site.charter.facts import charter, keep_version
from weft_site.charter.models import CharterVersion
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import path, people_of
from weft_site.federation.models import Accession, Body, Federation, Term
from weft_site.federation.services import joining, questions
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

KIND = "accession"
State = Accession.State
UNDER_WAY = (State.PROPOSED, State.ADOPTED)
LONGEST_TITLE = 120


# --- the council that asks --------------------------------------------------------------------------------------


@formal_act("federation.accession_proposed")
def propose_accession(
    *, actor: Person, now: datetime, body_id: int, into_id: int, as_kind: str, upper_ref: str = ""
) -> str:
    """Propose that this council join a wider federation on this server. Answers with the proposal's reference.

    as_kind:   what it becomes there. upper_ref: the body it will send delegates to, where there are several.
    Refusals: ``standing.…``, ``accession.…``.
    """
    acting = _begin_alone(body_id, actor, now)
    into = Federation.objects.select_related("log", "charter").get(pk=into_id)
    if into.ended_at is not None:
        raise RuleBroken("accession.ended")
    already = into.pk == acting.federation.pk
    found = check_accession(charter(into.charter), as_kind=as_kind, members=acting.body.members_count, already=already)
    upper = _chosen_upper(into, found.upper, upper_ref)
    row = _propose(acting, into=into, as_kind=as_kind, upper=upper)
    acting.record(
        "federation.accession_proposed",
        data={
            "accession": row.ref,
            "into": into.log.origin,
            "as_kind": as_kind,
            "upper": upper.ref if upper else "",
            "wider_charter": into.charter.hash,
        },
    )
    _tell_members(acting, row, gettext_noop("It is proposed that %(body)s joins a wider federation."))
    return row.ref


def _chosen_upper(into: Federation, kinds: Sequence[str], ref: str) -> Body | None:
    """The body to send delegates to: named where there are several of a kind. Refuses ``accession.upper``."""
    uppers = list(Body.objects.filter(federation=into, kind__in=kinds, type="delegate", ended_at__isnull=True))
    if ref:
        chosen = next((body for body in uppers if body.ref == ref), None)
        if chosen is None:
            raise RuleBroken("accession.upper")
        return chosen
    if len({body.kind for body in uppers}) < len(uppers):
        raise RuleBroken("accession.upper")
    return None


@formal_act("federation.founding_proposed")
def propose_founding(
    *, actor: Person, now: datetime, body_id: int, title: str, text: str, councils: Sequence[tuple[int, str]]
) -> str:
    """Propose to found a federation together with other councils, under a charter. Answers with the reference.

    councils: (federation id, kind of body it becomes) of all of them, this one included. Each adopts by its own
    vote what has the same hash. Raises CharterProblems for a text that is no charter.
    Refusals: ``standing.…``, ``accession.…``.
    """
    acting = _begin_alone(body_id, actor, now)
    title = " ".join(title.split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise RuleBroken("association.title", most=LONGEST_TITLE)
    version = keep_version(text)
    law = charter(version)
    feds = Federation.objects.filter(pk__in=[pk for pk, _ in councils], ended_at__isnull=True).select_related("log")
    kinds = {federation.log.origin: dict(councils)[federation.pk] for federation in feds}
    if acting.log.origin not in kinds:
        raise RuleBroken("accession.not_proposed")
    check_joint_founding(kinds, proposed_to=kinds)
    for federation in feds:
        body = _only_council(federation)
        check_accession(law, as_kind=kinds[federation.log.origin], members=body.members_count, already=False)
    named = sorted(kinds.items())
    row = _propose(
        acting,
        as_kind=kinds[acting.log.origin],
        proposal=founding_proposal(title, version.hash, named),
        terms={"title": title, "charter": version.hash, "councils": [list(pair) for pair in named]},
    )
    _record_founding_proposal(acting, row, law)
    others = feds.exclude(pk=acting.federation.pk)
    officers = Term.objects.filter(
        facts.running(now), seat__body__federation__in=others, seat__office__in=["chair", "secretary"]
    )
    sentence = gettext_noop("Another council proposes to found a federation together with yours.")
    _notify(Person.objects.filter(pk__in=officers.values("person")), row, sentence, acting)
    return row.ref


@formal_act("federation.founding_proposed")
def take_up(*, actor: Person, now: datetime, body_id: int, accession_id: int) -> str:
    """Propose in this council what another has proposed to it: the same federation, under the same charter.

    Refusals: ``standing.…``, ``accession.not_proposed``, ``accession.…``.
    """
    acting = _begin_alone(body_id, actor, now)
    other = Accession.objects.get(pk=accession_id)
    kinds = dict(other.terms.get("councils", []))
    if acting.log.origin not in kinds or other.state not in UNDER_WAY:
        raise RuleBroken("accession.not_proposed")
    row = _propose(acting, as_kind=kinds[acting.log.origin], proposal=other.proposal, terms=other.terms)
    law = charter(CharterVersion.objects.get(hash=other.terms["charter"]))
    check_accession(law, as_kind=row.as_kind, members=acting.body.members_count, already=False)
    _record_founding_proposal(acting, row, law)
    return row.ref


def _record_founding_proposal(acting: Acting, row: Accession, law: Charter) -> None:
    acting.record(
        "federation.founding_proposed",
        data={"accession": row.ref, "proposal": row.proposal, **row.terms},
        documents={"charter": acting.document("charter", law.text)},
    )
    _tell_members(acting, row, gettext_noop("It is proposed that %(body)s founds a federation together with others."))


@formal_act("federation.leaving_proposed")
def propose_leaving(*, actor: Person, now: datetime, body_id: int) -> str:
    """Propose that this council leave its federation and go on by itself. Answers with the proposal's reference.

    Refusals: ``standing.…``, ``accession.one_council`` (it is alone already), ``accession.running``.
    """
    acting = begin(body_id, actor, now)
    acting.require("accession.propose")
    others = Body.objects.filter(federation=acting.federation, type="base", ended_at__isnull=True)
    if acting.body.type != "base" or acting.body.ended_at or not others.exclude(pk=body_id).exists():
        raise RuleBroken("accession.one_council")
    row = _propose(acting, as_kind=acting.body.kind, leaves=True)
    acting.record("federation.leaving_proposed", data={"accession": row.ref})
    _tell_members(acting, row, gettext_noop("It is proposed that %(body)s leaves its federation."))
    return row.ref


def _begin_alone(body_id: int, actor: Person, now: datetime) -> Acting:
    """Begin an act by which a federation of one council gives itself up for a wider one."""
    acting = begin(body_id, actor, now)
    acting.require("accession.propose")
    if acting.body.ended_at or _only_council(acting.federation).pk != acting.body.pk:
        raise RuleBroken("accession.one_council")
    return acting


def _only_council(federation: Federation) -> Body:
    """The one council of a federation of one. Refuses ``accession.one_council`` for any other federation."""
    bodies = list(Body.objects.filter(federation=federation, type__in=facts.PEOPLE, ended_at__isnull=True)[:2])
    if len(bodies) != 1 or bodies[0].type != "base":
        raise RuleBroken("accession.one_council")
    return bodies[0]


def _propose(acting: Acting, **fields) -> Accession:
    if Accession.objects.filter(body=acting.body, state__in=UNDER_WAY).exists():
        raise RuleBroken("accession.running")
    return Accession.objects.create(
        asking=acting.federation,
        body=acting.body,
        ref=f"a{acting.index}",
        proposed_by=acting.actor,
        proposed_at=acting.now,
        **fields,
    )


@formal_act("federation.accession_withdrawn")
def withdraw_accession(*, actor: Person, now: datetime, accession_id: int) -> str:
    """Whoever proposed it takes it back before the vote. Refusals: ``accession.not_yours``, ``accession.state``."""
    acting, row = _begin(accession_id, actor, now)
    if row.proposed_by_id != actor.pk:
        raise RuleBroken("accession.not_yours")
    if row.state != State.PROPOSED or row.ballot_id:
        raise RuleBroken("accession.state", state=row.state)
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    acting.record("federation.accession_withdrawn", data={"accession": row.ref})
    return row.state


@formal_act("federation.accession_vote_opened")
def open_accession(*, actor: Person, now: datetime, accession_id: int) -> str:
    """Put the proposal to the members once the notice is over; any of them may. Answers with the ballot's reference.

    Refusals: ``standing.…``, ``accession.state``, ``decision.notice_days``.
    """
    acting, row = _begin(accession_id, actor, now)
    acting.require("accession.open")
    if row.state != State.PROPOSED or row.ballot_id:
        raise RuleBroken("accession.state", state=row.state)
    check_notice(acting.charter, announced_at=row.proposed_at, now=now)
    ballot = questions.open_question(acting, [acting.body], title=_title(row), kind=KIND)
    row.ballot = ballot
    row.save(update_fields=["ballot"])
    acting.record("federation.accession_vote_opened", data={"accession": row.ref, **questions.opened(ballot)})
    _tell_members(acting, row, gettext_noop("%(body)s votes on the federation it belongs to."))
    return ballot.ref


def _title(row: Accession) -> str:
    """What the ballot asks, in names: the title of a ballot is a public text."""
    name = row.terms.get("title") or (row.into.title if row.into else row.asking.title)
    return f"{row.body.title} → {name}" if not row.leaves else f"{name} → {row.body.title}"


@formal_act("federation.accession_adopted")
def close_accession(*, actor: Person | None, now: datetime, accession_id: int) -> str:
    """Close the members' vote. Adopted: the wider federation is asked, the others are waited for, or it leaves.

    Refusals: ``standing.…``, ``accession.state``, ``ballot.still_open``, ``accession.open_business``, ``ballot.…``.
    """
    acting, row = _begin(accession_id, actor, now)
    if row.state != State.PROPOSED or row.ballot_id is None:
        raise RuleBroken("accession.state", state=row.state)
    if actor is not None:
        acting.require("ballot.close_due")
    ballot = lock_ballot(row.ballot_id)
    questions.require_over(acting, ballot)
    tally, answer = questions.judge(acting, ballot, [acting.body], KIND)
    row.state = State.ADOPTED if answer.carried else State.REFUSED
    row.adopted_at = now if answer.carried else None
    row.save(update_fields=["state", "adopted_at"])
    acting.record(
        "federation.accession_adopted" if answer.carried else "federation.accession_rejected",
        data={"accession": row.ref, "proposal": row.proposal, **questions.counted(ballot, tally)},
        finding=questions.found(answer),
        documents={"votes": questions.votes(acting, ballot)},
    )
    if answer.carried:
        _follow(acting, row)
    return row.state


def _follow(acting: Acting, row: Accession) -> None:
    """What an adopted proposal brings about in the same act."""
    if row.leaves:
        joining.secede(acting, row)
    elif row.into_id:
        people = people_of(facts.voters(accepting(row, acting.now), acting.now))
        _notify(people, row, gettext_noop("A council asks to join your federation."), acting)
    else:
        rows = Accession.objects.filter(proposal=row.proposal, state=State.ADOPTED).select_related("asking__log")
        rows = sorted(rows, key=lambda other: other.asking.log_id)
        origins = [origin for origin, _ in row.terms["councils"]]
        adopted = {other.asking.log.origin for other in rows}
        if adopted >= set(origins):
            check_joint_founding(adopted, proposed_to=origins)
            joining.found_together(rows, acting.now)
            row.refresh_from_db()


# --- the federation that accepts --------------------------------------------------------------------------------


def accepting(row: Accession, now: datetime) -> list[Body]:
    """Who accepts a council: the delegate council it will send to; while nobody sits there, all base councils.

    Once the vote is open it stays with those who had it when it opened.
    """
    law = charter(row.into.charter)
    live = Body.objects.filter(federation=row.into, ended_at__isnull=True).order_by("pk")
    bodies = list(live)
    for body in bodies:
        body.federation = row.into
    kinds = [kind for kind, rule in law.bodies.items() if any(seat.sender == row.as_kind for seat in rule.seats)]
    uppers = [body for body in bodies if body.type == "delegate" and body.kind in kinds]
    uppers = [body for body in uppers if body.pk == row.upper_id] or uppers
    if row.acceptance is not None:
        seated = next((body for body in uppers if body.ref == row.acceptance.electorate), None)
    else:
        seated = next((body for body in uppers if facts.count_voters(body, now)), None)
    return [seated] if seated else [body for body in bodies if body.type == "base"]


def begin_acceptance(accession_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Accession, list[Body]]:
    """Begin an act of the accepting federation, in the accepting body in which the actor votes."""
    row = _find(accession_id)
    if row.into is None:
        raise RuleBroken("accession.state", state=row.state)
    bodies = accepting(row, now)
    if not bodies:
        raise RuleBroken("accession.ended")
    mine = next((body for body in bodies if actor and votes_in(actor, body, now)), bodies[0])
    acting = begin(mine.pk, actor, now)
    row = _find(accession_id)
    if row.state != State.ADOPTED:
        raise RuleBroken("accession.state", state=row.state)
    return acting, row, accepting(row, now)


def votes_in(actor: Person, body: Body, now: datetime) -> bool:
    """Whether somebody votes in a body: as a member of a council, or by a seat in a delegate council."""
    standing = facts.standing(actor, body, now)
    return bool(standing.seat) if standing.delegate_body else standing.member


@formal_act("federation.acceptance_vote_opened")
def open_acceptance(*, actor: Person, now: datetime, accession_id: int) -> str:
    """Put to the vote whether the council is accepted, once the notice is over; whoever votes there may.

    Refusals: ``standing.…``, ``accession.state``, ``decision.notice_days``.
    """
    acting, row, bodies = begin_acceptance(accession_id, actor, now)
    acting.require("accession.accept")
    if row.acceptance_id:
        raise RuleBroken("accession.state", state="ballot")
    check_notice(acting.charter, announced_at=row.adopted_at, now=now)
    ballot = questions.open_question(acting, bodies, title=_title(row), kind=KIND)
    row.acceptance = ballot
    row.save(update_fields=["acceptance"])
    acting.record(
        "federation.acceptance_vote_opened",
        data={**_asked(row), "bodies": [body.ref for body in bodies], **questions.opened(ballot)},
    )
    people = Person.objects.filter(pk__in=ballot.roll.values("person"))
    _notify(people, row, gettext_noop("You vote on whether a council joins your federation."), acting)
    return ballot.ref


def _asked(row: Accession) -> dict[str, object]:
    return {
        "accession": row.ref,
        "from": row.asking.log.origin,
        "as_kind": row.as_kind,
        "adopted": row.adopted_at.isoformat() if row.adopted_at else None,
    }


@formal_act("federation.acceptance_decided")
def close_acceptance(*, actor: Person | None, now: datetime, accession_id: int) -> str:
    """Close the vote of those who accept. Carried: the council is a body of the federation from this instant.

    Refusals: ``standing.…``, ``accession.state``, ``ballot.still_open``, ``accession.open_business``.
    """
    acting, row, bodies = begin_acceptance(accession_id, actor, now)
    if row.acceptance_id is None:
        raise RuleBroken("accession.state", state=row.state)
    if actor is not None:
        acting.require("accession.accept")
    ballot = lock_ballot(row.acceptance_id)
    questions.require_over(acting, ballot)
    tally, answer = questions.judge(acting, ballot, bodies, KIND)
    acting.record(
        "federation.acceptance_decided",
        data={**_asked(row), "bodies": [body.ref for body in bodies], **questions.counted(ballot, tally)},
        finding=questions.found(answer),
        documents={"votes": questions.votes(acting, ballot)},
    )
    if answer.carried:
        accept_accession(acting, row)
    else:
        refuse_accession(acting, row)
    return row.state


def accept_accession(acting: Acting, accession: Accession) -> str:
    """The wider federation accepts: the council joins it. Part of the act that decided it. Answers the new body's ref.

    Refusals: ``accession.state``, ``accession.open_business``, ``accession.kind``, ``accession.members``.
    """
    row = _find(accession.pk)
    if row.state != State.ADOPTED or row.into_id != acting.federation.pk:
        raise RuleBroken("accession.state", state=row.state)
    moved = joining.join(acting, row)
    accession.refresh_from_db()
    people = Person.objects.filter(memberships__body=moved.body)
    values = {"body": moved.body.title, "federation": acting.federation.title}
    sentence = gettext_noop("%(body)s belongs to %(federation)s now.")
    where = f"/f/{acting.log.slug}/b/{moved.body.ref}/"
    notify_many(people, "accession.joined", sentence=sentence, values=values, path=where, now=acting.now)
    return moved.body.ref


def refuse_accession(acting: Acting, accession: Accession) -> str:
    """The wider federation does not accept; the council stays what it was. Part of the act that decided it."""
    accession.state = State.REFUSED
    accession.save(update_fields=["state"])
    sentence = gettext_noop("The federation has not accepted %(body)s.")
    people = Person.objects.filter(memberships__body=accession.body, memberships__status="admitted")
    _notify(people, accession, sentence, acting)
    return accession.state


@formal_act("federation.vote_cast")
def vote_on_acceptance(*, actor: Person, now: datetime, accession_id: int, choice: str) -> None:
    """Vote by name on whether a council is accepted; may be changed until the close.

    Refusals: ``accession.state``, ``standing.…``, ``ballot.…``.
    """
    row = _find(accession_id)
    if row.acceptance is None or row.state != State.ADOPTED:
        raise RuleBroken("accession.state", state=row.state)
    bodies = accepting(row, now)
    if not any(votes_in(actor, body, now) for body in bodies):
        require("accession.accept", facts.standing(actor, bodies[0], now))
    put_vote(ballot_id=row.acceptance_id, person_id=actor.pk, choice=choice, now=now)


def due(now: datetime) -> int:
    """What time alone brings: votes by name whose time has run out are closed. Counts the acts done."""
    over = {"way": Ballot.Way.OPEN, "closed_at__isnull": True, "closes_at__lte": now}
    own = Accession.objects.filter(state=State.PROPOSED, **{f"ballot__{key}": value for key, value in over.items()})
    done = questions.attempt(
        list(own.values_list("pk", flat=True)), lambda pk: close_accession(actor=None, now=now, accession_id=pk)
    )
    wider = Accession.objects.filter(
        state=State.ADOPTED, **{f"acceptance__{key}": value for key, value in over.items()}
    )
    return done + questions.attempt(
        list(wider.values_list("pk", flat=True)), lambda pk: close_acceptance(actor=None, now=now, accession_id=pk)
    )


# --- small parts ------------------------------------------------------------------------------------------------


def _find(accession_id: int) -> Accession:
    related = ("asking__log", "into__log", "into__charter", "body", "upper", "acceptance")
    return Accession.objects.select_related(*related).get(pk=accession_id)


def _begin(accession_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Accession]:
    body_id = Accession.objects.values_list("body_id", flat=True).get(pk=accession_id)
    acting = begin(body_id, actor, now)
    return acting, _find(accession_id)


def _tell_members(acting: Acting, row: Accession, sentence: str) -> None:
    people = Person.objects.filter(memberships__body=acting.body, memberships__status="admitted")
    _notify(people, row, sentence, acting)


def _notify(people, row: Accession, sentence: str, acting: Acting) -> None:
    values = {"body": row.body.title} if "%(body)s" in sentence else {}
    row.body.federation = row.asking
    where = path(row.body, "accessions", row.ref)
    notify_many(people, "accession", sentence=sentence, values=values, path=where, now=acting.now)
