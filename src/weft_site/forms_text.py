"""Form fields for lines and texts. What may stand in them is said in `texts`; here a refusal becomes a form's error."""

from django import forms

from weft.errors import RuleBroken
from weft_site.refusals import sentence
from weft_site.texts import clean_line, clean_text

ROOM = 2  # a field takes this much more than the rule allows, so that the rule answers with its sentence


class _Cleaned(forms.CharField):
    """A text judged by `texts` alone. most: characters as they are stored."""

    empty_values = ("",)

    def __init__(self, *, most: int, **options):
        self.most = most
        options.setdefault("strip", False)
        super().__init__(**options)
        self.validators = []  # the rule answers, also for a NUL
        self.widget.attrs["maxlength"] = str(most)

    def to_python(self, value):
        text = "" if value is None else str(value)
        if len(text) > ROOM * self.most + 1_000:  # a browser counts a line break as two
            text = text[: ROOM * self.most + 1_000]
        try:
            return self.judge(text)
        except RuleBroken as refusal:
            raise forms.ValidationError(sentence(refusal), code=refusal.rule) from None

    def judge(self, text: str) -> str:
        raise NotImplementedError

    def validate(self, value):
        if self.required and not value:
            empty = RuleBroken("text.empty")
            raise forms.ValidationError(sentence(empty), code=empty.rule)


class LineField(_Cleaned):
    """One line: a title, a place, a public name."""

    def judge(self, text: str) -> str:
        return clean_line(text, most=self.most)


class TextField(_Cleaned):
    """Several lines: a motion, a reason, a report."""

    def __init__(self, *, rows: int = 6, **options):
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def judge(self, text: str) -> str:
        return clean_text(text, most=self.most)
