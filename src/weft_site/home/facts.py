"""What needs me now: everything that waits for one person, most pressing first, in a fixed number of queries."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from weft_site.ballots.models import Ballot, Board, BoardPart, KeyTrustee, RollEntry, TellerCount, Vote
from weft_site.ballots.services.keys import STEPS
from weft_site.deliberation.models import Founding, FoundingPerson, Meeting, Presence
from weft_site.federation.facts import running
from weft_site.federation.models import (
    Application,
    Candidacy,
    CandidateQuestion,
    Challenge,
    Constituency,
    Election,
    Membership,
    Objection,
    Recall,
    RecallSignature,
    Term,
    Voucher,
)
from weft_site.federation.now import Task
from weft_site.federation.rolls import list_of
from weft_site.federation.seat_facts import reports_due
from weft_site.people.models import Person

SOON = timedelta(days=14)
LISTED = 12


def tasks(person: Person, now: datetime) -> list[Task]:
    """Votes first, then meetings, then what I was asked for, then what I owe."""
    memberships = list(
        Membership.objects.filter(person=person, status=Membership.Status.ADMITTED).select_related(
            "body__federation__log"
        )
    )
    terms = list(
        Term.objects.filter(running(now), person=person).select_related(
            "seat__body__federation__log", "seat__constituency"
        )
    )
    found = [
        *_votes(person, now),
        *_secret_votes(person, now),
        *_keys(person),
        *_sums(person),
        *_foundings(person),
        *_meetings(person, memberships, terms, now),
        *_candidacies(person),
        *_questions(person),
        *_credentials(terms, now),
        *_challenges(terms),
        *_counts(person, terms),
        *_reports(terms, now),
        *_petitions(memberships),
        *_applications(memberships, now),
        *_own_applications(person, now),
    ]
    return sorted(found, key=lambda task: (not task.urgent, task.due is None, task.due or now))[:LISTED]


def _votes(person: Person, now: datetime) -> list[Task]:
    voted = Vote.objects.filter(ballot=OuterRef("ballot"), voter=OuterRef("voter"))
    seated = Term.objects.filter(
        running(now), person=person, seat__ref=OuterRef("voter"), seat__body__federation__log=OuterRef("ballot__log")
    )
    rows = (
        RollEntry.objects.filter(person=person, ballot__closed_at__isnull=True, ballot__way=Ballot.Way.OPEN)
        .filter(Q(ballot__closes_at__isnull=True) | Q(ballot__closes_at__gt=now))
        .filter(Q(ballot__follows_seats=False) | Exists(seated))  # a delegate's vote falls with the seat
        .exclude(Exists(voted))
        .select_related("ballot__recall__term")
        .order_by(F("ballot__closes_at").asc(nulls_last=True), "pk")[:LISTED]
    )
    return [
        Task(
            title=_ballot_title(row.ballot),
            url=reverse("vote", args=[row.ballot_id]),
            why=_("You are on the roll of this vote and have not voted yet."),
            action=_("Vote"),
            due=row.ballot.closes_at,
            urgent=True,
        )
        for row in rows
    ]


def _secret_votes(person: Person, now: datetime) -> list[Task]:
    """Open for a device of this person. Whether they have voted nobody knows, so it is never pressing."""
    rows = RollEntry.objects.filter(person=person, on_paper=False, ballot__board__state=Board.State.VOTING)
    rows = rows.filter(Q(ballot__closes_at__isnull=True) | Q(ballot__closes_at__gt=now)).select_related("ballot")
    return [
        Task(
            title=row.ballot.title,
            url=reverse("booth", args=[row.ballot_id]),
            why=_("A secret vote is open for you. Only you know whether you have voted."),
            action=_("To the booth"),
            due=row.ballot.closes_at,
        )
        for row in rows.order_by("pk")[:LISTED]
    ]


def _keys(person: Person) -> list[Task]:
    """Steps in the making of a key that wait for this trustee."""
    mine = Q()
    for state, (column, _next) in STEPS.items():
        mine |= Q(key__state=state, **{column: ""})
    rows = KeyTrustee.objects.filter(mine, person=person).select_related("key__log")
    return [
        Task(
            title=_("Make the key for secret votes"),
            url=reverse("key", args=[row.key.log.slug, row.key.body, row.key.ref]),
            why=_("You are a trustee, and the next step waits for you."),
            action=_("Take the step"),
            urgent=True,
        )
        for row in rows[:LISTED]
    ]


def _sums(person: Person) -> list[Task]:
    """Sums of secret votes that wait for this trustee's part."""
    given = BoardPart.objects.filter(board=OuterRef("pk"), wrong=False, owner=OuterRef("number"))
    rows = (
        Board.objects.filter(state=Board.State.OPENING, key__holders__person=person)
        .annotate(number=F("key__holders__number"))
        .exclude(Exists(given))
        .select_related("ballot")
    )
    return [
        Task(
            title=board.ballot.title,
            url=reverse("open_sum", args=[board.ballot_id]),
            why=_("The secret vote has ended. You are one of those who open its sum together."),
            action=_("Open my part"),
            urgent=True,
        )
        for board in rows[:LISTED]
    ]


