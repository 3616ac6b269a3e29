"""A browser for journeys: people with a telephone or a desk each, a clock that can skip days, no complaint unheard."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import sync_playwright

from weft_site import clock

# Playwright keeps an event loop in this thread; the database is used from here only between its calls.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSER = "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
TELEPHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        yield browser
        browser.close()


class Days:
    """The site's clock in this test: real time, and whole days that are skipped."""

    def __init__(self) -> None:
        self.skipped = 0
        self._real = clock.now

    def now(self):
        return self._real() + timedelta(days=self.skipped)

    def skip(self, number: int) -> None:
        """Let days pass, and what time alone brings happen."""
        from weft_site.ticker import run_due

        for _ in range(number):
            self.skipped += 1
            run_due(self.now())


@pytest.fixture
def days(monkeypatch):
    passing = Days()
    monkeypatch.setattr("weft_site.clock.now", passing.now)
    return passing


class Reader:
    """One person with one browser. What a page complains about (scripts, policy) fails the test at the end."""

    def __init__(self, chromium, address: str, name: str, size=TELEPHONE) -> None:
        self.name = name
        self.address = address
        self.context = chromium.new_context(viewport=size)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda line: self.complaints.append(line.text) if "Content Security Policy" in line.text else None,
        )

    def go(self, path: str):
        self.page.goto(self.address + path if path.startswith("/") else path)
        return self

    def click(self, words: str):
        """Press the button, or follow the link, with exactly these words."""
        button = self.page.get_by_role("button", name=words, exact=True)
        (button if button.count() else self.page.get_by_role("link", name=words, exact=True)).first.click()
        return self

    def fill(self, **fields: str):
        for label, value in fields.items():
            self.page.get_by_label(label.replace("_", " ")).first.fill(value)
        return self

    def choose(self, words: str):
        self.page.get_by_label(words, exact=True).first.check()
        return self

    def sees(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def fits(self) -> bool:
        """No page is wider than the telephone."""
        return self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]


@pytest.fixture
def people(chromium, live_server):
    """Make a person with a browser: `people("Amara")`."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    made: list[Reader] = []

    def person(name: str, size=TELEPHONE) -> Reader:
        made.append(Reader(chromium, address, name, size))
        return made[-1]

    yield person
    complaints = [f"{one.name}: {text}" for one in made for text in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []
