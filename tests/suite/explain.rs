//! Explanations of rejected tokens: the reported steps are those of verification.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use jotwell::explain::{Check, Expected, Found, Outcome};
use jotwell::{
    Algorithm, Audience, Claims, Expiry, Header, Issuer, KeySource, NoClaims, NumericDate, RegisteredClaims,
    SigningKey, Typ, UnsignedToken, Validator, VerifyError, VerifyingKey, base64url,
};
use serde_json::{Value, json};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);

/// Every step, in order.
const CHECKS: [Check; 16] = [
    Check::Length,
    Check::Form,
    Check::Header,
    Check::Key,
    Check::Signature,
    Check::Claims,
    Check::Type,
    Check::Expiry,
    Check::NotBefore,
    Check::IssuedAt,
    Check::Age,
    Check::Issuer,
    Check::Audience,
    Check::Subject,
    Check::Required,
    Check::Custom,
];

fn key() -> SigningKey {
    SigningKey::hmac(Algorithm::HS256, [7; 32]).expect("a key").with_key_id("2026-11")
}

/// A policy that uses all options.
fn strict() -> Validator<VerifyingKey> {
    open(key().verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"))
        .expiry(Expiry::Required)
        .typ("at+jwt")
        .max_age(Duration::from_secs(3600))
        .subject("user-42")
        .require("tenant")
        .check(|claims| match claims.jwt_id().as_deref() {
            Some("stolen") => Err(VerifyError::CustomCheck { reason: "revoked" }),
            _ => Ok(()),
        })
}

/// A policy that requires only a signature, beyond its arguments.
fn open<K: KeySource>(keys: K, issuer: Issuer, audience: Audience) -> Validator<K> {
    Validator::with_clock(keys, issuer, audience, NOW).expiry(Expiry::Unchecked)
}

fn header() -> Value {
    json!({"alg": "HS256", "typ": "at+jwt", "kid": "2026-11"})
}

fn claims() -> Value {
    json!({
        "iss": "https://auth.example",
        "sub": "user-42",
        "aud": ["orders-api", "billing-api"],
        "exp": 1_800_000_900,
        "nbf": 1_799_999_990,
        "iat": 1_799_999_990,
        "jti": "1",
        "tenant": 7,
    })
}

/// Any header over any payload, with a valid signature.
fn over(header: &str, payload: &str) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    format!("{input}.{}", base64url::encode(key().sign(input.as_bytes()).expect("a signature")))
}

fn good() -> String {
    over(&header().to_string(), &claims().to_string())
}

/// The valid token with one claim changed, or removed.
fn with_claim(name: &str, value: Option<Value>) -> String {
    let mut claims = claims();
    match value {
        Some(value) => claims[name] = value,
        None => drop(claims.as_object_mut().expect("an object").remove(name).expect(name)),
    }
    over(&header().to_string(), &claims.to_string())
}

fn with_header(name: &str, value: Value) -> String {
    let mut header = header();
    header[name] = value;
    over(&header.to_string(), &claims().to_string())
}

/// Asserts that the steps are complete, in order, and have the result of `verify`.
fn agrees<K: KeySource>(validator: &Validator<K>, token: &str) -> Option<VerifyError> {
    let explanation = validator.explain(token);
    let error = validator.verify::<NoClaims>(token).err();
    assert_eq!(explanation.error(), error.as_ref(), "{token}\n{explanation}");
    let steps = explanation.steps();
    assert!(steps.windows(2).all(|pair| pair[0].check < pair[1].check), "{explanation}");
    let failed = steps.iter().position(|step| matches!(step.outcome, Outcome::Failed(_)));
    for (index, step) in steps.iter().enumerate() {
        let expected = match failed {
            Some(failed) if index > failed => Outcome::NotReached,
            Some(failed) if index == failed => Outcome::Failed(error.clone().expect("an error")),
            _ => Outcome::Passed,
        };
        assert_eq!(step.outcome, expected, "{explanation}");
        assert!(!step.expected.to_string().is_empty());
    }
    error
}

