"""What deliberation registers with the domains below it when the site starts."""

from datetime import datetime

from django.urls import reverse

from weft_site.deliberation.models import Founding, Meeting
from weft_site.deliberation.now import of_deliberation
from weft_site.deliberation.services import founding
from weft_site.federation.models import Body
from weft_site.federation.now import providers
from weft_site.federation.services import joining
from weft_site.people.models import Person
from weft_site.people.ports import Purpose, ports


def register() -> None:
    ports.purposes[founding.PURPOSE] = Purpose(title=_title, accept=_accept)
    if open_meetings not in joining.open_business:  # start-up may run twice in one process
        joining.open_business.append(open_meetings)
    if of_deliberation not in providers:  # start-up may run twice in one process
        providers.append(of_deliberation)


def open_meetings(body: Body) -> list[str]:
    """What must end before a council can move to another federation."""
    return list(Meeting.objects.filter(body=body, state=Meeting.State.OPEN).values_list("ref", flat=True))


def _title(target: str) -> str:
    return Founding.objects.values_list("title", flat=True).get(pk=int(target))


def _accept(target: str, person: Person, now: datetime) -> str:
    code = founding.join_founding(actor=person, now=now, founding_id=int(target))
    return reverse("founding", args=[code])
