"""The line index names exactly the places that the parser reads."""

import tomllib

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from weft.charter._library import ORDER, library_charter
from weft.charter._toml import places


def paths_of(value: object, path=()) -> set:
    found = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            found |= paths_of(inner, (*path, place))
    return found


scalars = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12),
    st.floats(allow_nan=False),
    st.dates(),
)
documents = st.dictionaries(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=6),
    st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text("abc.\"' #]=", min_size=1, max_size=4), inner, max_size=3),
        ),
        max_leaves=12,
    ),
    max_size=5,
)


@settings(deadline=None)
@given(documents)
def test_places_are_those_of_the_parser(document):
    text = tomlkit.dumps(document)
    read = tomllib.loads(text)

    found = places(text)

    assert set(found) == paths_of(read)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


@pytest.mark.parametrize("name", ORDER)
def test_each_value_of_the_library_stands_on_its_line(name):
    text = library_charter(name).text
    lines = text.splitlines()

    for path, line in places(text).items():
        if isinstance(path[-1], str):
            assert path[-1] in lines[line - 1], path


def test_strings_comments_and_tables_do_not_move_the_lines():
    text = '''\
a = """
x = 1 # not a key
""""" # two quotes belong to the text
b.c = 'it''s'
"d e" = { f = [1,
  { g = "]" },
], h = 2 }  # after
[[i]]
j = 1
[i.k]
l = 1979-05-27 07:32:00
[[i]]
m = true
'''.replace("'it''s'", "'its'")
    assert places(text) == {
        ("a",): 1,
        ("b",): 4,
        ("b", "c"): 4,
        ("d e",): 5,
        ("d e", "f"): 5,
        ("d e", "f", 0): 5,
        ("d e", "f", 1): 6,
        ("d e", "f", 1, "g"): 6,
        ("d e", "h"): 7,
        ("i",): 8,
        ("i", 0): 8,
        ("i", 0, "j"): 9,
        ("i", 0, "k"): 10,
        ("i", 0, "k", "l"): 11,
        ("i", 1): 12,
        ("i", 1, "m"): 13,
    }
    assert set(places(text)) == paths_of(tomllib.loads(text))
