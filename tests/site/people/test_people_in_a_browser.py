"""Joining in a real browser: a telephone, a card, a passkey, under the site's own security policy.

Django's test client sends no Origin and runs no script; what only a browser does is proven here.
"""

import re

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

OWN_PAGE = re.compile(r"^http://[^/]+/settings/$")
TELEPHONE = {"width": 360, "height": 740}
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def browser_page(chromium):
    page = chromium.new_page(viewport=TELEPHONE)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda line: page.complaints.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield page
    page.close()


@pytest.fixture(autouse=True)
def real_clock(monkeypatch, clock):
    """A browser has its own clock, so the site's runs too."""
    monkeypatch.undo()


def address(live_server, path):
    return live_server.url.replace("127.0.0.1", "localhost") + path


def test_a_person_joins_with_a_card_signs_out_and_comes_back_with_it(live_server, browser_page):
    page = browser_page
    page.goto(address(live_server, "/join/"))
    page.get_by_label("Your name").fill("Ольга Müller")
    page.get_by_role("button", name="Join", exact=True).click()

    number, words = (text.strip() for text in page.locator(".code-card .code-card__code").all_inner_texts())
    page.get_by_role("button", name="Sign out").click()
    page.goto(address(live_server, "/card/"))
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Words on the card").fill(words.upper())
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.goto(address(live_server, "/settings/"))

    assert page.locator("h1").inner_text() == "Ольга Müller"
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    assert page.complaints == []


def test_a_person_joins_with_a_passkey_and_comes_back_with_it_alone(live_server, browser_page):
    page = browser_page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
    page.goto(address(live_server, "/join/?next=/settings/"))
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("With this device").check()
    page.get_by_role("button", name="Join", exact=True).click()
    page.get_by_role("link", name="set up this device").click()
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url(OWN_PAGE)

    assert "two factors" in page.locator("main").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto(address(live_server, "/account/login/?next=/settings/"))
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url(OWN_PAGE)

    assert page.locator("h1").inner_text() == "Ana Ruiz"
    assert page.complaints == []
