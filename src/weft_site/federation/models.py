"""Federations, bodies, members, seats: who belongs where and who was sent by whom.

`ref` is the reference used in the record: a letter and the index of the entry that made the thing, so it
means the same on every mirror. Intervals are half open: a term holds from `starts_at` up to, not at, its end.
"""

from django.db import models
from django.db.models import F, Q

from weft_site.ballots.models import Ballot
from weft_site.charter.models import CharterVersion
from weft_site.people.models import Person
from weft_site.record.models import Log

__all__ = [
    "Accession",
    "Alternate",
    "Application",
    "Body",
    "BodyLink",
    "Candidacy",
    "CharterInForce",
    "Constituency",
    "Draw",
    "DrawWord",
    "Election",
    "Federation",
    "Fraction",
    "FractionMember",
    "Mandate",
    "Membership",
    "Objection",
    "Recall",
    "RecallSignature",
    "Report",
    "Seat",
    "Term",
    "Voucher",
]


class Federation(models.Model):
    """Councils under one charter, with one record. One council can be a federation of one."""

    log = models.OneToOneField(Log, models.PROTECT, related_name="federation")
    title = models.CharField(max_length=200)
    charter = models.ForeignKey(CharterVersion, models.PROTECT, related_name="+")
    founded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    joined = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    def __str__(self):
        return self.title


class CharterInForce(models.Model):
    """Which charter version was in force from which entry on."""

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="charters")
    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="+")
    from_index = models.PositiveBigIntegerField()
    from_at = models.DateTimeField()

    class Meta:
        ordering = ["from_index"]

    def __str__(self):
        return f"{self.version} from #{self.from_index}"


class Body(models.Model):
    """A council, association, executive or commission. `kind` names its rule in the charter.

    members_count: admitted members today, kept by the services that admit and release them.
    numbers: other units a norm may rest on, e.g. {"inhabitants": 12000, "workers": 900}.
    """

    federation = models.ForeignKey(Federation, models.PROTECT, related_name="bodies")
    ref = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    type = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    members_count = models.PositiveIntegerField(default=0)
    numbers = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    own_articles = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["federation", "ref"], name="body_ref_once")]
        indexes = [models.Index(fields=["federation", "type", "title"], name="body_list")]

    def __str__(self):
        return self.title


class BodyLink(models.Model):
    """An edge of the federation: `lower` sends to, or is an organ of, `upper`."""

    lower = models.ForeignKey(Body, models.CASCADE, related_name="links_up")
    upper = models.ForeignKey(Body, models.CASCADE, related_name="links_down")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lower", "upper"], name="body_link_once"),
            models.CheckConstraint(condition=~Q(lower=F("upper")), name="body_link_not_itself"),
        ]

    def __str__(self):
        return f"{self.lower_id} → {self.upper_id}"


class Membership(models.Model):
    """A person's membership of a base council or association.

    commitment: what the record shows in place of the person; salt and person are erased together.
    """

    class Status(models.TextChoices):
        ADMITTED = "admitted"
        SUSPENDED = "suspended"
        TRANSFERRED = "transferred"
        LEFT = "left"
        LAPSED = "lapsed"
        EXCLUDED = "excluded"

    CURRENT = (Status.ADMITTED, Status.SUSPENDED)

    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="memberships")
    ref = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=Status, default=Status.ADMITTED)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    commitment = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=32, null=True)
    declared = models.JSONField(default=list)  # attributes a quota counts, as the person declared them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "ref"], name="membership_ref_once"),
            models.UniqueConstraint(
                fields=["body", "person"],
                condition=Q(status__in=["admitted", "suspended"]),
                name="membership_current_once",
            ),
        ]
        indexes = [models.Index(fields=["body", "status", "id"], name="membership_roll")]

    def __str__(self):
        return f"{self.ref} in {self.body_id}"


class Application(models.Model):
    """A person asks to be admitted: vouched for, open to objection until a day, then admitted or put to a vote."""

    class State(models.TextChoices):
        WAITING_VOUCHERS = "vouchers"
        OPEN_TO_OBJECTION = "objection"
        CONTESTED = "contested"
        ADMITTED = "admitted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    body = models.ForeignKey(Body, models.CASCADE, related_name="applications")
    person = models.ForeignKey(Person, models.CASCADE, related_name="applications")
    ref = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING_VOUCHERS)
    applied_at = models.DateTimeField()
    objections_until = models.DateTimeField(null=True)
    ballot = models.ForeignKey(Ballot, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "person"],
                condition=Q(state__in=["vouchers", "objection", "contested"]),
                name="application_open_once",
            )
        ]
        indexes = [models.Index(fields=["state", "objections_until"], name="application_due")]

    def __str__(self):
        return f"{self.ref} to {self.body_id}"


