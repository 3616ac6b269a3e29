"""A charter as a constitution people can read: numbered articles, made from its values.

The sentence and the rule are one: each clause names the values it speaks of, and a refusal finds its
article by its rule id. Figures of a historical charter carry their source and their doubt in the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from weft.charter import _clauses as clauses
from weft.charter._bodies import Draft, body_articles
from weft.charter._clauses import Said, Word, body_title, decision_title
from weft.charter._words import (
    Listing,
    Phrase,
    Plural,
    Spell,
    Translate,
    days,
    minutes,
    months,
    phrase,
    sentence,
    speech,
    units,
)
from weft.charter.model import Charter, Membership, Procedure, Source
from weft.charter.vocabulary import rule_of

#: What a body or a charter is; no figure, so history need not have counted it.
_STRUCTURE = frozenset(
    {"body.kind", "charter.title", "charter.based_on", "charter.historical", "article.text", "seat.from"}
)
_ORDER = ("", "V", "D", "M", "unknown")


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of an article.

    rule:    the rule id that judges it. path: the value it speaks of first; paths: all of them.
    template, values: a msgid and what fills it. sources: where its figures come from.
    """

    rule: str
    path: str
    template: str
    values: tuple[tuple[str, Word], ...]
    paths: tuple[str, ...]
    sources: tuple[Source, ...] = ()

    @property
    def status(self) -> str:
        """The weakest status among its figures: "V", "D", "M", "unknown", or nothing for a charter without sources."""
        return max((source.status for source in self.sources), key=_ORDER.index, default="")

    def text(
        self,
        translate: Translate = str,
        plural: Plural | None = None,
        spell: Spell | None = None,
        *,
        doubts: bool = True,
    ) -> str:
        """The sentence; what is not read at a source says so itself, unless ``doubts`` are shown elsewhere."""
        voice = speech(translate, plural, spell)
        said = sentence(voice.say(Phrase(self.template, self.values)))
        return " ".join([said, *(voice.say(doubt) for doubt in self.doubts())]) if doubts else said

    def doubts(self) -> tuple[Phrase, ...]:
        """What a reader must know before taking the figures for facts, each once."""
        found: dict[Phrase, None] = {}
        for source in self.sources:
            note = source.note.rstrip(".")
            if source.status == "unknown":
                told = phrase("[The sources do not say: {note}.]", note=note) if note else Phrase(
                    "[Default; the sources are silent.]")  # fmt: skip
                found[told] = None
            elif source.status == "M":
                found[phrase("[Unverified: {note}.]", note=note) if note else Phrase("[Unverified.]")] = None
            elif source.status == "D":
                found[phrase("[Derived: {note}.]", note=note) if note else Phrase("[Derived.]")] = None
            if source.claims:
                claims = Listing(source.claims, "{first}; {last}", "; ")
                found[phrase("[Sources disagree: {claims}.]", claims=claims)] = None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Article:
    """A numbered article.

    body: the body, or the kind of decision, that it is about. anchor: stable while the charter keeps the article.
    """

    number: int
    title: Phrase
    clauses: tuple[Clause, ...]
    anchor: str
    body: str = ""

    def heading(self, translate: Translate = str) -> str:
        return sentence(speech(translate).say(self.title))

    def text(self, translate: Translate = str, plural: Plural | None = None, spell: Spell | None = None) -> str:
        return " ".join(clause.text(translate, plural, spell) for clause in self.clauses)


def articles(charter: Charter) -> tuple[Article, ...]:
    """Every article in order: the members, each body, the decisions, the procedure, then the council's own words.

    A pure function of the charter's values: two charters with the same values read the same.
    """
    return tuple(
        Article(number, title, tuple(_clause(charter, *one) for one in said), anchor, body)
        for number, (anchor, body, title, said) in enumerate(_written(charter), start=1)
    )


def article_for(charter: Charter, rule: str, body: str = "") -> int | None:
    """The number of the article that states a rule, for a refusal to cite; None where none does.

    rule: a rule id, ``body.quorum``, or a finer one below it, ``seat.recall.quorum``.
    body: the body, or the kind of decision, whose rule it is; without it the first that has the rule.
    """
    asked = ".".join(rule.split(".")[:2])
    for number, (_anchor, about, _title, said) in enumerate(_written(charter), start=1):
        if body in ("", about) and any(rule_of(path) == asked for paths, _template, _values in said for path in paths):
            return number
    return None


def _written(charter: Charter) -> Iterator[tuple[str, str, Phrase, tuple[Said, ...]]]:
    """Every article that has anything to say."""
    for anchor, body, title, said in _all(charter):
        if written := tuple(said):
            yield anchor, body, title, written


