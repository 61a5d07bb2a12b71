//! RSA keys that both implementations verify with.

use std::sync::LazyLock;

use jotwell::{Algorithm, Jwk, VerifyingKey, base64url};
use num_bigint::BigUint;
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};

use crate::encoded::to_bytes;

pub const MESSAGE: &[u8] = b"RFC 8017 section 8";
/// The algorithms, in the order of [`Key::verifiers`].
pub const ALGORITHMS: [Algorithm; 6] = {
    use Algorithm::{PS256, PS384, PS512, RS256, RS384, RS512};
    [RS256, RS384, RS512, PS256, PS384, PS512]
};
const E: u32 = 65537;

type Theirs = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// A public key, for every algorithm and in both implementations.
pub struct Key {
    pub n: BigUint,
    pub verifiers: Vec<(VerifyingKey, Theirs)>,
}

impl Key {
    fn new(n: BigUint, e: &BigUint) -> Self {
        let [n_text, e_text] = [&n, e].map(|number| base64url::encode(number.to_bytes_be()));
        let jwk: Jwk = format!(r#"{{"kty":"RSA","n":"{n_text}","e":"{e_text}"}}"#).parse().expect("a JWK");
        let uint = |number: &BigUint| BoxedUint::from_be_slice_vartime(&number.to_bytes_be());
        let theirs = PublicKey::new(uint(&n), uint(e)).expect("a key");
        let key = || theirs.clone();
        let theirs: [Theirs; 6] = [
            verifier(pkcs1v15::VerifyingKey::<Sha256>::new(key())),
            verifier(pkcs1v15::VerifyingKey::<Sha384>::new(key())),
            verifier(pkcs1v15::VerifyingKey::<Sha512>::new(key())),
            verifier(pss::VerifyingKey::<Sha256>::new(key())),
            verifier(pss::VerifyingKey::<Sha384>::new(key())),
            verifier(pss::VerifyingKey::<Sha512>::new(key())),
        ];
        let ours =
            ALGORITHMS.iter().map(|algorithm| VerifyingKey::from_jwk(*algorithm, &jwk).expect("a key"));
        Self { n, verifiers: ours.zip(theirs).collect() }
    }

    pub fn bits(&self) -> usize {
        self.n.bits() as usize
    }

    /// Returns the length of the modulus in bytes.
    pub fn len(&self) -> usize {
        self.bits().div_ceil(8)
    }

    /// Returns the result of both, which must be the same.
    pub fn verify(&self, algorithm: u8, signature: &[u8]) -> bool {
        let (ours, theirs) = &self.verifiers[usize::from(algorithm) % ALGORITHMS.len()];
        let accepted = ours.verify(MESSAGE, signature).is_ok();
        assert_eq!(accepted, theirs(signature), "{} with {} bits", ours.algorithm(), self.bits());
        accepted
    }
}

fn verifier<K, S>(key: K) -> Theirs
where
    K: Verifier<S> + Send + Sync + 'static,
    S: for<'a> TryFrom<&'a [u8]>,
{
    Box::new(move |signature| {
        S::try_from(signature).is_ok_and(|signature| key.verify(MESSAGE, &signature).is_ok())
    })
}

/// A key whose modulus is a product of many small primes. It is insecure, but verification cannot detect that. With
/// the primes, the signature of any encoded message can be computed in microseconds.
pub struct Smooth {
    pub key: Key,
    primes: Vec<Prime>,
}

struct Prime {
    prime: u64,
    /// The private exponent: 1/e modulo `prime − 1`.
    exponent: u64,
    /// 1 modulo the prime, 0 modulo all others.
    one: BigUint,
}

impl Smooth {
    fn new(bits: u64) -> Self {
        let mut primes = LARGE[..(bits / 32 - 1) as usize].to_vec();
        let mut n: BigUint = primes.iter().product();
        // The rest of the modulus is two primes of about the same size.
        let left = bits - n.bits();
        let one = primes_below(1 << (left / 2)).find(|prime| !primes.contains(prime)).expect("a prime");
        primes.push(one);
        n *= one;
        let other = primes_below(3 << (left - left / 2 - 2))
            .find(|prime| !primes.contains(prime) && (&n * prime).bits() == bits)
            .expect("a prime");
        primes.push(other);
        n *= other;
        let primes = primes.into_iter().map(|prime| {
            let others = &n / prime;
            let inverse = others.modinv(&prime.into()).expect("coprime");
            let exponent = BigUint::from(E).modinv(&(prime - 1).into()).expect("coprime");
            Prime { prime, exponent: exponent.try_into().expect("small"), one: others * inverse % &n }
        });
        let primes = primes.collect();
        Self { key: Key::new(n, &E.into()), primes }
    }

