#!/usr/bin/env bash
# Signs one message with every RSA key of vectors/interop/keys that is accepted, with only the OpenSSL
# command line, coreutils and sed: as in RFC 7518 §3.3 and §3.5, and in other ways.
#
#   sign_rsa.sh OUTPUT.json
set -euo pipefail
if [ $# -ne 1 ]; then
    echo "usage: sign_rsa.sh OUTPUT.json" >&2
    exit 2
fi
keys=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../vectors/interop/keys" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
message='RFC 8017 section 8'
printf '%s' "$message" >"$work/message"

separator=
entry() { # KEY ALG EXPECTATION HOW, and the signature on standard input
    printf '%s\n  {"key": "%s", "alg": "%s", "expect": "%s", "how": "%s",\n   "signature": "%s"}' \
        "$separator" "$1" "$2" "$3" "$4" "$(basenc --base64url -w 0 | tr -d =)"
}

pss() { # KEY BITS SALT MGF1-HASH
    openssl dgst "-sha$2" -sign "$keys/$1.pkcs8.pem" -sigopt rsa_padding_mode:pss \
        -sigopt "rsa_pss_saltlen:$3" -sigopt "rsa_mgf1_md:sha$4" "$work/message"
}

{
    printf '{"made_on": "%s", "maker": "%s", "message": "%s", "signatures": [' \
        "$(date +%F)" "$(openssl version | cut -d ' ' -f 1,2)" "$message"
    for key in rsa2048 rsa2048-e33 rsa2049 rsa2056 rsa3072 rsa3073 rsa4096; do
        for bits in 256 384 512; do
            openssl dgst "-sha$bits" -sign "$keys/$key.pkcs8.pem" "$work/message" |
                entry "$key" "RS$bits" accept "as it should be" >>"$work/entries"
            separator=,
            pss "$key" "$bits" digest "$bits" | entry "$key" "PS$bits" accept "as it should be" >>"$work/entries"
        done
        openssl dgst -sha256 -binary "$work/message" |
            openssl pkeyutl -sign -inkey "$keys/$key.pkcs8.pem" |
            entry "$key" RS256 refuse "no DigestInfo around the hash" >>"$work/entries"
        pss "$key" 256 0 256 | entry "$key" PS256 refuse "no salt" >>"$work/entries"
        pss "$key" 256 max 256 | entry "$key" PS256 refuse "the longest salt" >>"$work/entries"
        pss "$key" 256 31 256 | entry "$key" PS256 refuse "one byte less of salt" >>"$work/entries"
        pss "$key" 256 33 256 | entry "$key" PS256 refuse "one byte more of salt" >>"$work/entries"
        pss "$key" 256 digest 384 | entry "$key" PS256 refuse "MGF1 with another hash" >>"$work/entries"
    done
    cat "$work/entries"
    printf '\n]}\n'
} >"$1"
