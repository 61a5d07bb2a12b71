#!/usr/bin/env bash
# Creates the test keys of vectors/interop/keys with the OpenSSL
# command line (and ssh-keygen for the one OpenSSH key).
#
#   tests/interop/make_keys.sh [--overwrite] [DIRECTORY]
#
# Does not change a directory with keys unless --overwrite is given. New keys
# invalidate all stored tokens and JWKs; afterwards run
#
#   tests/interop/run jwks
#   tests/interop/run tokens vectors/interop/tokens.json
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

overwrite=no
if [ "${1:-}" = --overwrite ]; then
    overwrite=yes
    shift
fi
out=${1:-vectors/interop/keys}
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ "$overwrite" = no ] && [ -n "$(ls -A "$out")" ]; then
    echo "make_keys: $out is not empty; use --overwrite to replace the keys in it" >&2
    exit 1
fi
for tool in openssl ssh-keygen; do
    command -v "$tool" >/dev/null || { echo "make_keys: $tool is missing" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The passphrase of every encrypted key.
pass=test-passphrase

# The DER form of a PEM file has the same bytes without the armor.
twin() {
    openssl base64 -d -out "${1%.pem}.der" <<<"$(grep -v -e '^-----' "$1")"
}

# cert NAME: a self-signed certificate over NAME.pkcs8.pem, good for a century.
cert() {
    openssl req -x509 -new -key "$1.pkcs8.pem" -subj "/O=jotwell test keys/CN=$1" \
        -days 36500 -set_serial 1 -out "$1.cert.pem"
}

spki() {
    openssl pkey -in "$1.pkcs8.pem" -pubout -out "$1.spki.pem"
}

# --- RSA -------------------------------------------------------------------
rsa() { # NAME BITS EXPONENT
    openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" \
        -pkeyopt "rsa_keygen_pubexp:$3" -out "$1.pkcs8.pem"
    spki "$1"
}
rsa rsa2048 2048 65537
rsa rsa3072 3072 65537
rsa rsa4096 4096 65537
# Sizes between the usual ones, and the largest exponent.
rsa rsa2056 2056 65537
rsa rsa2048-e33 2048 8589934591
rsa rsa1024 1024 65537
rsa rsa2048-e3 2048 3

# genpkey creates even sizes only. Primes have their two topmost bits set, so that the product of
# two has as many bits as both together.
odd_rsa() { # NAME BITS
    local p q
    p=$(openssl prime -generate -bits $((($2 + 1) / 2)))
    q=$(openssl prime -generate -bits $(($2 / 2)))
    python3 - "$p" "$q" >"$1.conf" <<'EOF'
import sys

p, q = map(int, sys.argv[1:])
e = 65537
d = pow(e, -1, (p - 1) * (q - 1))
fields = [0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
print("asn1 = SEQUENCE:key\n[key]")
for index, number in enumerate(fields):
    print(f"f{index} = INTEGER:{number:#x}")
EOF
    openssl asn1parse -genconf "$1.conf" -noout -out "$1.der"
    openssl pkey -inform DER -in "$1.der" -check -noout
    openssl pkey -inform DER -in "$1.der" -out "$1.pkcs8.pem"
    rm "$1.conf" "$1.der"
    spki "$1"
}
odd_rsa rsa2049 2049
odd_rsa rsa3073 3073

openssl rsa -in rsa2048.pkcs8.pem -traditional -out rsa2048.pkcs1.pem
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -out rsa2048.pkcs1-public.pem
cert rsa2048
for form in pkcs8 pkcs1 spki pkcs1-public cert; do
    twin "rsa2048.$form.pem"
done

# Keys restricted to RSASSA-PSS by their algorithm identifier: one without
# parameters, one for SHA-256.
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
    -out rsapss2048.pkcs8.pem
spki rsapss2048
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 \
    -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 \
    -pkeyopt rsa_pss_keygen_saltlen:32 -out rsapss2048-sha256.pkcs8.pem
spki rsapss2048-sha256

# Files that are not usable keys.
openssl pkcs8 -topk8 -v2 aes-256-cbc -passout "pass:$pass" \
    -in rsa2048.pkcs8.pem -out rsa2048.pkcs8-encrypted.pem
twin rsa2048.pkcs8-encrypted.pem
openssl rsa -in rsa2048.pkcs8.pem -traditional -aes256 -passout "pass:$pass" \
    -out rsa2048.pkcs1-encrypted.pem
openssl req -new -key rsa2048.pkcs8.pem -subj "/O=jotwell test keys/CN=rsa2048" \
    -out rsa2048.csr.pem

# --- elliptic curves -------------------------------------------------------
# p256 begins with the two-block file of ecparam; its other formats are of the
# same key.
openssl ecparam -name prime256v1 -genkey -out p256.ecparam-genkey.pem
openssl pkcs8 -topk8 -nocrypt -in p256.ecparam-genkey.pem -out p256.pkcs8.pem
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pkcs8.pem
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.pkcs8.pem
openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out secp256k1.pkcs8.pem
for name in p256 p384 p521 secp256k1; do
    openssl ec -in "$name.pkcs8.pem" -out "$name.sec1.pem"
    spki "$name"
    cert "$name"
    for form in pkcs8 sec1 spki cert; do
        twin "$name.$form.pem"
    done
done

openssl ec -in p256.sec1.pem -pubout -conv_form compressed -out p256.spki-compressed.pem
openssl ec -in p256.sec1.pem -no_public -out p256.sec1-no-public.pem
openssl pkcs8 -topk8 -nocrypt -in p256.sec1-no-public.pem -out p256.pkcs8-no-public.pem
openssl ec -in p256.sec1.pem -param_enc explicit -out p256.sec1-explicit.pem
openssl ec -in p256.sec1.pem -param_enc explicit -pubout -out p256.spki-explicit.pem
openssl pkcs8 -topk8 -nocrypt -in p256.sec1-explicit.pem -out p256.pkcs8-explicit.pem
openssl ec -in p256.sec1.pem -aes256 -passout "pass:$pass" -out p256.sec1-encrypted.pem
openssl x509 -in p256.cert.pem -text -out p256.cert-text.pem

# A chain, leaf first: the p256 key's certificate issued by the p384 key.
openssl req -x509 -new -key p384.pkcs8.pem -subj "/O=jotwell test keys/CN=issuer" \
    -days 36500 -set_serial 2 -out issuer.pem
openssl req -new -key p256.pkcs8.pem -subj "/O=jotwell test keys/CN=leaf" -out leaf-request.pem
openssl x509 -req -in leaf-request.pem -CA issuer.pem -CAkey p384.pkcs8.pem \
    -days 36500 -set_serial 3 -out leaf.pem
cat leaf.pem issuer.pem >p256.cert-chain.pem
rm leaf.pem issuer.pem leaf-request.pem

# Curves without a JOSE algorithm.
for curve in brainpoolP256r1 prime192v1; do
    name=$(tr '[:upper:]' '[:lower:]' <<<"$curve")
    openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:$curve" -out "$name.pkcs8.pem"
    spki "$name"
done

# --- Edwards and Montgomery curves -----------------------------------------
openssl genpkey -quiet -algorithm ED25519 -out ed25519.pkcs8.pem
spki ed25519
cert ed25519
for form in pkcs8 spki cert; do
    twin "ed25519.$form.pem"
done
openssl genpkey -quiet -algorithm ED448 -out ed448.pkcs8.pem
spki ed448
openssl genpkey -quiet -algorithm X25519 -out x25519.pkcs8.pem
spki x25519

# --- DSA -------------------------------------------------------------------
openssl genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 \
    -pkeyopt dsa_paramgen_q_bits:256 -out dsa2048.params.pem
openssl genpkey -quiet -paramfile dsa2048.params.pem -out dsa2048.pkcs8.pem
spki dsa2048
openssl pkey -in dsa2048.pkcs8.pem -traditional -out dsa2048.traditional.pem

# --- OpenSSH ---------------------------------------------------------------
ssh-keygen -q -t ed25519 -N '' -C 'jotwell test key' -f ssh-ed25519
mv ssh-ed25519 ssh-ed25519.openssh.pem
mv ssh-ed25519.pub ssh-ed25519.openssh-public.txt

# --- HMAC secrets ----------------------------------------------------------
openssl rand -out hs256.bin 32
openssl rand -out hs384.bin 48
openssl rand -out hs512.bin 64

chmod 644 ./*
rm -f "$out"/*.pem "$out"/*.der "$out"/*.bin "$out"/*.txt "$out"/*.json
mv ./* "$out"/
echo "make_keys: $(find "$out" -type f | wc -l) files in $out" >&2
