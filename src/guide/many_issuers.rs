//! Many issuers: accept tokens of several issuers, each with its own keys and policy.
//!
//! ```
//! use jotwell::{Audience, Claims, HmacKeySet, Issuer, JwkSet, MultiIssuerError, MultiIssuerValidator, Validator};
//! use jotwell::jws::DynKeySource;
//!
//! fn issuers(partner: JwkSet, ours: HmacKeySet) -> Result<MultiIssuerValidator<DynKeySource>, MultiIssuerError> {
//!     MultiIssuerValidator::new([
//!         Validator::new(partner, Issuer::is("https://partner.example"), Audience::is("orders-api"))
//!             .typ("at+jwt")
//!             .boxed(),
//!         Validator::new(ours, Issuer::is("https://auth.example"), Audience::is("orders-api")).boxed(),
//!     ])
//! }
//!
//! # fn example(issuers: MultiIssuerValidator<DynKeySource>, token: &str) -> Result<(), jotwell::VerifyError> {
//! let token = issuers.verify::<Claims>(token)?;
//! match token.require_issuer()? {
//!     "https://partner.example" => println!("a partner's user"),
//!     _ => println!("one of ours"),
//! }
//! # Ok(()) }
//! ```
//!
//! [`MultiIssuerValidator`] reads `iss` before it verifies the signature, and only to choose a [`Validator`]. That validator checks the
//! signature with its own keys, and `iss` again. So a token that names another issuer than the one that signed it is rejected.
//!
//! # Options
//!
//! - [`boxed`](Validator::boxed) hides the type of the key source. You do not need it if all validators have the same type.
//! - [`validator_for`](MultiIssuerValidator::validator_for) returns the validator that a token would be verified by, for example to
//!   [`explain`](Validator::explain) it.
//! - A validator with [`Issuer::any_of`] is chosen for each of its issuers. They share its keys.
//!
//! # One tenant per issuer
//!
//! Issuers that are created at run time, one per tenant, belong into a map. Read the issuer without verification, look up
//! the tenant, and verify with the tenant's validator:
//!
//! ```
//! use std::collections::HashMap;
//! use jotwell::{Claims, JwkSet, UnverifiedToken, Validator, Verified, VerifyError};
//!
//! fn verify(tenants: &HashMap<String, Validator<JwkSet>>, token: &str) -> Result<Verified<Claims>, VerifyError> {
//!     let unverified: Claims = UnverifiedToken::parse(token)?.claims_without_verification()?;
//!     let validator = tenants
//!         .get(unverified.require_issuer()?)
//!         .ok_or(VerifyError::CustomCheck { reason: "the issuer is no tenant" })?;
//!     validator.verify(token) // checks the signature with the tenant's keys, and `iss` once more
//! }
//! ```
//!
//! # Pitfalls
//!
//! - **Do not put the keys of two issuers into one [`JwkSet`]** with [`Issuer::any_of`]: each of them could then issue tokens in the name
//!   of the other.
//! - **[`Issuer::unchecked`] does not work here**: [`MultiIssuerError::Unchecked`].
//! - **`sub` is unique within one issuer only.** Store users by `iss` and `sub` together.
//! - **Never use `jku`, `x5u` or `jwk` of a token's header to find keys.** This library does not.

use crate::*;
