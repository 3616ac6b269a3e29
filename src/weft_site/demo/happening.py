"""What is open in the demonstration today, for its page: whatever scenario was built, in a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from weft_site.ballots.models import Ballot
from weft_site.deliberation.models import Founding, Meeting, Motion
from weft_site.federation.models import Application, Body, Election, Recall

SOON = timedelta(days=7)
LISTED = 14


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that is open. until: when time alone brings something about; now: it needs somebody this minute."""

    title: str
    why: str
    url: str
    until: datetime | None = None
    now: bool = False


def happenings(now: datetime) -> list[Happening]:
    """What happens this minute first, then what time brings next, then what waits for people."""
    found = [*_meetings(now), *_foundings(), *_recalls(), *_motions(), *_elections(now), *_applications()]
    return sorted(found, key=lambda one: (not one.now, one.until is None, one.until or now))[:LISTED]


def tomorrow(found: list[Happening], now: datetime) -> list[Happening]:
    """What one press of “next day” brings about."""
    return [one for one in found if one.until is not None and now < one.until <= now + timedelta(days=1)]


def _where(body: Body) -> tuple[str, str]:
    return body.federation.log.slug, body.ref


def _meetings(now: datetime) -> Iterator[Happening]:
    rows = Meeting.objects.filter(
        state__in=[Meeting.State.OPEN, Meeting.State.CONVENED], starts_at__lt=now + SOON, body__ended_at=None
    ).select_related("body__federation__log")
    for meeting in rows.order_by("starts_at")[:LISTED]:
        is_open = meeting.state == Meeting.State.OPEN
        yield Happening(
            title=f"{meeting.body.title}: {meeting.title}",
            why=_("In session now.") if is_open else _("Convened. Its members sign in shortly before."),
            url=reverse("meeting", args=[*_where(meeting.body), meeting.ref]),
            until=None if is_open else meeting.starts_at,
            now=is_open,
        )


def _foundings() -> Iterator[Happening]:
    rows = Founding.objects.filter(state__in=[Founding.State.GATHERING, Founding.State.VOTING])
    for founding in rows.annotate(gathered=Count("people")).order_by("-opened_at")[:LISTED]:
        yield Happening(
            title=_("Founding meeting: %(title)s") % {"title": founding.title},
            why=_("%(number)s people have come.") % {"number": founding.gathered},
            url=reverse("founding", args=[founding.code]),
        )


def _recalls() -> Iterator[Happening]:
    rows = (
        Recall.objects.filter(state__in=[Recall.State.SIGNATURES, Recall.State.NOTICE, Recall.State.VOTING])
        .select_related("term__seat__body__federation__log", "ballot")
        .annotate(signed=Count("signatures"))
    )
    for recall in rows.order_by("-started_at")[:LISTED]:
        if recall.state == Recall.State.SIGNATURES:
            why, until = _("%(signed)s of %(needed)s signatures."), None
        elif recall.state == Recall.State.NOTICE:
            why, until = _("Enough have signed. Then the electors vote."), recall.votes_from
        else:
            why, until = (
                _("The electors vote. If it passes, the seat is void at once."),
                recall.ballot.closes_at,
            )
        yield Happening(
            title=_("Recall of %(name)s") % {"name": recall.term.name},
            why=why % {"signed": recall.signed, "needed": recall.needed},
            url=reverse("recall", args=[*_where(recall.term.seat.body), recall.ref]),
            until=until,
        )


def _motions() -> Iterator[Happening]:
    states = [Motion.State.PUT, Motion.State.RATIFYING, Motion.State.SUSPENDED]
    rows = Motion.objects.filter(state__in=states, body__ended_at=None).select_related(
        "body__federation__log", "ballot"
    )
    for motion in rows.annotate(asked=Count("ratifications"), answered=Count("ratifications__agreed"))[:LISTED]:
        why, until = {
            Motion.State.PUT: (_("%(body)s votes on it."), motion.ballot.closes_at if motion.ballot else None),
            Motion.State.RATIFYING: (
                _("Carried above, and now before the base: %(answered)s of %(asked)s councils have answered."), None,
            ),
            Motion.State.SUSPENDED: (_("An association objected; the decision waits, once."), motion.waits_until),
        }[motion.state]  # fmt: skip
        yield Happening(
            title=motion.title,
            why=why % {"body": motion.body.title, "answered": motion.answered, "asked": motion.asked},
            url=reverse("motion", args=[*_where(motion.body), motion.ref]),
            until=until,
            now=motion.state == Motion.State.PUT and until is None,
        )


def _elections(now: datetime) -> Iterator[Happening]:
    rows = Election.objects.filter(state__in=[Election.State.NOMINATIONS, Election.State.VOTING])
    rows = rows.select_related("body__federation__log", "ballot", "constituency").prefetch_related(
        "constituency__senders"
    )
    for election in rows.order_by("-called_at")[:LISTED]:
        senders = election.constituency.senders.all() if election.constituency else [election.body]
        standing = election.state == Election.State.NOMINATIONS
        ahead = election.votes_from > now
        counted = election.ballot is not None and election.ballot.way != Ballot.Way.OPEN
        yield Happening(
            title=_("Election: %(who)s") % {"who": ", ".join(body.title for body in senders)},
            why=_("Candidates can be proposed.")
            if standing
            else _("The papers are in; two tellers count them apart.")
            if counted
            else _("Its electors vote."),
            url=reverse("election", args=[*_where(election.body), election.ref]),
            until=election.ballot.closes_at if not standing else election.votes_from if ahead else None,
        )


def _applications() -> Iterator[Happening]:
    State = Application.State  # noqa: N806 - a short name for what follows
    rows = Application.objects.filter(state__in=[State.WAITING_VOUCHERS, State.OPEN_TO_OBJECTION, State.CONTESTED])
    for row in rows.filter(body__ended_at=None).select_related("body__federation__log", "person")[:LISTED]:
        yield Happening(
            title=_("%(name)s asks to join %(body)s") % {"name": row.person.name, "body": row.body.title},
            why={
                State.WAITING_VOUCHERS: _("Members who know the applicant can vouch."),
                State.OPEN_TO_OBJECTION: _("If nobody objects by then, the applicant is in."),
                State.CONTESTED: _("Somebody objected, so the members decide."),
            }[row.state],
            url=reverse("application", args=[*_where(row.body), row.ref]),
            until=row.objections_until if row.state == State.OPEN_TO_OBJECTION else None,
        )
