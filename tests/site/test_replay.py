"""Replay comes to what the site has in its tables, and finds the entry at which a dishonest server departed from it."""

import json
from datetime import timedelta
from random import Random

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    Council,
    called,
    count_by,
    elect,
    find_body,
    found_council,
    person,
    ref_in,
    stand,
    vote_for,
)
from tests.site.factories import opened as open_vote
from tests.site.remembering import remembered
from tests.site.replaying import kept, replay_all, replayed, told

from weft.charter.model import FreeArticle
from weft.errors import RuleBroken
from weft.record import Entry as Leaf
from weft.record import NotProven
from weft.replay import Diverged, Replay
from weft_site.deliberation.models import Meeting, Motion, Ratification
from weft_site.deliberation.services import amendments, decisions, instructions, meetings, motions, ratification, voting
from weft_site.federation.models import (
    Accession,
    Application,
    Body,
    Constituency,
    Draw,
    Mandate,
    Recall,
    Term,
)
from weft_site.federation.services import (
    accession,
    applications,
    draws,
    elections,
    fractions,
    mandates,
    members,
    recalls,
    reports,
    seats,
)
from weft_site.record.export import leaves_of
from weft_site.record.models import Document, Entry
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


# --- a city, by acts alone --------------------------------------------------------------------------------------


def draw(council, now):
    """Two tellers by public lot."""
    ref = draws.call_draw(actor=council.people[0], now=now, body_id=council.body.pk, office="teller")
    row = Draw.objects.get(body=council.body, ref=ref)
    for who, word in zip(council.people[1:4], ("rye", "bus", "north"), strict=True):
        draws.add_word(actor=who, now=now, draw_id=row.pk, word=word)
    draws.open_draw(actor=council.people[1], now=now, draw_id=row.pk)


def adopt(council, row, now):
    accession.open_accession(actor=council.people[0], now=now, accession_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(who, "yes") for who in council.people], now=now)
    accession.close_accession(actor=council.people[1], now=now, accession_id=row.pk)


def tellers(council):
    rows = Term.objects.filter(seat__body=council.body, seat__office="teller", ended_at=None).order_by("seat__number")
    return [row.person for row in rows.select_related("person")]


def found_city(*changes, sizes=(28, 53)):
    """Councils that founded themselves, drew tellers, elected officers, and founded a federation together."""
    halls = [found_council(size, title=title) for size, title in zip(sizes, ("Depot", "Mill"), strict=True)]
    for hall in halls:
        draw(hall, NOON)
        elect(hall, "chair", hall.people[0])
        elect(hall, "secretary", hall.people[1])
    from tests.site.factories import default_charter

    accession.propose_founding(
        actor=halls[0].people[0], now=NOON, body_id=halls[0].body.pk, title="Riverton", text=default_charter(*changes),
        councils=[(hall.federation.pk, "workplace") for hall in halls],
    )  # fmt: skip
    first = Accession.objects.get()
    accession.take_up(actor=halls[1].people[0], now=NOON, body_id=halls[1].body.pk, accession_id=first.pk)
    for hall, row in zip(halls, Accession.objects.order_by("pk"), strict=True):
        adopt(hall, row, NOON + 14 * DAY)
    for hall in halls:
        hall.body = find_body(Body.objects.get(title=hall.body.title, ended_at=None).pk)
    city = Body.objects.get(kind="city")
    return Council(find_body(city.pk)), halls


def send(city, hall, delegates, alternates, now):
    """A workplace elects its delegates on paper, counted by its two tellers."""
    constituency = Constituency.objects.get(body=city.body, senders=hall.body, ended_at=None)
    election = called(city, hall.people[0], now=now, constituency=constituency)
    stand(election, *delegates, *alternates, now=now)
    election = open_vote(election, hall.people[0], now=now + 7 * DAY)
    numbers = {ref_in(election.ballot, who): 20 - place for place, who in enumerate([*delegates, *alternates])}
    assert count_by(election.ballot, tellers(hall), {**numbers, "papers": 25}, now=now + 7 * DAY)[-1]
    city.people += delegates
    return constituency


