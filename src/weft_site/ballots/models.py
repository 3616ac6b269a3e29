"""Ballots: a question or an election put to a roll. What a ballot decides points to it, never the other way."""

from django.db import models

from weft_site.people.models import Person
from weft_site.record.models import Log

__all__ = ["Ballot", "RollEntry", "TellerCount", "Vote"]


class Ballot(models.Model):
    """One question or election.

    electorate: opaque reference of who votes (a body, a constituency).
    way:        open by name, counted by two tellers, or secret on paper counted by two tellers.
    options:    for a question ["yes", "no"]; for an election the candidates' references.
    names:      reference -> name shown, for elections.
    follows_seats: a vote by name on such a roll falls with the seat (delegates); a members' roll stays frozen.
    lot_commitment: SHA-256 of the seed with which a tie would be broken, published at opening.
    """

    class Way(models.TextChoices):
        OPEN = "open"
        COUNTED = "counted"
        PAPER = "paper"

    log = models.ForeignKey(Log, models.PROTECT, related_name="ballots")
    ref = models.CharField(max_length=40)
    electorate = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    way = models.CharField(max_length=8, choices=Way)
    method = models.CharField(max_length=20, default="question")
    places = models.PositiveIntegerField(default=1)
    options = models.JSONField()
    names = models.JSONField(default=dict)
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
    """One person entitled to vote in one ballot. `voter` is the reference of the membership or seat."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="roll")
    voter = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    weight = models.PositiveIntegerField(default=1)

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
    choice = models.JSONField()  # "yes" | "no" | "abstain" | [candidate, …] | {"yes": 2, "no": 1} for a split vote
    against_mandate = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "voter"], name="vote_once")]

    def __str__(self):
        return f"{self.voter}: {self.choice}"


class TellerCount(models.Model):
    """What one teller counted. Two tellers enter apart; only equal numbers become a result."""

    ballot = models.ForeignKey(Ballot, models.CASCADE, related_name="teller_counts")
    teller = models.ForeignKey(Person, models.PROTECT, related_name="+")
    numbers = models.JSONField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "teller"], name="teller_once")]

    def __str__(self):
        return f"{self.ballot_id} {self.teller_id}"
