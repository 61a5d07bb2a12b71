"""Common functions of the Python scripts in this folder."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS = ROOT / "vectors" / "interop" / "keys"

ISSUER = "https://auth.example"
AUDIENCE = "orders-api"
ROLES = ["editor"]

# Every algorithm, with the key (base name in vectors/interop/keys) that the
# tokens made here are signed with.
KEY_FOR = {
    "HS256": "hs256",
    "HS384": "hs384",
    "HS512": "hs512",
    "RS256": "rsa2048",
    "RS384": "rsa3072",
    "RS512": "rsa4096",
    "PS256": "rsa2048",
    "PS384": "rsa3072",
    "PS512": "rsa4096",
    "ES256": "p256",
    "ES384": "p384",
    "ES512": "p521",
    "ES256K": "secp256k1",
    "EdDSA": "ed25519",
    "Ed25519": "ed25519",
}

# The unsupported algorithms of each library. It must support all others.
LACKS = {
    "pyjwt": {"Ed25519": "PyJWT knows Ed25519 keys only under the name EdDSA"},
    "jwcrypto": {},
}


def payload(maker, alg):
    return {
        "iss": ISSUER,
        "sub": "user-42",
        "aud": AUDIENCE,
        "exp": 4102444800,
        "nbf": 1767225600,
        "iat": 1767225600,
        "jti": f"{maker}-{alg}",
        "roles": ROLES,
    }


def key_bytes(name, form):
    """The bytes of a key file; `name` is a plain base name, never a path."""
    if not name.replace("-", "").isalnum():
        raise ValueError(f"not the name of a key: {name!r}")
    return (KEYS / f"{name}.{form}").read_bytes()
