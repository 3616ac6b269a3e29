"""The main job, in a browser: from a founding meeting to a recalled delegate, on the record."""

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NAMES = ["Amara", "Bao", "Carmen", "Dmitri", "Esi", "Fatima", "Grace", "Hassan", "Inês", "Jamal", "Kateryna", "Luis"]


def gather(people):
    """Twelve people: one opens a founding meeting, the others join by its link."""
    first = people(NAMES[0])
    first.go("/join/").fill(Your_name=NAMES[0]).click("Join")
    first.go("/founding/").fill(**{"What is it to be called?": "Maple Street Garage"})
    first.click("Open the meeting")
    link = first.page.url
    code = link.rstrip("/").rsplit("/", 1)[1]
    others = []
    for name in NAMES[1:]:
        one = people(name)
        one.go(f"/join/{code}/").fill(Your_name=name).click("Join")
        one.go(f"/founding/{code}/")
        others.append(one)
    return [first, *others], code


def test_twelve_people_found_a_council_with_a_charter_they_changed(people):
    came, code = gather(people)
    first, second = came[:2]

    second.go(f"/founding/{code}/").click("Read and change")
    for article in ("Meetings of the workplace council", "Admission"):
        second.page.locator("article", has_text=article).first.locator("summary").first.click()
    second.page.locator('[name="bodies.workplace.quorum.share"]').fill("1/4")
    second.page.locator('[name="membership.admission.vouchers"]').fill("1")
    second.page.locator("article", has_text="How we work together").last.locator("summary").click()
    second.page.locator('[name="article/work/text"]').fill("We speak in turn.")
    second.click("Propose it with my changes")
    first.go(f"/founding/{code}/")
    first.page.locator(".card", has_text="proposed by Bao").get_by_role("button", name="Back it").click()
    for one in came:
        one.go(f"/founding/{code}/").choose("Yes").click("Send my vote")
    first.go(f"/founding/{code}/").click("Close the vote")

    assert first.page.url.endswith("/f/maple-street-garage/b/b0/")
    assert first.sees("members 12")
    first.go("/f/maple-street-garage/charter/")
    assert first.sees("at least a quarter of the members")
    assert first.sees("We speak in turn.")
    assert all(one.fits for one in came)
