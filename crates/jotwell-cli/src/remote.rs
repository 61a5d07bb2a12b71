//! JWK Sets from the web, with the feature `remote`.

use jotwell::jws::DynKeySource;
use jotwell::{Algorithm, VerifyingKey};

use crate::failure::Failure;

/// Fetches a JWK Set, or the set of an issuer whose metadata is at the URL. Returns it and its keys.
#[cfg(feature = "remote")]
pub(crate) fn set(
    address: &str,
    algorithms: &[Algorithm],
) -> Result<(DynKeySource, Vec<VerifyingKey>), Failure> {
    fetch::set(address, algorithms)
}

/// Explains how to get a set without the feature.
#[cfg(not(feature = "remote"))]
pub(crate) fn set(
    address: &str,
    _algorithms: &[Algorithm],
) -> Result<(DynKeySource, Vec<VerifyingKey>), Failure> {
    Err(Failure::misuse(format!(
        "{address} is on the web, and this program was built without the feature `remote`"
    ))
    .hint("build it with the feature: cargo install jotwell-cli --features remote")
    .hint("or fetch the set with another program: curl --fail --output jwks.json ADDRESS, then --jwks jwks.json"))
}

#[cfg(feature = "remote")]
mod fetch {
    use std::sync::Arc;

    use jotwell::jws::DynKeySource;
    use jotwell::{Algorithm, VerifyingKey};
    use jotwell_http::ReloadKeys;
    use jotwell_http::remote::{HttpFetch, RemoteError, RemoteJwkSet};

    use crate::failure::{self, Failure};

    /// Where an issuer's metadata is (OpenID Connect Discovery 1.0 §4).
    const METADATA: &str = "/.well-known/openid-configuration";

    pub(super) fn set(
        address: &str,
        algorithms: &[Algorithm],
    ) -> Result<(DynKeySource, Vec<VerifyingKey>), Failure> {
        let failed = |error: &RemoteError| {
            let failure = Failure::misuse(format!("{address}: {}", failure::chain(error)));
            match error {
                RemoteError::NotAKeySet(_) => {
                    failure.hint(format!("the address of an issuer's metadata ends with {METADATA}"))
                }
                _ => failure,
            }
        };
        let set = match address.strip_suffix(METADATA) {
            Some(issuer) => RemoteJwkSet::discover(issuer, algorithms),
            None => RemoteJwkSet::from_url(address, algorithms),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::misuse(format!("nothing can be fetched: {error}")))?;
        let _inside = runtime.enter();
        let set = set
            // Only numeric addresses of this machine, which a user passes on purpose.
            .allow_http_on_loopback()
            .build(HttpFetch::with_ring().map_err(|error| failed(&RemoteError::Fetch(error)))?)
            .map_err(|error| failed(&error))?;
        runtime.block_on(set.reload());
        if let Some(error) = set.status().error {
            return Err(failed(&error));
        }
        let keys = set.keys().to_vec();
        Ok((Arc::new(set), keys))
    }
}