def _ballot_title(ballot: Ballot) -> str:
    """A ballot keeps a title for the record; a reader is told in their own words when it is about a person's seat."""
    recall = getattr(ballot, "recall", None)
    return _("Recall of %(name)s") % {"name": recall.term.name} if recall else ballot.title


def _foundings(person: Person) -> list[Task]:
    rows = FoundingPerson.objects.filter(
        person=person, founding__state__in=[Founding.State.GATHERING, Founding.State.VOTING]
    ).select_related("founding")
    return [
        Task(
            title=row.founding.title,
            url=reverse("founding", args=[row.founding.code]),
            why=_("The founding meeting votes on its charter.")
            if row.founding.state == Founding.State.VOTING
            else _("People are gathering to found a council."),
            action=_("Go there"),
            urgent=row.founding.state == Founding.State.VOTING and not row.vote,
        )
        for row in rows
    ]


def _meetings(person: Person, memberships: list[Membership], terms: list[Term], now: datetime) -> list[Task]:
    bodies = {m.body_id for m in memberships} | {t.seat.body_id for t in terms}
    here = Presence.objects.filter(meeting=OuterRef("pk"), person=person, until__isnull=True)
    rows = (
        Meeting.objects.filter(body__in=bodies, state__in=[Meeting.State.CONVENED, Meeting.State.OPEN])
        .filter(starts_at__lt=now + SOON)
        .annotate(here=Exists(here))
        .select_related("body__federation__log")
        .order_by("starts_at")[:LISTED]
    )
    return [
        Task(
            title=f"{meeting.body.title}: {meeting.title}",
            url=reverse("meeting", args=[meeting.body.federation.log.slug, meeting.body.ref, meeting.ref]),
            why=_("The meeting is open.")
            if meeting.state == Meeting.State.OPEN
            else _("You are called to this meeting."),
            action=_("I am here") if meeting.state == Meeting.State.OPEN and not meeting.here else _("Agenda"),
            due=meeting.starts_at,
            urgent=meeting.state == Meeting.State.OPEN and not meeting.here,
        )
        for meeting in rows
    ]


def _candidacies(person: Person) -> list[Task]:
    rows = Candidacy.objects.filter(
        person=person,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        election__state=Election.State.NOMINATIONS,
    ).select_related("election__body__federation__log")
    return [
        Task(
            title=_("You are nominated in %(body)s") % {"body": row.election.body.title},
            url=reverse("election", args=[*_where(row.election.body), row.election.ref]),
            why=_("Nobody stands for election without agreeing to it."),
            action=_("Answer"),
            due=row.election.votes_from,
            urgent=True,
        )
        for row in rows
    ]


