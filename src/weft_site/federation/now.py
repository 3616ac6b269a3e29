"""What a body has to do now, for its page: each domain says its part, the page only lists it.

Providers get the reader's `Page` and answer in a fixed number of queries. Deliberation registers its own at
start-up, because this domain does not know meetings and motions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weft_site.federation.models import Application, Body, Election, Mandate, Recall
from weft_site.federation.seat_facts import places_of, reports_due_to

if TYPE_CHECKING:
    from weft_site.federation.views.base import Page

LISTED = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits. urgent: it needs the reader now; due: until when."""

    title: str
    url: str
    why: str = ""
    action: str = ""
    due: datetime | None = None
    urgent: bool = False


Provider = Callable[["Page"], list[Task]]


def tasks_of(page: "Page") -> list[Task]:
    """Everything under way in a body, what the reader can act on first."""
    found = [task for provider in providers for task in provider(page)]
    return sorted(found, key=lambda task: (not task.urgent, not task.action, task.due is None, task.due or page.now))[
        :LISTED
    ]


def of_federation(page: "Page") -> list[Task]:
    """Vacant places, elections, draws, recalls, mandates under vote and applications of this body."""
    return [
        *_places(page),
        *_elections(page),
        *_draws(page),
        *_recalls(page),
        *_mandates(page),
        *_late_reports(page),
        *_applications(page),
    ]


providers: list[Provider] = [of_federation]


def _places(page: "Page") -> list[Task]:
    """One line for all vacant places: a new council has five of them, and one page to fill them on."""
    places = places_of(page.body, page.now, page.own)
    vacant = [line for line in places if line.filled < line.total and not line.running]
    if not vacant:
        return []
    number = sum(line.total - line.filled for line in vacant)
    return [
        Task(
            title=ngettext("%(number)s place is vacant", "%(number)s places are vacant", number) % {"number": number},
            url=reverse("elections", args=_where(page)),
            why=", ".join(dict.fromkeys(str(line.title) for line in vacant)),
            action=_("Fill them") if page.can["election_call"] or page.can["draw_call"] else "",
        )
    ]


def _elections(page: "Page") -> list[Task]:
    rows = (
        Election.objects.filter(pk__in=_elections_of(page.body))
        .filter(state__in=[Election.State.NOMINATIONS, Election.State.VOTING])
        .order_by("votes_from")
        .values_list(
            "ref", "office", "state", "votes_from", "body__ref", "body__title", "ballot__closes_at", named=True
        )[:LISTED]
    )
    return [
        Task(
            title=_("Election: %(what)s")
            % {"what": row.office or _("delegates to %(body)s") % {"body": row.body__title}},
            url=reverse("election", args=[page.federation.log.slug, row.body__ref, row.ref]),
            why=_stage(row.state, row.votes_from, page.now),
            action=_("Go there"),
            due=row.ballot__closes_at,
        )
        for row in rows
    ]


def _stage(state: str, votes_from: datetime, now: datetime) -> str:
    if state == Election.State.VOTING:
        return _("The vote is open.")
    if votes_from > now:
        return _("Candidates can be proposed; the vote can open from %(day)s.") % {"day": date_format(votes_from)}
    return _("Candidates can be proposed, and the vote can be opened.")


def _elections_of(body: Body):
    """Those in the body and those in which it elects: two sets made one, so that neither means reading them all."""
    through = Election.objects.filter(constituency__senders=body).values("pk")
    return Election.objects.filter(body=body).values("pk").union(through)


def _draws(page: "Page") -> list[Task]:
    return [
        Task(
            title=_("Draw by lot: %(what)s") % {"what": row.office},
            url=reverse("draw", args=[*_where(page), row.ref]),
            why=_("Members add a word each; then anybody can open the lot."),
            action=_("Add a word") if page.can["draw_word"] else "",
        )
        for row in page.own.draws[:LISTED]
    ]


def _recalls(page: "Page") -> list[Task]:
    rows = (
        Recall.objects.filter(state__in=[Recall.State.SIGNATURES, Recall.State.NOTICE, Recall.State.VOTING])
        .filter(Q(term__seat__body=page.body) | Q(term__seat__constituency__in=page.body.sends_through.values("pk")))
        .order_by("pk")
        .values_list(
            "pk",
            "ref",
            "state",
            "votes_from",
            "ballot",
            "term__name",
            "term__seat__body__ref",
            "ballot__closes_at",
            named=True,
        )[:LISTED]
    )
    words = {
        Recall.State.SIGNATURES: _("Signatures are being collected."),
        Recall.State.NOTICE: _("It is open; the vote begins when the notice has run."),
        Recall.State.VOTING: _("The electors are voting."),
    }
    return [
        Task(
            title=_("Recall of %(name)s") % {"name": row.term__name},
            url=reverse("recall", args=[page.federation.log.slug, row.term__seat__body__ref, row.ref]),
            why=words[row.state],
            action=_("Go there"),
            due=row.ballot__closes_at if row.ballot else row.votes_from,
        )
        for row in rows
    ]


def _mandates(page: "Page") -> list[Task]:
    rows = (
        Mandate.objects.filter(constituency__senders=page.body, state=Mandate.State.PROPOSED)
        .order_by("-pk")
        .values_list("ref", "matter", "constituency__body__ref", "ballot", "ballot__closes_at", named=True)[:LISTED]
    )
    return [
        Task(
            title=_("Proposed mandate: %(matter)s") % {"matter": row.matter},
            url=reverse("mandate", args=[page.federation.log.slug, row.constituency__body__ref, row.ref]),
            why=_("The electors are voting.") if row.ballot else _("The electors decide whether to give it."),
            action=_("Go there"),
            due=row.ballot__closes_at,
        )
        for row in rows
    ]


def _late_reports(page: "Page") -> list[Task]:
    return [
        Task(
            title=_("The report of %(name)s is late") % {"name": row.term.name},
            url=reverse("seat", args=[page.federation.log.slug, row.term.seat.body.ref, row.term.seat.ref]),
            why=_("Delegates and officers account to those who sent them."),
            due=row.due_at,
        )
        for row in reports_due_to(page.body, page.now, page.own)
        if row.late
    ]


def _applications(page: "Page") -> list[Task]:
    rows = list(
        Application.objects.filter(
            body=page.body,
            state__in=[
                Application.State.WAITING_VOUCHERS,
                Application.State.OPEN_TO_OBJECTION,
                Application.State.CONTESTED,
            ],
        )
        .order_by("objections_until", "pk")
        .values_list("pk", flat=True)
    )
    if not rows or not page.can["member_vouch"]:
        return []
    return [
        Task(
            title=ngettext("%(number)s person asks to join", "%(number)s people ask to join", len(rows))
            % {"number": len(rows)},
            url=reverse("roll", args=_where(page)) + "#applications",
            why=_("Members vouch for them, or object."),
            action=_("See who"),
        )
    ]


def _where(page: "Page") -> tuple[str, str]:
    return page.federation.log.slug, page.body.ref