class Voucher(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="vouchers")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "membership"], name="voucher_once")]

    def __str__(self):
        return f"{self.membership_id} for {self.application_id}"


class Objection(models.Model):
    application = models.ForeignKey(Application, models.CASCADE, related_name="objections")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    reason = models.TextField(max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "membership"], name="objection_once")]

    def __str__(self):
        return f"{self.membership_id} against {self.application_id}"


class Constituency(models.Model):
    """Who elects a group of seats: one body, or several small ones combined, under one seat rule of the upper body."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="constituencies")
    rule = models.PositiveIntegerField()  # index of the seat rule in the charter
    ref = models.CharField(max_length=40)
    senders = models.ManyToManyField(Body, related_name="sends_through")
    units = models.PositiveBigIntegerField()
    seats_due = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "ref"], name="constituency_ref_once")]

    def __str__(self):
        return f"{self.ref} of {self.body_id}"


class Seat(models.Model):
    """A place: of a delegate (with a constituency) or of an office (with its name). It outlives those who fill it."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    constituency = models.ForeignKey(Constituency, models.PROTECT, null=True, related_name="seats")
    office = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField(default=1)
    ref = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "ref"], name="seat_ref_once"),
            models.CheckConstraint(
                condition=Q(constituency__isnull=False, office="") | (Q(constituency__isnull=True) & ~Q(office="")),
                name="seat_of_constituency_or_office",
            ),
        ]
        indexes = [models.Index(fields=["body", "constituency", "number"], name="seat_list")]

    def __str__(self):
        return f"{self.ref} in {self.body_id}"


class Term(models.Model):
    """One person in one seat, from an instant to an instant. A recall ends it at that instant, everywhere.

    ends_at: when the term runs out by itself; ended_at, ended_by: when and how it ended before that.
    by_election: reference of the election it came from, also for an alternate of it; "" for a lot or a turn.
    """

    class EndedBy(models.TextChoices):
        RESIGNED = "resigned"
        RECALLED = "recalled"
        LAPSED = "lapsed"
        EXPIRED = "expired"
        REFUSED = "refused"
        SUCCEEDED = "succeeded"
        ANNULLED = "annulled"  # with the election it came from

    class Credential(models.TextChoices):
        PENDING = "pending"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="terms")
    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="terms")
    name = models.CharField(max_length=200)  # the public name this delegate chose
    ref = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, choices=EndedBy, blank=True)
    ended_index = models.PositiveBigIntegerField(null=True)
    credential = models.CharField(max_length=10, choices=Credential, default=Credential.CONFIRMED)
    by_election = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(ended_at__isnull=True), name="term_current_once"),
        ]
        indexes = [
            models.Index(fields=["person", "ended_at"], name="term_by_person"),
            models.Index(fields=["ended_by", "seat"], condition=Q(ended_at__isnull=False), name="term_ended"),
        ]

    def __str__(self):
        return f"{self.name} in {self.seat_id}"


class Alternate(models.Model):
    """Who steps up when a seat of the constituency (or office) falls vacant, in recorded order."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="alternates")
    constituency = models.ForeignKey(Constituency, models.PROTECT, null=True, related_name="alternates")
    office = models.CharField(max_length=40, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    order = models.PositiveIntegerField()
    ends_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    by_election = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return f"{self.order}. {self.name}"


class Election(models.Model):
    """Filling seats of one constituency, or one office of one body."""

    class State(models.TextChoices):
        NOMINATIONS = "nominations"
        VOTING = "voting"
        DECLARED = "declared"
        FAILED = "failed"
        ANNULLED = "annulled"

    body = models.ForeignKey(Body, models.PROTECT, related_name="elections")
    constituency = models.ForeignKey(Constituency, models.PROTECT, null=True, related_name="elections")
    office = models.CharField(max_length=40, blank=True)
    ref = models.CharField(max_length=40)
    places = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.NOMINATIONS)
    called_at = models.DateTimeField()
    votes_from = models.DateTimeField()
    runoff_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="runoffs")
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="election")
    declared_index = models.PositiveBigIntegerField(null=True)  # of the entry with the result

    def __str__(self):
        return f"{self.ref} {self.office or 'delegates'} of {self.body_id}"


class Candidacy(models.Model):
    """declared: attributes that the election's quotas count and the candidate stands under, by own choice.

    observer: whom the candidate names to watch the count; shown to all who may see the election.
    """

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidacies")
    person = models.ForeignKey(Person, models.PROTECT, related_name="candidacies")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    nominated_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    statement = models.TextField(blank=True, max_length=4000)
    declared = models.JSONField(default=list)
    observer = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "person"], name="candidacy_once")]

    def __str__(self):
        return self.name


class CandidateQuestion(models.Model):
    """What an elector asks a candidate, under the own name, and what the candidate answers. Rows, no entries."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="questions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    text = models.TextField(max_length=1000)
    answer = models.TextField(blank=True, max_length=4000)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"to {self.candidacy_id}"


