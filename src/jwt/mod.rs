//! JSON Web Token: RFC 7519 §7, with the rules of RFC 8725.

mod explain;
mod issuers;
mod policy;
mod sign;
mod unverified;
mod validator;

pub use explain::{Check, Explanation, Outcome, Step};
pub use issuers::{Issuers, IssuersError};
pub use policy::{Audience, Expiry, Issuer};
pub use unverified::UnverifiedToken;
pub use validator::{MAX_LEEWAY, Validator};
