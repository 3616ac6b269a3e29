"""Strict reading in the browser: what Python refuses is refused, and what it takes is taken."""

import json
from hashlib import sha256

import pytest
from tests.site.secret_js.browser import Refused

from weft.ballots.secret import codec
from weft.ballots.secret.groups import ED25519, exponent_of
from weft.errors import RuleBroken

SHAPE = {"name": "text", "number": "number", "list": ["number"]}
GOOD = '{"name":"Đào ✊ \\"x\\" \\u0001\\n","number":12,"list":[0,1]}'


def python_takes(text):
    try:
        value = codec.parse(text.encode(), "thing", 10_000)
        name, number, listed = codec.fields(value, list(SHAPE), "thing")
        codec.string(name, "thing")
        codec.whole(number, "thing")
        codec.items(listed, lambda one: codec.whole(one, "thing"), "thing")
    except RuleBroken:
        return False
    return True


def here(device, *call):
    """What the browser answers, or its refusal in short."""
    try:
        return device("codec.js", *call)
    except Refused as refused:
        return f"{refused.code} {refused.numbers.get('what', '')}".strip()


def there(work):
    """What Python answers, or the refusal in short."""
    try:
        return work()
    except RuleBroken as refused:
        return f"{refused.rule} {refused.numbers.get('what', '')}".strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        GOOD + " ",
        " " + GOOD,
        GOOD + "{}",
        GOOD.replace(",", ", "),
        GOOD.replace('"number":12,', ""),
        GOOD.replace('"number":12,', '"number":12,"number":12,'),
        GOOD.replace('"number":12,', '"number":12,"more":1,'),
        GOOD.replace('"number":12,"list":[0,1]', '"list":[0,1],"number":12'),
        *(
            GOOD.replace("12", number)
            for number in [
                "12.0",
                "1.2e1",
                "012",
                "-0",
                "-1",
                '"12"',
                "true",
                "null",
                "NaN",
                "Infinity",
                "[1]",
                "1e400",
            ]
        ),
        GOOD.replace("12", "9" * 17),
        GOOD.replace("Đ", "\\u0110"),
        GOOD.replace("\\u0001", "\\u0001".upper()),
        GOOD.replace("\\n", "\\u000a"),
        GOOD.replace("x", "\\/"),
        GOOD.replace("[0,1]", "[0,1"),
        GOOD.replace("[0,1]", "[0,1,]"),
        GOOD.replace("[0,1]", "[" * 5_000 + "]" * 5_000),
        GOOD.replace("[0,1]", '{"0":0,"1":1}'),
        GOOD.replace("[0,1]", '["0"]'),
    ],
)
def test_what_has_another_form_is_refused_by_both_sides(device, text):
    assert here(device, "readCanonical", text, SHAPE, "thing") in {"secret.format thing", "secret.canonical thing"}
    assert not python_takes(text)


@pytest.mark.parametrize("text", [GOOD, GOOD.replace("[0,1]", "[]"), GOOD.replace("x", "\u2028\x7f😀")])
def test_what_has_the_one_form_is_taken_by_both_sides(device, text):
    assert here(device, "readCanonical", text, SHAPE, "thing") == json.loads(text)
    assert python_takes(text)


@pytest.mark.parametrize("text", ["QQ", "QUI", "QUJD", "+/+/", "QR", "Q", "QQ==", "Q Q", "-_-_", "", "QUJDRA\n"])
def test_base64_is_read_in_its_one_form_by_both_sides(device, text):
    found = here(device, "fromB64", text, "thing")

    assert found == there(lambda: codec.unb64(text, "thing"))
    assert (found == "secret.format thing") == (text not in {"QQ", "QUI", "QUJD", "+/+/"})


SCALARS = ["00", "01", "-1", "+1", "1 ", "", "x", "9" * 99, "\N{FULLWIDTH DIGIT ONE}", str(ED25519.order)]


@pytest.mark.parametrize("text", ["0", "1", str(ED25519.order - 1), *SCALARS])
def test_exponents_are_read_below_the_order_in_their_one_form(device, text):
    found = here(device, "readScalar", text, ED25519.order)

    assert found == there(lambda: exponent_of(ED25519, text))
    assert (found == "secret.number") == (text in SCALARS)


def test_hashes_are_those_of_python(device):
    for raw in (b"", b"abc", bytes(range(256)) * 40):
        assert device("codec.js", "sha256", raw) == sha256(raw).digest()
        assert device("codec.js", "hexHash", raw) == codec.sha256_hex(raw)
        assert device("codec.js", "b64Hash", raw) == codec.fingerprint(raw)
