"""election.json: what is asked, under which key, and what of the council is bound into it.

    {"version":1,"description","name","group","public_key","questions":[{"answers","min","max","question"}],"uuid",
     "administrator"?,"credential_authority"?,"weft"?}

The raw bytes count: their hash, the fingerprint, stands in every ballot. What others write with spaces is read too.
Questions are counted under encryption, so what comes out is the sum of each answer and nothing else. Belenios' blank
votes and shuffled questions are refused: no program checks the former rightly, and the latter shows whole papers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from re import compile as pattern

from weft.ballots.secret.codec import Json, compact, fingerprint, items, parse_loose, string, whole
from weft.ballots.secret.groups import Element, Group, Power, group_named
from weft.errors import RuleBroken

MOST_BYTES = 1_000_000
MOST_QUESTIONS = 100
MOST_ANSWERS = 100

_UUID = pattern(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
_REQUIRED = ("version", "description", "name", "group", "public_key", "questions", "uuid")
_OPTIONAL = ("administrator", "credential_authority", "weft")
_QUESTION = ("answers", "min", "max", "question")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: from `least` to `most` of the answers may be marked, each once.

    Raises ``secret.question`` for what cannot be asked: no answers, too many, or bounds that do not fit.
    """

    text: str
    answers: tuple[str, ...]
    least: int = 1
    most: int = 1

    def __post_init__(self) -> None:
        fits = 0 <= self.least <= self.most <= len(self.answers) and self.most >= 1
        if not fits or len(self.answers) > MOST_ANSWERS:
            raise RuleBroken("secret.question", question=self.text[:200])

    @classmethod
    def one_of(cls, text: str, answers: Sequence[str]) -> "Question":
        """Exactly one answer: yes/no/abstain, or one candidate. Whoever abstains marks that answer."""
        return cls(text, tuple(answers))

    @classmethod
    def choose(cls, text: str, answers: Sequence[str], *, most: int, least: int = 0) -> "Question":
        """Up to `most` of the answers; approval if that is all of them."""
        return cls(text, tuple(answers), least, most)

    @classmethod
    def score(cls, text: str, highest: int, lowest: int = 0) -> "Question":
        """One candidate's score: exactly one of the numbers. The sums are a histogram, not a mean."""
        return cls(text, tuple(map(str, range(lowest, highest + 1))))

    def json(self) -> Json:
        return {"answers": list(self.answers), "min": self.least, "max": self.most, "question": self.text}

    @classmethod
    def read(cls, value: Json) -> "Question":
        """Raises ``secret.question`` for a kind that we do not ask: blank, not homomorphic, unknown fields."""
        if not isinstance(value, dict) or set(value) != set(_QUESTION):
            text = value.get("question") if isinstance(value, dict) else None
            raise RuleBroken("secret.question", question=text[:200] if isinstance(text, str) else "")
        answers = items(value["answers"], lambda one: string(one, "election"), "election")
        least, most = whole(value["min"], "election"), whole(value["max"], "election")
        return cls(string(value["question"], "election"), tuple(answers), least, most)


@dataclass(frozen=True)
class Election:
    """What a voter encrypts for and everybody verifies against. Made by `Election.read` from the raw bytes."""

    raw: bytes
    uuid: str
    name: str
    description: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    weft: Mapping[str, Json] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """What every ballot names: SHA-256 of the raw bytes, in Base64 without padding."""
        return fingerprint(self.raw)

    @cached_property
    def key(self) -> Power:
        """The powers of the public key, by a table."""
        return self.group.fixed(self.public_key)

    @classmethod
    def read(cls, raw: bytes) -> "Election":
        """Read election.json.

        Raises ``secret.election`` (what) for other fields or another version, ``secret.question``, ``secret.group``,
        ``secret.element``, ``secret.format``.
        """
        value = parse_loose(raw, "election", MOST_BYTES)
        if not isinstance(value, dict) or not set(_REQUIRED) <= set(value) <= {*_REQUIRED, *_OPTIONAL}:
            raise RuleBroken("secret.election", what="fields")
        uuid = value["uuid"]
        if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
            raise RuleBroken("secret.election", what="uuid")
        if value["version"] != 1 or isinstance(value["version"], bool):
            raise RuleBroken("secret.election", what="version")
        if not isinstance(value.get("weft", {}), dict):
            raise RuleBroken("secret.election", what="weft")
        group = group_named(value["group"])
        questions = items(value["questions"], Question.read, "election")
        if not 1 <= len(questions) <= MOST_QUESTIONS:
            raise RuleBroken("secret.election", what="questions")
        return cls(
            raw=raw,
            uuid=uuid,
            name=string(value["name"], "election"),
            description=string(value["description"], "election"),
            group=group,
            public_key=group.read(value["public_key"]),
            questions=tuple(questions),
            weft=value.get("weft", {}),
        )


def make_election(
    *,
    uuid: str,
    name: str,
    description: str,
    group: Group,
    public_key: Element,
    questions: Sequence[Question],
    weft: Mapping[str, Json] | None = None,
) -> Election:
    """Write election.json and read it back.

    uuid: 14 to 64 characters of Base58. public_key: of the trustees, see `trustees`.
    weft: what of the council is bound in. The verifier knows ``roll_size`` (there are no more credentials than that),
          ``credentials_hash`` (SHA-256 of the list, hexadecimal) and ``minimum`` (ballots cast, below which nothing is
          decrypted) and checks them; it shows the rest: body, ballot, roll_hash, rule.
    """
    value: dict[str, Json] = {
        "version": 1,
        "description": description,
        "name": name,
        "group": group.name,
        "public_key": group.text(public_key),
        "questions": [question.json() for question in questions],
        "uuid": uuid,
    }
    if weft:
        value["weft"] = dict(weft)
    return Election.read(compact(value).encode())