@remembered
def told_city():
    """The whole story, from founding to a recalled delegate, through the services. Answers what tests look at."""
    city, (depot, mill) = found_city()
    now = NOON + 15 * DAY
    _join(depot, now)
    now += 8 * DAY
    from_depot = send(city, depot, depot.people[2:3], depot.people[3:4], now)
    now += 8 * DAY
    send(city, mill, mill.people[2:4], mill.people[4:6], now)
    now += 8 * DAY
    for office, who in (("chair", mill.people[2]), ("secretary", mill.people[3])):
        elect(city, office, who, by=mill.people[2], now=now)
    _fraction(city, now)
    mandate = _mandate(depot, from_depot, now)
    now += 4 * DAY
    _meeting(city, depot, mandate, now)
    now += 8 * DAY
    _recall(city, depot, now)
    now += 7 * DAY
    _amend(city, (depot, mill), now)
    now += 60 * DAY
    members.leave(actor=mill.people[3], now=now, body_id=mill.body.pk)
    seats.resign(actor=mill.people[2], now=now, term_id=_term(mill.people[2], office="chair").pk)
    run_due(now + 400 * DAY)
    return city, depot, mill


def _join(hall, now):
    """One comes by application, unopposed; of another's the body decides."""
    for name in ("Ana", "Bo"):
        who = person(name)
        ref = applications.apply(actor=who, now=now, body_id=hall.body.pk, of_age=True)
        row = Application.objects.get(body=hall.body, ref=ref)
        for member in hall.people[:2]:
            applications.vouch(actor=member, now=now, application_id=row.pk)
    applications.object_to(actor=hall.people[5], now=now, application_id=row.pk, reason="Foreman")
    applications.open_application(actor=hall.people[0], now=now, application_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(member, "no") for member in hall.people[:9]], now=now)
    run_due(now + 7 * DAY)


def _fraction(city, now):
    fractions.declare_fraction(actor=city.people[0], now=now, body_id=city.body.pk, title="Night shift")
    fraction = city.body.fractions.get()
    fractions.join_fraction(actor=city.people[1], now=now, fraction_id=fraction.pk)
    fractions.leave_fraction(actor=city.people[0], now=now, fraction_id=fraction.pk)
    reports.give_report(actor=city.people[1], now=now, term_id=_term(city.people[1]).pk, text="Little so far.")


def _term(who, office=""):
    rows = Term.objects.filter(person=who, ended_at=None, seat__office=office, seat__body__kind="city")
    return rows.get()


def _mandate(hall, constituency, now):
    ref = mandates.propose_mandate(
        actor=hall.people[8], now=now, constituency_id=constituency.pk, matter="Buses", text="For.", position="yes"
    )
    row = Mandate.objects.get(ref=ref)
    mandates.open_mandate(actor=hall.people[0], now=now, mandate_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(who, "yes") for who in hall.people[:15]], now=now)
    mandates.close_mandate(actor=None, now=now + 3 * DAY, mandate_id=row.pk)
    return row


def _meeting(city, depot, mandate, now):
    """Notice, quorum, a motion, votes by name, one of them against a mandate."""
    ref = meetings.convene_meeting(
        actor=city.people[1], now=now, body_id=city.body.pk, title="Assembly", place="Hall", starts_at=now + 7 * DAY,
        agenda=["Reports"],
    )  # fmt: skip
    meeting, now = Meeting.objects.get(body=city.body, ref=ref), now + 7 * DAY
    for who in city.people:
        meetings.attend(actor=who, now=now, meeting_id=meeting.pk)
    meetings.open_meeting(actor=city.people[1], now=now, meeting_id=meeting.pk)
    ref = motions.move_motion(
        actor=city.people[0], now=now, body_id=city.body.pk, title="Buses", text="Until two.", meeting_id=meeting.pk
    )
    row = Motion.objects.get(body=city.body, ref=ref)
    motions.second_motion(actor=city.people[2], now=now, motion_id=row.pk)
    instructions.link_mandate(
        actor=depot.people[0], now=now, body_id=depot.body.pk, mandate_id=mandate.pk, motion_id=row.pk
    )
    decisions.put_motion(actor=city.people[1], now=now, motion_id=row.pk, way="open")
    row.refresh_from_db()
    for who, choice in zip(city.people, ("no", "yes", "yes"), strict=True):
        voting.cast_vote(actor=who, now=now, ballot_id=row.ballot_id, choice=choice)
    decisions.close_motion(actor=city.people[1], now=now, motion_id=row.pk)
    meetings.close_meeting(actor=city.people[1], now=now + HOUR, meeting_id=meeting.pk)


