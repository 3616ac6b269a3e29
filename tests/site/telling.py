"""A city from its founding to a recalled delegate and a changed charter, told by acts alone."""

from datetime import timedelta

from tests.site.factories import (
    DAY,
    NOON,
    Council,
    called,
    count_by,
    default_charter,
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

from weft.charter.model import FreeArticle
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
    fractions,
    mandates,
    members,
    recalls,
    reports,
    seats,
)
from weft_site.ticker import run_due

HOUR = timedelta(hours=1)


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


def found_together(halls, *changes):
    """Two councils, each with its chair, found a city; the one proposes it, and the members of both adopt it."""
    accession.propose_founding(
        actor=halls[0].people[0], now=NOON, body_id=halls[0].body.pk, title="Riverton", text=default_charter(*changes),
        councils=[(hall.federation.pk, "workplace") for hall in halls],
    )  # fmt: skip
    first = Accession.objects.get()
    accession.take_up(actor=halls[1].people[0], now=NOON, body_id=halls[1].body.pk, accession_id=first.pk)
    for hall, row in zip(halls, Accession.objects.order_by("pk"), strict=True):
        adopt(hall, row, NOON + 14 * DAY)


def found_city(*changes, sizes=(28, 53)):
    """Councils that founded themselves, drew tellers, elected officers, and founded a federation together."""
    halls = [found_council(size, title=title) for size, title in zip(sizes, ("Depot", "Mill"), strict=True)]
    for hall in halls:
        draw(hall, NOON)
        elect(hall, "chair", hall.people[0])
        elect(hall, "secretary", hall.people[1])
    found_together(halls, *changes)
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
    mandate = give_mandate(depot, from_depot, "yes", now)
    now += 4 * DAY
    _meeting(city, depot, mandate, now)
    now += 8 * DAY
    take_back(city, depot, now)
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


def give_mandate(hall, constituency, position, now):
    """Proposed by an elector, put to all of them, and given when the days for it are over."""
    ref = mandates.propose_mandate(
        actor=hall.people[8], now=now, constituency_id=constituency.pk, matter="Buses", text="…", position=position
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


def take_back(city, depot, now):
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