class Challenge(models.Model):
    """An elector says that an election was not held as the charter asks; the mandate commission decides it."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"
        REJECTED = "rejected"

    election = models.ForeignKey(Election, models.PROTECT, related_name="challenges")
    ref = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    answer = models.TextField(blank=True, max_length=4000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "person"], name="challenge_once")]

    def __str__(self):
        return f"{self.ref} of {self.election_id}"


class Draw(models.Model):
    """Filling an office by public lot: the seed is committed first, members add words, then it is opened."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="draws")
    office = models.CharField(max_length=40)
    ref = models.CharField(max_length=40)
    places = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    candidates = models.JSONField()  # membership references, in the order of the frozen list
    called_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    def __str__(self):
        return f"{self.ref} {self.office}"


class DrawWord(models.Model):
    draw = models.ForeignKey(Draw, models.CASCADE, related_name="words")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    word = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "person"], name="draw_word_once")]
        ordering = ["id"]

    def __str__(self):
        return self.word


class Mandate(models.Model):
    """An instruction of a constituency to its delegates on a matter; what it means for a motion is a link above."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        GIVEN = "given"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    constituency = models.ForeignKey(Constituency, models.PROTECT, related_name="mandates")
    ref = models.CharField(max_length=40)
    matter = models.CharField(max_length=300)
    text = models.TextField(max_length=8000)
    position = models.CharField(max_length=8, blank=True)  # "yes", "no", "abstain" or free
    binding = models.BooleanField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="mandate")
    withdrawal = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="withdrawn_mandate")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.ref} {self.matter}"


class Report(models.Model):
    """A delegate's account to the electors. `due_at` is the day it answers; None for one given unasked."""

    term = models.ForeignKey(Term, models.PROTECT, related_name="reports")
    ref = models.CharField(max_length=40)
    text = models.TextField(max_length=20_000)
    given_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]

    def __str__(self):
        return self.ref


class Recall(models.Model):
    """The electors take a seat back: signatures open it, a vote of the electing constituency decides it."""

    class State(models.TextChoices):
        SIGNATURES = "signatures"
        NOTICE = "notice"
        VOTING = "voting"
        PASSED = "passed"
        FAILED = "failed"
        LAPSED = "lapsed"

    term = models.ForeignKey(Term, models.PROTECT, related_name="recalls")
    ref = models.CharField(max_length=40)
    reason = models.TextField(max_length=4000)
    answer = models.TextField(blank=True, max_length=8000)
    state = models.CharField(max_length=10, choices=State, default=State.SIGNATURES)
    needed = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    votes_from = models.DateTimeField(null=True)
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="recall")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=Q(state__in=["signatures", "notice", "voting"]), name="recall_open_once"
            )
        ]

    def __str__(self):
        return f"{self.ref} of {self.term_id}"


class RecallSignature(models.Model):
    recall = models.ForeignKey(Recall, models.CASCADE, related_name="signatures")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "membership"], name="recall_signature_once")]

    def __str__(self):
        return f"{self.membership_id} on {self.recall_id}"


class Fraction(models.Model):
    """Delegates of a body who declare themselves a group."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="fractions")
    ref = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self):
        return self.title


class FractionMember(models.Model):
    fraction = models.ForeignKey(Fraction, models.CASCADE, related_name="members")
    term = models.OneToOneField(Term, models.CASCADE, related_name="fraction")

    def __str__(self):
        return f"{self.term_id} in {self.fraction_id}"


class Accession(models.Model):
    """A council joins a wider federation, founds one with others, or leaves one: by an act adopted in each.

    asking: the federation whose council asks; body: that council. into: the federation joined; None while it is
    still to be founded by all that adopt the same `proposal`, and for a council that `leaves`.
    upper:  the body it will send delegates to, where the wider federation has several of the kind.
    terms:  of a founding together: {"title", "charter", "councils": [[origin, kind], …]}.
    ballot: of the asking council; acceptance: of those who accept it into the wider federation.
    result: the body that the council has become.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ADOPTED = "adopted"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    asking = models.ForeignKey(Federation, models.PROTECT, related_name="accessions")
    into = models.ForeignKey(Federation, models.PROTECT, null=True, related_name="received_accessions")
    proposal = models.CharField(max_length=64, blank=True)
    as_kind = models.CharField(max_length=60)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="accessions")
    upper = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    leaves = models.BooleanField(default=False)
    terms = models.JSONField(default=dict)
    ref = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    ballot = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="accession")
    acceptance = models.OneToOneField(Ballot, models.PROTECT, null=True, related_name="accepts")
    result = models.OneToOneField(Body, models.PROTECT, null=True, related_name="came_by")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.asking_id} → {self.into_id}"
