"""Notices: always on the person's page, and by the channel they chose.

E-mail says only that there is something to read, and where: no subject, name or content of a council
leaves the server. What was sent, by which channel and on which day is kept, as proof of convocation.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail import get_connection as mail_connection
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from weft_site.people.models import Notice, Person

AT_ONCE = 50  # more e-mail than this waits for `send_queued`, so that no page waits for a mail server


def notify(person: Person, kind: str, **told) -> None:
    """Tell one person. See `notify_many` for the rest of the arguments."""
    notify_many([person], kind, **told)


@transaction.atomic
def notify_many(
    people: Iterable[Person],
    kind: str,
    *,
    sentence: str,
    values: Mapping[str, str | int],
    path: str,
    now: datetime,
    every_channel: bool = False,
) -> int:
    """Tell people something, in the same transaction as the act it is about. Returns how many were told.

    kind:     stable id such as ``meeting.convened``.
    sentence: English msgid, marked with gettext_noop, with %(name)s places for `values`.
    path:     local path where they can read or do something about it.
    every_channel: by e-mail even if they chose another way, as for a recovery of their account.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"not a local path: {path}")
    sentence % dict(values)  # a missing value is the caller's bug, and better found here than when read
    by_each = [
        (
            person.pk,
            _queued(bool(person.email) and (every_channel or person.channel == Person.Channel.EMAIL)),
            _queued(person.channel == Person.Channel.PAPER),
        )
        for person in people
    ]
    shared = {"kind": kind, "sentence": sentence, "values": dict(values), "path": path, "created_on": now.date()}
    _insert(by_each, shared)
    if 0 < sum(email == Notice.State.QUEUED for _person, email, _paper in by_each) <= AT_ONCE:
        transaction.on_commit(lambda: send_queued(now=now, limit=AT_ONCE), robust=True)
    return len(by_each)


def _insert(by_each: Sequence[tuple[int, str, str]], shared: Mapping[str, object]) -> None:
    """A notice for each (person, state of e-mail, state of paper), all with the same words.

    In plain SQL: a report in a works council goes to hundreds, and making each a model took longer than the act.
    """
    own, meta = ("person", "email", "paper"), Notice._meta  # noqa: SLF001 - Django has no other name for it
    columns = [meta.get_field(name).column for name in (*own, *shared)]
    same = [meta.get_field(name).get_db_prep_save(value, connection) for name, value in shared.items()]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {meta.db_table} ({', '.join(map(connection.ops.quote_name, columns))})"  # noqa: S608
            f" VALUES ({', '.join(['%s'] * len(columns))})",
            [(*each, *same) for each in by_each],
        )


def send_queued(*, now: datetime, limit: int = 500) -> int:
    """Send queued e-mail, oldest first, and note what happened to each. Returns how many went out.

    The rows are claimed first: a crash loses a message rather than sending it twice, and the page has it.
    """
    with transaction.atomic():
        rows = list(
            Notice.objects.select_for_update(of=("self",))
            .filter(email=Notice.State.QUEUED)
            .select_related("person")
            .order_by("pk")[:limit]
        )
        ids = [row.pk for row in rows]
        Notice.objects.filter(pk__in=ids).update(email=Notice.State.SENT, email_on=now.date())
    failed = []
    mail = mail_connection()
    for row in rows:
        try:
            if not row.person.email:
                raise ValueError("the address was removed")  # noqa: TRY301
            _message(row.person, mail).send()
        except Exception:  # noqa: BLE001 - any failure of any mail server: noted, shown, never fatal
            failed.append(row.pk)
    Notice.objects.filter(pk__in=failed).update(email=Notice.State.FAILED)
    return len(rows) - len(failed)


@transaction.atomic
def mark_read(*, person: Person, now: datetime, notice_id: int | None = None) -> None:
    """Mark one notice of this person's as read, or all. Somebody else's stays as it is."""
    rows = Notice.objects.filter(person=person, read_at=None)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    rows.update(read_at=now)


@transaction.atomic
def mark_printed(*, notice_ids: list[int], now: datetime) -> None:
    """Note that queued notices were handed over on paper. The caller has checked who may say so."""
    Notice.objects.filter(pk__in=notice_ids, paper=Notice.State.QUEUED).update(
        paper=Notice.State.SENT, paper_on=now.date()
    )


def _queued(wanted: bool) -> str:
    return Notice.State.QUEUED if wanted else Notice.State.NONE


def _message(person: Person, mail) -> EmailMessage:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=_("There is something new for you"),
            body=_("Sign in to read it: %(address)s") % {"address": f"{settings.WEFT_ADDRESS}/notices/"},
            to=[person.email],
            connection=mail,
        )