    /// Returns the signature that represents this number, as long as the modulus.
    pub fn sign(&self, number: &BigUint) -> Vec<u8> {
        let root: BigUint = self.primes.iter().map(|prime| prime.root(number)).sum();
        to_bytes(&(root % &self.key.n), self.key.len())
    }
}

impl Prime {
    fn root(&self, number: &BigUint) -> BigUint {
        let digits = (number % self.prime).iter_u64_digits().next().unwrap_or_default();
        let (mut base, mut power, mut exponent) = (digits, 1, self.exponent);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = power * base % self.prime;
            }
            base = base * base % self.prime;
            exponent >>= 1;
        }
        &self.one * power
    }
}

/// As many as the largest modulus needs.
static LARGE: LazyLock<Vec<u64>> = LazyLock::new(|| primes_below(1 << 32).take(128).collect());

/// Returns primes in descending order, without those that have no private exponent.
fn primes_below(limit: u64) -> impl Iterator<Item = u64> {
    let is_prime = |number: &u64| (2..).take_while(|d| d * d <= *number).all(|d| number % d != 0);
    (3..limit).rev().filter(|number| number % 2 == 1 && (number - 1) % u64::from(E) != 0).filter(is_prime)
}

/// Every fixed size of the arithmetic, and all kinds of first bytes.
pub static SMOOTH: LazyLock<Vec<Smooth>> =
    LazyLock::new(|| [2048, 2049, 2050, 2055, 2056, 3072, 3073, 4095, 4096].map(Smooth::new).into());

/// Keys from OpenSSL and its signatures, valid and invalid: algorithm, signature.
pub static KNOWN: LazyLock<Vec<(Key, Vec<(u8, Vec<u8>)>)>> = LazyLock::new(|| {
    let file = include_str!("../../vectors/interop/rsa_signatures.json");
    let vectors: serde_json::Value = serde_json::from_str(file).expect("JSON");
    assert_eq!(vectors["message"].as_str().map(str::as_bytes), Some(MESSAGE));
    pems()
        .into_iter()
        .map(|(name, pem)| {
            use rsa::pkcs8::DecodePublicKey;
            let public = PublicKey::from_public_key_pem(pem).expect(name);
            let [n, e] = [public.n_bytes(), public.e_bytes()].map(|bytes| BigUint::from_bytes_be(&bytes));
            let key = Key::new(n, &e);
            let all = vectors["signatures"].as_array().expect("signatures").iter();
            let signatures = all.filter(|one| one["key"] == name).map(|one| {
                let algorithm = ALGORITHMS.iter().position(|algorithm| one["alg"] == algorithm.name());
                let algorithm = algorithm.expect("an algorithm") as u8;
                let signature =
                    base64url::decode(one["signature"].as_str().expect("text")).expect("base64url");
                assert_eq!(key.verify(algorithm, &signature), one["expect"] == "accept", "{one}");
                (algorithm, signature)
            });
            let signatures = signatures.collect();
            (key, signatures)
        })
        .collect()
});

fn pems() -> Vec<(&'static str, &'static str)> {
    macro_rules! pem {
        ($($name:literal)*) => {
            vec![$(($name, include_str!(concat!("../../vectors/interop/keys/", $name, ".spki.pem")))),*]
        };
    }
    pem!["rsa2048" "rsa2048-e33" "rsa2049" "rsa2056" "rsa3072" "rsa3073" "rsa4096"]
}
