"""The chapters of Riverton, in the order in which they are told. Times are days before today."""

from weft_site.demo.riverton import associations, ballots, cast, city, founding, sessions, today, weeks
from weft_site.demo.riverton.plan import TOGETHER, WORKPLACES
from weft_site.demo.story import Story


def rolls(story: Story) -> None:
    story.to(-67, 10)
    city.others_accede(story)
    city.rolls_are_entered(story)


def delegates(story: Story) -> None:
    city.first_delegates(story)
    cast.cast_is_chosen(story)


def first_session(story: Story) -> None:
    sessions.first_session_is_called(story)
    city.others_adopt(story)
    associations.associations_are_founded(story)
    sessions.first_session(story)


def second_session(story: Story) -> None:
    story.to(-45, 18)
    associations.associations_elect(story)
    sessions.second_session_is_called(story)
    story.to(-34, 9)
    city.others_are_accepted(story)
    sessions.workplace_meetings_are_called(story)
    story.to(-30, 9)
    city.others_belong(story)
    sessions.second_session(story)
    sessions.workplace_meetings_are_held(story)


def reports(story: Story) -> None:
    story.to(-25, 18)
    sessions.second_change_is_moved(story)
    story.to(-24, 9)
    city.check_credentials(story)
    sessions.reports_are_given(story)
    weeks.workplaces_grow(story, ("building", "port"))


def third_session(story: Story) -> None:
    story.to(-23, 11)
    for workplace in WORKPLACES[TOGETHER:]:
        story.councils[workplace.key].reload_people()
    called = city.call_all(story, [workplace.key for workplace in WORKPLACES[TOGETHER:]])
    sessions.third_session_is_prepared(story)
    story.to(-16, 12)
    weeks.by_elections_of_the_grown(story)
    ballots.building_makes_a_key(story)
    city.vote_all(story, called, days=-16)
    story.to(-15, 9)
    city.check_credentials(story)
    sessions.third_session(story)


def last_weeks(story: Story) -> None:
    story.to(-10, 9)
    base = [workplace.key for workplace in WORKPLACES[1:8] if workplace.key not in {"depot", "schools"}]
    sessions.ask_base(story, story.notes["amendment"], [*base, "hotel", "library"], refusing=("warehouse",))
    weeks.workplaces_grow(story, ("schools",))
    story.to(-9, 20)
    weeks.women_object(story)
    story.to(-8, 9)
    weeks.fourth_session_is_called(story)
    weeks.hospital_instructs(story)
    ballots.building_votes(story)
    ballots.building_opens_the_sum(story)
    story.to(-7, 22)
    weeks.petition_at_the_depot(story)
    story.to(-6, 20)
    weeks.people_ask_to_join(story)
    story.to(-5, 17)
    weeks.petition_is_complete(story)


def last_days(story: Story) -> None:
    sessions.link(story, story.councils["hospital"], story.notes["bus_mandate"], story.notes["bus"])
    weeks.bakery_meeting_is_called(story)
    story.to(-3, 9)
    weeks.elections_are_called(story)
    weeks.petition_of_the_small_ones(story)
    story.to(-2, 20)
    weeks.ratification_goes_on(story)
    story.to(-1, 19)
    weeks.depot_votes_on_recall(story)
    weeks.port_votes(story)
    weeks.somebody_new_asks(story)


def parts_are_cast(story: Story) -> None:
    cast.old_notices_are_read(story)
    cast.roles_are_written(story)


CHAPTERS = (
    ("Sixteen workplaces found councils", founding.councils_are_founded),
    ("Twelve of them found the city", city.city_is_founded),
    ("Rolls are entered", rolls),
    ("Delegates are elected", delegates),
    ("Associations; the first session", first_session),
    ("Four more councils; the second session", second_session),
    ("Reports", reports),
    ("A mandate is broken in the third session", third_session),
    ("The last two weeks", last_weeks),
    ("The last days", last_days),
    ("Tonight: the fourth session", today.fourth_session),
    ("Eleven people gather", today.ferry_crews_gather),
    ("The parts are cast", parts_are_cast),
)
