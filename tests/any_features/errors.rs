//! What errors say to who reads the log: each something of its own, with its facts, and what caused it.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use jotwell::base64url::DecodeError;
use jotwell::error::{PemError, SecretEncoding, TokenPart};
use jotwell::{
    Algorithm, Backend, Curve, JsonError, KeyError, KeyFormat, KeyType, MultiIssuerError, NumericDate,
    SignError, VerifyError,
};

/// A library's error stands in somebody else's line: it is one piece of a sentence. Whoever reads it can tell it
/// from all others of its type, and finds in it each fact, and behind it the cause that it has and no other.
fn tells(error: impl Error, facts: &[&str], cause: Option<&dyn Error>, texts: &mut BTreeSet<String>) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{text:?}");
    for fact in facts {
        assert!(text.contains(fact), "{fact} is not told: {text}");
    }
    assert_eq!(error.source().map(ToString::to_string), cause.map(ToString::to_string), "{text}");
    assert!(texts.insert(text.clone()), "two errors say {text:?}");
}

#[test]
fn text_that_is_no_base64url_or_no_json_says_where_and_why() {
    let texts = &mut BTreeSet::new();
    tells(DecodeError::InvalidLength { length: 17 }, &["17"], None, texts);
    tells(DecodeError::InvalidSymbol, &[], None, texts);
    tells(DecodeError::TrailingBits, &[], None, texts);
    tells(DecodeError::OutputTooSmall { needed: 18, available: 17 }, &["18", "17"], None, texts);

    tells(JsonError::NotUtf8 { offset: 17 }, &["17"], None, texts);
    tells(JsonError::ByteOrderMark, &[], None, texts);
    tells(JsonError::NotAnObject, &[], None, texts);
    tells(JsonError::Syntax { offset: 17 }, &["17"], None, texts);
    tells(JsonError::TrailingData { offset: 17 }, &["17"], None, texts);
    tells(JsonError::TooDeep { offset: 17 }, &["17", "32"], None, texts);
    tells(JsonError::TooManyValues { offset: 17 }, &["17"], None, texts);
    tells(JsonError::DuplicateMember { offset: 17 }, &["17"], None, texts);
}

#[cfg(all(feature = "key-ring-file", any(unix, windows)))]
#[test]
fn a_file_that_cannot_be_used_says_why_and_what_to_run() {
    use jotwell::private_file::PrivateFileError;
    use jotwell::{KeyRingError, KeyRingFileError};

    let (path, folder) = (|| "/keys/ring.json".into(), || "/keys".into());
    let refused = || std::io::Error::new(std::io::ErrorKind::ReadOnlyFilesystem, "read-only");
    let files = [
        (PrivateFileError::Io { path: path(), source: refused() }, vec!["/keys/ring.json"]),
        (
            PrivateFileError::ForeignOwner { path: path(), owner: 17, user: 18 },
            vec!["17", "18", "`chown 18 /keys/ring.json`"],
        ),
        (
            PrivateFileError::WritableByOthers { path: path(), mode: 0o660 },
            vec!["0660", "`chmod 600 /keys/ring.json`"],
        ),
        (
            PrivateFileError::WorldReadable { path: path(), mode: 0o444 },
            vec!["0444", "`chmod 600 /keys/ring.json`", "allow_world_readable"],
        ),
        (
            PrivateFileError::WorldWritableFolder { path: folder(), mode: 0o777 },
            vec!["0777", "`chmod o-w /keys`"],
        ),
        (PrivateFileError::TooLong { path: path(), limit: 17 }, vec!["/keys/ring.json", "17"]),
        (PrivateFileError::NotDurable { path: path(), source: refused() }, vec!["/keys/ring.json"]),
    ];
    let texts = &mut BTreeSet::new();
    for (error, facts) in files {
        let cause = matches!(error, PrivateFileError::Io { .. } | PrivateFileError::NotDurable { .. });
        let cause = cause.then(refused);
        tells(KeyRingFileError::File(error), &facts, cause.as_ref().map(|cause| cause as &dyn Error), texts);
    }
    tells(KeyRingFileError::AlreadyExists { path: path() }, &["/keys/ring.json"], None, texts);
    let key = KeyError::Randomness;
    let not_a_ring = KeyRingFileError::NotAKeyRing { path: path(), source: key.clone() };
    tells(not_a_ring, &["/keys/ring.json"], Some(&key), texts);
    let ready_at = NumericDate::from_secs(1_800_000_000);
    tells(KeyRingFileError::Rotation(KeyRingError::TooEarly { ready_at }), &["1800000000"], None, texts);
    tells(KeyRingFileError::Key(key), &[], None, texts);
}

