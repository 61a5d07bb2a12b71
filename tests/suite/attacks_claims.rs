//! Attacks on the claims and on the policy: RFC 7519 §4.1, RFC 8725 §3.8 to §3.12.
//!
//! Each token has a valid signature.

use std::time::Duration;

use crate::attacks_common::{
    AUDIENCE, ISSUER, NOW, check, claims_with, good_claims, hs256, token, validator, verify, with_signature,
};
use jotwell::{Audience, Expiry, Issuer, NoClaims, NumericDate, Validator, VerifyError, VerifyingKey};

type Policy = Validator<VerifyingKey>;

fn date(secs: i64) -> NumericDate {
    NumericDate::from_secs(secs)
}

/// Returns the time that much after a second.
fn after(secs: i64, nanos: u32) -> NumericDate {
    date(secs).saturating_add(Duration::new(0, nanos))
}

/// Returns the last time before a second.
fn before(secs: i64) -> NumericDate {
    date(secs).saturating_sub(Duration::from_nanos(1))
}

/// A policy that checks only types and times.
fn times_only() -> Policy {
    let (issuer, audience) = (Issuer::unchecked(), Audience::unchecked());
    Validator::with_clock(hs256().verifying_key(), issuer, audience, date(NOW)).expiry(Expiry::IfPresent)
}

fn invalid(claim: &'static str) -> Result<(), VerifyError> {
    Err(VerifyError::InvalidClaim { claim })
}

fn missing(claim: &'static str) -> Result<(), VerifyError> {
    Err(VerifyError::MissingClaim { claim: claim.into() })
}

fn expired(expired_at: NumericDate, now: NumericDate) -> Result<(), VerifyError> {
    Err(VerifyError::Expired { expired_at, now })
}

fn not_yet_valid(not_before: NumericDate, now: NumericDate) -> Result<(), VerifyError> {
    Err(VerifyError::NotYetValid { not_before, now })
}

fn issued_in_future(issued_at: NumericDate, now: NumericDate) -> Result<(), VerifyError> {
    Err(VerifyError::IssuedInFuture { issued_at, now })
}

#[test]
fn accepts_good_claims() {
    assert_eq!(check(&validator(), good_claims()), Ok(()));
}

// ---- Types -----------------------------------------------------------------------------------

/// Returns the error for a value that a claim cannot have.
fn refusal(claim: &'static str, value: &str) -> VerifyError {
    let is_date = matches!(claim, "exp" | "nbf" | "iat");
    match value.chars().next() {
        Some('n') => VerifyError::NullClaim { claim },
        Some('-' | '0'..='9') if is_date => VerifyError::DateOutOfRange { claim, value: value.into() },
        _ => VerifyError::InvalidClaim { claim },
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes under Miri")]
fn rejects_times_that_are_not_a_date() {
    // RFC 7519 §2: a number of seconds within the years of RFC 3339, even if the policy does not use the claim.
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            r#""1767226500""#,
            r#""""#,
            r#""2026-01-01T00:00:00Z""#,
            "null",
            "true",
            "false",
            "[]",
            "[1767226500]",
            "{}",
            r#"{"$date":1767226500}"#,
            "1e400",
            "-1e400",
            "1e12",
            // Milliseconds.
            "1767226500000",
            "1767226500000.5",
            // The first second of the year 10000, and the last before the year 0.
            "253402300800",
            "2534023008e2",
            "-62167219201",
            "-62167219200.000000001",
            // 2⁶³ − 1, 2⁶³, 2⁶⁴ − 1, 2⁶⁴, 2¹²⁸, which overflow to small numbers in some implementations.
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615",
            "18446744073709551616",
            "340282366920938463463374607431768211456",
        ] {
            let claims = claims_with(claim, Some(value));
            let refused = Err(refusal(claim, value));
            assert_eq!(check(&validator(), &claims), refused, "{claims}");
            for expiry in [Expiry::Required, Expiry::IfPresent] {
                assert_eq!(check(&times_only().expiry(expiry), &claims), refused, "{claims}");
            }
            // "Never expires", written as a date.
            let far =
                matches!(&refused, Err(VerifyError::DateOutOfRange { value, .. }) if !value.starts_with('-'));
            let unchecked = if far && claim == "exp" { Ok(()) } else { refused };
            for policy in [times_only(), times_only().leeway(Duration::MAX)] {
                assert_eq!(check(&policy.expiry(Expiry::Unchecked), &claims), unchecked, "{claims}");
            }
        }
    }
}

