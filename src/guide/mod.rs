//! The guide: one page for each task, with code that compiles and the default values.
//!
//! | You want to | Page |
//! |---|---|
//! | choose between HS256, RS256, ES256 and EdDSA | [Algorithms](algorithms) |
//! | create a key, or load it from PEM, an environment variable or a secret file | [Keys](keys) |
//! | replace keys without an outage | [Key rotation](key_rotation) |
//! | verify a token: audience, issuer, times, `typ`, optional claims, custom checks, ID tokens | [Validation](validation) |
//! | accept tokens of several issuers | [Many issuers](many_issuers) |
//! | verify with the published keys of an issuer | [JWK Sets](jwk_sets) |
//! | look into a token without a key | [Decoding without verification](decoding) |
//! | sign with a key management service or a hardware module | [Signing with a KMS](kms) |
//! | understand an error and fix its cause | [Errors](errors) |
//! | test code that takes tokens | [Testing](testing) |
//! | verify faster, or many tokens | [Performance](performance) |
//! | know what is rejected by default | [What is rejected](rejected) |
//! | sign a document, a file or a webhook | [JWS beyond tokens](jws_documents) |
//! | hide claims from the bearer of a token | [Encrypted tokens][encrypted] |
//! | log in as a GitHub App, with Apple, or as a service account | [Recipes](recipes) |
//! | build without `std`, or for WebAssembly | [`no_std` and WebAssembly](no_std) |
//!
//! To protect an HTTP API, read [the guide of `jotwell-http`](https://docs.rs/jotwell-http/latest/jotwell_http/guide/). It has
//! pages about routes, sessions, cookies, revocation and the keys of identity providers.
//!
//! If you come from another library, `docs/` in the repository has pages that list its functions and their counterparts:
//! `migrating-from-jsonwebtoken.md`, `migrating-from-jwt-simple.md`, `migrating-from-josekit.md` and
//! `coming-from-other-languages.md`.
//!
//! # Dependencies of the examples
//!
//! Before the first release, write `jotwell = { path = "../jotwell" }`, with the path of your checkout, for `jotwell = "0.1"`.
//!
//! ```toml
//! [dependencies]
//! jotwell = "0.1"
//! serde = { version = "1", features = ["derive"] }
//! ```
//!
//! # Words
//!
//! - A **JWT** is a set of claims in a signed (JWS) or encrypted (JWE) text. This guide calls it a *token*.
//! - **Claims** are the members of its JSON payload. `iss`, `sub`, `aud`, `exp`, `nbf`, `iat` and `jti` are *registered*; yours are
//!   *custom*.
//! - The **header** names the algorithm (`alg`) and usually the key (`kid`).
//! - A **JWK** is a key as JSON. A **JWK Set** (JWKS) is a list of them, which an issuer publishes.
#![cfg_attr(feature = "jwe", doc = "\n\n[encrypted]: encrypted_tokens")]
#![cfg_attr(
    not(feature = "jwe"),
    doc = "\n\n[encrypted]: https://docs.rs/jotwell/latest/jotwell/guide/encrypted_tokens/"
)]

pub mod algorithms;
pub mod decoding;
#[cfg(feature = "jwe")]
pub mod encrypted_tokens;
pub mod errors;
pub mod jwk_sets;
pub mod jws_documents;
pub mod key_rotation;
pub mod keys;
pub mod kms;
pub mod many_issuers;
pub mod no_std;
pub mod performance;
pub mod recipes;
pub mod rejected;
pub mod testing;
pub mod validation;
