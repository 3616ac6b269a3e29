"""A charter reads as a constitution, and what it says is what its values say."""

import tomllib
from contextlib import suppress
from fractions import Fraction

import pytest
import tomlkit

from weft.charter import CharterProblems, article_for, articles, library, library_charter, load
from weft.charter._articles import source_of
from weft.charter._library import ORDER
from weft.charter._words import Count, Part, Phrase, english_number, speech
from weft.charter.vocabulary import Parameter, node_at


def reading(charter) -> str:
    return "\n".join(f"{article.number}. {article.heading()}: {article.text()}" for article in articles(charter))


def article(charter, rule: str, body: str = "") -> str:
    number = article_for(charter, rule, body)
    return next(a.text() for a in articles(charter) if a.number == number)


def test_the_default_charter_reads_like_this():
    charter = library_charter("workers-assembly")

    assert article(charter, "body.quorum", "workplace") == (
        "It meets at least every 14 days. A meeting is called, with its agenda, at least three days before. "
        "A meeting must also be called when at least one tenth of the body ask for it. "
        "It can decide when at least one fifth of the members are present, and never fewer than five people."
    )
    assert article(charter, "seat.norm", "city").startswith(
        "The workplace council elects delegates to the city council of delegates. "
        "There is one delegate for every 25 members, rounded down. "
        "Those with fewer than 25 members combine with others and elect together."
    )
    assert article(charter, "decision.majority", "charter") == (
        "A motion of this kind is carried by at least two thirds of the votes cast. "
        "The proposal is made known at least 14 days before the vote. "
        "It is put forward by at least three people who are entitled to vote on it. "
        "It takes effect once more than half of the base have agreed within 60 days, "
        "each workplace council with one voice."
    )
    assert article(charter, "membership.admission") == (
        "A newcomer is admitted on the word of two members, unless somebody objects within seven days. "
        "Where there is an objection, the members decide, by the rules for ordinary decisions."
    )
    assert article(charter, "procedure.voting_days") == (
        "A vote by name on a recall, a mandate, an admission or an accession is open for three days. "
        "An election by name is open for 30 days at most. "
        "In the last 30 days of a term a successor may be elected, so that no place stands empty. "
        "Any elector may challenge an election, with the reason, within seven days of its result. The mandate "
        "commission upholds or rejects the challenge, with the reason; an election that is annulled takes its places "
        "back. "
        "The officers put a contested application to the vote; if they let three days pass, any member may. "
        "The officers of a council open its vote on ratifying a decision; seven days after the decision anybody who "
        "votes there may. "
        "People are noted as present from 120 minutes before a meeting starts. "
        "A secret vote on devices is opened by trustees together: at least three trustees make the key, and more than "
        "half of those who made it are needed to open a count. Fewer learn nothing. "
        "A secret vote on devices in which fewer than five votes have been given is never opened, because its count "
        "would give people away. "
        "An invitation by which a member asks others to join holds for 30 days at most."
    )


def test_where_history_is_silent_on_procedure_the_article_says_so():
    said = article(library_charter("petrograd-soviet-1917"), "procedure.voting_days")

    assert said.count("[Default; the sources are silent.]") == 10


@pytest.mark.parametrize("name", ORDER)
def test_articles_are_numbered_in_order_and_each_has_words(name):
    found = articles(library_charter(name))

    assert [a.number for a in found] == list(range(1, len(found) + 1))
    assert len({a.anchor for a in found}) == len(found)
    for a in found:
        assert a.heading()[0].isupper() or not a.heading()[0].isalpha(), a.heading()
        for clause in a.clauses:
            said = clause.text(doubts=False)
            assert said.endswith((".", '"')), said
            assert "  " not in said, said
            assert "the the" not in said.lower(), said


def test_a_rule_is_found_by_body_and_a_finer_one_by_its_rule():
    charter = library_charter("workers-assembly")

    assert article_for(charter, "body.quorum", "city") != article_for(charter, "body.quorum", "workplace")
    assert article_for(charter, "seat.recall.quorum", "city") == article_for(charter, "seat.recall", "city")
    assert article_for(charter, "body.quorum") == article_for(charter, "body.quorum", "workplace")
    assert article_for(charter, "office.count", "workplace") == article_for(charter, "office.elect", "workplace")
    assert article_for(charter, "seat.recall", "workplace") is None
    assert article_for(charter, "vote.twice") is None


def places(value: object, path=()):
    node = node_at(path) if path else None
    if node and node.parameter:
        yield path, node.parameter, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from places(inner, (*path, place))


def others(parameter: Parameter, value: object, names: dict[str, list[str]]):
    """Other values that this one could have."""
    match parameter.kind:
        case "whole":
            yield from (n for n in (value + 1, value - 1) if parameter.low <= n <= parameter.high)
        case "share":
            yield from (share for share in ("7/13", "5/9", "2/7") if Fraction(share) != Fraction(value))
        case "yes_no":
            yield not value
        case "choice":
            yield from (choice for choice in parameter.choices if choice != value)
        case "choices":
            yield ["counted"]
        case "line" | "text":
            yield value + " and more"
        case "reference":
            yield from (name for name in names[parameter.refers] if name != value)
        case "references":
            yield from ([name] for name in names[parameter.refers] if [name] != value)


