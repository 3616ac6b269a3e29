"""Forms of the founding meeting. Every field is named here; nothing else is read from a request."""

from django import forms
from django.utils.translation import gettext_lazy as _

from weft.charter import library, library_charter
from weft.errors import RuleBroken
from weft_site.people.names import clean_name


class OpenForm(forms.Form):
    title = forms.CharField(
        label=_("What is it to be called?"),
        help_text=_("The workplace, building or street, as people call it. It can be changed until the vote."),
        max_length=120,
    )
    place = forms.CharField(
        label=_("Where do you gather?"),
        help_text=_("A room, an address, or online. Shown to those who have the code."),
        max_length=200,
        required=False,
    )
    charter = forms.ChoiceField(
        label=_("Charter to start from"),
        help_text=_("You can read, change and exchange it in the meeting before anybody votes."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["charter"].choices = [(c.id, c.title) for c in library() if base_kinds(c.id)]

    def clean_title(self):
        return _line(self.cleaned_data["title"])

    def clean_place(self):
        place = self.cleaned_data["place"]
        return _line(place) if place else ""


def _line(text: str) -> str:
    try:
        return clean_name(text)
    except RuleBroken:
        raise forms.ValidationError(_("This text has characters that could hide what it says."), code="text") from None


def base_kinds(charter_id: str) -> list[str]:
    """The kinds of base council that a charter of the library knows."""
    return [kind for kind, rule in library_charter(charter_id).bodies.items() if rule.type == "base"]
