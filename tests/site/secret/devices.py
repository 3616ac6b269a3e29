"""Members' and trustees' devices as a browser is one: they keep their secrets and hand in what is public.

Device(person)          a voting key; .hand_in() puts public credentials in, .vote(ballot, marks) casts
Trustees(council, …)    three trustees and the seeds they wrote down; .make_key() holds the ceremony, .open(election, …)
"""

import json
import secrets
from base64 import urlsafe_b64encode

from tests.site import factories as make

from weft.ballots.secret import BELENIOS_2048, encrypt_ballot, public_credential, secret_number
from weft.ballots.secret import ceremony as core
from weft.ballots.secret.tally import decrypt
from weft_site.ballots.models import Board, TrusteeKey
from weft_site.ballots.services import boards
from weft_site.ballots.services.credentials import hand_in, waiting_credentials
from weft_site.ballots.services.keys import ceremony_of
from weft_site.federation.services import elections, keys

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Device:
    def __init__(self, person):
        self.person = person
        self.master = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")

    def hand_in(self, number=2):
        first = waiting_credentials(self.person)["next"]
        rows = [(n, public_credential(BELENIOS_2048, self.secret(n))) for n in range(first, first + number)]
        hand_in(person=self.person, credentials=rows)
        return self

    def secret(self, number):
        return secret_number(BELENIOS_2048, self.master, number)

    def seal(self, ballot, marks):
        """Encrypt with the number whose credential stands on the list, as the booth finds it."""
        board = Board.objects.get(ballot=ballot)
        listed = set(json.loads(board.credentials))
        own = next(n for n in range(40) if public_credential(BELENIOS_2048, self.secret(n)) in listed)
        return encrypt_ballot(boards.election_of(board), self.secret(own), marks, secrets.randbelow)

    def vote(self, ballot, marks, *, now=make.NOON):
        sealed = self.seal(ballot, marks)
        board = Board.objects.select_related("ballot", "key").get(ballot=ballot)
        return boards.cast(board, sealed.raw, now=now)


def new_seed():
    return "".join(secrets.choice(LETTERS) for _ in range(22))


class Trustees:
    """Those who hold the office of trustee in a council, by number, with the seeds that they alone know."""

    def __init__(self, council, *people):
        self.council, self.people = council, people
        for number, who in enumerate(people, start=1):
            make.officer(council, "trustee", who, number=number)
        self.seeds = [new_seed() for _ in people]

    def make_key(self, *, by=None, now=make.NOON):
        ref = keys.open_ceremony(actor=by or self.council.people[0], now=now, body_id=self.council.body.pk)
        self.key = TrusteeKey.objects.select_related("log").get(ref=ref, log=self.council.federation.log)
        self.people = [one.person for one in self.key.holders.select_related("person")]  # by the number of the place
        for step in ("commitment", "reveal", "shares", "confirmation"):
            for number in range(1, len(self.people) + 1):
                self.take(number, step, self.content(number, step), now=now)
        self.key.refresh_from_db()
        return self.key

    def take(self, number, step, content, *, now=make.NOON):
        who = self.people[number - 1]
        return keys.take_step(actor=who, now=now, key_id=self.key.pk, step=step, content=content)

    def published(self, step):
        return [getattr(one, step).encode() for one in self.key.holders.all()]

    def content(self, number, step):
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

    def part(self, ballot, number):
        """A trustee's part for the sum that stands on the board: the part, and the strong proofs."""
        board = Board.objects.select_related("key__log", "ballot").get(ballot=ballot)
        election, total = boards.election_of(board), boards.sealed_sum(board)
        raw, _, strong = decrypt(election, number, self.own_key(number), total, secrets.randbelow)
        return raw.decode(), strong.decode()

    def own_key(self, number):
        """The secret with which a trustee decrypts, from the letters and what was published."""
        ceremony, seed = ceremony_of(self.key, len(self.people)), self.seeds[number - 1]
        return core.own_key(ceremony, number, seed, reveals=self.published("reveal"), dealt=self.published("shares"))

    def give(self, election, number, *, now=make.NOON):
        part, strong = self.part(election.ballot, number)
        who = self.people[number - 1]
        return elections.give_part(actor=who, now=now, election_id=election.pk, part=part, strong=strong)