def _recall(city, depot, now):
    """The delegate who broke the mandate is recalled, and the alternate steps up."""
    ref = recalls.start_recall(actor=depot.people[8], now=now, term_id=_term(city.people[0]).pk, reason="Broken.")
    row = Recall.objects.get(ref=ref)
    for who in depot.people[9:11]:
        recalls.sign_recall(actor=who, now=now, recall_id=row.pk)
    recalls.answer_recall(actor=city.people[0], now=now, recall_id=row.pk, text="I thought otherwise.")
    recalls.open_recall(actor=depot.people[8], now=now + 3 * DAY, recall_id=row.pk)
    row.refresh_from_db()
    vote_for(row.ballot, [(who, "yes" if who.pk % 5 else "no") for who in depot.people[5:25]], now=now + 3 * DAY)
    run_due(now + 6 * DAY)
    city.people[0] = depot.people[3]


def _amend(city, halls, now):
    """The charter is changed by its own procedure: proposers, notice, two thirds, ratified by the workplaces."""
    ref = amendments.propose_amendment(
        actor=city.people[1], now=now, body_id=city.body.pk, title="Notice", reason="Shorter.",
        values=[("bodies.city.notice_days", 5)], texts={"bread": FreeArticle("bread", "Bread", "There is bread.")},
    )  # fmt: skip
    row = Motion.objects.get(body=city.body, ref=ref)
    for who in (city.people[0], city.people[2]):
        motions.second_motion(actor=who, now=now, motion_id=row.pk)
    now += 14 * DAY
    decisions.put_motion(actor=city.people[1], now=now, motion_id=row.pk, way="open", closes_at=now + 8 * DAY)
    row.refresh_from_db()
    for who in city.people:
        voting.cast_vote(actor=who, now=now, ballot_id=row.ballot_id, choice="yes")
    run_due(now + 8 * DAY)
    now += 9 * DAY
    for hall in halls:
        ratification.open_ratification(
            actor=hall.people[0], now=now, motion_id=row.pk, body_id=hall.body.pk, closes_at=now + 5 * DAY
        )
        ballot = Ratification.objects.get(motion=row, body=hall.body).ballot
        vote_for(ballot, [(who, "yes") for who in hall.people[:20]], now=now)
    run_due(now + 5 * DAY)


# --- the record and the tables agree ----------------------------------------------------------------------------


def test_a_city_from_founding_to_recall_and_amendment_replays_to_what_the_tables_hold():
    city, depot, _mill = told_city()

    runs = replay_all()

    state = runs[city.federation.log.slug].state
    acts = set(Entry.objects.filter(log=city.federation.log).values_list("act", flat=True))
    assert {"federation.recalled", "federation.stepped_up", "deliberation.charter_amended"} <= acts
    assert len(state.in_force) == 2
    recalled = Entry.objects.get(act="federation.recalled").index
    seat = Leaf.from_bytes(bytes(Entry.objects.get(act="federation.recalled").leaf)).data["seat"]
    was, now = (state.holders_at(index).get(seat) for index in (recalled - 1, recalled + 1))
    assert was == depot.people[2].memberships.get(body=depot.body).ref
    assert now == depot.people[3].memberships.get(body=depot.body).ref
    assert seat not in state.holders_at(recalled)


@pytest.mark.one_database
def test_what_is_erased_is_listed_and_the_rest_still_judged():
    city, *_ = told_city()
    log = city.federation.log
    erased = Document.objects.filter(log=log).exclude(name="charter")
    hashes = set(erased.values_list("hash", flat=True))
    entries = [Leaf.from_bytes(leaf) for leaf in leaves_of(log)]
    names = {name for entry in entries for name, digest in entry.documents.items() if digest in hashes}
    erased.delete()

    run = replayed(log)

    assert told(run.state) == kept(log)
    assert {one.what for one in run.unchecked if one.why == "erased"} == names


