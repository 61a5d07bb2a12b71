//! Authentication of requests in the types of `http` 1, with the result in their extensions.

use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};

use crate::auth::{Auth, Authenticator};
use crate::auth_error::AuthError;

impl<T: 'static> Authenticator<T> {
    /// Reads the token from this header, which contains only the token. `Authorization` is then ignored. For proxies
    /// that authenticate: `Cf-Access-Jwt-Assertion`, `x-amzn-oidc-data`.
    ///
    /// **A proxy adds such a header to every request of a browser that is logged in, regardless of the page that caused
    /// it.** If the service changes state for such requests, check `Origin` or `Sec-Fetch-Site`; there is no
    /// anti-forgery token as there is with [`cookies`](Self::cookies). Caches do not treat this header like
    /// `Authorization`, so `AuthLayer` adds `Cache-Control: no-store` to responses without `Cache-Control`.
    #[must_use]
    pub fn token_header(self, name: HeaderName) -> Self {
        self.with_header(name.as_str())
    }

    /// Authenticates a request with this method and these headers.
    ///
    /// # Errors
    /// An [`AuthError`] of any [`AuthErrorKind`](crate::AuthErrorKind) except those of a [`Policy`](crate::Policy). It
    /// is already logged.
    pub async fn authenticate(&self, method: &Method, headers: &HeaderMap) -> Result<Auth<T>, AuthError> {
        self.authenticate_head((method, headers).into(), None).await
    }

    /// Authenticates like [`authenticate`](Self::authenticate), but returns `None` for a request without a token. A
    /// request with an invalid token is still rejected.
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate), except [`AuthErrorKind::Missing`](crate::AuthErrorKind::Missing).
    pub async fn authenticate_optional(
        &self,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<Auth<T>>, AuthError> {
        self.authenticate_head_optional((method, headers).into(), None).await
    }
}

impl<T: Send + Sync + 'static> Authenticator<T> {
    /// Authenticates a request and puts the result into its extensions: for adapters to other frameworks.
    ///
    /// If the extensions already have the result of this authenticator or of a clone of it, that result is returned. So
    /// a token is verified once for all layers and extractors of a request, and a [single-use](Self::single_use) token
    /// is consumed once. The result of another authenticator is not trusted; it is replaced.
    ///
    /// The result records the method for which the anti-forgery token of a cookie was checked. If middleware has
    /// changed the method since, it is checked again.
    ///
    /// ```
    /// use http::Request;
    /// use jotwell_http::{Auth, AuthError, Authenticator};
    ///
    /// async fn adapter<B>(authenticator: &Authenticator, request: Request<B>) -> Result<Request<B>, AuthError> {
    ///     let (mut parts, body) = request.into_parts();
    ///     let _auth: Auth = authenticator.authenticate_parts(&mut parts).await?;
    ///     Ok(Request::from_parts(parts, body))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`authenticate`](Self::authenticate). The extensions have no [`Auth<T>`](Auth) then.
    pub async fn authenticate_parts(&self, parts: &mut Parts) -> Result<Auth<T>, AuthError> {
        // Removed first. If authentication fails or its future is dropped, no inner service
        // this one can mistake another authenticator's result for this one's.
        let earlier = parts.extensions.remove::<Auth<T>>();
        let auth = self.authenticate_head((&*parts).into(), earlier).await?;
        parts.extensions.insert(auth.clone());
        Ok(auth)
    }

    /// As [`authenticate_parts`](Self::authenticate_parts), but returns `None` for a request without a token.
    ///
    /// # Errors
    /// As [`authenticate_optional`](Self::authenticate_optional).
    pub async fn authenticate_parts_optional(&self, parts: &mut Parts) -> Result<Option<Auth<T>>, AuthError> {
        let earlier = parts.extensions.remove::<Auth<T>>();
        let auth = self.authenticate_head_optional((&*parts).into(), earlier).await?;
        if let Some(auth) = &auth {
            parts.extensions.insert(auth.clone());
        }
        Ok(auth)
    }
}
