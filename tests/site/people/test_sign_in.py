"""Family D: signing in, staying in, getting out."""
# ruff: noqa: RUF001 - digits that look alike are refused here

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from tests.site.people.conftest import NOON, PASSWORD

from weft.errors import RuleBroken
from weft_site.people import facts, services
from weft_site.people.models import CacheRow, CodeCard, Person

SECRET = totp.generate_totp_secret()


def signed_in(client):
    return client.session.get("_auth_user_id")


def log_in(client, email="ana@example.org", password=PASSWORD, **more):
    return client.post("/account/login/", {"login": email, "password": password}, **more)


def errors(answer):
    return [str(error) for found in answer.context["form"].errors.values() for error in found]


def with_totp(person):
    totp.TOTP.activate(person, SECRET)
    return RecoveryCodes.activate(person)


@pytest.fixture
def still(monkeypatch):
    """One period of the authenticator app, as long as the test takes."""
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([59_000_000]))


def code_now():
    return totp.format_hotp_value(totp.hotp_value(SECRET, next(totp.yield_hotp_counters_from_time())))


# Passwords


def test_twenty_wrong_passwords_slow_that_network_down_and_lock_nobody_out(client, person):
    ana = person(email="ana@example.org", password=PASSWORD)

    answers = [log_in(client, password=f"wrong {n}", REMOTE_ADDR="203.0.113.9") for n in range(20)]

    assert "not correct" in errors(answers[0])[0]
    assert "Too many" in errors(answers[-1])[0]
    log_in(client, REMOTE_ADDR="203.0.113.77")  # the same network, even with the right password
    assert signed_in(client) is None
    log_in(client, REMOTE_ADDR="198.51.100.1")
    assert signed_in(client) == str(ana.pk)


def test_attempts_are_counted_in_the_database_and_cannot_be_flushed(client, person):
    """Each worker process sees them, and many other attempts do not push them out."""
    person(email="ana@example.org", password=PASSWORD)
    for n in range(10):
        log_in(client, password=f"wrong {n}")
    counted = set(CacheRow.objects.values_list("pk", flat=True))

    for n in range(1_000):
        cache.add(f"attempt-{n}", "y")

    assert counted
    assert counted <= set(CacheRow.objects.values_list("pk", flat=True))
    assert "Too many" in errors(log_in(client))[0]


def test_a_known_and_an_unknown_address_get_the_same_answer_after_the_same_work(client, person, monkeypatch):
    person(email="ana@example.org", password=PASSWORD)
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode",
        lambda _self, password, salt: hashed.append(password) or f"md5${salt}$x",
    )

    known = log_in(client, password="wrong password")
    work_known, hashed[:] = list(hashed), []
    unknown = log_in(client, email="eve@example.org", password="wrong password")

    assert errors(known) == errors(unknown)
    assert known.status_code == unknown.status_code
    assert len(work_known) == len(hashed) == 1


def test_a_password_reset_tells_nothing_and_mails_either_way(client, person):
    person(email="ana@example.org", password=PASSWORD)

    known = client.post("/account/password/reset/", {"email": "ana@example.org"}, follow=True)
    unknown = client.post("/account/password/reset/", {"email": "eve@example.org"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox] == [["ana@example.org"], ["eve@example.org"]]


def test_a_reset_link_works_once_and_ends_other_sessions(client, person):
    person(email="ana@example.org", password=PASSWORD)
    elsewhere = Client()
    log_in(elsewhere)
    client.post("/account/password/reset/", {"email": "ana@example.org"})
    link = re.search(r"http\S+", mail.outbox[0].body).group()
    fresh = {"password1": "another tall grass", "password2": "another tall grass"}

    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], fresh)
    replay = Client().get(link, follow=True)

    assert replay.context["token_fail"]
    assert elsewhere.get("/settings/").status_code == 302
    assert log_in(Client()).status_code == 200  # the old password
    log_in(client, password="another tall grass")
    assert signed_in(client)


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_never_reaches_a_reset_link(client, person, header):
    person(email="ana@example.org", password=PASSWORD)

    answer = client.post("/account/password/reset/", {"email": "ana@example.org"}, **{header: "evil.example"})

    assert all("evil.example" not in message.body for message in mail.outbox)
    if header == "HTTP_HOST":
        assert answer.status_code == 400
        assert mail.outbox == []