@pytest.mark.one_database
def test_a_vote_falls_with_its_seat_and_whoever_counts_it_is_found_out():
    city, (depot, mill) = found_city(("bodies.city.quorum.at_least", 1))
    now = NOON + 15 * DAY
    send(city, depot, depot.people[2:3], depot.people[3:4], now)
    send(city, mill, mill.people[2:4], mill.people[4:6], now + 8 * DAY)
    now += 16 * DAY
    ref = motions.move_motion(actor=city.people[0], now=now, body_id=city.body.pk, title="Buses", text="Until two.")
    row = Motion.objects.get(body=city.body, ref=ref)
    motions.second_motion(actor=city.people[1], now=now, motion_id=row.pk)
    decisions.put_motion(actor=city.people[1], now=now, motion_id=row.pk, way="open", closes_at=now + 20 * DAY)
    row.refresh_from_db()
    for who, choice in zip(city.people, ("yes", "yes", "no"), strict=True):
        voting.cast_vote(actor=who, now=now, ballot_id=row.ballot_id, choice=choice)
    _recall(city, depot, now)
    run_due(now + 20 * DAY)

    log = city.federation.log
    state = replay_all()[log.slug].state
    entry = json.loads(bytes(Entry.objects.get(act="deliberation.motion_decided").leaf))
    assert state.motions[ref].state == "lost"
    assert [entry["data"][answer] for answer in ("yes", "no")] == [1, 1]

    leaves, index = list(leaves_of(log)), state.motions[ref].decided_index
    numbers = dict.fromkeys(("voted", "present", "entitled", "votes_present", "votes_entitled"), 3)
    entry["data"] |= {"yes": 2, **numbers}
    entry["finding"] |= {"base": 3, "carried": True, "outcome": "carried", "tied": False}
    lie = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert diverges_at(log, [*leaves[:index], lie], documents_of(log)) == index


def documents_of(log):
    return {row.hash: bytes(row.content) for row in Document.objects.filter(log=log)}


@pytest.mark.one_database
def test_without_the_charter_nothing_is_judged():
    depot = found_council(12)
    Document.objects.filter(name="charter").delete()

    with pytest.raises(NotProven) as refusal:
        replayed(depot.federation.log)

    assert refusal.value.code == "replay.charter_missing"


# --- a dishonest server -----------------------------------------------------------------------------------------

#: What only those in the room, or another record, can know: replay takes it as it stands. docs/reference/acts.md.
TAKEN = {
    "deliberation.agenda_item_added": {"number"},
    "deliberation.meeting_closed": {"present"},
    "deliberation.meeting_convened": {"items"},
    "federation.acceptance_decided": {"as_kind", "adopted"},
    "federation.acceded": {"into"},
    "federation.association_proposed": {"title"},
    "federation.list_entered": {"count"},
    "federation.founded_together": {"councils", "title", "origin"},
    "deliberation.founded": {"title", "origin"},
    "federation.fraction_declared": {"title"},
    "deliberation.motion_put": {"lot"},
    "deliberation.ratification_opened": {"lot"},  # the lot of a question that no tie puts to it is never opened
    "federation.application_vote_opened": {"lot"},
    "federation.mandate_vote_opened": {"lot"},
    "federation.recall_vote_opened": {"lot"},
    "federation.vouched": {"vouchers"},  # who knows whom is nobody else's business
    "federation.admitted": {"vouchers"},
    "federation.numbers_stated": {"number"},
    "federation.elected": {"name"},
    "federation.stepped_up": {"name"},
    "deliberation.motion_decided": {"present", "votes_present"},
    "federation.accession_adopted": {"proposal"},
}


