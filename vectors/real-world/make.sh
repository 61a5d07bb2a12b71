#!/usr/bin/env bash
# Creates the files of vectors/real-world with the OpenSSL command line, from the keys in vectors/interop/keys.
#
#   vectors/real-world/make.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
keys=../interop/keys
pass=test-passphrase

# encrypt NAME KEY OPTION…: the key as PKCS#8, encrypted with the passphrase.
encrypt() {
    local name=$1 key=$2
    shift 2
    openssl pkcs8 -topk8 -passout "pass:$pass" -in "$keys/$key.pkcs8.pem" -out "$name.pem" "$@"
}
encrypt encrypted-pbkdf2-aes256 p256 -v2 aes-256-cbc
encrypt encrypted-pbkdf2-aes192-sha384 rsa2048 -v2 aes-192-cbc -v2prf hmacWithSHA384
encrypt encrypted-pbkdf2-aes128-sha512 ed25519 -v2 aes-128-cbc -v2prf hmacWithSHA512
encrypt encrypted-scrypt p256 -scrypt -v2 aes-256-cbc
encrypt encrypted-scrypt-at-the-limit p256 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 8 -v2 aes-256-cbc
encrypt encrypted-sha1 p256 -v2 aes-256-cbc -v2prf hmacWithSHA1
encrypt encrypted-3des p256 -v2 des3
encrypt encrypted-pbes1 p256 -v1 PBE-SHA1-3DES
encrypt encrypted-costly-pbkdf2 p256 -v2 aes-256-cbc -iter 5000001
encrypt encrypted-costly-scrypt p256 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 129 -v2 aes-256-cbc

# Keys restricted to RSASSA-PSS: see also rsapss2048 and rsapss2048-sha256 in vectors/interop/keys.
pss() { # NAME HASH OF-MGF1 SALT
    openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt "rsa_pss_keygen_md:$2" \
        -pkeyopt "rsa_pss_keygen_mgf1_md:$3" -pkeyopt "rsa_pss_keygen_saltlen:$4" -out "$1.pkcs8.pem"
    openssl pkey -in "$1.pkcs8.pem" -pubout -out "$1.spki.pem"
}
pss rsapss-sha384 sha384 sha384 48
pss rsapss-sha256-shorter-salt sha256 sha256 20
pss rsapss-sha256-longer-salt sha256 sha256 33
pss rsapss-sha256-other-mask sha256 sha1 32
pss rsapss-sha1 sha1 sha1 20

# Containers and lists.
openssl pkcs12 -export -inkey $keys/p256.pkcs8.pem -in $keys/p256.cert.pem -passout "pass:$pass" -out p256.p12
openssl crl2pkcs7 -nocrl -certfile $keys/p256.cert.pem -out p256.pkcs7.pem
openssl crl2pkcs7 -nocrl -certfile $keys/p256.cert.pem -outform DER -out p256.pkcs7.der
openssl req -new -key $keys/p256.pkcs8.pem -subj "/O=jotwell test keys/CN=p256" -outform DER -out p256.csr.der
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/index"
echo 01 >"$work/number"
cat >"$work/conf" <<EOF
[ca]
default_ca = ca
[ca]
database = $work/index
crlnumber = $work/number
default_md = sha256
default_crl_days = 36500
EOF
openssl ca -gencrl -config "$work/conf" -keyfile $keys/p256.pkcs8.pem -cert $keys/p256.cert.pem -out p256.crl.pem
openssl crl -in p256.crl.pem -outform DER -out p256.crl.der

# The one-line public keys of OpenSSH, and RFC 4716.
openssl pkey -in $keys/rsa2048.pkcs8.pem -traditional -out "$work/rsa"
chmod 600 "$work/rsa"
ssh-keygen -y -f "$work/rsa" >rsa2048.openssh-public.txt
ssh-keygen -e -f "$work/rsa" >rsa2048.ssh2-public.txt
# The comment would contain the name of the machine.
sed -i 's/^Comment: .*/Comment: "rsa2048"/' rsa2048.ssh2-public.txt
chmod 644 -- *.pem *.der *.p12 *.txt
