"""Steps 1 and 2, at home: a founding meeting becomes a council; more people are admitted as the charter says."""

from collections.abc import Iterator

from tests.journeys.reader import Reader, Telephone

from weft_site import clock
from weft_site.ballots.models import Ballot
from weft_site.deliberation.models import Founding
from weft_site.deliberation.services import founding, voting
from weft_site.people.services import accounts

NAMES = ["Amara", "Bao", "Carmen", "Dmitri", "Esi", "Fatima", "Grace", "Hassan", "Inês", "Jamal", "Kateryna", "Luis"]
GARAGE = "/f/maple-street-garage/b/b0/"


def gather(telephone: Telephone, title: str) -> tuple[list[Reader], str]:
    """Twelve people: one opens a founding meeting, one joins by the code on a printed card, the others by its link."""
    first = Reader(telephone, NAMES[0])
    first.go("/").press("Open a founding meeting")
    first.press("Join: all it takes is a name").fill({"Your name": first.name}).press("Join").press("I kept it: go on")
    first.fill({"What is it to be called?": title}).press("Open the meeting")
    code = first.path.rstrip("/").rsplit("/", 1)[1]
    here = [first]
    for name in NAMES[1:4]:
        one = Reader(telephone, name)
        if len(here) == 1:  # one of them types the code from a printed card
            one.go("/").press("I have a code")
            one.fill({"Code": code}).press("Go on")
        else:
            one.go(f"/join/{code}/")
        one.fill({"Your name": name}).press("Join").press("I kept it: go on")
        here.append(one)
    return [*here, *come_too(telephone, code)], code


def come_too(telephone: Telephone, code: str) -> Iterator[Reader]:
    """The others join by the same link; their phones would show nothing that has not been seen."""
    meeting = Founding.objects.get(code=code)
    for name in NAMES[4:]:
        who = accounts.join(name=name, way="card", now=clock.now()).person
        founding.join_founding(actor=who, now=clock.now(), founding_id=meeting.pk)
        yield Reader(telephone, name, who)


def adopt(here: list[Reader], code: str) -> None:
    """They change two values and one article, somebody else backs it, all vote, and it is closed."""
    first, second = here[:2]
    second.go(f"/founding/{code}/").press("Read and change")
    for article in ("Meetings of the workplace council", "Admission"):
        second.page.locator("article", has_text=article).first.locator("summary").first.click()
    second.page.locator('[name="bodies.workplace.quorum.share"]').fill("1/4")
    second.page.locator('[name="membership.admission.vouchers"]').fill("1")
    second.page.locator("article", has_text="How we work together").last.locator("summary").click()
    second.page.locator('[name="article/work/text"]').fill("We speak in turn.")
    second.press("Propose it with my changes")
    first.go(f"/founding/{code}/")
    first.press("Back it and put it to the vote", within="article:has-text('proposed by Bao')")
    for one in here[:3]:
        one.go(f"/founding/{code}/").choose("Yes").press("Send my vote")
    meeting = Founding.objects.get(code=code)
    for one in here[3:]:
        asked = {"founding_id": meeting.pk, "draft_id": meeting.draft_id, "choice": "yes"}
        founding.vote_on_charter(actor=one.person, now=clock.now(), **asked)
    first.go(f"/founding/{code}/").press("Close the vote")


def draw_tellers(here: list[Reader], body: str) -> None:
    """Two tellers by public lot: called, three words added, drawn."""
    here[0].go(f"{body}elections/").press("Call a draw")
    page = here[0].path
    for one, word in zip(here[1:4], ("rye bread", "first bus", "north wind"), strict=True):
        one.go(page).fill({"A word of your own": word}).press("Add my word")
    here[1].go(page).press("Open the seed and draw")


def elect(here: list[Reader], body: str, office: str, winner: Reader, rival: Reader) -> str:
    """An office filled by vote in one sitting. Answers the address of the election."""
    row = f"tr:has(th:has-text('{office}'))"
    here[0].go(f"{body}elections/").press("Call an election", within=row)
    page = here[0].path
    for one in (winner, rival):
        one.go(page).unfold("Stand yourself").press("I stand")
    here[0].go(page).choose("In a meeting: until it is closed by hand").press("Open the vote")
    vote_each(here[:2], page, winner.name)
    vote_each(here[2:3], page, rival.name)
    vote_too([one for number, one in enumerate(here) if number % 3 != 2 and number > 2], winner.name)
    vote_too(here[5::3], rival.name)
    here[0].go(page).press("Close the vote and declare the result")
    return page


def apply(telephone: Telephone, name: str) -> Reader:
    """Somebody finds the council, asks to join, and makes an account on the way."""
    one = Reader(telephone, name)
    one.go("/councils/").press("Maple Street Garage").press("Maple Street Garage")
    one.press("Join: all it takes is a name").fill({"Your name": name}).press("Join").press("I kept it: go on")
    one.choose("I am at least 16 years old.").press("Ask to join")
    return one


def enter_list(officer: Reader, voucher: Reader, body: str, rows: bytes) -> None:
    """A list is uploaded, looked at, entered; another member vouches for it."""
    officer.go(f"{body}roll/").press("Enter a list")
    officer.page.get_by_label("CSV or XLSX file").set_input_files(
        {"name": "roll.csv", "mimeType": "text/csv", "buffer": rows}
    )
    officer.press("Look at it first")
    assert officer.sees("would be entered 5")
    assert officer.sees("Rows that are left out")
    officer.press("Enter 5 people")
    voucher.go(f"{body}roll/").press("5 people on a list").press("I have read the list and vouch for it")


def tellers(reader: Reader, here: list[Reader], body: str) -> list[Reader]:
    """Who was drawn."""
    reader.go(body)
    lines = reader.page.locator("dl.facts > div", has_text="teller")
    drawn = [lines.nth(number).locator("dd").inner_text() for number in range(lines.count())]
    return [one for one in here if any(text.startswith(f"{one.name} ") for text in drawn)]


def vote_each(voters: list[Reader], page: str, answer: str) -> None:
    """Each on a phone."""
    for one in voters:
        one.go(page).press("Vote").choose(answer).press("Send my vote")


def vote_too(voters: list[Reader], *answers: str) -> None:
    """The same vote by others, whose phones would show nothing that has not been seen."""
    ballot = Ballot.objects.filter(closed_at=None).latest("pk")
    names = {name: ref for ref, name in ballot.names.items()}
    choice = [names[answer] for answer in answers] if names else answers[0].lower()
    for one in voters:
        voting.cast_vote(actor=one.person, now=clock.now(), ballot_id=ballot.pk, choice=choice)
