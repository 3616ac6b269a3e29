"""Those who fill seats and offices: who they are, in which of their bodies one acts, and what still counts.

The electors of a delegate's seat are the voters of its constituency's bodies; of an office, the body's own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from weft.charter.model import BodyRule, Elect, Recall
from weft.errors import RuleBroken
from weft.federation import allowed, require
from weft_site.ballots.models import Ballot
from weft_site.federation import facts
from weft_site.federation.acting import Acting
from weft_site.federation.models import Body, Constituency, Membership, Seat, Term
from weft_site.people.models import Person
from weft_site.record.acts import keep_document

STRICTNESS = ("public", "members", "hashes")
MANDATE_COMMISSION = "mandate_commission"  # a kind of commission, or an office, in the charter
FEWEST_CHECKERS = 2


@dataclass(slots=True)
class Electors:
    """Who fills the places of one constituency, or of one office of a body.

    body: where the places are. bodies: whose voters fill them, in order of accession.
    """

    body: Body
    constituency: Constituency | None
    office: str
    bodies: Sequence[Body]

    @property
    def of(self) -> str:
        """The word of the rules: "seat" or "office"."""
        return "seat" if self.constituency else "office"

    @property
    def ref(self) -> str:
        """How a ballot names its electorate."""
        return self.constituency.ref if self.constituency else self.body.ref

    @property
    def rule(self) -> BodyRule:
        """The rule of the bodies that elect; those of one constituency are of one kind."""
        return facts.rule_of_body(self.bodies[0])

    @property
    def elect(self) -> Elect:
        return facts.elect_rule(self.body, self.constituency, self.office)

    @property
    def by_seats(self) -> bool:
        return self.bodies[0].type not in facts.PEOPLE

    def voters(self, now: datetime) -> list[facts.Voter]:
        return facts.voters(self.bodies, now)

    def data(self) -> dict[str, object]:
        """What an entry says of the places."""
        if self.constituency is None:
            return {"office": self.office}
        return {"constituency": self.constituency.ref, "rule": self.constituency.rule}


def electors_of(body: Body, constituency: Constituency | None, office: str = "") -> Electors:
    """The electors of a constituency's seats or of an office, with the charter at hand in every body."""
    if constituency is None:
        return Electors(body, None, office, [body])
    constituency.body = body
    bodies = list(constituency.senders.order_by("pk"))
    for sender in bodies:
        sender.federation = body.federation
    return Electors(body, constituency, "", bodies)


def electors_of_seat(seat: Seat, body: Body) -> Electors:
    seat.body = body
    return electors_of(body, seat.constituency, seat.office)


def act_in(acting: Acting, electors: Electors, act: str) -> tuple[str, ...]:
    """Ask for standing for an act that officers do in one of the electing bodies; answers how the record names them.

    Raises the refusal of the first body that the actor belongs to, else of the first.
    """
    refusals: list[tuple[bool, RuleBroken]] = []
    for body in electors.bodies:
        standing = facts.standing(acting.actor, body, acting.now)
        try:
            require(act, standing)
        except RuleBroken as refusal:
            belongs = standing.member or standing.suspended or bool(standing.seat) or bool(standing.lost)
            refusals.append((not belongs, refusal))
        else:
            return facts.acting_ref(acting.actor, body, acting.now)
    raise min(refusals, key=lambda pair: pair[0])[1]


def may_act(person: Person | None, electors: Electors, act: str, now: datetime) -> bool:
    """Whether a page may show the button of an act that officers do in one of the electing bodies."""
    return person is not None and any(allowed(act, facts.standing(person, body, now)) for body in electors.bodies)


def elector_ref(acting: Acting, electors: Electors, act: str) -> tuple[str, ...]:
    """Ask for standing as an elector; answers how the record names who acts."""
    acting.require(act, constituency=electors.constituency)
    return refs_of(acting.actor, electors, acting.now)


def refs_of(person: Person | None, electors: Electors, now: datetime) -> tuple[str, ...]:
    """How the record names a person among the electors; by membership or seat, never by name."""
    for body in electors.bodies:
        if ref := facts.acting_ref(person, body, now):
            return ref
    return ()