def _credentials(terms: list[Term], now: datetime) -> list[Task]:
    commissions = [t.seat.body for t in terms if t.seat.body.kind == "mandate_commission"]
    if not commissions:
        return []
    waiting = Term.objects.filter(
        running(now),
        credential=Term.Credential.PENDING,
        seat__body__federation__in=[body.federation_id for body in commissions],
    ).select_related("seat__body__federation__log")
    return [
        Task(
            title=_("Check the credentials of %(name)s") % {"name": term.name},
            url=reverse("seat", args=[*_where(term.seat.body), term.seat.ref]),
            why=_("Until the mandate commission has confirmed them, this delegate cannot vote."),
            action=_("Check"),
            urgent=True,
        )
        for term in waiting
    ]


def _questions(person: Person) -> list[Task]:
    """Questions to me as a candidate that wait for an answer, one line an election."""
    rows = CandidateQuestion.objects.filter(
        candidacy__person=person,
        candidacy__withdrawn_at__isnull=True,
        candidacy__election__state__in=[Election.State.NOMINATIONS, Election.State.VOTING],
        answered_at__isnull=True,
    ).select_related("candidacy__election__body__federation__log")
    elections = {row.candidacy.election_id: row.candidacy.election for row in rows}
    return [
        Task(
            title=_("Electors ask you about your candidacy in %(body)s") % {"body": election.body.title},
            url=reverse("election", args=[*_where(election.body), election.ref]),
            why=_("Whoever stands answers for it."),
            action=_("Answer"),
        )
        for election in elections.values()
    ]


def _challenges(terms: list[Term]) -> list[Task]:
    """Elections that are challenged: to whom they gave a place, and to whoever has to decide."""
    bodies = [t.seat.body_id for t in terms if t.seat.office == "mandate_commission"]
    commissions = [t.seat.body.federation_id for t in terms if t.seat.body.kind == "mandate_commission"]
    wanted = Q(election__body__in=bodies)
    wanted |= Q(election__body__federation__in=commissions, election__body__type="delegate")
    for term in terms:
        if term.by_election:
            wanted |= Q(election__body=term.seat.body_id, election__ref=term.by_election)
    rows = Challenge.objects.filter(wanted, state=Challenge.State.OPEN).select_related(
        "election__body__federation__log"
    )
    elected = {(term.seat.body_id, term.by_election) for term in terms if term.by_election}
    return [
        Task(
            title=_("An election in %(body)s is challenged") % {"body": row.election.body.title},
            url=reverse("election", args=[*_where(row.election.body), row.election.ref]),
            why=_("It gave you a place; the mandate commission decides.")
            if (row.election.body_id, row.election.ref) in elected
            else _("The mandate commission upholds it or rejects it."),
            action=_("See why") if (row.election.body_id, row.election.ref) in elected else _("Decide"),
            urgent=True,
        )
        for row in rows
    ]


def _counts(person: Person, terms: list[Term]) -> list[Task]:
    bodies = [t.seat.body for t in terms if t.seat.office == "teller"]
    if not bodies:
        return []
    entered = TellerCount.objects.filter(ballot=OuterRef("pk"), teller=person)
    rows = (
        Ballot.objects.filter(closed_at__isnull=True, log__in=[b.federation.log_id for b in bodies])
        .exclude(way=Ballot.Way.OPEN)
        .filter(Q(board=None) | Q(board__state=Board.State.PAPERS))
        .filter(electorate__in=_electorates(bodies))
        .exclude(Exists(entered))
    )
    return [
        Task(
            title=ballot.title,
            url=reverse("vote_count", args=[ballot.pk]),
            why=_("You are a teller. Enter what you counted, apart from the other teller."),
            action=_("Enter the count"),
            urgent=True,
        )
        for ballot in rows[:LISTED]
    ]


