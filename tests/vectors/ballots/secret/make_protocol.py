"""Write protocol.json: what Weft's secret ballots add to Belenios, worked out a second time.

This program knows nothing of weft: it follows docs/reference/secret-ballots.md with Python's whole numbers, hashlib and
the AES-GCM of the package `cryptography`. The group is that of the Belenios specification, section 5.1. Two
implementations are held to the numbers, weft.ballots.secret and the browser's; neither wrote them.

    python tests/vectors/ballots/secret/make_protocol.py
"""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

P = int(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433812906663313"
    "8078958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980"
    "0307904916540637771737641986785272734744763418356000356983051931442845617019110007867373073335641239717328979132"
    "4047457883446826065232797464795113767265869358218004631792207366886005262718636338608879688212076943236614949100"
    "2923444346373222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507"
    "711827842317498073276598828825169183103125680162072880719"
)
Q = 78571733251071885079927659812671450121821421258408794611510081919805623223441
G = int(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298"
    "7493890950838965734256019006010684771644917354741372831046104586813145117816467554005274028898461398645326612150"
    "5579709716201616827031288643245666383486363578210615491841998253431518974065818686865115135857641013888221539601"
    "6043228843603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173"
    "4951942489677540525736590494924776314759915751987751777114814909204566002054781270547282381409725186398583341157"
    "00568353695553423781475582491896050296680037745308460627"
)


def digest(text):
    return sha256(text.encode()).digest()


def wide(text):
    return int(digest(f"{text}|0").hex() + digest(f"{text}|1").hex(), 16) % Q


def b64(data):
    return b64encode(data).decode().rstrip("=")


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def challenge(prefix, *elements):
    return int(digest(prefix + ",".join(map(str, elements))).hex(), 16) % Q


def signed(key, message, w):
    c = challenge(f"sigmsg|{message}|", pow(G, w, P))
    return {"message": message, "signature": {"challenge": str(c), "response": str((w - key * c) % Q)}}


def trustee(ceremony, index, seed, size, threshold):
    """Everything that follows from one seed; the signatures' chance is fixed here, and free in the protocol."""
    sk, dk = (int(digest(f"{use}|{seed}").hex(), 16) % Q for use in ("sk", "dk"))
    polynomial = [wide(f"weft/polynomial|{ceremony}|{index}|{seed}|{k}") for k in range(threshold)]
    elements = [str(pow(G, a, P)) for a in polynomial]
    keys = {
        "context": {"group": "BELENIOS-2048", "size": size, "threshold": threshold, "index": index},
        "verification": str(pow(G, sk, P)),
        "encryption": str(pow(G, dk, P)),
    }
    cert = signed(sk, compact(keys), 1000 + index)
    coefexps = signed(sk, compact({"coefexps": elements}), 2000 + index)
    hashed = digest(f"weft/ceremony/commit|{compact(cert)}|{compact(coefexps)}").hex()
    return {
        "index": index, "seed": seed, "sk": str(sk), "dk": str(dk), "polynomial": list(map(str, polynomial)),
        "commit": compact({"commitment": hashed}), "reveal": compact({"cert": cert, "coefexps": coefexps}),
    }  # fmt: skip


def dealt(ceremony, sender, trustees, rho):
    """Step 3 of one trustee."""
    one = trustees[sender - 1]
    reveals = [json.loads(other["reveal"]) for other in trustees]
    certs = [reveal["cert"] for reveal in reveals]
    row = json.loads(reveals[sender - 1]["coefexps"]["message"])["coefexps"]
    signature = signed(int(one["sk"]), "certs_sig|" + compact({"certs": certs, "coefexps": row}), 3000 + sender)
    shares = []
    for receiver, cert in enumerate(certs, 1):
        r = pow(G, rho + receiver, P)
        z = pow(int(json.loads(cert["message"])["encryption"]), rho + receiver, P)
        share = sum(int(a) * receiver**k for k, a in enumerate(one["polynomial"])) % Q
        said = f"weft/share|{ceremony}|{sender}|{receiver}".encode()
        box = AESGCM(digest(f"weft/share|{r}|{z}")).encrypt(bytes(12), str(share).encode(), said)
        shares.append({"r": str(r), "c": b64(box)})
    return compact({"signature": signature["signature"], "shares": shares})


def ceremony():
    name, size, threshold = "vector-1", 3, 2
    seeds = ["1" * 22, "AbCdEfGhJkLmNpQrStUvWx", "zzzzzzzzzzzzzzzzzzzzzz"]
    trustees = [trustee(name, i, seed, size, threshold) for i, seed in enumerate(seeds, 1)]
    shares = [dealt(name, i, trustees, 5000 * i) for i in range(1, size + 1)]
    for one in trustees:
        j = one["index"]
        total = sum(int(a) * j**k for other in trustees for k, a in enumerate(other["polynomial"])) % Q
        one["own_key"], one["verification_key"] = str(total), str(pow(G, total, P))
        one["shares"] = shares[j - 1]
    public = pow(G, sum(int(one["polynomial"][0]) for one in trustees) % Q, P)
    lambdas = {"1,3": [str(3 * pow(2, -1, Q) % Q), str(pow(-2, -1, Q) % Q)]}
    return {"id": name, "size": size, "threshold": threshold, "trustees": trustees, "public_key": str(public),
            "lagrange": lambdas}  # fmt: skip


def credential(master, number):
    secret = wide(f"weft/credential|{master}|{number}")
    return {"master": master, "number": number, "secret": str(secret), "public": str(pow(G, secret, P))}


def choice(y, r, mark):
    return {"r": str(r), "mark": mark, "alpha": str(pow(G, r, P)), "beta": str(pow(y, r, P) * pow(G, mark, P) % P)}


def strong(phi, x, alpha, w):
    """Both proofs of one factor: Belenios' own, and the strong one."""
    public, factor = pow(G, x, P), pow(alpha, x, P)
    commitments = pow(G, w, P), pow(alpha, w, P)
    c = challenge(f"decrypt|{phi}|{public}|", *commitments)
    s = challenge(f"weft/decrypt|{phi}|{public}|", alpha, factor, *commitments)
    return {
        "fingerprint": phi, "x": str(x), "alpha": str(alpha), "w": str(w), "factor": str(factor),
        "proof": {"challenge": str(c), "response": str((w - x * c) % Q)},
        "strong": {"challenge": str(s), "response": str((w - x * s) % Q)},
    }  # fmt: skip


def main():
    held = ceremony()
    y = int(held["public_key"])
    phi = b64(digest("any bytes of an election.json"))
    vectors = {
        "source": "make_protocol.py beside this file; docs/reference/secret-ballots.md, sections 1 and 4 to 7",
        "challenge": {"prefix": "x|ä|", "elements": ["1", str(G)], "is": str(challenge("x|ä|", 1, G))},
        "credentials": [credential("A" * 43, 0), credential("A" * 43, 1), credential("-_" * 21 + "9", 1_000_000)],
        "ceremony": held,
        "choices": [choice(y, 12345, 0), choice(y, Q - 1, 1)],
        "decryption": strong(phi, int(held["trustees"][0]["own_key"]), pow(G, 777, P), 424242),
    }
    path = Path(__file__).with_name("protocol.json")
    path.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
