"""Ranking candidates in a browser: by the keyboard alone, told to a screen reader, and without scripting."""

from pathlib import Path

import pytest
from django.test import Client
from tests.site import factories as make

from weft_site import clock
from weft_site.ballots.models import Vote

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFFICE = "bodies.workplace.offices.secretary"


@pytest.fixture
def ranked(chromium, live_server):
    """The vote page of an election by Scottish rules in a telephone, as one member sees it."""
    now = clock.now()
    depot = make.found_council(6, (f"{OFFICE}.elect.method", "stv_scottish"), (f"{OFFICE}.count", 2), now=now)
    election = make.called(depot, depot.people[0], office="secretary", now=now)
    make.stand(election, *depot.people[:3], now=now)
    ballot = make.opened(election, depot.people[0], now=now).ballot
    contexts = []

    def opened(**options):
        client = Client()
        client.force_login(depot.people[5])
        context = chromium.new_context(viewport={"width": 360, "height": 740}, **options)
        contexts.append(context)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{live_server.url}/vote/{ballot.pk}/")
        return page

    yield opened
    for context in contexts:
        context.close()


def press(page, words):
    """Reach a button by Tab and press it by Enter, as somebody does who has no mouse."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_voter_ranks_moves_and_takes_off_by_the_keyboard_alone(ranked):
    page = ranked()

    press(page, "Add: Depot 3")
    told = page.locator("#live").inner_text()
    press(page, "Add: Depot 1")
    press(page, "Add: Depot 2")
    page.get_by_role("button", name="Up: Depot 1").focus()
    page.keyboard.press("Enter")
    after_move = focused(page)
    page.get_by_role("button", name="Take off: Depot 2").focus()
    page.keyboard.press("Enter")

    order = page.get_by_role("list", name="Your order").get_by_role("listitem").all_inner_texts()
    assert told == "Depot 3 is now number 1."
    assert after_move == "Down: Depot 1"  # first now, so its button for up rests and the focus stays on the candidate
    assert page.locator("#live").inner_text() == "Depot 2 is not ranked any more."
    assert [row.split("\n")[0].strip() for row in order] == ["Depot 1", "Depot 3"]

    page.get_by_role("button", name="Send my vote").press("Enter")
    page.wait_for_url("**/?sent=1")

    assert Vote.objects.get().choice == ["m0-1", "m0-3"]
    assert "1. Depot 1, 2. Depot 3" in page.locator("main").inner_text()
    assert page.complaints == []


def test_without_scripting_the_ranks_are_chosen_from_menus(ranked):
    page = ranked(java_script_enabled=False)

    page.get_by_label("Depot 2").select_option("1")
    page.get_by_label("Depot 3").select_option("2")
    page.get_by_role("button", name="Send my vote").click()

    assert Vote.objects.get().choice == ["m0-2", "m0-3"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_ranking_and_nothing_runs_over_the_edge(ranked, scheme):
    page = ranked(color_scheme=scheme, bypass_csp=True)
    press(page, "Add: Depot 3")
    page.evaluate(AXE)

    found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES)

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
