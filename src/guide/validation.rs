//! Validating tokens: audience, issuer, times, `typ`, optional claims, custom checks.
//!
//! ```
//! use jotwell::{Audience, Claims, Issuer, Validator, VerifyError, VerifyingKey};
//!
//! #[derive(serde::Deserialize)]
//! struct Account {
//!     roles: Vec<String>,
//!     tenant: Option<String>, // may be absent
//! }
//!
//! fn validator(key: VerifyingKey) -> Validator<VerifyingKey> {
//!     Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
//! }
//!
//! fn handle(validator: &Validator<VerifyingKey>, token: &str) -> Result<(), VerifyError> {
//!     let token = validator.verify::<Claims<Account>>(token)?;
//!     println!("{} has {:?}", token.require_subject()?, token.custom.roles);
//!     Ok(())
//! }
//! ```
//!
//! Create the [`Validator`] once and share it, by reference or in an `Arc`. It checks the signature first and reads no claim before the
//! signature holds.
//!
//! # What is checked by default
//!
//! | | Default | Changed by |
//! |---|---|---|
//! | `iss`, `aud` | arguments of [`Validator::new`] | [`Issuer`], [`Audience`] |
//! | `exp` | must be present and in the future | [`expiry`](Validator::expiry) |
//! | `nbf`, `iat` | if present, at most 10 seconds in the future | [`leeway`](Validator::leeway) |
//! | `typ` in the header | `JWT`, or absent | [`typ`](Validator::typ) |
//! | `sub`, `jti` | not required; must be strings if present | [`subject`](Validator::subject), [`require`](Validator::require) |
//! | age since `iat` | no limit | [`max_age`](Validator::max_age) |
//! | length of the token | at most 16 KiB | [`max_length`](Validator::max_length) |
//!
//! # Issuer and audience
//!
//! [`Issuer::is`] and [`Audience::is`] compare exactly, a slash at the end included. `any_of` accepts one of several values. A token
//! with several audiences is accepted if one of them is yours. To issue such a token, call
//! [`audience`](Claims::audience()) once for each.
//!
//! [`Audience::unchecked`] accepts any audience and a missing one. Use it on purpose only: a token that was issued for another
//! service is then accepted here.
//!
//! ```
//! # use jotwell::{Audience, Issuer, Validator, VerifyingKey};
//! # fn example(key: VerifyingKey) {
//! let any_audience = Validator::new(key, Issuer::is("https://auth.example"), Audience::unchecked());
//! # }
//! ```
//!
//! # Clocks and leeway
//!
//! By default an expired token is rejected in the second of its `exp`, and `nbf` and `iat` may be 10 seconds in the future
//! ([`DEFAULT_LEEWAY`]). [`leeway`](Validator::leeway) sets one value for all comparisons, at most 10 minutes ([`MAX_LEEWAY`]). A token
//! whose `iat` is further in the future is rejected; synchronize the clocks rather than raise the leeway.
//!
//! [`Validator::with_clock`] takes another [`Clock`]: a function that returns a [`NumericDate`], or a date that does not move.
//!
//! ```
//! # use std::time::Duration;
//! # use jotwell::{Audience, Expiry, Issuer, Validator, VerifyingKey};
//! # fn example(key: VerifyingKey) {
//! let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
//!     .leeway(Duration::from_secs(30))    // `exp`, `nbf`, `iat` and the age
//!     .max_age(Duration::from_secs(3600)) // `iat` is required, and at most an hour ago
//!     .expiry(Expiry::IfPresent);         // accepts tokens that never expire
//! # }
//! ```
//!
//! # `typ`
//!
//! One issuer often signs several kinds of tokens with one key. `typ` keeps them apart: access tokens have `at+jwt` (RFC 9068), ID
//! tokens `JWT` or none. Set it if your issuer writes it, so that an ID token is not accepted as an access token (RFC 8725 §3.11).
//! `application/at+jwt` and `at+jwt` are equal, and case does not matter.
//!
//! ```
//! # use jotwell::{Audience, Issuer, Typ, Validator, VerifyingKey};
//! # fn example(key: VerifyingKey) {
//! # let validator = || Validator::new(key.clone(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! let access_tokens = validator().typ("at+jwt");
//! let during_a_migration = validator().typ(Typ::any_of(["at+jwt", "JWT"]).or_absent());
//! let anything = validator().typ(Typ::unchecked());
//! # }
//! ```
//!
//! # Your claims
//!
//! [`verify`](Validator::verify) reads into your type, or into [`Claims`] of it, which has the registered claims beside it. Plain
//! `Claims` has registered claims only. serde's attributes work: `Option` for optional claims, `#[serde(default)]`, nested structs,
//! enums, `#[serde(flatten)]`, and [`NumericDate`] for times. [`NumericDate::as_secs`] returns the seconds since 1970. With the feature
//! `chrono`, `time` or `jiff` a `NumericDate` converts to a date of that crate by `from` and back by `try_from`, except that jiff
//! needs `try_from` both ways.
//!
//! ```
//! use jotwell::{Algorithm, Audience, Claims, Issuer, NumericDate, SigningKey, Validator};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Account {
//!     plan: Plan,
//!     address: Address,
//!     auth_time: NumericDate,
//!     #[serde(default, skip_serializing_if = "Option::is_none")]
//!     tenant: Option<String>,
//! }
//!
//! #[derive(Serialize, Deserialize, PartialEq, Debug)]
//! #[serde(rename_all = "snake_case")]
//! enum Plan { Free, Paid }
//!
//! #[derive(Serialize, Deserialize)]
//! struct Address { country: String }
//!
//! let key = SigningKey::generate(Algorithm::ES256)?;
//! let account = Account {
//!     plan: Plan::Paid,
//!     address: Address { country: "NO".into() },
//!     auth_time: NumericDate::now(),
//!     tenant: None,
//! };
//! let token = Claims::new(account)
//!     .issuer("https://auth.example").audience("orders-api")
//!     .expires_in(std::time::Duration::from_secs(900))
//!     .sign(&key)?;
//!
//! let validator =
//!     Validator::new(key.verifying_key(), Issuer::is("https://auth.example"), Audience::is("orders-api"));
//! let account = validator.verify::<Account>(&token)?;
//! assert_eq!(account.plan, Plan::Paid);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A registered claim of the wrong type is an error even if you do not read it. `null` is not absent:
//! [`null_as_absent`](Validator::null_as_absent) accepts it for registered claims. [`integer_as_string`](Validator::integer_as_string)
//! accepts a numeric `iss`, `sub` or `jti`.
//!
//! # Required claims and custom checks
//!
//! Checks run in the order in which you add them, after all others. They return [`VerifyError::CustomCheck`] to reject a token, and
//! [`VerifyError::Unavailable`] if they cannot decide.
//!
//! ```
//! use jotwell::{Audience, Issuer, Validator, VerifyError, VerifyingKey};
//!
//! #[derive(serde::Deserialize)]
//! struct Tenant { tenant: String }
//!
//! # fn is_revoked(_: &str) -> bool { false }
//! # fn example(key: VerifyingKey) {
//! let validator = Validator::new(key, Issuer::is("https://auth.example"), Audience::is("orders-api"))
//!     .require("jti")
//!     .require("tenant")
//!     .check(|claims| match is_revoked(&claims.require_jwt_id()?) {
//!         true => Err(VerifyError::CustomCheck { reason: "revoked" }),
//!         false => Ok(()),
//!     })
//!     .check_claims(|claims: &Tenant| match claims.tenant.as_str() {
//!         "acme" => Ok(()),
//!         _ => Err(VerifyError::CustomCheck { reason: "another tenant" }),
//!     });
//! # }
//! ```
//!
//! # An ID token
//!
//! The audience of an ID token is your client. `nonce` must be the one that you sent. `azp`, if present, must be your client, and it
//! must be present if there are several audiences (OpenID Connect Core §3.1.3.7). If your request had `max_age`, `auth_time` must be
//! present and recent enough. [`Validator::max_age`] does not check that: it limits the age since `iat`.
//!
//! ```
//! use std::time::Duration;
//! use jotwell::{Audience, Claims, Issuer, JwkSet, NumericDate, Validator, VerifyError};
//!
//! const CLIENT: &str = "client-7";
//! const LOGIN_MAX_AGE: Duration = Duration::from_secs(3600); // `max_age=3600` in your request
//!
//! #[derive(serde::Deserialize)]
//! struct IdToken {
//!     nonce: String,
//!     azp: Option<String>,
//!     auth_time: Option<NumericDate>,
//!     email: Option<String>,
//! }
//!
//! fn user(keys: &JwkSet, token: &str, sent_nonce: &str) -> Result<String, VerifyError> {
//!     let validator = Validator::new(keys, Issuer::is("https://login.example"), Audience::is(CLIENT))
//!         .max_age(Duration::from_secs(600)); // issued for this login, not for an earlier one
//!     let token = validator.verify::<Claims<IdToken>>(token)?;
//!     let rejected = |reason| Err(VerifyError::CustomCheck { reason });
//!     if token.custom.nonce != sent_nonce {
//!         return rejected("another nonce");
//!     }
//!     match token.custom.azp.as_deref() {
//!         Some(CLIENT) => {}
//!         None if token.audience.0.len() == 1 => {}
//!         _ => return rejected("authorized for another client"),
//!     }
//!     // Only if your request had `max_age`:
//!     match token.custom.auth_time {
//!         Some(login) if login >= NumericDate::now() - LOGIN_MAX_AGE => {}
//!         _ => return rejected("the login is too old, or its time is unknown"),
//!     }
//!     Ok(token.require_subject()?.to_owned())
//! }
//! ```
//!
//! # Why a token is rejected
//!
//! [`Validator::explain`] runs the same checks and returns every step, with what was expected and found. It is for operators:
//! [`Errors`](super::errors) describes how to react to each error.
//!
//! # Pitfalls
//!
//! - **Do not answer a client with a [`VerifyError`].** Log it. An HTTP response says `invalid_token` and no more.
//! - **`verify` needs the whole token and nothing else**: no `Bearer`, no quotes, no line end.
//! - **Roles and scopes are claims like others.** A valid token is not yet a permission.

use crate::*;
