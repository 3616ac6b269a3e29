"""Template tags that draw: ``{% quorum_gauge present=38 needed=41 entitled=204 %}``.

A tag takes what the function of that name in weft_site.drawings takes. With ``show_title=True`` the title
stands over the picture. A view that has a `Drawing` already writes ``{% drawing it %}``.
"""

from collections.abc import Callable
from functools import wraps

from django import template

from weft_site import drawings
from weft_site.drawings import Drawing

register = template.Library()
PAGE = "components/_drawing.html"


@register.inclusion_tag(PAGE)
def drawing(it: Drawing, *, show_title: bool = False) -> dict[str, object]:
    return {"drawing": it, "show_title": show_title}


def _tag(function: Callable[..., Drawing]) -> None:
    @wraps(function)
    def shown(*values: object, show_title: bool = False, **named: object) -> dict[str, object]:
        return {"drawing": function(*values, **named), "show_title": show_title}

    del shown.__wrapped__  # Django would read the signature of the function and refuse show_title
    register.inclusion_tag(PAGE, name=function.__name__)(shown)


for _function in (
    drawings.seat_map,
    drawings.quorum_gauge,
    drawings.majority_bar,
    drawings.participation_strip,
    drawings.federation_graph,
    drawings.timeline,
    drawings.tree_proof,
    drawings.qr,
):
    _tag(_function)
