"""The latest mandate of a constituency on a motion holds, in the comparison at the close and on replay."""

import pytest
from tests.site.factories import DAY, NOON, elect, entry, vote_for
from tests.site.replaying import replay_all
from tests.site.telling import found_city, send

from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import decisions, instructions, motions, voting
from weft_site.federation.models import Mandate
from weft_site.federation.services import mandates

pytestmark = pytest.mark.django_db


def give(hall, constituency, position, now):
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


def test_who_follows_the_later_mandate_breaks_none_and_replay_says_the_same():
    city, (depot, mill) = found_city()
    now = NOON + 15 * DAY
    constituency = send(city, depot, depot.people[2:3], depot.people[3:4], now)
    now += 8 * DAY
    send(city, mill, mill.people[2:4], mill.people[4:6], now)
    now += 8 * DAY
    elect(city, "chair", mill.people[2], by=mill.people[2], now=now)
    first, second = give(depot, constituency, "yes", now), give(depot, constituency, "no", now + 4 * DAY)
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
