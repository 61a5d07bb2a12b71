//! A template of a web service: HS512 with a key in a file, a lifetime of a week, and one login session at a time for
//! each user.

use std::collections::HashMap;

use jotwell::{
    Algorithm, Audience, Claims, Issuer, NoClaims, SigningKey, Validator, VerifyError, VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{DAY, NOW, bearer, parts};

/// Signed by other software, with the key of [`Service::new`].
const THEIRS: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.eyJpYXQiOjE3OTk5OTkwMDAsImV4cCI6MTgwMDYwMzgwMCwidXNlciI6ImFkYSIsImxvZ2luX3Nlc3Npb24iOiJhN2IwZjFjMmQzZTQifQ.gml9zrCtQrO-Ay2xbjVcT1hDRboPUDJ-kUSyqQQBKkt_HML0VwxuW9p_-ZkQKN1qAI7WG8Gt86iTzRjg5oJrnw";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct UserToken {
    iat: i64,
    exp: i64,
    user: String,
    login_session: String,
}

struct Service {
    key: SigningKey,
    validator: Validator<VerifyingKey>,
    /// The login session of each user.
    sessions: HashMap<String, String>,
}

impl Service {
    fn new() -> Self {
        let secret: Vec<u8> = (0..64).collect();
        let key = SigningKey::hmac(Algorithm::HS512, secret).expect("a key of 64 bytes");
        let (issuer, audience) = (Issuer::unchecked(), Audience::unchecked());
        let validator = Validator::with_clock(key.verifying_key(), issuer, audience, NOW);
        Self { key, validator, sessions: HashMap::new() }
    }

    fn login(&mut self, user: &str, login_session: &str) -> String {
        self.sessions.insert(user.into(), login_session.into());
        let iat = NOW.as_secs();
        let token = UserToken {
            iat,
            exp: iat + 7 * i64::try_from(DAY.as_secs()).expect("a day"),
            user: user.into(),
            login_session: login_session.into(),
        };
        Claims::new(token).sign(&self.key).expect("claims that serialize")
    }

    fn logout(&mut self, user: &str) {
        self.sessions.remove(user);
    }

    /// Does what the middleware does: for any error, the client must log in again.
    fn authenticate(&self, authorization: &str) -> Result<UserToken, Refused> {
        let token = bearer(authorization).ok_or(Refused { status: 401, log: None })?;
        let token = self.validator.verify::<UserToken>(token)?;
        match self.sessions.get(&token.user) {
            Some(session) if *session == token.login_session => Ok(token.into_inner()),
            _ => Err(VerifyError::CustomCheck { reason: "not the login session of this user" }.into()),
        }
    }
}

#[derive(Debug, PartialEq)]
struct Refused {
    status: u16,
    /// For the log; the client always reads "Invalid token, please login again".
    log: Option<VerifyError>,
}

impl From<VerifyError> for Refused {
    fn from(error: VerifyError) -> Self {
        Self { status: 401, log: Some(error) }
    }
}

#[test]
fn the_same_tokens_are_accepted_and_issued() {
    let mut service = Service::new();
    let ours = service.login("ada", "a7b0f1c2d3e4");
    for (token, iat) in [(THEIRS, 1_799_999_000), (&*ours, 1_800_000_000)] {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let token = service.authenticate(&format!("{scheme} {token}")).expect("accepted");
            assert_eq!((token.iat, token.exp), (iat, iat + 604_800));
            assert_eq!((&*token.user, &*token.login_session), ("ada", "a7b0f1c2d3e4"));
        }
    }
    let claims =
        json!({"iat": 1_800_000_000, "exp": 1_800_604_800, "user": "ada", "login_session": "a7b0f1c2d3e4"});
    assert_eq!(parts(&ours), (json!({"typ": "JWT", "alg": "HS512"}), claims));
}

#[test]
fn the_same_requests_are_refused() {
    let mut service = Service::new();
    let refused =
        |service: &Service, token: &str| service.authenticate(&format!("Bearer {token}")).unwrap_err();
    // A second login ends the first, and a logout the second.
    let first = service.login("ada", "first");
    let second = service.login("ada", "second");
    let other = Some(VerifyError::CustomCheck { reason: "not the login session of this user" });
    assert_eq!(refused(&service, &first).log, other);
    assert!(service.authenticate(&format!("Bearer {second}")).is_ok());
    service.logout("ada");
    assert_eq!(refused(&service, &second).log, other);
    // A week later, with another algorithm and the same secret, and without the claims.
    service.login("ada", "a7b0f1c2d3e4");
    service.validator = service.validator.clone().clock(NOW + DAY * 7);
    assert!(matches!(refused(&service, THEIRS).log, Some(VerifyError::Expired { .. })));
    let secret: Vec<u8> = (0..64).collect();
    let hs256 = SigningKey::hmac(Algorithm::HS256, secret).expect("a key");
    let claims = || Claims::new(NoClaims).expires_at(NOW + DAY * 14);
    let log = refused(&service, &claims().sign(&hs256).expect("a token")).log;
    assert!(matches!(log, Some(VerifyError::AlgorithmMismatch { .. })));
    let log = refused(&service, &claims().sign(&service.key).expect("a token")).log;
    assert!(matches!(log, Some(VerifyError::Deserialize { .. })));
    assert_eq!(service.authenticate("Basic YWRhOg==").unwrap_err(), Refused { status: 401, log: None });
}
