"""From rows to the plain values that deliberation asks for: who is here, who is to be told, how a vote stands."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from weft.ballots import Tally
from weft.charter.model import Quorum, SeatRule
from weft.errors import RuleBroken
from weft.federation.mandates import Instruction, in_force
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import question_tally, valid_votes
from weft_site.charter.facts import charter
from weft_site.charter.models import CharterVersion
from weft_site.deliberation.models import MandateLink, Meeting, Motion, Presence
from weft_site.federation import facts
from weft_site.federation.models import Application, Body, Constituency, Federation, Mandate, Membership, Seat, Term
from weft_site.people.models import Person


def lines_of(body: Body, now: datetime) -> list[tuple[str, int | None, int]]:
    """A body's voters as a ballot's roll takes them."""
    return [(voter.ref, voter.person_id, voter.weight) for voter in facts.voters([body], now)]


def people_to_tell(body: Body, now: datetime) -> list[Person]:
    """Everybody who is called to a meeting: voters, and whoever sits with an advisory or unconfirmed seat."""
    if body.type in facts.PEOPLE:
        members = Membership.objects.filter(body=body, status__in=Membership.CURRENT)
        return list(Person.objects.filter(pk__in=members.values("person_id")).order_by("pk"))
    return list(Person.objects.filter(pk__in=facts.terms(body, now).values("person_id")).order_by("pk"))


def voter_ref(person: Person, body: Body, now: datetime) -> str:
    """The reference by which a person votes in a body now, or ""."""
    if body.type in facts.PEOPLE:
        own = Membership.objects.filter(body=body, person=person, status=Membership.Status.ADMITTED)
        return own.values_list("ref", flat=True).first() or ""
    return next((voter.ref for voter in facts.voters([body], now) if voter.person_id == person.pk), "")


def present(meeting: Meeting) -> set[tuple[str, int]]:
    """(voter, person) of everybody who is here and has not left."""
    return set(Presence.objects.filter(meeting=meeting, until__isnull=True).values_list("voter", "person_id"))


def count_present(meeting: Meeting, now: datetime) -> int:
    """Those here who vote in the body now: a lost seat is not counted, whoever still sits there."""
    if meeting.body.type in facts.PEOPLE:
        here = Presence.objects.filter(meeting=meeting, until__isnull=True)
        admitted = Membership.objects.filter(body=meeting.body, status=Membership.Status.ADMITTED)
        return admitted.filter(ref__in=here.values("voter")).count()
    seated = present(meeting)
    return sum((voter.ref, voter.person_id) in seated for voter in facts.voters([meeting.body], now))


def entitled_now(body: Body, rule: Quorum, now: datetime) -> int:
    """The number this quorum is a share of, today."""
    if body.type not in facts.PEOPLE and rule.of == "seats":
        return Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True).count()
    return facts.count_voters(body, now)


def base_below(body: Body) -> set[int]:
    """Ids of all base councils below a body, at any depth; a query a level."""
    base: set[int] = set()
    seen, level = {body.pk}, [body.pk]
    while level:
        rows = Body.objects.filter(links_up__upper__in=level, ended_at__isnull=True).values_list("pk", "type")
        level = []
        for pk, type_ in rows:
            if pk not in seen:
                seen.add(pk)
                level.append(pk)
                if type_ == "base":
                    base.add(pk)
    return base


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote on a question as it is judged. present, entitled: persons or seats, for the quorum; the rest are votes.

    roll: voter -> weight of those who may vote on it now.
    """

    tally: Tally
    present: int
    entitled: int
    votes_present: int
    votes_entitled: int
    roll: dict[str, int]


def counted(ballot: Ballot, body: Body, rule: Quorum, now: datetime, meeting: Meeting | None = None) -> Counted:
    """Count a question as things stand now.

    In a meeting those present and entitled to this vote count for the quorum, and whoever votes by name is there;
    over days, those who voted. Why: ADR 0010. entitled: never fewer than when the meeting opened.
    """
    roll = _valid_roll(ballot, body, now)
    votes: set[str] = set()
    if ballot.way == Ballot.Way.OPEN:
        found = question_tally(ballot, still_entitled=roll.__contains__)
        votes = set(valid_votes(ballot, still_entitled=roll.__contains__)[1])
    else:
        found = question_tally(ballot)
    given = found.yes + found.no + found.abstain
    entitled = len(roll)
    if ballot.follows_seats and rule.of == "seats":
        entitled = max(entitled, entitled_now(body, rule, now))
    if meeting is None:
        return Counted(found, found.voted, entitled, given, sum(roll.values()), roll)
    here, gone = _presence(meeting)
    in_room = (here | (votes - gone)) & roll.keys()
    took_part = sum(roll[voter] for voter in (here | votes) & roll.keys())
    return Counted(
        tally=found,
        present=len(in_room) if votes or ballot.way == Ballot.Way.OPEN else max(len(in_room), found.voted),
        entitled=max(entitled, (meeting.entitled or 0) if rule == facts.rule_of_body(body).quorum else 0),
        votes_present=max(took_part, given),
        votes_entitled=sum(roll.values()),
        roll=roll,
    )


