"""The voter's and the trustees' devices: pages with our modules, and elections for them to take part in."""

import pytest
from django.conf import settings
from tests.site.secret_js import browser


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
        return browser.Device(page)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def device(new_device):
    """One device that holds nothing between two tests, because the modules hold nothing."""
    return new_device()
