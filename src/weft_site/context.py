"""What every page knows: whether this is the demo, where one can go, and whether something is unread."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from weft_site import clock
from weft_site.people import facts

# name of the address, words, only for people who are signed in
NAVIGATION = (
    ("home", _("Now"), True),
    ("federations", _("Councils"), False),
    ("charters", _("Charters"), False),
    ("records", _("Record"), False),
    ("notices", _("Notices"), True),
    ("person_settings", _("You"), True),
)


def site(request: HttpRequest) -> dict[str, object]:
    """Context processor. One query at most, and only on a page that shows the number of unread notices."""
    user = getattr(request, "user", None)  # absent when an answer is made before the sign-in is known
    signed_in = user is not None and user.is_authenticated
    return {
        "demo": _demo(),
        "nav_items": [item for item in _items(request.path) if signed_in or not item["personal"]],
        "unread": SimpleLazyObject(lambda: facts.unread(user)) if signed_in else 0,
    }


def _items(path: str):
    for name, label, personal in NAVIGATION:
        url = _address(name)
        if url:
            current = path == url if url == "/" else path.startswith(url)
            yield {
                "label": label,
                "url": url,
                "current": current,
                "personal": personal,
                "unread": name == "notices",
            }


def _demo() -> dict[str, object] | None:
    if not settings.WEFT_DEMO:
        return None
    return {"now": clock.now(), "next_day_url": _address("demo_next_day")}


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
