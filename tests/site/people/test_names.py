"""Family A: names and text."""
# ruff: noqa: RUF001 - letters that look alike are what this file is about

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.errors import RuleBroken
from weft_site.people.names import LONGEST_NAME, clean_email, clean_name
from weft_site.people.sentences import SENTENCES, sentence

REAL = [
    "Müller",
    "Ольга Ивановна",
    "O'Brien",
    "Sukarno",
    "Nguyễn Thị Minh Khai",
    "山田 花子",
    "葛\U000e0100城",  # a family name written with a variant of its sign
    "ශ්\u200dරී",  # joiner after a virama
    "رضا\u200cزاده",  # non-joiner between Arabic letters
    "שָׁלוֹם",
    "María-José Ñandú y Pérez de la Cruz",
    "Jr., Martin Luther King",
    "Adeoluwa " * 12 + "B",
    "X Æ A-12",
]
REFUSED = {
    "": "empty",
    "   \u00a0\u3000": "empty",
    "a" * (LONGEST_NAME + 1): "long",
    "a" * 10_001: "long",
    "An\x00a": "control",
    "An\x1ba": "control",
    "Ana\nRuiz": "control",
    "Ana\tRuiz": "control",
    "Ana\u2028Ruiz": "control",
    "Ana\u202eziuR": "hidden",
    "Ana\u2066Ruiz": "hidden",
    "ad\u200dmin": "hidden",
    "ad\u200cmin": "hidden",
    "ad\u200bmin": "hidden",
    "\ufeffAna": "hidden",
    "Ana\u00ad": "hidden",
    "Ana\ufffd": "hidden",  # what invalid or overlong UTF-8 becomes
    "Ana\ue000": "hidden",
    "A" + "\u0301" * 20 + "na": "marks",
    "🙂🙂": "letters",
    "12345": "letters",
    "'-.": "letters",
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_kept(name):
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(("name", "why"), REFUSED.items(), ids=lambda value: ascii(value)[:30])
def test_a_name_that_hides_something_is_refused_with_a_sentence(name, why):
    with pytest.raises(RuleBroken) as refused:
        clean_name(name)

    assert (refused.value.rule, refused.value.numbers["why"]) == ("person.name", why)
    assert sentence(refused.value) not in {"", str(SENTENCES["request.refused"])}


def test_spaces_at_the_ends_and_doubled_ones_make_no_second_name():
    assert clean_name(" Ana \u00a0 Ruiz\u3000") == "Ana Ruiz"


def test_composed_and_decomposed_letters_are_one_name():
    assert clean_name("Mu\u0308ller") == clean_name("Müller") == "Müller"


@given(st.text(max_size=60))
def test_what_is_accepted_is_accepted_again_unchanged_and_stands_on_one_line(text):
    try:
        name = clean_name(text)
    except RuleBroken:
        return

    assert clean_name(name) == name
    assert len(name.splitlines()) == 1
    assert not any(c in name for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert any(c.isalpha() for c in name)


NO_ADDRESSES = [
    "",
    "ana",
    "ana@",
    "@example.org",
    "ana ruiz@example.org",
    "ana@exa\nmple.org",
    "ana@example.org\r\nBcc: x@y.zz",
    "ｄｅｌｅｇａｔｅ@example.org",
    "аna@example.org",  # a Cyrillic letter
    "\u212aim@example.org",  # the sign of the kelvin folds to k
    "weiß@example.org",
    "a" * 250 + "@example.org",
]


@pytest.mark.parametrize("email", NO_ADDRESSES)
def test_an_address_that_could_be_taken_for_another_is_refused(email):
    with pytest.raises(RuleBroken) as refused:
        clean_email(email)

    assert refused.value == RuleBroken("person.email", why="form")


def test_an_address_is_one_whatever_its_case():
    assert clean_email(" Ana@Example.ORG ") == "ana@example.org"


def test_every_sentence_of_this_domain_is_words_for_people():
    for words in SENTENCES.values():
        for text in words.values() if isinstance(words, dict) else [words]:
            assert str(text).endswith((".", "%(until)s. Until then the owner of the account can object."))
