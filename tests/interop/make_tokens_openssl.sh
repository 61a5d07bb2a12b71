#!/usr/bin/env bash
# Creates one token per algorithm with only the OpenSSL command line, coreutils
# and sed, without a JOSE library.
#
#   make_tokens_openssl.sh OUTPUT.json
set -euo pipefail
if [ $# -ne 1 ]; then
    echo "usage: make_tokens_openssl.sh OUTPUT.json" >&2
    exit 2
fi
keys=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../vectors/interop/keys" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# base64url without padding, from standard input.
b64url() { basenc --base64url -w 0 | tr -d =; }

# The two INTEGERs of a DER ECDSA signature (standard input) as r||s, each
# padded on the left to $1 bytes.
der_to_raw() {
    local number zeros
    openssl asn1parse -inform DER | sed -n 's/.*INTEGER *://p' | while read -r number; do
        printf -v zeros '%0*d' $((2 * $1)) 0
        printf '%s%s' "${zeros:${#number}}" "$number"
    done | basenc --base16 -d
}

# The signature over the file $work/input, on standard output.
signature() { # ALG KEY
    local digest="sha${1: -3}"
    case $1 in
    HS*)
        openssl dgst "-$digest" -mac HMAC -binary \
            -macopt "hexkey:$(basenc --base16 -w 0 "$keys/$2.bin")" "$work/input"
        ;;
    RS*)
        openssl dgst "-$digest" -sign "$keys/$2.pkcs8.pem" "$work/input"
        ;;
    PS*)
        openssl dgst "-$digest" -sign "$keys/$2.pkcs8.pem" \
            -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest "$work/input"
        ;;
    ES256 | ES256K)
        openssl dgst -sha256 -sign "$keys/$2.pkcs8.pem" "$work/input" | der_to_raw 32
        ;;
    ES384)
        openssl dgst -sha384 -sign "$keys/$2.pkcs8.pem" "$work/input" | der_to_raw 48
        ;;
    ES512)
        openssl dgst -sha512 -sign "$keys/$2.pkcs8.pem" "$work/input" | der_to_raw 66
        ;;
    EdDSA | Ed25519)
        openssl pkeyutl -sign -rawin -inkey "$keys/$2.pkcs8.pem" -in "$work/input"
        ;;
    *)
        echo "make_tokens_openssl: no recipe for $1" >&2
        return 1
        ;;
    esac
}

token() { # ALG KEY
    local payload='{"iss":"https://auth.example","sub":"user-42","aud":"orders-api",'
    payload+='"exp":4102444800,"nbf":1767225600,"iat":1767225600,'
    payload+="\"jti\":\"openssl-$1\",\"roles\":[\"editor\"]}"
    printf '%s.%s' "$(printf '{"typ":"JWT","alg":"%s"}' "$1" | b64url)" \
        "$(printf '%s' "$payload" | b64url)" >"$work/input"
    signature "$1" "$2" >"$work/signature"
    printf '%s.%s' "$(cat "$work/input")" "$(b64url <"$work/signature")"
}

{
    printf '{\n "made_on": "%s",\n "makers": {\n' "$(date -u +%F)"
    printf '  "openssl": {"version": "%s", "command": "tests/interop/make_tokens_openssl.sh"}\n },\n' \
        "$(openssl version | cut -d ' ' -f 2)"
    printf ' "tokens": ['
    separator=
    for pair in HS256:hs256 HS384:hs384 HS512:hs512 \
        RS256:rsa2048 RS384:rsa3072 RS512:rsa4096 \
        PS256:rsa2048 PS384:rsa3072 PS512:rsa4096 \
        ES256:p256 ES384:p384 ES512:p521 ES256K:secp256k1 \
        EdDSA:ed25519 Ed25519:ed25519; do
        alg=${pair%:*} key=${pair#*:}
        made=$(token "$alg" "$key")
        printf '%s\n  {"maker":"openssl","alg":"%s","key":"%s","token":"%s"}' \
            "$separator" "$alg" "$key" "$made"
        separator=,
    done
    printf '\n ]\n}\n'
} >"$work/made.json"
cp "$work/made.json" "$1"
