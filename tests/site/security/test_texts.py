"""Family A and part of I: what a line and a text may hold, and that every form which stores text asks the same rule."""
# ruff: noqa: RUF001 - letters that look alike are what this file is about

import inspect
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

import weft_site
from weft.errors import RuleBroken
from weft_site.forms_text import LineField, TextField
from weft_site.people.forms import NameField
from weft_site.refusals import sentence
from weft_site.texts import clean_line, clean_text

KEPT_IN_A_LINE = [
    "Müller's depot", "Ольга", "葛\U000e0100城", "رضا\u200cزاده", "ශ්\u200dරී", "24 hours", "1/2 < 2/3 & more",
    "<script>alert(1)</script>", "{% load i18n %}", "'; DROP TABLE weft_site_motion; --", "=1+1",
    "[us](javascript:alert(1))", "🌍 for all", "a" * 200,
]  # fmt: skip
KEPT_IN_A_TEXT = [*KEPT_IN_A_LINE, "one\ntwo", "a\tb", "👨\u200d👩\u200d👧", "שלום\u200f!", "soft\u00adware"]
REFUSED_IN_BOTH = {
    "An\x00a": "text.control",
    "An\x1ba": "text.control",
    "An\x85a": "text.control",
    "Depot \u202etoped": "text.hidden",
    "Depot \u2066toped": "text.hidden",
    "Dep\ufffdt": "text.hidden",  # what a browser's or a client's unreadable bytes become
    "Dep\ue000t": "text.hidden",
    "e" + "\u0301" * 6: "text.marks",
    "a" * 10_001: "text.long",
}
REFUSED_IN_A_LINE = REFUSED_IN_BOTH | {
    "one\ntwo": "text.control",
    "one\r\nBCC: all@example.org": "text.control",
    "one\u2028two": "text.control",
    "Depot\u200b": "text.hidden",
    "De\u200dpot": "text.hidden",
    "Depot\ufeff": "text.hidden",
    "De\u00adpot": "text.hidden",
}


@pytest.mark.parametrize("text", KEPT_IN_A_LINE)
def test_a_line_keeps_what_people_write_also_if_it_looks_like_code(text):
    assert clean_line(f"  {text} ", most=200) == text


@pytest.mark.parametrize("text", KEPT_IN_A_TEXT)
def test_a_text_keeps_what_people_write_also_if_it_looks_like_code(text):
    assert clean_text(f"\r\n{text}\r\n", most=200) == text


@pytest.mark.parametrize(("text", "rule"), REFUSED_IN_A_LINE.items())
def test_a_line_is_refused_that_hides_something(text, rule):
    with pytest.raises(RuleBroken) as refusal:
        clean_line(text, most=200)

    assert refusal.value.rule == rule
    assert "%" not in sentence(refusal.value)


@pytest.mark.parametrize(("text", "rule"), REFUSED_IN_BOTH.items())
def test_a_text_is_refused_that_hides_something(text, rule):
    with pytest.raises(RuleBroken, match=rule):
        clean_text(text, most=10_000)


@given(st.text(max_size=60))
def test_what_was_cleaned_once_is_clean(text):
    for clean in (clean_line, clean_text):
        try:
            once = clean(text, most=100)
        except RuleBroken:
            continue
        assert clean(once, most=100) == once
        assert "\x00" not in once


@pytest.mark.parametrize("field", [LineField(most=20), TextField(most=20)])
def test_a_field_says_in_a_sentence_what_is_wrong(field):
    for text, rule in [("", "text.empty"), ("   ", "text.empty"), ("a\x00b", "text.control"), ("a" * 21, "text.long")]:
        with pytest.raises(forms.ValidationError) as wrong:
            field.clean(text)
        assert [error.code for error in wrong.value.error_list] == [rule]


def forms_of(module):
    for _name, found in inspect.getmembers(import_module(module), inspect.isclass):
        if issubclass(found, forms.BaseForm) and found.__module__ == module:
            yield found


SITE = Path(weft_site.__file__).parent
MODULES = [  # the forms of councils; those of accounts have their own rules, and their own tests
    f"weft_site.{path.parent.name}.{path.stem}"
    for domain in ("federation", "deliberation")
    for path in sorted((SITE / domain).glob("forms*.py"))
]
#: Plain fields that a rule of their own reads: addresses of councils, and a whole charter.
READ_BY_A_RULE = {"JoinForm.into", "TogetherForm.others", "TogetherForm.text"}


@pytest.mark.parametrize("module", MODULES)
def test_every_form_of_a_council_stores_lines_and_texts_that_were_judged(module):
    found = list(forms_of(module))
    plain = [
        f"{form.__name__}.{name}"
        for form in found
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField
    ]

    assert found
    assert set(plain) <= READ_BY_A_RULE


def test_a_name_is_judged_by_the_rule_of_names():
    assert NameField().clean(" Ana  Ruiz ") == " Ana  Ruiz "  # the rule itself is asked in the act: people.names