#[test]
fn a_good_token_passes_every_step() {
    let explanation = strict().explain(&good());
    assert_eq!(explanation.error(), None, "{explanation}");
    assert!(explanation.steps().iter().all(|step| step.outcome == Outcome::Passed));
    let checks: Vec<_> = explanation.steps().iter().map(|step| step.check).collect();
    assert_eq!(checks, CHECKS);
    assert_eq!(agrees(&strict(), &good()), None);
}

#[test]
fn steps_that_the_policy_does_not_use_are_left_out() {
    let open = open(key().verifying_key(), Issuer::unchecked(), Audience::unchecked());
    let explanation = open.explain(&over(r#"{"alg":"HS256"}"#, "{}"));
    let checks: Vec<_> = explanation.steps().iter().map(|step| step.check).collect();
    let asked =
        |check: &Check| !matches!(check, Check::Age | Check::Subject | Check::Required | Check::Custom);
    assert_eq!(checks, CHECKS.into_iter().filter(asked).collect::<Vec<_>>());
    assert_eq!(explanation.error(), None);
}

/// For each step one token that fails there.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn a_token_passes_all_steps_before_the_one_at_which_it_fails() {
    let late = NumericDate::from_secs(1_800_000_011);
    let missing = |claim: &'static str| VerifyError::MissingClaim { claim: claim.into() };
    let (limit, length) = (16 * 1024, 16 * 1024 + 1);
    let mut forged = good().into_bytes();
    let last = forged.len() - 9;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let cases = [
        (Check::Length, "x".repeat(length), VerifyError::TooLong { length, limit }),
        (Check::Form, "a.b".to_owned(), VerifyError::SegmentCount { found: 2 }),
        (Check::Header, with_header("alg", json!("none")), VerifyError::Unsecured),
        (
            Check::Header,
            format!("{}.e30.AA", "A".repeat(8193)),
            VerifyError::HeaderTooLong { length: 8193, limit: 8192 },
        ),
        (Check::Key, with_header("kid", json!("2025-11")), VerifyError::unknown_key(Some("2025-11"))),
        (Check::Signature, String::from_utf8(forged).expect("ASCII"), VerifyError::InvalidSignature),
        (Check::Claims, with_claim("jti", Some(json!(7))), VerifyError::InvalidClaim { claim: "jti" }),
        (
            Check::Type,
            with_header("typ", json!("JWT")),
            VerifyError::TypMismatch { expected: vec!["at+jwt".into()], found: Some("JWT".into()) },
        ),
        (
            Check::Expiry,
            with_claim("exp", Some(json!(1_800_000_000))),
            VerifyError::Expired { expired_at: NOW, now: NOW },
        ),
        (Check::Expiry, with_claim("exp", None), missing("exp")),
        (
            Check::NotBefore,
            with_claim("nbf", Some(json!(1_800_000_011))),
            VerifyError::NotYetValid { not_before: late, now: NOW },
        ),
        (
            Check::IssuedAt,
            with_claim("iat", Some(json!(1_800_000_011))),
            VerifyError::IssuedInFuture { issued_at: late, now: NOW },
        ),
        (
            Check::Age,
            with_claim("iat", Some(json!(1_799_996_399))),
            VerifyError::TooOld {
                issued_at: NumericDate::from_secs(1_799_996_399),
                max_age: Duration::from_secs(3600),
                now: NOW,
            },
        ),
        (Check::Age, with_claim("iat", None), missing("iat")),
        (
            Check::Issuer,
            with_claim("iss", Some(json!("https://evil.example"))),
            VerifyError::IssuerMismatch {
                expected: vec!["https://auth.example".into()],
                found: "https://evil.example".into(),
            },
        ),
        (Check::Issuer, with_claim("iss", None), missing("iss")),
        (
            Check::Audience,
            with_claim("aud", Some(json!(["billing-api", "x".repeat(200)]))),
            VerifyError::AudienceMismatch {
                expected: vec!["orders-api".into()],
                found: vec!["billing-api".into(), "x".repeat(128) + "…"],
            },
        ),
        (Check::Audience, with_claim("aud", None), missing("aud")),
        (Check::Subject, with_claim("sub", Some(json!("user-4"))), VerifyError::SubjectMismatch),
        (Check::Subject, with_claim("sub", None), missing("sub")),
        (Check::Required, with_claim("tenant", None), missing("tenant")),
        (
            Check::Custom,
            with_claim("jti", Some(json!("stolen"))),
            VerifyError::CustomCheck { reason: "revoked" },
        ),
    ];
    for (check, token, error) in &cases {
        assert_eq!(agrees(&strict(), token).as_ref(), Some(error), "{check}");
        for step in strict().explain(token).steps() {
            let expected = match step.check.cmp(check) {
                std::cmp::Ordering::Less => Outcome::Passed,
                std::cmp::Ordering::Equal => Outcome::Failed(error.clone()),
                std::cmp::Ordering::Greater => Outcome::NotReached,
            };
            assert_eq!(step.outcome, expected, "{check}: {}", step.check);
        }
    }
    for check in CHECKS {
        assert!(cases.iter().any(|(tried, ..)| *tried == check), "{check}");
    }
}

/// A claim that several steps need is reported as missing by the first of them.
#[test]
fn a_missing_claim_is_reported_by_the_step_that_requires_it() {
    let open = || open(key().verifying_key(), Issuer::unchecked(), Audience::unchecked());
    let empty = over(r#"{"alg":"HS256"}"#, "{}");
    for claim in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "tenant"] {
        let validator = open().require(claim);
        assert_eq!(agrees(&validator, &empty), Some(VerifyError::MissingClaim { claim: claim.into() }));
        let explanation = validator.explain(&empty);
        let step = explanation.steps().last().expect("steps");
        assert_eq!(
            (step.check, &step.expected, &step.found),
            (Check::Required, &Expected::AllOf(vec![claim.into()]), &Found::Absent)
        );
    }
    let validator = open().expiry(Expiry::IfPresent).require("exp");
    assert!(agrees(&validator, &empty).is_some());
    let validator = open().expiry(Expiry::Required).require("exp");
    let failed = |validator: &Validator<VerifyingKey>| {
        let explanation = validator.explain(&empty);
        let failed = explanation.steps().iter().find(|step| matches!(step.outcome, Outcome::Failed(_)));
        failed.map(|step| step.check)
    };
    assert_eq!(failed(&validator), Some(Check::Expiry));
    assert_eq!(failed(&open().max_age(Duration::ZERO).require("iat")), Some(Check::Age));
    assert_eq!(failed(&open().subject("x").require("sub")), Some(Check::Subject));
}

/// For every token, the explanation ends where verification does.
#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn explanations_agree_with_verification() {
    let validators = [
        strict(),
        strict().leeway(Duration::from_secs(60)).max_length(200),
        open(key().verifying_key(), Issuer::unchecked(), Audience::unchecked()),
        open(key().verifying_key(), Issuer::any_of([""; 0]), Audience::any_of([""; 0]))
            .expiry(Expiry::IfPresent),
        open(
            SigningKey::generate(Algorithm::ES256).expect("a key").verifying_key(),
            Issuer::is("x"),
            Audience::is("y"),
        ),
    ];
    let mut tokens =
        vec![String::new(), ".".into(), "..".into(), "...".into(), "a.b.c".into(), "é.é.é".into()];
    for value in [
        json!(null),
        json!(0),
        json!(-1),
        json!(1e300),
        json!(true),
        json!("x"),
        json!([]),
        json!({}),
        json!(["x", 7]),
    ] {
        for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "tenant"] {
            tokens.push(with_claim(name, Some(value.clone())));
        }
        for name in
            ["alg", "typ", "cty", "kid", "crit", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "x"]
        {
            tokens.push(with_header(name, value.clone()));
        }
    }
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "tenant"] {
        tokens.push(with_claim(name, None));
    }
    tokens.push(with_claim("nbf", Some(json!(1_800_000_071))));
    tokens.push(with_claim("iat", Some(json!(1_800_000_061))));
    for algorithm in Algorithm::ALL {
        tokens.push(with_header("alg", json!(algorithm.name())));
    }
    for payload in [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{} x",
        r#"{"x":1e999}"#,
        r#"{"x":1,"x":1}"#,
        "\u{feff}{}",
        "{\"a\":\"\u{7f}\"}",
    ] {
        tokens.push(over(r#"{"alg":"HS256"}"#, payload));
        tokens.push(over(payload, "{}"));
    }
    tokens.push(over(r#"{"alg":"HS256"}"#, &format!(r#"{{"x":{}{}}}"#, "[".repeat(99), "]".repeat(99))));
    tokens.push(over(r#"{"alg":"HS256","crit":["x"],"x":1}"#, "{}"));
    tokens.push(over(r#"{"alg":"HS256","crit":["b64"],"b64":false}"#, "{}"));
    let good = good();
    for index in 0..good.len() {
        tokens.push(good[..index].to_owned());
        for symbol in ["A", ".", "=", " ", "\0"] {
            tokens.push([&good[..index], symbol, &good[index + 1..]].concat());
            tokens.push([&good[..index], symbol, &good[index..]].concat());
        }
    }
    let mut errors = std::collections::BTreeSet::new();
    for token in &tokens {
        for validator in &validators {
            if let Some(error) = agrees(validator, token) {
                let name = format!("{error:?}");
                errors.insert(name.split([' ', '{']).next().expect("a name").to_owned());
            }
        }
    }
    assert!(tokens.len() > 3_000);
    let errors: Vec<_> = errors.iter().map(String::as_str).collect();
    assert_eq!(
        errors,
        [
            "AlgorithmMismatch",
            "AudienceMismatch",
            "Base64",
            "DateOutOfRange",
            "Expired",
            "InvalidClaim",
            "InvalidCrit",
            "InvalidHeader",
            "InvalidSignature",
            "IssuedInFuture",
            "IssuerMismatch",
            "Json",
            "MissingAlgorithm",
            "MissingClaim",
            "NotYetValid",
            "NullClaim",
            "SegmentCount",
            "SubjectMismatch",
            "TooLong",
            "TooOld",
            "TypMismatch",
            "UnknownAlgorithm",
            "UnknownKey",
            "UnsupportedCrit",
        ]
    );
}

/// A custom check may return any error, including that of another step.
#[test]
fn every_error_of_a_custom_check_belongs_to_that_step() {
    let errors = [
        VerifyError::CustomCheck { reason: "revoked" },
        VerifyError::Unavailable { reason: "the list of revoked tokens" },
        VerifyError::MissingClaim { claim: "tenant".into() },
        VerifyError::MissingClaim { claim: "sub".into() },
        VerifyError::SubjectMismatch,
        VerifyError::SubjectMismatch,
        VerifyError::Expired { expired_at: NOW, now: NOW },
        VerifyError::TooOld { issued_at: NOW, max_age: Duration::ZERO, now: NOW },
        VerifyError::unknown_key(Some("2025-11")),
        VerifyError::InvalidSignature,
    ];
    for error in errors {
        let says = error.clone();
        let validator = open(key().verifying_key(), Issuer::unchecked(), Audience::unchecked())
            .check(move |_: &RegisteredClaims<'_>| Err(says.clone()));
        assert_eq!(agrees(&validator, &over(r#"{"alg":"HS256"}"#, "{}")), Some(error.clone()));
        let explanation = validator.explain(&over(r#"{"alg":"HS256"}"#, "{}"));
        let last = explanation.steps().last().expect("steps");
        assert_eq!((last.check, &last.outcome), (Check::Custom, &Outcome::Failed(error)));
    }
}

/// A key source that fails.
struct Elsewhere(VerifyError);

impl KeySource for Elsewhere {
    fn key_for(&self, _: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        Err(self.0.clone())
    }
}

/// `Unavailable` also applies to key sets: the token is rejected, and the explanation must not report success.
#[test]
fn unavailable_keys_fail_the_step_of_the_key() {
    for error in [
        VerifyError::Unavailable { reason: "the key set" },
        VerifyError::CustomCheck { reason: "no such tenant" },
        VerifyError::unknown_key(Some("2025-11")),
    ] {
        for check in [false, true] {
            let source = Elsewhere(error.clone());
            let validator = open(source, Issuer::unchecked(), Audience::unchecked());
            let validator = if check { validator.check(|_| Ok(())) } else { validator };
            let token = over(r#"{"alg":"HS256"}"#, "{}");
            assert_eq!(agrees(&validator, &token), Some(error.clone()));
            let explanation = validator.explain(&token);
            let failed = explanation.steps().iter().find(|step| matches!(step.outcome, Outcome::Failed(_)));
            assert_eq!(failed.map(|step| step.check), Some(Check::Key));
        }
    }
}

/// So no caller needs to parse texts.
#[test]
fn steps_say_what_was_expected_and_found() {
    let leeway = Duration::from_secs(30);
    let step = |token: &str, check: Check| {
        let explanation = strict().leeway(leeway).explain(token);
        let step = explanation.steps().iter().find(|step| step.check == check).expect("the step").clone();
        (step.expected, step.found)
    };
    let text = |text: &str| Found::Text(text.into());
    let any_of = |value: &str| Expected::AnyOf { values: vec![value.into()], or_absent: false };
    let good = good();
    let key = Found::Key { key_id: Some("2026-11".into()), algorithm: Algorithm::HS256 };
    assert_eq!(step(&good, Check::Length), (Expected::MaxBytes(16 * 1024), Found::Bytes(good.len())));
    assert_eq!(step(&good, Check::Header).1, Found::Algorithm(Algorithm::HS256));
    assert_eq!(step(&good, Check::Key).1, key);
    assert_eq!(step(&good, Check::Type), (any_of("at+jwt"), text("at+jwt")));
    let exp = Found::Date(NumericDate::from_secs(1_800_000_900));
    assert_eq!(step(&good, Check::Expiry), (Expected::After { now: NOW, leeway, or_absent: false }, exp));
    let age = Found::Age(Duration::from_secs(10));
    assert_eq!(
        step(&good, Check::Age),
        (Expected::MaxAge { max_age: Duration::from_secs(3600), leeway }, age)
    );
    let audiences = Found::Texts(vec!["orders-api".into(), "billing-api".into()]);
    assert_eq!(step(&good, Check::Audience), (any_of("orders-api"), audiences));
    let tenant = || vec!["tenant".into()];
    assert_eq!(step(&good, Check::Required), (Expected::AllOf(tenant()), Found::Texts(tenant())));
    let not_before = step(&with_claim("nbf", None), Check::NotBefore);
    assert_eq!(not_before, (Expected::NotAfter { now: NOW, leeway }, Found::Absent));
    // Claims are shown even if the signature is invalid, which is when an operator needs them.
    let mut forged = good.clone();
    forged.truncate(good.rfind('.').expect("a dot") + 1);
    assert_eq!(step(&forged, Check::Subject), (any_of("user-42"), text("user-42")));
    // Nothing is known about a text that is too long or not a token.
    assert_eq!(step(&"x".repeat(20_000), Check::Key).1, Found::Nothing);
    assert_eq!(step("a.b", Check::Form).1, Found::Segments(2));
    let open = open(self::key().verifying_key(), Issuer::unchecked(), Audience::any_of([""; 0]));
    let explanation = open.expiry(Expiry::IfPresent).explain(&over(r#"{"alg":"HS256"}"#, "{}"));
    let facts: Vec<_> =
        explanation.steps().iter().map(|step| format!("{}|{}", step.expected, step.found)).collect();
    for fact in [
        "a key of that name and algorithm|no kid, HS256",
        r#""JWT" or none|none"#,
        "after 1800000000, or none|none",
        "anything|none",
        "none|none",
    ] {
        assert!(facts.iter().any(|one| one == fact), "{fact}: {facts:?}");
    }
    // Control characters of the sender do not reach the operator's terminal.
    let escape = step(&with_claim("sub", Some(json!("\u{1b}[2Jpassed\n"))), Check::Subject).1;
    assert_eq!(escape.to_string(), r#""\u{1b}[2Jpassed\n""#);
}

const TABLE: &str = r#"passed  length           expected at most 16384 bytes; found 255 bytes
passed  form             expected three segments; found 3
passed  header           expected one strict JSON object with a known algorithm and no critical extension; found HS256
passed  key              expected a key of that name and algorithm; found kid "2026-11", HS256
passed  signature        expected one made with that key
passed  claims           expected one strict JSON object, registered claims of the right types
passed  type             expected "at+jwt"; found "at+jwt"
passed  expiry           expected after 1800000000 (leeway 30 s); found 1800000900
passed  not before       expected 1800000000 at the latest, or none (leeway 30 s); found none
passed  issued at        expected 1800000000 at the latest, or none (leeway 30 s); found 1799999990
passed  age              expected at most 3600 s (leeway 30 s); found 10 s
passed  issuer           expected "https://auth.example"; found "https://auth.example"
FAILED  audience         expected "orders-api"; found "billing-api": the token's "aud" is "billing-api", expected "orders-api": the token is for another service, or `Audience::any_of` has to name this one
-       subject          expected "user-42"; found "user-42"
-       required claims  expected "tenant"; found "tenant"
-       custom checks    expected no objection
"#;

#[test]
fn the_table_is_formatted_as_documented() {
    let token = Claims::new(json!({"tenant": 7}))
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("billing-api")
        .expires_at(NumericDate::from_secs(1_800_000_900))
        .issued_at(NumericDate::from_secs(1_799_999_990))
        .sign_with(&key(), &Header::for_key(&key()).with_typ("at+jwt"))
        .expect("a token");
    let explanation = strict().leeway(Duration::from_secs(30)).explain(&token);
    assert_eq!(explanation.to_string(), TABLE);
}

#[test]
fn an_unsigned_token_explains_itself_up_to_the_signature() {
    let unsigned =
        UnsignedToken::new(&Header::for_key(&key()).with_typ("at+jwt"), claims().to_string().as_bytes());
    let token = format!("{}.", unsigned.signing_input());
    assert_eq!(agrees(&strict(), &token), Some(VerifyError::InvalidSignature));
}

#[test]
fn each_step_has_its_own_name() {
    let names: BTreeSet<String> = CHECKS.iter().map(ToString::to_string).collect();
    assert!(names.len() == CHECKS.len() && !names.contains(""), "{names:?}");
}

#[test]
fn the_expected_type_is_shown_as_the_policy_has_it() {
    let unsigned = UnsignedToken::new(&Header::for_key(&key()).with_typ("at+jwt"), b"{}");
    let token = unsigned.sign(&key()).expect("a token");
    let expected = |typ: Typ| {
        let validator = open(key().verifying_key(), Issuer::unchecked(), Audience::unchecked()).typ(typ);
        let explanation = validator.explain(&token);
        assert_eq!(explanation.error(), None, "{explanation}");
        let step = explanation.steps().iter().find(|step| step.check == Check::Type).expect("a step");
        step.expected.clone()
    };
    assert_eq!(expected(Typ::unchecked()), Expected::Anything);
    let values = vec!["at+jwt".to_owned()];
    assert_eq!(expected(String::from("at+jwt").into()), Expected::AnyOf { values, or_absent: false });
}
