"""Meetings: convened with notice and agenda, opened with a quorum, closed with minutes to be adopted.

Being present is a row, not an act; what counts is how many were there when a meeting opened, decided and closed.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from weft.charter.model import Procedure
from weft.deliberation.meetings import check_attend, check_notice, check_open
from weft.errors import RuleBroken
from weft.federation import require
from weft_site.deliberation import facts
from weft_site.deliberation.models import AgendaItem, Meeting, Motion, Presence
from weft_site.federation.acting import Acting, begin
from weft_site.federation.facts import charter_of, standing
from weft_site.federation.models import Body
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

CONVENED = gettext_noop("%(body)s meets: %(title)s, %(starts)s")
CANCELLED = gettext_noop("%(body)s does not meet: %(title)s, %(starts)s")
LINE = 300


@formal_act("deliberation.meeting_convened")
def convene_meeting(
    *, actor: Person, now: datetime, body_id: int, title: str, place: str, starts_at: datetime, agenda: Sequence[str]
) -> str:
    """Call a meeting by office. Refusals: ``standing.…``, ``meeting.past``, ``body.notice_days``."""
    acting = begin(body_id, actor, now)
    acting.require("meeting.convene")
    check_notice(acting.charter.body(acting.body.kind), convened_at=now, starts_at=starts_at)
    return enter_meeting(
        acting, title=title, place=place, starts_at=starts_at, agenda=agenda, data={"by": "office"}
    ).ref


def enter_meeting(
    acting: Acting, *, title: str, place: str, starts_at: datetime, agenda: Sequence[str], data: dict[str, object]
) -> Meeting:
    """Write a meeting that was rightly called, tell everybody entitled, and put both on the record."""
    ref = f"g{acting.index}"
    meeting = Meeting.objects.create(
        body=acting.body,
        ref=ref,
        title=title,
        place=place,
        convened_at=acting.now,
        convened_by=acting.actor,
        starts_at=starts_at,
    )
    titles = [line.strip()[:LINE] for line in agenda if line.strip()]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, number=number, title=line) for number, line in enumerate(titles, start=1)
    )
    told = facts.people_to_tell(acting.body, acting.now)
    _tell(meeting, told, "meeting.convened", CONVENED, acting.now)
    text = "\n".join([title, place, starts_at.isoformat(), *(f"{n}. {line}" for n, line in enumerate(titles, 1))])
    acting.record(
        "deliberation.meeting_convened",
        data={"meeting": ref, "starts": starts_at.isoformat(), "items": len(titles), "told": len(told), **data},
        documents={
            "notice": acting.document("notice", text),
            "told": acting.document(
                "told", "".join(f"{ref}\n" for ref, _p, _w in facts.lines_of(acting.body, acting.now))
            ),
        },
    )
    return meeting


@formal_act("deliberation.agenda_item_added")
def add_item(*, actor: Person, now: datetime, meeting_id: int, title: str = "", motion_id: int | None = None) -> int:
    """Put an item or a motion on the agenda. Refusals: ``meeting.state``, ``motion.state``, ``agenda.twice``."""
    acting, meeting = _begin(meeting_id, actor, now)
    acting.require("meeting.convene")
    motion = None if motion_id is None else Motion.objects.get(pk=motion_id, body=acting.body)
    item = put_on_agenda(meeting, title=title, motion=motion)
    acting.record(
        "deliberation.agenda_item_added",
        data={"meeting": meeting.ref, "number": item.number, "motion": motion.ref if motion else ""},
        documents={} if motion else {"item": acting.document("item", item.title)},
    )
    return item.number


def put_on_agenda(
    meeting: Meeting, *, title: str = "", motion: Motion | None = None, tabled_by: Body | None = None
) -> AgendaItem:
    """The next item of a meeting that is not over; a motion stands on an agenda once and while it can be put."""
    if meeting.state not in {Meeting.State.CONVENED, Meeting.State.OPEN}:
        raise RuleBroken("meeting.state", state=meeting.state, needed="convened")
    if motion is not None:
        if motion.state not in {Motion.State.MOVED, Motion.State.SECONDED, Motion.State.SUSPENDED}:
            raise RuleBroken("motion.state", old=motion.state, new="put")
        if meeting.agenda.filter(motion=motion).exists():
            raise RuleBroken("agenda.twice")
    last = meeting.agenda.order_by("-number").values_list("number", flat=True).first() or 0
    return AgendaItem.objects.create(
        meeting=meeting,
        number=last + 1,
        title=(motion.title if motion else title)[:LINE],
        motion=motion,
        tabled_by=tabled_by,
    )


@transaction.atomic
def attend(*, actor: Person, now: datetime, meeting_id: int) -> None:
    """Sign in by one's own phone. Refusals: ``standing.…``, ``meeting.state``, ``meeting.early``."""
    meeting = _meeting(meeting_id)
    require("meeting.attend", standing(actor, meeting.body, now))
    check_attend(_procedure(meeting), state=meeting.state, starts_at=meeting.starts_at, now=now)
    _come(meeting, actor, facts.voter_ref(actor, meeting.body, now), now)


