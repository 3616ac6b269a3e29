"""A browser for journeys: people who share one telephone, a clock that can skip days, no complaint unheard."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.journeys.reader import Telephone

from weft_site import clock

AXE = (Path(__file__).parents[1] / "vendor/axe.min.js").read_text()


@pytest.fixture(autouse=True)
def home(settings, tmp_path_factory):
    """Keys and logs of one journey are not another's."""
    settings.WEFT_HOME = tmp_path_factory.mktemp("home")
    return settings.WEFT_HOME


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


@pytest.fixture
def telephone(chromium, live_server):
    """The one telephone that goes round. Whatever a page complained about fails the test at the end."""
    made = Telephone(chromium, live_server.url.replace("127.0.0.1", "localhost"), axe=AXE)
    yield made
    made.close()
    assert "\n".join(made.complaints) == ""
