"""Steps 5 and 6, power: a seat is taken back; the charter is changed by its own procedure."""

from tests.journeys.reader import Reader
from tests.journeys.steps_home import vote_each, vote_too


def recall(starter: Reader, signers: list[Reader], garage: str, delegate: str) -> str:
    """A petition with enough signatures. Answers the address of the recall."""
    # not the place that the lot may have given the same person among the offices
    starter.go(garage).press(delegate, within="section[aria-labelledby='sends']")
    starter.unfold("Start a recall").fill({"Reason": "We told our delegate to vote for it."}).press("Start it and sign")
    page = starter.path
    for one in signers:
        one.go("/").press("Read", within=f"li:has-text('Petition to recall {delegate}')").press("Sign for the recall")
    return page


def propose_amendment(mover: Reader, backers: list[Reader], city: str) -> str:
    """One value of the charter is changed in the editor; others back it. Answers the address of the motion."""
    mover.go(f"{city}motions/").press("Propose a change of the charter")
    field = '[name="bodies.city.seats.0.report_every_days"]'
    mover.page.locator("article", has=mover.page.locator(field)).locator("summary").first.click()
    mover.page.locator(field).fill("21")
    mover.fill({"Title": "Reports every three weeks", "Why": "A month is long."}).press("Look at old and new")
    mover.press("Propose the change")
    page = mover.path
    for one in backers:
        one.go(page).press("Back this motion")
    return page


def ratify(officer: Reader, voters: list[Reader], motion: str) -> None:
    """The council gives its own answer, by a vote over days."""
    officer.go(motion).press("Maple Street Garage")
    officer.choose("By name, each on a phone").press("Open the vote")
    page = officer.path
    vote_each(voters[:2], page, "Yes")
    vote_too(voters[2:], "Yes")
