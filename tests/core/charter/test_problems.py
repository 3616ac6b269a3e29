# ruff: noqa: E501 - one mistake a line
"""Each kind of mistake is one message, on its line, that says what would be right."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.charter import Charter, CharterProblems, Problem, library_charter, load
from weft.charter._library import ORDER
from weft.charter._problems import SENTENCES
from weft.charter.vocabulary import PARAMETERS, SECRET_ON_DEVICES

MINIMAL = (Path(__file__).parents[2] / "vectors/charter/minimal.toml").read_text()


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(CharterProblems) as refused:
        load(text)
    return refused.value.problems


SEATS = 'from = "workplace"\nnorm = { per = 25 }\n'
BODY = 'kind = "base"\nquorum = { share = "1/5", at_least = 5 }\n'
CITY = 'kind = "delegate"\nquorum = { share = "1/2", of = "seats" }\n'
AGE = "minimum_age = 16\n"
#: What is written instead of what, and the line, path and code of the one problem that follows.
MISTAKES = [
    (AGE, "minimum_age = \n", (7, "", "file.syntax")),
    (AGE, AGE + AGE, (8, "", "file.syntax")),
    (AGE, "minimum_age = " + "9" * 5000 + "\n", (7, "", "file.number")),
    (AGE, AGE + "x = " + "[" * 5000 + "]" * 5000 + "\n", (1, "", "file.depth")),
    (AGE, AGE + "a." * 40 + "a = 1\n", (8, "", "file.depth")),
    ("Trial council", "Trial \u202ecouncil", (3, "", "text.character")),
    ("Trial council", "Trial \\u202Ecouncil", (3, "charter.title", "text.character")),
    ("Trial council", "Trial \u200bcouncil", (3, "", "text.character")),
    ('"Trial council"', '" "', (3, "charter.title", "text.empty")),
    ("Everyone who works here", "we", (6, "membership.who", "text.short")),
    ("Trial council", "x" * 121, (3, "charter.title", "text.long")),
    ("Trial council", "a\\nb", (3, "charter.title", "text.lines")),
    (AGE, AGE + "age = 3\n", (8, "membership.age", "key.unknown")),
    (AGE, AGE + "founder = 3\n", (8, "membership.founder", "key.unknown_near")),
    (AGE, "", (5, "membership.minimum_age", "key.missing")),
    ('quorum = { share = "1/5", at_least = 5 }\n', "", (9, "bodies.workplace.quorum", "key.missing")),
    ('[decisions.charter]\nmajority = "two_thirds"\nnotice_days = 14\n', "", (21, "decisions.charter", "key.missing")),
    (AGE, "minimum_age = 16.0\n", (7, "membership.minimum_age", "type.whole")),
    (AGE, "minimum_age = true\n", (7, "membership.minimum_age", "type.whole")),
    (AGE, 'minimum_age = "16"\n', (7, "membership.minimum_age", "type.whole")),
    (AGE, "minimum_age = 1979-05-27\n", (7, "membership.minimum_age", "type.whole")),
    (AGE, "minimum_age = 9\n", (7, "membership.minimum_age", "bound.low")),
    (AGE, "minimum_age = 31\n", (7, "membership.minimum_age", "bound.high")),
    ('"1/5"', "0.2", (11, "bodies.workplace.quorum.share", "type.share")),
    ('"1/5"', '"0.2"', (11, "bodies.workplace.quorum.share", "type.share")),
    ('"1/5"', '"1/0"', (11, "bodies.workplace.quorum.share", "type.share")),
    ('"1/5"', '"-1/5"', (11, "bodies.workplace.quorum.share", "type.share")),
    ('"1/5"', '"66.6 %"', (11, "bodies.workplace.quorum.share", "type.share")),
    ('"1/5"', '"0 %"', (11, "bodies.workplace.quorum.share", "bound.above")),
    ('"1/5"', '"101 %"', (11, "bodies.workplace.quorum.share", "bound.high")),
    (AGE, AGE + "lapses_with_job = 1\n", (8, "membership.lapses_with_job", "type.yes_no")),
    ('"Trial council"', "7", (3, "charter.title", "type.text")),
    ('majority = "simple"', 'majority = "simple"\nballots = "open"', (23, "decisions.ordinary.ballots", "type.list")),
    ('majority = "simple"', 'majority = "simple"\nballots = []', (23, "decisions.ordinary.ballots", "bound.few")),
    (
        'majority = "simple"',
        'majority = "simple"\nballots = ["open", "opne"]',
        (23, "decisions.ordinary.ballots.1", "choice.near"),
    ),
    (
        'majority = "simple"',
        'majority = "simple"\nballots = ["open", "open"]',
        (23, "decisions.ordinary.ballots.1", "duplicate"),
    ),
    (BODY, BODY + "offices = 3\n", (12, "bodies.workplace.offices", "type.table")),
    ("norm = { per = 25 }", "norm = { steps = 3 }", (19, "bodies.city.seats.0.norm.steps", "type.tables")),
    (
        "norm = { per = 25 }",
        "norm = { steps = [" + "{ seats = 1 }," * 51 + "] }",
        (19, "bodies.city.seats.0.norm.steps", "bound.many"),
    ),
    ('"base"', '"circle"', (10, "bodies.workplace.kind", "choice")),
    ('"simple"', '"simpel"', (22, "decisions.ordinary.majority", "choice.near")),
    ('"trial"', '"Trial"', (2, "charter.id", "id.form")),
    ("[bodies.workplace]", '[bodies."work place"]', None),
    (BODY, BODY + "[bodies.electors]\n" + BODY, (12, "bodies.electors", "id.reserved")),
    ('from = "workplace"', 'from = "workplaces"', (18, "bodies.city.seats.0.from", "reference.body")),
    (CITY, CITY + 'accountable_to = "base"\n', (16, "bodies.city.accountable_to", "reference.body")),
    (CITY, CITY + 'accountable_to = "city"\n', (16, "bodies.city.accountable_to", "reference.self")),
    (SEATS, SEATS + 'section = "workers"\n', (20, "bodies.city.seats.0.section", "reference.section")),
    (
        BODY,
        BODY + 'offices = { chair = { elect = "plurality", incompatible = ["chief"] } }\n',
        (12, "bodies.workplace.offices.chair.incompatible.0", "reference.office"),
    ),
    (
        AGE,
        AGE + 'admission = { decided_as = "vote" }\n',
        (8, "membership.admission.decided_as", "reference.decision"),
    ),
    (
        CITY,
        CITY + 'executive = { kind = "workplace", size = { fixed = 3 } }\n',
        (16, "bodies.city.executive.kind", "reference.type"),
    ),
    (
        CITY,
        CITY + 'executive = { kind = "board", size = { fixed = 3 } }\n',
        (16, "bodies.city.executive.kind", "reference.body"),
    ),
    (SEATS, SEATS.replace("25", "25, minimum = 3, maximum = 2"), (19, "bodies.city.seats.0.norm.minimum", "order")),
    (CITY, CITY + "body_minimum = 9\nbody_maximum = 8\n", (16, "bodies.city.body_minimum", "order")),
    (SEATS, SEATS.replace("per = 25", ""), (19, "bodies.city.seats.0.norm", "one_of.none")),
    (SEATS, SEATS.replace("25", "25, fixed = 2"), (19, "bodies.city.seats.0.norm", "one_of.many")),
    (SEATS, SEATS.replace("per = 25", "total = 30, minimum = 1"),
     (19, "bodies.city.seats.0.norm.minimum", "norm.total_bounds")),
    (SEATS, SEATS.replace("per = 25", "total = 30, maximum = 9"),
     (19, "bodies.city.seats.0.norm.maximum", "norm.total_bounds")),
    (SEATS, SEATS.replace("per = 25", 'total = 30, exceptions = [{ body = "Mill", maximum = 9 }]'),
     (19, "bodies.city.seats.0.norm.exceptions", "norm.total_bounds")),
    (SEATS, SEATS.replace("25", '25, method = "dhondt"'), (19, "bodies.city.seats.0.norm.method", "unused")),
    (SEATS, SEATS.replace("25", "25, first_per = 30"), (19, "bodies.city.seats.0.norm.first_per", "needs")),
    (SEATS, SEATS + 'elect = "score"\n', (20, "bodies.city.seats.0.elect", "needs")),
    (
        SEATS,
        SEATS.replace("per = 25", "steps = [{ upto = 9, seats = 1 }, { upto = 9, seats = 2 }, { seats = 3 }]"),
        (19, "bodies.city.seats.0.norm.steps.1.upto", "steps.order"),
    ),
    (
        SEATS,
        SEATS.replace("per = 25", "steps = [{ upto = 9, seats = 1 }]"),
        (19, "bodies.city.seats.0.norm.steps.0", "steps.end"),
    ),
    (BODY, BODY + "seats = [{ " + SEATS.strip().replace("\n", ", ").replace("workplace", "electors") + " }]\n",
     (12, "bodies.workplace.seats", "body.seats_unexpected")),
    ("[[bodies.city.seats]]\n" + SEATS, "", (13, "bodies.city", "body.seats_missing")),
    (SEATS, SEATS.replace('"workplace"', '"city"'), (18, "bodies.city.seats.0.from", "body.circle")),
    (BODY, BODY + '[bodies.board]\nkind = "executive"\nquorum = { at_least = 1 }\n', (12, "bodies.board", "body.orphan")),
    (BODY, BODY.replace('"base"', '"commission"') + 'seats = [{ from = "city", norm = { fixed = 1 } }]\n', None),
    (BODY, BODY.replace('share = "1/5"', 'share = "1/5", of = "seats"'), (11, "bodies.workplace.quorum.of", "quorum.of")),
    (CITY, CITY.replace(', of = "seats"', ""), (15, "bodies.city.quorum.of", "quorum.of")),
    (CITY, CITY.replace('"seats"', '"seats", at_least = 9') + "body_maximum = 8\n",
     (15, "bodies.city.quorum.at_least", "quorum.beyond")),
    (BODY, BODY + "rights = { hearing = true }\n", (12, "bodies.workplace.rights", "rights.association")),
    ('majority = "simple"', 'majority = { share = "1/1" }', (22, "decisions.ordinary.majority", "majority.beyond")),
    ("[charter]\n", '[sources."bodies.city.size"]\nstatus = "D"\n\n[charter]\n', (1, "sources.bodies.city.size", "source.path")),
    ("[charter]\n", '[sources."charter.id"]\nstatus = "V"\n\n[charter]\n', (1, "sources.charter.id", "source.missing")),
    (SEATS, SEATS + 'elect = { method = "irv", ballot = "secret" }\n', (20, "bodies.city.seats.0.elect", "elect.device_secret")),
    (SEATS, SEATS + 'elect = { method = "score", ballot = "secret", choices = 11 }\n',
     (20, "bodies.city.seats.0.elect.choices", "elect.device_points")),
    (SEATS, SEATS + 'elect = { method = "approval", quotas = [{ attribute = "women" }] }\n',
     (20, "bodies.city.seats.0.elect.quotas.0", "one_of.none")),
]  # fmt: skip


@pytest.mark.parametrize(("instead", "written", "expected"), [m for m in MISTAKES if m[2]], ids=lambda v: str(v)[:40])
def test_one_mistake_is_one_message_on_its_line(instead, written, expected):
    assert instead in MINIMAL

    found = problems_of(MINIMAL.replace(instead, written, 1))

    assert [(problem.line, problem.path, problem.code) for problem in found] == [expected]


def test_a_body_with_a_bad_name_is_reported_and_so_is_who_refers_to_it():
    found = problems_of(MINIMAL.replace("[bodies.workplace]", '[bodies."Work place"]'))

    assert [(p.line, p.path, p.code) for p in found] == [
        (9, "bodies.Work place", "id.form"),
        (18, "bodies.city.seats.0.from", "reference.body"),
    ]


def test_bodies_must_rest_on_people():
    text = MINIMAL.replace(BODY, 'kind = "commission"\nquorum = { at_least = 1 }\n').replace(
        "[[bodies.city.seats]]",
        '[[bodies.workplace.seats]]\nfrom = "city"\nnorm = { fixed = 1 }\n\n[[bodies.city.seats]]',
    )

    assert sorted(problem.code for problem in problems_of(text)) == ["body.bottom", "body.circle"]


def test_a_file_that_is_too_large_or_not_utf8_is_refused():
    assert [p.code for p in problems_of(MINIMAL + "#" * 300_000)] == ["file.size"]
    assert [(p.line, p.code) for p in problems_of(MINIMAL.encode() + b"\xff")] == [
        (MINIMAL.count("\n") + 1, "file.encoding")
    ]
    assert [p.code for p in problems_of("\ud800")] == ["file.encoding"]


def test_every_sentence_is_reached_and_fills_its_places():
    texts = [MINIMAL.replace(instead, written, 1) for instead, written, expected in MISTAKES if expected]
    texts += ["\ud800", "#" * 300_000, MINIMAL.replace("[bodies.workplace]", '[bodies."W"]'),
              MINIMAL.replace('kind = "base"', 'kind = "executive"').replace("at_least = 5", 'of = "seats"')]  # fmt: skip
    found = [problem for text in texts for problem in problems_of(text)]

    assert set(SENTENCES) == {problem.code for problem in found}
    for problem in found:
        sentence = problem.text()
        assert sentence.endswith((".", "?")), sentence
        assert "{" not in sentence, sentence
        for field in ("found", "bound", "expected", "other"):
            if f"{{{field}}}" in SENTENCES[problem.code]:
                assert getattr(problem, field), (problem.code, field)


METHODS = next(p for p in PARAMETERS if p.path == "bodies.*.seats.#.elect.method").choices


@pytest.mark.parametrize("method", METHODS)
def test_on_devices_a_secret_ballot_is_for_methods_that_need_sums_only(method):
    choices = ", choices = 2" if method in ("limited", "cumulative", "score") else ""

    def text(more: str) -> str:
        return MINIMAL.replace(SEATS, f'{SEATS}elect = {{ method = "{method}"{choices}{more} }}\n')

    assert isinstance(load(text(', ballot = "secret", on_paper = true')), Charter)
    assert isinstance(load(text(', ballot = "counted"')), Charter)
    if method in SECRET_ON_DEVICES:
        assert isinstance(load(text(', ballot = "secret"')), Charter)
    else:
        assert [p.code for p in problems_of(text(', ballot = "secret"'))] == ["elect.device_secret"]


def test_sums_only_methods_are_named_one_by_one():
    assert set(METHODS) - set(SECRET_ON_DEVICES) == {
        "cumulative", "irv", "stv_scottish", "stv_meek", "schulze", "phragmen", "equal_shares",
    }  # fmt: skip


def outcome(text: str | bytes) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        charter = load(text)
    except CharterProblems as refused:
        charter, problems = None, refused.problems
    assert isinstance(charter, Charter) or problems
    assert all(problem.line >= 1 and problem.text() for problem in problems)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_text_is_a_charter_or_problems(text):
    outcome(text)


@settings(deadline=None)
@given(name=st.sampled_from(ORDER), data=st.data())
def test_a_broken_charter_is_a_charter_or_problems(name, data):
    text = library_charter(name).text
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    written = data.draw(st.text('abc01 ="{}[].,\n#/-%\u202e\u00e9', max_size=12))

    outcome(text[:start] + written + text[start + length :])


values = st.recursive(
    st.one_of(
        st.integers(-10, 2**40),
        st.booleans(),
        st.text(max_size=4),
        st.floats(),
        st.sampled_from(["1/2", "base", "open"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["share", "per", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(deadline=None)
@given(path=st.sampled_from([p.path for p in PARAMETERS]), value=values, depth=st.integers(1, 9))
def test_any_value_in_any_place_is_a_charter_or_problems(path, value, depth):
    import tomlkit

    document = tomlkit.parse(MINIMAL)
    here = document
    steps = [{"*": "city", "#": "seats"}.get(step, step) for step in path.split(".")][:depth]
    for step in steps[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[steps[-1]] = value

    outcome(tomlkit.dumps(document))
