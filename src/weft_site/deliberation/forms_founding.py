"""Forms of the founding meeting. Every field is named here; nothing else is read from a request."""

from django import forms
from django.utils.translation import gettext_lazy as _

from weft.charter import library, library_charter
from weft_site.forms_text import LineField


class OpenForm(forms.Form):
    title = LineField(
        label=_("What is it to be called?"),
        help_text=_("The workplace, building or street, as people call it. It can be changed until the vote."),
        most=120,
    )
    place = LineField(
        label=_("Where do you gather?"),
        help_text=_("A room, an address, or online. Shown to those who have the code."),
        most=200,
        required=False,
    )
    charter = forms.ChoiceField(
        label=_("Charter to start from"),
        help_text=_("You can read, change and exchange it in the meeting before anybody votes."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["charter"].choices = [(c.id, c.title) for c in library() if base_kinds(c.id)]


def base_kinds(charter_id: str) -> list[str]:
    """The kinds of base council that a charter of the library knows."""
    return [kind for kind, rule in library_charter(charter_id).bodies.items() if rule.type == "base"]
