"""What every act of a federation does the same way: lock, ask for standing, append under the charter in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from weft.charter import Charter
from weft.federation import require
from weft_site.charter.facts import charter
from weft_site.federation import facts
from weft_site.federation.models import Body, Constituency, Federation
from weft_site.people.models import Person
from weft_site.record.acts import append, keep_document, lock_log
from weft_site.record.models import Log


@dataclass(slots=True)
class Acting:
    """One formal act in a body, inside its transaction. `index` is the index its entry will have.

    followed: bodies whose seats were brought into line during the act, so that nobody relies on an older reading.
    members, above, ways: read once while nothing but seats changes (`entitlement.follow_all`): the members of the
    councils below bodies of delegates, the bodies that rest on others, and through what these send to them.
    """

    log: Log
    federation: Federation
    body: Body
    charter: Charter
    actor: Person | None
    now: datetime
    followed: set[int] = field(default_factory=set)
    members: dict[int, int] = field(default_factory=dict)
    above: dict[int, list[Body]] = field(default_factory=dict)
    ways: dict[tuple[int, int], dict[int, tuple[int, int, int]]] = field(default_factory=dict)

    @property
    def index(self) -> int:
        return self.log.size

    def require(self, act: str, *, constituency: Constituency | None = None) -> None:
        """Ask the core whether the actor has standing for the act here and now."""
        require(act, facts.standing(self.actor, self.body, self.now, constituency=constituency))

    def document(self, name: str, content: str) -> str:
        """Keep a text for the entry; visible as the charter says for this body."""
        visibility = self.charter.body(self.body.kind).visibility
        return keep_document(self.log, name, content, body=self.body.ref, visibility=visibility)

    def record(
        self,
        act: str,
        *,
        data: Mapping[str, object] | None = None,
        finding: Mapping[str, object] | None = None,
        documents: Mapping[str, str] | None = None,
        by: tuple[str, ...] | None = None,
        body: Body | None = None,
    ) -> int:
        """Append the entry and return its index."""
        where = body or self.body
        return append(
            self.log,
            act,
            at=self.now,
            charter=self.charter.hash,
            body=where.ref,
            by=facts.acting_ref(self.actor, self.body, self.now) if by is None else by,
            data=data,
            finding=finding,
            documents=documents,
        )


def begin(body_id: int, actor: Person | None, now: datetime) -> Acting:
    """Lock the federation's record and read the body and the charter in force as they are now."""
    log_id = Federation.objects.values_list("log_id", flat=True).get(bodies__pk=body_id)
    log = lock_log(log_id)
    body = Body.objects.select_related("federation__charter", "federation__log").get(pk=body_id)
    return Acting(
        log=log,
        federation=body.federation,
        body=body,
        charter=charter(body.federation.charter),
        actor=actor,
        now=now,
    )
