"""The codes of a browser's refusals are those of the site, but for a few that only a browser has."""

import re

from tests.site.secret_js.browser import OWN, SCRIPTS

from weft_site.refusals import SENTENCES


def test_every_code_is_known_to_the_site_or_is_the_browser_s_own():
    scripts = "".join(script.read_text() for script in SCRIPTS.glob("*.js"))
    codes = set(re.findall(r'"(secret\.[a-z_]+)"', scripts))

    assert codes - set(SENTENCES) <= OWN
    assert codes >= OWN


def test_a_page_that_came_over_an_open_line_is_told_so(new_device):
    """Without https a browser has no crypto.subtle."""
    page = new_device().page
    page.evaluate("() => Object.defineProperty(crypto, 'subtle', { value: undefined })")

    script = """
    async () => {
      const { sha256 } = await import("/secret/codec.js");
      return sha256("").then(() => "", (error) => [error.name, error.code]);
    }
    """
    assert page.evaluate(script) == ["WeftError", "secret.insecure"]
