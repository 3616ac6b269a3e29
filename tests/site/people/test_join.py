"""Joining and invitations: one page, one act; families D (invitations) and F (mass assignment)."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from tests.site.people.conftest import NOON, PASSWORD

from weft.errors import RuleBroken
from weft_site.people import codes, facts, services
from weft_site.people.models import ClaimKey, CodeCard, Invitation, InvitationUse, Person

EVERYTHING = (Person, EmailAddress, CodeCard, ClaimKey, InvitationUse)


def rows():
    return [model.objects.count() for model in EVERYTHING]


def invite(uses=1, days=1, target="7"):
    return services.invite(
        purpose="founding", target=target, uses=uses, expires_at=NOON + timedelta(days=days), now=NOON, created_by=None
    )


def test_an_invited_person_is_signed_in_with_a_card_after_one_form(client, founding):
    code = invite()

    page = client.get(f"/join/{code}/")
    answer = client.post(f"/join/{code}/", {"name": "Ольга", "way": "card"})

    joined = Person.objects.get()
    assert "Founding 7" in page.content.decode()
    assert (joined.name, joined.email, joined.has_usable_password()) == ("Ольга", None, False)
    assert int(client.session["_auth_user_id"]) == joined.pk
    assert founding == [("7", "Ольга")]
    assert answer.context["onward"] == "/founding/7/"
    shown = answer.context["card"]
    assert shown["words"] in answer.content.decode()
    assert services.check_card(number=shown["number"], words=shown["words"], pin="") == joined
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_what_is_shown_once_is_stored_as_hashes_only(client):
    answer = client.post("/join/", {"name": "Ana", "way": "card"})

    words, claim = answer.context["card"]["words"], answer.context["claim_key"]
    stored = repr(list(CodeCard.objects.values())) + repr(list(ClaimKey.objects.values()))
    assert len(claim.split("-")) == codes.CLAIM_WORDS
    assert words not in stored
    assert claim not in stored
    assert codes.claim_parts(claim) == (bytes(ClaimKey.objects.get().salt), ClaimKey.objects.get().key_digest)


def test_an_address_counts_for_nothing_until_it_is_confirmed(client):
    client.post("/join/", {"name": "Ana", "way": "password", "email": "Ana@Example.org", "password": PASSWORD})

    ana = Person.objects.get()
    assert ana.email is None
    assert not facts.has_way_back(ana)
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    client.post(link)
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    assert facts.has_way_back(ana)


def test_a_passkey_is_set_up_right_after_joining_without_being_asked_again(client):
    answer = client.post("/join/", {"name": "Ana", "way": "passkey"})

    assert client.get("/account/2fa/webauthn/add/").status_code == 200
    assert "/account/2fa/webauthn/add/" in answer.content.decode()


def test_joining_does_not_tell_whether_an_address_is_taken(client, person):
    person(email="ana@example.org", password=PASSWORD)
    form = {"name": "Eve", "way": "password", "password": PASSWORD}

    taken = client.post("/join/", form | {"email": "ana@example.org"})
    client.logout()
    fresh = client.post("/join/", form | {"email": "new@example.org"})

    shown = [answer.content.decode().replace(answer.context["claim_key"], "") for answer in (taken, fresh)]
    assert taken.status_code == fresh.status_code == 200
    assert _without_token(shown[0]) == _without_token(shown[1])
    assert [message.to for message in mail.outbox] == [["ana@example.org"], ["new@example.org"]]
    assert ["/confirm-email/" in message.body for message in mail.outbox] == [False, True]
    assert Person.objects.filter(email="ana@example.org").count() == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"name": " ", "way": "card"}, "person.name"),
        ({"name": "Ana\u202e", "way": "card"}, "person.name"),
        ({"name": "", "way": "card"}, "person.name"),
        ({"name": "A" * 201, "way": "card"}, "person.name"),
        ({"name": "Ana", "way": "password", "email": "ana@", "password": PASSWORD}, "person.email"),
        ({"name": "Ana", "way": "password", "email": "a@example.org", "password": "short"}, "person.password"),
        ({"name": "Ana", "way": "password", "email": "a@example.org", "password": "password123"}, "person.password"),
    ],
)
def test_a_bad_form_is_refused_with_a_code_and_one_sentence_and_stores_nothing(client, founding, sent, code):
    invitation = invite()

    answer = client.post(f"/join/{invitation}/", sent)

    errors = [error for found in answer.context["form"].errors.as_data().values() for error in found]
    assert answer.status_code == 409
    assert [error.code for error in errors] == [code]
    assert len(str(errors[0].message)) > 10
    assert rows() == [0, 0, 0, 0, 0]
    assert Invitation.objects.get().uses_left == 1
    assert founding == []


def test_a_form_cannot_set_what_it_does_not_ask(client):
    extra = {"is_active": "", "is_staff": "1", "is_superuser": "1", "pk": "77", "id": "77", "joined_on": "1999-01-01",
             "language": "ru", "channel": "paper", "role": "chair", "email": "x@example.org"}  # fmt: skip

    client.post("/join/", {"name": "Ana", "way": "card"} | extra)

    ana = Person.objects.get()
    assert (ana.pk != 77, ana.is_active, ana.joined_on, ana.language, ana.channel, ana.email) == (
        True, True, NOON.date(), "", "email", None,
    )  # fmt: skip
    assert not hasattr(ana, "is_staff")
    assert not hasattr(ana, "is_superuser")


def test_settings_cannot_set_what_they_do_not_ask(client, person):
    ana, other = person(), person("Eve")
    client.force_login(ana)

    client.post(
        "/settings/",
        {
            "name": "Ana R.",
            "channel": "paper",
            "language": "",
            "pk": other.pk,
            "email": "x@example.org",
            "is_active": "",
        },
    )

    ana.refresh_from_db()
    other.refresh_from_db()
    assert (ana.name, ana.channel, ana.email, ana.is_active, other.name) == ("Ana R.", "paper", None, True, "Eve")


def test_markup_in_a_name_is_text_on_every_page(client):
    client.post("/join/", {"name": "<script>alert(1)</script> Ana", "way": "card"})

    page = client.get("/settings/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Ana" in page
    assert "<script>alert(1)" not in page


def test_an_expired_invitation_is_refused_on_every_path(client, clock, founding, person):
    """Decidim's CVE-2023-48220: an invitation that lived on through a password reset."""
    ana = person(email="ana@example.org", password=PASSWORD)
    code = invite(days=1)
    before = rows()
    clock(NOON + timedelta(days=1))

    for url in (f"/join/{code}/", f"/join/{code.replace('-', '')}/"):
        assert _refusal(client.get(url)) == "invitation.expired"
        assert _refusal(client.post(url, {"name": "Eve", "way": "card"})) == "invitation.expired"
    typed = client.post("/join/code/", {"code": code})
    assert typed.context["form"].errors.as_data()["__all__"][0].code == "invitation.expired"

    client.post("/account/password/reset/", {"email": "ana@example.org"})
    link = next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD + "!", "password2": PASSWORD + "!"})
    client.post("/account/login/", {"login": "ana@example.org", "password": PASSWORD + "!"})
    assert int(client.session["_auth_user_id"]) == ana.pk
    assert _refusal(client.post(f"/join/{code}/")) == "invitation.expired"
    with pytest.raises(RuleBroken, match=r"invitation\.expired"):
        services.use_invitation(code=code, person=ana, now=NOON + timedelta(days=1))

    assert rows() == before
    assert founding == []


