"""Ballots: a question or an election put to a roll. What a ballot decides points to it, never the other way."""

from django.db import models

from weft_site.people.models import Person
from weft_site.record.models import Log

__all__ = [
    "Ballot", "Board", "BoardEvent", "BoardPart", "KeyTrustee", "RollEntry", "TellerCount", "TellerSheet", "TrusteeKey",
    "Vote", "VotingCredential", "VotingDevice",
]  # fmt: skip


class Ballot(models.Model):
    """One question or election.

    electorate: opaque reference of who votes (a body, a constituency).
    way:        open by name, counted by two tellers, secret on paper counted by two tellers, or secret on devices.
    options:    for a question ["yes", "no"]; for an election the candidates' references.
    names:      reference -> name shown, for elections.
    choices:    marks or points that a voter has, where the method counts so many.
    quotas:     of an election: [attribute, share such as "2/5" or null, least number or null].
    attributes: candidate -> what was declared for this election and a quota counts.
    follows_seats: a vote by name on such a roll falls with the seat (delegates); a members' roll stays frozen.
    lot_commitment: SHA-256 of the seed with which a tie would be broken, published at opening.
    """

    class Way(models.TextChoices):
        OPEN = "open"
        COUNTED = "counted"
        PAPER = "paper"
        SECRET = "secret"  # noqa: S105 - how one votes, not a password

    log = models.ForeignKey(Log, models.PROTECT, related_name="ballots")
    ref = models.CharField(max_length=40)
    electorate = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    way = models.CharField(max_length=8, choices=Way)
    method = models.CharField(max_length=20, default="question")
    places = models.PositiveIntegerField(default=1)
    options = models.JSONField()
    names = models.JSONField(default=dict)
    choices = models.PositiveIntegerField(null=True)
    quotas = models.JSONField(default=list)
    attributes = models.JSONField(default=dict)
    follows_seats = models.BooleanField(default=False)
    entitled = models.PositiveIntegerField()
    roll_hash = models.CharField(max_length=64)
    lot_seed = models.CharField(max_length=64)
    lot_commitment = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "ref"], name="ballot_ref_once")]
        indexes = [models.Index(fields=["closed_at", "closes_at"], name="ballot_due")]

    def __str__(self):
        return f"{self.ref} {self.title}"

    @property
    def is_open(self):
        return self.closed_at is None


class RollEntry(models.Model):
    """One person entitled to vote in one ballot. `voter` is the reference of the membership or seat.

    on_paper: in a secret vote on devices, who had no credential when it opened and votes on paper. Everybody else
    has exactly one credential on the board; which one is not kept.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="roll")
    voter = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    weight = models.PositiveIntegerField(default=1)
    on_paper = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "voter"], name="roll_voter_once"),
            models.UniqueConstraint(fields=["ballot", "person"], name="roll_person_once"),
        ]

    def __str__(self):
        return self.voter


class Vote(models.Model):
    """A vote by name. One row a voter: voting again before the close replaces the choice."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=40)
    choice = models.JSONField()  # "yes" | "no" | "abstain" | [candidate, …], ranked or marked | {candidate: points or
    # answer} | {"yes": 2, "no": 1} for a split vote
    against_mandate = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "voter"], name="vote_once")]

    def __str__(self):
        return f"{self.voter}: {self.choice}"


