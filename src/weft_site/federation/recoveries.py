"""How a lost sign-in is given back stands in the record: that it happened and in which way, never to whom."""

from collections.abc import Mapping
from hashlib import sha256

from weft.record import Entry as Leaf
from weft_site import clock
from weft_site.federation.models import Federation, Membership
from weft_site.people.models import Person, Recovery
from weft_site.record.acts import append, last_time, lock_log
from weft_site.record.models import Entry, Log

OPENED = "people.recovery_opened"


def record_recovery(act: str, data: Mapping[str, object]) -> None:
    """A step of getting a sign-in back, in the record of each federation to which the person belonged when it began.

    It says that it happened, and how, so that members can see it; never to whom. Each record has a reference of its
    own for it, and names no body, so that nobody can join one person's references.
    """
    recovery = Recovery.objects.get(pk=data["recovery"])
    opening = act == OPENED
    logs = _logs_of(recovery.person) if opening else _logs_that_saw(recovery)
    for log_id in logs:
        log = lock_log(log_id)
        charter = Federation.objects.values_list("charter__hash", flat=True).get(log=log_id)
        said = {"recovery": recovery_ref(recovery, log), **({"way": recovery.way} if opening else {})}
        append(log, act, at=max(clock.now(), last_time(log) or clock.now()), charter=charter, data=said)


def _logs_of(person: Person) -> list[int]:
    own = Membership.objects.filter(person=person, status__in=Membership.CURRENT).values("body__federation__log")
    return list(Log.objects.filter(pk__in=own, sealed_at__isnull=True).order_by("pk").values_list("pk", flat=True))


def _logs_that_saw(recovery: Recovery) -> list[int]:
    """The records that hold its beginning, whatever the person has joined or left since."""
    rows = Entry.objects.filter(act=OPENED, at__gte=recovery.opened_at, log__sealed_at__isnull=True)
    found = [
        row.log_id
        for row in rows.select_related("log").order_by("log_id")
        if Leaf.from_bytes(bytes(row.leaf)).data["recovery"] == recovery_ref(recovery, row.log)
    ]
    return list(dict.fromkeys(found))


def recovery_ref(recovery: Recovery, log: Log) -> str:
    """Different in each record, and from nothing that anybody else knows: its code is secret."""
    return "z" + sha256(f"weft/recovery\n{recovery.code_digest}\n{log.origin}".encode()).hexdigest()[:16]
