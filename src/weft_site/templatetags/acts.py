"""Formal acts in words: ``{% act_name entry.act %}``. One line an act; a test demands one for every act recorded."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTS = {
    "deliberation.founded": _("A council was founded"),
    "federation.entitled": _("Seats were recomputed"),
}


@register.simple_tag
def act_name(act: str) -> str:
    """The act in the reader's language; its code where nobody has named it."""
    return str(ACTS.get(act, act))
