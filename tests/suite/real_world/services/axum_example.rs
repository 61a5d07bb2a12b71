//! The example of a web framework: a short secret in an environment variable, HS256, `sub`, `company` and `exp`, but
//! neither issuer nor audience.

use jotwell::{
    Algorithm, Audience, Claims, Issuer, KeyError, NumericDate, SigningKey, Validator, VerifyError,
    VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{MINUTE, NOW, bearer, parts};

/// `JWT_SECRET=secret cargo run`: signed by other software.
const THEIRS: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiQGIuY29tIiwiY29tcGFueSI6IkFDTUUiLCJleHAiOjIwMDAwMDAwMDB9.ULPZ0NLBq9tfHroRgxJJeEYCy0tguZrEwix3fo-2dFc";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct User {
    sub: String,
    company: String,
    exp: u64,
}

#[derive(Debug, PartialEq)]
enum AuthError {
    WrongCredentials,
    MissingCredentials,
    InvalidToken(VerifyError),
}

impl AuthError {
    fn status(&self) -> u16 {
        match self {
            Self::WrongCredentials => 401,
            Self::MissingCredentials | Self::InvalidToken(_) => 400,
        }
    }
}

struct Auth {
    key: SigningKey,
    validator: Validator<VerifyingKey>,
}

impl Auth {
    fn new(secret: &str, now: NumericDate) -> Result<Self, KeyError> {
        // Six bytes, as in the example, so the method with the warning in its name is needed.
        let key = SigningKey::hmac_dangerously_short(Algorithm::HS256, secret)?;
        let (issuer, audience) = (Issuer::unchecked(), Audience::unchecked());
        let validator = Validator::with_clock(key.verifying_key(), issuer, audience, now).leeway(MINUTE);
        Ok(Self { key, validator })
    }

    fn authorize(&self, client_id: &str, client_secret: &str) -> Result<String, AuthError> {
        match (client_id, client_secret) {
            ("", _) | (_, "") => Err(AuthError::MissingCredentials),
            ("foo", "bar") => {
                let user = User { sub: "b@b.com".into(), company: "ACME".into(), exp: 2_000_000_000 };
                Ok(Claims::new(user).sign(&self.key).expect("claims that serialize"))
            }
            _ => Err(AuthError::WrongCredentials),
        }
    }

    fn protected(&self, authorization: Option<&str>) -> Result<User, AuthError> {
        let token = authorization.and_then(bearer).ok_or(AuthError::MissingCredentials)?;
        let user = self.validator.verify::<User>(token).map_err(AuthError::InvalidToken)?;
        Ok(user.into_inner())
    }
}

fn user() -> User {
    User { sub: "b@b.com".into(), company: "ACME".into(), exp: 2_000_000_000 }
}

#[test]
fn the_same_tokens_are_accepted_and_issued() {
    let auth = Auth::new("secret", NOW).expect("a key");
    assert_eq!(auth.protected(Some(&format!("Bearer {THEIRS}"))), Ok(user()));
    let ours = auth.authorize("foo", "bar").expect("a token");
    assert_eq!(auth.protected(Some(&format!("bearer {ours}"))), Ok(user()));
    let claims = json!({"sub": "b@b.com", "company": "ACME", "exp": 2_000_000_000});
    assert_eq!(parts(&ours), (json!({"typ": "JWT", "alg": "HS256"}), claims));
    assert_eq!(parts(&ours), parts(THEIRS));
}

#[test]
fn the_same_requests_are_refused() {
    let auth = Auth::new("secret", NOW).expect("a key");
    let status = |result: Result<User, AuthError>| result.unwrap_err().status();
    assert_eq!(auth.authorize("foo", "baz").unwrap_err().status(), 401);
    assert_eq!(auth.authorize("foo", "").unwrap_err().status(), 400);
    assert_eq!(status(auth.protected(None)), 400);
    assert_eq!(status(auth.protected(Some("Basic Zm9vOmJhcg=="))), 400);
    let error = |auth: &Auth, token: &str| auth.protected(Some(&format!("Bearer {token}"))).unwrap_err();
    let wrong_key = Auth::new("Secret", NOW).expect("a key");
    assert_eq!(error(&wrong_key, THEIRS), AuthError::InvalidToken(VerifyError::InvalidSignature));
    // A leeway of one minute, and not more.
    let at = |secs| Auth::new("secret", NumericDate::from_secs(secs)).expect("a key");
    assert!(at(2_000_000_059).protected(Some(&format!("Bearer {THEIRS}"))).is_ok());
    assert!(matches!(
        error(&at(2_000_000_060), THEIRS),
        AuthError::InvalidToken(VerifyError::Expired { .. })
    ));
    // Without that method, the error says that the secret is too short.
    assert!(matches!(
        SigningKey::hmac(Algorithm::HS256, "secret"),
        Err(KeyError::ShortSecret { min: 32, found: 6, .. })
    ));
}
