//! A vector database that reads tokens signed with its API key: HS256, no issuer and no audience, `exp` only if the client wants
//! one, `access` as a word for everything or as a list for some collections, and `value_exists` as a condition on stored data.

use jotwell::{
    Algorithm, Audience, Claims, Expiry, Issuer, SigningKey, Typ, Validator, VerifyError, VerifyingKey,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{MINUTE, NOW, parts};

/// Created by a web page that signs tokens.
const THEIRS: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhY2Nlc3MiOlt7ImNvbGxlY3Rpb24iOiJwcm9kdWN0cyIsImFjY2VzcyI6InIifSx7ImNvbGxlY3Rpb24iOiJsb2dzIiwiYWNjZXNzIjoicncifV0sInZhbHVlX2V4aXN0cyI6eyJjb2xsZWN0aW9uIjoidXNlcnMiLCJtYXRjaGVzIjpbeyJrZXkiOiJ1c2VyX2lkIiwidmFsdWUiOjd9XX19.I07vKR7lXDpMrpN8cqgYTPesLUKid8UBIN32lEX1Lx0";
const API_KEY: &str = "your_secret_api_key_here";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Rights {
    #[serde(default)]
    access: Access,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value_exists: Option<ValueExists>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Access {
    Global(Level),
    Collections(Vec<Collection>),
}

/// A token without `access` may do everything.
impl Default for Access {
    fn default() -> Self {
        Self::Global(Level::Manage)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
enum Level {
    #[serde(rename = "r")]
    Read,
    #[serde(rename = "rw")]
    ReadWrite,
    #[serde(rename = "m")]
    Manage,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Collection {
    collection: String,
    access: Level,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ValueExists {
    collection: String,
    matches: Vec<Match>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Match {
    key: String,
    value: Value,
}

struct Database {
    key: SigningKey,
    validator: Validator<VerifyingKey>,
    /// Stored points: collection, key, value.
    stored: Vec<(&'static str, &'static str, Value)>,
}

impl Database {
    fn new(api_key: &str) -> Self {
        // The database does not require a length; the operator must.
        let key = SigningKey::hmac_dangerously_short(Algorithm::HS256, api_key).expect("not empty");
        let (issuer, audience) = (Issuer::unchecked(), Audience::unchecked());
        let validator = Validator::with_clock(key.verifying_key(), issuer, audience, NOW)
            .expiry(Expiry::IfPresent)
            .typ(Typ::unchecked());
        Self { key, validator, stored: vec![("users", "user_id", json!(7))] }
    }

    fn rights(&self, token: &str) -> Result<Rights, VerifyError> {
        let rights = self.validator.verify::<Rights>(token)?.into_inner();
        let stored = |collection: &str, one: &Match| {
            self.stored.iter().any(|(c, k, v)| *c == collection && *k == one.key && *v == one.value)
        };
        match &rights.value_exists {
            Some(exists) if !exists.matches.iter().all(|one| stored(&exists.collection, one)) => {
                Err(VerifyError::CustomCheck { reason: "a value that the token asks for is not stored" })
            }
            _ => Ok(rights),
        }
    }
}

fn may(rights: &Rights, collection: &str, level: Level) -> bool {
    match &rights.access {
        Access::Global(granted) => *granted >= level,
        Access::Collections(all) => all.iter().any(|one| one.collection == collection && one.access >= level),
    }
}

#[test]
fn the_same_tokens_are_accepted_with_the_same_rights() {
    let database = Database::new(API_KEY);
    let rights = database.rights(THEIRS).expect("accepted");
    assert!(may(&rights, "products", Level::Read) && !may(&rights, "products", Level::ReadWrite));
    assert!(may(&rights, "logs", Level::ReadWrite) && !may(&rights, "logs", Level::Manage));
    assert!(!may(&rights, "users", Level::Read));
    // Created by jotwell, read by any other software.
    let ours = Claims::new(rights).sign(&database.key).expect("a token");
    assert_eq!(parts(&ours), parts(THEIRS));
    let sign = |claims: Value| Claims::new(claims).sign(&database.key).expect("a token");
    for (claims, access) in [
        (json!({}), Access::Global(Level::Manage)),
        (json!({"access": "m"}), Access::Global(Level::Manage)),
        (json!({"access": "r"}), Access::Global(Level::Read)),
        (json!({"access": "r", "exp": 1_800_000_060}), Access::Global(Level::Read)),
        (json!({"access": [], "sub": "ada", "role": "x"}), Access::Collections(Vec::new())),
    ] {
        assert_eq!(database.rights(&sign(claims.clone())).expect("accepted").access, access, "{claims}");
    }
    let filtered = json!({"access": [{"collection": "a", "access": "r", "payload": {"tenant": 3}}]});
    let Access::Collections(all) = database.rights(&sign(filtered)).expect("accepted").access else {
        panic!("a list")
    };
    assert_eq!(all[0].payload, Some(json!({"tenant": 3})));
}

#[test]
fn the_same_tokens_are_refused() {
    let mut database = Database::new(API_KEY);
    let sign = |key: &SigningKey, claims: Value| Claims::new(claims).sign(key).expect("a token");
    let error = |database: &Database, token: &str| database.rights(token).unwrap_err();
    let expiring = sign(&database.key, json!({"access": "r", "exp": 1_800_000_060}));
    database.validator = database.validator.clone().clock(NOW + MINUTE);
    assert!(matches!(error(&database, &expiring), VerifyError::Expired { .. }));
    // The user was deleted, so the user's tokens are rejected.
    database.stored.clear();
    let gone = "a value that the token asks for is not stored";
    assert_eq!(error(&database, THEIRS), VerifyError::CustomCheck { reason: gone });
    // Unknown rights are rejected.
    for access in [json!("x"), json!("R"), json!(1), json!([{"collection": "a"}]), json!(null)] {
        let token = sign(&database.key, json!({"access": access}));
        assert!(matches!(error(&database, &token), VerifyError::Deserialize { .. }), "{access}");
    }
    // Another key; the API key itself is not a token.
    let other = Database::new("another_secret_api_key_x");
    assert_eq!(error(&other, THEIRS), VerifyError::InvalidSignature);
    assert_eq!(error(&database, API_KEY), VerifyError::SegmentCount { found: 1 });
}
