//! JSON Web Token: RFC 7519 §7, with the rules of RFC 8725.

#[cfg(feature = "rayon")]
mod batch;
#[cfg(feature = "cache")]
mod cached;
mod check;
#[cfg(feature = "jwe")]
mod encrypted;
mod explain;
mod facts;
mod issuers;
mod policy;
mod sign;
#[cfg(feature = "cache")]
mod token_cache;
mod unverified;
mod validator;

#[cfg(feature = "cache")]
pub use cached::CachedValidator;
pub use check::Check;
pub use explain::{Explanation, Outcome, Step};
pub use facts::{Expected, Found};
pub use issuers::{MultiIssuerError, MultiIssuerValidator};
pub use policy::{Audience, Expiry, Issuer, Typ};
pub use unverified::UnverifiedToken;
pub use validator::{DEFAULT_LEEWAY, MAX_LEEWAY, Validator};
