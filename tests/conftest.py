"""What every test shares. The environment is set in settings.py beside this file."""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# a slow machine is not a broken rule; each run tries other cases, and `make drill` many more
settings.register_profile("weft", deadline=None, max_examples=30)
settings.register_profile("thorough", parent=settings.get_profile("weft"), max_examples=1_000)
THOROUGH = os.environ.get("WEFT_TESTS") == "thorough"
settings.load_profile("thorough" if THOROUGH else "weft")

TESTS = Path(__file__).parent
WEFT = [sys.executable, "-c", "from weft.cli import main; main()"]
SWITCHES = {  # of the environment around, which may not reach a program under test
    *("WEFT_SECRET_KEY", "WEFT_INSECURE_HTTP", "WEFT_BEHIND_PROXY", "WEFT_DEMO", "WEFT_DATABASE_URL"),
    "DJANGO_SETTINGS_MODULE",
}
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"  # the former opens pages in less time
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """The longest first, so that at the end no core waits for one of them."""
    items.sort(key=lambda item: ("journey" not in item.keywords, "slow" not in item.keywords))


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
def initialised(tmp_path_factory):
    """A home after `weft init`, made once by whichever process comes first; each test that needs one copies it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # what all processes of a run share
    home = folder / "initialised"
    with (folder / "initialised.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
            there = {**kept, "WEFT_HOME": str(folder / "initialising")}
            done = subprocess.run([*WEFT, "init"], env=there, capture_output=True, text=True, check=False, timeout=120)
            assert done.returncode == 0, done.stderr
            (folder / "initialising").rename(home)
    return home


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
