"""How a formal act is done: once, whole, and on the record.

A service decorated with `formal_act` runs in one transaction. A key makes it idempotent: the same actor with
the same key gets the first answer again and nothing is done twice. Inside, the service locks the log, asks
the core, writes its rows and appends its entry; if anything fails, none of it has happened.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps

from django.db import IntegrityError, transaction

from weft.errors import RuleBroken
from weft.record import Entry as Leaf
from weft.record import commitment
from weft_site.record.models import Document, DoneAct, Entry, Log

RULES = 1  # version of the rules in `weft`; a rule whose outcome changes gets the next one


def formal_act(name: str) -> Callable:
    """Make a service a formal act. It is called with ``actor`` (a person or None), ``now`` and ``key``.

    Its answer must be plain JSON (a reference, an id, or None): that is what a replay gets.
    """

    def decorate(service: Callable) -> Callable:
        @wraps(service)
        def run(*, actor, now: datetime, key: str = "", **arguments):
            if not key:
                with transaction.atomic():
                    return service(actor=actor, now=now, **arguments)
            try:
                with transaction.atomic():
                    who = str(actor.pk) if actor else ""
                    done = DoneAct.objects.create(actor=who, key=key, act=name, answer=[], at=now)
                    answer = service(actor=actor, now=now, **arguments)
                    DoneAct.objects.filter(pk=done.pk).update(answer=[answer])
                    return answer
            except IntegrityError:
                return _earlier_answer(who, key, name)

        run.act = name
        return run

    return decorate


def _earlier_answer(actor: str, key: str, name: str):
    """The answer of the act that took this key first; any other integrity error is a bug and is raised on."""
    done = DoneAct.objects.filter(actor=actor, key=key).first()
    if done is None:
        raise  # noqa: PLE0704 - called while the IntegrityError is being handled
    if done.act != name:
        raise RuleBroken("act.key_used", act=done.act)
    return done.answer[0]


def lock_log(log_id: int) -> Log:
    """Lock a record for this transaction. Its `size` is the index that the next entry will have.

    Formal acts of one federation therefore happen one after the other; nothing that a rule looks at can move.
    """
    log = Log.objects.select_for_update().get(pk=log_id)
    if log.sealed_at is not None:
        raise RuleBroken("record.sealed")
    return log


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
    """Append one entry to a locked log and return its index. See `weft.record.Entry` for what may stand in it."""
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
    log.save(update_fields=["size"])
    return index


def keep_document(log: Log, name: str, content: str, *, body: str = "", visibility: str = "members") -> str:
    """Keep a text beside the log; returns the salted hash that its entry names. Erasable, one by one."""
    salt = secrets.token_bytes(32)
    value = content.encode()
    digest = commitment(salt, value).hex()
    Document.objects.create(log=log, hash=digest, body=body, name=name, visibility=visibility, salt=salt, content=value)
    return digest
