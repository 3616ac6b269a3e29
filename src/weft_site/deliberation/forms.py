"""Forms of meetings, motions and votes. Every field is named here; nothing else is read from a request."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weft.charter import Charter
from weft.charter.model import BodyRule, Decision
from weft.deliberation.motions import OWN_PROCEDURE
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot
from weft_site.forms_text import LineField, TextField
from weft_site.refusals import sentence

LONGEST_TITLE = 300
MOST_LINES = 100
YEARS = range(2000, 2200)
WAYS = {
    Ballot.Way.OPEN: _("By name, each on a phone"),
    Ballot.Way.COUNTED: _("Show of hands, counted by two tellers"),
    Ballot.Way.PAPER: _("On paper, counted by two tellers"),
}


def refuse(form: forms.Form, refusal: RuleBroken) -> None:
    """Show a refusal in the form it is about: the sentence, with the rule id as its code."""
    form.add_error(None, forms.ValidationError(sentence(refusal), code=refusal.rule))


class TimeField(forms.DateTimeField):
    """A day and a time as the browser's own picker gives it. Times on this site are UTC."""

    def __init__(self, **options):
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def clean(self, value):
        found = super().clean(value)
        if found is None:
            return None
        if found.year not in YEARS:  # before zones are reckoned with: beyond, that is an error of its own
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found.astimezone(UTC).replace(microsecond=0)


class LinesField(TextField):
    """Several lines, one thing a line, each as a line may be."""

    def __init__(self, **options):
        super().__init__(most=8_000, **options)

    def clean(self, value):
        lines = super().clean(value).split("\n")
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("At most %(most)s lines."), code="text.lines", params={"most": MOST_LINES})
        one = LineField(most=LONGEST_TITLE, required=False)
        return [found for line in lines if (found := one.clean(line.replace("\t", " ")))]


class MeetingForm(forms.Form):
    title = LineField(label=_("Title"), most=200)
    place = LineField(label=_("Place"), help_text=_("A room, an address, or a link."), most=300, required=False)
    starts_at = TimeField(label=_("Start (UTC)"))
    agenda = LinesField(label=_("Agenda"), help_text=_("One item a line, in the order in which they come."))


class ItemForm(forms.Form):
    title = LineField(label=_("Item"), most=LONGEST_TITLE, required=False)
    motion = forms.ChoiceField(label=_("or a motion"), required=False)

    def __init__(self, *args, motions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motion"].choices = [("", "—"), *((str(m.pk), m.title) for m in motions)]

    def clean(self):
        found = super().clean()
        if bool(found.get("title")) == bool(found.get("motion")):
            raise forms.ValidationError(_("Name an item, or choose a motion."), code="agenda.empty")
        return found


class MotionForm(forms.Form):
    title = LineField(label=_("Title"), most=LONGEST_TITLE)
    text = TextField(
        label=_("Text"), help_text=_("What the council is to decide, word for word."), most=40_000, rows=10
    )
    kind = forms.ChoiceField(label=_("Kind of decision"))
    meeting = forms.ChoiceField(label=_("Put it on the agenda of"), required=False)

    def __init__(self, *args, law: Charter, rule: BodyRule, meetings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds(law, rule)
        self.fields["meeting"].choices = [
            ("", _("no meeting yet")),
            *((str(m.pk), f"{m.title}, {m.starts_at:%Y-%m-%d}") for m in meetings),
        ]

    def clean_meeting(self):
        return int(self.cleaned_data["meeting"]) if self.cleaned_data["meeting"] else None


def kinds(law: Charter, rule: BodyRule) -> list[tuple[str, str]]:
    """The kinds of decision that this body may decide on a motion, in the charter's order, the ordinary ones first."""
    return [
        (name, decision.title or name)
        for name, decision in sorted(law.decisions.items(), key=lambda pair: pair[0] != "ordinary")
        if name not in OWN_PROCEDURE and (not rule.decides or name in rule.decides)
    ]


class TableForm(MotionForm):
    """An association chooses the council in which it tables a motion."""

    body = forms.ChoiceField(label=_("Council"))
    field_order = ["body", "title", "text", "kind"]

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, meetings=(), **kwargs)
        del self.fields["meeting"]
        self.fields["body"].choices = [(str(body.pk), body.title) for body in bodies]

    def clean_body(self):
        return int(self.cleaned_data["body"])


class PutForm(forms.Form):
    way = forms.ChoiceField(label=_("Way of voting"), widget=forms.RadioSelect)
    closes_at = TimeField(
        label=_("Open until (UTC)"),
        help_text=_("Leave it empty to vote in the meeting that is open now."),
        required=False,
    )

    def __init__(
        self, *args, decision: Decision, over_days_only: bool = False, notice_days: int = 0, usual=None, **kwargs
    ):
        """usual: the end that is offered for a vote over days, which is open for notice_days at least."""
        super().__init__(*args, **kwargs)
        allowed = {"paper" if way == "secret" else way for way in decision.ballots}
        self.fields["way"].choices = [(way, label) for way, label in WAYS.items() if way in allowed]
        self.initial.setdefault("way", next(iter(self.fields["way"].choices), ("",))[0])
        if over_days_only:
            self.fields["closes_at"].required = True
            self.fields["closes_at"].help_text = (
                ngettext(
                    "At least %(days)s day from now, as long as the notice of a meeting.",
                    "At least %(days)s days from now, as long as the notice of a meeting.",
                    notice_days,
                )
                % {"days": notice_days}
                if notice_days
                else ""
            )
            self.initial.setdefault("closes_at", usual)


def usual_close(law: Charter, rule: BodyRule, now: datetime) -> datetime:
    """The end offered for a vote over days: a day more than the notice, for a form is sent later than shown."""
    return now + timedelta(days=max(law.procedure.voting_days, rule.notice_days + 1))


class ReasonForm(forms.Form):
    reason = TextField(label=_("Reason"), most=4_000, rows=5)


class ObjectForm(ReasonForm):
    association = forms.ChoiceField(label=_("For the association"))
    field_order = ["association", "reason"]

    def __init__(self, *args, associations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["association"].choices = [(str(body.pk), body.title) for body in associations]


class LinkForm(forms.Form):
    mandate = forms.ChoiceField(label=_("Mandate"))

    def __init__(self, *args, mandates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mandate"].choices = [
            (f"{sender.pk}-{mandate.pk}", f"{sender.title}: {mandate.matter} ({mandate.position})")
            for mandate, sender in mandates
        ]

    def clean_mandate(self):
        body, mandate = self.cleaned_data["mandate"].split("-")
        return int(body), int(mandate)


class AmendForm(forms.Form):
    title = LineField(label=_("Title"), most=LONGEST_TITLE)
    reason = TextField(label=_("Why"), most=8_000, rows=4)
