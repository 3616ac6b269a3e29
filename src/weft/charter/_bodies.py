"""The articles of one body: what it is, who sits in it, how it meets, its offices, executive and rights."""

from collections.abc import Iterable, Iterator

from weft.charter import _clauses as clauses
from weft.charter._build import plain_name
from weft.charter._clauses import Said, Word, body_title, decision_title
from weft.charter._words import Count, Listing, Part, Phrase, days, minutes, people, phrase, units
from weft.charter.model import BodyRule, Charter, Office, Recall, SeatRule

#: Anchor, body or kind of decision, heading, sentences.
Draft = tuple[str, str, Phrase, Iterable[Said]]

_KINDS = {
    "base": "All its members belong to the {body}, and each has one voice and one vote in it.",
    "association": "The {body} stands across the councils: all its members belong to it, each with one vote.",
    "delegate": "The {body} is made up of delegates, and each seat rests on those who sent the delegate.",
    "executive": "The {body} carries out what others have decided.",
    "commission": "The {body} has one task and reports on it.",
}
_VISIBILITY = {
    "public": "Everyone may read its papers.",
    "members": "Members may read its papers.",
    "hashes": "Only those entitled read its papers; the record holds nothing of them but their fingerprints.",
}


def body_articles(charter: Charter, body: BodyRule) -> Iterator[Draft]:
    path, kind, title = f"bodies.{body.id}", body.id, body.title
    yield f"body.{kind}", kind, phrase("The {body}", body=title), _constitution(charter, path, body)
    for seat in (seat for seat in body.seats if not seat.executive):
        yield from _seats(charter, path, body, seat)
    yield f"meetings.{kind}", kind, phrase("Meetings of the {body}", body=title), _meetings(path, body)
    yield f"offices.{kind}", kind, phrase("Offices of the {body}", body=title), _offices(charter, path, body)
    yield f"executive.{kind}", kind, phrase("The executive of the {body}", body=title), _executive(charter, path, body)
    yield f"rights.{kind}", kind, phrase("Rights of the {body}", body=title), _rights(charter, path, body)


def _constitution(charter: Charter, path: str, body: BodyRule) -> Iterator[Said]:
    yield (f"{path}.kind",), _KINDS[body.type], {"body": body.title}
    if body.sections:
        paths = tuple(f"{path}.sections.{section.id}.title" for section in body.sections)
        names = Listing(tuple(section.title or plain_name(section.id) for section in body.sections))
        yield paths, "It has sections that may also meet on their own: {sections}.", {"sections": names}
    if body.accountable_to:
        yield clauses.own(f"{path}.accountable_to", body_title(charter, body.accountable_to))
    if body.decides:
        kinds = Listing(tuple(decision_title(charter, kind) for kind in body.decides))
        yield (f"{path}.decides",), "It decides on {kinds}, and on nothing else.", {"kinds": kinds}
    yield from _size(path, body)
    if body.direct_below is not None:
        yield clauses.own(f"{path}.direct_below", body.direct_below)
    for place, quota in enumerate(body.quotas):
        values: dict[str, Word] = {"attribute": quota.attribute}
        if quota.share is not None:
            values["part"] = Part(quota.share)
            template = "At least {part} of its filled seats go to people of whom this is true: {attribute}."
        else:
            values["part"] = units(quota.at_least or 0, "seats")
            template = "At least {part} go to people of whom this is true: {attribute}."
        yield tuple(f"{path}.quotas.{place}.{name}" for name in ("share", "at_least", "attribute")), template, values
    yield (f"{path}.visibility",), _VISIBILITY[body.visibility], {}
    if body.fractions:
        yield from _fractions(f"{path}.fractions", body)


def _size(path: str, body: BodyRule) -> Iterator[Said]:
    least, most = body.body_minimum, body.body_maximum
    if least is not None:
        yield (f"{path}.body_minimum",), "It has at least {seats} in all.", {"seats": units(least, "seats")}
    if most is not None:
        yield (f"{path}.body_maximum",), "It has at most {seats} in all.", {"seats": units(most, "seats")}


def _fractions(path: str, body: BodyRule) -> Iterator[Said]:
    if (rule := body.fractions) is None:
        return
    template = "At least {delegates} may declare themselves a fraction."
    yield (f"{path}.at_least",), template, {"delegates": units(rule.at_least, "delegates")}
    if rule.caucus_minutes:
        template = "Before a vote a fraction may ask for a recess of {minutes}."
        yield (f"{path}.caucus_minutes",), template, {"minutes": minutes(rule.caucus_minutes)}
    if rule.presidium:
        yield (f"{path}.presidium",), "Fractions share the presidium in proportion to their size.", {}