def _presence(meeting: Meeting) -> tuple[set[str], set[str]]:
    here, gone = set(), set()
    for voter, until in Presence.objects.filter(meeting=meeting).values_list("voter", "until"):
        (here if until is None else gone).add(voter)
    return here, gone


def _valid_roll(ballot: Ballot, body: Body, now: datetime) -> dict[str, int]:
    """The frozen roll; by name and on seats, only the lines whose person still holds the seat.

    Votes by hand or on paper cannot be taken out again, so their roll stays as it was.
    """
    lines = ballot.roll.values_list("voter", "person_id", "weight")
    if not ballot.follows_seats or ballot.way != Ballot.Way.OPEN:
        return {voter: weight for voter, _, weight in lines}
    seated = {(voter.ref, voter.person_id) for voter in facts.voters([body], now)}
    return {voter: weight for voter, person, weight in lines if (voter, person) in seated}


def turnout(ballot: Ballot) -> int:
    """How many have voted by name so far."""
    return ballot.votes.count()


# --- seats and mandates in an open ballot ---------------------------------------------------------------------


def seat_rule_now(ballot: Ballot, voter: str, person_id: int, now: datetime) -> SeatRule | None:
    """The rule of the seat with which somebody votes; refused if it was lost since the roll was frozen.

    One query. None for a seat without a rule of its own. Refusals: ``standing.lost``, ``standing.pending``.
    """
    term = (
        Term.objects.filter(seat__ref=voter, person_id=person_id, seat__body__federation__log_id=ballot.log_id)
        .select_related("seat__constituency", "seat__body__federation__charter")
        .order_by("-starts_at", "-id")
        .first()
    )
    _require_seat(term, now)
    if term.seat.constituency is None:
        return None
    rules = charter(term.seat.body.federation.charter).body(term.seat.body.kind).seats
    return rules[term.seat.constituency.rule]


def _require_seat(term: Term | None, now: datetime) -> None:
    """Refuse who holds the seat no longer, or not yet with credentials."""
    if term is None:
        raise RuleBroken("standing.lost", act="ballot.vote", how="lapsed")
    if not facts.holds(term, now):
        how = term.ended_by or ("refused" if term.credential == Term.Credential.REFUSED else "expired")
        raise RuleBroken("standing.lost", act="ballot.vote", how=how)
    if term.credential == Term.Credential.PENDING:
        raise RuleBroken("standing.pending", act="ballot.vote")


def delegate_now(
    ballot: Ballot, voter: str, person_id: int, now: datetime
) -> tuple[SeatRule | None, list[Instruction]]:
    """`seat_rule_now` and what the electors told this seat about the ballot's motion, in one plain query.

    Of the hot path: delegates vote by name, all within a minute. Same refusals.
    """
    found = Term.objects.raw(_DELEGATE, [ballot.log_id, ballot.pk, person_id, voter])
    rows = [row for row in found if row.charter_hash]  # a reference names a seat of one federation only
    term = rows[0] if rows else None
    _require_seat(term, now)
    if term.seat_rule is None:
        return None, []
    rules = charter(CharterVersion(hash=term.charter_hash)).body(term.body_kind).seats
    told = [
        Instruction(mandate=row.mandate_ref, position=row.mandate_position, binding=bool(row.mandate_binding))
        for row in rows
        if row.pk == term.pk and row.mandate_ref is not None
    ]
    return rules[term.seat_rule], in_force(told)


def _table(model) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django has no other name for it


# The inner queries stand apart so that PostgreSQL plans five joined tables, not nine: planning took most of the time.
_DELEGATE = f"""
SELECT t.id, t.starts_at, t.ends_at, t.ended_at, t.ended_by, t.credential,
       (SELECT k.rule FROM {_table(Constituency)} k WHERE k.id = s.constituency_id) AS seat_rule,
       (SELECT b.kind FROM {_table(Body)} b WHERE b.id = s.body_id) AS body_kind,
       (SELECT v.hash FROM {_table(Body)} b
        JOIN {_table(Federation)} f ON f.id = b.federation_id AND f.log_id = %s
        JOIN {_table(CharterVersion)} v ON v.id = f.charter_id WHERE b.id = s.body_id) AS charter_hash,
       i.ref AS mandate_ref, l.position AS mandate_position, i.binding AS mandate_binding
FROM {_table(Term)} t
JOIN {_table(Seat)} s ON s.id = t.seat_id
LEFT JOIN ({_table(Motion)} m
           JOIN {_table(MandateLink)} l ON l.motion_id = m.id
           JOIN {_table(Mandate)} i ON i.id = l.mandate_id AND i.state = '{Mandate.State.GIVEN.value}')
       ON m.ballot_id = %s AND i.constituency_id = s.constituency_id
WHERE t.person_id = %s AND s.ref = %s
ORDER BY t.starts_at DESC, t.id DESC, i.given_at, i.id
"""  # noqa: S608 - names of tables only


AS_GIVEN = ("mandate__given_at", "mandate_id")  # the order in which mandates were given


