"""The style page, without the rest of the site: ``python tests/site/stylebook.py 8099`` serves it.

It is served with the site's own Content-Security-Policy, so that an inline style shows up here first.
`render` and `serve` are used by the design tests as well.
"""

import mimetypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace as Value

import django
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import get_urlconf, path, set_urlconf

SITE = Path(__file__).resolve().parents[2] / "src" / "weft_site"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'"
)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def configure() -> None:
    """Enough of Django for templates, when no settings have been chosen."""
    if not settings.configured:
        settings.configure(
            USE_TZ=True,
            TIME_ZONE="UTC",
            STATIC_URL="/static/",
            WEFT_DEMO=False,
            SECRET_KEY="style page",
            LANGUAGES=[("en", ""), ("es", ""), ("ru", ""), ("zh-hans", ""), ("vi", "")],
        )
        django.setup()


def page(name: str, values: dict[str, object] | None = None, request: HttpRequest | None = None) -> str:
    """Render a template with a few addresses of its own, whatever addresses the site has."""
    configure()
    nowhere = lambda request: None  # noqa: E731 - never called
    addresses = (
        path("language", nowhere, name="set_language"),
        path("sign-in", nowhere, name="account_login"),
        path("sign-out", nowhere, name="account_logout"),
    )
    before = get_urlconf()
    set_urlconf(addresses)
    try:
        return engine().get_template(name).render(values or {}, request)
    finally:
        set_urlconf(before)


