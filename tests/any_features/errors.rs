//! The texts of errors: distinct, with their facts and their cause.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use jotwell::base64url::DecodeError;
use jotwell::error::{PemError, SecretEncoding, TokenPart};
use jotwell::{
    Algorithm, Backend, Curve, JsonError, KeyError, KeyFormat, KeyType, MultiIssuerError, NumericDate,
    SignError, VerifyError,
};

/// A library's error is often part of a longer line, so it must be one sentence fragment. It must differ from all
/// others of its type, and contain each fact. Its source must be its cause.
fn has_facts(error: impl Error, facts: &[&str], cause: Option<&dyn Error>, texts: &mut BTreeSet<String>) {
    let text = error.to_string();
    assert!(!text.is_empty() && !text.contains('\n') && !text.ends_with('.'), "{text:?}");
    for fact in facts {
        assert!(text.contains(fact), "{fact} is missing: {text}");
    }
    assert_eq!(error.source().map(ToString::to_string), cause.map(ToString::to_string), "{text}");
    assert!(texts.insert(text.clone()), "two errors have the text {text:?}");
}

#[test]
fn errors_of_base64url_and_json_say_where_and_why() {
    let texts = &mut BTreeSet::new();
    has_facts(DecodeError::InvalidLength { length: 17 }, &["17"], None, texts);
    has_facts(DecodeError::InvalidSymbol, &[], None, texts);
    has_facts(DecodeError::TrailingBits, &[], None, texts);
    has_facts(DecodeError::OutputTooSmall { needed: 18, available: 17 }, &["18", "17"], None, texts);

    has_facts(JsonError::NotUtf8 { offset: 17 }, &["17"], None, texts);
    has_facts(JsonError::ByteOrderMark, &[], None, texts);
    has_facts(JsonError::NotAnObject, &[], None, texts);
    has_facts(JsonError::Syntax { offset: 17 }, &["17"], None, texts);
    has_facts(JsonError::TrailingData { offset: 17 }, &["17"], None, texts);
    has_facts(JsonError::TooDeep { offset: 17 }, &["17", "32"], None, texts);
    has_facts(JsonError::TooManyValues { offset: 17 }, &["17"], None, texts);
    has_facts(JsonError::DuplicateMember { offset: 17 }, &["17"], None, texts);
}

#[cfg(all(feature = "key-ring-file", any(unix, windows)))]
#[test]
fn an_error_of_a_file_has_a_reason_and_a_command() {
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
        has_facts(
            KeyRingFileError::File(error),
            &facts,
            cause.as_ref().map(|cause| cause as &dyn Error),
            texts,
        );
    }
    has_facts(KeyRingFileError::AlreadyExists { path: path() }, &["/keys/ring.json"], None, texts);
    let key = KeyError::Randomness;
    let not_a_ring = KeyRingFileError::NotAKeyRing { path: path(), source: key.clone() };
    has_facts(not_a_ring, &["/keys/ring.json"], Some(&key), texts);
    let ready_at = NumericDate::from_secs(1_800_000_000);
    has_facts(KeyRingFileError::Rotation(KeyRingError::TooEarly { ready_at }), &["1800000000"], None, texts);
    has_facts(KeyRingFileError::Key(key), &[], None, texts);
}

