//! JSON Web Token: RFC 7519 §7, with the rules of RFC 8725.

mod policy;
mod sign;
mod unverified;
mod validator;

pub use policy::{Audience, Expiry, Issuer};
pub use unverified::UnverifiedToken;
pub use validator::Validator;