def engine():
    from django.template.backends.django import DjangoTemplates

    libraries = {name: f"weft_site.templatetags.{name}" for name in ("ui", "drawing")}
    libraries["static"] = "django.templatetags.static"
    return DjangoTemplates(
        {
            "NAME": "stylebook",
            "DIRS": [SITE / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {
                "libraries": libraries,
                "string_if_invalid": "",
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    )


def link(label: str, *, current: bool = False, url: str = "#main") -> Value:
    return Value(label=label, url=url, current=current)


def context() -> dict[str, object]:
    """Real-looking data: a city on a Monday evening. Names are invented."""
    from django.contrib.messages.storage.base import Message
    from django.core.paginator import Paginator

    forms = example_forms()
    return {
        "now": NOW,
        "nav_items": [link("Now", current=True), link("My council"), link("City"), link("Charter"), link("Record")],
        "demo": {"now": NOW, "next_day_url": "/next-day"},
        "federation_name": "Riverton Workers' Assembly",
        "messages": [Message(25, "Your vote is in. You can change it until the vote closes.")],
        "crumbs": [link("Riverton"), link("Harbor Transit Depot")],
        "tabs": [link("Now", current=True), link("Seats"), link("Roll"), link("Meetings"), link("Decisions")],
        "tasks": [
            Value(
                title="Vote on the recall of Ida Moreau",
                url="#main",
                why="34 of 41 needed have voted. You are on the roll.",
                due=NOW + timedelta(hours=3),
                action="Vote now",
                urgent=True,
            ),
            Value(
                title="Write your report to the depot",
                url="#main",
                why="Your electors wait for it since the council of 9 November.",
                due=NOW - timedelta(days=2),
                action="Write the report",
                urgent=False,
            ),
            Value(
                title="Vouch for Tomás Reyes, or object",
                url="#main",
                why="Welder, night shift. Applied on 19 November.",
                due=NOW + timedelta(days=3),
                action="Read",
                urgent=False,
            ),
        ],
        "refusal": Value(
            rule="body.quorum",
            numbers={"present": 38, "needed": 41},
            article="12",
            article_url="#body.quorum",
            sentence="The council cannot decide now: 38 members are present and the charter asks for 41.",
        ),
        "states": list(__import__("weft_site.templatetags.ui", fromlist=["STATES"]).STATES),
        "form": forms[0],
        "wrong_form": forms[1],
        "page": Paginator(range(3000), 100).page(7),
        "delegates": [
            ("Ida Moreau", "Harbor Transit Depot", "recalled", 1, 12, 4),
            ("Ngọc Anh Phạm", "Hospital laundry", "filled", 3, 14, 14),
            ("Олег Бондаренко", "Rail yard north", "filled", 2, 13, 11),
            ("Samira Haddad", "Combined: nine small shops", "alternate", 1, 3, 3),
            ("—", "University kitchens", "vacant", 0, 0, 0),
        ],
        "changes": [
            Value(
                label="Article 12 · Quorum of the workplace council",
                old="At least one fifth of the members, and never fewer than 5, must be present.",
                new="At least one quarter of the members, and never fewer than 7, must be present.",
            ),
            Value(
                label="Article 31 · Night shifts",
                old="",
                new="A meeting is held twice when a tenth of the members work at night.",
            ),
        ],
        "leaf_hash": "9b3f0c52a4d1e8877a05c6f14e2bb9d30f6a71c8e5d24b90a1f3c7d8e6b5a402",
        "soon": NOW + timedelta(days=6),
        "events": [
            ("2026-05-04", "Elected with 61 of 98 votes", ""),
            ("2026-09-12", "Mandate: vote for the rent freeze", ""),
            ("2026-11-23", "Recall vote open until 21:00", "is-now"),
            ("2026-12-01", "Report falls due", "is-next"),
        ],
        **drawings(),
    }


def drawings() -> dict[str, object]:
    """What a city of fourteen workplaces looks like, and a federation of ten thousand councils."""
    from weft_site.drawings import BodyMark, EventMark, SeatMark, UnitMark

    bases = [BodyMark(f"b{i}", name, "base", size, f"#b{i}") for i, (name, size) in enumerate(WORKPLACES)]
    city = BodyMark("city", "Riverton City Council", "delegate", 118, "#city")
    committee = [
        BodyMark("ex", "Executive", "executive", 11, "#ex"),
        BodyMark("mc", "Mandate commission", "commission", 5, "#mc"),
    ]
    across = [BodyMark(f"a{i}", name, "association", size, f"#a{i}") for i, (name, size) in enumerate(ASSOCIATIONS)]
    many = [BodyMark(i, f"Council {i}", "base", 3 + i * 7919 % 1400) for i in range(10_000)]
    many += [BodyMark(f"d{i}", f"District {i}", "delegate", 40 + i) for i in range(96)] + [
        BodyMark("top", "Congress", "delegate", 480)
    ]
    seats = [
        SeatMark(
            {(0, 1): "recalled", (3, 0): "vacant", (5, 2): "pending", (13, 0): "vacant"}.get((i, k), "filled"),
            name,
            "",
        )
        for i, (name, size) in enumerate(WORKPLACES)
        for k in range(max(size // 25, 1))
    ] + [SeatMark("advisory", "Associations", name) for name, _size in ASSOCIATIONS for _k in range(2)]
    petrograd = [SeatMark("filled" if i % 17 else "vacant", "Soldiers' section") for i in range(2000)]
    petrograd += [SeatMark("filled" if i % 29 else "pending", "Workers' section") for i in range(1000)]
    day = NOW.date()
    return {
        "seats": seats,
        "small_seats": seats[:3],
        "petrograd": petrograd,
        "bodies": [city, *committee, *bases, *across],
        "links": [(b.id, "city") for b in (*bases, *across)] + [("city", "ex"), ("city", "mc")],
        "many": many,
        "many_links": [(i, f"d{i % 96}") for i in range(10_000)] + [(f"d{i}", "top") for i in range(96)],
        "units": [UnitMark(name, size * (31 + 13 * i % 60) // 100, size) for i, (name, size) in enumerate(WORKPLACES)],
        "many_units": [UnitMark(f"Council {i}", i * 7919 % 101, 100) for i in range(400)],
        "life": [
            EventMark(day - timedelta(days=400), "Elected with 61 of 98 votes"),
            EventMark(day - timedelta(days=210), "Resigned", "vacant"),
            EventMark(day - timedelta(days=190), "Ida Moreau elected"),
            EventMark(day - timedelta(days=20), "Recalled by 71 of 112", "recalled"),
            EventMark(day - timedelta(days=20), "Alternate steps up"),
        ],
        "until": day + timedelta(days=60),
        "proof_path": [f"{i * 2654435761 % 2**32:08x}{i:056x}" for i in range(1, 7)],
    }


WORKPLACES = [
    ("City Hospital", 897),
    ("Rail yard north", 412),
    ("Harbor Transit Depot", 204),
    ("Hospital laundry", 96),
    ("Public schools, west", 538),
    ("University kitchens", 143),
    ("Water works", 61),
    ("Steel fabrication hall 2", 187),
    ("Parcel sorting centre", 266),
    ("Bakery cooperative", 23),
    ("Night cleaners", 78),
    ("Library staff", 34),
    ("Home care, east side", 73),
    ("Small shops, combined", 5),
]
ASSOCIATIONS = [
    ("Women", 1210),
    ("Black workers", 640),
    ("Migrant workers", 455),
    ("Disabled workers", 188),
    ("Older workers", 371),
]


def example_forms():
    from django import forms

    class Joining(forms.Form):
        name = forms.CharField(
            label="The name people call you",
            help_text="It stands on the roll. It need not be the one in your passport.",
        )
        code = forms.CharField(
            label="Code on your card",
            required=False,
            widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off"}),
        )
        workplace = forms.ChoiceField(
            label="Workplace", choices=[("", "Choose"), ("h", "Harbor Transit Depot"), ("l", "Hospital laundry")]
        )
        shift = forms.ChoiceField(label="Shift", choices=[("d", "Day"), ("n", "Night")], widget=forms.RadioSelect)
        members = forms.IntegerField(label="Members", min_value=1)
        why = forms.CharField(label="Why now", required=False, widget=forms.Textarea(attrs={"rows": 4}))
        agreed = forms.BooleanField(label="I do not own, hire or fire here", help_text="Article 3 of the charter.")

    class Again(Joining):
        pass

    return Joining(auto_id="a_%s"), Again({"name": "", "members": "0", "shift": "x"}, auto_id="b_%s")


def render(name: str = "components/stylebook.html") -> str:
    configure()
    return page(name, context(), RequestFactory().get("/"))


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = self.path.split("?")[0]
        if asked.startswith("/static/"):
            file = (SITE / asked.lstrip("/")).resolve()
            found = file.is_relative_to(SITE / "static") and file.is_file()
            body, kind = (
                (file.read_bytes(), mimetypes.guess_type(file.name)[0] or "font/woff2")
                if found
                else (b"", "text/plain")
            )
            self.answer(200 if found else 404, body, kind)
        else:  # "/" is the style page; "/404.html" or "/components/_form.html" that template
            self.answer(200, render(*filter(None, [asked.lstrip("/")])).encode(), "text/html; charset=utf-8")

    def answer(self, code: int, body: bytes, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def serve(port: int = 0) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", port), Page)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8099) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdin.read()  # until the terminal is closed
