//! The session tokens of a forum: a row number as `sub`, the host as `iss`, the greatest date of chrono as the `exp`
//! of "stay logged in", `null` for missing values, HS256 with a UUID from the settings, and RS256 since it has a key
//! pair.

use std::borrow::Cow;

use jotwell::{
    Algorithm, Audience, Claims, Expiry, Header, HmacKeySet, Issuer, KeySource, NumericDate, SigningKey,
    UnsignedToken, Validator, VerifyError, VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::key;
use super::{DAY, NOW, parts};

/// `{"sub":42,"iss":"forum.example","iat":1799990000,"exp":8210266876799,"aud":null,"jti":null}`, by other software.
const THEIRS: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOjQyLCJpc3MiOiJmb3J1bS5leGFtcGxlIiwiaWF0IjoxNzk5OTkwMDAwLCJleHAiOjgyMTAyNjY4NzY3OTksImF1ZCI6bnVsbCwianRpIjpudWxsfQ.S95-wLmVLv9iyzPmJ-PDH0j0jaWKtqmDfehaWAICAik";
const SECRET: &str = "0b0e7f3e-5f4b-4c0a-9d0e-2f6f1f1d9a77";
/// The greatest date of chrono.
const NEVER: i64 = 8_210_266_876_799;

/// The type of the forum's code, as it is in the token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Session {
    sub: i32,
    iss: String,
    iat: i64,
    exp: i64,
    aud: Option<String>,
    jti: Option<String>,
}

/// Each key for its own algorithm.
struct Keys {
    secret: VerifyingKey,
    public: VerifyingKey,
}

impl KeySource for Keys {
    fn key_for(&self, header: &Header) -> Result<Cow<'_, VerifyingKey>, VerifyError> {
        let key = if header.algorithm().is_symmetric() { &self.secret } else { &self.public };
        key.key_for(header)
    }
}

struct Forum {
    secret: SigningKey,
    private: SigningKey,
    validator: Validator<Keys>,
}

impl Forum {
    fn new(now: NumericDate) -> Self {
        let secret = SigningKey::hmac(Algorithm::HS256, SECRET).expect("36 bytes");
        let private = SigningKey::from_pem(Algorithm::RS256, key("rsa2048.pkcs8.pem")).expect("a key");
        let keys = Keys { secret: secret.verifying_key(), public: private.verifying_key() };
        let validator = Validator::with_clock(keys, Issuer::is("forum.example"), Audience::unchecked(), now)
            .null_as_absent()
            .integer_as_string()
            // "Stay logged in" is after the year 9999, so the forum compares its own number.
            .expiry(Expiry::Unchecked)
            .check_claims(move |session: &Session| match NumericDate::from_secs(session.exp) > now {
                true => Ok(()),
                false => Err(VerifyError::CustomCheck { reason: "the session has ended" }),
            });
        Self { secret, private, validator }
    }

    fn session(&self, token: &str) -> Result<Session, VerifyError> {
        self.validator.verify::<Session>(token).map(jotwell::Verified::into_inner)
    }

    /// Signs as the forum has always done, which is not quite RFC 7519.
    fn sign(session: &Session, key: &SigningKey) -> String {
        let payload = serde_json::to_vec(session).expect("JSON");
        let header = Header::for_key(key).with_typ("JWT");
        UnsignedToken::new(&header, &payload).sign(key).expect("a token")
    }
}

fn session(exp: i64) -> Session {
    Session { sub: 42, iss: "forum.example".into(), iat: 1_799_990_000, exp, aud: None, jti: None }
}

#[test]
fn the_same_tokens_are_accepted_and_issued() {
    let forum = Forum::new(NOW);
    assert_eq!(forum.session(THEIRS), Ok(session(NEVER)));
    let week = NOW.as_secs() + 7 * 86_400;
    for key in [&forum.secret, &forum.private] {
        for exp in [NEVER, week] {
            let token = Forum::sign(&session(exp), key);
            assert_eq!(forum.session(&token), Ok(session(exp)));
            // Code that does not know the forum's type reads the same.
            let claims = forum.validator.verify::<Claims>(&token).expect("accepted");
            assert_eq!((claims.require_subject(), claims.require_issuer()), (Ok("42"), Ok("forum.example")));
            assert_eq!((&claims.jwt_id, claims.audience.0.len()), (&None, 0));
        }
    }
    assert_eq!(parts(&Forum::sign(&session(NEVER), &forum.secret)), parts(THEIRS));
}

#[test]
fn the_same_tokens_are_refused() {
    let forum = Forum::new(NOW);
    let ended = Err(VerifyError::CustomCheck { reason: "the session has ended" });
    let day = NOW.as_secs() - 86_400;
    assert_eq!(forum.session(&Forum::sign(&session(day), &forum.secret)), ended);
    assert_eq!(
        Forum::new(NOW + DAY * 8).session(&Forum::sign(&session(NOW.as_secs()), &forum.private)),
        ended
    );
    let elsewhere = Session { iss: "other.example".into(), ..session(NEVER) };
    let error = forum.session(&Forum::sign(&elsewhere, &forum.secret)).unwrap_err();
    assert!(matches!(error, VerifyError::IssuerMismatch { .. }), "{error}");
    // The public key as a secret: the oldest attack on verifiers of two algorithms.
    let public = forum.private.verifying_key().to_pem().expect("PEM");
    assert!(SigningKey::hmac(Algorithm::HS256, &public).is_err());
    let other = SigningKey::hmac(Algorithm::HS256, [7; 36]).expect("a key");
    assert_eq!(forum.session(&Forum::sign(&session(NEVER), &other)), Err(VerifyError::InvalidSignature));
    // What the settings do not cover is still strict.
    let text = |sub: &str| {
        let payload = format!(r#"{{"sub":{sub},"iss":"forum.example","iat":1,"exp":{NEVER}}}"#);
        UnsignedToken::new(&Header::for_key(&forum.secret), payload.as_bytes())
            .sign(&forum.secret)
            .expect("a token")
    };
    for sub in ["42.0", "4.2e1", "-42", "[42]", "true"] {
        assert_eq!(
            forum.session(&text(sub)).unwrap_err(),
            VerifyError::InvalidClaim { claim: "sub" },
            "{sub}"
        );
    }
}

/// New sessions that any library reads: the same user as a string, whole seconds, no `null`.
#[test]
fn a_session_is_issued_again_as_rfc_7519_requires() {
    let forum = Forum::new(NOW);
    let claims = forum.validator.verify::<Claims<Session>>(THEIRS).expect("accepted").into_inner();
    let token =
        claims.expires_at(NOW + DAY).sign(&forum.private.clone().with_key_id("2026-11")).expect("a token");
    let claims = json!({"iss": "forum.example", "sub": "42", "exp": 1_800_086_400, "iat": 1_799_990_000});
    assert_eq!(parts(&token), (json!({"alg": "RS256", "typ": "JWT", "kid": "2026-11"}), claims));
    let strict = Validator::with_clock(
        forum.private.verifying_key(),
        Issuer::is("forum.example"),
        Audience::unchecked(),
        NOW,
    );
    assert_eq!(strict.verify::<Claims>(&token).expect("accepted").require_subject(), Ok("42"));
    // Several secrets by name, for the next rotation.
    let named = forum.secret.clone().with_key_id("2026-11");
    assert!(HmacKeySet::new([named.verifying_key()]).is_ok());
}
