"""What a liar needs: the protocol of ballots and ceremony once more, small, and able to do it wrong.

Written from the specification of Belenios and the protocol of the ceremony, over Ed25519, without the functions that
it is to deceive; only the group's arithmetic is that of `weft.ballots.secret`.
"""

import json
from base64 import b64encode
from hashlib import sha256
from secrets import randbelow

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from weft.ballots import secret

GROUP = secret.ED25519
Q = GROUP.order
ORDER_TWO = bytes.fromhex("7f" + "f" * 60 + "ec")[::-1]
"""The point (0, -1): on the curve, but not in the group."""


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def number(text):
    return int.from_bytes(sha256(text.encode()).digest(), "big")


def wide(text):
    return (number(f"{text}|0") << 256 | number(f"{text}|1")) % Q


def b64(raw):
    return b64encode(raw).decode().rstrip("=")


def challenge(prefix, *elements):
    return number(prefix + ",".join(map(GROUP.text, elements))) % Q


def proof(asked, response):
    return {"challenge": str(asked), "response": str(response % Q)}


def know(prefix, key, nonce=None):
    """Knowledge of a key, or a signature."""
    w = randbelow(Q) if nonce is None else nonce
    asked = challenge(prefix, GROUP.generate(w))
    return proof(asked, w - key * asked)


# --- ballots ----------------------------------------------------------------------------------------------------


def signed_anew(ballot, number_of_voter):
    """A ballot's bytes, its signature fitting what it holds now."""
    body = {name: value for name, value in ballot.items() if name != "signature"}
    hashed = b64(sha256(compact(body).encode()).digest())
    signature = {"hash": hashed, "proof": know(f"sig|{hashed}|", number_of_voter)}
    return compact({**body, "signature": signature}).encode()


def even_interval(prefix, y, r, m, values):
    """An interval proof, every challenge of which is an even number: tried until it is."""
    while True:
        w, asked, responses, elements = randbelow(Q), {}, {}, []
        for value in values:
            if value == m:
                elements += [GROUP.generate(w), y(w)]
                continue
            c, s = asked[value], responses[value] = 2 * randbelow(Q // 2), randbelow(Q)
            power = (s + r * c) % Q
            elements += [GROUP.generate(power), GROUP.times(y(power), GROUP.generate((m - value) * c % Q))]
        asked[m] = (challenge(prefix, *elements) - sum(asked.values())) % Q
        responses[m] = w - r * asked[m]
        if asked[m] % 2 == 0:
            return [proof(asked[value], responses[value]) for value in values]


def wrong_part(fingerprint, key, alphas):
    """A partial decryption that is wrong, with proofs that hold by Belenios' equations, and its owned form.

    B = alpha^w h is chosen first, c is the hash of it, and then F = alpha^x h^(1/c).
    """
    public, h = GROUP.text(GROUP.generate(key)), GROUP.generate(31)
    factors, proofs = [], []
    for alpha in alphas:
        w = randbelow(Q)
        c = challenge(f"decrypt|{fingerprint}|{public}|", GROUP.generate(w), GROUP.times(GROUP.power(alpha, w), h))
        factors.append(GROUP.text(GROUP.times(GROUP.power(alpha, key), GROUP.power(h, pow(c, -1, Q)))))
        proofs.append(proof(c, w - key * c))
    partial = compact({"decryption_factors": [factors], "decryption_proofs": [proofs]})
    return partial, compact({"owner": 1, "payload": sha256(partial.encode()).hexdigest()})


# --- the ceremony -----------------------------------------------------------------------------------------------


def signed(seed, message):
    return {"message": message, "signature": know(f"sigmsg|{message}|", number(f"sk|{seed}") % Q)}


def commitment(revealed):
    text = f"weft/ceremony/commit|{compact(revealed['cert'])}|{compact(revealed['coefexps'])}"
    return {"commitment": sha256(text.encode()).hexdigest()}


def share(ceremony, threshold, seed, sender, receiver):
    """f_sender(receiver)."""
    coefficients = [wide(f"weft/polynomial|{ceremony}|{sender}|{seed}|{k}") for k in range(threshold)]
    return sum(a * receiver**k for k, a in enumerate(coefficients)) % Q


def box(ceremony, sender, receiver, seed_of_receiver, text):
    """A share for another trustee, whatever its text says."""
    rho = randbelow(Q)
    r = GROUP.text(GROUP.generate(rho))
    shared = GROUP.text(GROUP.generate(rho * number(f"dk|{seed_of_receiver}") % Q))
    key = sha256(f"weft/share|{r}|{shared}".encode()).digest()
    sealed = AESGCM(key).encrypt(bytes(12), text.encode(), f"weft/share|{ceremony}|{sender}|{receiver}".encode())
    return {"r": r, "c": b64(sealed)}
