//! Who may log in. A real service has them in its database; what matters here is how passwords are kept.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jotwell_http::{AccessClaims, Scope};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::settings::variable;

/// Our own claims, beside scope and roles.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: String,
}

#[derive(Clone)]
pub(crate) struct Users(Arc<Inner>);

struct Inner {
    users: HashMap<&'static str, User>,
    /// Of no password that anyone has: to take as long for a name that does not exist.
    nobody: String,
    /// A hash takes 19 MiB and a core: so many at once, and the others wait.
    hashing: Arc<Semaphore>,
    seeded: Vec<(&'static str, String)>,
}

struct User {
    id: &'static str,
    /// As of PHC: `$argon2id$…`.
    password_hash: String,
    roles: &'static [&'static str],
    scope: &'static [&'static str],
}

impl Users {
    /// A user and an administrator.
    pub(crate) fn seed() -> Result<Self, Box<dyn Error>> {
        let mut users = HashMap::new();
        let mut seeded = Vec::new();
        for (name, id, roles, scope) in [
            ("user", "user-1", &["customer"][..], &["orders:read"][..]),
            ("admin", "user-2", &["customer", "admin"], &["orders:read", "orders:write"]),
        ] {
            let password = variable(&format!("{}_PASSWORD", name.to_uppercase()));
            let password = password.map_or_else(random_password, Ok)?;
            users.insert(name, User { id, password_hash: hash(&password)?, roles, scope });
            seeded.push((name, password));
        }
        let nobody = hash(&random_password()?)?;
        Ok(Self(Arc::new(Inner { users, nobody, hashing: Arc::new(Semaphore::new(2)), seeded })))
    }

    /// Names and passwords, to be told to whoever starts this.
    pub(crate) fn seeded(&self) -> &[(&'static str, String)] {
        &self.0.seeded
    }

    /// Whose name and password these are.
    pub(crate) async fn log_in(
        &self,
        name: &str,
        password: String,
    ) -> Option<(&'static str, AccessClaims<Account>)> {
        let user = self.0.users.get(name);
        let hash = user.map_or(&self.0.nobody, |user| &user.password_hash).clone();
        let permit = self.0.hashing.clone().acquire_owned().await.ok()?;
        let matches = tokio::task::spawn_blocking(move || {
            // Held in here: whoever hangs up does not end the hashing.
            let _permit = permit;
            let hash = PasswordHash::new(&hash).ok()?;
            Argon2::default().verify_password(password.as_bytes(), &hash).ok()
        });
        matches.await.ok()??;
        let user = user?;
        Some((user.id, access(name, user)))
    }

    /// What somebody who is logged in may do now; `None` once the account is closed.
    pub(crate) fn access(&self, id: &str) -> Option<AccessClaims<Account>> {
        self.0.users.iter().find(|(_, user)| user.id == id).map(|(name, user)| access(name, user))
    }
}

fn access(name: &str, user: &User) -> AccessClaims<Account> {
    let scope = Scope::of(user.scope).unwrap_or_default();
    let access = AccessClaims::new(Account { name: name.to_owned() }).scope(scope);
    user.roles.iter().fold(access, |access, role| access.role(*role))
}

fn hash(password: &str) -> Result<String, Box<dyn Error>> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

fn random_password() -> Result<String, Box<dyn Error>> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)?;
    Ok(jotwell::base64url::encode(bytes))
}