#[test]
fn a_token_that_is_refused_says_why() {
    let (now, then) = (NumericDate::from_secs(1_800_000_000), NumericDate::from_secs(1_700_000_000));
    let (now_text, then_text) = (&*now.to_string(), &*then.to_string());
    let (json, base64) = (JsonError::NotAnObject, DecodeError::InvalidSymbol);
    let texts = &mut BTreeSet::new();
    tells(VerifyError::TooLong { length: 18, limit: 17 }, &["18", "17", "`max_length`"], None, texts);
    tells(VerifyError::SegmentCount { found: 17 }, &["17", "3", "JWE", "whole token"], None, texts);
    tells(VerifyError::HeaderTooLong { length: 18, limit: 17 }, &["18", "17", "`max_length`"], None, texts);
    for part in [TokenPart::Header, TokenPart::Payload, TokenPart::Whole, TokenPart::Signature] {
        let name = &*part.to_string();
        tells(
            VerifyError::Base64 { part, error: base64 },
            &[name, "as its issuer wrote it"],
            Some(&base64),
            texts,
        );
        tells(VerifyError::Json { part, error: json }, &[name, "each member once"], Some(&json), texts);
    }
    tells(
        VerifyError::InvalidJws { member: "m" },
        &["\"m\"", "\"signatures\"", "\"protected\""],
        None,
        texts,
    );
    for (parameter, shape) in [
        ("p", "specification"),
        ("kid", "a string"),
        ("jwk", "public JSON Web Key"),
        ("x5c", "an array"),
        ("x5t", "20 bytes"),
        ("x5t#S256", "32 bytes"),
        ("b64", "\"crit\""),
    ] {
        let facts = [&*format!("{parameter:?}"), shape];
        tells(VerifyError::InvalidHeader { parameter }, &facts, None, texts);
    }
    tells(VerifyError::DuplicateParameter, &["protected", "unprotected", "one of them"], None, texts);
    tells(VerifyError::InvalidCrit, &["\"crit\"", "leave it out"], None, texts);
    tells(VerifyError::UnsupportedCrit, &["\"crit\"", "`allow_unencoded_payload`"], None, texts);
    tells(VerifyError::MissingAlgorithm, &["\"alg\"", "its issuer must"], None, texts);
    tells(VerifyError::UnexpectedEnc, &["\"enc\"", "leave out"], None, texts);
    #[cfg(feature = "jwe")]
    of_encrypted_tokens(texts);
    tells(VerifyError::Unsecured, &["\"none\"", "sign it"], None, texts);
    let unknown = VerifyError::UnknownAlgorithm { found: "hs\n256".into() };
    tells(unknown, &["\"alg\"", "\"hs\\n256\"", "\"RS256\""], None, texts);
    let (expected, found) = (Algorithm::ES256, Algorithm::HS384);
    tells(
        VerifyError::AlgorithmMismatch { expected, found },
        &["ES256", "HS384", "make the key for"],
        None,
        texts,
    );
    tells(VerifyError::unknown_key(Some("a\nb")), &["\"kid\" \"a\\nb\"", "up to date"], None, texts);
    tells(VerifyError::unknown_key(None), &["no \"kid\"", "have its issuer write"], None, texts);
    let reason = KeyError::CertificateMismatch;
    let facts = ["\"kid\"", "skipped", &*reason.to_string()];
    tells(VerifyError::SkippedKey { reason: reason.clone() }, &facts, None, texts);
    let algorithm = Algorithm::ES384;
    tells(VerifyError::NoKeyForAlgorithm { algorithm, skipped: 0 }, &["\"kid\"", "ES384"], None, texts);
    let skipped = VerifyError::NoKeyForAlgorithm { algorithm, skipped: 17 };
    tells(skipped, &["\"kid\"", "ES384", "17", "`JwkSet::skipped`"], None, texts);
    tells(VerifyError::AmbiguousKey { algorithm, keys: 17 }, &["\"kid\"", "ES384", "17"], None, texts);
    tells(VerifyError::InvalidSignature, &["compare the key"], None, texts);
    tells(VerifyError::MissingSigner { index: 17 }, &["17"], None, texts);
    for (claim, facts) in [
        ("sub", ["a string", "`Validator::integer_as_string`"]),
        ("aud", ["a string", "an array of at least one"]),
        ("exp", ["a number", "seconds since 1970"]),
    ] {
        tells(VerifyError::InvalidClaim { claim }, &[&format!("{claim:?}"), facts[0], facts[1]], None, texts);
    }
    let one = || vec!["JWT".to_owned()];
    let found = || Some("at+jwt".to_owned());
    tells(
        VerifyError::TypMismatch { expected: one(), found: found() },
        &["\"typ\"", "\"at+jwt\"", "\"JWT\"", "Validator::typ"],
        None,
        texts,
    );
    tells(VerifyError::TypMismatch { expected: one(), found: None }, &["missing"], None, texts);
    tells(
        VerifyError::NullClaim { claim: "sub" },
        &["sub", "null", "skip_serializing_if", "null_as_absent"],
        None,
        texts,
    );
    let date = |value: &str| VerifyError::DateOutOfRange { claim: "exp", value: value.into() };
    tells(date("1796005388000"), &["exp", "1796005388000", "9999", "milliseconds?"], None, texts);
    tells(date("8210266876799"), &["milliseconds?"], None, texts);
    tells(date("1e30"), &["exp", "1e30", "9999"], None, texts);
    assert!(!date("1e30").to_string().contains("milliseconds"));
    for (claim, remedy) in [
        ("c", "do not require it"),
        ("exp", "`Validator::expiry`"),
        ("iss", "`Issuer::unchecked`"),
        ("aud", "`Audience::unchecked`"),
    ] {
        tells(
            VerifyError::MissingClaim { claim: claim.into() },
            &[&format!("{claim:?}"), remedy],
            None,
            texts,
        );
    }
    tells(
        VerifyError::Expired { expired_at: then, now },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    tells(
        VerifyError::NotYetValid { not_before: now, now: then },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    tells(
        VerifyError::IssuedInFuture { issued_at: now, now: then },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    let old = VerifyError::TooOld { issued_at: then, max_age: Duration::from_secs(17), now };
    tells(old, &[then_text, now_text, "17 s", "`Validator::max_age`"], None, texts);
    tells(
        VerifyError::IssuerMismatch {
            expected: vec!["https://a".into(), "https://b".into()],
            found: "https://a/\n".into(),
        },
        &["\"iss\"", "\"https://a/\\n\"", "\"https://a\" or \"https://b\"", "slash"],
        None,
        texts,
    );
    tells(
        VerifyError::AudienceMismatch { expected: Vec::new(), found: vec!["orders".into()] },
        &["\"aud\"", "\"orders\"", "expected none", "`Audience::any_of`"],
        None,
        texts,
    );
    tells(VerifyError::SubjectMismatch, &["`Validator::subject`"], None, texts);
    tells(VerifyError::CustomCheck { reason: "a reason" }, &["a reason"], None, texts);
    tells(VerifyError::Unavailable { reason: "a reason" }, &["a reason", "try again"], None, texts);
    tells(
        VerifyError::Deserialize { path: "roles[2]".into(), expected: "a string".into() },
        &["roles[2]", "a string", "change the type"],
        None,
        texts,
    );
    tells(
        VerifyError::Deserialize { path: String::new(), expected: "an object".into() },
        &["an object", "change the type"],
        None,
        texts,
    );
}

#[cfg(feature = "jwe")]
fn of_encrypted_tokens(texts: &mut BTreeSet<String>) {
    use jotwell::jwe::{ContentEncryption, KeyManagement};

    let base64 = DecodeError::InvalidSymbol;
    for part in [
        TokenPart::EncryptedKey,
        TokenPart::InitializationVector,
        TokenPart::Ciphertext,
        TokenPart::AuthenticationTag,
        TokenPart::AuthenticatedData,
        TokenPart::WholeJwe,
    ] {
        tells(VerifyError::Base64 { part, error: base64 }, &[&part.to_string()], Some(&base64), texts);
    }
    tells(VerifyError::MissingEnc, &["\"enc\""], None, texts);
    tells(VerifyError::UnknownEnc, &["\"enc\""], None, texts);
    tells(VerifyError::Compressed, &["\"zip\""], None, texts);
    let (expected, found) = (KeyManagement::Dir, KeyManagement::A128KW);
    tells(VerifyError::KeyManagementMismatch { expected, found }, &["dir", "A128KW"], None, texts);
    tells(VerifyError::EncNotAllowed { found: ContentEncryption::A256GCM }, &["A256GCM"], None, texts);
    tells(VerifyError::InvalidJwe { member: "m" }, &["\"m\""], None, texts);
    tells(VerifyError::IterationsNotAllowed { found: 17, max: 16 }, &["17", "16"], None, texts);
    tells(VerifyError::DecryptionFailed, &[], None, texts);
    tells(VerifyError::NotNested, &["\"cty\""], None, texts);
    tells(VerifyError::Nested, &["\"cty\""], None, texts);
    tells(VerifyError::HeaderClaimMismatch, &["header"], None, texts);
}

#[cfg(feature = "jwe")]
#[test]
fn a_token_that_cannot_be_encrypted_says_why() {
    use jotwell::EncryptError;
    use jotwell::jwe::{ContentEncryption, KeyManagement};

    let texts = &mut BTreeSet::new();
    let sign = SignError::Serialize;
    tells(EncryptError::from(sign.clone()), &[], Some(&sign), texts);
    tells(EncryptError::InvalidHeader { parameter: "p".into() }, &["\"p\""], None, texts);
    let (key, header) = (KeyManagement::Dir, KeyManagement::A128KW);
    tells(EncryptError::KeyManagementMismatch { key, header }, &["says A128KW", "for dir"], None, texts);
    tells(EncryptError::EncNotAllowed { found: ContentEncryption::A256GCM }, &["A256GCM"], None, texts);
    tells(EncryptError::RecipientCount { found: 18, limit: 17 }, &["18", "17"], None, texts);
    tells(EncryptError::OneRecipientOnly { algorithm: key }, &["dir"], None, texts);
    tells(EncryptError::Randomness, &[], None, texts);
    tells(EncryptError::Backend, &[], None, texts);
}

#[cfg(feature = "jwe")]
#[test]
fn a_key_that_does_not_encrypt_says_why() {
    use jotwell::jwe::KeyManagement;

    let texts = &mut BTreeSet::new();
    let (algorithm, found, format) = (KeyManagement::RsaOaep256, KeyType::Dsa, KeyFormat::Sec1);
    tells(KeyError::EncryptionDisabled { algorithm }, &["RSA-OAEP-256", "`rsa`"], None, texts);
    tells(
        KeyError::WrongEncryptionKeyType { algorithm, found, format },
        &["RSA-OAEP-256", &found.to_string(), &format.to_string(), "an RSA key"],
        None,
        texts,
    );
    tells(
        KeyError::SecretLength { algorithm: "A128KW", expected: 17, found: 18 },
        &["A128KW", "17", "18"],
        None,
        texts,
    );
    tells(KeyError::ContentEncryptions { algorithm, found: 0 }, &["RSA-OAEP-256", "0"], None, texts);
    let direct = KeyManagement::Dir;
    tells(KeyError::ContentEncryptions { algorithm: direct, found: 17 }, &["dir", "17"], None, texts);
    tells(KeyError::PasswordAlgorithm { algorithm }, &["RSA-OAEP-256"], None, texts);
    let password = KeyManagement::Pbes2Hs256A128KW;
    tells(KeyError::PasswordAlgorithm { algorithm: password }, &["PBES2-HS256+A128KW"], None, texts);
    tells(KeyError::Iterations { found: 17, min: 18 }, &["17", "18"], None, texts);
    tells(KeyError::NotSymmetric { algorithm }, &["RSA-OAEP-256"], None, texts);
    let backend = Backend::AwsLcRs;
    let unsupported = KeyError::EncryptionUnsupportedByBackend { backend, algorithm };
    tells(unsupported, &["aws-lc-rs", "RSA-OAEP-256", "default backend"], None, texts);
    let rejected = KeyError::EncryptionRejectedByBackend { backend, algorithm };
    tells(rejected, &["aws-lc-rs", "RSA-OAEP-256", "default backend"], None, texts);
}

#[test]
fn a_token_that_cannot_be_made_says_why() {
    let (algorithm, json) = (Algorithm::ES256, JsonError::NotAnObject);
    let texts = &mut BTreeSet::new();
    tells(SignError::Serialize, &["must be strings"], None, texts);
    tells(SignError::from(json), &["a struct or a map"], Some(&json), texts);
    for (claim, shape) in [("sub", "a string"), ("aud", "an array"), ("exp", "a number")] {
        tells(SignError::InvalidClaim { claim }, &[&format!("{claim:?}"), shape], None, texts);
    }
    let date = |value: &str| SignError::DateOutOfRange { claim: "exp", value: value.into() };
    tells(date("1796005388000"), &["exp", "1796005388000", "9999", "milliseconds?"], None, texts);
    tells(date("1e30"), &["exp", "1e30", "9999", "seconds since 1970"], None, texts);
    tells(SignError::NullClaim { claim: "sub" }, &["\"sub\"", "null", "skip_serializing_if"], None, texts);
    tells(SignError::DuplicateMember { name: "role".into() }, &["\"role\"", "not in both"], None, texts);
    let mismatch = SignError::AlgorithmMismatch { key: algorithm, header: Algorithm::HS384 };
    tells(mismatch, &["header says HS384", "for ES256", "`Header::for_key`"], None, texts);
    tells(SignError::InvalidHeader { parameter: "p".into() }, &["\"p\"", "well-formed"], None, texts);
    tells(
        SignError::SignatureLength { algorithm, found: 17 },
        &["ES256", "17", "`with_der_signature`"],
        None,
        texts,
    );
    tells(SignError::SignatureDer { algorithm }, &["ES256", "`with_signature`"], None, texts);
    tells(SignError::DetachedPayload, &["`JsonJws::with_detached_payload`"], None, texts);
    tells(SignError::InvalidPayload, &["as it came"], None, texts);
    tells(SignError::TooManySignatures { limit: 17 }, &["17", "another one"], None, texts);
    tells(SignError::Randomness, &["`/dev/urandom`"], None, texts);
    for &backend in Backend::ALL {
        tells(SignError::Backend { backend }, &[&backend.to_string(), "openssl"], None, texts);
    }
}

#[test]
fn a_key_that_is_refused_says_why() {
    let (algorithm, backend, member) = (Algorithm::ES256, Backend::AwsLcRs, "m");
    let (found, form, curve) = (KeyType::Dsa, KeyFormat::Sec1, Curve::P521);
    let json = JsonError::NotAnObject;
    let texts = &mut BTreeSet::new();
    tells(KeyError::Disabled { algorithm }, &["ES256"], None, texts);
    tells(KeyError::BackendDisabled { backend }, &["aws-lc-rs"], None, texts);
    let processor = KeyError::UnsupportedProcessor { backend };
    tells(processor, &["aws-lc-rs", "processor", "`Backend::is_available`"], None, texts);
    tells(KeyError::UnsupportedByBackend { backend, algorithm }, &["aws-lc-rs", "ES256"], None, texts);
    tells(KeyError::RejectedByBackend { backend, algorithm }, &["aws-lc-rs", "ES256"], None, texts);
    for (algorithm, wanted) in
        [(algorithm, "P-256"), (Algorithm::HS256, "a shared secret"), (Algorithm::PS256, "an RSA key")]
    {
        let wrong = KeyError::WrongKeyType { algorithm, found, format: form };
        tells(wrong, &[algorithm.name(), wanted, "a DSA key", "SEC 1"], None, texts);
    }
    tells(KeyError::UnsupportedKeyType { found }, &["a DSA key"], None, texts);
    tells(KeyError::NotPrivate { found: form }, &["SEC 1"], None, texts);
    tells(KeyError::NotPublic { found: form }, &["SEC 1"], None, texts);
    tells(KeyError::UnsupportedFormat { found: form }, &["SEC 1"], None, texts);
    for error in [
        PemError::Empty,
        PemError::FileName,
        PemError::Utf16,
        PemError::Base64OfPem,
        PemError::NoArmor { found: form },
        PemError::DamagedArmor,
        PemError::NoBlock,
        PemError::FirstLineOnly,
        PemError::NoEnd,
        PemError::LabelsDiffer,
        PemError::Escaped,
        PemError::InvalidSymbol,
        PemError::InvalidLength,
    ] {
        // The mistake is the whole message, so it is not its own cause.
        tells(KeyError::from(error), &[&error.to_string()], None, texts);
        tells(error, &[], None, &mut BTreeSet::new());
    }
    let multiple = KeyError::MultipleKeys { first: form, second: KeyFormat::Pkcs8 };
    tells(multiple, &["SEC 1", "PKCS#8"], None, texts);
    let unexpected = KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found: KeyFormat::Pem };
    tells(unexpected, &["expected JSON Web Key", "found PEM"], None, texts);
    let label = KeyError::WrongPemLabel { label: KeyFormat::Pkcs8, found: form };
    tells(label, &["PKCS#8", "SEC 1", "`EC PRIVATE KEY`"], None, texts);
    tells(KeyError::DerLength { expected: 18, found: 17 }, &["18", "17"], None, texts);
    tells(KeyError::NotEncrypted { found: form }, &["SEC 1"], None, texts);
    tells(KeyError::UnsupportedEncryption, &["openssl"], None, texts);
    tells(KeyError::EncryptionCost { found: 18, limit: 17 }, &["18", "17"], None, texts);
    tells(KeyError::WrongPassphrase, &["passphrase"], None, texts);
    for expected in [SecretEncoding::Base64, SecretEncoding::Base64url] {
        let error = DecodeError::InvalidSymbol;
        let facts = [&*expected.to_string(), &error.to_string()];
        tells(KeyError::SecretEncoding { expected, error }, &facts, None, texts);
    }
    tells(KeyError::PssParameters { algorithm: Algorithm::PS384 }, &["PS384"], None, texts);
    tells(KeyError::InvalidDer { format: form }, &["SEC 1"], None, texts);
    tells(KeyError::from(json), &[], Some(&json), texts);
    tells(KeyError::MissingMember { member }, &["\"m\""], None, texts);
    tells(KeyError::InvalidMember { member }, &["\"m\""], None, texts);
    tells(KeyError::UseNotAllowed { member }, &["\"m\""], None, texts);
    tells(KeyError::DuplicateKeyId, &["\"kid\""], None, texts);
    tells(KeyError::DuplicateKey { index: 17 }, &["17"], None, texts);
    tells(KeyError::NoKey, &["at least one"], None, texts);
    tells(KeyError::TooManyKeys { found: 18, limit: 17 }, &["18", "17", "`max_keys`"], None, texts);
    tells(KeyError::CertificateMismatch, &["\"x5c\""], None, texts);
    tells(KeyError::NotSecret { algorithm }, &["ES256", "`JwkSet`"], None, texts);
    tells(KeyError::MissingKeyId, &["\"kid\"", "`with_key_id`"], None, texts);
    tells(KeyError::EmptySecret, &[], None, texts);
    tells(KeyError::ShortSecret { algorithm, min: 18, found: 17 }, &["ES256", "18", "17"], None, texts);
    tells(KeyError::SecretLooksLikeKey { format: form }, &["SEC 1"], None, texts);
    tells(KeyError::RsaModulusSize { bits: 17 }, &["17", "2048", "4096"], None, texts);
    tells(KeyError::RsaExponent, &["65537"], None, texts);
    tells(KeyError::InvalidRsaKey, &[], None, texts);
    tells(KeyError::UnequalRsaPrimes, &["openssl"], None, texts);
    tells(KeyError::InvalidPoint { curve }, &["P-521"], None, texts);
    tells(KeyError::InvalidScalar { curve }, &["P-521"], None, texts);
    tells(KeyError::PublicKeyMismatch, &[], None, texts);
    tells(KeyError::Randomness, &[], None, texts);

    tells(MultiIssuerError::Unchecked, &[], None, texts);
    tells(
        MultiIssuerError::Duplicate { issuer: "https://auth.example".into() },
        &["auth.example"],
        None,
        texts,
    );
    tells("es256".parse::<Algorithm>().unwrap_err(), &["algorithm", "HS256", "ES256K"], None, texts);
    tells("P256".parse::<Curve>().unwrap_err(), &["curve", "P-256", "secp256k1"], None, texts);
}

/// What errors call things.
#[test]
fn no_two_things_have_one_name() {
    fn names<T: ToString>(things: &[T]) {
        let names: BTreeSet<String> = things.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), things.len(), "{names:?}");
        assert!(names.iter().all(|name| !name.trim().is_empty()), "{names:?}");
    }
    names(Algorithm::ALL);
    names(Backend::ALL);
    names(&[TokenPart::Header, TokenPart::Payload, TokenPart::Whole, TokenPart::Signature]);
    names(&[Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1, Curve::Ed25519, Curve::X25519]);
    names(&[
        KeyFormat::Bytes,
        KeyFormat::Jwk,
        KeyFormat::Pem,
        KeyFormat::Pkcs8,
        KeyFormat::Pkcs1Private,
        KeyFormat::Pkcs1Public,
        KeyFormat::Sec1,
        KeyFormat::Spki,
        KeyFormat::Certificate,
        KeyFormat::Encrypted,
        KeyFormat::EncryptedTraditional,
        KeyFormat::CertificateRequest,
        KeyFormat::OpenSsh,
        KeyFormat::OpenSshPublic,
        KeyFormat::Putty,
        KeyFormat::DsaTraditional,
        KeyFormat::Parameters,
        KeyFormat::Pgp,
        KeyFormat::Pkcs7,
        KeyFormat::Pkcs12,
        KeyFormat::RevocationList,
        KeyFormat::Der,
        KeyFormat::Base64,
        KeyFormat::JwkSet,
        KeyFormat::IssuerMetadata,
        KeyFormat::CertificateMap,
        KeyFormat::Unknown,
    ]);
    names(&[
        KeyType::Secret,
        KeyType::Rsa,
        KeyType::RsaPss,
        KeyType::Ec(Curve::P256),
        KeyType::Ec(Curve::Ed25519),
        KeyType::EcOther,
        KeyType::EcExplicit,
        KeyType::Ed448,
        KeyType::X25519,
        KeyType::X448,
        KeyType::Dsa,
        KeyType::Unknown,
    ]);
}
