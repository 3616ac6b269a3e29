"""How a formal act is done: once, whole, and on the record.

A service decorated with `formal_act` runs in one transaction. A key makes it idempotent: the same actor with
the same key and arguments gets the first answer again and nothing is done twice. Inside, the service locks the
log, asks the core, writes its rows and appends its entry; if anything fails, none of it has happened.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256

from django.db import IntegrityError, models, transaction

from weft.errors import RuleBroken
from weft.record import Entry as Leaf
from weft.record import commitment
from weft_site.record.models import Document, DoneAct, Entry, Log

RULES = 3  # version of the rules in `weft`; a rule whose outcome changes gets the next one
LONGEST_KEY = 64
PATIENCE = timedelta(minutes=1)  # so long may an act have waited for another


class Overtaken(Exception):  # noqa: N818 - it names what happened
    """While this act waited for the record, one with a later time was entered. It is judged again at that time."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__(at)


def formal_act(name: str) -> Callable:
    """Make a service a formal act. It is called with ``actor`` (a person or None), ``now`` and ``key``.

    Its answer must be plain JSON (a reference, an id, or None): that is what a replay gets. A key that did
    another act, or this one with other arguments, is refused: nobody is told that was done which was not.
    """

    def decorate(service: Callable) -> Callable:
        @wraps(service)
        def run(*, actor, now: datetime, key: str = "", **arguments):
            while True:
                try:
                    return once(actor, now, key, arguments)
                except Overtaken as later:
                    now = later.at

        def once(actor, now: datetime, key: str, arguments):
            if not key:
                with transaction.atomic():
                    return service(actor=actor, now=now, **arguments)
            who, key, asked = str(actor.pk) if actor else "", _stored(key), _digest(arguments)
            try:
                with transaction.atomic():
                    done = DoneAct.objects.create(actor=who, key=key, act=name, answer=[], at=now)
                    answer = service(actor=actor, now=now, **arguments)
                    DoneAct.objects.filter(pk=done.pk).update(answer=[answer, asked])
                    return answer
            except IntegrityError:
                return _earlier_answer(who, key, name, asked)

        run.act = name
        return run

    return decorate


def _earlier_answer(actor: str, key: str, name: str, asked: str):
    """The answer of the act that took this key first; any other integrity error is a bug and is raised on."""
    done = DoneAct.objects.filter(actor=actor, key=key).first()
    if done is None:
        raise  # noqa: PLE0704 - called while the IntegrityError is being handled
    answer, first_asked = done.answer
    if (done.act, first_asked) != (name, asked):
        raise RuleBroken("act.key_used", act=done.act)
    return answer


def _stored(key: str) -> str:
    """A key as its column takes it. Keys come from browsers, and a strange one must not be a crash."""
    if len(key) <= LONGEST_KEY and key.isascii() and key.isprintable():
        return key
    return sha256(key.encode(errors="replace")).hexdigest()


def _digest(arguments: Mapping[str, object]) -> str:
    """The same for the same arguments, in every process."""
    return sha256(repr(_plain(arguments)).encode(errors="replace")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return type(value).__name__, value.pk
    if isinstance(value, Mapping):
        return sorted((str(name), _plain(part)) for name, part in value.items())
    if isinstance(value, AbstractSet):
        return sorted(repr(_plain(part)) for part in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(part) for part in value]
    return value


def lock_log(log_id: int) -> Log:
    """Lock a record for this transaction. Its `size` is the index that the next entry will have.

    Formal acts of one federation therefore happen one after the other; nothing that a rule looks at can move.
    """
    log = Log.objects.select_for_update().get(pk=log_id)
    if log.sealed_at is not None:
        raise RuleBroken("record.sealed")
    return log


def last_time(log: Log) -> datetime | None:
    """When the last entry of a log was made."""
    if not log.size:
        return None
    if log.newest is not None and log.newest[0] == log.size:
        return log.newest[1]
    return Entry.objects.filter(log=log, index=log.size - 1).values_list("at", flat=True).first()


def append(
    log: Log,
    act: str,
    *,
    at: datetime,
    charter: str,
    body: str = "",
    by: Sequence[str] = (),
    data: Mapping[str, object] | None = None,
    finding: Mapping[str, object] | None = None,
    documents: Mapping[str, str] | None = None,
) -> int:
    """Append one entry to a locked log and return its index. See `weft.record.Entry` for what may stand in it.

    Raises Overtaken where the act was asked for a little before the last entry was made: time does not go backwards
    in a record, and two acts at once may come in the other order than their instants.
    """
    last = last_time(log)
    if last is not None and last - PATIENCE <= at < last:
        raise Overtaken(last)
    leaf = Leaf(
        act=act,
        at=at,
        body=body,
        by=tuple(by),
        charter=charter,
        rules=RULES,
        data=data or {},
        finding=finding or {},
        documents=documents or {},
    )
    index = log.size
    Entry.objects.create(log=log, index=index, act=act, at=at, body=body, leaf=leaf.to_bytes())
    log.size = index + 1
    log.newest = (log.size, at)
    log.save(update_fields=["size"])
    return index


def keep_document(
    log: Log,
    name: str,
    content: str,
    *,
    body: str = "",
    visibility: str = "members",
    keep_until: datetime | None = None,
) -> str:
    """Keep a text beside the log; returns the salted hash that its entry names. Erasable, one by one.

    keep_until: before, `export.erase_document` refuses.
    """
    salt = secrets.token_bytes(32)
    value = content.encode()
    digest = commitment(salt, value).hex()
    Document.objects.create(
        log=log,
        hash=digest,
        body=body,
        name=name,
        visibility=visibility,
        salt=salt,
        content=value,
        keep_until=keep_until,
    )
    return digest
