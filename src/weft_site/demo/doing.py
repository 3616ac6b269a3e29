"""The acts that every scenario needs, each the whole way: a council founded, an office filled, a motion decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from weft_site.ballots.models import Ballot
from weft_site.ballots.services import count_lines
from weft_site.deliberation.models import Founding, Meeting, Motion
from weft_site.deliberation.services import decisions, founding, meetings, motions, voting
from weft_site.demo.story import Council, Story, vote_rows
from weft_site.federation.models import Application, Body, Constituency, Draw, Election, Term
from weft_site.federation.services import applications, draws, elections, imports, tellers
from weft_site.people.models import Person

# --- a council comes into being ---------------------------------------------------------------------------------


def gather(story: Story, *, title: str, place: str, people: Sequence[Person], text: str) -> int:
    """A founding meeting to which these people have come, with a charter proposed by the first. Answers the draft."""
    code = founding.open_founding(actor=people[0], now=story.at, title=title, place=place, kind="workplace")
    meeting = Founding.objects.get(code=code)
    for person in people[1:]:
        story.pass_minutes(1)
        founding.join_founding(actor=person, now=story.at, founding_id=meeting.pk)
    return founding.propose_charter(
        actor=people[0], now=story.at, founding_id=meeting.pk, based_on="workers-assembly", text=text
    )


def found(story: Story, *, title: str, place: str, number: int, text: str) -> Council:
    """They gather, one proposes the charter, another backs it, they vote, and there is a council."""
    people = story.people(number)
    draft = gather(story, title=title, place=place, people=people, text=text)
    founding.put_charter(actor=people[1], now=story.at, draft_id=draft)
    meeting = Founding.objects.get(draft=draft)
    for place_in_row, person in enumerate(people):
        choice = "abstain" if place_in_row == len(people) - 1 and number > 9 else "yes"
        founding.vote_on_charter(
            actor=person, now=story.at, founding_id=meeting.pk, draft_id=draft, choice=choice
        )  # fmt: skip
    story.pass_minutes(10)
    founding.close_founding(actor=people[0], now=story.at, founding_id=meeting.pk)
    meeting.refresh_from_db()
    council = Council(title, Body.objects.get(federation=meeting.federation), people)
    council.refresh()
    return council


def fill_offices(story: Story, council: Council, offices: Sequence[str] = ("chair", "secretary")) -> None:
    """Tellers by lot, the others by vote of everybody who has come."""
    draw_tellers(story, council)
    tellers_ = {person.pk for person in council.tellers()}
    free = [person for person in council.people if person.pk not in tellers_]  # who counts should not also lead
    for number, office in enumerate(offices):
        elect_officer(story, council, office, free[number], rivals=free[-1:])


def draw_tellers(story: Story, council: Council) -> None:
    """The public lot: called, three words, opened."""
    words = ("rye bread", "first bus", "blue overall", "north wind")
    voters = council.people[:4]
    ref = draws.call_draw(actor=voters[0], now=story.at, body_id=council.body.pk, office="teller")
    draw = Draw.objects.get(body=council.body, ref=ref)
    for person, word in zip(voters[1:], words, strict=False):
        draws.add_word(actor=person, now=story.at, draw_id=draw.pk, word=word)
    story.pass_minutes(2)
    draws.open_draw(actor=voters[1], now=story.at, draw_id=draw.pk)


def elect_officer(
    story: Story, council: Council, office: str, person: Person, rivals: Sequence[Person] = ()
) -> None:  # fmt: skip
    """An office filled by a vote by name in one sitting: two of three for the winner, the rest for the rivals."""
    election = call(story, council, office=office)
    stand(story, election, [person, *rivals])
    open_vote(story, council, election)
    marks = {row.person_id: row.membership.ref for row in election.candidacies.select_related("membership")}
    others = [rival for rival in rivals if rival.pk in marks]
    choices = {
        voter.pk: [marks[(others[0] if others and number % 3 == 2 else person).pk]]
        for number, voter in enumerate(council.people)
    }
    if election.ballot.follows_seats:
        for voter in council.people:
            voting.cast_vote(actor=voter, now=story.at, ballot_id=election.ballot_id, choice=choices[voter.pk])
    else:
        vote_rows(election.ballot, choices)
    story.pass_minutes(5)
    elections.close_election(actor=caller(council), now=story.at, election_id=election.pk)


def caller(council: Council) -> Person:
    """Who may call and close in a council: its chair or secretary, or anybody while there is neither."""
    held = Term.objects.filter(seat__body=council.body, seat__office__in=["chair", "secretary"], ended_at=None)
    term = held.select_related("person").order_by("seat__office").first()
    return term.person if term else council.people[0]


def enter_list(story: Story, council: Council, number: int) -> None:
    """An officer enters a list of people and a second member vouches for them; after the days they are in."""
    lines = [(name, "") for name in story.names(number)]
    officer = caller(council)
    ref = imports.import_roll(actor=officer, now=story.at, body_id=council.body.pk, lines=lines)
    second = next(person for person in council.people if person.pk != officer.pk)
    first = Application.objects.filter(body=council.body, ref__startswith=f"{ref}-").order_by("pk").first()
    applications.vouch(actor=second, now=story.at, application_id=first.pk)


def apply(story: Story, council: Council, person: Person, vouchers: int, *, transfer: bool = False) -> Application:
    """Somebody asks to join, and so many members vouch."""
    ref = applications.apply(actor=person, now=story.at, body_id=council.body.pk, of_age=True, transfer=transfer)
    application = Application.objects.get(body=council.body, ref=ref)
    for member in council.people[:vouchers]:
        applications.vouch(actor=member, now=story.at, application_id=application.pk)
    return application


# --- elections --------------------------------------------------------------------------------------------------


def call(
    story: Story,
    upper: Council,
    *,
    office: str = "",
    constituency: Constituency | None = None,
    by: Person | None = None,
) -> Election:
    ref = elections.call_election(
        actor=by or caller(upper),
        now=story.at,
        body_id=upper.body.pk,
        office=office,
        constituency_id=constituency.pk if constituency else None,
    )
    return Election.objects.get(body=upper.body, ref=ref)


def stand(story: Story, election: Election, people: Sequence[Person], statement: str = "") -> None:
    """Each proposes themselves, and has thereby accepted."""
    for person in people:
        elections.nominate(
            actor=person, now=story.at, election_id=election.pk, person_id=person.pk, statement=statement
        )


def open_vote(story: Story, upper: Council, election: Election, by: Person | None = None, days: int = 0) -> None:
    elections.open_election(actor=by or caller(upper), now=story.at, election_id=election.pk, days=days)
    election.refresh_from_db()


def paper_count(ballot: Ballot, turnout: int) -> dict[str, int]:
    """What came out of the box: each candidate has fewer votes than the one before, so that nothing is tied."""
    step = max(turnout // (2 * len(ballot.options)), 1)
    numbers = dict.fromkeys(count_lines(ballot), 0)
    numbers["papers"] = turnout
    for place, ref in enumerate(ballot.options, start=1):
        numbers[ref] = max(turnout - place * step, 0)
    return numbers


def count(story: Story, ballot: Ballot, counters: Sequence[Person], numbers: dict[str, int]) -> None:
    """Two tellers enter what they counted, apart from one another."""
    for teller in counters[:2]:
        story.pass_minutes(1)
        tellers.enter_count(actor=teller, now=story.at, ballot_id=ballot.pk, numbers=numbers)


# --- sessions ---------------------------------------------------------------------------------------------------


def convene(
    story: Story, council: Council, *, title: str, place: str, starts_at: datetime, agenda: Sequence[str]
) -> Meeting:  # fmt: skip
    ref = meetings.convene_meeting(
        actor=caller(council), now=story.at, body_id=council.body.pk, title=title, place=place,
        starts_at=starts_at, agenda=agenda,
    )  # fmt: skip
    return Meeting.objects.get(body=council.body, ref=ref)


def open_session(story: Story, council: Council, meeting: Meeting, present: Sequence[Person]) -> Meeting:
    """The doors open, whoever keeps them notes who comes, and the chair opens with a quorum."""
    from weft_site.deliberation.facts import lines_of  # noqa: PLC0415 - a helper of the one line below

    here = {person.pk for person in present}
    refs = [ref for ref, person, _ in lines_of(council.refresh(), story.at) if person in here]
    meetings.mark(actor=caller(council), now=story.at, meeting_id=meeting.pk, voters=refs, here=True)
    meetings.open_meeting(actor=caller(council), now=story.at, meeting_id=meeting.pk)
    meeting.refresh_from_db()
    return meeting


def move(
    story: Story, council: Council, mover: Person, seconder: Person | None, *, title: str, text: str,
    kind: str = "ordinary", meeting: Meeting | None = None,
) -> Motion:  # fmt: skip
    ref = motions.move_motion(
        actor=mover, now=story.at, body_id=council.body.pk, title=title, text=text, kind=kind,
        meeting_id=meeting.pk if meeting else None,
    )  # fmt: skip
    motion = Motion.objects.get(body=council.body, ref=ref)
    if seconder is not None:
        motions.second_motion(actor=seconder, now=story.at, motion_id=motion.pk)
    return motion


def put(story: Story, council: Council, motion: Motion, *, way: str = "open", closes_in: int | None = None) -> Ballot:
    closes_at = None if closes_in is None else story.at + timedelta(days=closes_in)
    pk = decisions.put_motion(actor=caller(council), now=story.at, motion_id=motion.pk, way=way, closes_at=closes_at)
    return Ballot.objects.get(pk=pk)


def roll_call(story: Story, ballot: Ballot, people: Sequence[Person], *, no: int, abstain: int = 0) -> None:
    """Delegates vote by name: the last ones no, those before them abstain, all others yes."""
    first_no = len(people) - no
    for place, person in enumerate(people):
        choice = "no" if place >= first_no else "abstain" if place >= first_no - abstain else "yes"
        voting.cast_vote(actor=person, now=story.at, ballot_id=ballot.pk, choice=choice)


def decide(
    story: Story, council: Council, motion: Motion, present: Sequence[Person], *, no: int, abstain: int = 0
) -> None:  # fmt: skip
    """Put in the open meeting, voted by name, closed."""
    ballot = put(story, council, motion)
    story.pass_minutes(2)
    roll_call(story, ballot, present, no=no, abstain=abstain)
    story.pass_minutes(1)
    decisions.close_motion(actor=caller(council), now=story.at, motion_id=motion.pk)


def decide_by_hands(story: Story, council: Council, motion: Motion, *, yes: int, no: int, abstain: int = 0) -> None:
    """A show of hands in the open meeting of a workplace, counted by its two tellers."""
    ballot = put(story, council, motion, way="counted")
    numbers = {"yes": yes, "no": no, "abstain": abstain}
    count(story, ballot, council.tellers(), numbers)
    decisions.close_motion(actor=caller(council), now=story.at, motion_id=motion.pk)


def close_session(story: Story, council: Council, meeting: Meeting) -> None:
    meetings.close_meeting(actor=caller(council), now=story.at, meeting_id=meeting.pk)
