"""The voter's and the trustees' devices: pages with our modules, and elections for them to take part in."""

import pytest
from django.conf import settings
from tests.site.secret_js import boards, browser

from weft_site.refusals import SENTENCES


def can_be_said(refusal):
    """Whatever a browser refuses in a test, the site has a sentence for it, and the numbers that the sentence names."""
    if refusal.code not in browser.OWN:
        assert SENTENCES[refusal.code] % refusal.numbers


@pytest.fixture(scope="session")
def booth_address():
    with browser.serve(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]) as address:
        yield address


@pytest.fixture(scope="session")
def new_device(chromium, booth_address):
    """Open another device: a browser context of its own. Whatever the page complains of fails the test."""
    contexts, complaints = [], []

    def opened(path=""):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(booth_address + path)
        return browser.Device(page, can_be_said)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def device(new_device):
    """One device that holds nothing between two tests, because the modules hold nothing."""
    return new_device()


@pytest.fixture(scope="session")
def good():
    """A decided election, and the strong proofs of its trustee."""
    return boards.decided()


@pytest.fixture(scope="session")
def keyed(device):
    """A ceremony of one trustee: place, seed, what was published, and the entry for trustees.json."""
    place, seed, published = (
        {"id": "one", "group": boards.GROUP.name, "size": 1, "threshold": 1, "index": 1},
        "3" * 22,
        {},
    )
    for step, function in [("commitments", "commit"), ("reveals", "reveal"), ("shares", "shares")]:
        published[step] = [device("trustee.js", function, place, seed, published)]
    published["confirmations"] = [device("trustee.js", "confirm", place, seed, published)]
    return place, seed, published, ["Pedersen", device("trustee.js", "result", place, published)]
