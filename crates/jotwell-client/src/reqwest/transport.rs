//! Sends requests for tokens with reqwest.

use http::{Request, Response};
use reqwest::ClientBuilder;
use zeroize::Zeroizing;

use crate::transport::{MAX_BODY, Transport, TransportError, TransportFuture};

/// A [`Transport`] that uses [reqwest](https://docs.rs/reqwest).
///
/// You choose the TLS library: configure the builder, and enable the features of reqwest that you need. Redirects,
/// retries, cookies from other responses and the header `Referer` are disabled, whatever the builder says.
///
/// The body of a request is copied into memory of reqwest, which is not zeroized.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// Creates the client from the builder.
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`].
    ///
    /// # Panics
    /// reqwest panics if its feature `rustls-no-provider` is enabled in your dependency tree, and neither the builder
    /// nor the process has a cryptography provider. Call `install_default()` of one, early in `main`.
    pub fn new(builder: ClientBuilder) -> Result<Self, reqwest::Error> {
        let client = builder
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .build()?;
        Ok(Self(client))
    }

    async fn post(
        &self,
        request: Request<Zeroizing<Vec<u8>>>,
    ) -> Result<Response<Zeroizing<Vec<u8>>>, TransportError> {
        // Errors go to logs, and a query may contain a secret.
        let bare = reqwest::Error::without_url;
        let unreachable = |error| TransportError::unreachable(bare(error));
        let request = request.map(|body| body.to_vec());
        let request = reqwest::Request::try_from(request).map_err(unreachable)?;
        let mut response = self.0.execute(request).await.map_err(unreachable)?;
        // With the full capacity, so that it is never reallocated and leaves no copies in memory.
        let mut body = Zeroizing::new(Vec::with_capacity(MAX_BODY));
        while let Some(chunk) =
            response.chunk().await.map_err(|error| TransportError::interrupted(bare(error)))?
        {
            if body.len().saturating_add(chunk.len()) > MAX_BODY {
                return Err(TransportError::TooLong { limit: MAX_BODY });
            }
            body.extend_from_slice(&chunk);
        }
        let mut complete = Response::new(body);
        *complete.status_mut() = response.status();
        *complete.headers_mut() = response.headers().clone();
        Ok(complete)
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Zeroizing<Vec<u8>>>) -> TransportFuture<'_> {
        Box::pin(self.post(request))
    }
}
