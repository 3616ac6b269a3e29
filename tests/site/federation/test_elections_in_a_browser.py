"""The pages of an election in a browser: on a telephone and a desk, in both themes, with axe-core and the policy."""

import random
from pathlib import Path

import pytest
from django.test import Client
from tests.conftest import THOROUGH
from tests.site import factories as make

from weft_site import clock
from weft_site.ballots.services import sheets
from weft_site.federation.models import Candidacy
from weft_site.federation.services import challenges, hustings

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OFFICES = "bodies.workplace.offices"
SCREENS = [(360, "light"), (1280, "dark")]


@pytest.fixture
def seen(chromium, live_server):
    """Open a page as somebody, with everything unfolded: what axe finds, how wide it is, what the browser says.

    axe looks at one of the screens, another in each run; at all of them in `make drill`.
    """

    def opened(who, path):
        client = Client()
        client.force_login(who)
        context = chromium.new_context(bypass_csp=True, reduced_motion="reduce")  # no colour between two
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.evaluate(AXE)
        looked_at = SCREENS if THOROUGH else random.sample(SCREENS, 1)
        on_screens = [on_screen(page, *screen, axe=screen in looked_at) for screen in SCREENS]
        context.close()
        return on_screens, complaints

    def on_screen(page, width, scheme, *, axe):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("(tags) => axe.run(document, {runOnly: tags})", RULES) if axe else {"violations": []}
        broken = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]]
        return broken, page.evaluate("document.documentElement.scrollWidth")

    return opened


def told(now):
    """An election by Scottish rules with a quota, a question and an observer, to be counted by two tellers."""
    quota = [(f"{OFFICES}.secretary.elect.quotas.0.attribute", "women")]
    quota.append((f"{OFFICES}.secretary.elect.quotas.0.at_least", 1))
    depot = make.found_council(
        12, (f"{OFFICES}.secretary.elect.method", "stv_scottish"), (f"{OFFICES}.secretary.elect.ballot", "counted"),
        (f"{OFFICES}.secretary.count", 2), (f"{OFFICES}.mandate_commission.elect.method", "plurality"),
        *quota, *make.ELECTED_TELLERS, now=now,
    )  # fmt: skip
    counters = make.elect_tellers(depot, *depot.people[10:], now=now)
    make.elect(depot, "mandate_commission", depot.people[9], now=now)
    election = make.called(depot, depot.people[0], office="secretary", now=now)
    make.stand(election, *depot.people[1:5], now=now)
    candidacy = Candidacy.objects.get(election=election, person=depot.people[1])
    hustings.ask(actor=depot.people[5], now=now, candidacy_id=candidacy.pk, text="Will you keep the night canteen?")
    hustings.name_observer(actor=depot.people[1], now=now, election_id=election.pk, name="Rosa Lind")
    return depot, election, counters


def test_axe_finds_nothing_and_nothing_runs_over_the_edge_from_the_nomination_to_the_challenge(seen):
    now = clock.now()
    depot, election, counters = told(now)
    where = f"/f/depot/b/b0/elections/{election.ref}/"
    found = {"candidate": seen(depot.people[1], where)}
    found["elector"] = seen(depot.people[6], where)

    ballot = make.opened(election, depot.people[0], now=now).ballot
    sheets.add_papers(ballot_id=ballot.pk, teller=counters[0], paper="2 1 3", number=3)
    found["teller"] = seen(counters[0], f"/vote/{ballot.pk}/count/")

    make.papers_by(ballot, counters, {"1 2": 6, "2 1 3": 2, "3": 2, "4 3": 1, "": 1}, now=now)
    challenges.challenge_election(actor=depot.people[5], now=now, election_id=election.pk, reason="No roll was shown.")
    found["commission"] = seen(depot.people[9], where)
    found["observer"] = seen(depot.people[6], f"{where}observe/")

    assert found == dict.fromkeys(found, ([([], width) for width, _scheme in SCREENS], []))
