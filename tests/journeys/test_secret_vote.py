"""A secret election in a browser: three trustees make a key, twenty members vote, two change their minds, two open it.

Strangers then check the file: Debian's belenios-tool, and our own verifier, which also refuses a copy that was changed.
"""

import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.journeys.reader import Reader
from tests.journeys.steps_home import vote_too
from tests.site import factories as make

from weft_site import clock
from weft_site.ticker import run_due

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SECRET = (
    ("bodies.workplace.offices.secretary.elect.method", "approval"),
    ("bodies.workplace.offices.secretary.elect.ballot", "secret"),
)
TRUSTEES = (3, 4, 5)


@pytest.fixture
def hall(telephone):
    """A council of twenty and a chair; each has the telephone in turn, and keeps a voting key of their own in it."""
    council = make.found_council(20, *SECRET, now=clock.now() - timedelta(days=1))
    make.elect(council, "chair", council.people[0], now=clock.now() - timedelta(hours=1))
    council.readers = [Reader(telephone, who.name, who) for who in council.people]
    council.at = f"/f/{council.federation.log.slug}/b/{council.body.ref}/"
    return council


def test_a_secret_vote_from_the_key_to_the_stranger_who_checks_it(hall, days, tmp_path):
    trustees = elect_trustees(hall)
    hold_the_ceremony(hall, trustees)
    for one in hall.readers:
        make_a_voting_key(one)
    page = open_the_vote(hall)
    booth = vote(hall, page)
    days.skip(3)
    seen = open_the_sum(hall, trustees, booth)
    archive = copy_the_archive(hall.readers[7], booth, tmp_path)

    declared = hall.readers[0].go(page)
    assert declared.sees(hall.people[6].name)
    assert declared.sees("The result")
    assert seen == "13"
    a_stranger_checks(archive, tmp_path)


def elect_trustees(hall):
    chair = hall.readers[0]
    chair.go(f"{hall.at}elections/").press("Call an election", within="tr:has(th:has-text('trustee'))")
    page = chair.path
    standing = [hall.readers[number] for number in TRUSTEES]
    for one in standing:
        one.go(page).unfold("Stand yourself").press("I stand")
    chair.go(page).choose("In a meeting: until it is closed by hand").press("Open the vote")
    names = [one.name for one in standing]
    for one in hall.readers[:2]:
        one.go(page).press("Vote").choose(*names).press("Send my vote")
    vote_too(hall.readers[2:8], *names)
    chair.go(page).press("Close the vote and declare the result")
    return standing


def hold_the_ceremony(hall, trustees):
    """Each trustee takes four steps; the second keeps nothing on the telephone and types the letters from paper."""
    chair = hall.readers[0]
    chair.go(f"{hall.at}elections/").press("Keys for secret votes, and the trustees who make them")
    chair.press("Open the ceremony for a new key")
    page, paper = chair.path, {}
    for step in (
        "I have written it down: bind my device",
        "Show the public part",
        "Check, and send the shares",
        "Check my shares, and confirm",
    ):
        for one in trustees:
            one.go("/").press("Make the key for secret votes")
            if step.startswith("I have"):
                letters = one.page.locator("[data-seed]")
                letters.wait_for()
                paper[one] = letters.inner_text().replace(" ", "")
                one.page.locator("#typed").fill(paper[one][-4:])
            elif one is trustees[1]:
                forget(one)
                one.go(page)
                one.page.locator("#seed").fill(paper[one])
            press_and_wait(one, step)
    chair.go(page)
    assert chair.sees("in use")


def forget(one):
    """What the telephone keeps of this trustee is gone; the others share it and keep theirs."""
    store = one.page.locator("[data-ceremony]").get_attribute("data-store")
    one.page.evaluate("name => localStorage.removeItem(name)", store)


def press_and_wait(one, words):
    button = one.page.get_by_role("button", name=words)
    expect(button).to_be_enabled()
    with one.onward():
        button.click()


