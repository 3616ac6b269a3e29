"""The last two weeks: everything that is open when the visitor comes in begins here."""

from weft_site.deliberation.services import objections
from weft_site.demo import doing
from weft_site.demo.riverton import city as the_city
from weft_site.demo.riverton import sessions
from weft_site.demo.riverton.plan import COMBINED
from weft_site.demo.story import MINUTE, Council, Story, answers, delegates, vote_rows
from weft_site.federation.models import Application, Recall
from weft_site.federation.services import applications, recalls


def workplaces_grow(story: Story, keys: tuple[str, ...]) -> None:
    """So many people sign up that one more delegate is due: the next 25 are full."""
    for key in keys:
        council = story.councils[key]
        doing.enter_list(story, council, 25 - council.refresh().members_count % 25)


def petition_at_the_depot(story: Story) -> None:
    """Members of the depot sign, until but one of the tenth that the charter asks for have."""
    depot, city = story.councils["depot"], story.councils["city"]
    depot.reload_people()
    term = next(
        t for t in delegates(story.constituency(depot, city)) if t.person_id == story.cast["recalled"].pk
    )  # fmt: skip
    starter = story.cast["initiator"]
    ref = recalls.start_recall(
        actor=starter, now=story.at, term_id=term.pk,
        reason="We told our delegates to vote for free rides for schoolchildren. This one voted against. "
        "The report that was due weeks ago has not come either.",
    )  # fmt: skip
    recall = Recall.objects.get(term=term, ref=ref)
    signers = [person for person in depot.people if person.pk not in {starter.pk, term.person_id}]
    signers = [signers[number * 3 % len(signers)] for number in range(1, recall.needed)]
    for person in signers[:-1]:
        recalls.sign_recall(actor=person, now=story.at, recall_id=recall.pk)
    story.notes["recall"], story.notes["last_signature"] = recall, signers[-1]


def petition_is_complete(story: Story) -> None:
    """With the last signature the notice begins; the delegate answers; three days later the vote opens by itself."""
    recall: Recall = story.notes["recall"]
    recalls.sign_recall(actor=story.notes.pop("last_signature"), now=story.at, recall_id=recall.pk)
    story.to(-4, 9)
    recalls.answer_recall(
        actor=story.cast["recalled"], now=story.at, recall_id=recall.pk,
        text="Free rides cost the very budget from which our own raise must come. I should have said so to you first, "
        "and not on the floor. The report is late, and that is my fault. You decide.",
    )  # fmt: skip


