"""What people type about membership, lists, associations and accession. The rules answer, not the widgets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from weft_site.federation.services.imports import MOST_INVITED
from weft_site.federation.services.numbers import STATED
from weft_site.forms_text import LineField, TextField

MOST_CHARACTERS = 250_000  # of a charter file


def sent(request, *, files: bool = False) -> tuple:
    """What a form is bound to: the post, also an empty one; nothing where the page is only looked at."""
    if request.method != "POST":
        return (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


class ApplyForm(forms.Form):
    """To ask to be admitted: one's word on the age, and on moving from another council."""

    of_age = forms.BooleanField(required=False)
    transfer = forms.BooleanField(required=False)

    def __init__(self, *args, years: int, council: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["of_age"].label = _("I am at least %(years)s years old.") % {"years": years}
        self.fields["of_age"].help_text = _("Your word is enough. No birthday is asked or kept.")
        if council:
            self.fields["transfer"].label = _("My membership in %(council)s ends when this one begins.") % {
                "council": council
            }
            self.fields["transfer"].help_text = _("Seats and offices that rest on it end then too.")
        else:
            del self.fields["transfer"]


class ObjectForm(forms.Form):
    """Why somebody should not be admitted."""

    reason = TextField(
        label=_("Why you object"),
        most=2_000,
        help_text=_("The applicant and the members read it. The members then decide by vote."),
    )
    whole_list = forms.BooleanField(label=_("I object to everybody on this list."), required=False)

    def __init__(self, *args, listed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not listed:
            del self.fields["whole_list"]


class InviteForm(forms.Form):
    """An invitation to join a council."""

    people = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=MOST_INVITED, initial=1)
    days = forms.IntegerField(label=_("Good for how many days"), min_value=1)

    def __init__(self, *args, longest: int, **kwargs):
        """longest: the most days that the charter allows for an invitation."""
        super().__init__(*args, **kwargs)
        self.fields["days"].widget.attrs["max"] = longest  # the rule itself answers whoever asks for more
        self.initial.setdefault("days", min(7, longest))


class ImportForm(forms.Form):
    """A list of people as a file."""

    file = forms.FileField(
        label=_("CSV or XLSX file"),
        allow_empty_file=True,  # the rule answers, in the words of a list
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        help_text=_("First line: name and email, or first name, last name and email. Up to 10 MB and 100,000 people."),
    )


class DeclareForm(forms.Form):
    """What a member says of themselves for the quotas of the charter."""

    attributes = forms.MultipleChoiceField(
        label=_("I declare of myself"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, attributes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attributes"].choices = [(name, name.replace("_", " ")) for name in attributes]


class NumberForm(forms.Form):
    """A number that a norm may rest on."""

    unit = forms.ChoiceField(label=_("What is counted"), choices=[])
    number = forms.IntegerField(label=_("How many"), min_value=0)
    source = TextField(label=_("Where the number comes from"), most=2_000, rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {"inhabitants": _("inhabitants"), "workers": _("workers"), "companies": _("companies")}
        self.fields["unit"].choices = [(unit, words.get(unit, unit)) for unit in STATED]


class AssociationForm(forms.Form):
    """An association that members found among themselves."""

    title = LineField(label=_("Name of the association"), most=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=[])
    body = forms.ChoiceField(label=_("You propose it as a member of"), choices=[])
    of_age = forms.BooleanField(required=False)

    def __init__(self, *args, kinds, bodies, years: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
        self.fields["body"].choices = bodies
        self.fields["of_age"].label = _("I am at least %(years)s years old.") % {"years": years}


class JoinForm(forms.Form):
    """Which federation to join, and as what."""

    into = forms.CharField(
        label=_("Address of the federation"),
        max_length=200,
        help_text=_("The last part of its address on this server, such as “riverton”."),
    )

    def clean_into(self):
        return last_part(self.cleaned_data["into"])


class AsForm(forms.Form):
    """As what to join, and to which body delegates are sent."""

    as_kind = forms.ChoiceField(label=_("It becomes there"), choices=[])
    upper = forms.ChoiceField(label=_("It sends delegates to"), choices=[], required=False)

    def __init__(self, *args, kinds, uppers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["as_kind"].choices = kinds
        if len(uppers) > 1:
            self.fields["upper"].choices = uppers
        else:
            del self.fields["upper"]


class TogetherForm(forms.Form):
    """A federation to found with other councils."""

    title = LineField(label=_("Name of the federation"), most=120)
    charter = forms.ChoiceField(
        label=_("Charter"), choices=[], help_text=_("Read it before you propose it. Each council adopts the same text.")
    )
    text = forms.CharField(
        label=_("Another charter, as text"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("A charter file that you have edited. Left empty, the charter chosen above."),
    )
    others = forms.CharField(
        label=_("The other councils"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The last part of each one’s address on this server, one a line."),
    )

    def __init__(self, *args, charters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["charter"].choices = charters

    def clean_others(self):
        lines = [last_part(line) for line in self.cleaned_data["others"].split("\n")]
        return list(dict.fromkeys(line for line in lines if line))[:100]


def last_part(address: str) -> str:
    """The name of a federation from its whole address, or from the name alone."""
    return address.strip().rstrip("/").rpartition("/")[2].lower()