#[test]
fn rejects_parties_that_are_not_a_string() {
    for claim in ["iss", "sub", "jti"] {
        for value in ["null", "0", "1.5", "true", "[]", r#"["a"]"#, "{}", r#"{"a":"b"}"#] {
            let claims = claims_with(claim, Some(value));
            assert_eq!(check(&validator(), &claims), Err(refusal(claim, value)), "{claims}");
            assert_eq!(check(&times_only(), &claims), Err(refusal(claim, value)), "{claims}");
        }
    }
    let array_of_ours = claims_with("iss", Some(&format!(r#"["{ISSUER}"]"#)));
    assert_eq!(check(&validator(), array_of_ours), invalid("iss"));
}

#[test]
fn rejects_audience_that_is_neither_string_nor_strings() {
    // RFC 7519 §4.1.3. The right audience together with an invalid element is rejected, too.
    for value in [
        "null",
        "0",
        "true",
        "{}",
        r#"{"orders-api":true}"#,
        "[]",
        "[null]",
        "[0]",
        r#"["orders-api",null]"#,
        r#"["orders-api",0]"#,
        r#"[true,"orders-api"]"#,
        r#"["orders-api",{}]"#,
        r#"[["orders-api"]]"#,
        r#"["orders-api",["orders-api"]]"#,
        r#"["orders-api",[]]"#,
    ] {
        let claims = claims_with("aud", Some(value));
        assert_eq!(check(&validator(), &claims), Err(refusal("aud", value)), "{claims}");
        assert_eq!(check(&times_only(), &claims), Err(refusal("aud", value)), "{claims}");
    }
}

#[test]
fn rejects_wrong_types_under_a_bad_signature_as_a_bad_signature() {
    let claims = claims_with("exp", Some("null"));
    let input = crate::attacks_common::signing_input(r#"{"alg":"HS256"}"#, claims);
    let verdict = validator().verify::<NoClaims>(&with_signature(&input, [0; 32])).map(drop);
    assert_eq!(verdict, Err(VerifyError::InvalidSignature));
}

// ---- Parties ---------------------------------------------------------------------------------

#[test]
fn rejects_audience_that_is_not_exactly_the_accepted_one() {
    for value in [
        r#""""#,
        r#"[""]"#,
        // A part of the audience, and the audience as a part.
        r#""orders""#,
        r#""orders-ap""#,
        r#""orders-api ""#,
        r#"" orders-api""#,
        r#""orders-api\u0000""#,
        r#""orders-api/""#,
        r#""orders-api-2""#,
        r#""orders-api,billing""#,
        r#""[\"orders-api\"]""#,
        r#""Orders-API""#,
        r#""ORDERS-API""#,
        r#""*""#,
        r#""orders\u2010api""#,
        r#"["billing"]"#,
        r#"["orders","api"]"#,
        r#"["orders-ap","i"]"#,
    ] {
        let claims = claims_with("aud", Some(value));
        assert!(
            matches!(check(&validator(), &claims), Err(VerifyError::AudienceMismatch { .. })),
            "{claims}"
        );
    }
    assert_eq!(check(&validator(), claims_with("aud", None)), missing("aud"));
}

#[test]
fn accepts_audience_that_is_one_of_several() {
    for value in [
        r#""orders-api""#,
        r#"["orders-api"]"#,
        r#"["billing","orders-api"]"#,
        r#"["orders-api","billing","*",""]"#,
        r#""\u006frders-api""#,
        r#"["billing", "orders\u002dapi" ]"#,
    ] {
        assert_eq!(check(&validator(), claims_with("aud", Some(value))), Ok(()), "{value}");
    }
}

#[test]
fn rejects_issuer_that_is_not_exactly_the_accepted_one() {
    for value in [
        r#""""#,
        r#""https://auth.example/""#,
        r#""https://auth.exampl""#,
        r#""https://auth""#,
        r#""https://auth.example.attacker.example""#,
        r#""https://auth.example@attacker.example""#,
        r#""http://auth.example""#,
        r#""HTTPS://AUTH.EXAMPLE""#,
        r#""https://auth.example:443""#,
        r#""https://auth.example ""#,
        r#""https://auth.example\u0000""#,
        r#""https://\u0430uth.example""#,
        r#""auth.example""#,
    ] {
        let claims = claims_with("iss", Some(value));
        assert!(matches!(check(&validator(), &claims), Err(VerifyError::IssuerMismatch { .. })), "{claims}");
    }
    assert_eq!(check(&validator(), claims_with("iss", None)), missing("iss"));
    // The slash may be escaped: values are compared, not spellings.
    let escaped = claims_with("iss", Some(r#""https:\/\/auth.example""#));
    assert_eq!(check(&validator(), escaped), Ok(()));
}

#[test]
fn rejects_subject_that_is_not_exactly_the_required_one() {
    let policy = validator().subject("user-42");
    for value in [r#""""#, r#""user-4""#, r#""user-421""#, r#""User-42""#, r#""user-42 ""#] {
        let claims = claims_with("sub", Some(value));
        assert_eq!(check(&policy, &claims), Err(VerifyError::SubjectMismatch), "{claims}");
    }
    assert_eq!(check(&policy, good_claims()), missing("sub"));
    assert_eq!(check(&policy, claims_with("sub", Some("42"))), invalid("sub"));
    assert_eq!(check(&policy, claims_with("sub", Some(r#""user-4\u0032""#))), Ok(()));
}

#[test]
fn rejects_every_token_if_no_party_is_accepted() {
    let none: [&str; 0] = [];
    let policy =
        |issuer, audience| Validator::with_clock(hs256().verifying_key(), issuer, audience, date(NOW));
    let nobody = policy(Issuer::any_of(none), Audience::is(AUDIENCE));
    assert!(matches!(check(&nobody, good_claims()), Err(VerifyError::IssuerMismatch { .. })));
    let nobody = policy(Issuer::is(ISSUER), Audience::any_of(none));
    assert!(matches!(check(&nobody, good_claims()), Err(VerifyError::AudienceMismatch { .. })));
    let either = policy(Issuer::any_of(["x", ISSUER]), Audience::any_of(["x", AUDIENCE]));
    assert_eq!(check(&either, good_claims()), Ok(()));
}

#[test]
fn rejects_token_that_lacks_a_required_claim() {
    let policy = validator().require("jti").require("tenant");
    assert_eq!(check(&policy, good_claims()), missing("jti"));
    assert_eq!(check(&policy, claims_with("jti", Some("\"1\""))), missing("tenant"));
    // Only at the top level, and only under exactly that name.
    let elsewhere = claims_with("jti", Some(r#""1","Tenant":1,"a":{"tenant":1}"#));
    assert_eq!(check(&policy, elsewhere), missing("tenant"));
    assert_eq!(check(&policy, claims_with("jti", Some(r#""1","tenant":1"#))), Ok(()));
    assert_eq!(check(&policy, claims_with("jti", Some(r#""1","ten\u0061nt":1"#))), Ok(()));
    // A name that differs is another claim (RFC 7519 §4).
    assert_eq!(check(&validator(), good_claims().replace("\"exp\"", "\"Exp\"")), missing("exp"));
    assert_eq!(check(&validator(), good_claims().replace("\"exp\"", r#""\u0065xp""#)), Ok(()));
}

// ---- Times -----------------------------------------------------------------------------------

#[test]
fn rejects_token_from_its_exp_on() {
    // RFC 7519 §4.1.4: at or after that time the token must not be accepted.
    let exp = NOW + 900;
    for expiry in [Expiry::Required, Expiry::IfPresent] {
        let at = |now| check(&validator().expiry(expiry).clock(now), good_claims());
        assert_eq!(at(before(exp)), Ok(()));
        assert_eq!(at(date(exp)), expired(date(exp), date(exp)));
        assert_eq!(at(after(exp, 1)), expired(date(exp), after(exp, 1)));
        assert_eq!(at(date(exp + 100_000)), expired(date(exp), date(exp + 100_000)));
    }
    let now = date(exp + 100_000);
    assert_eq!(check(&validator().expiry(Expiry::Unchecked).clock(now), good_claims()), Ok(()));
}

#[test]
fn rejects_token_from_its_fractional_exp_on() {
    let exp = after(NOW, 500_000_000);
    for value in ["1767225600.5", "1767225600.500000000", "1767225600.5000000009", "17672256005e-1"] {
        let at = |now| check(&validator().clock(now), claims_with("exp", Some(value)));
        assert_eq!(at(after(NOW, 499_999_999)), Ok(()), "{value}");
        assert_eq!(at(exp), expired(exp, exp), "{value}");
    }
}

#[test]
fn rejects_token_without_exp_by_default() {
    let claims = claims_with("exp", None);
    assert_eq!(check(&validator(), &claims), missing("exp"));
    assert_eq!(check(&validator().expiry(Expiry::IfPresent), &claims), Ok(()));
    assert_eq!(check(&validator().expiry(Expiry::Unchecked), &claims), Ok(()));
}

#[test]
fn treats_negative_times_as_before_1970() {
    // Before 1970. A cast to unsigned would turn it into the far future.
    assert_eq!(check(&validator(), claims_with("exp", Some("-1"))), expired(date(-1), date(NOW)));
    assert_eq!(check(&validator(), claims_with("exp", Some("-0"))), expired(date(0), date(NOW)));
    let half = after(-1, 500_000_000);
    assert_eq!(check(&validator(), claims_with("exp", Some("-0.5"))), expired(half, date(NOW)));
    let first = claims_with("exp", Some("-62167219200"));
    assert_eq!(check(&validator(), first), expired(NumericDate::MIN, date(NOW)));
    for claim in ["nbf", "iat"] {
        for value in ["-1", "-0.5", "0", "-62167219200"] {
            assert_eq!(check(&validator(), claims_with(claim, Some(value))), Ok(()), "{claim} {value}");
        }
    }
}

#[test]
fn rejects_token_before_its_nbf() {
    // RFC 7519 §4.1.5: from it on the token may be accepted.
    let claims = claims_with("nbf", Some(&NOW.to_string()));
    let at = |now| check(&validator().leeway(Duration::ZERO).clock(now), &claims);
    assert_eq!(at(date(NOW)), Ok(()));
    assert_eq!(at(before(NOW)), not_yet_valid(date(NOW), before(NOW)));
    assert_eq!(at(date(0)), not_yet_valid(date(NOW), date(0)));
    let fraction = claims_with("nbf", Some("1767225600.000000001"));
    assert_eq!(check(&validator().leeway(Duration::ZERO), fraction), not_yet_valid(after(NOW, 1), date(NOW)));
}

#[test]
fn rejects_token_issued_in_the_future() {
    let claims = claims_with("iat", Some(&NOW.to_string()));
    let at = |now| check(&validator().leeway(Duration::ZERO).clock(now), &claims);
    assert_eq!(at(date(NOW)), Ok(()));
    assert_eq!(at(before(NOW)), issued_in_future(date(NOW), before(NOW)));
    let far = claims_with("iat", Some("253402300799"));
    assert_eq!(check(&validator(), far), issued_in_future(date(253_402_300_799), date(NOW)));
}

/// An issuer's clock is often slightly ahead. `exp` has no leeway by default.
#[test]
fn tolerates_ten_seconds_in_the_future_by_default_and_none_in_the_past() {
    for (claim, refused) in [("nbf", not_yet_valid as fn(_, _) -> _), ("iat", issued_in_future)] {
        let ahead = |secs: i64| claims_with(claim, Some(&(NOW + secs).to_string()));
        assert_eq!(check(&validator(), ahead(10)), Ok(()));
        assert_eq!(check(&validator(), ahead(11)), refused(date(NOW + 11), date(NOW)));
        assert_eq!(check(&validator().leeway(Duration::ZERO), ahead(1)), refused(date(NOW + 1), date(NOW)));
        assert_eq!(
            check(&validator().leeway(Duration::from_secs(3)), ahead(4)),
            refused(date(NOW + 4), date(NOW))
        );
    }
    let expired = claims_with("exp", Some(&NOW.to_string()));
    assert!(matches!(check(&validator(), expired), Err(VerifyError::Expired { .. })));
    let old = claims_with("iat", Some(&(NOW - 61).to_string()));
    let policy = validator().max_age(Duration::from_secs(60));
    assert!(matches!(check(&policy, old), Err(VerifyError::TooOld { .. })));
}

#[test]
fn treats_null_as_absent_only_if_the_policy_says_so() {
    for claim in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        let claims = claims_with(claim, Some("null"));
        assert_eq!(check(&times_only(), &claims), Err(VerifyError::NullClaim { claim }));
        let tolerant = || times_only().expiry(Expiry::IfPresent).null_as_absent();
        assert_eq!(check(&tolerant(), &claims), Ok(()));
        assert_eq!(check(&tolerant().require(claim), &claims), missing(claim));
        // Nothing else counts as absent.
        let other = claims_with(claim, Some("[]"));
        assert_eq!(check(&tolerant(), other), Err(refusal(claim, "[]")));
    }
    let tolerant = validator().null_as_absent();
    for claim in ["iss", "aud", "exp"] {
        assert_eq!(check(&tolerant, claims_with(claim, Some("null"))), missing(claim));
    }
    // A custom claim that is required is missing either way.
    let tenant = claims_with("tenant", Some("null"));
    for policy in [validator(), tolerant] {
        assert_eq!(check(&policy.clone().require("tenant"), &tenant), missing("tenant"));
        assert_eq!(check(&policy, &tenant), Ok(()));
    }
}

#[test]
fn applies_leeway_to_the_nanosecond() {
    const LEEWAY: i64 = 30;
    let policy = || validator().leeway(Duration::from_secs(30));

    let exp = NOW + 900;
    let at = |now| check(&policy().clock(now), good_claims());
    assert_eq!(at(date(exp)), Ok(()));
    assert_eq!(at(before(exp + LEEWAY)), Ok(()));
    assert_eq!(at(date(exp + LEEWAY)), expired(date(exp), date(exp + LEEWAY)));

    let nbf = claims_with("nbf", Some(&NOW.to_string()));
    let at = |now| check(&policy().clock(now), &nbf);
    assert_eq!(at(date(NOW - LEEWAY)), Ok(()));
    assert_eq!(at(before(NOW - LEEWAY)), not_yet_valid(date(NOW), before(NOW - LEEWAY)));

    let iat = claims_with("iat", Some(&NOW.to_string()));
    let at = |now| check(&policy().clock(now), &iat);
    assert_eq!(at(date(NOW - LEEWAY)), Ok(()));
    assert_eq!(at(before(NOW - LEEWAY)), issued_in_future(date(NOW), before(NOW - LEEWAY)));

    // Fractions of a second are not rounded.
    let policy = validator().leeway(Duration::from_millis(500));
    let now = after(exp, 499_999_999);
    assert_eq!(check(&policy.clone().clock(now), good_claims()), Ok(()));
    let now = after(exp, 500_000_000);
    assert_eq!(check(&policy.clock(now), good_claims()), expired(date(exp), now));
}

#[test]
fn caps_leeway_at_ten_minutes() {
    // Otherwise a wrong unit would disable the check of expiry.
    assert_eq!(jotwell::MAX_LEEWAY, Duration::from_secs(600));
    for leeway in
        [Duration::from_secs(600), Duration::new(600, 1), Duration::from_secs(86_400), Duration::MAX]
    {
        let policy = || validator().leeway(leeway);
        let exp = NOW + 900;
        assert_eq!(check(&policy().clock(before(exp + 600)), good_claims()), Ok(()));
        let now = date(exp + 600);
        assert_eq!(check(&policy().clock(now), good_claims()), expired(date(exp), now));
        let at = |value: i64| Some((NOW + value).to_string());
        assert_eq!(check(&policy(), claims_with("nbf", at(600).as_deref())), Ok(()));
        let verdict = check(&policy(), claims_with("nbf", at(601).as_deref()));
        assert_eq!(verdict, not_yet_valid(date(NOW + 601), date(NOW)));
        assert_eq!(check(&policy(), claims_with("iat", at(600).as_deref())), Ok(()));
        let verdict = check(&policy(), claims_with("iat", at(601).as_deref()));
        assert_eq!(verdict, issued_in_future(date(NOW + 601), date(NOW)));
    }
}

#[test]
fn does_not_overflow_at_the_ends_of_time() {
    const LAST: i64 = 253_402_300_799;
    const FIRST: i64 = -62_167_219_200;
    let (max, min) = (NumericDate::MAX, NumericDate::MIN);
    for leeway in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
        let at = |now, claims: &str| check(&times_only().leeway(leeway).clock(now), claims);
        let grace = leeway.min(jotwell::MAX_LEEWAY);

        // At the last representable time every token has expired, with any leeway.
        let exp = format!(r#"{{"exp":{LAST}}}"#);
        let never = format!(r#"{{"exp":{LAST}.999999999}}"#);
        assert_eq!(at(max, &exp), expired(date(LAST), max));
        assert_eq!(at(max, &never), expired(max, max));
        assert_eq!(at(max, &format!(r#"{{"nbf":{LAST},"iat":{LAST}.999999999}}"#)), Ok(()));
        assert_eq!(at(max, &format!(r#"{{"nbf":{FIRST},"iat":{FIRST}}}"#)), Ok(()));

        // At the first representable time, a token that begins later is not yet valid.
        assert_eq!(at(min, &never), Ok(()));
        assert_eq!(at(min, &format!(r#"{{"nbf":{FIRST},"iat":{FIRST}}}"#)), Ok(()));
        assert_eq!(at(min, &format!(r#"{{"nbf":{LAST}}}"#)), not_yet_valid(date(LAST), min));
        assert_eq!(at(min, &format!(r#"{{"iat":{LAST}}}"#)), issued_in_future(date(LAST), min));
        let first = at(min, &format!(r#"{{"exp":{FIRST}}}"#));
        assert_eq!(first, if grace.is_zero() { expired(min, min) } else { Ok(()) });

        // The greatest possible age.
        let claims = format!(r#"{{"iat":{FIRST}}}"#);
        let policy = times_only().leeway(leeway).clock(max);
        assert_eq!(check(&policy.clone().max_age(Duration::MAX), &claims), Ok(()));
        let max_age = Duration::from_secs(3600);
        let too_old = VerifyError::TooOld { issued_at: min, max_age, now: max };
        assert_eq!(check(&policy.max_age(max_age), &claims), Err(too_old));
    }
}

#[test]
fn rejects_token_older_than_max_age() {
    let issued_at = NOW - 60;
    let claims = claims_with("iat", Some(&issued_at.to_string()));
    for (max_age, leeway) in [
        (Duration::from_secs(60), Duration::ZERO),
        (Duration::from_secs(55), Duration::from_secs(5)),
        (Duration::new(59, 500_000_000), Duration::from_millis(500)),
        (Duration::ZERO, Duration::from_secs(60)),
    ] {
        let at = |now| check(&validator().max_age(max_age).leeway(leeway).clock(now), &claims);
        let too_old = |now| Err(VerifyError::TooOld { issued_at: date(issued_at), max_age, now });
        assert_eq!(at(date(NOW)), Ok(()), "{max_age:?} {leeway:?}");
        assert_eq!(at(after(NOW, 1)), too_old(after(NOW, 1)), "{max_age:?} {leeway:?}");
        assert_eq!(at(date(NOW + 60)), too_old(date(NOW + 60)), "{max_age:?} {leeway:?}");
    }
}

#[test]
fn rejects_token_older_than_max_age_by_a_fraction() {
    let issued_at = after(NOW - 61, 500_000_000);
    let claims = claims_with("iat", Some("1767225539.5"));
    let policy = |max_age| validator().max_age(max_age);
    assert_eq!(check(&policy(Duration::new(60, 500_000_000)), &claims), Ok(()));
    let max_age = Duration::new(60, 499_999_999);
    let too_old = VerifyError::TooOld { issued_at, max_age, now: date(NOW) };
    assert_eq!(check(&policy(max_age), &claims), Err(too_old));
}

#[test]
fn rejects_token_without_iat_if_the_policy_has_a_maximum_age() {
    let policy = validator().max_age(Duration::from_secs(60));
    assert_eq!(check(&policy, good_claims()), missing("iat"));
    assert_eq!(check(&policy, claims_with("iat", Some("null"))), Err(refusal("iat", "null")));
    // An `iat` in the future is not an age.
    let future = claims_with("iat", Some(&(NOW + 11).to_string()));
    assert_eq!(check(&policy, &future), issued_in_future(date(NOW + 11), date(NOW)));
    let lenient = policy.leeway(Duration::from_secs(11)).max_age(Duration::ZERO);
    assert_eq!(check(&lenient, &future), Ok(()));
}

// ---- typ -------------------------------------------------------------------------------------

fn check_typ(policy: &Policy, typ: Option<&str>) -> Result<(), VerifyError> {
    let typ = typ.map(|typ| format!(r#","typ":"{typ}""#)).unwrap_or_default();
    let token = token(format!(r#"{{"alg":"HS256"{typ}}}"#), good_claims(), hs256());
    // A valid signature alone says nothing about the type.
    assert!(verify(&token, hs256()).is_ok());
    policy.verify::<NoClaims>(&token).map(drop)
}

#[test]
fn accepts_jwt_and_absent_typ_by_default() {
    // RFC 7515 §4.1.9: `application/` may be left out; media types ignore case.
    for typ in ["JWT", "jwt", "Jwt", "application/jwt", "application/JWT", "APPLICATION/jwt", r"J\u0057T"] {
        assert_eq!(check_typ(&validator(), Some(typ)), Ok(()), "{typ}");
    }
    assert_eq!(check_typ(&validator(), None), Ok(()));
}

#[test]
fn rejects_tokens_of_another_type() {
    // RFC 8725 §3.12: a token of one kind must not be accepted as one of another.
    for typ in [
        "",
        "at+jwt",
        "application/at+jwt",
        "id_token+jwt",
        "logout+jwt",
        "dpop+jwt",
        "secevent+jwt",
        "JOSE",
        "JWS",
        "JW",
        "JWTS",
        "JWT ",
        " JWT",
        r"JWT\u0000",
        "text/jwt",
        "application/",
        "application/application/jwt",
        "application//jwt",
        "x/application/jwt",
        "JWT;charset=utf-8",
    ] {
        assert!(
            matches!(check_typ(&validator(), Some(typ)), Err(VerifyError::TypMismatch { .. })),
            "{typ:?}"
        );
    }
}

#[test]
fn accepts_only_the_required_typ() {
    for policy in [validator().typ("at+jwt"), validator().typ("application/at+jwt")] {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt", r"at\u002bjwt"] {
            assert_eq!(check_typ(&policy, Some(typ)), Ok(()), "{typ}");
        }
        for typ in [
            "JWT",
            "jwt",
            "application/jwt",
            "",
            "at",
            "at+jw",
            "at+jwt2",
            "xat+jwt",
            "text/at+jwt",
            "at jwt",
        ] {
            assert!(matches!(check_typ(&policy, Some(typ)), Err(VerifyError::TypMismatch { .. })), "{typ:?}");
        }
        // A token without a type does not have the required type.
        assert!(matches!(check_typ(&policy, None), Err(VerifyError::TypMismatch { .. })));
    }
}

#[test]
fn leaves_application_out_only_where_no_other_slash_follows() {
    // RFC 7515 §4.1.9: `application/a/b` has no short form, so `a/b` is another type.
    for (wanted, other) in [("application/a/b", "a/b"), ("a/b", "application/a/b")] {
        let policy = validator().typ(wanted);
        assert!(
            matches!(check_typ(&policy, Some(other)), Err(VerifyError::TypMismatch { .. })),
            "{wanted} {other}"
        );
        assert_eq!(check_typ(&policy, Some(wanted)), Ok(()), "{wanted}");
    }
}

/// No two values become the same string, and a value that merely looks like a required string is not accepted.
#[test]
fn accepts_integers_as_strings_only_if_the_policy_says_so() {
    for claim in ["iss", "sub", "jti"] {
        let claims = claims_with(claim, Some("42"));
        assert_eq!(check(&times_only(), &claims), Err(VerifyError::InvalidClaim { claim }));
        let tolerant = || times_only().integer_as_string();
        assert_eq!(check(&tolerant().require(claim), &claims), Ok(()));
        for value in ["42.0", "4.2e1", "-42", "-0", "42E0", "true", "[42]", r#"{"id":42}"#] {
            let other = claims_with(claim, Some(value));
            assert_eq!(check(&tolerant(), other), Err(VerifyError::InvalidClaim { claim }), "{value}");
        }
    }
    let tolerant = || times_only().integer_as_string();
    let claims = claims_with("sub", Some("42"));
    assert_eq!(check(&tolerant().subject("42"), &claims), Ok(()));
    for other in ["4", "042", "42.0", "420"] {
        assert_eq!(check(&tolerant().subject(other), &claims), Err(VerifyError::SubjectMismatch), "{other}");
    }
    // Audiences must be strings, and `null` is not a number.
    assert_eq!(
        check(&tolerant(), claims_with("aud", Some("42"))),
        Err(VerifyError::InvalidClaim { claim: "aud" })
    );
    assert_eq!(
        check(&tolerant(), claims_with("sub", Some("null"))),
        Err(VerifyError::NullClaim { claim: "sub" })
    );
}
