//! Claims that a policy requires, without `Option`.

use std::sync::{Arc, Mutex};

use jotwell::{Audiences, Claims, NoClaims, NumericDate, RegisteredClaim, VerifyError};

use super::{AUDIENCE, ISSUER, payload, validator, verify};

fn missing(claim: RegisteredClaim) -> VerifyError {
    VerifyError::MissingClaim { claim: claim.name().into() }
}

const COMPLETE: &str = r#","sub":"user-42","nbf":1799999998,"iat":1799999999,"jti":"7""#;

#[test]
fn required_claims_come_without_option() -> Result<(), VerifyError> {
    let policy = validator().require("sub").require("nbf").require("iat").require("jti");
    let claims: Claims = verify(policy, &payload(COMPLETE))?;
    assert_eq!(claims.require_issuer()?, ISSUER);
    assert_eq!(claims.require_subject()?, "user-42");
    assert_eq!(claims.require_audience()?, &Audiences(vec![AUDIENCE.into()]));
    assert_eq!(claims.require_expires_at()?, NumericDate::from_secs(1_800_000_900));
    assert_eq!(claims.require_not_before()?, NumericDate::from_secs(1_799_999_998));
    assert_eq!(claims.require_issued_at()?, NumericDate::from_secs(1_799_999_999));
    assert_eq!(claims.require_jwt_id()?, "7");
    Ok(())
}

/// The same error as from a policy, so a claim can be required where it is used.
#[test]
fn a_claim_that_is_absent_is_named() {
    let claims = Claims::new(NoClaims);
    assert_eq!(claims.require_issuer(), Err(missing(RegisteredClaim::Issuer)));
    assert_eq!(claims.require_subject(), Err(missing(RegisteredClaim::Subject)));
    assert_eq!(claims.require_audience(), Err(missing(RegisteredClaim::Audience)));
    assert_eq!(claims.require_expires_at(), Err(missing(RegisteredClaim::ExpirationTime)));
    assert_eq!(claims.require_not_before(), Err(missing(RegisteredClaim::NotBefore)));
    assert_eq!(claims.require_issued_at(), Err(missing(RegisteredClaim::IssuedAt)));
    assert_eq!(claims.require_jwt_id(), Err(missing(RegisteredClaim::JwtId)));
    let claims: Claims = verify(validator(), &payload("")).expect("verified");
    assert_eq!(claims.require_subject(), Err(missing(RegisteredClaim::Subject)));
    let refused = verify::<NoClaims>(validator().require("sub"), &payload("")).unwrap_err();
    assert_eq!(refused, missing(RegisteredClaim::Subject));
}

#[test]
fn a_custom_check_requires_claims_in_the_same_way() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let check = {
        let seen = seen.clone();
        validator().check(move |claims| {
            let texts = [claims.require_issuer()?, claims.require_subject()?, claims.require_jwt_id()?];
            let dates =
                [claims.require_expires_at()?, claims.require_not_before()?, claims.require_issued_at()?];
            let mut seen = seen.lock().expect("no panic");
            seen.extend(texts.iter().map(ToString::to_string));
            seen.extend(claims.require_audience()?.iter().map(ToString::to_string));
            seen.extend(dates.iter().map(ToString::to_string));
            Ok(())
        })
    };
    assert!(verify::<NoClaims>(check.clone(), &payload(COMPLETE)).is_ok());
    let all = [ISSUER, "user-42", "7", AUDIENCE, "1800000900", "1799999998", "1799999999"];
    assert_eq!(*seen.lock().expect("no panic"), all);
    for (claim, text) in [
        (RegisteredClaim::Subject, r#","sub":"user-42""#),
        (RegisteredClaim::NotBefore, r#","nbf":1799999998"#),
        (RegisteredClaim::IssuedAt, r#","iat":1799999999"#),
        (RegisteredClaim::JwtId, r#","jti":"7""#),
    ] {
        let without = payload(&COMPLETE.replace(text, ""));
        assert_eq!(verify::<NoClaims>(check.clone(), &without), Err(missing(claim)));
    }
}