def _reports(terms: list[Term], now: datetime) -> list[Task]:
    found = []
    for term in terms:
        due = reports_due(term, now)
        if due is not None and due.due_at < now + SOON:
            found.append(
                Task(
                    title=_("Report to your electors"),
                    url=reverse("seat", args=[*_where(term.seat.body), term.seat.ref]),
                    why=_("It is late; the electors see that.") if due.late else _("Your account of what you did."),
                    action=_("Write it"),
                    due=due.due_at,
                    urgent=due.late,
                )
            )
    return found


def _electorates(bodies) -> list[str]:
    shared = Constituency.objects.filter(senders__in=bodies, ended_at__isnull=True).values_list("ref", flat=True)
    return [body.ref for body in bodies] + list(shared)


def _petitions(memberships: list[Membership]) -> list[Task]:
    signed = RecallSignature.objects.filter(recall=OuterRef("pk"), membership__in=memberships)
    elects = Constituency.objects.filter(senders__in=[m.body_id for m in memberships]).values("pk")
    rows = (
        Recall.objects.filter(state=Recall.State.SIGNATURES, term__seat__constituency__in=elects)
        .exclude(Exists(signed))
        .select_related("term__seat__body__federation__log")
        .order_by("pk")[:LISTED]
    )
    return [
        Task(
            title=_("Petition to recall %(name)s") % {"name": recall.term.name},
            url=reverse("recall", args=[*_where(recall.term.seat.body), recall.ref]),
            why=_("You are one of the electors of this seat."),
            action=_("Read"),
        )
        for recall in rows
    ]


def _applications(memberships: list[Membership], now: datetime) -> list[Task]:
    bodies = [m.body_id for m in memberships]
    answered = Voucher.objects.filter(application=OuterRef("pk"), membership__in=memberships)
    objected = Objection.objects.filter(application=OuterRef("pk"), membership__in=memberships)
    rows = (
        Application.objects.filter(
            body__in=bodies,
            state__in=[Application.State.WAITING_VOUCHERS, Application.State.OPEN_TO_OBJECTION],
        )
        .exclude(Exists(answered))
        .exclude(Exists(objected))
        .exclude(~Q(ref__endswith="-1"), ref__contains="-")  # a list is one matter: its first line stands for it
        .select_related("body__federation__log", "person")[:LISTED]
    )
    return [
        Task(
            title=_applies(row),
            url=reverse("list", args=[*_where(row.body), list_of(row)])
            if list_of(row)
            else reverse("application", args=[*_where(row.body), row.ref]),
            why=_("Members who know the applicant can vouch.")
            if row.state == Application.State.WAITING_VOUCHERS
            else _("Members can object until then."),
            action=_("Read"),
            due=row.objections_until if row.objections_until and row.objections_until > now else None,
        )
        for row in rows
    ]


def _applies(row: Application) -> str:
    if list_of(row):
        return _("A list of people asks to join %(body)s") % {"body": row.body.title}
    return _("%(name)s asks to join %(body)s") % {"name": row.person.name, "body": row.body.title}


def _where(body) -> tuple[str, str]:
    return body.federation.log.slug, body.ref


def _own_applications(person: Person, now: datetime) -> list[Task]:
    """Where I have asked to join: nothing I have to do, but the way back to it."""
    waits = {
        Application.State.WAITING_VOUCHERS: _("You have asked to join. Members who know you can vouch."),
        Application.State.OPEN_TO_OBJECTION: _("You have asked to join. If nobody objects by then, you are a member."),
        Application.State.CONTESTED: _("You have asked to join. A member objects, and the members will vote."),
    }
    rows = Application.objects.filter(person=person, state__in=list(waits))
    return [
        Task(
            title=row.body.title,
            url=reverse("application", args=[*_where(row.body), row.ref]),
            why=waits[row.state],
            action=_("See where it stands"),
            due=row.objections_until if row.objections_until and row.objections_until > now else None,
        )
        for row in rows.select_related("body__federation__log")[:LISTED]
    ]
