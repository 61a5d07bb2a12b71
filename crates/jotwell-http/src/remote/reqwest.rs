//! The HTTP client that comes with the feature `reqwest`.

use std::sync::Arc;

use http::{Request, Response};
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_platform_verifier::BuilderVerifierExt;

use super::address::is_loopback;
use super::fetch::{Fetch, FetchError, FetchFuture, MAX_BODY};

/// A [`Fetch`] by [reqwest](https://docs.rs/reqwest) and rustls.
///
/// It goes to `https` addresses, and by `http` to loopback addresses in digits, of which a
/// [`RemoteJwkSet`](super::RemoteJwkSet) asks for none unless
/// [configured to](super::RemoteJwkSetBuilder::allow_http_on_loopback). It follows no redirect, knows no cookies, takes
/// no proxy from the environment, tries once, asks for no compression, and stops reading after
/// [`MAX_BODY`] bytes, whatever the length was said to be. That holds whichever features of reqwest others turn on.
///
/// Cryptography comes from the provider that the application chooses, so none is in this crate's tree:
///
/// ```no_run
/// use jotwell_http::remote::ReqwestFetch;
///
/// // Once, early in `main`: rustls::crypto::ring::default_provider().install_default()
/// let fetch = ReqwestFetch::new()?;
/// # Ok::<(), jotwell_http::remote::FetchError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReqwestFetch {
    client: reqwest::Client,
}

impl ReqwestFetch {
    /// By the process's default provider of cryptography, trusting what the operating system trusts.
    ///
    /// # Errors
    /// [`FetchError::NoProvider`] where the process has none, [`FetchError::Settings`] where the operating system
    /// trusts nobody.
    pub fn new() -> Result<Self, FetchError> {
        // reqwest panics without one.
        let provider = CryptoProvider::get_default().ok_or(FetchError::NoProvider)?;
        Self::with_provider(provider.clone())
    }

    /// By that provider of cryptography, trusting what the operating system trusts.
    ///
    /// # Errors
    /// [`FetchError::Settings`] where the operating system trusts nobody, or the provider cannot do TLS.
    pub fn with_provider(provider: Arc<CryptoProvider>) -> Result<Self, FetchError> {
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(settings)?;
        Self::with_tls(config.with_no_client_auth())
    }

    /// By these settings, for certificate authorities of one's own, or a certificate to show. They decide who is
    /// believed; only the protocols that are spoken (ALPN) are set here.
    ///
    /// # Errors
    /// [`FetchError::Settings`].
    pub fn with_tls(mut config: ClientConfig) -> Result<Self, FetchError> {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            // Minutes pass between two fetches: a connection kept would be dead as often as not.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("jotwell-http/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(settings)?;
        Ok(Self { client })
    }

    async fn get(&self, request: Request<()>) -> Result<Response<Vec<u8>>, FetchError> {
        let (parts, ()) = request.into_parts();
        let url: reqwest::Url = parts.uri.to_string().parse().map_err(settings)?;
        // Of what reqwest makes of the address, should that differ from what was looked at before.
        let plain = url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
        if url.scheme() != "https" && !plain {
            return Err(FetchError::NotHttps);
        }
        // Errors go to logs, and a query may hold a secret.
        let bare = reqwest::Error::without_url;
        let mut answer = self
            .client
            .request(parts.method, url)
            .headers(parts.headers)
            .send()
            .await
            .map_err(|error| FetchError::unreachable(bare(error)))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| FetchError::interrupted(bare(error)))? {
            if body.len().saturating_add(chunk.len()) > MAX_BODY {
                return Err(FetchError::TooLong { limit: MAX_BODY });
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

impl Fetch for ReqwestFetch {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        Box::pin(self.get(request))
    }
}

fn settings(error: impl std::error::Error + Send + Sync + 'static) -> FetchError {
    FetchError::Settings { source: Arc::new(error) }
}
