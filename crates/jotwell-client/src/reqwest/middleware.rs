//! Middleware for clients of the crate `reqwest-middleware`.

use async_trait::async_trait;
use http::Extensions;
use http::header::AUTHORIZATION;
use reqwest::{Request, Response, Url};
use reqwest_middleware::{Error, Middleware, Next, Result};

use crate::authorization::{AuthorizationError, BearerAuth, Verdict, has_credentials, verdict};
use crate::origin::Origin;
use crate::source::TokenSource;

/// Middleware that adds an access token to requests for one origin.
///
/// If the server rejects the token (401 `invalid_token`), it is renewed, and the request is repeated once. The
/// response to that is returned, whatever its status. A request whose body is a stream cannot be repeated: its 401 is
/// returned, and the next request gets a new token.
///
/// `insufficient_scope` and `insufficient_user_authentication` become [`AuthorizationError`]s: use
/// [`error`](Self::error) to get them.
///
/// Requests for other origins, and requests that already have an `Authorization` header, are not changed. If reqwest
/// follows a redirect to another origin, it drops the token, and the response from there is returned without being
/// examined.
///
/// ```no_run
/// # async fn example(source: jotwell_client::TokenSource) -> Result<(), Box<dyn std::error::Error>> {
/// use jotwell_client::{BearerMiddleware, Origin};
///
/// let client = reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
///     .with(BearerMiddleware::new(source, Origin::new("https://api.example")?))
///     .build();
/// let response = client.get("https://api.example/me").send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct BearerMiddleware(BearerAuth);

impl BearerMiddleware {
    /// Creates middleware that adds the tokens of `source` to requests for `origin`.
    #[must_use]
    pub fn new(source: TokenSource, origin: Origin) -> Self {
        Self(BearerAuth::new(source, origin))
    }

    /// Also adds tokens to requests for this origin.
    #[must_use]
    pub fn and_origin(self, origin: Origin) -> Self {
        Self(self.0.and(origin))
    }

    /// Returns the error of this middleware, if it caused `error`.
    #[must_use]
    pub fn error(error: &Error) -> Option<&AuthorizationError> {
        match error {
            Error::Middleware(error) => error.downcast_ref(),
            Error::Reqwest(_) => None,
        }
    }

    fn allows(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.0.allows(Origin::from_parts(url.scheme(), host, url.port()).as_ref())
    }

    fn verdict(&self, response: &Response) -> Verdict {
        // After redirects, the response may come from another origin, which has not received the token.
        if self.allows(response.url()) {
            verdict(response.status(), response.headers())
        } else {
            Verdict::Pass
        }
    }
}

#[async_trait]
impl Middleware for BearerMiddleware {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        if has_credentials(request.headers()) || !self.allows(request.url()) {
            return next.run(request, extensions).await;
        }
        let source = &self.0.source;
        let token = source.token().await.map_err(AuthorizationError::Token).map_err(Error::middleware)?;
        let again = request.try_clone();
        request.headers_mut().insert(AUTHORIZATION, token.to_header());
        let response = next.clone().run(request, extensions).await?;
        let mut request = match (self.verdict(&response), again) {
            (Verdict::Pass, _) => return Ok(response),
            (Verdict::Refused(error), _) => return Err(Error::middleware(error)),
            (Verdict::Rejected, Some(again)) => again,
            (Verdict::Rejected, None) => {
                source.reject(&token);
                return Ok(response);
            }
        };
        // Frees its connection before the next request needs one.
        drop(response);
        let token =
            source.renew(&token).await.map_err(AuthorizationError::Token).map_err(Error::middleware)?;
        request.headers_mut().insert(AUTHORIZATION, token.to_header());
        let response = next.run(request, extensions).await?;
        match self.verdict(&response) {
            Verdict::Refused(error) => Err(Error::middleware(error)),
            Verdict::Pass | Verdict::Rejected => Ok(response),
        }
    }
}