class TellerCount(models.Model):
    """What one teller counted. Two tellers enter apart; only equal numbers become a result.

    numbers: line -> number; where whole papers are counted, paper ("2 1 3") -> how many are like it.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="teller_counts")
    teller = models.ForeignKey(Person, models.PROTECT, related_name="+")
    numbers = models.JSONField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "teller"], name="teller_once")]

    def __str__(self):
        return f"{self.ballot_id} {self.teller_id}"


class TellerSheet(models.Model):
    """The papers one teller has typed so far, seen by nobody else; gone when the ballot is closed.

    papers: [paper, how many] in the order typed, so that the last can be taken back.
    """

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="teller_sheets")
    teller = models.ForeignKey(Person, models.CASCADE, related_name="+")
    papers = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "teller"], name="teller_sheet_once")]

    def __str__(self):
        return f"{self.ballot_id} {self.teller_id}"


class TrusteeKey(models.Model):
    """A key that the trustees of one body make together, and with which they open its secret votes together.

    body:      reference of the body. threshold: how many of them can open.
    trustees:  the verified list as it stands in each archive; empty until the last has confirmed.
    """

    class State(models.TextChoices):
        COMMITTING = "committing"
        REVEALING = "revealing"
        SHARING = "sharing"
        CONFIRMING = "confirming"
        READY = "ready"
        FAILED = "failed"
        RETIRED = "retired"

    log = models.ForeignKey(Log, models.PROTECT, related_name="trustee_keys")
    body = models.CharField(max_length=40)
    ref = models.CharField(max_length=40)
    group = models.CharField(max_length=20)
    threshold = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.COMMITTING)
    trustees = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "ref"], name="trustee_key_ref_once")]

    def __str__(self):
        return f"{self.ref} of {self.body}"


class KeyTrustee(models.Model):
    """One trustee of a key, numbered from 1, with what this trustee published in each step. The seed is never here."""

    key = models.ForeignKey(TrusteeKey, models.CASCADE, related_name="holders")
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    holder = models.CharField(max_length=40)  # the member behind the office
    name = models.CharField(max_length=200)
    commitment = models.TextField(blank=True)
    reveal = models.TextField(blank=True)
    shares = models.TextField(blank=True)
    confirmation = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="key_number_once"),
            models.UniqueConstraint(fields=["key", "person"], name="key_person_once"),
        ]
        ordering = ["number"]

    def __str__(self):
        return f"{self.number} of {self.key_id}"


class VotingDevice(models.Model):
    """Where a person's voting key has got to: the number that its next credential has. No number is used twice."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="voting_device")
    next_number = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.next_number} of {self.person_id}"


class VotingCredential(models.Model):
    """A public credential that a member's device handed in and no vote has used yet.

    The device knows the secret of each number. When a vote opens, the lowest of every voter moves to the list of that
    board and its row is deleted: what is left tells nothing of who has which. digest: SHA-256 of `public`.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="voting_credentials")
    number = models.PositiveIntegerField()
    public = models.TextField()
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="credential_number_once")]
        ordering = ["number"]

    def __str__(self):
        return f"{self.number} of {self.person_id}"


class Board(models.Model):
    """The public board of one secret vote: what its archive begins with, and where it stands.

    election, credentials: the exact texts. timestamp: seconds since 1970, the same on every record of the archive.
    paper:      how many on the roll vote on paper. paper_master: makes their credentials; erased with the last ballot.
    head:       hash of the last event; height: its number.
    """

    class State(models.TextChoices):
        VOTING = "voting"
        PAPERS = "papers"  # devices are done; two tellers' count of the paper is missing
        OPENING = "opening"  # the sum stands; trustees give their parts
        OPENED = "opened"
        UNOPENED = "unopened"  # too few voted: nobody may open it

    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="board")
    key = models.ForeignKey(TrusteeKey, models.PROTECT, related_name="boards")
    uuid = models.CharField(max_length=64, unique=True)
    election = models.TextField()
    credentials = models.TextField()
    timestamp = models.BigIntegerField()
    paper = models.PositiveIntegerField(default=0)
    paper_master = models.CharField(max_length=43, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.VOTING)
    head = models.CharField(max_length=64)
    height = models.PositiveIntegerField(default=0)
    voters = models.PositiveIntegerField(null=True)
    numbers = models.JSONField(null=True)

    def __str__(self):
        return self.uuid


class BoardEvent(models.Model):
    """One event on a board after its beginning, with its data, one a line. No time: the archive has one for all.

    credential: SHA-256 of the credential that signed a ballot. digest: SHA-256 of the event's first datum; no ballot
    stands twice.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="events")
    height = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    data = models.TextField(blank=True)
    credential = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "height"], name="board_height_once"),
            models.UniqueConstraint(fields=["board", "digest"], name="board_datum_once"),
        ]
        indexes = [models.Index(fields=["board", "credential"], name="board_by_credential")]
        ordering = ["height"]

    def __str__(self):
        return f"{self.height} {self.kind} of {self.board_id}"


class BoardPart(models.Model):
    """A trustee's part in opening a board, kept apart until enough are there: only parts that open it go on the board.

    owner: the trustee's number. strong: the strong proofs, empty from a trustee who used another program.
    wrong: the others' parts have shown that this one is not what the trustee's key gives.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="parts")
    owner = models.PositiveSmallIntegerField()
    part = models.TextField()
    strong = models.TextField(blank=True)
    wrong = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "owner"], name="board_part_once")]
        ordering = ["owner"]

    def __str__(self):
        return f"{self.owner} of {self.board_id}"
