"""The style sheets: contrast in both themes, one home for each value, nothing heavy, nothing from elsewhere."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[2] / "src" / "weft_site"
STATIC = SITE / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
TEMPLATES = sorted((SITE / "templates").rglob("*.html"))


def css() -> str:
    return "\n".join(sheet.read_text() for sheet in SHEETS)


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def theme_blocks() -> dict[str, dict[str, str]]:
    """The light values, the dark by the system's wish, the dark by the reader's choice."""
    sheet = (STATIC / "css" / "tokens.css").read_text()
    light = re.search(r"^:root \{(.*?)^\}", sheet, re.DOTALL | re.MULTILINE)
    wished = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', sheet, re.DOTALL)
    chosen = re.search(r'^:root\[data-theme="dark"\] \{(.*?)^\}', sheet, re.DOTALL | re.MULTILINE)
    return {name: tokens(found[1]) for name, found in (("light", light), ("wished", wished), ("chosen", chosen))}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_agrees_with_the_examples_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails


TEXT_ON = [
    ("ink", "paper"), ("ink", "raised"), ("ink", "sunken"),
    ("ink-2", "paper"), ("ink-2", "raised"), ("ink-2", "sunken"),
    ("signal", "paper"), ("signal", "raised"), ("signal", "sunken"), ("on-signal", "signal"), ("signal", "on-signal"),
    ("paper", "ink"),
]  # fmt: skip
EDGE_ON = [("edge", "paper"), ("edge", "raised"), ("edge", "sunken"), ("signal", "raised"), ("ink", "paper")]


@pytest.mark.parametrize("theme", ["light", "wished"])
@pytest.mark.parametrize(("front", "back"), TEXT_ON)
def test_text_reads_at_four_and_a_half_to_one(theme, front, back):
    values = theme_blocks()[theme]

    assert contrast(values[front], values[back]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "wished"])
@pytest.mark.parametrize(("front", "back"), EDGE_ON)
def test_edges_that_must_be_seen_stand_out_at_three_to_one(theme, front, back):
    values = theme_blocks()[theme]

    assert contrast(values[front], values[back]) >= 3


def test_dark_is_the_same_by_wish_and_by_choice():
    blocks = theme_blocks()

    assert blocks["wished"] == blocks["chosen"]
    assert set(blocks["wished"]) == {name for name, value in blocks["light"].items() if value.startswith("#")}


def test_colours_have_one_home():
    for sheet in SHEETS:
        if sheet.name in {"tokens.css", "print.css"}:
            continue
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
        lines = [line for line in text.splitlines() if re.search(r"#[0-9a-fA-F]{3,8}\b", line)]
        # what goes to paper or before a camera is black on white in every theme
        assert [line for line in lines if not re.search(r"\.(print-sheet|qr|drawing--qr)\b", line)] == []


def test_every_custom_property_in_use_is_defined():
    used, defined = set(re.findall(r"var\(--([\w-]+)", css())), set(tokens(css()))

    assert used - defined == set()


def test_every_component_class_in_a_shared_template_has_a_style():
    styled = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", css()))
    named: set[str] = set()
    for template in [SITE / "templates" / "base.html", *(SITE / "templates" / "components").glob("*.html")]:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", template.read_text()))
        named |= {name for value in re.findall(r'\bclass="([^"]*)"', text) for name in value.split()}

    assert {name for name in named if not name.endswith("--")} - styled == set()


def test_the_style_sheets_weigh_less_than_forty_kilobytes_and_the_scripts_less_than_eight():
    assert sum(sheet.stat().st_size for sheet in SHEETS) < 40 * 1024
    assert sum(script.stat().st_size for script in (STATIC / "js").glob("weft*.js")) < 8 * 1024


def test_fonts_lie_here_with_their_licence_and_nothing_comes_from_elsewhere():
    faces = re.findall(r'url\("\.\./fonts/([^"]+)"\)', css())

    assert sorted(set(faces)) == sorted(path.name for path in (STATIC / "fonts").glob("*.woff2"))
    assert all((STATIC / "fonts" / face).read_bytes()[:4] == b"wOF2" for face in faces)
    for family in {re.split("-(?:latin|cyrillic|vietnamese)", face)[0] for face in faces}:
        assert "SIL Open Font License" in (STATIC / "fonts" / f"LICENSE-{family}.txt").read_text()
    assert re.findall(r"@import|url\(\"?(?:https?:)?//", css()) == []


@pytest.mark.parametrize("script", ["latin", "cyrillic", "vietnamese"])
@pytest.mark.parametrize("family", ["Weft Poster", "Weft Text"])
def test_both_families_cover_the_scripts_we_promise(family, script):
    sheet = (STATIC / "css" / "fonts.css").read_text()
    samples = {"latin": "Añ", "cyrillic": "Съезд", "vietnamese": "Hội đồng ưở"}
    ranges = re.findall(r'font-family: "([^"]+)";.*?unicode-range: ([^;]+);', sheet, re.DOTALL)
    covered = [
        part
        for name, given in ranges
        if name == family
        for part in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", given)
    ]

    for letter in samples[script]:
        assert any(int(a, 16) <= ord(letter) <= int(b or a, 16) for a, b in covered), letter


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SITE / "templates")))
def test_no_template_has_an_inline_style_script_or_handler(template):
    text = template.read_text()

    assert re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "json" not in tag] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(SITE / "templates")))
def test_every_template_says_on_its_first_line_what_it_is_and_needs(template):
    first = template.read_text().splitlines()[0]

    assert first.startswith("{#"), first


def test_targets_are_a_thumb_wide():
    values = theme_blocks()["light"]

    assert Fraction(values["target"].removesuffix("rem")) * 16 >= 44
