"""A small city with one of everybody who might try something, and something of everything to try it on.

The workplace is the first of the city; most things are aimed at it, at the city council above it, or at a
founding meeting that is still gathering. Built once for a module; each attempt is undone after it was made.
"""

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from tests.site import factories as make
from tests.site.remembering import remembered

from weft.ballots.secret import BELENIOS_2048, make_trustees, public_credential, single
from weft.charter import load
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import open_ballot
from weft_site.ballots.services.boards import open_board
from weft_site.ballots.services.credentials import hand_in
from weft_site.ballots.services.keys import open_key
from weft_site.deliberation.models import Convocation, Founding, FoundingDraft, Meeting, Motion
from weft_site.deliberation.services import convocation, decisions, founding, meetings, motions, voting
from weft_site.federation.acting import begin
from weft_site.federation.models import (
    Accession,
    Application,
    Draw,
    Election,
    Fraction,
    Mandate,
    Recall,
    Seat,
    Term,
)
from weft_site.federation.services import (
    accession,
    applications,
    bodies,
    draws,
    entitlement,
    fractions,
    imports,
    mandates,
    recalls,
)
from weft_site.people.models import Person
from weft_site.record.models import Document

NOON, DAY = make.NOON, make.DAY
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = (
    "anonymous", "stranger", "member", "other_body", "other_federation", "chair", "delegate", "recalled", "teller",
    "commission", "city_chair", "association_chair", "applicant",
)  # fmt: skip


@dataclass
class World:
    """Who is there, and what there is. `things` are found by name: a motion that was moved, one that was put, …"""

    city: make.City
    depot: make.Council
    women: make.Council
    people: dict[str, Person | None] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    browsers: dict[tuple, Client] = field(default_factory=dict)
    attempts: dict[str, object] = field(default_factory=dict)

    @property
    def hall(self):
        return self.city.workplaces[0]

    @property
    def slug(self):
        return self.city.council.federation.log.slug

    def client(self, role, **more):
        """The browser of a role as it was when the role signed in; what an attempt left in it is forgotten."""
        client = self.browsers.setdefault((role, *sorted(more)), Client(**more))
        client.cookies.clear()
        if self.people[role] is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def sign_in(self):
        for role, who in self.people.items():
            if who is not None:
                client = Client()
                client.force_login(who, backend=BACKEND)
                self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value


@remembered
def build():
    """The city and everything in it, by the acts themselves wherever there is one."""
    city = make.found_city(sizes=(30, 30, 30))
    hall, beside, third = city.workplaces
    commission = make.open_commission(city)
    world = World(city=city, depot=make.found_council(12, title="Depot"), women=association(city))
    make.officer(hall, "chair", hall.people[0])
    make.officer(hall, "secretary", hall.people[1])
    for number in (1, 2):
        make.officer(hall, "teller", hall.people[1 + number], number=number)
    seat = Seat.objects.get(constituency=city.constituency(0))
    make.serve(seat, hall.membership(hall.people[5]), ended_at=NOON - 5 * DAY, ended_by="recalled", ended_index=1)
    make.serve(seat, hall.membership(hall.people[4]), since=NOON - 5 * DAY)
    make.delegate(city, beside.people[4], number=1)
    make.delegate(city, third.people[4], number=2)
    for number, who in enumerate(("chair", "secretary"), start=4):
        make.serve(
            Seat.objects.get(body=city.council.body, office=who), city.workplaces[1].membership(beside.people[number])
        )
    for place, who in zip(make.places(commission), beside.people[6:8], strict=False):
        make.serve(place, beside.membership(who))
    make.officer(world.women, "chair", world.women.people[0])
    world.people = {
        "anonymous": None,
        "stranger": make.person("Stranger"),
        "member": hall.people[10],
        "other_body": beside.people[10],
        "other_federation": world.depot.people[3],
        "chair": hall.people[0],
        "delegate": hall.people[4],
        "recalled": hall.people[5],
        "teller": hall.people[2],
        "commission": beside.people[6],
        "city_chair": beside.people[4],
        "association_chair": world.women.people[0],
        "applicant": make.person("Kofi"),
    }
    for fill in (deliberate, decide_above, gather, elect_and_recall, vote_secretly, admit_and_accede):
        fill(world)
    world.sign_in()
    return world


def association(city):
    law = load(city.council.federation.charter.text)
    of = city.council.federation
    made = bodies.create_body(of, law, kind="association", title="Women", ref="b80", now=NOON - 80 * DAY)
    bodies.link(made, city.council.body)
    members = make.people(8, "Women")
    made = make.find_body(made.pk)
    bodies.add_members(made, members, index=80_000, now=NOON - 80 * DAY)
    entitlement.follow_entitlement(begin(city.council.body.pk, None, NOON - 80 * DAY), city.council.body)
    return make.Council(make.find_body(made.pk), members)


