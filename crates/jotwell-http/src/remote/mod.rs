//! The keys of another issuer, fetched over HTTP.
//!
//! A [`RemoteJwkSet`] fetches a JWK Set (RFC 7517 §5) from an address, or from the address that an issuer
//! [publishes](RemoteJwkSet::discover), and keeps it. Verification reads the keys in memory and never waits.
//!
//! # When it fetches
//! - **Ahead of need.** The lifetime of a set is `Cache-Control: max-age` less its `Age`, from [`MIN_FRESHNESS`] to
//!   [`MAX_FRESHNESS`]; [`DEFAULT_FRESHNESS`] without `max-age`. The first read after three quarters of that starts a fetch
//!   in the background. There is no task to start; a set that is not read is not fetched.
//! - **For an unknown key**, by [`reload`](crate::ReloadKeys::reload).
//! - **Never twice within [`MIN_FETCH_INTERVAL`]**, for any reason, and never two at a time. Anyone can choose the
//!   `kid` of a token, so this limits the requests that clients can cause.
//!
//! # Results
//! | keys | a read | `reload()` |
//! |---|---|---|
//! | none yet, or expired | `Unavailable`: call `reload()` | fetches |
//! | the same, up to [`MIN_FETCH_INTERVAL`] after a failed fetch | `Unavailable` | `Failed` |
//! | present, up to [`MIN_FETCH_INTERVAL`] after they were fetched | used | `Changed` if that fetch changed the keys, otherwise `Unchanged` |
//! | present, up to [`MIN_FETCH_INTERVAL`] after a failed fetch | used | `Failed` |
//! | present, within their lifetime or after a failed fetch | used | fetches |
//! | past their lifetime, and no fetch has failed since | `Unavailable`: call `reload()` | fetches |
//!
//! If a fetch fails, the keys are used for [an hour](DEFAULT_STALE_IF_ERROR) after their lifetime, or for
//! [`stale_if_error`](RemoteJwkSetBuilder::stale_if_error). Every JWK Set replaces them, including one without a usable
//! key: an issuer withdraws its keys with an empty set, and this is logged. Anything else is a failed fetch, including
//! a set of more than [`max_keys`](RemoteJwkSetBuilder::max_keys) keys.
//!
//! After a fetch that changed the keys, or made expired ones usable again, `reload()` returns `Changed` for a while: a
//! caller may have read the keys before the fetch ended, and must not reject a valid token for that.
//!
//! # What a token cannot influence
//! No address comes from a token: `jku` and `x5u` are ignored (RFC 8725 §3.10). Algorithms with a shared secret are
//! rejected when the set is created, since anyone who can fetch such a key can sign with it; private and symmetric keys
//! in a set are skipped.

mod address;
mod builder;
mod credentials;
mod discovery;
mod error;
mod fetch;
mod fetcher;
mod freshness;
mod gate;
#[cfg(feature = "fetch")]
mod http;
#[cfg(feature = "introspection")]
mod introspection;
mod keys;
mod monotonic;
mod schedule;
mod set;

pub use address::AddressError;
pub use builder::RemoteJwkSetBuilder;
pub use error::RemoteError;
pub use fetch::{DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT, Fetch, FetchError, FetchFuture, FetchLimits};
pub use freshness::{DEFAULT_FRESHNESS, DEFAULT_STALE_IF_ERROR, MAX_FRESHNESS, MIN_FRESHNESS};
#[cfg(feature = "fetch")]
pub use http::HttpFetch;
#[cfg(feature = "introspection")]
#[cfg_attr(docsrs, doc(cfg(feature = "introspection")))]
pub use introspection::{Introspected, IntrospectionError, Introspector, Post};
pub use keys::DEFAULT_MAX_KEYS;
pub use schedule::MIN_FETCH_INTERVAL;
pub use set::{RemoteJwkSet, Status};
