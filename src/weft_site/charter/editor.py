"""The charter editor: every article with its text and, below it, the values the text is made from.

One form for the founding meeting and for amendments. It knows nothing of who may change what; it makes a new
charter out of what was typed, or names every problem, each beside its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from weft.charter import Charter, CharterProblems, amend, articles, diff, values_of
from weft.charter.model import FreeArticle
from weft.charter.vocabulary import Parameter, Value, parameter_at, value_from_text

NEW_ARTICLE = "new"


@dataclass(slots=True)
class Field:
    """One value as a form shows it; `value` is text, `errors` whole sentences."""

    path: str
    parameter: Parameter
    value: str
    errors: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return gettext(self.parameter.meaning)

    @property
    def bounds(self) -> str:
        """What may stand here, in words, for the help below the field."""
        low, high, unit = self.parameter.low, self.parameter.high, self.parameter.unit
        words = {"unit": gettext(unit), "low": low, "high": high}
        if self.parameter.kind == "share":
            return gettext("A share such as 1/2 or 60 %.")
        if low is not None and high is not None:
            return gettext("%(low)s to %(high)s %(unit)s") % words
        return words["unit"]

    @property
    def element_id(self) -> str:
        return "f-" + self.path.replace(".", "-")


@dataclass(slots=True)
class Section:
    """One article and its fields. `anchor` is stable while the charter keeps the article."""

    number: int
    heading: str
    sentences: list[str]
    anchor: str
    fields: list[Field]

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.fields)


@dataclass(slots=True)
class Text:
    """An article in the council's own words."""

    id: str
    title: str
    text: str


def sentence_of(clause) -> str:
    return clause.text(gettext, ngettext)


class Editor:
    """The form over one charter. `typed` is what was posted: path -> text, and article/<id>/title|text."""

    def __init__(self, charter: Charter, typed: Mapping[str, str] | None = None) -> None:
        self.charter = charter
        self._typed = typed or {}
        self._held = values_of(charter)
        self.sections = self._sections()
        self.texts = self._texts()
        self.problems: list[str] = []

    def amended(self) -> Charter | None:
        """The charter as typed, or None with every problem named in `problems` and beside its field."""
        try:
            return amend(self.charter, self._changed_values(), self._changed_texts())
        except CharterProblems as found:
            fields = {f.path: f for section in self.sections for f in section.fields}
            for problem in found.problems:
                words = problem.text(gettext)
                self.problems.append(words)
                if problem.path in fields:
                    fields[problem.path].errors.append(words)
            return None

    def _changed_values(self) -> list[tuple[str, Value | None]]:
        changed = []
        for path, held in self._held.items():
            if path not in self._typed:
                continue
            new = value_from_text(path, self._typed[path])
            if new != held:
                changed.append((path, new))
        return changed

    def _changed_texts(self) -> dict[str, FreeArticle | None]:
        changed: dict[str, FreeArticle | None] = {}
        standing = {article.id: article for article in self.charter.articles}
        for text in self.texts:
            was = standing.get(text.id)
            if was is None:
                if text.title and text.text:
                    changed[self._free_id()] = FreeArticle(self._free_id(), text.title, text.text)
            elif not text.title and not text.text:
                changed[text.id] = None
            elif (text.title, text.text) != (was.title, was.text):
                changed[text.id] = FreeArticle(text.id, text.title, text.text)
        return changed

    def _free_id(self) -> str:
        taken = {article.id for article in self.charter.articles}
        return next(name for n in range(1, 1000) if (name := f"own-{n}") not in taken)

    def _sections(self) -> list[Section]:
        shown: set[str] = set()
        sections = []
        for article in articles(self.charter):
            fields = []
            for clause in article.clauses:
                for path in clause.paths:
                    if path not in shown and (made := self._field(path)):
                        shown.add(path)
                        fields.append(made)
            if fields:
                sentences = [sentence_of(clause) for clause in article.clauses]
                sections.append(Section(article.number, article.heading(gettext), sentences, article.anchor, fields))
        return sections

    def _field(self, path: str) -> Field | None:
        parameter = parameter_at(path)
        if parameter is None or path.startswith("articles.") or path not in self._held:
            return None
        return Field(path, parameter, self._typed.get(path, as_text(self._held[path])))

    def _texts(self) -> list[Text]:
        standing = [*self.charter.articles, FreeArticle(NEW_ARTICLE, "", "")]
        return [
            Text(
                article.id,
                self._typed.get(f"article/{article.id}/title", article.title).strip(),
                self._typed.get(f"article/{article.id}/text", article.text).replace("\r\n", "\n").strip(),
            )
            for article in standing
        ]


def as_text(value: Value) -> str:
    """A value as a person types it; the inverse of `weft.charter`'s reading."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of old and new, for components/_diff.html."""

    label: str
    old: str
    new: str


def changes_in_words(old: Charter, new: Charter) -> list[Row]:
    """What differs between two charters, article by article, as people read it."""
    before = {article.anchor: article for article in articles(old)}
    after = {article.anchor: article for article in articles(new)}
    rows = []
    for anchor in dict.fromkeys([*before, *after]):
        was = "\n".join(sentence_of(c) for c in before[anchor].clauses) if anchor in before else ""
        now = "\n".join(sentence_of(c) for c in after[anchor].clauses) if anchor in after else ""
        if was != now:
            article = after.get(anchor) or before[anchor]
            rows.append(Row(f"{article.number}. {article.heading(gettext)}", was, now))
    if not rows and diff(old, new):  # a value that no sentence speaks of
        rows = [
            Row(c.path, "" if c.old is None else as_text(c.old), "" if c.new is None else as_text(c.new))
            for c in diff(old, new).values
        ]
    return rows
