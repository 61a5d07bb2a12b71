#!/usr/bin/env bash
# Checks the program against PyJWT, in both directions, for every algorithm of PyJWT.
#
#   tests/interop/run install && crates/jotwell-cli/tests/pyjwt.sh
#
# JOTWELL names another build of the program, PYTHON another Python that has PyJWT.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
keys=vectors/interop/keys
python=${PYTHON:-target/interop/venv/bin/python}
issuer=https://auth.example
audience=orders-api

[ -x "$python" ] || {
    echo "pyjwt: $python is missing; fetch it with: tests/interop/run install" >&2
    exit 1
}
if [ -z "${JOTWELL:-}" ]; then
    cargo build --quiet -p jotwell-cli
    JOTWELL=${CARGO_TARGET_DIR:-target}/debug/jotwell
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# jotwell warns about key files that others may read. These are public test vectors, so that warning is expected, and
# any other is not.
quietly() {
    "$@" 2> >(grep -v '^warning: .* is private and others may read it' >&2)
}

# Signs or verifies with PyJWT: sign ALG KEY-NAME, verify ALG KEY-NAME <TOKEN.
pyjwt() {
    PYTHONDONTWRITEBYTECODE=1 "$python" - "$@" <<'PYTHON'
import pathlib
import sys
import time

import jwt

what, alg, name, keys, issuer, audience, *token = sys.argv[1:]
keys = pathlib.Path(keys)
if alg.startswith("HS"):
    private = public = (keys / f"{name}.bin").read_bytes()
else:
    private = (keys / f"{name}.pkcs8.pem").read_bytes()
    public = (keys / f"{name}.spki.pem").read_bytes()
if what == "sign":
    now = int(time.time())
    claims = {"iss": issuer, "aud": audience, "sub": "user-42", "iat": now, "exp": now + 600}
    print(jwt.encode(claims, private, algorithm=alg))
else:
    token = pathlib.Path(token[0]).read_text().strip()
    claims = jwt.decode(
        token, public, algorithms=[alg], issuer=issuer, audience=audience,
        options={"require": ["iss", "aud", "exp", "iat", "sub"]},
    )
    if claims["sub"] != "user-42":
        sys.exit("another subject")
PYTHON
}

theirs=0 ours=0 missed=0
miss() {
    echo "MISSED $*"
    missed=$((missed + 1))
}

# The same list as in the other interoperability checks.
while read -r alg name; do
    case $alg in
    HS*) private=$keys/$name.jwk.json public=$private ;;
    *) private=$keys/$name.pkcs8.pem public=$keys/$name.spki.pem ;;
    esac
    if quietly "$JOTWELL" sign --key "$private" --alg "$alg" --iss "$issuer" --aud "$audience" \
        --sub user-42 >"$folder/ours" &&
        pyjwt verify "$alg" "$name" "$keys" "$issuer" "$audience" "$folder/ours"; then
        ours=$((ours + 1))
    else
        miss "$alg: a token of jotwell in PyJWT"
    fi
    if pyjwt sign "$alg" "$name" "$keys" "$issuer" "$audience" >"$folder/theirs" &&
        quietly "$JOTWELL" verify "$folder/theirs" --key "$public" --alg "$alg" --issuer "$issuer" \
            --audience "$audience" --subject user-42 >"$folder/claims" &&
        grep -q '"sub": "user-42"' "$folder/claims"; then
        theirs=$((theirs + 1))
    else
        miss "$alg: a token of PyJWT in jotwell"
    fi
done < <(
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/interop "$python" -c '
from common import KEY_FOR, LACKS
for alg, name in KEY_FOR.items():
    if alg not in LACKS["pyjwt"]:
        print(alg, name)
'
)

echo "pyjwt: $ours tokens of jotwell verified with PyJWT, $theirs of PyJWT with jotwell, $missed missed"
[ "$missed" = 0 ] && [ "$ours" -gt 0 ] && [ "$theirs" = "$ours" ]