def membership_of(person: Person, electors: Electors, now: datetime) -> Membership | None:
    """The membership by which a person is an elector: the own, or, in a delegate council, that behind the seat."""
    for body in electors.bodies:
        if body.type in facts.PEOPLE:
            found = Membership.objects.filter(body=body, person=person, status=Membership.Status.ADMITTED).first()
        else:
            term = facts.terms(body, now).filter(person=person, credential=Term.Credential.CONFIRMED).first()
            found = term.membership if term else None
        if found:
            return found
    return None


def electing_now(memberships: Iterable[Membership], electors: Electors, now: datetime) -> set[int]:
    """Of these memberships, the ids of those whose person is an elector at this instant."""
    people = {voter.person_id for voter in electors.voters(now)}
    return {row.pk for row in memberships if row.person_id in people}


def still_entitled(ballot: Ballot, bodies: Sequence[Body], now: datetime) -> Callable[[str], bool]:
    """For the close of a ballot on a roll of seats: does the seat still belong to who stands on the roll?

    A seat keeps its reference when an alternate steps up, so the person is compared too: the vote of a recalled
    delegate falls, and is not taken for the alternate's.
    """
    now_held = {(voter.ref, voter.person_id) for voter in facts.voters(bodies, now)}
    on_roll = dict(ballot.roll.values_list("voter", "person_id"))
    return lambda voter: (voter, on_roll.get(voter)) in now_held


def way_of(rule: Recall) -> str:
    """How the vote on a recall is taken: by name, counted, or secret on paper and counted by two tellers."""
    return {"open": Ballot.Way.OPEN, "counted": Ballot.Way.COUNTED, "secret": Ballot.Way.PAPER}[rule.ballot]


KEPT_DAYS = 365  # 29 U.S.C. 481(e) has unions keep the records of an election for one year; so do we for everybody


def electors_document(acting: Acting, electors: Electors, name: str, content: str, *, of_election: bool = False) -> str:
    """Keep a text of the electors: shown as the strictest of their bodies asks, not as the body above them does.

    of_election: belongs to an election, so that nobody erases it within `KEPT_DAYS`.
    """
    strictest = max(electors.bodies, key=lambda body: STRICTNESS.index(facts.rule_of_body(body).visibility))
    visibility = facts.rule_of_body(strictest).visibility
    until = acting.now + timedelta(days=KEPT_DAYS) if of_election else None
    return keep_document(acting.log, name, content, body=strictest.ref, visibility=visibility, keep_until=until)


def commission_of(body: Body) -> Body | None:
    """The commission that checks the credentials of a body's delegates, if there is one."""
    rules = facts.charter_of(body.federation).bodies
    rule = rules.get(MANDATE_COMMISSION)
    if rule is None or rule.accountable_to != body.kind:
        return None
    organ = Q(links_up__upper=body) | Q(links_down__lower=body)
    found = Body.objects.filter(
        organ, federation=body.federation, kind=MANDATE_COMMISSION, type="commission", ended_at__isnull=True
    ).first()
    if found is not None:
        found.federation = body.federation
    return found


def credential_checkers(body: Body, now: datetime) -> set[int]:
    """The people who check credentials in a body: its commission, or its office of that name."""
    commission = commission_of(body)
    office = Q(seat__body=body, seat__office=MANDATE_COMMISSION)
    where = office | Q(seat__body=commission, seat__constituency__isnull=False) if commission else office
    rows = Term.objects.filter(facts.running(now), where).exclude(credential=Term.Credential.REFUSED)
    return set(rows.values_list("person_id", flat=True))


def credential_for(electors: Electors, now: datetime) -> str:
    """A new delegate waits for the commission where two or more sit in it; otherwise the record itself is the check."""
    if electors.constituency is None or facts.rule_of_body(electors.body).type != "delegate":
        return Term.Credential.CONFIRMED
    checked = len(credential_checkers(electors.body, now)) >= FEWEST_CHECKERS
    return Term.Credential.PENDING if checked else Term.Credential.CONFIRMED


def path(body: Body, kind: str, ref: str) -> str:
    """Where a thing of a body is shown; also in notices, which must not depend on the pages."""
    return f"/f/{body.federation.log.slug}/b/{body.ref}/{kind}/{ref}/"


def people_of(voters: Iterable[facts.Voter]) -> Iterable[Person]:
    """The people behind voters, for notices."""
    ids = [voter.person_id for voter in voters if voter.person_id]
    for start in range(0, len(ids), 5_000):
        yield from Person.objects.filter(pk__in=ids[start : start + 5_000])