def test_mail_about_an_account_names_no_person_network_or_browser(client, person):
    person(name="Ana Ruiz", email="ana@example.org", password=PASSWORD)
    log_in(client, HTTP_USER_AGENT="Some Browser")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another tall grass", "password2": "another tall grass"},
    )

    assert len(mail.outbox) == 1
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert not any(word in text for word in ("Ana Ruiz", "127.0.0", "Some Browser"))


# Sessions


def test_a_session_begun_before_signing_in_is_worth_nothing_after(client, person):
    person(email="ana@example.org", password=PASSWORD)
    client.get("/account/login/")
    planted = client.session
    planted["seen"] = 1
    planted.save()
    before = planted.session_key

    log_in(client)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_is_worth_nothing_after_signing_out(client, person):
    person(email="ana@example.org", password=PASSWORD)
    log_in(client)
    cookie = client.cookies["sessionid"].value

    client.post("/account/logout/")

    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert thief.get("/settings/").status_code == 302
    assert not Session.objects.filter(session_key=cookie).exists()


def test_signing_out_takes_a_post(client, person):
    client.force_login(person())

    client.get("/account/logout/")

    assert signed_in(client)


def test_a_person_sees_their_sign_ins_and_ends_the_others(client, person):
    person(email="ana@example.org", password=PASSWORD)
    other = Client()
    log_in(other, HTTP_USER_AGENT="The library", REMOTE_ADDR="203.0.113.77")
    log_in(client)

    page = client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")

    assert "The library" in page
    assert "203.0.113.0" in page
    assert "203.0.113.77" not in page
    assert other.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200
    assert UserSession.objects.count() == 1


def test_a_session_lasts_twelve_hours_at_most(client, person):
    person(email="ana@example.org", password=PASSWORD)
    log_in(client)

    assert client.session.get_expiry_age() == 12 * 60 * 60


def test_nothing_is_kept_of_a_session_that_is_over(client, person):
    person(email="ana@example.org", password=PASSWORD)
    other = Client()
    log_in(other)
    log_in(client)
    Session.objects.filter(session_key=other.session.session_key).update(expire_date=NOON)
    CacheRow.objects.all().delete()
    CacheRow.objects.create(cache_key="past", value="", expires=NOON - timedelta(seconds=1))
    CacheRow.objects.create(cache_key="coming", value="", expires=NOON + timedelta(seconds=1))

    assert services.forget_what_is_over(now=NOON) == 1

    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
    assert Session.objects.count() == 1
    assert [row.pk for row in CacheRow.objects.all()] == ["coming"]


def test_a_deactivated_person_is_out_at_once(client, person):
    ana = person(email="ana@example.org", password=PASSWORD)
    log_in(client)

    Person.objects.filter(pk=ana.pk).update(is_active=False)

    assert client.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client, person, onward):
    ana = person(email="ana@example.org", password=PASSWORD)
    card = services.issue_card(person=ana, now=NOON)

    by_password = client.post("/account/login/", {"login": "ana@example.org", "password": PASSWORD, "next": onward})
    by_card = Client().post("/card/", {"number": card.number, "words": card.words, "next": onward})

    assert by_password.headers["Location"] == "/"
    assert by_card.headers["Location"] == "/"


