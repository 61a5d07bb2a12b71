//! jotwell-http, as in its README.

use std::sync::Arc;

use axum::http::request::Parts;
use harness::Algorithm;
use jotwell_http::store::MemoryStore;
use jotwell_http::{Auth, AuthError, Authenticator, Revocations};
use serde::Deserialize;

use super::{Carrier, Guard, User, now, signing_key};
use crate::own;

/// Custom claims. jotwell-http itself reads subject and roles.
#[derive(Deserialize)]
struct Profile {
    name: String,
    email: String,
}

pub(super) struct JotwellHttp {
    name: &'static str,
    authenticator: Authenticator<Profile>,
}

impl JotwellHttp {
    /// With revocations in a memory store, which are checked for each token.
    pub(super) fn with_store(algorithm: Algorithm, carrier: Carrier) -> Self {
        let revocations = Revocations::new(Arc::new(MemoryStore::new()));
        let authenticator = authenticator(algorithm, carrier).revocations(revocations);
        Self { name: "jotwell-http, memory store", authenticator }
    }

    /// Without revocations, like the others.
    pub(super) fn without_store(algorithm: Algorithm, carrier: Carrier) -> Self {
        Self { name: "jotwell-http", authenticator: authenticator(algorithm, carrier) }
    }

    fn authenticate(&self, request: &Parts) -> Result<Auth<Profile>, AuthError> {
        now(self.authenticator.authenticate(&request.method, &request.headers))
    }
}

fn authenticator(algorithm: Algorithm, carrier: Carrier) -> Authenticator<Profile> {
    let authenticator = Authenticator::new(own::validator(signing_key(algorithm).verifying_key()));
    match carrier {
        Carrier::Bearer => authenticator,
        Carrier::Cookie => authenticator.cookies(),
    }
}

impl Guard for JotwellHttp {
    fn name(&self) -> &'static str {
        self.name
    }

    fn accepts(&self, request: &mut Parts) -> bool {
        self.authenticate(request).is_ok()
    }

    fn is_of_expected_user(&self, request: &mut Parts) -> bool {
        let Ok(auth) = self.authenticate(request) else { return false };
        let profile = &auth.token().custom.custom;
        let (name, email) = (profile.name.clone(), profile.email.clone());
        let sub = auth.subject().unwrap_or_default().to_owned();
        User { sub, roles: auth.roles().to_vec(), name, email } == User::expected()
    }
}
