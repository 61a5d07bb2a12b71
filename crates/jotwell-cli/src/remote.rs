//! JWK Sets from the web, with the feature `remote`.

use jotwell::Algorithm;

use crate::failure::Failure;
use crate::keys::Keys;

/// Fetches a JWK Set, or the one of an issuer whose metadata is at the address.
#[cfg(feature = "remote")]
pub(crate) fn keys(address: &str, asked: &[Algorithm]) -> Result<Keys, Failure> {
    fetch::keys(address, asked)
}

/// Says how to come to a set without the feature.
#[cfg(not(feature = "remote"))]
pub(crate) fn keys(address: &str, _asked: &[Algorithm]) -> Result<Keys, Failure> {
    Err(Failure::misuse(format!(
        "{address} is on the web, and this program was built without the feature `remote`"
    ))
    .hint("build it with the feature: cargo install jotwell-cli --features remote")
    .hint("or fetch the set by other means: curl --fail --output jwks.json ADDRESS, then --jwks jwks.json"))
}

#[cfg(feature = "remote")]
mod fetch {
    use std::sync::Arc;

    use jotwell::Algorithm;
    use jotwell_http::ReloadKeys;
    use jotwell_http::remote::{HttpFetch, RemoteError, RemoteJwkSet};

    use crate::failure::{self, Failure};
    use crate::keys::{Keys, accepted, algorithms_of};

    /// Where an issuer's metadata is (OpenID Connect Discovery 1.0 §4).
    const METADATA: &str = "/.well-known/openid-configuration";

    pub(super) fn keys(address: &str, asked: &[Algorithm]) -> Result<Keys, Failure> {
        let failed = |error: &RemoteError| {
            let failure = Failure::misuse(format!("{address}: {}", failure::chain(error)));
            match error {
                RemoteError::NotAKeySet(_) => {
                    failure.hint(format!("the address of an issuer's metadata ends with {METADATA}"))
                }
                _ => failure,
            }
        };
        // Without a list, any that a public key can be for; the set's keys have to agree on one.
        let public =
            || Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric()).collect();
        let algorithms: Vec<_> = if asked.is_empty() { public() } else { asked.to_vec() };
        let set = match address.strip_suffix(METADATA) {
            Some(issuer) => RemoteJwkSet::discover(issuer, &algorithms),
            None => RemoteJwkSet::from_url(address, &algorithms),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::misuse(format!("nothing can be fetched: {error}")))?;
        let _inside = runtime.enter();
        let set = set
            // By digits alone: whoever asks for an address on this machine means it.
            .allow_http_on_loopback()
            .build(HttpFetch::with_ring().map_err(|error| failed(&RemoteError::Fetch(error)))?)
            .map_err(|error| failed(&error))?;
        runtime.block_on(set.reload());
        if let Some(error) = set.status().error {
            return Err(failed(&error));
        }
        let fitting = algorithms_of(&set.keys());
        accepted(asked, &fitting, address)?;
        Ok(Keys::new(Arc::new(set), fitting))
    }
}