@pytest.mark.parametrize(
    "url", ["/join/", "/card/", "/account/login/", "/account/logout/", "/notices/read/", "/settings/"]
)
def test_a_post_without_its_token_or_from_another_site_is_refused(person, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    token = "a" * 32
    client.cookies["csrftoken"] = token

    missing = client.post(url, {"name": "Eve", "way": "card"})
    foreign = client.post(
        url, {"name": "Eve", "way": "card", "csrfmiddlewaretoken": token}, HTTP_ORIGIN="https://evil.example"
    )

    for answer in (missing, foreign):
        assert answer.status_code == 403
        assert answer.context["refusal"]["rule"] == "request.stale"
    assert Person.objects.count() == 1
    assert signed_in(client)


# Second factors


def test_a_one_time_code_works_once(client, person, still):
    ana = person(email="ana@example.org", password=PASSWORD)
    with_totp(ana)
    code = code_now()

    log_in(client)
    assert signed_in(client) is None
    client.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(client) == str(ana.pk)

    again = Client()
    log_in(again)
    again.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(again) is None


def test_a_one_time_code_of_another_window_is_refused(client, person):
    ana = person(email="ana@example.org", password=PASSWORD)
    with_totp(ana)
    counter = next(totp.yield_hotp_counters_from_time())
    log_in(client)

    for steps in (-2, 2, 3):
        client.post(
            "/account/2fa/authenticate/", {"code": totp.format_hotp_value(totp.hotp_value(SECRET, counter + steps))}
        )

    assert signed_in(client) is None


def test_a_recovery_code_works_once(client, person):
    ana = person(email="ana@example.org", password=PASSWORD)
    code = with_totp(ana).get_unused_codes()[0]

    log_in(client)
    client.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(client) == str(ana.pk)

    again = Client()
    log_in(again)
    again.post("/account/2fa/authenticate/", {"code": code})
    assert signed_in(again) is None


def test_secrets_of_second_factors_are_sealed_in_the_database(person, still):
    with_totp(person())

    app = Authenticator.objects.get(type=Authenticator.Type.TOTP)

    assert SECRET not in repr(app.data)
    assert totp.TOTP(app).validate_code(code_now())


def test_a_card_does_not_go_round_the_second_factor(client, person):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)
    with_totp(ana)

    answer = client.post("/card/", {"number": card.number, "words": card.words})

    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert signed_in(client) is None


def test_a_password_reset_does_not_go_round_the_second_factor(client, person):
    ana = person(email="ana@example.org", password=PASSWORD)
    with_totp(ana)
    client.post("/account/password/reset/", {"email": "ana@example.org"})
    link = re.search(r"http\S+", mail.outbox[0].body).group()
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "another tall grass", "password2": "another tall grass"})

    log_in(client, password="another tall grass")

    assert signed_in(client) is None


def test_second_factor_means_every_way_in_takes_two(person):
    ana = person()
    assert not facts.has_second_factor(ana)

    card = services.issue_card(person=ana, now=NOON)
    assert not facts.has_second_factor(ana)
    services.set_pin(person=ana, number=card.number, words=card.words, pin="274951")
    assert facts.has_second_factor(ana)

    ana.set_password(PASSWORD)
    ana.save()
    assert not facts.has_second_factor(ana)
    with_totp(ana)
    assert facts.has_second_factor(ana)


# Cards


def test_a_card_is_read_as_people_type_it(person):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)

    typed = card.words.replace("-", " ").upper()

    assert services.check_card(number=f" {card.number[:4]} {card.number[4:]}", words=typed, pin="") == ana


def test_every_wrong_part_of_a_card_gets_the_same_answer_after_the_same_work(client, person, monkeypatch):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)
    services.set_pin(person=ana, number=card.number, words=card.words, pin="274951")
    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a: hashed.append(1) or encode(*a))
    wrong = [
        {"number": "00000000", "words": card.words, "pin": "274951"},
        {"number": card.number, "words": "bado-kemi-tufa", "pin": "274951"},
        {"number": card.number, "words": card.words, "pin": ""},
        {"number": card.number, "words": card.words, "pin": "274952"},
    ]

    answers = [(client.post("/card/", form), len(hashed)) for form in wrong]

    assert {tuple(errors(answer)) for answer, _ in answers} == {tuple(errors(answers[0][0]))}
    assert [done for _, done in answers] == [1, 2, 3, 4]
    assert signed_in(client) is None
    client.post("/card/", {"number": card.number, "words": card.words, "pin": "274951"})
    assert signed_in(client) == str(ana.pk)