def make_a_voting_key(one):
    one.go("/settings/").press("Voting key, for secret votes on this device")
    one.page.get_by_role("button", name="Make a voting key here").click()
    one.page.locator("[data-view=ready]").wait_for()
    assert one.sees("12 votes are prepared for on this device")


def open_the_vote(hall):
    chair = hall.readers[0]
    chair.go(f"{hall.at}elections/").press("Call an election", within="tr:has(th:has-text('secretary'))")
    page = chair.path
    for number in (6, 7):
        hall.readers[number].go(page).unfold("Stand yourself").press("I stand")
    chair.go(page).choose("Three days").press("Open the vote")
    return page


def vote(hall, page):
    """Thirteen for the first, seven for the second, in the end: two vote again for the first."""
    booth = ""
    for number, one in enumerate(hall.readers):
        one.go(page).press("To the booth")
        booth = one.path
        cast(one, hall.people[6 if number < 11 else 7].name)
    for one in hall.readers[18:]:
        one.go(booth).page.locator("[data-view=mark]").wait_for()
        assert one.sees("You have voted from this device")
        cast(one, hall.people[6].name)
    try_one_out(hall.readers[2].go(booth), hall.people[7].name)
    return booth


def mark(one, name):
    one.page.locator("[data-view=mark]").wait_for()
    one.page.get_by_label(name).check()
    one.page.get_by_role("button", name="Encrypt my ballot").click()
    one.page.locator("[data-view=sealed]").wait_for()


def cast(one, name):
    mark(one, name)
    one.page.get_by_role("button", name="Cast this ballot").click()
    one.page.locator("[data-view=cast]").wait_for()
    one.telephone.look()


def try_one_out(one, name):
    """Somebody tests what the device encrypts; that ballot cannot be cast, and the earlier one stays."""
    mark(one, name)
    one.page.get_by_role("button", name="Test this one instead").click()
    one.page.locator("[data-view=tested]").wait_for()
    assert name in one.page.locator("[data-opened]").inner_text()
    assert not one.page.get_by_role("button", name="Cast this ballot").is_visible()


def open_the_sum(hall, trustees, booth):
    """Two of three open it; the page shows the sum of the first candidate."""
    board = booth.replace("booth", "board")
    run_due(clock.now())
    for one in (trustees[0], trustees[2]):
        one.go("/")
        assert one.sees("You are one of those who open its sum together")
        one.go(booth.replace("booth", "open"))
        press_and_wait(one, "Check the board and give my part")
    reader = hall.readers[9].go(board)
    row = reader.page.locator("tr", has_text=hall.people[6].name)
    reader.page.get_by_role("button", name="Look for it").click()
    reader.page.locator("[data-answer=counts]").wait_for()
    reader.page.get_by_role("button", name="Check everything").click()
    reader.page.locator("[data-answer=holds]").wait_for()
    return row.locator("td").inner_text()


def copy_the_archive(one, booth, tmp_path):
    one.go(booth.replace("booth", "board"))
    with one.page.expect_download() as download:
        one.page.get_by_role("link", name="The archive").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


def a_stranger_checks(archive, tmp_path):
    tool = shutil.which("belenios-tool")
    assert tool, "Debian's belenios-tool checks this test's election: apt-get install belenios-tool"
    done = subprocess.run([tool, "election", "verify"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "all checks passed" in (done.stdout + done.stderr).lower()) == (0, True), done.stderr
    ours = weft(archive)
    assert ours.returncode == 0, ours.stdout + ours.stderr
    changed = tmp_path / "changed" / archive.name
    changed.parent.mkdir()
    raw = bytearray(archive.read_bytes())
    at = raw.index(b'"alpha":"', len(raw) // 2) + 12
    raw[at] = raw[at] ^ 1
    changed.write_bytes(raw)
    refused = weft(changed)
    assert refused.returncode == 1
    assert "secret.archive" in refused.stdout + refused.stderr


def weft(path):
    program = "from weft.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "verify", "election", str(path), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
