//! The HTTP client of the feature `fetch`.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::USER_AGENT;
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tower_service::Service;

use super::address::is_loopback;
use super::fetch::{Fetch, FetchError, FetchFuture, FetchLimits};

/// A [`Fetch`] that uses [hyper](https://docs.rs/hyper) and rustls.
///
/// The cryptography is a feature: `with_ring` needs `fetch-ring`, `with_aws_lc` needs `fetch-aws-lc`. Neither installs
/// a default for the process, so other clients in the same program are not affected.
///
/// It connects to `https` addresses, and over `http` to numeric loopback addresses and to the host that a
/// [`RemoteJwkSet`](super::RemoteJwkSet) [allows](super::RemoteJwkSetBuilder::danger_allow_http_to). It does not follow
/// redirects, keep cookies, retry or request compression, and uses a proxy only if configured. It stops reading at the
/// limit of the request, regardless of `Content-Length`.
///
/// ```
/// # #[cfg(feature = "fetch-ring")] {
/// # fn example() -> Result<(), jotwell_http::remote::FetchError> {
/// use jotwell_http::remote::HttpFetch;
///
/// let fetch = HttpFetch::with_ring()?;
/// let through_a_proxy = HttpFetch::with_ring()?.proxy("http://proxy.example:3128")?;
/// # Ok(()) }
/// # }
/// ```
#[derive(Clone)]
pub struct HttpFetch {
    tls: ClientConfig,
    proxies: Option<Arc<Matcher>>,
    client: Client<HttpsConnector<Connector>, Full<Bytes>>,
}

impl HttpFetch {
    /// Creates a client with ring's cryptography, which trusts the certificate authorities of the operating system.
    ///
    /// # Errors
    /// [`FetchError::Settings`] if the operating system trusts none.
    #[cfg(feature = "fetch-ring")]
    pub fn with_ring() -> Result<Self, FetchError> {
        Self::with_provider(Arc::new(rustls::crypto::ring::default_provider()))
    }

    /// Creates a client with the cryptography of AWS-LC, which trusts the certificate authorities of the operating
    /// system.
    ///
    /// # Errors
    /// [`FetchError::Settings`] if the operating system trusts none.
    #[cfg(feature = "fetch-aws-lc")]
    pub fn with_aws_lc() -> Result<Self, FetchError> {
        Self::with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
    }