def mandates_for(ballot_id: int, voter: str) -> list[MandateLink]:
    """The mandate that the electors of this seat gave it on the motion of a ballot, if any: the latest. One query."""
    rows = MandateLink.objects.filter(
        motion__ballot_id=ballot_id, mandate__constituency__seats__ref=voter, mandate__state=Mandate.State.GIVEN
    )
    return in_force(list(rows.select_related("mandate").order_by(*AS_GIVEN)))


def instruction(link: MandateLink) -> Instruction:
    """A mandate as the core compares it with a vote."""
    return Instruction(mandate=link.mandate.ref, position=link.position, binding=link.mandate.binding)


def instructions_on(motion: Motion) -> dict[str, list[Instruction]]:
    """Seat -> what its electors told it about this motion. One query."""
    found = defaultdict(list)
    rows = MandateLink.objects.filter(motion=motion, mandate__state=Mandate.State.GIVEN).order_by(*AS_GIVEN)
    rows = rows.values_list("mandate__constituency__seats__ref", "mandate__ref", "position", "mandate__binding")
    for seat, ref, position, binding in rows:
        found[seat].append(Instruction(mandate=ref, position=position, binding=binding))
    return {seat: in_force(told) for seat, told in found.items()}


def links_on(motion: Motion) -> list[MandateLink]:
    """Every mandate laid beside a motion, as given; `replaced_by` names the one by which its electors replaced it."""
    rows = list(motion.mandate_links.select_related("mandate__constituency").order_by(*AS_GIVEN))
    given = defaultdict(list)
    for row in rows:
        if row.mandate.state == Mandate.State.GIVEN:
            given[row.mandate.constituency_id].append(row)
    holds = {constituency: in_force(links)[0] for constituency, links in given.items()}
    for row in rows:
        last = holds.get(row.mandate.constituency_id)
        replaced = last is not None and row.mandate.state == Mandate.State.GIVEN and last is not row
        row.replaced_by = last.mandate.ref if replaced else ""
    return rows


# --- what a ballot is about -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """What a ballot decides. kind: motion, election, recall, mandate, ratification, accession or application.

    body: where it is decided, which also says who may see it. ref: of the thing, for its page.
    """

    kind: str
    body: Body
    ref: str
    text: str = ""
    motion: Motion | None = None
    voters_in: str = ""


_PATHS = (
    "motion__body__federation", "election__body__federation", "recall__term__seat__body__federation",
    "mandate__constituency__body__federation", "withdrawn_mandate__constituency__body__federation",
    "ratification__body__federation", "ratification__motion__body", "accession",
    "accepts",
)  # fmt: skip


def find_ballot(ballot_id: int) -> Ballot:
    """A ballot with whatever it decides, in one query. Raises Ballot.DoesNotExist."""
    paths = [path for path in _PATHS if hasattr(Ballot, path.split("__")[0])]
    return Ballot.objects.select_related(*paths).get(pk=ballot_id)


def subject(ballot: Ballot) -> Subject | None:  # noqa: PLR0911 - one line a kind
    """What this ballot decides; None for one whose owner is not known here."""
    if motion := getattr(ballot, "motion", None):
        return Subject("motion", motion.body, motion.ref, motion.text, motion=motion)
    if election := getattr(ballot, "election", None):
        return Subject("election", election.body, election.ref)
    if recall := getattr(ballot, "recall", None):
        return Subject("recall", recall.term.seat.body, recall.ref, recall.reason)
    if mandate := getattr(ballot, "mandate", None) or getattr(ballot, "withdrawn_mandate", None):
        return Subject("mandate", mandate.constituency.body, mandate.ref, mandate.text)
    if ratification := getattr(ballot, "ratification", None):
        motion = ratification.motion
        return Subject("ratification", ratification.body, motion.ref, motion.text, motion=motion)
    if accession := getattr(ballot, "accession", None) or getattr(ballot, "accepts", None):
        return Subject("accession", _electorate(ballot), accession.ref)
    application = Application.objects.filter(ballot=ballot).select_related("body__federation").first()
    return Subject("application", application.body, application.ref) if application else None


def _electorate(ballot: Ballot) -> Body:
    """The body whose voters are on the roll, by the reference that the ballot has of it."""
    return Body.objects.select_related("federation__charter", "federation__log").get(
        federation__log=ballot.log_id, ref=ballot.electorate
    )


# --- lists ----------------------------------------------------------------------------------------------------


def open_meeting_of(body: Body) -> Meeting | None:
    """The meeting that is open now; a body has at most one."""
    return Meeting.objects.filter(body=body, state=Meeting.State.OPEN).first()


def kinds_in_use(federation: Federation) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for kind in Body.objects.filter(federation=federation, ended_at__isnull=True).values_list("kind", flat=True):
        found[kind] += 1
    return dict(found)


def bodies_of_kind(federation: Federation, kind: str) -> QuerySet[Body]:
    """The bodies of one kind that live in a federation now, in the order in which they came."""
    return Body.objects.filter(federation=federation, kind=kind, ended_at__isnull=True).order_by("pk")
