"""Founding meetings, meetings, motions: how people come together and decide."""

from django.db import models

from weft_site.ballots.models import Ballot
from weft_site.charter.models import CharterVersion
from weft_site.federation.models import Accession, Application, Body, Federation, Mandate
from weft_site.people.models import Person

__all__ = [
    "AgendaItem",
    "Convocation",
    "ConvocationSignature",
    "Founding",
    "FoundingDraft",
    "FoundingPerson",
    "MandateLink",
    "Meeting",
    "Motion",
    "MotionObjection",
    "Presence",
    "Ratification",
    "Supporter",
]


class Founding(models.Model):
    """People gather, agree on a charter, and only then is there a council. Nobody has power here over anybody."""

    class State(models.TextChoices):
        GATHERING = "gathering"
        VOTING = "voting"
        FOUNDED = "founded"
        ABANDONED = "abandoned"

    title = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60)  # which base body of the charter the council will be
    # null only while the row is being made: two at once must not both have an empty code
    code = models.CharField(max_length=60, unique=True, null=True)  # noqa: DJ001
    convener = models.ForeignKey(Person, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.GATHERING)
    opened_at = models.DateTimeField()
    draft = models.ForeignKey("FoundingDraft", models.PROTECT, null=True, related_name="+")
    federation = models.OneToOneField(Federation, models.PROTECT, null=True, related_name="founding")

    def __str__(self):
        return self.title


class FoundingPerson(models.Model):
    founding = models.ForeignKey(Founding, models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, models.CASCADE, related_name="foundings")
    joined_at = models.DateTimeField()
    vote = models.CharField(max_length=8, blank=True)  # on the draft that was put

    class Meta:
        constraints = [models.UniqueConstraint(fields=["founding", "person"], name="founding_person_once")]

    def __str__(self):
        return f"{self.person_id} at {self.founding_id}"


class FoundingDraft(models.Model):
    """A charter that somebody present proposes. A second person must back it before it is put."""

    founding = models.ForeignKey(Founding, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seconder = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    charter = models.ForeignKey(CharterVersion, models.PROTECT, related_name="+")
    based_on = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    rejected_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.charter} by {self.author_id}"


class Meeting(models.Model):
    class State(models.TextChoices):
        CONVENED = "convened"
        OPEN = "open"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    ref = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CONVENED)
    convened_at = models.DateTimeField()
    convened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    entitled = models.PositiveIntegerField(null=True)  # fixed at opening
    minutes = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "ref"], name="meeting_ref_once")]
        indexes = [models.Index(fields=["body", "-starts_at"], name="meeting_list")]

    def __str__(self):
        return self.title


class Convocation(models.Model):
    """People call a meeting over the heads of the officers: enough signatures convene it.

    base: signed by members of the councils below, not by the body's own voters. needed: fixed at the start.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="convocations")
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=300, blank=True)
    agenda = models.JSONField(default=list)
    base = models.BooleanField(default=False)
    needed = models.PositiveIntegerField()
    wanted_at = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    meeting = models.OneToOneField(Meeting, models.PROTECT, null=True, related_name="convocation")

    def __str__(self):
        return f"{self.title} of {self.body_id}"


class ConvocationSignature(models.Model):
    convocation = models.ForeignKey(Convocation, models.CASCADE, related_name="signatures")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["convocation", "person"], name="convocation_signature_once")]

    def __str__(self):
        return f"{self.person_id} on {self.convocation_id}"


class Presence(models.Model):
    """Somebody entitled is in the room, or connected. `voter` is the membership's or seat's reference."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="presences")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    voter = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="presence_once")]

    def __str__(self):
        return f"{self.voter} at {self.meeting_id}"


class Motion(models.Model):
    """A motion of a body. Its decision cites the charter version by which it was judged.

    kind: the kind of decision in the charter (ordinary, charter, exclusion, …).
    changes: for a charter amendment, the parameters and articles it would change.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        MOVED = "moved"
        SECONDED = "seconded"
        PUT = "put"
        CARRIED = "carried"
        LOST = "lost"
        WITHDRAWN = "withdrawn"
        RATIFYING = "ratifying"
        SUSPENDED = "suspended"
        REJECTED = "rejected"  # carried above, not ratified below

    body = models.ForeignKey(Body, models.PROTECT, related_name="motions")
    ref = models.CharField(max_length=40)
    kind = models.CharField(max_length=60, default="ordinary")
    title = models.CharField(max_length=300)
    text = models.TextField(max_length=40_000)
    mover = models.ForeignKey(Person, models.PROTECT, related_name="+")
    mover_name = models.CharField(max_length=200)
    tabled_by = models.ForeignKey(Body, models.PROTECT, null=True, related_name="tabled")
    state = models.CharField(max_length=10, choices=State, default=State.MOVED)
    moved_at = models.DateTimeField()
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="motion")
    decided_at = models.DateTimeField(null=True)
    decided_index = models.PositiveBigIntegerField(null=True)
    charter = models.ForeignKey(CharterVersion, models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(null=True)
    new_charter = models.ForeignKey(CharterVersion, models.PROTECT, null=True, related_name="+")
    accession = models.ForeignKey(Accession, models.PROTECT, null=True, related_name="motions")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="motions")
    waits_until = models.DateTimeField(null=True)  # suspensive objection

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "ref"], name="motion_ref_once")]
        indexes = [models.Index(fields=["body", "state", "-moved_at"], name="motion_list")]

    def __str__(self):
        return f"{self.ref} {self.title}"


class Supporter(models.Model):
    """Who backs a motion: the seconder and, where the charter asks for more, further proposers."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="supporters")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "person"], name="supporter_once")]

    def __str__(self):
        return f"{self.name} on {self.motion_id}"


class MotionObjection(models.Model):
    """An association objects to a decision that concerns its people; the decision waits, once."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="objections")
    association = models.ForeignKey(Body, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion"], name="motion_objection_once")]

    def __str__(self):
        return f"{self.association_id} on {self.motion_id}"


class AgendaItem(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    motion = models.ForeignKey(Motion, models.PROTECT, null=True, related_name="agenda_items")
    tabled_by = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="agenda_number_once")]

    def __str__(self):
        return f"{self.number}. {self.title}"


class MandateLink(models.Model):
    """What a mandate means for one motion: how the delegates of its constituency are to vote."""

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="links")
    motion = models.ForeignKey(Motion, models.CASCADE, related_name="mandate_links")
    position = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mandate", "motion"], name="mandate_link_once")]

    def __str__(self):
        return f"{self.mandate_id}: {self.position} on {self.motion_id}"


class Ratification(models.Model):
    """One body's answer to a decision that the base must ratify."""

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="ratifications")
    body = models.ForeignKey(Body, models.PROTECT, related_name="ratifications")
    ref = models.CharField(max_length=40, blank=True)
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="ratification")
    agreed = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["motion", "body"], name="ratification_once")]

    def __str__(self):
        return f"{self.body_id} on {self.motion_id}: {self.agreed}"
