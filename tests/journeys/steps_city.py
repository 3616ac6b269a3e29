"""Steps 3 and 4, in the city: the council joins, sends a delegate, and tells them how to vote."""

import pytest
from tests.journeys.reader import Reader
from tests.journeys.steps_home import vote_each, vote_too


def propose_joining(one: Reader, garage: str) -> str:
    """Answers the address of the proposal."""
    one.go(garage).press("Joining and leaving").press("Propose to join a federation").press("Riverton")
    one.press("Propose it")
    return one.path


def adopt_joining(voters: list[Reader], proposal: str) -> None:
    voters[0].go(proposal).press("Put it to the vote")
    for one in voters[:2]:
        one.go("/").press("Vote", within="li:has-text('Riverton')").choose("Yes").press("Send my vote")
    vote_too(voters[2:], "Yes")


def accept(delegates: list[Reader], proposal: str) -> None:
    delegates[0].go(proposal).press("Put the acceptance to the vote")
    delegates[0].go(proposal).press("Vote on accepting it").choose("Yes").press("Send my vote")
    vote_too(delegates[1:], "Yes")


def call_delegates(one: Reader, garage: str, candidates: list[Reader]) -> str:
    """An election is called in the garage for the seats it shares; answers its address."""
    one.go(f"{garage}elections/").press("Call an election", within="tr:has-text('delegates of the workplaces')")
    page = one.path
    for candidate in candidates:
        candidate.go(page).unfold("Stand yourself").fill({"What you stand for": "I go to listen."}).press("I stand")
    return page


def count(tellers: list[Reader], page: str, numbers: list[dict[str, str]]) -> None:
    """Each teller enters what they counted, apart from the other."""
    for teller, counted in zip(tellers, numbers, strict=True):
        teller.go(page).press("Enter my count").fill(counted).press("Enter my count")


def check_credentials(commissioner: Reader, name: str) -> None:
    """A member of the mandate commission finds it on the first page, and confirms."""
    commissioner.go("/").press("Check", within=f"li:has-text('{name}')")
    commissioner.choose("confirmed").press("Decide")


def instruct(one: Reader, officer: Reader, voters: list[Reader], garage: str) -> str:
    """The electors give a mandate by vote. Answers its address."""
    one.go(f"{garage}mandates/")
    one.fill({"Matter": "Free rides for schoolchildren", "What they are to do": "Vote for it, at last."})
    one.select("If it comes to a vote on it", "Yes").press("Propose it")
    page = one.path
    officer.go(page).press("Open the vote")
    vote_each(voters[:2], page, "Yes")
    vote_too(voters[2:], "Yes")
    return page


def move(mover: Reader, backer: Reader, city: str, *, title: str, text: str, meeting: str = "") -> str:
    """A motion, moved and backed. Answers its address."""
    mover.go(f"{city}motions/").press("Move a motion").fill({"Title": title, "Text": text})
    if meeting:
        mover.page.get_by_label("Put it on the agenda of").select_option(index=1)
    mover.press("Move it")
    page = mover.path
    backer.go(page).press("Back this motion")
    return page


def call_meeting(chair: Reader, city: str, title: str, starts: str, agenda: str) -> str:
    """Notice to everybody. Answers the address of the meeting."""
    chair.go(f"{city}meetings/").press("Call a meeting")
    chair.fill({"Title": title, "Place": "Labor Temple", "Start": starts, "Agenda": agenda})
    chair.press("Call it and tell everybody")
    return chair.path


def vote_by_keyboard(reader: Reader, motion: str, answer: str) -> None:
    """Without touching the screen: Tab to the answers, Space on one, Tab to the button, Enter."""
    reader.go(motion)
    _tab_to(reader, "Vote")
    with reader.onward():
        reader.page.keyboard.press("Enter")
    _tab_to(reader, answer)
    reader.page.keyboard.press("Space")
    _tab_to(reader, "Send my vote")
    with reader.onward():
        reader.page.keyboard.press("Enter")


FOCUSED = """() => { const on = document.activeElement; const label = on.labels && on.labels[0];
return (label || on).innerText.trim() }"""


def _tab_to(reader: Reader, words: str) -> None:
    """Press Tab, and within a group of answers the arrow, until this has the focus."""
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        on = reader.page.evaluate(FOCUSED)
        if on == words:
            return
        if reader.page.evaluate("document.activeElement.type") == "radio":
            for _arrow in range(3):
                if reader.page.evaluate(FOCUSED) == words:
                    return
                reader.page.keyboard.press("ArrowDown")
    pytest.fail(f"{reader.name} cannot reach “{words}” at {reader.path} by keyboard")
