"""Votes, closes and double clicks at the same instant: each vote is counted or refused, and the vote closes once."""

import threading
from collections import Counter

import pytest
from django.db import connection
from tests.site.deliberation.halls import DAY, NOON, acts, opened, put, workplace

from weft.errors import RuleBroken
from weft_site.ballots.models import Vote
from weft_site.deliberation.models import Motion, Presence
from weft_site.deliberation.services import decisions, meetings
from weft_site.deliberation.services.voting import cast_vote

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """Run all at once, each on a connection of its own; what each answered, or the rule that refused it."""
    barrier, answers = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(number, job):
        try:
            barrier.wait()
            answers[number] = job()
        except RuleBroken as refusal:
            answers[number] = refusal.rule
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            answers[number] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_vote_that_arrives_as_the_vote_closes_is_counted_or_refused_never_lost():
    hall = workplace(16)
    opened(hall, 8)
    motion, ballot = put(hall)
    for person in hall.people[:6]:
        cast_vote(actor=person, now=NOON, ballot_id=ballot.pk, choice="yes")

    def voting(person):
        return lambda: cast_vote(actor=person, now=NOON, ballot_id=ballot.pk, choice="no").choice

    def closing():
        return decisions.close_motion(actor=hall.chair, now=NOON, motion_id=motion.pk)

    late = [voting(person) for person in hall.people[6:]]
    answers = together(*late[:5], closing, *late[5:])

    result = Motion.objects.select_related("ballot").get(pk=motion.pk).ballot.result
    told = Counter(answers)
    assert set(told) <= {"no", "ballot.closed", "carried", "lost"}, answers
    assert told["carried"] + told["lost"] == 1
    assert result["no"] == told["no"] == Vote.objects.filter(ballot=ballot, choice="no").count()
    assert result["yes"] == 6


def test_one_person_voting_from_two_phones_has_one_vote():
    hall = workplace(12)
    opened(hall, 6)
    _motion, ballot = put(hall)
    person = hall.people[7]

    def voting(choice):
        return lambda: cast_vote(actor=person, now=NOON, ballot_id=ballot.pk, choice=choice).choice

    answers = together(*(voting(choice) for choice in ("yes", "no", "yes", "no", "abstain")))

    assert Counter(answers) == Counter(["yes", "no", "yes", "no", "abstain"])
    assert Vote.objects.count() == 1


def test_two_who_close_at_once_close_once():
    hall = workplace(12)
    opened(hall, 6)
    motion, _ballot = put(hall)

    def closing(actor):
        return lambda: decisions.close_motion(actor=actor, now=NOON, motion_id=motion.pk)

    answers = together(closing(hall.chair), closing(hall.secretary), closing(hall.chair))

    assert sorted(answers) == ["lost", "motion.state", "motion.state"]
    assert acts().count("deliberation.motion_decided") == 1


def test_the_clock_in_two_processes_closes_once():
    hall = workplace(12)
    _motion, ballot = put(hall, closes_at=NOON + 4 * DAY)
    for person in hall.people[:6]:
        cast_vote(actor=person, now=NOON, ballot_id=ballot.pk, choice="yes")

    answers = together(lambda: decisions.due(NOON + 5 * DAY), lambda: decisions.due(NOON + 5 * DAY))

    assert sum(answers) == 1
    assert acts().count("deliberation.motion_decided") == 1


def test_signing_in_from_two_phones_is_one_presence():
    hall = workplace(12)
    meeting = opened(hall, 5)
    person = hall.people[8]

    answers = together(*[lambda: meetings.attend(actor=person, now=NOON, meeting_id=meeting.pk)] * 3)

    assert answers == [None, None, None]
    assert Presence.objects.filter(person=person).count() == 1