@transaction.atomic
def leave(*, actor: Person, now: datetime, meeting_id: int) -> None:
    """Sign out: who has left is not counted for the quorum any more."""
    meeting = _meeting(meeting_id)
    if not Presence.objects.filter(meeting=meeting, person=actor, until__isnull=True).update(until=now):
        raise RuleBroken("meeting.not_here")


@transaction.atomic
def mark(*, actor: Person, now: datetime, meeting_id: int, voters: Sequence[str], here: bool) -> int:
    """Note who has come or left, as the secretary does at the door. Answers with how many were noted.

    Refusals: ``standing.…``, ``meeting.state``, ``meeting.early``; an unknown reference is passed over.
    """
    meeting = _meeting(meeting_id)
    require("meeting.mark", standing(actor, meeting.body, now))
    check_attend(_procedure(meeting), state=meeting.state, starts_at=meeting.starts_at, now=now)
    wanted = {ref: person for ref, person, _w in facts.lines_of(meeting.body, now) if ref in set(voters) and person}
    if not here:
        rows = Presence.objects.filter(meeting=meeting, voter__in=wanted, until__isnull=True)
        return rows.update(until=now)
    back = Presence.objects.filter(meeting=meeting, person_id__in=wanted.values())
    back.filter(until__isnull=False).update(until=None, since=now)
    known = set(back.values_list("person_id", flat=True))
    Presence.objects.bulk_create(
        [
            Presence(meeting=meeting, person_id=person, voter=ref, since=now)
            for ref, person in wanted.items()
            if person not in known
        ],
        ignore_conflicts=True,
    )
    return len(wanted)


def _come(meeting: Meeting, person: Person, voter: str, now: datetime) -> None:
    row, made = Presence.objects.get_or_create(meeting=meeting, person=person, defaults={"voter": voter, "since": now})
    if not made and (row.until is not None or row.voter != voter):
        row.voter, row.since, row.until = voter, now, None
        row.save(update_fields=["voter", "since", "until"])


@formal_act("deliberation.meeting_opened")
def open_meeting(*, actor: Person, now: datetime, meeting_id: int) -> str:
    """Open a convened meeting with a quorum; how many are entitled is fixed now.

    Whoever votes may open a meeting that was called by signatures.
    Refusals: ``standing.…``, ``meeting.state``, ``meeting.early``, ``meeting.other_open``, ``body.quorum``.
    """
    acting, meeting = _begin(meeting_id, actor, now)
    acting.require("meeting.open_called" if is_called(meeting) else "meeting.open")
    if Meeting.objects.filter(body=acting.body, state=Meeting.State.OPEN).exclude(pk=meeting.pk).exists():
        raise RuleBroken("meeting.other_open")
    rule = acting.charter.body(acting.body.kind)
    entitled = facts.entitled_now(acting.body, rule.quorum, now)
    found = check_open(
        rule,
        state=meeting.state,
        starts_at=meeting.starts_at,
        now=now,
        present=facts.count_present(meeting, now),
        entitled=entitled,
    )
    meeting.state, meeting.opened_at, meeting.entitled = Meeting.State.OPEN, now, entitled
    meeting.save(update_fields=["state", "opened_at", "entitled"])
    note(
        meeting,
        _("Opened on %(at)s. Present: %(present)s of %(entitled)s entitled; the quorum is %(needed)s.")
        % {"at": _minute(now), "present": found.present, "entitled": entitled, "needed": found.needed},
    )
    acting.record(
        "deliberation.meeting_opened",
        data={"meeting": meeting.ref, "present": found.present, "entitled": entitled},
        finding={"needed": found.needed},
    )
    return meeting.ref


