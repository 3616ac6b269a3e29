"""In a page: the picture, its sentence, its table."""

import pytest
from django.template import Context, Template

from weft_site import drawings
from weft_site.drawings import SeatMark


def page(source: str, **context: object) -> str:
    return Template("{% load drawing %}" + source).render(Context(context))


def test_a_tag_prints_picture_sentence_and_table():
    html = page('{% quorum_gauge present=38 needed=41 entitled=204 title="Quorum" show_title=True %}')

    assert (
        html.index("<strong>Quorum</strong>")
        < html.index("38 of 204 are present")
        < html.index("<svg")
        < html.index("<table")
    )
    assert 'role="img"' in html
    assert "style=" not in html


def test_a_drawing_made_in_a_view_is_shown_as_it_is():
    seats = drawings.seat_map([SeatMark("filled")])

    assert page("{% drawing it %}", it=seats) == page("{% seat_map seats %}", seats=[SeatMark("filled")])


@pytest.mark.parametrize("name", sorted(set(drawings.__all__) & {n for n in dir(drawings) if n.islower()}))
def test_every_drawing_has_its_tag_and_its_docstring(name):
    Template("{% load drawing %}{% " + name + " %}")

    assert getattr(drawings, name).__doc__


def test_a_wide_drawing_scrolls_by_keyboard_under_its_name():
    html = page("{% federation_graph bodies links %}", bodies=[drawings.BodyMark(1, "Depot", "base", 5)], links=[])

    assert '<div class="drawing__scroll" role="region" aria-label="The federation" tabindex="0">' in html
