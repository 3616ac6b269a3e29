"""Associations: members of any councils found one among themselves, inside their federation.

Charter: membership.founders, body.rights. Nobody founds one for others: a member proposes it, others ask to join,
and with the number that the charter asks of founders it exists. Later people join it as they join a council.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.accession import check_association
from weft.federation.membership import check_age
from weft_site.federation import rolls
from weft_site.federation.acting import Acting, begin
from weft_site.federation.models import Application, Body
from weft_site.federation.services.bodies import add_members, create_body, link, members_document
from weft_site.federation.services.entitlement import follow_entitlement
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act

LONGEST_TITLE = 120


@formal_act("federation.association_proposed")
def propose_association(*, actor: Person, now: datetime, body_id: int, kind: str, title: str, of_age: bool) -> str:
    """Propose an association; the proposer is the first to join. Answers with its reference.

    body_id: the council to which the proposer belongs.
    Refusals: ``standing.member``, ``association.kind``, ``association.title``, ``membership.minimum_age``.
    """
    acting = begin(body_id, actor, now)
    acting.require("association.found")
    check_association(acting.charter, kind)
    check_age(acting.charter.membership, declared=of_age)
    title = " ".join(title.split())
    if not 0 < len(title) <= LONGEST_TITLE:
        raise RuleBroken("association.title", most=LONGEST_TITLE)
    if Body.objects.filter(federation=acting.federation, ended_at__isnull=True, title__iexact=title).exists():
        raise RuleBroken("association.title_taken")
    body = create_body(acting.federation, acting.charter, kind=kind, title=title, ref=f"b{acting.index}", now=now)
    Application.objects.create(body=body, person=actor, ref=f"q{acting.index}", applied_at=now)
    acting.record("federation.association_proposed", data={"association": body.ref, "kind": kind, "title": title})
    acting.body = body
    found_if_enough(acting)
    return body.ref


def found_if_enough(acting: Acting) -> bool:
    """With the founders that the charter asks for the association exists: one entry, and its seats follow."""
    body = acting.body
    body.federation = acting.federation
    asked = list(rolls.applications(body))
    needed = acting.charter.membership.founders
    if len(asked) < needed:
        return False
    people = [row.person for row in asked]
    rows = add_members(body, people, index=acting.index, now=acting.now)
    Application.objects.filter(pk__in=[row.pk for row in asked]).update(state=Application.State.ADMITTED)
    uppers = _uppers(acting, body)
    for upper in uppers:
        link(body, upper)
    acting.record(
        "federation.association_founded",
        by=(),
        data={
            "association": body.ref,
            "kind": body.kind,
            "title": body.title,
            "founders": len(rows),
            "uppers": [upper.ref for upper in uppers],
        },
        finding={"needed": needed},
        documents={"members": acting.document("members", members_document(rows))},
    )
    for upper in uppers:
        follow_entitlement(acting, upper)
    sentence = gettext_noop("%(body)s is founded, and you are a member.")
    path = f"/f/{acting.federation.log.slug}/b/{body.ref}/"
    notify_many(
        people, "association.founded", sentence=sentence, values={"body": body.title}, path=path, now=acting.now
    )
    return True


def _uppers(acting: Acting, body: Body) -> list[Body]:
    """The bodies of the federation in which the charter gives associations of this kind seats."""
    kinds = [
        kind for kind, rule in acting.charter.bodies.items() if any(seat.sender == body.kind for seat in rule.seats)
    ]
    found = Body.objects.filter(federation=acting.federation, kind__in=kinds, ended_at__isnull=True).order_by("pk")
    uppers = list(found)
    for upper in uppers:
        upper.federation = acting.federation
    return uppers
