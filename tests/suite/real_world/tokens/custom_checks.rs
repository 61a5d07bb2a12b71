//! `nonce`, `azp` and `tid` are checked together with the rest.

use jotwell::{Claims, MultiIssuerValidator, NoClaims, Validator, VerifyError, VerifyingKey};
use serde::Deserialize;

use super::{payload, token, validator, verify};

#[derive(Deserialize)]
struct IdToken {
    nonce: String,
    azp: Option<String>,
    tid: String,
}

fn checked() -> Validator<VerifyingKey> {
    validator().check_claims(|token: &IdToken| {
        let reason = match token {
            token if token.nonce != "n-0S6_WzA2Mj" => "another nonce",
            token if token.azp.as_deref().is_some_and(|client| client != "client-7") => "another client",
            token if token.tid != "tenant-3" => "another tenant",
            _ => return Ok(()),
        };
        Err(VerifyError::CustomCheck { reason })
    })
}

fn id_token(nonce: &str, azp: &str, tid: &str) -> String {
    payload(&format!(r#","nonce":"{nonce}","azp":"{azp}","tid":"{tid}""#))
}

#[test]
fn custom_checks_see_typed_claims() {
    // Independently of the type that the token is read into.
    let good = id_token("n-0S6_WzA2Mj", "client-7", "tenant-3");
    assert!(verify::<NoClaims>(checked(), &good).is_ok());
    assert!(verify::<Claims<IdToken>>(checked(), &good).is_ok());
    let several = MultiIssuerValidator::new([checked().boxed()]).expect("issuers");
    assert!(several.verify::<NoClaims>(&token(&good)).is_ok());
    for (payload, reason) in [
        (id_token("stolen", "client-7", "tenant-3"), "another nonce"),
        (id_token("n-0S6_WzA2Mj", "client-8", "tenant-3"), "another client"),
        (id_token("n-0S6_WzA2Mj", "client-7", "tenant-4"), "another tenant"),
    ] {
        assert_eq!(verify::<NoClaims>(checked(), &payload), Err(VerifyError::CustomCheck { reason }));
        let error = several.verify::<NoClaims>(&token(&payload)).map(drop);
        assert_eq!(error, Err(VerifyError::CustomCheck { reason }));
    }
}

#[test]
fn a_claim_that_the_check_needs_must_be_present() {
    let error = verify::<NoClaims>(checked(), &payload(r#","nonce":"n-0S6_WzA2Mj""#)).unwrap_err();
    assert!(matches!(&error, VerifyError::Deserialize { path, .. } if path == "tid"), "{error}");
}

#[test]
fn custom_checks_run_after_the_policy() {
    let expired = id_token("stolen", "", "").replace("1800000900", "1700000000");
    let error = verify::<NoClaims>(checked(), &expired).unwrap_err();
    assert!(matches!(error, VerifyError::Expired { .. }), "{error}");
    let foreign = id_token("stolen", "", "").replace("orders-api", "billing-api");
    let error = verify::<NoClaims>(checked(), &foreign).unwrap_err();
    assert!(matches!(error, VerifyError::AudienceMismatch { .. }), "{error}");
    let error = verify::<NoClaims>(checked().require("jti"), &id_token("stolen", "", "")).unwrap_err();
    assert_eq!(error, VerifyError::MissingClaim { claim: "jti".into() });
}
