//! The claims of every token: about 260 bytes, valid until 2100.

use serde::{Deserialize, Serialize};

pub const ISSUER: &str = "https://auth.example";
pub const AUDIENCE: &str = "orders-api";
pub const NOT_BEFORE: u64 = 1_700_000_000;
pub const ISSUED_AT: u64 = 1_700_000_000;
pub const EXPIRES_AT: u64 = 4_102_444_800;

/// All claims of a token, for libraries that read into the caller's type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: u64,
    pub nbf: u64,
    pub iat: u64,
    pub jti: String,
    pub roles: Vec<String>,
    pub name: String,
    pub email: String,
}

/// The custom claims, for libraries that have types for the registered ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Private {
    pub roles: Vec<String>,
    pub name: String,
    pub email: String,
}

/// The claims of the valid token.
#[must_use]
pub fn claims() -> AccessToken {
    AccessToken {
        iss: ISSUER.into(),
        sub: "248289761001".into(),
        aud: AUDIENCE.into(),
        exp: EXPIRES_AT,
        nbf: NOT_BEFORE,
        iat: ISSUED_AT,
        jti: "3b0c9f5e-6a52-4d0e-9c7e-0d6f1f3a2b4c".into(),
        roles: vec!["editor".into(), "auditor".into()],
        name: "Ada Lovelace".into(),
        email: "ada.lovelace@example.com".into(),
    }
}

impl AccessToken {
    /// Returns the custom claims.
    #[must_use]
    pub fn private(&self) -> Private {
        Private { roles: self.roles.clone(), name: self.name.clone(), email: self.email.clone() }
    }
}
