//! Key rotation, also over several instances.
//!
//! [`IssuerKeys`] need no feature. [`jwks_router`] needs the feature `axum`, and `RedisStore` below the feature `redis`.
//!
//! ```
//! use std::time::Duration;
//! use axum::Router;
//! use jotwell::{Algorithm, KeyRotationPolicy};
//! use jotwell_http::{IssuerKeys, KeysError, jwks_router};
//!
//! fn keys() -> Result<IssuerKeys, KeysError> {
//!     let policy = KeyRotationPolicy::new().token_lifetime(Duration::from_secs(900));
//!     IssuerKeys::open("/var/lib/auth/keys.json", Algorithm::ES256, policy) // created if it does not exist
//! }
//!
//! fn router(keys: &IssuerKeys) -> Router {
//!     Router::new().merge(jwks_router(keys.clone())) // GET /.well-known/jwks.json
//! }
//!
//! /// Call it every few weeks, on a thread that may block.
//! fn rotate(keys: &IssuerKeys) -> Result<(), KeysError> {
//!     keys.rotate()
//! }
//! ```
//!
//! The file has the key that signs, the next one, which is already published, and former ones until their tokens have expired. So
//! clients and verifiers see no interruption. [`Sessions`] take the same [`IssuerKeys`].
//!
//! | Setting of [`KeyRotationPolicy`](jotwell::KeyRotationPolicy) | Default |
//! |---|---|
//! | `publish_ahead`: how long a key is published before it signs; the `max-age` of the key set | 5 minutes |
//! | `token_lifetime`: the longest lifetime of a token | 15 minutes |
//! | `leeway`: the largest leeway of a verifier | 1 minute |
//!
//! [`IssuerKeys::rotate`] returns [`KeysError::TooEarly`] if the next key was published less than `publish_ahead` ago.
//! [`IssuerKeys::ready_at`] returns the earliest time.
//!
//! # Rotate in the background
//!
//! ```
//! use std::time::Duration;
//! use jotwell_http::{IssuerKeys, KeysError};
//!
//! /// Checks every hour whether the keys are 30 days old. Run it in one instance. Needs tokio's feature `time`.
//! async fn rotate_monthly(keys: IssuerKeys) {
//!     let mut hours = 0_u32;
//!     loop {
//!         tokio::time::sleep(Duration::from_secs(3600)).await;
//!         hours += 1;
//!         if hours < 24 * 30 {
//!             continue;
//!         }
//!         let rotating = keys.clone();
//!         match tokio::task::spawn_blocking(move || rotating.rotate()).await {
//!             Ok(Ok(())) => hours = 0,
//!             Ok(Err(KeysError::TooEarly { .. })) => {}
//!             Ok(Err(error)) => eprintln!("key rotation failed: {error}"),
//!             Err(_) => return,
//!         }
//!     }
//! }
//! ```
//!
//! A scheduled job with `jotwell ring rotate` on the same file survives restarts of the service; running instances notice within a
//! second.
//!
//! # Several instances
//!
//! All instances need the same keys, the same issuer name, and the same store.
//!
//! | Where the keys are | How |
//! |---|---|
//! | a file on a volume that all instances mount, with working locks | [`IssuerKeys::open`] in each; any of them rotates |
//! | a secret of Kubernetes or a vault, rotated by a job | mount it and open it by [`IssuerKeys::open`] read-only, or read it by [`secret_from_env`] into [`IssuerKeys::in_memory`] |
//! | a shared secret (HS256) | [`IssuerKeys::single`] with [`secret_from_env`] |
//!
//! ```no_run
//! use std::sync::Arc;
//! use jotwell::{Algorithm, KeyRotationPolicy};
//! use jotwell_http::store::{RedisOptions, RedisStore};
//! use jotwell_http::{AudienceId, IssuerId, IssuerKeys, Sessions};
//!
//! async fn sessions() -> Result<Sessions, Box<dyn std::error::Error>> {
//!     let store = RedisStore::connect("redis://redis.internal/", RedisOptions::new().namespace("shop")).await?;
//!     let keys = IssuerKeys::open("/shared/auth/keys.json", Algorithm::ES256, KeyRotationPolicy::new())?;
//!     Ok(Sessions::new(Arc::new(store), keys, IssuerId::new("https://auth.example"), AudienceId::new("orders-api")))
//! }
//! ```
//!
//! A secret that Kubernetes (mode 0644) or Docker (mode 0444) mounts is readable by everyone in the container. Set another mode, or
//! allow it:
//!
//! ```no_run
//! use jotwell::{Algorithm, KeyRingFile, KeyRotationPolicy};
//! use jotwell_http::{IssuerKeys, KeysError};
//!
//! fn mounted() -> Result<IssuerKeys, KeysError> {
//!     let file = KeyRingFile::new("/run/secrets/keys.json").allow_world_readable();
//!     IssuerKeys::open(file, Algorithm::ES256, KeyRotationPolicy::new())
//! }
//! ```
//!
//! # After a leak
//!
//! The file has the next key, too, so [`IssuerKeys::revoke_all`] replaces all keys. Every access token is rejected, and clients get a
//! new one with their refresh token. Sessions continue. Other services reject the new tokens until they fetch the key set again, for at
//! most `publish_ahead`.
//!
//! # Pitfalls
//!
//! - **A file on each machine is a different key on each machine**: half of the requests fail.
//! - **The policy is part of the file.** [`KeysError::ConfigMismatch`] says that an instance was started with other times or another
//!   algorithm. Use a new file to change them.
//! - **The file must be private**: owned by root or by the service's user, writable by nobody else, not readable by everyone. On a
//!   Kubernetes volume with an `fsGroup`, set `fsGroupChangePolicy: OnRootMismatch`.

use crate::*;
