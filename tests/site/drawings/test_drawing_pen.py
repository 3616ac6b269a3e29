"""The pen: whatever is written into a drawing comes out of it as it went in, and as Django would have escaped it."""

import xml.etree.ElementTree as ET

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from weft_site.drawings.svg import draw, number, together

# what XML can hold at all, and more of what is written differently there than in other letters come
letters = st.characters(min_codepoint=32, blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff")
words = st.text(st.one_of(st.sampled_from("<>&\"'/;"), letters), max_size=40)


@given(inside=words, value=words)
def test_words_come_out_as_they_went_in(inside, value):
    shown = ET.fromstring(draw("text", inside, class_=value))

    assert (shown.tag, shown.text or "", shown.attrib) == ("text", inside, {"class": value})


parts = st.one_of(words, words.map(lambda text: format_html("<b>{}</b>", text)), st.integers(), st.none())


@given(inside=st.lists(parts, max_size=4), value=st.one_of(words, st.integers(-999, 999), st.floats(-999, 999)))
def test_an_element_is_what_format_html_makes_of_it(inside, value):
    attributes = format_html(' {}="{}"', "stroke-width", number(value))
    content = format_html_join("", "{}", ((part,) for part in inside))
    expected = format_html("<{}{}>{}</{}>", SafeString("g"), attributes, content, SafeString("g"))

    assert draw("g", *inside, stroke_width=value, fill=None) == expected
    assert together(inside) == content


def test_what_is_translated_later_is_escaped_as_well():
    assert draw("text", gettext_lazy("<b> & “c”"), "") == "<text>&lt;b&gt; &amp; “c”</text>"