def _meetings(path: str, body: BodyRule) -> Iterator[Said]:
    if body.meets_every_days is not None:
        yield clauses.own(f"{path}.meets_every_days", Count(body.meets_every_days, "every day", "every {n} days"))
    if body.notice_days:
        yield clauses.own(f"{path}.notice_days", days(body.notice_days))
    if body.convened_by is not None:
        yield clauses.own(f"{path}.convened_by", Part(body.convened_by))
    if body.convened_by_base is not None:
        yield clauses.own(f"{path}.convened_by_base", Part(body.convened_by_base))
    yield from clauses.quorum(f"{path}.quorum", body.quorum)


# --- seats, offices, executive, rights ------------------------------------------------------------------------------


def _seats(charter: Charter, body_path: str, body: BodyRule, seat: SeatRule) -> Iterator[Draft]:
    path, direct = f"{body_path}.seats.{seat.index}", seat.sender == "electors"
    sender: Word = Phrase("constituency") if direct else body_title(charter, seat.sender)
    if seat.title:
        title = phrase("{title}", title=seat.title)
    elif direct:
        title = phrase("Delegates to the {body}", body=body.title)
    else:
        title = phrase("Delegates of the {sender} to the {body}", sender=sender, body=body.title)
    anchor = f"seats.{body.id}.{seat.index}"
    yield anchor, body.id, title, _seat_numbers(path, body, seat, sender)
    bound = phrase("{title}: mandate, report and recall", title=title)
    yield f"{anchor}.bound", body.id, bound, _seat_bonds(path, seat)


def _seat_numbers(path: str, body: BodyRule, seat: SeatRule, sender: Word) -> Iterator[Said]:
    if seat.sender == "electors":
        yield (f"{path}.from",), "The electors themselves elect these delegates to the {body}.", {"body": body.title}
    else:
        yield (f"{path}.from",), "The {sender} elects delegates to the {body}.", {"sender": sender, "body": body.title}
    yield from clauses.norm(f"{path}.norm", seat.norm, "delegates", phrase("each {sender}", sender=sender))
    if seat.small is not None:
        template = {
            "combine": "Those with fewer than {units} combine with others and elect together.",
            "one": "Those with fewer than {units} send one delegate all the same.",
            "none": "Those with fewer than {units} send nobody.",
        }[seat.small.do]
        yield (f"{path}.small.below", f"{path}.small.do"), template, {"units": units(seat.small.below, seat.norm.unit)}
    if seat.section:
        titles = {section.id: section.title for section in body.sections}
        name = titles.get(seat.section) or plain_name(seat.section)
        yield (f"{path}.section",), "They sit in the {section}.", {"section": name}
    if seat.voice == "advisory":
        yield (f"{path}.voice",), "They speak in the {body} and do not vote.", {"body": body.title}
    yield from clauses.elect(f"{path}.elect", seat.elect, phrase("They are"))
    if seat.alternates:
        template = (
            "Each delegate is elected with {alternates}; when the seat falls vacant, the papers on which it rests say "
            "who of them steps up."
            if seat.elect.counts_back
            else "Each delegate is elected with {alternates}, to step up in order when the seat falls vacant."
        )
        yield (f"{path}.alternates",), template, {"alternates": units(seat.alternates, "alternates")}
    if seat.term_days is None:
        yield (f"{path}.term_days",), "There is no fixed term.", {}
    else:
        yield (f"{path}.term_days",), "The term is {days}.", {"days": days(seat.term_days)}
    if seat.rotation is not None:
        yield from clauses.rotation(f"{path}.rotation", seat.rotation)
    when = {
        "now": "Changed numbers change the seats at once.",
        "next_term": "Changed numbers change the seats at the next term.",
    }
    yield (f"{path}.takes_effect",), when[seat.takes_effect], {}


def _seat_bonds(path: str, seat: SeatRule) -> Iterator[Said]:
    mandate = {
        "binding": "What the electors instruct their delegate to do binds the delegate.",
        "advisory": "What the electors advise guides the delegate, who may depart from it and must say why.",
        "none": "Delegates are not bound by instructions.",
    }
    yield (f"{path}.mandate",), mandate[seat.mandate], {}
    if seat.mandate == "binding":
        breach = {
            "refuse": "A vote against a binding mandate is refused.",
            "flag": "A vote against a binding mandate is counted, and shown to the electors as a breach.",
        }
        yield (f"{path}.breach",), breach[seat.breach], {}
    if seat.report_every_days is not None:
        often = Count(seat.report_every_days, "every day", "every {n} days")
        yield (f"{path}.report_every_days",), "Delegates report to their electors at least {often}.", {"often": often}
    if seat.recall is not None:
        whom = phrase("a delegate")
        yield from clauses.recall(f"{path}.recall", seat.recall, whom, phrase("the electors"))
    leaving = "A delegate who leaves the constituency loses the seat." if seat.lapses_on_leaving else (
        "A delegate who leaves the constituency keeps the seat to the end of the term.")  # fmt: skip
    yield (f"{path}.lapses_on_leaving",), leaving, {}


