"""Members' and trustees' devices, as a browser is one: they keep their secrets and hand in what is public.

Device(person)      a voting key; .hand_in() puts public credentials in, .vote(ballot, marks) casts
Trustees(seeds)     trustees with the letters they wrote down; .make_key() holds the ceremony, .give() opens a sum
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime

from weft.ballots.secret import BELENIOS_2048, encrypt_ballot, public_credential, secret_number
from weft.ballots.secret import ceremony as core
from weft.ballots.secret.ballot import Sealed
from weft.ballots.secret.tally import decrypt
from weft_site.ballots.models import Ballot, Board, TrusteeKey
from weft_site.ballots.services import boards
from weft_site.ballots.services.credentials import hand_in, waiting_credentials
from weft_site.ballots.services.keys import ceremony_of
from weft_site.federation.models import Body, Election
from weft_site.federation.services import elections, keys
from weft_site.people.models import Person

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
STEPS = ("commitment", "reveal", "shares", "confirmation")
MOST_VOTES = 40  # so many secret votes are looked through for a device's own credential


class Device:
    """One person's voting key."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.master = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")

    def hand_in(self, number: int = 2) -> "Device":
        """Public credentials for so many votes to come."""
        first = waiting_credentials(self.person)["next"]
        rows = [(n, public_credential(BELENIOS_2048, self.secret(n))) for n in range(first, first + number)]
        hand_in(person=self.person, credentials=rows)
        return self

    def secret(self, number: int) -> int:
        """The secret number of a credential."""
        return secret_number(BELENIOS_2048, self.master, number)

    def seal(self, ballot: Ballot, marks: Sequence[Sequence[int]]) -> Sealed:
        """Encrypt with the number whose credential stands on the list, as the booth finds it."""
        board = Board.objects.get(ballot=ballot)
        listed = set(json.loads(board.credentials))
        own = next(n for n in range(MOST_VOTES) if public_credential(BELENIOS_2048, self.secret(n)) in listed)
        return encrypt_ballot(boards.election_of(board), self.secret(own), marks, secrets.randbelow)

    def vote(self, ballot: Ballot, marks: Sequence[Sequence[int]], *, now: datetime) -> tuple[str, int]:
        """Answers the tracker and where the ballot stands on the board."""
        sealed = self.seal(ballot, marks)
        board = Board.objects.select_related("ballot", "key").get(ballot=ballot)
        return boards.cast(board, sealed.raw, now=now)


def new_seed() -> str:
    """The letters that a trustee writes down."""
    return "".join(secrets.choice(LETTERS) for _ in range(22))


class Trustees:
    """Those who hold the office of trustee in a body, by number, with the letters that they alone know."""

    def __init__(self, seeds: Sequence[str]) -> None:
        self.seeds = list(seeds)

    def make_key(self, body: Body, *, by: Person, now: datetime) -> TrusteeKey:
        """Each takes the four steps in turn."""
        ref = keys.open_ceremony(actor=by, now=now, body_id=body.pk)
        self.key = TrusteeKey.objects.select_related("log").get(ref=ref, log=body.federation.log)
        self.people = [one.person for one in self.key.holders.select_related("person")]  # by the number of the place
        for step in STEPS:
            for number in range(1, len(self.people) + 1):
                self.take(number, step, self.content(number, step), now=now)
        self.key.refresh_from_db()
        return self.key

    def take(self, number: int, step: str, content: str, *, now: datetime) -> str:
        """A trustee publishes this in a step; answers the state of the key."""
        return keys.take_step(
            actor=self.people[number - 1], now=now, key_id=self.key.pk, step=step, content=content
        )  # fmt: skip

    def published(self, step: str) -> list[bytes]:
        """What all have published in a step, by number."""
        return [getattr(one, step).encode() for one in self.key.holders.all()]

    def content(self, number: int, step: str) -> str:
        """What a trustee's device publishes in a step."""
        ceremony, seed = ceremony_of(self.key, len(self.people)), self.seeds[number - 1]
        if step == "commitment":
            return core.commit(ceremony, number, seed).decode()
        if step == "reveal":
            return core.reveal(ceremony, number, seed).decode()
        reveals = self.published("reveal")
        if step == "shares":
            return core.shares(ceremony, number, seed, reveals=reveals, draw=secrets.randbelow).decode()
        dealt = self.published("shares")
        return core.confirm(ceremony, number, seed, reveals=reveals, dealt=dealt, draw=secrets.randbelow).decode()

    def part(self, ballot: Ballot, number: int) -> tuple[str, str]:
        """A trustee's part for the sum that stands on the board, and the strong proofs beside it."""
        board = Board.objects.select_related("key__log", "ballot").get(ballot=ballot)
        election, total = boards.election_of(board), boards.sealed_sum(board)
        raw, _, strong = decrypt(election, number, self.own_key(number), total, secrets.randbelow)
        return raw.decode(), strong.decode()

    def own_key(self, number: int) -> int:
        """The secret with which a trustee decrypts, from the letters and what was published."""
        ceremony, seed = ceremony_of(self.key, len(self.people)), self.seeds[number - 1]
        return core.own_key(ceremony, number, seed, reveals=self.published("reveal"), dealt=self.published("shares"))

    def give(self, election: Election, number: int, *, now: datetime) -> bool:
        """Hand in a part; True once the sum is open."""
        part, strong = self.part(election.ballot, number)
        who = self.people[number - 1]
        return elections.give_part(actor=who, now=now, election_id=election.pk, part=part, strong=strong)
