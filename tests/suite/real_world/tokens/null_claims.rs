//! `null` in registered claims, as serde writes an `Option` without `skip_serializing_if`.

use jotwell::{Claims, Expiry, MultiIssuerValidator, NoClaims, UnverifiedToken, VerifyError};
use serde::{Deserialize, Serialize};

use super::{NOW, key, payload, payload_of, says, token, validator, verify};

const NULLS: &str = r#","sub":null,"nbf":null,"iat":null,"jti":null"#;

#[test]
fn null_is_an_error_that_names_claim_value_and_both_remedies() {
    for claim in ["sub", "nbf", "iat", "jti"] {
        let payload = payload(&format!(r#",{claim:?}:null"#));
        let error = verify::<NoClaims>(validator(), &payload).unwrap_err();
        assert_eq!(error, VerifyError::NullClaim { claim });
        says(&error, &[claim, "null", "skip_serializing_if", "null_as_absent"]);
    }
}

#[test]
fn null_is_absent_if_the_policy_says_so() {
    let claims: Claims = verify(validator().null_as_absent(), &payload(NULLS)).expect("claims");
    assert_eq!((&claims.subject, claims.issued_at, &claims.jwt_id), (&None, None, &None));
    // With several issuers, and if nothing else is checked.
    let several = MultiIssuerValidator::new([validator().null_as_absent()]).expect("issuers");
    assert!(several.verify::<NoClaims>(&token(&payload(NULLS))).is_ok());
    let no_expiry = validator().null_as_absent().expiry(Expiry::IfPresent);
    let payload = payload("").replace("1800000900", "null");
    assert!(verify::<NoClaims>(no_expiry, &payload).is_ok());
    // A value of another type is still rejected.
    let text = super::payload(r#","sub":7"#);
    let error = verify::<NoClaims>(validator().null_as_absent(), &text).unwrap_err();
    assert_eq!(error, VerifyError::InvalidClaim { claim: "sub" });
}

#[test]
fn a_claim_that_the_policy_requires_must_not_be_null() {
    let missing = |claim: &'static str| VerifyError::MissingClaim { claim: claim.into() };
    let policy = || validator().null_as_absent();
    let nulls = payload(NULLS);
    for (validator, payload, claim) in [
        (policy(), payload("").replace("1800000900", "null"), "exp"),
        (policy(), payload("").replace(r#""https://auth.example""#, "null"), "iss"),
        (policy(), payload("").replace(r#""orders-api""#, "null"), "aud"),
        (policy().subject("user-42"), nulls.clone(), "sub"),
        (policy().require("jti"), nulls.clone(), "jti"),
        (policy().max_age(std::time::Duration::from_secs(60)), nulls, "iat"),
        (policy().require("tenant"), super::payload(r#","tenant":null"#), "tenant"),
    ] {
        assert_eq!(verify::<NoClaims>(validator, &payload).unwrap_err(), missing(claim), "{payload}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    sub: Option<String>,
    role: String,
}

/// The checks run after the policy has accepted the `null`, so they do not reject it again.
#[test]
fn custom_checks_read_what_the_policy_has_accepted() {
    let checked =
        validator().null_as_absent().check_claims(|session: &Session| match session.role.as_str() {
            "editor" => Ok(()),
            _ => Err(VerifyError::CustomCheck { reason: "another role" }),
        });
    let text = |role| payload(&format!(r#"{NULLS},"role":"{role}""#));
    assert!(verify::<NoClaims>(checked.clone(), &text("editor")).is_ok());
    let error = verify::<NoClaims>(checked, &text("guest")).unwrap_err();
    assert_eq!(error, VerifyError::CustomCheck { reason: "another role" });
}

#[test]
fn a_token_that_was_accepted_with_null_can_be_issued_again() {
    let text = payload(&format!(r#"{NULLS},"role":"editor""#));
    let claims: Claims<Session> = verify(validator().null_as_absent(), &text).expect("claims");
    let again = claims.expires_at(NOW + std::time::Duration::from_secs(60)).sign(&key()).expect("a token");
    assert_eq!(
        payload_of(&again),
        r#"{"iss":"https://auth.example","aud":"orders-api","exp":1800000060,"role":"editor"}"#
    );
    // A strict verifier accepts the result.
    assert!(validator().verify::<Session>(&again).is_ok());
}

#[test]
fn a_token_is_shown_without_verification_although_claims_are_null() {
    let token = token(&payload(NULLS));
    let unverified = UnverifiedToken::parse(&token).expect("a token");
    let claims: Claims = unverified.claims_without_verification().expect("claims");
    assert_eq!((claims.require_issuer(), &claims.subject), (Ok("https://auth.example"), &None));
}
