"""Notices: the page always, e-mail without content, paper for who asked for it; and proof that it was done."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from tests.site.people.conftest import NOON

from weft_site.people import facts, services
from weft_site.people.models import Notice
from weft_site.people.services.notices import AT_ONCE

CONVENED = {
    "sentence": "The meeting of %(body)s is convened for %(day)s.",
    "values": {"body": "Harbor <b>Depot</b>", "day": "26 November"},
    "path": "/meetings/3/",
    "now": NOON,
}


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def by_channel(person):
    made = {}
    for channel in ("email", "page", "paper"):
        made[channel] = person(channel, email=f"{channel}@example.org")
        made[channel].channel = channel
        made[channel].save()
    return made


def test_each_person_is_told_by_the_channel_they_chose_and_it_can_be_proved(person, committed):
    people = by_channel(person)
    nobody = person("no address")

    with committed():
        told = services.notify_many([*people.values(), nobody], "meeting.convened", **CONVENED)

    assert told == 4
    assert [message.to for message in mail.outbox] == [["email@example.org"]]
    proof = facts.proof_of_notice("meeting.convened", "/meetings/3/")
    assert [(row.person.name, row.email, row.email_on, row.paper, row.created_on) for row in proof] == [
        ("email", "sent", NOON.date(), "none", NOON.date()),
        ("page", "none", None, "none", NOON.date()),
        ("paper", "none", None, "queued", NOON.date()),
        ("no address", "none", None, "none", NOON.date()),
    ]


def test_mail_carries_neither_content_nor_a_name(person, committed):
    with committed():
        services.notify(by_channel(person)["email"], "meeting.convened", **CONVENED)

    message = mail.outbox[0]
    text = message.subject + message.body
    assert not any(word in text for word in ("Harbor", "26 November", "meetings", "convened"))
    assert "/notices/" in message.body


def test_the_page_shows_the_sentence_as_text_and_counts_what_is_unread(client, person):
    ana, eve = person("Ana"), person("Eve")
    services.notify_many([ana, eve], "meeting.convened", **CONVENED)
    client.force_login(ana)

    page = client.get("/notices/").content.decode()
    assert "The meeting of Harbor &lt;b&gt;Depot&lt;/b&gt; is convened for 26 November." in page
    assert facts.unread(ana) == 1
    client.get("/notices/read/")
    assert facts.unread(ana) == 1
    client.post("/notices/read/")

    assert (facts.unread(ana), facts.unread(eve)) == (0, 1)


def test_the_page_takes_as_many_queries_for_forty_notices_as_for_one(client, person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ana = person("Ana")
    client.force_login(ana)
    counts = []
    for more in (1, 39):
        for _ in range(more):
            services.notify(ana, "meeting.convened", **CONVENED)
        with CaptureQueriesContext(connection) as queries:
            client.get("/notices/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_mail_server_that_fails_is_noted_and_nothing_else_fails(person, committed, monkeypatch):
    def fail(_self, _messages):
        raise OSError("no route")

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    with committed():
        services.notify(by_channel(person)["email"], "meeting.convened", **CONVENED)

    assert Notice.objects.get().email == "failed"


def test_much_mail_waits_in_a_queue_and_is_sent_once(person, committed):
    people = [person(f"P {chr(97 + n // 26)}{chr(97 + n % 26)}", email=f"p{n}@example.org") for n in range(AT_ONCE + 1)]
    with committed():
        services.notify_many(people, "meeting.convened", **CONVENED)
    assert mail.outbox == []

    sent = [services.send_queued(now=NOON + timedelta(days=1), limit=40) for _ in range(3)]

    assert sent == [40, AT_ONCE + 1 - 40, 0]
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == AT_ONCE + 1


def test_an_act_that_fails_tells_nobody(person, committed):
    from django.db import transaction

    def act(someone):
        with transaction.atomic():
            services.notify(someone, "meeting.convened", **CONVENED)
            raise RuntimeError

    someone = by_channel(person)["email"]
    with committed(), pytest.raises(RuntimeError):
        act(someone)

    assert mail.outbox == []
    assert Notice.objects.count() == 0


def test_the_secretary_sees_what_to_hand_over_and_notes_that_it_was(person):
    people = by_channel(person)
    services.notify_many(people.values(), "meeting.convened", **CONVENED)

    queue = facts.paper_queue([someone.pk for someone in people.values()])
    assert [row.person.name for row in queue] == ["paper"]
    services.mark_printed(notice_ids=[row.pk for row in Notice.objects.all()], now=NOON)

    assert sorted(Notice.objects.values_list("person__name", "paper", "paper_on")) == [
        ("email", "none", None), ("page", "none", None), ("paper", "sent", NOON.date()),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"path": "https://evil.example/"}, {"path": "//evil.example"}])
def test_a_notice_leads_only_to_this_site(person, wrong):
    with pytest.raises(ValueError, match="not a local path"):
        services.notify(person(), "meeting.convened", **(CONVENED | wrong))


def test_a_sentence_without_its_values_is_found_when_written_not_when_read(person):
    with pytest.raises(KeyError):
        services.notify(person(), "meeting.convened", **(CONVENED | {"values": {}}))

    assert Notice.objects.count() == 0


def test_my_unread_notices_fit_on_paper(client, person):
    ana = person("Ana")
    services.notify(ana, "meeting.convened", **CONVENED)
    client.force_login(ana)

    assert "26 November" in client.get("/notices/print/").content.decode()
