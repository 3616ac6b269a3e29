"""The demonstration's clock: a day more for everybody at once, and it goes on from where it stopped."""

import os
from datetime import UTC, datetime, timedelta

from weft_site import clock
from weft_site.demo import clock as demo_clock

DAY = timedelta(days=1)
THEN = datetime(1917, 9, 22, 20, 30, tzinfo=UTC)


def near(one, other):
    return abs(one - other) < timedelta(seconds=10)


def test_outside_a_demonstration_nothing_moves_the_clock(home):
    (home / "demo-clock").write_text(str(7 * 24 * 60 * 60))

    assert near(clock.now(), datetime.now(UTC))


def test_the_next_day_is_one_day_later(demo):
    assert near(clock.now(), datetime.now(UTC))
    demo_clock.next_day()
    demo_clock.next_day()

    assert near(clock.now(), datetime.now(UTC) + 2 * DAY)


def test_the_clock_can_stand_in_the_past_and_goes_on_there(demo):
    demo_clock.go_on_from(THEN)
    demo_clock.next_day()

    assert near(clock.now(), THEN + DAY)


def test_what_the_clock_showed_last_is_kept_while_nobody_looks(demo):
    demo_clock.go_on_from(THEN)
    week_ago = (datetime.now(UTC) - 7 * DAY).timestamp()
    moved = int((demo / "demo-clock").read_text())
    (demo / "demo-clock").write_text(str(moved + 7 * 24 * 60 * 60))
    os.utime(demo / "demo-clock", (week_ago, week_ago))

    assert near(demo_clock.last_set(), THEN)


def test_a_clock_that_was_never_moved_showed_nothing(demo):
    assert demo_clock.last_set() is None
