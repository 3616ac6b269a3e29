"""What meetings, motions and ratifications ask of a body now; listed on its page by `federation.now`."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from weft_site.deliberation.models import Meeting, Motion, Ratification
from weft_site.federation.now import LISTED, Task

if TYPE_CHECKING:
    from weft_site.federation.views.base import Page


def of_deliberation(page: "Page") -> list[Task]:
    """Meetings called or open, motions on their way, decisions above that this body must ratify."""
    return [*_meetings(page), *_motions(page), *_ratifications(page)]


def _meetings(page: "Page") -> list[Task]:
    rows = Meeting.objects.filter(body=page.body, state__in=[Meeting.State.CONVENED, Meeting.State.OPEN])
    return [
        Task(
            title=row.title,
            url=reverse("meeting", args=[*_where(page), row.ref]),
            why=_("The meeting is open.") if row.state == Meeting.State.OPEN else _("The meeting is called."),
            action=_("Go there"),
            due=row.starts_at,
            urgent=row.state == Meeting.State.OPEN,
        )
        for row in rows.order_by("starts_at").values_list("ref", "title", "state", "starts_at", named=True)[:LISTED]
    ]


def _motions(page: "Page") -> list[Task]:
    words = {
        Motion.State.MOVED: _("It looks for supporters."),
        Motion.State.SECONDED: _("It can be put to the vote."),
        Motion.State.PUT: _("It is being voted on."),
        Motion.State.RATIFYING: _("Carried here; the councils below are asked."),
        Motion.State.SUSPENDED: _("An association objects; the decision waits."),
    }
    rows = Motion.objects.filter(body=page.body, state__in=words).order_by("-moved_at")
    rows = rows.values_list("ref", "title", "state", "waits_until", "ballot", "ballot__closes_at", named=True)
    return [
        Task(
            title=_("Motion: %(title)s") % {"title": row.title},
            url=reverse("motion", args=[*_where(page), row.ref]),
            why=words[row.state],
            action=_("Read") if row.state != Motion.State.PUT else _("Go there"),
            due=row.ballot__closes_at if row.ballot and row.state == Motion.State.PUT else row.waits_until,
        )
        for row in rows[:LISTED]
    ]


def _ratifications(page: "Page") -> list[Task]:
    rows = (
        Ratification.objects.filter(body=page.body, agreed__isnull=True, motion__state=Motion.State.RATIFYING)
        .order_by("pk")
        .values_list("motion__ref", "motion__title", "motion__body__title", "ballot__closes_at", named=True)
    )
    return [
        Task(
            title=_("Ratify: %(title)s") % {"title": row.motion__title},
            url=reverse("ratification", args=[*_where(page), row.motion__ref]),
            why=_("%(body)s decided it; it takes effect only if enough councils agree.")
            % {"body": row.motion__body__title},
            action=_("Go there"),
            due=row.ballot__closes_at,
            urgent=True,
        )
        for row in rows[:LISTED]
    ]


def _where(page: "Page") -> tuple[str, str]:
    return page.federation.log.slug, page.body.ref
