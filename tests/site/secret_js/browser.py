"""Our modules in a browser, called from Python: served under the site's policy, without the rest of the site.

    page = booth.page()
    page("ballot.js", "encrypt", election_bytes, 7, [[1, 0]])    # gives what the function resolves to

Bytes and large whole numbers go over and come back, and a group's name stands for the group. A WeftError there is a
`Refused` here.
"""

import mimetypes
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

SCRIPTS = Path(__file__).resolve().parents[3] / "src/weft_site/static/js/secret"
POLICY = {"default-src": ["'none'"], "script-src": ["'self'"]}

OWN = {"secret.insecure", "secret.seed_form", "secret.ceremony", "secret.not_counted", "secret.not_trustee"}
"""Refusals that only a browser makes; the pages have the words for them."""

CALL = """
async ([module, name, given]) => {
  const GROUPS = new Set(["BELENIOS-2048", "Ed25519"]);
  const inward = (value) => {
    if (Array.isArray(value)) return value.map(inward);
    if (value === null || typeof value !== "object") return value;
    if ("$bytes" in value) return Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0));
    if ("$integer" in value) return BigInt(value.$integer);
    if ("$map" in value) return new Map(value.$map.map(([key, one]) => [key, inward(one)]));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inward(one)]));
  };
  const outward = (value) => {
    if (typeof value === "bigint") return { $integer: String(value) };
    if (value instanceof Uint8Array) return { $bytes: btoa(String.fromCharCode(...value)) };
    if (Array.isArray(value)) return value.map(outward);
    if (value === undefined || typeof value === "function") return null;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, outward(one)]));
  };
  try {
    const { groupNamed } = await import("/secret/group.js");
    const source = GROUPS.has(module) ? groupNamed(module) : await import(`/secret/${module}`);
    const words = given.map((one) => (GROUPS.has(one) ? groupNamed(one) : inward(one)));
    return { answer: outward(await source[name](...words)) };
  } catch (error) {
    if (error.name !== "WeftError") throw error;
    return { refusal: { code: error.code, numbers: error.numbers, message: error.message } };
  }
}
"""


class Refused(Exception):  # noqa: N818 - named as a person would say it
    """A WeftError of the page: its code, its numbers and its plain words."""

    def __init__(self, code: str, numbers: dict[str, int | str], message: str) -> None:
        super().__init__(f"{code} {numbers}: {message}")
        self.code, self.numbers, self.message = code, numbers, message


class Integer(int):
    """A whole number that is a BigInt there, however small."""


def inward(value):
    if isinstance(value, bytes):
        value = {"$bytes": b64encode(value).decode()}
    elif isinstance(value, Integer) or (isinstance(value, int) and abs(value) >= 2**53):
        value = {"$integer": str(value)}
    elif isinstance(value, list | tuple):
        value = [inward(one) for one in value]
    elif isinstance(value, dict) and any(not isinstance(key, str) for key in value):
        value = {"$map": [[key, inward(one)] for key, one in value.items()]}
    elif isinstance(value, dict):
        value = {key: inward(one) for key, one in value.items()}
    return value


def outward(value):
    match value:
        case {"$integer": digits}:
            return int(digits)
        case {"$bytes": text}:
            return b64decode(text)
        case list():
            return [outward(one) for one in value]
        case dict():
            return {key: outward(one) for key, one in value.items()}
    return value


class Device:
    """One page of one person's browser."""

    def __init__(self, page, heard=lambda refusal: None) -> None:
        """heard: called with each refusal."""
        self.page, self.heard = page, heard

    def __call__(self, module: str, name: str, *given):
        found = self.page.evaluate(CALL, [module, name, [inward(one) for one in given]])
        if "refusal" in found:
            refusal = Refused(**found["refusal"])
            self.heard(refusal)
            raise refusal
        return outward(found["answer"])


class Handler(BaseHTTPRequestHandler):
    """An empty page, and the modules. /without-worker is a page whose policy allows no worker."""

    policy = POLICY

    def do_GET(self):
        name = Path(self.path).name
        page = self.path in {"/", "/without-worker"}
        found = SCRIPTS / name
        if not page and not (self.path == f"/secret/{name}" and found.is_file()):
            self.send_error(404)
            return
        body = b"<!doctype html><title>A page</title>" if page else found.read_bytes()
        policy = self.policy | ({"worker-src": ["'none'"]} if self.path == "/without-worker" else {})
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if page else mimetypes.guess_type(name)[0] or "")
        self.send_header("Content-Length", str(len(body)))
        said = "; ".join(" ".join([name, *sources]) for name, sources in policy.items())
        self.send_header("Content-Security-Policy", said)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002 - the name is http.server's
        pass


@contextmanager
def serve(policy=POLICY) -> Iterator[str]:
    """policy: the directives of the Content-Security-Policy with their sources."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Served", (Handler,), {"policy": policy}))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