def _offices(charter: Charter, path: str, body: BodyRule) -> Iterator[Said]:
    alike: list[tuple[Recall, list[Office]]] = []
    for office in body.offices.values():
        yield from _office(charter, path, office)
        if office.recall is not None:
            same = next((offices for rule, offices in alike if rule == office.recall), None)
            if same is None:
                alike.append((office.recall, [office]))
            else:
                same.append(office)
    for rule, offices in alike:
        names = Listing(tuple(office.title or plain_name(office.id) for office in offices), "{first} or {last}")
        paths = [f"{path}.offices.{office.id}.recall" for office in offices]
        for said in clauses.recall(paths[0], rule, phrase("the {office}", office=names), phrase("the body")):
            everyone = tuple(other + one.removeprefix(paths[0]) for other in paths for one in said[0])
            yield everyone, said[1], said[2]


def _office(charter: Charter, body_path: str, office: Office) -> Iterator[Said]:
    path, title = f"{body_path}.offices.{office.id}", office.title or plain_name(office.id)
    count = people(office.count)
    number: dict[str, Word] = {"office": title, "people": count}
    if office.fill == "draw":
        yield (f"{path}.draw",), "{office}: {people}, drawn by public lot.", number
    elif office.fill == "rotate":
        yield (f"{path}.rotate",), "{office}: {people}, in turn.", number
    elif office.elect is not None:
        subject = phrase("{office}: {people},", office=title, people=count)
        first, *more = clauses.elect(f"{path}.elect", office.elect, subject)
        yield (first[0] + (f"{path}.count",), first[1], first[2])
        yield from more
    if office.term_days is not None:
        yield (
            (f"{path}.term_days",),
            "The term of the {office} is {days}.",
            {"office": title, "days": days(office.term_days)},
        )
    if office.deputies:
        template = (
            "For the {office} {deputies} may stand in; the papers on which the place rests say who of them does."
            if office.elect and office.elect.counts_back
            else "For the {office} {deputies} may stand in, in the order of their votes."
        )
        yield (f"{path}.deputies",), template, {"office": title, "deputies": units(office.deputies, "deputies")}
    if office.rotation is not None:
        yield from clauses.rotation(f"{path}.rotation", office.rotation)
    if office.incompatible:
        others = Listing(tuple(_office_title(charter, other) for other in office.incompatible), "{first} or {last}")
        template = "Whoever is {office} cannot at the same time be {others}."
        yield (f"{path}.incompatible",), template, {"office": title, "others": others}
    if office.report_every_days is not None:
        often = Count(office.report_every_days, "every day", "every {n} days")
        values: dict[str, Word] = {"office": title, "often": often}
        yield (f"{path}.report_every_days",), "The {office} reports to the body at least {often}.", values


def _office_title(charter: Charter, name: str) -> str:
    titles = (body.offices[name].title for body in charter.bodies.values() if name in body.offices)
    return next((title for title in titles if title), plain_name(name))


def _executive(charter: Charter, body_path: str, body: BodyRule) -> Iterator[Said]:
    if (rule := body.executive) is None:
        return
    path, title = f"{body_path}.executive", body_title(charter, rule.kind)
    values: dict[str, Word] = {"body": body.title, "executive": title}
    yield (f"{path}.kind",), "The {body} elects the {executive} from among its own.", values
    yield from clauses.norm(f"{path}.size", rule.size, "members", phrase("the {executive}", executive=title))
    yield from clauses.elect(f"{path}.elect", rule.elect, phrase("Its members are"))
    if rule.recall is not None:
        whom = phrase("a member of the {executive}", executive=title)
        yield from clauses.recall(f"{path}.recall", rule.recall, whom, phrase("the {body}", body=body.title))


def _rights(charter: Charter, body_path: str, body: BodyRule) -> Iterator[Said]:
    if (rule := body.rights) is None:
        return
    path = f"{body_path}.rights"
    if rule.bodies:
        names = Listing(tuple(body_title(charter, kind) for kind in rule.bodies))
        template = "The {body} has rights in these bodies: {bodies}."
        yield (f"{path}.bodies",), template, {"body": body.title, "bodies": names}
    if rule.table:
        yield (f"{path}.table",), "It may put items on their agenda.", {}
    concerns: Word = rule.concerns or phrase("its own matters")
    if rule.hearing or rule.objection_days or rule.concerns:
        yield (f"{path}.concerns",), "Its concern is {concerns}.", {"concerns": concerns}
    if rule.hearing:
        yield (f"{path}.hearing",), "It is heard before anything is decided on its concern.", {}
    if rule.objection_days:
        template = "Within {days} it may object to such a decision."
        yield (f"{path}.objection_days",), template, {"days": days(rule.objection_days)}
    if rule.suspends_days:
        template = "Its objection suspends the decision for {days}, once; then it is put to the vote again."
        yield (f"{path}.suspends_days",), template, {"days": days(rule.suspends_days)}
