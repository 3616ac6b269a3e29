"""Family K: many at once, on the real database with real threads. However the threads fall, the rules hold.

Votes from two phones, closes and clocks at once are in tests/site/deliberation/test_voting_at_once.py.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction
from tests.site import factories as make
from tests.site.factories import DAY, NOON

from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot, TellerCount
from weft_site.deliberation.models import Founding, Motion, Supporter
from weft_site.deliberation.services import decisions, founding, motions
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.models import Application, Federation, Membership, RecallSignature, Term, Voucher
from weft_site.federation.services import applications, elections, members, recalls, tellers
from weft_site.record.models import DoneAct, Entry, Log

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all of them at the same moment; answers with what each came to: its value, or the rule that refused it."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except RuleBroken as refusal:
            return refusal.rule
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def gapless():
    """Every record is what its lock row says: indexes from 0 without a gap."""
    return all(
        list(Entry.objects.filter(log=log).order_by("index").values_list("index", flat=True)) == list(range(log.size))
        for log in Log.objects.all()
    )


def city_of(*sizes):
    with transaction.atomic():
        return make.found_city(sizes=sizes)


def open_motion(council):
    """A motion of the council that is voted on by name over nine days."""
    mover, chair = council.people[:2]
    common = {"now": NOON}
    ref = motions.move_motion(actor=mover, body_id=council.body.pk, title="Buses", text="Until two.", **common)
    motion = Motion.objects.get(ref=ref, body=council.body)
    motions.second_motion(actor=chair, motion_id=motion.pk, **common)
    decisions.put_motion(actor=mover, motion_id=motion.pk, way="open", closes_at=NOON + 9 * DAY, **common)
    motion.refresh_from_db()
    return motion


def test_votes_and_the_close_agree_on_what_was_counted():
    council = make.found_council(12)
    motion = open_motion(council)
    end = NOON + 9 * DAY

    def vote(who):
        return lambda: bool(cast_vote(actor=who, now=end - DAY, ballot_id=motion.ballot_id, choice="yes"))

    def close():
        return decisions.close_motion(actor=council.people[0], now=end, motion_id=motion.pk)

    found = at_once(close, *[vote(who) for who in council.people])

    ballot = Ballot.objects.get(pk=motion.ballot_id)
    if ballot.closed_at is None:  # the close came first and found no quorum: nothing was decided, nothing is lost
        assert found[0] == "body.quorum"
    else:
        assert ballot.result["yes"] == ballot.votes.count() == found[1:].count(True)
    assert set(found[1:]) <= {True, "ballot.closed"}
    assert gapless()


def test_a_close_and_a_withdrawal_of_the_motion_do_not_both_happen():
    council = make.found_council(12)
    motion = open_motion(council)
    for who in council.people:
        cast_vote(actor=who, now=NOON, ballot_id=motion.ballot_id, choice="yes")

    found = at_once(
        lambda: decisions.close_motion(actor=council.people[0], now=NOON, motion_id=motion.pk),
        lambda: motions.withdraw_motion(actor=council.people[0], now=NOON, motion_id=motion.pk),
    )

    assert found == ["carried", "motion.state"]  # what is being voted on can no longer be withdrawn


def test_parallel_endorsements_count_each_person_once():
    council = make.found_council(12)
    ref = motions.move_motion(actor=council.people[0], now=NOON, body_id=council.body.pk, title="Buses", text="Yes.")
    motion = Motion.objects.get(ref=ref, body=council.body)

    def back(who):
        return lambda: motions.second_motion(actor=who, now=NOON, motion_id=motion.pk)

    found = at_once(*[back(who) for who in council.people[1:4] for _ in range(3)])

    assert sorted(found) == ["motion.backed"] * 6 + [motion.ref] * 3
    assert Supporter.objects.count() == 3
    assert gapless()


def test_one_member_signs_a_recall_once():
    city = city_of(30)
    hall = city.workplaces[0]
    make.delegate(city, hall.people[0])
    term = Term.objects.get()
    ref = recalls.start_recall(actor=hall.people[1], now=NOON, term_id=term.pk, reason="No report.")
    recall = term.recalls.get(ref=ref)

    found = at_once(*[lambda: recalls.sign_recall(actor=hall.people[2], now=NOON, recall_id=recall.pk)] * 4)

    assert sorted(found) == [ref, *["recall.signed_twice"] * 3]
    assert RecallSignature.objects.count() == 2
    assert gapless()


def test_a_vote_by_a_delegate_and_the_recall_leave_no_vote_of_an_empty_seat():
    city = city_of(30, 30, 30)
    for number, hall in enumerate(city.workplaces):
        make.delegate(city, hall.people[0], number=number)
    hall, delegates = city.workplaces[0], [hall.people[0] for hall in city.workplaces]
    council = make.Council(city.council.body, delegates)
    recall = voted_out(city, hall, delegates[0])
    motion = open_motion(council)

    found = at_once(
        lambda: bool(cast_vote(actor=delegates[0], now=NOON, ballot_id=motion.ballot_id, choice="yes")),
        lambda: tellers.enter_count(actor=hall.people[3], now=NOON, ballot_id=recall, numbers=ALL_YES),
    )

    assert found[0] in {True, "standing.lost"}
    assert found[1] is True
    assert Term.objects.get(person=delegates[0]).ended_by == "recalled"
    for who in delegates[1:]:
        cast_vote(actor=who, now=NOON, ballot_id=motion.ballot_id, choice="no")
    with pytest.raises(RuleBroken, match=r"body\.quorum"):  # two delegates are left, and three have to take part
        decisions.close_motion(actor=delegates[1], now=NOON + 9 * DAY, motion_id=motion.pk)


ALL_YES = {"yes": 30, "no": 0, "abstain": 0}


def voted_out(city, hall, delegate):
    """A recall that one teller's count away from passing; answers with its ballot's id."""
    for number in (1, 2):
        make.officer(hall, "teller", hall.people[1 + number], number=number)
    term = Term.objects.get(person=delegate, seat__office="")
    ref = recalls.start_recall(actor=hall.people[5], now=NOON - 9 * DAY, term_id=term.pk, reason="No report.")
    recall = term.recalls.get(ref=ref)
    for who in hall.people[6:9]:
        if term.recalls.get().state == "signatures":
            recalls.sign_recall(actor=who, now=NOON - 9 * DAY, recall_id=recall.pk)
    recall.refresh_from_db()
    if recall.ballot_id is None:
        recalls.open_recall(actor=hall.people[6], now=NOON, recall_id=recall.pk)
        recall.refresh_from_db()
    if recall.ballot.way == "open":
        Ballot.objects.filter(pk=recall.ballot_id).update(way="counted")
    tellers.enter_count(actor=hall.people[2], now=NOON, ballot_id=recall.ballot_id, numbers=ALL_YES)
    return recall.ballot_id


def test_a_double_application_is_one_application():
    council = make.found_council(12)
    stranger = make.person("Kofi")

    def ask():
        return applications.apply(actor=stranger, now=NOON, body_id=council.body.pk, of_age=True)

    found = at_once(ask, ask, ask)

    assert sorted(found)[:2] == ["application.open"] * 2
    assert Application.objects.count() == 1
    assert gapless()


def test_the_last_vouchers_at_once_admit_nobody_twice():
    council = make.found_council(12, ("membership.admission.objection_days", 0))
    stranger = make.person("Kofi")
    ref = applications.apply(actor=stranger, now=NOON, body_id=council.body.pk, of_age=True)
    row = Application.objects.get(ref=ref)

    def vouch(who):
        return lambda: applications.vouch(actor=who, now=NOON, application_id=row.pk)

    found = at_once(*[vouch(who) for who in council.people[:5]])

    assert found.count("application.state") == 3
    assert Voucher.objects.count() == 2
    assert Membership.objects.filter(person=stranger).count() == 1
    assert council.federation.bodies.get().members_count == 13
    assert gapless()


def test_a_vote_and_leaving_the_council_the_roll_stays_as_it_was_frozen():
    council = make.found_council(12)
    motion = open_motion(council)
    gone = council.people[5]

    found = at_once(
        lambda: bool(cast_vote(actor=gone, now=NOON, ballot_id=motion.ballot_id, choice="no")),
        lambda: members.leave(actor=gone, now=NOON, body_id=council.body.pk),
    )

    assert found == [True, []]
    assert Membership.objects.get(person=gone).status == "left"
    assert Ballot.objects.get(pk=motion.ballot_id).roll.count() == 12


def test_two_foundings_of_one_name_closed_at_once_become_two_councils():
    ready = [founding_of("Depot"), founding_of("Depot")]

    found = at_once(
        *[lambda pk=pk, who=who: founding.close_founding(actor=who, now=NOON, founding_id=pk) for pk, who in ready]
    )

    codes = [Founding.objects.get(pk=pk).code for pk, _ in ready]
    assert found == codes
    assert len(set(Federation.objects.values_list("log__slug", flat=True))) == 2
    assert gapless()


def test_a_founding_that_was_undone_leaves_its_name_free(monkeypatch):
    pk, who = founding_of("Depot")
    with monkeypatch.context() as patch:
        patch.setattr(founding, "append", lambda *_a, **_k: 1 / 0)  # the disk is full, the power fails
        with pytest.raises(ZeroDivisionError):
            founding.close_founding(actor=who, now=NOON, founding_id=pk)
    assert Federation.objects.count() == 0

    founding.close_founding(actor=who, now=NOON, founding_id=pk)

    assert Federation.objects.get().log.slug.startswith("depot-")  # the key that was left there signs nothing


def founding_of(title):
    come = make.people(6, title)
    code = founding.open_founding(actor=come[0], now=NOON, title=title, place="", kind="workplace")
    pk = Founding.objects.get(code=code).pk
    for who in come[1:]:
        founding.join_founding(actor=who, now=NOON, founding_id=pk)
    text = make.default_charter()
    draft = founding.propose_charter(actor=come[0], now=NOON, founding_id=pk, based_on="workers-assembly", text=text)
    founding.put_charter(actor=come[1], now=NOON, draft_id=draft)
    for who in come:
        founding.vote_on_charter(actor=who, now=NOON, founding_id=pk, draft_id=draft, choice="yes")
    return pk, come[2]


def test_a_founding_closed_by_all_at_once_is_one_council():
    pk, _ = founding_of("Depot")
    people = [row.person for row in Founding.objects.get(pk=pk).people.all()]

    def close(who):
        return lambda: founding.close_founding(actor=who, now=NOON, founding_id=pk)

    found = at_once(*[close(who) for who in people])

    assert found.count("founding.state") == 5
    assert Federation.objects.count() == 1
    assert Membership.objects.count() == 6


def test_two_elections_for_one_office_are_not_called_at_once():
    council = make.found_council(12)

    def call(who):
        return lambda: elections.call_election(actor=who, now=NOON, body_id=council.body.pk, office="chair")

    found = at_once(*[call(who) for who in council.people[:4]])

    assert found.count("election.running") == 3
    assert Entry.objects.filter(act="federation.election_called").count() == 1
    assert gapless()


def test_two_tellers_at_once_declare_one_result():
    council = make.found_council(12)
    motion = open_motion(council)
    Ballot.objects.filter(pk=motion.ballot_id).update(way="counted")
    for number in (1, 2):
        make.officer(council, "teller", council.people[number], number=number)
    numbers = {"yes": 7, "no": 3, "abstain": 0}

    def enter(who):
        return lambda: tellers.enter_count(actor=who, now=NOON, ballot_id=motion.ballot_id, numbers=numbers)

    found = at_once(*[enter(who) for who in council.people[1:3]])

    assert sorted(found) == [False, True]  # whoever was second sees that they agree
    assert TellerCount.objects.count() == 2


def test_a_lost_reply_and_its_retries_act_once():
    council = make.found_council(12)
    common = {"actor": council.people[0], "now": NOON, "body_id": council.body.pk, "title": "Buses", "text": "Yes."}
    ref = motions.move_motion(key="one form", **common)  # the reply is lost on the way

    found = at_once(*[lambda: motions.move_motion(key="one form", **common)] * 6)

    assert found == [ref] * 6
    assert (Motion.objects.count(), DoneAct.objects.count()) == (1, 1)
    assert gapless()
