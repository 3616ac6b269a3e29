"""One ballot: encrypted by the voter, signed with the credential, verified by everybody, opened to audit a device.

    {"election_uuid","election_hash","credential","answers":[{"choices":[{"alpha","beta"}…],
     "individual_proofs":[[proof,proof]…],"overall_proof":[proof…]}…],"signature":{"hash","proof"}}

Compact JSON in this order (Belenios specification, sections 4.11, 4.12, 4.14, 4.15). Each choice is shown to be 0 or
1, and their sum to be within the question's bounds. Every proof hashes the election and the credential, so a ballot
cannot be copied by somebody else or carried to another election.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import partial

from weft.ballots.secret.codec import Json, compact, fields, fingerprint, items, parse, string, whole
from weft.ballots.secret.election import Election, Question
from weft.ballots.secret.groups import Draw, Element, Group, exponent_of
from weft.ballots.secret.proofs import Cipher, Proof, prove_key, prove_range, proves_key, proves_range
from weft.errors import RuleBroken

_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")
_BITS = range(2)


@dataclass(frozen=True, slots=True)
class Answer:
    """The encrypted answer to one question; elements as texts."""

    choices: tuple[tuple[str, str], ...]  # (alpha, beta), one an answer
    individual: tuple[tuple[Proof, ...], ...]
    overall: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as it was read. Its proofs hold only if `verify_ballot` gave it."""

    raw: bytes
    credential: str
    answers: tuple[Answer, ...]
    hash: str
    signature: Proof

    @property
    def tracker(self) -> str:
        """What the voter looks for on the board: SHA-256 of the ballot, in Base64 without padding."""
        return fingerprint(self.raw)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ballot ready to be cast, with what would open it. Whoever opens it does not cast it."""

    raw: bytes
    tracker: str
    opened: bytes


# --- encrypting ------------------------------------------------------------------------------------------------


def encrypt_ballot(election: Election, secret: int, choices: Sequence[Sequence[int]], draw: Draw) -> Sealed:
    """Encrypt and sign.

    secret:  the credential's secret number.
    choices: one row a question, one 0 or 1 an answer.
    Raises ``secret.choice`` (question) for what the question does not allow.
    """
    group = election.group
    public = group.secret_power(group.generator, secret)
    credential = group.text(public)
    if len(choices) != len(election.questions):
        raise RuleBroken("secret.choice", question=len(choices))
    context = f"{election.fingerprint}|{credential}"
    answers, openings = [], []
    for number, (question, marks) in enumerate(zip(election.questions, choices, strict=True), 1):
        answer, randomness = _encrypt_answer(election, context, question, marks, number=number, draw=draw)
        answers.append(answer)
        openings.append({"choices": list(marks), "randomness": list(map(str, randomness))})
    unsigned = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": credential,
        "answers": answers,
    }
    hashed = fingerprint(compact(unsigned).encode())
    signature = prove_key(group, f"sig|{hashed}|", secret, draw)
    raw = compact({**unsigned, "signature": {"hash": hashed, "proof": signature.json()}}).encode()
    tracker = fingerprint(raw)
    opened = compact({"ballot": raw.decode(), "tracker": tracker, "answers": openings}).encode()
    return Sealed(raw, tracker, opened)


def _encrypt_answer(
    election: Election, context: str, question: Question, marks: Sequence[int], *, number: int, draw: Draw
) -> tuple[Json, list[int]]:
    group, y = election.group, election.key
    bits = all(type(mark) is int and mark in _BITS for mark in marks)
    if not bits or len(marks) != len(question.answers) or not question.least <= sum(marks) <= question.most:
        raise RuleBroken("secret.choice", question=number)
    randomness, pairs, individual = [draw(group.order) for _ in marks], [], []
    for mark, r in zip(marks, randomness, strict=True):
        alpha, beta = group.generate(r), y(r)
        if mark:
            beta = group.times(beta, group.generator)
        pairs.append((alpha, beta))
        prefix = f"prove|{context}|{group.text(alpha)},{group.text(beta)}|"
        individual.append(prove_range(group, prefix, y, r=r, m=mark, values=_BITS, draw=draw))
    texts = [(group.text(alpha), group.text(beta)) for alpha, beta in pairs]
    alpha, beta = _product(group, pairs)
    prefix = f"prove|{_all_choices(context, texts)}|{group.text(alpha)},{group.text(beta)}|"
    overall = prove_range(group, prefix, y, r=sum(randomness), m=sum(marks), values=_sums(question), draw=draw)
    answer = {
        "choices": [{"alpha": alpha, "beta": beta} for alpha, beta in texts],
        "individual_proofs": [[proof.json() for proof in proofs] for proofs in individual],
        "overall_proof": [proof.json() for proof in overall],
    }
    return answer, randomness


def _product(group: Group, pairs: Sequence[tuple[Element, Element]]) -> tuple[Element, Element]:
    alpha, beta = pairs[0]
    for a, b in pairs[1:]:
        alpha, beta = group.times(alpha, a), group.times(beta, b)
    return alpha, beta


def _all_choices(context: str, texts: Sequence[tuple[str, str]]) -> str:
    return context + "|" + ",".join(f"{alpha},{beta}" for alpha, beta in texts)


def _sums(question: Question) -> range:
    return range(question.least, question.most + 1)


# --- reading and verifying -------------------------------------------------------------------------------------


def ballot_limit(election: Election) -> int:
    """The most bytes that a ballot of this election can have."""
    answers = sum(len(question.answers) for question in election.questions)
    sums = sum(len(_sums(question)) for question in election.questions)
    return 2_000 + 100 * len(election.questions) + 1_800 * answers + 220 * sums


def read_ballot(election: Election, raw: bytes) -> Ballot:
    """Its parts, in the right number and spelling; no proof is checked, no element tested.

    Raises ``secret.format``, ``secret.canonical``, ``secret.number``; ``secret.other_election`` for a ballot of
    another one; ``secret.shape`` (question) for more or fewer answers, choices or proofs than the questions ask for.
    """
    value = parse(raw, "ballot", ballot_limit(election))
    uuid, hashed, credential, answers, signature = fields(value, _FIELDS, "ballot")
    if uuid != election.uuid or hashed != election.fingerprint:
        raise RuleBroken("secret.other_election")
    if not isinstance(answers, list) or len(answers) != len(election.questions):
        raise RuleBroken("secret.shape", question=0)
    read = [
        _read_answer(election.group, question, answer, number)
        for number, (question, answer) in enumerate(zip(election.questions, answers, strict=True), 1)
    ]
    inner, proof = fields(signature, ("hash", "proof"), "ballot")
    return Ballot(
        raw=raw,
        credential=string(credential, "ballot"),
        answers=tuple(read),
        hash=string(inner, "ballot"),
        signature=Proof.read(election.group, proof),
    )


def _read_answer(group: Group, question: Question, value: Json, number: int) -> Answer:
    if isinstance(value, dict) and "blank_proof" in value:
        raise RuleBroken("secret.shape", question=number)
    choices, individual, overall = fields(value, ("choices", "individual_proofs", "overall_proof"), "ballot")

    def proofs(count: int, found: Json) -> tuple[Proof, ...]:
        if not isinstance(found, list) or len(found) != count:
            raise RuleBroken("secret.shape", question=number)
        return tuple(Proof.read(group, proof) for proof in found)

    for found in (choices, individual):
        if not isinstance(found, list) or len(found) != len(question.answers):
            raise RuleBroken("secret.shape", question=number)
    texts = []
    for choice in choices:
        alpha, beta = fields(choice, ("alpha", "beta"), "ballot")
        texts.append((string(alpha, "ballot"), string(beta, "ballot")))
    return Answer(
        choices=tuple(texts),
        individual=tuple(proofs(len(_BITS), found) for found in individual),
        overall=proofs(len(_sums(question)), overall),
    )


def verify_ballot(election: Election, raw: bytes, *, credentials: Container[str] | None = None) -> Ballot:
    """Form, elements, each proof, the signature; that it was not cast before, the box knows.

    credentials: the election's list, as `read_credentials` gave it; without it, whose ballot it is stays open.
    Raises what `read_ballot` raises, and ``secret.stranger``, ``secret.element``, ``secret.proof`` (question),
    ``secret.signature``.
    """
    ballot = read_ballot(election, raw)
    group = election.group
    if credentials is not None and ballot.credential not in credentials:
        raise RuleBroken("secret.stranger")
    unsigned = raw[: raw.rindex(b',"signature":')] + b"}"
    if ballot.hash != fingerprint(unsigned):
        raise RuleBroken("secret.signature")
    public = group.read(ballot.credential) if credentials is None else group.known(ballot.credential)
    if not proves_key(group, f"sig|{ballot.hash}|", public, ballot.signature):
        raise RuleBroken("secret.signature")
    context = f"{election.fingerprint}|{ballot.credential}"
    for number, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True), 1):
        _verify_answer(election, context, question, answer, number)
    return ballot


def _verify_answer(election: Election, context: str, question: Question, answer: Answer, number: int) -> None:
    group, y = election.group, election.key
    pairs = []
    for (alpha, beta), proofs in zip(answer.choices, answer.individual, strict=True):
        a, a_power = group.base(alpha)
        b, b_power = group.base(beta)
        cipher = Cipher(a_power, b_power, f"{alpha},{beta}")
        if not proves_range(group, f"prove|{context}|", y, cipher, values=_BITS, proofs=proofs):
            raise RuleBroken("secret.proof", question=number)
        pairs.append((a, b))
    a, b = _product(group, pairs)
    powers = group.powers if len(answer.overall) > 1 else lambda element: partial(group.power, element)
    cipher = Cipher(powers(a), powers(b), f"{group.text(a)},{group.text(b)}")
    prefix = f"prove|{_all_choices(context, answer.choices)}|"
    if not proves_range(group, prefix, y, cipher, values=_sums(question), proofs=answer.overall):
        raise RuleBroken("secret.proof", question=number)


# --- opening: did the device encrypt what it was told? ---------------------------------------------------------


def check_opened(election: Election, opened: bytes) -> tuple[tuple[int, ...], ...]:
    """What an opened ballot holds, a row of 0 and 1 for each question (J. Benaloh, EVT 2006).

    Everything is encrypted again with the randomness that the device shows and must give the same ballot; it must be
    one that the election would have taken. Raises ``secret.opened`` (what) where it does not.
    """
    value = parse(opened, "opened", 3 * ballot_limit(election))
    text, tracker, answers = fields(value, ("ballot", "tracker", "answers"), "opened")
    ballot = verify_ballot(election, string(text, "opened", 2 * ballot_limit(election)).encode())
    if tracker != ballot.tracker:
        raise RuleBroken("secret.opened", what="tracker")
    rows = []
    for answer, found in zip(
        ballot.answers, items(answers, lambda one: one, "opened", len(ballot.answers)), strict=True
    ):
        marks, randomness = fields(found, ("choices", "randomness"), "opened")
        count = len(answer.choices)
        row = items(marks, lambda mark: whole(mark, "opened", 0, 1), "opened", count)
        exponents = items(randomness, lambda r: exponent_of(election.group, r), "opened", count)
        for mark, r, choice in zip(row, exponents, answer.choices, strict=True):
            if choice != _encrypted(election, mark, r):
                raise RuleBroken("secret.opened", what="choice")
        rows.append(tuple(row))
    return tuple(rows)


def _encrypted(election: Election, mark: int, r: int) -> tuple[str, str]:
    group = election.group
    beta = election.key(r)
    return group.text(group.generate(r)), group.text(group.times(beta, group.generator) if mark else beta)
