"""The frame and the shared parts, rendered alone."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace as Value

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from tests.site import stylebook

from weft_site.templatetags import ui

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}


class Outline(HTMLParser):
    """Tags in order, with a check that each is closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def part(path: str, **context: object) -> str:
    return stylebook.page(path, context, RequestFactory().get("/list?q=a&page=2"))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("page", ["base.html", "400.html", "403.html", "404.html"])
def test_a_page_stands_without_any_context(page):
    html = stylebook.page(page)
    outline = Outline(html)

    assert outline.all("html")[0]["lang"] == "en"
    assert [tag for tag, _ in outline.tags if tag in {"header", "main", "footer"}] == ["header", "main", "footer"]
    assert outline.all("a")[0] == {"class": "skip", "href": "#main"}
    assert outline.all("main")[0]["id"] == "main"
    assert len(outline.all("h1")) == (0 if page == "base.html" else 1)


def test_the_page_for_a_fault_needs_nothing_of_the_frame():
    template = stylebook.engine().get_template("500.html")
    html = template.render()

    assert "extends" not in template.template.source.split("%}")[0]
    assert len(Outline(html).all("h1")) == 1
    assert "Traceback" not in html


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("", None), ('"><script>', None)])
def test_the_server_prints_the_theme_the_reader_chose_and_no_other(cookie, theme):
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    html = stylebook.page("base.html", request=request)

    assert Outline(html).all("html")[0].get("data-theme") == theme


def test_the_style_page_is_well_formed_with_headings_in_order_and_no_id_twice():
    outline = Outline(stylebook.render())
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    ids = [attrs["id"] for _, attrs in outline.tags if attrs.get("id")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))


def test_the_demo_strip_shows_its_clock_and_the_next_day():
    html = part("base.html", demo={"now": NOW, "next_day_url": "/next-day"})

    assert "Nov. 23, 2026, 18:00" in words(html)
    assert Outline(html).all("form")[0]["action"] == "/next-day"
    assert "demo" not in [attrs.get("class") for _, attrs in Outline(part("base.html")).tags]


