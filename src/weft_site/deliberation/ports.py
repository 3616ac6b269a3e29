"""What deliberation registers with the domains below it when the site starts."""

from datetime import datetime

from django.urls import reverse

from weft_site.deliberation.models import Founding
from weft_site.deliberation.services import founding
from weft_site.people.models import Person
from weft_site.people.ports import Purpose, ports


def register() -> None:
    ports.purposes[founding.PURPOSE] = Purpose(title=_title, accept=_accept)


def _title(target: str) -> str:
    return Founding.objects.values_list("title", flat=True).get(pk=int(target))


def _accept(target: str, person: Person, now: datetime) -> str:
    code = founding.join_founding(actor=person, now=now, founding_id=int(target))
    return reverse("founding", args=[code])
