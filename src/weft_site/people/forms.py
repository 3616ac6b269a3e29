"""What people type. Each form names its fields; rules and their words are elsewhere."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from weft.errors import RuleBroken
from weft_site.people.models import Person
from weft_site.people.names import LONGEST_NAME
from weft_site.people.sentences import sentence

_CODE = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
_PASSWORD = {"autocomplete": "new-password"}
LONGEST_CODE = 200
_FIELD_OF = {
    "person.name": "name",
    "person.email": "email",
    "person.password": "password",
    "person.language": "language",
    "person.channel": "channel",
    "card.pin": "pin",
}


def refuse(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a refusal in the form it is about: the sentence, with the rule id as its code."""
    field = _FIELD_OF.get(refusal.rule)
    error = forms.ValidationError(sentence(refusal), code=refusal.rule)
    form.add_error(field if field in form.fields else None, error)


class NameField(forms.CharField):
    """A name, judged by `people.names` alone: the browser asks for one, and the rule answers."""

    def __init__(self, **options):
        # room for more than any name may have, so that the rule answers and not the length of the field
        super().__init__(label=_("Your name"), strip=False, max_length=10 * LONGEST_NAME, **options)

    def validate(self, value):
        if not value:
            empty = RuleBroken("person.name", why="empty")
            raise forms.ValidationError(sentence(empty), code=empty.rule)


class JoinForm(forms.Form):
    """A name and one way to come back."""

    name = NameField(
        help_text=_("As you wish to be called here. It need not be the one in your papers."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    way = forms.ChoiceField(
        label=_("How you come back"),
        widget=forms.RadioSelect,
        choices=[
            (
                "card",
                _("With a code card: no e-mail or telephone needed. Print it or write it down."),
            ),
            ("passkey", _("With this device: fingerprint, face or screen lock (a passkey).")),
            ("password", _("With an e-mail address and a password.")),
        ],
        initial="card",
    )
    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("Only for the last way. Messages to you have a neutral subject and no content."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=1_000,
        strip=False,
        help_text=_("Only for the last way: at least 10 characters."),
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )


class CodeForm(forms.Form):
    """One code from paper."""

    code = forms.CharField(
        label=_("Code"), max_length=LONGEST_CODE, widget=forms.TextInput(attrs=_CODE | {"class": "input--code"})
    )


class CardForm(forms.Form):
    """Sign-in with a card."""

    number = forms.CharField(
        label=_("Card number"),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE | {"inputmode": "numeric", "class": "input--code"}),
    )
    words = forms.CharField(
        label=_("Words on the card"),
        max_length=LONGEST_CODE,
        help_text=_("With or without hyphens, large or small letters."),
        widget=forms.TextInput(attrs=_CODE | {"class": "input--code"}),
    )
    pin = forms.CharField(
        label=_("PIN"),
        required=False,
        max_length=20,
        help_text=_("Only if you have set one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class PinForm(forms.Form):
    """A PIN of one's own for a card."""

    words = forms.CharField(
        label=_("Words on the card"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs=_CODE | {"class": "input--code"}),
    )
    pin = forms.CharField(
        label=_("New PIN"),
        max_length=20,
        help_text=_("6 to 12 digits. Keep it in your head, not on the card."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


class ConfirmForm(forms.Form):
    """The card again, before something that matters."""

    number = CardForm.base_fields["number"]
    words = CardForm.base_fields["words"]
    pin = CardForm.base_fields["pin"]


class ClaimForm(forms.Form):
    """A claim key, to begin a recovery."""

    key = forms.CharField(
        label=_("Claim key"),
        max_length=LONGEST_CODE,
        help_text=_("The twelve words you were given when you joined."),
        widget=forms.TextInput(attrs=_CODE | {"class": "input--code"}),
    )


class HintForm(forms.Form):
    """Which account, for a recovery with two vouchers."""

    hint = forms.CharField(
        label=_("Your e-mail address, or the number of your lost card"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
    )


class SettingsForm(forms.Form):
    """How one is called and told of things."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=lambda: [("", _("As my browser says")), *settings.LANGUAGES]
    )
    channel = forms.ChoiceField(
        label=_("How you are told of things"), choices=Person.Channel.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey that signs in alone: many here have no password beside it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].label = _("Sign in with this device alone")
        self.fields["passwordless"].help_text = _("It then counts as two factors: the device, and you before it.")
        self.fields["name"].label = _("Name of this device")
        self.initial["name"] = _("My device")
