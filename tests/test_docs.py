"""Documents are code: their links lead somewhere, the commands they show work, and they do not drift."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from weft_site import config, storage

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def runnable(text: str) -> Iterator[str]:
    """The shell blocks whose first line says ``sh test``."""
    for language, words, body in BLOCK.findall(text):
        if language == "sh" and words.split() == ["test"]:
            yield body


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block as a reader would, in an empty folder, with `weft` on the path; it stops at the first failure."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "WEFT_HOME": str(folder / "var"), "WEFT_INSECURE_HTTP": "1"}
    return subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def marked_blocks() -> Iterator[object]:
    for page in PAGES:
        for number, body in enumerate(runnable(page.read_text()), 1):
            yield pytest.param(body, id=f"{page.relative_to(ROOT)}-{number}")


@pytest.mark.parametrize("block", list(marked_blocks()))
def test_a_marked_command_works(block, tmp_path):
    done = run(block, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr


def test_only_marked_blocks_are_run_and_a_failing_line_is_noticed(tmp_path):
    page = "```sh\nfalse\n```\n\n```sh test\ntrue\nfalse\ntrue\n```\n\n```python test\n1/0\n```\n"

    (block,) = runnable(page)

    assert block == "true\nfalse\ntrue\n"
    assert run(block, tmp_path).returncode == 1


def broken_links(page: Path, root: Path) -> Iterator[str]:
    for words in LINK.findall(BLOCK.sub("", page.read_text())):
        target = (words[0] or words[1]).partition("#")[0]
        if target and "://" not in target and not target.startswith("mailto:"):
            path = (page.parent / target).resolve()
            if not (path.exists() and path.is_relative_to(root)):
                yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    assert list(broken_links(page, ROOT)) == []


def test_a_broken_link_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#here) [b](gone.md) ![c](gone.png) [d](https://example.org/) [e](../../etc)\n")

    assert list(broken_links(page, tmp_path)) == ["gone.md", "gone.png", "../../etc"]


def test_security_pages_name_one_another():
    assert "docs/handbook/security.md" in (ROOT / "SECURITY.md").read_text()
    assert "../../SECURITY.md" in (ROOT / "docs/handbook/security.md").read_text()
    assert "SECURITY.md" in (ROOT / "CONTRIBUTING.md").read_text()


def test_every_setting_is_on_the_settings_page_and_none_besides():
    page = (ROOT / "docs/reference/settings.md").read_text()
    read = set(re.findall(r'"(WEFT_[A-Z_]+)"', Path(config.__file__).read_text()))

    assert set(re.findall(r"^\| `(WEFT_[A-Z_]+)`", page, re.MULTILINE)) == read
    assert set(re.findall(r"^(WEFT_[A-Z_]+) ", config.__doc__, re.MULTILINE)) == read


def test_every_storage_problem_is_on_the_settings_page():
    page = (ROOT / "docs/reference/settings.md").read_text()
    source = Path(storage.__file__).read_text()
    errors = {f"weft.E{int(number):03}" for number in re.findall(r"\berror\(\s*(\d+),", source)}
    warnings = set(re.findall(r'id="(weft\.W\d+)"', source))

    assert len(errors) == 8
    assert set(re.findall(r"^\| `(weft\.[EW]\d+)`", page, re.MULTILINE)) == errors | warnings


def test_every_target_of_make_is_explained():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())

    assert phony == {"help", "demo", "test", "bench", "drill", "check", "serve"}
    assert set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)) == phony


# --- locks -----------------------------------------------------------------------------------------------------


def named(lines: list[str]) -> set[str]:
    """The packages that lines of requirements name, in one spelling."""
    words = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", word[0]).lower() for word in words if word}


def wanted(name: str) -> set[str]:
    return named((ROOT / "requirements" / name).read_text().splitlines())


@pytest.mark.parametrize("name", ["site", "dev"])
def test_the_lock_holds_what_is_asked_for_each_by_its_hash(name):
    lock = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", " ")
    pins = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]

    assert wanted(f"{name}.in") <= named(pins)
    assert [pin for pin in pins if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_the_developers_lock_holds_the_site_s_lock():
    def pins(name):
        return set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE))

    assert pins("site.txt") <= pins("dev.txt")


def test_the_package_asks_for_what_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = named([*project["dependencies"], *project["optional-dependencies"]["site"]])

    assert asked == wanted("site.in") - {"setuptools"}  # the builder of the package, not a part of it
