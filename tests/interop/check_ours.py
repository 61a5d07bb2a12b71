#!/usr/bin/env python3
"""Verifies tokens of jotwell with PyJWT and with jwcrypto.

    check_ours.py TOKENS.jsonl

Each line is {"alg": ..., "key": ..., "token": ..., "jwk": ...}. A library gets
the only accepted algorithm and the public key file (or the secret), and
jwcrypto also the JWK from jotwell. Exits non-zero if a library rejects a token,
if there is nothing to check, or if an algorithm was verified by neither
library.
"""

import json
import sys

import jwt
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

from common import AUDIENCE, ISSUER, KEY_FOR, LACKS, ROLES, key_bytes

REQUIRED = ["iss", "aud", "exp", "roles"]


def with_pyjwt(alg, name, token, _jwk):
    form = "bin" if alg.startswith("HS") else "spki.pem"
    return jwt.decode(
        token,
        key_bytes(name, form),
        algorithms=[alg],
        issuer=ISSUER,
        audience=AUDIENCE,
        options={"require": REQUIRED},
    )


def with_jwcrypto(alg, name, token, _jwk):
    if alg.startswith("HS"):
        key = JWK(kty="oct", k=base64url_encode(key_bytes(name, "bin")))
    else:
        key = JWK.from_pem(key_bytes(name, "spki.pem"))
    return claims_of(alg, token, key)


def with_our_jwk(alg, _name, token, jwk):
    return claims_of(alg, token, JWK(**jwk))


def claims_of(alg, token, key):
    checked = JWT(
        algs=[alg],
        expected_type="JWS",
        check_claims={"iss": ISSUER, "aud": AUDIENCE, "exp": None, "roles": None},
    )
    checked.deserialize(token, key)
    return json.loads(checked.claims)


LIBRARIES = {"pyjwt": with_pyjwt, "jwcrypto": with_jwcrypto, "jwcrypto (JWK of jotwell)": with_our_jwk}


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_ours.py TOKENS.jsonl")
    with open(sys.argv[1], encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    if not entries:
        sys.exit(f"check_ours.py: {sys.argv[1]} has no token")

    verified, refused = {}, 0
    for number, entry in enumerate(entries, 1):
        alg, name, token = entry["alg"], entry["key"], entry["token"]
        if alg not in KEY_FOR:
            print(f"REJECTED entry {number}: no such algorithm here: {alg}")
            refused += 1
            continue
        for library, verify in LIBRARIES.items():
            if alg in LACKS.get(library, {}):
                continue
            try:
                claims = verify(alg, name, token, entry.get("jwk"))
                if claims.get("roles") != ROLES:
                    raise ValueError(f"roles are {claims.get('roles')!r}")
            except Exception as error:  # every failure is a rejection
                print(f"REJECTED {library} {alg} (entry {number}): {type(error).__name__}: {error}")
                refused += 1
            else:
                verified[library, alg] = verified.get((library, alg), 0) + 1

    for (library, alg), count in verified.items():
        print(f"ok {library} {alg}: {count}")
    for library, lacks in LACKS.items():
        for alg, why in lacks.items():
            print(f"-- {library} {alg}: not supported ({why})")
    missing = [alg for alg in KEY_FOR if not any(alg == done for _, done in verified)]
    for alg in missing:
        print(f"MISSING {alg}: verified by no library")
    print(
        f"check_ours.py: {len(entries)} tokens, {sum(verified.values())} verifications, "
        f"{refused} rejected, {len(missing)} algorithms missing"
    )
    sys.exit(1 if refused or missing else 0)


main()