def lies(value):
    """Other values of the same kind."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield "m999999-1" if value != "m999999-1" else "m0-1"
    elif isinstance(value, list):
        yield [*value, "m999999-1"]
        if value:
            yield value[1:]
    elif isinstance(value, dict):
        for key, item in value.items():
            for lie in lies(item):
                yield {**value, key: lie}
    else:
        yield 7


def tampered(leaf):
    """(part, name, the entry with one value of it changed), for every value of its data, finding and `by`."""
    entry = json.loads(leaf)
    for part in ("data", "finding"):
        for name, value in entry[part].items():
            if part == "data" and name in TAKEN.get(entry["act"], ()):
                continue
            for lie in lies(value):
                changed = {**entry, part: {**entry[part], name: lie}}
                yield (
                    part,
                    name,
                    json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
                )
    if entry["by"]:
        changed = {**entry, "by": ["m999999-1", *entry["by"][1:]]}
        yield "by", "", json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def diverges_at(log, leaves, documents):
    """The index at which replay refuses these entries; None if it takes them all."""
    run = Replay(documents.get)
    try:
        for leaf in leaves:
            run.take(leaf)
        run.finish()
    except Diverged as found:
        return found.index
    return None


@pytest.mark.one_database
def test_a_value_that_a_dishonest_server_changed_is_found_at_its_entry():
    city, *_ = told_city()
    log = city.federation.log
    leaves = list(leaves_of(log))
    documents = documents_of(log)
    missed, late, tried, seen = [], [], 0, {}
    for index, leaf in enumerate(leaves):
        act = json.loads(leaf)["act"]
        seen[act] = seen.get(act, 0) + 1
        if seen[act] > 1:
            continue
        for part, name, changed in tampered(leaf):
            tried += 1
            found = diverges_at(log, [*leaves[:index], changed, *leaves[index + 1 :]], documents)
            if found is None:
                missed.append((index, act, part, name, changed.decode()[:10]))
            elif found != index:
                late.append((act, part, name, found - index))

    assert missed == []
    assert {(act, part, name) for act, part, name, _ in late} <= LATE
    assert tried > 300


#: Promises that are kept, or not, by a later entry.
LATE = {("federation.draw_called", "data", "commitment"), ("federation.election_opened", "data", "lot")}


@pytest.mark.one_database
def test_an_entry_left_out_is_missed_and_one_told_twice_is_refused():
    city, *_ = told_city()
    log = city.federation.log
    leaves = list(leaves_of(log))
    documents = documents_of(log)
    # whatever nothing later rests on; that nobody stepped up is listed, because the record cannot tell who might have
    quiet = {
        "deliberation.meeting_closed", "federation.reported", "federation.recall_answered", "federation.fraction_left",
        "federation.stepped_up",
    }  # fmt: skip
    acts = [json.loads(leaf)["act"] for leaf in leaves]
    places = range(len(leaves) - 1)

    dropped = {acts[at]: diverges_at(log, leaves[:at] + leaves[at + 1 :], documents) for at in places}
    doubled = {acts[at]: diverges_at(log, leaves[: at + 1] + leaves[at:], documents) for at in places}

    assert {act for act, found in dropped.items() if found is None} <= quiet
    assert {act for act, found in doubled.items() if found is None} == set()


# --- any sequence of legal acts ---------------------------------------------------------------------------------


class Chaos:
    """Does whatever is asked, at random; what the rules refuse has not happened."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.hall = found_council(9, ("membership.founders", 3))
        self.now = NOON
        self.number = 0

    def body(self):
        return self.hall.body.pk

    def someone(self):
        return self.random.choice(self.hall.people)

    def step(self):
        act = self.random.choice([one for one in dir(self) if one.startswith("do_")])
        self.now += self.random.choice([timedelta(0), HOUR, DAY, 4 * DAY])
        try:
            getattr(self, act)()
        except (RuleBroken, IndexError):
            return
        finally:
            if self.random.random() < 0.3:
                run_due(self.now)

    def pick(self, rows):
        found = list(rows.order_by("pk"))
        return self.random.choice(found)

    def do_apply(self):
        self.number += 1
        who = person(f"New {self.number}")
        applications.apply(actor=who, now=self.now, body_id=self.body(), of_age=True)
        self.hall.people.append(who)

    def do_vouch(self):
        row = self.pick(Application.objects.filter(state="vouchers"))
        applications.vouch(actor=self.someone(), now=self.now, application_id=row.pk)

    def do_object(self):
        row = self.pick(Application.objects.filter(state="objection"))
        applications.object_to(actor=self.someone(), now=self.now, application_id=row.pk, reason="No.")

    def do_vote_on_application(self):
        row = self.pick(Application.objects.filter(state="contested", ballot=None))
        applications.open_application(actor=self.someone(), now=self.now, application_id=row.pk)
        row.refresh_from_db()
        self.vote(row.ballot)

    def do_leave(self):
        members.leave(actor=self.someone(), now=self.now, body_id=self.body())

    def do_elect(self):
        office = self.random.choice(["chair", "secretary", "treasurer"])
        caller = self.someone()
        election = called(self.hall, caller, now=self.now, office=office)
        for who in self.random.sample(self.hall.people, 2):
            try:
                stand(election, who, now=self.now)
            except RuleBroken:
                continue
        election = open_vote(election, caller, now=self.now)
        marks = election.ballot.options
        for who in self.hall.people:
            self.put(election.ballot, who, [self.random.choice(marks)])
        elections.close_election(actor=caller, now=self.now, election_id=election.pk)

    def do_draw(self):
        draw(self.hall, self.now)

    def do_resign(self):
        row = self.pick(Term.objects.filter(ended_at=None))
        seats.resign(actor=row.person, now=self.now, term_id=row.pk)

    def do_recall(self):
        row = self.pick(Term.objects.filter(ended_at=None).exclude(seat__office="teller"))
        ref = recalls.start_recall(actor=self.someone(), now=self.now, term_id=row.pk, reason="Enough.")
        recall = Recall.objects.get(ref=ref)
        self.vote(recall.ballot)

    def do_convene(self):
        meetings.convene_meeting(
            actor=self.someone(), now=self.now, body_id=self.body(), title="T", place="P",
            starts_at=self.now + 3 * DAY, agenda=["A"],
        )  # fmt: skip

    def do_open_meeting(self):
        row = self.pick(Meeting.objects.filter(state="convened"))
        self.now = max(self.now, row.starts_at)
        for who in self.hall.people:
            try:
                meetings.attend(actor=who, now=self.now, meeting_id=row.pk)
            except RuleBroken:
                continue
        meetings.open_meeting(actor=self.someone(), now=self.now, meeting_id=row.pk)

    def do_close_meeting(self):
        meetings.close_meeting(
            actor=self.someone(), now=self.now, meeting_id=self.pick(Meeting.objects.filter(state="open")).pk
        )

    def do_move(self):
        motions.move_motion(actor=self.someone(), now=self.now, body_id=self.body(), title="M", text="T")

    def do_second(self):
        row = self.pick(Motion.objects.filter(state__in=["moved", "seconded"]))
        motions.second_motion(actor=self.someone(), now=self.now, motion_id=row.pk)

    def do_put(self):
        row = self.pick(Motion.objects.filter(state="seconded"))
        closes = self.random.choice([None, self.now + 4 * DAY])
        decisions.put_motion(actor=self.someone(), now=self.now, motion_id=row.pk, way="open", closes_at=closes)
        row.refresh_from_db()
        self.vote(row.ballot)

    def do_decide(self):
        row = self.pick(Motion.objects.filter(state="put"))
        decisions.close_motion(actor=self.someone(), now=self.now, motion_id=row.pk)

    def do_amend(self):
        amendments.propose_amendment(
            actor=self.someone(), now=self.now, body_id=self.body(), title="C", reason="R",
            values=[("bodies.workplace.meets_every_days", self.random.randint(10, 60))],
        )  # fmt: skip

    def vote(self, ballot):
        for who in self.hall.people:
            if ballot is not None and self.random.random() < 0.8:
                self.put(ballot, who, self.random.choice(["yes", "yes", "no", "abstain"]))

    def put(self, ballot, who, choice):
        try:
            voting.cast_vote(actor=who, now=self.now, ballot_id=ballot.pk, choice=choice)
        except RuleBroken:
            return


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.one_database) for seed in range(1, 6))])
def test_any_sequence_of_acts_that_the_rules_allow_replays(seed):
    chaos = Chaos(seed)
    for _ in range(60):
        chaos.step()
    run_due(chaos.now + 90 * DAY)

    (run,) = replay_all().values()

    assert run.state.size > 20
    assert not [one for one in run.unchecked if one.why == "erased"]


def test_every_act_that_the_site_records_can_be_judged_and_is_named():
    """The tables of replay, of words and of docs/reference/acts.md, and what the code records, are one set."""
    from tests.site.acts import documented, named, recorded

    from weft.replay import RULES

    latest = RULES[max(RULES)]
    assert recorded() == set(latest) == documented()
    assert set(latest) <= named()
