"""A person at a page: goes, reads, presses, fills in. People share one telephone and keep their own cookies."""

from __future__ import annotations

import random
import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from tests.conftest import THOROUGH

from weft_site.people.models import Person

MISFITS = """() => [
...(document.documentElement.scrollWidth > window.innerWidth ? ["is wider than the telephone"] : []),
...[...document.querySelectorAll(".table-scroll:has(.table--stack)")]
.filter((box) => box.scrollWidth > box.clientWidth).map((box) => `cuts off “${box.innerText.slice(0, 60)}”`)]"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: tags})).violations
.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" ")}`)"""
NARROW = {"width": 360, "height": 740}
PATIENCE = 60_000  # milliseconds: two cores may have other work


class Telephone:
    """One page of 360 pixels. Each page that is opened in it must fit, and must not complain.

    axe looks through one kind of page in three, others in each run; `make drill` has it look through all.
    """

    def __init__(self, chromium, address: str, *, axe: str = "", **options) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.holder: Reader | None = None
        self.axe = axe
        self.looked_through: set[str] = set()  # kinds of page
        self.context = chromium.new_context(viewport=NARROW, **options)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("console", lambda line: self._complain(line.text) if _is_complaint(line) else None)

    def _complain(self, words: str) -> None:
        self.complaints.append(f"{self.path}: {words}")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def hand_to(self, reader: Reader) -> None:
        """From now on this person holds it, with the cookies that are theirs."""
        if self.holder is reader:
            return
        if self.holder is not None:
            self.holder.cookies = self.context.cookies()
        self.context.clear_cookies()
        if reader.cookies:
            self.context.add_cookies(reader.cookies)
        self.holder = reader

    def look(self) -> None:
        """No page runs over the edge, nothing in a table for telephones is cut off; each kind of page is usable."""
        for words in self.page.evaluate(MISFITS):
            self._complain(words)
        kind = re.sub(r"[0-9]+", "0", self.path)
        if self.axe and kind not in self.looked_through:
            self.looked_through.add(kind)
            if THOROUGH or random.random() < 1 / 3:
                self.page.evaluate(self.axe)
                for found in self.page.evaluate(RUN_AXE, RULES):
                    self._complain(found)

    def close(self) -> None:
        self.context.close()


def _is_complaint(line) -> bool:
    """A refused act answers 409, which the browser tells too; everything else it tells is ours to mend."""
    return line.type in {"error", "warning"} and "status of 409" not in line.text


class Reader:
    """One person. `name` is how pages call them."""

    def __init__(self, telephone: Telephone, name: str, account=None) -> None:
        self.telephone, self.name = telephone, name
        self.cookies: list[dict[str, object]] = _signed_in(account, telephone.address) if account else []

    @property
    def person(self) -> Person:
        """Their account, for what others of the same kind do by the act alone."""
        return Person.objects.get(name=self.name)

    @property
    def page(self):
        self.telephone.hand_to(self)
        return self.telephone.page

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def go(self, path: str) -> Reader:
        self.page.goto(self.telephone.address + path if path.startswith("/") else path)
        self.telephone.look()
        return self

    def press(self, words: str, within: str | None = None) -> Reader:
        """Press the button, or follow the link, with these words; what is only said aloud may follow them."""
        place = self.page.locator(within).first if within else self.page.locator("main")
        named = re.compile(rf"^{re.escape(words)}( ?:.*)?$")
        for role in ("button", "link"):
            found = place.get_by_role(role, name=named)
            if found.count():
                with self.onward():
                    found.first.click()
                return self
        pytest.fail(f"{self.name} finds no “{words}” at {self.path}: {self.text}")

    def follow(self, within: str) -> Reader:
        """Follow the first link in this place."""
        with self.onward():
            self.page.locator("main").locator(within).first.get_by_role("link").first.click()
        return self

    @contextmanager
    def onward(self):
        with self.page.expect_navigation():
            yield
        self.telephone.look()

    def unfold(self, words: str) -> Reader:
        self.page.locator("summary", has_text=words).first.click()
        return self

    def fill(self, fields: dict[str, str]) -> Reader:
        """Write under these labels."""
        for label, value in fields.items():
            self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, *labels: str) -> Reader:
        """Tick boxes and buttons by their words."""
        for label in labels:
            self.page.get_by_label(label, exact=True).first.check()
        return self

    def select(self, label: str, option: str) -> Reader:
        self.page.get_by_label(label).first.select_option(label=option)
        return self

    def sees(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def offered(self, words: str) -> bool:
        """Whether the page shows this button or link."""
        return any(self.page.get_by_role(role, name=words, exact=True).count() for role in ("button", "link"))


def _signed_in(account, address: str) -> list[dict[str, object]]:
    """The cookie of somebody who signed in before, for steps in which joining is not what is shown."""
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session.save()
    return [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}]