@formal_act("deliberation.meeting_closed")
def close_meeting(*, actor: Person, now: datetime, meeting_id: int) -> str:
    """Close an open meeting; those present are counted once more and the draft of the minutes is kept.

    Refusals: ``standing.…``, ``meeting.state``, ``meeting.ballot_open``.
    """
    acting, meeting = _begin(meeting_id, actor, now)
    acting.require("meeting.open_called" if is_called(meeting) else "meeting.close")
    _require_state(meeting, Meeting.State.OPEN)
    if open_votes(meeting).exists():
        raise RuleBroken("meeting.ballot_open")
    present = facts.count_present(meeting, now)
    note(meeting, _("Closed on %(at)s. Present: %(present)s.") % {"at": _minute(now), "present": present})
    meeting.state, meeting.closed_at = Meeting.State.CLOSED, now
    meeting.save(update_fields=["state", "closed_at"])
    came = Presence.objects.filter(meeting=meeting).order_by("voter").values_list("voter", flat=True)
    acting.record(
        "deliberation.meeting_closed",
        data={"meeting": meeting.ref, "present": present, "came": len(came)},
        documents={
            "minutes_draft": acting.document("minutes_draft", minutes_text(meeting)),
            "attendance": acting.document("attendance", "".join(f"{voter}\n" for voter in came)),
        },
    )
    return meeting.ref


@formal_act("deliberation.meeting_cancelled")
def cancel_meeting(*, actor: Person, now: datetime, meeting_id: int) -> str:
    """Call a meeting off before it opens. What signatures called no officer calls off: ``meeting.called``."""
    acting, meeting = _begin(meeting_id, actor, now)
    acting.require("meeting.convene")
    _require_state(meeting, Meeting.State.CONVENED)
    if is_called(meeting):
        raise RuleBroken("meeting.called")
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state"])
    _tell(meeting, facts.people_to_tell(acting.body, now), "meeting.cancelled", CANCELLED, now)
    acting.record("deliberation.meeting_cancelled", data={"meeting": meeting.ref})
    return meeting.ref


def is_called(meeting: Meeting) -> bool:
    """Whether signatures called this meeting, not officers."""
    return hasattr(meeting, "convocation")


def open_votes(meeting: Meeting):
    """Motions put in this meeting and not yet closed; votes over days are not among them."""
    return Motion.objects.filter(
        body_id=meeting.body_id, state=Motion.State.PUT, ballot__closed_at__isnull=True, ballot__closes_at__isnull=True
    )


def note(meeting: Meeting, line: str) -> None:
    """Add a line to the draft of the minutes."""
    meeting.minutes = f"{meeting.minutes}{line}\n"
    meeting.save(update_fields=["minutes"])


def minutes_text(meeting: Meeting) -> str:
    """The draft of the minutes: head, agenda, what happened. It is a draft until the body adopts it."""
    items = "".join(f"{item.number}. {item.title}\n" for item in meeting.agenda.all())
    head = f"{meeting.body.title}\n{meeting.title}\n{meeting.place}\n{_minute(meeting.starts_at)}\n"
    return f"{head}\n{_('Agenda')}\n{items}\n{_('What happened')}\n{meeting.minutes}"


def _tell(meeting: Meeting, people: Sequence[Person], kind: str, sentence: str, now: datetime) -> None:
    body = meeting.body
    notify_many(
        people,
        kind,
        sentence=sentence,
        values={"body": body.title, "title": meeting.title, "starts": _minute(meeting.starts_at)},
        path=reverse("meeting", args=[body.federation.log.slug, body.ref, meeting.ref]),
        now=now,
    )


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _meeting(meeting_id: int) -> Meeting:
    return Meeting.objects.select_related("body__federation__charter", "body__federation__log").get(pk=meeting_id)


def _procedure(meeting: Meeting) -> Procedure:
    return charter_of(meeting.body.federation).procedure


def _begin(meeting_id: int, actor: Person | None, now: datetime) -> tuple[Acting, Meeting]:
    body_id = Meeting.objects.values_list("body_id", flat=True).get(pk=meeting_id)
    acting = begin(body_id, actor, now)
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("convocation").get(pk=meeting_id)
    meeting.body = acting.body
    return acting, meeting


def _require_state(meeting: Meeting, state: str) -> None:
    if meeting.state != state:
        raise RuleBroken("meeting.state", state=meeting.state, needed=state)
