"""The log and its documents. Rows of `Entry` are the record; the tile files are made from them."""

from datetime import datetime

from django.db import models

__all__ = ["Document", "DoneAct", "Entry", "Log"]


class Log(models.Model):
    """One record: a federation's, or one that ended in a wider federation's.

    size:        entries so far; locked by whoever appends, so that indexes have no gap.
    signed_size, signed_root: the last head that was signed. It is set by compare-and-swap, so that two
    servers, or a bad restore, can never sign two histories.
    newest:      (size, instant) of the entry that this locked row was last used to append; no column.
    """

    newest: tuple[int, datetime] | None = None

    origin = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    size = models.PositiveBigIntegerField(default=0)
    signed_size = models.PositiveBigIntegerField(default=0)
    signed_root = models.CharField(max_length=64, blank=True)
    checkpoint = models.TextField(blank=True)
    sealed_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.origin


class Entry(models.Model):
    """One formal act. `leaf` is the exact bytes that stand in the tree; the other columns only find it."""

    log = models.ForeignKey(Log, models.PROTECT, related_name="entries")
    index = models.PositiveBigIntegerField()
    act = models.CharField(max_length=60)
    at = models.DateTimeField()
    body = models.CharField(max_length=40, blank=True)
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "index"], name="entry_index_once")]
        indexes = [models.Index(fields=["log", "body", "-index"], name="entry_by_body")]

    def __str__(self):
        return f"{self.log} #{self.index} {self.act}"


class Document(models.Model):
    """A text that an entry names by its salted hash. Erasing the row erases the text; the entry stays valid.

    keep_until: before, nobody erases it, as with what belongs to an election.
    """

    class Visibility(models.TextChoices):
        PUBLIC = "public"
        MEMBERS = "members"
        HASHES = "hashes"

    log = models.ForeignKey(Log, models.PROTECT, related_name="documents")
    hash = models.CharField(max_length=64)
    body = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=60)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.MEMBERS)
    salt = models.BinaryField(max_length=32)
    content = models.BinaryField()
    keep_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "hash"], name="document_once")]

    def __str__(self):
        return f"{self.name} {self.hash[:8]}"


class DoneAct(models.Model):
    """An act that was done, by its idempotency key: a replay gets the same answer and does nothing."""

    actor = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    act = models.CharField(max_length=60)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="done_act_once")]

    def __str__(self):
        return f"{self.act} {self.key}"