def test_guessing_a_card_slows_that_network_down_and_locks_nobody_out(client, person):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)
    right = {"number": card.number, "words": card.words}

    codes = []
    for n in range(12):
        answer = client.post("/card/", {"number": card.number, "words": f"bado kemi {n}"}, REMOTE_ADDR="203.0.113.9")
        codes.append(answer.context["form"].errors.as_data()["__all__"][0].code)
    assert codes == ["card.wrong"] * 10 + ["signin.too_many"] * 2

    client.post("/card/", right, REMOTE_ADDR="203.0.113.50")
    assert signed_in(client) is None
    client.post("/card/", right, REMOTE_ADDR="198.51.100.1")
    assert signed_in(client) == str(ana.pk)


def test_a_new_card_makes_the_old_one_void(person):
    ana = person()
    old = services.issue_card(person=ana, now=NOON)

    new = services.issue_card(person=ana, now=NOON)

    assert services.check_card(number=new.number, words=new.words, pin="") == ana
    with pytest.raises(RuleBroken, match=r"card\.wrong"):
        services.check_card(number=old.number, words=old.words, pin="")


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "111111", "123456", "987654", "abcdef"])
def test_a_pin_that_would_be_tried_first_is_refused(person, pin):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)

    with pytest.raises(RuleBroken, match=r"card\.pin"):
        services.set_pin(person=ana, number=card.number, words=card.words, pin=pin)

    assert not CodeCard.objects.get().has_pin


def test_somebody_elses_card_is_as_if_it_did_not_exist(client, person):
    ana, eve = person("Ana"), person("Eve")
    card = services.issue_card(person=ana, now=NOON)
    client.force_login(eve)

    foreign = client.post(f"/account/cards/{card.number}/revoke/")
    absent = client.post("/account/cards/00000000/revoke/")

    assert foreign.status_code == absent.status_code == 409
    assert foreign.context["refusal"] == absent.context["refusal"]
    assert CodeCard.objects.get().revoked_at is None


@pytest.mark.parametrize("number", ["%00%00%00%00%00%00%00%00", "1", "..%2f..%2f", "１２３４５６７８"])
def test_what_is_no_card_number_is_an_address_that_does_not_exist(client, person, number):
    client.force_login(person())

    assert client.post(f"/account/cards/{number}/revoke/").status_code == 404


@pytest.mark.parametrize("field", ["number", "words", "pin"])
def test_a_card_with_strange_bytes_is_refused_and_nothing_breaks(client, field):
    for value in ("\x00", "\ud800".encode("utf-8", "surrogatepass"), "９" * 8, "²" * 8, "' OR 1=1 --", "a" * 10_001):
        answer = client.post("/card/", {"number": "12345678", "words": "bado kemi tufa", "pin": ""} | {field: value})

        assert answer.status_code == 409
        assert signed_in(client) is None


def test_what_matters_asks_for_the_card_again(client, person, clock):
    ana = person()
    card = services.issue_card(person=ana, now=NOON)
    client.force_login(ana)

    asked = client.post("/account/cards/new/")
    assert asked.headers["Location"] == "/account/confirm/?next=%2Fsettings%2F"
    assert CodeCard.objects.count() == 1
    wrong = client.post("/account/confirm/", {"number": card.number, "words": "bado-kemi-tufa"})
    assert wrong.status_code == 409
    client.post("/account/confirm/", {"number": card.number, "words": card.words})
    clock(NOON + timedelta(minutes=5))
    assert client.post("/account/cards/new/").status_code == 302
    clock(NOON + timedelta(minutes=4, seconds=59))
    assert client.post("/account/cards/new/").status_code == 200
    assert CodeCard.objects.filter(revoked_at=None).count() == 1


def test_what_matters_asks_for_the_password_again(client, person):
    person(email="ana@example.org", password=PASSWORD)
    log_in(client)

    asked = client.get("/account/cards/new/")

    assert asked.headers["Location"].startswith("/account/reauthenticate/")


def test_the_closed_sign_up_of_the_library_leads_to_ours(client):
    client.post("/account/signup/", {"email": "eve@example.org", "password1": PASSWORD, "name": "Eve", "way": "card"})

    assert EmailAddress.objects.count() == 0
    assert Person.objects.get().name == "Eve"
