"""The latest mandate of a constituency on a motion holds, in the comparison at the close and on replay."""

import pytest
from tests.site.factories import DAY, NOON, elect, entry
from tests.site.replaying import replay_all
from tests.site.telling import found_city, give_mandate, send

from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import decisions, instructions, motions, voting

pytestmark = pytest.mark.django_db


def test_who_follows_the_later_mandate_breaks_none_and_replay_says_the_same():
    city, (depot, mill) = found_city()
    now = NOON + 15 * DAY
    constituency = send(city, depot, depot.people[2:3], depot.people[3:4], now)
    now += 8 * DAY
    send(city, mill, mill.people[2:4], mill.people[4:6], now)
    now += 8 * DAY
    elect(city, "chair", mill.people[2], by=mill.people[2], now=now)
    first, second = (
        give_mandate(depot, constituency, "yes", now),
        give_mandate(depot, constituency, "no", now + 4 * DAY),
    )
    now += 8 * DAY
    told = []
    for title, links in (("Buses", (second, first)), ("Trams", (first,))):
        ref = motions.move_motion(actor=city.people[0], now=now, body_id=city.body.pk, title=title, text="Until two.")
        row = Motion.objects.get(body=city.body, ref=ref)
        motions.second_motion(actor=city.people[2], now=now, motion_id=row.pk)
        for mandate in links:
            instructions.link_mandate(
                actor=depot.people[0], now=now, body_id=depot.body.pk, mandate_id=mandate.pk, motion_id=row.pk
            )
        decisions.put_motion(actor=mill.people[2], now=now, motion_id=row.pk, way="open", closes_at=now + 9 * DAY)
        row.refresh_from_db()
        for who, choice in zip(city.people, ("no", "yes", "yes"), strict=True):
            voting.cast_vote(actor=who, now=now, ballot_id=row.ballot_id, choice=choice)
        decisions.close_motion(actor=mill.people[2], now=now, motion_id=row.pk)
        told.append(entry("deliberation.motion_decided")["finding"]["broken"])

    assert told == [0, 1]
    replay_all()
