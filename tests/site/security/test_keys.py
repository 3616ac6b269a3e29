"""Idempotency keys: nobody's key reaches another's act, and no key makes undone look done (family K, T1)."""

import pytest
from tests.site.deliberation.halls import NOON, moved, workplace

from weft.errors import RuleBroken
from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import motions
from weft_site.record.models import DoneAct, Entry

pytestmark = pytest.mark.django_db


def second(who, motion, key):
    return motions.second_motion(actor=who, now=NOON, motion_id=motion.pk, key=key)


def test_a_key_somebody_else_used_first_suppresses_nothing():
    hall = workplace()
    motion = moved(hall)

    assert second(hall.people[5], motion, "guessed") == motion.ref
    assert second(hall.people[6], motion, "guessed") == motion.ref

    assert motion.supporters.count() == 2


def test_one_key_for_two_motions_is_refused_and_not_answered_as_if_it_were_done():
    hall = workplace()
    first, other = moved(hall), moved(hall)
    second(hall.people[5], first, "same")
    before = Entry.objects.count()

    with pytest.raises(RuleBroken) as refusal:
        second(hall.people[5], other, "same")

    assert refusal.value == RuleBroken("act.key_used", act="deliberation.motion_seconded")
    assert (other.supporters.count(), Entry.objects.count()) == (0, before)


def test_the_same_form_with_other_words_is_refused_and_the_first_stands():
    hall = workplace()
    common = {"actor": hall.people[4], "now": NOON, "body_id": hall.body.pk, "title": "Buses", "key": "form"}
    ref = motions.move_motion(**common, text="Until two.")

    assert motions.move_motion(**common, text="Until two.") == ref
    with pytest.raises(RuleBroken, match=r"act\.key_used"):
        motions.move_motion(**common, text="Until three.")

    assert [row.text for row in Motion.objects.all()] == ["Until two."]


@pytest.mark.parametrize("key", ["x" * 5_000, "ключ", "a\x00b", "\ud800", " "])
def test_a_strange_key_is_a_key_like_any_other(key):
    hall = workplace()
    motion = moved(hall)

    assert [second(hall.people[5], motion, key) for _ in range(3)] == [motion.ref] * 3

    assert motion.supporters.count() == 1
    assert all(len(row.key) <= 64 for row in DoneAct.objects.all())


def test_a_key_sent_two_hundred_times_acts_once():
    hall = workplace()
    motion = moved(hall)

    assert {second(hall.people[5], motion, "again") for _ in range(200)} == {motion.ref}

    assert motion.supporters.count() == 1
    assert Entry.objects.filter(act="deliberation.motion_seconded").count() == 1
