//! The data of a session in a store.

use jotwell::NumericDate;
use serde::{Deserialize, Serialize};

use crate::access_claims::{AccessClaims, Scope};

/// The data of a session in its record. The application's claims are separate from the others, because their type may
/// accept any additional member.
#[derive(Serialize, Deserialize)]
pub(super) struct Data<T> {
    subject: String,
    scope: Scope,
    roles: Vec<String>,
    custom: T,
    login: Login,
    /// The device of the login, for the subject to read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) device: String,
}

/// How and when the subject logged in. It is the same in all access tokens of a session (RFC 9068 §2.2.1).
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Login {
    auth_time: NumericDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    amr: Vec<String>,
}

impl<T> Data<T> {
    /// Creates the data of a session that begins at `now`.
    pub(super) fn of(subject: String, access: AccessClaims<T>, device: String, now: NumericDate) -> Self {
        let AccessClaims { scope, roles, auth_time, acr, amr, custom, .. } = access;
        let now = NumericDate::from_secs(now.as_secs());
        let auth_time = auth_time.map_or(now, |auth_time| auth_time.min(now));
        Self { subject, scope, roles, custom, login: Login { auth_time, acr, amr }, device }
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    pub(super) fn login(&self) -> Login {
        self.login.clone()
    }

    pub(super) fn apart(self) -> (String, AccessClaims<T>) {
        let Self { subject, scope, roles, custom, login, device: _ } = self;
        let mut access = AccessClaims::new(custom).scope(scope);
        access.roles = roles;
        (subject, login.with(access))
    }
}

impl Login {
    /// Returns the claims with those of this login.
    pub(super) fn with<T>(self, mut access: AccessClaims<T>) -> AccessClaims<T> {
        let Self { auth_time, acr, amr } = self;
        access.auth_time = Some(auth_time);
        access.acr = acr;
        access.amr = amr;
        access
    }
}
