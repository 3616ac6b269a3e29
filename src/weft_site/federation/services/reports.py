"""Reports: a delegate or officer gives account to the electors, as often as the charter asks, or unasked.

Charter: seat.report_every_days, office.report_every_days.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft_site.federation.acting import begin
from weft_site.federation.electing import electors_document, electors_of_seat, path, people_of
from weft_site.federation.models import Report, Term
from weft_site.federation.seat_facts import report_due_at
from weft_site.federation.services.seats import own_running_term
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_text

LONGEST_REPORT = 20_000


@formal_act("federation.reported")
def give_report(*, actor: Person, now: datetime, term_id: int, text: str) -> str:
    """Give a report on one's own term. It answers the one that is due next; the next falls due from today on."""
    body_id = Term.objects.values_list("seat__body_id", flat=True).get(pk=term_id)
    acting = begin(body_id, actor, now)
    term = own_running_term(acting, "report.give", term_id)
    text = clean_text(text, most=LONGEST_REPORT)
    if not text:
        raise RuleBroken("report.text")
    electors = electors_of_seat(term.seat, acting.body)
    due_at = report_due_at(term)
    report = Report.objects.create(term=term, ref=f"p{acting.index}", text=text, given_at=now, due_at=due_at)
    acting.record(
        "federation.reported",
        by=(term.seat.ref,),
        data={
            "report": report.ref,
            **electors.data(),
            "seat": term.seat.ref,
            "term": term.ref,
            "due": due_at.isoformat() if due_at else None,
        },
        finding={"late": due_at is not None and now > due_at},
        documents={"report": electors_document(acting, electors, "report", report.text)},
    )
    notify_many(
        people_of(electors.voters(now)),
        "report.given",
        sentence=gettext_noop("There is a new report to read."),
        values={},
        path=path(acting.body, "seats", term.seat.ref),
        now=now,
    )
    return report.ref
