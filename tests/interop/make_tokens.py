#!/usr/bin/env python3
"""Creates one token per algorithm with PyJWT and one with jwcrypto.

    make_tokens.py OUTPUT.json
"""

import datetime
import json
import sys
from importlib.metadata import version

import jwt
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from common import KEY_FOR, LACKS, key_bytes, payload


def with_pyjwt(alg, name):
    if alg.startswith("HS"):
        key = key_bytes(name, "bin")
    else:
        key = key_bytes(name, "pkcs8.pem")
    return {"token": jwt.encode(payload("pyjwt", alg), key, algorithm=alg)}


def with_jwcrypto(alg, name):
    if alg.startswith("HS"):
        key = JWK(kty="oct", k=base64url_encode(key_bytes(name, "bin")))
    else:
        key = JWK.from_pem(key_bytes(name, "pkcs8.pem"))
    token = JWT(
        header={"typ": "JWT", "kid": name, "alg": alg},
        claims=payload("jwcrypto", alg),
        algs=[alg],
    )
    token.make_signed_token(key)
    jwk = json.loads(key.export() if alg.startswith("HS") else key.export_public())
    # Its thumbprint, if the token has another name.
    jwk.pop("kid", None)
    return {"token": token.serialize(), "jwk": jwk}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_tokens.py OUTPUT.json")
    command = "tests/interop/make_tokens.py"
    backend = f"cryptography {version('cryptography')}"
    made = {
        "made_on": datetime.date.today().isoformat(),
        "makers": {
            "pyjwt": {"version": f"{version('PyJWT')} ({backend})", "command": command},
            "jwcrypto": {"version": f"{version('jwcrypto')} ({backend})", "command": command},
        },
        "tokens": [],
    }
    for maker, sign in (("pyjwt", with_pyjwt), ("jwcrypto", with_jwcrypto)):
        for alg, name in KEY_FOR.items():
            if alg not in LACKS[maker]:
                made["tokens"].append(
                    {"maker": maker, "alg": alg, "key": name, **sign(alg, name)}
                )
    with open(sys.argv[1], "w", encoding="ascii") as out:
        json.dump(made, out, indent=1)


main()