def test_an_invitation_is_used_once_by_a_person_and_as_often_as_it_says(client, founding, person):
    ana, eve = person("Ana"), person("Eve")
    code = invite(uses=1)
    client.force_login(ana)

    assert client.post(f"/join/{code}/").headers["Location"] == "/founding/7/"
    assert _refusal(client.post(f"/join/{code}/")) == "invitation.used_up"
    client.force_login(eve)
    assert _refusal(client.post(f"/join/{code}/")) == "invitation.used_up"
    assert founding == [("7", "Ana")]

    again = invite(uses=5)
    services.use_invitation(code=again, person=eve, now=NOON)
    with pytest.raises(RuleBroken, match=r"invitation\.used$"):
        services.use_invitation(code=again, person=eve, now=NOON)
    assert Invitation.objects.get(code_digest=codes.digest(again)).uses_left == 4


def test_an_invitation_refused_by_its_domain_is_not_used_up(founding, person, monkeypatch):
    code = invite()

    def refuse(*_):
        raise RuleBroken("membership.minimum_age", needed=16)

    monkeypatch.setattr(
        "weft_site.people.ports.ports.purposes", {"founding": type("P", (), {"accept": staticmethod(refuse)})}
    )
    with pytest.raises(RuleBroken, match="minimum_age"):
        services.join(
            name="Ana", way="card", now=NOON, then=lambda who: services.use_invitation(code=code, person=who, now=NOON)
        )

    assert rows() == [0, 0, 0, 0, 0]
    assert Invitation.objects.get().uses_left == 1


def test_a_get_changes_nothing(client, founding, person):
    code = invite()
    client.force_login(person())
    before = rows()

    for url in (f"/join/{code}/", "/join/", "/account/cards/new/", "/notices/", "/settings/", "/account/vouch/"):
        client.get(url)
    assert client.get("/notices/read/").status_code == 405
    assert client.get("/account/recoveries/1/cancel/").status_code == 405

    assert rows() == before
    assert founding == []


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_instant_cannot_both_use_the_last_place(founding, person):
    code, people = invite(uses=1), [person("Ana"), person("Eve")]
    start, outcomes = threading.Barrier(2), []

    def use(who):
        start.wait()
        try:
            outcomes.append(services.use_invitation(code=code, person=who, now=NOON))
        except RuleBroken as refused:
            outcomes.append(refused.rule)
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["/founding/7/", "invitation.used_up"]
    assert Invitation.objects.get().uses_left == 0
    assert len(founding) == 1


def _refusal(answer):
    return answer.context["refusal"]["rule"] if answer.status_code == 409 else f"not refused: {answer.status_code}"


def _without_token(html):
    return [line for line in html.splitlines() if "csrfmiddlewaretoken" not in line]
