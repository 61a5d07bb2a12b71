//! The keys of another issuer, got over HTTP.
//!
//! A [`RemoteJwkSet`] fetches a JWK Set (RFC 7517 §5) from an address, or from the address that an issuer
//! [publishes](RemoteJwkSet::discover), and keeps it. Whoever verifies reads what is there and waits for nobody.
//!
//! # When it fetches
//! - **Ahead of need.** A set lives as long as `Cache-Control: max-age` says, less its `Age`, from [`MIN_FRESHNESS`] to
//!   [`MAX_FRESHNESS`]; [`DEFAULT_FRESHNESS`] where nothing is said. The first read after three quarters of that has it
//!   fetched in the background. There is no task that has to be started, and so none that can be forgotten; a set
//!   that nobody reads is not fetched.
//! - **For a key that is not known**, by [`reload`](crate::ReloadKeys::reload).
//! - **Never twice within [`MIN_FETCH_INTERVAL`]**, for whatever reason, and never two at a time. Strangers choose the `kid` of
//!   a token, so this is what bounds the requests that they can cause.
//!
//! # What it answers
//! | keys | a read | `reload()` |
//! |---|---|---|
//! | none yet, or none any more | `Unavailable`: ask `reload()` | fetches |
//! | the same, up to [`MIN_FETCH_INTERVAL`] after a fetch that failed | `Unavailable` | `Failed` |
//! | there, up to [`MIN_FETCH_INTERVAL`] after they were fetched | served | `Changed` where that fetch brought others, or `Unchanged` |
//! | there, up to [`MIN_FETCH_INTERVAL`] after a fetch that failed | served | `Failed` |
//! | there, within their life or after a fetch that failed | served | fetches |
//! | past their life, and no fetch has failed since | `Unavailable`: ask `reload()` | fetches |
//!
//! Where a fetch has failed the keys stay for [an hour](DEFAULT_STALE_IF_ERROR) after their life, unless
//! [another time](RemoteJwkSetBuilder::stale_if_error) is asked for. No answer but a JWK Set with at least one key that is
//! of use replaces them.
//!
//! After a fetch that brought other keys, or brought back those that were served no more, `reload()` answers `Changed`
//! for a while to whoever asks: they may have looked before it ended, and are not to refuse a good token for that.
//!
//! # What a token cannot do
//! Nothing in a token leads anywhere: `jku` and `x5u` are not looked at (RFC 8725 §3.10). Algorithms with a shared
//! secret are refused when the set is made, since whoever can fetch such a key can sign with it; private and
//! symmetric keys in a set are left out.

mod address;
mod builder;
mod discovery;
mod error;
mod fetch;
mod fetcher;
mod freshness;
mod keys;
mod monotonic;
#[cfg(feature = "reqwest")]
mod reqwest;
mod schedule;
mod set;

pub use address::AddressError;
pub use builder::RemoteJwkSetBuilder;
pub use error::RemoteError;
pub use fetch::{DEFAULT_TIMEOUT, Fetch, FetchError, FetchFuture, MAX_BODY};
pub use freshness::{DEFAULT_FRESHNESS, DEFAULT_STALE_IF_ERROR, MAX_FRESHNESS, MIN_FRESHNESS};
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestFetch;
pub use schedule::MIN_FETCH_INTERVAL;
pub use set::{RemoteJwkSet, Status};
