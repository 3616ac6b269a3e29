"""What every test shares. The environment is set in settings.py beside this file."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("weft", deadline=None)  # a slow machine is not a broken rule
settings.register_profile("thorough", parent=settings.get_profile("weft"), max_examples=1_000)
settings.load_profile(os.environ.get("WEFT_HYPOTHESIS", "weft"))

TESTS = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """The longest first, so that at the end no core waits for one of them."""
    items.sort(key=lambda item: "journey" not in item.keywords)


def pytest_collection_finish():
    """What is loaded by now stays: looking through it again and again took a sixth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Where the worked examples lie: one folder a domain, each file naming its source."""
    return TESTS / "vectors"


@pytest.fixture(scope="session")
def live_server(live_server):
    """A browser may keep style and fonts, as it may with a real server; in a new clone it would ask again each time."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    serve = StaticFilesHandler.serve

    def kept(self, request):
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield live_server


@pytest.fixture(scope="session")
def chromium():
    """The one browser of a test process, because Playwright starts once in a thread. Tests open contexts in it."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the database is used from here only between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
