//! Several issuers: the tokens of each verify only with its own keys. RFC 8725 §3.8.

use std::time::Duration;

use jotwell::error::TokenPart;
use jotwell::{
    Algorithm, Audience, Claims, Expiry, Header, Issuer, JsonError, JwkSet, MultiIssuerError,
    MultiIssuerValidator, NoClaims, NumericDate, SigningKey, UnsignedToken, Validator, VerifyError,
    base64url,
};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const OURS: &str = "https://auth.example";
const THEIRS: &str = "https://partner.example";

fn key(key_id: &str) -> SigningKey {
    SigningKey::generate(Algorithm::EdDSA).expect("a key").with_key_id(key_id)
}

fn set(keys: &[&SigningKey]) -> JwkSet {
    JwkSet::from_keys(keys.iter().map(|key| key.verifying_key())).expect("a set")
}

fn validator(keys: &[&SigningKey], issuer: Issuer) -> Validator<JwkSet> {
    Validator::with_clock(set(keys), issuer, Audience::is("orders-api"), NOW)
}

fn claims(issuer: &str) -> Claims {
    Claims::new(NoClaims)
        .issuer(issuer)
        .audience("orders-api")
        .expires_at(NOW.saturating_add(Duration::from_secs(900)))
}

fn token(issuer: &str, key: &SigningKey) -> String {
    claims(issuer).sign(key).expect("a token")
}

/// Returns a token with any payload.
fn over(payload: &str, key: &SigningKey) -> String {
    UnsignedToken::new(&Header::for_key(key), payload.as_bytes()).sign(key).expect("a token")
}

/// Two issuers, each with its own key.
struct Two {
    ours: SigningKey,
    theirs: SigningKey,
    issuers: MultiIssuerValidator<JwkSet>,
}

fn two() -> Two {
    let (ours, theirs) = (key("ours"), key("theirs"));
    let issuers = MultiIssuerValidator::new([
        validator(&[&theirs], Issuer::is(THEIRS)),
        validator(&[&ours], Issuer::is(OURS)),
    ])
    .expect("two issuers");
    Two { ours, theirs, issuers }
}

fn verify(issuers: &MultiIssuerValidator<JwkSet>, token: &str) -> Result<Option<String>, VerifyError> {
    issuers.verify::<Claims>(token).map(|claims| claims.issuer.clone())
}

#[test]
fn tokens_of_each_issuer_verify_with_its_own_keys() {
    let Two { ours, theirs, issuers } = two();
    assert_eq!(verify(&issuers, &token(OURS, &ours)), Ok(Some(OURS.into())));
    assert_eq!(verify(&issuers, &token(THEIRS, &theirs)), Ok(Some(THEIRS.into())));
}

