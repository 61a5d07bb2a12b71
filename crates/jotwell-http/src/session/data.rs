//! The data of a session in a store.

use serde::{Deserialize, Serialize};

use crate::access_claims::{AccessClaims, Scope};

/// The data that a session's record has for this crate. The application's claims are kept apart from the others: their
/// type may accept any member beside its own.
#[derive(Serialize, Deserialize)]
pub(super) struct Data<T> {
    subject: String,
    scope: Scope,
    roles: Vec<String>,
    custom: T,
}

impl<T> Data<T> {
    pub(super) fn of(subject: String, access: AccessClaims<T>) -> Self {
        let AccessClaims { scope, roles, custom, .. } = access;
        Self { subject, scope, roles, custom }
    }

    pub(super) fn apart(self) -> (String, AccessClaims<T>) {
        let Self { subject, scope, roles, custom } = self;
        (subject, AccessClaims { scope, roles, ..AccessClaims::new(custom) })
    }
}