#[test]
fn a_rejected_token_has_a_reason() {
    let (now, then) = (NumericDate::from_secs(1_800_000_000), NumericDate::from_secs(1_700_000_000));
    let (now_text, then_text) = (&*now.to_string(), &*then.to_string());
    let (json, base64) = (JsonError::NotAnObject, DecodeError::InvalidSymbol);
    let texts = &mut BTreeSet::new();
    has_facts(VerifyError::TooLong { length: 18, limit: 17 }, &["18", "17", "`max_length`"], None, texts);
    has_facts(VerifyError::SegmentCount { found: 17 }, &["17", "3", "JWE", "whole token"], None, texts);
    has_facts(
        VerifyError::HeaderTooLong { length: 18, limit: 17 },
        &["18", "17", "`max_length`"],
        None,
        texts,
    );
    for part in [TokenPart::Header, TokenPart::Payload, TokenPart::Whole, TokenPart::Signature] {
        let name = &*part.to_string();
        has_facts(
            VerifyError::Base64 { part, error: base64 },
            &[name, "as its issuer wrote it"],
            Some(&base64),
            texts,
        );
        has_facts(VerifyError::Json { part, error: json }, &[name, "each member once"], Some(&json), texts);
    }
    has_facts(
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
        has_facts(VerifyError::InvalidHeader { parameter }, &facts, None, texts);
    }
    has_facts(VerifyError::DuplicateParameter, &["protected", "unprotected", "one of them"], None, texts);
    has_facts(VerifyError::InvalidCrit, &["\"crit\"", "leave it out"], None, texts);
    has_facts(VerifyError::UnsupportedCrit, &["\"crit\"", "`allow_unencoded_payload`"], None, texts);
    has_facts(VerifyError::MissingAlgorithm, &["\"alg\"", "its issuer must"], None, texts);
    has_facts(VerifyError::UnexpectedEnc, &["\"enc\"", "leave out"], None, texts);
    #[cfg(feature = "jwe")]
    of_encrypted_tokens(texts);
    has_facts(VerifyError::Unsecured, &["\"none\"", "sign it"], None, texts);
    let unknown = VerifyError::UnknownAlgorithm { found: "hs\n256".into() };
    has_facts(unknown, &["\"alg\"", "\"hs\\n256\"", "\"RS256\""], None, texts);
    let (expected, found) = (Algorithm::ES256, Algorithm::HS384);
    has_facts(
        VerifyError::AlgorithmMismatch { expected, found },
        &["ES256", "HS384", "make the key for"],
        None,
        texts,
    );
    has_facts(VerifyError::unknown_key(Some("a\nb")), &["\"kid\" \"a\\nb\"", "up to date"], None, texts);
    has_facts(VerifyError::unknown_key(None), &["no \"kid\"", "have its issuer write"], None, texts);
    let reason = KeyError::CertificateMismatch;
    let facts = ["\"kid\"", "skipped", &*reason.to_string()];
    has_facts(VerifyError::SkippedKey { reason: reason.clone() }, &facts, None, texts);
    let algorithm = Algorithm::ES384;
    has_facts(VerifyError::NoKeyForAlgorithm { algorithm, skipped: 0 }, &["\"kid\"", "ES384"], None, texts);
    let skipped = VerifyError::NoKeyForAlgorithm { algorithm, skipped: 17 };
    has_facts(skipped, &["\"kid\"", "ES384", "17", "`JwkSet::skipped`"], None, texts);
    has_facts(VerifyError::AmbiguousKey { algorithm, keys: 17 }, &["\"kid\"", "ES384", "17"], None, texts);
    has_facts(VerifyError::InvalidSignature, &["compare the key"], None, texts);
    has_facts(VerifyError::MissingSigner { index: 17 }, &["17"], None, texts);
    for (claim, facts) in [
        ("sub", ["a string", "`Validator::integer_as_string`"]),
        ("aud", ["a string", "an array of at least one"]),
        ("exp", ["a number", "seconds since 1970"]),
    ] {
        has_facts(
            VerifyError::InvalidClaim { claim },
            &[&format!("{claim:?}"), facts[0], facts[1]],
            None,
            texts,
        );
    }
    let one = || vec!["JWT".to_owned()];
    let found = || Some("at+jwt".to_owned());
    has_facts(
        VerifyError::TypMismatch { expected: one(), found: found() },
        &["\"typ\"", "\"at+jwt\"", "\"JWT\"", "Validator::typ"],
        None,
        texts,
    );
    has_facts(VerifyError::TypMismatch { expected: one(), found: None }, &["missing"], None, texts);
    has_facts(
        VerifyError::NullClaim { claim: "sub" },
        &["sub", "null", "skip_serializing_if", "null_as_absent"],
        None,
        texts,
    );
    let date = |value: &str| VerifyError::DateOutOfRange { claim: "exp", value: value.into() };
    has_facts(date("1796005388000"), &["exp", "1796005388000", "9999", "milliseconds?"], None, texts);
    has_facts(date("8210266876799"), &["milliseconds?"], None, texts);
    has_facts(date("1e30"), &["exp", "1e30", "9999"], None, texts);
    assert!(!date("1e30").to_string().contains("milliseconds"));
    for (claim, remedy) in [
        ("c", "do not require it"),
        ("exp", "`Validator::expiry`"),
        ("iss", "`Issuer::unchecked`"),
        ("aud", "`Audience::unchecked`"),
    ] {
        has_facts(
            VerifyError::MissingClaim { claim: claim.into() },
            &[&format!("{claim:?}"), remedy],
            None,
            texts,
        );
    }
    has_facts(
        VerifyError::Expired { expired_at: then, now },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    has_facts(
        VerifyError::NotYetValid { not_before: now, now: then },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    has_facts(
        VerifyError::IssuedInFuture { issued_at: now, now: then },
        &[then_text, now_text, "`Validator::leeway`"],
        None,
        texts,
    );
    let old = VerifyError::TooOld { issued_at: then, max_age: Duration::from_secs(17), now };
    has_facts(old, &[then_text, now_text, "17 s", "`Validator::max_age`"], None, texts);
    has_facts(
        VerifyError::IssuerMismatch {
            expected: vec!["https://a".into(), "https://b".into()],
            found: "https://a/\n".into(),
        },
        &["\"iss\"", "\"https://a/\\n\"", "\"https://a\" or \"https://b\"", "slash"],
        None,
        texts,
    );
    has_facts(
        VerifyError::AudienceMismatch { expected: Vec::new(), found: vec!["orders".into()] },
        &["\"aud\"", "\"orders\"", "expected none", "`Audience::any_of`"],
        None,
        texts,
    );
    has_facts(VerifyError::SubjectMismatch, &["`Validator::subject`"], None, texts);
    has_facts(VerifyError::CustomCheck { reason: "a reason" }, &["a reason"], None, texts);
    has_facts(VerifyError::Unavailable { reason: "a reason" }, &["a reason", "try again"], None, texts);
    has_facts(
        VerifyError::Deserialize { path: "roles[2]".into(), expected: "a string".into() },
        &["roles[2]", "a string", "change the type"],
        None,
        texts,
    );
    has_facts(
        VerifyError::Deserialize { path: "".into(), expected: "an object".into() },
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
        has_facts(VerifyError::Base64 { part, error: base64 }, &[&part.to_string()], Some(&base64), texts);
    }
    has_facts(VerifyError::MissingEnc, &["\"enc\""], None, texts);
    has_facts(VerifyError::UnknownEnc, &["\"enc\""], None, texts);
    has_facts(VerifyError::Compressed, &["\"zip\""], None, texts);
    let (expected, found) = (KeyManagement::Dir, KeyManagement::A128KW);
    has_facts(VerifyError::KeyManagementMismatch { expected, found }, &["dir", "A128KW"], None, texts);
    has_facts(VerifyError::EncNotAllowed { found: ContentEncryption::A256GCM }, &["A256GCM"], None, texts);
    has_facts(VerifyError::InvalidJwe { member: "m" }, &["\"m\""], None, texts);
    has_facts(VerifyError::IterationsNotAllowed { found: 17, max: 16 }, &["17", "16"], None, texts);
    has_facts(VerifyError::DecryptionFailed, &[], None, texts);
    has_facts(VerifyError::NotNested, &["\"cty\""], None, texts);
    has_facts(VerifyError::Nested, &["\"cty\""], None, texts);
    has_facts(VerifyError::HeaderClaimMismatch, &["header"], None, texts);
}

#[cfg(feature = "jwe")]
#[test]
fn a_failed_encryption_has_a_reason() {
    use jotwell::EncryptError;
    use jotwell::jwe::{ContentEncryption, KeyManagement};

    let texts = &mut BTreeSet::new();
    let sign = SignError::Serialize;
    has_facts(EncryptError::from(sign.clone()), &[], Some(&sign), texts);
    has_facts(EncryptError::InvalidHeader { parameter: "p".into() }, &["\"p\""], None, texts);
    let (key, header) = (KeyManagement::Dir, KeyManagement::A128KW);
    has_facts(EncryptError::KeyManagementMismatch { key, header }, &["says A128KW", "for dir"], None, texts);
    has_facts(EncryptError::EncNotAllowed { found: ContentEncryption::A256GCM }, &["A256GCM"], None, texts);
    has_facts(EncryptError::RecipientCount { found: 18, limit: 17 }, &["18", "17"], None, texts);
    has_facts(EncryptError::OneRecipientOnly { algorithm: key }, &["dir"], None, texts);
    has_facts(EncryptError::Randomness, &[], None, texts);
    has_facts(EncryptError::Backend, &[], None, texts);
}

#[cfg(feature = "jwe")]
#[test]
fn an_unusable_encryption_key_has_a_reason() {
    use jotwell::jwe::KeyManagement;

    let texts = &mut BTreeSet::new();
    let (algorithm, found, format) = (KeyManagement::RsaOaep256, KeyType::Dsa, KeyFormat::Sec1);
    has_facts(KeyError::EncryptionDisabled { algorithm }, &["RSA-OAEP-256", "`rsa`"], None, texts);
    has_facts(
        KeyError::WrongEncryptionKeyType { algorithm, found, format },
        &["RSA-OAEP-256", &found.to_string(), &format.to_string(), "an RSA key"],
        None,
        texts,
    );
    has_facts(
        KeyError::SecretLength { algorithm: "A128KW", expected: 17, found: 18 },
        &["A128KW", "17", "18"],
        None,
        texts,
    );
    has_facts(KeyError::ContentEncryptions { algorithm, found: 0 }, &["RSA-OAEP-256", "0"], None, texts);
    let direct = KeyManagement::Dir;
    has_facts(KeyError::ContentEncryptions { algorithm: direct, found: 17 }, &["dir", "17"], None, texts);
    has_facts(KeyError::PasswordAlgorithm { algorithm }, &["RSA-OAEP-256"], None, texts);
    let password = KeyManagement::Pbes2Hs256A128KW;
    has_facts(KeyError::PasswordAlgorithm { algorithm: password }, &["PBES2-HS256+A128KW"], None, texts);
    has_facts(KeyError::Iterations { found: 17, min: 18 }, &["17", "18"], None, texts);
    has_facts(KeyError::NotSymmetric { algorithm }, &["RSA-OAEP-256"], None, texts);
    let backend = Backend::AwsLcRs;
    let unsupported = KeyError::EncryptionUnsupportedByBackend { backend, algorithm };
    has_facts(unsupported, &["aws-lc-rs", "RSA-OAEP-256", "default backend"], None, texts);
    let rejected = KeyError::EncryptionRejectedByBackend { backend, algorithm };
    has_facts(rejected, &["aws-lc-rs", "RSA-OAEP-256", "default backend"], None, texts);
}

#[test]
fn a_token_that_cannot_be_issued_has_a_reason() {
    let (algorithm, json) = (Algorithm::ES256, JsonError::NotAnObject);
    let texts = &mut BTreeSet::new();
    has_facts(SignError::Serialize, &["must be strings"], None, texts);
    has_facts(SignError::from(json), &["a struct or a map"], Some(&json), texts);
    for (claim, shape) in [("sub", "a string"), ("aud", "an array"), ("exp", "a number")] {
        has_facts(SignError::InvalidClaim { claim }, &[&format!("{claim:?}"), shape], None, texts);
    }
    let date = |value: &str| SignError::DateOutOfRange { claim: "exp", value: value.into() };
    has_facts(date("1796005388000"), &["exp", "1796005388000", "9999", "milliseconds?"], None, texts);
    has_facts(date("1e30"), &["exp", "1e30", "9999", "seconds since 1970"], None, texts);
    has_facts(
        SignError::NullClaim { claim: "sub" },
        &["\"sub\"", "null", "skip_serializing_if"],
        None,
        texts,
    );
    has_facts(SignError::DuplicateMember { name: "role".into() }, &["\"role\"", "not in both"], None, texts);
    let mismatch = SignError::AlgorithmMismatch { key: algorithm, header: Algorithm::HS384 };
    has_facts(mismatch, &["header says HS384", "for ES256", "`Header::for_key`"], None, texts);
    has_facts(SignError::InvalidHeader { parameter: "p".into() }, &["\"p\"", "well-formed"], None, texts);
    has_facts(
        SignError::SignatureLength { algorithm, found: 17 },
        &["ES256", "17", "`with_der_signature`"],
        None,
        texts,
    );
    has_facts(SignError::SignatureDer { algorithm }, &["ES256", "`with_signature`"], None, texts);
    has_facts(SignError::DetachedPayload, &["`JsonJws::with_detached_payload`"], None, texts);
    has_facts(SignError::InvalidPayload, &["as it came"], None, texts);
    has_facts(SignError::TooManySignatures { limit: 17 }, &["17", "another one"], None, texts);
    has_facts(SignError::Randomness, &["`/dev/urandom`"], None, texts);
    for &backend in Backend::ALL {
        has_facts(SignError::Backend { backend }, &[&backend.to_string(), "openssl"], None, texts);
    }
}

#[test]
fn a_rejected_key_has_a_reason() {
    let (algorithm, backend, member) = (Algorithm::ES256, Backend::AwsLcRs, "m");
    let (found, form, curve) = (KeyType::Dsa, KeyFormat::Sec1, Curve::P521);
    let json = JsonError::NotAnObject;
    let texts = &mut BTreeSet::new();
    has_facts(KeyError::Disabled { algorithm }, &["ES256"], None, texts);
    has_facts(KeyError::BackendDisabled { backend }, &["aws-lc-rs"], None, texts);
    let processor = KeyError::UnsupportedProcessor { backend };
    has_facts(processor, &["aws-lc-rs", "processor", "`Backend::is_available`"], None, texts);
    has_facts(KeyError::UnsupportedByBackend { backend, algorithm }, &["aws-lc-rs", "ES256"], None, texts);
    has_facts(KeyError::RejectedByBackend { backend, algorithm }, &["aws-lc-rs", "ES256"], None, texts);
    for (algorithm, wanted) in
        [(algorithm, "P-256"), (Algorithm::HS256, "a shared secret"), (Algorithm::PS256, "an RSA key")]
    {
        let wrong = KeyError::WrongKeyType { algorithm, found, format: form };
        has_facts(wrong, &[algorithm.name(), wanted, "a DSA key", "SEC 1"], None, texts);
    }
    has_facts(KeyError::UnsupportedKeyType { found }, &["a DSA key"], None, texts);
    has_facts(KeyError::NotPrivate { found: form }, &["SEC 1"], None, texts);
    has_facts(KeyError::NotPublic { found: form }, &["SEC 1"], None, texts);
    has_facts(KeyError::UnsupportedFormat { found: form }, &["SEC 1"], None, texts);
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
        // The inner error is the whole message, so it is not also the source.
        has_facts(KeyError::from(error), &[&error.to_string()], None, texts);
        has_facts(error, &[], None, &mut BTreeSet::new());
    }
    let multiple = KeyError::MultipleKeys { first: form, second: KeyFormat::Pkcs8 };
    has_facts(multiple, &["SEC 1", "PKCS#8"], None, texts);
    let unexpected = KeyError::UnexpectedFormat { expected: KeyFormat::Jwk, found: KeyFormat::Pem };
    has_facts(unexpected, &["expected JSON Web Key", "found PEM"], None, texts);
    let label = KeyError::WrongPemLabel { label: KeyFormat::Pkcs8, found: form };
    has_facts(label, &["PKCS#8", "SEC 1", "`EC PRIVATE KEY`"], None, texts);
    has_facts(KeyError::DerLength { expected: 18, found: 17 }, &["18", "17"], None, texts);
    has_facts(KeyError::NotEncrypted { found: form }, &["SEC 1"], None, texts);
    has_facts(KeyError::UnsupportedEncryption, &["openssl"], None, texts);
    has_facts(KeyError::EncryptionCost { found: 18, limit: 17 }, &["18", "17"], None, texts);
    has_facts(KeyError::WrongPassphrase, &["passphrase"], None, texts);
    for expected in [SecretEncoding::Base64, SecretEncoding::Base64url] {
        let error = DecodeError::InvalidSymbol;
        let facts = [&*expected.to_string(), &error.to_string()];
        has_facts(KeyError::SecretEncoding { expected, error }, &facts, None, texts);
    }
    has_facts(KeyError::PssParameters { algorithm: Algorithm::PS384 }, &["PS384"], None, texts);
    has_facts(KeyError::InvalidDer { format: form }, &["SEC 1"], None, texts);
    has_facts(KeyError::from(json), &[], Some(&json), texts);
    has_facts(KeyError::MissingMember { member }, &["\"m\""], None, texts);
    has_facts(KeyError::InvalidMember { member }, &["\"m\""], None, texts);
    has_facts(KeyError::UseNotAllowed { member }, &["\"m\""], None, texts);
    has_facts(KeyError::DuplicateKeyId, &["\"kid\""], None, texts);
    has_facts(KeyError::DuplicateKey { index: 17 }, &["17"], None, texts);
    has_facts(KeyError::NoKey, &["at least one"], None, texts);
    has_facts(KeyError::TooManyKeys { found: 18, limit: 17 }, &["18", "17", "`max_keys`"], None, texts);
    has_facts(KeyError::CertificateMismatch, &["\"x5c\""], None, texts);
    has_facts(KeyError::NotSecret { algorithm }, &["ES256", "`JwkSet`"], None, texts);
    has_facts(KeyError::MissingKeyId, &["\"kid\"", "`with_key_id`"], None, texts);
    has_facts(KeyError::EmptySecret, &[], None, texts);
    has_facts(KeyError::ShortSecret { algorithm, min: 18, found: 17 }, &["ES256", "18", "17"], None, texts);
    has_facts(KeyError::SecretLooksLikeKey { format: form }, &["SEC 1"], None, texts);
    has_facts(KeyError::RsaModulusSize { bits: 17 }, &["17", "2048", "4096"], None, texts);
    has_facts(KeyError::RsaExponent, &["65537"], None, texts);
    has_facts(KeyError::InvalidRsaKey, &[], None, texts);
    has_facts(KeyError::UnequalRsaPrimes, &["openssl"], None, texts);
    has_facts(KeyError::InvalidPoint { curve }, &["P-521"], None, texts);
    has_facts(KeyError::InvalidScalar { curve }, &["P-521"], None, texts);
    has_facts(KeyError::PublicKeyMismatch, &[], None, texts);
    has_facts(KeyError::Randomness, &[], None, texts);

    has_facts(MultiIssuerError::Unchecked, &[], None, texts);
    has_facts(
        MultiIssuerError::Duplicate { issuer: "https://auth.example".into() },
        &["auth.example"],
        None,
        texts,
    );
    has_facts("es256".parse::<Algorithm>().unwrap_err(), &["algorithm", "HS256", "ES256K"], None, texts);
    has_facts("P256".parse::<Curve>().unwrap_err(), &["curve", "P-256", "secp256k1"], None, texts);
}

/// The names that errors use.
#[test]
fn names_in_errors_are_distinct() {
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
