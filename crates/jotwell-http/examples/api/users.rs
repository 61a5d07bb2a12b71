//! The users. A real service has them in its database.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use jotwell_http::{AccessClaims, Scope};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::password::Hasher;
use crate::settings::variable;

/// The custom claims, in addition to scope and roles.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: String,
}

#[derive(Clone)]
pub(crate) struct Users(Arc<Inner>);

struct Inner {
    users: HashMap<&'static str, User>,
    /// The hash of a random password: an unknown name takes as long as a known one.
    unknown: String,
    hasher: Hasher,
    seeded: Vec<(&'static str, String)>,
}

struct User {
    id: &'static str,
    /// A PHC string: `$argon2id$…`.
    password_hash: String,
    roles: &'static [&'static str],
    scope: &'static [&'static str],
}

impl Users {
    /// Creates a user and an administrator.
    pub(crate) fn seed() -> Result<Self, Box<dyn Error>> {
        let mut users = HashMap::new();
        let mut seeded = Vec::new();
        for (name, id, roles, scope) in [
            ("user", "user-1", &["customer"][..], &["orders:read"][..]),
            ("admin", "user-2", &["customer", "admin"], &["orders:read", "orders:write"]),
        ] {
            let password = variable(&format!("{}_PASSWORD", name.to_uppercase()));
            let password = password.map_or_else(random_password, Ok)?;
            users.insert(name, User { id, password_hash: Hasher::hash(&password)?, roles, scope });
            seeded.push((name, password));
        }
        let unknown = Hasher::hash(&random_password()?)?;
        Ok(Self(Arc::new(Inner { users, unknown, hasher: Hasher::new(), seeded })))
    }

    /// Returns names and passwords, for the operator.
    pub(crate) fn seeded(&self) -> &[(&'static str, String)] {
        &self.0.seeded
    }

    /// Returns the user with this name and password.
    pub(crate) async fn log_in(
        &self,
        name: &str,
        password: &Zeroizing<String>,
    ) -> Option<(String, AccessClaims<Account>)> {
        let user = self.0.users.get(name);
        let hash = user.map_or(&self.0.unknown, |user| &user.password_hash).clone();
        let verified = self.0.hasher.verify(password.clone(), hash).await;
        let user = user.filter(|_| verified)?;
        Some((user.id.to_owned(), access(name, user)))
    }

    /// Returns the current permissions of a user, or `None` if the account was closed.
    pub(crate) fn access(&self, id: &str) -> Option<AccessClaims<Account>> {
        self.0.users.iter().find(|(_, user)| user.id == id).map(|(name, user)| access(name, user))
    }
}

fn access(name: &str, user: &User) -> AccessClaims<Account> {
    let scope = Scope::of(user.scope).unwrap_or_default();
    let access = AccessClaims::new(Account { name: name.to_owned() }).scope(scope);
    user.roles.iter().fold(access, |access, role| access.role(*role))
}

fn random_password() -> Result<String, Box<dyn Error>> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)?;
    Ok(jotwell::base64url::encode(bytes))
}
