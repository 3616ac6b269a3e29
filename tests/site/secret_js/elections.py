"""Elections for the devices to take part in, made by `weft.ballots.secret` and by belenios-tool."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from secrets import randbelow

import pytest

from weft.ballots import secret
from weft.ballots.secret import archive
from weft.ballots.secret.tally import add_ballots, elements, empty_tally, write_tally

TIME = 1_795_000_000  # of the archive: one second in November 2026
UUID = "WeftBaoth11111"
SINGLE_KEY = 123_456_789_123_456_789

BELENIOS = shutil.which("belenios-tool") is not None
needs_belenios = pytest.mark.skipif(
    not BELENIOS, reason="belenios-tool is not installed: apt-get install belenios-tool"
)


def one_question(answers: int = 3) -> list[secret.Question]:
    return [secret.Question.one_of("Strike?", [f"Answer {number}" for number in range(answers)])]


TWO_QUESTIONS = [
    secret.Question.one_of("Shall we strike?", ["Yes", "No", "Abstain"]),
    secret.Question.choose("Wer verhandelt? ✊", ["Ana", "Bo", "Cem", "Đào"], most=3, least=1),
]


@dataclass
class Board:
    """An election with its growing archive. trustees: entries for trustees.json; none: one Single key."""

    group: object = secret.BELENIOS_2048
    questions: list = field(default_factory=lambda: TWO_QUESTIONS)
    credentials: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    weft: dict = field(default_factory=dict)

    def __post_init__(self):
        entries = self.entries or [secret.single(self.group, SINGLE_KEY, randbelow)]
        self.trustees = secret.make_trustees(self.group, entries)
        self.election = secret.make_election(
            uuid=UUID,
            name="Depot",
            description="",
            group=self.group,
            public_key=self.trustees.public_key,
            questions=self.questions,
            weft=self.weft,
        )
        listed = secret.write_credentials(self.credentials)
        self.bytes, self.head = secret.start_archive(TIME, self.election.raw, self.trustees.raw(), listed)

    def add(self, kind, *texts):
        data = [text.encode() if isinstance(text, str) else text for text in texts]
        more, self.head = secret.append(self.head, kind, *data)
        self.bytes += more


def records(raw: bytes) -> list[tuple[str, tuple[bytes, ...]]]:
    """The events of an archive with their data, to be put together otherwise."""
    from io import BytesIO

    events = [event for event in archive.read_events(BytesIO(raw)) if hasattr(event, "type")]
    return [(event.type, event.data) for event in events]


def close(board):
    """End the ballots and add up the last of each voter, as the server does. Returns the tally."""
    last = {}
    for kind, data in records(board.bytes):
        if kind == "Ballot":
            ballot = secret.verify_ballot(board.election, data[0])
            last[ballot.credential] = elements(board.election, [answer.choices for answer in ballot.answers])
    board.add("EndBallots")
    tally = add_ballots(board.election, empty_tally(board.election), last.values())
    board.add("EncryptedTally", *write_tally(board.election, tally))
    return tally


def belenios(folder, *arguments, given=""):
    """Run belenios-tool 2.0 in a folder; what it prints. Raises CalledProcessError, with its words, if it refuses."""
    done = subprocess.run(
        ["belenios-tool", *arguments], cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout


def belenios_verifies(folder, raw: bytes) -> None:
    """`belenios-tool election verify` says that all checks passed."""
    folder.mkdir(exist_ok=True)
    uuid = json.loads(records(raw)[0][1][0])["uuid"]
    (folder / f"{uuid}.bel").write_bytes(raw)
    belenios(folder, "election", "verify")