    /// Creates a client with another provider of cryptography, which trusts the certificate authorities of the
    /// operating system.
    ///
    /// # Errors
    /// [`FetchError::Settings`] if the operating system trusts none, or the provider cannot do TLS.
    pub fn with_provider(provider: Arc<CryptoProvider>) -> Result<Self, FetchError> {
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_platform_verifier())
            .map_err(settings)?;
        Ok(Self::with_tls(config.with_no_client_auth()))
    }

    /// Creates a client with these TLS settings, such as a client certificate. They decide which servers are trusted;
    /// only the protocols (ALPN) are set here.
    #[must_use]
    pub fn with_tls(mut config: ClientConfig) -> Self {
        // The connector sets ALPN itself.
        config.alpn_protocols.clear();
        Self::new(config, None)
    }

    /// Trusts only the certificate authorities in a file of PEM certificates: for a private authority, or for
    /// `/var/run/secrets/kubernetes.io/serviceaccount/ca.crt`. The file is read once. A client certificate is dropped.
    ///
    /// # Errors
    /// [`FetchError::Settings`] if the file cannot be read or has no usable certificate.
    pub fn trust_only(self, pem_file: impl AsRef<Path>) -> Result<Self, FetchError> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(pem_file).map_err(settings)? {
            roots.add(certificate.map_err(settings)?).map_err(settings)?;
        }
        if roots.is_empty() {
            return Err(settings(std::io::Error::other("the file has no certificate")));
        }
        let config = ClientConfig::builder_with_provider(self.tls.crypto_provider().clone())
            .with_safe_default_protocol_versions()
            .map_err(settings)?
            .with_root_certificates(roots);
        Ok(Self::new(config.with_no_client_auth(), self.proxies))
    }

    /// Connects to `https` addresses through this proxy (CONNECT, RFC 9110 §9.3.6), such as
    /// `http://user:password@proxy:3128`. Addresses with `http`, which are of this machine or this cluster, are
    /// connected to directly.
    ///
    /// # Errors
    /// [`FetchError::Settings`] if the address is not an absolute `http` URL.
    pub fn proxy(self, address: &str) -> Result<Self, FetchError> {
        let proxy: Uri = address.parse().map_err(settings)?;
        if proxy.scheme_str() != Some("http") || proxy.host().is_none_or(str::is_empty) {
            return Err(settings(std::io::Error::other("the address of a proxy must begin with http://")));
        }
        Ok(Self::new(self.tls, Some(Arc::new(Matcher::builder().https(address).build()))))
    }

    /// Connects to `https` addresses as the current environment variables `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`
    /// say, also in lower case. Proxies other than `http://` are not supported.
    #[must_use]
    pub fn proxy_from_env(self) -> Self {
        Self::new(self.tls, Some(Arc::new(Matcher::from_env())))
    }

    fn new(tls: ClientConfig, proxies: Option<Arc<Matcher>>) -> Self {
        let mut direct = HttpConnector::new();
        direct.enforce_http(false);
        let connector = Connector { direct, proxies: proxies.clone() };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            // Minutes pass between two fetches, so a kept connection would usually be closed.
            .pool_max_idle_per_host(0)
            .retry_canceled_requests(false)
            .build(connector);
        Self { tls, proxies, client }
    }

    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, FetchError> {
        let limits = FetchLimits::of(&request);
        let uri = request.uri();
        let plain =
            uri.scheme_str() == Some("http") && (limits.allows_http() || uri.host().is_some_and(is_loopback));
        if uri.scheme_str() != Some("https") && !plain {
            return Err(FetchError::NotHttps);
        }
        let mut request = request.map(|body| Full::new(Bytes::from(body)));
        let agent = HeaderValue::from_static(concat!("jotwell-http/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, agent);
        let response = self.client.request(request).await.map_err(FetchError::unreachable)?;
        let (parts, mut body) = response.into_parts();
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(FetchError::interrupted)?.into_data() else { continue };
            if read.len().saturating_add(data.len()) > limits.max_bytes() {
                return Err(FetchError::TooLong { limit: limits.max_bytes() });
            }
            read.extend_from_slice(&data);
        }
        Ok(Response::from_parts(parts, read))
    }
}

impl Fetch for HttpFetch {
    fn fetch(&self, request: Request<()>) -> FetchFuture<'_> {
        Box::pin(self.send(request.map(|()| Vec::new())))
    }
}

#[cfg(feature = "introspection")]
impl super::introspection::Post for HttpFetch {
    fn post(&self, request: Request<Vec<u8>>) -> FetchFuture<'_> {
        Box::pin(self.send(request))
    }
}

/// Does not show the proxy, whose address may have a password.
impl fmt::Debug for HttpFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFetch").field("proxy", &self.proxies.is_some()).finish_non_exhaustive()
    }
}

fn settings(error: impl StdError + Send + Sync + 'static) -> FetchError {
    FetchError::Settings { source: Arc::new(error) }
}

/// Connects directly or through a proxy.
#[derive(Clone)]
struct Connector {
    direct: HttpConnector,
    proxies: Option<Arc<Matcher>>,
}

type BoxError = Box<dyn StdError + Send + Sync>;

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let proxies = self.proxies.as_ref().filter(|_| to.scheme_str() == Some("https"));
        let Some(proxy) = proxies.and_then(|proxies| proxies.intercept(&to)) else {
            let connecting = self.direct.call(to);
            return Box::pin(async { connecting.await.map_err(Into::into) });
        };
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.direct.clone());
        if let Some(credentials) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let connecting = tunnel.call(to);
        Box::pin(async { connecting.await.map_err(Into::into) })
    }
}