#: What an article cannot show: a short name, and the opening words, which stand before the articles.
SILENT = {"charter.id", "charter.preamble", "articles.#.id"}
#: Values that in these charters cannot change alone: something else rests on each.
NEED_ANOTHER_CHANGE = {
    "bodies.*.executive.kind",
    "bodies.*.executive.elect.on_paper",
    "bodies.*.executive.elect.ballot",
    "bodies.*.offices.*.elect.ballot",
    "bodies.*.offices.*.recall.majority.of",
    "bodies.*.seats.#.recall.majority.of",
    "bodies.*.executive.recall.majority.of",
}


def references(tree: dict) -> dict[str, list[str]]:
    bodies = list(tree["bodies"])
    offices = [office for body in tree["bodies"].values() for office in body.get("offices", ())]
    sections = [section for body in tree["bodies"].values() for section in body.get("sections", ())]
    return {"body": bodies, "sender": [*bodies, "electors"], "office": offices, "section": sections,
            "decision": list(tree["decisions"])}  # fmt: skip


def others_read(path, parameter: Parameter, value: object, document, names) -> list[str]:
    """What the articles say with other values here, where the charter still holds together."""
    here, said = document, []
    for step in path[:-1]:
        here = here[step]
    kept = here[path[-1]]
    for other in others(parameter, value, names):
        here[path[-1]] = other
        with suppress(CharterProblems):
            said.append(reading(load(tomlkit.dumps(document))))
        if said and parameter.kind != "choice":
            break
    here[path[-1]] = kept
    return said


@pytest.mark.slow
def test_whoever_changes_a_value_changes_the_words(full):
    read, asked = set(), set()
    for text in (full, library_charter("worker-coop").text, library_charter("petrograd-soviet-1917").text):
        before, tree, document = reading(load(text)), tomllib.loads(text), tomlkit.parse(text)
        for path, parameter, value in places(tree):
            if parameter.path in SILENT or path[0] == "sources" or parameter.path in read:
                continue
            asked.add(parameter.path)
            for after in others_read(path, parameter, value, document, references(tree)):
                read.add(parameter.path)
                assert after != before, path
    assert asked - read == NEED_ANOTHER_CHANGE


def test_another_language_gets_every_sentence_and_its_own_plurals(full):
    heard = []

    def backwards(message: str) -> str:
        heard.append(message)
        return f"«{message}»"

    said = [clause.text(backwards) for a in articles(load(full)) for clause in a.clauses]

    assert all(text.startswith("«") for text in said)
    assert all(clause.template in heard for a in articles(load(full)) for clause in a.clauses)
    assert (
        speech(str, lambda one, many, n: "{n} días" if n != 1 else "{n} día", str).say(Count(14, "{n} day", "{n} days"))
        == "14 días"
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("1/2", "half"),
        ("2/3", "two thirds"),
        ("1/4", "a quarter"),
        ("3/20", "15 per cent"),
        ("5/9", "5 out of 9"),
        ("1/1", "all"),
    ],
)
def test_shares_are_said_in_words(share, words):
    assert speech(str).say(Part(Fraction(share))) == words


def test_numbers_are_words_up_to_twelve():
    assert [english_number(n) for n in (0, 1, 12, 13, 125_000)] == ["zero", "one", "twelve", "13", "125,000"]


def test_free_text_is_said_as_it_stands(full):
    assert articles(load(full))[-1].text() == "We sing {together}."


def historical():
    return [library_charter(summary.id) for summary in library() if summary.historical]


@pytest.mark.parametrize("charter", historical(), ids=lambda c: c.id)
def test_what_is_not_read_at_a_source_says_so(charter):
    words = {"M": "[Unverified", "unknown": ("[The sources do not say", "[Default"), "D": "[Derived"}
    seen = set()
    for a in articles(charter):
        for clause in a.clauses:
            seen.add(clause.status)
            for source in clause.sources:
                if source.status in words:
                    assert any(
                        w in clause.text()
                        for w in (
                            [words[source.status]] if isinstance(words[source.status], str) else words[source.status]
                        )
                    )
                for claim in source.claims:
                    assert claim in clause.text()
            for path in clause.paths:
                source = source_of(charter, path)
                assert source is None or source in clause.sources
    assert {"V", "unknown"} <= seen


def test_a_doubt_is_a_phrase_of_its_own():
    rsfsr = library_charter("rsfsr-1918")
    clause = next(c for a in articles(rsfsr) for c in a.clauses if c.path == "bodies.volost.meets_every_days")

    assert clause.status == "M"
    assert clause.doubts() == (Phrase("[Unverified: {note}.]", (("note", "once per month, from memory"),)),)
    assert clause.text() == "It meets at least every 30 days. [Unverified: once per month, from memory.]"
    assert clause.text(doubts=False) == "It meets at least every 30 days."