def depot_votes_on_recall(story: Story) -> None:
    """The vote is open for three days; most of those who will come have voted."""
    recall: Recall = story.notes["recall"]
    recall.refresh_from_db()
    depot = story.councils["depot"]
    quiet = {story.cast[name].pk for name in ("depot_chair", "alternate", "recalled", "depot_member")}
    voters = [person for person in depot.people if person.pk not in quiet]
    took_part = len(voters) * 2 // 5
    vote_rows(recall.ballot, answers(voters, yes=took_part * 3 // 4, no=took_part // 5, abstain=took_part // 20))


def petition_of_the_small_ones(story: Story) -> None:
    """Four small councils share one delegate. Three people have signed; five are needed."""
    city = story.councils["city"]
    term = delegates(story.constituency(story.councils["bakery"], city))[0]
    signers = [story.councils[key].people[-1] for key in COMBINED]
    signers = [person for person in signers if person.pk != term.person_id][:3]
    ref = recalls.start_recall(
        actor=signers[0], now=story.at, term_id=term.pk,
        reason="Four councils send one delegate, and three of them have not been visited once since the election.",
    )  # fmt: skip
    recall = Recall.objects.get(term=term, ref=ref)
    for person in signers[1:]:
        recalls.sign_recall(actor=person, now=story.at, recall_id=recall.pk)


def women_object(story: Story) -> None:
    """An association whose people a decision concerns objects, and the decision waits for two weeks, once."""
    women = story.councils["women"]
    objections.object_to(
        actor=women.officer("chair"), now=story.at, association_id=women.body.pk, motion_id=story.notes["stops"].pk,
        reason="Women who leave the late shift at Mill Lane would walk two miles in the dark. Nobody asked them.",
    )  # fmt: skip


def people_ask_to_join(story: Story) -> None:
    """Three stand at the door: one needs a second voucher, one waits for silence, one was objected to."""
    bakery, depot = story.councils["bakery"], story.councils["depot"]
    waiting, contested = story.people(2)
    doing.apply(story, bakery, waiting, 2)
    application = doing.apply(story, depot, contested, 2)
    story.pass_minutes(30)
    applications.object_to(
        actor=story.one(depot.people, 9), now=story.at, application_id=application.pk,
        reason="Was a foreman at the east yard and signed the dismissals there. Let the members decide.",
    )  # fmt: skip


def somebody_new_asks(story: Story) -> Application:
    (newest,) = story.people(1)
    return doing.apply(story, story.councils["bakery"], newest, 1)


def ratification_goes_on(story: Story) -> None:
    """Seven councils have answered, two vote now, the others have still to open their vote."""
    amendment = story.notes["amendment"]
    keys = ["hospital", "schools"]
    for key in keys:
        story.councils[key].reload_people()
    sessions.ask_base(story, amendment, keys)


def hospital_instructs(story: Story) -> None:
    """A binding mandate on what the council votes on tonight."""
    city = story.councils["city"]
    meeting = story.notes["fourth"]
    bus = doing.move(
        story, city, story.one(city.people, 18), story.one(city.people, 39),
        title="A night bus for the hospital shifts",
        text="A bus every half hour between the hospital, Mill Lane and Eastside from eleven at night until five. The "
        "depot council says it can be done with six drivers; the hospital council says who would ride.",
        meeting=meeting,
    )  # fmt: skip
    hospital = story.councils["hospital"]
    story.notes["bus"] = bus
    story.notes["bus_mandate"] = sessions.instruct(
        story, hospital, matter="A night bus for the hospital shifts",
        text="Vote yes. Every one of us who works nights has waited an hour in the rain at Mill Lane.", share=26,
    )  # fmt: skip


def fourth_session_is_called(story: Story) -> None:
    city = story.councils["city"]
    story.notes["fourth"] = doing.convene(
        story, city, title="Fourth session", place=sessions.HALL,
        starts_at=story.now - 45 * MINUTE,
        agenda=["Report of the committee", "The treasurer's account of the fund"],
    )  # fmt: skip


def bakery_meeting_is_called(story: Story) -> None:
    bakery = story.councils["bakery"]
    doing.convene(
        story, bakery, title="Members' meeting", place="Behind the ovens", starts_at=story.when(1, 4),
        agenda=["Who is new", "Report of our delegate", "Flour dust: what the owner answered"],
    )  # fmt: skip


def elections_are_called(story: Story) -> None:
    """A seat more for the schools, and a treasurer for the depot: candidates can be proposed now."""
    schools, depot = story.councils["schools"], story.councils["depot"]
    schools.reload_people()
    constituency = story.constituency(schools, story.councils["city"])
    sessions.by_election(story, schools, constituency)
    election = doing.call(story, depot, office="treasurer")
    doing.stand(story, election, [story.one(depot.people, 30), story.one(depot.people, 41)], the_city.STATEMENTS[1])


def by_elections_of_the_grown(story: Story) -> None:
    """One more seat for the building site and one for the port, because they have grown."""
    for key in ("building", "port"):
        council = story.councils[key]
        council.reload_people()
        constituency = story.constituency(council, story.councils["city"])
        story.notes[f"election_{key}"] = sessions.by_election(story, council, constituency)


def port_votes(story: Story) -> None:
    """The box was closed this morning; one teller has entered what was in it, the other has not."""
    port: Council = story.councils["port"]
    election = story.notes["election_port"]
    doing.open_vote(story, story.councils["city"], election, by=port.officer("chair"))
    story.notes["port_count"] = doing.paper_count(election.ballot, election.ballot.entitled * 3 // 5)
    doing.count(story, election.ballot, port.tellers()[:1], story.notes["port_count"])
    story.cast["teller"] = port.tellers()[1]
