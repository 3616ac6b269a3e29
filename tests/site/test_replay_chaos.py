"""Any sequence of acts that the rules allow, in whatever order, replays to the same tables."""

from datetime import timedelta
from random import Random

import pytest
from tests.site.factories import (
    DAY,
    NOON,
    called,
    found_council,
    person,
    stand,
)
from tests.site.factories import opened as open_vote
from tests.site.replaying import replay_all
from tests.site.telling import draw

from weft.errors import RuleBroken
from weft_site.deliberation.models import Meeting, Motion
from weft_site.deliberation.services import amendments, decisions, meetings, motions, voting
from weft_site.federation.models import (
    Application,
    Recall,
    Term,
)
from weft_site.federation.services import (
    applications,
    elections,
    members,
    recalls,
    seats,
)
from weft_site.ticker import run_due

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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
