//! An app that authenticates to GitHub, and GitHub's checks of its token: RS256 with the private key from the settings
//! page (PKCS#1), `iat` a minute in the past, `exp` at most ten minutes in the future, and as `iss` the client ID, or
//! the app's number as a string or as a number.

use jotwell::{
    Algorithm, Audience, Claims, Header, Issuer, NoClaims, NumericDate, RegisteredClaims, SignError,
    SigningKey, UnsignedToken, Validator, VerifyError, VerifyingKey,
};
use serde_json::{Value, json};

use super::super::key;
use super::{MINUTE, NOW, parts};

fn app_key() -> SigningKey {
    // As in environment variables, with `
    // ` for line breaks.
    let pem = key("rsa2048.pkcs1.pem");
    let one_line = pem.trim().replace('\n', "\\n");
    let key = SigningKey::from_pem(Algorithm::RS256, &pem).expect("a key");
    let same = SigningKey::from_pem(Algorithm::RS256, one_line).expect("the same key");
    assert_eq!(same.verifying_key().to_pem(), key.verifying_key().to_pem());
    key
}

/// Returns the app's token, as its client library creates it.
fn app_token(client_id: &str, now: NumericDate) -> String {
    let claims = Claims::new(NoClaims).issuer(client_id).issued_at(now - MINUTE).expires_at(now + MINUTE * 9);
    claims.sign(&app_key()).expect("a token")
}

/// Returns a token as from libraries that write the app's number as a number. `Claims` rejects that, since RFC 7519
/// defines a string.
fn numeric_app_token(app_id: u64, now: NumericDate) -> String {
    let claims = json!({"iat": now.as_secs() - 60, "exp": now.as_secs() + 540, "iss": app_id});
    assert_eq!(
        Claims::new(claims.clone()).sign(&app_key()).unwrap_err(),
        SignError::InvalidClaim { claim: "iss" }
    );
    let key = app_key();
    let header = Header::for_key(&key).with_typ("JWT");
    UnsignedToken::new(&header, claims.to_string().as_bytes()).sign(&key).expect("a token")
}

/// The other side: it identifies the app by the keys that are registered for it.
fn github(now: NumericDate) -> Validator<VerifyingKey> {
    let public = VerifyingKey::from_pem(Algorithm::RS256, key("rsa2048.spki.pem")).expect("a key");
    let issuer = Issuer::any_of(["Iv23liABCDEF", "12345"]);
    Validator::with_clock(public, issuer, Audience::unchecked(), now)
        .leeway(MINUTE)
        .integer_as_string()
        .require("iat")
        .check(at_most_ten_minutes)
}

fn at_most_ten_minutes(claims: &RegisteredClaims<'_>) -> Result<(), VerifyError> {
    // Measured from `iat`, which is at most a minute in the past.
    match claims.require_expires_at()?.saturating_since(claims.require_issued_at()?) > MINUTE * 11 {
        true => Err(VerifyError::CustomCheck {
            reason: "'Expiration time' claim ('exp') is too far in the future",
        }),
        false => Ok(()),
    }
}

fn app_of(token: &str, now: NumericDate) -> Result<String, VerifyError> {
    Ok(github(now).verify::<Claims>(token)?.require_issuer()?.to_owned())
}

#[test]
fn an_app_is_known_by_client_id_or_number() {
    assert_eq!(app_of(&app_token("Iv23liABCDEF", NOW), NOW).as_deref(), Ok("Iv23liABCDEF"));
    assert_eq!(app_of(&app_token("12345", NOW), NOW).as_deref(), Ok("12345"));
    assert_eq!(app_of(&numeric_app_token(12345, NOW), NOW).as_deref(), Ok("12345"));
    let claims: Value = json!({"iss": "Iv23liABCDEF", "iat": 1_799_999_940, "exp": 1_800_000_540});
    assert_eq!(parts(&app_token("Iv23liABCDEF", NOW)), (json!({"typ": "JWT", "alg": "RS256"}), claims));
}

#[test]
fn the_same_tokens_are_refused() {
    let error = |token: &str| app_of(token, NOW).unwrap_err();
    // Another app, in either spelling.
    for token in [app_token("Iv23liGHIJKL", NOW), numeric_app_token(54321, NOW), numeric_app_token(0, NOW)] {
        assert!(matches!(error(&token), VerifyError::IssuerMismatch { .. }), "{token}");
    }
    // Too long a lifetime.
    let key = app_key();
    let hour = Claims::new(NoClaims).issuer("12345").issued_at(NOW).expires_at(NOW + MINUTE * 60);
    let too_far = "'Expiration time' claim ('exp') is too far in the future";
    assert_eq!(error(&hour.sign(&key).expect("a token")), VerifyError::CustomCheck { reason: too_far });
    // No `iat`, an `iat` ahead of GitHub's clock, and a token of yesterday.
    let no_iat = Claims::new(NoClaims).issuer("12345").expires_at(NOW + MINUTE);
    assert_eq!(
        error(&no_iat.sign(&key).expect("a token")),
        VerifyError::MissingClaim { claim: "iat".into() }
    );
    assert!(matches!(error(&app_token("12345", NOW + MINUTE * 3)), VerifyError::IssuedInFuture { .. }));
    assert!(matches!(error(&app_token("12345", NOW - MINUTE * 15)), VerifyError::Expired { .. }));
    // Without the setting, a number is not accepted as an issuer.
    let public = app_key().verifying_key();
    let strict = Validator::with_clock(public, Issuer::is("12345"), Audience::unchecked(), NOW);
    let error = strict.verify::<NoClaims>(&numeric_app_token(12345, NOW)).unwrap_err();
    assert_eq!(error, VerifyError::InvalidClaim { claim: "iss" });
}
