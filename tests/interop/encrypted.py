#!/usr/bin/env python3
"""Encrypted tokens: decrypts those of jotwell, and encrypts to its keys, with jwcrypto, with joserfc and with
the C library José (Debian's package `jose`).

    encrypted.py check TOKENS.jsonl
    encrypted.py make TOKENS.jsonl OUTPUT.jsonl

Each line is {"maker", "alg", "enc", "jwk" or "password", "plaintext_utf8", "token"}. `make` writes a line for each key and
library. Exits non-zero if a library does not decrypt a token, or if there is nothing to do.
"""

import json
import subprocess
import sys
import tempfile

from joserfc import jwe as joserfc_jwe
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from jwcrypto.common import base64url_encode
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

# The unsupported algorithms of each library. It must support all others.
LACKS = {
    "jwcrypto": lambda entry: None,
    "joserfc": lambda entry: None,
    # It supports only RSA1_5 of RSA, and only the NIST curves.
    "José": lambda entry: entry["alg"].startswith("RSA-OAEP") or entry.get("jwk", {}).get("crv") == "X25519",
}


def members(entry):
    if "password" in entry:
        return {"kty": "oct", "k": base64url_encode(entry["password"])}
    # `use` and `alg` are checked by jotwell.
    return {name: value for name, value in entry["jwk"].items() if name not in ("use", "alg")}


class Jwcrypto:
    name = "jwcrypto"

    @staticmethod
    def decrypt(entry):
        jwe = JWE(algs=[entry["alg"], entry["enc"]])
        jwe.deserialize(entry["token"], JWK(**members(entry)))
        return jwe.payload

    @staticmethod
    def encrypt(entry, content):
        header = {"alg": entry["alg"], "enc": entry["enc"]}
        if "password" in entry:
            header["p2c"] = 2000
        jwe = JWE(content, json.dumps(header), algs=[entry["alg"], entry["enc"]])
        jwe.add_recipient(JWK(**members(entry)))
        return jwe.serialize(compact=True)


class Joserfc:
    name = "joserfc"

    @staticmethod
    def key(entry):
        jwk = members(entry)
        kind = {"oct": OctKey, "RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}[jwk["kty"]]
        return kind.import_key(jwk)

    @classmethod
    def decrypt(cls, entry):
        algorithms = [entry["alg"], entry["enc"]]
        return joserfc_jwe.decrypt_compact(entry["token"], cls.key(entry), algorithms=algorithms).plaintext

    @classmethod
    def encrypt(cls, entry, content):
        header = {"alg": entry["alg"], "enc": entry["enc"]}
        algorithms = [entry["alg"], entry["enc"]]
        return joserfc_jwe.encrypt_compact(header, content, cls.key(entry), algorithms=algorithms)


class Jose:
    # Spelled as by its author, to distinguish it from npm's `jose`.
    name = "José"

    @staticmethod
    def run(command, entry, text, *options):
        with tempfile.NamedTemporaryFile("w", suffix=".jwk") as key:
            json.dump(members(entry), key)
            key.flush()
            done = subprocess.run(
                ["jose", "jwe", command, *options, "-k", key.name], input=text, capture_output=True, check=False
            )
        if done.returncode != 0:
            raise ValueError(done.stderr.decode().strip() or "refused")
        return done.stdout

    @classmethod
    def decrypt(cls, entry):
        return cls.run("dec", entry, entry["token"].encode(), "-i", "-", "-O", "-")

    @classmethod
    def encrypt(cls, entry, content):
        template = json.dumps({"protected": {"alg": entry["alg"], "enc": entry["enc"]}})
        return cls.run("enc", entry, content, "-i", template, "-I", "-", "-c").decode().strip()


LIBRARIES = [Jwcrypto, Joserfc, Jose]


def read(path):
    with open(path, encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    if not entries:
        sys.exit(f"encrypted.py: {path} has no token")
    return entries


def check(path):
    done, failed = {}, 0
    for number, entry in enumerate(read(path), 1):
        for library in LIBRARIES:
            pair = f"{library.name} {entry['alg']} {entry['enc']}"
            if LACKS[library.name](entry):
                continue
            try:
                if library.decrypt(entry) != entry["plaintext_utf8"].encode():
                    raise ValueError("another content")
                done[library.name] = done.get(library.name, 0) + 1
            except Exception as error:  # every failure is a rejection
                print(f"REJECTED {pair} (entry {number}): {type(error).__name__}: {error}")
                failed += 1
    print(f"encrypted.py: {done} decrypted, {failed} rejected")
    sys.exit(1 if failed or not done else 0)


def make(path, output):
    with open(output, "w", encoding="ascii") as out:
        for entry in read(path):
            for library in LIBRARIES:
                if LACKS[library.name](entry):
                    continue
                content = f"It is encrypted by {library.name}."
                token = library.encrypt(entry, content.encode())
                made = {**entry, "maker": library.name, "plaintext_utf8": content, "token": token}
                out.write(json.dumps(made, separators=(",", ":")) + "\n")


def main():
    match sys.argv[1:]:
        case ["check", path]:
            check(path)
        case ["make", path, output]:
            make(path, output)
        case _:
            sys.exit("usage: encrypted.py check TOKENS.jsonl | make TOKENS.jsonl OUTPUT.jsonl")


main()
