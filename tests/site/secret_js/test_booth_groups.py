"""The two groups in the browser: known answers, the laws of a group, and what is no element."""

import gzip
import shutil
import subprocess
from itertools import takewhile
from pathlib import Path
from secrets import randbelow

import pytest
from tests.site.secret_js.browser import Integer, Refused

from weft.ballots import secret

# RFC 8032, 5.1: the base point B, encoded little-endian as 5866…66; the specification of Belenios turns it round.
ED25519_BASE = "66" * 31 + "58"
# RFC 8032, 7.1, TEST 1 and TEST 3: secret keys and public keys. The scalar is the clamped half of SHA-512 (5.1.5).
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    ),
]
GROUPS = [secret.BELENIOS_2048, secret.ED25519]

LAWS = """
async ([name, x, y]) => {
  const { comb, groupNamed } = await import("/secret/group.js");
  const group = groupNamed(name);
  const [a, b] = [BigInt(x), BigInt(y)];
  const [A, B] = [group.raise(a), group.power(group.generator, b)];
  const { equal, multiply, power } = group;
  const table = comb(group, A, 5, 2);
  return {
    texts: group.writeAll([A, B, multiply(A, B), power(A, b)]),
    commutes: equal(multiply(A, B), multiply(B, A)),
    adds: equal(multiply(A, B), group.raise((a + b) % group.order)),
    squares: equal(group.square(A), multiply(A, A)),
    inverts: group.isOne(multiply(A, group.invert(A))),
    order: group.contains(A) && group.isOne(power(A, group.order)),
    several: group.powers(A, [0n, 1n, b]).every((one, at) => equal(one, [group.one, A, power(A, b)][at])),
    table: [0n, 1n, b, group.order - 1n].every((e) => equal(table(e), power(A, e))),
    reads: equal(group.read(group.write(A)), A),
  };
}
"""


SPECIFICATION = Path("/usr/share/doc/belenios-tool/specification.pdf.gz")


@pytest.mark.skipif(
    not SPECIFICATION.exists() or shutil.which("pdftotext") is None,
    reason="Belenios' specification or pdftotext is missing: apt-get install belenios-tool poppler-utils",
)
def test_belenios_2048_has_the_numbers_of_the_specification(device):
    """Section 5.1: p, g and q are printed over several lines, with other text and a page's number in between."""
    pdf = gzip.decompress(SPECIFICATION.read_bytes())
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    section = shown.decode().split("5.1     BELENIOS-2048\n")[-1]
    printed = {}
    for name in ("p", "g", "q"):
        first, *more = section.split(f" {name} =", 1)[1].lstrip().split("\n")
        lines = [first, *takewhile(lambda line: line.strip().isdigit() or not line.strip(), more)]
        digits = [line.strip() for line in lines]
        printed[name] = int("".join(one for one in digits if len(one) > 2 or one == digits[-1]))

    found = device.page.evaluate(
        """async () => {
          const { groupNamed } = await import("/secret/group.js");
          const { generator, multiply, order } = groupNamed("BELENIOS-2048");
          const high = 1n << 2047n; // 2 * high = 2^2048 < 2 p, so what multiplication takes away is p
          return [generator, order, 2n * high - multiply(2n, high)].map(String);
        }"""
    )

    assert [int(one) for one in found] == [printed["g"], printed["q"], printed["p"]]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_the_laws_hold_and_python_writes_the_same_elements(device, group):
    for a, b in [(1, 2), (group.order - 1, 1), (randbelow(group.order), randbelow(group.order))]:
        found = device.page.evaluate(LAWS, [group.name, str(a), str(b)])

        exponents = [a, b, a + b, a * b]
        assert found.pop("texts") == [group.text(group.generate(e % group.order)) for e in exponents]
        assert [law for law, holds in found.items() if not holds] == []


def test_ed25519_keys_are_those_of_rfc_8032(device):
    from hashlib import sha512

    assert device("credential.js", "publicCredential", "Ed25519", Integer(1)) == ED25519_BASE
    for key, public in RFC_8032:
        half = bytearray(sha512(bytes.fromhex(key)).digest()[:32])
        half[0] &= 248
        half[31] = (half[31] & 127) | 64
        scalar = int.from_bytes(half, "little") % secret.ED25519.order

        found = device("credential.js", "publicCredential", "Ed25519", Integer(scalar))

        assert bytes.fromhex(found)[::-1].hex() == public


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("BELENIOS-2048", "0"),
        ("BELENIOS-2048", "01"),
        ("BELENIOS-2048", "2"),  # of another order: 2^q is not 1
        ("BELENIOS-2048", "-1"),
        ("BELENIOS-2048", " 1"),
        ("BELENIOS-2048", "1e3"),
        ("BELENIOS-2048", "9" * 617),  # above p
        ("BELENIOS-2048", "9" * 10_000),
        ("Ed25519", ED25519_BASE.upper().replace("66", "6A")),
        ("Ed25519", ED25519_BASE[1:]),
        ("Ed25519", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"),  # y = p
        ("Ed25519", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"),  # y = -1: of order 2
        ("Ed25519", "0" * 64),  # y = 0: of order 4
        ("Ed25519", "8" + "0" * 62 + "1"),  # the identity with the sign of x set
        ("Ed25519", "0" * 63 + "2"),  # no point of the curve has y = 2
    ],
)
def test_what_is_no_element_is_refused(device, group, text):
    with pytest.raises(Refused) as refused:
        device(group, "read", text)

    assert refused.value.code == "secret.element"