/// The attack that is prevented: an issuer that may issue some tokens also issues those of another.
#[test]
fn an_issuer_cannot_speak_for_another() {
    let Two { ours, theirs, issuers } = two();
    assert_eq!(verify(&issuers, &token(OURS, &theirs)), Err(VerifyError::unknown_key(Some("theirs"))));
    assert_eq!(verify(&issuers, &token(THEIRS, &ours)), Err(VerifyError::unknown_key(Some("ours"))));
    // Under the name of the other's key.
    let renamed = theirs.clone().with_key_id("ours");
    assert_eq!(verify(&issuers, &token(OURS, &renamed)), Err(VerifyError::InvalidSignature));
    // Without a name.
    let unsigned = claims(OURS).unsigned(&Header::new(Algorithm::EdDSA)).expect("an unsigned token");
    let nameless = unsigned.sign(&theirs).expect("a token");
    assert_eq!(verify(&issuers, &nameless), Err(VerifyError::InvalidSignature));
    // With an unknown `iss`, and with the other's `iss` under a signature that was made for it.
    let (header, rest) =
        token(THEIRS, &theirs).split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("parts");
    let signature = rest.split_once('.').expect("parts").1.to_owned();
    let swapped = base64url::encode(format!(r#"{{"iss":"{OURS}"}}"#));
    let error = verify(&issuers, &format!("{header}.{swapped}.{signature}"));
    assert_eq!(error, Err(VerifyError::unknown_key(Some("theirs"))));
    // Which of two issuers a token is from is never ambiguous.
    let twice = over(&format!(r#"{{"iss":"{THEIRS}","iss":"{OURS}"}}"#), &theirs);
    let error = JsonError::DuplicateMember { offset: 33 };
    assert_eq!(verify(&issuers, &twice), Err(VerifyError::Json { part: TokenPart::Payload, error }));
}

#[test]
fn two_issuers_keys_may_have_the_same_name() {
    let (ours, theirs) = (key("1"), key("1"));
    let issuers = MultiIssuerValidator::new([
        validator(&[&ours], Issuer::is(OURS)),
        validator(&[&theirs], Issuer::is(THEIRS)),
    ])
    .expect("two issuers");
    assert_eq!(verify(&issuers, &token(OURS, &ours)), Ok(Some(OURS.into())));
    assert_eq!(verify(&issuers, &token(THEIRS, &theirs)), Ok(Some(THEIRS.into())));
    assert_eq!(verify(&issuers, &token(OURS, &theirs)), Err(VerifyError::InvalidSignature));
    assert_eq!(verify(&issuers, &token(THEIRS, &ours)), Err(VerifyError::InvalidSignature));
}

/// RFC 7519 §4.1.1 and RFC 7515 §5.3: issuers are compared character by character.
#[test]
fn unknown_issuers_are_refused() {
    let Two { ours, issuers, .. } = two();
    for issuer in
        ["", "https://evil.example", "https://auth.example/", "https://AUTH.example", "https://auth.exampl"]
    {
        assert!(
            matches!(verify(&issuers, &token(issuer, &ours)), Err(VerifyError::IssuerMismatch { .. })),
            "{issuer:?}"
        );
        assert!(matches!(
            issuers.validator_for(&token(issuer, &ours)).map(drop),
            Err(VerifyError::IssuerMismatch { .. })
        ));
    }
    // The same characters in another spelling are the same issuer.
    let escaped = over(r#"{"iss":"https:\/\/auth\u002eexample","aud":"orders-api","exp":1800000900}"#, &ours);
    assert_eq!(verify(&issuers, &escaped), Ok(Some(OURS.into())));
}

#[test]
fn a_token_without_an_issuer_is_rejected() {
    let Two { ours, issuers, .. } = two();
    let missing = VerifyError::MissingClaim { claim: "iss".into() };
    let nobody = Claims::new(NoClaims).audience("orders-api").expires_at(NumericDate::MAX);
    let nobody = nobody.sign(&ours).expect("a token");
    assert_eq!(verify(&issuers, &nobody), Err(missing.clone()));
    assert_eq!(verify(&issuers, &over("{}", &ours)), Err(missing));
}

#[test]
fn the_selected_validator_is_the_one_that_verifies() {
    let Two { ours, theirs, issuers } = two();
    for (issuer, key) in [(OURS, &ours), (THEIRS, &theirs)] {
        let token = token(issuer, key);
        let validator = issuers.validator_for(&token).expect("a validator");
        assert!(validator.verify::<NoClaims>(&token).is_ok());
        assert_eq!(validator.explain(&token).error(), None);
    }
    // Selection does not verify anything.
    assert!(issuers.validator_for(&token(OURS, &theirs)).is_ok());
}

/// All claims are checked by the policy of that issuer, not only `iss`.
#[test]
fn each_issuer_has_its_own_policy() {
    let (ours, theirs) = (key("ours"), key("theirs"));
    let issuers = MultiIssuerValidator::new([
        validator(&[&ours], Issuer::is(OURS)).expiry(Expiry::Unchecked),
        validator(&[&theirs], Issuer::is(THEIRS)).require("tenant").typ("at+jwt"),
    ])
    .expect("two issuers");
    let forever = |issuer: &str, key: &SigningKey| {
        Claims::new(NoClaims).issuer(issuer).audience("orders-api").sign(key).expect("a token")
    };
    assert!(verify(&issuers, &forever(OURS, &ours)).is_ok());
    assert!(matches!(verify(&issuers, &forever(THEIRS, &theirs)), Err(VerifyError::TypMismatch { .. })));
    let header = Header::for_key(&theirs).with_typ("at+jwt");
    let typed = claims(THEIRS).sign_with(&theirs, &header).expect("a token");
    let missing = VerifyError::MissingClaim { claim: "tenant".into() };
    assert_eq!(verify(&issuers, &typed), Err(missing));
    let mut stranger = claims(OURS);
    stranger.audience.0 = vec!["billing-api".into()];
    let stranger = stranger.sign(&ours).expect("a token");
    assert!(matches!(verify(&issuers, &stranger), Err(VerifyError::AudienceMismatch { .. })));
}

/// One validator may accept several names of one issuer.
#[test]
fn a_validator_may_accept_several_issuers() {
    let (ours, theirs) = (key("ours"), key("theirs"));
    let issuers = MultiIssuerValidator::new([
        validator(&[&ours], Issuer::any_of([OURS, "https://login.example"])),
        validator(&[&theirs], Issuer::is(THEIRS)),
    ])
    .expect("three issuers");
    for issuer in [OURS, "https://login.example"] {
        assert_eq!(verify(&issuers, &token(issuer, &ours)), Ok(Some(issuer.into())));
        assert_eq!(verify(&issuers, &token(issuer, &theirs)), Err(VerifyError::unknown_key(Some("theirs"))));
    }
}

#[test]
fn overlapping_or_unchecked_issuers_cannot_be_combined() {
    let key = key("k");
    let new = |policies: Vec<Issuer>| {
        MultiIssuerValidator::new(policies.into_iter().map(|issuer| validator(&[&key], issuer))).map(drop)
    };
    let twice = |issuer: &str| Err(MultiIssuerError::Duplicate { issuer: issuer.into() });
    assert_eq!(new(vec![Issuer::is(OURS), Issuer::is(THEIRS)]), Ok(()));
    assert_eq!(new(vec![Issuer::is(OURS), Issuer::is(OURS)]), twice(OURS));
    assert_eq!(new(vec![Issuer::is(THEIRS), Issuer::any_of([OURS, THEIRS])]), twice(THEIRS));
    assert_eq!(new(vec![Issuer::any_of([OURS, OURS])]), twice(OURS));
    assert_eq!(new(vec![Issuer::unchecked()]), Err(MultiIssuerError::Unchecked));
    assert_eq!(new(vec![Issuer::is(OURS), Issuer::unchecked()]), Err(MultiIssuerError::Unchecked));
    assert_eq!(
        MultiIssuerError::Duplicate { issuer: OURS.into() }.to_string(),
        r#"the issuer "https://auth.example" is accepted twice"#
    );
    assert_eq!(MultiIssuerError::Unchecked.to_string(), "a validator does not say which issuer it accepts");
}

#[test]
fn a_malformed_token_has_no_issuer() {
    let Two { ours, issuers, .. } = two();
    let good = token(OURS, &ours);
    let parts: Vec<_> = good.split('.').collect();
    let payload = |text: &str| format!("{}.{text}.{}", parts[0], parts[2]);
    let base64 = |error| VerifyError::Base64 { part: TokenPart::Payload, error };
    let json = |error| VerifyError::Json { part: TokenPart::Payload, error };
    let cases = [
        (String::new(), VerifyError::SegmentCount { found: 1 }),
        ("a.b".to_owned(), VerifyError::SegmentCount { found: 2 }),
        ("a.b.c.d.e".to_owned(), VerifyError::SegmentCount { found: 5 }),
        (payload("A"), base64(base64url::DecodeError::InvalidLength { length: 1 })),
        (payload("e30="), base64(base64url::DecodeError::InvalidSymbol)),
        (payload("e31"), base64(base64url::DecodeError::TrailingBits)),
        (payload(""), json(JsonError::Syntax { offset: 0 })),
        (payload(&base64url::encode("[]")), json(JsonError::NotAnObject)),
        (payload(&base64url::encode("{}x")), json(JsonError::TrailingData { offset: 2 })),
        (payload(&base64url::encode(r#"{"iss":7}"#)), VerifyError::InvalidClaim { claim: "iss" }),
        (payload(&base64url::encode(r#"{"iss":null}"#)), VerifyError::NullClaim { claim: "iss" }),
        (payload(&base64url::encode(r#"{"exp":""}"#)), VerifyError::MissingClaim { claim: "iss".into() }),
    ];
    for (token, error) in cases {
        assert_eq!(verify(&issuers, &token), Err(error.clone()), "{token}");
        assert_eq!(issuers.validator_for(&token).map(drop), Err(error), "{token}");
    }
    // The selected validator checks the rest.
    let claims = parts[1];
    let none = format!("{}.{claims}.", base64url::encode(r#"{"alg":"none"}"#));
    assert_eq!(verify(&issuers, &none), Err(VerifyError::Unsecured));
    assert!(matches!(verify(&issuers, &format!("e30.{claims}.AA")), Err(VerifyError::MissingAlgorithm)));
}

/// A token is read up to the greatest length that any of them allows, and verified up to the length that its own
/// validator allows.
#[test]
fn each_issuer_has_its_own_length_limit() {
    let (ours, theirs) = (key("ours"), key("theirs"));
    let issuers = MultiIssuerValidator::new([
        validator(&[&ours], Issuer::is(OURS)).max_length(100),
        validator(&[&theirs], Issuer::is(THEIRS)).max_length(1_000),
    ])
    .expect("two issuers");
    assert!(verify(&issuers, &token(THEIRS, &theirs)).is_ok());
    let long = token(OURS, &ours);
    assert_eq!(verify(&issuers, &long), Err(VerifyError::TooLong { length: long.len(), limit: 100 }));
    let longest = "x".repeat(1_001);
    assert_eq!(verify(&issuers, &longest), Err(VerifyError::TooLong { length: 1_001, limit: 1_000 }));
}

#[test]
fn without_issuers_every_token_is_rejected() {
    let none = MultiIssuerValidator::<JwkSet>::new([]).expect("no issuers");
    assert!(verify(&none, &token(OURS, &key("k"))).is_err());
}
