"""Recovery of a lost sign-in: claim key or two vouchers, time, and the owner's veto."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from tests.site.people.conftest import NOON, PASSWORD

from weft.errors import RuleBroken
from weft_site.people import codes, facts, services
from weft_site.people.models import ClaimKey, CodeCard, Notice, Recovery, Vouch
from weft_site.people.ports import ports
from weft_site.people.services.recovery import CLAIM_WAIT, OPEN_FOR, VOUCHED_WAIT


@pytest.fixture
def entries():
    return []


@pytest.fixture
def record(entries):
    return lambda act, data: entries.append((act, dict(data)))


@pytest.fixture
def anybody(monkeypatch):
    monkeypatch.setattr(ports, "may_vouch", lambda _voucher, _person: True)
    return ports.may_vouch


def refused(rule, act, **arguments):
    with pytest.raises(RuleBroken) as caught:
        act(**arguments)
    assert caught.value.rule == rule


def state(now):
    return facts.recovery_state(Recovery.objects.get(), now)


def test_two_vouchers_and_seven_days_give_a_new_card_and_end_every_old_way_in(person, anybody, record, entries):
    ana = person("Ana", email="ana@example.org", password=PASSWORD)
    old = services.issue_card(person=ana, now=NOON)
    thief = Client()
    thief.post("/card/", {"number": old.number, "words": old.words})
    totp.TOTP.activate(ana, totp.generate_totp_secret())
    assert UserSession.objects.count() == 1

    code = services.open_for_vouchers(hint="ana@example.org", now=NOON, record=record)
    assert state(NOON) == "opened"
    refused("recovery.vouchers", services.finish_recovery, code=code, now=NOON + VOUCHED_WAIT)
    services.vouch(code=code, voucher=person("Bea"), now=NOON, may_vouch=anybody, record=record)
    assert state(NOON) == "opened"
    services.vouch(code=code, voucher=person("Cem"), now=NOON, may_vouch=anybody, record=record)
    assert state(NOON) == "waiting"
    refused("recovery.waiting", services.finish_recovery, code=code, now=NOON + VOUCHED_WAIT - timedelta(seconds=1))
    new = services.finish_recovery(code=code, now=NOON + VOUCHED_WAIT, record=record)

    ana.refresh_from_db()
    assert services.check_card(number=new.number, words=new.words, pin="") == ana
    refused("card.wrong", services.check_card, number=old.number, words=old.words, pin="")
    assert not ana.has_usable_password()
    assert not Authenticator.objects.exists()
    assert thief.get("/settings/").status_code == 302
    assert UserSession.objects.count() == 0
    refused("recovery.over", services.finish_recovery, code=code, now=NOON + VOUCHED_WAIT)
    number = Recovery.objects.get().pk
    assert entries == [
        ("people.recovery_opened", {"recovery": number, "way": "vouchers"}),
        ("people.recovery_vouched", {"recovery": number}),
        ("people.recovery_vouched", {"recovery": number}),
        ("people.recovery_waiting", {"recovery": number}),
        ("people.recovery_done", {"recovery": number}),
    ]


def test_a_claim_key_waits_a_day_and_leaves_the_second_factor_in_force(client):
    answer = client.post("/join/", {"name": "Ana", "way": "card"})
    person, key = answer.wsgi_request.user, answer.context["claim_key"]
    totp.TOTP.activate(person, totp.generate_totp_secret())

    code = services.open_by_claim_key(key=key.replace("-", " ").upper(), now=NOON)
    refused("recovery.waiting", services.finish_recovery, code=code, now=NOON + CLAIM_WAIT - timedelta(seconds=1))
    card = services.finish_recovery(code=code, now=NOON + CLAIM_WAIT)

    fresh = Client()
    reply = fresh.post("/card/", {"number": card.number, "words": card.words})
    assert reply.headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in fresh.session


def test_the_owner_is_told_on_every_channel_and_can_stop_it_from_a_live_session(
    client, person, django_capture_on_commit_callbacks
):
    ana = person("Ana", email="ana@example.org", password=PASSWORD)
    ana.channel = "paper"
    ana.save()
    client.force_login(ana)
    with django_capture_on_commit_callbacks(execute=True):
        code = services.open_for_vouchers(hint="ANA@example.org", now=NOON)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.email, notice.paper) == (ana, "people.recovery", "sent", "queued")
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    assert "sign-in" not in mail.outbox[0].subject
    page = client.get("/account/recoveries/").content.decode()
    assert "Cancel it" in notice.text
    assert "cancel it" in page
    client.post(f"/account/recoveries/{Recovery.objects.get().pk}/cancel/")

    assert state(NOON) == "cancelled"
    refused("recovery.over", services.finish_recovery, code=code, now=NOON + VOUCHED_WAIT)
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_somebody_else_can_neither_cancel_nor_tell_whether_there_is_a_recovery(client, person):
    services.open_for_vouchers(hint=person("Ana", email="ana@example.org").email, now=NOON)
    number = Recovery.objects.get().pk
    client.force_login(person("Eve"))

    foreign = client.post(f"/account/recoveries/{number}/cancel/")
    absent = client.post(f"/account/recoveries/{number + 1}/cancel/")

    assert foreign.status_code == absent.status_code == 409
    assert foreign.context["refusal"] == absent.context["refusal"]
    assert state(NOON) == "opened"


def test_a_recovery_tells_a_stranger_nothing_about_who_is_here(client, person):
    person("Ana", email="ana@example.org")

    known = client.post("/account/recover/", {"hint": "ana@example.org"})
    unknown = client.post("/account/recover/", {"hint": "eve@example.org"})

    pages = [answer.content.decode().replace(answer.context["code"], "") for answer in (known, unknown)]
    shown = [re.sub('name="csrfmiddlewaretoken" value="[^"]+"', "", page) for page in pages]
    assert shown[0] == shown[1]
    assert Recovery.objects.count() == 1
    refused("recovery.unknown", services.finish_recovery, code=unknown.context["code"], now=NOON + VOUCHED_WAIT)


@pytest.mark.parametrize(
    ("who", "rule"), [("Ana", "recovery.self"), ("Bea", "recovery.vouched"), ("Eve", "recovery.unknown")]
)
def test_who_may_not_vouch_is_refused_and_counts_for_nothing(person, who, rule):
    people = {name: person(name, email=f"{name.lower()}@example.org") for name in ("Ana", "Bea", "Eve")}

    def may_vouch(voucher, _person):
        return voucher.name != "Eve"

    code = services.open_for_vouchers(hint="ana@example.org", now=NOON)
    services.vouch(code=code, voucher=people["Bea"], now=NOON, may_vouch=may_vouch)

    refused(rule, services.vouch, code=code, voucher=people[who], now=NOON, may_vouch=may_vouch)

    assert Vouch.objects.count() == 1
    assert state(NOON) == "opened"


def test_nobody_may_vouch_until_the_federation_says_who(client, person):
    code = services.open_for_vouchers(hint=person("Ana", email="ana@example.org").email, now=NOON)
    client.force_login(person("Bea"))

    answer = client.post("/account/vouch/", {"code": code, "sure": "1"})

    assert answer.status_code == 409
    assert "Ana" not in answer.content.decode()
    assert Vouch.objects.count() == 0


def test_a_voucher_sees_for_whom_before_saying_so(client, person, anybody):
    code = services.open_for_vouchers(hint=person("Ana", email="ana@example.org").email, now=NOON)
    client.force_login(person("Bea"))

    seen = client.post("/account/vouch/", {"code": code})
    assert "Ana" in seen.content.decode()
    assert Vouch.objects.count() == 0
    client.post("/account/vouch/", {"code": code, "sure": "1"})
    assert Vouch.objects.get().voucher.name == "Bea"


def test_a_recovery_without_vouchers_expires(person, anybody):
    code = services.open_for_vouchers(hint=person("Ana", email="ana@example.org").email, now=NOON)

    refused("recovery.over", services.vouch, code=code, voucher=person("Bea"), now=NOON + OPEN_FOR, may_vouch=anybody)
    refused("recovery.over", services.finish_recovery, code=code, now=NOON + OPEN_FOR)

    assert state(NOON + OPEN_FOR) == "expired"


def test_one_recovery_that_is_done_ends_the_others(person, anybody):
    ana = person("Ana", email="ana@example.org")
    mine, another = (services.open_for_vouchers(hint="ana@example.org", now=NOON) for _ in range(2))
    people = [person("Bea"), person("Cem")]
    for code in (mine, another):
        for voucher in people:
            services.vouch(code=code, voucher=voucher, now=NOON, may_vouch=anybody)

    services.finish_recovery(code=mine, now=NOON + VOUCHED_WAIT)

    refused("recovery.over", services.finish_recovery, code=another, now=NOON + VOUCHED_WAIT)
    assert CodeCard.objects.filter(person=ana, revoked_at=None).count() == 1


def test_a_wrong_claim_key_stores_nothing(client, person):
    person("Ana")

    answer = client.post("/account/recover/", {"key": "bado kemi tufa"})

    assert answer.status_code == 409
    assert answer.context["claim_form"].errors.as_data()["__all__"][0].code == "claim.wrong"
    assert Recovery.objects.count() == Notice.objects.count() == 0


def test_the_database_itself_refuses_a_recovery_that_did_not_wait(person):
    services.open_for_vouchers(hint=person("Ana", email="ana@example.org").email, now=NOON)

    for change in ({"done_at": NOON}, {"done_at": NOON, "waits_until": NOON + VOUCHED_WAIT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.update(**change)


def test_a_lost_card_is_replaced_with_its_number(client, person, anybody):
    ana = person("Ana")
    card = services.issue_card(person=ana, now=NOON)
    code = services.open_for_vouchers(hint=f"{card.number[:4]} {card.number[4:]}", now=NOON)
    for name in ("Bea", "Cem"):
        services.vouch(code=code, voucher=person(name), now=NOON, may_vouch=anybody)
    recovery = Recovery.objects.get()
    Recovery.objects.filter(pk=recovery.pk).update(waits_until=NOON)

    answer = client.post("/account/recover/finish/", {"code": code})

    assert answer.context["cards"][0]["name"] == "Ana"
    assert CodeCard.objects.filter(revoked_at=None).count() == 1


def test_the_claim_key_alone_gives_back_what_the_record_names_a_member_by(client):
    answer = client.post("/join/", {"name": "Ana", "way": "card"})
    stored = ClaimKey.objects.get(person=answer.wsgi_request.user)

    salt, digest = codes.claim_parts(answer.context["claim_key"])

    assert (bytes(stored.salt), stored.key_digest) == (salt, digest)
    assert salt.hex() != digest