def deliberate(world):
    """In the workplace: a meeting to come, one that is open, one that signatures call; motions at each point."""
    hall, chair = world.hall, world.people["chair"]
    body = hall.body.pk
    common = {"title": "Assembly", "place": "Canteen", "agenda": ("Reports",)}
    for name, starts in (("meeting_open", NOON), ("meeting", NOON + DAY)):
        ref = meetings.convene_meeting(actor=chair, now=starts - 10 * DAY, body_id=body, starts_at=starts, **common)
        world.things[name] = Meeting.objects.get(body=body, ref=ref)
    for who in hall.people[:7]:
        meetings.attend(actor=who, now=NOON, meeting_id=world.things["meeting_open"].pk)
    meetings.open_meeting(actor=chair, now=NOON, meeting_id=world.things["meeting_open"].pk)
    call = convocation.call_meeting(actor=hall.people[20], now=NOON, body_id=body, wanted_at=NOON + 9 * DAY, **common)
    world.things["call"] = Convocation.objects.get(pk=call)
    for name in ("moved", "seconded", "put", "counted"):
        ref = motions.move_motion(actor=hall.people[9], now=NOON, body_id=body, title=f"Buses, {name}", text="Yes.")
        motion = world.things[name] = Motion.objects.get(body=body, ref=ref)
        if name != "moved":
            motions.second_motion(actor=hall.people[8], now=NOON, motion_id=motion.pk)
    put, counted = world.things["put"], world.things["counted"]
    decisions.put_motion(actor=chair, now=NOON, motion_id=put.pk, way="open", closes_at=NOON + 5 * DAY)
    decisions.put_motion(actor=chair, now=NOON, motion_id=counted.pk, way="counted")
    for motion in (put, counted):
        motion.refresh_from_db()
    world.things["document"] = Document.objects.filter(visibility="members", log=hall.federation.log).first()
    world.things["voter"] = hall.membership(hall.people[11]).ref


def decide_above(world):
    """In the city council: a motion that was moved, one being voted on by name, one decided; a mandate."""
    city, chair, other = world.city, world.people["city_chair"], world.people["delegate"]
    body = city.council.body.pk
    for name in ("city_moved", "city_put", "city_decided"):
        ref = motions.move_motion(actor=chair, now=NOON, body_id=body, title=f"Tenants' hall, {name}", text="Yes.")
        motion = world.things[name] = Motion.objects.get(body=body, ref=ref)
        if name != "city_moved":
            motions.second_motion(actor=other, now=NOON, motion_id=motion.pk)
            decisions.put_motion(actor=chair, now=NOON, motion_id=motion.pk, way="open", closes_at=NOON + 9 * DAY)
            motion.refresh_from_db()
    decided = world.things["city_decided"]
    for who in (other, chair, city.workplaces[2].people[4]):
        voting.cast_vote(actor=who, now=NOON, ballot_id=decided.ballot_id, choice="yes")
    decisions.close_motion(actor=chair, now=NOON, motion_id=decided.pk)
    world.things["public"] = Document.objects.filter(visibility="public", log=city.council.federation.log).first()
    world.things["mandate"] = Mandate.objects.create(
        constituency=city.constituency(0), ref="i9000", matter="Tenants' hall", text="Vote for it.", position="yes",
        binding=True, state=Mandate.State.GIVEN, proposed_by=world.people["member"], given_at=NOON - DAY,
    )  # fmt: skip


def elect_and_recall(world):
    """An election in which people can be proposed, a recall that is being signed, a mandate to be voted on."""
    hall, city = world.hall, world.city
    election = make.called(hall, world.people["chair"], office="treasurer")
    make.stand(election, hall.people[12])
    world.things["election"] = Election.objects.get(pk=election.pk)
    term = Seat.objects.get(constituency=city.constituency(0)).terms.get(ended_at__isnull=True)
    ref = recalls.start_recall(actor=hall.people[13], now=NOON, term_id=term.pk, reason="No report in spring.")
    world.things["recall"] = Recall.objects.get(ref=ref, term=term)
    world.things["term"] = term
    ref = mandates.propose_mandate(
        actor=hall.people[14], now=NOON, constituency_id=city.constituency(0).pk, matter="Rents", text="Lower them."
    )
    world.things["mandate_proposed"] = Mandate.objects.get(ref=ref, constituency=city.constituency(0))
    world.things["chair_term"] = Term.objects.get(seat__body=hall.body, seat__office="chair")
    beside = city.workplaces[1]
    voting = make.called(beside, beside.people[0], office="treasurer")
    make.stand(voting, beside.people[1])
    world.things["election_voting"] = make.opened(voting, beside.people[0])
    delegate = world.people["delegate"]
    ref = draws.call_draw(actor=delegate, now=NOON, body_id=city.council.body.pk, office="teller")
    world.things["draw"] = Draw.objects.get(ref=ref, body=city.council.body)
    ref = fractions.declare_fraction(actor=delegate, now=NOON, body_id=city.council.body.pk, title="Renters")
    world.things["fraction"] = Fraction.objects.get(ref=ref, body=city.council.body)
    world.things["free"] = city.constituency(0)
    vacant = Seat.objects.filter(constituency__senders=world.women.body, body=city.council.body).order_by("pk").first()
    world.things["pending"] = make.serve(
        vacant, world.women.membership(world.women.people[3]), since=NOON - DAY, credential=Term.Credential.PENDING
    )


