"""What people type about elections, draws, seats, recalls, mandates and reports. The rules answer, not the widgets."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from weft.charter.model import Quota
from weft.errors import RuleBroken
from weft_site.forms_text import LineField, TextField
from weft_site.refusals import sentence


def refuse(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a refusal in the form that asked for the act: the sentence, with the rule id as its code."""
    form.add_error(None, forms.ValidationError(sentence(refusal), code=refusal.rule))


class StandForm(forms.Form):
    """To stand, or to accept having been proposed."""

    name = LineField(
        label=_("Your public name"),
        required=False,
        most=100,
        help_text=_(
            "Under this name you serve. It stands in the record, and in the file of a secret vote, which everybody may "
            "copy. Empty: the name of your account."
        ),
    )
    statement = TextField(label=_("What you stand for"), required=False, most=4_000)
    declared = forms.MultipleChoiceField(
        label=_("Stand under a quota"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only if you wish. It is shown beside your name and stands in the record of this election."),
    )

    def __init__(self, *args, quotas: Sequence[Quota] = (), **kwargs):
        """quotas: of this election; without any, nothing is asked."""
        super().__init__(*args, **kwargs)
        if quotas:
            self.fields["declared"].choices = [(one.attribute, one.attribute) for one in quotas]
        else:
            del self.fields["declared"]


class OpenForm(forms.Form):
    """How long one may vote by name."""

    days = forms.TypedChoiceField(
        label=_("How long the vote is open"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (3, _("Three days")),
            (7, _("A week")),
            (1, _("A day")),
            (0, _("In a meeting: until it is closed by hand")),
        ],
    )

    def __init__(self, *args, longest: int, **kwargs):
        """longest: the most days that the charter allows for such a vote."""
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        field.choices = [(days, words) for days, words in field.choices if days <= longest]
        self.initial.setdefault("days", min(3, max(days for days, _words in field.choices if days <= 3)))


class WordForm(forms.Form):
    """A word for the lot."""

    word = LineField(
        label=_("A word of your own"),
        most=60,
        help_text=_("Anything nobody can guess. It is shown to all, and it cannot be taken back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Why a recall is started, or a credential refused."""

    reason = TextField(label=_("Reason"), most=4_000)


class QuestionForm(forms.Form):
    """What an elector asks a candidate."""

    text = TextField(label=_("Your question"), most=1_000, rows=3, help_text=_("It is shown with your name."))


class AnswerQuestionForm(forms.Form):
    """What the candidate answers."""

    text = TextField(label=_("Your answer"), most=4_000, rows=3)


class ObserverForm(forms.Form):
    """Whom a candidate sends to watch."""

    name = LineField(label=_("Name of your observer"), required=False, most=100)


class ChallengeForm(forms.Form):
    """Why an election is challenged."""

    reason = TextField(
        label=_("What was not done as the charter asks"),
        most=4_000,
        help_text=_("It stands in the record, shown to those who see the election, without your name."),
    )


class JudgeForm(forms.Form):
    """What the mandate commission finds of a challenge."""

    uphold = forms.TypedChoiceField(
        label=_("The challenge is"),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        choices=[("no", _("rejected")), ("yes", _("upheld: the election is annulled"))],
    )
    reason = TextField(label=_("Reason"), most=4_000)


class AnswerForm(forms.Form):
    """What the holder of the place says to the electors."""

    text = TextField(label=_("Your answer to the electors"), most=8_000)


class ReportForm(forms.Form):
    """A delegate's account."""

    text = TextField(
        label=_("Your report"),
        most=20_000,
        rows=10,
        help_text=_(
            "What you were told to do, how you voted, what comes next. Your electors are told that it is here."
        ),
    )


class CredentialForm(forms.Form):
    """What the commission finds."""

    confirm = forms.TypedChoiceField(
        label=_("The credentials are"),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        choices=[("yes", _("confirmed")), ("no", _("refused, for the reason below"))],
    )
    reason = TextField(label=_("Reason"), required=False, most=4_000)


class MandateForm(forms.Form):
    """An instruction to the delegates of one constituency."""

    constituency = forms.TypedChoiceField(label=_("For the delegates to"), coerce=int)
    matter = LineField(label=_("Matter"), most=300)
    text = TextField(label=_("What they are to do"), most=8_000)
    position = forms.ChoiceField(
        label=_("If it comes to a vote on it"),
        required=False,
        choices=[("", _("as the text says")), ("yes", _("Yes")), ("no", _("No")), ("abstain", _("Abstain"))],
    )

    def __init__(self, *args, constituencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["constituency"].choices = [(row.pk, row.body.title) for row in constituencies]


class FractionForm(forms.Form):
    """A fraction to be declared."""

    title = LineField(label=_("Name of the fraction"), most=100)
