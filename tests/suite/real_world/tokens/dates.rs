//! Dates beyond the year 9999, fractions of seconds, and clocks that differ.

use std::time::{Duration, SystemTime};

use jotwell::{Claims, DEFAULT_LEEWAY, Expiry, NoClaims, NumericDate, UnverifiedToken, VerifyError};
use serde::Deserialize;

use super::{NOW, key, payload, payload_of, says, token, validator, verify};

/// The greatest date of chrono, used as "never" by several services.
const NEVER: &str = "8210266876799";

fn expiring(exp: &str) -> String {
    payload("").replace("1800000900", exp)
}

#[test]
fn a_date_beyond_the_year_9999_is_refused_by_name() {
    for (exp, milliseconds) in [
        ("1800000900000", true),
        (NEVER, true),
        ("253402300800", true),
        ("18446744073709551615", false),
        ("1e30", false),
    ] {
        for expiry in [Expiry::Required, Expiry::IfPresent] {
            let error = verify::<NoClaims>(validator().expiry(expiry), &expiring(exp)).unwrap_err();
            assert_eq!(error, VerifyError::DateOutOfRange { claim: "exp", value: exp.into() });
            says(&error, &["\"exp\"", exp, "9999"]);
            assert_eq!(error.to_string().contains("milliseconds?"), milliseconds, "{error}");
        }
    }
    for claim in ["nbf", "iat"] {
        let error =
            verify::<NoClaims>(validator(), &payload(&format!(r#",{claim:?}:1800000000000"#))).unwrap_err();
        assert_eq!(error, VerifyError::DateOutOfRange { claim, value: "1800000000000".into() });
    }
}

#[test]
fn an_expiry_beyond_the_year_9999_is_accepted_if_the_policy_checks_none() {
    #[derive(Deserialize)]
    struct Raw {
        exp: u64,
    }
    let unchecked = || validator().expiry(Expiry::Unchecked);
    let claims: Claims = verify(unchecked(), &expiring(NEVER)).expect("claims");
    assert_eq!(claims.expires_at.map(NumericDate::as_secs), Some(NumericDate::MAX.as_secs()));
    let raw = verify::<Raw>(unchecked(), &expiring(NEVER)).expect("claims");
    assert_eq!(raw.exp, 8_210_266_876_799);
    // Custom checks run after that, and do not reject it either.
    let checked = unchecked().check_claims(|raw: &Raw| match raw.exp {
        0 => Err(VerifyError::CustomCheck { reason: "the epoch" }),
        _ => Ok(()),
    });
    assert!(verify::<NoClaims>(checked, &expiring(NEVER)).is_ok());
    // Nor does a tool that shows the token.
    let unverified = UnverifiedToken::parse(&token(&expiring(NEVER))).expect("a token");
    assert!(unverified.claims_without_verification::<Claims>().is_ok());
    // Only `exp` is exempt, and only if it is in the future.
    for (payload, claim) in [(payload(r#","iat":1800000000000"#), "iat"), (expiring("-1e15"), "exp")] {
        let error = verify::<NoClaims>(unchecked(), &payload).unwrap_err();
        assert!(
            matches!(error, VerifyError::DateOutOfRange { claim: found, .. } if found == claim),
            "{error}"
        );
    }
    // If it is issued again, it is the last second that every library can read.
    assert!(payload_of(&claims.sign(&key()).expect("a token")).contains(r#""exp":253402300799}"#));
}

#[test]
fn tokens_have_whole_seconds_by_default() {
    let half = Duration::from_millis(500);
    let whole = |token: &str| !payload_of(token).contains('.');
    let claims = Claims::new(NoClaims).issued_at(NOW + half).not_before(NOW + half).expires_at(NOW + half);
    assert!(whole(&claims.sign(&key()).expect("a token")));
    assert!(whole(&Claims::new(NoClaims).expires_in(half * 3).sign(&key()).expect("a token")));
    assert!(whole(&Claims::new(NoClaims).issued_at(SystemTime::now().into()).sign(&key()).expect("a token")));
    assert_eq!(NumericDate::now().subsec_nanos(), 0);
    assert!(whole(
        &Claims::new([("iat", NumericDate::now())].into_iter().collect::<std::collections::BTreeMap<_, _>>())
            .sign(&key())
            .expect("a token")
    ));
    // Explicitly, through the field.
    let mut claims = Claims::new(NoClaims);
    claims.issued_at = Some(NOW + half);
    assert_eq!(payload_of(&claims.sign(&key()).expect("a token")), r#"{"iat":1800000000.5}"#);
    // Fractions of other issuers are read.
    let claims: Claims = verify(validator(), &payload(r#","iat":1799999999.25"#)).expect("claims");
    assert_eq!(claims.issued_at, Some(NOW - Duration::from_millis(750)));
}

#[test]
fn system_times_and_durations_are_converted_to_dates() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_500);
    assert_eq!(NumericDate::from(time), NOW + Duration::from_millis(500));
    assert_eq!(NOW - Duration::from_secs(900) + Duration::from_secs(900), NOW);
    assert_eq!(NOW + Duration::MAX, NumericDate::MAX);
}

#[cfg(all(feature = "chrono", feature = "time", feature = "jiff"))]
#[test]
fn dates_of_chrono_time_and_jiff_are_converted_both_ways() {
    let seconds = NOW.as_secs();
    let chrono = chrono::DateTime::from_timestamp(seconds, 0).expect("a date");
    let time = time::OffsetDateTime::from_unix_timestamp(seconds).expect("a date");
    let jiff = jiff::Timestamp::from_second(seconds).expect("a date");
    assert_eq!(NumericDate::try_from(chrono), Ok(NOW));
    assert_eq!(NumericDate::try_from(time), Ok(NOW));
    assert_eq!(NumericDate::try_from(jiff), Ok(NOW));
    assert_eq!(chrono::DateTime::from(NOW), chrono);
    assert_eq!(time::OffsetDateTime::from(NOW), time);
    assert_eq!(jiff::Timestamp::try_from(NOW), Ok(jiff));
    // "Never" is an error when the token is issued, not when it is verified.
    let never = NumericDate::try_from(chrono::DateTime::<chrono::Utc>::MAX_UTC).unwrap_err();
    assert!(never.to_string().contains("9999"), "{never}");
}

#[test]
fn an_issuer_whose_clock_is_slightly_ahead_is_accepted_by_default() {
    for ahead in ["1800000000.3", "1800000009", "1800000010"] {
        let payload = payload(&format!(r#","iat":{ahead},"nbf":{ahead}"#));
        assert!(verify::<NoClaims>(validator(), &payload).is_ok(), "{ahead}");
        // Without leeway it is rejected.
        let error = verify::<NoClaims>(validator().leeway(Duration::ZERO), &payload).unwrap_err();
        assert!(matches!(error, VerifyError::NotYetValid { .. }), "{error}");
    }
    assert_eq!(DEFAULT_LEEWAY, Duration::from_secs(10));
    let later = |more: &str| verify::<NoClaims>(validator(), &payload(more)).unwrap_err();
    assert!(matches!(later(r#","iat":1800000010.1"#), VerifyError::IssuedInFuture { .. }));
    assert!(matches!(later(r#","nbf":1800000010.1"#), VerifyError::NotYetValid { .. }));
    // An expired token is not accepted because of it.
    for exp in ["1800000000", "1799999999.9"] {
        let error = verify::<NoClaims>(validator(), &expiring(exp)).unwrap_err();
        assert!(matches!(error, VerifyError::Expired { .. }), "{error}");
    }
    let minute = validator().leeway(Duration::from_secs(60));
    assert!(verify::<NoClaims>(minute, &expiring("1799999941")).is_ok());
}