class Application(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the roll.")
    shift = forms.ChoiceField(choices=[("d", "Day")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, initial="k")


def test_a_field_ties_label_help_and_error_to_its_widget():
    field = Application({"name": ""})["name"]

    outline = Outline(part("components/_field.html", field=field))

    (widget,) = outline.all("input")
    assert [label["for"] for label in outline.all("label")] == [widget["id"]]
    assert widget["aria-invalid"] == "true"
    ids = {attrs.get("id") for _, attrs in outline.tags}
    assert set(widget["aria-describedby"].split()) == {"id_name_helptext", "id_name_error"} <= ids


def test_a_field_without_error_claims_none():
    html = part("components/_field.html", field=Application()["name"])

    assert "aria-invalid" not in html
    assert "field--wrong" not in html


def test_choices_are_a_fieldset_with_a_legend_and_optional_fields_say_so():
    outline = Outline(part("components/_field.html", field=Application()["shift"]))

    assert len(outline.all("fieldset")) == len(outline.all("legend")) == 1
    assert "(optional)" in part("components/_field.html", field=Application()["note"])


def test_the_summary_links_to_each_wrong_field_and_to_nothing_else():
    html = part("components/_form.html", form=Application({"name": "", "token": "k"}), submit="Send")
    outline = Outline(html)
    ids = {attrs.get("id") for _, attrs in outline.tags}
    links = [a["href"] for a in outline.all("a")]

    assert links == ["#id_name", "#id_shift_0"]
    assert {link[1:] for link in links} <= ids
    assert [section["role"] for section in outline.all("section")] == ["alert"]
    assert "alert" not in part("components/_form.html", form=Application(), submit="Send")


def test_a_refusal_names_its_article_and_says_that_nothing_changed():
    refusal = Value(
        sentence="38 are present; 41 are needed.", rule="body.quorum", article="12", article_url="/c#12", numbers={}
    )

    html = part("components/_refusal.html", refusal=refusal)

    assert (
        words(html)
        == "Refused. Nothing has changed. 38 are present; 41 are needed. Article 12 of the charter body.quorum"
    )
    assert Outline(html).all("a") == [{"href": "/c#12"}]


def test_a_refusal_without_article_still_stands():
    html = part("components/_refusal.html", refusal=Value(sentence="No.", rule="x.y", numbers={}))

    assert words(html) == "Refused. Nothing has changed. No. x.y"


def tasks(*urgent: bool) -> list[Value]:
    return [
        Value(title=f"Task {i}", url=f"/{i}", why="", due=None, action="Do", urgent=u) for i, u in enumerate(urgent)
    ]


@pytest.mark.parametrize(("urgent", "red"), [((True, True, False), 1), ((False, False), 0), ((False, True), 0)])
def test_at_most_the_first_task_is_red(urgent, red):
    assert part("components/_tasks.html", tasks=tasks(*urgent)).count("task--now") == red


def test_no_task_is_an_empty_state_with_a_sentence():
    assert words(part("components/_tasks.html", tasks=[])).startswith("Nothing needs you now.")


def test_pagination_keeps_the_other_parameters_and_ends_at_the_ends():
    pages = Paginator(range(30), 10)

    middle = Outline(part("components/_pagination.html", page=pages.page(2)))
    last = Outline(part("components/_pagination.html", page=pages.page(3)))

    assert [(a["rel"], a["href"]) for a in middle.all("a")] == [("prev", "?q=a&page=1"), ("next", "?q=a&page=3")]
    assert [a["rel"] for a in last.all("a")] == ["prev"]
    assert part("components/_pagination.html", page=Paginator(range(3), 10).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("after", "shown", "state"),
    [
        (timedelta(hours=3), "today, 21:00", "today"),
        (timedelta(hours=7), "tomorrow", ""),
        (timedelta(days=6), "in 6 days", ""),
        (-timedelta(hours=20), "1 day late", "late"),
        (-timedelta(days=2), "2 days late", "late"),
    ],
)
def test_days_left_follow_the_calendar(after, shown, state):
    found = ui.due(NOW + after, NOW)

    assert (found["words"], found["state"]) == (shown, state)


def test_a_full_stop_after_the_days_left_stands_at_the_word():
    html = Template("{% load ui %}It closes {% due at now %}.").render(
        Context({"at": NOW + timedelta(days=2), "now": NOW})
    )

    assert html.endswith(">in 2 days</time>.")


def test_every_state_has_a_sign_that_exists_and_no_two_states_of_a_seat_look_alike():
    assert {look.sign for look in ui.STATES.values()} <= set(ui.ICONS)
    seats = [ui.STATES[key][:2] for key in ("filled", "vacant", "recalled", "expired", "alternate")]
    assert len(set(seats)) == len(seats)


def test_an_unknown_state_is_shown_quietly_and_escaped():
    html = Template("{% load ui %}{% status key %}").render(Context({"key": "needs_<b>"}))
    assert html == f'<span class="tag tag--quiet">{ui.icon("note")}Needs &lt;b&gt;</span>'


def test_a_hash_can_break_and_be_copied_whole():
    html = Template("{% load ui %}{% hash_code value name='leaf' %}").render(Context({"value": bytes(range(32))}))

    assert Outline(html).all("button")[0]["data-copy"] == bytes(range(32)).hex()
    assert html.count("<wbr>") == 8


def test_old_and_new_show_exactly_what_changed():
    old, new = "At least one fifth, never fewer than 5.", "At least one quarter, never fewer than 7."

    assert ui.removed(old, new) == "At least one <del>fifth</del>, never fewer than <del>5</del>."
    assert ui.added(old, new) == "At least one <ins>quarter</ins>, never fewer than <ins>7</ins>."
    assert ui.added("", new) == new
    assert ui.removed("<b>", "") == "&lt;b&gt;"
    assert ui.added("a", "<script>") == "<ins>&lt;script&gt;</ins>"