def _clause(charter: Charter, paths: tuple[str, ...], template: str, values: dict[str, Word]) -> Clause:
    rule = rule_of(paths[0])
    sources = tuple(dict.fromkeys(source for path in paths if (source := source_of(charter, path))))
    if charter.historical and not sources and rule not in _STRUCTURE:
        sources = (Source(paths[0], "unknown"),)
    return Clause(rule, paths[0], template, tuple(values.items()), paths, sources)


def source_of(charter: Charter, path: str) -> Source | None:
    """The source of a value: its own entry, or that of the nearest table around it."""
    while path:
        if path in charter.sources:
            return charter.sources[path]
        path = path.rpartition(".")[0]
    return None


def _all(charter: Charter) -> Iterator[Draft]:
    yield "charter", "", phrase("Name"), _name(charter)
    yield "membership", "", phrase("Members"), _members(charter.membership)
    yield "founding", "", phrase("Founding"), [clauses.own("membership.founders", charter.membership.founders)]
    yield "admission", "", phrase("Admission"), _admission(charter)
    yield "exclusion", "", phrase("Exclusion"), _exclusion(charter)
    for body in charter.bodies.values():
        yield from body_articles(charter, body)
    for kind, decision in charter.decisions.items():
        title = decision_title(charter, kind)
        said = clauses.decision(f"decisions.{kind}", decision, lambda other: body_title(charter, other))
        yield f"decision.{kind}", kind, phrase("{kind}", kind=title), said
    yield "procedure", "", phrase("Procedure"), _procedure(charter.procedure)
    for place, own in enumerate(charter.articles):
        said_freely: Said = ((f"articles.{place}.text",), "{text}", {"text": own.text})
        yield f"article.{own.id}", "", phrase("{title}", title=own.title), [said_freely]


def _name(charter: Charter) -> Iterator[Said]:
    yield clauses.own("charter.title", charter.title)
    if charter.based_on:
        yield clauses.own("charter.based_on", charter.based_on)
    if charter.historical:
        yield clauses.own("charter.historical", "")


def _members(membership: Membership) -> Iterator[Said]:
    yield clauses.own("membership.who", membership.who)
    yield clauses.own("membership.minimum_age", membership.minimum_age)
    if membership.arrears_months is not None:
        yield clauses.own("membership.arrears_months", months(membership.arrears_months))
    if membership.lapses_with_job:
        yield clauses.own("membership.lapses_with_job", "")


def _admission(charter: Charter) -> Iterator[Said]:
    rule, path = charter.membership.admission, "membership.admission"
    paths = (f"{path}.vouchers", f"{path}.objection_days")
    numbers: dict[str, Word] = {"vouchers": units(rule.vouchers, "members"), "days": days(rule.objection_days)}
    if rule.vouchers and rule.objection_days:
        template = "A newcomer is admitted on the word of {vouchers}, unless somebody objects within {days}."
    elif rule.vouchers:
        template = "A newcomer is admitted on the word of {vouchers}."
    elif rule.objection_days:
        template = "A newcomer is admitted unless somebody objects within {days}."
    else:
        template = "Whoever may belong is admitted on asking."
    yield paths, template, numbers
    template = "Where there is an objection, the members decide, by the rules for {decision}."
    yield (f"{path}.decided_as",), template, {"decision": decision_title(charter, rule.decided_as)}


def _exclusion(charter: Charter) -> Iterator[Said]:
    rule, path = charter.membership.exclusion, "membership.exclusion"
    decision = decision_title(charter, rule.decided_as)
    start = "Nobody is excluded without a hearing and a vote, by the rules for {decision}."
    yield (f"{path}.decided_as",), start, {"decision": decision}
    if rule.notice_days:
        template = "The charge is made known to the member at least {days} before."
        yield (f"{path}.notice_days",), template, {"days": days(rule.notice_days)}
    if rule.appeal_days:
        template = "Within {days} the excluded member may appeal to a wider body."
        yield (f"{path}.appeal_days",), template, {"days": days(rule.appeal_days)}
    else:
        yield (f"{path}.appeal_days",), "There is no appeal.", {}


def _procedure(rule: Procedure) -> Iterator[Said]:
    yield clauses.own("procedure.voting_days", days(rule.voting_days))
    yield clauses.own("procedure.longest_vote_days", days(rule.longest_vote_days))
    yield clauses.own("procedure.renewal_days", days(rule.renewal_days))
    yield clauses.own("procedure.challenge_days", days(rule.challenge_days))
    yield clauses.own("procedure.admission_officers_days", days(rule.admission_officers_days))
    yield clauses.own("procedure.ratification_officers_days", days(rule.ratification_officers_days))
    yield clauses.own("procedure.doors_minutes", minutes(rule.doors_minutes))
    yield clauses.own("procedure.trustees", units(rule.trustees, "trustees"))
    yield clauses.own("procedure.secret_minimum", units(rule.secret_minimum, "votes"))
    yield clauses.own("procedure.invitation_days", days(rule.invitation_days))
