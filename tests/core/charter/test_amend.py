"""An amendment changes what it says and nothing else, and never makes a charter that does not load."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.charter import CharterProblems, amend, diff, library_charter, load, values_of
from weft.charter._amend import AMENDED, Change, TextChange
from weft.charter._library import ORDER
from weft.charter.model import FreeArticle, Procedure, Source
from weft.charter.vocabulary import parameter_at, value_from_text


def other(path: str, value: object, data: st.DataObject) -> object:
    parameter = parameter_at(path)
    match parameter.kind:
        case "whole":
            drawn = st.integers(parameter.low, parameter.high)
        case "share":
            low = max(Fraction(parameter.low), Fraction(1, 1000))
            drawn = st.fractions(low, Fraction(parameter.high), max_denominator=1000)
        case "yes_no":
            drawn = st.booleans()
        case "choice":
            drawn = st.sampled_from(parameter.choices)
        case _:
            drawn = st.text(st.sampled_from('Ab é"\\{}#='), min_size=3, max_size=20).map(str.strip)
    return data.draw(drawn.filter(lambda drawn: drawn != value))


@settings(deadline=None, max_examples=40)
@given(name=st.sampled_from(ORDER), data=st.data())
def test_the_difference_of_an_amended_charter_is_the_amendment(name, data):
    old = library_charter(name)
    before = values_of(old)
    paths = [
        path for path in before if parameter_at(path).kind in ("whole", "share", "yes_no", "choice", "line", "text")
    ]
    chosen = data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3, unique=True))
    wanted = {path: other(path, before[path], data) for path in chosen}
    text = old.text

    with suppress(CharterProblems):  # two values can be right alone and wrong together
        new = amend(old, wanted.items())
        found = diff(old, new)
        assert {change.path: change.new for change in found.values} == wanted
        assert {change.path: change.old for change in found.values} == {path: before[path] for path in wanted}
        assert found.texts == ()
        assert new.hash != old.hash
    assert old == load(text)  # the old charter is what it was


@pytest.mark.parametrize("name", ORDER)
def test_an_amendment_can_be_taken_back(name):
    old = library_charter(name)
    new = amend(
        old,
        [
            ("membership.arrears_months", 7),
            ("membership.founders", 11),
            ("decisions.ordinary.majority.tie", "chair"),
            ("decisions.charter.quorum.share", Fraction(1, 2)),
            ("decisions.picnic.title", "where to picnic"),
        ],
        {"bread": FreeArticle("bread", "Bread", 'For "all"\nand roses')},
    )
    changes = diff(old, new)

    back = amend(
        new,
        [(change.path, change.old) for change in changes.values],
        {change.id: change.old for change in changes.texts},
    )

    assert diff(old, back).values == ()
    assert diff(old, back).texts == ()
    assert diff(new, back).values == diff(new, old).values
    assert diff(new, back).texts == diff(new, old).texts


def test_an_amendment_keeps_comments_and_every_other_line(minimal):
    text = minimal.replace("minimum_age = 16", "minimum_age = 16  # the law here")

    new = amend(load(text), [("membership.minimum_age", 18), ("decisions.charter.notice_days", 21)])

    assert new.text == text.replace("= 16  #", "= 18  #").replace("notice_days = 14", "notice_days = 21")


def test_a_shorthand_is_written_out_when_a_part_of_it_changes(minimal):
    new = amend(load(minimal), [("decisions.ordinary.majority.share", Fraction(3, 5))])

    assert new.decisions["ordinary"].majority.share == Fraction(3, 5)
    assert [change.path for change in diff(load(minimal), new).values] == ["decisions.ordinary.majority.share"]


def test_new_tables_and_places_are_made_and_taken_out_again(minimal):
    old = load(minimal)
    new = amend(
        old,
        [
            ("bodies.city.seats.1.from", "electors"),
            ("bodies.city.seats.1.norm.fixed", 3),
            ("bodies.city.seats.0.small.below", 25),
            ("bodies.city.seats.0.small.do", "combine"),
        ],
    )
    assert (new.bodies["city"].seats[1].sender, new.bodies["city"].seats[1].norm.fixed) == ("electors", 3)
    assert new.bodies["city"].seats[0].small is not None

    back = amend(new, [(change.path, change.old) for change in diff(old, new).values])

    assert (back.bodies, back.decisions, back.membership) == (old.bodies, old.decisions, old.membership)


def test_the_place_before_the_last_cannot_be_taken_out(full):
    charter = load(full)
    gone = [(path, None) for path in values_of(charter) if path.startswith("bodies.city.seats.0.")]

    with pytest.raises(ValueError, match="only the last place"):
        amend(charter, gone)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("membership.minimum_age", 5, "bound.low"),
        ("membership.minimum_age", "sixteen", "type.whole"),
        ("membership.minimum_age", None, "key.missing"),
        ("membership.age", 5, "key.unknown"),
        ("sources.membership.status", "V", "key.unknown"),
        ("bodies.city.seats.0.elect.method", "irv?", "choice.near"),
        ("charter.title", "bad\nline", "text.lines"),
        ("bodies.city.quorum.of", "members", "quorum.of"),
    ],
)
def test_an_amendment_out_of_bounds_is_refused_with_its_problem(minimal, path, value, code):
    charter = load(minimal)

    with pytest.raises(CharterProblems) as refused:
        amend(charter, [(path, value)])

    assert [(problem.path, problem.code) for problem in refused.value.problems] == [(path, code)]
    assert charter == load(minimal)


def test_an_amended_figure_no_longer_claims_its_source():
    old = library_charter("rsfsr-1918")

    new = amend(old, [("bodies.city.body_maximum", 500), ("bodies.city.seats.0.norm.per", 900)])

    amended = Source("bodies.city.body_maximum", "unknown", note=AMENDED)
    assert new.sources["bodies.city.body_maximum"] == amended
    assert new.sources["bodies.city.seats.0.norm.per"].note == AMENDED
    assert diff(old, new).sources == ("bodies.city.body_maximum", "bodies.city.seats.0.norm.per")
    assert old.sources["bodies.city.body_maximum"].status == "V"


def test_articles_are_replaced_added_and_struck(full):
    old = load(full)

    new = amend(
        old, texts={"song": FreeArticle("song", "The song", "Louder."), "end": FreeArticle("end", "End", "Fin.")}
    )
    assert diff(old, new).texts == (
        TextChange("song", old.articles[0], FreeArticle("song", "The song", "Louder.")),
        TextChange("end", None, FreeArticle("end", "End", "Fin.")),
    )
    assert amend(new, texts={"song": None, "end": None}).articles == ()


def test_nothing_changed_is_no_change(full):
    charter = load(full)

    assert amend(charter) == charter
    assert not diff(charter, charter)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("membership.minimum_age", " 17 ", 17),
        ("membership.minimum_age", "x", "x"),
        ("bodies.city.quorum.share", "60 %", Fraction(3, 5)),
        ("bodies.city.quorum.share", "half", "half"),
        ("membership.lapses_with_job", "true", True),
        ("bodies.city.decides", "ordinary, charter", ("ordinary", "charter")),
        ("membership.arrears_months", "", None),
    ],
)
def test_what_a_person_types_takes_the_type_of_its_parameter(path, typed, value):
    assert value_from_text(path, typed) == value


def test_the_times_of_procedure_are_amended_like_every_other_value(minimal):
    charter = load(minimal)
    changed = amend(charter, [("procedure.voting_days", 7)])

    assert (charter.procedure, changed.procedure) == (Procedure(), Procedure(voting_days=7))
    assert diff(charter, changed).values == (Change("procedure.voting_days", 3, 7),)
    assert amend(changed, [("procedure.voting_days", None)]).procedure == Procedure()
    with pytest.raises(CharterProblems) as refused:
        amend(charter, [("procedure.voting_days", 61)])
    assert [(p.path, p.code) for p in refused.value.problems] == [("procedure.voting_days", "bound.high")]
