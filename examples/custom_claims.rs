//! Custom claims: issued, verified, checked, borrowed.
//!
//! `cargo run --example custom_claims`
#![forbid(unsafe_code)]

use std::time::Duration;

use jotwell::{Algorithm, Audience, Claims, Issuer, SigningKey, Validator, VerifyError};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Account {
    roles: Vec<Role>,
    tenant: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Reader,
    Editor,
}

/// The same claims, and one registered claim, without copying any text.
#[derive(Deserialize)]
struct Glance<'a> {
    sub: &'a str,
    tenant: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = SigningKey::generate(Algorithm::ES256)?.with_key_id("2026-11");
    let token = Claims::new(Account { roles: vec![Role::Reader, Role::Editor], tenant: 7 })
        .issuer("https://auth.example")
        .subject("user-42")
        .audience("orders-api")
        .jwt_id("b1c1")
        .expires_in(Duration::from_secs(900))
        .sign(&key)?;

    // A custom check runs after all others, so it sees only tokens that are valid otherwise.
    let revoked = ["f00d"];
    let validator =
        Validator::new(key.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"))
            .require("jti")
            .check(move |claims| match claims.jwt_id() {
                Some(id) if revoked.contains(&&*id) => Err(VerifyError::CustomCheck { reason: "revoked" }),
                _ => Ok(()),
            });

    // Only the custom claims …
    let account = validator.verify::<Account>(&token)?;
    println!("tenant {}, roles {:?}", account.tenant, account.roles);
    assert!(account.roles.contains(&Role::Editor));

    // … together with the registered ones …
    let claims = validator.verify::<Claims<Account>>(&token)?;
    println!("subject {:?}, expires at {:?}", claims.subject, claims.expires_at.map(|date| date.as_secs()));

    // … or borrowed from a buffer that is reused for each token.
    let mut buffer = Vec::new();
    let glance = validator.verify_in::<Glance<'_>>(&token, &mut buffer)?;
    println!("subject {:?} of tenant {}", glance.sub, glance.tenant);
    Ok(())
}