def vote_secretly(world):
    """A key that the chair and two more begin to make, and a secret vote with a key of the chair alone."""
    hall, log = world.hall, world.hall.federation.log
    three = [(who, hall.membership(who).ref, who.name) for who in (hall.people[0], *hall.people[15:17])]
    world.things["key"] = open_key(log, ref="k9001", body=hall.body.ref, trustees=three, now=NOON)
    ready = open_key(log, ref="k9000", body=hall.body.ref, trustees=three[:1], now=NOON - DAY)
    entry = single(BELENIOS_2048, 12345, secrets.randbelow)
    ready.state, ready.trustees = "ready", make_trustees(BELENIOS_2048, [entry]).raw().decode()
    ready.save()
    hand_in(person=hall.people[10], credentials=[(0, public_credential(BELENIOS_2048, 6789))])
    roll = [(hall.membership(who).ref, who.pk, 1) for who in hall.people]
    ballot = open_ballot(
        log, ref="v9000", electorate=hall.body.ref, title="Secretary", way="secret", roll=roll, now=NOON,
        method="approval", options=["m1-1", "m1-2"], names={"m1-1": "Ana", "m1-2": "Ben"},
    )  # fmt: skip
    world.things["secret"] = ballot
    world.things["board"] = open_board(
        ballot, key=ready, minimum=5, names=["Ana", "Ben"], bound={"body": hall.body.ref}, now=NOON
    )
    Election.objects.create(
        body=hall.body, office="secretary", ref="e9000", places=1, state="voting", called_at=NOON, votes_from=NOON,
        ballot=ballot,
    )  # fmt: skip


def admit_and_accede(world):
    """Somebody has asked to join the workplace; a list was entered; the other federation's council wants to accede."""
    hall, depot = world.hall, world.depot
    asks = world.people["applicant"]
    ref = applications.apply(actor=asks, now=NOON, body_id=hall.body.pk, of_age=True)
    world.things["application"] = Application.objects.get(ref=ref, body=hall.body)
    lines = [("Li Wei", ""), ("Ana Ruiz", "ana@example.org")]
    world.things["list"] = imports.import_roll(actor=hall.people[1], now=NOON, body_id=hall.body.pk, lines=lines)
    ref = accession.propose_accession(
        actor=depot.people[4], now=NOON, body_id=depot.body.pk, into_id=hall.federation.pk, as_kind="workplace"
    )
    world.things["accession"] = Accession.objects.get(ref=ref, asking=depot.federation)


def gather(world):
    """A founding meeting in which two drafts are proposed, and one that votes."""
    for name, title in (("gathering", "Garage"), ("voting", "Tram shed")):
        come = [world.people["member"], world.people["other_body"], *make.people(5, title)]
        code = founding.open_founding(actor=come[0], now=NOON, title=title, place="", kind="workplace")
        found = Founding.objects.get(code=code)
        for who in come[1:]:
            founding.join_founding(actor=who, now=NOON, founding_id=found.pk)
        text = make.default_charter()
        draft = founding.propose_charter(
            actor=come[0], now=NOON, founding_id=found.pk, based_on="workers-assembly", text=text
        )
        if name == "voting":
            founding.put_charter(actor=come[2], now=NOON, draft_id=draft)
        world.things[name] = Founding.objects.get(pk=found.pk)
        world.things[f"{name}_draft"] = FoundingDraft.objects.get(pk=draft)


@contextmanager
def made(blocker):
    """The world in a transaction that is undone at the end, with the clock standing still at noon."""
    with (
        blocker.unblock(),
        TemporaryDirectory() as home,
        override_settings(WEFT_HOME=Path(home)),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr("weft_site.clock.now", lambda: NOON)
        yield build()
        transaction.set_rollback(True)


@contextmanager
def undone():
    """One attempt, undone after it was made."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ballot_of(motion):
    return Ballot.objects.get(pk=motion.ballot_id)
