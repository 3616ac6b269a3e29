"""The style page in a browser, under the site's own Content-Security-Policy."""

from pathlib import Path

import pytest
from tests.site import stylebook

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()
PRESSED = "button, a.button, input, select, summary, .nav a, .tab, .breadcrumb li, .choice"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(scope="module")
def address():
    with stylebook.serve() as url:
        yield url


@pytest.fixture
def sheet(chromium, address):
    """Open the style page; the list of what the browser complained about comes with it."""
    contexts = []

    def opened(*, path="", width=1280, scheme="light", bypass=False, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=bypass, **options
        )
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page, complaints

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_nothing(sheet, width, scheme):
    page, _complaints = sheet(width=width, scheme=scheme, bypass=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.evaluate(AXE)

    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES)

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 40


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
def test_the_policy_is_kept_and_nothing_runs_over_the_edge(sheet, width):
    page, complaints = sheet(width=width)

    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_chosen_theme_is_seen_at_once_and_remembered(sheet):
    page, _complaints = sheet(scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)

    page.get_by_role("button", name="Dark sheet").click()

    assert page.evaluate(paper) != before
    assert [c["value"] for c in page.context.cookies() if c["name"] == "theme"] == ["dark"]
    assert page.get_by_role("button", name="Dark sheet").get_attribute("aria-pressed") == "true"


def test_without_scripting_everything_reads_and_no_dead_button_shows(sheet):
    page, _complaints = sheet(java_script_enabled=False)

    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("[data-theme-switch], [data-copy], [data-print]").count() == 3
    assert not any(
        button.is_visible() for button in page.locator("[data-theme-switch], [data-copy], [data-print]").all()
    )


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(sheet):
    page, _complaints = sheet(width=360, path="404.html")
    page.keyboard.press("Tab")
    first = page.evaluate("[document.activeElement.className, document.activeElement.getBoundingClientRect().top]")

    page.keyboard.press("Enter")

    assert first == ["skip", 0]
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_refusal_is_where_the_reader_lands(sheet):
    page, _complaints = sheet()

    assert page.evaluate("document.activeElement.classList.contains('notice--refusal')")


def test_whatever_is_pressed_is_24_pixels_or_more(sheet):
    page, _complaints = sheet(width=360)

    small = page.locator(PRESSED).evaluate_all(
        """(parts) => parts.filter((part) => part.checkVisibility()).filter((part) => {
          const box = part.getBoundingClientRect();
          return box.width && (box.height < 24 || box.width < 24);
        }).map((part) => part.outerHTML.slice(0, 80))"""
    )

    assert small == []


def test_on_paper_there_is_no_furniture_and_ink_is_black(sheet):
    page, _complaints = sheet(scheme="dark")
    page.emulate_media(media="print")

    hidden = [page.locator(name).first.is_visible() for name in (".nav", ".demo", ".foot", ".tabs", ".actions")]
    kept = [page.locator(name).first.is_visible() for name in ("h1", ".articles", ".print-sheet", ".drawing svg")]

    assert hidden == [False] * 5
    assert kept == [True] * 4
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_a_text_spaced_out_by_the_reader_still_fits(sheet):
    """WCAG 1.4.12: wider lines, letters and words lose nothing."""
    page, _complaints = sheet(width=360, bypass=True)
    spaced = "line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;"
    page.add_style_tag(content=f"* {{ {spaced} }}")

    assert page.evaluate("document.documentElement.scrollWidth") == 360
